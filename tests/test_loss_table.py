"""The table of docs/loss.md is that of its command: headings, rows, and the figures of one of them."""

import shlex
from pathlib import Path

from feedhandler.simulator.loss_table import CELLS, HEADINGS, MARKETS, RULE, row_of, run_cells
from feedhandler.simulator.recording import capture_path
from feedhandler.simulator.schedule import KINDS
from feedhandler.simulator.schedule_sums import Sum
from feedhandler.simulator.schedules import MODULE, arguments_of

TEXT = (Path(__file__).parent.parent / "docs" / "loss.md").read_text()
TABLE = [line for line in TEXT.splitlines() if line.startswith("|")]
TOLD = ("itch", "itch-request", "itch-server", "itch-glimpse", "cme", "forts")


def test_the_table_has_every_cell_in_its_order() -> None:
    """Kinds, lines and rates."""
    assert TABLE[:2] == [f"| {' | '.join(HEADINGS)} |", RULE]
    cells = [tuple(line.strip("| ").split(" | ")[:3]) for line in TABLE[2:]]
    assert cells == [(kind, *cell) for kind in TOLD for cell in CELLS]


def test_the_command_is_one_that_makes_it() -> None:
    """With the kinds that are told, and the usual number of markets."""
    (command,) = [line for line in TEXT.splitlines() if MODULE in line]
    words = shlex.split(command)
    given = arguments_of(words[words.index(MODULE) + 1 :])

    assert words[:3] == ["python", "-m", MODULE]
    laid = [kind for kind in TOLD if capture_path() is not None or not KINDS[kind].recorded]
    assert (given.table, given.kinds, given.markets) == (True, laid, MARKETS)


def test_a_row_is_what_its_markets_come_to() -> None:
    """Orders on one line that loses one datagram of a hundred, and nobody to ask."""
    cell = ("A alone", "1e-2")
    total = Sum()
    for seed in range(MARKETS):
        for outcome in run_cells("itch", seed, [cell]):
            total.add(outcome)

    assert total.failed == 0
    assert row_of("itch", cell, total) in TABLE
