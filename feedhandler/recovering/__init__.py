"""Recovery over real sockets: the driver carries out what back ends want done.

Used so:

    client = MoldRequest([Peer(Transport.UDP, "10.0.0.1", 17001)], session)
    with Driver() as driver:
        driver.begin(client, first, count, now_ns)
        for backend, outcome in driver.poll(now_ns):  # now and then; never waits
            ...  # Inject: a datagram of the channel; Snapshot; Done or Failed: the end of a range

The caller owns the time and the loop.
"""

from feedhandler.recovering.driver import Driver, DriverLimits, Outcome
from feedhandler.recovering.plans import (
    METHODS,
    glimpse,
    one_after_the_other,
    re_request,
    soup_replay,
    tcp_replay,
)

__all__ = [
    "METHODS",
    "Driver",
    "DriverLimits",
    "Outcome",
    "glimpse",
    "one_after_the_other",
    "re_request",
    "soup_replay",
    "tcp_replay",
]
