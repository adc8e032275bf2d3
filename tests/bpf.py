"""A classic packet filter machine of a few lines: the judge of the programs that we write for the kernel's."""

from feedhandler.source.packet_filter import Instruction


def runs(program: list[Instruction], frame: bytes) -> int:
    """How many bytes of a frame a program lets pass."""
    a = x = at = 0
    while True:
        code, true, false, k = program[at]
        at += 1
        offset = k + (x if code == 0x48 else 0)
        size = {0x20: 4, 0x28: 2, 0x48: 2, 0x30: 1, 0xB1: 1}.get(code, 0)
        if size and offset + size > len(frame):
            return 0
        word = int.from_bytes(frame[offset : offset + size], "big")
        match code:
            case 0x20 | 0x28 | 0x30 | 0x48:
                a = word
            case 0xB1:
                x = 4 * (word & 15)
            case 0x15:
                at += true if a == k else false
            case 0x45:
                at += true if a & k else false
            case 0x05:
                at += k
            case 0x06:
                return k
            case _:
                raise ValueError(f"no such instruction here: {code:#x}")
