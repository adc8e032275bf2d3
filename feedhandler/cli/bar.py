"""A progress bar for work that counts as it goes; it appears only at a terminal, and only for long work."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from feedhandler.cli.output import console

QUIET_NS: Final = 700_000_000  # work shorter than this needs no bar
TICK_NS: Final = 100_000_000

Tick = Callable[[int, int], None]  # done, in all (0 = not known)


@contextmanager
def progress(label: str, unit: str = "", *, wanted: bool = True) -> Iterator[Tick | None]:
    """What to call now and then; None where nobody looks. Without a unit, counts are bytes."""
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    shown: list[Any] = []
    due_ns = time.monotonic_ns() + QUIET_NS

    def tick(done: int, total: int) -> None:
        nonlocal due_ns
        now = time.monotonic_ns()
        if now < due_ns:
            return
        due_ns = now + TICK_NS
        if not shown:
            shown.append(_begin(unit))
            shown.append(shown[0].add_task(label, total=total or None))
        shown[0].update(shown[1], completed=done, total=total or None)
        shown[0].refresh()

    try:
        yield tick
    finally:
        if shown:
            shown[0].stop()


def _begin(unit: str) -> Any:
    from rich import progress as bars  # noqa: PLC0415 (only where somebody waits)

    amount = (
        (bars.TextColumn(f"{{task.completed:,}} {unit}"),)
        if unit
        else (bars.DownloadColumn(), bars.TransferSpeedColumn())
    )
    made = bars.Progress(
        bars.TextColumn("{task.description}"),
        bars.BarColumn(bar_width=32),
        *amount,
        bars.TimeRemainingColumn(),
        console=console(sys.stderr),
        auto_refresh=False,
        transient=True,
    )
    made.start()
    return made
