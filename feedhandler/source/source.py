"""What every source offers, and the one error that opening or reading one can raise.

An engine calls `poll` until it gives 0, then `refill`; when that says False the input has ended.
All bytes that descriptors name stay valid until the next call of either. `notes` are lines for
people: what was cut, damaged or taken otherwise than the file says. Nothing is left out without a
note or a counter.
"""

from typing import Any, Final, Protocol

from feedhandler.jit import Entry

MALFORMED: Final = 1  # exit codes, see the README
USAGE: Final = 2
ENVIRONMENT: Final = 3


class CaptureError(Exception):
    """A capture that cannot be opened or read; one line that says which and why."""

    def __init__(self, message: str, exit_code: int = MALFORMED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class StoppedError(CaptureError):
    """Whoever waited for the first bytes of a pipe was stopped."""


class Source(Protocol):
    """Frames, as an engine sees them."""

    poll: Entry
    interrupted: bool

    @property
    def name(self) -> str:
        """What the user called it."""

    @property
    def state_address(self) -> int:
        """First argument of `poll`."""

    @property
    def notes(self) -> list[str]:
        """Lines for people."""

    @property
    def position(self) -> int:
        """Bytes of the input taken so far."""

    @property
    def size(self) -> int:
        """Bytes of the input; 0 = not known."""

    def refill(self) -> bool:
        """Bring the next piece of input; False = there is none."""

    def count_into(self, counters: Any) -> None:
        """Add what was counted since the last call."""

    def close(self) -> None:
        """Give back files and memory."""
