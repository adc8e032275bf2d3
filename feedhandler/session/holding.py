"""How long and for how much a channel waits, and the memory in which what came early waits.

The memory is taken once: slots are large in address space and small in memory, since pages are touched when
they are used.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from feedhandler.session import holding_kernel as words
from feedhandler.waits import check_waits

SLOT_BYTES: Final = 9216  # a jumbo frame; what is larger is not held
SLOTS_MAX: Final = 1 << 20
LEAST_ONE: Final = ("gap_count", "silence_ns")
WORD_MAX: Final = (1 << 63) - 1

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Arbitration:
    """When a hole is a gap, and when a line is silent; times by the capture's clock."""

    gap_timeout_ns: int = 10_000_000  # a slower line is microseconds behind, reordering less
    gap_count: int = 2  # both lines have passed it, or one of them twice
    silence_ns: int = 3_000_000_000  # three heartbeats of most venues
    told_timeout_ns: int = 1_000_000_000  # at a stand, while snapshot loops tell of more
    slots: int = 8192
    recovery_timeout_ns: int = 1_000_000_000  # instead, where what is missing is asked for again
    recovery_expected: bool = False  # a recovery line counts before it brought anything

    def __post_init__(self) -> None:
        for field in fields(self):
            number, least = getattr(self, field.name), int(field.name in LEAST_ONE)
            if not least <= number <= WORD_MAX:
                raise ValueError(f"{field.name} is {number}: {least} or more is expected")
        if self.slots > SLOTS_MAX:
            raise ValueError(f"slots is {self.slots}: {SLOTS_MAX} or less is expected")
        check_waits(self)


def holding_bytes(slots: int) -> int:
    """How many bytes `Holding` takes for so many slots, but for a few words."""
    return (slots + 1) * (SLOT_BYTES + 8 * words.SLOT_WORDS)


class Holding:
    """The arrays of `holding_kernel`."""

    def __init__(self, arbitration: Arbitration) -> None:
        slots = arbitration.slots + 1  # slot 0 is nobody's
        self.watch = np.zeros(words.WATCH_WORDS, np.int64)
        self.slots = np.zeros((slots, words.SLOT_WORDS), np.int64)
        self.slots[:-1, words.SLOT_NEXT] = np.arange(1, slots)
        self.slots[0, words.SLOT_NEXT] = 0
        self.store: Array = np.zeros(slots * SLOT_BYTES, np.uint8)
        self.watch[words.WAIT_NS] = arbitration.gap_timeout_ns
        self.watch[words.WAIT_COUNT] = arbitration.gap_count
        self.watch[words.SILENCE_NS] = arbitration.silence_ns
        self.watch[words.TOLD_NS] = arbitration.told_timeout_ns
        self.watch[words.FREE] = 1 if arbitration.slots else 0
        self.watch[words.SLOT_BYTES] = SLOT_BYTES
        self.watch[words.POLL_AT] = words.NEVER
