"""`verify` tells what it could not read and what it did not compare: neither is a success in silence."""

import json
from pathlib import Path
from typing import Any

from capture_writers import pcap
from cli_runs import CME, ITCH, feedhandler, read, rewritten, told
from cme_loops import entry, levels, order, orders
from tapes import CME_SNAPSHOT_A, Sent, tape

from feedhandler.source.frames import Frame
from feedhandler.wire.datagram import Datagram, datagram_of
from feedhandler.wire.routes import Group

STORY = [entry(1, 5, 1), levels(1, 1, 1, [5]), entry(2, 6, 2), levels(1, 2, 2, [6, 5])]
GARBAGE: Sent = (CME_SNAPSHOT_A, bytes(7))


def verified(path: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the document."""
    result = feedhandler("verify", path, "--snapshots", "--json", "--feed", "cme.mdp3")
    return result.exit_code, json.loads(result.stdout)


def shown(path: str) -> list[str]:
    """The report for people."""
    return feedhandler("verify", path, "--snapshots", "--feed", "cme.mdp3").stdout.splitlines()


def test_all_that_came_was_read_and_compared(tmp_path: Path) -> None:
    """Nothing is unread, nothing was left out."""
    path = tape(tmp_path / "x.pcap", STORY)
    code, found = verified(path)

    assert (code, found["ok"], found["compared"]) == (0, True, 1)
    assert (found["unread"], found["unknown"], found["not_compared"]) == ({}, {}, 0)
    assert shown(path)[-1] == "1 of 1 snapshots equal the books that were built"


def test_a_snapshot_that_cannot_be_read_is_no_success(tmp_path: Path) -> None:
    """What was compared is equal; of the rest nobody knows."""
    path = tape(tmp_path / "x.pcap", [*STORY, GARBAGE])
    code, found = verified(path)

    assert (code, found["ok"], found["equal"], found["compared"]) == (1, False, 1, 1)
    assert found["unread"] == {"malformed_transport": 1}
    assert shown(path)[-1] == (
        "1 of 1 snapshots equal the books that were built, "
        "but not all that came could be read: 1 malformed transport"
    )


def test_most_snapshots_of_a_shipped_capture_are_cut(tmp_path: Path) -> None:
    """Of each loop's datagrams nine of ten lose their end: what is left equals, and that is no success."""
    number = iter(range(1 << 30))

    def cut(frame: Frame) -> bytes | None:
        found = datagram_of(frame.data, frame.link)
        assert isinstance(found, Datagram)
        of_loop = str(Group(found.destination, found.port)) not in {
            "224.0.31.1:14310", "224.0.32.1:15310",
        }  # fmt: skip
        return frame.data[:-3] if of_loop and next(number) % 10 else frame.data

    code, found = verified(rewritten(tmp_path / "cut.pcap", CME, cut))

    assert code == 1
    assert 0 < found["equal"] == found["compared"] < sum(found["unread"].values())


def test_a_capture_that_is_cut_is_told(tmp_path: Path) -> None:
    """The last record is not whole."""
    path = tmp_path / "x.pcap"
    tape(path, STORY)
    path.write_bytes(path.read_bytes()[:-5])
    code, found = verified(str(path))

    assert (code, found["unread"]) == (1, {"cut_record": 1})


def test_what_was_left_out_is_told(tmp_path: Path) -> None:
    """Torn, too old, from behind the last increment: counted, and told in the verdict; no fault of a book."""
    sent = [
        order(3, 11), orders(1, 1, []), orders(2, 3, [11]), order(4, 12), orders(3, 4, [11, 12]),
        orders(4, 4, [11], 1, 2),  # the second chunk is missing
        orders(5, 9, [11]),
    ]  # fmt: skip
    path = tape(tmp_path / "x.pcap", sent)
    code, found = verified(path)

    assert (code, found["ok"], found["compared"]) == (0, True, 1)
    assert (found["torn"], found["before"], found["beyond"]) == (1, 1, 1)
    assert found["not_compared"] == 3
    assert shown(path)[-1] == (
        "1 of 1 snapshots equal the books that were built; 3 were not compared"
    )


def test_unread_packets_are_told_when_quiet(tmp_path: Path) -> None:
    """One line on standard error."""
    path = tape(tmp_path / "x.pcap", [*STORY, GARBAGE])
    result = feedhandler("verify", path, "--snapshots", "--feed", "cme.mdp3", "-q")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "not all that came could be read: 1 malformed transport" in result.stderr


# --- decoders and books ---------------------------------------------------------------------------
def compared(*arguments: str) -> tuple[int, dict[str, Any], list[str]]:
    """The exit code and the document of a comparison, and the last lines of its page."""
    result = feedhandler("verify", *arguments, "--json")
    page = feedhandler("verify", *arguments)
    quiet = feedhandler("verify", *arguments, "-q")
    found = json.loads(result.stdout)

    assert {page.exit_code, quiet.exit_code} == {result.exit_code}
    assert told(quiet) == [f"feedhandler: {problem}" for problem in found["problems"]]
    return result.exit_code, found, page.stdout.splitlines()


def first_frames(path: Path, count: int, link: int = 1) -> str:
    """The first frames of the ITCH capture, under a link type."""
    path.write_bytes(pcap([(each.ts_recv, each.data) for each in read(ITCH)[:count]], link=link))
    return str(path)


def nothing_of(path: str, *more: str) -> str:
    """Why nothing of a capture was compared; it is the last line of the page."""
    code, found, page = compared(path, *more)
    (problem,) = found["problems"]

    assert (code, found["ok"], found["datagrams"], found["engine_compared"]) == (1, False, 0, False)
    assert page[-1] == problem
    assert not any(line.startswith("no difference") for line in page)
    return str(problem).removeprefix("nothing was compared: ")


def test_where_nothing_was_compared_nothing_is_equal(tmp_path: Path) -> None:
    """Another feed, another link type, a filter that lets nothing pass, no frame at all."""
    itch = first_frames(tmp_path / "x.pcap", 20)
    strange = first_frames(tmp_path / "strange.pcap", 20, link=147)
    empty = first_frames(tmp_path / "empty.pcap", 0)

    assert [
        nothing_of(itch, "--feed", "cme.mdp3"),
        nothing_of(strange, "--feed", "nasdaq.itch50"),
        nothing_of(itch, "-f", "tcp"),
        nothing_of(empty, "--feed", "nasdaq.itch50"),
    ] == [
        "no datagram of cme.mdp3 in 20 frames (20 foreign_group)",
        "no datagram of nasdaq.itch50 in 20 frames (20 unknown_link)",
        "the filter 'tcp' let none of 20 frames pass",
        "no frame came",
    ]


def test_what_was_read_of_a_damaged_capture_is_compared(tmp_path: Path) -> None:
    """One that is cut, one behind which another was put: what came before is equal, and that is no success."""
    whole = Path(first_frames(tmp_path / "whole.pcap", 20))
    cut, twice = tmp_path / "cut.pcap", tmp_path / "twice.pcap"
    cut.write_bytes(whole.read_bytes()[:-5])
    twice.write_bytes(whole.read_bytes() * 2)
    good = compared(str(whole))

    assert (good[0], good[1]["ok"], good[1]["problems"]) == (0, True, [])
    assert good[2][-1] == "no difference"
    for path, packets, why in (
        (cut, 19, "cut in mid-record at packet 20"),
        (twice, 21, "stopped at packet 22"),  # the header of a file reads like a record of no bytes
    ):
        code, found, page = compared(str(path))
        (problem,) = found["problems"]

        assert (code, found["ok"], found["packets"], found["divergence"]) == (
            1,
            False,
            packets,
            None,
        )
        assert problem.startswith(f"the capture does not end as it should: {why}")
        assert page[-2:] == ["no difference in what was read", problem]


def test_snapshots_that_a_filter_leaves_out(tmp_path: Path) -> None:
    """The note says whose work it was."""
    path = tape(tmp_path / "x.pcap", STORY)
    result = feedhandler("verify", path, "--snapshots", "--feed", "cme.mdp3", "-f", "tcp")

    assert result.exit_code == 1
    assert "note: the filter 'tcp' let none of 4 frames pass" in result.stdout.splitlines()
