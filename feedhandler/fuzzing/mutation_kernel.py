"""Damage a packet as a bad sender, a bad cable or an attacker would: fields first, then bytes.

A corpus lies in three arrays: `blob` with the bytes of all packets, `packets` with a row for each, and
`marks` with a row for each field that is known of it. Half of all changes are of fields, most of them of
those that lead a reader on: lengths, counts, types, versions, sequence numbers. The others cut, grow,
repeat, remove and mix pieces, or turn bits over. What comes out is a function of the dice alone.
"""

from typing import Any, Final

from feedhandler.jit import hot, i64, lshr, put1, wrapping_add, wrapping_mul

# columns of `packets`
START: Final = 0
LENGTH: Final = 1
FIRST_MARK: Final = 2
LEADING: Final = 3  # marks from here on lead the reader
END_MARK: Final = 4
EXTRA: Final = 5  # for the target: a link type, a byte order
PACKET_COLUMNS: Final = 6

# columns of `marks`
OFFSET: Final = 0
SIZE: Final = 1
BIG: Final = 2
MARK_COLUMNS: Final = 3

ROOM: Final = 1 << 15  # bytes of a damaged packet
CHANGES_MAX: Final = 4
GROWTH_MAX: Final = 96
RUN_MAX: Final = 64

GOLDEN: Final = -7046029254386353131
FIRST: Final = -4658895280553007687
SECOND: Final = -7723592293110705685


@hot
def mixed(word: int) -> int:
    """Spread a word over all its bits (splitmix64)."""
    word = i64(wrapping_mul(word ^ lshr(word, 30), FIRST))
    word = i64(wrapping_mul(word ^ lshr(word, 27), SECOND))
    return i64(word ^ lshr(word, 31))


@hot
def roll(dice: Any, sides: int) -> int:
    """A number from 0 to sides - 1."""
    dice[0] = wrapping_add(i64(dice[0]), GOLDEN)
    return i64(lshr(mixed(i64(dice[0])), 1)) % sides


@hot
def read_field(data: Any, at: int, size: int, big: int) -> int:
    """A number of up to eight bytes."""
    value = i64(0)
    for k in range(size):
        byte = i64(data[at + k])
        if big != 0:
            value = i64(wrapping_mul(value, 256)) | byte
        else:
            value = value | i64(wrapping_mul(byte, i64(1) << (8 * k)))
    return value


@hot
def write_field(data: Any, at: int, size: int, big: int, value: int) -> None:
    """The low bytes of a number."""
    for k in range(size):
        shift = 8 * (size - 1 - k) if big != 0 else 8 * k
        data[at + k] = lshr(value, shift) & 0xFF


@hot
def other_value(dice: Any, old: int, left: int, size: int) -> int:
    """A number that readers stumble over: near the old one, near what is left, at the ends of its range."""
    pick = roll(dice, 16)
    if pick < 3:
        return wrapping_add(old, roll(dice, 5) - 2)
    if pick == 3:
        return wrapping_mul(old, 2)
    if pick < 7:
        return left + roll(dice, 7) - 3
    if pick < 9:
        return roll(dice, 4)
    if pick == 9:
        return -1
    if pick == 10:
        return wrapping_add(i64(wrapping_mul(1, i64(1) << (8 * size - 1))), -roll(dice, 2))
    if pick == 11:
        return 0x7F
    if pick == 12:
        return 0x80 + roll(dice, 2)
    if pick == 13:
        return roll(dice, 65_536)
    if pick == 14:
        return old ^ (1 << roll(dice, 8 * size))
    return wrapping_mul(roll(dice, 0x7FFF_FFFF), 0x1_0000_0001)


@hot
def change_field(
    dice: Any, packets: Any, marks: Any, packet: int, data: Any, length: int, leading: int
) -> None:
    """Give one field another value."""
    first = i64(packets[packet, LEADING]) if leading != 0 else i64(packets[packet, FIRST_MARK])
    count = i64(packets[packet, END_MARK]) - first
    if count <= 0:
        return
    mark = first + roll(dice, count)
    at = i64(marks[mark, OFFSET])
    size = min(i64(marks[mark, SIZE]), 8)
    if at + size > length or size == 0:
        return
    big = i64(marks[mark, BIG])
    old = read_field(data, at, size, big)
    write_field(data, at, size, big, other_value(dice, old, length - at - size, size))


@hot
def change_bytes(dice: Any, data: Any, length: int) -> None:
    """Turn one bit over, set one byte, or fill a run with the same byte."""
    if length == 0:
        return
    at = roll(dice, length)
    pick = roll(dice, 4)
    if pick < 2:
        data[at] = i64(data[at]) ^ (1 << roll(dice, 8))
    elif pick == 2:
        data[at] = roll(dice, 256)
    else:
        end = min(length, at + 1 + roll(dice, RUN_MAX))
        byte = (roll(dice, 3) * 0x80) & 0xFF | roll(dice, 2) * 0x7F
        for k in range(at, end):
            data[k] = byte


@hot
def change_length(dice: Any, data: Any, length: int) -> int:
    """Cut the end off, grow, remove a piece or repeat one; the new length."""
    pick = roll(dice, 4)
    if pick == 0:
        return roll(dice, length + 1)
    if pick == 1:
        end = min(ROOM, length + 1 + roll(dice, GROWTH_MAX))
        noise = roll(dice, 3)
        for k in range(length, end):
            data[k] = 0 if noise == 0 else roll(dice, 256)
        return end
    if length == 0:
        return 0
    at = roll(dice, length)
    size = min(1 + roll(dice, RUN_MAX), length - at)
    if pick == 2:
        for k in range(at, length - size):
            data[k] = data[k + size]
        return length - size
    end = min(ROOM, length + size)
    for back in range(end - at - size):
        data[end - 1 - back] = data[end - 1 - back - size]
    return end


@hot
def splice(
    dice: Any, blob: Any, packets: Any, marks: Any, packet: int, data: Any, length: int
) -> int:
    """Go on with another packet, from a field of it, at a field of this one or anywhere; the length."""
    other = roll(dice, packets.shape[0])
    source = i64(packets[other, START])
    left = i64(packets[other, LENGTH])
    at = roll(dice, length + 1)
    count = i64(packets[packet, END_MARK]) - i64(packets[packet, FIRST_MARK])
    if count > 0 and roll(dice, 4) != 0:
        at = min(length, i64(marks[i64(packets[packet, FIRST_MARK]) + roll(dice, count), OFFSET]))
    skip = roll(dice, left + 1)
    count = i64(packets[other, END_MARK]) - i64(packets[other, FIRST_MARK])
    if count > 0 and roll(dice, 4) != 0:
        skip = min(left, i64(marks[i64(packets[other, FIRST_MARK]) + roll(dice, count), OFFSET]))
    size = min(left - skip, ROOM - at)
    if roll(dice, 2) != 0 and size > 0:
        size = roll(dice, size + 1)
    for k in range(size):
        data[at + k] = blob[source + skip + k]
    return max(length, at + size) if roll(dice, 2) != 0 else at + size


@hot
def copy_packet(blob: Any, packets: Any, packet: int, data: Any) -> int:
    """Write a packet into `data`; its length."""
    start = i64(packets[packet, START])
    length = min(i64(packets[packet, LENGTH]), i64(ROOM))
    for k in range(length):
        data[k] = blob[start + k]
    return length


@hot
def damage(
    dice: Any, blob: Any, packets: Any, marks: Any, packet: int, data: Any, length: int
) -> int:
    """Change the copy of a packet in `data`; its new length. Few are left as they are."""
    for _ in range(roll(dice, CHANGES_MAX + 1)):
        pick = roll(dice, 16)
        if pick < 6:
            change_field(dice, packets, marks, packet, data, length, 1)
        elif pick < 9:
            change_field(dice, packets, marks, packet, data, length, 0)
        elif pick < 12:
            change_bytes(dice, data, length)
        elif pick < 14:
            length = change_length(dice, data, length)
        else:
            length = splice(dice, blob, packets, marks, packet, data, length)
    return length


@hot
def mutate(dice: Any, blob: Any, packets: Any, marks: Any, packet: int, data: Any) -> int:
    """Write a damaged copy of a packet into `data`; its length."""
    length = copy_packet(blob, packets, packet, data)
    return damage(dice, blob, packets, marks, packet, data, length)


@hot
def place(data: Any, length: int, end: int) -> int:
    """Copy bytes so that they end where reading ends; their address."""
    at = end - length
    for k in range(length):
        put1(at + k, i64(data[k]))
    return at
