"""A SIGHUP that reaches a service while it is loaded: remembered from the first moment, and obeyed when it runs.

To load takes seconds, and what SIGHUP asks for, to read the configuration again, cannot be done before. So the
arguments are looked at before anything that is slow to import. That look knows nothing of options that take values:
where it took a value for -c, `run`, which has read them properly, takes it back.
"""

import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any

FLAGS = "-qv"  # what may stand before the c of -c in one word


def asked(words: Sequence[str]) -> bool:
    """Whether these arguments seem to run a configuration."""
    return words[:1] == ["run"] and any(
        word == "--config"
        or word.startswith("--config=")
        or (word[:1] == "-" and word[1:2] != "-" and word.lstrip(FLAGS)[:1] == "c")
        for word in words[1:]
    )


class Memory:
    """Whether SIGHUP came."""

    def __init__(self) -> None:
        self.came = False
        self._before: Any = None

    def begin(self, words: Sequence[str]) -> None:
        """Remember from now on, if these arguments run a configuration."""
        if hasattr(signal, "SIGHUP") and asked(words):
            self._before = signal.signal(signal.SIGHUP, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True

    def take_back(self) -> None:
        """No configuration is run: SIGHUP ends the program as ever, or is outlived; so does one that came."""
        from feedhandler.cli.ending import obey  # noqa: PLC0415 (slower to import than all of this)

        if self._before is None:
            return
        signal.signal(signal.SIGHUP, self._before)
        self._before = None
        obey()
        if self.came:
            signal.raise_signal(signal.SIGHUP)


EARLY = Memory()
