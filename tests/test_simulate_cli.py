"""`feedhandler simulate`: it writes what the simulator makes, tells the truth about it, and leaves no rubbish."""

import gzip
import hashlib
import json
from pathlib import Path

import click.testing
import pytest

from feedhandler.cli import bar
from feedhandler.cli.main import cli
from feedhandler.cli.simulate import EVERY, ticking
from feedhandler.simulator import simulate, write_capture
from feedhandler.simulator.captures import CAPTURES, command
from feedhandler.source.frames import frames
from feedhandler.source.pcap_file import open_capture


def run(*arguments: str) -> click.testing.Result:
    """The command's result."""
    return click.testing.CliRunner().invoke(cli, ["simulate", *arguments], standalone_mode=True)


def packets(path: Path) -> int:
    """Frames that a reader finds in a capture."""
    source = open_capture(str(path))
    try:
        return sum(1 for _ in frames(source))
    finally:
        source.close()


@pytest.mark.parametrize("name", ["a.pcap", "a.pcapng", "a.pcap.gz", "a.pcapng.zst"])
def test_it_writes_what_the_simulator_makes(tmp_path: Path, name: str) -> None:
    """The same bytes as from Python, in each format, and nothing beside them."""
    result = run(
        "cme.mdp3", "-w", str(tmp_path / name), "--messages", "80", "--seed", "5", "--lines", "A"
    )
    folder = tmp_path / "python"
    folder.mkdir()
    write_capture(folder / name, simulate("cme.mdp3", messages=80, seed=5, lines="A"))

    assert result.exit_code == 0
    assert (folder / name).read_bytes() == (tmp_path / name).read_bytes()
    assert {name, "python"} == {path.name for path in tmp_path.iterdir()}


def test_what_was_written_is_told(tmp_path: Path) -> None:
    """Frames by line, messages, digest and the truth about the final books."""
    path = tmp_path / "a.pcap"
    arguments = ["--feed", "nasdaq.itch50", "-w", str(path), "--messages", "300", "--vlan", "7"]
    people, machine = run(*arguments), run(*arguments, "--json")
    told = json.loads(machine.stdout)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == told["sha256"]
    assert path.stat().st_size == told["bytes"]
    assert packets(path) == told["truth"]["frames_total"]
    assert sum(told["truth"]["frames"].values()) == told["truth"]["frames_total"]
    assert (told["vlan"], told["lines"], told["messages"]) == (7, "AB", 300)
    assert told["sha256"] in people.stdout
    assert f"{told['truth']['frames_total']:,} (" in people.stdout
    assert f"{told['truth']['orders']:,} orders" in people.stdout


def test_a_binary_file_has_no_frames(tmp_path: Path) -> None:
    """Messages only; options that speak of frames are refused."""
    path = tmp_path / "day"
    written = run("nasdaq.itch50.file", "-w", str(path), "--messages", "50")
    refused = run("nasdaq.itch50.file", "-w", str(path), "--vlan", "9")

    assert written.exit_code == 0
    assert path.read_bytes().endswith(b"\0\0")
    assert refused.exit_code == 2
    assert "--vlan: nasdaq.itch50.file has no frames" in refused.stderr


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_commands_of_the_manifest_are_understood(tmp_path: Path, capture: object) -> None:
    """What the manifest says of a shipped capture can be run (here with fewer messages)."""
    words = command(capture).split()[2:]  # type: ignore[arg-type]
    path = tmp_path / Path(words[words.index("-w") + 1]).name
    words[words.index("-w") + 1] = str(path)
    words[words.index("--messages") + 1] = "60"
    result = run(*words)

    assert (result.exit_code, result.stderr) == (0, "")
    assert path.stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["-w", "a.pcap"], 2, "which feed?"),
        (["nasdaq", "-w", "a.pcap"], 2, "cannot simulate 'nasdaq'; feeds: nasdaq.itch50, "),
        (["cme.mdp3", "--feed", "nasdaq.itch50", "-w", "a.pcap"], 2, "two feeds"),
        (["cme.mdp3", "-w", "a.cap"], 2, "a.cap: the name of a capture ends in .pcap or .pcapng"),
        (["cme.mdp3", "-w", "a.pcap", "--instruments", "900"], 2, "instruments must be 1 to 500"),
        (["cme.mdp3", "-w", "none/a.pcap"], 3, "none/a.pcap: No such file or directory"),
        (["cme.mdp3", "-w", "/dev/full"], 3, "/dev/full: is not a file"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    """One line, the exit code, and no file, not even a half one."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)

    assert result.exit_code == code
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_is_replaced_when_the_new_one_is_whole(tmp_path: Path) -> None:
    """Compressed content is the same whatever was there before."""
    path = tmp_path / "a.pcap.gz"
    path.write_text("old")
    run("cme.mdp3", "-w", str(path), "--messages", "30", "-q")

    assert gzip.decompress(path.read_bytes())[:4] == b"\x4d\x3c\xb2\xa1"


def test_frames_pass_the_bar_unchanged() -> None:
    """The bar is told now and then, and takes nothing away."""
    ticks: list[int] = []
    passed = list(ticking(range(3 * EVERY), lambda done, _total: ticks.append(done)))

    assert passed == list(range(3 * EVERY))
    assert ticks == [0, EVERY, 2 * EVERY]


def test_without_a_terminal_there_is_no_bar() -> None:
    """Scripts and logs see none."""
    with bar.progress("work") as tick:
        assert tick is None


def test_a_bar_appears_at_a_terminal_and_goes_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only for long work; with counts or with bytes."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(bar, "QUIET_NS", 0)
    monkeypatch.setattr(bar, "TICK_NS", 0)
    for unit in ("frames", ""):
        with bar.progress("work", unit) as tick:
            assert tick is not None
            tick(500, 1000)
            tick(600, 0)

    assert "work" in capsys.readouterr().err
