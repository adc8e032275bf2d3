"""Stories of bad networks: frames in, a plan and a seed, frames out; and the plain way to the same."""

from collections.abc import Iterable
from typing import Any

import pytest
from capture_writers import Seen, read_all
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhandler.counter import new_counters
from feedhandler.simulator import faulty as tapes
from feedhandler.simulator.faulty import Tape, whole
from feedhandler.simulator.frames import LineTemplate
from feedhandler.source.dice import chance, draw, stream_base, within
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.fault_queue import Held, LateFrames
from feedhandler.source.faults import Faults
from feedhandler.wire.places import FeedPlaces, line_places

START = 1_710_000_000_000_000_000
US = 1000
GROUPS = {"A": "233.54.12.111:26477", "B": "233.49.196.111:26477"}
LOOP = {"A": "224.0.31.1:15310", "B": "224.0.32.1:15310"}
FOREIGN = "239.1.2.3:4000"


def network(frames: Iterable[tuple[int, str, bytes]], plan: str, seed: int = 1) -> Faults:
    """A source of frames behind a bad network that knows two lines and their loops."""
    places = FeedPlaces(line_places([(GROUPS, False), (LOOP, True)]))
    return Faults(Tape(whole(frames)), parse_faults(plan), seed, places)


def sent(count: int, step_ns: int = 10 * US, group: str = GROUPS["A"]) -> list[Any]:
    """Frames that tell their number, one every so many ns."""
    template = LineTemplate("A", group, None)
    return [(START + step_ns * i, "A", template.frame(b"payload %6d" % i)) for i in range(count)]


def both_lines(count: int) -> list[Any]:
    """The same datagrams on A and, 2 us later, on B."""
    second = [(at + 2 * US, "B", f) for at, _, f in sent(count, group=GROUPS["B"])]
    return sorted([*sent(count), *second])


def number(frame: Seen) -> int:
    """The number that a frame tells."""
    return int(frame.frame[-6:])


def numbers(plan: str, frames: list[Any], seed: int = 1) -> list[int]:
    """The numbers of what comes."""
    return [number(frame) for frame in read_all(network(frames, plan, seed))]


def struck(name: str, rate: int, count: int, seed: int = 1) -> list[int]:
    """The frames that a fault strikes, by the plain functions."""
    base = stream_base(seed, name)
    return [i for i in range(count) if chance(draw(base, i)) < rate]


# --- nothing, everything --------------------------------------------------------------------------
def test_a_network_without_faults_changes_nothing() -> None:
    """Rate 0: every frame as it was, with its number, time and line."""
    frames = both_lines(3000)
    source = network(frames, "drop=0,dup=0,corrupt=0,reorder=4@0,delay=1s@0")
    seen = read_all(source)

    assert [(each.ts_recv, each.frame) for each in seen] == [(at, f) for at, _, f in frames]
    assert [each.packet for each in seen] == list(range(1, 6001))
    assert [each.interface for each in seen] == ["AB".index(line) for _, line, _ in frames]
    assert source.injected == {"drop": 0, "dup": 0, "corrupt": 0, "reorder": 0, "delay": 0}
    assert source.frames == 6000
    assert source.notes == []


def test_a_dead_network_brings_nothing() -> None:
    """Rate 1, then the end; asking again is no harm."""
    source = network(sent(3000), "drop=1")

    assert read_all(source) == []
    assert source.refill() is False
    assert source.injected == {"drop": 3000}


def test_the_seed_is_the_run() -> None:
    """The same seed gives the same frames to the byte, another seed others."""
    plan = "drop=5%,burst=2..5@1%,dup=5%,corrupt=5%,truncate=5%,delay=1us..90us@9%,reorder=8,skew=1us..9us"
    one, same, other = (read_all(network(both_lines(700), plan, seed)) for seed in (7, 7, 8))

    assert one == same
    assert one != other


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_how_a_source_is_cut_does_not_matter(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one frame give what batches of thousands give: for each fault, and for all."""
    plan = "drop=5%,burst=2..50@1%,tear=3@1%,dup=5%,corrupt=5%,truncate=5%,dead=2ms..3ms"
    late = "delay=1us..900us@9%,reorder=8,skew=1us..90us,clock=-1s@4ms,line-b-drop=10%"
    for each in (plan, late, f"{plan},{late}"):
        whole = read_all(network(both_lines(700), each))
        with monkeypatch.context() as patched:
            patched.setattr(tapes, "BLOCK_FRAMES", block)
            assert read_all(network(both_lines(700), each)) == whole


def test_a_fault_does_not_change_what_another_strikes() -> None:
    """The frames that `drop` takes are the same beside other faults: schedules can be made smaller."""
    alone = set(range(2000)) - set(numbers("drop=2%", sent(2000)))
    beside = set(range(2000)) - set(numbers("dup=10%,drop=2%,reorder=9,delay=1ms@50%", sent(2000)))

    assert alone == beside == set(struck("drop 1", (1 << 32) * 2 // 100, 2000))
    assert 10 < len(alone) < 80


# --- lost -----------------------------------------------------------------------------------------
def test_a_burst_takes_frames_in_a_row() -> None:
    """As many as the plan says from each frame that is struck, across batches."""
    rate = (1 << 32) // 200
    base = stream_base(3, "burst 1")
    lost: set[int] = set()
    for at in struck("burst 1", rate, 5000, seed=3):
        lost |= set(range(at, at + within(draw(base, at), 4, 9)))

    seen = numbers("burst=4..9@1/200", sent(5000), seed=3)

    assert seen == [i for i in range(5000) if i not in lost]
    assert len(lost) > 100


def test_a_burst_of_a_line_takes_frames_of_that_line_in_a_row() -> None:
    """Line A between them comes."""
    seen = read_all(network(both_lines(400), "line-b-burst=10@1/50"))
    a = [number(each) for each in seen if each.interface == 0]
    missing = sorted(set(range(400)) - {number(each) for each in seen if each.interface == 1})

    assert a == list(range(400))
    assert len(missing) >= 10
    runs = [i for i in missing if i - 1 not in missing]
    assert len(missing) >= 10 * len(runs) - 9  # the last may be cut by the end


def test_a_line_dies_and_comes_back() -> None:
    """Times count from the first frame; the end of the range is alive again."""
    source = network(both_lines(100), "line-b-dead=100us..200us")
    seen = read_all(source)

    assert [number(each) for each in seen if each.interface == 0] == list(range(100))
    gone = set(range(100)) - {number(each) for each in seen if each.interface == 1}
    assert gone == {10, 11, 12, 13, 14, 15, 16, 17, 18, 19}
    assert source.injected == {"line-b-dead": 10}


def test_a_line_may_be_named_by_its_destination() -> None:
    """Also one that is no line of the feed."""
    frames = sorted([*both_lines(50), *sent(50, group=FOREIGN)])
    seen = read_all(network(frames, f"line-{FOREIGN}-drop=1,line-{GROUPS['B']}-drop=1"))

    assert [each.frame for each in seen] == [frame for _, _, frame in sent(50)]


def test_a_torn_loop_lacks_frames_of_the_loop_only() -> None:
    """`tear` leaves incremental frames alone."""
    loop = sent(500, group=LOOP["A"])
    source = network(sorted([*sent(500), *loop]), "tear=2..4@1%")
    seen = read_all(source)
    kept = [each for each in seen if each.frame[30:34] == bytes([224, 0, 31, 1])]

    assert len(seen) - len(kept) == 500
    assert 500 - len(kept) == source.injected["tear"] > 4


def test_a_fault_without_a_frame_to_strike_is_told() -> None:
    """A line that is not there is a mistake of the plan more often than not."""
    source = network(sent(5), "line-b-drop=1,line-c-delay=1s,tear=1@1,line-a-drop=0")
    read_all(source)

    assert source.notes == [
        "faults: no frame for line-b-drop was seen",
        "faults: no frame for line-c-delay was seen",
        "faults: no frame for tear was seen",
    ]


def test_faults_of_lines_need_places() -> None:
    """A source that cannot tell lines refuses plans that ask for them."""
    with pytest.raises(ValueError, match="told of places"):
        Faults(Tape(whole(sent(1))), parse_faults("line-b-drop=1"), 1)

    assert len(read_all(Faults(Tape(whole(sent(9))), parse_faults("dup=1"), 1))) == 18


# --- damaged --------------------------------------------------------------------------------------
def test_a_corrupt_frame_differs_in_one_bit() -> None:
    """Of the frames that were struck each, of others none; the original bytes stay as they were."""
    frames = sent(2000)
    source = network(frames, "corrupt=5%")
    seen = read_all(source)
    bits = [
        (int.from_bytes(each.frame) ^ int.from_bytes(frame)).bit_count()
        for each, (_, _, frame) in zip(seen, frames, strict=True)
    ]

    assert [i for i, n in enumerate(bits) if n == 1] == struck("corrupt 1", (1 << 32) // 20, 2000)
    assert set(bits) == {0, 1}
    assert source.injected == {"corrupt": sum(bits)}


def test_a_truncated_frame_tells_how_long_it_was() -> None:
    """Captured is less than the wire had."""
    seen = read_all(network(sent(2000), "truncate=5%"))
    cut = [each for each in seen if len(each.frame) < each.wire]

    assert {each.wire for each in seen} == {42 + 14}
    assert 50 < len(cut) < 200
    assert min(len(each.frame) for each in cut) < 5
    assert max(len(each.frame) for each in cut) > 50


def test_a_frame_of_nothing_is_not_damaged() -> None:
    """There is no bit to turn over."""
    source = Faults(Tape([(START, "A", b"", 0)]), parse_faults("corrupt=1,truncate=1"), 1)

    assert [each.frame for each in read_all(source)] == [b""]
    assert source.injected == {"corrupt": 0, "truncate": 0}


def test_a_duplicate_comes_behind_its_frame() -> None:
    """Twice as often by two plans."""
    assert numbers("dup=1", sent(3)) == [0, 0, 1, 1, 2, 2]
    assert numbers("dup=1,dup=1", sent(2)) == [0, 0, 0, 1, 1, 1]


# --- late -----------------------------------------------------------------------------------------
def test_a_delayed_frame_comes_later_and_is_stamped_later() -> None:
    """All frames by the same time: the order stays, the times move."""
    seen = read_all(network(sent(5000), "delay=1ms"))

    assert [number(each) for each in seen] == list(range(5000))
    assert [each.ts_recv for each in seen] == [START + 1_000_000 + 10_000 * i for i in range(5000)]


def test_some_delayed_frames_are_overtaken() -> None:
    """Others go on; each comes when its time has come, the last after the end of the input."""
    source = network(sent(3000), "delay=25us@1%")
    seen = read_all(source)
    late = struck("delay 1", (1 << 32) // 100, 3000)
    expected = sorted(
        (START + 10_000 * i + (25_000 if i in late else 0), i not in late, i) for i in range(3000)
    )

    assert [(each.ts_recv, number(each)) for each in seen] == [(at, i) for at, _, i in expected]
    assert source.injected == {"delay": len(late)}
    assert len(late) > 10


def test_a_skewed_line_keeps_its_order() -> None:
    """B runs behind by a time that wanders, and never overtakes itself."""
    source = network(both_lines(2000), "skew=1us..5ms")
    seen = read_all(source)
    a = [each for each in seen if each.interface == 0]
    b = [each for each in seen if each.interface == 1]

    assert [number(each) for each in a] == [number(each) for each in b] == list(range(2000))
    assert [each.ts_recv for each in seen] == sorted(each.ts_recv for each in seen)
    behind = [each.ts_recv - START - 10_000 * i - 2000 for i, each in enumerate(b)]
    assert min(behind) >= 1000
    assert 4_900_000 < max(behind) <= 5_000_000
    assert source.injected == {"line-b-skew": 2000}


def test_reordering_stays_within_its_window() -> None:
    """No frame comes more than 8 frames behind its place; every frame comes; times only grow."""
    source = network(sent(5000), "reorder=8")
    seen = read_all(source)
    order = [number(each) for each in seen]

    assert sorted(order) == list(range(5000)) != order
    assert 5 < max(place - i for place, i in enumerate(order)) <= 8
    assert [each.ts_recv for each in seen] == sorted(each.ts_recv for each in seen)
    overtaken = sum(i < max(order[: place + 1]) for place, i in enumerate(order))
    assert source.injected == {"reorder": overtaken}


def test_reordering_is_what_sorting_by_place_gives() -> None:
    """A frame that may be overtaken by N comes behind the N frames that follow it."""
    base = stream_base(1, "reorder 1")
    places = [within(draw(base, i), 0, 20) for i in range(3000)]
    expected = sorted(range(3000), key=lambda i: (i + places[i], i))

    assert numbers("reorder=20", sent(3000)) == expected


def test_the_clock_jumps_and_the_frames_do_not() -> None:
    """From its moment on the times are wrong, by both jumps together."""
    source = network(sent(100), "clock=-5us@200us,clock=1s@500us")
    seen = read_all(source)
    wrong = [each.ts_recv - START - 10_000 * i for i, each in enumerate(seen)]

    assert wrong == [0] * 20 + [-5000] * 30 + [999_995_000] * 50
    assert [number(each) for each in seen] == list(range(100))
    assert source.injected == {"clock": 80 + 50}


def test_frames_without_a_time_are_not_late() -> None:
    """A delay, a death or a jump of the clock needs a clock."""
    frames = [(0, "A", b"%6d" % i) for i in range(50)]
    source = network(frames, "delay=1s,skew=1s,dead=0s..9s,clock=1s@0s,line-a-skew=1s")

    assert [(each.ts_recv, number(each)) for each in read_all(source)] == [
        (0, i) for i in range(50)
    ]
    assert sum(source.injected.values()) == 0


def test_too_many_waiting_frames_go_early() -> None:
    """The limit lets the first go, and counts."""
    late = LateFrames(held_max=2)
    gone = [list(late.enter(100 - i, Held([i, 0, 0, 0, 0, 0, 0, 0]))) for i in range(4)]

    assert [[held.row[0] for held in each] for each in gone] == [[], [], [2], [3]]
    assert late.released_early == 2
    assert [held.row[0] for held in late.rest()] == [1, 0]


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 1 << 64),
    st.lists(
        st.sampled_from(
            ["drop=10%", "dup=10%", "burst=3@2%", "delay=1us..1ms@30%", "skew=10us..80us",
             "reorder=5", "corrupt=9%", "truncate=9%", "line-a-dead=1ms..2ms", "line-a-delay=9us"]
        ),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_frames_are_lost_or_come_and_are_counted(seed: int, faults: list[str]) -> None:
    """What came is what was sent, less what was lost, with what was repeated: the counts say so."""
    source = network(both_lines(150), ",".join(faults), seed)
    seen = read_all(source)
    done = source.injected
    lost = sum(n for name, n in done.items() if name in {"drop", "burst", "line-a-dead"})

    assert len(seen) == 300 - lost + done.get("dup", 0)
    whole = [each for each in seen if len(each.frame) == each.wire]
    assert len(seen) - len(whole) <= done.get("truncate", 0) * 2
    source.count_into(new_counters())
    source.close()
