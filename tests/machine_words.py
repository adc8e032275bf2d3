"""What the intrinsics of `jit.py` give, as text: run with the JIT and without it, to be compared.

`python machine_words.py` prints; the inputs are awkward words rather than many.
"""

import itertools
import sys
from typing import Any

import numpy as np

from feedhandler import jit

LOADS = {
    name: getattr(jit, name)
    for name in (
        "u1", "u2le", "u4le", "u8le", "u2be", "u4be", "u6be", "u8be",
        "s1", "s2le", "s4le", "s8le", "s2be", "s4be", "s8be",
    )
}  # fmt: skip
WORDS = (
    0,
    1,
    2,
    -1,
    255,
    256,
    -(2**63),
    2**63 - 1,
    2**62,
    0x0123_4567_89AB_CDEF,
    -7046029254386353131,
)
NEGATIVE = -(2**61)


@jit.kernel
def loads(at: int, out: Any) -> None:
    """Every load of the bytes at an address."""
    out[0], out[1], out[2], out[3] = jit.u1(at), jit.u2le(at), jit.u4le(at), jit.u8le(at)
    out[4], out[5], out[6], out[7] = jit.u2be(at), jit.u4be(at), jit.u6be(at), jit.u8be(at)
    out[8], out[9], out[10], out[11] = jit.s1(at), jit.s2le(at), jit.s4le(at), jit.s8le(at)
    out[12], out[13], out[14] = jit.s2be(at), jit.s4be(at), jit.s8be(at)


@jit.kernel
def stores(at: int, value: int) -> None:
    """Every store, one behind the other."""
    jit.put1(at, value)
    jit.put2(at + 1, value)
    jit.put4(at + 3, value)
    jit.put8(at + 7, value)


@jit.kernel
def arithmetic(a: int, b: int, out: Any) -> None:
    """What wraps, shifts and counts."""
    out[0] = jit.wrapping_mul(a, b)
    out[1] = jit.wrapping_add(a, b)
    out[2] = jit.lshr(a, b & 63)
    out[3] = jit.count_bits(a)
    out[4] = jit.i64(a)


@jit.kernel
def shared(array: Any, key: int, out: Any) -> None:
    """What is done to arrays."""
    jit.store_release(array, 0, key)
    jit.fence()
    at = jit.address_of(array)
    jit.prefetch(at + 24)
    out[0] = jit.load_acquire(array, 0)
    out[1] = jit.lanes_at_least(array, 1, key)
    out[2] = jit.u8le(at + 8) - array[1]
    out[3] = jit.first_with_half(at + 8, jit.lshr(key, 32))
    out[4] = jit.first_with_half(at + 8, 1 << 32)


@jit.entry(3)
def product(a: int, b: int, c: int) -> int:
    """Something to call by address."""
    return jit.wrapping_mul(jit.wrapping_mul(a, b), c)


@jit.entry(5)
def weighted(a: int, b: int, c: int, d: int, e: int) -> int:
    """Likewise, of five."""
    return a + 2 * b + 3 * c + 4 * d + 5 * e


@jit.kernel
def by_address(three: int, five: int, out: Any) -> None:
    """Both entries, called by address."""
    out[0] = jit.call3(three, 3, 5, -7)
    out[1] = jit.call5(five, 1, 2, 3, 4, -5)


def main() -> None:
    """Print everything."""
    out = np.zeros(16, np.int64)
    told: list[Any] = []
    for a, b in itertools.product(WORDS, WORDS):
        memory = np.array([a, b, 0], np.int64)
        for offset in range(4):
            loads(int(memory.ctypes.data) + offset, out)
            told.append(out[: len(LOADS)].tolist())
        stores(int(memory.ctypes.data) + 1, a ^ b)
        arithmetic(a, b, out)
        told.append((memory.tolist(), out[:5].tolist()))
        lanes = np.array([0, *[a, b, NEGATIVE] * 6], np.int64)
        shared(lanes, b, out)
        told.append(out[:5].tolist())
    by_address(product.address, weighted.address, out)
    told.append((out[:2].tolist(), product(2, 3, 4), weighted(1, 1, 1, 1, 1)))
    sys.stdout.writelines(f"{line}\n" for line in told)


if __name__ == "__main__":
    main()
