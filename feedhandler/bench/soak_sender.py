"""The sending side of a soak, as a process of its own.

`python -m feedhandler.bench.soak_sender IFACE FRAMES RATE BURST` prints what it did as a JSON
document; SIGTERM ends it before.
"""

import json
import signal
import sys
from fractions import Fraction
from typing import Any

from feedhandler.bench.soak_market import Laps
from feedhandler.sending.sender import Sender


def send(interface: str, frames: int, rate: int, burst: int) -> dict[str, Any]:
    """Send all frames, each when it is due."""
    over: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: over.append(number))
    laps = Laps(frames, rate=rate, burst=burst)
    with Sender(interface) as sender:
        sent = sender.send(laps, Fraction(1), lambda: bool(over))
    laps.close()
    return {**sent.report(), "units": laps.units_until(sent.frames), "stopped": sent.stopped}


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    sys.stdout.write(json.dumps(send(name, *map(int, numbers))) + "\n")
