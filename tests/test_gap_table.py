"""The gap table with two channels in gap at once: every row is true of its own channel and of its own lines."""

from collections.abc import Iterable
from pathlib import Path

from cli_runs import document, feedhandler
from cme_loops import AT_ONCE, entry
from packets import add_order, group, level, mdp3, mold, root, sbe
from packets import wide_group as no_orders
from tapes import CME_A, NASDAQ_A, NASDAQ_B, OPENING_NS, Sent, channel_reset, sent_at, tape

from feedhandler.engine.engine import BATCH
from feedhandler.replaying import Replay
from feedhandler.session.gaps import Gap
from feedhandler.session.holding import Arbitration

OTHER = "224.0.28.5:14314"  # channel 314, one line
NANOS = 1_000_000_000
EMPTIED = 2**63 - 1


def size(number: int, sequence: int, of: int = 5) -> Sent:
    """A packet of channel 314 that tells the size of its only level anew, by instrument 9."""
    told = level(5 * NANOS, of, instrument=9, sequence=sequence, action=int(number > 1))
    return OTHER, mdp3([sbe(46, root(), group(told), no_orders())], number, sent_at(number))


def cleared(number: int, sequence: int) -> Sent:
    """A packet that empties the book of instrument 1."""
    told = level(EMPTIED, 0, instrument=1, sequence=sequence, kind="J")
    return CME_A, mdp3([sbe(46, root(), group(told), no_orders())], number, sent_at(number))


def reset(number: int) -> Sent:
    """A packet that empties every book of channel 314."""
    return OTHER, mdp3([channel_reset(314)], number, sent_at(number))


def gaps(path: Path, sent: Iterable[Sent]) -> dict[int, Gap]:
    """The only gap of each channel; the same however the run is cut into batches."""
    found = []
    name = tape(path / "tape.pcap", sent)
    for batch in (1, BATCH):
        with Replay(name, "cme.mdp3", arbitration=AT_ONCE, batch=batch) as replay:
            found.append(replay.run().gaps)
    assert found[0] == found[1]
    assert len({gap.channel_id for gap in found[0]}) == len(found[0])
    return {gap.channel_id: gap for gap in found[0]}


def at(place: int) -> int:
    """The time of a datagram of a tape."""
    return OPENING_NS + 1_000 * place


# --- two channels ---------------------------------------------------------------------------------
def test_rows_ends_and_methods_are_those_of_each_channel(tmp_path: Path) -> None:
    """One comes out by its instrument's numbers, the other by a reset, in one batch; each in its own time."""
    sent = [
        entry(1, 5, 1), size(1, 1), size(2, 2),
        size(4, 4),  # 3: channel 314 lost 3, and of its instrument number 3
        entry(3, 6, 2),  # 4: channel 310 lost 2, of which nothing was of its instrument
        size(5, 5), size(6, 6),
        entry(4, 7, 3),
        reset(7),  # 8
        entry(8, 5, 1, on=OTHER, instrument=9),
        entry(5, 8, 4),
    ]  # fmt: skip
    found = gaps(tmp_path, sent)

    assert (found[310].first, found[310].rows, found[310].method) == (2, 0, "instrument numbers")
    assert (found[310].start_ns, found[310].end_ns) == (at(4), at(4))
    assert (found[314].first, found[314].rows, found[314].method) == (3, 3, "cleared by the venue")
    assert (found[314].start_ns, found[314].end_ns) == (at(3), at(8))


def test_a_venue_that_clears_a_book_ends_the_doubt_of_its_channel_only(tmp_path: Path) -> None:
    """The rows of the other one go on counting for the gap of the other one."""
    sent = [
        entry(1, 5, 1), size(1, 1),
        entry(3, 6, 3), size(3, 3),  # 2, 3: both lost something of their instruments
        size(4, 4),
        cleared(4, 4),  # 5
        size(5, 5),
        entry(5, 6, 5),
    ]  # fmt: skip
    found = gaps(tmp_path, sent)

    assert (found[310].rows, found[310].method) == (1, "cleared by the venue")
    assert found[310].end_ns == at(5)
    assert (found[314].rows, found[314].method, found[314].end_ns) == (3, "", 0)


def test_a_refresh_of_one_channel_is_not_how_the_other_came_out(tmp_path: Path) -> None:
    """With natural refresh on, books that prove themselves sound by their numbers say so."""
    sent = [
        entry(1, 5, 1), size(1, 1),
        entry(3, 6, 2), size(3, 3),
        entry(4, 7, 3), size(4, 4),
    ]  # fmt: skip
    with Replay(
        tape(tmp_path / "tape.pcap", sent), "cme.mdp3", arbitration=AT_ONCE, natural_refresh=True
    ) as replay:
        found = {gap.channel_id: gap for gap in replay.run().gaps}

    assert (found[310].method, found[310].end_ns) == ("instrument numbers", at(2))
    assert (found[314].method, found[314].rows) == ("", 2)


def test_a_channel_without_books_is_not_healed_by_another_one(tmp_path: Path) -> None:
    """What comes behind its gap is in doubt, and it has ended nothing."""
    heartbeat = (OTHER, mdp3([], 1, sent_at(1)))
    late = (OTHER, mdp3([], 3, sent_at(3)))
    sent = [
        entry(1, 5, 1), heartbeat,
        late,  # 2: channel 314 lost 2, before it told of any instrument
        entry(3, 6, 2), entry(4, 7, 3),
        size(4, 7), size(5, 8),
    ]  # fmt: skip
    found = gaps(tmp_path, sent)

    assert (found[310].method, found[310].end_ns) == ("instrument numbers", at(3))
    assert (found[314].method, found[314].end_ns, found[314].rows) == ("", 0, 2)


# --- lines ----------------------------------------------------------------------------------------
def mold_at(line: str, *numbers: int) -> list[Sent]:
    """Messages of a line, a datagram each."""
    return [(line, mold([add_order(n, "B", 100, 10_000)], n)) for n in numbers]


def lines_of(path: Path, sent: Iterable[Sent], **times: int) -> list[tuple[int, str, str]]:
    """First, lines and those behind, of each gap."""
    waits = Arbitration(**{"gap_timeout_ns": 3_000, "gap_count": 1, **times})
    with Replay(tape(path / "tape.pcap", sent), "nasdaq.itch50", arbitration=waits) as replay:
        return [(gap.first, gap.lines, gap.behind) for gap in replay.run().gaps]


def test_lines_are_those_that_went_past_the_gap(tmp_path: Path) -> None:
    """Both lost 3; then B says no more, so what A loses is lost by A alone."""
    sent = [*mold_at(NASDAQ_A, 1, 2), *mold_at(NASDAQ_B, 1, 2, 4), *mold_at(NASDAQ_A, 4, 5, 6, 7)]
    sent += mold_at(NASDAQ_A, 8, 9, 11, 12, 13, 14, 15, 16)

    assert lines_of(tmp_path, sent) == [(3, "AB", ""), (10, "A", "B")]


def test_a_line_that_was_never_heard_is_not_listed(tmp_path: Path) -> None:
    """One line is a valid configuration."""
    assert lines_of(tmp_path, mold_at(NASDAQ_B, 1, 3, 4, 5, 6, 7)) == [(2, "B", "")]
    found = document("replay", str(tmp_path / "tape.pcap"))

    assert [(gap["lines"], gap["behind"]) for gap in found["gaps"]] == [("B", "")]


def test_a_line_that_comes_back_is_listed_again(tmp_path: Path) -> None:
    """By where it is when the gap is given up, whether or not it was called silent."""
    sent = [*mold_at(NASDAQ_A, 1), *mold_at(NASDAQ_B, 1), *mold_at(NASDAQ_A, 2, 3, 5, 6, 7, 8, 9)]
    sent += [*mold_at(NASDAQ_B, 9), *mold_at(NASDAQ_A, 11), *mold_at(NASDAQ_B, 11, 12, 13, 14, 15)]

    assert lines_of(tmp_path, sent) == [(4, "A", "B"), (10, "AB", "")]


def test_a_gap_that_is_far_lists_the_lines_that_showed_it(tmp_path: Path) -> None:
    """Of what is too far ahead to be believed at once a line's place is not noted."""
    far = range(9_000, 9_040)
    sent = [*mold_at(NASDAQ_A, 1), *mold_at(NASDAQ_B, 1, 2), *mold_at(NASDAQ_A, *far)]

    assert lines_of(tmp_path, sent)[0] == (3, "A", "B")


def test_the_table_for_people_tells_both(tmp_path: Path) -> None:
    """The lines, and who was behind."""
    sent = [*mold_at(NASDAQ_A, 1), *mold_at(NASDAQ_B, 1, 2), *mold_at(NASDAQ_A, 4, 5, 6, 7)]
    shown = feedhandler("replay", tape(tmp_path / "tape.pcap", sent), "--gap-count", "1").stdout

    assert "A, B behind" in shown
