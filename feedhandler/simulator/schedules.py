"""Seeded faults over seeded markets, by the thousand: `python -m feedhandler.simulator.schedules`.

The invariant: no book that differs from the naive oracle, fed with the undamaged stream, claims to be
SYNCHRONIZED. A schedule is its kind and its number; both are printed with a failure, in the command that runs
that schedule alone. `--table` runs the loss rates of the documentation instead of mixed faults.
"""

import argparse
import json
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import structlog

from feedhandler.cli.bar import progress
from feedhandler.decode.catalog import feed as feed_of
from feedhandler.simulator import venue
from feedhandler.simulator.loss_table import MARKETS, tell_losses
from feedhandler.simulator.outcome import Outcome
from feedhandler.simulator.recording import NO_CAPTURE, Recording, capture_path
from feedhandler.simulator.schedule import KINDS, USUAL, AnyMarket, Market, Setting, run
from feedhandler.simulator.schedule_sums import Sum, pool, told
from feedhandler.source.dice import draw, stream_base

MODULE: Final = "feedhandler.simulator.schedules"
PER_MARKET: Final = 10  # schedules of one market
MESSAGES: Final = (600, 2000)
INSTRUMENTS: Final = (2, 8)
FAULTS: Final = (1, 4)  # in one schedule
HEALED: Final = 3  # of so many schedules that can end well one does
MUTE: Final = 6  # in one of so many all lines of increments die for good, while loops go on
MUTE_MS: Final = (100, 1_500)  # from when on
NATURAL: Final = 4  # in one of so many natural refresh is on; in half of these no loop is heard
TOLD_NS: Final = (20_000_000, 100_000_000, 1_000_000_000)
QUIET: Final = 50  # no log below this level
# What may go wrong; one of each row at most.
CHOICES: Final = (
    ("drop=1e-3", "drop=1e-2", "drop=3e-2", "drop=10%"),
    ("line-a-drop=1e-2", "line-a-drop=10%", "line-a-drop=1", "line-b-drop=10%", "line-b-drop=1"),
    ("burst=2..8@1e-3", "burst=2..8@1e-2", "burst=10..60@1e-3", "line-a-burst=5..20@1e-2"),
    ("dup=1e-2", "dup=20%"),
    ("reorder=2@10%", "reorder=8", "reorder=4..16@1e-2", "reorder=64@1e-3"),
    ("delay=1us..50us@10%", "delay=1ms..30ms@1e-2", "delay=5ms@1e-3", "line-a-delay=20us"),
    ("skew=1us..300us", "skew=1ms..9ms", "line-a-skew=100us..1ms"),
    ("corrupt=1e-3", "corrupt=1e-2", "line-b-corrupt=10%"),
    ("truncate=1e-3", "truncate=1e-2"),
    ("line-b-dead=1s..3s", "line-a-dead=500ms..2s", "dead=2s..2100ms", "dead=100ms..900ms"),
    ("tear=1..3@1e-2", "tear=2..10@10%", "tear=1@50%"),
    ("clock=-1s@1s", "clock=+20ms@500ms", "clock=+3s@2s,clock=-4s@3s"),
)
WRONGS: Final = ("", "drop=0.1", "short=0.3,reorder=200us", "slow=2ms,duplicate=0.2", "refuse=0.2")

# The same for servers of snapshots; these things are about them.
SNAPSHOT_WRONGS: Final = (
    "", "lag=20ms", "lag=1s", "lead=2ms", "lead=200ms", "lead=3600s", "cut=0.1", "cut=0.5", "refuse=0.3", "refuse=1",
    "hollow=0.5", "damaged=0.3", "damaged=1", "doubled=0.5", "large=0.5", "slow=1ms", "slow=30ms",
    "lag=5ms,cut=0.1,damaged=0.2,drop=0.2", "lead=1ms,large=0.3,hollow=0.3,refuse=0.2", "drop=1,lag=2ms",
)  # fmt: skip


class Schedule(NamedTuple):
    """What is run: everything follows from kind and number, unless it is given."""

    kind: str
    number: int
    plan: str
    wrongs: str
    setting: Setting = USUAL

    @property
    def market(self) -> int:
        """The seed of its market."""
        return self.number // PER_MARKET

    @property
    def command(self) -> str:
        """What runs it alone."""
        own = schedule_of(self.kind, self.number)
        given = "" if self.plan == own.plan else f" --faults {shlex.quote(self.plan)}"
        return f"python -m {MODULE} --only {self.kind}:{self.number}{given}"


def schedule_of(kind: str, number: int) -> Schedule:
    """The schedule of a number."""
    base = stream_base(number, f"schedule {kind}")
    places = iter(range(1 << 16))

    def pick(low: int, high: int) -> int:
        return low + draw(base, next(places)) % (high - low + 1)

    rows = list(CHOICES)
    parts = []
    for _ in range(pick(*FAULTS)):
        row = rows.pop(pick(0, len(rows) - 1))
        parts.append(row[pick(0, len(row) - 1)])
    wrongs = SNAPSHOT_WRONGS if KINDS[kind].snapshot else WRONGS
    wrong = wrongs[pick(0, len(wrongs) - 1)]
    more, setting = variant_of(kind, number)
    return Schedule(
        kind, number, ",".join([*parts, *more]), "" if setting.healed else wrong, setting
    )


def variant_of(kind: str, number: int) -> tuple[list[str], Setting]:
    """What a schedule has beside faults by chance: lines that die for good, a quiet end, other settings."""
    base = stream_base(number, f"variant {kind}")
    heals, mutes, natures, loopless, told, at = (draw(base, place) for place in range(6))
    kindred = KINDS[kind]
    parts: list[str] = []
    healed = kindred.heals(number) and heals % HEALED == 0
    if not kindred.loops:
        return parts, Setting(healed=healed)
    lines = {each.role: each.lines.values() for each in feed_of(kindred.feed).channels[:3]}
    if mutes % MUTE == 0:
        from_ms = MUTE_MS[0] + at % (MUTE_MS[1] - MUTE_MS[0])
        parts += [f"line-{group}-dead={from_ms}ms..1min" for group in lines["incremental"]]
    natural = kindred.feed == venue.MDP3 and natures % NATURAL == 0
    if natural and loopless % 2:
        healed = False
        for role in ("snapshot", "snapshot_orders"):
            parts += [f"line-{group}-drop=1" for group in lines[role]]
    return parts, Setting(healed, natural, TOLD_NS[told % len(TOLD_NS)])


def market_of(kind: str, seed: int) -> Market | Recording:
    """The market of a seed: its size is chosen by it, too."""
    if KINDS[kind].recorded:
        return Recording(KINDS[kind].feed, seed)
    base = stream_base(seed, f"market {kind}")
    messages = MESSAGES[0] + draw(base, 0) % (MESSAGES[1] - MESSAGES[0])
    instruments = INSTRUMENTS[0] + draw(base, 1) % (INSTRUMENTS[1] - INSTRUMENTS[0] + 1)
    return Market(KINDS[kind], seed, messages, instruments)


# --- running --------------------------------------------------------------------------------------
def run_market(schedules: Sequence[Schedule]) -> list[tuple[Schedule, Outcome]]:
    """Schedules of one market; in a process of its own or in this one."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(QUIET))
    market = market_of(schedules[0].kind, schedules[0].market)
    return [(each, run_one(market, each)) for each in schedules]


def run_one(market: AnyMarket, schedule: Schedule) -> Outcome:
    """A schedule; an exception is a failure like others."""
    try:
        return run(market, schedule.plan, schedule.number, schedule.wrongs, schedule.setting)
    except Exception as error:  # noqa: BLE001 (told with its command)
        outcome = Outcome()
        outcome.fail(f"{type(error).__name__}: {error}")
        return outcome


def groups_of(kinds: Sequence[str], first: int, count: int) -> Iterator[list[Schedule]]:
    """All schedules, dealt out to the kinds in turn and put together by market."""
    each = -(-count // len(kinds))
    left = count
    for begin in range(first, first + each, PER_MARKET):
        for kind in kinds:
            end = min(begin + PER_MARKET, first + each, begin + left)
            left -= end - begin
            if end > begin:
                yield [schedule_of(kind, number) for number in range(begin, end)]


def arguments_of(words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000, help="how many, of all kinds")
    parser.add_argument("--first", type=int, default=0, help="number of the first of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS), help="of " + ", ".join(KINDS))
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", metavar="KIND:NUMBER", help="one schedule, in this process")
    parser.add_argument("--faults", metavar="PLAN", help="with --only: instead of its own faults")
    parser.add_argument("--table", action="store_true", help="loss rates, as Markdown")
    parser.add_argument("--markets", type=int, default=MARKETS, help="with --table: of each cell")
    parser.add_argument("--json", action="store_true", help="one document")
    given = parser.parse_args(words)
    given.kinds = given.kinds.split(",")
    if given.only:
        kind, _, number = given.only.partition(":")
        given.kinds = [kind]
        if not number.isdecimal():
            parser.error(f"--only {given.only}: a kind and a number, such as itch:17")
    unknown = [kind for kind in given.kinds if kind not in KINDS]
    if unknown:
        parser.error(f"unknown kind {unknown[0]!r}; known: {', '.join(KINDS)}")
    given.left_out = [kind for kind in given.kinds if KINDS[kind].recorded and not capture_path()]
    given.kinds = [kind for kind in given.kinds if kind not in given.left_out]
    if not given.kinds:
        parser.error(f"{given.left_out[0]}: {NO_CAPTURE}")
    return given


def outcomes(given: argparse.Namespace) -> Iterator[tuple[Schedule, Outcome]]:
    """Run what was asked for."""
    if given.only:
        schedule = schedule_of(given.kinds[0], int(given.only.partition(":")[2]))
        schedule = schedule._replace(plan=given.faults or schedule.plan)
        yield from run_market([schedule])
        return
    groups = list(groups_of(given.kinds, given.first, given.schedules))
    with pool(given.jobs) as processes:
        for results in processes.map(run_market, groups):
            yield from results


def main(words: Sequence[str]) -> int:
    """Run all and tell; 1 = a book claimed what is not true."""
    given = arguments_of(words)
    if given.table:
        return tell_losses(given.kinds, given.markets, given.jobs)
    began = time.monotonic_ns()
    sums: dict[str, Sum] = {}
    failed: list[dict[str, Any]] = []
    with progress("schedules", "schedules") as tick:
        for number, (schedule, outcome) in enumerate(outcomes(given), 1):
            sums.setdefault(schedule.kind, Sum()).add(outcome)
            if outcome.failed:  # told at once: the others may take hours
                failed.append({"plan": schedule.plan, "wrongs": schedule.wrongs,
                    "failures": outcome.failures, "repeat": schedule.command})  # fmt: skip
                sys.stderr.write(f"failed: {schedule.command}\n")
                sys.stderr.flush()
            if tick is not None:
                tick(number, 1 if given.only else given.schedules)
    elapsed_ns = time.monotonic_ns() - began
    entries = {kind: total.entry() for kind, total in sums.items()}
    count = sum(entry["schedules"] for entry in entries.values())
    if given.json:
        json.dump(
            {"kinds": entries, "left_out": given.left_out, "failed": failed,
             "elapsed_ns": elapsed_ns}, sys.stdout, indent=2,
        )  # fmt: skip
        sys.stdout.write("\n")
        return int(bool(failed))
    for kind, entry in entries.items():
        sys.stdout.writelines(f"{line}\n" for line in told(kind, entry))
    sys.stdout.writelines(f"{kind}: left out, {NO_CAPTURE}\n" for kind in given.left_out)
    for each in failed:
        sys.stdout.write(f"{each['repeat']}    # {each['plan']}: {each['failures'][0]}\n")
    verdict = f"{len(failed)} failed" if failed else "no book claimed what is not true"
    sys.stdout.write(f"{count:,} schedules in {elapsed_ns // 1_000_000_000} s: {verdict}\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
