"""The plan: what a set of templates asks a decoder to do, with every name, key and bit resolved.

A template is a tree of instructions. Operators that remember have a slot: the entry of a dictionary, found by
scope, namespace and key when the templates were read, so that at run time a dictionary is an index. The
interpreter walks the tree; the generator writes Numba source from it; neither looks at the XML.

Decoded messages lie in cells, words of 64 bits. A record (of a message, or of an entry of a sequence) is
so many presence words (a bit for each instruction that can be absent or present), then for each instruction
its cells: one for an integer, two for a decimal (mantissa, exponent), one for a text, two for a sequence (word
offset of its first record, number of entries), one for a dynamic reference (word offset of the message), and
those of its members for a group. Entries of a sequence follow one another at a fixed stride.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

PRESENCE_BITS: Final = 62  # of a presence word that are used
TEXT_MAX: Final = 4096  # bytes of a text
TEXTS_MAX: Final = 1 << 16  # bytes of all long texts of a message
CELLS_MAX: Final = 1 << 16  # words of a decoded message
DEPTH_MAX: Final = 8  # dynamic references inside one another
SHORT_MAX: Final = 7  # characters of a text that fit into a cell


class Type(IntEnum):
    """What a field holds."""

    UINT32 = 0
    INT32 = 1
    UINT64 = 2
    INT64 = 3
    DECIMAL = 4
    ASCII = 5
    UNICODE = 6
    BYTES = 7


class Operator(IntEnum):
    """How a field's value comes from the stream and from what was before."""

    NONE = 0
    CONSTANT = 1
    COPY = 2
    DEFAULT = 3
    DELTA = 4
    INCREMENT = 5
    TAIL = 6


INTEGERS: Final = (Type.UINT32, Type.INT32, Type.UINT64, Type.INT64)
TEXTS: Final = (Type.ASCII, Type.UNICODE, Type.BYTES)
RANGES: Final = {
    Type.UINT32: (0, 0xFFFF_FFFF),
    Type.INT32: (-0x8000_0000, 0x7FFF_FFFF),
    Type.UINT64: (0, 0xFFFF_FFFF_FFFF_FFFF),
    Type.INT64: (-0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF),
}
REMEMBERING: Final = (Operator.COPY, Operator.DELTA, Operator.INCREMENT, Operator.TAIL)
ONLY_IF_MANDATORY_FREE: Final = (Operator.NONE, Operator.DELTA)

Decimal = tuple[int, int]  # mantissa, exponent
Value = int | bytes | Decimal


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry of a dictionary."""

    number: int
    type: Type
    name: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A field of one value."""

    name: str
    tag: str
    type: Type
    operator: Operator
    optional: bool
    initial: Value | None = None
    slot: int = -1

    @property
    def needs_bit(self) -> bool:
        """Whether it takes a bit of the presence map."""
        if self.operator is Operator.CONSTANT:
            return self.optional
        return self.operator not in ONLY_IF_MANDATORY_FREE

    @property
    def bits(self) -> int:
        """Bits of the presence map, at most."""
        return int(self.needs_bit)

    @property
    def cells(self) -> int:
        """Words of its value."""
        return 2 if self.type is Type.DECIMAL else 1


@dataclass(frozen=True, slots=True)
class Parts:
    """A decimal whose exponent and mantissa have operators of their own."""

    name: str
    tag: str
    exponent: Scalar
    mantissa: Scalar

    @property
    def optional(self) -> bool:
        """Whether it may be absent."""
        return self.exponent.optional

    @property
    def bits(self) -> int:
        """Bits of the presence map, at most: an absent exponent takes that of the mantissa along."""
        return self.exponent.bits + self.mantissa.bits

    @property
    def cells(self) -> int:
        """Words of its value."""
        return 2


@dataclass(frozen=True, slots=True)
class Segment:
    """Instructions that share a presence map, or that need none."""

    instructions: tuple["Instruction", ...]

    @property
    def bits(self) -> int:
        """Bits of the presence map that its instructions take."""
        return sum(each.bits for each in self.instructions)

    @property
    def has_map(self) -> bool:
        """Whether a sequence entry or group of these instructions begins with a map."""
        return self.bits > 0


@dataclass(frozen=True, slots=True)
class Group:
    """Instructions that may be absent together; with a map of their own where they need one."""

    name: str
    tag: str
    optional: bool
    body: Segment

    @property
    def bits(self) -> int:
        """Bits of the map around it."""
        return int(self.optional)

    @property
    def cells(self) -> int:
        """Words of its members."""
        return sum(each.cells for each in self.body.instructions)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Instructions repeated as often as the length says."""

    name: str
    tag: str
    length: Scalar
    body: Segment

    @property
    def optional(self) -> bool:
        """Whether it may be absent."""
        return self.length.optional

    @property
    def bits(self) -> int:
        """Bits of the map around it."""
        return self.length.bits

    @property
    def cells(self) -> int:
        """Words in the record around it."""
        return 2


@dataclass(frozen=True, slots=True)
class Reference:
    """A dynamic template reference: a whole message in the place of a field."""

    name: str
    optional: bool = False
    bits: int = 0
    cells: int = 1
    tag: str = ""


Instruction = Scalar | Parts | Group | Sequence | Reference


@dataclass(frozen=True, slots=True)
class Template:
    """One message type."""

    name: str
    id: int
    resets: bool
    body: Segment


@dataclass(frozen=True, slots=True)
class Plan:
    """All templates of a feed, and the dictionary entries that they share."""

    templates: tuple[Template, ...]
    slots: tuple[Slot, ...]
    by_id: dict[int, Template] = field(hash=False)


# --- where decoded values lie ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Place:
    """An instruction in its record: its bit among the presence bits, its first cell."""

    instruction: Instruction
    bit: int
    cell: int
    members: tuple["Place", ...] = ()  # of a group


@dataclass(frozen=True, slots=True)
class Layout:
    """The record of a segment: presence words, then cells."""

    presence_words: int
    places: tuple[Place, ...]
    words: int


def layout(segment: Segment, head: int = 0) -> Layout:
    """The record of a segment behind `head` words of another use."""
    count = sum(1 for _ in _walk(segment))
    presence = (count + PRESENCE_BITS - 1) // PRESENCE_BITS
    bits = iter(range(count))
    places, end = _places(segment, bits, head + presence)
    return Layout(presence, places, max(end, 1))


def _walk(segment: Segment) -> Iterator[Instruction]:
    for each in segment.instructions:
        yield each
        if isinstance(each, Group):
            yield from _walk(each.body)


def _places(segment: Segment, bits: Iterator[int], cell: int) -> tuple[tuple[Place, ...], int]:
    places = []
    for each in segment.instructions:
        bit = next(bits)
        members: tuple[Place, ...] = ()
        end = cell + each.cells
        if isinstance(each, Group):
            members, end = _places(each.body, bits, cell)
        places.append(Place(each, bit, cell, members))
        cell = end
    return tuple(places), cell
