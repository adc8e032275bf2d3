"""Both decoders of a feed over the same datagram: what one says, the other must say."""

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.catalog import feed
from feedhandler.decode.loading import decoder_of
from feedhandler.decode.plan import Plan, plan_of
from feedhandler.decode.reader import ReferenceDecoder
from feedhandler.event import EVENT

DAY = 1_699_920_000_000_000_000
RECEIVED = 1_700_000_000_123_456_789
ROWS_MAX = 20_000
NAMES = {word: counter.name.lower() for word, counter in abi.COUNTED}


@dataclass
class Outcome:
    """What a decoder says of a datagram."""

    header: list[int] | None
    status: int
    rows: Any
    words: list[int]

    @property
    def counted(self) -> dict[str, int]:
        """The output words that are not zero, by name."""
        return {NAMES[abi.OUT + i]: n for i, n in enumerate(self.words) if n}

    def column(self, name: str) -> list[int]:
        """A column of all rows."""
        return [int(value) for value in self.rows[name]]


class Pair:
    """The compiled and the reference decoder of a feed."""

    def __init__(self, name: str, plan: Plan | None = None) -> None:
        self.feed = feed(name)
        self.plan = plan_of(name)
        self.compiled = decoder_of(self.feed)
        self.reference = ReferenceDecoder(self.feed, plan)
        self.rows = np.zeros(ROWS_MAX, EVENT)

    @staticmethod
    def context(**words: int) -> Any:
        """The words that a decoder is given."""
        told = {
            "sequence": 1,
            "received": RECEIVED,
            "day": DAY,
            "channel": 310,
            "row_flags": 0,
            **words,
        }
        context = np.full(abi.CONTEXT_WORDS, -1, np.int64)
        context[: abi.OUT] = 0
        for name, value in told.items():
            context[getattr(abi, name.upper())] = value
        return context

    def by_compiled(
        self, payload: bytes, *, address: int = 0, rows_max: int = ROWS_MAX, **words: int
    ) -> Outcome:
        """What the compiled decoder says, of bytes at an address or of a copy."""
        memory = ctypes.create_string_buffer(payload, max(len(payload), 1))
        at = address or ctypes.addressof(memory)
        header = np.zeros(abi.HEADER_WORDS, np.int64)
        found = self.compiled.peek(at, len(payload), header.ctypes.data)
        context = self.context(**words)
        status = self.compiled.decode(
            at, len(payload), context.ctypes.data, self.rows.ctypes.data, rows_max
        )
        return Outcome(
            header.tolist() if found == 0 else None,
            status,
            self.rows[: max(status, 0)].copy(),
            context[abi.OUT :].tolist(),
        )

    def by_reference(self, payload: bytes, *, rows_max: int = ROWS_MAX, **words: int) -> Outcome:
        """What the reference decoder says."""
        context = self.context(**words)
        rows, status = self.reference.decode(payload, context, rows_max)
        return Outcome(self.reference.peek(payload), status, rows, context[abi.OUT :].tolist())

    def agree(
        self, payload: bytes, *, address: int = 0, rows_max: int = ROWS_MAX, **words: int
    ) -> Outcome:
        """What both say of a datagram."""
        one = self.by_compiled(payload, address=address, rows_max=rows_max, **words)
        other = self.by_reference(payload, rows_max=rows_max, **words)
        shown = payload.hex()

        assert other.header == one.header, shown
        assert other.status == one.status, shown
        assert other.words == one.words, shown
        for mine, theirs in zip(one.rows, other.rows, strict=True):
            assert theirs == mine, shown
        assert other.rows.tobytes() == one.rows.tobytes(), shown
        return one
