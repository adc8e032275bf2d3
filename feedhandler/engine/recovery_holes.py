"""Holes that are asked for again: between the session kernel, which waits for them, and the gap table.

A channel has a way to recover when its recovery line brought something, or when the run was given one. A hole
that the lines did not fill in time is then asked for: the channel is RECOVERING, what is early stays held, and
the sequence does not move, so no book is in doubt. If the hole is filled, that is told and no gap has been; if it
is not filled in time, or nobody can, it is a gap as without a way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from feedhandler.book.pools import Pools
from feedhandler.counter import Counter, count_more
from feedhandler.engine.recovering import Recovering, books_in_doubt
from feedhandler.logs import log
from feedhandler.session import channel_header as words
from feedhandler.session import holding_kernel
from feedhandler.session.channels import Channels
from feedhandler.session.gaps import Gap
from feedhandler.session.header import COUNT
from feedhandler.session.holding import SLOT_BYTES
from feedhandler.session.line_kernel import block
from feedhandler.session.recovery import Happening, State

Header = Callable[[bytes], Any]
BY_REQUEST: Final = "re-request"
BY_DATAGRAMS: Final = (BY_REQUEST, "moldudp64", "soupbintcp", "tcp_replay")
BY_LINE: Final = "late line"  # asked for, but one of the lines brought it, too, and first


@dataclass(frozen=True)
class Asked:
    """Units `first .. end - 1`, missing since `start_ns`, asked for at `packet`."""

    first: int
    end: int
    start_ns: int
    packet: int
    ts_recv: int
    heard: int  # datagrams that the recovery line had brought first, by then
    lines: tuple[str, str]  # that had gone past it, and that had not
    told: bool = False  # by snapshots: nothing had come from beyond it


class Holes:
    """The holes under way, of every channel in the order of its sequence."""

    def __init__(self, channels: Channels, recovering: Recovering, counters: Any) -> None:
        self._channels = channels
        self._recovering = recovering
        self._counters = counters
        self._asked: dict[int, list[Asked]] = {}

    def under_way(self, row: int) -> list[Asked]:
        """What a channel waits for."""
        return self._asked.get(row, [])

    def filled(self) -> bool:
        """Whether the first hole of a channel is there, and nobody has looked at it yet."""
        table = self._channels.table
        return any(
            holes and holes[0].end <= int(table[row, words.EXPECTED])
            for row, holes in self._asked.items()
        )

    def is_told(self, row: int) -> bool:
        """Whether what a channel lacks shows by nothing but its snapshots."""
        state, holes = self._channels.table[row], self.under_way(row)
        told = state[words.TOLD_COUNT] and state[words.TOLD_AT] == state[words.EXPECTED]
        return not state[words.HELD] and bool(holes[0].told if holes else told)

    def ask(self, row: int, first: int, end: int, packet: int, now_ns: int) -> Asked:
        """A hole is asked for; those of one channel in order."""
        state = self._channels.table[row]
        told = self.is_told(row)
        asked = Asked(
            first, end, int(state[words.TOLD_SINCE if told else words.WAIT_SINCE]), packet, now_ns,
            self._heard(row),
            self._channels.passed(self._channels.channels[row], first, end - first), told,
        )  # fmt: skip
        holes = self._asked.setdefault(row, [])
        holes.append(asked)
        if len(holes) == 1:
            self._wait(row, now_ns)
        self._recovering.recovery.happen(row, Happening.ASKED)
        channel = self._channels.channels[row]
        log.info("asked", channel=channel.channel_id, first=first, count=end - first, packet=packet)
        return asked

    def fill(self, row: int, now_ns: int, pools: Pools, method: str = BY_REQUEST) -> None:
        """What was asked for is there, up to the next expected unit."""
        expected = int(self._channels.table[row, words.EXPECTED])
        holes = self.under_way(row)
        while holes and holes[0].end <= expected:
            self._note(row, holes.pop(0), expected, now_ns, method)
        self._wait(row, now_ns)
        if not holes:
            self._settle(row, pools)

    def find(self, row: int, end: int, packet: int, now_ns: int, header_of: Header) -> None:
        """The holes behind those asked for, before unit `end`, that held datagrams show: a snapshot has them."""
        state, holding = self._channels.table[row], self._channels.holding
        holes = self._asked.setdefault(row, [])
        at = max(int(state[words.EXPECTED]), holes[-1].end if holes else 0)
        slot = int(state[words.HELD_HEAD])
        while slot and at < end:
            held = holding.slots[slot]
            begin = slot * SLOT_BYTES
            size = int(held[holding_kernel.SLOT_LENGTH])
            header = header_of(holding.store[begin : begin + size].tobytes())
            first = int(held[holding_kernel.SLOT_FIRST])
            if first > at:
                passed = self._channels.passed(self._channels.channels[row], at, first - at)
                seen_ns = int(held[holding_kernel.SLOT_TIME])
                heard = self._heard(row)
                holes.append(Asked(at, min(first, end), seen_ns, packet, now_ns, heard, passed))
            at = max(at, first + (0 if header is None else int(header[COUNT])))
            slot = int(held[holding_kernel.SLOT_NEXT])

    def load(
        self, row: int, came: int, now_ns: int, pools: Pools, method: str, *, joins: bool
    ) -> None:
        """A snapshot took the books to the next expected unit; of what was asked for, those before `came` came.

        The others are in the snapshot and never came: nothing of the books is in doubt, and they are missing still.
        """
        expected = int(self._channels.table[row, words.EXPECTED])
        holes = self.under_way(row)
        while holes and holes[0].first < expected:
            hole = holes.pop(0)
            self._note(row, hole, came, now_ns, BY_REQUEST)
            first = max(hole.first, came)
            joined = joins and first == words.FIRST_UNIT
            self._skip(row, replace(hole, first=first), expected, now_ns, method, joined=joined)
            if hole.end > expected:
                holes.insert(0, replace(hole, first=expected))
        self._wait(row, now_ns)
        if not holes:
            self._settle(row, pools)

    def miss(self, row: int, now_ns: int, reason: str, *, joins: bool) -> list[Gap]:
        """The holes before the next expected unit, of which what came is not to be believed: gaps to be lost."""
        expected = int(self._channels.table[row, words.EXPECTED])
        channel = self._channels.channels[row]
        holes = self.under_way(row)
        missed = []
        while holes and holes[0].first < expected:
            hole = holes.pop(0)
            if hole.end > expected:
                holes.insert(0, replace(hole, first=expected))
            missed.append(
                Gap(
                    channel.channel_id, channel.role, hole.first,
                    min(hole.end, expected) - hole.first, hole.packet, hole.ts_recv, hole.start_ns,
                    *hole.lines,
                    joined=joins and hole.first == words.FIRST_UNIT, method=reason,
                )
            )  # fmt: skip
        self._wait(row, now_ns)
        return missed

    def give_up(self, row: int, now_ns: int, method: str = BY_REQUEST) -> None:
        """The first hole of a channel becomes a gap; a part of it may have been recovered."""
        holes = self.under_way(row)
        if holes:
            self._note(row, holes.pop(0), self._channels.table[row, words.EXPECTED], now_ns, method)
        self._wait(row, now_ns)

    def forget(self, row: int) -> None:
        """Another session: what was missing of the one before is of no interest."""
        self._asked.pop(row, None)
        self._channels.table[row, words.ASKED_END] = 0

    # --- how ---
    def _heard(self, row: int) -> int:
        at = block(words.RECOVERY_LINE)
        return int(self._channels.table[row, at + words.LINE_FIRST])

    def _wait(self, row: int, now_ns: int) -> None:
        """Wait for the first of a channel's holes, from now on."""
        table, watch = self._channels.table, self._channels.holding.watch
        holes = self.under_way(row)
        table[row, words.ASKED_END] = holes[0].end if holes else 0
        table[row, words.IN_VAIN] = 0
        if holes:  # WAIT_SINCE stays: the hole was seen then
            table[row, words.WAIT_UNTIL] = now_ns + table[row, words.RECOVERY_NS] if now_ns else 0
        watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE

    def _note(self, row: int, asked: Asked, expected: int, now_ns: int, method: str) -> None:
        """Tell of the part of a hole that is there."""
        channel = self._channels.channels[row]
        count = min(asked.end, int(expected)) - asked.first
        if count <= 0:
            return
        if method in BY_DATAGRAMS and self._heard(row) == asked.heard:
            method = BY_LINE
        gap = Gap(
            channel.channel_id, channel.role, asked.first, count, asked.packet, asked.ts_recv,
            asked.start_ns, *asked.lines, method=method, end_ns=now_ns, recovered=True,
        )  # fmt: skip
        self._channels.gap_table.note(gap)
        self._counters[Counter.RECOVERED] += 1
        self._counters[Counter.RECOVERED_UNITS] += count
        log.info("filled", channel=channel.channel_id, first=gap.first, count=count, method=method)

    def _skip(
        self, row: int, hole: Asked, expected: int, now_ns: int, method: str, *, joined: bool
    ) -> None:
        """Tell of the part of a hole that is in a snapshot alone."""
        count = min(hole.end, expected) - hole.first
        if count <= 0:
            return
        channel = self._channels.channels[row]
        gap = Gap(
            channel.channel_id, channel.role, hole.first, count, hole.packet, hole.ts_recv,
            hole.start_ns, *hole.lines, joined=joined, method=method, end_ns=now_ns, loaded=True,
        )  # fmt: skip
        self._channels.gap_table.note(gap)
        if joined:
            self._counters[Counter.JOINS] += 1
        else:
            self._counters[Counter.GAPS] += 1
            count_more(self._counters, Counter.GAP_UNITS, count)
        log.warning(
            "loaded", channel=channel.channel_id, first=gap.first, count=count, method=method,
            joined=joined,
        )  # fmt: skip

    def _settle(self, row: int, pools: Pools) -> None:
        """Nothing is asked for any more: the channel is what it was before.

        Books in doubt are not its doubt where it lost nothing, unless snapshots come: then all of it waits for them.
        """
        recovery = self._recovering.recovery
        if recovery.state(row) is not State.RECOVERING:
            return
        channel_id = self._channels.channels[row].channel_id
        lost = self._channels.gap_table.is_open(row)  # before; perhaps no book is known yet
        waits = self._recovering.snapshots.comes(channel_id) and books_in_doubt(channel_id, pools)
        if not lost and not waits:
            recovery.happen(row, Happening.RECOVERED)
        elif not self._recovering.way(row):
            recovery.happen(row, Happening.LOST)  # of before
