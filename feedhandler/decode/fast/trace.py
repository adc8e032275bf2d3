"""Every field of a FAST message with its place in the datagram: the interpreter, taking notes."""

from dataclasses import dataclass
from typing import Any

from feedhandler.decode.fast.interpreter import Bits, Interpreter
from feedhandler.decode.fast.plan import Instruction, Parts, Plan, Scalar, Segment, Sequence

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value, and the bytes that were read for it: none where an operator told it."""

    path: Path
    start: int
    end: int
    value: Any


class Tracer(Interpreter):
    """An interpreter that notes what it reads; places count from the first byte of the message."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.leaves: list[Leaf] = []
        self._path: Path = ()

    def _values(self, segment: Segment, bits: Bits) -> dict[str, Any]:
        values = {}
        outer = self._path
        for each in segment.instructions:
            self._path = (*outer, each.name)
            values[each.name] = self._noted(each, bits)
        self._path = outer
        return values

    def _noted(self, each: Instruction, bits: Bits) -> Any:
        start = self._wire.position
        value = self._instruction(each, bits)
        if isinstance(each, Scalar | Parts) and value is not None:
            self.leaves.append(Leaf(self._path, start, self._wire.position, value))
        return value

    def _entry(self, sequence: Sequence, number: int) -> dict[str, Any]:
        outer = self._path
        self._path = (*outer, number)
        values = super()._entry(sequence, number)
        self._path = outer
        return values
