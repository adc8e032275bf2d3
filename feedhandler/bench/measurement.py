"""A measurement and the machine it was made on."""

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any, Final

from feedhandler.jit import JIT_ON

CACHES: Final = Path("/sys/devices/system/cpu/cpu0/cache")
CPU_INFO: Final = Path("/proc/cpuinfo")


@dataclass
class Measurement:
    """The same work, timed several times."""

    question: str
    unit: str  # what one of `count` is
    count: int
    wall_ns: list[int]
    cpu_ns: list[int]
    memory: str  # where the input lies: told, since a cache-hot loop flatters
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ns_each(self) -> float:
        """Median wall time for one unit."""
        return median(self.wall_ns) / max(self.count, 1)

    @property
    def rate(self) -> str:
        """So many a second, for people."""
        each = max(self.ns_each, 1e-9)
        return f"{1e3 / each:.1f} million" if each < 1e4 else f"{1e9 / each:,.0f}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        count = max(self.count, 1)
        each = self.ns_each
        return {
            "question": self.question,
            "unit": self.unit,
            "count": self.count,
            f"ns_per_{self.unit}": round(each, 2),
            f"ns_per_{self.unit}_min": round(min(self.wall_ns) / count, 2),
            f"cpu_ns_per_{self.unit}": round(median(self.cpu_ns) / count, 2),
            f"million_{plural(self.unit)}_per_second": round(1e3 / each, 2) if each else 0.0,
            "passes": len(self.wall_ns),
            "memory": self.memory,
            **self.details,
        }


def timed(work: Callable[[], Any], runs: int, before: Callable[[], Any] = lambda: None) -> Any:
    """(wall times, CPU times) of `runs` calls after one that does not count; of fewer after Ctrl-C."""
    wall: list[int] = []
    cpu: list[int] = []
    try:
        for number in range(runs + 1):
            before()
            cpu_start, start = process_time_ns(), perf_counter_ns()
            work()
            end, cpu_end = perf_counter_ns(), process_time_ns()
            if number:
                cpu.append(cpu_end - cpu_start)
                wall.append(end - start)
    except KeyboardInterrupt:
        if not wall:
            raise
    return wall, cpu[: len(wall)]


def memory_text(size: int) -> str:
    """Where an input of so many bytes can lie while it is gone through again and again."""
    for name, room in cache_sizes().items():
        if size <= room:
            return f"input of {size:,} bytes fits the {name} cache: cache-hot after the first pass"
    return f"input of {size:,} bytes fits no cache: it comes from memory"


def cache_sizes() -> dict[str, int]:
    """Bytes of the data caches, the smallest first."""
    found = {}
    for folder in sorted(CACHES.glob("index*")):
        try:
            level, kind, size = (
                (folder / name).read_text().strip() for name in ("level", "type", "size")
            )
        except OSError:
            continue
        if kind != "Instruction" and size.endswith("K"):
            found[f"L{level}"] = int(size[:-1]) << 10
    return found


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "caches": cache_sizes(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numba", "llvmlite", "numpy")},
        "jit": JIT_ON,
        "clock": "wall time, CLOCK_MONOTONIC",
    }


def cpu_model() -> str:
    """The processor's name."""
    try:
        for line in CPU_INFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Run on one core only, children included; None = wherever the system likes."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def plural(unit: str) -> str:
    """Messages, entries."""
    return f"{unit[:-1]}ies" if unit.endswith("y") else f"{unit}s"
