"""What a process does to itself, gives up, and reads again."""

import gc
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from feedhandler.book import pools as book
from feedhandler.book.pools import Limits, make_pools
from feedhandler.cli.run_live import Reading
from feedhandler.config_reading import parse
from feedhandler.counter import new_counters
from feedhandler.doctor.finding import Status
from feedhandler.live.plan import plans_of
from feedhandler.service import steadiness
from feedhandler.service.dropping import left
from feedhandler.service.reloading import apply, by_segment, reload
from feedhandler.session import holding_kernel as waiting
from feedhandler.session.holding import Arbitration, Holding
from feedhandler.source.capability import lacking

LEAST = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'


def alone(code: str) -> str:
    """What a process of its own prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=False, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- steadiness -----------------------------------------------------------------------------------
def test_a_thread_is_pinned_or_it_is_told_why() -> None:
    """To one core; one that is not there is a warning, and nothing has changed."""
    before = os.sched_getaffinity(0)
    core = min(before)
    try:
        done, pinned = steadiness.pin(core), os.sched_getaffinity(0)
        failed = steadiness.pin(60_000)
        still = os.sched_getaffinity(0)
    finally:
        os.sched_setaffinity(0, before)

    assert (done.status, pinned, still) == (Status.OK, {core}, {core})
    assert (failed.status, failed.says) == (Status.WARN, "core 60000: Invalid argument")


def test_memory_is_locked_as_it_is_touched() -> None:
    """A reserved gigabyte is not taken; where locking is not allowed the command is told."""
    said = alone(
        "import mmap, re\n"
        "from feedhandler.service.steadiness import in_memory, unlock\n"
        "found = in_memory()\n"
        "room = mmap.mmap(-1, 1 << 30)\n"
        "status = open('/proc/self/status').read()\n"
        "unlock()\n"
        "print(found.status, re.search(r'VmLck:\\s+(\\d+)', status)[1],\n"
        "      re.search(r'VmRSS:\\s+(\\d+)', status)[1], found.mend)\n"
    )
    status, locked_kb, resident_kb, *mend = said.split()

    if status == "ok":
        assert int(locked_kb) > 1_000
        assert int(resident_kb) < 500_000
    else:
        assert mend == ["sudo", "prlimit", "--pid", "$$", "--memlock=unlimited"]


def test_real_time_is_given_or_the_command_is_told() -> None:
    """In a process of its own, which ends at once."""
    said = alone(
        "import os\nfrom feedhandler.service.steadiness import in_real_time\n"
        "found = in_real_time(1)\n"
        "print(found.status, os.sched_getscheduler(0) == os.SCHED_FIFO, found.mend)\n"
    )

    assert said.startswith(("ok True", "warn False sudo prlimit --pid $$ --rtprio=50"))


def test_sleep_is_asked_for_by_a_descriptor(tmp_path: Path) -> None:
    """Four zero bytes, held until it is closed; a device that is not there is a warning."""
    device = tmp_path / "latency"
    device.write_bytes(b"")
    (done, fd), (failed, nothing) = steadiness.awake(device), steadiness.awake(tmp_path / "none")
    os.close(fd)

    assert (done.status, device.read_bytes()) == (Status.OK, bytes(4))
    assert (failed.status, nothing) == (Status.WARN, -1)
    assert failed.mend.startswith("sudo setfacl -m u:")


def test_the_collector_leaves_out_what_lives_since_the_start() -> None:
    """So that it has nothing to do while frames flow."""
    try:
        found = steadiness.settled()
        frozen = gc.get_freeze_count()
    finally:
        gc.unfreeze()

    assert frozen > 1_000
    assert found.says.endswith(" objects are left out")


# --- privileges -----------------------------------------------------------------------------------
def test_privileges_are_given_up_for_good() -> None:
    """Nothing is left, nothing can be gained by another program, and threads inherit that."""
    said = alone(
        "import socket, subprocess, threading\n"
        "from feedhandler.service.dropping import drop, left\n"
        "print(drop())\n"
        "threading.Thread(target=lambda: print(left())).start()\n"
        "print(subprocess.run(['grep', '-c', '^CapEff:.*0000000000000000$', '/proc/self/status'],\n"
        "                     capture_output=True, text=True).stdout.strip())\n"
        "try:\n"
        "    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\n"
        "except PermissionError:\n"
        "    print('no more')\n"
    )

    assert sorted(said.split("\n")) == ["", "1", "[]", "[]", "no more"]


def test_what_the_end_needs_stays_permitted() -> None:
    """Without effect until it is taken up; what was not there does not come by it."""
    if lacking(["CAP_NET_RAW", "CAP_NET_ADMIN"]):
        pytest.skip("needs CAP_NET_RAW and CAP_NET_ADMIN to give them up")
    said = alone(
        "from feedhandler.service.dropping import drop, take_up\n"
        "from feedhandler.source.capability import lacking\n"
        "asked = ['CAP_NET_RAW', 'CAP_NET_ADMIN']\n"
        "print(drop(but=['CAP_NET_ADMIN']), lacking(asked))\n"
        "take_up()\n"
        "print(lacking(asked))\n"
        "print(drop(but=asked), drop(), drop(but=asked))\n"
    )

    assert said.split("\n") == [
        "['CapPrm 0000000000001000'] ['CAP_NET_RAW', 'CAP_NET_ADMIN']",
        "['CAP_NET_RAW']",
        "['CapPrm 0000000000001000'] [] []",
        "",
    ]


def test_what_is_left_is_told(tmp_path: Path) -> None:
    """Each set by its name."""
    status = tmp_path / "status"
    status.write_text("Name: x\nCapInh:\t0\nCapPrm:\t2000\nCapEff:\t2000\nNoNewPrivs:\t0\n")

    assert left(str(status)) == ["CapPrm 2000", "CapEff 2000", "NoNewPrivs 0"]


# --- reading again --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "taken", "waits", "faults"),
    [
        (LEAST, [], [], []),
        (f"log_level = 'error'\n{LEAST}ring_bytes = 65536", ["log_level"], ["feed[0].ring_bytes"],
         []),
        (f"{LEAST}x = 1", [], [], ["4"]),
        (None, [], [], ["No such file or directory"]),
    ],
)  # fmt: skip
def test_a_file_that_is_read_again(
    tmp_path: Path, text: str | None, taken: list[str], waits: list[str], faults: list[str]
) -> None:
    """What can be taken, what waits for a restart; faults change nothing."""
    file, running = tmp_path / "feed.toml", parse(LEAST)
    if text is not None:
        file.write_text(text)
    found = reload(str(file), running)

    assert [change.path for change in found.taken] == taken
    assert [change.path for change in found.waiting] == waits
    assert [
        fault.removeprefix(f"{file}:").strip().split(":")[0] for fault in found.faults
    ] == faults
    assert (found.config is running) == bool(faults)


def test_what_waits_for_a_restart_is_not_held(tmp_path: Path) -> None:
    """Read twice it still waits, and taken back it was never anything else; what was taken is."""
    file, running = tmp_path / "feed.toml", parse(LEAST)
    told = []
    for text in (
        f"log_level = 'error'\n{LEAST}ring_bytes = 65536\narbitration.gap_count = 9\nlimits.books_max = 2_000",
        f"log_level = 'error'\n{LEAST}ring_bytes = 65536\narbitration.gap_count = 9\nlimits.books_max = 2_000",
        f"log_level = 'error'\n{LEAST}arbitration.gap_count = 9\nlimits.books_max = 2_000",
    ):
        file.write_text(text)
        found = reload(str(file), running)
        running = found.config
        told.append([len(found.taken), [change.path for change in found.waiting]])
    (feed,) = running.feed

    assert told == [[3, ["feed[0].ring_bytes"]], [0, ["feed[0].ring_bytes"]], [0, []]]
    assert (feed.arbitration.gap_count, feed.limits.books_max) == (9, 2_000)


def cme(publish: str, gap_count: int, *channels: int) -> str:
    """One of several feeds that are the same one of the venue."""
    lines = (
        f"[[feed.channel]]\nid = {number}\nlines = {{ A = '239.1.1.1:{number}' }}\n"
        for number in channels
    )
    return (f"[[feed]]\nfeed = 'cme.mdp3'\npublish = '{publish}'\ninterface = 'eth1'\n"
            f"arbitration.gap_count = {gap_count}\n{''.join(lines)}")  # fmt: skip


def test_feeds_of_one_name_take_each_its_own(tmp_path: Path) -> None:
    """Told apart by what they publish, wherever they stand; one that came or went changes no other."""
    head = "[[worker]]\nidle = 'block'\n"
    file, running = tmp_path / "feed.toml", parse(f"{head}{cme('p1', 3, 310)}{cme('p2', 7, 314)}")
    itch = LEAST.replace("interface", "publish = 'p1'\ninterface")
    told = []
    for text in (
        f"log_level = 'error'\n{head}{cme('p1', 3, 310)}{cme('p2', 7, 314)}",
        f"log_level = 'error'\n{head}{cme('p1', 4, 310)}{cme('p2', 7, 314)}",
        f"log_level = 'error'\n{head}{cme('p2', 7, 314)}{cme('p1', 4, 310)}",
        f"log_level = 'error'\n{head}{cme('p2', 8, 314)}",
        f"log_level = 'error'\n{head}{itch}arbitration.gap_count = 5\n{cme('p2', 9, 314)}",
    ):
        file.write_text(text)
        found = reload(str(file), running)
        running = found.config
        counts = {name: feed.arbitration.gap_count for name, feed in by_segment(running).items()}
        told.append(([str(each) for each in found.taken], len(found.waiting), counts))

    assert told == [
        (["log_level: 'info' -> 'error'"], 0, {"p1": 3, "p2": 7}),
        (["feed[0].arbitration.gap_count: 3 -> 4"], 0, {"p1": 4, "p2": 7}),
        ([], 2, {"p1": 4, "p2": 7}),
        (["feed[0].arbitration.gap_count: 7 -> 8"], 2, {"p1": 4, "p2": 8}),
        (["feed[1].arbitration.gap_count: 8 -> 9"], 1, {"p1": 4, "p2": 9}),
    ]


def test_each_loop_takes_what_is_of_its_own_feed(tmp_path: Path) -> None:
    """SIGHUP with two feeds of one name, the first on two workers: three loops, each with the count of its feed."""
    file = tmp_path / "feed.toml"
    head = ("[metrics]\naddress = ''\n[[worker]]\nname = 'a'\nidle = 'block'\n"
            "[[worker]]\nname = 'b'\nidle = 'block'\n")  # fmt: skip
    config = parse(f"{head}{cme('p1', 3, 310, 311)}{cme('p2', 7, 314)}")
    parts: Any = [
        SimpleNamespace(plan=plan, run=SimpleNamespace(engine=SimpleNamespace(
            channels=SimpleNamespace(holding=Holding(Arbitration(slots=4))),
            pools=make_pools(Limits(), new_counters()),
        )))
        for plan in plans_of(config)
    ]  # fmt: skip
    daemon: Any = SimpleNamespace(parts=parts, house=None)
    file.write_text(f"{head}{cme('p1', 5, 310, 311)}{cme('p2', 7, 314)}")
    Reading(str(file), config, daemon).again()

    assert {
        part.plan.publish: int(part.run.engine.channels.holding.watch[waiting.WAIT_COUNT])
        for part in parts
    } == {"p1.a": 5, "p1.b": 5, "p2.a": 7}


def test_a_running_engine_takes_limits_and_times() -> None:
    """The very words that its kernels look at: as if it had been made with them."""
    counters = new_counters()
    engine: Any = SimpleNamespace(
        channels=SimpleNamespace(holding=Holding(Arbitration(slots=4))),
        pools=make_pools(Limits(), counters),
    )
    text = (f"{LEAST}arbitration.gap_timeout_ns = 7\narbitration.gap_count = 9\n"
            "arbitration.silence_ns = 70\nlimits.orders_max = 3_000_000\n"
            "limits.levels_max = 2_000_000\nlimits.books_max = 2_000")  # fmt: skip
    (feed,) = parse(text).feed
    apply(engine, feed)
    made = Holding(Arbitration(gap_timeout_ns=7, gap_count=9, silence_ns=70, slots=4))
    limits = [book.ORDERS_MAX, book.LEVELS_MAX, book.BOOKS_MAX]

    assert (engine.channels.holding.watch == made.watch).all()
    assert engine.pools.control[limits].tolist() == [3_000_000, 2_000_000, 2_000]
    assert np.flatnonzero(
        engine.pools.control != make_pools(feed.limits, counters).control
    ).size == 0  # fmt: skip
    assert waiting.WAIT_NS != waiting.WAIT_COUNT
