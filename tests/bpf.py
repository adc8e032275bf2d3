"""A classic packet filter machine of a few lines: the judge of the programs that we write for the kernel's."""

from collections.abc import Callable
from typing import Final

from feedhandler.source.packet_filter import Instruction

# Loads from a frame: how many bytes, and whether the offset is added to the index.
LOADS: Final = {
    0x20: (4, 0), 0x28: (2, 0), 0x30: (1, 0), 0xB1: (1, 0), 0x40: (4, 1), 0x48: (2, 1), 0x50: (1, 1),
}  # fmt: skip
JUMPS: Final[dict[int, Callable[[int, int], bool]]] = {
    0x15: lambda a, k: a == k,
    0x35: lambda a, k: a >= k,
    0x45: lambda a, k: bool(a & k),
}
RETURN: Final = 0x06


def runs(program: list[Instruction], frame: bytes) -> int:
    """How many bytes of a frame a program lets pass."""
    return Machine(program, frame).passed


def steps(program: list[Instruction], frame: bytes) -> int:
    """How many instructions it takes for that."""
    return Machine(program, frame).steps


class Machine:
    """One run: an accumulator, an index, and words that are kept."""

    def __init__(self, program: list[Instruction], frame: bytes) -> None:
        self.a = self.x = self.steps = self.passed = at = 0
        self.kept = [0] * 16
        while True:
            code, true, false, k = program[at]
            assert max(true, false) < 256
            at += 1
            self.steps += 1
            if code == RETURN:
                self.passed = k
                return
            if code in JUMPS:
                at += true if JUMPS[code](self.a, k) else false
            elif code == 0x05:
                at += k
            elif code not in LOADS:
                self.count(code, k)
            elif not self.load(code, k, frame):
                return

    def load(self, code: int, k: int, frame: bytes) -> bool:
        """Some bytes of the frame; False = it has none there."""
        size, indexed = LOADS[code]
        offset = k + indexed * self.x
        word = int.from_bytes(frame[offset : offset + size], "big")
        if code == 0xB1:
            self.x = 4 * (word & 15)
        else:
            self.a = word
        return offset + size <= len(frame)

    def count(self, code: int, k: int) -> None:
        """What needs no frame."""
        match code:
            case 0x00:
                self.a = k
            case 0x01:
                self.x = k
            case 0x02:
                self.kept[k] = self.a
            case 0x60:
                self.a = self.kept[k]
            case 0x07:
                self.x = self.a
            case 0x0C:
                self.a += self.x
            case 0x54:
                self.a &= k
            case 0x64:
                self.a <<= k
            case _:
                raise ValueError(f"no such instruction here: {code:#x}")
