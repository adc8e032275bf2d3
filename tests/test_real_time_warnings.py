"""A loop with SCHED_FIFO that spins on a core that others share: every form in which it can be asked for warns."""

import json
from pathlib import Path

import pytest
from cli_runs import feedhandler
from lan import wire
from made_machines import CPU, TUNED, made
from test_doctor import findings
from test_live_cli import started

from feedhandler.cli.config import priority_notes
from feedhandler.config_reading import parse
from feedhandler.doctor.finding import Asked, Status
from feedhandler.doctor.machine import Machine
from feedhandler.service.steadiness import alone

WAIT_S = 400
SAYS = "SCHED_FIFO and spinning on core {}, which is not isolated: "
CORE = min(Machine().online())
SHARED = CORE not in Machine().isolated()


def configuration(core: int, more: str) -> str:
    """A worker with a priority."""
    return (
        f'name = "rt"\nlock_memory = false\nmetrics.address = ""\n[[worker]]\ncore = {core}\n{more}\n'
        '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "line_a"\nring_bytes = 1_048_576\n'
        "limits = { books = 64, orders = 1024, levels = 1024 }\n"
    )


@pytest.mark.skipif(not SHARED, reason="the first core of this machine is isolated")
@pytest.mark.parametrize("form", ["options", "configuration"])
@pytest.mark.parametrize("idle", ["spin-then-poll", "block"])
def test_a_run_warns(form: str, idle: str, tmp_path: Path) -> None:
    """On standard error, for people and in the log of a service; not where it sleeps. Time is short: it would hog."""
    file = tmp_path / "feed.toml"
    file.write_text(configuration(CORE, f"priority = 1\nidle = '{idle.replace('-', '_')}'"))
    words = {
        "options": ("-i", "line_a", "--feed", "nasdaq.itch50", "--idle", idle, "--core", str(CORE),
                    "--priority", "1", "--ring-bytes", "1048576"),
        "configuration": ("-c", str(file)),
    }[form]  # fmt: skip
    with wire() as made_wire:
        process = started(made_wire.receiver, "run", *words, "--seconds", "1", "-q")
        _, err = process.communicate(timeout=WAIT_S)

    assert (SAYS.format(CORE) in err) == (idle != "block")


@pytest.mark.parametrize("isolated", ["", "3", "2-3"])
def test_the_doctor_warns(isolated: str, tmp_path: Path) -> None:
    """Of the core that is to poll, whether or not anybody asks for a priority yet."""
    machine = made(tmp_path, {**TUNED, f"{CPU}/isolated": isolated})
    found = findings(machine, Asked(2))["rt spinning"]

    assert (found.status is Status.OK) == (isolated == "2-3")
    assert found.says.startswith(SAYS.format(2)) == (isolated != "2-3")
    assert ("isolcpus=managed_irq,domain,2" in found.mend) == (isolated != "2-3")


@pytest.mark.parametrize(
    ("core", "more", "warned"),
    [
        (2, "priority = 5", True), (3, "priority = 5", False), (2, "", False),
        (2, "priority = 5\nidle = 'block'", False),
        (2, "priority = 5\nidle = 'spin_then_poll'", True), (99, "priority = 5", False),
    ],
)  # fmt: skip
def test_a_configuration_is_checked_for_it(
    core: int, more: str, tmp_path: Path, *, warned: bool
) -> None:
    """A note: the file may be meant for another machine. A core that is not there has a note of its own."""
    machine = made(tmp_path, {**TUNED, f"{CPU}/isolated": "3"})
    notes = priority_notes(parse(configuration(core, more)), machine)

    assert [note.startswith("worker main: " + SAYS.format(2)) for note in notes] == [True] * warned


@pytest.mark.skipif(not SHARED, reason="the first core of this machine is isolated")
def test_the_command_tells_it(tmp_path: Path) -> None:
    """Among its notes; the file has no fault."""
    file = tmp_path / "feed.toml"
    file.write_text(configuration(CORE, "priority = 5"))
    told = json.loads(feedhandler("config", "check", str(file), "--json").stdout)

    assert told["faults"] == []
    assert [note for note in told["notes"] if SAYS.format(CORE) in note]


def test_no_core_at_all_is_warned_of() -> None:
    """A loop that is not pinned takes whichever core it is on."""
    found = alone(None)

    assert (found.status, found.name) == (Status.WARN, "priority")
