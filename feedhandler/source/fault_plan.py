"""What is to go wrong with a source, as people write it: `drop=1e-3,reorder=8,line-b-dead=2s..5s`.

    drop=RATE             the frame does not come
    burst=FRAMES@RATE     a run of frames does not come; RATE is how often a run begins
    tear=FRAMES@RATE      likewise among the frames of snapshot and definition loops only
    dead=FROM..TO         nothing comes from FROM to TO, counted from the first frame
    dup=RATE              the frame comes twice
    corrupt=RATE          one bit of the frame is turned over
    truncate=RATE         the frame ends early, as a capture with a short snap length has it
    delay=TIME[@RATE]     the frame comes later by TIME; others may overtake it
    skew=TIME             line B, or the line that is named, runs behind by TIME, in its own order
    reorder=FRAMES[@RATE] the frame comes up to FRAMES frames later
    clock=+TIME@AT        from AT on the receive times are wrong by TIME (or by -TIME)

`line-b-drop=1e-2` is of line B alone; a line is a letter or a destination (`line-233.54.12.111:26477-drop`).
FRAMES and TIME may be ranges (`4..16`, `50us..2ms`). A rate is 0.001, 1e-3, 0.1% or 1/1000, and is kept as a
whole number of 2**-32: no floating point decides what is lost.
"""

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

RATE_ONE: Final = 1 << 32
FRAMES_MAX: Final = 1 << 16
TIME_MAX_NS: Final = 366 * 86_400 * 1_000_000_000
FAULTS_MAX: Final = 64
UNITS_NS: Final = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000}
DEFAULT_SKEWED: Final = "B"

# What a kind is given: before the @, and behind it ("" = nothing, "[rate]" = every frame without it).
FORMS: Final = {
    "drop": ("rate", ""), "burst": ("frames", "rate"), "tear": ("frames", "rate"),
    "dead": ("times", ""), "dup": ("rate", ""), "corrupt": ("rate", ""), "truncate": ("rate", ""),
    "delay": ("times", "[rate]"), "skew": ("times", ""), "reorder": ("frames", "[rate]"),
    "clock": ("jump", "time"),
}  # fmt: skip
SHOWN: Final = {
    "drop": "drop=1e-3", "burst": "burst=4..16@1e-4", "tear": "tear=1..4@1e-2",
    "dead": "dead=2s..5s", "dup": "dup=1e-4", "corrupt": "corrupt=1e-5",
    "truncate": "truncate=1e-5", "delay": "delay=1ms..20ms@1e-3", "skew": "skew=50us..2ms",
    "reorder": "reorder=8@1e-2", "clock": "clock=-1s@3s",
}  # fmt: skip

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|min)", re.ASCII)
_RATE: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,3}))?(%)?", re.ASCII)
_LINE: Final = re.compile(r"[a-d]|\d+\.\d+\.\d+\.\d+:\d+", re.ASCII)


class FaultPlanError(ValueError):
    """A plan that cannot be read; one line that says where and why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: how often, how long, on which line ("" = on every one)."""

    kind: str
    line: str = ""
    rate: int = RATE_ONE  # of 2**32
    low: int = 0  # frames or ns, by kind; clock: the jump
    high: int = 0
    at_ns: int = 0  # clock: when, from the first frame

    @property
    def key(self) -> str:
        """What it is counted under."""
        return f"line-{self.line.lower()}-{self.kind}" if self.line else self.kind


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """All that goes wrong, and how it was written."""

    faults: tuple[Fault, ...]
    text: str

    @property
    def damages(self) -> bool:
        """Whether frames come that are not what was sent, which only their checksum tells."""
        return any(each.kind in {"corrupt", "truncate"} and each.rate for each in self.faults)

    def __str__(self) -> str:
        return self.text


def parse_faults(text: str) -> FaultPlan:
    """Read a plan."""
    items = [item.strip() for item in text.split(",") if item.strip()]
    if not items:
        raise FaultPlanError(f"no fault is named; such as {SHOWN['drop']},{SHOWN['dead']}")
    if len(items) > FAULTS_MAX:
        raise FaultPlanError(f"{len(items)} faults are more than {FAULTS_MAX}")
    return FaultPlan(tuple(_fault(item) for item in items), ",".join(items))


def _fault(item: str) -> Fault:
    name, equals, value = item.partition("=")
    line, kind = _names(name.strip().lower(), item)
    if not equals or not value.strip():
        raise FaultPlanError(f"{item}: a value is missing, such as {SHOWN[kind]}")
    first, at, second = value.strip().partition("@")
    form, behind = FORMS[kind]
    if at and not behind:
        raise FaultPlanError(f"{item}: {kind} has nothing behind an @, such as {SHOWN[kind]}")
    if not at and behind and not behind.startswith("["):
        raise FaultPlanError(f"{item}: what comes behind the @ is missing, such as {SHOWN[kind]}")
    rate = RATE_ONE
    at_ns = 0
    if form == "rate":
        rate = _rate(first, item)
    elif at and behind == "time":
        at_ns = _duration(second, item)
    elif at:
        rate = _rate(second, item)
    low, high = _bounds(form, first, item)
    if kind == "reorder" and ".." not in first:
        low = 1 if at else 0  # with a rate the others are those that stay
    if kind == "dead" and (low == high or ".." not in first):
        raise FaultPlanError(f"{item}: from when to when, such as {SHOWN[kind]}")
    if kind == "skew" and not line:
        line = DEFAULT_SKEWED
    return Fault(kind, line, rate, low, high, at_ns)


def _names(name: str, item: str) -> tuple[str, str]:
    """The line and the kind of `line-b-drop`."""
    line = ""
    kind = name
    if name.startswith("line-"):
        line, _, kind = name.removeprefix("line-").rpartition("-")
        if not _LINE.fullmatch(line):
            raise FaultPlanError(
                f"{item}: a line is a letter from a to d, or address:port, such as line-b-drop=1e-3"
            )
    if kind not in FORMS:
        near = difflib.get_close_matches(kind, FORMS, 1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(FORMS)}"
        raise FaultPlanError(f"{item}: unknown fault {kind!r}; {hint}")
    if line and kind == "clock":
        raise FaultPlanError(f"{item}: there is one clock for all lines, such as {SHOWN['clock']}")
    return line.upper(), kind


def _bounds(form: str, text: str, item: str) -> tuple[int, int]:
    """What stands before the @, as the least and the most."""
    if form == "rate":
        return 0, 0
    if form == "jump":
        sign = -1 if text.startswith("-") else 1
        jump = sign * _duration(text[text[:1] in "+-" :], item)
        return jump, jump
    read = _frames if form == "frames" else _duration
    low_text, dots, high_text = text.partition("..")
    low = read(low_text, item)
    high = read(high_text, item) if dots else low
    if high < low:
        raise FaultPlanError(f"{item}: {high_text} is less than {low_text}")
    return low, high


def _rate(text: str, item: str) -> int:
    """A rate as a whole number of 2**-32."""
    value = _fraction(text.strip())
    if value is None:
        raise FaultPlanError(f"{item}: {text!r} is no rate; such as 0.001, 1e-3, 0.1% or 1/1000")
    if value > 1:
        raise FaultPlanError(f"{item}: a rate is at most 1")
    rate = int(value * RATE_ONE)
    if value > 0 and rate == 0:
        raise FaultPlanError(f"{item}: the least rate above 0 is 2.4e-10")
    return rate


def _fraction(text: str) -> Fraction | None:
    above, slash, below = text.partition("/")
    if slash:
        plain = above.isascii() and above.isdigit() and below.isascii() and below.isdigit()
        return Fraction(int(above), int(below)) if plain and int(below) else None
    found = _RATE.fullmatch(text)
    if found is None:
        return None
    digits, exponent, percent = found.groups()
    value = Fraction(digits) * Fraction(10) ** int(exponent or 0)
    return value / 100 if percent else value


def _frames(text: str, item: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= FRAMES_MAX:
        raise FaultPlanError(f"{item}: {text!r} is no number of frames from 1 to {FRAMES_MAX}")
    return int(text)


def _duration(text: str, item: str) -> int:
    """A time in ns, exactly."""
    found = _DURATION.fullmatch(text)
    if found is None:
        units = ", ".join(UNITS_NS)
        raise FaultPlanError(f"{item}: {text!r} is no time; a number and one of {units}")
    value = Fraction(found[1]) * UNITS_NS[found[2]]
    if value.denominator != 1:
        raise FaultPlanError(f"{item}: {text} is no whole number of ns")
    if value > TIME_MAX_NS:
        raise FaultPlanError(f"{item}: {text} is more than a year")
    return int(value)
