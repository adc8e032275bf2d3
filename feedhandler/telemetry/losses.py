"""Where a feed loses: card, kernel, ring, socket, line, all lines; in all, and in which second of which burst.

Places are asked several times a second by the thread that keeps house. What is lost between two looks is told of
the second in which the later one falls, beside the frames of that second and the most that came between two looks:
loss goes with bursts, and a mean over a day hides both. The worst seconds of late are kept, and their number is
bounded.

    nic eth1      the card had no room, or a frame was damaged; whose it was is not known. Drops that a driver counts
                  beside frames that no protocol takes (rx_dropped: LLDP, foreign VLANs) are left out
    kernel        a core's backlog was full (of the whole machine, whoever it was for)
    ring eth1     the packet socket's ring had no free slot
    socket eth1   a socket's buffer had no room
    line 1A       units that line A of channel 1 passed over; another one may have brought them
    gap           units that no line brought
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

SECONDS_MAX: Final = 60
NS: Final = 1_000_000_000
DEVICES: Final = Path(
    "/proc/thread-self/net/dev"
)  # of the network namespace that this thread is in
BACKLOG: Final = Path("/proc/thread-self/net/softnet_stat")
CARDS: Final = Path("/sys/class/net")  # of the namespace in which it was mounted
MISSED: Final = "statistics/rx_missed_errors"  # which DEVICES adds to what nobody takes
FIFO: Final = 4  # columns of DEVICES behind the name
FRAMING: Final = 5  # length, overrun, checksum, framing
SQUEEZED: Final = 1  # column of BACKLOG


def before_us(interfaces: Collection[str]) -> dict[str, int]:
    """What nobody counts for us alone, by place."""
    cards = {f"nic {name}": number for name, number in lost_by_cards(interfaces).items()}
    return {**cards, "kernel": lost_by_kernel()}


def lost_by_cards(
    interfaces: Collection[str], file: Path = DEVICES, cards: Path = CARDS
) -> dict[str, int]:
    """Frames that cards have lost since they came up; one that is not there is left out."""
    found = {}
    for line in text_of(file).splitlines():
        name, colon, columns = line.partition(":")
        if colon and name.strip() in interfaces:
            counts = [int(each) for each in columns.split()]
            missed = int(text_of(cards / name.strip() / MISSED) or 0)
            found[name.strip()] = missed + counts[FIFO] + counts[FRAMING]
    return found


def lost_by_kernel(file: Path = BACKLOG) -> int:
    """Frames for which no core had room, of the whole machine, since its start."""
    return sum(int(line.split()[SQUEEZED], 16) for line in text_of(file).splitlines())


def text_of(file: Path) -> str:
    """A file of /proc or /sys, or nothing where there is none."""
    try:
        return file.read_text("ascii")
    except OSError:
        return ""


@dataclass
class Second:
    """What came and what was lost in a second."""

    second: int  # since 1970
    frames: int = 0
    peak: int = 0  # most frames between two looks
    lost: dict[str, int] = field(default_factory=dict)  # by place

    def entry(self) -> dict[str, Any]:
        """As it is told."""
        return {"second": self.second, "frames": self.frames, "peak": self.peak, "lost": self.lost}


class Losses:
    """Of one feed on one worker."""

    def __init__(self, interfaces: Iterable[str] = (), seconds_max: int = SECONDS_MAX) -> None:
        self.interfaces = tuple(interfaces)
        self.total: dict[str, int] = {}
        self.seconds: deque[Second] = deque(maxlen=seconds_max)  # those in which something was lost
        self._now = Second(0)
        self._frames = 0
        self._before: dict[str, int] = {}

    def begin(self) -> None:
        """What card and kernel have lost so far is not ours."""
        self._before = before_us(self.interfaces)

    def look(self, now_ns: int, frames: int, places: Mapping[str, int]) -> None:
        """Take what was counted until now."""
        before, self._before = self._before, dict(places)
        came, self._frames = frames - self._frames, frames
        if now_ns // NS != self._now.second:
            self._now = Second(now_ns // NS)
        self._now.frames += came
        self._now.peak = max(self._now.peak, came)
        for place, number in places.items():
            more = number - before.get(place, 0)
            if more > 0:
                if not self._now.lost:
                    self.seconds.append(self._now)
                self._now.lost[place] = self._now.lost.get(place, 0) + more
                self.total[place] = self.total.get(place, 0) + more

    def entries(self) -> list[dict[str, Any]]:
        """The last seconds in which something was lost."""
        return [each.entry() for each in self.seconds]
