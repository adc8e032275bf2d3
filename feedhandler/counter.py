"""Every counter, one per reason: what is not handled is counted and named, never dropped in silence.

One int64 array of `len(Counter)` words; kernels add to it, Python reads it. A counter's place in the list is
not part of any interface; its name (lower case) is what users see.
"""

from enum import IntEnum, auto
from typing import Any, Final

import numpy as np

COUNT_MAX: Final = 2**63 - 1

Words = np.ndarray[Any, np.dtype[np.int64]]  # a word for each counter


class Counter(IntEnum):
    """What is counted; the comment says when it is bumped."""

    # flow
    FRAMES = 0  # frames taken from the source
    FRAME_BYTES = auto()  # their captured bytes
    DATAGRAMS = auto()  # UDP payloads of a route
    MESSAGES = auto()  # application messages decoded, once per message after arbitration
    EVENTS = auto()  # rows given to books and consumers
    DEFINITIONS = auto()  # instrument definitions among the messages
    # source
    CUT_RECORD = auto()  # the capture ends inside a record; all before it was read
    BAD_RECORD = auto()  # a record header that cannot be true; reading stopped there
    UNKNOWN_BLOCK = auto()  # pcapng blocks skipped
    FILTERED = auto()  # frames left out by the user's filter expression
    # wire: why a frame was not taken
    NOT_IP = auto()  # an EtherType other than IPv4 and IPv6
    IPV6 = auto()
    FRAGMENT = auto()
    TCP = auto()
    NOT_UDP = auto()  # an IP protocol other than UDP and TCP
    TRUNCATED = auto()  # captured bytes end before the headers or the UDP length do
    BAD_LENGTH = auto()  # a length field that contradicts another, or is below its header
    FOREIGN_GROUP = auto()  # a destination that is not part of the feed
    UNKNOWN_LINK = auto()  # a link type that is not supported
    # session
    DUPLICATES = auto()  # datagrams whose every unit was seen before
    DUPLICATE_UNITS = auto()  # packets or messages in them, and in trimmed prefixes
    TRIMMED = auto()  # datagrams of which only the tail was new
    GAPS = auto()  # ranges missing
    GAP_UNITS = auto()  # packets or messages in them
    HEARTBEATS = auto()
    END_OF_SESSION = auto()
    SESSION_CHANGES = auto()  # a new session, or a restart of the sequence
    # decode
    MALFORMED_TRANSPORT = auto()  # framing that does not fit the datagram: none of it is delivered
    MALFORMED_MESSAGE = auto()  # a message shorter than its fields, or groups beyond its end
    UNKNOWN_TEMPLATE = auto()  # skipped by its length
    UNKNOWN_SCHEMA = auto()  # an SBE schema id that is not the feed's: skipped by its length
    NEWER_VERSION = auto()  # SBE version above the description's: read by block length
    EMPTY_MESSAGE = auto()  # a message block of length zero
    BAD_REFERENCE = auto()  # an order entry that refers to no entry of its message
    PRICE_RANGE = auto()  # a price beyond 64 bits of 1e-9 units: taken as undefined
    # book
    UNKNOWN_ORDER = auto()  # an order id that is not in the book
    DUPLICATE_ORDER = auto()  # an Add of an order id that is
    OVER_EXECUTION = auto()  # more taken from an order than it has left
    BAD_SIZE = auto()  # a negative or undefined size where one is needed
    BAD_SIDE = auto()  # neither bid nor ask where one is needed
    BAD_PRICE = auto()  # an undefined price where one is needed
    BAD_LEVEL = (
        auto()
    )  # a position outside the book: insert beyond count + 1, change or delete beyond count
    BAD_ACTION = auto()  # an action that this kind does not have
    UNSORTED = auto()  # a by-level side out of order at the end of an event
    DELETE_FROM = auto()  # a delete-from, whose reading is a setting
    CROSSED = auto()  # best bid above best ask at the end of an event (times it became so)
    LOCKED = auto()  # best bid equal to best ask at the end of an event (times it became so)
    SNAPSHOT_ROWS = auto()  # rows of snapshots, not applied to books
    CLEARED = auto()  # books emptied by a clear or a channel reset
    BOOKS_LIMIT = auto()  # instruments beyond `books_max`: their rows change no book
    ORDERS_LIMIT = auto()  # orders beyond `orders_max`
    LEVELS_LIMIT = auto()  # levels beyond `levels_max`
    STALE_BOOKS = auto()  # times a book became stale
    BBO_CHANGES = auto()  # sides of best prices published
    # recovery: what its back ends asked and heard
    REQUESTS = auto()  # requests and logins sent
    REQUEST_RETRIES = auto()  # of them those that repeat one which brought nothing
    REPLIES = auto()  # replies that brought something wanted
    REPLIES_UNWANTED = (
        auto()
    )  # replies and messages that nobody waits for: late, doubled, not asked
    REPLIES_REFUSED = auto()  # replies that say no: empty, another session, login rejected, logout
    REPLIES_MALFORMED = auto()  # replies whose framing does not fit
    RECOVERY_LIMIT = auto()  # ranges not taken on, or given up, because a limit was reached
    RECOVERY_FAILED = auto()  # ranges that a back end did not bring
    # session, what came early
    HELD = auto()  # datagrams that came early and waited for what was missing
    HOLD_FULL = auto()  # early datagrams for which there was no slot: their hole was a gap at once
    IMPLAUSIBLE = auto()  # early datagrams left out, their number too far ahead to be believed
    LINE_SILENCES = auto()  # times a line brought nothing while another one did
    # recovery
    JOINS = auto()  # sequences that were joined in their midst
    INSTRUMENT_GAPS = (
        auto()
    )  # jumps in the venue's numbers of one instrument: its book became stale
    DOUBTFUL_ROWS = auto()  # rows of books in doubt in a channel that lost something
    HEALED_BOOKS = auto()  # times a book in doubt was found or made sound
    # wire
    BAD_CHECKSUM = auto()  # frames left out, where asked for: their UDP checksum is wrong
    # FAST; but for the first each is the reason of a malformed datagram
    FAST_REMARKS = auto()  # overlong or surplus encodings, exponents beyond 63, no UTF-8: delivered
    FAST_TRUNCATED = auto()  # a message that ends inside an entity
    FAST_RANGE = auto()  # an integer, or a sum with a delta, beyond its type (D2, R4)
    FAST_STATE = auto()  # a previous value, or template id, that is not there (D5, D6)
    FAST_TEXT = auto()  # a text's delta that takes off more than there is (D7)
    FAST_TEMPLATE = auto()  # a template that is not known, and so has no length (D9)
    FAST_LIMIT = auto()  # texts, entries or nesting beyond our limits
    # snapshots, while a channel is in doubt
    SNAPSHOTS_LOADED = auto()  # models of books, by level or by order, loaded from one
    SNAPSHOTS_OLD = auto()  # not used: something is missing between them and what was kept
    SNAPSHOTS_AHEAD = auto()  # not used before the packets that they include have come
    SNAPSHOTS_TORN = auto()  # not used: a chunk or a level is missing, or cannot be
    SNAPSHOTS_REFUTED = auto()  # rows behind the snapshot did not fit it: the book stays in doubt
    SNAPSHOT_LIMIT = auto()  # not used: rows behind it, or its own, were more than are kept
    # holes that were asked for again and filled in time: no gap, no book in doubt
    RECOVERED = auto()
    RECOVERED_UNITS = auto()  # packets or messages in them
    UNDEFINED_BOOKS = auto()  # times a book without definition began, where definitions are sent
    # live sources: what was lost before this program could see it
    RING_DROPS = auto()  # frames for which the ring had no free slot
    SOCKET_DROPS = auto()  # datagrams for which a socket's buffer had no room
    CUT_FRAMES = auto()  # frames longer than a slot: the rest of them is not there
    # recovery, what was not believed
    REPLIES_UNREAD = auto()  # replies and snapshots with messages that cannot be read: not taken
    SERVERS_SET_ASIDE = auto()  # times a recovery server was asked no more for a while
    CARD_DROPS = auto()  # DPDK: frames that card or driver had no room for, or found damaged
    BUFFER_DROPS = auto()  # DPDK: frames for which no buffer was free
    SPINS_LOADED = auto()  # times the books of a channel were taken from a snapshot server's
    DEFINITIONS_REPEATED = auto()  # datagrams of definitions that were read before: not once more
    DEFINITIONS_FORGOTTEN = auto()  # such datagrams read that could not be remembered: no room
    LINK_LOSSES = auto()  # times an interface went down, or was gone
    LONE_DOUBTS = auto()  # times books of a channel that lacks nothing were in doubt by themselves
    UNNAMED_INSTRUMENTS = (
        auto()
    )  # of which rows came that no message of the session had named, where all are named


def new_counters() -> Words:
    """A zeroed array with a word for each counter."""
    return np.zeros(len(Counter), np.int64)


def count_more(counters: Words, counter: Counter, number: int) -> None:
    """Add to a counter; one that is full stays so."""
    counters[counter] = min(int(counters[counter]) + number, COUNT_MAX)


def named(counters: Words) -> dict[str, int]:
    """The counters that are not zero, by name, in the order of the list."""
    return {c.name.lower(): int(counters[c]) for c in Counter if counters[c]}
