"""Many sources as one: the frame received first comes first, ties in the order of the inputs.

Descriptors are merged, never frames. Each input has a batch of them; an empty batch is refilled
only at the start of a poll, because an input may reuse the bytes of its last batch as soon as it is
polled again.
"""

from typing import Final

from feedhandler.jit import call3, entry, hot, put8, s8le
from feedhandler.source import descriptor
from feedhandler.source.kernel import ROW_BYTES

# byte offsets of the words of a merge's state
INPUTS: Final = 0
INPUT_TABLE: Final = 8  # address of the inputs' rows
WANTED: Final = 16  # the input that Python must refill, -1 = all have ended
MERGE_WORDS: Final = 8

# byte offsets of the words of an input's row
M_POLL: Final = 0
M_STATE: Final = 8
M_ROWS: Final = 16  # address of its batch
M_NEXT: Final = 24  # address of the next row in it
M_END: Final = 32
M_OVER: Final = 40  # 1 = the input has ended
M_HEAD: Final = 48  # time of the next row
INPUT_BYTES: Final = 64

# byte offsets of the words of a staged source's state
STAGED_NEXT: Final = 0  # address of the next row to hand out
STAGED_END: Final = 8
STAGED_WORDS: Final = 8

BATCH_ROWS: Final = 512


@hot
def copy_row(source: int, target: int) -> None:
    """Copy one descriptor."""
    for word in range(descriptor.WORDS):
        put8(target + 8 * word, s8le(source + 8 * word))


@hot
def fill_batches(table: int, inputs: int) -> int:
    """Poll each input that has nothing left; return one that needs Python, or -1."""
    for number in range(inputs):
        at = table + INPUT_BYTES * number
        if s8le(at + M_OVER) == 0 and s8le(at + M_NEXT) == s8le(at + M_END):
            rows = int(s8le(at + M_ROWS))
            count = int(call3(s8le(at + M_POLL), s8le(at + M_STATE), rows, BATCH_ROWS))
            put8(at + M_NEXT, rows)
            put8(at + M_END, rows + ROW_BYTES * count)
            if count == 0:
                return number
            put8(at + M_HEAD, s8le(rows + 8 * descriptor.TS_RECV))
    return -1


@hot
def earliest(table: int, inputs: int) -> int:
    """The input whose next frame came first; -1 = all have ended."""
    best = -1
    best_time = 0
    for number in range(inputs):
        at = table + INPUT_BYTES * number
        time = int(s8le(at + M_HEAD))
        if s8le(at + M_OVER) == 0 and (best < 0 or time < best_time):
            best = number
            best_time = time
    return best


@entry(3)
def poll_merged(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors in the order of time; return how many."""
    inputs = int(s8le(state + INPUTS))
    table = int(s8le(state + INPUT_TABLE))
    wanted = fill_batches(table, inputs)
    put8(state + WANTED, wanted)
    if wanted >= 0:
        return 0
    count = 0
    while count < rows_max:
        first = earliest(table, inputs)
        if first < 0:
            break
        at = table + INPUT_BYTES * first
        source = int(s8le(at + M_NEXT))
        target = rows + ROW_BYTES * count
        copy_row(source, target)
        put8(target + 8 * descriptor.INTERFACE, first)
        count += 1
        source += ROW_BYTES
        put8(at + M_NEXT, source)
        if source == s8le(at + M_END):
            break
        put8(at + M_HEAD, s8le(source + 8 * descriptor.TS_RECV))
    return count


@entry(3)
def poll_staged(state: int, rows: int, rows_max: int) -> int:
    """Hand out descriptors that Python has laid ready (a filter's, or those that are due)."""
    source = int(s8le(state + STAGED_NEXT))
    end = int(s8le(state + STAGED_END))
    count = 0
    while count < rows_max and source < end:
        copy_row(source, rows + ROW_BYTES * count)
        source += ROW_BYTES
        count += 1
    put8(state + STAGED_NEXT, source)
    return count
