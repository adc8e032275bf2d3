"""The buffers of a device: mbufs, all there before the first frame.

Those of a virtual device lie without gaps. By default none crosses a page, which wastes half of each where there are
no huge pages; and net_af_xdp of 22.11 shares with the kernel only as much memory as there would be without gaps, so
that it loses, for good, each buffer that lies behind.
"""

import struct
from typing import Final

from feedhandler.source.dpdk_device import HEADROOM, Device, DpdkLimits
from feedhandler.source.dpdk_eal import Eal
from feedhandler.source.source import ENVIRONMENT, CaptureError

MBUF_BYTES: Final = 128  # struct rte_mbuf
NAME_BYTES: Final = 25  # of a pool
NO_IOVA_CONTIG: Final = 0x20  # RTE_MEMPOOL_F_NO_IOVA_CONTIG
POOL_KIND: Final = b"ring_mp_mc"  # what mempool_ring brings; the default
PRIVATE: Final = struct.Struct("=HHI")  # struct rte_pktmbuf_pool_private
CACHE: Final = 256  # buffers that a thread keeps for itself


def made_pool(eal: Eal, device: Device, limits: DpdkLimits, node: int) -> int:
    """The address of a pool; CaptureError if there is not so much memory."""
    eal.log.forget()
    pool = (without_gaps if device.driver else for_a_card)(eal, device, limits, node)
    if pool:
        return pool
    why = eal.log.reason() or eal.libraries.error()
    size = f"{limits.buffers:,} buffers of {limits.frame_bytes} bytes"
    raise CaptureError(f"{device.name}: {size}: {why}", ENVIRONMENT)


def named(device: Device) -> bytes:
    """What a pool is called."""
    return f"fh_{device.name}".encode()[:NAME_BYTES]


def for_a_card(eal: Eal, device: Device, limits: DpdkLimits, node: int) -> int:
    """Buffers as DPDK makes them; 0 = there is no memory."""
    room = HEADROOM + limits.room_bytes
    return eal.libraries.call(
        "rte_pktmbuf_pool_create", named(device), limits.buffers, CACHE, 0, room, node
    )


def without_gaps(eal: Eal, device: Device, limits: DpdkLimits, node: int) -> int:
    """The same, step by step, but for a flag; 0 = there is no memory."""
    call = eal.libraries.call
    room = HEADROOM + limits.room_bytes
    pool = call(
        "rte_mempool_create_empty", named(device), limits.buffers, MBUF_BYTES + room, CACHE,
        PRIVATE.size, node, NO_IOVA_CONTIG,
    )  # fmt: skip
    if not pool:
        return 0
    wrong = call("rte_mempool_set_ops_byname", pool, POOL_KIND, None)
    call("rte_pktmbuf_pool_init", pool, PRIVATE.pack(room, 0, 0))
    if wrong or call("rte_mempool_populate_default", pool) != limits.buffers:
        call("rte_mempool_free", pool)
        return 0
    call("rte_mempool_obj_iter", pool, eal.libraries.address("rte_pktmbuf_init"), None)
    return pool
