"""Structured arrays as kernels see them, with the JIT on or off."""

import ctypes
from typing import Any

import numpy as np

from feedhandler.jit import JIT_ON


class _Record:
    """One record of a structured array, its fields as attributes: plain integers in, plain integers out."""

    __slots__ = ("row",)
    row: Any

    def __init__(self, row: Any) -> None:
        object.__setattr__(self, "row", row)

    def __getattr__(self, field: str) -> int:
        return int(self.row[field])

    def __setattr__(self, field: str, value: int) -> None:
        self.row[field] = value

    def __getitem__(self, field: str) -> Any:
        return self.row[field]


class _Records(np.ndarray[Any, Any]):
    """A structured array that gives its records as kernels see them.

    NumPy's own recarray does not do: it hides fields named like attributes of arrays (`size`, `flags`).
    """

    def __getitem__(self, index: Any) -> Any:
        got = super().__getitem__(index)
        return _Record(got) if isinstance(got, np.void) else got


def records(array: np.ndarray[Any, Any]) -> Any:
    """A structured array as kernels see it: with the JIT off, `array[i].field` works too."""
    return array if JIT_ON else array.view(_Records)


def ask_for_large_pages(array: np.ndarray[Any, Any]) -> int:
    """Ask for large pages below an array that was not touched yet; bytes asked for. OSError: the system refuses."""
    begin, length = int(array.ctypes.data), int(array.nbytes)
    first = -(-begin // LARGE_PAGE) * LARGE_PAGE
    whole = (begin + length - first) // LARGE_PAGE * LARGE_PAGE
    if whole <= 0:
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if libc.madvise(first, whole, MADV_HUGEPAGE) != 0:
        raise OSError(ctypes.get_errno(), "madvise")
    return whole


def touch(array: Any) -> None:
    """Write to every page of an array, what is there: not only given, but marked as written to, before it matters."""
    one_a_page = np.asarray(array).view(np.ndarray).reshape(-1).view(np.uint8)[::PAGE_BYTES]
    one_a_page += 0  # NumPy leaves an assignment to itself undone


PAGE_BYTES = 4096
LARGE_PAGE = 2 << 20
MADV_HUGEPAGE = 14
LINE_BYTES = 64  # of a cache line


def zeros(count: int, kind: Any) -> np.ndarray[Any, Any]:
    """A zeroed array that begins on a cache line, so that no record of a power of two straddles two.

    NumPy aligns to 16 bytes: half of all 32-byte records would cost two cache misses, and a prefetch brings one.
    """
    dtype = np.dtype(kind)
    memory = np.zeros(count * dtype.itemsize + LINE_BYTES, np.uint8)
    first = -int(memory.ctypes.data) % LINE_BYTES
    return memory[first : first + count * dtype.itemsize].view(dtype)
