"""Running the command line in tests: in this process, on the shipped captures and on faulty copies of them."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from capture_writers import pcap
from click.testing import CliRunner, Result

from feedhandler.cli.main import cli
from feedhandler.source.frames import Frame, frames
from feedhandler.source.pcap_file import open_capture

CAPTURES = Path(__file__).resolve().parents[1] / "captures"
MANIFEST = tomllib.loads((CAPTURES / "manifest.toml").read_text("utf-8"))["capture"]
SHIPPED = {each["file"]: each for each in MANIFEST}
ITCH = str(CAPTURES / "nasdaq-itch50-ab.pcap")
ITCH_FILE = str(CAPTURES / "nasdaq-itch50.binaryfile")
CME = str(CAPTURES / "cme-mdp3-ab.pcapng")


def feedhandler(*arguments: str) -> Result:
    """One run of the program; its exit code, standard output and standard error."""
    return CliRunner().invoke(cli, arguments)


def document(*arguments: str) -> dict[str, Any]:
    """What a run prints with --json."""
    result = feedhandler(*arguments, "--json")
    assert result.stdout, result.stderr
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def lines(*arguments: str) -> list[dict[str, Any]]:
    """What a run prints as NDJSON."""
    return [json.loads(line) for line in feedhandler(*arguments).stdout.splitlines()]


def one_line(result: Result) -> str:
    """The one line that an error is told in."""
    (line,) = told(result)
    assert line.startswith("feedhandler: ")
    return line.removeprefix("feedhandler: ")


def told(result: Result) -> list[str]:
    """Standard error, but for the notice of a machine where nothing was compiled yet."""
    return [line for line in result.stderr.splitlines() if ": compiling " not in line]


def read(path: str) -> list[Frame]:
    """Every frame of a capture."""
    source = open_capture(path)
    try:
        return list(frames(source))
    finally:
        source.close()


def rewritten(
    path: Path, source: str, change: Callable[[Frame], bytes | None], count: int | None = None
) -> str:
    """A copy of a capture's first frames, each changed or (None) left out."""
    kept = []
    for frame in read(source)[:count]:
        data = change(frame)
        if data is not None:
            kept.append((frame.ts_recv, data))
    path.write_bytes(pcap(kept, nanos=True))
    return str(path)
