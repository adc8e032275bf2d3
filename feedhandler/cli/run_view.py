"""What a live run does, at one moment: as a line of JSON for each feed, or as the table of `live_table.py`."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler import logs
from feedhandler.cli.live_table import LiveTable
from feedhandler.cli.output import count, discard_output, notice
from feedhandler.event import UNDEF_PRICE

if TYPE_CHECKING:
    from feedhandler.cli.run_live import Options
    from feedhandler.publish.bbo import Best
    from feedhandler.service.daemon import Daemon, Part

NS: Final = 1_000_000_000
RATES: Final = ("frames", "messages", "events")
LOST: Final = (
    "gap_units",
    "ring_drops",
    "socket_drops",
    "cut_frames",
    "card_drops",
    "buffer_drops",
    "malformed_transport",
    "malformed_message",
)
ENDS: Final = (  # told of a run that has ended, under the names of a replay's report
    "gaps", "recovered", "joined", "gap_units", "unit", "end_of_session", "in_doubt", "digest",
    "verdict", "not_known", "problems", "exit_code",
)  # fmt: skip
BEST_MAX: Final = 20  # best prices in a line of JSON


@dataclass(frozen=True)
class Seen:
    """A feed at one time."""

    part: "Part"
    counters: dict[str, int]
    rates: dict[str, int]  # by the second
    state: str
    end: dict[str, Any] | None = None  # what it came to

    def document(self) -> dict[str, Any]:
        """A line of JSON."""
        run = self.part.run
        best = {symbol: prices(each) for symbol, each in run.best()[:BEST_MAX]}
        lost = lost_of(self.counters)
        return {
            "time_ns": time.time_ns(), "state": self.state, "feed": run.feed.name,
            "publish": self.part.plan.publish, "worker": run.worker,
            "interfaces": run.source.name, "per_second": self.rates,
            "lost": lost, "counters": self.counters, "channels": run.channels,
            "clock": run.source.stamped_by, "links": self.part.links.states,
            "latencies_ns": {name: each.report() for name, each in run.latencies().items()},
            "losses": self.part.losses.total, "seconds": self.part.losses.entries(), "best": best,
            **({} if self.end is None else {name: self.end[name] for name in ENDS}),
        }  # fmt: skip


class View:
    """Looks at a daemon's feeds; remembers what was counted before, for rates."""

    def __init__(self, daemon: "Daemon") -> None:
        self._daemon = daemon
        self._last_ns = time.monotonic_ns()
        self._before: dict[str, dict[str, int]] = {}
        self.ends: list[dict[str, Any]] = []  # what each feed came to, once it has ended
        self.unread = False  # whoever read the lines has gone

    @property
    def title(self) -> str:
        """What runs."""
        return " + ".join(dict.fromkeys(part.run.feed.title for part in self._daemon.parts))

    def look(self, state: str) -> list[Seen]:
        """Each feed on each worker."""
        now_ns = time.monotonic_ns()
        passed_ns, self._last_ns = max(now_ns - self._last_ns, 1), now_ns
        found = []
        ends: list[dict[str, Any] | None] = [*self.ends] or [None] * len(self._daemon.parts)
        for part, end in zip(self._daemon.parts, ends, strict=True):
            counted = part.run.look()
            before = self._before.get(part.plan.loop, {})
            self._before[part.plan.loop] = counted
            rates = {
                name: (counted.get(name, 0) - before.get(name, 0)) * NS // passed_ns
                for name in RATES
            }
            found.append(Seen(part, counted, rates if state == "running" else {}, state, end))
        return found

    def lost(self) -> dict[str, int]:
        """What all feeds together lost."""
        total: dict[str, int] = {}
        for part in self._daemon.parts:
            for name, number in lost_of(part.run.look()).items():
                total[name] = total.get(name, 0) + number
        return total


def lost_of(counters: dict[str, int]) -> dict[str, int]:
    """The counters of what was lost that are not zero."""
    return {name: counters[name] for name in LOST if counters.get(name)}


def tell_of_listening(options: "Options", groups: int) -> None:
    """From now on frames are taken: a line for who sits before a terminal, or one of the log."""
    if options.quiet:
        return
    if sys.stderr.isatty():
        where = ", ".join(options.interfaces)
        notice(
            f"listening on {where} by {options.source}, {options.feed_name}, {count(groups, 'group')}"
        )
    else:
        logs.announce(
            "listening", interfaces=options.interfaces, source=options.source, feed=options.feed_name, groups=groups
        )  # fmt: skip


@contextmanager
def telling(options: "Options", view: View) -> Iterator[Callable[[str], None]]:
    """Where it is told: a table that stays in its place, lines of JSON, or nowhere."""
    if options.quiet:
        yield lambda _: None
    elif sys.stdout.isatty() and not options.as_json:
        with LiveTable(view.title) as table:
            yield lambda state: table.show(view.look(state))
    else:

        def lines(state: str) -> None:
            if view.unread:
                return
            try:
                for seen in view.look(state):
                    click.echo(json.dumps(seen.document()))
            except BrokenPipeError:
                view.unread = True
                discard_output()

        yield lines


def prices(best: "Best") -> dict[str, int | None]:
    """Best prices in 1e-9 units; null = no such side."""
    bid, ask = best.bid_price, best.ask_price
    return {
        "bid": None if bid == UNDEF_PRICE else bid, "bid_size": best.bid_size,
        "ask": None if ask == UNDEF_PRICE else ask, "ask_size": best.ask_size,
    }  # fmt: skip
