"""Before compiled code is imported: say it when this machine has to compile it first.

Imported by a verb only when it runs, for it imports numba.
"""

from typing import Final

from feedhandler.cli.output import notice
from feedhandler.jit import CACHE, JIT_ON

ENGINE: Final = "kernel.breathe"  # the kernel that everything else is compiled into
SOURCE: Final = "kernel.poll_pcap"


def tell_of_compiling(kernel: str, what: str = "", *, quiet: bool = False) -> bool:
    """Tell if a kernel is not in the cache; whether it was told."""
    cold = JIT_ON and not any(CACHE.rglob(f"{kernel}*.nbi"))
    if cold and not quiet:
        notice(f"compiling {what or 'for this machine'}, once; this takes a moment ...")
    return cold
