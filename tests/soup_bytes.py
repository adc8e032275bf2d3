"""What a SoupBinTCP server says, written by hand from the specification, and a stream cut anywhere."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TypeVar

from feedhandler.session.backend import Close, Peer, Send, Transport

T = TypeVar("T")

SERVER = Peer(Transport.TCP, "192.0.2.1", 18001)
SECOND = 1_000_000_000


def soup(kind: str, payload: bytes = b"") -> bytes:
    """A logical packet: the length counts the type and the payload."""
    return (len(payload) + 1).to_bytes(2, "big") + kind.encode() + payload


def accepted(sequence: int | str, session: str = "SESSION001") -> bytes:
    """Login accepted: both fields padded on the left."""
    return soup("A", f"{session:>10}{sequence:>20}".encode())


def told(actions: Iterable[T], *, wakes: type) -> list[T]:
    """Actions without those of a kind."""
    return [each for each in actions if not isinstance(each, wakes)]


def login(sequence: int, session: str = "") -> Send:
    """The login of USER with SECRET."""
    text = f"{'USER':<6}{'SECRET':<10}{session:<10}{sequence:>20}"
    return Send(SERVER, soup("L", text.encode()))


GOODBYE = [Send(SERVER, soup("O")), Close(SERVER)]


def cut(stream: bytes, cuts: Iterable[int], take: Callable[[bytes], list[T]]) -> list[T]:
    """Feed a stream in pieces until it is closed; all that was said."""
    seen: list[T] = []
    places = sorted({each % (len(stream) + 1) for each in cuts} | {0, len(stream)})
    for begin, end in pairwise(places):
        seen += take(stream[begin:end])
        if any(isinstance(each, Close) for each in seen):
            break
    return seen
