"""What a breath works on: the arrays of the Desk, and the words of its `work`.

All that a breath needs to go on where it stopped lies here, so Python answers a verdict and calls it again.
"""

from typing import Any, Final, NamedTuple

# words of `work`
POLL: Final = 0  # addresses of the source's and the feed's functions and of what they are given
SOURCE: Final = 1
PEEK: Final = 2
DECODE: Final = 3
DESCRIPTORS: Final = 4
HEADER: Final = 5
CONTEXT: Final = 6
ROWS: Final = 7
FRAME: Final = 8  # next descriptor
FRAMES: Final = 9  # descriptors that the last poll gave
ROW: Final = 10  # next row to apply
ROW_COUNT: Final = 11  # rows decoded
BARRIER: Final = 12  # rows from here on wait until Python has read their datagram; -1 = none
BATCH: Final = 13  # decode until so many rows are there
UNIT_MESSAGE: Final = 14  # 1 = the sequence counts messages
BBO_MODEL: Final = 15
DELIVER: Final = 16  # 1 = stop with ROWS_FULL so that Python can hand the batch on
DIGESTING: Final = 17  # 1 = keep the digest of all rows
PUBLISHING: Final = 18  # 1 = write rows to the shared ring
STOP_PACKET: Final = 19  # stop behind this packet; 0 = never
STOP_TIME: Final = 20  # stop before the first frame received later than this; 0 = never
STOPPED: Final = 21
AT_ADDRESS: Final = 22  # of the datagram that a verdict speaks of
AT_LENGTH: Final = 23
AT_GROUP: Final = 24
AT_PORT: Final = 25
AT_CHANNEL: Final = 26
AT_PACKET: Final = 27
AT_TIME: Final = 28
NOW: Final = 29  # ts_recv of the last frame
DELIVERED: Final = 30  # rows of the batch that ROWS_FULL speaks of
NOW_PACKET: Final = 31  # number of the last frame
LANES: Final = 32  # .. + 3: the running digest
KEPT: Final = 36  # rows kept so far, of all channels in doubt
IDLE: Final = 37  # address of a live source's wait, 0 = it has none; and of what it is given
IDLE_STATE: Final = 38
SAMPLE_EVERY: Final = 39  # frames from one whose latency is measured to the next; 0 = none is
SAMPLE_AT: Final = 40  # number of the frame from which on the next one is; NEVER = not now
SAMPLE_PACKET: Final = 41  # the frame that is being measured; -1 = none
SAMPLE_RECEIVED: Final = 42  # its ts_recv
SAMPLE_BEGAN: Final = 43  # ticks when its turn came ...
SAMPLE_STEP: Final = 44  # ... and at the end of the last stage
MARK_FIRST: Final = 45  # its rows: the first and the last; -1 = none
MARK_LAST: Final = 46
CLOCK: Final = 47  # address of clock_gettime, and of its struct timespec
CLOCK_TIME: Final = 48
TICK_SCALE: Final = 49  # ns of a tick, in parts of 2^TICK_BITS
KNOWN: Final = 50  # address of what is remembered of definitions, `known_kernel.py`
WORK_WORDS: Final = 51

NEVER: Final = 1 << 62
TICK_BITS: Final = 20

POLL_MAX: Final = 256
LANE_COUNT: Final = 4
PRIME: Final = -7046029288634856825  # 0x9E3779B185EBCA87, odd: multiplication loses nothing

# columns of `routes`
ROUTE_CHANNEL: Final = 0  # row of `channels`; -1 = known and not ours
ROUTE_LINE: Final = 1

FOREIGN: Final = -1
NO_ROOM: Final = -1
AGAIN: Final = -1  # the same datagram once more: something that stood before it is done


class Desk(NamedTuple):
    """All that a breath works on; see the modules that the arrays come from."""

    work: Any  # int64[WORK_WORDS]
    stop: Any  # int64[1]: set from outside to stop the loop
    descriptors: Any  # int64[POLL_MAX, 8]
    header: Any  # int64[HEADER_WORDS]
    context: Any  # int64[CONTEXT_WORDS]
    place: Any  # int64[8]: what `locate` found
    route_table: Any  # int64[]: destination -> route number
    routes: Any  # int64[n, 2]
    channels: Any  # int64[n, CHANNEL_WORDS]
    watch: Any  # int64[WATCH_WORDS]: when to look at what waits, and for how long it does
    slots_held: Any  # int64[n, SLOT_WORDS]: datagrams that came early
    store: Any  # uint8[]: their bytes
    rows: Any  # KERNEL_EVENT[]
    words: Any  # the same rows as int64[n, 8]
    kept: Any  # int64[n, 8]: rows of channels in doubt, the last `n` of them, as they were decoded
    counted: Any  # int64[]: counter of each output word of a decoder
    bbo: Any  # int64[]: the best-price table
    head: Any  # the event ring: int64[1], int64[slots], int64[slots, 8]
    sequences: Any
    slots: Any
    stages: Any  # int64[]: histograms of latency, `telemetry/stages.py`
