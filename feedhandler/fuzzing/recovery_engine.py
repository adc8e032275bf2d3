"""Back ends and the engine together, against servers that say what they must not (`hostile.py`).

A run is a small market that is joined late, or loses a tenth on both lines, and whatever its servers make of it. It
must end; each book must be whole in its links; and where only framing was damaged, every book that claims to be
SYNCHRONIZED must equal the oracle's at each end of event, as in the schedules of the simulator.
"""

import random
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
import structlog

from feedhandler.book.pools import BOOK_NEXT
from feedhandler.counter import Counter, Words
from feedhandler.engine.engine import Engine
from feedhandler.engine.recovery_backends import BackendsOf, RecoveryPlan, no_backends
from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Piece
from feedhandler.fuzzing.hostile import Hostility, any_bytes, hostile, mold_framing, soup_framing
from feedhandler.fuzzing.recovery import said, words
from feedhandler.fuzzing.targets import Bench, Target, register
from feedhandler.recovering import glimpse, one_after_the_other, re_request
from feedhandler.replaying import faulty
from feedhandler.session.backend import Backend, Peer
from feedhandler.session.channels import Channel
from feedhandler.session.soup_replay import ReplayLimits, SoupReplay
from feedhandler.session.tcp_replay import CmeTcpReplay, ReplaySettings
from feedhandler.simulator import venue
from feedhandler.simulator.faulty import Tape, whole
from feedhandler.simulator.in_process import InProcessDriver
from feedhandler.simulator.judge import Judge
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.schedule import KINDS, LIMITS, LOGIN, REQUESTS, SNAPSHOTS, Market
from feedhandler.simulator.servers import itch_servers, mdp3_servers
from feedhandler.simulator.timed_driver import Known, TimedDriver
from feedhandler.source.dice import stream_base
from feedhandler.source.fault_plan import parse_faults
from feedhandler.verifying import kernel as prints

QUIET: Final = 50  # no log below this level
COUNTED: Final = (
    Counter.REPLIES, Counter.REPLIES_UNWANTED, Counter.REPLIES_REFUSED, Counter.REPLIES_MALFORMED,
    Counter.REPLIES_UNREAD, Counter.SNAPSHOTS_AHEAD, Counter.RECOVERY_LIMIT, Counter.RECOVERY_FAILED,
    Counter.SERVERS_SET_ASIDE, Counter.IMPLAUSIBLE, Counter.MALFORMED_TRANSPORT,
)  # fmt: skip
MARKETS: Final = 4
MESSAGES: Final = 400
INSTRUMENTS: Final = 3
BATCHES_MAX: Final = 20_000  # of a run that ends
LOSS: Final = "line-a-drop=30%,line-b-drop=30%"
MS: Final = 1_000_000
REPLAY: Final = ReplayLimits(attempts_max=2, retry_ns=5 * MS, timeout_ns=300 * MS)


# --- who is asked ---------------------------------------------------------------------------------
def soup_replay(peer: Peer) -> BackendsOf:
    """Listen to a session again."""

    def made(_channel: Channel, session: bytes, counters: Words) -> Sequence[Backend]:
        return [SoupReplay(replace(LOGIN, peer=peer), session, REPLAY, counters)]

    return made


def tcp_replay(peer: Peer) -> BackendsOf:
    """Have packets of CME sent again."""
    settings = ReplaySettings(
        peer, "USER", "SECRET", venue.MDP3_CHANNEL, attempts_max=2, timeout_ns=100 * MS
    )

    def made(_channel: Channel, _session: bytes, counters: Words) -> Sequence[Backend]:
        return [CmeTcpReplay(settings, counters)]

    return made


def plan_of(name: str, driver: InProcessDriver) -> RecoveryPlan:
    """How a run recovers."""
    peers = driver.peers
    if name == "tcp_replay":
        return RecoveryPlan(driver, tcp_replay(peers["replay"]))
    request = re_request([peers["request"]], REQUESTS)
    stream = soup_replay(peers["stream"])
    snapshot = glimpse(replace(LOGIN, peer=peers["snapshot"]), SNAPSHOTS)
    holes = {"moldudp64": request, "soupbintcp": stream, "glimpse": snapshot}
    every = one_after_the_other(request, stream, snapshot)
    joins = snapshot if name == "glimpse" else no_backends
    return RecoveryPlan(driver, holes.get(name, every), joins)


NAMES: Final = ("moldudp64", "soupbintcp", "glimpse", "every", "tcp_replay")


@cache
def market_of(name: str, number: int) -> Market:
    """One of a few markets."""
    kind = "cme" if name == "tcp_replay" else "itch"
    return Market(KINDS[kind], number, MESSAGES, INSTRUMENTS)


@cache
def known_of(number: int) -> Known:
    """What its servers know, by time."""
    return Known(market_of("itch", number).frames)


# --- a run ----------------------------------------------------------------------------------------
class Run:
    """One run: everything of it follows from the seed."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 (of damage)
        self.name = NAMES[rng.randrange(len(NAMES))]
        self.honest = rng.randrange(2) == 0 and self.name != "tcp_replay"
        number = rng.randrange(MARKETS)
        self.market = market = market_of(self.name, number)
        mold, soup = (mold_framing, soup_framing) if self.honest else (any_bytes, any_bytes)
        hostility = Hostility(rng, mold, soup, rng.choice((1, 2, 4, 8)))
        joined = rng.randrange(len(market.frames) // 2) * rng.randrange(2)
        tape = Tape(whole(market.frames[joined:]))
        self.source = faulty(tape, market.feed, parse_faults(LOSS), seed & 0xFFFF)
        driver = self._driver(number, hostility)
        self.engine = Engine(
            market.feed, self.source, batch=1, limits=LIMITS, digest=False, deliver=True,
            definitions_expected=True, recovery=plan_of(self.name, driver),
        )  # fmt: skip

    def _driver(self, number: int, hostility: Hostility) -> InProcessDriver:
        if self.name == "tcp_replay":
            return InProcessDriver(hostile(mdp3_servers(**self.market.day), hostility))
        servers = hostile(itch_servers(**self.market.day), hostility)
        return TimedDriver(servers, known_of(number), Misbehaviour())

    def judged(self) -> str:
        """Run to the end: the first promise that was broken; nothing if all were kept."""
        judge = Judge(self.market.timeline, self.engine)
        for number, rows in enumerate(self.engine.batches()):
            if self.honest:
                judge.look(rows)
            if number > BATCHES_MAX:
                return "it does not end"
        if self._broken_books():
            return "a book is broken"
        outcome = judge.close()
        return outcome.failures[0] if self.honest and outcome.failures else ""

    def _broken_books(self) -> bool:
        out = np.zeros(prints.OUT_WORDS, np.int64)
        pools = self.engine.pools
        broken = False
        for book in range(1, int(pools.control[BOOK_NEXT])):
            prints.fingerprint(book, pools, out)
            broken = broken or bool(out[prints.BROKEN])
        return broken


@register("recovery.engine")
class RecoveryEngineTarget(Target):
    """Runs of markets; they are Python, so this one is slower than the others."""

    unit = "runs"

    def __init__(self, name: str, captures: Sequence[str]) -> None:
        super().__init__(name, captures)
        self.told: Tally[str] = Tally()

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """Replies that are in order; a run damages its own."""
        del captures
        return [Piece(data, words(data)) for _, data in said()]

    def run(self, bench: Bench, first: int, end: int) -> None:
        """Each run by its number."""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(QUIET))
        for number in range(first, end):
            bench.progress[0] = number
            bench.tally[loops.PACKETS] += 1
            run = Run(stream_base(number, f"run {bench.base}"))
            complaint = run.judged()
            self._count(run)
            if complaint:
                self.told[f"{run.name}: {complaint}"] += 1
                if not bench.tally[loops.VIOLATIONS]:
                    bench.tally[loops.FIRST_VIOLATION] = number
                bench.tally[loops.VIOLATIONS] += 1

    def _count(self, run: Run) -> None:
        """How its holes ended, by who was asked last."""
        for gap in run.engine.channels.gap_table:
            what = "recovered" if gap.recovered else "joined" if gap.joined else "missing"
            self.told[f"{run.name} {what}"] += 1
        for counter in COUNTED:
            self.told[counter.name.lower()] += int(run.engine.counters[counter])

    def outcomes(self, tally: Any) -> dict[str, int]:
        """How holes ended, and what was not believed."""
        del tally
        return dict(sorted(self.told.items()))
