"""Numbers of Event rows from the cells of FAST records, compiled: prices, local times, codes."""

from typing import Final

from feedhandler.decode.abi import (
    FAST_LIMIT,
    FAST_RANGE,
    FAST_STATE,
    FAST_TEMPLATE,
    FAST_TEXT,
    FAST_TRUNCATED,
    MALFORMED,
    PRICE_RANGE,
)
from feedhandler.decode.fast.abi import (
    INTEGER_RANGE,
    LENGTH_SHIFT,
    LIMIT,
    RESULT_RANGE,
    TEXT_DELTA,
    TRUNCATED,
    UNKNOWN_TEMPLATE,
)
from feedhandler.decode.kernel import bump, clear
from feedhandler.decode.marks import NO_CODE
from feedhandler.event import UNDEF_PRICE
from feedhandler.jit import hot, kernel, lshr

SCALE: Final = 9  # prices count units of 1e-9
INT64_MAX: Final = 0x7FFF_FFFF_FFFF_FFFF
DAY_NS: Final = 86_400_000_000_000
MS_NS: Final = 1_000_000
HALF_DAY_NS: Final = 14 * 3_600_000_000_000  # no place on earth is further ahead of UTC


@kernel
def price_of(mantissa: int, exponent: int, context: int) -> int:
    """A decimal in units of 1e-9; what has no such number, or is beyond 64 bits, is undefined and counted."""
    power = exponent + SCALE
    if mantissa == 0:
        return 0
    value = mantissa
    while power > 0:
        if value > INT64_MAX // 10 or value < -(INT64_MAX // 10):
            bump(context, PRICE_RANGE)
            return UNDEF_PRICE
        value *= 10
        power -= 1
    while power < 0:
        if value % 10 != 0:
            bump(context, PRICE_RANGE)
            return UNDEF_PRICE
        value //= 10
        power += 1
    if value < -INT64_MAX:
        bump(context, PRICE_RANGE)
        return UNDEF_PRICE
    return value


@kernel
def time_of(local: int, day: int) -> int:
    """YYYYMMDDhhmmssmmm of the venue's clock as ns since 1970 UTC; 0 for what is no time.

    `day` is the venue's midnight in UTC, 0 = take the clock for UTC: its distance from a midnight of UTC is the
    venue's offset.
    """
    milliseconds = local % 1000
    local //= 1000
    second = local % 100
    minute = local // 100 % 100
    hour = local // 10_000 % 100
    date = local // 1_000_000
    day_of_month = date % 100
    month = date // 100 % 100
    year = date // 10_000
    bad = second > 60 or minute > 59 or hour > 23 or month < 1 or month > 12
    if bad or day_of_month < 1 or day_of_month > 31 or year < 1970 or year > 2200:
        return 0
    # Days since 1970: years from March on, so that a leap day is the last of its year.
    shifted = year - 1 if month < 3 else year
    month_from_march = month + 9 if month < 3 else month - 3
    days = (
        365 * shifted + shifted // 4 - shifted // 100 + shifted // 400
        + (153 * month_from_march + 2) // 5 + day_of_month - 1 - 719_468
    )  # fmt: skip
    ahead = (DAY_NS - day % DAY_NS) % DAY_NS
    if ahead > HALF_DAY_NS:
        ahead -= DAY_NS
    clock = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
    return days * DAY_NS + clock * MS_NS - ahead


@hot
def fail(reason: int, context: int) -> int:
    """Give up on a datagram: nothing of it counts but the reason."""
    clear(context)
    word = FAST_STATE
    if reason == TRUNCATED:
        word = FAST_TRUNCATED
    elif reason == INTEGER_RANGE or reason == RESULT_RANGE:
        word = FAST_RANGE
    elif reason == TEXT_DELTA:
        word = FAST_TEXT
    elif reason == UNKNOWN_TEMPLATE:
        word = FAST_TEMPLATE
    elif reason == LIMIT:
        word = FAST_LIMIT
    bump(context, word)
    return MALFORMED


@hot
def code_of_text(text: int) -> int:
    """The character of a text of one; NO_CODE for any other."""
    return text & 0xFF if lshr(text, LENGTH_SHIFT) == 1 else NO_CODE


@hot
def code_of_number(value: int) -> int:
    """A number as a code; NO_CODE where a byte does not hold it."""
    return value if 0 <= value < NO_CODE else NO_CODE
