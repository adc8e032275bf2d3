"""What the walk takes for lost, by the rules of the engine: holes, what snapshots tell of, what cannot be read."""

from typing import Any

import numpy as np

from feedhandler.book.oracle_book import Row
from feedhandler.counter import Counter, Words, count_more
from feedhandler.decode import abi
from feedhandler.engine.recovering import why_unread
from feedhandler.engine.unnamed import unit_of
from feedhandler.event import UNDEF_SIZE, Kind
from feedhandler.session import channel_header as words
from feedhandler.session.channels import Channels
from feedhandler.session.gaps import TOLD, Gap
from feedhandler.session.told_kernel import tell


def declare(channels: Channels, row: int, packet: int, ts_recv: int, counters: Words) -> Gap | None:
    """The hole before what a channel holds, or what its loops tell of, is a gap; None = it is not believed."""
    held, goes_on = int(channels.table[row, words.HELD]), False
    state = channels.table[row]
    told = state[words.TOLD_COUNT] and state[words.TOLD_AT] == state[words.EXPECTED]
    if not held and told and channels.join_told(row):
        return channels.take_join(row, packet, ts_recv, seen=TOLD)
    if not held and told:
        gap, goes_on = channels.take_told(row, packet, ts_recv, 0)
    else:
        if channels.joins(row):
            state[words.EXPECTED] += state[words.GAP_COUNT]
            return channels.take_join(row, packet, ts_recv)
        found = channels.take_gap(row, packet, ts_recv)
        if found is None:
            count_more(counters, Counter.IMPLAUSIBLE, held)
            return None
        gap = found
    counters[Counter.GAPS] += not goes_on
    count_more(counters, Counter.GAP_UNITS, gap.count)
    return gap


def doubt_unnamed(
    channels: Channels, row: int, unnamed: Row | None, packet: int, ts_recv: int, counters: Words
) -> Gap | None:
    """A row of an instrument that no message had named, if there is one, puts its channel in doubt."""
    if unnamed is None:
        return None
    unit = unit_of(unnamed.sequence, int(channels.table[row, words.EXPECTED]))
    counters[Counter.GAPS] += 1
    count_more(counters, Counter.GAP_UNITS, 1)
    return channels.take_unnamed(row, unit, packet, ts_recv, 0)


def look_at(
    channels: Channels, row: int, context: Any, rows: Any, packet: int, ts_recv: int,
    counters: Words,
) -> Gap | None:  # fmt: skip
    """What a datagram says of losses: a loop of its channel, or messages that nobody knows, which are a gap."""
    channel = channels.channels[row]
    if channel.role == "incremental":
        seen = why_unread(context)
        if not seen:
            return None
        first = int(context[abi.SEQUENCE] + context[abi.SKIP])
        gap = channels.take_unread(row, first, packet, ts_recv, 0, seen)
        counters[Counter.GAPS] += 1
        count_more(counters, Counter.GAP_UNITS, gap.count)
        return gap
    of = channels.find(channel.channel_id, "incremental")
    heads = rows["size"][(rows["kind"] == Kind.SNAPSHOT) & (rows["size"] != UNDEF_SIZE)]
    if of is not None and channel.role != "definition" and len(heads):
        tell(channels.table, of.row, int(np.max(heads)), ts_recv, channels.holding.watch)
    return None
