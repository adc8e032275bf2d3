"""A message as text: one line and a line for each entry of its groups, or a line for each field; or as JSON."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.book.ladder import time_text
from feedhandler.cli.output import safe
from feedhandler.decode.fields import PADDING, Field, Message, tree

if TYPE_CHECKING:
    from feedhandler.cli.decode_run import Packet

BYTES_A_LINE: Final = 16
RAW_MAX: Final = 12  # bytes of a field that -v shows


# --- for people -----------------------------------------------------------------------------------
def packet_text(packet: "Packet", *, verbose: int, color: bool) -> str:
    """The line above the messages of a datagram."""
    parts = [place_text(packet)]
    if packet.frame.ts_recv:
        parts.append(time_text(packet.frame.ts_recv))
    if packet.group:
        parts.append(packet.group)
    if packet.place[0]:
        parts.append("channel {} line {}".format(*packet.place))
    parts += [f"{leaf.name} {safe(leaf.text)}" for leaf in packet.header.fields]
    text = _style("  ".join(parts), color=color, fg="cyan") + "\n"
    if verbose:
        text += _field_lines(packet.header, color=color)
    return text + _error_line(packet, packet.header, color=color)


def place_text(packet: "Packet") -> str:
    """Where a datagram is: a packet, or in a file of messages a run of them."""
    if packet.group:
        return f"packet {packet.frame.packet}"
    return f"run {packet.frame.packet} at byte {packet.base}"


def message_text(
    packet: "Packet", number: int, *, verbose: int, with_bytes: bool, color: bool
) -> str:
    """A message with all its fields."""
    message = packet.messages[number]
    lines = [_message_line(packet, number, verbose=verbose, color=color)]
    if verbose:
        lines.append(_field_lines(message, color=color))
    else:
        lines += list(_entries(message, color=color))
    lines.append(_error_line(packet, message, color=color))
    if with_bytes:
        end = message.offset + message.length
        lines.append(hex_text(packet.datagram.payload[message.offset : end], message.offset))
    return "".join(lines)


def _message_line(packet: "Packet", number: int, *, verbose: int, color: bool) -> str:
    message = packet.messages[number]
    sequence = "" if packet.first is None else f"{packet.first + number * packet.step} "
    name = _style(message.name, color=color, bold=True)
    where = f"  [{message.offset}+{message.length}]"
    if verbose:
        return f"  {sequence}{name}{_style(where, color=color, dim=True)}\n"
    plain = [leaf for leaf in _shown(message) if not _entry_of(leaf)]
    fields = " ".join(_pair(leaf.name, leaf, color=color) for leaf in plain)
    return f"  {sequence}{name}{_style(where, color=color, dim=True)}  {fields}\n"


def _entries(message: Message, *, color: bool) -> Iterator[str]:
    """A line for each entry of each group."""
    for entry, leaves in groupby(_shown(message), key=_entry_of):
        if entry:
            skip = len(entry) + 1
            pairs = (_pair(leaf.name[skip:] or "value", leaf, color=color) for leaf in leaves)
            yield f"      {_style(entry, color=color, dim=True)}  {' '.join(pairs)}\n"


def _entry_of(leaf: Field) -> str:
    """The entry that a field belongs to: no_md_entries[0]; empty outside of groups."""
    return leaf.name.rpartition("]")[0] + "]" if "]" in leaf.name else ""


def _shown(message: Message) -> list[Field]:
    """All fields but padding and the single flags of a set that is shown whole."""
    return [leaf for leaf in message.fields if not leaf.bit and leaf.path[-1] != PADDING]


def _pair(name: str, leaf: Field, *, color: bool) -> str:
    value = safe(leaf.text)
    quoted = f'"{value}"' if not value or " " in value else value
    return f"{_style(f'{name}=', color=color, dim=True)}{quoted}"


def _field_lines(message: Message, *, color: bool) -> str:
    """A line for each field, names as wide as the widest."""
    width = max((len(_field_name(leaf)) for leaf in message.fields), default=0)
    return "".join(_field_line(leaf, width, color=color) for leaf in message.fields)


def _field_name(leaf: Field) -> str:
    return f"  .{leaf.path[-1]}" if leaf.bit else leaf.name


def _field_line(leaf: Field, width: int, *, color: bool) -> str:
    """Place, bytes, name and value of one field."""
    raw = (
        ""
        if leaf.bit
        else leaf.raw[:RAW_MAX].hex(" ") + (" ..." if len(leaf.raw) > RAW_MAX else "")
    )
    place = _style(f"{leaf.start:6d} +{leaf.end - leaf.start:<3d}", color=color, dim=True)
    shown = safe(leaf.text)
    plain = str(leaf.value)
    if isinstance(leaf.value, int) and plain != shown and shown:
        shown = f"{shown}  ({plain})"
    bytes_shown = _style(f"{raw:<40}", color=color, dim=True)
    return f"    {place} {_field_name(leaf):<{width}}  {bytes_shown} {shown}".rstrip() + "\n"


def _error_line(packet: "Packet", message: Message, *, color: bool) -> str:
    if message.error is None:
        return ""
    text = f"{place_text(packet)}: {message.name}: {safe(message.error)}"
    return _style(f"    ! {text}", color=color, fg="red") + "\n"


def hex_text(raw: bytes, start: int) -> str:
    """Bytes in rows of 16 with their offset and their characters."""
    rows = []
    for at in range(0, len(raw), BYTES_A_LINE):
        piece = raw[at : at + BYTES_A_LINE]
        characters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in piece)
        rows.append(f"      0x{start + at:04x}  {piece.hex(' '):<47}  {characters}\n")
    return "".join(rows)


def _style(text: str, *, color: bool, **how: Any) -> str:
    return click.style(text, **how) if color else text


# --- JSON -----------------------------------------------------------------------------------------
def json_line(packet: "Packet", number: int | None, *, with_bytes: bool) -> str:
    """A message as one line of JSON; without a number, the datagram's header."""
    message = packet.header if number is None else packet.messages[number]
    sequence = packet.first
    if sequence is not None and number is not None:
        sequence += number * packet.step
    line = {
        "file": packet.file,
        "packet": packet.frame.packet,
        "ts_recv": packet.frame.ts_recv,
        "group": packet.group or None,
        "channel": int(packet.place[0]) if packet.place[0] else None,
        "line": packet.place[1] or None,
        "transport": tree(packet.header.fields),
        "sequence": sequence,
        "message": message.name,
        "template": message.template,
        "offset": message.offset,
        "length": message.length,
        "file_offset": None if packet.group else packet.base + message.offset,
        "fields": {} if number is None else tree(message.fields),
        "error": message.error,
    }
    if with_bytes:
        end = message.offset + message.length
        line["bytes"] = packet.datagram.payload[message.offset : end].hex()
    return json.dumps(line) + "\n"
