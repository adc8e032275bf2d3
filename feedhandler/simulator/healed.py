"""A stream that was bad, and is well from some moment on: what a handler can heal must be healed at its end."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from feedhandler.simulator.capture import Recorded
from feedhandler.source.dice import draw, stream_base
from feedhandler.source.frames import frames as frames_of
from feedhandler.source.source import Source

QUIET_NS: Final = 1_500_000_000  # at the end of every stream, for whatever has to be waited for
PAUSE_NS: Final = 1_000  # between the last frame that was late and the first that is not


def recorded(source: Source) -> Iterator[Recorded]:
    """The frames of a source as a capture has them."""
    for frame in frames_of(source):
        yield frame.ts_recv, "AB"[frame.interface & 1], frame.data, frame.wire


def cut_of(times: Sequence[int], seed: int, quiet_ns: int = QUIET_NS) -> int:
    """From which frame on nothing is wrong: in the second half, if that is so long before the end."""
    last = bisect_left(times, times[-1] - quiet_ns)
    first = min(len(times) // 2, last)
    return first + draw(stream_base(seed, "healed"), 0) % (last - first + 1)


def then(bad: Iterable[Recorded], good: Iterable[Recorded]) -> Iterator[Recorded]:
    """One stream behind the other, later if that has to be."""
    last = 0
    for each in bad:
        last = each[0]
        yield each
    later: int | None = None
    for at_ns, line, frame, wire in good:
        if later is None:
            later = max(last + PAUSE_NS - at_ns, 0)
        yield at_ns + later, line, frame, wire
