"""What loss does: time in doubt and recovery by loss rate, on one line and on both; a table of docs/loss.md.

Every market is run once for each cell, so cells differ by loss alone. Where line B brings everything, line A may
lose what it likes; `A alone` is a feed of which only one line is received. FORTS is the recorded day, in parts;
its snapshot loop has one line, which loses as line A does.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Final

import structlog

from feedhandler.simulator.outcome import Outcome
from feedhandler.simulator.recording import Recording, capture_path
from feedhandler.simulator.schedule import KINDS, Market, run
from feedhandler.simulator.schedule_sums import Sum, percent, pool

RATES: Final = ("1e-4", "1e-3", "1e-2")
LOSSES: Final = {
    "A alone": "line-a-drop={},line-b-drop=1",
    "A, B whole": "line-a-drop={}",
    "A and B": "line-a-drop={},line-b-drop={}",
}
MARKETS: Final = 5
MESSAGES: Final = 20_000
INSTRUMENTS: Final = 8
QUIET: Final = 50  # no log below this level
HEADINGS: Final = (
    "feed", "lines", "loss", "gaps", "units lost", "recoveries", "median", "p99", "median", "p99",
    "time in doubt", "books in doubt at the end",
)  # fmt: skip
RULE: Final = "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"

Cell = tuple[str, str]  # lines, rate
CELLS: Final = tuple((lines, rate) for lines in LOSSES for rate in RATES)


def run_cells(kind: str, seed: int, cells: Sequence[Cell] = CELLS) -> list[Outcome]:
    """One market, once for each cell."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(QUIET))
    market = market_of(kind, seed)
    return [run(market, LOSSES[lines].format(rate, rate), seed) for lines, rate in cells]


def market_of(kind: str, seed: int) -> Market | Recording:
    """A simulated market, or a part of the recorded day."""
    if KINDS[kind].recorded:
        return Recording(KINDS[kind].feed, seed)
    return Market(KINDS[kind], seed, MESSAGES, INSTRUMENTS)


def row_of(kind: str, cell: Cell, total: Sum) -> str:
    """A row of the table."""
    entry = total.entry()
    units, times = entry["recovery_units"], entry["recovery_ns"]
    recovered = [
        f"{units['median']:,} units", f"{units['p99']:,} units",
        f"{times['median'] // 1000:,} us", f"{times['p99'] // 1000:,} us",
    ]  # fmt: skip
    columns = [
        kind, *cell, f"{entry['gaps']:,}", f"{entry['lost_units']:,}", f"{entry['recoveries']:,}",
        *(recovered if entry["recoveries"] else ["-"] * 4),
        percent(entry["in_doubt_ppm"]), f"{entry['books_in_doubt_at_end']} of {entry['books']}",
    ]  # fmt: skip
    return f"| {' | '.join(columns)} |"


def rows(kinds: Sequence[str], markets: int, jobs: int) -> Iterator[tuple[str, int]]:
    """All rows, and how many runs behind each claimed what is not true."""
    for kind in kinds:
        sums = {cell: Sum() for cell in CELLS}
        with pool(jobs) as processes:
            for outcomes in processes.map(run_cells, [kind] * markets, range(markets)):
                for cell, outcome in zip(CELLS, outcomes, strict=True):
                    sums[cell].add(outcome)
        for cell, total in sums.items():
            yield row_of(kind, cell, total), total.failed


def tell_losses(kinds: Sequence[str], markets: int, jobs: int) -> int:
    """Print the table as Markdown; 1 = a book claimed what is not true."""
    sys.stdout.write(f"| {' | '.join(HEADINGS)} |\n{RULE}\n")
    wrong = 0
    recorded = capture_path() is not None
    shown = [
        kind for kind in kinds if kind != "cme-reset" and (recorded or not KINDS[kind].recorded)
    ]
    for row, failed in rows(shown, markets, jobs):
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
        wrong += failed
    return int(wrong > 0)
