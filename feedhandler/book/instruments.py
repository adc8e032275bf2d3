"""Instruments: what a definition message tells of one, and the directory of all that were seen.

Definitions are rare and rich, so they are read by the reference decoder, from the very object that
Kaitai made of the message. Which of its fields means what is written in the mapping of the
protocol, in the `instrument` section of a message; paths start at the body of the message:

    instrument:
      id: block.security_id
      symbol: block.symbol
      tick: block.min_price_increment        # a decimal, or {field: x, scale: -4} of an integer
      display_factor: block.display_factor
      lot: round_lot_size
      delete: {field: block.security_update_action, equals: 0x44}
      depth: {each: no_md_feed_types, where: {md_feed_type: GBX}, field: market_depth}
      implied_depth: {each: no_md_feed_types, where: {md_feed_type: GBI}, field: market_depth}
      inverted: {each: no_inst_attrib, field: inst_attrib_value.inverted_book}

`each` takes the first entry of a group for which every `where` holds. Only `id` is required: what
is not there, or null, is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final

from feedhandler.book.contents import Key
from feedhandler.book.pools import (
    DEPTH_DEFAULT,
    IMPLIED_DEPTH_DEFAULT,
    KNOWN,
    TOLD_DEPTH,
    TOLD_IMPLIED,
)
from feedhandler.event import PRICE_SCALE, UNDEF_PRICE

FIELDS: Final = frozenset(
    {
        *("id", "symbol", "tick", "display_factor", "lot"),
        *("delete", "depth", "implied_depth", "inverted"),
    }
)
_NULL_MANTISSA: Final = 0x7FFF_FFFF_FFFF_FFFF
_DEPTHS: Final = range(1, 127)  # 127 is null; a byte holds no more anyway


@dataclass(frozen=True)
class Instrument:
    """What is known of an instrument; prices in units of 1e-9."""

    channel_id: int
    instrument_id: int
    symbol: str
    tick: int | None = None  # smallest step between two prices
    display_factor: int | None = None  # people see prices multiplied by it; units of 1e-9
    lot: int | None = None
    depth: int | None = None  # levels a side of the by-level book
    implied_depth: int | None = None
    inverted: bool = False  # bids above asks are normal

    @property
    def key(self) -> Key:
        """Channel and instrument id."""
        return self.channel_id, self.instrument_id

    def shown(self, price: int) -> Decimal:
        """A price as people of this market write it."""
        exact = Decimal(price).scaleb(PRICE_SCALE)
        if self.display_factor is None:
            return exact
        return exact * Decimal(self.display_factor).scaleb(PRICE_SCALE)


class InstrumentError(ValueError):
    """An `instrument` section that cannot be meant."""


class InstrumentMap:
    """The `instrument` section of one message: where its fields are."""

    def __init__(self, section: Mapping[str, Any], where: str = "instrument") -> None:
        unknown = sorted(set(section) - FIELDS)
        if unknown:
            message = f"{where}: unknown key {unknown[0]}"
            raise InstrumentError(message)
        if "id" not in section:
            message = f"{where}: id is missing"
            raise InstrumentError(message)
        self.section = {
            name: _source(source, f"{where}.{name}") for name, source in section.items()
        }

    def read(self, body: Any, channel_id: int) -> tuple[Instrument, bool]:
        """The instrument that a definition describes, and whether it was withdrawn."""
        found = {name: _value(body, source) for name, source in self.section.items()}
        instrument_id = _integer(found["id"]) or 0
        symbol = str(found.get("symbol") or "").strip(" \0") or f"#{instrument_id}"
        made = Instrument(
            channel_id=channel_id,
            instrument_id=instrument_id & 0xFFFF_FFFF,
            symbol=symbol,
            tick=_nanos(found.get("tick"), self.section.get("tick")),
            display_factor=_nanos(found.get("display_factor"), self.section.get("display_factor")),
            lot=_whole(found.get("lot")),
            depth=_depth(found.get("depth")),
            implied_depth=_depth(found.get("implied_depth")),
            inverted=bool(found.get("inverted")),
        )
        equals = self.section.get("delete", {}).get("equals")
        return made, equals is not None and _plain(found["delete"]) == equals


class Directory:
    """All instruments seen, by channel and id."""

    def __init__(self) -> None:
        self._by_key: dict[Key, Instrument] = {}
        self._by_symbol: dict[str, list[Key]] = {}
        self._former: set[Key] = set()  # named in a session before, and not in this one

    def __len__(self) -> int:
        return len(self._by_key)

    def define(self, instrument: Instrument) -> bool:
        """Learn an instrument; a later definition replaces an earlier one: whether it is another one."""
        old = self._by_key.get(instrument.key)
        self.forget(instrument.key)
        for key in self.keys_of(instrument.symbol):
            if key in self._former and key[0] == instrument.channel_id:
                self.forget(key)  # it has another number in this session
        self._by_key[instrument.key] = instrument
        self._by_symbol.setdefault(instrument.symbol, []).append(instrument.key)
        return old is not None and old != instrument

    def begin(self, channel_id: int) -> None:
        """Another session of a channel: its names are those of before, until this one gives them anew."""
        self._former.update(key for key in self._by_key if key[0] == channel_id)

    def forget(self, key: Key) -> None:
        """What was told of an instrument holds no more."""
        old = self._by_key.pop(key, None)
        if old is not None:
            self._by_symbol[old.symbol].remove(key)
            if not self._by_symbol[old.symbol]:
                del self._by_symbol[old.symbol]
        self._former.discard(key)

    def get(self, key: Key) -> Instrument:
        """An instrument; without a definition, one that knows its number only."""
        return self._by_key.get(key) or Instrument(*key, symbol=f"#{key[1]}")

    def keys_of(self, symbol: str) -> list[Key]:
        """Channel and id of every instrument of this symbol."""
        return list(self._by_symbol.get(symbol, ()))


def equip(books: Any, number: int, instrument: Instrument) -> None:
    """Write into a BOOK record what its kernel must know; the ladder must be deep enough.

    A definition that names no depth leaves the default one, and the book is defined all the same. What is known
    for a natural refresh was counted to the depth of before.
    """
    depth = instrument.depth or DEPTH_DEFAULT
    implied_depth = instrument.implied_depth or IMPLIED_DEPTH_DEFAULT
    told = (TOLD_DEPTH if instrument.depth else 0) | (
        TOLD_IMPLIED if instrument.implied_depth else 0
    )
    same = (depth, implied_depth) == (books["depth"][number], books["implied_depth"][number])
    if not same or books["refresh"][number] & ~KNOWN != told:
        books["refresh"][number] = told
    books["depth"][number] = depth
    books["implied_depth"][number] = implied_depth
    books["inverted"][number] = instrument.inverted


# --- reading an object by path ---
def _source(source: Any, where: str) -> dict[str, Any]:
    """The long form of a source: {field, each, where, equals, scale}."""
    made = {"field": source} if isinstance(source, str) else source
    known = {"field", "each", "where", "equals", "scale"}
    if not isinstance(made, Mapping) or "field" not in made or set(made) - known:
        message = f"{where}: a path, or field with each, where, equals or scale, is expected"
        raise InstrumentError(message)
    return dict(made)


def _value(body: Any, source: Mapping[str, Any]) -> Any:
    """What a source gives; None = nothing."""
    if "each" not in source:
        return _at(body, source["field"])
    for entry in _at(body, source["each"]) or ():
        wanted = source.get("where", {})
        if all(_plain(_at(entry, path)) == value for path, value in wanted.items()):
            return _at(entry, source["field"])
    return None


def _at(part: Any, path: str) -> Any:
    """An attribute of attributes; None where there is none."""
    for name in path.split("."):
        part = getattr(part, name, None)
    return part


def _plain(value: Any) -> Any:
    """A value as mappings write it: text without blanks, members of enumerations as numbers."""
    if isinstance(value, str):
        return value.strip(" \0")
    return int(value) if isinstance(value, IntEnum) else getattr(value, "value", value)


def _integer(value: Any) -> int | None:
    plain = _plain(value)
    return plain if isinstance(plain, int) else None


def _nanos(value: Any, source: Mapping[str, Any] | None) -> int | None:
    """A decimal in units of 1e-9: an object of mantissa and exponent, or a scaled integer."""
    mantissa = getattr(value, "mantissa", value)
    exponent = getattr(value, "exponent", (source or {}).get("scale", 0))
    if not isinstance(mantissa, int) or mantissa == _NULL_MANTISSA:
        return None
    shift = exponent - PRICE_SCALE
    nanos = mantissa * 10**shift if shift >= 0 else mantissa // 10**-shift
    return nanos if abs(nanos) < UNDEF_PRICE else None


def _whole(value: Any) -> int | None:
    """A quantity in whole units."""
    if hasattr(value, "mantissa"):
        nanos = _nanos(value, None)
        return None if nanos is None else nanos // 10**-PRICE_SCALE
    return _integer(value)


def _depth(value: Any) -> int | None:
    depth = _integer(value)
    return depth if depth in _DEPTHS else None
