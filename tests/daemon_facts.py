"""Start a daemon of a configuration, play a part in it, and print what is true of the process: for tests.

`python daemon_facts.py FILE PART`, in a namespace that has the interfaces of the file. PART is "facts", or
"fail LOOP", which lets one of the loops end with an error.
"""

import gc
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from feedhandler.config_reading import load
from feedhandler.doctor.finding import Finding
from feedhandler.live.plan import plans_of
from feedhandler.service.daemon import Daemon, Settings
from feedhandler.service.dropping import left_anywhere


def of_status(key: str) -> int:
    """A number of /proc/self/status, kB."""
    match = re.search(
        rf"^{key}:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"), re.MULTILINE
    )
    return int(match[1]) if match else -1


def advised(address: int) -> bool:
    """Whether large pages were asked for where an address lies."""
    here = False
    for line in Path("/proc/self/smaps").read_text("utf-8").splitlines():
        head = re.match(r"^([0-9a-f]+)-([0-9a-f]+) ", line)
        if head:
            here = int(head[1], 16) <= address < int(head[2], 16)
        elif here and line.startswith("VmFlags:"):
            return " hg" in line
    return False


def facts(daemon: Daemon) -> dict[str, Any]:
    """What is true once the loops poll."""
    threads = {
        part.plan.loop: {
            "cores": sorted(os.sched_getaffinity(part.run._thread.native_id or 0)),
            "policy": os.sched_getscheduler(part.run._thread.native_id or 0),
            "channels": [channel.id for channel in part.plan.feed.channels],
            "publish": part.plan.publish,
        }
        for part in daemon.parts
    }
    pools = daemon.parts[0].run.engine.pools
    index = pools.index
    one_a_page = index.view("u1")[::4096]
    return {
        "threads": threads,
        "main": sorted(os.sched_getaffinity(0)),
        "locked_kb": of_status("VmLck"), "resident_kb": of_status("VmRSS"),
        "frozen": gc.get_freeze_count(),
        "huge": advised(int(index.ctypes.data) + index.nbytes // 2),
        "pools_kb": sum(each.nbytes for each in {int(p.ctypes.data): p for p in pools}.values()) // 1024,
        "index_pages": len(one_a_page),
        "troubles": [told(each) for each in daemon.troubles()],
        "findings": [told(each) for each in daemon.findings],
        "privileges": left_anywhere(),
    }  # fmt: skip


def told(finding: Finding) -> str:
    """In a line."""
    return f"{finding.name}: {finding.status} {finding.says}"


def say(document: dict[str, Any]) -> None:
    """For the test that started us."""
    sys.stdout.write(json.dumps(document) + "\n")


def main() -> None:
    """Print facts, or how the daemon ended."""
    config = load(sys.argv[1])
    plans = plans_of(config)
    with Daemon(plans, Settings(config.name, "", lock_memory=True, drop=True)).open() as daemon:
        if sys.argv[2] == "fail":
            (part,) = (each for each in daemon.parts if each.plan.loop == sys.argv[3])

            def fail() -> None:
                time.sleep(0.5)
                raise ZeroDivisionError("on purpose")

            part.run.engine.run = fail  # type: ignore[method-assign]
        daemon.start()
        if sys.argv[2] == "facts":
            time.sleep(0.5)
            say(facts(daemon))
            return
        daemon.keep(lambda _: None, time.monotonic_ns() + 60_000_000_000)
        try:
            daemon.stop()
        except ZeroDivisionError as error:
            running = [part.run.running for part in daemon.parts]
            say({"why": daemon.why, "error": str(error), "running": running})


if __name__ == "__main__":
    main()
