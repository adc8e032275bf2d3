"""A field's value as a person reads it: names of codes, exact decimals, times, nulls; no float."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, Final

NULL: Final = "null"
NS: Final = 1_000_000_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def show(value: Any, attribute: Mapping[str, Any], exponent: int | None = None) -> str:
    """The text of a value that `attribute` of a description describes."""
    if "-null" in attribute and value == attribute["-null"]:
        return NULL
    if isinstance(value, IntEnum):
        return value.name
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return value.rstrip(" \0")
    return _number(int(value), attribute.get("-scale", exponent), attribute.get("-unit", ""))


def _number(value: int, scale: int | None, unit: str) -> str:
    if scale is not None:
        return decimal(value, scale)
    return _TIMES[unit](value) if unit in _TIMES else str(value)


def decimal(mantissa: int, exponent: int) -> str:
    """The number mantissa * 10**exponent, exactly, without zeros that say nothing."""
    if exponent >= 0:
        return str(mantissa * 10**exponent)
    sign = "-" if mantissa < 0 else ""
    whole, part = divmod(abs(mantissa), 10**-exponent)
    digits = f"{part:0{-exponent}d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def _clock(nanoseconds: int) -> str:
    seconds, part = divmod(nanoseconds, NS)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:09d}"


def _moment(nanoseconds: int) -> str:
    seconds, part = divmod(nanoseconds, NS)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return str(nanoseconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{part:09d}Z"


def _date(days: int) -> str:
    try:
        return f"{_EPOCH + timedelta(days=days):%Y-%m-%d}"
    except OverflowError:
        return str(days)


_TIMES: Final = {
    "ns_since_epoch": _moment,
    "us_since_epoch": lambda value: _moment(value * 1_000),
    "ms_since_epoch": lambda value: _moment(value * 1_000_000),
    "s_since_epoch": lambda value: _moment(value * NS),
    "ns_since_midnight": _clock,
    "s_since_midnight": lambda value: _clock(value * NS),
    "days_since_epoch": _date,
}
