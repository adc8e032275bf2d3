"""Two decoders over the same datagrams: everything that one says is compared with what the other says.

A decoder tells of a datagram as a whole. Which message a difference belongs to is found afterwards, by
decoding again with more and more messages left out at the start: what the last one left out made up is the
difference between two results.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from feedhandler.decode import abi
from feedhandler.decode.catalog import Feed
from feedhandler.decode.fields import walk_datagram
from feedhandler.event import EVENT, Kind
from feedhandler.session.header import HEADER_WORDS
from feedhandler.verifying.report import Divergence, value_text

Array = np.ndarray[Any, Any]

COMPILED: Final = "compiled decoder"
REFERENCE: Final = "reference decoder"
ROWS_MAX: Final = 1024 + abi.ROWS_PER_DATAGRAM_MAX  # as many as the engine has room for
HEADER_NAMES: Final = {
    abi.STREAM_0: "stream (first 8 bytes)", abi.STREAM_1: "stream (rest)", abi.FIRST: "first",
    abi.COUNT: "count", abi.TYPE: "type", abi.SEND_TIME: "send_time",
}  # fmt: skip
OUTPUT_NAMES: Final = {word: counter.name.lower() for word, counter in abi.COUNTED}
RESULTS: Final = {abi.MALFORMED: "malformed", abi.ROWS_FULL: "too many rows"}
SHARED: Final = ("order_count", "instrument_sequence")  # the bytes of `priority`
COLUMNS: Final = ("kind", *(name for name in EVENT.names or () if name != "kind"))


class Decoder(Protocol):
    """Two functions of addresses, as `decode.abi` tells."""

    @property
    def peek(self) -> Any:
        """Called with a datagram's address and length, and the header's."""

    @property
    def decode(self) -> Any:
        """Called with a datagram's address and length, the context's and the rows', and their room."""


class Place(NamedTuple):
    """A datagram and where it came from."""

    address: int
    length: int
    packet: int
    ts_recv: int
    channel_id: int

    def payload(self) -> bytes:
        """Its bytes."""
        return ctypes.string_at(self.address, self.length)

    def divergence(self, what: str, field: str, **values: Any) -> Divergence:
        """A difference that this datagram shows."""
        return Divergence(
            what, field, packet=self.packet, ts_recv=self.ts_recv, channel_id=self.channel_id,
            **values,
        )  # fmt: skip


class Output:
    """One decoder and the memory it writes to."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.header = np.zeros(HEADER_WORDS, np.int64)
        self.context = np.zeros(abi.CONTEXT_WORDS, np.int64)
        self.rows = np.zeros(ROWS_MAX, EVENT)
        self.count = 0
        self._at = [int(a.ctypes.data) for a in (self.header, self.context, self.rows)]

    def peek(self, place: Place) -> int:
        """Read the header."""
        self.header[:] = 0
        return int(self.decoder.peek(place.address, place.length, self._at[0]))

    def decode(self, place: Place, words: Array, skip: int) -> int:
        """Decode all but the first messages; the number of rows or what is wrong."""
        self.context[: abi.OUT] = words[: abi.OUT]
        self.context[abi.SKIP] = skip
        _, context, rows = self._at
        call = self.decoder.decode
        self.count = int(call(place.address, place.length, context, rows, ROWS_MAX))
        return self.count

    def given(self) -> Array:
        """The rows of the last call."""
        return self.rows[: max(self.count, 0)]

    def words(self) -> Array:
        """The output words of the last call."""
        return self.context[abi.OUT :]


class Judge:
    """Runs both decoders; None means that they agree."""

    def __init__(self, feed: Feed, compiled: Decoder, reference: Decoder) -> None:
        self.feed = feed
        self.compiled = Output(compiled)
        self.reference = Output(reference)

    def header(self, place: Place) -> tuple[int, Divergence | None]:
        """Compare what both read in the datagram's header."""
        one, other = self.compiled.peek(place), self.reference.peek(place)
        if one != other:
            values = _said(_result(one), _result(other))
            return one, place.divergence("header", "result", values=values)
        if one == 0 and not np.array_equal(self.compiled.header, self.reference.header):
            first, second = self.compiled.header.tolist(), self.reference.header.tolist()
            word = next(i for i in range(HEADER_WORDS) if first[i] != second[i])
            values = _said(first[word], second[word])
            name = HEADER_NAMES.get(word, f"word {word}")
            return one, place.divergence("header", name, values=values)
        return one, None

    def messages(self, place: Place, words: Array, skip: int) -> tuple[int, Divergence | None]:
        """Compare rows and output words of a datagram's messages, but for the first `skip`."""
        one = self.compiled.decode(place, words, skip)
        other = self.reference.decode(place, words, skip)
        same = (
            one == other
            and self.compiled.context[abi.OUT :].tobytes()
            == self.reference.context[abi.OUT :].tobytes()
            and (one < 1 or self.compiled.given().tobytes() == self.reference.given().tobytes())
        )
        return one, None if same else self._locate(place, words, skip)

    def message_of_row(self, place: Place, words: Array, skip: int, row: int) -> tuple[int, str]:
        """Number (from 1) and name of the message that made a row."""
        total = self.reference.decode(place, words, skip)
        names = self._names(place)
        found = skip
        for message in range(skip, len(names)):
            if total - self.reference.decode(place, words, message) <= row:
                found = message
        return found + 1, names[found] if found < len(names) else ""

    # --- finding the message ---
    def _names(self, place: Place) -> list[str]:
        return [message.name for message in walk_datagram(self.feed, place.payload())[1:]]

    def _locate(self, place: Place, words: Array, skip: int) -> Divergence:
        """The first message of a datagram of which both do not say the same."""
        names = self._names(place)
        one = _shares(self.compiled, place, words, skip, len(names))
        other = _shares(self.reference, place, words, skip, len(names))
        if one is not None and other is not None:
            for number, (mine, theirs) in enumerate(zip(one, other, strict=True), skip):
                found = _difference(place, mine, theirs)
                if found is not None:
                    step = 0 if self.feed.unit == "packet" else number
                    return replace(
                        found,
                        message=number + 1,
                        message_name=names[number],
                        sequence=int(words[abi.SEQUENCE]) + step,
                    )
        mine, theirs = (
            _whole(each, place, words, skip) for each in (self.compiled, self.reference)
        )
        whole = _difference(place, mine, theirs)
        if whole is not None:
            return whole
        values = _said(_result(mine.result), _result(theirs.result))
        return place.divergence("output", "a difference that did not come again", values=values)


class _Share(NamedTuple):
    """What a decoder makes of one message, or of a whole datagram."""

    result: int
    rows: Array
    words: Array


def _whole(output: Output, place: Place, words: Array, skip: int) -> _Share:
    result = output.decode(place, words, skip)
    return _Share(result, output.given().copy(), output.words().copy())


def _shares(
    output: Output, place: Place, words: Array, skip: int, messages: int
) -> Sequence[_Share] | None:
    """What each message from `skip` on adds; None where the datagram as a whole is refused."""
    wholes = [_whole(output, place, words, n) for n in range(skip, messages + 1)]
    if any(whole.result < 0 for whole in wholes):
        return None
    shares = []
    for this, after in pairwise(wholes):
        count = this.result - after.result
        shares.append(_Share(count, this.rows[: max(count, 0)], this.words - after.words))
    return shares


def _difference(place: Place, one: _Share, other: _Share) -> Divergence | None:
    for number, (mine, theirs) in enumerate(zip(one.rows, other.rows, strict=False), 1):
        if mine.tobytes() != theirs.tobytes():
            column = first_column(mine, theirs)
            values = _said(
                value_text(column, int(mine[column])), value_text(column, int(theirs[column]))
            )
            return place.divergence("row", column, values=values, row=number)
    for word, (mine, theirs) in enumerate(
        zip(one.words.tolist(), other.words.tolist(), strict=True), abi.OUT
    ):
        if mine != theirs:
            name = OUTPUT_NAMES.get(word, f"word {word}")
            return place.divergence("output", name, values=_said(mine, theirs))
    if one.result != other.result:
        values = _said(_result(one.result), _result(other.result))
        return place.divergence("row", "number of rows", values=values)
    return None


def first_column(one: Any, other: Any) -> str:
    """The first column in which two rows differ; the kind decides how shared bytes are read."""
    by_order = int(one["kind"]) == Kind.ORDER
    unread = SHARED if by_order else ("priority",)
    for name in COLUMNS:
        if name not in unread and one[name] != other[name]:
            return name
    return "priority"


def _result(value: int) -> str:
    return RESULTS.get(value, str(value))


def _said(one: Any, other: Any) -> dict[str, str]:
    return {COMPILED: str(one), REFERENCE: str(other)}
