"""Definitions that were read before: known again by their bytes, so that a loop of them costs Python nothing.

A loop of definitions sends the same messages in every pass, behind headers that differ. What follows the header is
folded into 128 bits, with the row of the channel, and looked up in a table of what Python has read. The table is of
a fixed size, half of it is used; what finds no room is read each time it comes, and counted.
"""

from typing import Final

from feedhandler.jit import hot, i64, kernel, lshr, put8, s8le, u1, wrapping_add, wrapping_mul

# byte offsets of the words before the entries
HEADER_BYTES: Final = 0  # before the messages of a datagram; 0 = nothing is known
MASK: Final = 8  # of entries
COUNT: Final = 16
COUNT_MAX: Final = 24
LOW: Final = 32  # the key that was looked up last
HIGH: Final = 40
HEAD_WORDS: Final = 8
ENTRY_BYTES: Final = 16

FIRST: Final = -7046029288634856825  # 0x9E3779B185EBCA87, odd: multiplication loses nothing
SECOND: Final = -4417276706812531889  # 0xC2B2AE3D27D4EB4F


@hot
def word_at(at: int, end: int) -> int:
    """Eight bytes, or those that are left."""
    if end - at >= 8:
        return i64(s8le(at))
    word = i64(0)
    for k in range(end - at):
        word |= i64(u1(at + k)) << (8 * k)
    return word


@kernel
def look_up(known: int, row: int, address: int, length: int) -> int:
    """The entry of a datagram, or the empty one where it belongs."""
    at = address + i64(s8le(known + HEADER_BYTES))
    end = address + length
    low = i64(row)
    high = i64(length)
    while at < end:
        word = word_at(at, end)
        low = i64(wrapping_mul(low ^ word, FIRST))
        low ^= lshr(low, 29)
        high = i64(wrapping_mul(i64(wrapping_add(high, word)), SECOND))
        high ^= lshr(high, 31)
        at += 8
    if low == 0:  # an empty entry's
        low = i64(1)
    put8(known + LOW, low)
    put8(known + HIGH, high)
    mask = i64(s8le(known + MASK))
    place = high & mask
    entry = known + 8 * HEAD_WORDS + ENTRY_BYTES * place
    while s8le(entry) != 0 and (s8le(entry) != low or s8le(entry + 8) != high):
        place = (place + 1) & mask
        entry = known + 8 * HEAD_WORDS + ENTRY_BYTES * place
    return entry


@hot
def is_known(known: int, row: int, address: int, length: int) -> bool:
    """Whether the definitions of a datagram are those of one that was read."""
    if s8le(known + HEADER_BYTES) == 0 or s8le(known + COUNT) == 0:
        return False
    return i64(s8le(look_up(known, row, address, length))) != 0


@kernel
def remember(known: int, row: int, address: int, length: int) -> bool:
    """A datagram was read; False: there was no room to remember it."""
    entry = look_up(known, row, address, length)
    if s8le(entry) != 0:
        return True
    count = i64(s8le(known + COUNT))
    if count >= i64(s8le(known + COUNT_MAX)):
        return False
    put8(entry, s8le(known + LOW))
    put8(entry + 8, s8le(known + HIGH))
    put8(known + COUNT, count + 1)
    return True
