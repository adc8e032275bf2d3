"""A hole on the wire of a service: the server that its configuration names is asked, by a process without privileges."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from lan import wire
from live_frames import GROUP, send, udp
from shared_memory import fresh_name
from test_daemon import counted, reading, started, until
from test_recovery_live import answering

from feedhandler.decode.catalog import feed
from feedhandler.live import warm
from feedhandler.simulator import simulate
from feedhandler.simulator.servers import itch_servers
from feedhandler.simulator.sockets import VenueSockets

name = pytest.fixture(fresh_name)
DAY: dict[str, Any] = {"messages": 600, "seed": 4, "instruments": 3}
LOST = range(200, 260)  # messages that begin there come on no line
CONFIG = """
name = "{name}"
metrics.address = ""

[[worker]]
idle = "block"

[[feed]]
feed = "nasdaq.itch50"
publish = "{name}"
interface = "line_a"
ring_bytes = 4_194_304
arbitration = {{ gap_timeout_ns = 20_000_000, gap_count = 1, recovery_timeout_ns = 200_000_000_000 }}

[[feed.channel]]
id = 1
lines = {{ A = "233.54.12.111:26477" }}

[[feed.recovery]]
method = "moldudp64"
servers = ["{server}"]
"""


def test_a_hole_is_filled_by_the_server_of_the_configuration(name: str, tmp_path: Path) -> None:
    """No gap, no row in doubt, all messages of the day; status tells by what it was recovered."""
    warm(feed("nasdaq.itch50"))
    payloads = [payload for _, _, payload in simulate("nasdaq.itch50", **DAY).datagrams()]
    sent = [each for each in payloads if int.from_bytes(each[10:18], "big") not in LOST]
    file = tmp_path / "feed.toml"
    with wire("line_a") as made:
        with made.receiver.entered():
            venue = VenueSockets(itch_servers(**DAY))
        with venue, answering(venue):
            peer = venue.peers["request"]
            file.write_text(CONFIG.format(name=name, server=f"{peer.host}:{peer.port}"), "utf-8")
            with started(made.receiver, "run", "-c", str(file), "--every", "200ms") as process:
                until(lambda: reading(name), process)
                with made.sender.entered():
                    send("line_a", [udp(GROUP, payload) for payload in sent])
                until(lambda: counted(name, "messages") == DAY["messages"], process)
                process.send_signal(signal.SIGTERM)
                out, err = process.communicate(timeout=240)
    last = json.loads(out.splitlines()[-1])

    assert process.returncode == 0, err
    assert len(sent) < len(payloads)
    assert last["counters"]["recovered_units"] >= len(LOST) - 20
    assert {"gaps", "joins", "doubtful_rows", "stale_books"}.isdisjoint(last["counters"])
    assert (last["state"], last["lost"]) == ("ended", {})
    assert last["channels"][0]["state"] == "synchronized"
