"""Writes the function that makes a template's record into Event rows."""

from typing import Final

from feedhandler.decode.fast.generate_segments import Emitter
from feedhandler.decode.fast.plan import PRESENCE_BITS, Scalar, Type
from feedhandler.decode.fast.rows import (
    ENTRY,
    MARKS,
    Columns,
    Entries,
    Lookup,
    Meaning,
    Spot,
    absent,
)
from feedhandler.decode.mapping import UNDEFINED, Constant
from feedhandler.decode.marks import SHIFT, marks

NAMES: Final = {"price": "UNDEF_PRICE", "size": "UNDEF_SIZE", "order_count": "UNDEF_COUNT"}
OPEN: Final = -1  # in a table whose code leaves the decision to a second one


class Tables:
    """Code tables of a module, each written once."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, column: str, lookup: Lookup, *, leaves: bool) -> str:
        """The table of a lookup; `leaves` = what it lacks is for the next one."""
        codes = {code: marks(**{column: value}) for code, value in lookup.table.items()}
        told = ", ".join(f"{code:#x}: {value:#x}" for code, value in codes.items())
        other = OPEN if leaves else marks(**{column: lookup.other or 0})
        raw = f', raw="{column}"' if lookup.other is None and not leaves else ""
        source = f"marks_table({{{told}}}, other={other:#x}{raw})"
        return self._names.setdefault(source, f"{column.upper()}_{len(self._names)}")

    def text(self) -> str:
        """All of them."""
        return "".join(f"{name} = {source}\n" for source, name in self._names.items())


class RowWriter:
    """Writes the rows of one template."""

    def __init__(self, meaning: Meaning, tables: Tables) -> None:
        self.meaning = meaning
        self.tables = tables
        self.emit = Emitter()
        self.time: str | None = None  # the variable of the message's time

    def source(self) -> str:
        """The function."""
        emit, number = self.emit, self.meaning.template.id
        emit("@kernel")
        emit(f"def rows_{number}(out, row, full, context, received, sequence, stamp, day):")
        with emit.block():
            emit('"""Address behind the last row, or ROWS_FULL."""')
            emit("begun = row")
            self._message_time()
            for item in self.meaning.items:
                if isinstance(item, Entries):
                    self._entries(item)
                else:
                    self._row(item)
            if self.meaning.last:
                emit("if row > begun:")
                emit("    mark_last(row - 64)")
            emit("return row")
        return emit.text()

    def _message_time(self) -> None:
        """The time that all rows of a message share is worked out once."""
        for item in self.meaning.items:
            for columns in item.rows if isinstance(item, Entries) else (item,):
                value = absent(columns, "ts_event")
                if isinstance(value, Spot) and value.scope != ENTRY:
                    self.time = self._time(columns)
                    return

    def _entries(self, entries: Entries) -> None:
        emit, at = self.emit, entries.place.cell
        emit(f"entry = out + 8 * u8le(out + {8 * at})")
        emit(f"for _ in range(u8le(out + {8 * at + 8})):")
        with emit.block():
            for columns in entries.rows:
                self._row(columns)
            emit(f"entry += {8 * entries.layout.words}")

    def _row(self, columns: Columns) -> None:
        emit = self.emit
        emit("if row + 64 > full:")
        emit("    return ROWS_FULL")
        told = {
            "row": "row",
            "ts_event": self._time(columns),
            "ts_recv": "received",
            "order_id": self._number("order_id", columns),
            "price": self._price(columns),
            "size": self._number("size", columns),
            "counts": self._counts(columns),
            "sequence": "sequence",
            "instrument_id": f"{self._number('instrument_id', columns)} & 0xFFFFFFFF",
            "marks": self._marks(columns),
        }
        emit("put_row(")
        for name, source in told.items():
            emit(f"    {name}={source},")
        emit(")")
        emit("row += 64")

    # --- fields ---
    def _record(self, spot: Spot) -> str:
        return "entry" if spot.scope == ENTRY else "out"

    def _cell(self, spot: Spot, more: int = 0) -> str:
        return f"u8le({self._record(spot)} + {8 * (spot.place.cell + more)})"

    def _given(self, spot: Spot) -> str:
        """The condition that a field is there."""
        word = (0 if spot.scope == ENTRY else 1) + spot.place.bit // PRESENCE_BITS
        mask = 1 << spot.place.bit % PRESENCE_BITS
        return f"u8le({self._record(spot)} + {8 * word}) & {mask:#x} != 0"

    def _variable(self, name: str, source: str) -> str:
        """A variable for what takes more than a few words."""
        self.emit(f"{name} = {source}")
        return name

    def _number(self, column: str, columns: Columns) -> str:
        value = absent(columns, column)
        if isinstance(value, Constant):
            return _literal(column, value.value)
        if not isinstance(value, Spot):
            raise TypeError(column)
        source = self._cell(value)
        each = value.place.instruction
        if column == "size" and isinstance(each, Scalar) and each.type is Type.UINT64:
            source = f"size_u8({source})"
        none = _literal(column, UNDEFINED[column])
        return self._variable(column, f"pick({self._given(value)}, {source}, {none})")

    def _time(self, columns: Columns) -> str:
        value = absent(columns, "ts_event")
        if isinstance(value, Constant):
            return str(value.value)
        if not isinstance(value, Spot):
            raise TypeError
        if value.scope != ENTRY and self.time is not None:
            return self.time
        made = f"time_of({self._cell(value)}, day) if {self._given(value)} else 0"
        return self._variable("ts_event", made)

    def _price(self, columns: Columns) -> str:
        value = absent(columns, "price")
        if not isinstance(value, Spot):
            return self._number("price", columns)
        exponent = self._cell(value, 1) if value.is_decimal else "0"
        made = f"price_of({self._cell(value)}, {exponent}, context)"
        return self._variable("price", f"{made} if {self._given(value)} else UNDEF_PRICE")

    def _counts(self, columns: Columns) -> str:
        if "priority" in columns:
            return self._number("priority", columns)
        told = [self._number(each, columns) for each in ("order_count", "instrument_sequence")]
        return f"counts({', '.join(told)})"

    # --- the last word ---
    def _marks(self, columns: Columns) -> str:
        constants: dict[str, int] = {}
        codes: dict[Spot, str] = {}
        parts = ["stamp"]
        for column in MARKS:
            value = absent(columns, column)
            if isinstance(value, Constant):
                constants[column] = value.value
            elif isinstance(value, Spot):
                raise TypeError(column)
            else:
                parts.append(self._looked_up(column, value, codes))
        parts.insert(1, f"{marks(**constants):#x}")
        return " | ".join(parts)

    def _looked_up(self, column: str, lookups: tuple[Lookup, ...], codes: dict[Spot, str]) -> str:
        entries = [
            self._entry(column, lookup, codes, leaves=lookup is not lookups[-1])
            for lookup in lookups
        ]
        self.emit(f"{column} = {entries[0]}")
        for entry in entries[1:]:
            self.emit(f"if {column} < 0:")
            self.emit(f"    {column} = {entry}")
        return column

    def _entry(self, column: str, lookup: Lookup, codes: dict[Spot, str], *, leaves: bool) -> str:
        name = self.tables.name(column, lookup, leaves=leaves)
        if lookup.spot in codes:
            return f"int({name}[{codes[lookup.spot]}])"
        kind = "code_of_text" if lookup.spot.is_text else "code_of_number"
        code = codes[lookup.spot] = f"code_{len(codes)}"
        given = self._given(lookup.spot)
        self.emit(f"{code} = {kind}({self._cell(lookup.spot)}) if {given} else NO_CODE")
        return f"int({name}[{code}])"


def _literal(column: str, value: int) -> str:
    if column in NAMES and value == UNDEFINED[column]:
        return NAMES[column]
    return str(value)


__all__ = ["SHIFT", "RowWriter", "Tables"]
