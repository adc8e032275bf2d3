"""How much memory this machine has for rings: the kernel kills programs when it has none left, ours or others."""

from pathlib import Path
from typing import Final

from feedhandler.source.source import ENVIRONMENT, CaptureError

TOLD: Final = Path("/proc/meminfo")
SHARE: Final = 2  # rings may take one of so many parts: pools, programs and files need the rest


def spare_bytes(told: Path = TOLD) -> int | None:
    """The most that may be taken: half of all memory, and no more than is free now; None = not told."""
    try:
        lines = told.read_text("ascii").splitlines()
        words = {
            name: int(rest.split()[0]) << 10
            for name, _, rest in (each.partition(":") for each in lines)
        }
        return min(words["MemTotal"] // SHARE, words["MemAvailable"])
    except (OSError, ValueError, KeyError, IndexError):
        return None


def check(wanted_bytes: int, what: str) -> None:
    """Refuse what this machine cannot hold, before the kernel is asked for it."""
    most = spare_bytes()
    if most is not None and wanted_bytes > most:
        text = f"{what}: {wanted_bytes:,} bytes are asked for; this machine has {most:,} for that"
        raise CaptureError(text, ENVIRONMENT)
