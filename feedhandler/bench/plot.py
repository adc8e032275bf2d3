"""The distributions of `bench live` as a picture: how large a share of the frames took longer than how long.

matplotlib draws it, an extra of its own (`pip install 'feedhandler[plot]'`): nothing else needs it.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedhandler.bench.live import Outcome

POINTS = 400  # of a line
KINDS = (".png", ".svg")


class PlotError(Exception):
    """Why there is no picture; one line."""

    exit_code = 3


def drawing(path: str = "") -> Any:
    """The library, or why there can be no such picture; asked before anything is measured."""
    if path and Path(path).suffix.lower() not in KINDS:
        raise PlotError(f"--plot {path}: the name has to end in {' or '.join(KINDS)}")
    if path and not os.access(Path(path).parent, os.W_OK):
        raise PlotError(f"--plot {path}: the folder is not there, or not to be written into")
    try:
        import matplotlib as mpl  # noqa: PLC0415 (an extra, and slow to come)
    except ImportError:
        raise PlotError("--plot needs matplotlib: pip install 'feedhandler[plot]'") from None
    mpl.use("Agg")
    return mpl


def exceeding(latencies_ns: Any) -> tuple[Any, Any]:
    """Microseconds, and the share of frames that took longer, from all of them to one."""
    ordered = np.sort(latencies_ns)
    count = len(ordered)
    places = np.unique(count - np.geomspace(count, 1, POINTS).astype(np.int64))
    return ordered[places] / 1e3, (count - places) / count


def draw(path: str, outcomes: "Sequence[Outcome]", title: str) -> None:
    """Write the picture; the name's ending says which kind."""
    drawing(path)
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(9, 5.5), layout="constrained")
    for each in outcomes:
        if each.latencies_ns is not None:
            style = "-" if each.one.idle == "spin" else "--"
            axes.plot(*exceeding(each.latencies_ns), style, label=each.one.title)
    axes.set(
        xscale="log", yscale="log", xlabel="wire to book, microseconds",
        ylabel="share of frames that took longer", title=title,
    )  # fmt: skip
    axes.grid(which="both", alpha=0.3)
    axes.legend(fontsize="small")
    try:
        figure.savefig(path)
    except OSError as error:
        raise PlotError(f"{path}: {error.strerror}") from None
    finally:
        plt.close(figure)
