"""A machine for eBPF of a few lines: the judge of the XDP program that we write for the kernel's.

It knows the instructions that the program uses, checks every read and write against the memory that a program may
touch, and plays the kernel's functions over maps that are dicts.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

WORD = 0xFFFF_FFFF_FFFF_FFFF
CONTEXT, FRAME, STACK, VALUE = 1 << 32, 2 << 32, 3 << 32, 4 << 32
HEADROOM = 256
SIZES = {0x61: 4, 0x69: 2, 0x71: 1, 0x79: 8, 0x63: 4, 0x7B: 8}


class TrespassError(Exception):
    """A read or write that the kernel would have refused."""


@dataclass
class Machine:
    """One run of a program over a frame; `groups` and `queues` are what the maps with descriptors 1 and 2 hold.

    A key of `groups` has a value: who may send to it.
    """

    groups: Mapping[bytes, bytes]
    queues: set[int]
    has_room: bool = True  # for what is written before the frame
    missed: int = 0
    stamp: bytes = b""
    value: bytearray = field(default_factory=bytearray)  # that was looked up last
    registers: list[int] = field(default_factory=lambda: [0] * 11)
    stack: bytearray = field(default_factory=lambda: bytearray(512))

    def run(self, program: bytes, frame: bytes, queue: int = 0) -> int:
        """What the program returns."""
        self._frame = bytearray(HEADROOM) + bytearray(frame)
        self._meta = HEADROOM
        self._queue = queue
        self.registers[1], self.registers[10] = CONTEXT, STACK + 512
        slots = [program[at : at + 8] for at in range(0, len(program), 8)]
        at = 0
        while True:
            code, pair, offset, constant = struct.unpack("=BBhi", slots[at])
            target, source = pair & 15, pair >> 4
            at += 1
            if code == 0x95:
                return self.registers[0]
            if code == 0x18:
                high = struct.unpack("=4xI", slots[at])[0]
                self.registers[target] = constant & 0xFFFF_FFFF | high << 32
                at += 1
            elif code == 0x85:
                self._call(constant)
            elif self._jumps(code, target, source, constant):
                at += offset
            elif code not in {0x05, 0x15, 0x1D, 0x55, 0x2D}:
                self._step(code, target, source, offset, constant)

    def _jumps(self, code: int, target: int, source: int, constant: int) -> bool:
        left = self.registers[target]
        match code:
            case 0x05:
                return True
            case 0x15:
                return left == constant & WORD
            case 0x1D:
                return left == self.registers[source]
            case 0x55:
                return left != constant & WORD
            case 0x2D:
                return left > self.registers[source]
        return False

    def _step(self, code: int, target: int, source: int, offset: int, constant: int) -> None:
        r = self.registers
        match code:
            case 0xB7:
                r[target] = constant & WORD
            case 0xBF:
                r[target] = r[source]
            case 0x07:
                r[target] = (r[target] + constant) & WORD
            case 0x0F:
                r[target] = (r[target] + r[source]) & WORD
            case 0x57:
                r[target] &= constant & WORD
            case 0x67:
                r[target] = (r[target] << constant) & WORD
            case 0x61 | 0x69 | 0x71 | 0x79:
                r[target] = self._load(r[source] + offset, SIZES[code])
            case 0x63 | 0x7B:
                self._store(r[target] + offset, SIZES[code], r[source])
            case 0xDB:
                assert r[target] == VALUE
                self.missed += r[source]
            case _:
                raise ValueError(f"no such instruction here: {code:#x}")

    def _memory(self, address: int, size: int) -> tuple[bytearray, int]:
        for base, memory, first in (
            (FRAME, self._frame, self._meta),
            (STACK, self.stack, 0),
            (VALUE, self.value, 0),
        ):
            at = address - base
            if first <= at and at + size <= len(memory):
                return memory, at
        raise TrespassError(hex(address))

    def _load(self, address: int, size: int) -> int:
        if CONTEXT <= address < CONTEXT + 24:
            assert size == 4
            end = FRAME + len(self._frame)
            return (FRAME + HEADROOM, end, FRAME + self._meta, 0, self._queue)[
                (address - CONTEXT) // 4
            ]
        memory, at = self._memory(address, size)
        return int.from_bytes(memory[at : at + size], "little")

    def _store(self, address: int, size: int, value: int) -> None:
        memory, at = self._memory(address, size)
        memory[at : at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        self.stamp = bytes(self._frame[self._meta : HEADROOM])

    def _call(self, number: int) -> None:
        r = self.registers
        if number == 1:
            memory, at = self._memory(r[2], 4)
            found = bytes(8) if r[1] == 3 else self.groups.get(bytes(memory[at : at + 8]))
            self.value = bytearray(found or b"")
            r[0] = VALUE if found else 0
        elif number == 5:
            r[0] = 77
        elif number == 51:
            r[0] = 4 if r[2] in self.queues else r[3]
        elif number == 54:
            self._meta += ((r[2] + (1 << 63)) & WORD) - (1 << 63) if self.has_room else 0
            r[0] = 0 if self.has_room else WORD
        else:
            raise ValueError(f"no such function here: {number}")
        r[1:6] = [0] * 5
