"""What `run` refuses before it compiles or opens anything: cores, feeds and interfaces that cannot be."""

from pathlib import Path
from typing import Any

import pytest
from cli_runs import feedhandler, one_line
from made_machines import CPU, TUNED, made

from feedhandler.doctor.finding import Status
from feedhandler.live import LiveOptions, open_live
from feedhandler.service.steadiness import alone
from feedhandler.source.source import CaptureError

ITCH = ("--feed", "nasdaq.itch50")
HERE = ("-i", "lo", *ITCH)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((*HERE, "--core", "4095"), 3, "--core 4095: no such core; online are "),
        (("-i", "lo", "--feed", "nasdaq.itch50.file"), 2,
         "--feed nasdaq.itch50.file: it is a file's format, nobody sends it"),
        (("-i", "lo", *HERE), 2, "--interface: the same one twice"),
        ((*HERE, "--priority", "50"), 2, "--priority: a spinning loop needs a --core of its own"),
    ],
    ids=["core", "feed", "interface", "priority"],
)  # fmt: skip
def test_the_command_line(words: tuple[str, ...], code: int, told: str) -> None:
    """One line and a code."""
    result = feedhandler("run", *words, "--seconds", "1")

    assert result.exit_code == code
    assert one_line(result).startswith(told)


def test_a_core_of_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    """`config check` notes it, as the file may be for another machine; `run` does not go on without."""
    file = tmp_path / "feed.toml"
    file.write_text(
        '[[worker]]\ncore = 4095\n[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "lo"\n', "utf-8"
    )
    checked, refused = (
        feedhandler("config", "check", str(file)),
        feedhandler("run", "-c", str(file)),
    )

    assert checked.exit_code == 0
    assert "4095" in checked.stdout
    assert refused.exit_code == 3
    assert one_line(refused).startswith("worker main: core 4095: no such core; online are ")


def test_the_library_refuses_an_interface_twice() -> None:
    """Each of its frames would come twice, and its losses be told twice."""
    with pytest.raises(CaptureError, match="an interface is given twice"):
        open_live(LiveOptions(interfaces=("lo", "lo")), [])


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({}, Status.OK),
        ({f"{CPU}/isolated": ""}, Status.WARN),
        ({f"{CPU}/isolated": "3"}, Status.WARN),
        ({f"{CPU}/isolated": None}, Status.WARN),
    ],
    ids=["isolated", "none is", "another is", "not told"],
)
def test_a_real_time_loop_on_a_core_that_others_share(
    files: dict[str, Any], status: Status, tmp_path: Path
) -> None:
    """It is warned of, with the command that isolates the core."""
    found = alone(2, made(tmp_path, {**TUNED, **files}))

    assert found.status is status
    assert found.name == "priority"
    if files.get(f"{CPU}/isolated", "2-3") is None:
        assert found.says.startswith("SCHED_FIFO and spinning on core 2, isolated or not: ")
    elif status is Status.WARN:
        assert found.says.startswith("SCHED_FIFO and spinning on core 2, which is not isolated: ")
        assert "isolcpus=managed_irq,domain,2" in found.mend
