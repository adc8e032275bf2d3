"""Where the fields of a record lie: offsets from its start, and how many bytes a version of it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from feedhandler.decode.tree import Bits, Field, Integer, Opaque, Record, UnsupportedError


@dataclass(frozen=True, slots=True)
class Position:
    """A field's place: bytes from the start of its record; bits from the byte's lowest."""

    offset: int
    bits: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """From this version on (0 = always), a record takes so many bytes."""

    since: int
    bytes: int


def refuse(field: Field, why: str) -> NoReturn:
    """Stop, and name the field."""
    message = f"{field.path}: {why}"
    raise UnsupportedError(message)


def is_fixed(field: Field) -> bool:
    """Whether a field takes the same number of bytes in every message that has it."""
    if field.repeat is not None or not (field.size is None or isinstance(field.size, int)):
        return False
    if isinstance(field.kind, Integer | Bits):
        return True
    if isinstance(field.kind, Opaque):
        return isinstance(field.size, int) or field.kind.size is not None
    if not isinstance(field.kind, Record):
        return False
    return isinstance(field.size, int) or all(
        is_fixed(inner) and inner.since is None for inner in field.kind.fields
    )


def width(field: Field) -> int:
    """The bytes that a fixed field takes."""
    if isinstance(field.size, int):
        if isinstance(field.kind, Record) and steps(field.kind.fields)[-1].bytes > field.size:
            refuse(field, f"{field.kind.name} does not fit into {field.size} bytes")
        return field.size
    if isinstance(field.kind, Integer):
        return field.kind.size
    if isinstance(field.kind, Opaque) and field.kind.size is not None:
        return field.kind.size
    if isinstance(field.kind, Record):
        return steps(field.kind.fields)[-1].bytes
    raise TypeError(field.path)


def positions(fields: tuple[Field, ...]) -> Iterator[tuple[Field, Position]]:
    """Every field of a run of fixed fields and where it lies; bits are counted through."""
    at = bit = since = 0
    for field in fields:
        number = field.since.number if field.since else 0
        if number < since:
            refuse(field, f"stands behind a field that only version {since} has")
        since = number
        if not isinstance(field.kind, Bits):
            at, bit = at + (bit > 0), 0
            yield field, Position(at)
            at += width(field)
            continue
        bits = field.kind.width
        if bit + bits > 8 and (bit or bits % 8):
            refuse(field, f"{bits} bits across a byte")
        inside = bit if not field.kind.big else 8 - bit - bits
        yield field, Position(at, inside if bits < 8 else 0)
        at, bit = at + (bit + bits) // 8, (bit + bits) % 8
    if bit:
        refuse(fields[-1], "bits do not fill their byte")


def steps(fields: tuple[Field, ...]) -> tuple[Step, ...]:
    """How many bytes a run of fixed fields takes, by version; the last step is the newest."""
    found = [Step(0, 0)]
    for field, position in positions(fields):
        end = position.offset + (
            (field.kind.width + 7) // 8 if isinstance(field.kind, Bits) else width(field)
        )
        since = field.since.number if field.since else 0
        if since > found[-1].since:
            found.append(Step(since, end))
        else:
            found[-1] = Step(since, max(end, found[-1].bytes))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is read: an address held by a variable, an offset, and the lowest bit."""

    base: str
    offset: int
    bits: int = 0

    @property
    def address(self) -> str:
        """As source."""
        return f"{self.base} + {self.offset}" if self.offset else self.base


def places(fields: tuple[Field, ...], base: str, offset: int = 0) -> dict[Field, Place]:
    """The places of fixed fields, and of those inside them, that begin at an offset from a variable."""
    found = {}
    for field, position in positions(fields):
        at = offset + position.offset
        found[field] = Place(base, at, position.bits)
        if isinstance(field.kind, Record):
            found |= places(field.kind.fields, base, at)
    return found


def load(field: Field, place: Place, *, code: bool = False) -> str:
    """The source that reads a field as a number; as a code of one byte, without its sign."""
    kind = field.kind
    if isinstance(kind, Bits) and kind.width < 8:
        shifted = f"u1({place.address}) >> {place.bits}" if place.bits else f"u1({place.address})"
        return (
            f"({shifted}) & {(1 << kind.width) - 1}"
            if place.bits
            else f"{shifted} & {(1 << kind.width) - 1}"
        )
    size = kind.width // 8 if isinstance(kind, Bits) else 0
    sign = "u"
    if isinstance(kind, Integer):
        size, sign = kind.size, "s" if kind.signed and not code else "u"
    if (
        not isinstance(kind, Integer | Bits)
        or size not in (1, 2, 4, 6, 8)
        or (size == 6 and not kind.big)
    ):
        refuse(field, "no number of this size can be read")
    order = "" if size == 1 else "be" if kind.big else "le"
    return f"{sign}{size}{order}({place.address})"
