"""Captures with losses and what was asked for again in them: every message is there, at a later time, on its own port.

Everything is read back by hand. Frames are lost here, by seed, and not by the simulator.
"""

import random
from collections.abc import Iterable
from typing import Any

import by_hand
import pytest

from feedhandler.session.backend import Done, Failed
from feedhandler.session.moldudp64_request import RequestLimits
from feedhandler.simulator import SimulationError, simulate
from feedhandler.simulator.capture import Recorded, write_recorded
from feedhandler.simulator.frames import Frame
from feedhandler.simulator.misbehaviour import Misbehaviour
from feedhandler.simulator.retransmission import Retransmission
from feedhandler.simulator.servers import itch_log, itch_servers
from feedhandler.simulator.venue import RECOVERY

DAY: dict[str, Any] = {"messages": 4000, "seed": 9, "instruments": 4}
MS = 1_000_000


def lossy(frames: Iterable[Frame], share: float, seed: int = 1) -> list[Recorded]:
    """Frames of which a share is lost, on each line by itself."""
    dice = random.Random(seed)
    return recorded(frame for frame in frames if dice.random() >= share)


def recorded(frames: Iterable[Frame]) -> list[Recorded]:
    """Frames that nobody cut."""
    return [(at, line, frame, len(frame)) for at, line, frame in frames]


def units(frame: bytes) -> set[int]:
    """Numbers of the messages in a frame."""
    tag = 4 if frame[12:14] == b"\x81\x00" else 0
    payload = frame[42 + tag :]
    count = by_hand.be(payload, 18, 2) % 0xFFFF
    return set(range(by_hand.be(payload, 10, 8), by_hand.be(payload, 10, 8) + count))


def seen(frames: Iterable[Recorded]) -> set[int]:
    return {unit for _, _, frame, _ in frames for unit in units(frame)}


@pytest.mark.parametrize("wrong", ["", "drop=0.3,short=0.3,duplicate=0.2,slow=1ms,reorder=3ms"])
@pytest.mark.parametrize("vlan", [None, 208])
def test_what_both_lines_lost_comes_again(wrong: str, vlan: int | None) -> None:
    """Only that, later, from the server to a port of its own; the other frames are as they were."""
    damaged = lossy(simulate("nasdaq.itch50", vlan=vlan, **DAY), 0.1)
    servers = itch_servers(misbehaviour=Misbehaviour.parse(wrong), **DAY)
    it = Retransmission(damaged, servers, vlan=vlan)
    frames = list(it)
    replies = [frame for frame in frames if frame[1] == "R"]
    _, log = itch_log(simulate("nasdaq.itch50", **DAY))
    lost = set(range(1, len(log) + 1)) - seen(damaged)
    head, payload = replies[0][2][: 42 + (4 if vlan else 0)], replies[0][2][42 + 4 * bool(vlan) :]
    address, port = RECOVERY.split(":")

    assert len(lost) > 20
    assert lost <= seen(replies)
    assert [frame for frame in frames if frame[1] != "R"] == damaged
    assert sorted(each[0] for each in frames) == [each[0] for each in frames]
    assert sum(each.count for each in it.done) == len(lost)
    assert (it.failed, it.replies) == ([], len(replies))
    assert head[:6] == bytes.fromhex("020000000100")
    assert head[-12:-8] == bytes(int(part) for part in address.split("."))
    assert by_hand.be(head, len(head) - 6, 2) == int(port)
    assert list(by_hand.blocks(payload, 20))[0] == log[min(units(replies[0][2])) - 1]  # noqa: RUF015
    assert by_hand.ones_complement(head[-28:-8]) == 0xFFFF


def test_it_comes_after_the_loss_was_seen() -> None:
    """Each reply is later than a frame behind the hole, by the patience of the receiver at least."""
    damaged = lossy(simulate("nasdaq.itch50", **DAY), 0.1)
    behind: dict[int, int] = {}
    highest = 0
    for at, _, frame, _ in damaged:
        numbers = units(frame)
        if numbers and min(numbers) > highest + 1:
            behind |= {unit: at for unit in range(highest + 1, min(numbers)) if unit not in behind}
        highest = max(highest, *numbers) if numbers else highest
    for at, _, frame, _ in Retransmission(damaged, itch_servers(**DAY), wait_ns=5 * MS):
        if units(frame) and frame[30:34] == bytes([192, 0, 2, 26]):
            assert at >= max(behind.get(unit, 0) for unit in units(frame)) + 5 * MS


def test_what_the_slower_line_brings_is_not_asked() -> None:
    """One line loses, the other does not."""
    frames = list(simulate("nasdaq.itch50", **DAY))
    damaged = recorded(each for each in frames if each[1] == "B") + lossy(
        (each for each in frames if each[1] == "A"), 0.2
    )
    it = Retransmission(sorted(damaged), itch_servers(**DAY))

    assert [each for each in it if each[1] == "R"] == []


def test_a_server_that_refuses_leaves_the_hole() -> None:
    """And the truth says so; frames that cannot be read, or are of another session, are let pass."""
    damaged = lossy(simulate("nasdaq.itch50", lines="A", **DAY), 0.02)
    other = lossy(simulate("nasdaq.itch50", lines="A", messages=200, seed=10), 0)[:3]
    noise = [(at, "A", frame[:-1], wire) for at, _, frame, wire in damaged[:3]]
    servers = itch_servers(misbehaviour=Misbehaviour(refuse=1), **DAY)
    it = Retransmission([*noise, *other, *damaged], servers, limits=RequestLimits(attempts_max=2))
    frames = list(it)

    assert frames == [*noise, *other, *damaged]
    assert it.done == []
    assert {each.reason for each in it.failed} == {"refused"}
    assert all(isinstance(each, Failed) for each in it.failed)


def test_the_same_seed_gives_the_same_capture(tmp_path: Any) -> None:
    """Byte for byte, in both formats; a reply is recorded on the first interface."""
    paths = [tmp_path / name for name in ("a.pcap", "b.pcap", "c.pcapng")]
    for path in paths:
        wrong = Misbehaviour.parse("drop=0.3,slow=1ms")
        damaged = lossy(simulate("nasdaq.itch50", **DAY), 0.1)
        it = Retransmission(damaged, itch_servers(misbehaviour=wrong, **DAY))
        assert write_recorded(path, it) == len(damaged) + it.replies
        assert it.done[0] == Done(it.done[0].first, it.done[0].count)

    assert paths[0].read_bytes() == paths[1].read_bytes()


# --- what else can be asked of the simulator ------------------------------------------------------
def test_snapshot_loops_run_all_day_and_as_fast_as_asked() -> None:
    """Each loop restarts at packet 1 and shows every instrument, by price and by order, until the end."""
    day = simulate("cme.mdp3", messages=1500, seed=3, instruments=8, snapshot_ns=2 * MS)
    packets: dict[str, list[tuple[int, bytes]]] = {}
    for at, role, payload in day.datagrams():
        packets.setdefault(role, []).append((at, payload))
    last = packets["incremental"][-1][0]

    for role in ("snapshot", "snapshot_orders", "definition"):
        starts = [at for at, payload in packets[role] if by_hand.u(payload, 0, 4) == 1]
        assert len(starts) > 5, role
        assert last - starts[-1] < 300 * MS, role
    for role in ("snapshot", "snapshot_orders"):
        numbers = [by_hand.u(payload, 0, 4) for _, payload in packets[role]]
        loops = [numbers[i - 1] for i in range(1, len(numbers)) if numbers[i] == 1]
        assert min(loops) >= 4, role  # two instruments a packet or more


def test_a_loop_needs_a_pause() -> None:
    """No time between packets would be no time for anything else."""
    with pytest.raises(SimulationError, match="snapshot_ns must be positive"):
        simulate("cme.mdp3", messages=10, seed=1, snapshot_ns=0)
