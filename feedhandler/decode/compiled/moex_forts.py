"""The compiled decoder of moex.forts. Generated from templates, never edited.

One function a template: the message's record is written to `out`, see feedhandler/decode/fast/plan.py.
"""

from feedhandler.decode.fast.abi import (
    ASSIGNED, BAD_DELTA, CELLS_MAX, DEPTH, DEPTH_MAX, EMPTY, INT63, NO_TEXT, SELF, TAKEN, TEMPLATE_ID,
    TEXT_USED, TOO_LONG, WIDE,
)
from feedhandler.decode.fast.kernel import (
    add_i64, add_u64, count_groups, find_map, forget, map_bit, map_surplus, narrow, read_delta, read_i32, read_i64,
    read_u32, read_u64, remark, take_map, take_signed, take_unsigned,
)
from feedhandler.decode.fast.text_kernel import (
    copy_text, deliver, join, judge_utf8, put_tail, read_ascii, read_vector, take_ascii,
)
from feedhandler.jit import call5, entry, hot, i64, kernel, put8, u8le
import numpy as np

from feedhandler.decode.abi import (
    CHANNEL, COUNT, DATA, DAY, FAST_REMARKS, FIRST, LOOP_END, MALFORMED, MESSAGES, RECEIVED, ROW_FLAGS, ROWS_FULL,
    SEND_TIME, SEQUENCE, STREAM_0, STREAM_1, TYPE,
)
from feedhandler.decode.fast.abi import REMARKS, TEXT_FIRST as TEXT_FIRST_WORD, TEXTS
from feedhandler.decode.fast.row_kernel import code_of_number, code_of_text, fail, price_of, time_of
from feedhandler.decode.kernel import bump, clear, counts, mark_last, pick, put_row, size_u8, word
from feedhandler.decode.marks import CHANNEL_SHIFT, FLAGS_SHIFT, NO_CODE, marks, marks_table
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE
from feedhandler.jit import make_stack, put1


ENTRIES = 23

TEXT_FIRST = 16384
IMAGE_AT = 16384
IMAGE = bytes.fromhex(
    ""
)

@kernel
def template_120(p, end, bits0, start, state, out, first):
    """Reset."""
    forget(state, ENTRIES)
    cursor = i64(first)
    cursor += 1 * 1
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 120)
    surplus0 = 0
    if (bits0 & 0x3fffffffffffffff) | surplus0:
        remark(state, 14)
    return p, cursor


@kernel
def template_74(p, end, bits0, start, state, out, first):
    """IncrementalRefresh."""
    cursor = i64(first)
    cursor += 1 * 9
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 74)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037928024)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    if bits0 & 0x2000000000000000:
        v3, q = take_unsigned(p, end)
        if v3 == WIDE:
            v3, have, p = read_u32(p, end, 0, state)
            if p < 0:
                return p, first
        else:
            p = q
        put8(state + 192, ASSIGNED)
        put8(state + 376, v3)
    else:
        s3 = u8le(state + 192)
        if s3 == ASSIGNED:
            v3 = u8le(state + 376)
            v3 = i64(0) if v3 == 4294967295 else v3 + 1
            put8(state + 376, v3)
        elif s3 == EMPTY:
            return -4, first
        else:
            return -3, first
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 200)
    if s4 == ASSIGNED:
        v4 = u8le(state + 392)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 200, ASSIGNED)
    put8(state + 392, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    v5, q = take_unsigned(p, end)
    if v5 == WIDE:
        v5, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    seen0_0 |= 0x20
    put8(rec0 + 56, cursor if v5 else 0)
    put8(rec0 + 64, v5)
    rec1 = out + 8 * cursor
    cursor += v5 * 22
    if cursor > CELLS_MAX:
        return -9, first
    for _1 in range(v5):
        bits1, p = take_map(p, end, state)
        if p < 0:
            return p, first
        seen1_0 = 0
        surplus1 = 0
        if bits1 & 0x4000000000000000:
            v6, q = take_unsigned(p, end)
            if v6 == WIDE:
                v6, have, p = read_u32(p, end, 0, state)
                if p < 0:
                    return p, first
            else:
                p = q
            put8(state + 208, ASSIGNED)
            put8(state + 408, v6)
        else:
            s6 = u8le(state + 208)
            if s6 == ASSIGNED:
                v6 = u8le(state + 408)
            elif s6 == EMPTY:
                return -4, first
            else:
                v6 = i64(0)
                put8(state + 208, ASSIGNED)
                put8(state + 408, v6)
        put8(rec1 + 8, v6)
        seen1_0 |= 0x1
        v7, p = take_ascii(p, end)
        if v7 == NO_TEXT:
            v7, p = read_ascii(p, end, 0, 8192, state)
            if p < 0:
                return p, first
        if v7 < 0:
            v7 = deliver(v7, state)
            if v7 == TOO_LONG:
                return -9, first
        put8(rec1 + 16, v7)
        seen1_0 |= 0x2
        d8, q = take_signed(p, end)
        if d8 == WIDE:
            d8_high, d8, have, p = read_delta(p, end, 1, state)
            if p < 0:
                return p, first
            h8 = have
        else:
            p = q
            h8 = i64(d8 != 0)
            d8 -= i64(d8 > 0)
            d8_high = -i64(d8 < 0)
            d8 &= INT63
        if h8:
            s8 = u8le(state + 216)
            if s8 == ASSIGNED:
                v8 = u8le(state + 424)
            elif s8 == EMPTY:
                return -4, first
            else:
                v8 = i64(0)
            v8, fits = add_u64(v8, d8_high, d8)
            if fits == 0:
                return -8, first
            h8 = i64(1)
            put8(state + 216, EMPTY - h8)
            put8(state + 424, v8)
        else:
            v8 = i64(0)
            h8 = i64(0)
        put8(rec1 + 24, v8)
        seen1_0 |= h8 << 2
        v9 = i64(8)
        put8(rec1 + 32, v9)
        seen1_0 |= 0x8
        if bits1 & 0x2000000000000000:
            v10, p = take_ascii(p, end)
            if v10 == NO_TEXT:
                v10, p = read_ascii(p, end, 1, 8192, state)
                if p < 0:
                    return p, first
            h10 = i64(v10 != NO_TEXT)
            v10 *= h10
            put8(state + 224, EMPTY - h10)
            put8(state + 440, copy_text(v10, 0, state) if v10 < 0 else v10)
        else:
            s10 = u8le(state + 224)
            if s10 == ASSIGNED:
                v10 = u8le(state + 440)
                h10 = i64(1)
            elif s10 == EMPTY:
                v10 = i64(0)
                h10 = i64(0)
            else:
                v10 = i64(0)
                h10 = i64(0)
                put8(state + 224, EMPTY - h10)
                put8(state + 440, copy_text(v10, 0, state) if v10 < 0 else v10)
        if v10 < 0:
            v10 = deliver(v10, state)
            if v10 == TOO_LONG:
                return -9, first
        put8(rec1 + 40, v10)
        seen1_0 |= h10 << 4
        if bits1 & 0x1000000000000000:
            v11, q = take_unsigned(p, end)
            if v11 == WIDE:
                v11, have, p = read_u32(p, end, 1, state)
                if p < 0:
                    return p, first
                h11 = have
            else:
                p = q
                h11 = i64(v11 != 0)
                v11 -= h11
            put8(state + 232, EMPTY - h11)
            put8(state + 456, v11)
        else:
            s11 = u8le(state + 232)
            if s11 == ASSIGNED:
                v11 = u8le(state + 456)
                h11 = i64(1)
            elif s11 == EMPTY:
                v11 = i64(0)
                h11 = i64(0)
            else:
                v11 = i64(0)
                h11 = i64(0)
                put8(state + 232, EMPTY - h11)
                put8(state + 456, v11)
        put8(rec1 + 48, v11)
        seen1_0 |= h11 << 5
        v12, q = take_unsigned(p, end)
        if v12 == WIDE:
            v12, have, p = read_u32(p, end, 0, state)
            if p < 0:
                return p, first
        else:
            p = q
        put8(rec1 + 56, v12)
        seen1_0 |= 0x40
        if bits1 & 0x800000000000000:
            v13, q = take_unsigned(p, end)
            if v13 == WIDE:
                v13, have, p = read_u32(p, end, 1, state)
                if p < 0:
                    return p, first
                h13 = have
            else:
                p = q
                h13 = i64(v13 != 0)
                v13 -= h13
            put8(state + 240, EMPTY - h13)
            put8(state + 472, v13)
        else:
            s13 = u8le(state + 240)
            if s13 == ASSIGNED:
                v13 = u8le(state + 472)
                h13 = i64(1)
            elif s13 == EMPTY:
                v13 = i64(0)
                h13 = i64(0)
            else:
                v13 = i64(1)
                h13 = i64(1)
                put8(state + 240, EMPTY - h13)
                put8(state + 472, v13)
        put8(rec1 + 64, v13)
        seen1_0 |= h13 << 7
        v14, q = take_unsigned(p, end)
        if v14 == WIDE:
            v14, have, p = read_u32(p, end, 1, state)
            if p < 0:
                return p, first
            h14 = have
        else:
            p = q
            h14 = i64(v14 != 0)
            v14 -= h14
        put8(rec1 + 72, v14)
        seen1_0 |= h14 << 8
        v15, q = take_signed(p, end)
        if v15 == WIDE:
            v15, have, p = read_i64(p, end, 1, state)
            if p < 0:
                return p, first
            h15 = have
        else:
            p = q
            h15 = i64(v15 != 0)
            v15 -= i64(v15 > 0)
        put8(rec1 + 80, v15)
        seen1_0 |= h15 << 9
        e16, q = take_signed(p, end)
        if e16 == WIDE:
            e16, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h16 = have
        else:
            p = q
            h16 = i64(e16 != 0)
            e16 -= i64(e16 > 0)
        if h16:
            v16, q = take_signed(p, end)
            if v16 == WIDE:
                v16, have, p = read_i64(p, end, 0, state)
                if p < 0:
                    return p, first
            else:
                p = q
        else:
            v16 = i64(0)
        put8(rec1 + 88, v16)
        put8(rec1 + 88 + 8, e16)
        if e16 > 63 or e16 < -63:
            remark(state, 10)
        seen1_0 |= h16 << 10
        v17, q = take_signed(p, end)
        if v17 == WIDE:
            v17, have, p = read_i64(p, end, 1, state)
            if p < 0:
                return p, first
            h17 = have
        else:
            p = q
            h17 = i64(v17 != 0)
            v17 -= i64(v17 > 0)
        put8(rec1 + 104, v17)
        seen1_0 |= h17 << 11
        d18, q = take_signed(p, end)
        if d18 == WIDE:
            d18_high, d18, have, p = read_delta(p, end, 1, state)
            if p < 0:
                return p, first
            d18 = narrow(d18_high, d18)
            h18 = have
        else:
            p = q
            h18 = i64(d18 != 0)
            d18 -= i64(d18 > 0)
        if h18:
            s18 = u8le(state + 248)
            if s18 == ASSIGNED:
                v18 = u8le(state + 488)
            elif s18 == EMPTY:
                return -4, first
            else:
                v18 = i64(0)
            v18 += d18
            if v18 < 0 or v18 > 4294967295:
                return -8, first
            h18 = i64(1)
            put8(state + 248, EMPTY - h18)
            put8(state + 488, v18)
        else:
            v18 = i64(0)
            h18 = i64(0)
        put8(rec1 + 112, v18)
        seen1_0 |= h18 << 12
        d19, q = take_signed(p, end)
        if d19 == WIDE:
            d19_high, d19, have, p = read_delta(p, end, 0, state)
            if p < 0:
                return p, first
            d19 = narrow(d19_high, d19)
        else:
            p = q
        s19 = u8le(state + 256)
        if s19 == ASSIGNED:
            v19 = u8le(state + 504)
        elif s19 == EMPTY:
            return -4, first
        else:
            v19 = i64(0)
        v19 += d19
        if v19 < 0 or v19 > 4294967295:
            return -8, first
        put8(state + 256, ASSIGNED)
        put8(state + 504, v19)
        put8(rec1 + 120, v19)
        seen1_0 |= 0x2000
        v20, q = take_signed(p, end)
        if v20 == WIDE:
            v20, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h20 = have
        else:
            p = q
            h20 = i64(v20 != 0)
            v20 -= i64(v20 > 0)
        put8(rec1 + 128, v20)
        seen1_0 |= h20 << 14
        v21, p = take_ascii(p, end)
        if v21 == NO_TEXT:
            v21, p = read_ascii(p, end, 1, 8192, state)
            if p < 0:
                return p, first
        h21 = i64(v21 != NO_TEXT)
        v21 *= h21
        if v21 < 0:
            v21 = deliver(v21, state)
            if v21 == TOO_LONG:
                return -9, first
        put8(rec1 + 136, v21)
        seen1_0 |= h21 << 15
        v22, q = take_signed(p, end)
        if v22 == WIDE:
            v22, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h22 = have
        else:
            p = q
            h22 = i64(v22 != 0)
            v22 -= i64(v22 > 0)
        put8(rec1 + 144, v22)
        seen1_0 |= h22 << 16
        e23, q = take_signed(p, end)
        if e23 == WIDE:
            e23, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h23 = have
        else:
            p = q
            h23 = i64(e23 != 0)
            e23 -= i64(e23 > 0)
        if h23:
            v23, q = take_signed(p, end)
            if v23 == WIDE:
                v23, have, p = read_i64(p, end, 0, state)
                if p < 0:
                    return p, first
            else:
                p = q
        else:
            v23 = i64(0)
        put8(rec1 + 152, v23)
        put8(rec1 + 152 + 8, e23)
        if e23 > 63 or e23 < -63:
            remark(state, 10)
        seen1_0 |= h23 << 17
        v24, q = take_signed(p, end)
        if v24 == WIDE:
            v24, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h24 = have
        else:
            p = q
            h24 = i64(v24 != 0)
            v24 -= i64(v24 > 0)
        put8(rec1 + 168, v24)
        seen1_0 |= h24 << 18
        if (bits1 & 0x7ffffffffffffff) | surplus1:
            remark(state, 14)
        put8(rec1 + 0, seen1_0)
        rec1 += 176
    if (bits0 & 0x1fffffffffffffff) | surplus0:
        remark(state, 14)
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def template_75(p, end, bits0, start, state, out, first):
    """SnapshotFullRefresh."""
    cursor = i64(first)
    cursor += 1 * 15
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 75)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037928023)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    if bits0 & 0x2000000000000000:
        v3, q = take_unsigned(p, end)
        if v3 == WIDE:
            v3, have, p = read_u32(p, end, 0, state)
            if p < 0:
                return p, first
        else:
            p = q
        put8(state + 264, ASSIGNED)
        put8(state + 520, v3)
    else:
        s3 = u8le(state + 264)
        if s3 == ASSIGNED:
            v3 = u8le(state + 520)
            v3 = i64(0) if v3 == 4294967295 else v3 + 1
            put8(state + 520, v3)
        elif s3 == EMPTY:
            return -4, first
        else:
            return -3, first
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 272)
    if s4 == ASSIGNED:
        v4 = u8le(state + 536)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 272, ASSIGNED)
    put8(state + 536, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    v5, q = take_unsigned(p, end)
    if v5 == WIDE:
        v5, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 56, v5)
    seen0_0 |= 0x20
    v6, q = take_unsigned(p, end)
    if v6 == WIDE:
        v6, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 64, v6)
    seen0_0 |= 0x40
    v7, q = take_unsigned(p, end)
    if v7 == WIDE:
        v7, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 72, v7)
    seen0_0 |= 0x80
    v8, q = take_unsigned(p, end)
    if v8 == WIDE:
        v8, have, p = read_u64(p, end, 1, state)
        if p < 0:
            return p, first
        h8 = have
    else:
        p = q
        h8 = i64(v8 != 0)
        v8 -= h8
    put8(rec0 + 80, v8)
    seen0_0 |= h8 << 8
    v9 = i64(8)
    put8(rec0 + 88, v9)
    seen0_0 |= 0x200
    v10, p = take_ascii(p, end)
    if v10 == NO_TEXT:
        v10, p = read_ascii(p, end, 1, 8192, state)
        if p < 0:
            return p, first
    h10 = i64(v10 != NO_TEXT)
    v10 *= h10
    if v10 < 0:
        v10 = deliver(v10, state)
        if v10 == TOO_LONG:
            return -9, first
    put8(rec0 + 96, v10)
    seen0_0 |= h10 << 10
    v11, q = take_unsigned(p, end)
    if v11 == WIDE:
        v11, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    seen0_0 |= 0x800
    put8(rec0 + 104, cursor if v11 else 0)
    put8(rec0 + 112, v11)
    rec1 = out + 8 * cursor
    cursor += v11 * 15
    if cursor > CELLS_MAX:
        return -9, first
    for _1 in range(v11):
        bits1, p = take_map(p, end, state)
        if p < 0:
            return p, first
        seen1_0 = 0
        surplus1 = 0
        if bits1 & 0x4000000000000000:
            v12, p = take_ascii(p, end)
            if v12 == NO_TEXT:
                v12, p = read_ascii(p, end, 0, 8192, state)
                if p < 0:
                    return p, first
            put8(state + 280, ASSIGNED)
            put8(state + 552, copy_text(v12, 4096, state) if v12 < 0 else v12)
        else:
            s12 = u8le(state + 280)
            if s12 == ASSIGNED:
                v12 = u8le(state + 552)
            elif s12 == EMPTY:
                return -4, first
            else:
                return -3, first
        if v12 < 0:
            v12 = deliver(v12, state)
            if v12 == TOO_LONG:
                return -9, first
        put8(rec1 + 8, v12)
        seen1_0 |= 0x1
        if bits1 & 0x2000000000000000:
            v13, q = take_unsigned(p, end)
            if v13 == WIDE:
                v13, have, p = read_u32(p, end, 1, state)
                if p < 0:
                    return p, first
                h13 = have
            else:
                p = q
                h13 = i64(v13 != 0)
                v13 -= h13
            put8(state + 288, EMPTY - h13)
            put8(state + 568, v13)
        else:
            s13 = u8le(state + 288)
            if s13 == ASSIGNED:
                v13 = u8le(state + 568)
                h13 = i64(1)
            elif s13 == EMPTY:
                v13 = i64(0)
                h13 = i64(0)
            else:
                v13 = i64(0)
                h13 = i64(0)
                put8(state + 288, EMPTY - h13)
                put8(state + 568, v13)
        put8(rec1 + 16, v13)
        seen1_0 |= h13 << 1
        v14, q = take_signed(p, end)
        if v14 == WIDE:
            v14, have, p = read_i64(p, end, 1, state)
            if p < 0:
                return p, first
            h14 = have
        else:
            p = q
            h14 = i64(v14 != 0)
            v14 -= i64(v14 > 0)
        put8(rec1 + 24, v14)
        seen1_0 |= h14 << 2
        if bits1 & 0x1000000000000000:
            v15, q = take_unsigned(p, end)
            if v15 == WIDE:
                v15, have, p = read_u32(p, end, 1, state)
                if p < 0:
                    return p, first
                h15 = have
            else:
                p = q
                h15 = i64(v15 != 0)
                v15 -= h15
            put8(state + 296, EMPTY - h15)
            put8(state + 584, v15)
        else:
            s15 = u8le(state + 296)
            if s15 == ASSIGNED:
                v15 = u8le(state + 584)
                h15 = i64(1)
            elif s15 == EMPTY:
                v15 = i64(0)
                h15 = i64(0)
            else:
                v15 = i64(1)
                h15 = i64(1)
                put8(state + 296, EMPTY - h15)
                put8(state + 584, v15)
        put8(rec1 + 32, v15)
        seen1_0 |= h15 << 3
        e16, q = take_signed(p, end)
        if e16 == WIDE:
            e16, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h16 = have
        else:
            p = q
            h16 = i64(e16 != 0)
            e16 -= i64(e16 > 0)
        if h16:
            v16, q = take_signed(p, end)
            if v16 == WIDE:
                v16, have, p = read_i64(p, end, 0, state)
                if p < 0:
                    return p, first
            else:
                p = q
        else:
            v16 = i64(0)
        put8(rec1 + 40, v16)
        put8(rec1 + 40 + 8, e16)
        if e16 > 63 or e16 < -63:
            remark(state, 10)
        seen1_0 |= h16 << 4
        d17, q = take_signed(p, end)
        if d17 == WIDE:
            d17_high, d17, have, p = read_delta(p, end, 1, state)
            if p < 0:
                return p, first
            d17 = narrow(d17_high, d17)
            h17 = have
        else:
            p = q
            h17 = i64(d17 != 0)
            d17 -= i64(d17 > 0)
        if h17:
            s17 = u8le(state + 304)
            if s17 == ASSIGNED:
                v17 = u8le(state + 600)
            elif s17 == EMPTY:
                return -4, first
            else:
                v17 = i64(0)
            v17 += d17
            if v17 < 0 or v17 > 4294967295:
                return -8, first
            h17 = i64(1)
            put8(state + 304, EMPTY - h17)
            put8(state + 600, v17)
        else:
            v17 = i64(0)
            h17 = i64(0)
        put8(rec1 + 56, v17)
        seen1_0 |= h17 << 5
        d18, q = take_signed(p, end)
        if d18 == WIDE:
            d18_high, d18, have, p = read_delta(p, end, 0, state)
            if p < 0:
                return p, first
            d18 = narrow(d18_high, d18)
        else:
            p = q
        s18 = u8le(state + 312)
        if s18 == ASSIGNED:
            v18 = u8le(state + 616)
        elif s18 == EMPTY:
            return -4, first
        else:
            v18 = i64(0)
        v18 += d18
        if v18 < 0 or v18 > 4294967295:
            return -8, first
        put8(state + 312, ASSIGNED)
        put8(state + 616, v18)
        put8(rec1 + 64, v18)
        seen1_0 |= 0x40
        d19, q = take_signed(p, end)
        if d19 == WIDE:
            d19_high, d19, have, p = read_delta(p, end, 1, state)
            if p < 0:
                return p, first
            h19 = have
        else:
            p = q
            h19 = i64(d19 != 0)
            d19 -= i64(d19 > 0)
            d19_high = -i64(d19 < 0)
            d19 &= INT63
        if h19:
            s19 = u8le(state + 320)
            if s19 == ASSIGNED:
                v19 = u8le(state + 632)
            elif s19 == EMPTY:
                return -4, first
            else:
                v19 = i64(0)
            v19, fits = add_i64(v19, d19_high, d19)
            if fits == 0:
                return -8, first
            h19 = i64(1)
            put8(state + 320, EMPTY - h19)
            put8(state + 632, v19)
        else:
            v19 = i64(0)
            h19 = i64(0)
        put8(rec1 + 72, v19)
        seen1_0 |= h19 << 7
        v20, q = take_unsigned(p, end)
        if v20 == WIDE:
            v20, have, p = read_u32(p, end, 1, state)
            if p < 0:
                return p, first
            h20 = have
        else:
            p = q
            h20 = i64(v20 != 0)
            v20 -= h20
        put8(rec1 + 80, v20)
        seen1_0 |= h20 << 8
        v21, q = take_signed(p, end)
        if v21 == WIDE:
            v21, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h21 = have
        else:
            p = q
            h21 = i64(v21 != 0)
            v21 -= i64(v21 > 0)
        put8(rec1 + 88, v21)
        seen1_0 |= h21 << 9
        v22, p = take_ascii(p, end)
        if v22 == NO_TEXT:
            v22, p = read_ascii(p, end, 1, 8192, state)
            if p < 0:
                return p, first
        h22 = i64(v22 != NO_TEXT)
        v22 *= h22
        if v22 < 0:
            v22 = deliver(v22, state)
            if v22 == TOO_LONG:
                return -9, first
        put8(rec1 + 96, v22)
        seen1_0 |= h22 << 10
        v23, q = take_signed(p, end)
        if v23 == WIDE:
            v23, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h23 = have
        else:
            p = q
            h23 = i64(v23 != 0)
            v23 -= i64(v23 > 0)
        put8(rec1 + 104, v23)
        seen1_0 |= h23 << 11
        v24, q = take_signed(p, end)
        if v24 == WIDE:
            v24, have, p = read_i32(p, end, 1, state)
            if p < 0:
                return p, first
            h24 = have
        else:
            p = q
            h24 = i64(v24 != 0)
            v24 -= i64(v24 > 0)
        put8(rec1 + 112, v24)
        seen1_0 |= h24 << 12
        if (bits1 & 0xfffffffffffffff) | surplus1:
            remark(state, 14)
        put8(rec1 + 0, seen1_0)
        rec1 += 120
    if (bits0 & 0x1fffffffffffffff) | surplus0:
        remark(state, 14)
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def template_66(p, end, bits0, start, state, out, first):
    """TradingSessionStatus."""
    cursor = i64(first)
    cursor += 1 * 17
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 66)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037928040)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    v3, q = take_unsigned(p, end)
    if v3 == WIDE:
        v3, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 328)
    if s4 == ASSIGNED:
        v4 = u8le(state + 648)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 328, ASSIGNED)
    put8(state + 648, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    d5, q = take_signed(p, end)
    if d5 == WIDE:
        d5_high, d5, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d5_high = -i64(d5 < 0)
        d5 &= INT63
    s5 = u8le(state + 336)
    if s5 == ASSIGNED:
        v5 = u8le(state + 664)
    elif s5 == EMPTY:
        return -4, first
    else:
        v5 = i64(0)
    v5, fits = add_u64(v5, d5_high, d5)
    if fits == 0:
        return -8, first
    put8(state + 336, ASSIGNED)
    put8(state + 664, v5)
    put8(rec0 + 56, v5)
    seen0_0 |= 0x20
    d6, q = take_signed(p, end)
    if d6 == WIDE:
        d6_high, d6, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d6_high = -i64(d6 < 0)
        d6 &= INT63
    s6 = u8le(state + 344)
    if s6 == ASSIGNED:
        v6 = u8le(state + 680)
    elif s6 == EMPTY:
        return -4, first
    else:
        v6 = i64(0)
    v6, fits = add_u64(v6, d6_high, d6)
    if fits == 0:
        return -8, first
    put8(state + 344, ASSIGNED)
    put8(state + 680, v6)
    put8(rec0 + 64, v6)
    seen0_0 |= 0x40
    d7, q = take_signed(p, end)
    if d7 == WIDE:
        d7_high, d7, have, p = read_delta(p, end, 1, state)
        if p < 0:
            return p, first
        h7 = have
    else:
        p = q
        h7 = i64(d7 != 0)
        d7 -= i64(d7 > 0)
        d7_high = -i64(d7 < 0)
        d7 &= INT63
    if h7:
        s7 = u8le(state + 352)
        if s7 == ASSIGNED:
            v7 = u8le(state + 696)
        elif s7 == EMPTY:
            return -4, first
        else:
            v7 = i64(0)
        v7, fits = add_u64(v7, d7_high, d7)
        if fits == 0:
            return -8, first
        h7 = i64(1)
        put8(state + 352, EMPTY - h7)
        put8(state + 696, v7)
    else:
        v7 = i64(0)
        h7 = i64(0)
    put8(rec0 + 72, v7)
    seen0_0 |= h7 << 7
    d8, q = take_signed(p, end)
    if d8 == WIDE:
        d8_high, d8, have, p = read_delta(p, end, 1, state)
        if p < 0:
            return p, first
        h8 = have
    else:
        p = q
        h8 = i64(d8 != 0)
        d8 -= i64(d8 > 0)
        d8_high = -i64(d8 < 0)
        d8 &= INT63
    if h8:
        s8 = u8le(state + 360)
        if s8 == ASSIGNED:
            v8 = u8le(state + 712)
        elif s8 == EMPTY:
            return -4, first
        else:
            v8 = i64(0)
        v8, fits = add_u64(v8, d8_high, d8)
        if fits == 0:
            return -8, first
        h8 = i64(1)
        put8(state + 360, EMPTY - h8)
        put8(state + 712, v8)
    else:
        v8 = i64(0)
        h8 = i64(0)
    put8(rec0 + 80, v8)
    seen0_0 |= h8 << 8
    v9, q = take_unsigned(p, end)
    if v9 == WIDE:
        v9, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 88, v9)
    seen0_0 |= 0x200
    v10, q = take_unsigned(p, end)
    if v10 == WIDE:
        v10, have, p = read_u32(p, end, 1, state)
        if p < 0:
            return p, first
        h10 = have
    else:
        p = q
        h10 = i64(v10 != 0)
        v10 -= h10
    put8(rec0 + 96, v10)
    seen0_0 |= h10 << 10
    v11, q = take_unsigned(p, end)
    if v11 == WIDE:
        v11, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 104, v11)
    seen0_0 |= 0x800
    v12 = i64(288230377633567826)
    if v12 < 0:
        v12 = deliver(v12, state)
        if v12 == TOO_LONG:
            return -9, first
    put8(rec0 + 112, v12)
    seen0_0 |= 0x1000
    v13, p = take_ascii(p, end)
    if v13 == NO_TEXT:
        v13, p = read_ascii(p, end, 0, 8192, state)
        if p < 0:
            return p, first
    if v13 < 0:
        v13 = deliver(v13, state)
        if v13 == TOO_LONG:
            return -9, first
    put8(rec0 + 120, v13)
    seen0_0 |= 0x2000
    v14, q = take_signed(p, end)
    if v14 == WIDE:
        v14, have, p = read_i32(p, end, 1, state)
        if p < 0:
            return p, first
        h14 = have
    else:
        p = q
        h14 = i64(v14 != 0)
        v14 -= i64(v14 > 0)
    put8(rec0 + 128, v14)
    seen0_0 |= h14 << 14
    if (bits0 & 0x3fffffffffffffff) | surplus0:
        remark(state, 14)
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def template_49(p, end, bits0, start, state, out, first):
    """SequenceReset."""
    cursor = i64(first)
    cursor += 1 * 8
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 49)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037927988)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    v3, q = take_unsigned(p, end)
    if v3 == WIDE:
        v3, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 368)
    if s4 == ASSIGNED:
        v4 = u8le(state + 728)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 368, ASSIGNED)
    put8(state + 728, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    v5, q = take_unsigned(p, end)
    if v5 == WIDE:
        v5, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 56, v5)
    seen0_0 |= 0x20
    if (bits0 & 0x3fffffffffffffff) | surplus0:
        remark(state, 14)
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def template_44(p, end, bits0, start, state, out, first):
    """Heartbeat."""
    cursor = i64(first)
    cursor += 1 * 7
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 44)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037927984)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    v3, q = take_unsigned(p, end)
    if v3 == WIDE:
        v3, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    v4, q = take_unsigned(p, end)
    if v4 == WIDE:
        v4, have, p = read_u64(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    if (bits0 & 0x3fffffffffffffff) | surplus0:
        remark(state, 14)
    put8(rec0 + 8, seen0_0)
    return p, cursor



@hot
def template_at(p, end, bits, state):
    """The template id of a message behind its presence map, and the position behind it, or minus a reason."""
    if bits & 0x4000000000000000:
        number, at = take_unsigned(p, end)
        if number == WIDE:
            number, have, at = read_u32(p, end, 0, state)
            if at < 0:
                return 0, at
        put8(state + 8 * TEMPLATE_ID, number)
        return number, at
    number = u8le(state + 8 * TEMPLATE_ID)
    if number < 0:
        return 0, -7
    return number, p


@kernel
def read_at(p, end, state, out, first):
    """The message at `p`: the position behind it, or minus a reason; words of `out` used."""
    start = p
    bits, p = take_map(p, end, state)
    if p < 0:
        return p, first
    number, p = template_at(p, end, bits, state)
    if p < 0:
        return p, first
    if number == 120:
        return template_120(p, end, bits, start, state, out, first)
    if number == 74:
        return template_74(p, end, bits, start, state, out, first)
    if number == 75:
        return template_75(p, end, bits, start, state, out, first)
    if number == 66:
        return template_66(p, end, bits, start, state, out, first)
    if number == 49:
        return template_49(p, end, bits, start, state, out, first)
    if number == 44:
        return template_44(p, end, bits, start, state, out, first)
    return -6, first

@kernel
def head_74(p, end, bits0, start, state, out, first):
    """IncrementalRefresh."""
    cursor = i64(first)
    cursor += 1 * 7
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 74)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037928024)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    if bits0 & 0x2000000000000000:
        v3, q = take_unsigned(p, end)
        if v3 == WIDE:
            v3, have, p = read_u32(p, end, 0, state)
            if p < 0:
                return p, first
        else:
            p = q
        put8(state + 192, ASSIGNED)
        put8(state + 376, v3)
    else:
        s3 = u8le(state + 192)
        if s3 == ASSIGNED:
            v3 = u8le(state + 376)
            v3 = i64(0) if v3 == 4294967295 else v3 + 1
            put8(state + 376, v3)
        elif s3 == EMPTY:
            return -4, first
        else:
            return -3, first
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 200)
    if s4 == ASSIGNED:
        v4 = u8le(state + 392)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 200, ASSIGNED)
    put8(state + 392, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def head_75(p, end, bits0, start, state, out, first):
    """SnapshotFullRefresh."""
    cursor = i64(first)
    cursor += 1 * 7
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 75)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037928023)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    if bits0 & 0x2000000000000000:
        v3, q = take_unsigned(p, end)
        if v3 == WIDE:
            v3, have, p = read_u32(p, end, 0, state)
            if p < 0:
                return p, first
        else:
            p = q
        put8(state + 264, ASSIGNED)
        put8(state + 520, v3)
    else:
        s3 = u8le(state + 264)
        if s3 == ASSIGNED:
            v3 = u8le(state + 520)
            v3 = i64(0) if v3 == 4294967295 else v3 + 1
            put8(state + 520, v3)
        elif s3 == EMPTY:
            return -4, first
        else:
            return -3, first
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 272)
    if s4 == ASSIGNED:
        v4 = u8le(state + 536)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 272, ASSIGNED)
    put8(state + 536, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def head_66(p, end, bits0, start, state, out, first):
    """TradingSessionStatus."""
    cursor = i64(first)
    cursor += 1 * 7
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 66)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037928040)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    v3, q = take_unsigned(p, end)
    if v3 == WIDE:
        v3, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 328)
    if s4 == ASSIGNED:
        v4 = u8le(state + 648)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 328, ASSIGNED)
    put8(state + 648, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def head_49(p, end, bits0, start, state, out, first):
    """SequenceReset."""
    cursor = i64(first)
    cursor += 1 * 7
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 49)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037927988)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    v3, q = take_unsigned(p, end)
    if v3 == WIDE:
        v3, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    d4, q = take_signed(p, end)
    if d4 == WIDE:
        d4_high, d4, have, p = read_delta(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
        d4_high = -i64(d4 < 0)
        d4 &= INT63
    s4 = u8le(state + 368)
    if s4 == ASSIGNED:
        v4 = u8le(state + 728)
    elif s4 == EMPTY:
        return -4, first
    else:
        v4 = i64(0)
    v4, fits = add_u64(v4, d4_high, d4)
    if fits == 0:
        return -8, first
    put8(state + 368, ASSIGNED)
    put8(state + 728, v4)
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    put8(rec0 + 8, seen0_0)
    return p, cursor


@kernel
def head_44(p, end, bits0, start, state, out, first):
    """Heartbeat."""
    cursor = i64(first)
    cursor += 1 * 7
    if cursor > CELLS_MAX:
        return -9, first
    rec0 = out + 8 * first
    put8(rec0, 44)
    seen0_0 = 0
    surplus0 = 0
    v0 = i64(72057594037927992)
    if v0 < 0:
        v0 = deliver(v0, state)
        if v0 == TOO_LONG:
            return -9, first
    put8(rec0 + 16, v0)
    seen0_0 |= 0x1
    v1 = i64(72057594037927984)
    if v1 < 0:
        v1 = deliver(v1, state)
        if v1 == TOO_LONG:
            return -9, first
    put8(rec0 + 24, v1)
    seen0_0 |= 0x2
    v2 = i64(216172782119244882)
    if v2 < 0:
        v2 = deliver(v2, state)
        if v2 == TOO_LONG:
            return -9, first
    put8(rec0 + 32, v2)
    seen0_0 |= 0x4
    v3, q = take_unsigned(p, end)
    if v3 == WIDE:
        v3, have, p = read_u32(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 40, v3)
    seen0_0 |= 0x8
    v4, q = take_unsigned(p, end)
    if v4 == WIDE:
        v4, have, p = read_u64(p, end, 0, state)
        if p < 0:
            return p, first
    else:
        p = q
    put8(rec0 + 48, v4)
    seen0_0 |= 0x10
    put8(rec0 + 8, seen0_0)
    return p, cursor


ACTION_0 = marks_table({0x32: 0x54, 0x4a: 0x52}, other=-0x1)
ACTION_1 = marks_table({0x0: 0x41, 0x1: 0x4d, 0x2: 0x43}, other=0x4e)
SIDE_2 = marks_table({0x30: 0x4200, 0x31: 0x4100}, other=0x4e00)
KIND_3 = marks_table({0x30: 0x2000000, 0x31: 0x2000000, 0x32: 0x5000000, 0x4a: 0x3000000}, other=0x0)
LEVEL_4 = marks_table({}, other=0x0, raw="level")
DETAIL_5 = marks_table({0x32: 0x0, 0x4a: 0x0}, other=-0x1)
DETAIL_6 = marks_table({0x1: 0x50000000000}, other=0x0)
ACTION_7 = marks_table({0x4a: 0x52}, other=0x41)
KIND_8 = marks_table({0x30: 0x2000000, 0x31: 0x2000000, 0x4a: 0x3000000}, other=0x7000000)
DETAIL_9 = marks_table({0x30: 0x0, 0x31: 0x0, 0x4a: 0x0}, other=0x0, raw="detail")
DETAIL_10 = marks_table({}, other=0x0, raw="detail")

@kernel
def rows_74(out, row, full, context, received, sequence, stamp, day):
    """Address behind the last row, or ROWS_FULL."""
    begun = row
    ts_event = time_of(u8le(out + 48), day) if u8le(out + 8) & 0x10 != 0 else 0
    entry = out + 8 * u8le(out + 56)
    for _ in range(u8le(out + 64)):
        if row + 64 > full:
            return ROWS_FULL
        order_id = pick(u8le(entry + 0) & 0x200 != 0, u8le(entry + 80), 0)
        price = price_of(u8le(entry + 88), u8le(entry + 96), context) if u8le(entry + 0) & 0x400 != 0 else UNDEF_PRICE
        size = pick(u8le(entry + 0) & 0x800 != 0, u8le(entry + 104), UNDEF_SIZE)
        order_count = pick(u8le(entry + 0) & 0x4000 != 0, u8le(entry + 128), UNDEF_COUNT)
        instrument_sequence = pick(u8le(entry + 0) & 0x40 != 0, u8le(entry + 56), 0)
        instrument_id = pick(u8le(entry + 0) & 0x4 != 0, u8le(entry + 24), 0)
        code_0 = code_of_text(u8le(entry + 16)) if u8le(entry + 0) & 0x2 != 0 else NO_CODE
        code_1 = code_of_number(u8le(entry + 8)) if u8le(entry + 0) & 0x1 != 0 else NO_CODE
        action = int(ACTION_0[code_0])
        if action < 0:
            action = int(ACTION_1[code_1])
        side = int(SIDE_2[code_0])
        kind = int(KIND_3[code_0])
        code_2 = code_of_number(u8le(entry + 72)) if u8le(entry + 0) & 0x100 != 0 else NO_CODE
        level = int(LEVEL_4[code_2])
        detail = int(DETAIL_5[code_0])
        if detail < 0:
            detail = int(DETAIL_6[code_1])
        put_row(
            row=row,
            ts_event=ts_event,
            ts_recv=received,
            order_id=order_id,
            price=price,
            size=size,
            counts=counts(order_count, instrument_sequence),
            sequence=sequence,
            instrument_id=instrument_id & 0xFFFFFFFF,
            marks=stamp | 0x0 | action | side | kind | level | detail,
        )
        row += 64
        entry += 176
    if row > begun:
        mark_last(row - 64)
    return row

@kernel
def rows_75(out, row, full, context, received, sequence, stamp, day):
    """Address behind the last row, or ROWS_FULL."""
    begun = row
    ts_event = time_of(u8le(out + 48), day) if u8le(out + 8) & 0x10 != 0 else 0
    if row + 64 > full:
        return ROWS_FULL
    order_id = pick(u8le(out + 8) & 0x40 != 0, u8le(out + 64), 0)
    size = pick(u8le(out + 8) & 0x80 != 0, u8le(out + 72), UNDEF_SIZE)
    instrument_sequence = pick(u8le(out + 8) & 0x20 != 0, u8le(out + 56), 0)
    instrument_id = pick(u8le(out + 8) & 0x100 != 0, u8le(out + 80), 0)
    put_row(
        row=row,
        ts_event=ts_event,
        ts_recv=received,
        order_id=order_id,
        price=UNDEF_PRICE,
        size=size,
        counts=counts(0, instrument_sequence),
        sequence=sequence,
        instrument_id=instrument_id & 0xFFFFFFFF,
        marks=stamp | 0xb204e52,
    )
    row += 64
    entry = out + 8 * u8le(out + 104)
    for _ in range(u8le(out + 112)):
        if row + 64 > full:
            return ROWS_FULL
        order_id = pick(u8le(entry + 0) & 0x4 != 0, u8le(entry + 24), 0)
        price = price_of(u8le(entry + 40), u8le(entry + 48), context) if u8le(entry + 0) & 0x10 != 0 else UNDEF_PRICE
        size = pick(u8le(entry + 0) & 0x80 != 0, u8le(entry + 72), UNDEF_SIZE)
        order_count = pick(u8le(entry + 0) & 0x200 != 0, u8le(entry + 88), UNDEF_COUNT)
        instrument_id = pick(u8le(out + 8) & 0x100 != 0, u8le(out + 80), 0)
        code_0 = code_of_text(u8le(entry + 8)) if u8le(entry + 0) & 0x1 != 0 else NO_CODE
        action = int(ACTION_7[code_0])
        side = int(SIDE_2[code_0])
        kind = int(KIND_8[code_0])
        code_1 = code_of_number(u8le(entry + 80)) if u8le(entry + 0) & 0x100 != 0 else NO_CODE
        level = int(LEVEL_4[code_1])
        detail = int(DETAIL_9[code_0])
        put_row(
            row=row,
            ts_event=ts_event,
            ts_recv=received,
            order_id=order_id,
            price=price,
            size=size,
            counts=counts(order_count, 0),
            sequence=sequence,
            instrument_id=instrument_id & 0xFFFFFFFF,
            marks=stamp | 0x200000 | action | side | kind | level | detail,
        )
        row += 64
        entry += 120
    if row > begun:
        mark_last(row - 64)
    return row

@kernel
def rows_66(out, row, full, context, received, sequence, stamp, day):
    """Address behind the last row, or ROWS_FULL."""
    begun = row
    ts_event = time_of(u8le(out + 48), day) if u8le(out + 8) & 0x10 != 0 else 0
    if row + 64 > full:
        return ROWS_FULL
    size = pick(u8le(out + 8) & 0x200 != 0, u8le(out + 88), UNDEF_SIZE)
    code_0 = code_of_number(u8le(out + 104)) if u8le(out + 8) & 0x800 != 0 else NO_CODE
    detail = int(DETAIL_10[code_0])
    put_row(
        row=row,
        ts_event=ts_event,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=size,
        counts=counts(0, 0),
        sequence=sequence,
        instrument_id=0 & 0xFFFFFFFF,
        marks=stamp | 0xa004e4e | detail,
    )
    row += 64
    if row > begun:
        mark_last(row - 64)
    return row



MEMORY = make_stack(75870)
IMAGE_BYTES = np.frombuffer(IMAGE + b" ", np.uint8)


@hot
def begin(state):
    """Memory as it is before a datagram: no dictionary entry, no template, no remark."""
    for k in range(ENTRIES + 24):
        put8(state + 8 * k, 0)
    put8(state + 8 * TEMPLATE_ID, -1)
    put8(state + 8 * TEXTS, state + 525032)
    put8(state + 8 * TEXT_FIRST_WORD, TEXT_FIRST)
    for k in range(IMAGE_BYTES.size - 1):
        put1(state + 525032 + IMAGE_AT + k, IMAGE_BYTES[k])


@entry(3)
def peek(datagram, length, header):
    """The number and send time of a datagram's message."""
    state = MEMORY()
    begin(state)
    out = state + 744
    p = datagram
    end = datagram + length
    while p < end:
        start = p
        bits, p = take_map(p, end, state)
        if p < 0:
            return MALFORMED
        number, p = template_at(p, end, bits, state)
        if p < 0:
            return MALFORMED
        if number == 120:
            p, used = template_120(p, end, bits, start, state, out, 0)
            if p < 0:
                return MALFORMED
            continue
        if number == 74:
            p, used = head_74(p, end, bits, start, state, out, 0)
            if p < 0:
                return MALFORMED
            put8(header + 8 * STREAM_0, 0)
            put8(header + 8 * STREAM_1, 0)
            put8(header + 8 * COUNT, 1)
            put8(header + 8 * TYPE, DATA)
            put8(header + 8 * LOOP_END, 0)
            put8(header + 8 * FIRST, u8le(out + 40))
            put8(header + 8 * SEND_TIME, time_of(u8le(out + 48), 0))
            return 0
        if number == 75:
            p, used = head_75(p, end, bits, start, state, out, 0)
            if p < 0:
                return MALFORMED
            put8(header + 8 * STREAM_0, 0)
            put8(header + 8 * STREAM_1, 0)
            put8(header + 8 * COUNT, 1)
            put8(header + 8 * TYPE, DATA)
            put8(header + 8 * LOOP_END, 0)
            put8(header + 8 * FIRST, u8le(out + 40))
            put8(header + 8 * SEND_TIME, time_of(u8le(out + 48), 0))
            return 0
        if number == 66:
            p, used = head_66(p, end, bits, start, state, out, 0)
            if p < 0:
                return MALFORMED
            put8(header + 8 * STREAM_0, 0)
            put8(header + 8 * STREAM_1, 0)
            put8(header + 8 * COUNT, 1)
            put8(header + 8 * TYPE, DATA)
            put8(header + 8 * LOOP_END, 0)
            put8(header + 8 * FIRST, u8le(out + 40))
            put8(header + 8 * SEND_TIME, time_of(u8le(out + 48), 0))
            return 0
        if number == 49:
            p, used = head_49(p, end, bits, start, state, out, 0)
            if p < 0:
                return MALFORMED
            put8(header + 8 * STREAM_0, 0)
            put8(header + 8 * STREAM_1, 0)
            put8(header + 8 * COUNT, 1)
            put8(header + 8 * TYPE, DATA)
            put8(header + 8 * LOOP_END, 1)
            put8(header + 8 * FIRST, u8le(out + 40))
            put8(header + 8 * SEND_TIME, time_of(u8le(out + 48), 0))
            return 0
        if number == 44:
            p, used = head_44(p, end, bits, start, state, out, 0)
            if p < 0:
                return MALFORMED
            put8(header + 8 * STREAM_0, 0)
            put8(header + 8 * STREAM_1, 0)
            put8(header + 8 * COUNT, 1)
            put8(header + 8 * TYPE, DATA)
            put8(header + 8 * LOOP_END, 0)
            put8(header + 8 * FIRST, u8le(out + 40))
            put8(header + 8 * SEND_TIME, time_of(u8le(out + 48), 0))
            return 0
        return MALFORMED
    return MALFORMED



@entry(5)
def decode(datagram, length, context, rows, rows_max):
    """The rows of all messages of a datagram."""
    clear(context)
    state = MEMORY()
    begin(state)
    out = state + 744
    received = word(context, RECEIVED)
    sequence = word(context, SEQUENCE) & 0xFFFFFFFF
    stamp = word(context, CHANNEL) << CHANNEL_SHIFT | (word(context, ROW_FLAGS) & 0xFF) << FLAGS_SHIFT
    day = word(context, DAY)
    row = rows
    full = rows + 64 * rows_max
    p = datagram
    end = datagram + length
    while p < end:
        put8(state + 8 * TEXT_USED, 0)
        p, used = read_at(p, end, state, out, 0)
        if p < 0:
            return fail(-p, context)
        number = u8le(out)
        if number == 74:
            bump(context, MESSAGES)
            row = rows_74(out, row, full, context, received, sequence, stamp, day)
        if number == 75:
            bump(context, MESSAGES)
            row = rows_75(out, row, full, context, received, sequence, stamp, day)
        if number == 66:
            bump(context, MESSAGES)
            row = rows_66(out, row, full, context, received, sequence, stamp, day)
        if number == 49:
            bump(context, MESSAGES)
        if number == 44:
            bump(context, MESSAGES)
        if row == ROWS_FULL:
            clear(context)
            return ROWS_FULL
    for k in range(16):
        put8(context + 8 * FAST_REMARKS, word(context, FAST_REMARKS) + u8le(state + 8 * (REMARKS + k)))
    return (row - rows) >> 6
