"""Fuzz the compiled readers: `python -m feedhandler.fuzzing --count 250000`.

The invariant: any bytes give rows, a count or a reason; never an exception, a hang, a read past the end, or
more than a bounded time. Each target runs in a process of its own and says, packet by packet, which one is at
work; when the process dies or breaks a promise, the command is printed that does it again.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np

from feedhandler.fuzzing import captures as _captures  # noqa: F401 (registers its targets)
from feedhandler.fuzzing import recovery as _recovery  # noqa: F401 (likewise)
from feedhandler.fuzzing import recovery_engine as _recovery_engine  # noqa: F401 (likewise)
from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.engine import SPAN  # (registers its targets)
from feedhandler.fuzzing.targets import TARGETS, Bench, counted, make_target

MODULE: Final = "feedhandler.fuzzing"
COUNT: Final = 250_000
BOUND_NS: Final = 1_000_000  # for one packet
TIMEOUT_S: Final = 1800
PYTHON_SHARES: Final = {
    "recovery": 50,
    "recovery.engine": 2_000,
}  # targets in Python: one packet in so many


def arguments_of(words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument(
        "--count", type=int, default=COUNT, help="packets of each target; of those in Python a part"
    )
    parser.add_argument("--first", type=int, default=0, help="number of the first packet")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--capture", action="append", default=[], help="damage these packets, too")
    parser.add_argument("--show", action="store_true", help="print the packets, run nothing")
    parser.add_argument("--progress", help=argparse.SUPPRESS)  # given to processes of our own
    given = parser.parse_args(words)
    unknown = [name for name in given.targets if name not in TARGETS]
    if unknown:
        parser.error(f"unknown target {unknown[0]!r}; known: {', '.join(TARGETS)}")
    given.targets = given.targets or list(TARGETS)
    return given


# --- one target, in a process of its own ----------------------------------------------------------
def run_one(given: argparse.Namespace) -> dict[str, Any]:
    """Run a target and measure its slowest packets once more."""
    (name,) = given.targets
    target = make_target(name, given.capture)
    progress: Any = np.memmap(given.progress, np.int64, "r+", shape=1)
    bench = Bench.make(given.seed, name, progress)
    target.run(
        Bench.make(given.seed, name, progress), 0, 64
    )  # compiles, and loads what is loaded late
    target = make_target(name, given.capture)
    began, ticked = time.perf_counter_ns(), loops.read_ticks()
    target.run(bench, given.first, given.first + given.count)
    spent_ns, spent_ticks = time.perf_counter_ns() - began, max(loops.read_ticks() - ticked, 1)
    slowest, number = bench.slowest.tolist()
    return {
        "target": name,
        "seed": given.seed,
        "unit": target.unit,
        "counts": dict(counted(target, bench.tally)),
        "violations": int(bench.tally[loops.VIOLATIONS]),
        "first_violation": int(bench.tally[loops.FIRST_VIOLATION]),
        "elapsed_ns": spent_ns,
        "slowest_ns": slowest * spent_ns // spent_ticks,
        "slowest": number,
    }


# --- all of them ----------------------------------------------------------------------------------
def watch(name: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run a target in a process; what it found, or which packet ended it."""
    progress = folder / name
    progress.write_bytes(bytes(8))
    words = ["-m", MODULE, name, "--count", str(count_of(name, given.count))]
    words += ["--first", str(given.first)]
    words += ["--seed", str(given.seed), *(f"--capture={path}" for path in given.capture)]
    command = [sys.executable, *words, "--progress", str(progress)]
    try:
        done = subprocess.run(  # noqa: S603 (this very program)
            command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
        code, said = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        done, code, said = None, 1, f"took more than {TIMEOUT_S} s"
    at = int.from_bytes(progress.read_bytes(), "little")
    found: dict[str, Any] = {"target": name, "crashed": None}
    if done is not None and code == 0:
        found |= json.loads(done.stdout)
    else:
        reason = f"signal {-code}" if code < 0 else (said.strip().splitlines() or ["failed"])[-1]
        found |= {"crashed": reason, "at": at, "repeat": repeat(given, name, at)}
    return found


def count_of(name: str, count: int) -> int:
    """How many packets of a target: of those that Python reads fewer."""
    return max(count // PYTHON_SHARES.get(name, 1), 1)


def repeat(given: argparse.Namespace, name: str, number: int) -> str:
    """The command that runs a packet again, with those that belong to it."""
    span = SPAN if name.startswith("engine.") else 1
    first = str(number - number % span)
    words = ["python", "-m", MODULE, name, "--first", first, "--count", str(span)]
    words += ["--seed", str(given.seed), *(f"--capture={path}" for path in given.capture)]
    return shlex.join(words)


def failures(found: dict[str, Any], given: argparse.Namespace) -> list[str]:
    """What is wrong with a target, a line each."""
    name = found["target"]
    if found["crashed"]:
        return [f"{name}: {found['crashed']} at packet {found['at']}; repeat: {found['repeat']}"]
    lines = []
    if found["violations"]:
        command = repeat(given, name, found["first_violation"])
        lines.append(f"{name}: {found['violations']} broken promises; repeat: {command}")
    if found["slowest_ns"] > BOUND_NS:
        command = repeat(given, name, found["slowest"])
        lines.append(f"{name}: {found['slowest_ns']} ns for one packet; repeat: {command}")
    return lines


def told(found: dict[str, Any]) -> list[str]:
    """What a target came to, for people."""
    counts = {name: number for name, number in found["counts"].items() if number}
    total = counts.pop(found["unit"], 0)
    size = counts.pop("bytes", 0)
    rate = total * 1_000_000_000 // max(found["elapsed_ns"], 1)
    slowest = f"; slowest {found['slowest_ns']:,} ns" if found["slowest_ns"] else ""
    head = (
        f"{found['target']}: {total:,} damaged {found['unit']}, {size:,} bytes, {rate:,}/s{slowest}"
    )
    return [head, "    " + ", ".join(f"{number:,} {name}" for name, number in counts.items())]


def main(words: Sequence[str]) -> int:
    """Run all, print what came out; 1 = something is wrong."""
    given = arguments_of(words)
    if given.progress:
        sys.stdout.write(json.dumps(run_one(given)))
        return 0
    if given.show:
        target = make_target(given.targets[0], given.capture)
        base = Bench.make(given.seed, target.name, np.zeros(1, np.int64)).base
        for number in range(given.first, given.first + given.count):
            sys.stdout.write(f"{number} {target.make(base, number).hex()}\n")
        return 0
    wrong: list[str] = []
    total = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.jobs) as pool:
        for found in pool.map(lambda name: watch(name, given, Path(folder)), given.targets):
            wrong += failures(found, given)
            if not found["crashed"]:
                total += found["counts"][found["unit"]]
                sys.stdout.writelines(f"{line}\n" for line in told(found))
                sys.stdout.flush()
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    sys.stdout.write(f"{total:,} damaged packets, seed {given.seed}: ")
    sys.stdout.write(
        f"{len(wrong)} failures\n" if wrong else "nothing crashed, hung or read beyond\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
