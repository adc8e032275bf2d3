"""Privileges are given up when all sockets are open: whatever goes wrong later goes wrong without them.

Capabilities belong to threads, not to processes: this is for the main thread before it starts others, which
inherit what it has, or for each of them. It cannot be undone.
"""

import ctypes
import struct
from pathlib import Path
from typing import Final

NO_NEW_PRIVS: Final = 38  # PR_*
CAPBSET_DROP: Final = 24
CAP_AMBIENT: Final = 47
CLEAR_ALL: Final = 4
VERSION_3: Final = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
LAST_MAX: Final = 63


def drop() -> list[str]:
    """Give up every capability of this thread and all ways to new ones; what is still there (nothing)."""
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(LAST_MAX + 1):
        libc.prctl(
            CAPBSET_DROP, number, 0, 0, 0
        )  # needs CAP_SETPCAP; NO_NEW_PRIVS is enough without
    libc.prctl(CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("=Ii", VERSION_3, 0))
    nothing = ctypes.create_string_buffer(bytes(24), 24)  # effective, permitted, inheritable, twice
    libc.capset(header, nothing)
    return left()


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
