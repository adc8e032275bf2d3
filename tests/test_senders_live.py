"""A and B from hosts of their own, and an impostor on both wires: by every source books are those of the lines alone.

The impostor, and the host of the other line, send first each datagram that a line is about to send, with another
payload: one of them taken would be another event in the place of the line's own.
"""

import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from cli_runs import ITCH, read, rewritten
from impostors import network, sent_by
from lan import no_xdp, wire
from live_frames import GROUP, OTHER, lost, send, taken, today, udp, until
from packets import mold
from processes import run as process
from structlog.testing import capture_logs

from feedhandler.bench.namespace import Wire
from feedhandler.cli import live_end
from feedhandler.cli.live_table import line_text
from feedhandler.config_reading import parse
from feedhandler.decode.catalog import feed
from feedhandler.live import LiveOptions, LiveRun, open_live, warm
from feedhandler.live.plan import FeedPlan, plans_of
from feedhandler.replaying import Replay
from feedhandler.service.daemon import Daemon, Settings
from feedhandler.session.holding import Arbitration
from feedhandler.source.source import CaptureError
from feedhandler.source.udp_socket import SocketLimits, UdpSocket
from feedhandler.source.xdp import Xdp, XdpLimits

HOSTS = {"A": 0x0A010101, "B": 0xC0A80202}
IMPOSTOR = 0x0A420606
FRAMES = 900
STEP = 60
WAIT_S = 240
PATIENT = Arbitration(gap_timeout_ns=60_000_000_000, silence_ns=120_000_000_000)
SOURCES = ["packet_ring", "xdp", "udp_socket", "libpcap"]
PLAN = """
[[worker]]
idle = "spin_then_poll"
[[feed]]
feed = "nasdaq.itch50"
source = "{source}"
interfaces = {{ A = "line_a", B = "line_b" }}
ring_bytes = 16_777_216
limits = {{ books = 64, orders = 262_144, levels = 8_192 }}
{more}
"""
BOTH = 'senders = { A = "10.1.1.1", B = "192.168.2.2" }'
SYSTEM_EVENT = b"S" + bytes(10) + b"O"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Who captures a log configures it."""
    yield
    structlog.reset_defaults()


def planned(source: str, more: str = BOTH) -> FeedPlan:
    """The plan of a configuration with a feed on two interfaces."""
    if source == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    (plan,) = plans_of(parse(PLAN.format(source=source, more=more)))
    return plan


def line_of(frame: bytes) -> str:
    """Which line a frame of the capture is of."""
    address = int.from_bytes(frame[network(frame) + 16 :][:4], "big")
    return "B" if address >> 16 == OTHER[0] >> 16 else "A"


def forged(frame: bytes, sender: int) -> bytes:
    """The same datagram from another host, which tells something else."""
    return sent_by(frame[:-1] + bytes([frame[-1] ^ 0x55]), sender)


def put(made: Wire, frames: list[bytes], run: LiveRun, *, each: int) -> None:
    """Both lines as they come, each datagram behind those of the impostor and of the other line's host."""
    with made.sender.entered(), ExitStack() as stack:
        out = {}
        for line, name in (("A", "line_a"), ("B", "line_b")):
            out[line] = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
            out[line].bind((name, 0))
        for number, frame in enumerate(frames, 1):
            line = line_of(frame)
            other = HOSTS["B" if line == "A" else "A"]
            for one in (forged(frame, IMPOSTOR), forged(frame, other), sent_by(frame, HOSTS[line])):
                out[line].send(one)
            if number % STEP == 0 or number == len(frames):
                until(partial(came, run, number * each))


def came(run: LiveRun, count: int) -> bool:
    """Whether so many frames came, or never will."""
    return run.look().get("frames", 0) >= count or lost(run)


def made_today(folder: Path) -> tuple[str, list[bytes]]:
    """The beginning of the shipped capture of two lines, and its frames."""
    whole = today(ITCH, feed("nasdaq.itch50"), folder)
    path = rewritten(folder / "begin.pcap", whole, lambda frame: frame.data, FRAMES)
    return path, [each.data for each in read(path)]


@pytest.mark.parametrize("source", SOURCES)
def test_books_of_the_lines_alone(source: str, tmp_path: Path) -> None:
    """Every event and order as in a replay of the lines; not one frame of anybody else's was ever seen."""
    plan = planned(source)
    path, frames = made_today(tmp_path)
    warm(plan.feed)
    with Replay(path, plan.feed, arbitration=PATIENT) as replay:
        expected = replay.run()
    with wire("line_a", "line_b") as made:
        with made.receiver.entered():
            live = open_live(plan.options, plan.groups)
        with LiveRun(plan.feed, live, digest=True, arbitration=PATIENT).start() as run:
            put(made, frames, run, each=1)
            run.stop()
            run.wait(WAIT_S)
            counted = run.look()
    lines = {each["line"]: each["datagrams"] for each in run.channels[0]["lines"]}

    assert len({line_of(frame) for frame in frames}) == 2
    assert counted["frames"] == len(frames)
    assert not [name for name in counted if name in {"gaps", "not_udp"} or name.endswith("_drops")]
    assert min(lines.values()) > 100
    assert run.digest == expected.digest
    assert run.books.digest() == expected.books.digest()


def test_without_senders_all_of_them_come(tmp_path: Path) -> None:
    """What the other test shows it could not show otherwise: the impostor's frames are well made."""
    plan = planned("udp_socket", "")
    _, frames = made_today(tmp_path)
    warm(plan.feed)
    with wire("line_a", "line_b") as made:
        with made.receiver.entered():
            live = open_live(plan.options, plan.groups)
        with LiveRun(plan.feed, live, digest=True, arbitration=PATIENT).start() as run:
            put(made, frames[:STEP], run, each=3)
            run.stop()
            run.wait(WAIT_S)

    assert run.look()["frames"] == 3 * STEP


@pytest.mark.parametrize("source", ["packet_ring", "libpcap"])
def test_an_expression_beside_senders(source: str) -> None:
    """Both hold, on the wire too; what is no expression is told as it was written."""
    chosen: Any = {"source": source}
    senders = {"line_a": {GROUP: HOSTS["A"]}}
    sent = [
        sent_by(udp(place, name.encode() + bytes(23)), host)
        for place in (GROUP, OTHER)
        for name, host in HOSTS.items()
    ]
    found = []
    with wire() as made:
        for words in ("udp dst port 26477", "udp dst port 7"):
            with made.receiver.entered():
                live = open_live(
                    LiveOptions(("line_a",), expression=words, senders=senders, **chosen), [GROUP]
                )
            with closing(live):
                with made.sender.entered():
                    send("line_a", sent)
                found.append([each.data[42:43] for each in taken(live._sources[0], 0)])
        with made.receiver.entered(), pytest.raises(CaptureError, match=r"^filter 'nonsense here'"):
            open_live(
                LiveOptions(("line_a",), expression="nonsense here", senders=senders, **chosen),
                [GROUP],
            )

    assert found == [[b"A"], []]


# --- one address, two ports, two senders ----------------------------------------------------------
@pytest.mark.parametrize("source", SOURCES)
def test_an_address_with_two_senders(source: str) -> None:
    """Its ports are told apart, and its fragments come from either; one that anybody may send to joins for all."""
    if source == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    places = [(GROUP[0], port) for port in (7, 8, 9)]
    senders = {places[0]: HOSTS["A"], places[1]: HOSTS["B"]}
    sent = [
        sent_by(udp(place, f"{place[1]} {line}".encode() + bytes(20)), host)
        for place in places
        for line, host in (*HOSTS.items(), ("C", IMPOSTOR))
    ]
    chosen: Any = {"source": source}
    with wire() as made:
        with made.receiver.entered():
            live = open_live(
                LiveOptions(("line_a",), senders={"line_a": senders}, **chosen), places
            )
        with closing(live):
            with made.sender.entered():
                send("line_a", sent)
            seen = taken(live._sources[0], 5)
            more = taken(live._sources[0], 0)

    assert sorted(each.data[-23:-20] for each in seen) == [b"7 A", b"8 B", b"9 A", b"9 B", b"9 C"]
    assert more == []


def test_another_sender_while_it_runs() -> None:
    """The map is told: from then on it is the other host, and its membership is another one, too."""
    if why := no_xdp():
        pytest.skip(why)
    frames = [sent_by(udp(GROUP, name.encode() * 24), host) for name, host in HOSTS.items()]
    part = [sent_by(udp(GROUP, b"part" * 6, fragment=0x2000), host) for host in HOSTS.values()]
    found = []
    with wire() as made:
        with made.receiver.entered():
            source = Xdp("line_a", [GROUP], senders={GROUP: HOSTS["A"]}, limits=XdpLimits(1 << 20))
        with closing(source):
            for senders in ({GROUP: HOSTS["A"]}, {GROUP: HOSTS["B"]}, {}):
                with made.receiver.entered():
                    source.change([GROUP], senders)
                    joined = Path("/proc/thread-self/net/mcfilter").read_text("ascii")
                with made.sender.entered():
                    send("line_a", [*frames, *part])
                seen = taken(source, 4 - 2 * len(senders))
                seen += taken(source, 0)
                told = [line.split()[3].lower() for line in joined.splitlines()[1:]]
                found.append(([each.data[-1:] for each in seen], told))

    assert found == [
        ([b"A", b"t"], ["0x0a010101"]), ([b"B", b"t"], ["0xc0a80202"]),
        ([b"A", b"B", b"t", b"t"], []),
    ]  # fmt: skip


def test_who_may_send_to_an_address_of_ours() -> None:
    """No group is joined for it that could name a sender: the socket has a filter."""
    ours = (0x0A4D0002, 7000)  # of the receiver's end
    with wire() as made:
        with made.receiver.entered():
            right, wrong = (
                UdpSocket("line_a", [place], senders={place: sender}, limits=SocketLimits(1 << 20))
                for place, sender in ((ours, 0x0A4D0001), ((ours[0], 7001), IMPOSTOR))
            )
        with made.sender.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for port in (7000, 7001):
                out.sendto(struct.pack(">H", port), ("10.77.0.2", port))
        seen, unseen = taken(right, 1), taken(wrong, 0)
        right.close()
        wrong.close()

    assert [each.data[28:] for each in seen] == [struct.pack(">H", 7000)]
    assert unseen == []


# --- a sender that is wrong -----------------------------------------------------------------------
@pytest.mark.parametrize("source", ["packet_ring", "udp_socket"])
def test_a_line_that_is_silent_for_its_sender_says_so(source: str) -> None:
    """The log names the host that is waited for; so do JSON and the table."""
    waits = "arbitration = { silence_ns = 100_000_000, gap_timeout_ns = 50_000_000 }"
    plan = planned(source, f'senders = {{ A = "10.1.1.1", B = "10.9.9.9" }}\n{waits}')
    with wire("line_a", "line_b") as made, capture_logs() as logs:
        with made.receiver.entered():
            daemon = Daemon([plan], Settings(lock_memory=False))
            daemon.open()
        with daemon:
            daemon.start()
            deadline, number = time.monotonic() + WAIT_S, 0
            while not [each for each in logs if each["event"] == "line_silent"]:
                assert time.monotonic() < deadline
                number += 1
                with made.sender.entered():
                    for name, place, host in (
                        ("line_a", GROUP, HOSTS["A"]),
                        ("line_b", OTHER, HOSTS["B"]),
                    ):
                        send(name, [sent_by(udp(place, mold([SYSTEM_EVENT], number)), host)])
                time.sleep(0.02)
            (part,) = daemon.parts
            a, b = part.run.channels[0]["lines"]
            unheard = live_end.unheard(part.run)
            daemon.stop()
    told = next(each for each in logs if each["event"] == "line_silent")

    assert (told["line"], told["sender"]) == ("B", "10.9.9.9")
    assert unheard == [
        "line B of channel 1: nothing came from 10.9.9.9, who alone may send it",
    ]  # fmt: skip
    assert (a["sender"], a["silent_since"], b["datagrams"]) == ("10.1.1.1", 0, 0)
    assert str(line_text(b)).endswith(" silent, only 10.9.9.9 may send")
    assert "may send" not in str(line_text(a))


def test_a_run_in_which_nobody_may_send_says_so() -> None:
    """Nothing came at all: no line is silent, for none was heard."""
    with wire() as made, made.receiver.entered():
        done = process(
            "run", "-i", "line_a", "--feed", "nasdaq.itch50", "--from", "10.9.9.9", "--from",
            "B=10.9.9.8", "--seconds", "1", "--idle", "block", "--json",
        )  # fmt: skip
    last = json.loads(done.stdout.splitlines()[-1])

    assert done.returncode == 1, done.stderr
    assert last["problems"] == [
        "no frame came", "only what 10.9.9.8 and 10.9.9.9 may send is taken",
    ]  # fmt: skip
