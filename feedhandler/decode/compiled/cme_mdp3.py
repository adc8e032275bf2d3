"""The compiled decoder of cme.mdp3. Generated, never edited: `make protocols` writes it.

From mdp3_packet.ksy and mdp3.ksy and the maps beside them. Each type of message is a function: first
its doors, where every length is checked, then its fields by name, then its rows. `row` is where rows go, `full`
where they must end; a function gives the address behind its last row, or MALFORMED, or ROWS_FULL. `stamp`
holds the channel and the flags that every row gets.
"""

from feedhandler.decode.abi import (
    BAD_REFERENCE,
    CHANNEL,
    COUNT,
    DATA,
    DEFINITIONS,
    EMPTY_MESSAGE,
    FIRST,
    MALFORMED,
    MALFORMED_MESSAGE,
    MESSAGES,
    NEWER_VERSION,
    RECEIVED,
    ROW_FLAGS,
    ROWS_FULL,
    SEND_TIME,
    SEQUENCE,
    SKIP,
    STREAM_0,
    STREAM_1,
    TYPE,
    UNKNOWN_SCHEMA,
    UNKNOWN_TEMPLATE,
)
from feedhandler.decode.kernel import (
    bump,
    clear,
    close_event,
    counts,
    given,
    mark_last,
    pick,
    put_row,
    refers,
    refuse,
    scaled,
    scaled_given,
    size_u8,
    word,
)
from feedhandler.decode.marks import (
    CHANNEL_SHIFT,
    DETAIL_SHIFT,
    FLAGS_SHIFT,
    LAST_SHIFT,
    LEVEL_SHIFT,
    marks,
    marks_table,
)
from feedhandler.event import UNDEF_COUNT, UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side
from feedhandler.jit import entry, hot, put8, s4le, s8le, u1, u2le, u4le, u8le

MD_ENTRY_TYPE_LEAVES = marks_table(
    {
        0x4A: 0,
        0x77: marks(action=0xFF),
        0x78: marks(action=0xFF),
    },
    other=marks(action=0xFF, detail=0xFF),
)
MD_UPDATE_ACTION = marks_table(
    {
        0x00: marks(action=Action.ADD),
        0x01: marks(action=Action.MODIFY),
        0x02: marks(action=Action.CANCEL),
        0x03: marks(action=Action.CANCEL, detail=3),
        0x04: marks(action=Action.CANCEL, detail=4),
        0x05: marks(action=Action.MODIFY, detail=5),
    },
    other=marks(action=Action.NONE),
)
MD_ENTRY_TYPE = marks_table(
    {
        0x30: marks(side=Side.BID, kind=Kind.LEVEL),
        0x31: marks(side=Side.ASK, kind=Kind.LEVEL),
        0x45: marks(side=Side.BID, flags=Flag.IMPLIED, kind=Kind.LEVEL),
        0x46: marks(side=Side.ASK, flags=Flag.IMPLIED, kind=Kind.LEVEL),
        0x4A: marks(action=Action.CLEAR, side=Side.NONE, kind=Kind.CLEAR),
        0x77: marks(side=Side.ASK, kind=Kind.STATISTIC, detail=119),
        0x78: marks(side=Side.BID, kind=Kind.STATISTIC, detail=120),
    },
    other=marks(side=Side.NONE),
)
ORDER_UPDATE_ACTION = marks_table(
    {
        0x00: marks(action=Action.ADD),
        0x01: marks(action=Action.MODIFY),
        0x02: marks(action=Action.CANCEL),
    },
    other=marks(action=Action.NONE),
)
MD_ENTRY_TYPE_2 = marks_table(
    {
        0x30: marks(side=Side.BID, kind=Kind.ORDER),
        0x31: marks(side=Side.ASK, kind=Kind.ORDER),
        0x4A: marks(side=Side.NONE, kind=Kind.CLEAR),
    },
    other=marks(side=Side.NONE),
)


@hot
def after_group_size(at, end, least):
    """The address behind a group: its dimension, then its entries; or MALFORMED."""
    if at + 3 > end:
        return MALFORMED
    length = u2le(at)
    count = u1(at + 2)
    if count and length < least:
        return MALFORMED
    after = at + 3 + length * count
    return after if after <= end else MALFORMED


@hot
def after_group_size_8_byte(at, end, least):
    """The address behind a group: its dimension, then its entries; or MALFORMED."""
    if at + 8 > end:
        return MALFORMED
    length = u2le(at)
    count = u1(at + 7)
    if count and length < least:
        return MALFORMED
    after = at + 8 + length * count
    return after if after <= end else MALFORMED


@hot
def md_incremental_refresh_book_46(message, size, row, full, context, received, sequence, stamp):
    """template_id 46."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    no_order_id_entries_size = after_group_size(
        no_md_entries_size, end, 31 if version >= 10 else 27
    )
    if no_order_id_entries_size < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)
    at = after_group_size_8_byte(no_order_id_entries_size, end, 22)
    if at < 0:
        return MALFORMED
    no_order_id_entries = no_order_id_entries_size + 8
    no_order_id_entries_length = u2le(no_order_id_entries_size)
    no_order_id_entries_count = u1(no_order_id_entries_size + 7)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        number_of_orders = s4le(entry + 20)
        md_price_level = u1(entry + 24)
        md_update_action = u1(entry + 25)
        md_entry_type = u1(entry + 26)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE[md_entry_type])
            | int(MD_UPDATE_ACTION[md_update_action]) & int(MD_ENTRY_TYPE_LEAVES[md_entry_type])
            | md_price_level << LEVEL_SHIFT,
        )
        row += 64
    for i in range(no_order_id_entries_count):
        entry = no_order_id_entries + i * no_order_id_entries_length
        reference_id = u1(entry + 20)
        if not refers(reference_id, no_md_entries_count, 255):
            bump(context, BAD_REFERENCE)
            continue
        parent = no_md_entries + (reference_id - 1) * no_md_entries_length
        if row + 64 > full:
            return ROWS_FULL
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_display_qty = s4le(entry + 16)
        order_update_action = u1(entry + 21)
        parent_md_entry_px = s8le(parent)
        parent_security_id = s4le(parent + 12)
        parent_md_entry_type = u1(parent + 26)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=parent_md_entry_px,
            size=given(md_display_qty, 0x7FFFFFFF, UNDEF_SIZE),
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=parent_security_id,
            marks=stamp
            | int(ORDER_UPDATE_ACTION[order_update_action])
            | int(MD_ENTRY_TYPE_2[parent_md_entry_type]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_book_long_qty_64(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 64."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    no_order_id_entries_size = after_group_size(no_md_entries_size, end, 31)
    if no_order_id_entries_size < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)
    at = after_group_size_8_byte(no_order_id_entries_size, end, 22)
    if at < 0:
        return MALFORMED
    no_order_id_entries = no_order_id_entries_size + 8
    no_order_id_entries_length = u2le(no_order_id_entries_size)
    no_order_id_entries_count = u1(no_order_id_entries_size + 7)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = u8le(entry + 8)
        security_id = s4le(entry + 16)
        rpt_seq = u4le(entry + 20)
        number_of_orders = s4le(entry + 24)
        md_price_level = u1(entry + 28)
        md_update_action = u1(entry + 29)
        md_entry_type = u1(entry + 30)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=size_u8(md_entry_size),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE[md_entry_type])
            | int(MD_UPDATE_ACTION[md_update_action]) & int(MD_ENTRY_TYPE_LEAVES[md_entry_type])
            | md_price_level << LEVEL_SHIFT,
        )
        row += 64
    for i in range(no_order_id_entries_count):
        entry = no_order_id_entries + i * no_order_id_entries_length
        reference_id = u1(entry + 20)
        if not refers(reference_id, no_md_entries_count, 255):
            bump(context, BAD_REFERENCE)
            continue
        parent = no_md_entries + (reference_id - 1) * no_md_entries_length
        if row + 64 > full:
            return ROWS_FULL
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_display_qty = s4le(entry + 16)
        order_update_action = u1(entry + 21)
        parent_md_entry_px = s8le(parent)
        parent_security_id = s4le(parent + 16)
        parent_md_entry_type = u1(parent + 30)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=parent_md_entry_px,
            size=given(md_display_qty, 0x7FFFFFFF, UNDEF_SIZE),
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=parent_security_id,
            marks=stamp
            | int(ORDER_UPDATE_ACTION[order_update_action])
            | int(MD_ENTRY_TYPE_2[parent_md_entry_type]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_book_32(message, size, row, full, context, received, sequence, stamp):
    """template_id 32."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 27)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)
    no_order_id_entries = no_order_id_entries_length = no_order_id_entries_count = 0
    if version >= 7:
        no_order_id_entries_size = at
        at = after_group_size_8_byte(no_order_id_entries_size, end, 22)
        if at < 0:
            return MALFORMED
        no_order_id_entries = no_order_id_entries_size + 8
        no_order_id_entries_length = u2le(no_order_id_entries_size)
        no_order_id_entries_count = u1(no_order_id_entries_size + 7)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        number_of_orders = s4le(entry + 20)
        md_price_level = u1(entry + 24)
        md_update_action = u1(entry + 25)
        md_entry_type = u1(entry + 26)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled_given(md_entry_px, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE[md_entry_type])
            | int(MD_UPDATE_ACTION[md_update_action]) & int(MD_ENTRY_TYPE_LEAVES[md_entry_type])
            | md_price_level << LEVEL_SHIFT,
        )
        row += 64
    for i in range(no_order_id_entries_count):
        entry = no_order_id_entries + i * no_order_id_entries_length
        reference_id = u1(entry + 20)
        if not refers(reference_id, no_md_entries_count, 255):
            bump(context, BAD_REFERENCE)
            continue
        parent = no_md_entries + (reference_id - 1) * no_md_entries_length
        if row + 64 > full:
            return ROWS_FULL
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_display_qty = s4le(entry + 16)
        order_update_action = u1(entry + 21)
        parent_md_entry_px = s8le(parent)
        parent_security_id = s4le(parent + 12)
        parent_md_entry_type = u1(parent + 26)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=scaled_given(parent_md_entry_px, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=given(md_display_qty, 0x7FFFFFFF, UNDEF_SIZE),
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=parent_security_id,
            marks=stamp
            | int(ORDER_UPDATE_ACTION[order_update_action])
            | int(MD_ENTRY_TYPE_2[parent_md_entry_type]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


MD_ENTRY_TYPE_LEAVES_2 = marks_table(
    {
        0x4A: 0,
    },
    other=marks(action=0xFF),
)
MD_ENTRY_TYPE_3 = marks_table(
    {
        0x30: marks(side=Side.BID, kind=Kind.ORDER),
        0x31: marks(side=Side.ASK, kind=Kind.ORDER),
        0x4A: marks(action=Action.CLEAR, side=Side.NONE, kind=Kind.CLEAR),
    },
    other=marks(side=Side.NONE),
)


@hot
def md_incremental_refresh_order_book_47(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 47."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 34)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_entry_px = s8le(entry + 16)
        md_display_qty = s4le(entry + 24)
        security_id = s4le(entry + 28)
        md_update_action = u1(entry + 32)
        md_entry_type = u1(entry + 33)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=given(order_id, -1, 0),
            price=md_entry_px,
            size=given(md_display_qty, 0x7FFFFFFF, UNDEF_SIZE),
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_3[md_entry_type])
            | int(ORDER_UPDATE_ACTION[md_update_action]) & int(MD_ENTRY_TYPE_LEAVES_2[md_entry_type]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_order_book_43(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 43."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 34)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_entry_px = s8le(entry + 16)
        md_display_qty = s4le(entry + 24)
        security_id = s4le(entry + 28)
        md_update_action = u1(entry + 32)
        md_entry_type = u1(entry + 33)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=given(order_id, -1, 0),
            price=scaled_given(md_entry_px, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=given(md_display_qty, 0x7FFFFFFF, UNDEF_SIZE),
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_3[md_entry_type])
            | int(ORDER_UPDATE_ACTION[md_update_action]) & int(MD_ENTRY_TYPE_LEAVES_2[md_entry_type]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


TRADE = marks(kind=Kind.TRADE)
MD_UPDATE_ACTION_2 = marks_table(
    {
        0x00: marks(action=Action.TRADE),
        0x01: marks(action=Action.MODIFY),
        0x02: marks(action=Action.CANCEL),
    },
    other=marks(action=Action.NONE),
)
AGGRESSOR_SIDE = marks_table(
    {
        0x01: marks(side=Side.BID),
        0x02: marks(side=Side.ASK),
    },
    other=marks(side=Side.NONE),
    null=0xFF,
)
TRADE_ORDER_FILL = marks(action=Action.FILL, side=Side.NONE, kind=Kind.TRADE_ORDER)


@hot
def md_incremental_refresh_trade_summary_48(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 48."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    no_order_id_entries_size = after_group_size(no_md_entries_size, end, 30)
    if no_order_id_entries_size < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)
    at = after_group_size_8_byte(no_order_id_entries_size, end, 12)
    if at < 0:
        return MALFORMED
    no_order_id_entries = no_order_id_entries_size + 8
    no_order_id_entries_length = u2le(no_order_id_entries_size)
    no_order_id_entries_count = u1(no_order_id_entries_size + 7)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * (no_md_entries_count + no_order_id_entries_count) > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        number_of_orders = s4le(entry + 20)
        aggressor_side = u1(entry + 24)
        md_update_action = u1(entry + 25)
        md_trade_entry_id = u4le(entry + 26)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=given(md_trade_entry_id, 0xFFFFFFFF, 0),
            price=md_entry_px,
            size=md_entry_size,
            counts=counts(number_of_orders, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | TRADE
            | int(MD_UPDATE_ACTION_2[md_update_action])
            | int(AGGRESSOR_SIDE[aggressor_side]),
        )
        row += 64
    owner = -1
    left = 0
    for i in range(no_order_id_entries_count):
        entry = no_order_id_entries + i * no_order_id_entries_length
        while left <= 0 and owner + 1 < no_md_entries_count:
            owner += 1
            parent = no_md_entries + owner * no_md_entries_length
            left = s4le(parent + 20)  # number_of_orders
        owned = left > 0
        left -= 1
        order_id = u8le(entry)
        last_qty = s4le(entry + 8)
        parent_md_entry_px = s8le(parent) if owned else 0
        parent_security_id = s4le(parent + 12) if owned else 0
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=pick(owned, parent_md_entry_px, UNDEF_PRICE),
            size=last_qty,
            counts=0,
            sequence=sequence,
            instrument_id=pick(owned, parent_security_id, 0),
            marks=stamp | TRADE_ORDER_FILL,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_trade_summary_long_qty_65(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 65."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    no_order_id_entries_size = after_group_size(no_md_entries_size, end, 34)
    if no_order_id_entries_size < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)
    at = after_group_size_8_byte(no_order_id_entries_size, end, 12)
    if at < 0:
        return MALFORMED
    no_order_id_entries = no_order_id_entries_size + 8
    no_order_id_entries_length = u2le(no_order_id_entries_size)
    no_order_id_entries_count = u1(no_order_id_entries_size + 7)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * (no_md_entries_count + no_order_id_entries_count) > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = u8le(entry + 8)
        security_id = s4le(entry + 16)
        rpt_seq = u4le(entry + 20)
        number_of_orders = s4le(entry + 24)
        md_trade_entry_id = u4le(entry + 28)
        aggressor_side = u1(entry + 32)
        md_update_action = u1(entry + 33)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=md_trade_entry_id,
            price=md_entry_px,
            size=size_u8(md_entry_size),
            counts=counts(number_of_orders, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | TRADE
            | int(MD_UPDATE_ACTION_2[md_update_action])
            | int(AGGRESSOR_SIDE[aggressor_side]),
        )
        row += 64
    owner = -1
    left = 0
    for i in range(no_order_id_entries_count):
        entry = no_order_id_entries + i * no_order_id_entries_length
        while left <= 0 and owner + 1 < no_md_entries_count:
            owner += 1
            parent = no_md_entries + owner * no_md_entries_length
            left = s4le(parent + 24)  # number_of_orders
        owned = left > 0
        left -= 1
        order_id = u8le(entry)
        last_qty = s4le(entry + 8)
        parent_md_entry_px = s8le(parent) if owned else 0
        parent_security_id = s4le(parent + 16) if owned else 0
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=pick(owned, parent_md_entry_px, UNDEF_PRICE),
            size=last_qty,
            counts=0,
            sequence=sequence,
            instrument_id=pick(owned, parent_security_id, 0),
            marks=stamp | TRADE_ORDER_FILL,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_trade_summary_42(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 42."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    no_order_id_entries_size = after_group_size(no_md_entries_size, end, 30 if version >= 7 else 26)
    if no_order_id_entries_size < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)
    at = after_group_size_8_byte(no_order_id_entries_size, end, 12)
    if at < 0:
        return MALFORMED
    no_order_id_entries = no_order_id_entries_size + 8
    no_order_id_entries_length = u2le(no_order_id_entries_size)
    no_order_id_entries_count = u1(no_order_id_entries_size + 7)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * (no_md_entries_count + no_order_id_entries_count) > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        number_of_orders = s4le(entry + 20)
        aggressor_side = u1(entry + 24)
        md_update_action = u1(entry + 25)
        md_trade_entry_id = u4le(entry + 26) if version >= 7 else 0xFFFFFFFF
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=given(md_trade_entry_id, 0xFFFFFFFF, 0),
            price=scaled(md_entry_px, 100, 1, context),
            size=md_entry_size,
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | TRADE
            | int(MD_UPDATE_ACTION_2[md_update_action])
            | int(AGGRESSOR_SIDE[aggressor_side]),
        )
        row += 64
    owner = -1
    left = 0
    for i in range(no_order_id_entries_count):
        entry = no_order_id_entries + i * no_order_id_entries_length
        while left <= 0 and owner + 1 < no_md_entries_count:
            owner += 1
            parent = no_md_entries + owner * no_md_entries_length
            left = s4le(parent + 20)  # number_of_orders
            if left == 0x7FFFFFFF:
                left = 0
        owned = left > 0
        left -= 1
        order_id = u8le(entry)
        last_qty = s4le(entry + 8)
        parent_md_entry_px = s8le(parent) if owned else 0
        parent_security_id = s4le(parent + 12) if owned else 0
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=pick(owned, scaled(parent_md_entry_px, 100, 1, context), UNDEF_PRICE),
            size=last_qty,
            counts=0,
            sequence=sequence,
            instrument_id=pick(owned, parent_security_id, 0),
            marks=stamp | TRADE_ORDER_FILL,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_trade_36(message, size, row, full, context, received, sequence, stamp):
    """template_id 36."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 30)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        number_of_orders = s4le(entry + 20)
        trade_id = s4le(entry + 24)
        aggressor_side = u1(entry + 28)
        md_update_action = u1(entry + 29)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=trade_id,
            price=scaled(md_entry_px, 100, 1, context),
            size=md_entry_size,
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | TRADE
            | int(MD_UPDATE_ACTION_2[md_update_action])
            | int(AGGRESSOR_SIDE[aggressor_side]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


STATISTIC_101 = marks(side=Side.NONE, kind=Kind.STATISTIC, detail=101)


@hot
def md_incremental_refresh_volume_37(message, size, row, full, context, received, sequence, stamp):
    """template_id 37."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 13)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_size = s4le(entry)
        security_id = s4le(entry + 4)
        rpt_seq = u4le(entry + 8)
        md_update_action = u1(entry + 12)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=UNDEF_PRICE,
            size=md_entry_size,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_101 | int(ORDER_UPDATE_ACTION[md_update_action]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_volume_long_qty_66(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 66."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 17)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_size = u8le(entry)
        security_id = s4le(entry + 8)
        rpt_seq = u4le(entry + 12)
        md_update_action = u1(entry + 16)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=UNDEF_PRICE,
            size=size_u8(md_entry_size),
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_101 | int(ORDER_UPDATE_ACTION[md_update_action]),
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


STATISTIC = marks(side=Side.NONE, kind=Kind.STATISTIC)


@hot
def md_incremental_refresh_session_statistics_51(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 51."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 23)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        security_id = s4le(entry + 8)
        rpt_seq = u4le(entry + 12)
        md_update_action = u1(entry + 17)
        md_entry_type = u1(entry + 18)
        md_entry_size = s4le(entry + 19)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | STATISTIC
            | int(ORDER_UPDATE_ACTION[md_update_action])
            | md_entry_type << DETAIL_SHIFT,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_session_statistics_long_qty_67(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 67."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 27)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = u8le(entry + 8)
        security_id = s4le(entry + 16)
        rpt_seq = u4le(entry + 20)
        md_update_action = u1(entry + 25)
        md_entry_type = u1(entry + 26)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=size_u8(md_entry_size),
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | STATISTIC
            | int(ORDER_UPDATE_ACTION[md_update_action])
            | md_entry_type << DETAIL_SHIFT,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_daily_statistics_49(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 49."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 25)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        md_update_action = u1(entry + 23)
        md_entry_type = u1(entry + 24)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | STATISTIC
            | int(ORDER_UPDATE_ACTION[md_update_action])
            | md_entry_type << DETAIL_SHIFT,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_session_statistics_35(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 35."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 23 if version >= 8 else 19)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        security_id = s4le(entry + 8)
        rpt_seq = u4le(entry + 12)
        md_update_action = u1(entry + 17)
        md_entry_type = u1(entry + 18)
        md_entry_size = s4le(entry + 19) if version >= 8 else 0x7FFFFFFF
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled(md_entry_px, 100, 1, context),
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | STATISTIC
            | int(ORDER_UPDATE_ACTION[md_update_action])
            | md_entry_type << DETAIL_SHIFT,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_daily_statistics_33(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 33."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 25)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        security_id = s4le(entry + 12)
        rpt_seq = u4le(entry + 16)
        md_update_action = u1(entry + 23)
        md_entry_type = u1(entry + 24)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled_given(md_entry_px, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | STATISTIC
            | int(ORDER_UPDATE_ACTION[md_update_action])
            | md_entry_type << DETAIL_SHIFT,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


STATISTIC_ADD_1 = marks(action=Action.ADD, side=Side.NONE, kind=Kind.STATISTIC, detail=1)
STATISTIC_ADD_2 = marks(action=Action.ADD, side=Side.NONE, kind=Kind.STATISTIC, detail=2)
STATISTIC_ADD_3 = marks(action=Action.ADD, side=Side.NONE, kind=Kind.STATISTIC, detail=3)


@hot
def md_incremental_refresh_limits_banding_50(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 50."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 32)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * 3 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        high_limit_price = s8le(entry)
        low_limit_price = s8le(entry + 8)
        max_price_variation = s8le(entry + 16)
        security_id = s4le(entry + 24)
        rpt_seq = u4le(entry + 28)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=high_limit_price,
            size=UNDEF_SIZE,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_ADD_1,
        )
        row += 64
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=low_limit_price,
            size=UNDEF_SIZE,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_ADD_2,
        )
        row += 64
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=max_price_variation,
            size=UNDEF_SIZE,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_ADD_3,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def md_incremental_refresh_limits_banding_34(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 34."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 32)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * 3 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        high_limit_price = s8le(entry)
        low_limit_price = s8le(entry + 8)
        max_price_variation = s8le(entry + 16)
        security_id = s4le(entry + 24)
        rpt_seq = u4le(entry + 28)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled_given(high_limit_price, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=UNDEF_SIZE,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_ADD_1,
        )
        row += 64
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled_given(low_limit_price, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=UNDEF_SIZE,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_ADD_2,
        )
        row += 64
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled_given(max_price_variation, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=UNDEF_SIZE,
            counts=counts(0, rpt_seq),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | STATISTIC_ADD_3,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


STATUS = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATUS)


@hot
def security_status_30(message, size, row, full, context, received, sequence, stamp):
    """template_id 30."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 30:
        return MALFORMED
    if block + block_length > end:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    transact_time = u8le(block)
    security_id = s4le(block + 20)
    end_of_event = (u1(block + 26) >> 7) & 1
    security_trading_status = u1(block + 27)
    security_trading_event = u1(block + 29)
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=security_trading_event,
        counts=0,
        sequence=sequence,
        instrument_id=given(security_id, 0x7FFFFFFF, 0),
        marks=stamp
        | STATUS
        | given(security_trading_status, 0xFF, 0) << DETAIL_SHIFT
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def security_status_workup_60(message, size, row, full, context, received, sequence, stamp):
    """template_id 60."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 30:
        return MALFORMED
    no_order_id_entries_size = block + block_length
    at = after_group_size(no_order_id_entries_size, end, 10)
    if at < 0:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    transact_time = u8le(block)
    md_entry_px = s8le(block + 8)
    security_id = s4le(block + 16)
    end_of_event = (u1(block + 20) >> 7) & 1
    security_trading_status = u1(block + 27)
    security_trading_event = u1(block + 29)
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=0,
        price=md_entry_px,
        size=security_trading_event,
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | STATUS | security_trading_status << DETAIL_SHIFT | end_of_event << LAST_SHIFT,
    )
    return row + 64


OTHER = marks(action=Action.NONE, side=Side.NONE)


@hot
def quote_request_39(message, size, row, full, context, received, sequence, stamp):
    """template_id 39."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 32:
        return MALFORMED
    no_related_sym_size = block + block_length
    at = after_group_size(no_related_sym_size, end, 30)
    if at < 0:
        return MALFORMED
    no_related_sym = no_related_sym_size + 3
    no_related_sym_length = u2le(no_related_sym_size)
    no_related_sym_count = u1(no_related_sym_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 31) >> 7) & 1
    if row + 64 * no_related_sym_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_related_sym_count):
        entry = no_related_sym + i * no_related_sym_length
        security_id = s4le(entry + 20)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=UNDEF_PRICE,
            size=39,
            counts=0,
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | OTHER,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def collateral_market_value_62(message, size, row, full, context, received, sequence, stamp):
    """template_id 62."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 38)
    if at < 0:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=62,
        counts=0,
        sequence=sequence,
        instrument_id=0,
        marks=stamp | OTHER | end_of_event << LAST_SHIFT,
    )
    return row + 64


SNAPSHOT_CLEAR_SNAPSHOT = marks(
    action=Action.CLEAR, side=Side.NONE, flags=Flag.SNAPSHOT, kind=Kind.SNAPSHOT
)
MD_ENTRY_TYPE_4 = marks_table(
    {
        0x30: marks(action=Action.ADD, side=Side.BID, flags=Flag.SNAPSHOT, kind=Kind.LEVEL),
        0x31: marks(action=Action.ADD, side=Side.ASK, flags=Flag.SNAPSHOT, kind=Kind.LEVEL),
        0x45: marks(action=Action.ADD, side=Side.BID, flags=Flag.SNAPSHOT | Flag.IMPLIED, kind=Kind.LEVEL),
        0x46: marks(action=Action.ADD, side=Side.ASK, flags=Flag.SNAPSHOT | Flag.IMPLIED, kind=Kind.LEVEL),
        0x4A: marks(action=Action.CLEAR, side=Side.NONE, flags=Flag.SNAPSHOT, kind=Kind.CLEAR),
        0x77: marks(action=Action.ADD, side=Side.ASK, flags=Flag.SNAPSHOT, kind=Kind.STATISTIC, detail=119),
        0x78: marks(action=Action.ADD, side=Side.BID, flags=Flag.SNAPSHOT, kind=Kind.STATISTIC, detail=120),
    },
    other=marks(action=Action.ADD, side=Side.NONE, flags=Flag.SNAPSHOT, kind=Kind.STATISTIC),
    raw="detail",
)


@hot
def snapshot_full_refresh_52(message, size, row, full, context, received, sequence, stamp):
    """template_id 52."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 59:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 22)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    last_msg_seq_num_processed = u4le(block)
    tot_num_reports = u4le(block + 4)
    security_id = s4le(block + 8)
    rpt_seq = u4le(block + 12)
    transact_time = u8le(block + 16)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=tot_num_reports,
        price=UNDEF_PRICE,
        size=last_msg_seq_num_processed,
        counts=counts(0, rpt_seq),
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        number_of_orders = s4le(entry + 12)
        md_price_level = u1(entry + 16)
        md_entry_type = u1(entry + 21)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_4[md_entry_type])
            | given(md_price_level, 0x7F, 0) << LEVEL_SHIFT,
        )
        row += 64
    mark_last(row - 64)
    return row


@hot
def snapshot_full_refresh_long_qty_69(message, size, row, full, context, received, sequence, stamp):
    """template_id 69."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 59:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 23)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    last_msg_seq_num_processed = u4le(block)
    tot_num_reports = u4le(block + 4)
    security_id = s4le(block + 8)
    rpt_seq = u4le(block + 12)
    transact_time = u8le(block + 16)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=tot_num_reports,
        price=UNDEF_PRICE,
        size=last_msg_seq_num_processed,
        counts=counts(0, rpt_seq),
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = u8le(entry + 8)
        number_of_orders = s4le(entry + 16)
        md_price_level = u1(entry + 20)
        md_entry_type = u1(entry + 22)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=size_u8(md_entry_size),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_4[md_entry_type])
            | given(md_price_level, 0xFF, 0) << LEVEL_SHIFT,
        )
        row += 64
    mark_last(row - 64)
    return row


@hot
def snapshot_full_refresh_38(message, size, row, full, context, received, sequence, stamp):
    """template_id 38."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 59:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 22)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    last_msg_seq_num_processed = u4le(block)
    tot_num_reports = u4le(block + 4)
    security_id = s4le(block + 8)
    rpt_seq = u4le(block + 12)
    transact_time = u8le(block + 16)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=tot_num_reports,
        price=UNDEF_PRICE,
        size=last_msg_seq_num_processed,
        counts=counts(0, rpt_seq),
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        number_of_orders = s4le(entry + 12)
        md_price_level = u1(entry + 16)
        md_entry_type = u1(entry + 21)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=scaled_given(md_entry_px, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_4[md_entry_type])
            | given(md_price_level, 0x7F, 0) << LEVEL_SHIFT,
        )
        row += 64
    mark_last(row - 64)
    return row


@hot
def snapshot_full_refresh_tcp_61(message, size, row, full, context, received, sequence, stamp):
    """template_id 61."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 37:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 26)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    security_id = s4le(block + 9)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = s4le(entry + 8)
        number_of_orders = s4le(entry + 16)
        md_price_level = u1(entry + 20)
        md_entry_type = u1(entry + 22)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=given(md_entry_size, 0x7FFFFFFF, UNDEF_SIZE),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_4[md_entry_type])
            | given(md_price_level, 0x7F, 0) << LEVEL_SHIFT,
        )
        row += 64
    mark_last(row - 64)
    return row


@hot
def snapshot_full_refresh_tcp_long_qty_68(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 68."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 37:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 23)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    security_id = s4le(block + 9)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        md_entry_px = s8le(entry)
        md_entry_size = u8le(entry + 8)
        number_of_orders = s4le(entry + 16)
        md_price_level = u1(entry + 20)
        md_entry_type = u1(entry + 22)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=md_entry_px,
            size=size_u8(md_entry_size),
            counts=counts(given(number_of_orders, 0x7FFFFFFF, UNDEF_COUNT), 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp
            | int(MD_ENTRY_TYPE_4[md_entry_type])
            | given(md_price_level, 0xFF, 0) << LEVEL_SHIFT,
        )
        row += 64
    mark_last(row - 64)
    return row


SNAPSHOT_CLEAR_ORDERS_SNAPSHOT = marks(
    action=Action.CLEAR, side=Side.NONE, flags=Flag.SNAPSHOT, kind=Kind.SNAPSHOT, detail=Detail.ORDERS
)
SNAPSHOT = marks(flags=Flag.SNAPSHOT)
MD_ENTRY_TYPE_5 = marks_table(
    {
        0x30: marks(action=Action.ADD, side=Side.BID, kind=Kind.ORDER),
        0x31: marks(action=Action.ADD, side=Side.ASK, kind=Kind.ORDER),
        0x4A: marks(action=Action.CLEAR, side=Side.NONE, kind=Kind.CLEAR),
    },
    other=marks(action=Action.ADD, side=Side.NONE),
)


@hot
def snapshot_full_refresh_order_book_53(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 53."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 28:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 29)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    last_msg_seq_num_processed = u4le(block)
    tot_num_reports = u4le(block + 4)
    security_id = s4le(block + 8)
    no_chunks = u4le(block + 12)
    current_chunk = u4le(block + 16)
    transact_time = u8le(block + 20)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=tot_num_reports,
        price=UNDEF_PRICE,
        size=last_msg_seq_num_processed,
        counts=counts(current_chunk, no_chunks),
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_ORDERS_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_entry_px = s8le(entry + 16)
        md_display_qty = s4le(entry + 24)
        md_entry_type = u1(entry + 28)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=md_entry_px,
            size=md_display_qty,
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | SNAPSHOT | int(MD_ENTRY_TYPE_5[md_entry_type]),
        )
        row += 64
    mark_last(row - 64)
    return row


@hot
def snapshot_full_refresh_order_book_44(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 44."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 28:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 29)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    last_msg_seq_num_processed = u4le(block)
    tot_num_reports = u4le(block + 4)
    security_id = s4le(block + 8)
    no_chunks = u4le(block + 12)
    current_chunk = u4le(block + 16)
    transact_time = u8le(block + 20)
    if row + 64 * (no_md_entries_count + 1) > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=tot_num_reports,
        price=UNDEF_PRICE,
        size=last_msg_seq_num_processed,
        counts=counts(current_chunk, no_chunks),
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | SNAPSHOT_CLEAR_ORDERS_SNAPSHOT,
    )
    row += 64
    for i in range(no_md_entries_count):
        entry = no_md_entries + i * no_md_entries_length
        order_id = u8le(entry)
        md_order_priority = u8le(entry + 8)
        md_entry_px = s8le(entry + 16)
        md_display_qty = s4le(entry + 24)
        md_entry_type = u1(entry + 28)
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=order_id,
            price=scaled(md_entry_px, 100, 1, context),
            size=md_display_qty,
            counts=given(md_order_priority, -1, 0),
            sequence=sequence,
            instrument_id=security_id,
            marks=stamp | SNAPSHOT | int(MD_ENTRY_TYPE_5[md_entry_type]),
        )
        row += 64
    mark_last(row - 64)
    return row


@hot
def snapshot_refresh_top_orders_59(message, size, row, full, context, received, sequence, stamp):
    """template_id 59."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 13:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 29)
    if at < 0:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    security_id = s4le(block + 9)
    put_row(
        row=row,
        ts_event=transact_time,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=59,
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp | OTHER | end_of_event << LAST_SHIFT,
    )
    return row + 64


INSTRUMENT = marks(side=Side.NONE, kind=Kind.INSTRUMENT)
SECURITY_UPDATE_ACTION = marks_table(
    {
        0x41: marks(action=Action.ADD),
        0x44: marks(action=Action.CANCEL),
        0x4D: marks(action=Action.MODIFY),
    },
    other=marks(action=Action.NONE),
)


@hot
def md_instrument_definition_future_27(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 27."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (216 if version >= 6 else 214):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    at = after_group_size(no_lot_type_rules_size, end, 5)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 91)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=scaled(min_price_increment, 100, 1, context),
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_spread_29(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 29."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (195 if version >= 6 else 193):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    no_legs_size = after_group_size(no_lot_type_rules_size, end, 5)
    if no_legs_size < 0:
        return MALFORMED
    at = after_group_size(no_legs_size, end, 18)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 94)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=scaled(min_price_increment, 100, 1, context),
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_option_41(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 41."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (213 if version >= 6 else 211):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    no_underlyings_size = after_group_size(no_lot_type_rules_size, end, 5)
    if no_underlyings_size < 0:
        return MALFORMED
    at = after_group_size(no_underlyings_size, end, 24)
    if at < 0:
        return MALFORMED
    if version >= 7:
        no_related_instruments_size = at
        at = after_group_size(no_related_instruments_size, end, 24)
        if at < 0:
            return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 111)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=scaled_given(min_price_increment, 0x7FFFFFFFFFFFFFFF, 100, 1, context),
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_future_54(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 54."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (224 if version >= 10 else 216):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    at = after_group_size(no_lot_type_rules_size, end, 5)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 91)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=min_price_increment,
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_option_55(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 55."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (221 if version >= 10 else 213):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    no_underlyings_size = after_group_size(no_lot_type_rules_size, end, 5)
    if no_underlyings_size < 0:
        return MALFORMED
    no_related_instruments_size = after_group_size(no_underlyings_size, end, 24)
    if no_related_instruments_size < 0:
        return MALFORMED
    at = after_group_size(no_related_instruments_size, end, 24)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 111)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=min_price_increment,
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_spread_56(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 56."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (255 if version >= 10 else 195):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    no_legs_size = after_group_size(no_lot_type_rules_size, end, 5)
    if no_legs_size < 0:
        return MALFORMED
    at = after_group_size(no_legs_size, end, 18)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 94)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=min_price_increment,
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_fixed_income_57(
    message, size, row, full, context, received, sequence, stamp
):
    """template_id 57."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 338:
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    at = after_group_size(no_lot_type_rules_size, end, 5)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 86)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=min_price_increment,
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_repo_58(message, size, row, full, context, received, sequence, stamp):
    """template_id 58."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (276 if version >= 13 else 275 if version >= 11 else 255):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    no_underlyings_size = after_group_size(no_lot_type_rules_size, end, 5)
    if no_underlyings_size < 0:
        return MALFORMED
    no_related_instruments_size = after_group_size(
        no_underlyings_size, end, 118 if version >= 11 else 108
    )
    if no_related_instruments_size < 0:
        return MALFORMED
    at = after_group_size(no_related_instruments_size, end, 32)
    if at < 0:
        return MALFORMED
    if version >= 13:
        no_broken_dates_size = at
        at = after_group_size(no_broken_dates_size, end, 16)
        if at < 0:
            return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 86)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=min_price_increment,
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def md_instrument_definition_fx_63(message, size, row, full, context, received, sequence, stamp):
    """template_id 63."""
    end = message + size
    version = u2le(message + 6)
    block_length = u2le(message)
    block = message + 8
    if block_length < (337 if version >= 13 else 309):
        return MALFORMED
    no_events_size = block + block_length
    no_md_feed_types_size = after_group_size(no_events_size, end, 9)
    if no_md_feed_types_size < 0:
        return MALFORMED
    no_inst_attrib_size = after_group_size(no_md_feed_types_size, end, 4)
    if no_inst_attrib_size < 0:
        return MALFORMED
    no_lot_type_rules_size = after_group_size(no_inst_attrib_size, end, 4)
    if no_lot_type_rules_size < 0:
        return MALFORMED
    no_trading_sessions_size = after_group_size(no_lot_type_rules_size, end, 9)
    if no_trading_sessions_size < 0:
        return MALFORMED
    at = after_group_size(no_trading_sessions_size, end, 18)
    if at < 0:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    end_of_event = (u1(block) >> 7) & 1
    tot_num_reports = u4le(block + 1)
    security_update_action = u1(block + 5)
    last_update_time = u8le(block + 6)
    security_id = s4le(block + 55)
    min_price_increment = s8le(block + 89)
    put_row(
        row=row,
        ts_event=last_update_time,
        ts_recv=received,
        order_id=0,
        price=min_price_increment,
        size=given(tot_num_reports, 0xFFFFFFFF, UNDEF_SIZE),
        counts=0,
        sequence=sequence,
        instrument_id=security_id,
        marks=stamp
        | INSTRUMENT
        | int(SECURITY_UPDATE_ACTION[security_update_action])
        | end_of_event << LAST_SHIFT,
    )
    return row + 64


@hot
def admin_heartbeat_12(message, size, row, full, context, received, sequence, stamp):
    """template_id 12."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block + block_length > end:
        return MALFORMED

    return row


SESSION_15_LAST = marks(
    action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.SESSION, detail=15
)


@hot
def admin_login_15(message, size, row, full, context, received, sequence, stamp):
    """template_id 15."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 1:
        return MALFORMED
    if block + block_length > end:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=0,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=0,
        marks=stamp | SESSION_15_LAST,
    )
    return row + 64


SESSION_16_LAST = marks(
    action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.SESSION, detail=16
)


@hot
def admin_logout_16(message, size, row, full, context, received, sequence, stamp):
    """template_id 16."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 180:
        return MALFORMED
    if block + block_length > end:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    put_row(
        row=row,
        ts_event=0,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=0,
        marks=stamp | SESSION_16_LAST,
    )
    return row + 64


CHANNEL_RESET_CLEAR = marks(action=Action.CLEAR, side=Side.NONE, kind=Kind.CHANNEL_RESET)


@hot
def channel_reset_4(message, size, row, full, context, received, sequence, stamp):
    """template_id 4."""
    end = message + size
    block_length = u2le(message)
    block = message + 8
    if block_length < 9:
        return MALFORMED
    no_md_entries_size = block + block_length
    at = after_group_size(no_md_entries_size, end, 2)
    if at < 0:
        return MALFORMED
    no_md_entries = no_md_entries_size + 3
    no_md_entries_length = u2le(no_md_entries_size)
    no_md_entries_count = u1(no_md_entries_size + 2)

    transact_time = u8le(block)
    end_of_event = (u1(block + 8) >> 7) & 1
    if row + 64 * no_md_entries_count > full:
        return ROWS_FULL
    first = row
    for i in range(no_md_entries_count):
        put_row(
            row=row,
            ts_event=transact_time,
            ts_recv=received,
            order_id=0,
            price=UNDEF_PRICE,
            size=UNDEF_SIZE,
            counts=0,
            sequence=sequence,
            instrument_id=0,
            marks=stamp | CHANNEL_RESET_CLEAR,
        )
        row += 64
    if end_of_event:
        return close_event(first, row, full, transact_time, received, sequence, stamp)
    return row


@hot
def mdp3(message, size, row, full, context, received, sequence, stamp):
    """One message: the address behind its rows, or MALFORMED, or ROWS_FULL."""
    if size < 8:
        return MALFORMED
    if u2le(message + 4) != 1:  # schema_id
        bump(context, UNKNOWN_SCHEMA)
        return row
    if u2le(message + 6) > 13:  # version
        bump(context, NEWER_VERSION)
    template_id = u2le(message + 2)
    if template_id == 46:
        return md_incremental_refresh_book_46(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 64:
        return md_incremental_refresh_book_long_qty_64(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 32:
        return md_incremental_refresh_book_32(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 47:
        return md_incremental_refresh_order_book_47(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 43:
        return md_incremental_refresh_order_book_43(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 48:
        return md_incremental_refresh_trade_summary_48(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 65:
        return md_incremental_refresh_trade_summary_long_qty_65(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 42:
        return md_incremental_refresh_trade_summary_42(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 36:
        return md_incremental_refresh_trade_36(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 37:
        return md_incremental_refresh_volume_37(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 66:
        return md_incremental_refresh_volume_long_qty_66(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 51:
        return md_incremental_refresh_session_statistics_51(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 67:
        return md_incremental_refresh_session_statistics_long_qty_67(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 49:
        return md_incremental_refresh_daily_statistics_49(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 35:
        return md_incremental_refresh_session_statistics_35(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 33:
        return md_incremental_refresh_daily_statistics_33(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 50:
        return md_incremental_refresh_limits_banding_50(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 34:
        return md_incremental_refresh_limits_banding_34(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 30:
        return security_status_30(message, size, row, full, context, received, sequence, stamp)
    if template_id == 60:
        return security_status_workup_60(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 39:
        return quote_request_39(message, size, row, full, context, received, sequence, stamp)
    if template_id == 62:
        return collateral_market_value_62(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 52:
        return snapshot_full_refresh_52(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 69:
        return snapshot_full_refresh_long_qty_69(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 38:
        return snapshot_full_refresh_38(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 61:
        return snapshot_full_refresh_tcp_61(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 68:
        return snapshot_full_refresh_tcp_long_qty_68(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 53:
        return snapshot_full_refresh_order_book_53(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 44:
        return snapshot_full_refresh_order_book_44(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 59:
        return snapshot_refresh_top_orders_59(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 27:
        return md_instrument_definition_future_27(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 29:
        return md_instrument_definition_spread_29(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 41:
        return md_instrument_definition_option_41(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 54:
        return md_instrument_definition_future_54(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 55:
        return md_instrument_definition_option_55(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 56:
        return md_instrument_definition_spread_56(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 57:
        return md_instrument_definition_fixed_income_57(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 58:
        return md_instrument_definition_repo_58(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 63:
        return md_instrument_definition_fx_63(
            message, size, row, full, context, received, sequence, stamp
        )
    if template_id == 12:
        return admin_heartbeat_12(message, size, row, full, context, received, sequence, stamp)
    if template_id == 15:
        return admin_login_15(message, size, row, full, context, received, sequence, stamp)
    if template_id == 16:
        return admin_logout_16(message, size, row, full, context, received, sequence, stamp)
    if template_id == 4:
        return channel_reset_4(message, size, row, full, context, received, sequence, stamp)
    bump(context, UNKNOWN_TEMPLATE)
    return row


@entry(3)
def peek(datagram, length, header):
    """The words of a datagram's header: 0, or MALFORMED."""
    if length < 12:
        return MALFORMED
    put8(header + 8 * STREAM_0, 0)
    put8(header + 8 * STREAM_1, 0)
    put8(header + 8 * FIRST, u4le(datagram))
    count = 1
    kind = DATA
    put8(header + 8 * COUNT, count)
    put8(header + 8 * TYPE, kind)
    put8(header + 8 * SEND_TIME, u8le(datagram + 4))
    return 0


@hot
def rest_fits(at, end):
    """ROWS_FULL, or MALFORMED where a later block does not fit."""
    while at < end:
        if at + 2 > end:
            return MALFORMED
        size = u2le(at) - 2
        at += 2 + size
        if size < 0 or at > end:
            return MALFORMED
    return ROWS_FULL


@entry(5)
def decode(datagram, length, context, rows, rows_max):
    """Every message of a datagram: the number of rows, or MALFORMED, or ROWS_FULL."""
    clear(context)
    if length < 12:
        return MALFORMED
    skip = word(context, SKIP)
    first = word(context, SEQUENCE)
    received = word(context, RECEIVED)
    stamp = word(context, CHANNEL) << CHANNEL_SHIFT | word(context, ROW_FLAGS) << FLAGS_SHIFT
    end = datagram + length
    at = datagram + 12
    row = rows
    full = rows + 64 * rows_max
    taken = 0
    i = -1
    while at < end:
        i += 1
        if at + 2 > end:
            return refuse(context)
        size = u2le(at) - 2
        message = at + 2
        at = message + size
        if size < 0 or at > end:
            return refuse(context)
        if i < skip:
            continue
        taken += 1
        if size == 0:
            bump(context, EMPTY_MESSAGE)
            continue
        sequence = first & 0xFFFFFFFF
        next_row = mdp3(message, size, row, full, context, received, sequence, stamp)
        if next_row == MALFORMED:
            bump(context, MALFORMED_MESSAGE)
        elif next_row == ROWS_FULL:
            clear(context)
            return rest_fits(at, end)
        else:
            row = next_row
    put8(context + 8 * MESSAGES, taken)
    return (row - rows) >> 6
