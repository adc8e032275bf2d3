"""What a row of the channels table holds: the sequence of a channel, what waits for it, and each of its lines.

Kernels and Python share these words, so they stand here and nowhere else. The words of a line lie together, one
block a line, so that a datagram touches one cache line of them.
"""

from typing import Final

CHANNEL_ID: Final = 0
ROLE: Final = 1  # INCREMENTAL, or a LOOP that starts again at 1
STARTED: Final = 2  # 0 = at whatever comes first, RUNNING
EXPECTED: Final = 3  # next unit
NAME_0: Final = 4  # the session's name
NAME_1: Final = 5
LATEST_SEND: Final = 6  # latest send time seen
RESTART_SEND: Final = 7  # send time of the packet that started the sequence
GAP_FIRST: Final = 8  # of the gap that the last verdict reported
GAP_COUNT: Final = 9
DOUBTFUL: Final = 10  # flags for the rows of this channel
DAY_NS: Final = 11  # the venue's midnight
ENDED: Final = 12  # an end of session was seen
UNITS: Final = 13  # accepted
HELD: Final = 14  # datagrams that wait because something before them is missing
HELD_HEAD: Final = 15  # slot of the first of them, in order; 0 = none
HELD_TAIL: Final = 16
HELD_SEEN: Final = 17  # datagrams that came from beyond the hole, copies of held ones among them
WAIT_SINCE: Final = (
    18  # ts_recv: the hole was seen, or the sequence last moved on while something waited
)
WAIT_UNTIL: Final = 19  # ts_recv from which the hole is a gap, if HELD_SEEN is enough, too
LEAD_UNIT: Final = (
    20  # a unit whose copy on another line is waited for, to measure the lead; NO_UNIT = none
)
LEAD_TIME: Final = 21  # ts_recv of its first copy
LEAD_LINE: Final = 22  # the line that brought it
OPENED: Final = 23  # rows are opened in order: behind the first that is not, none is
PAST_0: Final = 24  # the name of the session before, and what it expected next
PAST_1: Final = 25
PAST_EXPECTED: Final = 26
LOOP_ENDED: Final = 27  # the last datagram of a loop was taken
KEEP: Final = (
    28  # in doubt: LOADS = rows are kept for snapshots, or, of a snapshot loop, are looked at
)
ASKED_END: Final = 29  # behind the first hole that was asked for again and is still open; 0 = none
RECOVERY_NS: Final = 30  # how long such a hole is waited for; 0 = there is no way to ask
LINES: Final = 32  # blocks of LINE_WORDS
# words of a line's block
LINE_DATAGRAMS: Final = 0  # taken from this line
LINE_FIRST: Final = 1  # that this line brought first
LINE_NEXT: Final = 2  # the unit behind the last that it brought; 0 = not known
LINE_LOST: Final = 3  # units that it passed over and has not brought since
LINE_SEEN: Final = 4  # ts_recv of its last datagram
LINE_SILENT: Final = 5  # LINE_SEEN when it was declared silent; 0 = it is alive
LINE_SILENCES: Final = 6  # times it was
LINE_SUSPECT: Final = 7  # LINE_SEEN when it first looked silent
LEAD_COUNT: Final = 8  # leads measured: this line had a unit so many ns before another
LEAD_SUM: Final = 9
LEAD_MIN: Final = 10
LEAD_MAX: Final = 11
LINE_AWAITED: Final = (
    12  # it must come, and has not since this ts_recv; AWAITED = its channel was not looked at yet
)
APART_FIRST: Final = (
    13  # what it brought last that was too far ahead to be believed of one datagram
)
APART_END: Final = 14
HOLES: Final = 16  # HOLES_MAX pairs: what it passed over last, first .. end; equal = none
LINE_WORDS: Final = 32

HOLES_MAX: Final = 8
AWAITED: Final = 1
LINES_MAX: Final = 5
RECOVERY_LINE: Final = 4  # the last of them brings what was asked for again

# what has not been believed yet, and what is not the feed's
DOUBTS: Final = LINES + LINES_MAX * LINE_WORDS
RIVAL_KNOWN: Final = DOUBTS  # 1 = a datagram of another sequence came: these words are of it
RIVAL_0: Final = DOUBTS + 1
RIVAL_1: Final = DOUBTS + 2
RIVAL_FIRST: Final = DOUBTS + 3
RIVAL_COUNT: Final = DOUBTS + 4
RIVAL_LINE: Final = DOUBTS + 5
RIVAL_SEND: Final = DOUBTS + 6
RIVAL_UNITS: Final = DOUBTS + 7  # UNITS when it came, BELIEVED once another one agreed
RIVAL_SLOT: Final = DOUBTS + 8  # where it is kept; 0 = nowhere
START_UNITS: Final = DOUBTS + 9  # while UNITS is no more, nothing confirmed the start; SURE
FAR_SEEN: Final = DOUBTS + 10  # far ahead and without room, since UNITS was FAR_SINCE
FAR_SINCE: Final = DOUBTS + 11
GUESSED: Final = DOUBTS + 12  # 1 = no description names it
MISFITS: Final = DOUBTS + 13  # datagrams that cannot be read
# what loops tell of an incremental channel that stands still (`told_kernel.py`)
TOLD_COUNT: Final = (
    DOUBTS + 14
)  # datagrams that told of more than has come; 0 = these words say nothing
TOLD_AT: Final = DOUBTS + 15  # EXPECTED then
TOLD_SINCE: Final = DOUBTS + 16  # ts_recv of the first of them
TOLD_LOW: Final = DOUBTS + 17  # the least that all of them include
TELLS_OF: Final = DOUBTS + 18  # of a loop: 1 + the row of the channel that it tells of; 0 = none
IN_VAIN: Final = DOUBTS + 19  # ASKED_END of a hole that nobody is asked for any more
TOLD_FIRST: Final = DOUBTS + 20  # units given up because loops include them: TOLD_FIRST .. TOLD_END
# (of a loop of definitions: the hole of this pass that was given up last)
TOLD_END: Final = DOUBTS + 21
CHANNEL_WORDS: Final = DOUBTS + 24

LOADS: Final = 1  # KEEP
TELLS: Final = (
    2  # nothing is in doubt: of a loop only the numbers of the last packets are looked at
)
INCREMENTAL: Final = 0  # ROLE
LOOP: Final = 1
RUNNING: Final = 1  # STARTED
FIRST_UNIT: Final = 1  # of every session
NO_UNIT: Final = -(1 << 62)  # below any unit by more than a lead can span
BELIEVED: Final = -1
SURE: Final = -1
UNIT_MAX: Final = 1 << 56  # of any sequence; sums of a few have room in 64 bits
FAR_UNITS: Final = (
    1 << 12
)  # further than this is believed only when many say so, and is no agreement
MISFITS_MAX: Final = 8  # of a guessed channel
