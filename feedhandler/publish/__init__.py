"""Shared-memory outputs: the ring of events, the table of best prices, the counters.

Importing this package, and reading with it, needs numpy and no numba; only `kernel` (the writer)
does.
"""

from feedhandler.publish.bbo import Best, BestPrices, BestTable
from feedhandler.publish.counters import CounterReader, SharedCounters
from feedhandler.publish.ring import EventRing, EventRingReader
from feedhandler.publish.segment import SegmentError
from feedhandler.publish.state import StateReader, StateWriter
from feedhandler.publish.subscription import Subscription

__all__ = [
    "Best",
    "BestPrices",
    "BestTable",
    "CounterReader",
    "EventRing",
    "EventRingReader",
    "SegmentError",
    "SharedCounters",
    "StateReader",
    "StateWriter",
    "Subscription",
]
