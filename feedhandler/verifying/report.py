"""What a verification found: how much was compared, and the first place where two answers differ."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from feedhandler.book.view import price_text
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE, Action, Kind, Side

UNDEFINED: Final[Mapping[str, int]] = {
    "price": UNDEF_PRICE, "size": UNDEF_SIZE, "order_count": UNDEF_COUNT,
}  # fmt: skip
NAMES: Final[Mapping[str, Any]] = {"kind": Kind, "action": Action, "side": Side}


@dataclass(frozen=True)
class Divergence:
    """The first difference; empty text and 0 where a part does not apply."""

    what: str  # header, row, output, completed row, book, counter, digest, best price
    field: str
    values: Mapping[str, str]  # who says what
    packet: int = 0  # as Wireshark counts
    ts_recv: int = 0
    channel_id: int = 0
    sequence: int = 0  # of the message, or of the packet where the venue counts packets
    message: int = 0  # in its datagram, from 1
    message_name: str = ""
    row: int = 0  # of the message, from 1; in a book difference, of the datagram
    instrument: str = ""
    level: str = ""

    def __str__(self) -> str:
        place = [f"packet {self.packet}"] if self.packet else []
        if self.message:
            place.append(f"message {self.message} ({self.message_name})")
        if self.row:
            place.append(f"row {self.row}")
        if self.instrument:
            place.append(f"instrument {self.instrument}")
        if self.level:
            place.append(self.level)
        said = ", ".join(f"{value} says the {who}" for who, value in self.values.items())
        where = ", ".join(place)
        return f"{where}{': ' if where else ''}{self.what}: {self.field}: {said}"


@dataclass
class Verification:
    """The outcome; `divergence` is None when nothing differed."""

    feed: str
    packets: int = 0
    datagrams: int = 0  # decoded twice, whether the session took them or not
    messages: int = 0
    rows: int = 0
    events: int = 0  # ends of event, at each of which the books it touched were compared
    book_comparisons: int = 0
    books: int = 0
    interrupted: bool = False  # stopped before its end: what was compared stands above
    engine_compared: bool = False  # the compiled engine ran over the same capture, too
    events_digest: str = ""
    books_digest: str = ""
    counters: dict[str, int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # why equal answers would not be enough
    divergence: Divergence | None = None

    @property
    def ok(self) -> bool:
        """Whether everything agreed, there was something, and the captures were read to their ends."""
        return self.divergence is None and not self.problems

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ok": self.ok, **asdict(self)}


def value_text(column: str, value: int) -> str:
    """A column's value as people read it."""
    if UNDEFINED.get(column) == value:
        return "undefined"
    if column == "price":
        return price_text(value)
    if column in NAMES:
        try:
            return str(NAMES[column](value).name)
        except ValueError:
            return f"{value:#04x}"
    if column == "flags":
        return f"{value:#04x}"
    return str(value)
