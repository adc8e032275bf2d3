"""Why a kernel stopped: it met something that it may not decide. Python resolves it and re-enters.

Malformed input is never a verdict: it bumps the counter of its reason (`counter.py`) and the loop goes on.
"""

from enum import IntEnum


class Verdict(IntEnum):
    """One line of meaning each."""

    DONE = 0  # all that was there is consumed
    REFILL = 1  # the source has no frame left in its window: Python gives it the next one, or ends
    ROWS_FULL = 2  # the batch of rows is full: hand it to the consumer and re-enter
    NEW_GROUP = 3  # a destination that no route names: Python probes it and adds a route
    NEW_STREAM = 4  # another session (sequence space) on a channel: Python reports and resets
    GAP = 5  # numbers are missing before this datagram: Python reports and decides
    INSTRUMENT = 6  # a definition: Python reads it before its rows are applied
    ORDERS_FULL = (
        7  # the pool of orders and levels is full: Python grows it, or marks the book stale
    )
    SHELF_FULL = 9  # the price arrays are full
    BOOKS_FULL = 10  # the instrument table is full
    STOP = 11  # the stop word was set, or the packet asked for is reached
    JOIN = 13  # a sequence begins in its midst: Python notes what is not known
    FOREIGN = 14  # a guessed channel brings what cannot be read: Python gives it up
    UNNAMED = 15  # a row of an instrument that no message of its session named: Python may doubt the channel
    RECOVERY = 20  # a hole is to be asked for, or was filled, or it is time to look: Python does it
    LINE = 12  # a line fell silent, or came back: Python reports
