"""One command's worth of simulation: a feed into a file, and the truth about it."""

from pathlib import Path
from typing import Any, Final

from feedhandler.simulator import venue
from feedhandler.simulator.capture import write_binary_file, write_capture
from feedhandler.simulator.simulation import itch_day, simulate

ITCH_FILE: Final = "nasdaq.itch50.file"
RECORDABLE: Final = (venue.ITCH, ITCH_FILE, venue.MDP3)


def record(path: str | Path, feed: str, **arguments: Any) -> dict[str, Any]:
    """Simulate a feed into a capture (or a BinaryFILE); give the truth, `frames_total` included.

    The arguments are those of `simulate`; a BinaryFILE takes messages, seed and instruments only.
    """
    if feed == ITCH_FILE:
        day = itch_day(**arguments)
        written = write_binary_file(path, (block for _ in day.run() for block in day.drain()))
        return {"frames_total": written, **day.truth()}
    simulation = simulate(feed, **arguments)
    written = write_capture(path, simulation)
    return {"frames_total": written, **simulation.truth()}
