"""A channel driven as the engine drives it, without an engine: what a story of datagrams did, in words."""

from typing import Any

import numpy as np

from feedhandler.counter import Counter, named, new_counters
from feedhandler.session import channel_header as row
from feedhandler.session import due_kernel
from feedhandler.session import header as words
from feedhandler.session import holding_kernel as holding
from feedhandler.session import kernel as session
from feedhandler.session import rival_kernel as rival
from feedhandler.session.channels import Channels
from feedhandler.session.header import DATA
from feedhandler.session.holding import Arbitration
from feedhandler.session.line_kernel import block

A, B = 0, 1
MALFORMED = (
    words.HEADER_WORDS - 1
)  # of the words that these datagrams are made of: what a decoder finds
ENOUGH = Arbitration(gap_timeout_ns=100, gap_count=2, silence_ns=1000, slots=64)


class Story:
    """One channel."""

    def __init__(self, role: str = "incremental", arbitration: Arbitration = ENOUGH) -> None:
        self.channels = Channels(arbitration=arbitration)
        self.channel = self.channels.open(1, "story", role, known=True, day_ns=0)
        self.header = np.zeros(words.HEADER_WORDS, np.int64)
        self.counters = new_counters()
        self.told: list[str] = []
        self.now = 1

    @property
    def state(self) -> Any:
        """The channel's row."""
        return self.channels.table[0]

    @property
    def expected(self) -> int:
        """The next unit."""
        return int(self.state[row.EXPECTED])

    @property
    def counted(self) -> dict[str, int]:
        """The counters that are not zero."""
        return named(self.counters)

    def line(self, line: int, word: int) -> int:
        """A word of a line's block."""
        return int(self.state[block(line) + word])

    # --- what happens ---
    def take(
        self, first: int, count: int = 1, *, line: int = A, kind: int = DATA, name: int = 0,
        sent: int = 0, malformed: bool = False, at: int | None = None, ends_loop: bool = False,
    ) -> "Story":  # fmt: skip
        """A datagram, received at `at` or a moment after the one before; what was done goes to `told`."""
        datagram = np.zeros(words.HEADER_WORDS, np.int64)
        datagram[[words.FIRST, words.COUNT, words.TYPE]] = first, count, kind
        datagram[[words.STREAM_0, words.SEND_TIME]] = name, sent
        datagram[words.LOOP_END] = ends_loop
        datagram[MALFORMED] = malformed
        received = self.now + 1 if at is None else at
        while not self._take(datagram, line, received):
            self._declare()
            self.attend()
        self.state[block(line) + row.LINE_DATAGRAMS] += 1
        self.state[block(line) + row.LINE_SEEN] = received
        return self.pass_time(received)

    def pass_time(self, now: int) -> "Story":
        """The capture's clock moves, on whatever channel."""
        self.now = now
        return self.attend()

    def end(self) -> "Story":
        """The input ends."""
        while self.channels.find_waiting() is not None:
            self._declare()
            self.attend()
        self.channels.drop_rivals(self.counters)
        return self

    def attend(self) -> "Story":
        """Do what is due."""
        watch, slots = self.channels.holding.watch, self.channels.holding.slots
        while self.now >= watch[holding.DEADLINE]:
            found = due_kernel.due(self.channels.table, watch, slots, self.now, self.counters)
            if found == due_kernel.RELEASE:
                self._release()
            elif found == due_kernel.DECLARE:
                self._declare()
            elif found == due_kernel.LINE:
                line = int(watch[holding.FOUND_LINE])
                silent = self.line(line, row.LINE_SILENT)
                self.told.append(f"{'AB'[line]} {'silent' if silent else 'back'}")
        return self

    # --- how ---
    def _take(self, datagram: Any, line: int, received: int, *, held: bool = False) -> bool:
        """False = there is a gap to be declared first."""
        table, kept = self.channels.table, self.channels.holding
        found = None
        while found not in {session.ACCEPT, session.DROP}:
            self.header[:] = datagram
            found = session.arbitrate(table, 0, line, received, self.header, self.counters)
            if found in {session.ACCEPT, session.DROP}:
                break
            again = not datagram[MALFORMED] and self._take_otherwise(
                datagram, line, received, int(found), held=held
            )
            if again is None:
                return False
            if not again:
                return True
        if found == session.DROP:
            self.told.append("drop")
        elif not datagram[MALFORMED]:
            before = self.expected
            units = int(datagram[words.COUNT])
            session.accept(table, 0, line, received, self.header, units, self.counters)
            if self.state[row.HELD]:
                if not held:
                    holding.disprove(table, 0, kept.watch, kept.slots, self.counters)
                holding.moved(table, 0, kept.watch, received)
            self.told.append(f"{before}..{self.expected - 1}")
        return True

    def _take_otherwise(
        self, datagram: Any, line: int, received: int, found: int, *, held: bool
    ) -> bool | None:
        """Whether to ask again; None = a gap is to be declared first."""
        table, kept = self.channels.table, self.channels.holding
        given = (
            table, 0, line, self.header, kept.watch, kept.slots, kept.store,
            datagram.ctypes.data, datagram.nbytes, received, 0, self.counters,
        )  # fmt: skip
        if found == session.ENDS:
            session.end_session(table, 0, self.counters)
            self.told.append("end")
            return False
        interrupts = found == session.START and session.interrupts(table, 0)
        if held and (found == session.RIVAL or interrupts):
            self.told.append("left out")
            return False
        if interrupts:
            assert self.channels.find_waiting(0) == 0
            return None
        if found == session.START:
            if session.start(table, 0, self.header):
                self.channels.take_join(0, 0, received)
            return True
        if found == session.RIVAL:
            weighed = rival.weigh(*given)
            if weighed == rival.BLOCKED:
                assert self.channels.find_waiting(0) == 0
                return None
            self.told.append("new start" if weighed == rival.BELIEVE else "rival")
            if weighed == rival.BELIEVE:
                self.channels.restart(0, 0)
                self.attend()
            return bool(weighed == rival.BELIEVE)
        done = holding.hold(*given)
        if done == holding.FULL:
            return None
        self.told.append("twin" if done == holding.TWIN else "hold")
        return False

    def _release(self) -> None:
        table, kept = self.channels.table, self.channels.holding
        slot = int(holding.head_of(table, 0))
        size = words.HEADER_WORDS
        at = slot * int(kept.watch[holding.SLOT_BYTES])
        datagram = kept.store[at : at + 8 * size].view(np.int64).copy()
        of = kept.slots[slot]
        assert self._take(
            datagram, int(of[holding.SLOT_LINE]), int(of[holding.SLOT_TIME]), held=True
        )
        holding.drop_head(table, 0, kept.watch, kept.slots)

    def _declare(self) -> None:
        held = int(self.state[row.HELD])
        gap = self.channels.take_gap(0, 0, self.now)
        if gap is None:
            self.counters[Counter.IMPLAUSIBLE] += held
        self.told.append("not believed" if gap is None else str(gap).split(": ")[1])


def passed(told: list[str]) -> list[int]:
    """The units that went through, in the order in which they did."""
    return units([each for each in told if each[0].isdigit() and "missing" not in each])


def missing(told: list[str]) -> list[int]:
    """The units that were told as missing."""
    return units([each.removesuffix(" missing") for each in told if "missing" in each])


def units(ranges: list[str]) -> list[int]:
    """The numbers in ranges of text."""
    found: list[int] = []
    for each in ranges:
        first, last = each.split("..")
        found += range(int(first), int(last) + 1)
    return found
