"""A thread without a capability for a while: what a program may not do, tried by one that may."""

import ctypes
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from feedhandler.service.dropping import VERSION_3
from feedhandler.source.capability import NUMBERS

SETS = struct.Struct(
    "=6I"
)  # effective, permitted, inheritable: the lower halves, then the upper ones


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Take capabilities out of this thread's effective set, and put them back: they stay permitted."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("=Ii", VERSION_3, 0))
    sets = ctypes.create_string_buffer(SETS.size)
    assert libc.capget(header, sets) == 0
    before = SETS.unpack(sets.raw)
    bits = sum(1 << NUMBERS[name] for name in names)
    after = list(before)
    after[0] &= ~bits & 0xFFFF_FFFF
    after[3] &= ~(bits >> 32)
    if after == list(before):
        pytest.skip(f"has none of {', '.join(names)}")
    try:
        assert libc.capset(header, SETS.pack(*after)) == 0
        yield
    finally:
        assert libc.capset(header, SETS.pack(*before)) == 0
