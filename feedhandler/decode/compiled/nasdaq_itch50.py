"""The compiled decoder of nasdaq.itch50. Generated, never edited: `make protocols` writes it.

From moldudp64.ksy and itch50.ksy and the maps beside them. Each type of message is a function: first
its doors, where every length is checked, then its fields by name, then its rows. `row` is where rows go, `full`
where they must end; a function gives the address behind its last row, or MALFORMED, or ROWS_FULL. `stamp`
holds the channel and the flags that every row gets.
"""

from feedhandler.decode.abi import (
    CHANNEL,
    COUNT,
    DATA,
    DAY,
    DEFINITIONS,
    EMPTY_MESSAGE,
    END_OF_SESSION,
    FIRST,
    HEARTBEAT,
    MALFORMED,
    MALFORMED_MESSAGE,
    MESSAGES,
    RECEIVED,
    ROW_FLAGS,
    ROWS_FULL,
    SEND_TIME,
    SEQUENCE,
    SKIP,
    STREAM_0,
    STREAM_1,
    TYPE,
    UNKNOWN_TEMPLATE,
)
from feedhandler.decode.kernel import bump, clear, put_row, refuse, scaled, size_u8, word
from feedhandler.decode.marks import CHANNEL_SHIFT, DETAIL_SHIFT, FLAGS_SHIFT, marks, marks_table
from feedhandler.event import UNDEF_PRICE, UNDEF_SIZE, Action, Detail, Flag, Kind, Side
from feedhandler.jit import entry, hot, put8, u1, u2be, u4be, u6be, u8be

SESSION_LAST = marks(action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.SESSION)


@hot
def system_event(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x53 S."""
    day = word(context, DAY)
    if size < 12:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    event_code = u1(message + 11)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | SESSION_LAST | event_code << DETAIL_SHIFT,
    )
    return row + 64


INSTRUMENT_ADD_LAST = marks(
    action=Action.ADD, side=Side.NONE, flags=Flag.LAST, kind=Kind.INSTRUMENT
)


@hot
def stock_directory(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x52 R."""
    day = word(context, DAY)
    if size < 39:
        return MALFORMED

    bump(context, DEFINITIONS)
    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    market_category = u1(message + 19)
    round_lot_size = u4be(message + 21)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=round_lot_size,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | INSTRUMENT_ADD_LAST | market_category << DETAIL_SHIFT,
    )
    return row + 64


STATUS_LAST = marks(action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.STATUS)


@hot
def stock_trading_action(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x48 H."""
    day = word(context, DAY)
    if size < 25:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    trading_state = u1(message + 19)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATUS_LAST | trading_state << DETAIL_SHIFT,
    )
    return row + 64


@hot
def reg_sho_restriction(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x59 Y."""
    day = word(context, DAY)
    if size < 20:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    reg_sho_action = u1(message + 19)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATUS_LAST | reg_sho_action << DETAIL_SHIFT,
    )
    return row + 64


HALT_ACTION = marks_table(
    {
        0x48: marks(detail=104),
        0x54: marks(detail=116),
    },
    other=0,
    raw="detail",
)


@hot
def operational_halt(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x68 h."""
    day = word(context, DAY)
    if size < 21:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    halt_action = u1(message + 20)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATUS_LAST | int(HALT_ACTION[halt_action]),
    )
    return row + 64


@hot
def quoting_period_update(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x4B K."""
    day = word(context, DAY)
    if size < 28:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    release_qualifier = u1(message + 23)
    ipo_price = u4be(message + 24)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=ipo_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATUS_LAST | release_qualifier << DETAIL_SHIFT,
    )
    return row + 64


@hot
def mwcb_status(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x57 W."""
    day = word(context, DAY)
    if size < 12:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    breached_level = u1(message + 11)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | SESSION_LAST | breached_level << DETAIL_SHIFT,
    )
    return row + 64


STATISTIC_1 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=1)
STATISTIC_2 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=2)
STATISTIC_3_LAST = marks(
    action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.STATISTIC, detail=3
)


@hot
def mwcb_decline_levels(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x56 V."""
    day = word(context, DAY)
    if size < 35:
        return MALFORMED

    if row + 192 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    level_1 = u8be(message + 11)
    level_2 = u8be(message + 19)
    level_3 = u8be(message + 27)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=scaled(level_1, 10, 0, context),
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_1,
    )
    put_row(
        row=row + 64,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=scaled(level_2, 10, 0, context),
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_2,
    )
    put_row(
        row=row + 128,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=scaled(level_3, 10, 0, context),
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_3_LAST,
    )
    return row + 192


OTHER_LAST = marks(action=Action.NONE, side=Side.NONE, flags=Flag.LAST)


@hot
def market_participant_position(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x4C L."""
    day = word(context, DAY)
    if size < 26:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    participant_state = u1(message + 25)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=76,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | OTHER_LAST | participant_state << DETAIL_SHIFT,
    )
    return row + 64


STATISTIC_20 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=20)
STATISTIC_21 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=21)
STATISTIC_22_LAST = marks(
    action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.STATISTIC, detail=22
)


@hot
def luld_auction_collar(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x4A J."""
    day = word(context, DAY)
    if size < 35:
        return MALFORMED

    if row + 192 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    reference_price = u4be(message + 19)
    upper_price = u4be(message + 23)
    lower_price = u4be(message + 27)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=reference_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_20,
    )
    put_row(
        row=row + 64,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=upper_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_21,
    )
    put_row(
        row=row + 128,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=lower_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_22_LAST,
    )
    return row + 192


ORDER_ADD_LAST = marks(action=Action.ADD, flags=Flag.LAST, kind=Kind.ORDER)
SIDE = marks_table(
    {
        0x42: marks(side=Side.BID),
        0x53: marks(side=Side.ASK),
    },
    other=marks(side=Side.NONE),
)


@hot
def add_order(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x41 A."""
    day = word(context, DAY)
    if size < 36:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    order_reference_number = u8be(message + 11)
    side = u1(message + 19)
    shares = u4be(message + 20)
    price = u4be(message + 32)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=order_reference_number,
        price=price * 100000,
        size=shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_ADD_LAST | int(SIDE[side]),
    )
    return row + 64


@hot
def add_order_with_mpid(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x46 F."""
    day = word(context, DAY)
    if size < 40:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    order_reference_number = u8be(message + 11)
    side = u1(message + 19)
    shares = u4be(message + 20)
    price = u4be(message + 32)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=order_reference_number,
        price=price * 100000,
        size=shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_ADD_LAST | int(SIDE[side]),
    )
    return row + 64


ORDER_FILL_LAST = marks(action=Action.FILL, side=Side.NONE, flags=Flag.LAST, kind=Kind.ORDER)


@hot
def order_executed(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x45 E."""
    day = word(context, DAY)
    if size < 31:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    order_reference_number = u8be(message + 11)
    executed_shares = u4be(message + 19)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=order_reference_number,
        price=UNDEF_PRICE,
        size=executed_shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_FILL_LAST,
    )
    return row + 64


PRINTABLE = marks_table(
    {
        0x4E: marks(detail=2),
    },
    other=0,
)


@hot
def order_executed_with_price(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x43 C."""
    day = word(context, DAY)
    if size < 36:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    order_reference_number = u8be(message + 11)
    executed_shares = u4be(message + 19)
    printable = u1(message + 31)
    execution_price = u4be(message + 32)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=order_reference_number,
        price=execution_price * 100000,
        size=executed_shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_FILL_LAST | int(PRINTABLE[printable]),
    )
    return row + 64


ORDER_CANCEL_LAST = marks(action=Action.CANCEL, side=Side.NONE, flags=Flag.LAST, kind=Kind.ORDER)


@hot
def order_cancel(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x58 X."""
    day = word(context, DAY)
    if size < 23:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    order_reference_number = u8be(message + 11)
    cancelled_shares = u4be(message + 19)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=order_reference_number,
        price=UNDEF_PRICE,
        size=cancelled_shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_CANCEL_LAST,
    )
    return row + 64


@hot
def order_delete(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x44 D."""
    day = word(context, DAY)
    if size < 19:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    order_reference_number = u8be(message + 11)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=order_reference_number,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_CANCEL_LAST,
    )
    return row + 64


ORDER_CANCEL_REPLACE = marks(
    action=Action.CANCEL, side=Side.NONE, kind=Kind.ORDER, detail=Detail.REPLACE
)
ORDER_ADD_REPLACE_LAST = marks(
    action=Action.ADD, side=Side.NONE, flags=Flag.LAST, kind=Kind.ORDER, detail=Detail.REPLACE
)


@hot
def order_replace(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x55 U."""
    day = word(context, DAY)
    if size < 35:
        return MALFORMED

    if row + 128 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    original_order_reference_number = u8be(message + 11)
    new_order_reference_number = u8be(message + 19)
    shares = u4be(message + 27)
    price = u4be(message + 31)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=original_order_reference_number,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_CANCEL_REPLACE,
    )
    put_row(
        row=row + 64,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=new_order_reference_number,
        price=price * 100000,
        size=shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | ORDER_ADD_REPLACE_LAST,
    )
    return row + 128


TRADE_TRADE_LAST = marks(action=Action.TRADE, side=Side.NONE, flags=Flag.LAST, kind=Kind.TRADE)


@hot
def trade(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x50 P."""
    day = word(context, DAY)
    if size < 44:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    shares = u4be(message + 20)
    price = u4be(message + 32)
    match_number = u8be(message + 36)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=match_number,
        price=price * 100000,
        size=shares,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | TRADE_TRADE_LAST,
    )
    return row + 64


@hot
def cross_trade(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x51 Q."""
    day = word(context, DAY)
    if size < 40:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    shares = u8be(message + 11)
    cross_price = u4be(message + 27)
    match_number = u8be(message + 31)
    cross_type = u1(message + 39)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=match_number,
        price=cross_price * 100000,
        size=size_u8(shares),
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | TRADE_TRADE_LAST | cross_type << DETAIL_SHIFT,
    )
    return row + 64


TRADE_CANCEL_LAST = marks(action=Action.CANCEL, side=Side.NONE, flags=Flag.LAST, kind=Kind.TRADE)


@hot
def broken_trade(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x42 B."""
    day = word(context, DAY)
    if size < 19:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    match_number = u8be(message + 11)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=match_number,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | TRADE_CANCEL_LAST,
    )
    return row + 64


STATISTIC_10 = marks(action=Action.NONE, kind=Kind.STATISTIC, detail=10)
STATISTIC_11 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=11)
STATISTIC_12_LAST = marks(
    action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.STATISTIC, detail=12
)


@hot
def net_order_imbalance(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x49 I."""
    day = word(context, DAY)
    if size < 50:
        return MALFORMED

    if row + 192 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    paired_shares = u8be(message + 11)
    imbalance_shares = u8be(message + 19)
    imbalance_direction = u1(message + 27)
    far_price = u4be(message + 36)
    near_price = u4be(message + 40)
    reference_price = u4be(message + 44)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=reference_price * 100000,
        size=size_u8(imbalance_shares),
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_10 | int(SIDE[imbalance_direction]),
    )
    put_row(
        row=row + 64,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=far_price * 100000,
        size=size_u8(paired_shares),
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_11,
    )
    put_row(
        row=row + 128,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=near_price * 100000,
        size=size_u8(paired_shares),
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_12_LAST,
    )
    return row + 192


STATISTIC_LAST = marks(action=Action.NONE, flags=Flag.LAST, kind=Kind.STATISTIC)
INTEREST = marks_table(
    {
        0x41: marks(side=Side.NONE, detail=42),
        0x42: marks(side=Side.BID, detail=40),
        0x4E: marks(side=Side.NONE, detail=43),
        0x53: marks(side=Side.ASK, detail=41),
    },
    other=marks(side=Side.NONE),
)


@hot
def retail_interest(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x4E N."""
    day = word(context, DAY)
    if size < 20:
        return MALFORMED

    if row + 64 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    interest = u1(message + 19)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=UNDEF_PRICE,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_LAST | int(INTEREST[interest]),
    )
    return row + 64


STATISTIC_30 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=30)
STATISTIC_31 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=31)
STATISTIC_32 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=32)
STATISTIC_33 = marks(action=Action.NONE, side=Side.NONE, kind=Kind.STATISTIC, detail=33)
STATISTIC_34_LAST = marks(
    action=Action.NONE, side=Side.NONE, flags=Flag.LAST, kind=Kind.STATISTIC, detail=34
)


@hot
def direct_listing(message, size, row, full, context, received, sequence, stamp):
    """message_type 0x4F O."""
    day = word(context, DAY)
    if size < 48:
        return MALFORMED

    if row + 320 > full:
        return ROWS_FULL
    stock_locate = u2be(message + 1)
    timestamp = u6be(message + 5)
    minimum_price = u4be(message + 20)
    maximum_price = u4be(message + 24)
    near_execution_price = u4be(message + 28)
    lower_collar = u4be(message + 40)
    upper_collar = u4be(message + 44)
    put_row(
        row=row,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=minimum_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_30,
    )
    put_row(
        row=row + 64,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=maximum_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_31,
    )
    put_row(
        row=row + 128,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=near_execution_price * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_32,
    )
    put_row(
        row=row + 192,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=upper_collar * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_33,
    )
    put_row(
        row=row + 256,
        ts_event=day + timestamp,
        ts_recv=received,
        order_id=0,
        price=lower_collar * 100000,
        size=UNDEF_SIZE,
        counts=0,
        sequence=sequence,
        instrument_id=stock_locate,
        marks=stamp | STATISTIC_34_LAST,
    )
    return row + 320


@hot
def itch50(message, size, row, full, context, received, sequence, stamp):
    """One message: the address behind its rows, or MALFORMED, or ROWS_FULL."""
    if size < 1:
        return MALFORMED
    message_type = u1(message)
    if message_type == 0x53:
        return system_event(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x52:
        return stock_directory(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x48:
        return stock_trading_action(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x59:
        return reg_sho_restriction(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x68:
        return operational_halt(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x4B:
        return quoting_period_update(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x57:
        return mwcb_status(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x56:
        return mwcb_decline_levels(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x4C:
        return market_participant_position(
            message, size, row, full, context, received, sequence, stamp
        )
    if message_type == 0x4A:
        return luld_auction_collar(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x41:
        return add_order(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x46:
        return add_order_with_mpid(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x45:
        return order_executed(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x43:
        return order_executed_with_price(
            message, size, row, full, context, received, sequence, stamp
        )
    if message_type == 0x58:
        return order_cancel(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x44:
        return order_delete(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x55:
        return order_replace(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x50:
        return trade(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x51:
        return cross_trade(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x42:
        return broken_trade(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x49:
        return net_order_imbalance(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x4E:
        return retail_interest(message, size, row, full, context, received, sequence, stamp)
    if message_type == 0x4F:
        return direct_listing(message, size, row, full, context, received, sequence, stamp)
    bump(context, UNKNOWN_TEMPLATE)
    return row


@entry(3)
def peek(datagram, length, header):
    """The words of a datagram's header: 0, or MALFORMED."""
    if length < 20:
        return MALFORMED
    put8(header + 8 * STREAM_0, u8be(datagram))
    put8(header + 8 * STREAM_1, u2be(datagram + 8))
    put8(header + 8 * FIRST, u8be(datagram + 10))
    count = u2be(datagram + 18)
    kind = DATA
    if count == 0x0:
        kind = HEARTBEAT
    if count == 0xFFFF:
        kind = END_OF_SESSION
    if kind != DATA:
        count = 0
    put8(header + 8 * COUNT, count)
    put8(header + 8 * TYPE, kind)
    put8(header + 8 * SEND_TIME, 0)
    return 0


@hot
def rest_fits(at, end, blocks):
    """ROWS_FULL, or MALFORMED where a later block does not fit."""
    for _ in range(blocks):
        if at + 2 > end:
            return MALFORMED
        size = u2be(at)
        at += 2 + size
        if at > end:
            return MALFORMED
    return ROWS_FULL if at == end else MALFORMED


@entry(5)
def decode(datagram, length, context, rows, rows_max):
    """Every message of a datagram: the number of rows, or MALFORMED, or ROWS_FULL."""
    clear(context)
    if length < 20:
        return MALFORMED
    skip = word(context, SKIP)
    first = word(context, SEQUENCE)
    received = word(context, RECEIVED)
    stamp = word(context, CHANNEL) << CHANNEL_SHIFT | word(context, ROW_FLAGS) << FLAGS_SHIFT
    end = datagram + length
    at = datagram + 20
    row = rows
    full = rows + 64 * rows_max
    taken = 0
    blocks = u2be(datagram + 18)
    if blocks == 0xFFFF:
        blocks = 0
    for i in range(blocks):
        if at + 2 > end:
            return refuse(context)
        size = u2be(at)
        message = at + 2
        at = message + size
        if at > end:
            return refuse(context)
        if i < skip:
            continue
        taken += 1
        if size == 0:
            bump(context, EMPTY_MESSAGE)
            continue
        sequence = (first + i) & 0xFFFFFFFF
        next_row = itch50(message, size, row, full, context, received, sequence, stamp)
        if next_row == MALFORMED:
            bump(context, MALFORMED_MESSAGE)
        elif next_row == ROWS_FULL:
            clear(context)
            return rest_fits(at, end, blocks - i - 1)
        else:
            row = next_row
    if at != end:
        return refuse(context)
    put8(context + 8 * MESSAGES, taken)
    return (row - rows) >> 6
