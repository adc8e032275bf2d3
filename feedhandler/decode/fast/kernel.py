"""The entities of FAST, compiled: numbers, presence maps; what generated decoders read a message with.

Most numbers have one to four bytes: `take_unsigned` and `take_signed` are inlined and read those, and say WIDE
to all else, which the rare paths behind them read with every check. A position that is negative is minus the
reason of a failure.
"""

from typing import Final

from feedhandler.decode.fast.abi import (
    ENTRIES,
    INT63,
    INTEGER_RANGE,
    OVERLONG_INTEGER,
    OVERLONG_MAP,
    REMARKS,
    TRUNCATED,
    UNDEFINED,
    WIDE,
)
from feedhandler.jit import hot, kernel, lshr, put8, u1, u8le, wrapping_add

U4: Final = 0xFFFF_FFFF
I4_MAX: Final = 0x7FFF_FFFF
I4_MIN: Final = -0x8000_0000
BYTES_MAX: Final = 10  # of a number
GROUPS_MAX: Final = 9  # of a presence map that fit into a word
TOP: Final = 62  # the first bit of a presence map in its word
LOW56: Final = (1 << 56) - 1


@hot
def remark(state: int, reason: int) -> None:
    """Count what is delivered nevertheless."""
    at = state + 8 * (REMARKS + reason)
    put8(at, u8le(at) + 1)


@hot
def take_unsigned(p: int, end: int) -> tuple[int, int]:
    """A number of one to four bytes and the position behind it; or WIDE."""
    if p >= end:
        return WIDE, p
    v = u1(p)
    if v >= 128:
        return v & 127, p + 1
    if v == 0 or p + 4 > end:
        return WIDE, p
    b = u1(p + 1)
    v = v << 7 | b & 127
    if b >= 128:
        return v, p + 2
    b = u1(p + 2)
    v = v << 7 | b & 127
    if b >= 128:
        return v, p + 3
    b = u1(p + 3)
    v = v << 7 | b & 127
    if b >= 128:
        return v, p + 4
    return WIDE, p


@hot
def take_signed(p: int, end: int) -> tuple[int, int]:
    """A signed number of one to four bytes and the position behind it; or WIDE."""
    if p >= end:
        return WIDE, p
    v = u1(p)
    if v >= 128:
        v &= 127
        return v - ((v & 64) << 1), p + 1
    if v == 0 or v == 127 or p + 4 > end:
        return WIDE, p
    v -= (v & 64) << 1
    b = u1(p + 1)
    v = v << 7 | b & 127
    if b >= 128:
        return v, p + 2
    b = u1(p + 2)
    v = v << 7 | b & 127
    if b >= 128:
        return v, p + 3
    b = u1(p + 3)
    v = v << 7 | b & 127
    if b >= 128:
        return v, p + 4
    return WIDE, p


@kernel
def read_number(p: int, end: int, signed: int, state: int) -> tuple[int, int, int]:
    """Any number as `high * 2**63 + low`, and the position behind it."""
    high = 0
    low = 0
    if p < end and signed != 0 and u1(p) & 64:
        high = -1
        low = INT63
    at = p
    while True:
        if at >= end:
            return 0, 0, -TRUNCATED
        b = u1(at)
        at += 1
        high = high << 7 | lshr(low, 56) if at - p <= BYTES_MAX else 0
        low = (low & LOW56) << 7 | b & 127
        if b >= 128:
            break
    if at - p > 1:
        first = u1(p)
        second = u1(p + 1) & 64
        if (first == 0 and (signed == 0 or second == 0)) or (
            signed != 0 and first == 127 and second != 0
        ):
            remark(state, OVERLONG_INTEGER)
    if at - p > BYTES_MAX:
        return 0, 0, -INTEGER_RANGE
    return high, low, at


@hot
def is_word(high: int) -> bool:
    """Whether a wide number is one of 64 bits, signed."""
    return high == 0 or high == -1


@hot
def word_of(high: int, low: int) -> int:
    """The signed word of a wide number that is one."""
    return low + high * INT63 + high


@kernel
def read_u32(p: int, end: int, nullable: int, state: int) -> tuple[int, int, int]:
    """An unsigned number of 32 bits: value, whether there is one, position."""
    high, low, p = read_number(p, end, 0, state)
    if p < 0:
        return 0, 0, p
    if nullable != 0:
        if high == 0 and low == 0:
            return 0, 0, p
        low -= 1
    if high != 0 or low > U4 or low < 0:
        return 0, 0, -INTEGER_RANGE
    return low, 1, p


@kernel
def read_i32(p: int, end: int, nullable: int, state: int) -> tuple[int, int, int]:
    """A signed number of 32 bits: value, whether there is one, position."""
    high, low, p = read_number(p, end, 1, state)
    if p < 0:
        return 0, 0, p
    if not is_word(high):
        return 0, 0, -INTEGER_RANGE
    value = word_of(high, low)
    if nullable != 0:
        if value == 0:
            return 0, 0, p
        if value > 0:
            value -= 1
    if value < I4_MIN or value > I4_MAX:
        return 0, 0, -INTEGER_RANGE
    return value, 1, p


@kernel
def read_u64(p: int, end: int, nullable: int, state: int) -> tuple[int, int, int]:
    """An unsigned number of 64 bits, as the same bits signed: value, whether there is one, position."""
    high, low, p = read_number(p, end, 0, state)
    if p < 0:
        return 0, 0, p
    if nullable != 0:
        if high == 0 and low == 0:
            return 0, 0, p
        if low == 0:
            high -= 1
            low = INT63
        else:
            low -= 1
    if high > 1:
        return 0, 0, -INTEGER_RANGE
    return word_of(-high, low), 1, p


@kernel
def read_i64(p: int, end: int, nullable: int, state: int) -> tuple[int, int, int]:
    """A signed number of 64 bits: value, whether there is one, position."""
    high, low, p = read_number(p, end, 1, state)
    if p < 0:
        return 0, 0, p
    if nullable != 0:
        if high == 0 and low == 0:
            return 0, 0, p
        if high > 0 and low == 0:
            high -= 1
            low = INT63
        elif high >= 0:
            low -= 1
    if not is_word(high):
        return 0, 0, -INTEGER_RANGE
    return word_of(high, low), 1, p


@kernel
def read_delta(p: int, end: int, nullable: int, state: int) -> tuple[int, int, int, int]:
    """A delta, which may be wider than what it is added to: high, low, whether there is one, position."""
    high, low, p = read_number(p, end, 1, state)
    if p < 0:
        return 0, 0, 0, p
    if nullable != 0:
        if high == 0 and low == 0:
            return 0, 0, 0, p
        if high >= 0:
            if low == 0:
                high -= 1
                low = INT63
            else:
                low -= 1
    return high, low, 1, p


@hot
def narrow(high: int, low: int) -> int:
    """A delta for 32 bits: beyond a word it is as far beyond any sum."""
    if is_word(high):
        value = word_of(high, low)
        if -WIDE < value < WIDE:
            return value
    return WIDE if high >= 0 else -WIDE


@hot
def add_u64(base: int, high: int, low: int) -> tuple[int, int]:
    """The sum of an unsigned word and a delta, and whether it is an unsigned word."""
    total = wrapping_add(base & INT63, low)
    high += lshr(base, 63) + lshr(total, 63)
    return word_of(-(high & 1), total & INT63), int(high == 0 or high == 1)


@hot
def add_i64(base: int, high: int, low: int) -> tuple[int, int]:
    """The sum of a signed word and a delta, and whether it is a signed word."""
    total = wrapping_add(base & INT63, low)
    high += lshr(total, 63) - lshr(base, 63)
    return word_of(-(high & 1), total & INT63), int(is_word(high))


# --- presence maps --------------------------------------------------------------------------------
@hot
def take_map(p: int, end: int, state: int) -> tuple[int, int]:
    """A presence map as a word, its first bit at TOP, and the position behind it."""
    if p >= end:
        return 0, -TRUNCATED
    b = u1(p)
    if b >= 128:
        return (b & 127) << 56, p + 1
    return read_map(p, end, state)


@kernel
def read_map(p: int, end: int, state: int) -> tuple[int, int]:
    """A presence map of any length as a word; a set bit for which it has no room sets the lowest one."""
    bits = 0
    groups = 0
    while True:
        if p >= end:
            return 0, -TRUNCATED
        b = u1(p)
        p += 1
        if groups < GROUPS_MAX:
            bits |= (b & 127) << (56 - 7 * groups)
        elif b & 127:
            bits |= 1
        groups += 1
        if b >= 128:
            break
    if groups > 1 and b == 128:
        remark(state, OVERLONG_MAP)
    return bits, p


@kernel
def find_map(p: int, end: int, state: int) -> tuple[int, int]:
    """The number of groups of a presence map that is longer than a word, and the position behind it."""
    groups = 0
    while True:
        if p >= end:
            return 0, -TRUNCATED
        b = u1(p)
        p += 1
        groups += 1
        if b >= 128:
            break
    if groups > 1 and b == 128:
        remark(state, OVERLONG_MAP)
    return groups, p


@kernel
def count_groups(at: int) -> int:
    """The number of groups of a presence map that was found to be whole."""
    groups = 1
    while u1(at) < 128:
        at += 1
        groups += 1
    return groups


@kernel
def map_bit(at: int, groups: int, number: int) -> int:
    """A bit of a long presence map; beyond its end every bit is 0."""
    group = number // 7
    if group >= groups:
        return 0
    return int(u1(at + group)) & (64 >> (number - 7 * group))


@kernel
def map_surplus(at: int, groups: int, number: int) -> int:
    """Whether a bit from this one on is set."""
    for k in range(number, 7 * groups):
        if map_bit(at, groups, k):
            return 1
    return 0


@hot
def forget(state: int, entries: int) -> None:
    """Make every dictionary entry undefined."""
    for k in range(entries):
        put8(state + 8 * (ENTRIES + k), UNDEFINED)
