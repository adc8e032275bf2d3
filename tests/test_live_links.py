"""Interfaces that go down or away under a live source: it is told, what was down goes on, what is gone ends the run."""

import http.client
import json
import select
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dpdk_devices import SMALL as SMALL_DPDK
from dpdk_devices import needs
from lan import no_xdp, wire
from live_frames import GROUP, OTHER, send, taken, udp
from live_frames import until as soon
from own_process import in_own_process
from shared_memory import fresh_name
from test_daemon import DAY, configured, counted, reading, started, until
from test_daemon import compiled as compiled  # noqa: PLC0414 (a fixture)

from feedhandler.bench.namespace import Wire, await_carrier
from feedhandler.live import LiveOptions, open_live
from feedhandler.source.carrier import LinkState
from feedhandler.source.live import Live
from feedhandler.source.packet_ring import RingLimits
from feedhandler.source.udp_socket import SocketLimits
from feedhandler.source.xdp import XdpLimits

name = pytest.fixture(fresh_name)
WAIT_S = 240
SOURCES = [
    ("packet_ring", None), ("udp_socket", None), ("xdp", "native"), ("xdp", "generic"),
    ("libpcap", None),
]  # fmt: skip


def opened(source: str, mode: Any, *interfaces: str) -> Live:
    """A source of a few frames; the caller is in the receiver's namespace."""
    if source == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    chosen: Any = {"source": source}
    return open_live(
        LiveOptions(
            interfaces=interfaces or ("line_a",), ring=RingLimits(1 << 20), dpdk=SMALL_DPDK,
            socket=SocketLimits(1 << 20), xdp=XdpLimits(1 << 20, mode), **chosen,
        ),
        [GROUP],
    )  # fmt: skip


def story(source: str, mode: Any, interface: str = "line_a") -> None:
    """Up, down by us, up again, down by the peer, up again, gone; frames come whenever it is up."""
    with wire() as made:
        with made.receiver.entered():
            live = opened(source, mode, interface)
        with closing(live):
            states = [live.links()[interface]]
            seen = [heard(made, live, b"first")]
            for end in (made.receiver, made.sender):
                end.ip("link", "set", "line_a", "down")
                soon(lambda: live.links()[interface] is LinkState.DOWN)
                states.append(live.links()[interface])
                files = len([*Path("/proc/self/fd").iterdir()])
                for _ in range(20):
                    live.links()
                assert len([*Path("/proc/self/fd").iterdir()]) == files
                quiet = [each for each in taken(live._sources[0], 0) if b"|" in each.data]
                end.ip("link", "set", "line_a", "up")
                for each in (made.receiver, made.sender):
                    await_carrier(each, "line_a")
                soon(lambda: live.links()[interface] is LinkState.UP)
                states.append(live.links()[interface])
                seen.append(heard(made, live, b"again"))
                assert quiet == []
            made.receiver.ip("link", "del", "line_a")
            states.append(live.links()[interface])
            after = taken(live._sources[0], 0)
            live.count_into([0] * 200)

    assert states == [
        LinkState.UP, LinkState.DOWN, LinkState.UP, LinkState.DOWN, LinkState.UP, LinkState.GONE,
    ]  # fmt: skip
    assert [each.partition(b"|")[0] for each in seen] == [b"first", b"again", b"again"]
    assert after == []


def heard(made: Wire, live: Live, payload: bytes) -> bytes:
    """Send a datagram and take it."""
    with made.sender.entered():
        send("line_a", [udp(GROUP, payload + b"|" + bytes(20))])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [each.data for each in taken(live._sources[0], 1) if b"|" + bytes(20) in each.data]
        if found:
            return found[0][-len(payload) - 21 :]
    return b""


@pytest.mark.parametrize(("source", "mode"), SOURCES)
def test_links_of_every_source(source: str, mode: Any) -> None:
    """Each tells the same, and goes on behind it."""
    story(source, mode)


@in_own_process
def test_links_of_dpdk() -> None:
    """A virtual device asks the interface below it."""
    needs("net_af_packet")
    story("dpdk", None, "net_af_packet0,iface=line_a")


def test_a_later_interface_of_the_same_name_is_another_one() -> None:
    """Deleted and made anew between two looks: our sockets do not listen there."""
    with wire() as made:
        with made.receiver.entered():
            live = opened("packet_ring", None)
        with closing(live):
            made.receiver.ip("link", "del", "line_a")
            made.receiver.ip("link", "add", "line_a", "type", "veth", "peer", "other")
            made.receiver.ip("link", "set", "line_a", "up")
            state = live.links()["line_a"]

    assert state is LinkState.GONE


def test_a_link_that_is_down_lets_a_loop_sleep() -> None:
    """The error that the kernel leaves on a packet socket is taken from it: poll(2) would return at once for ever."""
    with wire() as made:
        with made.receiver.entered():
            live = opened("packet_ring", None)
        with closing(live):
            made.receiver.ip("link", "set", "line_a", "down")
            poller = select.poll()
            (fd,) = live._sources[0].fds
            poller.register(fd, select.POLLIN)
            before = poller.poll(0)
            live.links()
            after = poller.poll(0)

    assert [event for _, event in before] == [select.POLLERR]
    assert after == []


def log_of(err: str) -> list[dict[str, Any]]:
    """Lines of a log."""
    return [json.loads(line) for line in err.splitlines() if line.startswith("{")]


def ask(made: Wire, path: str) -> tuple[int, str]:
    """What the process answers."""
    with (
        made.receiver.entered(),
        closing(http.client.HTTPConnection("127.0.0.1:9464", timeout=60)) as connection,
    ):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_service_lives_through_links_that_go_down(name: str, tmp_path: Path) -> None:
    """One line down: told, and ready all the same. Both: not ready, and alive. Up again: the feed goes on."""
    file = configured(tmp_path, name)
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file)
    ) as process:  # fmt: skip

        def says(path: str, code: int) -> str:
            until(lambda: ask(made, path)[0] == code, process)
            return ask(made, path)[1]

        def both(payloads: list[bytes]) -> None:
            with made.sender.entered():
                send("line_a", [udp(GROUP, payload) for payload in payloads])
                send("line_b", [udp(OTHER, payload) for payload in payloads])

        until(lambda: reading(name), process)
        half = len(DAY) // 2
        both(DAY[:half])
        until(lambda: counted(name, "frames") == 2 * half, process)
        says("/readyz", 200)
        made.receiver.ip("link", "set", "line_a", "down")
        until(lambda: "interface_up{" in (text := ask(made, "/metrics")[1])
              and 'interface="line_a"} 0' in text, process)  # fmt: skip
        one = ask(made, "/readyz")
        made.receiver.ip("link", "set", "line_b", "down")
        neither = says("/readyz", 503)
        alive = ask(made, "/healthz")
        for line in ("line_a", "line_b"):
            made.receiver.ip("link", "set", line, "up")
            for end in (made.receiver, made.sender):
                await_carrier(end, line)
        says("/readyz", 200)
        both(DAY[half:])
        until(lambda: counted(name, "frames") == 2 * len(DAY), process)
        losses = counted(name, "link_losses")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WAIT_S)

    told = [(each["event"], each["interface"], each["dark"])
            for each in log_of(err) if each["event"].startswith("link_")]  # fmt: skip
    assert one == (200, "ok\n")
    assert neither == (
        "nasdaq.itch50: channels without an interface: 1 (line_a is down, line_b is down)\n"
    )
    assert alive == (200, "ok\n")
    assert losses == 2
    assert told[:2] == [("link_down", "line_a", []), ("link_down", "line_b", [1])]
    assert sorted(told[2:]) == [("link_up", "line_a", []), ("link_up", "line_b", [])]
    assert process.returncode == 0, err


def test_a_service_ends_once_a_channel_has_no_interface_left(name: str, tmp_path: Path) -> None:
    """One of two is deleted: it goes on with the other one. Both: exit code 3, and a line that names them."""
    file = configured(tmp_path, name)
    with wire("line_a", "line_b") as made, started(
        made.receiver, "run", "-q", "-c", str(file)
    ) as process:  # fmt: skip
        until(lambda: reading(name), process)
        made.receiver.ip("link", "del", "line_a")
        until(lambda: counted(name, "link_losses") == 1, process)
        with made.sender.entered():
            send("line_b", [udp(OTHER, payload) for payload in DAY])
        until(lambda: counted(name, "frames") == len(DAY), process)
        made.receiver.ip("link", "del", "line_b")
        _, err = process.communicate(timeout=WAIT_S)

    log = log_of(err)
    gone = [each for each in log if each["event"] == "interface_gone"]
    assert process.returncode == 3, err
    assert [each["interface"] for each in gone] == ["line_a", "line_b"]
    assert (
        gone[1]["says"] == "line_b: the interface is gone: deleted, or moved to another namespace"
    )
    assert log[-1]["event"] == "stopped"
    assert (log[-1]["why"], log[-1]["exit_code"]) == ("gone: line_a, line_b", 3)


@pytest.mark.parametrize("source", ["ring", "socket", "xdp", "libpcap"])
def test_a_run_ends_when_its_interface_is_deleted(source: str) -> None:
    """Whatever it is read by, spinning or not: code 3 within seconds, and a line that names it."""
    if source == "xdp" and (why := no_xdp()):
        pytest.skip(why)
    words = ("run", "-i", "line_a", "--feed", "nasdaq.itch50", "--source", source)
    with wire() as made, started(
        made.receiver, *words, "--idle", "block", "--every", "100ms"
    ) as process:  # fmt: skip
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        made.receiver.ip("link", "del", "line_a")
        began = time.monotonic()
        out, err = process.communicate(timeout=WAIT_S)
        took = time.monotonic() - began

    assert first["links"] == {"line_a": "up"}
    assert process.returncode == 3, err
    assert "line_a: the interface is gone: deleted, or moved to another namespace" in err
    assert json.loads(out.splitlines()[-1])["links"] == {"line_a": "gone"}
    assert took < 30
