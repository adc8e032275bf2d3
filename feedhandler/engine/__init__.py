"""The breath: stages composed by address, verdicts answered."""
