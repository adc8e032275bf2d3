"""Chance from a seed: the same numbers on every machine and in every Python, without a state.

A number is a function of a seed, of the name of a stream and of a position in it (splitmix64, Steele,
Lea and Flood 2014, read at any place). So it does not matter in how large pieces a source is read,
and what one fault draws is not changed by another fault beside it: a schedule that fails still
fails when the faults that are innocent are taken away.
"""

from typing import Any, Final

import numpy as np

WORD: Final = (1 << 64) - 1
GOLDEN: Final = 0x9E37_79B9_7F4A_7C15
FIRST: Final = 0xBF58_476D_1CE4_E5B9
SECOND: Final = 0x94D0_49BB_1331_11EB
FNV_OFFSET: Final = 0xCBF2_9CE4_8422_2325
FNV_PRIME: Final = 0x0000_0100_0000_01B3
HALF_BITS: Final = 32

Words = np.ndarray[Any, np.dtype[np.uint64]]


def mixed(word: int) -> int:
    """Spread a word over all 64 bits."""
    word &= WORD
    word = (word ^ word >> 30) * FIRST & WORD
    word = (word ^ word >> 27) * SECOND & WORD
    return word ^ word >> 31


def stream_base(seed: int, name: str) -> int:
    """Where a stream of numbers begins: any seed, any name."""
    named = FNV_OFFSET
    for byte in name.encode():
        named = (named ^ byte) * FNV_PRIME & WORD
    return mixed(mixed(seed) + named)


def draw(base: int, position: int) -> int:
    """The 64 bits of one position."""
    return mixed(base + GOLDEN * (position + 1))


def draws(base: int, first: int, count: int) -> Words:
    """The 64 bits of many positions, `first` and those behind it: what `draw` gives, at once."""
    words = np.arange(first + 1, first + 1 + count, dtype=np.uint64)
    words *= np.uint64(GOLDEN)
    words += np.uint64(base)
    words ^= words >> np.uint64(30)
    words *= np.uint64(FIRST)
    words ^= words >> np.uint64(27)
    words *= np.uint64(SECOND)
    words ^= words >> np.uint64(31)
    return words


def chance(word: int) -> int:
    """The half of a word that is compared with a rate in 2**-32."""
    return word >> HALF_BITS


def within(word: int, low: int, high: int) -> int:
    """A number from `low` to `high`, both possible, from the half that decided nothing."""
    return low + ((word & 0xFFFF_FFFF) * (high - low + 1) >> HALF_BITS)
