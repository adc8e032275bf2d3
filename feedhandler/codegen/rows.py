"""The second half of a message's function: fields into variables, variables into rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from feedhandler.codegen.emit import Names, Writer
from feedhandler.codegen.offsets import Place, load
from feedhandler.codegen.tables import Tables
from feedhandler.decode.mapping import MARKS, NUMBERS, UNDEFINED, Constant
from feedhandler.decode.plan import BODY, HEADER, PARENT, Columns, Lookup, Number, Spot, absent
from feedhandler.decode.tree import Bits, Field, Integer
from feedhandler.event import UNDEF_PRICE, Flag

INT64_MAX: Final = (1 << 63) - 1
UNDEFINED_NAMES: Final = {
    "price": "UNDEF_PRICE",
    "size": "UNDEF_SIZE",
    "order_count": "UNDEF_COUNT",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A field in a variable."""

    name: str
    present: str  # condition under which the variable means anything, "" = always
    null: str  # its value that means nothing, "" = none


class Rows:
    """Writes rows; knows which variable holds which field."""

    def __init__(
        self, out: Writer, names: Names, tables: Tables, bodies: Mapping[Field, Place]
    ) -> None:
        self.out = out
        self.names = names
        self.tables = tables
        self.places: dict[str, Mapping[Field, Place]] = {HEADER: bodies, BODY: bodies}
        self.owned = False  # the entries at hand may have no parent
        self.readings: dict[tuple[str, Field, bool], Reading] = {}

    # --- fields into variables ---
    def read(self, wanted: Sequence[tuple[Spot, bool]]) -> None:
        """Write a variable for each field that has none yet; True = wanted as a code of one byte."""
        for spot, code in sorted(wanted, key=self._order):
            if (spot.scope, spot.leaf, code) not in self.readings:
                self.readings[spot.scope, spot.leaf, code] = self._read(spot, code=code)

    def _order(self, wish: tuple[Spot, bool]) -> tuple[str, str, int, int]:
        spot, _ = wish
        place = self.places[spot.scope][spot.leaf]
        return spot.scope, place.base, place.offset, place.bits

    def forget(self, *scopes: str) -> None:
        """Fields of these scopes are in no variable any more."""
        self.readings = {key: r for key, r in self.readings.items() if key[0] not in scopes}

    def reading(self, spot: Spot, *, code: bool = False) -> Reading:
        """The variable of a field."""
        return self.readings[spot.scope, spot.leaf, code]

    def _read(self, spot: Spot, *, code: bool) -> Reading:
        leaf = spot.leaf
        source = load(leaf, self.places[spot.scope][leaf], code=code)
        number = max((f.since.number for f in spot.chain if f.since), default=0)
        conditions = [f"version >= {number}"] if number else []
        if spot.scope == PARENT and self.owned:
            conditions.append("owned")
        present = " and ".join(conditions)
        null = null_of(spot)
        if present:
            other = "NO_CODE" if code else null or "0"
            source = f"{source} if {present} else {other}"
            if code or null:
                present = ""
        name = self._name(spot)
        self.out.line(f"{name} = {source}")
        return Reading(name, present, "" if code else null)

    def _name(self, spot: Spot) -> str:
        own = spot.leaf.name
        if len(spot.chain) > 1 and own == "mantissa":
            own = spot.chain[-2].name
        wishes = [own, "_".join(spot.names)]
        if spot.scope == PARENT:
            wishes = [f"parent_{own}"]
        return self.names.new(*wishes, f"{own}_of_{spot.scope}")

    # --- variables into rows ---
    def row(
        self, columns: Columns, *, row: str = "row", last: str = "", final: bool = False
    ) -> None:
        """Write one row; `last` = a variable to OR in, `final` = it always ends its event."""
        self.out.columns(
            "put_row(",
            {
                "row": row,
                "ts_event": self.number("ts_event", columns),
                "ts_recv": "received",
                "order_id": self.number("order_id", columns),
                "price": self.number("price", columns),
                "size": self.number("size", columns),
                "counts": self._counts(columns),
                "sequence": "sequence",
                "instrument_id": self.number("instrument_id", columns),
                "marks": self._marks(columns, last, final=final),
            },
        )

    def _counts(self, columns: Columns) -> str:
        if "priority" in columns:
            return self.number("priority", columns)
        parts = [self.number(c, columns) for c in ("order_count", "instrument_sequence")]
        return "0" if parts == ["0", "0"] else f"counts({', '.join(parts)})"

    def number(self, column: str, columns: Columns) -> str:
        """A column of more than a byte, as source."""
        value = absent(columns, column)
        undefined = _literal(column, UNDEFINED[column])
        if isinstance(value, Constant):
            return _literal(column, value.value)
        if not isinstance(value, Number):
            raise TypeError(column)
        reading = self.reading(value.spot)
        name, null = reading.name, reading.null
        if column == "price":
            text = self._price(value, reading)
        elif value.midnight:
            text = f"day + {name}"
            text = f"pick({name} != {null}, {text}, 0)" if null else text
        else:
            text = f"size_u8({name})" if column == "size" and _unsigned_8(value.spot) else name
            covered = text != name and int(null or "0", 0) < 0
            if null and not covered and int(null, 0) != UNDEFINED[column]:
                text = f"given({text}, {null}, {undefined})"
        return f"pick({reading.present}, {text}, {undefined})" if reading.present else text

    def _price(self, value: Number, reading: Reading) -> str:
        """A price as source; it is checked only where its type could overflow."""
        low, high = _range(value.spot)
        name, null, factor = reading.name, reading.null, value.factor
        if low * factor >= -INT64_MAX - 1 and high * factor <= INT64_MAX:
            text = name if factor == 1 else f"{name} * {factor}"
            if not null or (factor == 1 and int(null, 0) == UNDEF_PRICE):
                return text
            return f"pick({name} != {null}, {text}, UNDEF_PRICE)"
        signed = int(low < 0)
        if null:
            return f"scaled_given({name}, {null}, {factor}, {signed}, context)"
        return f"scaled({name}, {factor}, {signed}, context)"

    # --- the last word ---
    def _marks(self, columns: Columns, last: str, *, final: bool) -> str:
        constants: dict[str, int] = {}
        single: dict[tuple[str, Field], dict[str, Lookup]] = {}
        double: dict[tuple[str, Field, str, Field], dict[str, tuple[Lookup, ...]]] = {}
        parts = ["stamp"]
        shifted = []
        for column in MARKS:
            value = absent(columns, column)
            if isinstance(value, Constant):
                constants[column] = value.value
            elif isinstance(value, Number):
                raise TypeError(column)
            elif len(value) == 2:
                first, second = value
                key = (first.spot.scope, first.spot.leaf, second.spot.scope, second.spot.leaf)
                double.setdefault(key, {})[column] = value
            elif not value[0].table and value[0].other is None:
                shifted.append(self._shifted(column, value[0].spot))
            else:
                single.setdefault((value[0].spot.scope, value[0].spot.leaf), {})[column] = value[0]
        if final:
            constants["flags"] = constants.get("flags", 0) | Flag.LAST
        parts.append(self.tables.constant(constants))
        parts += self._looked_up(single, double)
        parts += shifted
        parts.append(last)
        return " | ".join(part for part in parts if part)

    def _shifted(self, column: str, spot: Spot) -> str:
        """A column that holds a code as it is."""
        reading = self.reading(spot, code=_is_byte(spot))
        text = reading.name
        if _is_byte(spot):
            if any(f.since for f in spot.chain) or (spot.scope == PARENT and self.owned):
                text = f"given({text}, NO_CODE, 0)"
            if spot.null:
                text = f"given({text}, 0x{spot.null & 0xFF:02X}, 0)"
        else:
            text = f"given({text}, {reading.null}, 0)" if reading.null else text
            text = f"pick({reading.present}, {text}, 0)" if reading.present else text
            text = f"({text} & 0xFF)"
        return f"{text} << {column.upper()}_SHIFT"

    def _looked_up(
        self,
        single: dict[tuple[str, Field], dict[str, Lookup]],
        double: dict[tuple[str, Field, str, Field], dict[str, tuple[Lookup, ...]]],
    ) -> Iterator[str]:
        """Tables by one field; then tables by a second field, for what the first leaves open."""
        seconds = []
        for (scope, leaf, second_scope, second_leaf), columns in double.items():
            first_lookups = {column: pair[0] for column, pair in columns.items()}
            always = single.pop((second_scope, second_leaf), {})
            lookups = {**{c: pair[1] for c, pair in columns.items()}, **always}
            spot, second_spot = _spot(first_lookups), _spot(lookups)
            leaves = self.tables.leaves(spot, first_lookups, list(always))
            name = self.tables.table(second_spot, lookups, ())
            seconds.append(
                f"int({name}[{self.reading(second_spot, code=True).name}])"
                f" & int({leaves}[{self.reading(spot, code=True).name}])"
            )
            merged = single.pop((scope, leaf), {})
            table = self.tables.table(spot, {**merged, **first_lookups}, list(first_lookups))
            yield f"int({table}[{self.reading(spot, code=True).name}])"
        for lookups in single.values():
            spot = _spot(lookups)
            name = self.tables.table(spot, lookups, ())
            yield f"int({name}[{self.reading(spot, code=True).name}])"
        yield from seconds


def wanted(columns: Columns) -> Iterator[tuple[Spot, bool]]:
    """The fields that a row needs; True = as a code of one byte."""
    for column in (*NUMBERS, *MARKS):
        value = absent(columns, column)
        if isinstance(value, Number):
            yield value.spot, False
        elif isinstance(value, tuple):
            for lookup in value:
                yield lookup.spot, _is_byte(lookup.spot)


def _spot(lookups: Mapping[str, Lookup]) -> Spot:
    return next(iter(lookups.values())).spot


def _is_byte(spot: Spot) -> bool:
    kind = spot.leaf.kind
    return (kind.size == 1) if isinstance(kind, Integer) else isinstance(kind, Bits)


def _unsigned_8(spot: Spot) -> bool:
    kind = spot.leaf.kind
    return isinstance(kind, Integer) and kind.size == 8 and not kind.signed


def null_of(spot: Spot) -> str:
    """The null value as it is loaded: the bits of an unsigned eight-byte number come signed."""
    if spot.null is None:
        return ""
    value = spot.null
    if _unsigned_8(spot) and value > INT64_MAX:
        value -= 1 << 64
    return f"0x{value:X}" if value > 255 else str(value)


def _range(spot: Spot) -> tuple[int, int]:
    kind = spot.leaf.kind
    if isinstance(kind, Integer):
        return kind.low, kind.high
    return 0, (1 << kind.width) - 1 if isinstance(kind, Bits) else 0


def _literal(column: str, value: int) -> str:
    if column in UNDEFINED_NAMES and value == UNDEFINED[column]:
        return UNDEFINED_NAMES[column]
    return str(value)
