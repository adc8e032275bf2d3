"""Lets compiled code call a Python function by address: how the reference decoder serves the engine."""

import ctypes
from collections.abc import Callable

from feedhandler.jit import JIT_ON, Entry


class PythonEntry(Entry):
    """A Python function of int64 arguments with the face of an `Entry`, called slowly."""

    def __init__(self, function: Callable[..., int], arguments: int) -> None:
        if not JIT_ON:
            # Words of arrays come as NumPy's integers, which ctypes does not take for addresses.
            super().__init__(lambda *words: function(*map(int, words)), arguments)
            self.name = function.__name__
            return
        self.name = function.__name__
        self.compiled = None
        self._call = function
        kind = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * arguments)
        self._callback = kind(function)  # kept: the address is worth nothing without it
        self.address = int(ctypes.cast(self._callback, ctypes.c_void_p).value or 0)
