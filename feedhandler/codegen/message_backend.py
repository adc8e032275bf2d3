"""One function per type of message, and the function that chooses among them."""

from collections.abc import Sequence
from typing import Final

from feedhandler.codegen.doors import Dimensions, Doors, GroupNames
from feedhandler.codegen.emit import Names, Writer
from feedhandler.codegen.offsets import Place, is_fixed, load, places, refuse, steps
from feedhandler.codegen.rows import Rows, null_of, wanted
from feedhandler.codegen.tables import Tables
from feedhandler.decode.plan import (
    ENTRY,
    PARENT,
    Application,
    Columns,
    Group,
    Message,
    Number,
    Spot,
)
from feedhandler.decode.tree import Bits, Field, Integer, Record

PARAMETERS: Final = (
    "message", "size", "row", "full", "context", "received", "sequence", "stamp",
)  # fmt: skip


class Applications:
    """Writes the functions of an application protocol."""

    def __init__(self, plan: Application, tables: Tables) -> None:
        self.plan = plan
        self.tables = tables
        self.dimensions = Dimensions(tables.names)
        self.functions = {
            message.record: tables.names.new(message.record.name, f"{message.record.name}_message")
            for message in plan.messages
        }
        self.header = tuple(f for f in plan.record.fields if f is not plan.body)
        if not all(f.since is None and is_fixed(f) for f in self.header):
            refuse(plan.body, "the header before a choice must be of fixed size")
        self.places = places(self.header, "message")
        self.header_size = steps(self.header)[-1].bytes

    def write(self, out: Writer) -> None:
        """All functions; the choosing one, named as the protocol, comes last."""
        for message in self.plan.messages:
            body = Function(self, message).write()
            self._statements(out)
            out.lines += body.lines
        self._choose(out)

    def _statements(self, out: Writer) -> None:
        """The constants and tables that a function is the first to use."""
        statements = self.tables.take()
        if statements:
            out.lines += ["", "", *statements]
        for helper in self.dimensions.take():
            out.lines += ["", "", helper.rstrip()]

    def code(self, value: int) -> str:
        """A selector's value, as specifications write it."""
        kind = self.plan.selector.kind
        return f"0x{value:02X}" if isinstance(kind, Integer) and kind.size == 1 else str(value)

    def _choose(self, out: Writer) -> None:
        plan = self.plan
        out.line()
        out.line()
        out.line("@hot")
        with out.function(plan.record.name, PARAMETERS):
            out.line('"""One message: the address behind its rows, or MALFORMED, or ROWS_FULL."""')
            out.door(f"size < {self.header_size}")
            if plan.schema:
                field, value = plan.schema
                with out.block(f"if {load(field, self.places[field])} != {value}:  # {field.name}"):
                    out.line("bump(context, UNKNOWN_SCHEMA)")
                    out.line("return row")
            if plan.version and plan.newest is not None:
                version = load(plan.version, self.places[plan.version])
                with out.block(f"if {version} > {plan.newest}:  # {plan.version.name}"):
                    out.line("bump(context, NEWER_VERSION)")
            selector = plan.selector.name
            out.line(f"{selector} = {load(plan.selector, self.places[plan.selector])}")
            for message in plan.messages:
                chosen = " or ".join(f"{selector} == {self.code(v)}" for v in message.selectors)
                with out.block(f"if {chosen}:"):
                    out.call(f"return {self.functions[message.record]}", PARAMETERS)
            out.line("bump(context, UNKNOWN_TEMPLATE)")
            out.line("return row")


class Function:
    """Writes the function of one type of message."""

    def __init__(self, outer: Applications, message: Message) -> None:
        self.outer = outer
        self.message = message
        self.out = Writer()
        self.names = Names()
        self.groups = [item for item in message.items if isinstance(item, Group)]
        wanted_groups = {g.field for g in self.groups} | {g.parent for g in self.groups if g.parent}
        self.doors = Doors(self.out, self.names, outer.places, outer.dimensions, wanted_groups)

    def write(self) -> Writer:
        """The whole function."""
        out, message = self.out, self.message
        out.line()
        out.line()
        out.line("@hot")
        with out.function(self.outer.functions[message.record], PARAMETERS):
            out.line(f'"""{self._title()}."""')
            self._prologue()
            self.doors.write(message.record, self.outer.header_size)
            out.line()
            self.rows = Rows(out, self.names, self.outer.tables, self.doors.places)
            if message.definition:
                out.line("bump(context, DEFINITIONS)")
            if self.groups:
                self._with_groups()
            else:
                self._without_groups()
        return out

    def _title(self) -> str:
        outer = self.outer
        codes = " ".join(outer.code(value) for value in self.message.selectors)
        if isinstance(outer.plan.selector.kind, Integer) and outer.plan.selector.kind.size == 1:
            codes += "".join(f" {chr(v)}" for v in self.message.selectors if 32 < v < 127)
        return f"{outer.plan.selector.name} {codes}"

    def _prologue(self) -> None:
        version = self.outer.plan.version
        fields = self.message.record.fields
        if not all(map(is_fixed, fields)):
            self.out.line("end = message + size")
        if version and any(map(_has_versions, fields)):
            self.out.line(f"version = {load(version, self.outer.places[version])}")
        times = [row.get("ts_event") for row in (*self._all_rows(), *self._end_rows())]
        if any(isinstance(time, Number) and time.midnight for time in times):
            self.out.line("day = word(context, DAY)")

    def _all_rows(self) -> list[Columns]:
        rows: list[Columns] = []
        for item in self.message.items:
            rows += item.rows if isinstance(item, Group) else [item]
        return rows

    def _end_rows(self) -> list[Columns]:
        """The row of an event that may end without one."""
        sure = any(not isinstance(item, Group) for item in self.message.items)
        return (
            [{"ts_event": self.message.end_time}]
            if isinstance(self.message.last, Spot) and not sure
            else []
        )

    # --- messages of a fixed number of rows ---
    def _without_groups(self) -> None:
        out, last = self.out, self.message.last
        items = [item for item in self.message.items if not isinstance(item, Group)]
        if items:
            self._room(f"{64 * len(items)}")
        self._read(items)
        bit = ""
        if isinstance(last, Spot) and items:
            bit = f"{self.rows.reading(last).name} << LAST_SHIFT" if _is_bit(last) else ""
        for i, item in enumerate(items):
            final = i == len(items) - 1
            row = f"row + {64 * i}" if i else "row"
            self.rows.row(item, row=row, last=bit if final else "", final=final and last is True)
        end = f"row + {64 * len(items)}" if items else "row"
        if bit or not isinstance(last, Spot):
            out.line(f"return {end}")
        else:
            self._end(end, f"row + {64 * (len(items) - 1)}")

    def _read(self, rows: Sequence[Columns]) -> None:
        """The fields of the body that rows need, and the bit that ends the event."""
        pairs = [pair for row in (*rows, *self._end_rows()) for pair in wanted(row)]
        if isinstance(self.message.last, Spot):
            pairs.append((self.message.last, False))
        self.rows.read([pair for pair in pairs if pair[0].scope not in (ENTRY, PARENT)])

    def _room(self, size: str) -> None:
        with self.out.block(f"if row + {size} > full:"):
            self.out.line("return ROWS_FULL")

    # --- messages with groups ---
    def _with_groups(self) -> None:
        out, message = self.out, self.message
        self._read(self._all_rows())
        sure = [self._sure(item) for item in message.items]
        if any(sure):
            self._room(_bytes(sure))
        if all(isinstance(item, Group) for item in message.items):
            out.line("first = row")
        for i, item in enumerate(message.items):
            if isinstance(item, Group):
                self._group(item, sure[i + 1 :])
            else:
                self.rows.row(item)
                out.line("row += 64")
        self._end("row", "row - 64")

    def _sure(self, item: Columns | Group) -> str:
        """How many rows an item gives whatever its entries refer to, as source."""
        if not isinstance(item, Group):
            return "1"
        if item.index:
            return ""
        count = self.doors.groups[item.field].count
        return count if len(item.rows) == 1 else f"{len(item.rows)} * {count}"

    def _group(self, group: Group, later: list[str]) -> None:
        out = self.out
        names = self.doors.groups[group.field]
        above = self.doors.groups[group.parent] if group.parent else None
        self.rows.places[ENTRY] = _entry_places(group.field, "entry")
        if group.parent:
            self.rows.places[PARENT] = _entry_places(group.parent, "parent")
        self.rows.owned = group.owns is not None
        if group.owns:
            out.line("owner = -1")
            out.line("left = 0")
        with out.block(f"for i in range({names.count}):"):
            inside = [pair for row in group.rows for pair in wanted(row)]
            inside = [pair for pair in inside if pair[0].scope in (ENTRY, PARENT)]
            if group.index or any(spot.scope == ENTRY for spot, _ in inside):
                out.line(f"entry = {names.start} + i * {names.length}")
            if group.index and above:
                self._refer(group.index, above)
                self._room(_bytes([str(len(group.rows)), *later]))
            if group.owns and above:
                self._own(group.owns, above)
            self.rows.read(inside)
            for row in group.rows:
                self.rows.row(row)
                out.line("row += 64")
        self.rows.forget(ENTRY, PARENT)

    def _refer(self, index: Spot, above: GroupNames) -> None:
        """The parent that an entry names by a number from 1 on."""
        self.rows.read([(index, False)])
        reading = self.rows.reading(index)
        with self.out.block(f"if not refers({reading.name}, {above.count}, {reading.null or 0}):"):
            self.out.line("bump(context, BAD_REFERENCE)")
            self.out.line("continue")
        self.out.line(f"parent = {above.start} + ({reading.name} - 1) * {above.length}")

    def _own(self, owns: Spot, above: GroupNames) -> None:
        """The parent whose turn it is: each owns the next so many entries."""
        place = self.rows.places[PARENT][owns.leaf]
        source = load(owns.leaf, place)
        number = max((f.since.number for f in owns.chain if f.since), default=0)
        if number:
            source = f"{source} if version >= {number} else 0"
        out = self.out
        with out.block(f"while left <= 0 and owner + 1 < {above.count}:"):
            out.line("owner += 1")
            out.line(f"parent = {above.start} + owner * {above.length}")
            out.line(f"left = {source}  # {owns.leaf.name}")
            if owns.null is not None:
                with out.block(f"if left == {null_of(owns)}:"):
                    out.line("left = 0")
        out.line("owned = left > 0")
        out.line("left -= 1")

    def _end(self, row: str, last_row: str) -> None:
        """Set LAST on the last row; an event that ends without a row gets one of its own."""
        out, last = self.out, self.message.last
        may_be_empty = all(isinstance(item, Group) for item in self.message.items)
        condition = "" if not may_be_empty else "row > first"
        if isinstance(last, Spot):
            reading = self.rows.reading(last)
            condition = f"{reading.present} and {reading.name}" if reading.present else reading.name
        if last is False:
            pass
        elif not condition:
            out.line(f"mark_last({last_row})")
        else:
            with out.block(f"if {condition}:"):
                if isinstance(last, Spot) and may_be_empty:
                    time = self.rows.number("ts_event", {"ts_event": self.message.end_time})
                    first = "first" if self.groups else "row"
                    out.call(
                        "return close_event",
                        [first, row, "full", time, "received", "sequence", "stamp"],
                    )
                else:
                    out.line(f"mark_last({last_row})")
        out.line(f"return {row}")


def _is_bit(spot: Spot) -> bool:
    kind = spot.leaf.kind
    return isinstance(kind, Bits) and kind.width == 1 and not any(f.since for f in spot.chain)


def _bytes(counts: Sequence[str]) -> str:
    """The bytes of so many rows, as source."""
    fixed = sum(int(text) for text in counts if text.isdigit())
    terms = [text for text in counts if text and not text.isdigit()]
    terms += [str(fixed)] if fixed and terms else []
    if not terms:
        return str(64 * fixed)
    total = " + ".join(terms)
    return f"64 * ({total})" if len(terms) > 1 else f"64 * {total}"


def _entry_places(field: Field, base: str) -> dict[Field, Place]:
    if not isinstance(field.kind, Record):
        raise TypeError(field.path)
    return places(field.kind.fields, base)


def _has_versions(field: Field) -> bool:
    if field.since:
        return True
    return isinstance(field.kind, Record) and any(map(_has_versions, field.kind.fields))
