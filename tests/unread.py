"""Stories of messages that came and could not be read, whatever hindered it: what they leave of the books around them."""

from pathlib import Path

from cme_loops import LOSS, bids, entry, run, state
from packets import add_order, mdp3, mold
from tapes import CME_A, NASDAQ_A, NASDAQ_B, Sent, played, sent_at

from feedhandler.replaying import Replay
from feedhandler.session.gaps import Gap

WHOLE = LOSS[:2]


def packet(number: int, *messages: bytes) -> Sent:
    """A packet of the incremental channel."""
    return CME_A, mdp3(messages, number, sent_at(number))


def between_orders(path: Path, message: bytes) -> tuple[Replay, Gap]:
    """An order, a message of the exchange that both lines bring in the same way, another order; the only gap."""
    datagram = mold([message], 2)
    sent = [
        (NASDAQ_A, mold([add_order(1, "B", 100, 5)], 1)), (NASDAQ_A, datagram),
        (NASDAQ_B, datagram), (NASDAQ_A, mold([add_order(2, "B", 100, 6)], 3)),
    ]  # fmt: skip
    replay = played(path, sent)
    (gap,) = replay.gaps
    return replay, gap


def assert_in_doubt(replay: Replay, gap: Gap, seen: str) -> None:
    """The book is in doubt to the end, and the table tells which message it was."""
    assert (gap.first, gap.count, gap.seen, gap.lines, gap.end_ns) == (2, 1, seen, "A", 0)
    assert [view.state for view in replay.books] == ["STALE"]


def assert_numbers_prove(path: Path, message: bytes, seen: str) -> None:
    """A message that told nothing of instrument 1, whose next number follows: its book is sound."""
    replay = run(path, [*WHOLE, packet(3, message), entry(4, 7, 3)])
    (gap,) = replay.gaps

    assert (bids(replay), state(replay)) == ([7, 6, 5], "SYNCHRONIZED")
    assert (gap.seen, gap.method) == (seen, "instrument numbers")
