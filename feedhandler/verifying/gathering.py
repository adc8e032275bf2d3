"""The rows of a capture by instrument: what increments did to each, and what the venue's snapshots say of it.

Snapshots by order come in chunks, of which none may be missing. A channel reset empties every book of its channel,
so it stands among the increments of each. Where a channel's sequence begins anew nothing more is gathered, as
numbers mean something else from there on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np

from feedhandler.book.contents import Key
from feedhandler.event import EVENT, Detail, Flag, Kind
from feedhandler.replaying import Batch, Replay

LEVEL_KINDS: Final = (Kind.LEVEL, Kind.CLEAR, Kind.CHANNEL_RESET, Kind.TRADE, Kind.STATISTIC)
ORDER_KINDS: Final = (Kind.ORDER, Kind.CLEAR, Kind.CHANNEL_RESET)
KINDS: Final = tuple({*LEVEL_KINDS, *ORDER_KINDS})

Rows = np.ndarray[Any, Any]


@dataclass
class Snapshot:
    """One snapshot of one model of one instrument."""

    included: int  # the last number of the increments that is in it
    instrument_sequence: int  # 0 = not told
    rows: Rows


@dataclass
class Material:
    """What is known of one instrument."""

    increments: list[Rows] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)  # by level
    orders: list[Snapshot] = field(default_factory=list)


class Gathered:
    """The instruments of a capture, and the first and last number of each channel's increments."""

    def __init__(self) -> None:
        self.instruments: dict[Key, Material] = {}
        self.numbers: dict[int, tuple[int, int]] = {}
        self.torn = 0  # snapshots of which a chunk is missing
        self.begun_anew: int | None = None  # the channel at which gathering ended
        self._resets: dict[int, list[Rows]] = {}
        self._chunks: dict[int, list[Rows]] = {}  # of each channel's open snapshot by order
        self._torn: dict[int, tuple[int, ...]] = {}  # what each channel's last torn one was

    def take(self, rows: Rows) -> bool:
        """Sort in the rows of a batch; False: a sequence has begun anew, and what follows is left out."""
        increments = (rows["flags"] & Flag.SNAPSHOT == 0) & np.isin(rows["kind"], KINDS)
        end = self._number(rows, increments)
        self._take_snapshots(rows[:end])
        self._take_increments(rows[:end][increments[:end]])
        return end == len(rows)

    def _number(self, rows: Rows, increments: Any) -> int:
        """Note the numbers of increments; where those of a channel go back, if anywhere."""
        end = len(rows)
        for channel in np.unique(rows["channel_id"][increments]).tolist():
            at = np.flatnonzero(increments & (rows["channel_id"] == channel))
            told = rows["sequence"][at].astype(np.int64)
            first, last = self.numbers.get(channel, (int(told[0]), int(told[0])))
            back = np.flatnonzero(told < np.concatenate([[last], told[:-1]]))
            if len(back):
                self.begun_anew = channel
                end = min(end, int(at[back[0]]))
                told = told[: back[0]]
            self.numbers[channel] = (first, int(told[-1]) if len(told) else last)
        return end

    # --- increments ---
    def _take_increments(self, rows: Rows) -> None:
        resets = np.flatnonzero(rows["kind"] == Kind.CHANNEL_RESET).tolist()
        for begin, end in pairwise([-1, *resets, len(rows)]):
            self._add(rows[begin + 1 : end])
            if end < len(rows):
                self._reset(rows[end : end + 1].copy())

    def _add(self, rows: Rows) -> None:
        keys = rows["channel_id"].astype(np.int64) << 32 | rows["instrument_id"]
        for key in np.unique(keys).tolist():
            self._of((key >> 32, key & 0xFFFF_FFFF)).increments.append(rows[keys == key].copy())

    def _reset(self, row: Rows) -> None:
        channel = int(row["channel_id"][0])
        self._resets.setdefault(channel, []).append(row)
        for key, material in self.instruments.items():
            if key[0] == channel:
                material.increments.append(row)

    def _of(self, key: Key) -> Material:
        found = self.instruments.get(key)
        if found is None:
            found = self.instruments[key] = Material([*self._resets.get(key[0], ())])
        return found

    # --- snapshots ---
    def _take_snapshots(self, rows: Rows) -> None:
        """Each begins with its head and ends at the next one, or with its datagram."""
        heads = np.flatnonzero(rows["kind"] == Kind.SNAPSHOT).tolist()
        last = rows["flags"] & Flag.LAST != 0
        for head, following in pairwise([*heads, len(rows)]):
            end = min(following, head + 1 + int(np.argmax(last[head:])))
            told = rows[head:end].copy()
            if told["detail"][0] == Detail.ORDERS:
                self._chunk(told)
            else:
                sequence = int(told["instrument_sequence"][0])
                found = Snapshot(int(told["size"][0]), sequence, told[1:])
                self._of(_key(told[0])).snapshots.append(found)

    def _chunk(self, rows: Rows) -> None:
        """One chunk of a book by order; the snapshot when it was the last."""
        head = rows[0]
        channel, number = int(head["channel_id"]), int(head["order_count"])
        have = self._chunks.pop(channel, [])
        if have and (number != len(have) + 1 or _state(have[0][0]) != _state(head)):
            self._tear(channel, have[0][0])
            have = []
        if number != len(have) + 1:
            self._tear(channel, head)
            return
        have.append(rows)
        if number < int(head["instrument_sequence"]):
            self._chunks[channel] = have
            return
        whole = np.concatenate([each[1:] for each in have], dtype=EVENT)
        self._of(_key(head)).orders.append(Snapshot(int(head["size"]), 0, whole))

    def _tear(self, channel: int, head: Any) -> None:
        """Count a snapshot that is not whole, once for all of its chunks."""
        state = _state(head)
        self.torn += self._torn.get(channel) != state
        self._torn[channel] = state


def gather(replay: Replay, batches: Iterable[Batch]) -> Gathered:
    """Run a capture to its end by taking its batches, and sort its rows."""
    gathered = Gathered()
    half: Rows = np.zeros(0, EVENT)  # a snapshot whose end is in the next batch
    for batch in batches:
        rows = np.concatenate([half, batch], dtype=EVENT)
        open_at = _open_snapshot(rows)
        half = rows[open_at:].copy()
        if not gathered.take(rows[:open_at]):
            return gathered
    if gathered.take(half):
        for channel in replay.engine.channels.channels:
            if channel.role == "incremental" and channel.channel_id in gathered.numbers:
                state = replay.engine.channels.report()[channel.row]
                first = gathered.numbers[channel.channel_id][0]
                gathered.numbers[channel.channel_id] = (first, int(state["next_expected"]) - 1)
    return gathered


def _open_snapshot(rows: Rows) -> int:
    """Where a snapshot begins that has no end yet; their number if there is none."""
    heads = np.flatnonzero(rows["kind"] == Kind.SNAPSHOT)
    if len(heads) == 0 or (rows["flags"][heads[-1] :] & Flag.LAST).any():
        return len(rows)
    return int(heads[-1])


def _key(row: Any) -> Key:
    return int(row["channel_id"]), int(row["instrument_id"])


def _state(head: Any) -> tuple[int, ...]:
    """What all chunks of one snapshot have in common."""
    names = ("instrument_id", "size", "instrument_sequence", "order_id")
    return tuple(int(head[name]) for name in names)
