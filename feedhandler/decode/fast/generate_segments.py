"""Writes the frame of generated decoders: lines, the memory for texts, presence maps and presence bits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from feedhandler.decode.fast.abi import HALF, LENGTH_SHIFT, LONG, SHORT_MAX
from feedhandler.decode.fast.plan import PRESENCE_BITS, TEXT_MAX, TEXTS, Plan
from feedhandler.decode.fast.reasons import Reason

FIRST_BIT: Final = 62


def is_long(bits: int) -> bool:
    """Whether a segment's presence map is read bit by bit from memory: a word does not hold it."""
    return bits > FIRST_BIT - 7  # of which one may be a template id's


class Emitter:
    """Lines with their indentation."""

    def __init__(self, depth: int = 0) -> None:
        self._lines: list[str] = []
        self._depth = depth

    def __call__(self, line: str) -> None:
        """Add a line."""
        self._lines.append("    " * self._depth + line)

    @contextmanager
    def block(self) -> Iterator[None]:
        """Lines that stand deeper."""
        self._depth += 1
        yield
        self._depth -= 1

    def text(self) -> str:
        """All lines."""
        return "\n".join(self._lines) + "\n"


class Texts:
    """Where the memory for texts holds what: dictionary entries, constants, two places to join in, the message's."""

    def __init__(self, plan: Plan) -> None:
        self.slots = {}
        used = 0
        for slot in plan.slots:
            if slot.type in TEXTS:
                self.slots[slot.number] = used
                used += TEXT_MAX
        self.joined, self.token = used, used + TEXT_MAX
        self.image_first = used = used + 2 * TEXT_MAX
        self.image = bytearray()

    def word(self, value: bytes) -> int:
        """The word of a constant."""
        if len(value) <= SHORT_MAX:
            return len(value) << LENGTH_SHIFT | int.from_bytes(value, "little")
        found = self.image.find(value)
        if found < 0:
            found = len(self.image)
            self.image += value
        return LONG | len(value) << 32 | (self.image_first + found & HALF)

    @property
    def first(self) -> int:
        """Where the texts of a message begin: behind as many constants as a plan can have."""
        return self.image_first + len(self.image)

    def constants(self) -> str:
        """What callers must know to lay the memory out."""
        image = self.image.hex()
        lines = [f'    "{image[at : at + 96]}"' for at in range(0, len(image), 96)] or ['    ""']
        return "\n".join(
            [
                f"TEXT_FIRST = {self.first}",
                f"IMAGE_AT = {self.image_first}",
                "IMAGE = bytes.fromhex(",
                *lines,
                ")",
                "",
            ]
        )


@dataclass(frozen=True, slots=True)
class _Bits:
    """Where bits are taken from at present."""

    name: str
    record: str
    long: bool
    next: int
    dynamic: bool
    presence: str


class Segments:
    """Writes what is around fields; keeps where bits come from and where cells go."""

    LIMIT: Final = int(Reason.LIMIT)

    def __init__(self, emit: Emitter, plan: Plan, texts: Texts) -> None:
        self.emit = emit
        self.plan = plan
        self.texts = texts
        self._values = 0
        self._bits = _Bits("0", "rec0", long=False, next=0, dynamic=False, presence="0")

    # --- segments ---
    @property
    def record(self) -> str:
        """The variable that holds the address of the record at hand."""
        return self._bits.record

    def read_map(self, number: int, bits: int) -> None:
        """Read the presence map of an inner segment."""
        if is_long(bits):
            self.emit(f"map{number} = p")
            self.emit(f"groups{number}, p = find_map(p, end, state)")
        else:
            self.emit(f"bits{number}, p = take_map(p, end, state)")
        self.emit("if p < 0:")
        self.emit("    return p, first")

    def open_segment(self, number: int, *, long: bool, first_bit: int, words: int) -> _Bits:
        """Begin a record with its own presence words; what to `restore` after it."""
        outer = self._bits
        for word in range(words):
            self.emit(f"seen{number}_{word} = 0")
        self._bits = _Bits(
            str(number), f"rec{number}", long=long, next=first_bit, dynamic=False, presence=str(number)
        )  # fmt: skip
        self._begin(number, long=long)
        return outer

    def open_map(self, number: int, *, long: bool) -> _Bits:
        """Begin a map inside the record at hand; what to `restore` after it."""
        outer = self._bits
        self._bits = _Bits(
            str(number), outer.record, long=long, next=0, dynamic=False, presence=outer.presence
        )  # fmt: skip
        self._begin(number, long=long)
        return outer

    def _begin(self, number: int, *, long: bool) -> None:
        self.emit(f"skipped{number} = 0" if long else f"surplus{number} = 0")

    def restore(self, outer: _Bits) -> None:
        """Go on with the bits and the record around."""
        self._bits = outer

    def close_segment(self) -> None:
        """Count bits that nobody took."""
        name, taken = self._bits.name, self._bits.next
        if self._bits.long:
            self.emit(f"if map_surplus(map{name}, groups{name}, {taken} - skipped{name}):")
        else:
            left = (1 << (FIRST_BIT + 1 - taken)) - 1
            self.emit(f"if (bits{name} & {left:#x}) | surplus{name}:")
        self.emit(f"    remark(state, {int(Reason.SURPLUS_BITS)})")

    def bit(self) -> str:
        """The condition that the next bit is set."""
        bits = self._bits
        number = bits.next
        self._bits = _Bits(
            bits.name, bits.record, bits.long, number + 1, bits.dynamic, bits.presence
        )  # fmt: skip
        if bits.long:
            return f"map_bit(map{bits.name}, groups{bits.name}, {number} - skipped{bits.name})"
        return f"bits{bits.name} & {1 << (FIRST_BIT - number):#x}"

    def skip_bit(self) -> None:
        """A bit that is not in the map though its place is counted: the rest moves up."""
        name = self._bits.name
        if self._bits.long:
            self.emit(f"skipped{name} += 1")
        else:
            self.emit(f"surplus{name} |= bits{name} & 1")
            self.emit(f"bits{name} >>= 1")

    def seen(self, bit: int, have: str = "1") -> None:
        """Set a presence bit."""
        word = f"seen{self._bits.presence}_{bit // PRESENCE_BITS}"
        if have == "1":
            self.emit(f"{word} |= {1 << bit % PRESENCE_BITS:#x}")
        else:
            self.emit(f"{word} |= {have} << {bit % PRESENCE_BITS}")
