"""More definitions than the first pools have books: each book has its line of best prices, wherever the pools grow."""

from dataclasses import replace
from pathlib import Path

from tapes import tape
from test_undefined import OPTION, defined, entries
from test_unnamed_instruments import add, directory, sent

from feedhandler.book.pools import Limits
from feedhandler.publish.bbo import BestPrices
from feedhandler.publish.kernel import LINE_WORDS
from feedhandler.replaying import Replay

COUNT = 20
FEW = Limits(books=4)  # in the first pools


def has_lines_for_all(capture: Path, feed: str) -> None:
    """Each book that the pools hold has a line of best prices, and there are as many as were defined."""
    with Replay(capture, feed, limits=FEW) as replay:
        replay.run()
        assert replay.engine.desk.bbo.size // LINE_WORDS >= replay.engine.pools.books.size
        assert len(replay.books) == COUNT
        assert replay.counters["bbo_changes"] > 0


def test_definitions_of_a_line_of_their_own(tmp_path: Path) -> None:
    """The book of the last one is written to."""
    told = [
        OPTION._replace(instrument=replace(OPTION.instrument, number=number))
        for number in range(1, COUNT + 1)
    ]
    datagrams = [defined(number, each) for number, each in enumerate(told, 1)]
    capture = tape(tmp_path / "tape.pcap", [*datagrams, entries(1, [5], 1, told[-1])])
    has_lines_for_all(capture, "cme.mdp3")


def test_definitions_among_the_messages(tmp_path: Path) -> None:
    """As those of the exchange are."""
    names = [directory(number) for number in range(1, COUNT + 1)]
    capture = tape(tmp_path / "tape.pcap", sent(names, [add(1, COUNT)]))
    has_lines_for_all(capture, "nasdaq.itch50")


def test_a_table_with_too_few_lines(tmp_path: Path) -> None:
    """Who brings a table of his own gets as many books as it has lines, and is told that there are more."""
    names = [directory(number) for number in range(1, COUNT + 1)]
    orders = [add(number, number) for number in range(1, COUNT + 1)]
    capture = tape(tmp_path / "tape.pcap", sent(names, orders))
    with Replay(capture, "nasdaq.itch50", best=BestPrices.create(None, 4)) as replay:
        replay.run()
        assert [view.number for view in replay.books] == [1, 2, 3]  # line 0 is no book's
        assert replay.counters["books_limit"] > 0
        assert replay.counters["bbo_changes"] == 3
