"""The decoders of a feed by name: `compiled` (the default, fast) or `kaitai` (the reference, slow)."""

import ctypes
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.event import EVENT, UNDEF_SIZE, Detail, Kind

COMPILED: Final = "feedhandler.decode.compiled"
NAMES: Final = ("compiled", "kaitai", "reference")  # kaitai and reference are the same


class UnknownDecoderError(LookupError):
    """No decoder of this name."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """The two functions of `abi`, callable from Python and by address, and questions to one datagram."""

    feed: Feed
    name: str
    peek: Any
    decode: Any

    def header_of(self, payload: bytes) -> np.ndarray[Any, np.dtype[np.int64]] | None:
        """The words of a datagram's header; None = the transport cannot read it."""
        header = np.zeros(abi.HEADER_WORDS, np.int64)
        memory = ctypes.create_string_buffer(payload, len(payload) + 1)
        found = self.peek(ctypes.addressof(memory), len(payload), header.ctypes.data)
        return header if found == 0 else None

    def rows_of(self, payload: bytes) -> np.ndarray[Any, Any]:
        """The rows of a datagram taken by itself; none where it is malformed."""
        context = np.zeros(abi.CONTEXT_WORDS, np.int64)
        rows = np.zeros(abi.ROWS_PER_DATAGRAM_MAX, EVENT)
        memory = ctypes.create_string_buffer(payload, len(payload) + 1)
        count = self.decode(
            ctypes.addressof(memory),
            len(payload),
            context.ctypes.data,
            rows.ctypes.data,
            len(rows),
        )
        return rows[: max(count, 0)]

    def role_of(self, payload: bytes) -> str:
        """What kind of channel a datagram seems to be from, among the roles that the feed has.

        A snapshot begins with its head. A definition of a loop says how many instruments the loop has; one
        that is sent among incremental messages does not.
        """
        roles = {channel.role for channel in self.feed.channels}
        found = "incremental"
        rows = self.rows_of(payload)
        if len(rows) and rows["kind"][0] == Kind.SNAPSHOT:
            orders = rows["detail"][0] == Detail.ORDERS
            found = "snapshot_orders" if orders else "snapshot"
        elif len(rows) and ((rows["kind"] == Kind.INSTRUMENT) & (rows["size"] != UNDEF_SIZE)).all():
            found = "definition"
        return found if found in roles else "incremental"


def decoder_of(feed: Feed, name: str = "compiled") -> Decoder:
    """The decoder of a feed; loading the compiled one for the first time compiles it."""
    if feed.is_fast:
        return _fast_decoder_of(feed, name)
    if name == "compiled":
        module = import_module(f"{COMPILED}.{feed.module}")
        return Decoder(feed, name, module.peek, module.decode)
    if name not in NAMES:
        raise UnknownDecoderError(f"unknown decoder {name!r}; known: {', '.join(NAMES)}")
    from feedhandler.decode.reader import ReferenceDecoder  # noqa: PLC0415 (reads the descriptions)

    peek, decode = ReferenceDecoder(feed).as_entries()
    return Decoder(feed, name, peek, decode)


def _fast_decoder_of(feed: Feed, name: str) -> Decoder:
    """The decoder of a feed whose messages are described by templates."""
    if name not in NAMES:
        raise UnknownDecoderError(f"unknown decoder {name!r}; known: {', '.join(NAMES)}")
    from feedhandler.decode.fast.feeds import module_of, reader_of  # noqa: PLC0415 (reads templates)

    if name == "compiled":
        module = module_of(feed)
        return Decoder(feed, name, module.peek, module.decode)
    peek, decode = reader_of(feed).as_entries()
    return Decoder(feed, name, peek, decode)
