"""A recovery server that brings nothing is set aside: it costs the first holes a wait, and later ones nothing.

Times are those of a tape, a microsecond from datagram to datagram, so every story runs alike.
"""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import document, feedhandler, told
from packets import add_order, mold
from scripted import Answers, Scripted
from structlog.testing import capture_logs
from tapes import Sent, tape
from test_recovery_line import table, unit

from feedhandler.counter import Counter, new_counters
from feedhandler.engine import desk_header as desk_words
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.engine.recovery_standing import Patience, Standing
from feedhandler.replaying import Replay
from feedhandler.session.backend import Action, Done, Inject
from feedhandler.session.holding import Arbitration
from feedhandler.simulator.schedule import KINDS, Market, run

US = 1_000
LOSS = "line-a-drop=20%,line-b-drop=20%"
WAITS = Arbitration(gap_timeout_ns=1_500, gap_count=1, recovery_timeout_ns=10 * US)
LASTING = Arbitration(gap_timeout_ns=1_500, gap_count=1, recovery_timeout_ns=10**9)
BRISK = Patience(failures_max=2, pause_ns=100 * US, pause_max_ns=300 * US)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


# --- a run that is to end -------------------------------------------------------------------------
def test_a_run_that_is_to_end_asks_for_nothing_more(tmp_path: Path) -> None:
    """The hole that was asked for is late; the one behind it says that nobody was asked."""
    sent = [unit(each) for each in (1, 3, 4, 6, 7)]  # 2 and 5 are missing
    server = Answers("server")
    plan = RecoveryPlan(Scripted(), lambda *_: [server])
    with Replay(
        tape(tmp_path / "tape.pcap", sent), "nasdaq.itch50", arbitration=LASTING, recovery=plan
    ) as replay:
        begin = server.begin

        def signalled(first: int, count: int, now_ns: int) -> list[Action]:
            replay.stop()
            return begin(first, count, now_ns)

        server.begin = signalled  # type: ignore[method-assign]
        replay.run()
        engine, place = replay.engine, (desk_words.NOW, desk_words.NOW_PACKET)
        while engine._settle():  # as a live run does at its end
            replay.run()
            engine.intake.finish(*map(engine._at, place))

    assert server.asked == [(2, 1)]
    assert table(replay) == [
        (2, 1, "server: not in time", False), (5, 1, "not asked: the run was to end", False),
    ]  # fmt: skip
    assert replay.counters["gaps"] == 2


# --- the standing of one server -------------------------------------------------------------------
def standing(counters: Any = None) -> Standing:
    return Standing("server", BRISK, new_counters() if counters is None else counters)


def test_some_failures_are_borne() -> None:
    """An answer between them begins the count anew."""
    it = standing()
    for _ in range(5):
        it.fail(1)
        it.answer()

    assert (it.may_be_asked(1), it.aside, it.note()) == (True, False, "")


def test_pauses_grow_up_to_a_bound() -> None:
    """Each trial in vain doubles the pause; with an answer it is as before."""
    counters = new_counters()
    it, now, pauses = standing(counters), 0, []
    it.fail(now)
    for _ in range(4):
        it.fail(now)
        pause = next(each for each in range(0, 1000 * US, US) if it.may_be_asked(now + each))
        pauses.append(pause // US)
        now += pause
    note = it.note()
    it.answer()
    it.fail(now)

    assert pauses == [100, 200, 300, 300]
    assert counters[Counter.SERVERS_SET_ASIDE] == 4
    assert (
        note
        == "recovery server server was set aside 4 times, and brought nothing of 5 ranges since"
    )
    assert (it.may_be_asked(now), it.note()) == (
        True,
        "recovery server server was set aside 4 times",
    )
    it.fail(now)
    assert [it.may_be_asked(now + each * US) for each in (0, 99, 100)] == [False, False, True]


def test_changes_are_logged_once() -> None:
    """Not each hole, and not each trial."""
    it = standing()
    with capture_logs() as logged:
        for now in range(10):
            it.fail(now * 1000 * US)
        it.answer()
        it.answer()

    assert [(each["event"], each["log_level"], each["failures"]) for each in logged] == [
        ("server_set_aside", "warning", 2), ("server_back", "warning", 10),
    ]  # fmt: skip


# --- in a run -------------------------------------------------------------------------------------
def holes(*lost: int, last: int) -> list[Sent]:
    """All units but these."""
    return [unit(each) for each in range(1, last + 1) if each not in lost]


def replayed(path: Path, sent: Sequence[Sent], *backends: Answers) -> Replay:
    plan = RecoveryPlan(Scripted(), lambda *_: backends, patience=BRISK)
    name = tape(path / "tape.pcap", sent)
    with Replay(name, "nasdaq.itch50", arbitration=WAITS, recovery=plan) as replay:
        return replay.run()


def brings(number: int) -> list[Action]:
    return [Inject(mold([add_order(number, "B", 10, number)], number)), Done(number, 1)]


def test_holes_do_not_wait_for_a_server_that_is_down(tmp_path: Path) -> None:
    """Two wait until its share of their time is over; those behind go to the next who can be asked, at once."""
    down, other = Answers("down"), Answers("other", *map(brings, (10, 30, 62, 82, 92)))
    replay = replayed(tmp_path, holes(10, 30, 62, 82, 92, last=100), down, other)

    assert down.asked == [(10, 1), (30, 1)]
    assert other.asked == [(10, 1), (30, 1), (62, 1), (82, 1), (92, 1)]
    assert table(replay) == [(each, 1, "other", True) for each in (10, 30, 62, 82, 92)]
    assert [gap.end_ns - gap.start_ns > 5 * US for gap in replay.recovered] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert replay.counters["servers_set_aside"] == 1
    assert replay.notes == [
        "recovery server down was set aside once, and brought nothing of 2 ranges since"
    ]


def test_without_another_one_they_are_gaps_at_once(tmp_path: Path) -> None:
    """What came early is held for as long as the lines are waited for, and no longer."""
    replay = replayed(tmp_path, holes(10, 30, 62, 82, last=100), Answers("down"))
    waited = [gap.ts_recv - gap.start_ns for gap in replay.gaps]

    assert [gap.method for gap in replay.gaps] == [
        "down: not in time", "down: not in time", "down: set aside", "down: set aside",
    ]  # fmt: skip
    assert waited[0] == waited[1] > 10 * US
    assert waited[2] == waited[3] <= 3 * US


def test_it_is_asked_again_behind_the_pause(tmp_path: Path) -> None:
    """In vain at first, then with success: from then on it is asked as before."""
    lost = (10, 30, 62, 150, 250, 345, 370)  # set aside at 40; on trial from 140, and from 362
    down = Answers("down", [], [], [], brings(370))
    replay = replayed(tmp_path, holes(*lost, last=400), down)

    assert [first for first, _ in down.asked] == [10, 30, 150, 370]
    assert [gap.first for gap in replay.recovered] == [370]
    assert replay.notes == ["recovery server down was set aside 2 times"]


def test_a_server_that_says_no_is_one_that_brings_nothing() -> None:
    """Failing quickly it costs little, but it is not asked for every hole either."""
    market = Market(KINDS["itch-server"], 3, 4000, 4)
    outcome = run(market, LOSS, 7, "refuse=1")

    assert outcome.failures == []
    assert outcome.counters["replies_refused"] > 0
    assert outcome.counters["servers_set_aside"] >= 1


def test_a_simulated_server_that_is_down_for_good() -> None:
    """A market with a server of which no reply arrives: the first holes only were asked, and no book lies."""
    market = Market(KINDS["itch-server"], 3, 4000, 4)
    outcome = run(market, LOSS, 7, "drop=1")
    asked = outcome.counters["requests"] - outcome.counters["request_retries"]

    assert outcome.failures == []
    assert outcome.gaps > 3 * asked > 0
    assert outcome.counters["servers_set_aside"] >= 1


# --- told -----------------------------------------------------------------------------------------
def test_it_is_told_at_the_end_also_to_who_wants_to_hear_little(tmp_path: Path) -> None:
    """As a note of the report, and with -q among the problems."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{taken.getsockname()[1]}"
        name = tape(tmp_path / "tape.pcap", holes(10, 30, 62, 82, last=100))
        found = document("replay", name, "--recover", server)
        quiet = feedhandler("replay", name, "--recover", server, "-q")
    note = (
        f"recovery server moldudp64 udp:{server} was set aside once, "
        "and brought nothing of 3 ranges since"
    )

    assert found["notes"] == [note]
    assert found["counters"]["servers_set_aside"] == 1
    assert [gap["method"] for gap in found["gaps"]] == [
        *["moldudp64: silence"] * 3, "moldudp64: set aside",
    ]  # fmt: skip
    assert told(quiet)[0] == f"feedhandler: {note}"
    assert quiet.exit_code == 1
