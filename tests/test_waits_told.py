"""Waits that a user sets: for what snapshots tell of, and for servers; on the command line, and in a configuration."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_runs import ITCH, document, feedhandler, one_line
from cme_loops import entry, levels, orders
from tapes import Sent, tape

from feedhandler.cli.recovery_servers import limits_of, planned
from feedhandler.config import as_tables, as_toml
from feedhandler.config_changes import changes
from feedhandler.config_reading import ConfigError, parse
from feedhandler.counter import new_counters
from feedhandler.decode.catalog import feed
from feedhandler.engine.recovery_standing import Patience
from feedhandler.live.recovery import recovery_plan
from feedhandler.recovering import Driver
from feedhandler.service.reloading import apply
from feedhandler.session.channels import Channel
from feedhandler.session.holding import Arbitration, Holding
from feedhandler.session.holding_kernel import TOLD_NS

LEAST = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'
SERVER = '[[feed.recovery]]\nmethod = "moldudp64"\nservers = ["10.1.1.1:26400"]\n'


def silent(path: Path) -> str:
    """A capture of which the increments end early: eight datagrams of loops, a microsecond apart, tell of more."""
    sent: list[Sent] = [entry(1, 5, 1), entry(2, 6, 2)]
    for number in range(4):
        sent += [levels(1, 4, 4, [8, 7, 6, 5], later=number), orders(1, 4, [], later=number)]
    return tape(path / "silent.pcap", sent)


@pytest.mark.parametrize(("wait", "gaps"), [("1us", 1), ("1s", 0), (None, 0)])
def test_a_replay_waits_so_long_for_what_loops_tell(
    tmp_path: Path, wait: str | None, gaps: int
) -> None:
    """And says how to repeat it."""
    words = [] if wait is None else ["--told-timeout", wait]
    told = document("replay", silent(tmp_path), *words, "--faults", "drop=0", "--seed", "1")
    again = document(*told["faults"]["repeat"].split()[1:])

    assert [gap["seen"] for gap in told["gaps"]] == ["told by snapshots"] * gaps
    assert again["gaps"] == told["gaps"]


def test_what_cannot_be_waited_for_is_usage() -> None:
    """A time with a unit; and no server's wait without a server."""
    for words in (("--told-timeout", "long"), ("--recover-attempts", "0"), ("--recover-wait", "")):
        assert feedhandler("replay", ITCH, *words).exit_code == 2
    for words in (("--recover-attempts", "2"), ("--recover-wait", "1s")):
        result = feedhandler("replay", ITCH, *words)
        assert result.exit_code == 2
        assert one_line(result).startswith(f"{words[0]}: nobody is asked")


@pytest.mark.parametrize(
    ("name", "ways", "timeouts"),
    [
        ("nasdaq.itch50", ["10.1.1.1:1", "soupbintcp://10.1.1.1:2"], [7, 7, 7]),
        ("cme.mdp3", ["10.1.1.1:1"], [7]),
    ],
)
def test_attempts_and_waits_go_to_every_server(
    name: str, ways: list[str], timeouts: list[int]
) -> None:
    """Each way has them under the same names."""
    channel = Channel(0, 1, "", "incremental")
    snapshot = "10.1.1.1:3" if len(timeouts) == 3 else None
    given = limits_of(4, 7)
    with planned(feed(name), ways, snapshot, "USER", given, patient=False) as plan:
        assert plan is not None
        made: list[Any] = list(plan.holes(channel, b"SESSION001", new_counters()))
    limits = [vars(each).get("_limits", vars(each).get("_settings")) for each in made]

    assert [each.timeout_ns for each in limits] == timeouts
    assert {each.attempts_max for each in limits} == {4}
    assert limits_of(None, None) == {}


def test_no_wait_is_without_an_end() -> None:
    """Longer than ten minutes no server is waited for."""
    refused = feedhandler("replay", ITCH, "--recover", "127.0.0.1:9", "--recover-wait", "601s")

    assert (refused.exit_code, "10min at most" in refused.stderr) == (2, True)


# --- a configuration ------------------------------------------------------------------------------
def test_a_configuration_tells_both_and_shows_them() -> None:
    """All values written out are read as the same."""
    text = (f"{LEAST}arbitration.told_timeout_ns = 5\n"
            "patience = { failures_max = 2, pause_ns = 30, pause_max_ns = 40 }\n" + SERVER)  # fmt: skip
    config = parse(text)
    (one,) = config.feed
    with Driver() as driver:
        plan = recovery_plan(one, driver)

    assert (one.arbitration.told_timeout_ns, one.patience) == (5, Patience(2, 30, 40))
    assert plan is not None
    assert plan.patience == one.patience
    assert as_tables(parse(as_toml(config))) == as_tables(config)
    assert "told_timeout_ns = 1000000000" in as_toml(parse(LEAST))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("patience.failures_max = 0", "failures_max is 0: 1 or more is expected"),
        ("patience = { pause_ns = 9, pause_max_ns = 8 }", "pause_max_ns is 8: 9 or more is expected"),
        ("arbitration.told_timeout_ns = -1", "told_timeout_ns is -1: 0 or more is expected"),
        ("patience.failures = 1", "unknown key"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_fault_with_its_line(text: str, fault: str) -> None:
    """As of every other key."""
    with pytest.raises(ConfigError) as caught:
        parse(LEAST + text)
    (found,) = caught.value.faults

    assert found.line == 4
    assert fault in str(found)


def test_a_running_engine_takes_another_wait() -> None:
    """At once; the patience with servers waits for a restart."""
    before = parse(LEAST)
    after = parse(f"{LEAST}arbitration.told_timeout_ns = 70\npatience.failures_max = 9\n")
    found = {change.path: change.at_once for change in changes(before, after)}
    watch = Holding(Arbitration(slots=1)).watch
    engine: Any = SimpleNamespace(
        channels=SimpleNamespace(holding=SimpleNamespace(watch=watch)),
        pools=SimpleNamespace(control=[0] * 99),
    )
    apply(engine, after.feed[0])

    assert found == {
        "feed[0].arbitration.told_timeout_ns": True, "feed[0].patience.failures_max": False,
    }  # fmt: skip
    assert watch[TOLD_NS] == 70
