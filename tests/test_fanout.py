"""Rings of several workers that share an interface: each frame goes to the ring whose channel it is of, and to no other."""

import random
import struct
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from lan import wire
from live_frames import GROUP, OTHER, send, taken, udp
from test_config import LEAST, faults
from test_daemon_workers import configuration

from feedhandler.bench.namespace import Wire, await_carrier
from feedhandler.config_reading import parse
from feedhandler.live import open_live
from feedhandler.live.plan import plans_of
from feedhandler.source.fanout import FANOUT, SOL_PACKET, GroupFanout
from feedhandler.source.packet_filter import Place
from feedhandler.source.packet_ring import PacketRing, RingLimits

SMALL = RingLimits(1 << 20)
TAG = b"\x81\0\0\x07"
TWO_WORKERS = "[[worker]]\n[[worker]]\nname = 'b'\n"


@pytest.fixture
def made() -> Iterator[Wire]:
    """A wire."""
    with wire() as opened:
        yield opened


def rings_of(
    made: Wire, stack: ExitStack, shares: list[list[Place]], fanout: GroupFanout
) -> list[PacketRing]:
    """A ring for each share."""
    with made.receiver.entered():
        return [
            stack.enter_context(closing(PacketRing("line_a", each, limits=SMALL, fanout=fanout)))
            for each in shares
        ]


def heard(ring: PacketRing) -> list[bytes]:
    """The last bytes of all frames that came to a ring: the number that a test gave them."""
    found: list[bytes] = []
    while more := taken(ring, 0):
        found += [each.data[-4:] for each in more]
    return found


def test_each_group_comes_to_its_ring(made: Wire) -> None:
    """Many groups, some of one address, on three rings; plain, tagged once and twice, in fragments; what is nobody's."""
    dice = random.Random(5)
    places = sorted(
        {(0xEF000000 + dice.randrange(12), 7000 + dice.randrange(5)) for _ in range(40)}
    )
    owner = {place: dice.randrange(3) for place in places}
    shares = [[each for each in places if owner[each] == ring] for ring in range(3)]
    first = {address: owner[min(p for p in places if p[0] == address)] for address, _ in places}
    frames, expected = [], [[], [], []]  # type: ignore[var-annotated]
    for place in [*places, (0xEF0000FF, 7000), *places[:5]]:
        for form in ({}, {"tag": TAG}, {"tag": b"\x88\xa8\0\x09" + TAG}, {"fragment": 0x2000}):
            number = struct.pack(">I", len(frames))
            frames.append(udp(place, b"x" * 30 + number, **form))  # type: ignore[arg-type]
            if place in owner:
                ring = first[place[0]] if "fragment" in form else owner[place]
                expected[ring].append(number)
    with ExitStack() as stack:
        rings = rings_of(made, stack, shares, GroupFanout())
        with made.sender.entered():
            send("line_a", frames)
        seen = [heard(ring) for ring in rings]
        lost = [ring.lost() for ring in rings]

    assert seen == expected
    assert all(seen)
    assert not any(number for each in lost for number in each.values())


def test_who_leaves_takes_nothing_with_it(made: Wire) -> None:
    """Nor does a link that was down and is up again; when the last one has left, others can share anew."""
    places = [GROUP, OTHER, (GROUP[0], 1), (OTHER[0], 2)]
    frames = [udp(place, struct.pack(">I", number)) for number, place in enumerate(places)]
    fanout = GroupFanout()
    told = []
    with ExitStack() as stack:
        rings = rings_of(made, stack, [[each] for each in places], fanout)
        for gone in (None, 0, 1):
            if gone is not None:
                rings[gone].close()
            for state in ("down", "up"):
                made.receiver.ip("link", "set", "line_a", state)
            for side in (made.sender, made.receiver):
                await_carrier(side, "line_a")
            with made.sender.entered():
                send("line_a", frames)
            told.append([[int.from_bytes(each, "big") for each in heard(ring)] for ring in rings])
        rings[2].close()
        rings[3].close()
        (again,) = rings_of(made, stack, [[GROUP]], fanout)
        with made.sender.entered():
            send("line_a", frames)
        last = heard(again)

    assert told == [[[0], [1], [2], [3]], [[], [1], [2], [3]], [[], [], [2], [3]]]
    assert last == [bytes(4)]


def test_frames_of_our_own_are_left_out(made: Wire) -> None:
    """As they are without a fanout."""
    with ExitStack() as stack:
        (ring,) = rings_of(made, stack, [[GROUP]], GroupFanout())
        with made.receiver.entered():
            send("line_a", [udp(GROUP, b"ours")])
        with made.sender.entered():
            send("line_a", [udp(GROUP, b"them")])
        seen = heard(ring)

    assert seen == [b"them"]


# --- as a user asks for it ------------------------------------------------------------------------
@pytest.mark.parametrize("fanout", [False, True])
def test_a_configuration_says_so(*, fanout: bool) -> None:
    """One group of rings for each interface, of the kernel's own kind for programs; without the key none."""
    text = configuration("x", 2) + f"fanout = {str(fanout).lower()}\n"
    kinds: dict[str, set[int]] = {"line_a": set(), "line_b": set()}
    text = text.replace("limits = ", "#").replace("publish", "#")
    plans = plans_of(parse(text))
    with wire("line_a", "line_b") as both, both.receiver.entered(), ExitStack() as stack:
        for plan in plans:
            live = stack.enter_context(closing(open_live(plan.options, plan.groups)))
            for ring in live._sources:
                told = ring._socket.getsockopt(SOL_PACKET, FANOUT)  # type: ignore[attr-defined]
                kinds[ring.name].add(told)

    assert [len(each) for each in kinds.values()] == [1, 1]
    assert all((told >> 16 & 0xFF == 6) == fanout for each in kinds.values() for told in each)
    assert (kinds["line_a"] != kinds["line_b"]) == fanout


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        (LEAST + "fanout = true", "feed[0].fanout",
         "one worker has all of its channels: nobody to share with"),
        (TWO_WORKERS + LEAST + "fanout = true\nworkers = ['b']\n"
         "[[feed]]\nfeed = 'cme.mdp3'\ninterface = 'eth2'\nworkers = ['main']", "feed[0].fanout",
         "one worker has all of its channels: nobody to share with"),
        (TWO_WORKERS + LEAST + "fanout = true\nsource = 'xdp'", "feed[0].fanout",
         "only rings of packet_ring can share, not xdp"),
    ],
)  # fmt: skip
def test_what_cannot_be_shared_is_a_fault(text: str, where: str, reason: str) -> None:
    """Nobody to share with; no ring."""
    assert [(path, why) for _, path, why in faults(text)] == [(where, reason)]
