"""Which channel and line a destination belongs to: named where it can be, found out where it is not.

Known groups come from the feed's description and from the user. Any other destination is looked at datagram by
datagram, for a capture often holds other feeds, and many transports have the same shape. One whose messages
are all of the feed makes it a channel of its own, or a further line of a channel that is at the same place of
the same sequence. One that cannot be read, or has other messages, speaks against it: after a few it is foreign.
Framing without a message says nothing, and is waited on for longer. A channel that was guessed and then brings
more datagrams that cannot be read than units is given up, and is foreign, too.

A live run guesses nothing: its lines were joined, and whatever else its source brings, such as the answers of
recovery servers where no filter takes the groups alone, is foreign.
"""

from collections import Counter as Tally
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from feedhandler.decode.catalog import Channel as Described
from feedhandler.decode.catalog import Feed
from feedhandler.decode.loading import Decoder
from feedhandler.detect import speaks_for
from feedhandler.engine.desk_header import FOREIGN
from feedhandler.session import channel_header as words
from feedhandler.session.channels import CHANNELS_MAX, LINE_NAMES, RECOVERY, Channel, Channels
from feedhandler.session.header import FIRST, SEND_TIME, STREAM_0, STREAM_1
from feedhandler.session.line_kernel import block
from feedhandler.wire.routes import ROUTES_MAX, Group, build_table, put_route

FIRST_GUESSED_CHANNEL: Final = 1000
FOREIGN_AFTER: Final = 8  # datagrams that are not the feed's
SILENT_MAX: Final = 4096  # datagrams without a message, after which nothing more is expected
SNAPSHOTS: Final = ("snapshot", "snapshot_orders")  # roles that tell numbers of the increments
NEAR_UNITS: Final = 4096  # how far apart two lines of one sequence may be
NEAR_NS: Final = 1_000_000_000
BLANK: Final = (0, 0x2020202020202020)

Header = Mapping[int, int] | Any


def midnight_ns(ts_ns: int, timezone: str) -> int:
    """The midnight, in ns since 1970 UTC, of the venue's day that holds an instant; 0 for no instant."""
    if ts_ns == 0:
        return 0
    zone = ZoneInfo(timezone)
    seconds = ts_ns // 1_000_000_000
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((start - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)) * 1_000_000_000


def numbered(lines: Mapping[str, str]) -> list[tuple[int, str]]:
    """The lines of a description as (number, destination): in order, but R is the recovery line."""
    others = [text for letter, text in lines.items() if letter != RECOVERY]
    recovery = [(words.RECOVERY_LINE, lines[RECOVERY])] if RECOVERY in lines else []
    return [*enumerate(others), *recovery]


class Routing:
    """The routes of a run: destination -> (channel, line), in the arrays that the kernel reads."""

    def __init__(self, feed: Feed, channels: Channels) -> None:
        self.feed = feed
        self.channels = channels
        self.notes: list[str] = []
        self.lines_expected = False  # each line that is described must come, and no other is one
        self._named = {
            Group.parse(text): (channel, line)
            for channel in feed.channels
            for line, text in numbered(channel.lines)
        }
        self._increments: dict[int, list[Described]] = {}  # by what snapshots tell of
        for each in feed.channels:
            if each.role == "incremental":
                self._increments.setdefault(each.id, []).append(each)
        self._groups: list[Group] = []
        self._misses: Tally[Group] = Tally()
        self._silent: Tally[Group] = Tally()
        self._routes: list[tuple[int, int]] = []
        self._rebuild()

    def _rebuild(self) -> None:
        self.table = build_table(zip(self._groups, range(len(self._groups)), strict=True))
        self.routes = np.full((self.table.size // 2, 2), (FOREIGN, 0), np.int64)
        if self._routes:
            self.routes[: len(self._routes)] = self._routes

    def add(self, group: Group, row: int, line: int) -> None:
        """Route a destination to a channel's line; row FOREIGN = known and not ours.

        In place where there is room: a thousand channels begin within the same second.
        """
        number = len(self._groups)
        self._groups.append(group)
        self._routes.append((row, line))
        if number < ROUTES_MAX and 2 * (number + 1) <= self.table.size:
            put_route(self.table, group, number)
            self.routes[number] = row, line
        else:
            self._rebuild()

    def resolve(self, group: Group, ts_recv: int, payload: bytes, decoder: Decoder) -> bool:
        """Find a route for a destination that has none; False = not yet, leave this datagram out."""
        named = self._named.get(group)
        if named is not None:
            described, line = named
            channel = self._channel_of(described, ts_recv)
            if described.role in SNAPSHOTS:
                for other in self._increments.get(described.id, ()):  # also if it is dead
                    self._channel_of(other, ts_recv)
            if line == words.RECOVERY_LINE:
                self.channels.allow_recovery(channel.row)
            self.add(group, channel.row, line)
            return True
        if self.lines_expected:
            self.add(group, FOREIGN, 0)
            return False
        header = decoder.header_of(payload)
        ours = header is not None and speaks_for(self.feed, payload)
        if ours and len(self.channels.channels) < CHANNELS_MAX:
            self._guess(group, ts_recv, header, decoder.role_of(payload))
            return True
        tally, most = (self._silent, SILENT_MAX) if ours is None else (self._misses, FOREIGN_AFTER)
        tally[group] += 1
        if tally[group] >= most:
            self.add(group, FOREIGN, 0)
        return False

    def _channel_of(self, described: Described, ts_recv: int) -> Channel:
        """The sequence space of a role that the feed describes, opened where it is not."""
        channel = self.channels.find(described.id, described.role)
        if channel is None:
            day = midnight_ns(ts_recv, self.feed.timezone)
            channel = self.channels.open(
                described.id, described.name, described.role, known=True, day_ns=day
            )
            channel.lines = [text for letter, text in described.lines.items() if letter != RECOVERY]
            channel.recovery = described.lines.get(RECOVERY, "")
            for line, _ in numbered(described.lines) if self.lines_expected else ():
                if line != words.RECOVERY_LINE:
                    self.channels.table[channel.row, block(line) + words.LINE_AWAITED] = (
                        words.AWAITED
                    )
            if channel.recovery and self.channels.arbitration.recovery_expected:
                self.channels.allow_recovery(channel.row)
        return channel

    def give_up(self, row: int) -> None:
        """A guessed channel is not of this feed: all its destinations are foreign from now on."""
        self._routes = [(FOREIGN, 0) if to == row else (to, line) for to, line in self._routes]
        self._rebuild()
        channel = self.channels.channels[row]
        self.channels.leave_out(row)
        self.notes.append(
            f"{', '.join(channel.lines)} given up as channel {channel.channel_id}: "
            "most of it cannot be read as this feed"
        )

    def _guess(self, group: Group, ts_recv: int, header: Header, role: str) -> None:
        """Make a destination that the transport can read a channel, or a line of one."""
        for channel in self.channels.channels:
            same = channel.role == role and self._same_sequence(channel, header)
            if same and len(channel.lines) < words.RECOVERY_LINE:
                channel.lines.append(str(group))
                line = len(channel.lines) - 1
                self.add(group, channel.row, line)
                self.notes.append(
                    f"{group} taken as line {LINE_NAMES[line]} of channel {channel.channel_id}: "
                    "same sequence"
                )
                return
        used = {channel.channel_id for channel in self.channels.channels}
        channel_id = next(n for n in range(FIRST_GUESSED_CHANNEL, 1 << 16) if n not in used)
        day = midnight_ns(ts_recv, self.feed.timezone)
        channel = self.channels.open(channel_id, str(group), role, known=False, day_ns=day)
        channel.lines = [str(group)]
        self.add(group, channel.row, 0)

    def _same_sequence(self, channel: Channel, header: Header) -> bool:
        """Whether a datagram lies where this channel is: same session, near number, near send time."""
        state = self.channels.table[channel.row]
        name = (int(header[STREAM_0]), int(header[STREAM_1]))
        if name != (int(state[words.NAME_0]), int(state[words.NAME_1])):
            return False
        if abs(int(header[FIRST]) - int(state[words.EXPECTED])) > NEAR_UNITS:
            return False
        sent = int(header[SEND_TIME])
        if sent == 0:
            return name[0] not in BLANK
        return abs(sent - int(state[words.LATEST_SEND])) < NEAR_NS
