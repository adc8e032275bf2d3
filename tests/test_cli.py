"""The command line as a whole: quick help, one clear line for every error, the right exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog
from cli_runs import CME, ITCH, document, feedhandler, one_line

from feedhandler import __version__, logs
from feedhandler.cli.main import VERBS
from feedhandler.cli.moments import MomentError, parse_moment
from feedhandler.decode.catalog import feed, feeds

HEAVY = ("numpy", "numba", "scapy", "rich", "structlog", "kaitaistruct", "yaml", "pcapy")
IMPORTED = f"""
import sys
from feedhandler.cli.main import cli
try:
    cli(sys.argv[1:])
except SystemExit:
    pass
print([name for name in {HEAVY!r} if name in sys.modules])
"""


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


# --- help -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_imports_nothing_heavy(verb: str) -> None:
    """Asking what there is to type costs no compiler and no arrays."""
    arguments = [sys.executable, "-c", IMPORTED, *filter(None, [verb]), "--help"]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)

    assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_has_examples(verb: str) -> None:
    """Every verb shows how it is used; -h does as well."""
    result = feedhandler(*filter(None, [verb]), "-h")

    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"feedhandler {verb}" in result.stdout


def test_version() -> None:
    """The package's own."""
    assert feedhandler("--version").stdout == f"feedhandler {__version__}\n"


# --- errors ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["replay", "decode", "book"])
def test_what_cannot_be_opened(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, a directory and a file without permission are the environment's: exit code 3."""
    more = ["--symbol", "X"] if verb == "book" else []
    missing = feedhandler(verb, str(tmp_path / "no.pcap"), *more)
    directory = feedhandler(verb, str(tmp_path), *more)

    def refuse(path: Any, **_: Any) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("feedhandler.source.inputs.io", SimpleNamespace(FileIO=refuse))
    secret = feedhandler(verb, ITCH, *more)

    assert [missing.exit_code, directory.exit_code, secret.exit_code] == [3, 3, 3]
    assert f"{tmp_path}/no.pcap: no such file" == one_line(missing)
    assert f"{tmp_path}: is a directory, not a capture" == one_line(directory)
    assert f"{ITCH}: no permission to read it" == one_line(secret)


@pytest.mark.parametrize("verb", ["replay", "decode", "book"])
def test_what_is_no_capture(verb: str, tmp_path: Path) -> None:
    """Garbage, nothing, and a cut file header are faults of the data: exit code 1."""
    more = ["--symbol", "X"] if verb == "book" else []
    path = tmp_path / "x.pcap"
    told = []
    for content in (b"garbage" * 99, b"", Path(ITCH).read_bytes()[:10]):
        path.write_bytes(content)
        result = feedhandler(verb, str(path), *more)
        told.append((result.exit_code, one_line(result).removeprefix(f"{path}: ")))

    assert told == [
        (1, "is not a capture that is known here (first bytes 67 61 72 62 61 67 65 67)"),
        (1, "is empty"),
        (1, "the capture ends inside its file header"),
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["replya"], "no verb 'replya'; did you mean 'replay'? (see feedhandler --help)"),
        (["replay"], "Missing argument 'FILE...' (see feedhandler replay --help)"),
        (
            ["replay", ITCH, "--feed", "cme.mdp"],
            (
                "Invalid value for '--feed': unknown feed 'cme.mdp'; did you mean cme.mdp3? "
                "(see feedhandler replay --help)"
            ),
        ),
        (
            ["replay", ITCH, "--at", "noon"],
            (
                "Invalid value for '--at': 'noon': a packet number, 09:30:00.123456789, "
                "2024-03-15T09:30:00Z or ns since 1970 is expected (see feedhandler replay --help)"
            ),
        ),
        (
            ["replay", ITCH, ITCH, "--at", "7"],
            (
                "--at: a packet number is of one file; with several, give a time "
                "(see feedhandler replay --help)"
            ),
        ),
        (
            ["replay", ITCH, "--speed", "fast"],
            (
                "Invalid value for '--speed': 'fast' is not max, nor a multiple such as 1, x10 or 0.5, "
                "from 0.000001 to 1000000 (see feedhandler replay --help)"
            ),
        ),
        (
            ["replay", ITCH, "--events", "-", "--json"],
            (
                "--events - and --json would both write to standard output "
                "(see feedhandler replay --help)"
            ),
        ),
        (["decode", ITCH, "-f", "udp dst prt 1"], "filter 'udp dst prt 1': unknown host 'prt'"),
        (
            ["decode", ITCH, "--template", "ad_order"],
            (
                "--template ad_order: nasdaq.itch50 has no such message; did you mean add_order? "
                "(see feedhandler decode --help)"
            ),
        ),
        (
            ["book", ITCH, "--symbol", "ALFA", "--implied"],
            "--implied: nasdaq.itch50 has books by order only (see feedhandler book --help)",
        ),
        (
            ["replay", "-"],
            (
                "standard input: can be read only once; name the feed with --feed: "
                "cme.mdp3, moex.forts, nasdaq.itch50, nasdaq.itch50.file"
            ),
        ),
    ],
)
def test_usage(arguments: list[str], line: str) -> None:
    """What is not understood is told in one line: exit code 2."""
    result = feedhandler(*arguments)

    assert result.exit_code == 2
    assert line == one_line(result)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["replay", ITCH, "--to", "a", "--to", "b"], "--to: given 2 times, but replay sends to one"),
        (["capture", "-i", "a", "-i", "b", "-w", "x"], "--interface: given 2 times, but one "),
        (["capture", "-i", "a", "-w", "x", "-w", "y", "-w", "z"], "--write: given 3 times, but one "),
        (["simulate", "nasdaq.itch50", "-w", "x", "-w", "y"], "--write: given 2 times, but one file"),
        (["simulate", "--feed", "cme.mdp3", "--feed", "x"], "--feed: given 2 times, but one market"),
        (["replay", ITCH, "--feed", "cme.mdp3", "--feed", "x"], "--feed: given 2 times, but all is "),
        (["run", "-i", "a", "--feed", "cme.mdp3", "--feed", "x"], "--feed: given 2 times, but it is"),
        (["run", "-c", "a.toml", "-c", "b.toml"], "--config: given 2 times, but one configuration"),
    ],
)  # fmt: skip
def test_what_can_be_one_only_is_not_the_last_of_two(arguments: list[str], line: str) -> None:
    """Nothing that was asked for is passed over in silence."""
    result = feedhandler(*arguments)

    assert (result.exit_code, one_line(result)[: len(line)]) == (2, line)


def test_a_fault_of_ours_is_told_and_shown_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback but where it was asked for."""

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("x")

    monkeypatch.setattr("feedhandler.cli.protocols_run.show_list", broken)
    result = feedhandler("protocols", "list")
    monkeypatch.setenv("FEEDHANDLER_DEBUG", "1")
    shown = feedhandler("protocols", "list")

    assert result.exit_code == 70
    assert (
        one_line(result) == "fault in this program: KeyError: 'x' (FEEDHANDLER_DEBUG=1 shows where)"
    )
    assert isinstance(shown.exception, KeyError)


def test_a_closed_pipe_ends_the_program_in_silence() -> None:
    """`feedhandler ... | head -1` prints one line and nothing else."""
    main = "from feedhandler.cli.main import main; main()"
    command = [sys.executable, "-c", main, "decode", ITCH]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        first = run.stdout.readline()
        run.stdout.close()
        told = [line for line in run.stderr.read().splitlines() if b"compiling" not in line]
    assert first.startswith(b"packet 1  ")
    assert told == []


# --- points in time -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("09:30", 1_710_509_400_000_000_000),
        ("9:30:00.5", 1_710_509_400_500_000_000),
        ("13:30:00,000000001Z", 1_710_509_400_000_000_001),
        ("2024-03-16T00:00:00+00:00", 1_710_547_200_000_000_000),
        ("2024-03-15 09:30", 1_710_509_400_000_000_000),
        ("1710509400000000007", 1_710_509_400_000_000_007),
    ],
)
def test_times(text: str, ns: int) -> None:
    """Without a zone a time is the venue's, without a date the capture's; no digit is lost."""
    first = 1_710_509_397_000_000_000  # 2024-03-15 13:29:57 UTC

    assert ns == parse_moment(text).time_ns(first, ZoneInfo("America/New_York"))


@pytest.mark.parametrize("text", ["0", "24:00", "2024-02-30T00:00", "9", "9:3", "+1", "1" * 30, ""])
def test_what_is_no_time(text: str) -> None:
    """A packet number is no time, and nothing is guessed."""
    if text == "9":
        assert parse_moment(text).packet == 9
    else:
        with pytest.raises(MomentError):
            parse_moment(text)


# --- protocols ------------------------------------------------------------------------------------
def test_protocols_list_names_every_feed() -> None:
    """As text and as JSON, with what is not supported."""
    found = document("protocols", "list")
    text = feedhandler("protocols", "list").stdout

    assert [each.name for each in feeds()] == [each["name"] for each in found["feeds"]]
    assert all(each.name in text for each in feeds())
    assert "not supported" in text
    assert found["not_supported"]


def test_protocols_show_tells_what_messages_become() -> None:
    """Codes as the specification writes them, the kinds of events, the sources with their hashes."""
    found = document("protocols", "show", "cme.mdp3")
    messages = {each["code"]: each for each in found["messages"]}
    itch = {
        each["text"]: each for each in document("protocols", "show", "nasdaq.itch50")["messages"]
    }
    text = feedhandler("protocols", "show", "nasdaq.itch50").stdout

    assert {"level", "order", "clear"} <= set(messages[46]["events"])
    assert messages[54]["definition"]
    assert "channel_reset" in messages[4]["events"]
    assert itch["A"]["events"] == ["order"]
    assert (itch["A"]["code"], itch["A"]["name"]) == (65, "add_order")
    assert len(itch) == 23
    assert found["ports"] == ["14310-14399", "15310-15399"]
    assert {"ksy", "map", "reference"} == set(found["sources"][1]["sha256"])
    assert found["sources"][1]["written_from"].startswith("https://")
    assert "add_order" in text


def test_protocols_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything fits, or exit code 1 with a line for each fault."""
    problem = "protocols: cme/mdp3: ksy: changed"
    monkeypatch.setattr("feedhandler.codegen.manifest.problems", lambda: [problem])
    broken = feedhandler("protocols", "check")
    elsewhere = feedhandler("protocols", "check", "nasdaq.itch50", "--json")

    assert broken.exit_code == 1
    assert problem in broken.stdout
    assert json.loads(elsewhere.stdout) == {"format": 1, "feeds": ["nasdaq.itch50"], "problems": []}
    assert elsewhere.exit_code == 0


def test_protocols_of_an_unknown_feed() -> None:
    """Usage, with the nearest name."""
    result = feedhandler("protocols", "show", "cme.mdp")

    assert result.exit_code == 2
    assert "did you mean cme.mdp3?" in one_line(result)


# --- logs -----------------------------------------------------------------------------------------
def test_logs_are_lines_of_json_and_do_not_repeat_for_ever(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ten of each event, then one that says so, then none."""
    logs.set_up()
    for number in range(20):
        structlog.get_logger().warning("gap", first=number)
    structlog.get_logger().info("not shown")
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert len(told) == logs.REPEATS_MAX + 1
    assert (told[0]["event"], told[0]["first"], told[0]["level"]) == ("gap", 0, "warning")
    assert told[-1]["more"] == "counted, not shown"


def test_logs_by_verbosity(capsys: pytest.CaptureFixture[str]) -> None:
    """-q leaves errors, -v adds changes of session, -vv all."""
    seen = []
    for quiet, verbose in ((True, 0), (False, 0), (False, 1), (False, 2)):
        logs.set_up(quiet=quiet, verbose=verbose)
        for level in ("debug", "info", "warning", "error"):
            getattr(structlog.get_logger(), level)("event")
        seen.append(len(capsys.readouterr().err.splitlines()))

    assert seen == [1, 2, 3, 4]


def test_feeds_of_the_examples_are_there() -> None:
    """The shipped captures that the other tests use are of these."""
    assert feed("nasdaq.itch50").unit == "message"
    assert Path(CME).is_file()
