"""Cut a BinaryFILE (length-prefixed messages, no frames) into runs of whole blocks.

A run is what an engine takes for a datagram: at most 64 blocks and 8 KiB, unless one block is
longer. Where runs begin and end depends on the messages alone, never on the window, so a compressed
file gives the same ones.

Some published files carry a zero instead of each length. Then the type of the message tells it, and
the prefix is written into the window, so that all behind this stage see an ordinary file.
"""

from typing import Final

from feedhandler.jit import entry, hot, put1, s8le, u1, u2be
from feedhandler.source import descriptor
from feedhandler.source.kernel import (
    BAD,
    CURSOR,
    FINAL,
    FRAMES,
    FULL,
    LENGTH_TABLE,
    ROW_BYTES,
    SHORT,
    WHOLE,
    WINDOW_END,
    leave,
    write_origin,
    write_row,
)

PREFIX: Final = 2  # bytes of the length, big-endian
RUN_BLOCKS_MAX: Final = 64
RUN_BYTES_MAX: Final = 8192


@hot
def block_bytes(at: int, end: int, table: int) -> int:
    """Bytes of the block at `at` with its prefix, or -SHORT, or -BAD."""
    if end - at < PREFIX:
        return -SHORT
    length = int(u2be(at))
    if length == 0 and table != 0:
        if end - at == PREFIX:
            return -SHORT
        length = int(s8le(table + 8 * u1(at + PREFIX)))
        if length == 0:
            return -BAD
    # Two zero bytes at the end of the window: the end of the file, or a message if more comes.
    if length > end - at - PREFIX or (length == 0 and end - at == PREFIX):
        return -SHORT
    if table != 0:
        put1(at, length >> 8)
        put1(at + 1, length)
    return PREFIX + length


@entry(3)
def poll_binary_file(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors of runs of blocks; return how many."""
    at = int(s8le(state + CURSOR))
    end = int(s8le(state + WINDOW_END))
    final = int(s8le(state + FINAL))
    table = int(s8le(state + LENGTH_TABLE))
    packet = int(s8le(state + FRAMES))
    why = WHOLE
    count = 0
    while count < rows_max and why == WHOLE:
        stop = at
        blocks = 0
        while blocks < RUN_BLOCKS_MAX:
            size = block_bytes(stop, end, table)
            if size < 0:
                why = -size
                break
            if blocks > 0 and stop + size - at > RUN_BYTES_MAX:
                break
            stop += size
            blocks += 1
        if blocks == 0 or (why == SHORT and final == 0):
            break
        packet += 1
        row = rows + ROW_BYTES * count
        write_row(row, at, stop - at, stop - at, descriptor.LINK_PAYLOAD)
        write_origin(row, 0, packet, 0)
        at = stop
        count += 1
    leave(state, at, FULL if why == WHOLE else why, packet)
    return count
