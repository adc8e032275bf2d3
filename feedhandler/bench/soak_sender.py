"""The sending side of a soak, as a process of its own.

`python -m feedhandler.bench.soak_sender IFACE FRAMES RATE BURST` prints what it did as a JSON
document; SIGTERM ends it before.
"""

import json
import signal
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from feedhandler.bench.soak_market import Laps
from feedhandler.sending.sender import Sender
from feedhandler.source.pace import never


def send(
    interface: str, frames: int, rate: int, burst: int, stop: Callable[[], bool] = never
) -> dict[str, Any]:
    """Send all frames, each when it is due."""
    laps = Laps(frames, rate=rate, burst=burst)
    with Sender(interface) as sender:
        sent = sender.send(laps, Fraction(1), stop)
    laps.close()
    return {**sent.report(), "units": laps.units_until(sent.frames)}


if __name__ == "__main__":
    over: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: over.append(number))
    name, *numbers = sys.argv[1:]
    count, rate, burst = map(int, numbers)
    told = send(name, count, rate, burst, lambda: bool(over))
    sys.stdout.write(json.dumps(told) + "\n")
