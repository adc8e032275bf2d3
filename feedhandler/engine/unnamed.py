"""A row of an instrument that no message named, on a channel where one names each before its first order.

Whose order it is cannot be known: a damaged number makes it an order of somebody else's book. So the channel is in
doubt from that row on, as behind any message that does not fit. The book it names is opened, once, so that the
verdict does not come again.

A book of a session before has no name in this one, until a message gives it one. Where none does, there is no doubt,
but the old name is forgotten: the number may be another instrument's.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from feedhandler.book.pools import CHANNEL_WORDS, CHANNELS, EACH, NAMED, Pools
from feedhandler.counter import Counter
from feedhandler.engine import desk_header as words
from feedhandler.engine.definitions import opened
from feedhandler.engine.kernel import publish_states
from feedhandler.event import Flag
from feedhandler.session.channel_header import DOUBTFUL, EXPECTED

if TYPE_CHECKING:
    from feedhandler.engine.engine import Engine

UNIT_MASK = 0xFFFF_FFFF  # a row has the lower half of its unit's number


def unit_of(sequence: int, expected: int) -> int:
    """The number of a row's unit, which came before the expected one."""
    return expected - (expected - sequence & UNIT_MASK)


def flag(rows: Any, channel_id: int) -> None:
    """Rows of a channel that is in doubt now were decoded before it was."""
    rows["flags"][rows["channel_id"] == channel_id] |= np.uint8(Flag.MAYBE_BAD_BOOK)


def are_named(channel_id: int, pools: Pools) -> bool:
    """Whether a message names each instrument of a channel before its first row."""
    return bool(int(pools.control[CHANNELS + CHANNEL_WORDS * channel_id + NAMED]) & EACH)


def take_unnamed(engine: "Engine") -> bool:
    """The answer to UNNAMED: open the book, and put the channel in doubt unless it is, or is being loaded."""
    first, end = (int(engine.desk.work[word]) for word in (words.ROW, words.ROW_COUNT))
    rows = engine.rows[first:end]
    channel_id, instrument_id = int(rows[0]["channel_id"]), int(rows[0]["instrument_id"])
    _, engine.pools = opened((channel_id, instrument_id), engine.pools)
    engine.definitions.directory.forget((channel_id, instrument_id))
    engine.fit()
    if not are_named(channel_id, engine.pools):
        return True
    engine.counters[Counter.UNNAMED_INSTRUMENTS] += 1
    channel = engine.channels.find(channel_id, "incremental")
    if channel is None or engine.recovering.loading == channel.row:
        return True
    state, ts_recv = engine.channels.table[channel.row], int(rows[0]["ts_recv"])
    if not state[DOUBTFUL]:
        unit = unit_of(int(rows[0]["sequence"]), int(state[EXPECTED]))
        packet = int(engine.desk.work[words.NOW_PACKET])
        doubtful = engine.recovering.doubtful_rows(channel.row)
        gap = engine.channels.take_unnamed(channel.row, unit, packet, ts_recv, doubtful)
        engine.recovering.lose(channel.row, gap, int(engine.desk.work[words.KEPT]), engine.pools)
        flag(rows, channel_id)
        publish_states(engine.desk.bbo, engine.pools)
    return True
