"""Take frames from a port of DPDK, copy none: its receive function is called by address, as C programs do.

What `rte_eth_rx_burst` and `rte_pktmbuf_mtod` do in C headers is done here: the function and its queue are read from
the port's row of `rte_eth_fp_ops` at each poll, since starting and stopping a port exchanges them; a frame lies where
its mbuf says. The next poll gives back what the last one handed out, in order. A burst is always asked for whole,
because vector drivers give nothing to who asks for fewer than eight; what an engine has no room for waits.

Offsets: <rte_ethdev_core.h>, struct rte_eth_fp_ops; <rte_mbuf_core.h>, struct rte_mbuf; both of ABI 23.
"""

from typing import Final

from feedhandler.jit import call3, entry, hot, put8, s8le, u2le, u4le
from feedhandler.source import descriptor
from feedhandler.source.clock_kernel import REALTIME, clock_ns
from feedhandler.source.kernel import ROW_BYTES, write_origin, write_row

# byte offsets of the words of its state
PORT: Final = 0  # address of the port's struct rte_eth_fp_ops; 0 = closed
BUFFERS: Final = 8  # address of BURST pointers to mbufs
HELD: Final = 16  # mbufs that the last burst gave
NEXT: Final = 24  # of them the first that has not been handed out
HANDED: Final = 32  # before it, those that the last poll handed out
FREE: Final = 40  # address of rte_pktmbuf_free_bulk
THREAD: Final = 48  # address of a word: rte_thread_register for a thread that polls first, then 0
FRAMES: Final = 56
INTERFACE: Final = 64
CUT: Final = 72  # frames of which only the first part lies in one piece
CLOCK: Final = 80  # address of clock_gettime(2)
TIME: Final = 88  # address of its struct timespec
STAMP: Final = 96  # offset of the driver's time in an mbuf
STAMPED: Final = (
    104  # the flag of an mbuf that has one; 0 = this driver gives none that can be told
)
STAMP_NS: Final = 112  # the unit of that time
WORDS: Final = 16

BURST: Final = 256

# struct rte_eth_fp_ops
RX_PKT_BURST: Final = 0
RXQ_DATA: Final = 24  # pointer to the queues' pointers; we have queue 0

# struct rte_mbuf
BUF_ADDR: Final = 0
DATA_OFF: Final = 16
OL_FLAGS: Final = 24
PKT_LEN: Final = 36
DATA_LEN: Final = 40
VLAN_TCI: Final = 42
VLAN_STRIPPED: Final = 1 << 6  # RTE_MBUF_F_RX_VLAN_STRIPPED


@hot
def give_back(state: int) -> None:
    """Give the mbufs of the last poll back to their pool."""
    handed = int(s8le(state + HANDED))
    if handed != 0:
        first = int(s8le(state + NEXT)) - handed
        call3(s8le(state + FREE), s8le(state + BUFFERS) + 8 * first, handed, 0)
        put8(state + HANDED, 0)


@hot
def receive(state: int, port: int) -> int:
    """Have the driver fill the buffers; how many it filled."""
    thread = int(s8le(state + THREAD))
    register = int(s8le(thread))
    if register != 0:  # only a thread that DPDK knows has a cache of buffers
        put8(thread, 0)
        call3(register, 0, 0, 0)
    queue = s8le(s8le(port + RXQ_DATA))
    return int(call3(s8le(port + RX_PKT_BURST), queue, s8le(state + BUFFERS), BURST)) & 0xFFFF


@hot
def describe(state: int, row: int, mbuf: int) -> int:
    """Write where a frame lies; its time if the driver told it, else 0."""
    flags = int(s8le(mbuf + OL_FLAGS))
    captured = int(u2le(mbuf + DATA_LEN))
    length = int(u4le(mbuf + PKT_LEN))
    at = s8le(mbuf + BUF_ADDR) + u2le(mbuf + DATA_OFF)
    write_row(row, at, captured, length, descriptor.LINK_ETHERNET)
    if flags & VLAN_STRIPPED != 0:
        put8(row + 8 * descriptor.VLAN, int(u2le(mbuf + VLAN_TCI)) & 0xFFF)
    if captured < length:
        put8(state + CUT, s8le(state + CUT) + 1)
    if flags & s8le(state + STAMPED) == 0:
        return 0
    return int(s8le(mbuf + s8le(state + STAMP))) * int(s8le(state + STAMP_NS))


@entry(3)
def poll_dpdk(state: int, rows: int, rows_max: int) -> int:
    """Write up to `rows_max` descriptors of frames that have come; return how many."""
    port = int(s8le(state + PORT))
    if port == 0:
        return 0
    give_back(state)
    next_ = int(s8le(state + NEXT))
    held = int(s8le(state + HELD))
    if next_ == held:
        next_ = 0
        held = receive(state, port)
        put8(state + HELD, held)
    count = min(held - next_, rows_max)
    buffers = int(s8le(state + BUFFERS)) + 8 * next_
    packet = int(s8le(state + FRAMES))
    interface = int(s8le(state + INTERFACE))
    now = 0
    for i in range(count):
        row = rows + ROW_BYTES * i
        time = describe(state, row, int(s8le(buffers + 8 * i)))
        if time == 0:
            if now == 0:
                now = clock_ns(s8le(state + CLOCK), REALTIME, s8le(state + TIME))
            time = now
        packet += 1
        write_origin(row, time, packet, interface)
    put8(state + NEXT, next_ + count)
    put8(state + HANDED, count)
    put8(state + FRAMES, packet)
    return count
