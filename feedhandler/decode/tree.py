"""A wire format as a typed tree: what `layout.py` makes of a `.ksy`, and all that later steps see of it.

Every use of a type is a tree of its own, so that a `Field` is one place in a message and not one line of a
file: sizes, counts and versions that a field depends on are the very `Field`s that carry them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from feedhandler.decode.description import DescriptionError


class UnsupportedError(DescriptionError):
    """A construct that the compiled decoder cannot express; the text names its path in the file."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number of whole bytes."""

    size: int
    signed: bool
    big: bool

    @property
    def low(self) -> int:
        """The least value."""
        return -(1 << (8 * self.size - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest value."""
        return (1 << (8 * self.size - self.signed)) - 1


@dataclass(frozen=True, slots=True)
class Bits:
    """An unsigned number of some bits; `big` = the most significant bit comes first."""

    width: int
    big: bool


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes that no column can hold: text, padding, a floating point number."""

    what: str
    size: int | None = None  # where the type itself says it


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several records, by the value of a field."""

    selector: "Field"
    cases: Mapping[int, "Record"]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Fields one behind the other."""

    name: str  # of the type
    path: str
    fields: "tuple[Field, ...]"
    constants: Mapping[str, int]
    doc: str = ""

    def field(self, name: str) -> "Field | None":
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)


Kind = Integer | Bits | Opaque | Choice | Record


@dataclass(frozen=True, slots=True)
class Given:
    """A size that an earlier field carries, less a constant."""

    field: "Field"
    less: int = 0


@dataclass(frozen=True, slots=True)
class Rest:
    """All that is left."""


@dataclass(frozen=True, slots=True)
class Times:
    """Repeated as often as an earlier field says; `never` is a value that means not at all."""

    field: "Field"
    never: int | None = None


@dataclass(frozen=True, slots=True)
class ToEnd:
    """Repeated until the bytes are used up."""


@dataclass(frozen=True, slots=True)
class Since:
    """Present from this version on."""

    version: "Field"
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One attribute at one place of a message."""

    name: str
    path: str  # of its line in the `.ksy`, for error messages
    kind: Kind
    size: int | Given | Rest | None = None  # None = what the kind takes
    repeat: Times | ToEnd | None = None
    since: Since | None = None
    null: int | None = None
    scale: int | None = None
    unit: str | None = None
    doc: str = ""
