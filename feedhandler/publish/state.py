"""The state of a running process in shared memory: one JSON document, always whole, for whoever asks.

The document is written now and then by a thread that does not poll, into one of two halves in turn; only then is
it counted. So a reader that finds the same count before and behind its copy has a whole one, and a process that
is killed while it writes leaves the document before that. Its segment is also what makes a name one process's:
who holds its lock is the process of that name.
"""

import json
import time
from typing import Any, Final, Self

from feedhandler.publish.segment import (
    CURSOR,
    HEADER_BYTES,
    Kind,
    Layout,
    Segment,
    SegmentError,
    folder,
    name_of,
)

STATE_LAYOUT_VERSION: Final = 1
HALF_BYTES: Final = 1 << 18
LENGTH_BYTES: Final = 8
TEXT_MAX: Final = HALF_BYTES - LENGTH_BYTES
STATE_LAYOUT: Final = Layout(Kind.STATE, STATE_LAYOUT_VERSION, HALF_BYTES, overhead_bytes=0)
_TRIES_MAX: Final = 100
_PAUSE_S: Final = 0.001


class StateWriter:
    """The writer's side; a second one of the same name is refused. `cut` counts documents too long to tell."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.cut = 0

    @classmethod
    def create(cls, name: str | None = None) -> Self:
        """Take the name. Without one it is private to this process."""
        return cls(Segment.create(STATE_LAYOUT, name, 2))

    def tell(self, document: dict[str, Any]) -> bool:
        """Let readers see this document; False: it is too long, and they keep the one before."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > TEXT_MAX:
            self.cut += 1
            return False
        number = self.segment.words[CURSOR] + 1
        at = _half(number)
        self.segment.memory[at + LENGTH_BYTES : at + LENGTH_BYTES + len(text)] = text
        self.segment.words[at // 8] = len(text)
        self.segment.words[CURSOR] = number
        return True

    def close(self) -> None:
        """Give the name back."""
        self.segment.close()


class StateReader:
    """Reads the state of a process by its name."""

    def __init__(self, state: str | StateWriter) -> None:
        """Attach by name, or to a private state."""
        self._owned = isinstance(state, str)
        self.segment = Segment.attach(STATE_LAYOUT, state) if isinstance(state, str) else (
            state.segment
        )  # fmt: skip

    @property
    def running(self) -> bool:
        """Whether the process still holds its name."""
        return not self.segment.closed

    def read(self) -> dict[str, Any] | None:
        """The last document; None = none was told yet."""
        words, memory = self.segment.words, self.segment.memory
        for _ in range(_TRIES_MAX):
            number = words[CURSOR]
            if number == 0:
                return None
            at = _half(number)
            length = words[at // 8]
            text = memory[at + LENGTH_BYTES : at + LENGTH_BYTES + min(max(length, 0), TEXT_MAX)]
            if words[CURSOR] == number:
                return _parsed(text)
            time.sleep(_PAUSE_S)
        raise SegmentError("the state changes faster than it can be read")

    def close(self) -> None:
        """Let the segment go; a private one stays its writer's."""
        if self._owned:
            self.segment.close()


def names_in_use() -> list[str]:
    """The names under which a state lies in shared memory, of processes that live or were killed."""
    found = (name_of(path, Kind.STATE) for path in folder().iterdir())
    return sorted(name for name in found if name)


def _half(number: int) -> int:
    """Where a document lies."""
    return HEADER_BYTES + (number & 1) * HALF_BYTES


def _parsed(text: bytes) -> dict[str, Any]:
    """The document, if it is one."""
    try:
        document = json.loads(text)
    except ValueError:
        raise SegmentError("the state is no JSON document: another program wrote it") from None
    if not isinstance(document, dict):
        raise SegmentError("the state is no table")
    return document
