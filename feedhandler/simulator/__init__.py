"""A small venue that never sleeps: seeded captures of its feeds, and the truth about them.

`simulate` gives frames with real headers, `write_capture` a pcap or pcapng of them. Whoever wants
to prove a handler compares what it found with `Simulation.truth()`.
"""

from feedhandler.simulator.capture import write_binary_file, write_capture
from feedhandler.simulator.record import RECORDABLE, record
from feedhandler.simulator.simulation import FEEDS, Simulation, SimulationError, simulate

__all__ = [
    "FEEDS",
    "RECORDABLE",
    "Simulation",
    "SimulationError",
    "record",
    "simulate",
    "write_binary_file",
    "write_capture",
]
