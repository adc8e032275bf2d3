"""A capture in a window: what pcap, pcapng and BinaryFILE have in common.

The compiled walk stops with a reason (`kernel.py`); `refill` answers it: more bytes, a block that
Python reads, or the end with a note of what was cut or cannot be true. Everything before that was
read and counts.
"""

import ctypes
from typing import Any, ClassVar

import numpy as np

from feedhandler.counter import Counter
from feedhandler.jit import Entry
from feedhandler.source import kernel
from feedhandler.source.window import Window


class CaptureFile:
    """A source over the records in a window. Subclasses say how the records are walked."""

    poll: Entry
    interrupted = False
    record: ClassVar[str] = "record"

    def __init__(self, name: str, window: Window, skip: int = 0) -> None:
        self.name = name
        self.notes: list[str] = []
        self.state = np.zeros(kernel.STATE_WORDS, np.int64)
        self.state_address = int(self.state.ctypes.data)
        self._window = window
        self._skip = skip  # bytes of a header that was read already
        self._over = False
        self._closed = False
        self._counted = dict.fromkeys(Counter, 0)
        self._told = dict(self._counted)
        self._set(kernel.WHY, kernel.SHORT)

    def _get(self, offset: int) -> int:
        return int(self.state[offset // 8])

    def _set(self, offset: int, value: int) -> None:
        self.state[offset // 8] = value

    @property
    def position(self) -> int:
        """Bytes of the input taken so far."""
        return self._window.position()

    @property
    def size(self) -> int:
        """Bytes of the input; 0 = not known."""
        return self._window.size

    @property
    def _cursor(self) -> int:
        return self._get(kernel.CURSOR) or self._window.begin

    def refill(self) -> bool:
        """Bring the next piece of input, or note why there is none."""
        if self._over or self._closed:
            return False
        why = self._get(kernel.WHY)
        goes_on = True
        if why == kernel.SHORT:
            goes_on = self._advance()
        elif why == kernel.BAD:
            goes_on = self.stop(self.bad_text())
        elif why == kernel.ASK:
            goes_on = self.resolve()
        self._over = not goes_on
        return goes_on

    def resolve(self) -> bool:
        """Read the block at the cursor that the walk may not decide; False = it cannot be true."""
        return False

    def _advance(self) -> bool:
        kept = self._window.end - self._cursor
        if self._window.advance(kept):
            start = self._window.begin
            skipped = min(self._skip, self._window.end - start)
            self._skip -= skipped
            self._set(kernel.CURSOR, start + skipped)
            self._set(kernel.WINDOW_END, self._window.end)
            return True
        if self._window.stopped:
            self.interrupted = True
            return False
        if self._get(kernel.FINAL) == 0:
            self._set(kernel.FINAL, 1)
            return True
        self.end(kept)
        return False

    def end(self, left: int) -> None:
        """All input is used; `left` bytes of it are no whole record."""
        if left > 0 or self._window.damage:
            self._counted[Counter.CUT_RECORD] += 1
        if self._window.damage:
            self.notes.append(self._window.damage)
        if left > 0:
            self.notes.append(f"cut in mid-{self.record} {self.place()}, {left} bytes left over")

    def peek(self, size: int) -> bytes:
        """The bytes at the cursor; they are there."""
        return ctypes.string_at(self._cursor, size)

    def stop(self, text: str) -> bool:
        """Give up at the cursor because of what lies there."""
        self._counted[Counter.BAD_RECORD] += 1
        self.notes.append(f"stopped {self.place()}: {text}")
        return False

    def place(self) -> str:
        """Where the cursor is, for people."""
        packet = self._get(kernel.FRAMES) + 1
        return f"at packet {packet}, offset {self._window.offset(self._cursor)}"

    def bad_text(self) -> str:
        """What cannot be true at the cursor, for people."""
        return f"a {self.record} that cannot be true"

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""
        self._counted[Counter.UNKNOWN_BLOCK] = self._get(kernel.SKIPPED)
        for counter, value in self._counted.items():
            counters[counter] += value - self._told[counter]
        self._told = dict(self._counted)

    def close(self) -> None:
        """Give back file and memory."""
        if not self._closed:
            self._closed = True
            at = self._cursor  # 0 in the state until the first refill: set both ends
            self._set(kernel.CURSOR, at)
            self._set(kernel.WINDOW_END, at)  # a poll from now on finds nothing
            self._set(kernel.WHY, kernel.FULL)
            self._window.close()
