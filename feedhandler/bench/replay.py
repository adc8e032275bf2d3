"""How fast the whole path is, and how that compares with another program that does the same.

Each run is a process of its own, pinned to one core, and the two programs take turns, so that both meet the
same moods of the machine; their order changes from pair to pair. What counts is the median of the ratios of
the pairs. The other program is any command that prints a JSON object with `ns_per_message`; if it tells
`checksum`, `levels` or `bbo_changes`, they must be ours.
"""

import json
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from feedhandler.bench.measurement import machine, pinned
from feedhandler.decode.catalog import Feed

SAME: Final = ("checksum", "levels", "bbo_changes")
ENVIRONMENT: Final = 3


class BenchError(Exception):
    """A program that could not be measured; one line that says why."""

    exit_code = ENVIRONMENT


@dataclass
class Contest:
    """All runs; `ours` and `theirs` are what the programs printed, pair by pair."""

    file: str
    feed: str
    core: int | None
    passes: int
    command: str = ""
    interrupted: bool = False  # not as many runs as were wanted
    ours: list[dict[str, Any]] = field(default_factory=list)
    theirs: list[dict[str, Any]] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Their time by ours, of each pair: above 1 we are faster."""
        return [
            float(theirs["ns_per_message"]) / max(float(ours["ns_per_message"]), 1e-9)
            for ours, theirs in zip(self.ours, self.theirs, strict=False)
        ]

    @property
    def differences(self) -> dict[str, list[Any]]:
        """Results on which the programs do not agree, ours first; also ours from run to run."""
        found = {}
        for key in SAME:
            told = [run[key] for run in (*self.ours, *self.theirs) if key in run]
            if any(value != told[0] for value in told):
                found[key] = [told[0], next(value for value in told if value != told[0])]
        return found

    @property
    def compared(self) -> list[str]:
        """Results that both tell."""
        return [key for key in SAME if self.theirs and key in self.theirs[0]]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        document: dict[str, Any] = {
            "file": self.file,
            "feed": self.feed,
            "timed": "pcap bytes to order-by-order books and best prices; file in memory, code loaded, "
            "digest off; median of the passes of a process",
            "core": self.core,
            "passes": self.passes,
            "interrupted": self.interrupted,
            "ns_per_message": median(run["ns_per_message"] for run in self.ours),
            "ours": _summary(self.ours),
        }
        if self.command:
            ratios = self.ratios
            document |= {
                "command": self.command,
                "theirs": _summary(self.theirs),
                "ratio": round(median(ratios), 3),
                "ratio_min": round(min(ratios), 3),
                "ratio_max": round(max(ratios), 3),
                "ratios": [round(ratio, 3) for ratio in ratios],
                "compared": self.compared,
                "differences": self.differences,
            }
        return {**document, "machine": self.machine}


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """What the runs have in common, and their times."""
    times = [run["ns_per_message"] for run in runs]
    same = {
        key: value
        for key, value in runs[0].items()
        if not isinstance(value, float | list) and all(run.get(key) == value for run in runs)
    }
    spent = [run["cpu_ns_per_message"] for run in runs if "cpu_ns_per_message" in run]
    cpu = {"cpu_ns_per_message": median(spent)} if spent else {}
    return {
        **same,
        "ns_per_message": median(times),
        "ns_per_message_min": min(times),
        **cpu,
        "million_messages_per_second": round(1e3 / max(median(times), 1e-9), 2),
        "runs": times,
    }


def contest(
    file: str,
    feed: Feed,
    *,
    against: str = "",
    runs: int = 5,
    passes: int = 3,
    core: int | None = 0,
    each: Any = lambda: None,
) -> Contest:
    """Run both programs in turn; `each` is called after every run. Ctrl-C ends it after a whole pair."""
    made = Contest(file, feed.name, core, passes, against)
    ours = [sys.executable, "-m", "feedhandler.bench.once", file, feed.name, str(passes)]
    before = machine()
    try:
        with pinned(core):
            for number in range(runs):
                programs = [(made.ours, ours)]
                if against:
                    programs.append((made.theirs, shlex.split(against)))
                if number % 2:
                    programs.reverse()
                for told, command in programs:
                    told.append(run(command))
                    each()
    except KeyboardInterrupt:
        pairs = min(len(made.ours), len(made.theirs)) if against else len(made.ours)
        if pairs == 0:
            raise
        made.interrupted = True
        del made.ours[pairs:], made.theirs[pairs:]
    made.machine = {**before, "load_average_after": machine()["load_average"]}
    return made


def run(command: list[str]) -> dict[str, Any]:
    """The JSON object that a command prints."""
    name = shlex.join(command[:3])
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (the user's)
    except OSError as error:
        raise BenchError(f"{name}: {error.strerror or error}") from None
    if done.returncode:
        told = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BenchError(f"{name}: exit code {done.returncode}: {told[-1]}")
    return parse(done.stdout, name)


def parse(text: str, name: str) -> dict[str, Any]:
    """The object in a program's output: all of it, or the last line that is one."""
    for candidate in (text, *reversed(text.splitlines())):
        try:
            document = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(document, dict):
            time = document.get("ns_per_message")
            if not isinstance(time, int | float) or time <= 0:
                raise BenchError(f"{name}: its JSON has no ns_per_message above 0")
            return document
    raise BenchError(f"{name}: prints no JSON object")
