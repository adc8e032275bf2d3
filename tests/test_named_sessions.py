"""Stock locates are of a session: what the session before called a number is not believed of this one.

Stories of ITCH; each goes through `verify`, too, where the naive oracle judges every state.
"""

from pathlib import Path

import numpy as np
import pytest
from packets import mold, order_delete
from scripted import Answers, Scripted
from tapes import NASDAQ_A, Sent, tape
from test_unnamed_instruments import NAMES, add, directory, played, sent, states

from feedhandler.book.directory_kernel import book_of, open_book
from feedhandler.book.instruments import Directory, Instrument
from feedhandler.book.kernel import clear_channel
from feedhandler.book.pools import DEFINING, EMPTY, Limits, make_pools
from feedhandler.counter import Counter, new_counters
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.replaying import Replay
from feedhandler.session.backend import Done, Snapshot
from feedhandler.session.gaps import UNFIT
from feedhandler.session.holding import Arbitration
from feedhandler.verify import verify

NEXT = b"SESSION002"
BEFORE = sent(NAMES, [add(1, 7)], [add(2, 8)])


def next_day(*datagrams: list[bytes], session: bytes = NEXT) -> list[Sent]:
    """Another session, from its first message on."""
    made, number = [], 1
    for messages in datagrams:
        made.append((NASDAQ_A, mold(messages, number, session)))
        number += len(messages)
    return made


def at_7() -> bytes:
    """A message about an order that nobody knows."""
    return order_delete(9)[:1] + b"\0\7" + order_delete(9)[3:]


@pytest.mark.parametrize("batch", [1, 1024])
@pytest.mark.parametrize("message", [add(1, 7), at_7()], ids=["add", "delete"])
def test_a_number_that_only_the_session_before_named(
    tmp_path: Path, message: bytes, batch: int
) -> None:
    """It is nobody's in this one: the channel is in doubt, and the old name is not given to what comes."""
    told = [*BEFORE, *next_day([directory(8)], [add(2, 8)], [message], [add(3, 8)])]
    replay, flagged = played(tmp_path, told, batch=batch)
    (gap,) = replay.gaps

    assert states(replay) == {"#7": "STALE", "S8": "STALE"}
    assert (gap.first, gap.count, gap.seen) == (3, 1, UNFIT)
    assert flagged == [False, False, False, True, True]
    assert replay.counters["unnamed_instruments"] == 1


def test_whoever_is_named_anew_is_believed(tmp_path: Path) -> None:
    """In the very words of the session before; who is not named and not traded stays as empty as he was left."""
    told = [*BEFORE, *next_day(NAMES[:1], [add(1, 7)], [add(2, 7)])]
    replay, flagged = played(tmp_path, told)

    assert states(replay) == {"S7": "SYNCHRONIZED", "S8": "EMPTY"}
    assert (flagged, replay.gaps) == ([False] * 4, [])
    assert len(replay.books) == 2
    assert replay.books["S7"].best().bid_size == 100


def test_a_symbol_that_gets_another_number(tmp_path: Path) -> None:
    """As they do overnight: the symbol means the new one, alone."""
    symbol = directory(7)
    moved = symbol[:1] + b"\0\x08" + symbol[3:]  # S7 has the number of S8
    told = [*BEFORE, *next_day([moved], [add(1, 8)])]
    replay, _ = played(tmp_path, told)

    assert states(replay) == {"#7": "EMPTY", "S7": "SYNCHRONIZED"}
    assert replay.books["S7"].instrument_id == 8
    assert "S8" not in replay.books


def test_where_the_session_names_nobody(tmp_path: Path) -> None:
    """There is no doubt, since nothing is known to lack; the number has no name."""
    replay, flagged = played(tmp_path, [*BEFORE, *next_day([add(1, 7)], [add(2, 7)])])

    assert states(replay) == {"#7": "SYNCHRONIZED", "S8": "EMPTY"}
    assert (flagged, replay.gaps) == ([False] * 4, [])
    assert "unnamed_instruments" not in replay.counters


@pytest.mark.parametrize("batch", [1, 2, 1024])
def test_the_first_order_of_a_session_is_of_a_number_of_before(tmp_path: Path, batch: int) -> None:
    """No order is live then, so nothing is guessed of the row: what was guessed of one before does not hold."""
    before = sent(NAMES, [add(1, 8)], [add(2, 7)])
    told = [*before, *next_day([directory(8)], [add(3, 7)], [add(4, 8)])]
    replay, flagged = played(tmp_path, told, batch=batch)

    assert states(replay) == {"#7": "STALE", "S8": "STALE"}
    assert flagged == [False, False, True, True]
    assert replay.counters["unnamed_instruments"] == 1


@pytest.mark.parametrize("first", [1, 5000])
def test_a_session_before_that_was_heard_without_names(tmp_path: Path, first: int) -> None:
    """As of a run that began in the midst of a day: its numbers are no more this session's than named ones."""
    before = sent([add(1, 7)], [add(2, 8)], first=first)
    told = [*before, *next_day([directory(8)], [add(3, 8)], [add(4, 7)], [add(5, 8)])]
    replay, flagged = played(tmp_path, told)

    assert states(replay) == {"#7": "STALE", "S8": "STALE"}
    assert flagged[2:] == [False, True, True]
    assert replay.counters["unnamed_instruments"] == 1


def test_what_a_session_empties_is_not_undefined() -> None:
    """The books of a channel that waits for definitions are EMPTY when it begins: none is counted as unsound."""
    counters = new_counters()
    pools = make_pools(Limits(books=16), counters)
    for instrument in (5, 6):
        open_book(310, instrument, pools)
    pools.control[DEFINING + (310 >> 6)] |= np.int64(1 << (310 & 63))
    clear_channel(310, EMPTY, pools)

    assert counters[Counter.UNDEFINED_BOOKS] == 0
    assert counters[Counter.CLEARED] == 2


def test_three_sessions(tmp_path: Path) -> None:
    """What was not named in the second is not in the third, either; what was is forgotten as well."""
    told = [
        *BEFORE, *next_day([directory(8)], [add(1, 8)]),
        *next_day([directory(9)], [add(1, 9)], [add(2, 7)], session=b"SESSION003"),
    ]  # fmt: skip
    replay, flagged = played(tmp_path, told)

    assert replay.counters["session_changes"] == 2
    assert states(replay) == {"#7": "STALE", "S8": "STALE", "S9": "STALE"}
    assert flagged == [False] * 4 + [True]


def test_a_directory_that_grows_keeps_them_apart(tmp_path: Path) -> None:
    """Books of before are entered into the larger one as such; none is opened twice."""
    many = [directory(number) for number in range(20, 40)]
    told = [*BEFORE, *next_day(many, [add(1, 25)], [add(2, 26)])]
    capture = tape(tmp_path / "tape.pcap", [*told, *next_day([add(3, 7)])])
    late = tape(tmp_path / "late.pcap", [*told, (NASDAQ_A, mold([add(3, 7)], 23, NEXT))])
    limits = Limits(books=4)

    assert verify(late, "nasdaq.itch50").divergence is None
    with Replay(late, "nasdaq.itch50", limits=limits) as replay:
        replay.run()
    assert len(replay.books) == 2 + 20
    assert replay.counters["unnamed_instruments"] == 1
    assert states(replay)["#7"] == "STALE"
    with Replay(capture, "nasdaq.itch50", limits=limits) as replay:
        replay.run()
        pools = replay.engine.pools
    assert [int(book_of(1, number, pools)) for number in (7, 8)] == [0, 0]
    assert int(book_of(1, 25, pools)) > 0


def test_names_of_before_are_given_up_one_by_one() -> None:
    """Those of other channels are not touched."""
    names = Directory()
    for key in ((1, 7), (1, 8), (2, 7)):
        names.define(Instrument(*key, symbol="A" if key[1] == 7 else "B"))
    names.begin(1)
    assert names.keys_of("A") == [(1, 7), (2, 7)]

    assert names.define(Instrument(1, 8, "A"))
    assert names.keys_of("A") == [(2, 7), (1, 8)]
    assert names.get((1, 7)).symbol == "#7"
    assert names.keys_of("B") == []

    names.forget((1, 7))
    names.forget((1, 8))
    assert (names.keys_of("A"), len(names)) == ([(2, 7)], 1)


def test_a_snapshot_server_clears_nothing_of_the_session_before(tmp_path: Path) -> None:
    """The names of the second session were lost, and come by GLIMPSE: who is not among them is not of this session."""
    told = [
        *BEFORE,
        *next_day([directory(8)], [add(1, 8)]),
        (NASDAQ_A, mold([add(3, 8)], 4, NEXT)),
        (NASDAQ_A, mold([add(4, 8)], 5, NEXT)),
    ]
    server = Answers("glimpse", [Snapshot((directory(8), add(1, 8), add(2, 8)), 4), Done(3, 1)])
    with Replay(
        tape(tmp_path / "told.pcap", told),
        "nasdaq.itch50",
        arbitration=Arbitration(gap_timeout_ns=2500, gap_count=1),
        recovery=RecoveryPlan(Scripted(), lambda *_: [server]),
        batch=1,
    ) as replay:
        replay.run()

    assert server.asked
    assert states(replay) == {"S7": "EMPTY", "S8": "SYNCHRONIZED"}
