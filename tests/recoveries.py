"""Plays both sides of a recovery until everything has ended: what was injected, and what ended how."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from struct import unpack_from
from typing import Any

from feedhandler.session.backend import Backend, Done, Failed, Inject, Snapshot

MS = 1_000_000
SECOND = 1_000_000_000


@dataclass
class Recovered:
    """What came of it."""

    payloads: list[bytes] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    ends: list[Done | Failed] = field(default_factory=list)
    at_ns: int = 0

    def messages(self) -> dict[int, bytes]:
        """The messages of injected MoldUDP64 packets by number."""
        found: dict[int, bytes] = {}
        for payload in self.payloads:
            first, count = unpack_from(">QH", payload, 10)
            at = 20
            for number in range(first, first + count):
                end = at + 2 + int.from_bytes(payload[at : at + 2], "big")
                found[number] = payload[at + 2 : end]
                at = end
        return found

    def hear(self, outcomes: Iterable[tuple[Backend, Any]]) -> None:
        """Sort outcomes."""
        for _, each in outcomes:
            match each:
                case Inject(payload):
                    self.payloads.append(payload)
                case Snapshot():
                    self.snapshots.append(each)
                case _:
                    self.ends.append(each)


def played(driver: Any, venue: Any, ends: int) -> Recovered:
    """Poll both sides of a loopback until so many ranges have ended."""
    it = Recovered()
    began_ns = time.monotonic_ns()
    while len(it.ends) < ends:
        it.at_ns = time.monotonic_ns()
        assert it.at_ns < began_ns + 30 * SECOND, f"{len(it.ends)} of {ends} ranges ended"
        if venue is not None:
            venue.poll(it.at_ns)
        it.hear(driver.poll(it.at_ns))
        driver.wait(100_000)
    return it


def simulated(driver: Any, ends: int) -> Recovered:
    """Step from event to event of simulated time until so many ranges have ended."""
    it = Recovered()
    while len(it.ends) < ends:
        assert driver.wake_ns is not None, f"{len(it.ends)} of {ends} ranges ended"
        it.at_ns = max(it.at_ns, driver.wake_ns)
        assert it.at_ns < 3600 * SECOND
        it.hear(driver.poll(it.at_ns))
    return it
