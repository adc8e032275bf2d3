"""The channels of a run: their sequence state for the kernel, their names and gaps for people.

A channel here is one sequence space: the incremental, snapshot and definition feeds of a venue's channel are
three rows with one `channel_id`. Recovery has its place beside this file: it will turn a `Gap` into requests.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from feedhandler.session import kernel as words

ROLES: Final = ("incremental", "snapshot", "snapshot_orders", "definition")
LINE_NAMES: Final = "ABCD"
CHANNELS_MAX: Final = 4096


@dataclass(frozen=True)
class Gap:
    """Units that came on no line: `first .. first + count - 1`, found missing at `packet`."""

    channel_id: int
    role: str
    first: int
    count: int
    packet: int
    ts_recv: int

    def __str__(self) -> str:
        last = self.first + self.count - 1
        return f"channel {self.channel_id} {self.role}: {self.first}..{last} missing"


@dataclass
class Channel:
    """One sequence space: its row in `table`, and the destinations that carry it, line by line."""

    row: int
    channel_id: int
    name: str
    role: str
    lines: list[str] = field(default_factory=list)
    known: bool = True  # named by the feed's description or the user, not guessed


class Channels:
    """The rows that the session kernel works on, and what people want to know of them."""

    def __init__(self, rows: int = 64) -> None:
        self.table = np.zeros((rows, words.CHANNEL_WORDS), np.int64)
        self.channels: list[Channel] = []
        self.gaps: list[Gap] = []

    def open(self, channel_id: int, name: str, role: str, *, known: bool, day_ns: int) -> Channel:
        """A new sequence space, not started."""
        row = len(self.channels)
        if row == CHANNELS_MAX:
            message = f"more than {CHANNELS_MAX} channels"
            raise OverflowError(message)
        if row == len(self.table):
            self.table = np.concatenate([self.table, np.zeros_like(self.table)])
        channel = Channel(row, channel_id, name, role, known=known)
        self.channels.append(channel)
        self.table[row, words.CHANNEL_ID] = channel_id
        self.table[row, words.ROLE] = words.INCREMENTAL if role == "incremental" else words.LOOP
        self.table[row, words.EXPECTED] = 1
        self.table[row, words.DAY_NS] = day_ns
        return channel

    def find(self, channel_id: int, role: str) -> Channel | None:
        """The sequence space of a venue's channel and role."""
        for channel in self.channels:
            if channel.channel_id == channel_id and channel.role == role:
                return channel
        return None

    def take_gap(self, row: int, packet: int, ts_recv: int) -> Gap:
        """Note the gap that the kernel reported and go on behind it."""
        state = self.table[row]
        channel = self.channels[row]
        first, count = int(state[words.GAP_FIRST]), int(state[words.GAP_COUNT])
        gap = Gap(channel.channel_id, channel.role, first, count, packet, ts_recv)
        self.gaps.append(gap)
        state[words.EXPECTED] = first + count
        return gap

    def restart(self, row: int, day_ns: int) -> None:
        """Begin the sequence anew with the next datagram; what the slower line still brings is old."""
        state = self.table[row]
        state[[words.PAST_0, words.PAST_1]] = state[[words.NAME_0, words.NAME_1]]
        state[words.PAST_EXPECTED] = state[words.EXPECTED]
        state[words.STARTED] = words.ANEW
        state[words.DAY_NS] = day_ns

    def report(self) -> list[dict[str, Any]]:
        """One entry a channel, for people and for JSON."""
        rows = []
        for channel in self.channels:
            state = [int(word) for word in self.table[channel.row]]
            lines = [
                {
                    "line": LINE_NAMES[number],
                    "group": group,
                    "datagrams": state[words.LINE_DATAGRAMS + number],
                    "first": state[words.LINE_FIRST + number],
                }
                for number, group in enumerate(channel.lines)
            ]
            rows.append(
                {
                    "channel": channel.channel_id,
                    "name": channel.name,
                    "role": channel.role,
                    "next_expected": state[words.EXPECTED],
                    "accepted": state[words.UNITS],
                    "ended": bool(state[words.ENDED]),
                    "guessed": not channel.known,
                    "lines": lines,
                }
            )
        return rows
