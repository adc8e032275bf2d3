"""A recovery driver that says what a story says: of each range that is asked for, the next of its answers."""

from collections.abc import Sequence
from typing import Any

from feedhandler.session.backend import Action, Backend, Peer


class Scripted:
    """Drives back ends that have nothing to say themselves."""

    wake_ns: int | None = None

    def __init__(self) -> None:
        self._told: list[tuple[Backend, Any]] = []

    def begin(self, backend: Backend, first: int, count: int, now_ns: int) -> None:
        """The answer comes with the next poll."""
        self._told += [(backend, each) for each in backend.begin(first, count, now_ns)]
        self.wake_ns = 0

    def stop(self, backend: Backend, now_ns: int) -> None:
        """What was not told yet is not."""
        del now_ns
        self._told = [each for each in self._told if each[0] is not backend]

    def poll(self, now_ns: int) -> Sequence[tuple[Backend, Any]]:
        """Tell all."""
        del now_ns
        told, self._told = self._told, []
        self.wake_ns = None
        return told

    def wait(self, timeout_ns: int) -> None:
        """Nobody sleeps."""


class Answers:
    """A back end with these answers, one for each range that is asked for."""

    def __init__(self, method: str, *answers: Sequence[Action]) -> None:
        self.method = method
        self.peers: tuple[Peer, ...] = ()
        self.asked: list[tuple[int, int]] = []
        self._answers = list(answers)

    def begin(self, first: int, count: int, now_ns: int) -> list[Action]:
        """Answer at once."""
        del now_ns
        self.asked.append((first, count))
        return list(self._answers.pop(0)) if self._answers else []

    def take(self, *_: Any) -> list[Action]:
        """Hear nothing."""
        return []

    def tick(self, now_ns: int) -> list[Action]:
        """See nothing."""
        del now_ns
        return []

    def stop(self, now_ns: int) -> list[Action]:
        """Nothing is under way."""
        del now_ns
        return []
