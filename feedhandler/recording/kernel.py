"""Turn a block of a TPACKET_V3 ring into pcapng packet blocks.

A tag that the kernel or the card took off a frame is put back where it was. Layouts: <linux/if_packet.h>, structs
tpacket_block_desc and tpacket3_hdr; draft-ietf-opsawg-pcapng, Enhanced Packet Block.
"""

from typing import Any, Final

from feedhandler.jit import call3, fence, hot, i64, kernel, put1, put4, u2le, u4le

# words of its state
COPY: Final = 0  # address of memcpy(3)
FRAMES: Final = 1
FRAME_BYTES: Final = 2
CUT: Final = 3
LAST_TIME: Final = 4  # of a frame, ns since 1970
WORDS: Final = 8

# offsets in a block of the ring
STATUS: Final = 8
PACKETS: Final = 12
FIRST: Final = 16
# in a packet's header
NEXT: Final = 0
SECONDS: Final = 4
NANOSECONDS: Final = 8
CAPTURED: Final = 12
LENGTH: Final = 16
FLAGS: Final = 20
MAC: Final = 24
TAG: Final = 32
TAG_TYPE: Final = 36

USER: Final = 1
TAG_VALID: Final = 0x10
TAG_TYPE_VALID: Final = 0x40
TAG_BYTES: Final = 4
ADDRESSES: Final = 12  # bytes of a frame before a tag
DOT1Q: Final = 0x8100
NS: Final = 1_000_000_000

ENHANCED_PACKET: Final = 6
HEAD: Final = 28
OVERHEAD: Final = 32


@kernel
def is_ready(block: int) -> bool:
    """Whether a block of the ring is ours."""
    ready = i64(u4le(block + STATUS)) & USER != 0
    fence()  # all reads of it come behind
    return ready


@kernel
def give_back(block: int) -> None:
    """Hand a block to the kernel again."""
    fence()  # all reads of it come before
    put4(block + STATUS, 0)


@hot
def copy_frame(state: Any, packet: int, out: int, captured: int, tagged: bool) -> None:  # noqa: FBT001
    """Copy a frame, its tag put back."""
    frame = packet + i64(u2le(packet + MAC))
    if not tagged:
        call3(state[COPY], out, frame, captured)
        return
    kind = DOT1Q
    if i64(u4le(packet + FLAGS)) & TAG_TYPE_VALID != 0:
        kind = i64(u2le(packet + TAG_TYPE))
    tag = i64(u4le(packet + TAG))
    call3(state[COPY], out, frame, ADDRESSES)
    put1(out + ADDRESSES, kind >> 8)
    put1(out + ADDRESSES + 1, kind)
    put1(out + ADDRESSES + 2, tag >> 8)
    put1(out + ADDRESSES + 3, tag)
    call3(state[COPY], out + ADDRESSES + TAG_BYTES, frame + ADDRESSES, captured - ADDRESSES)


@hot
def write_packet(state: Any, packet: int, out: int) -> int:
    """Write one packet block; its length."""
    captured = i64(u4le(packet + CAPTURED))
    length = i64(u4le(packet + LENGTH))
    tagged = i64(u4le(packet + FLAGS)) & TAG_VALID != 0 and captured >= ADDRESSES
    more = TAG_BYTES if tagged else 0
    time = i64(u4le(packet + SECONDS)) * NS + i64(u4le(packet + NANOSECONDS))
    padded = (captured + more + 3) & ~3
    total = OVERHEAD + padded
    put4(out, ENHANCED_PACKET)
    put4(out + 4, total)
    put4(out + 8, 0)
    put4(out + 12, time >> 32)
    put4(out + 16, time)
    put4(out + 20, captured + more)
    put4(out + 24, length + more)
    put4(out + HEAD + padded - 4, 0)  # padding; the frame is written over the rest of it
    copy_frame(state, packet, out + HEAD, captured, tagged)
    put4(out + HEAD + padded, total)
    state[FRAMES] += 1
    state[FRAME_BYTES] += captured + more
    state[LAST_TIME] = time
    if captured < length:
        state[CUT] += 1
    return total


@kernel
def write_block(state: Any, block: int, out: int, frames_max: int) -> int:
    """Write the packets of a ring's block, at most so many; how many bytes they take.

    A packet takes more room in the ring than in the file: what is as large as a block holds all of it.
    """
    count = min(i64(u4le(block + PACKETS)), frames_max)
    packet = block + i64(u4le(block + FIRST))
    at = out
    for _ in range(count):
        at += write_packet(state, packet, at)
        packet += i64(u4le(packet + NEXT))
    return at - out
