"""The channels of a run: their sequence state for the kernel, their names and gaps for people.

A channel here is one sequence space: the incremental, snapshot and definition feeds of a venue's channel are
three rows with one `channel_id`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from feedhandler.event import Flag
from feedhandler.session import channel_header as words
from feedhandler.session import header, holding_kernel, rival_kernel
from feedhandler.session import kernel as session
from feedhandler.session.gaps import LONE, TOLD, UNFIT, UNREAD, Gap, GapTable
from feedhandler.session.holding import Arbitration, Holding
from feedhandler.session.line_kernel import block

ROLES: Final = ("incremental", "snapshot", "snapshot_orders", "definition")
LINE_NAMES: Final = "ABCDR"  # R brings what was asked for again
RECOVERY: Final = LINE_NAMES[words.RECOVERY_LINE]
CHANNELS_MAX: Final = 4096
NEAR_UNITS: Final = 256  # from a session's start: less than lines are apart, and a few datagrams


@dataclass
class Channel:
    """One sequence space: its row in `table`, and the destinations that carry it, line by line."""

    row: int
    channel_id: int
    name: str
    role: str
    lines: list[str] = field(default_factory=list)
    recovery: str = ""  # the group of line R
    known: bool = True  # named by the feed's description or the user, not guessed


class Channels:
    """The rows that the session kernel works on, and what people want to know of them."""

    def __init__(self, rows: int = 64, arbitration: Arbitration | None = None) -> None:
        self.arbitration = arbitration or Arbitration()
        self.holding = Holding(self.arbitration)
        self.table = np.zeros((rows, words.CHANNEL_WORDS), np.int64)
        self.channels: list[Channel] = []
        self._of: dict[int, list[Channel]] = {}  # by the venue's number
        self.gap_table = GapTable()
        self.senders: dict[str, str] = {}  # of groups that one host alone may send to
        self._awaiting: set[int] = set()  # rows whose beginning a slower line may still bring

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
        self._of.setdefault(channel_id, []).append(channel)
        self.table[row, words.CHANNEL_ID] = channel_id
        self.table[row, words.ROLE] = words.INCREMENTAL if role == "incremental" else words.LOOP
        self.table[row, words.EXPECTED] = 1
        self.table[row, words.DAY_NS] = day_ns
        self.table[row, words.LEAD_UNIT] = words.NO_UNIT
        self.table[row, words.GUESSED] = not known
        self.table[row, words.OPENED] = 1
        return channel

    def find(self, channel_id: int, role: str) -> Channel | None:
        """The sequence space of a venue's channel and role."""
        for channel in self.of(channel_id):
            if channel.role == role:
                return channel
        return None

    def of(self, channel_id: int) -> Sequence[Channel]:
        """The sequence spaces of a venue's channel, whatever their roles."""
        return self._of.get(channel_id, ())

    @property
    def gaps(self) -> list[Gap]:
        """What was missing; not what came before a sequence was joined, nor what came when asked for."""
        return [gap for gap in self.gap_table if not gap.joined and not gap.recovered]

    def may_recover(self, row: int) -> bool:
        """Whether the holes of a channel are asked for."""
        return bool(self.table[row, words.RECOVERY_NS])

    def allow_recovery(self, row: int) -> None:
        """A channel has a way to get what is missing: its holes are asked for."""
        self.table[row, words.RECOVERY_NS] = self.arbitration.recovery_timeout_ns

    def take_gap(
        self, row: int, packet: int, ts_recv: int, doubtful_rows: int = 0, method: str = ""
    ) -> Gap | None:
        """Note the gap that the kernel reported, and `method` if one was tried, and go on behind it.

        None = it was not believed: what showed it was too far ahead, and is left out.
        """
        state = self.table[row]
        channel = self.channels[row]
        first, count = int(state[words.GAP_FIRST]), int(state[words.GAP_COUNT])
        self.holding.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
        held = holding_kernel.witnesses(self.table, row, self.holding.slots)
        seen = held + state[words.FAR_SEEN]
        state[words.FAR_SEEN] = 0
        if count > words.FAR_UNITS and seen < holding_kernel.FAR_COUNT:
            self.leave_out(row)
            return None
        start_ns = int(state[words.WAIT_SINCE]) if state[words.HELD] else ts_recv
        gap = Gap(
            channel.channel_id, channel.role, first, count, packet, ts_recv, start_ns,
            *self.passed(channel, first, count), method=method,
        )  # fmt: skip
        state[words.EXPECTED] = first + count
        if channel.role == "definition":  # what is late is of use all the same
            state[[words.TOLD_FIRST, words.TOLD_END]] = first, first + count
        if channel.role != "incremental":
            gap = replace(gap, method="loop", end_ns=ts_recv)
            self.gap_table.note(gap)
            return gap
        state[words.DOUBTFUL] |= Flag.MAYBE_BAD_BOOK
        self.gap_table.open(row, gap, doubtful_rows)
        return gap

    def await_lines(self, row: int) -> bool:
        """Whether a sequence that begins near its start may still be brought whole by a slower line.

        Then what came is early, and what is before it a hole like any other; `joins` tells one from the other.
        """
        state = self.table[row]
        missing = int(state[words.EXPECTED]) - words.FIRST_UNIT
        if missing > NEAR_UNITS or len(self.channels[row].lines) == 1 or state[words.HELD]:
            return False
        self._awaiting.add(row)
        self.begin_at_first(row)
        return True

    def begin_at_first(self, row: int) -> None:
        """Take a sequence from its first unit, which was sent before what began it."""
        self.table[row, words.EXPECTED] = words.FIRST_UNIT
        self.table[row, words.RESTART_SEND] = 0

    def joins(self, row: int) -> bool:
        """Whether no line brought what was before the first datagram; asked once, when that is given up."""
        awaited = row in self._awaiting
        self._awaiting.discard(row)
        self.holding.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
        return awaited and bool(self.table[row, words.EXPECTED] == words.FIRST_UNIT)

    def join_told(self, row: int) -> bool:
        """If nothing of a sequence has come: join it behind what loops tell of.

        What was sent before that comes too late, and starts nothing; a sequence that starts anew is sent later.
        """
        state = self.table[row]
        if state[words.STARTED] == words.RUNNING:
            return False
        of = self.channels[row].channel_id
        sent = [
            self.table[each.row, words.LATEST_SEND]
            for each in self.channels
            if each.channel_id == of
        ]
        state[words.STARTED] = words.RUNNING
        state[words.EXPECTED] = state[words.TOLD_END] = (
            state[words.GAP_FIRST] + state[words.GAP_COUNT]
        )
        state[words.TOLD_FIRST] = min(words.FIRST_UNIT + NEAR_UNITS, state[words.EXPECTED])
        state[words.LATEST_SEND] = max(sent)
        state[words.TOLD_COUNT] = 0
        state[words.START_UNITS] = words.SURE
        self.holding.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
        return True

    def take_join(
        self, row: int, packet: int, ts_recv: int, doubtful_rows: int = 0, method: str = "",
        seen: str = "",
    ) -> Gap:  # fmt: skip
        """The sequence began in its midst: what was before is as good as lost; `method` was tried."""
        state = self.table[row]
        channel = self.channels[row]
        count = int(state[words.EXPECTED]) - words.FIRST_UNIT
        gap = Gap(
            channel.channel_id, channel.role, words.FIRST_UNIT, count, packet, ts_recv, ts_recv,
            joined=True, method=method, seen=seen,
        )  # fmt: skip
        state[words.DOUBTFUL] |= Flag.MAYBE_BAD_BOOK
        self.gap_table.open(row, gap, doubtful_rows)
        return gap

    def take_told(
        self, row: int, packet: int, ts_recv: int, doubtful_rows: int, method: str = ""
    ) -> tuple[Gap, bool]:
        """The gap that loops told of, and whether it goes on where one before ended; the sequence goes on behind it.

        `method` was tried.
        """
        state, channel = self.table[row], self.channels[row]
        first, count = int(state[words.GAP_FIRST]), int(state[words.GAP_COUNT])
        gap = Gap(
            channel.channel_id, channel.role, first, count, packet, ts_recv,
            int(state[words.TOLD_SINCE]), *self.passed(channel, first, count),
            method=method, seen=TOLD,
        )  # fmt: skip
        if int(state[words.TOLD_END]) != first:
            state[words.TOLD_FIRST] = first
        state[words.EXPECTED] = state[words.TOLD_END] = first + count
        state[words.TOLD_COUNT] = 0
        state[words.DOUBTFUL] |= Flag.MAYBE_BAD_BOOK
        self.holding.watch[holding_kernel.DEADLINE] = holding_kernel.AT_ONCE
        goes_on = self.gap_table.extend(row, gap)
        if not goes_on:
            self.gap_table.open(row, gap, doubtful_rows)
        return gap, goes_on

    def take_unread(
        self, row: int, first: int, packet: int, ts_recv: int, doubtful_rows: int,
        seen: str = UNREAD,
    ) -> Gap:  # fmt: skip
        """Units `first` to the next expected one came, and not all of them could be read: as good as lost."""
        state, channel = self.table[row], self.channels[row]
        count = int(state[words.EXPECTED]) - first
        gap = Gap(
            channel.channel_id, channel.role, first, count, packet, ts_recv, ts_recv,
            *self.passed(channel, first, count), seen=seen,
        )  # fmt: skip
        state[words.DOUBTFUL] |= Flag.MAYBE_BAD_BOOK
        self.gap_table.open(row, gap, doubtful_rows)
        return gap

    def take_unnamed(self, row: int, unit: int, packet: int, ts_recv: int, rows: int) -> Gap:
        """Unit `unit` came and told of an instrument that no message had named: as one that does not fit."""
        state, channel = self.table[row], self.channels[row]
        gap = Gap(
            channel.channel_id, channel.role, unit, 1, packet, ts_recv, ts_recv,
            *self.passed(channel, unit, 1), seen=UNFIT,
        )  # fmt: skip
        state[words.DOUBTFUL] |= Flag.MAYBE_BAD_BOOK
        self.gap_table.open(row, gap, rows)
        return gap

    def take_lone(
        self, row: int, unit: int, packet: int, ts_recv: int, since_ns: int, doubtful_rows: int
    ) -> Gap:
        """Books are in doubt since this unit, and nothing is known to be missing; no other row is flagged."""
        channel = self.channels[row]
        gap = Gap(
            channel.channel_id, channel.role, unit, 0, packet, ts_recv, since_ns,
            *self.passed(channel, unit, 0), seen=LONE,
        )  # fmt: skip
        self.gap_table.open(row, gap, doubtful_rows)
        return gap

    def passed(self, channel: Channel, first: int, count: int) -> tuple[str, str]:
        """Of the lines that brought anything at all: those that have gone past a range, and those that have not.

        Of what is far beyond it a line's place is not believed; then its having come since the hole was seen is.
        """
        state, sides = self.table[channel.row], ["", ""]
        for line in range(min(len(channel.lines), words.RECOVERY_LINE)):
            at = block(line)
            past = state[at + words.LINE_NEXT] > first
            if count > words.FAR_UNITS:
                past |= state[at + words.LINE_SEEN] >= state[words.WAIT_SINCE]
            if state[at + words.LINE_DATAGRAMS]:
                sides[not past] += LINE_NAMES[line]
        return sides[0], sides[1]

    def leave_out(self, row: int) -> None:
        """Forget what a channel holds."""
        holding = self.holding
        while self.table[row, words.HELD]:
            holding_kernel.drop_head(self.table, row, holding.watch, holding.slots)

    def find_waiting(self, only: int | None = None) -> int | None:
        """A channel (or this one) that holds something, its hole in the words of a gap; None = there is none."""
        for channel in self.channels if only is None else [self.channels[only]]:
            state = self.table[channel.row]
            if state[words.HELD]:
                head = self.holding.slots[state[words.HELD_HEAD]]
                state[words.GAP_FIRST] = state[words.EXPECTED]
                state[words.GAP_COUNT] = head[holding_kernel.SLOT_FIRST] - state[words.EXPECTED]
                return channel.row
        return None

    def restart(self, row: int, day_ns: int) -> None:
        """Begin the sequence of the rival that is believed; what the slower line still brings is old."""
        state = self.table[row]
        self._awaiting.discard(row)
        state[[words.PAST_0, words.PAST_1]] = state[[words.NAME_0, words.NAME_1]]
        state[words.PAST_EXPECTED] = state[words.EXPECTED]
        cold = bool(session.unsure(self.table, row))
        session.begin(self.table, row, self._rival_header(row))
        state[words.START_UNITS] = words.SURE
        if cold:  # what was begun was not to be believed: join at what is
            state[words.STARTED] = 0
        else:
            state[words.EXPECTED] = words.FIRST_UNIT
        state[words.RIVAL_KNOWN] = 0
        state[words.DOUBTFUL] = 0
        state[words.DAY_NS] = day_ns
        holding_kernel.adopt(
            self.table, row, int(state[words.RIVAL_SLOT]), self.holding.watch, self.holding.slots
        )

    def _rival_header(self, row: int) -> Any:
        """What is known of the datagram that began another sequence."""
        state, made = self.table[row], np.zeros(header.HEADER_WORDS, np.int64)
        made[[header.STREAM_0, header.STREAM_1]] = state[[words.RIVAL_0, words.RIVAL_1]]
        made[[header.FIRST, header.SEND_TIME]] = state[[words.RIVAL_FIRST, words.RIVAL_SEND]]
        return made

    def drop_rivals(self, counters: Any) -> None:
        """The input has ended, and nothing more can speak for another sequence."""
        for channel in self.channels:
            rival_kernel.drop_rival(
                self.table, channel.row, self.holding.watch, self.holding.slots, counters
            )

    def demanded(self, row: int, line: int) -> dict[str, str]:
        """The sender of a line, under that name, where only one may send: if it is silent, that may be why."""
        groups = self.channels[row].lines
        sender = self.senders.get(groups[line]) if line < len(groups) else None
        return {"sender": sender} if sender else {}

    def report(self) -> list[dict[str, Any]]:
        """One entry a channel, for people and for JSON."""
        rows = []
        for channel in self.channels:
            state = [int(word) for word in self.table[channel.row]]
            groups = list(enumerate(channel.lines))
            if state[block(words.RECOVERY_LINE) + words.LINE_DATAGRAMS]:
                groups.append((words.RECOVERY_LINE, channel.recovery))
            lines = [
                {
                    "line": LINE_NAMES[number],
                    "group": group,
                    **self.demanded(channel.row, number),
                    **line_report(state[block(number) :]),
                }
                for number, group in groups
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


def line_report(block: list[int]) -> dict[str, Any]:
    """What a line did; `lead` is of the samples in which it was first, in ns."""
    count = block[words.LEAD_COUNT]
    return {
        "datagrams": block[words.LINE_DATAGRAMS],
        "first": block[words.LINE_FIRST],
        "lost": block[words.LINE_LOST],
        "silences": block[words.LINE_SILENCES],
        "silent_since": block[words.LINE_SILENT],
        "lead": {
            "samples": count,
            "mean": block[words.LEAD_SUM] // max(count, 1),
            "min": block[words.LEAD_MIN],
            "max": block[words.LEAD_MAX],
        },
    }
