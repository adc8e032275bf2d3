"""Where to stop, as people write it: a packet number, a time of day, a date and time, ns since 1970.

A time is an integer of nanoseconds throughout. Without a zone it is the venue's own time, because that is what
"half past nine" means to those who trade there; a time of day is one of the day on which the capture begins.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple

NS: Final = 1_000_000_000
EPOCH_NS_LEAST: Final = 10**15  # 12 January 1970: no capture has so many packets
NS_MAX: Final = (1 << 63) - 1

_CLOCK: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ]", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FORMS: Final = (
    "a packet number, 09:30:00.123456789, 2024-03-15T09:30:00Z or ns since 1970 is expected"
)


class MomentError(ValueError):
    """A text that is none of the forms; one line that says which there are."""


class Moment(NamedTuple):
    """A point in a capture: a packet, or a time with whatever of date and zone was written."""

    text: str
    packet: int = 0
    date: tuple[int, int, int] | None = None
    clock: tuple[int, int, int] | None = None
    fraction_ns: int = 0
    zone: tzinfo | None = None
    epoch_ns: int = 0

    def time_ns(self, first_ns: int, zone: tzinfo) -> int:
        """The time in ns since 1970, in a capture that begins at `first_ns`; 0 of a packet."""
        if self.clock is None:
            return self.epoch_ns
        zone = self.zone or zone
        if self.date is None:
            begins = (_EPOCH + timedelta(seconds=first_ns // NS)).astimezone(zone)
            date = (begins.year, begins.month, begins.day)
        else:
            date = self.date
        moment = datetime(*date, *self.clock, tzinfo=zone)
        time_ns = (moment - _EPOCH) // timedelta(seconds=1) * NS + self.fraction_ns
        return max(1, min(time_ns, NS_MAX))

    @property
    def needs_day(self) -> bool:
        """Whether only the capture can tell the day."""
        return self.clock is not None and self.date is None


def parse_moment(text: str) -> Moment:
    """Read a point in any of the forms."""
    if text.isascii() and text.isdigit():
        return _number(text)
    date = None
    rest = text
    if found := _DATE.match(text):
        year, month, day = map(int, found.groups())
        date = (year, month, day)
        rest = text[found.end() :]
    found = _CLOCK.fullmatch(rest)
    if found is None:
        raise MomentError(f"{text!r}: {_FORMS}")
    hour, minute, second, fraction, offset = found.groups()
    clock = (int(hour), int(minute), int(second or 0))
    try:
        zone = _zone(offset)
        datetime(*(date or (2000, 1, 1)), *clock, tzinfo=UTC)
    except ValueError as error:
        raise MomentError(f"{text!r}: {error}") from None
    fraction_ns = int((fraction or "0").ljust(9, "0"))
    return Moment(text, date=date, clock=clock, fraction_ns=fraction_ns, zone=zone)


def _number(text: str) -> Moment:
    number = int(text)
    if number == 0:
        raise MomentError("packets are numbered from 1")
    if number > NS_MAX:
        raise MomentError(f"{text}: is too large for ns since 1970")
    if number >= EPOCH_NS_LEAST:
        return Moment(text, epoch_ns=number)
    return Moment(text, packet=number)


def _zone(offset: str | None) -> tzinfo | None:
    if offset is None:
        return None
    if offset == "Z":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(sign * timedelta(minutes=minutes))
