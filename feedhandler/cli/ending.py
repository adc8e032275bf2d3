"""SIGTERM and SIGHUP end the program by an exception, as Ctrl-C does; also where such an exception is swallowed.

A signal may come while a callback runs, of the compiler or of a weak reference: what is raised there goes to
`sys.unraisablehook` and no further, and the program would go on. It is raised again a moment later.
"""

import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

TERMINATED: Final = 143  # exit code: 128 and the number of the signal
HUNG_UP: Final = 129
AGAIN_S: Final = 0.01
_waiting: list[int] = []  # signals that are to be raised again


def end(number: int, _frame: FrameType | None) -> NoReturn:
    """Close what is open, take shared memory and temporary files away, and end."""
    sys.exit(128 + number)


def obey() -> None:
    """From now on; Ctrl-C, too, which ended a program that was not loaded yet."""
    signal.signal(signal.SIGTERM, end)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, end)  # a terminal that goes; not where it is to be outlived
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "setitimer"):
        sys.unraisablehook = again


def again(swallowed: "UnraisableHookArgs") -> None:
    """End all the same; whatever else was swallowed is told as ever."""
    number = _meant(swallowed)
    if number is None or threading.current_thread() is not threading.main_thread():
        sys.__unraisablehook__(swallowed)
        return
    _waiting.append(number)
    signal.signal(signal.SIGALRM, _raise_again)
    signal.setitimer(signal.ITIMER_REAL, AGAIN_S)


def _raise_again(*_: object) -> None:
    number = _waiting[-1]
    _waiting.clear()
    signal.raise_signal(number)


def swallowed_code() -> int | None:
    """The exit code of a signal that was swallowed, where an error that comes of it is quicker than its second time."""
    if not _waiting:
        return None
    signal.setitimer(signal.ITIMER_REAL, 0)
    return 128 + _waiting[-1]


def _meant(swallowed: "UnraisableHookArgs") -> int | None:
    """The signal that an exception came from."""
    if swallowed.exc_type is KeyboardInterrupt:
        return signal.SIGINT
    code = swallowed.exc_value.code if isinstance(swallowed.exc_value, SystemExit) else None
    if code == HUNG_UP:
        return signal.SIGHUP
    return signal.SIGTERM if code == TERMINATED else None
