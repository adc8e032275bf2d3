"""Two wires that each lose one frame in a hundred, a server that is asked, and books that are the oracle's."""

import threading
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

from lan import wire
from live_frames import until
from test_recovery_live import answering

from feedhandler.bench.namespace import Wire
from feedhandler.decode.catalog import feed
from feedhandler.engine.recovery_backends import RecoveryPlan
from feedhandler.jit import JIT_ON
from feedhandler.live import LiveOptions, LiveRun, groups_of, open_live, warm
from feedhandler.recovering import Driver, re_request
from feedhandler.sending.sender import Sender
from feedhandler.session.holding import Arbitration
from feedhandler.simulator import simulate
from feedhandler.simulator.capture import write_recorded
from feedhandler.simulator.faulty import FaultyFrames
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.sockets import VenueSockets
from feedhandler.simulator.timeline import Timeline, held
from feedhandler.source.fault_plan import parse_faults
from feedhandler.source.packet_ring import RingLimits
from feedhandler.source.pcap_file import open_capture

FEED = "nasdaq.itch50"
DAY: dict[str, Any] = {"messages": 60_000 if JIT_ON else 3_000, "seed": 11, "instruments": 6}
LINES = {"A": "line_a", "B": "line_b"}
PATIENT = Arbitration(gap_timeout_ns=300_000_000, gap_count=1, recovery_timeout_ns=200_000_000_000)


def write_lines(folder: Path) -> dict[str, Path]:
    """A capture of each line, with what that line lost left out."""
    plan = parse_faults("line-a-drop=1%,line-b-drop=1%")
    frames = list(FaultyFrames(simulate(FEED, **DAY), FEED, plan, 5))
    made = {line: folder / f"{line}.pcap" for line in LINES}
    for line, path in made.items():
        write_recorded(path, (each for each in frames if each[1] == line))
    return made


def truth() -> dict[Any, Any]:
    """What the naive oracle holds at the day's end."""
    timeline = Timeline(feed(FEED), 1)
    for _, _, payload in simulate(FEED, **DAY).datagrams():
        timeline.take(payload)
    return {key: timeline.after(key, timeline.units) for key in timeline.keys}


def send_all(made: Wire, captures: dict[str, Path]) -> None:
    """Send both lines at once, each at its pace, so that neither gets far ahead."""

    def send(line: str) -> None:
        with (
            made.sender.entered(),
            Sender(LINES[line]) as sender,
            closing(open_capture(str(captures[line]))) as source,
        ):
            sender.send(source, Fraction(8))

    threads = [threading.Thread(target=send, args=(line,)) for line in LINES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_lossy_wires_and_a_server_give_the_books_of_the_oracle(tmp_path: Path) -> None:
    """What both lost is asked for; no gap, no book in doubt, every order and level as it must be."""
    warm(feed(FEED))
    captures = write_lines(tmp_path)
    with (
        wire(*LINES.values()) as made,
        VenueSockets(itch_servers(**DAY)) as venue,
        Driver() as driver,
    ):
        with made.receiver.entered():
            options = LiveOptions(
                interfaces=("line_a", "line_b"), ring=RingLimits(32 << 20), idle="block"
            )
            live = open_live(options, groups_of(feed(FEED)))
        plan = RecoveryPlan(driver, re_request([venue.peers["request"]]))
        run = LiveRun(feed(FEED), live, arbitration=PATIENT, recovery=plan)
        with answering(venue), run.start():
            send_all(made, captures)
            until(lambda: run.look().get("messages", 0) >= venue.servers.units or run.error)
            counted = run.look()

    assert counted["recovered_units"] > 0
    assert {"gaps", "joins", "doubtful_rows", "stale_books"}.isdisjoint(counted)
    assert {view.state for view in run.books} == {"SYNCHRONIZED"}
    assert {key: held(found) for key, found in run.books.contents().items()} == truth()
