"""What an interface may be called: as the kernel calls one, or as DPDK calls a device.

The text alone tells, so that a configuration is refused where it is written as it is where it runs.
"""

import os
from typing import Final

from feedhandler.source.dpdk_device import Device
from feedhandler.source.interface import NAME_BYTES
from feedhandler.source.source import USAGE, CaptureError

NEVER_IN: Final = frozenset(b"\0/: \t\n\v\f\r")  # net/core/dev.c, dev_valid_name


def check_name(source: str, name: str) -> None:
    """Refuse a name that nothing has which this source could open."""
    if source == "dpdk":
        Device.parse(name)
    elif not is_interface(name):
        hint = "a device of DPDK is for source dpdk" if is_device(name) else "such as eth1"
        raise CaptureError(f"{name}: no name that an interface can have; {hint}", USAGE)


def is_interface(name: str) -> bool:
    """Whether the kernel would call an interface so."""
    told = os.fsencode(name)
    return 0 < len(told) < NAME_BYTES and not NEVER_IN & set(told) and name not in {".", ".."}


def is_device(name: str) -> bool:
    """Whether DPDK would."""
    try:
        Device.parse(name)
    except CaptureError:
        return False
    return True
