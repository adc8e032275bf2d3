"""The first half of a message's function: every length is checked, and every place has a name.

A message is a run of fixed fields, blocks and groups sized by their sender, and a tail that is ignored.
Nothing is read before it is known to lie inside the message; behind the doors nothing is checked again, so a
message either gives all its rows or is malformed as a whole.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from feedhandler.codegen.emit import Names, Writer
from feedhandler.codegen.offsets import Place, is_fixed, load, places, refuse, steps, width
from feedhandler.decode.tree import Field, Given, Integer, Opaque, Record, Rest, Times

START: Final = "message"


@dataclass(frozen=True, slots=True)
class GroupNames:
    """The variables of a group."""

    start: str
    length: str
    count: str


@dataclass
class Dimensions:
    """The helper functions that pass over groups, one for each kind of dimension."""

    names: Names
    found: dict[str, str] = field(default_factory=dict)  # source without its name -> name
    fresh: list[str] = field(default_factory=list)

    def helper(self, dimension: Field, group: Field) -> str:
        """The name of the function for groups behind this kind of dimension."""
        if not isinstance(dimension.kind, Record) or not isinstance(group.repeat, Times):
            raise TypeError(group.path)
        inside = places((dimension,), "at")
        size = width(dimension)
        length = str(_entry_size(group))
        if isinstance(group.size, Given):
            length = load(group.size.field, inside[group.size.field])
        out = Writer()
        with out.block("(at, end, least):"):
            out.line(
                '"""The address behind a group: its dimension, then its entries; or MALFORMED."""'
            )
            out.door(f"at + {size} > end")
            out.line(f"length = {length}")
            out.line(f"count = {load(group.repeat.field, inside[group.repeat.field])}")
            out.door("count and length < least")
            out.line(f"after = at + {size} + length * count")
            out.line("return after if after <= end else MALFORMED")
        source = out.text()
        if source not in self.found:
            self.found[source] = self.names.new(f"after_{dimension.kind.name}")
            self.fresh.append(f"@hot\ndef {self.found[source]}{source}")
        return self.found[source]

    def take(self) -> list[str]:
        """The functions that were added since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh


class Doors:
    """Writes the doors of one body, and keeps where everything lies."""

    def __init__(
        self,
        out: Writer,
        names: Names,
        header: dict[Field, Place],
        dimensions: Dimensions,
        wanted: Collection[Field],
    ) -> None:
        self.out = out
        self.names = names
        self.places = dict(header)
        self.dimensions = dimensions
        self.wanted = wanted  # groups that rows are made from
        self.groups: dict[Field, GroupNames] = {}
        self.base = START  # all before base + offset is behind a door
        self.offset = 0

    def write(self, record: Record, offset: int) -> None:
        """Write the doors of a body that begins `offset` bytes into the message."""
        self.offset = offset
        fields = record.fields
        if fields and isinstance(fields[-1].size, Rest):
            fields = fields[:-1]
        if all(map(is_fixed, fields)):
            self._run(fields, at_least(fields))
            return
        segments = [(number, tuple(part)) for number, part in groupby(fields, _since)]
        for i, (number, segment) in enumerate(segments):
            final = i == len(segments) - 1
            if number:
                self._conditional(number, segment, final=final)
            else:
                self._parts(segment, final=final)

    # --- positions ---
    @property
    def position(self) -> str:
        """Where the next part begins."""
        return f"{self.base} + {self.offset}" if self.offset else self.base

    def _begin(self, name: str) -> str:
        """Give the next part's address a name."""
        if self.position in (START, name):
            return self.position
        given = self.names.new(name, f"{name}_at")
        self.out.line(f"{given} = {self.position}")
        self.base, self.offset = given, 0
        return given

    def _given(self, size: Given, field_: Field) -> str:
        """The source that reads a size or a count."""
        kind = size.field.kind
        if not isinstance(kind, Integer) or kind.signed or kind.size > 2:
            refuse(field_, f"{size.field.name} is not an unsigned number of one or two bytes")
        if size.field not in self.places:
            refuse(field_, f"{size.field.name} cannot be read here")
        return load(size.field, self.places[size.field])

    # --- parts ---
    def _conditional(self, number: int, segment: tuple[Field, ...], *, final: bool) -> None:
        """Parts that only newer versions have; without them they are empty."""
        out = self.out
        self._begin("at")
        if self.offset:
            raise TypeError(segment[0].path)
        for each in segment:
            if each in self.wanted:
                group = self._group_names(each)
                out.line(f"{group.start} = {group.length} = {group.count} = 0")
        with out.block(f"if version >= {number}:"):
            self._parts(segment, final=final)
            if not final and self.position != "at":
                out.line(f"at = {self.position}")
        self.base, self.offset = "at", 0

    def _parts(self, fields: Sequence[Field], *, final: bool) -> None:
        rest = list(fields)
        while rest:
            if len(rest) > 1 and _is_dimension(rest[0], rest[1]):
                follower = rest[2] if len(rest) > 3 and _is_dimension(rest[2], rest[3]) else None
                self._group(rest.pop(0), rest.pop(0), follower)
                continue
            if is_fixed(rest[0]):
                run = [rest.pop(0)]
                while rest and is_fixed(rest[0]) and not _is_dimension(rest[0], *rest[1:2]):
                    run.append(rest.pop(0))
                if self.base != START:
                    self._begin(run[0].name)
                self._run(tuple(run), str(steps(tuple(run))[-1].bytes))
                continue
            self._varying(rest.pop(0))
            if rest and is_fixed(rest[0]):
                continue  # its own door is beyond this one
            if rest or not final:
                self._begin("at")
            self.out.door(f"{self.base} > end")

    def _varying(self, part: Field) -> None:
        """A part whose size another field tells."""
        if part.repeat is not None:
            self._counted(part)
        elif isinstance(part.kind, Record) and isinstance(part.size, Given):
            self._block(part)
        elif isinstance(part.kind, Opaque) and isinstance(part.size, Given):
            self._data(part)
        else:
            refuse(part, "a part of varying length that is no block, group or text")

    def _run(self, run: tuple[Field, ...], needed: str) -> None:
        if needed == "0":
            return
        self.places |= places(run, self.base, self.offset)
        if self.offset:
            needed = (
                str(self.offset + int(needed)) if needed.isdigit() else f"{self.offset} + {needed}"
            )
        if self.base == START:
            self.out.door(f"size < {needed}")
        else:
            self.out.door(f"{self.base} + {needed} > end")
        self.offset += steps(run)[-1].bytes

    def _block(self, part: Field) -> None:
        if not isinstance(part.kind, Record) or not isinstance(part.size, Given):
            raise TypeError(part.path)
        if part.size.less:
            refuse(part, "a block whose size is a difference")
        length = self.names.new(f"{part.name}_length")
        self.out.line(f"{length} = {self._given(part.size, part)}")
        start = self._begin(part.name)
        least = _least(part)
        if least != "0":
            self.out.door(f"{length} < {least}")
        self.places |= places(part.kind.fields, start)
        self.base, self.offset = f"{start} + {length}", 0

    def _group_names(self, group: Field) -> GroupNames:
        if group not in self.groups:
            self.groups[group] = GroupNames(
                self.names.new(group.name, f"{group.name}_at"),
                self.names.new(f"{group.name}_length"),
                self.names.new(f"{group.name}_count"),
            )
        return self.groups[group]

    def _group(self, dimension: Field, group: Field, follower: Field | None) -> None:
        """A dimension and its entries."""
        if not isinstance(group.repeat, Times) or not isinstance(dimension.kind, Record):
            raise TypeError(group.path)
        start = self._begin(dimension.name)
        helper = self.dimensions.helper(dimension, group)
        after = self.names.new(follower.name) if follower else "at"
        self.out.call(f"{after} = {helper}", [start, "end", _least(group).strip("()")])
        self.out.door(f"{after} < 0")
        self.base, self.offset = after, 0
        if group not in self.wanted:
            return
        inside = places((dimension,), start)
        names = self._group_names(group)
        self.out.line(f"{names.start} = {start} + {width(dimension)}")
        length = str(_entry_size(group))
        if isinstance(group.size, Given):
            length = load(group.size.field, inside[group.size.field])
        self.out.line(f"{names.length} = {length}")
        self.out.line(f"{names.count} = {load(group.repeat.field, inside[group.repeat.field])}")

    def _counted(self, group: Field) -> None:
        """Entries whose number and size stand elsewhere."""
        if not isinstance(group.repeat, Times):
            refuse(group, "repeated to the end inside a message")
        names = self._group_names(group)
        length = str(_entry_size(group))
        if isinstance(group.size, Given):
            length = self._given(group.size, group)
        self.out.line(f"{names.length} = {length}")
        self.out.line(f"{names.count} = {self._given(Given(group.repeat.field), group)}")
        if group.repeat.never is not None:
            with self.out.block(f"if {names.count} == {group.repeat.never}:"):
                self.out.line(f"{names.count} = 0")
        self.out.door(f"{names.count} and {names.length} < {_least(group)}")
        self.out.line(f"{names.start} = {self.position}")
        self.base, self.offset = f"{names.start} + {names.length} * {names.count}", 0

    def _data(self, part: Field) -> None:
        """Text or bytes behind their length."""
        if not isinstance(part.size, Given):
            raise TypeError(part.path)
        length = self.names.new(f"{part.name}_length")
        self.out.line(f"{length} = {self._given(part.size, part)}")
        if part.size.less:
            self.out.line(f"{length} -= {part.size.less}")
            self.out.door(f"{length} < 0")
        self.base, self.offset = f"{self.position} + {length}", 0


def at_least(fields: tuple[Field, ...]) -> str:
    """The bytes that a run needs, as source; more for newer versions."""
    text = ""
    for step in steps(fields):
        text = f"{step.bytes} if version >= {step.since} else {text}" if text else str(step.bytes)
    return f"({text})" if "if" in text else text


def _since(part: Field) -> int:
    return part.since.number if part.since else 0


def _least(part: Field) -> str:
    """The bytes that a block or an entry has at least."""
    if not isinstance(part.kind, Record):
        refuse(part, "entries that are no records")
    for inner in part.kind.fields:
        if not is_fixed(inner):
            refuse(inner, "a part of varying length inside a block")
    return at_least(part.kind.fields)


def _entry_size(group: Field) -> int:
    """The size of entries that say none; -1 where the sender says it."""
    if isinstance(group.size, Given):
        return -1
    single = replace(group, repeat=None)
    if not is_fixed(single):
        refuse(group, "entries of varying length")
    return width(single)


def _is_dimension(part: Field, group: Field | None = None) -> bool:
    """Whether a field is the dimension of the group behind it."""
    if group is None or not isinstance(group.repeat, Times) or group.repeat.never is not None:
        return False
    if not isinstance(part.kind, Record) or not is_fixed(part):
        return False
    inside = part.kind.fields
    sized = not isinstance(group.size, Given) or (
        group.size.field in inside and not group.size.less
    )
    return sized and group.repeat.field in inside
