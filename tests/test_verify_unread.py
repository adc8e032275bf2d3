"""`verify --snapshots` tells what it could not read and what it did not compare: neither is a success in silence."""

import json
from pathlib import Path
from typing import Any

from cli_runs import CME, feedhandler, rewritten
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
