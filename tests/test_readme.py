"""The README tells the truth: its example runs, its output is what the program prints, its tables are complete.

In a console block a line of dots stands for lines that were left out.
"""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_runs import ITCH, feedhandler

from feedhandler import event
from feedhandler.book.pools import Limits
from feedhandler.cli.main import VERBS, cli
from feedhandler.counter import Counter
from feedhandler.decode.abi import ROWS_PER_DATAGRAM_MAX
from feedhandler.publish.bbo import BEST_LINES
from feedhandler.publish.ring import RING_SLOTS
from feedhandler.session.channel_header import RECOVERY_LINE
from feedhandler.session.channels import CHANNELS_MAX

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
LEFT_OUT = "..."


def commands() -> list[tuple[str, list[str]]]:
    """Every command of the console blocks and the lines shown as its output."""
    shown = [text for kind, text in BLOCKS if kind == "console"]
    parts = [part for text in shown for part in text.split("$ ")[1:]]
    return [(part.splitlines()[0], part.splitlines()[1:]) for part in parts]


def section(title: str) -> str:
    """The text under a heading."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def is_shown(lines: list[str], printed: list[str]) -> bool:
    """Whether these lines are what was printed; dots match any number of lines."""
    if not lines:
        return not printed
    if lines[0] == LEFT_OUT:
        return any(is_shown(lines[1:], printed[at:]) for at in range(len(printed) + 1))
    return bool(printed) and lines[0] == printed[0] and is_shown(lines[1:], printed[1:])


# --- what can be run ------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def compiled() -> None:
    """A first run takes a minute for compiling, where columns are as wide as that has letters."""
    assert feedhandler("replay", ITCH, "-q").exit_code == 0


@pytest.mark.usefixtures("compiled")
def test_the_example_runs_and_prints_what_is_shown() -> None:
    """As it stands, in the folder of the README; ten lines and no warning."""
    at = next(number for number, (kind, _) in enumerate(BLOCKS) if kind == "python")
    code, shown = BLOCKS[at][1], BLOCKS[at + 1][1]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert (done.stderr, done.stdout) == ("", shown)
    assert len([line for line in code.splitlines() if line]) <= 12


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize(("command", "shown"), commands(), ids=lambda value: str(value)[:60])
def test_commands_print_what_is_shown(
    command: str, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trimmed, and otherwise to the letter."""
    monkeypatch.chdir(ROOT)
    program, *arguments = command.split()
    done = feedhandler(*arguments)

    assert program == "feedhandler"
    assert done.exit_code == 0
    assert is_shown(shown, done.stdout.splitlines()), done.stdout


def test_output_that_differs_would_be_seen() -> None:
    """A line more, a line less, another figure."""
    printed = ["a", "b", "c"]

    assert is_shown(["a", LEFT_OUT, "c"], printed)
    assert is_shown(["a", LEFT_OUT], printed)
    for wrong in (["a"], ["a", "c"], [LEFT_OUT, "x"], ["a", "b", "c", "d"]):
        assert not is_shown(wrong, printed)


# --- what is named --------------------------------------------------------------------------------
def test_every_verb_is_told_with_options_that_it_has() -> None:
    """No verb is missing, and no option is promised that is not there."""
    rows = re.findall(r"^\| `(\w+)[^`]*` \| (.*) \|$", section("Command line"), re.MULTILINE)

    assert [verb for verb, _ in rows] == list(VERBS)
    for verb, told in rows:
        command = cli.get_command(click.Context(cli), verb)
        known = {name for option in command.params for name in option.opts} if command else set()

        assert set(re.findall(r"`(--?[a-z-]+)", told)) <= known, verb


def test_make_has_what_is_told() -> None:
    """Every `make x` of the text is a target."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    told = set(re.findall(r"(?:^|`|make` )make ([a-z]+)", README, re.MULTILINE))

    assert {"demo", "test", "bench", "protocols"} <= told <= targets


def test_links_lead_somewhere() -> None:
    """Files that are linked or named by their path."""
    names = re.findall(r"\]\(([^)#:]+)\)", README)
    names += re.findall(r"`((?:tests|captures|protocols)/[\w./-]+)`", README)
    names += [f"feedhandler/{name}" for name in re.findall(r"`([a-z_]+/\w+\.py)`", reading())]

    assert len(names) > 15
    assert [name for name in names if not (ROOT / name).exists()] == []


def reading() -> str:
    """The text that names files by their place in the package."""
    return section("Where to read").replace("`tests/", "`../tests/")


def test_every_counter_is_named() -> None:
    """Each of them, in the order of the list, and none that is not there."""
    named = re.findall(r"`(\w+)`", section("Counters").split("|---|---|")[1])

    assert sorted(named) == sorted(counter.name.lower() for counter in Counter)


def test_the_event_table_is_that_of_the_module() -> None:
    """Row by row."""
    rows = [line for line in (event.__doc__ or "").splitlines() if line.startswith("|")]

    assert "\n".join(rows) in section("The Event record")


def test_limits_are_those_of_the_code() -> None:
    """Each figure of the table."""
    limits = Limits()
    powers = [f"2^{number.bit_length() - 1}" for number in
              (limits.books_max, limits.orders_max, limits.levels_max)]  # fmt: skip
    told = section("Limits")

    assert ", ".join(powers) in told
    for number in (BEST_LINES - 1, ROWS_PER_DATAGRAM_MAX, CHANNELS_MAX, RECOVERY_LINE, RING_SLOTS):
        assert f" {number:,}" in told
