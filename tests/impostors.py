"""Frames as another host would have sent them: what a source that looks at senders has to tell apart."""

import struct

TAGS = (0x8100, 0x88A8)


def sent_by(frame: bytes, sender: int) -> bytes:
    """The same frame from another host: its checksum is right, UDP's is not told."""
    at = network(frame)
    size = 4 * (frame[at] & 15)
    head = frame[at : at + 10] + bytes(2) + struct.pack(">I", sender) + frame[at + 16 : at + size]
    total = sum(struct.unpack(f">{size // 2}H", head))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    head = head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:]
    body = frame[at + size :]
    if not struct.unpack_from(">H", frame, at + 6)[0] & 0x1FFF:
        body = body[:6] + bytes(2) + body[8:]
    return frame[:at] + head + body


def network(frame: bytes) -> int:
    """Where the IP header begins: behind tags."""
    at = 14
    while struct.unpack_from(">H", frame, at - 2)[0] in TAGS:
        at += 4
    return at
