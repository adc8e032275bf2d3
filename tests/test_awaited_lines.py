"""A line that must come and never does is silent; one that nobody expects is not missed."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from capture_writers import pcap
from session_story import A, B, Story
from tapes import NASDAQ_A, OPENING_NS, frame
from test_recovery_line import unit

from feedhandler.decode.catalog import feed
from feedhandler.engine.engine import Engine
from feedhandler.session import channel_header as row
from feedhandler.session.line_kernel import block
from feedhandler.source.pcap_file import open_capture

MS = 1_000_000
SECOND = 1_000 * MS


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """The log of a run goes to a stream that is closed behind it."""
    yield
    structlog.reset_defaults()


def story(*, awaited: bool) -> Story:
    """A channel whose line B must come, or need not; a line is silent after 1,000 ns."""
    made = Story()
    made.state[block(B) + row.LINE_AWAITED] = row.AWAITED if awaited else 0
    return made


@pytest.mark.parametrize("awaited", [False, True])
def test_a_line_that_never_comes(*, awaited: bool) -> None:
    """It is told once, from the time at which its channel began."""
    made = story(awaited=awaited)
    for number in range(1, 60):
        made.take(number, line=A, at=100 * number)

    assert made.told.count("B silent") == int(awaited)
    assert made.line(B, row.LINE_SILENCES) == int(awaited)
    assert bool(made.line(B, row.LINE_SILENT)) == awaited


def test_a_line_that_comes_at_last_is_back() -> None:
    """And is silent again as any other."""
    made = story(awaited=True)
    for number in range(1, 40):
        made.take(number, line=A, at=100 * number)
    made.take(39, line=B, at=4_000)
    for number in range(40, 80):
        made.take(number, line=A, at=100 * number + 1)

    assert [each for each in made.told if each.startswith("B")] == [
        "B silent",
        "B back",
        "B silent",
    ]


def test_a_line_that_comes_in_time_was_never_silent() -> None:
    """Though it begins later than the other."""
    made = story(awaited=True)
    for number in range(1, 60):
        made.take(number, line=A, at=100 * number)
        if number > 5:
            made.take(number, line=B, at=100 * number + 1)

    assert not [each for each in made.told if each.startswith("B")]


@pytest.mark.parametrize("expected", [False, True])
def test_an_engine_that_expects_its_lines(tmp_path: Path, *, expected: bool) -> None:
    """Of a feed with two lines one comes, for ten seconds."""
    sent = [(OPENING_NS + n * 100 * MS, frame(*unit(n + 1, NASDAQ_A))) for n in range(100)]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(sent, nanos=True))
    with closing(open_capture(str(path))) as source:
        engine = Engine(feed("nasdaq.itch50"), source)
        engine.routing.lines_expected = expected
        engine.run()
    (channel,) = engine.channels.report()
    silences = {each["line"]: each["silences"] for each in channel["lines"]}

    assert silences.get("B", 0) == int(expected)
    assert silences["A"] == 0
