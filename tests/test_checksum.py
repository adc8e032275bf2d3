"""Checksums: a frame with one bit turned over is left out, and every other frame is taken."""

import random
from pathlib import Path

import pytest
from capture_writers import read_all
from cli_runs import CME, ITCH, ITCH_FILE, document, rewritten

from feedhandler.counter import named, new_counters
from feedhandler.replaying import Replay
from feedhandler.simulator.faulty import Tape, whole
from feedhandler.simulator.frames import LineTemplate
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.faults import Faults
from feedhandler.source.frames import Frame
from feedhandler.wire.checksum import Checked
from feedhandler.wire.datagram import datagram_of

START = 1_710_000_000_000_000_000
PAYLOAD_BIT = 8 * 42  # behind Ethernet, IPv4 and UDP headers


def frames_of(payloads: list[bytes], vlan: int | None = None) -> list[bytes]:
    """Frames that carry these."""
    template = LineTemplate("A", "233.54.12.111:26477", vlan)
    return [template.frame(payload) for payload in payloads]


def through(frames: list[bytes]) -> tuple[list[bytes], dict[str, int]]:
    """What is left of frames, and what was counted."""
    source = Checked(Tape(whole((START + i, "A", frame) for i, frame in enumerate(frames))))
    seen = [each.frame for each in read_all(source)]
    counters = new_counters()
    source.count_into(counters)
    source.count_into(counters)
    return seen, named(counters)


def by_hand(frame: bytes) -> bool:
    """The sum of RFC 768 over a frame without a tag or options, word by word."""
    udp = frame[34:]
    pseudo = frame[26:34] + bytes([0, 17]) + len(udp).to_bytes(2, "big")
    data = pseudo + udp + bytes(len(udp) % 2)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    return udp[6:8] == b"\0\0" or total % 0xFFFF == 0


@pytest.mark.parametrize("vlan", [None, 7])
def test_whole_frames_pass(vlan: int | None) -> None:
    """Of odd and even lengths, empty ones too."""
    dice = random.Random(1)
    frames = frames_of([dice.randbytes(size) for size in range(300)], vlan)

    assert through(frames) == (frames, {})


def test_every_bit_of_a_datagram_is_told() -> None:
    """Of the payload, of the ports and of the addresses; a length that lies is the wire stage's matter."""
    (frame,) = frames_of([b"one payload"])
    flipped = []
    for bit in [*range(8 * 26, 8 * 38), *range(8 * 40, 8 * len(frame))]:
        changed = bytearray(frame)
        changed[bit >> 3] ^= 1 << (bit & 7)
        flipped.append(bytes(changed))

    assert through(flipped) == ([], {"bad_checksum": len(flipped)})
    assert not any(by_hand(each) for each in flipped)


def test_a_datagram_without_a_checksum_passes() -> None:
    """Zero is "none was made"."""
    (frame,) = frames_of([b"anything"])
    unchecked = frame[:40] + b"\0\0" + frame[42:-1] + b"!"

    assert through([unchecked, b"no datagram at all"])[0] == [unchecked, b"no datagram at all"]


def test_random_damage_is_judged_as_by_hand() -> None:
    """Several bytes changed behind the headers, and what is left is exactly what sums up."""
    dice = random.Random(2)
    frames = []
    for frame in frames_of([dice.randbytes(dice.randrange(1, 90)) for _ in range(3000)]):
        changed = bytearray(frame)
        for _ in range(dice.randrange(3)):
            changed[dice.randrange(40, len(frame))] = dice.randrange(256)
        frames.append(bytes(changed))
    seen, counts = through(frames)

    assert seen == [frame for frame in frames if by_hand(frame)]
    assert counts["bad_checksum"] == 3000 - len(seen) > 1000


def test_one_bit_flips_never_pass() -> None:
    """What `corrupt` damages in the datagram's part of frames is left out to the last one."""
    dice = random.Random(3)
    frames = frames_of([dice.randbytes(200) for _ in range(3000)])
    tape = Tape(whole((START + i, "A", frame) for i, frame in enumerate(frames)))
    seen = [each.frame for each in read_all(Checked(Faults(tape, parse_faults("corrupt=1"), 1)))]
    sent = {frame[42:] for frame in frames}
    taken = [found for frame in seen if not isinstance(found := datagram_of(frame, 1), str)]

    assert 0 < len(taken) < len(seen) < 600  # of 242 bytes 34 are headers before UDP's
    assert {datagram.payload for datagram in taken} < sent


@pytest.mark.parametrize("path", [ITCH, CME, ITCH_FILE])
def test_shipped_captures_have_right_checksums(path: str) -> None:
    """Nothing is left out; a file of messages has none."""
    plain, checked = document("replay", path), document("replay", path, "--checksums")

    assert checked["digest"] == plain["digest"]
    assert "bad_checksum" not in checked["counters"]


def test_damage_becomes_loss() -> None:
    """A corrupt frame is a frame that did not come: the other line's copy takes its place; that is so unasked."""
    options = ("replay", ITCH, "--faults", "line-a-corrupt=2%", "--seed", "4")
    damaged, checked = document(*options, "--no-checksums"), document(*options)
    whole = document("replay", ITCH)

    assert damaged["digest"]["events"] != checked["digest"]["events"]
    assert checked["digest"]["events"] == whole["digest"]["events"]
    assert checked["drops"]["bad_checksum"] > 30
    assert checked["notes"] == ["UDP checksums are verified, as the faults damage frames"]
    assert not any("checksum" in told for told in (*damaged["notes"], *damaged["drops"]))
    assert "--no-checksums" in damaged["faults"]["repeat"]
    assert "checksums" not in checked["faults"]["repeat"]


@pytest.mark.parametrize(
    ("plan", "asked", "verified"),
    [
        ("drop=1%", None, False), ("drop=1%", True, True), (None, None, False),
        ("line-b-truncate=1%", None, True), ("corrupt=0", None, False),
        ("corrupt=1%", None, True), ("corrupt=1%", False, False),
    ],
)  # fmt: skip
def test_verified_where_frames_are_damaged(
    *, plan: str | None, asked: bool | None, verified: bool
) -> None:
    """Unless it is said otherwise."""
    with Replay(ITCH, faults=plan, checksums=asked) as replay:
        assert replay.checksums is verified


def test_a_capture_of_a_sending_host_is_told(tmp_path: Path) -> None:
    """Its checksums were left to the card: all are wrong, and what to do about it is said."""

    def offloaded(frame: Frame) -> bytes:
        return frame.data[:40] + b"\x12\x34" + frame.data[42:]

    path = rewritten(tmp_path / "sent.pcap", ITCH, offloaded, 50)
    found = document("replay", path, "--feed", "nasdaq.itch50", "--checksums")

    assert found["frames"] < 5
    assert [note[:29] for note in found["notes"]] == ["most UDP checksums are wrong:"]
    assert document("replay", path, "--feed", "nasdaq.itch50")["notes"] == []
