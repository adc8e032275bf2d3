"""Metrics of an observed process in Prometheus' text format.

Times are whole nanoseconds until they are written as decimal seconds; no float has a part in it. Labels are few
and low in number: process, feed, worker, channel, line, reason; never an instrument. Where several feeds of a process
have one name, each has the label `publish`, too.
"""

import platform
from collections.abc import Iterator
from typing import Any, Final

from feedhandler.telemetry.histogram import Histogram
from feedhandler.telemetry.histogram_header import REACH_BITS
from feedhandler.telemetry.metric_names import HELP, PREFIX, metric_of
from feedhandler.telemetry.observing import Observed, in_doubt_of

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
NS: Final = 1_000_000_000
FIRST_BIT: Final = 8  # buckets end below 256 ns, 512 ns ...
ENDS: Final = tuple((1 << bit) - 1 for bit in range(FIRST_BIT, REACH_BITS))

Labels = dict[str, object]
Sample = tuple[str, Labels, object]  # suffix of the name, labels, value


class Page:
    """Samples by metric, in the order in which metrics came first; a metric's stand together."""

    def __init__(self) -> None:
        self._metrics: dict[str, tuple[str, list[Sample]]] = {}

    def add(self, name: str, kind: str, labels: Labels, value: object, suffix: str = "") -> None:
        """One more sample."""
        self._metrics.setdefault(name, (kind, []))[1].append((suffix, labels, value))

    def text(self) -> str:
        """All of it."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for name, (kind, samples) in self._metrics.items():
            told = HELP.get(name, f"Counter {name.removesuffix('_total')}, see counter.py.")
            yield f"# HELP {PREFIX}{name} {told}"
            yield f"# TYPE {PREFIX}{name} {kind}"
            for suffix, labels, value in samples:
                yield f"{PREFIX}{name}{suffix}{labels_text(labels)} {value}"


def render(seen: Observed) -> str:
    """The metrics of a process."""
    page, name = Page(), seen.state.get("name", "")
    process: Labels = {"process": name}
    version = seen.state.get("version")
    if version is not None:
        page.add("build_info", "gauge", {**process, "version": version,
                                         "python": platform.python_version()}, 1)  # fmt: skip
    page.add("up", "gauge", process, int(not seen.troubles()))
    page.add("ready", "gauge", process, int(seen.ready))
    page.add("log_lines_lost_total", "counter", process, seen.state.get("log_lines_lost", 0))
    if "started_ns" in seen.state:
        page.add("start_time_seconds", "gauge", process, seconds(seen.state["started_ns"]))
    if seen.state.get("clock_offset_ns") is not None:
        page.add("clock_offset_seconds", "gauge", process, seconds(seen.state["clock_offset_ns"]))
    for loop in seen.state.get("loops", []):
        page.add("loop_progress_total", "counter", {**process, "worker": loop["name"]},
                 loop["progress"])  # fmt: skip
    for feed in seen.feeds:
        labels = {**process, "feed": feed["feed"], "worker": feed["worker"]}
        if feed.get("namesakes"):
            labels["publish"] = feed["publish"]
        counted(page, labels, seen.counters.get(feed["publish"], {}))
        of_feed(page, labels, feed)
        for stage, histogram in seen.stages.get(feed["publish"], {}).items():
            latency(page, {**labels, "stage": stage}, histogram)
    return page.text()


def counted(page: Page, labels: Labels, counters: dict[str, int]) -> None:
    """Every counter."""
    for counter, number in counters.items():
        metric = metric_of(counter)
        more = {metric.label: metric.value} if metric.label else {}
        page.add(metric.name, "counter", {**labels, **more}, number)


def of_feed(page: Page, labels: Labels, feed: dict[str, Any]) -> None:
    """Losses by place, books, gaps, recoveries, channels and lines."""
    for place, number in feed["lost"].items():
        page.add("packets_dropped_total", "counter", {**labels, "stage": place}, number)
    lossy = feed.get("seconds", [])
    for place, number in feed.get("losses", {}).items():
        kind, _, at = place.partition(" ")
        where = {**labels, "place": kind, "at": at}
        page.add("losses_total", "counter", where, number)
        here = [each for each in lossy if place in each["lost"]]
        if here:  # frames, and units of lines and gaps: each place has its own second, and no sum
            worst = max(here, key=lambda each: each["lost"][place])
            page.add("loss_worst_second", "gauge", where, worst["lost"][place])
            page.add("loss_worst_second_packets", "gauge", where, worst["frames"])
    if lossy:
        page.add("loss_last_time_seconds", "gauge", labels, lossy[-1]["second"])
    for interface, link in feed.get("links", {}).items():
        page.add("interface_up", "gauge", {**labels, "interface": interface}, int(link == "up"))
    page.add("channels_dark", "gauge", labels, len(feed.get("dark", ())))
    for state, number in feed["books"].items():
        page.add("books", "gauge", {**labels, "state": state.lower()}, number)
    page.add("books_in_doubt", "gauge", labels, in_doubt_of(feed))
    page.add("channels_overdue", "gauge", labels, len(feed.get("overdue", ())))
    page.add("gaps_open", "gauge", labels, feed["gaps_open"])
    for method, closed in feed["recoveries"].items():
        ways = {**labels, "method": method}
        page.add("recoveries_total", "counter", {**ways, "outcome": "recovered"}, closed["count"])
        page.add("recovery_seconds", "summary", ways, seconds(closed["ns"]), "_sum")
        page.add("recovery_seconds", "summary", ways, closed["count"], "_count")
    for channel in feed["channels"]:
        where = {**labels, "channel": channel["channel"], "role": channel["role"]}
        page.add("channel_state", "gauge", {**where, "state": channel["state"]}, 1)
        lines = channel["lines"]
        for line in lines:
            of_line(page, {**where, "line": line["line"]}, line, lag_ns(line, lines))


def of_line(page: Page, labels: Labels, line: dict[str, Any], lag: int | None) -> None:
    """What a line brought, missed, and how late it is."""
    page.add("line_datagrams_total", "counter", labels, line["datagrams"])
    page.add("line_first_total", "counter", labels, line["first"])
    page.add("line_lost_total", "counter", labels, line["lost"])
    page.add("line_silent", "gauge", labels, int(bool(line["silent_since"])))
    if lag is not None:
        page.add("line_lag_seconds", "gauge", labels, seconds(lag))


def lag_ns(line: dict[str, Any], lines: list[dict[str, Any]]) -> int | None:
    """How far a line is behind the others where they were first, in the mean; None = nothing was measured."""
    leads = [each["lead"] for each in lines if each["line"] != line["line"]]
    samples = sum(lead["samples"] for lead in leads)
    if not samples:
        return None
    led: int = sum(lead["mean"] * lead["samples"] for lead in leads)
    return led // int(samples)


def latency(page: Page, labels: Labels, histogram: Histogram) -> None:
    """A histogram by powers of two; each ends a bucket of ours, so the numbers are exact."""
    for end, number in zip(ENDS, histogram.below_or_at(list(ENDS)), strict=True):
        page.add("stage_latency_seconds", "histogram", {**labels, "le": seconds(end)}, number,
                 "_bucket")  # fmt: skip
    count = histogram.count
    page.add("stage_latency_seconds", "histogram", {**labels, "le": "+Inf"}, count, "_bucket")
    page.add("stage_latency_seconds", "histogram", labels, seconds(histogram.sum), "_sum")
    page.add("stage_latency_seconds", "histogram", labels, count, "_count")
    page.add("stage_latency_negative_total", "counter", labels, histogram.below)


def seconds(ns: int) -> str:
    """Nanoseconds as decimal seconds, exactly."""
    whole, rest = divmod(abs(ns), NS)
    return f"{'-' * (ns < 0)}{whole}.{rest:09d}".rstrip("0").rstrip(".")


def labels_text(labels: Labels) -> str:
    """{a="b"}, with the three characters escaped that mean something there."""
    if not labels:
        return ""
    pairs = ",".join(f'{key}="{escaped(str(value))}"' for key, value in labels.items())
    return f"{{{pairs}}}"


def escaped(text: str) -> str:
    """A label's value."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
