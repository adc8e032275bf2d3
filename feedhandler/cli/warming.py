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
# What is compiled as soon as a command imports it, one of each file; and what is before it begins.
READERS: Final = (SOURCE, "binary_kernel.poll_binary_file", "merge_kernel.poll_staged")
LIVE: Final = (
    *READERS, "ring_kernel.poll_ring", "socket_kernel.poll_sockets", "xdp_kernel.poll_xdp",
    "dpdk_kernel.poll_dpdk", "joined_kernel.poll_joined", "idle_kernel.wait",
)  # fmt: skip
RECORDING: Final = (
    *READERS, "ring_kernel.poll_ring", "kernel.is_ready", "kernel.write_block", "kernel.give_back",
)  # fmt: skip
SENDERS: Final = (*READERS, "xdp_kernel.poll_xdp", "xdp_kernel.send_xdp")
SENDING: Final = (*SENDERS, "kernel.send_due")
LONGEST_S: Final = 600

_beside: list[subprocess.Popen[bytes]] = []  # it compiles one half while we compile the other


def tell_of_compiling(*kernels: str, what: str = "for this machine", quiet: bool = False) -> bool:
    """Tell if one of these kernels is not in the cache; whether that is so."""
    cached = {path.name.partition("-")[0] for path in CACHE.rglob("*.nbi")} if JIT_ON else set()
    cold = {each for each in kernels if each not in cached} if JIT_ON else set()
    if cold:
        collect_seldom()
        if ENGINE in cold and len(os.sched_getaffinity(0)) > 1:
            compile_beside()
        if not quiet:
            notice(f"compiling {what}, once; this takes a moment ...")
    return bool(cold)


def tell_of_decoders(*feeds: Feed, told: bool, quiet: bool) -> None:
    """Tell if a decoder of these feeds is not in the cache, unless it is `told` that something is compiled."""
    if not told:
        tell_of_compiling(*(f"{feed.module}.decode" for feed in feeds), quiet=quiet)


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
