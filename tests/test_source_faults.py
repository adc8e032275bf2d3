"""Any bytes give frames, a note or a reason: never a crash, a hang or a read past the end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str, jit: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a module of the tests in a process of its own."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "0" if jit else "1"}
    command = [sys.executable, "-W", "error", "-m", *arguments]
    return subprocess.run(
        command,
        cwd=Path(__file__).parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(("seed", "jit"), [(1, True), (2, True), (3, False)])
def test_nothing_is_read_beyond_the_bytes(seed: int, *, jit: bool) -> None:
    """Random and damaged frames and captures end right before unreadable memory."""
    done = run("guarded", str(seed), "4000" if jit else "1000", jit=jit)

    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing read beyond\n", "")


def test_the_guard_works() -> None:
    """One byte too far does end the process."""
    assert run("guarded", "trespass").returncode == -signal.SIGSEGV


def test_the_same_with_the_jit_off() -> None:
    """Stories of containers, cuts, BinaryFILE, merge, pace and wire hold for plain Python too."""
    stories = "container or cut or sections or run or pace or merge or reason or lies or route"
    files = ["test_source.py", "test_source_binary.py", "test_source_order.py", "test_wire.py"]
    options = ["-q", "-x", "-p", "no:cacheprovider", "-k", f"({stories}) and not window"]
    done = run("pytest", *files, *options, jit=False)

    assert done.returncode == 0, done.stdout[-2000:]
