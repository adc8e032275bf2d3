"""MDP 3.0 messages, byte for byte: schema 1, version 13, each with its two size bytes in front.

Layouts are those of the published schema: little-endian, root block of 11 bytes of which 9 are
used, prices as integers of 1e-9. A message is a bytearray because its MatchEventIndicator is known
only when the event is complete: `mark` sets bits of it.
"""

from struct import Struct
from typing import Final

SCHEMA: Final = 1
VERSION: Final = 13
NULL_PRICE: Final = 0x7FFF_FFFF_FFFF_FFFF
NULL_I4: Final = 0x7FFF_FFFF
NULL_I1: Final = 0x7F
NULL_U1: Final = 0xFF
NULL_U2: Final = 0xFFFF
NULL_U4: Final = 0xFFFF_FFFF
NULL_U8: Final = 0xFFFF_FFFF_FFFF_FFFF

# MatchEventIndicator
LAST_TRADE: Final = 0x01
LAST_VOLUME: Final = 0x02
LAST_QUOTE: Final = 0x04
LAST_STATISTIC: Final = 0x08
LAST_IMPLIED: Final = 0x10
RECOVERY: Final = 0x20
END_OF_EVENT: Final = 0x80

# MDUpdateAction and OrderUpdateAction
NEW: Final = 0
CHANGE: Final = 1
DELETE: Final = 2

# MDEntryType
ENTRY_BID: Final = ord("0")
ENTRY_OFFER: Final = ord("1")
ENTRY_IMPLIED_BID: Final = ord("E")
ENTRY_IMPLIED_OFFER: Final = ord("F")
ENTRY_OPEN: Final = ord("4")
ENTRY_SETTLEMENT: Final = ord("6")
ENTRY_HIGH: Final = ord("7")
ENTRY_LOW: Final = ord("8")
ENTRY_HIGHEST_BID: Final = ord("N")
ENTRY_LOWEST_OFFER: Final = ord("O")
ENTRY_OPEN_INTEREST: Final = ord("C")
ENTRY_VOLUME: Final = ord("e")

# SecurityTradingStatus
READY_TO_TRADE: Final = 17
PRE_OPEN: Final = 21
CLOSED: Final = 4

_HEADER: Final = Struct("<HHHHH")  # size, block length, template, schema, version
_ROOT: Final = Struct("<QB2x")
_INDICATOR: Final = 18  # in most messages
_GROUP: Final = Struct("<HB")
_GROUP_8: Final = Struct("<H5xB")

LEVEL: Final = Struct("<qiiIiBBBix")
LEVEL_LONG: Final = Struct("<qQiIiBBBx")
LEVEL_ORDER: Final = Struct("<QQiBB2x")
ORDER: Final = Struct("<QQqiiBB6x")
TRADE: Final = Struct("<qiiIiBBI2x")
TRADE_LONG: Final = Struct("<qQiIiIBB6x")
TRADE_ORDER: Final = Struct("<Qi4x")
VOLUME: Final = Struct("<iiIB3x")
VOLUME_LONG: Final = Struct("<QiIB7x")
STATISTIC: Final = Struct("<qiIBBBix")
STATISTIC_LONG: Final = Struct("<qQiIBBB5x")
DAILY: Final = Struct("<qiiIHBBB7x")
LIMITS: Final = Struct("<qqqiI")
STATUS: Final = Struct("<Q6s6siHBBBB")
RESET: Final = Struct("<QB")
RESET_ENTRY: Final = Struct("<h")
SNAPSHOT: Final = Struct("<IIiIQQHBqqq")
SNAPSHOT_ENTRY: Final = Struct("<qiibHBBB")
SNAPSHOT_ENTRY_LONG: Final = Struct("<qQiBBB")
SNAPSHOT_ORDERS: Final = Struct("<IIiIIQ")
SNAPSHOT_ORDER: Final = Struct("<QQqiB")


def message(template: int, root: bytes, *groups: bytes) -> bytearray:
    """Put size and SBE header before a root block and its groups."""
    body = root + b"".join(groups)
    return bytearray(
        _HEADER.pack(len(body) + _HEADER.size, len(root), template, SCHEMA, VERSION) + body
    )


def group(layout: Struct, entries: list[bytes]) -> bytes:
    """Put the three bytes of `groupSize` before the entries."""
    return _GROUP.pack(layout.size, len(entries)) + b"".join(entries)


def group_8(layout: Struct, entries: list[bytes]) -> bytes:
    """Put the eight bytes of `groupSize8Byte` before the entries."""
    return _GROUP_8.pack(layout.size, len(entries)) + b"".join(entries)


def refresh(template: int, now: int, *groups: bytes) -> bytearray:
    """Make an incremental message with its indicator still empty."""
    return message(template, _ROOT.pack(now, 0), *groups)


def mark(made: bytearray, bits: int) -> None:
    """Set bits of the indicator of a message made by `refresh`."""
    made[_INDICATOR] |= bits


def heartbeat() -> bytearray:
    """Make 12: a message of nothing but its header."""
    return message(12, b"")


def channel_reset(now: int, channel: int) -> bytearray:
    """Make 4: every book of the channel is empty."""
    entry = RESET_ENTRY.pack(channel)
    return message(4, RESET.pack(now, END_OF_EVENT), group(RESET_ENTRY, [entry]))


def security_status(
    now: int, security_group: str, asset: str, security_id: int | None, status: int
) -> bytearray:
    """Make 30: for an instrument, or without it for the group."""
    root = STATUS.pack(
        now, security_group.encode(), asset.encode() if security_id is None else b"",
        NULL_I4 if security_id is None else security_id, TRADE_DATE, END_OF_EVENT, status, 0, 0,
    )  # fmt: skip
    return message(30, root)


TRADE_DATE: Final = 19_797  # days since 1970: 2024-03-15
