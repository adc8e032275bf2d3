"""Texts of FAST, compiled: read, joined, kept; see `abi` for how a text is a word.

None of it is on the fast path but `take_ascii`, for most texts are one character.
"""

from typing import Final

from feedhandler.decode.fast.abi import (
    BAD_DELTA,
    HALF,
    LENGTH_SHIFT,
    LIMIT,
    LONG,
    NO_TEXT,
    NOT_UTF8,
    OVERLONG_TEXT,
    SHORT_MAX,
    TEXT_FIRST,
    TEXT_MAX,
    TEXT_USED,
    TEXTS,
    TEXTS_MAX,
    TOO_LONG,
    TRUNCATED,
)
from feedhandler.decode.fast.kernel import read_number, remark, take_unsigned
from feedhandler.jit import hot, kernel, lshr, put1, put8, u1, u8le

ONE: Final = 1 << LENGTH_SHIFT


@hot
def length_of(text: int) -> int:
    """Bytes of a text."""
    return lshr(text, 32) & 0x7FFF_FFFF if text < 0 else lshr(text, LENGTH_SHIFT)


@hot
def byte_of(text: int, place: int, texts: int) -> int:
    """A byte of a text."""
    if text < 0:
        return int(u1(texts + (text & HALF) + place))
    return lshr(text, 8 * place) & 0xFF


@hot
def pack(text: int, length: int, offset: int, texts: int) -> int:
    """The word of the bytes at an offset of the memory for texts."""
    if length > SHORT_MAX:
        return LONG | length << 32 | offset
    text = length << LENGTH_SHIFT
    for k in range(length):
        text |= u1(texts + offset + k) << 8 * k
    return text


@kernel
def copy_text(text: int, offset: int, state: int) -> int:
    """A text with its bytes at this offset, if it is a long one."""
    if text >= 0:
        return text
    texts = u8le(state + 8 * TEXTS)
    length = length_of(text)
    start = texts + (text & HALF)
    for k in range(length):
        put1(texts + offset + k, u1(start + k))
    return LONG | length << 32 | offset


@kernel
def deliver(text: int, state: int) -> int:
    """A long text among those of the message; or TOO_LONG."""
    used = u8le(state + 8 * TEXT_USED)
    length = length_of(text)
    if used + length > TEXTS_MAX:
        return TOO_LONG
    put8(state + 8 * TEXT_USED, used + length)
    return copy_text(text, u8le(state + 8 * TEXT_FIRST) + used, state)


@hot
def take_ascii(p: int, end: int) -> tuple[int, int]:
    """A text of one character that is not 0; or NO_TEXT."""
    if p < end:
        b = u1(p)
        if b > 128:
            return ONE | b & 127, p + 1
    return NO_TEXT, p


@kernel
def read_ascii(p: int, end: int, nullable: int, offset: int, state: int) -> tuple[int, int]:
    """An ASCII text, or NO_TEXT; a long one is put at this offset."""
    first = p
    while True:
        if p >= end:
            return 0, -TRUNCATED
        b = u1(p)
        p += 1
        if b >= 128:
            break
    last = p - 1
    if nullable != 0:
        if u1(first) == 128:
            return NO_TEXT, p
        if u1(first) == 0:
            first += 1
            if u1(first) & 127:
                remark(state, OVERLONG_TEXT)
    if first == last and u1(first) == 128:
        return 0, p
    if first < last and u1(first) == 0:
        first += 1
        if u1(first) & 127:
            remark(state, OVERLONG_TEXT)
    length = p - first
    if length > TEXT_MAX:
        return 0, -LIMIT
    texts = u8le(state + 8 * TEXTS)
    for k in range(length):
        put1(texts + offset + k, u1(first + k) & 127)
    return pack(0, length, offset, texts), p


@kernel
def read_vector(p: int, end: int, nullable: int, offset: int, state: int) -> tuple[int, int]:
    """A byte vector, or NO_TEXT; a long one is put at this offset."""
    length, at = take_unsigned(p, end)
    if at == p:
        high, length, at = read_number(p, end, 0, state)
        if at < 0:
            return 0, at
        if high != 0:
            return 0, -TRUNCATED
    if nullable != 0:
        if length == 0:
            return NO_TEXT, at
        length -= 1
    if length > end - at:
        return 0, -TRUNCATED
    if length > TEXT_MAX:
        return 0, -LIMIT
    texts = u8le(state + 8 * TEXTS)
    for k in range(length):
        put1(texts + offset + k, u1(at + k))
    return pack(0, length, offset, texts), at + length


@kernel
def join(base: int, cut: int, text: int, offset: int, state: int) -> int:
    """A text's delta, its bytes at this offset: `cut` characters off the back or, where negative, off the front."""
    texts = u8le(state + 8 * TEXTS)
    old = length_of(base)
    new = length_of(text)
    drop = cut if cut >= 0 else -cut - 1
    if drop > old:
        return BAD_DELTA
    kept = old - drop
    if kept + new > TEXT_MAX:
        return TOO_LONG
    if cut >= 0:
        for k in range(kept):
            put1(texts + offset + k, byte_of(base, k, texts))
        for k in range(new):
            put1(texts + offset + kept + k, byte_of(text, k, texts))
    else:
        for k in range(new):
            put1(texts + offset + k, byte_of(text, k, texts))
        for k in range(kept):
            put1(texts + offset + new + k, byte_of(base, drop + k, texts))
    return pack(0, kept + new, offset, texts)


@kernel
def put_tail(base: int, text: int, offset: int, state: int) -> int:
    """A text with another end, its bytes at this offset."""
    return join(base, min(length_of(base), length_of(text)), text, offset, state)


@kernel
def judge_utf8(text: int, state: int) -> int:
    """Count a text that is not UTF-8."""
    texts = u8le(state + 8 * TEXTS)
    length = length_of(text)
    at = 0
    while at < length:
        b = byte_of(text, at, texts)
        more = 0 if b < 0x80 else 1 if b < 0xE0 else 2 if b < 0xF0 else 3
        if 0x80 <= b < 0xC2 or b > 0xF4 or at + more >= length:
            remark(state, NOT_UTF8)
            return 0
        second = byte_of(text, at + 1, texts) if more > 0 else 0x80
        low = 0xA0 if b == 0xE0 else 0x90 if b == 0xF0 else 0x80
        high = 0x9F if b == 0xED else 0x8F if b == 0xF4 else 0xBF
        bad = second < low or second > high
        for k in range(2, more + 1):
            bad |= byte_of(text, at + k, texts) & 0xC0 != 0x80
        if bad:
            remark(state, NOT_UTF8)
            return 0
        at += 1 + more
    return 0
