"""Before compiled code is imported: say it when this machine has to compile it first, and do so on two cores.

Imported by a verb only when it runs, for it imports numba.
"""

import atexit
import os
import subprocess
import sys
from typing import Final

from feedhandler.cli.output import notice
from feedhandler.compiling import collect_seldom, compile_intake
from feedhandler.decode.catalog import Feed
from feedhandler.jit import CACHE, JIT_ON

ENGINE: Final = "kernel.breathe"  # the kernel that everything else is compiled into
SOURCE: Final = "kernel.poll_pcap"
LONGEST_S: Final = 600

_beside: list[subprocess.Popen[bytes]] = []  # it compiles one half while we compile the other


def tell_of_compiling(kernel: str, what: str = "", *, quiet: bool = False) -> bool:
    """Tell if a kernel is not in the cache; whether it is not."""
    cold = JIT_ON and not any(CACHE.rglob(f"{kernel}*.nbi"))
    if cold:
        collect_seldom()
        if kernel == ENGINE and len(os.sched_getaffinity(0)) > 1:
            compile_beside()
        if not quiet:
            notice(f"compiling {what or 'for this machine'}, once; this takes a moment ...")
    return cold


def compile_beside() -> None:
    """Let another process compile the half of the engine that keeps books."""
    nowhere = subprocess.DEVNULL
    command = [sys.executable, "-m", "feedhandler.compiling"]
    where = {**os.environ, "FEEDHANDLER_CACHE": str(CACHE.parent)}
    _beside.append(
        subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=where)  # noqa: S603 (ours)
    )
    atexit.register(leave_nobody)


def leave_nobody() -> None:
    """End what compiles beside us: nobody waits for it any more."""
    while _beside:
        process = _beside.pop()
        process.kill()
        process.wait()


def await_compiled(feed: Feed) -> None:
    """Compile our half, then wait for the other one; where that failed, this process compiles it, too."""
    if _beside:
        compile_intake(feed)
    try:
        for process in _beside:
            process.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        leave_nobody()
