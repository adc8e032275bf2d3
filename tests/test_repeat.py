"""`repeat:`, the command that does a faulty run again: no option of the verb is left out of it."""

import shlex

import click
import pytest
from cli_runs import CME, ITCH, document, feedhandler, one_line

from feedhandler.cli.main import cli
from feedhandler.cli.repeating import Given
from feedhandler.cli.replay import SHOWN, replay

SAMPLES = {
    "expression": "udp dst port 26477",
    "feed_name": "nasdaq.itch50",
    "symbols": "GULF",
    "at": "900",
    "decoder": "kaitai",
    "speed": "x10",
    "faults": "drop=1e-3",
    "gap_timeout_ns": "7ms",
    "told_timeout_ns": "7ms",
    "answer_timeout_ns": "7ms",
    "recovery_timeout_ns": "2s",
    "snapshot": "127.0.0.1:17002",
    "recover": "127.0.0.1:17001",
    "by": "xdp",
}
OPTIONS = [each for each in replay.params if isinstance(each, click.Option)]


def given(*arguments: str) -> Given:
    """What `feedhandler replay` keeps of these arguments."""
    outer = click.Context(cli, info_name="feedhandler")
    return Given.of(replay.make_context("replay", list(arguments), parent=outer), SHOWN)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: each.opts[-1])
def test_each_option_is_repeated_or_named_as_one_that_only_shows(option: click.Option) -> None:
    """Also one that is added tomorrow: whatever it is, its words are there as they were written."""
    value = [] if option.is_flag or option.count else [SAMPLES.get(option.name, "3")]
    words = [option.opts[-1], *value]
    repeated = shlex.split(given(ITCH, *words).command())

    if option.name in SHOWN:
        assert repeated == ["feedhandler", "replay", ITCH]
    else:
        name = option.opts[0] if len(option.opts[0]) == 2 else option.opts[-1]
        assert repeated == ["feedhandler", "replay", ITCH, name, *value]


def test_what_only_shows_is_a_list_of_options_that_there_are() -> None:
    """A name that no option has would hide nothing, and tell lies to the reader."""
    assert {each.name for each in OPTIONS} > SHOWN


def test_words_are_those_that_were_written() -> None:
    """Several files and servers in order, `=` and short forms, names that look like options."""
    command = given(
        "--recover",
        "127.0.0.1:1",
        "--recover=127.0.0.1:2",
        "-vv",
        "-n",
        "a b.pcap",
        "--",
        "-x.pcap",
    ).command(feed_name="cme.mdp3", seed=1)

    assert command == (
        "feedhandler replay 'a b.pcap' ./-x.pcap --feed cme.mdp3 --seed 1 "
        "--recover 127.0.0.1:1 --recover 127.0.0.1:2"
    )
    assert given(ITCH, "--no-checksums").command().endswith(" --no-checksums")
    assert "--feed moex.forts" in given(ITCH, "--feed", "moex.forts").command(feed_name="cme.mdp3")


def test_a_run_with_its_own_arbitration_is_repeated_as_it_was() -> None:
    """How long is waited, and whether venue's entries refresh, make another run."""
    plan = ("--faults", "drop=3%,skew=2ms", "--seed", "5")
    changes = ("--gap-timeout", "100us", "--gap-count", "1", "-f", "udp dst portrange 14310-15310")
    told = document("replay", CME, *plan, *changes, "--natural-refresh", "--malformed-max", "3")
    again = document(*shlex.split(told["faults"]["repeat"])[1:])
    other = document("replay", CME, *plan)

    for key in ("digest", "gaps", "counters", "problems", "exit_code"):
        assert again[key] == told[key]
    assert other["gaps"] != told["gaps"]


@pytest.mark.parametrize("words", [("--faults", "drop=1"), ("--natural-refresh",), ("--seed", "1")])
def test_what_sending_does_not_do_is_refused(words: tuple[str, ...]) -> None:
    """With --to frames are sent as they are: an option that would be passed over in silence is usage."""
    result = feedhandler("replay", ITCH, "--to", "nope0", *words)

    assert result.exit_code == 2
    assert one_line(result).startswith(f"{words[0]}: --to builds no books")
