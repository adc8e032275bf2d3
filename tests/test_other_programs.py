"""What others send we receive, and what we record others read: tcpreplay, scapy, tshark, tcpdump.

Each needs a wire of its own; programs that are not installed are named by the reason of the skip.
"""

import io
import shutil
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from capture_writers import pcap
from cli_runs import ITCH, read
from lan import wire
from live_frames import GROUP, today, udp, until
from packets import mold

from feedhandler.bench.namespace import Wire
from feedhandler.decode.catalog import Feed, feed
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.recording.recorder import Recorder
from feedhandler.recording.ring import BlockRing
from feedhandler.replaying import Replay
from feedhandler.sending.sender import Sender
from feedhandler.session.holding import Arbitration
from feedhandler.source.packet_ring import RingLimits
from feedhandler.source.pcap_file import open_capture

LONG_S = 240
PATIENT = Arbitration(gap_timeout_ns=60_000_000_000)  # a busy machine is no gap
BURST = 40_000
APART_NS = 5_000  # 200,000 frames a second


def program(name: str) -> str:
    """Where a program is."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def output(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONG_S)
    return done.stdout


def live_run(made: Wire, described: Feed) -> LiveRun:
    """A run on the receiver's end of a wire."""
    warm(described)
    with made.receiver.entered():
        options = LiveOptions(interfaces=("line_a",), ring=RingLimits(16 << 20))
        live = open_live(options, groups_of(described))
    return LiveRun(described, live, digest=True, arbitration=PATIENT).start()


def test_what_tcpreplay_sends_is_the_feed(tmp_path: Path) -> None:
    """A shipped capture from another sender: the events and the books of its replay."""
    tcpreplay = program("tcpreplay")
    described = feed("nasdaq.itch50")
    path = today(ITCH, described, tmp_path)
    with Replay(path, described, arbitration=PATIENT) as replay:
        expected = replay.run()
    with wire() as made, live_run(made, described) as run:
        with made.sender.entered():
            output(tcpreplay, "--intf1", "line_a", "--topspeed", path)
        until(lambda: run.look().get("frames", 0) >= expected.counters["frames"] or run.error)
        run.stop()
        run.wait(LONG_S)
        counted = run.look()

        assert counted["frames"] == expected.counters["frames"]
        assert counted.get("ring_drops", 0) == 0
        assert (run.digest, run.books.digest()) == (expected.digest, expected.books.digest())


def test_what_scapy_sends_is_received() -> None:
    """Frames that scapy made, checksums and lengths its own, with and without a tag."""
    from scapy.layers.inet import IP, UDP  # noqa: PLC0415 (a second, for this test alone)
    from scapy.layers.l2 import Dot1Q, Ether  # noqa: PLC0415
    from scapy.sendrecv import sendp  # noqa: PLC0415

    described = feed("nasdaq.itch50")
    ethernet = Ether(src="02:00:00:00:00:01", dst="01:00:5e:36:0c:6f")
    inner = IP(src="10.77.0.1", dst="233.54.12.111", ttl=9) / UDP(sport=7, dport=GROUP[1])
    message = b"S" + bytes(10) + b"O"
    sent = [
        ethernet / inner / mold([message], 1),
        ethernet / Dot1Q(vlan=208) / inner / mold([message], 2),
    ]
    with wire() as made, live_run(made, described) as run:
        with made.sender.entered():
            sendp(sent, iface="line_a", verbose=False)
        until(lambda: run.look().get("frames", 0) >= len(sent) or run.error)
        counted = run.look()

    assert (counted["datagrams"], counted["messages"]) == (2, 2)
    assert counted.get("gaps", 0) == counted.get("malformed", 0) == 0


def recorded(path: Path, sent: list[tuple[int, bytes]], folder: Path, beside: Any = None) -> int:
    """Record frames that are sent at their pace; frames a second that were sent."""
    capture = folder / "sent.pcap"
    capture.write_bytes(pcap(sent, nanos=True))
    with wire() as made:
        with made.receiver.entered():
            ring = BlockRing("line_a", "", 64 << 20)
            other = beside() if beside else None
        recorder = Recorder(ring, str(path), io.BytesIO(), interface="line_a")
        worker = threading.Thread(target=recorder.run, kwargs={"frames_max": len(sent)})
        worker.start()
        with (
            made.sender.entered(),
            Sender("line_a") as sender,
            closing(open_capture(str(capture))) as source,
        ):
            done = sender.send(source, Fraction(1))
        worker.join(LONG_S)
        assert not worker.is_alive()
        ring.close()
        if other is not None:
            other()
    assert recorder.recorded.dropped == 0
    return done.frames * 1_000_000_000 // done.elapsed_ns


def moment(text: str) -> int:
    """Seconds with nine decimals as ns."""
    whole, part = text.split(".")
    return int(whole) * 1_000_000_000 + int(part.ljust(9, "0"))


def as_read(path: Path) -> list[tuple[int, int]]:
    """Time and length of each frame of a recording, as we read it."""
    return [(each.ts_recv, len(each.data)) for each in read(str(path))]


def tagged(count: int) -> list[tuple[int, bytes]]:
    """Frames with and without VLAN tags, of different lengths, and when they are sent."""
    tags = [b"", b"\x81\0\x20\xd0", b"\x88\xa8\x20\x01\x81\0\0\x02"]
    return [
        (1 + n * APART_NS, udp(GROUP, bytes([n % 251]) * (n % 90), tag=tags[n % 3]))
        for n in range(count)
    ]


def test_tshark_and_tcpdump_read_what_we_record(tmp_path: Path) -> None:
    """As many frames, each at the same nanosecond, tags in their places."""
    tshark, tcpdump = program("tshark"), program("tcpdump")
    path = tmp_path / "out.pcapng"
    recorded(path, tagged(600), tmp_path)
    ours = as_read(path)

    fields = ("frame.time_epoch", "frame.len", "vlan.id")
    asked = [word for name in fields for word in ("-e", name)]
    seen = [
        line.split("\t")
        for line in output(tshark, "-r", str(path), "-T", "fields", *asked).splitlines()
    ]
    assert [(moment(time), int(length)) for time, length, _ in seen] == ours
    assert [tag for *_, tag in seen[:3]] == ["", "208", "2"]

    lines = output(
        tcpdump, "-r", str(path), "-n", "-tt", "--time-stamp-precision=nano", "-q"
    ).splitlines()
    assert [moment(line.split()[0]) for line in lines] == [time for time, _ in ours]


def test_recorder_beside_tcpdump(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Both record the same burst, paced at 200,000 frames a second: equal counts, equal frames."""
    tcpdump = program("tcpdump")
    theirs = tmp_path / "theirs.pcap"

    def beside() -> Any:
        running = subprocess.Popen(
            [tcpdump, "-i", "line_a", "-w", str(theirs), "-B", "65536", "-U", "-Z", "root", "-p",
             "--time-stamp-precision=nano", "-Q", "in"],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert running.stderr is not None
        assert "listening" in running.stderr.readline()

        def end() -> None:
            until(lambda: theirs.stat().st_size >= 24 + sum(16 + len(data) for _, data in sent))
            running.terminate()
            _, told = running.communicate(timeout=LONG_S)
            assert "0 packets dropped by kernel" in told

        return end

    sent = tagged(BURST)
    path = tmp_path / "ours.pcapng"
    record_property("frames_per_second", recorded(path, sent, tmp_path, beside))
    ours = read(str(path))

    assert [each.data for each in ours] == [data for _, data in sent]
    assert [each.data for each in read(str(theirs))] == [data for _, data in sent]
    assert [each.ts_recv for each in ours] == [each.ts_recv for each in read(str(theirs))]
