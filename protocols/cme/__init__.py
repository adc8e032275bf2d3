"""CME Globex: MDP 3.0 packets and messages."""
