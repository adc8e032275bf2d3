"""Bytes placed right before memory that cannot be read: one byte too far ends the process.

Run as a script it feeds the walkers and `locate` with random and damaged bytes; tests run it in a
process of its own, with the JIT on and off. The invariant: any bytes give frames, a note or a
reason; never an exception, a hang, or a read past their end.
"""

import ctypes
import mmap
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
from capture_writers import Packet, pcap, pcapng, read_all

from feedhandler.counter import Counter
from feedhandler.source import pcap_file
from feedhandler.source.pcap_file import open_capture
from feedhandler.source.source import CaptureError
from feedhandler.source.window import Window
from feedhandler.wire.kernel import LENGTH, PAYLOAD, locate

LINKS = [0, 1, 101, 108, 113, 228, 276, 65536, 7]
ETHERNET = bytes.fromhex("01005e000001020000000001") + b"\x08\x00"
IP = bytes.fromhex("4500002400004000401100000a000001ef0000010009676d001000005041594c")
FRAME = ETHERNET + IP + b"OAD!"
LENGTHS = {ord("S"): 12, ord("A"): 36}


class Guarded:
    """A page of memory, and behind it one that cannot be read."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, 1 << 20)
        self._base = np.frombuffer(self._map, np.uint8).ctypes.data
        self.end = self._base + (1 << 20) - mmap.PAGESIZE
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mprotect(ctypes.c_void_p(self.end), mmap.PAGESIZE, 0) != 0:
            raise OSError(ctypes.get_errno(), "mprotect")

    def place(self, data: bytes) -> int:
        """Put bytes so that they end where reading ends; their address."""
        address = self.end - len(data)
        ctypes.memmove(address, data, len(data))
        return address


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, perhaps cut."""
    changed = bytearray(data)
    for _ in range(dice.randrange(4)):
        changed[dice.randrange(len(changed))] = dice.choice(
            [0, 1, 0x45, 0x7F, 0xFF, dice.randrange(256)]
        )
    return bytes(changed[: dice.randrange(len(changed) + 1)] if dice.random() < 0.5 else changed)


def check_locate(guard: Guarded, dice: random.Random, rounds: int) -> None:
    """A place that is given lies inside the frame; everything else has a reason."""
    place = np.zeros(8, np.int64)
    for _ in range(rounds):
        link = dice.choice(LINKS)
        tags = b"\x81\x00\x00\x05" * dice.randrange(5)
        whole = dice.choice([IP, ETHERNET[:12] + tags + b"\x08\x00" + IP, bytes(16) + IP, FRAME])
        frame = dice.randbytes(dice.randrange(80)) if dice.random() < 0.2 else damaged(whole, dice)
        address = guard.place(frame)
        reason = int(locate(address, len(frame), link, place))
        if reason == 0:
            assert address <= place[PAYLOAD]
            assert place[PAYLOAD] + place[LENGTH] <= guard.end
        else:
            assert Counter.NOT_IP <= reason <= Counter.UNKNOWN_LINK


class GuardedWindow(Window):
    """A window whose every piece of input ends before unreadable memory."""

    guard: Guarded

    def advance(self, kept: int) -> bool:
        """Show a small piece more, ending where reading ends."""
        tail = ctypes.string_at(self.end - kept, kept)
        self._base_offset += self.end - kept - self._base
        more = self._input.read(random.Random(kept).randrange(1, 200))
        self._base = self.begin = self.guard.place(tail + more)
        self.end = self.guard.end
        return bool(more)


def check_files(folder: Path, dice: random.Random, rounds: int) -> None:
    """Damaged captures of all kinds: read to their end, or refused in one line."""
    packets: list[Packet] = [(10**18 + i, FRAME * dice.randrange(4)) for i in range(5)]
    itch = (b"\x00\x0c" + b"S" * 12 + b"\x00\x24" + b"A" * 36) * 4
    zero = (b"\0\0" + b"S" * 12 + b"\0\0" + b"A" * 36) * 4
    wholes = [
        pcap(packets),
        pcap(packets, "big"),
        pcapng(packets),
        pcapng(packets, "big"),
        itch,
        zero,
    ]
    path = folder / "capture"
    for _ in range(rounds):
        path.write_bytes(damaged(dice.choice(wholes), dice))
        try:
            source = open_capture(str(path), LENGTHS)
        except CaptureError:
            continue
        for frame in read_all(source, rows_max=dice.choice([1, 3, 64])):
            assert len(frame.frame) <= 1 << 20
        source.close()


def main(seed: int, rounds: int) -> None:
    """All checks with this seed."""
    dice = random.Random(seed)
    guard = Guarded()
    GuardedWindow.guard = guard
    setattr(pcap_file, "Window", GuardedWindow)  # noqa: B010  (a class is no variable to mypy)
    check_locate(guard, dice, rounds)
    with tempfile.TemporaryDirectory() as folder:
        check_files(Path(folder), dice, rounds // 4)
    sys.stdout.write("nothing read beyond\n")


if __name__ == "__main__":
    if sys.argv[1] == "trespass":
        ctypes.string_at(Guarded().end - 1, 2)
    main(int(sys.argv[1]), int(sys.argv[2]))
