"""Privileges are given up when all sockets are open: whatever goes wrong later goes wrong without them.

Capabilities belong to threads, not to processes: this is for the main thread before it starts others, which
inherit what it has, or for each of them. It cannot be undone. What is needed once more, to give something back at
the end, may stay permitted: it is without effect until it is taken up.
"""

import ctypes
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from feedhandler.source.capability import NUMBERS

NO_NEW_PRIVS: Final = 38  # PR_*
CAPBSET_DROP: Final = 24
CAP_AMBIENT: Final = 47
CLEAR_ALL: Final = 4
VERSION_3: Final = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
LAST_MAX: Final = 63
# Of both halves of the numbers, as capget(2) lays them out: effective, permitted, inheritable.
SETS: Final = struct.Struct("=6I")
HALF: Final = 32
LOWER: Final = 0xFFFF_FFFF


def drop(but: Iterable[str] = ()) -> list[str]:
    """Give up every capability of this thread and all ways to new ones; what is still there (nothing).

    Those of `but` that it has stay permitted, without effect, for `take_up`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(LAST_MAX + 1):
        libc.prctl(
            CAPBSET_DROP, number, 0, 0, 0
        )  # needs CAP_SETPCAP; NO_NEW_PRIVS is enough without
    libc.prctl(CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    kept = sum(1 << NUMBERS[name] for name in but) & permitted()
    change(0, kept)
    return left()


def take_up() -> None:
    """Let what this thread was left have effect."""
    change(permitted(), permitted())


def permitted() -> int:
    """The capabilities that this thread may have, as bits."""
    sets = ctypes.create_string_buffer(SETS.size)
    ctypes.CDLL(None).capget(header(), sets)
    _, lower, _, _, upper, _ = SETS.unpack(sets.raw)
    return int(lower | upper << HALF)


def change(effective: int, permitted: int) -> None:
    """Set both; nothing is inheritable."""
    halves = (effective & LOWER, permitted & LOWER, 0, effective >> HALF, permitted >> HALF, 0)
    ctypes.CDLL(None).capset(header(), SETS.pack(*halves))


def header() -> ctypes.Array[ctypes.c_char]:
    """What capget(2) is told: our own thread, and the version of the sets."""
    return ctypes.create_string_buffer(struct.pack("=Ii", VERSION_3, 0))


def left_anywhere() -> dict[str, list[str]]:
    """Threads of this process that still hold something, by their names."""
    found = {}
    for task in sorted(Path("/proc/self/task").iterdir()):
        try:
            name = (task / "comm").read_text("utf-8").strip()
            held = left(str(task / "status"))
        except OSError:
            continue  # it has ended meanwhile
        if held:
            found[f"{name} {task.name}"] = held
    return found


def left(status: str = "/proc/thread-self/status") -> list[str]:
    """The sets of this thread that hold anything, and whether new ones could come."""
    found = []
    for line in Path(status).read_text("utf-8").splitlines():
        key, _, value = line.partition(":")
        if key in {"CapEff", "CapPrm", "CapInh", "CapAmb"} and int(value, 16):
            found.append(f"{key} {value.strip()}")
        if key == "NoNewPrivs" and value.strip() == "0":
            found.append("NoNewPrivs 0")
    return found
