"""`peek` and `decode`: the transport's header, its blocks one behind the other, and their messages."""

from feedhandler.codegen.emit import Writer
from feedhandler.codegen.message_backend import PARAMETERS
from feedhandler.codegen.offsets import is_fixed, load, places, refuse, steps, width
from feedhandler.decode.plan import EPOCH, Plan, Transport
from feedhandler.decode.tree import Field, Given, Integer, Opaque, Record, Times, ToEnd

STREAM_MAX = 16


class Transports:
    """Writes the two entries of a feed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.transport: Transport = plan.transport
        messages = self.transport.messages
        fields = self.transport.record.fields
        self.header = fields[: fields.index(messages)]
        if fields[-1] is not messages or not all(
            f.since is None and is_fixed(f) for f in self.header
        ):
            refuse(messages, "a header of fixed size, then messages to the end, is expected")
        self.places = places(self.header, "datagram")
        self.header_size = steps(self.header)[-1].bytes
        self.block = self._block(messages)

    def _block(self, messages: Field) -> tuple[Field, int, int]:
        """The length field of a block, the bytes before its payload, and what the length overstates."""
        if not isinstance(messages.kind, Record):
            raise TypeError(messages.path)
        *before, payload = messages.kind.fields
        if payload is not self.transport.payload or not isinstance(payload.kind, Opaque):
            refuse(payload, "the payload must be the last of a block, and bytes")
        if not isinstance(payload.size, Given) or not all(map(is_fixed, before)):
            refuse(payload, "the payload's size must be a field of its block")
        return payload.size.field, steps(tuple(before))[-1].bytes, payload.size.less

    def value(self, field: Field) -> str:
        """The source that reads a header field."""
        if not isinstance(field.kind, Integer):
            refuse(field, "is not a whole number")
        return load(field, self.places[field])

    # --- peek ---
    def peek(self, out: Writer) -> None:
        """Write the function that reads the header only."""
        told = self.transport
        out.line()
        out.line()
        out.line("@entry(3)")
        with out.block("def peek(datagram, length, header):"):
            out.line('"""The words of a datagram\'s header: 0, or MALFORMED."""')
            if self.header_size:
                out.door(f"length < {self.header_size}")
            for number, source in enumerate(self._stream()):
                self._put(out, f"STREAM_{number}", source)
            self._put(out, "FIRST", self.value(told.first) if told.first else "0")
            count = told.count if isinstance(told.count, int) else None
            kind = "DATA" if told.first else "UNSEQUENCED"
            out.line(f"count = {count if isinstance(told.count, int) else self.value(told.count)}")
            out.line(f"kind = {kind}")
            for condition, name in (
                (told.heartbeat, "HEARTBEAT"),
                (told.end_of_session, "END_OF_SESSION"),
            ):
                if condition:
                    field, value = condition
                    read = "count" if field is told.count else self.value(field)
                    with out.block(f"if {read} == 0x{value:X}:"):
                        out.line(f"kind = {name}")
            if told.heartbeat or told.end_of_session:
                with out.block(f"if kind != {kind}:"):
                    out.line("count = 0")
            self._put(out, "COUNT", "count")
            self._put(out, "TYPE", "kind")
            if told.send_time and told.send_time.unit != EPOCH:
                refuse(told.send_time, f"send_time needs -unit {EPOCH}")
            self._put(out, "SEND_TIME", self.value(told.send_time) if told.send_time else "0")
            out.line("return 0")

    @staticmethod
    def _put(out: Writer, word: str, source: str) -> None:
        out.line(f"put8(header + 8 * {word}, {source})")

    def _stream(self) -> list[str]:
        """The name of the sequence space as two words, its bytes in order."""
        field = self.transport.stream
        if field is None:
            return ["0", "0"]
        size, at = width(field), self.places[field]
        if size > STREAM_MAX:
            refuse(field, f"a stream's name has at most {STREAM_MAX} bytes")
        return [
            _big_endian(at.base, at.offset, min(size, 8)),
            _big_endian(at.base, at.offset + 8, max(size - 8, 0)),
        ]

    # --- decode ---
    def decode(self, out: Writer) -> None:
        """Write the function that reads all messages, and the one that only walks over them."""
        self._fits(out)
        out.line()
        out.line()
        out.line("@entry(5)")
        with out.block("def decode(datagram, length, context, rows, rows_max):"):
            out.line(
                '"""Every message of a datagram: the number of rows, or MALFORMED, or ROWS_FULL."""'
            )
            out.line("clear(context)")
            if self.header_size:
                out.door(f"length < {self.header_size}")
            out.line("skip = word(context, SKIP)")
            out.line("first = word(context, SEQUENCE)")
            out.line("received = word(context, RECEIVED)")
            out.line(
                "stamp = word(context, CHANNEL) << CHANNEL_SHIFT"
                " | word(context, ROW_FLAGS) << FLAGS_SHIFT"
            )
            out.line("end = datagram + length")
            out.line(self._start())
            out.line("row = rows")
            out.line("full = rows + 64 * rows_max")
            out.line("taken = 0")
            with out.block(self._loop(out)):
                self._message(out)
            if isinstance(self.transport.messages.repeat, Times):
                with out.block("if at != end:"):
                    out.line("return refuse(context)")
            out.line("put8(context + 8 * MESSAGES, taken)")
            out.line("return (row - rows) >> 6")

    def _start(self) -> str:
        return f"at = datagram + {self.header_size}" if self.header_size else "at = datagram"

    def _loop(self, out: Writer) -> str:
        repeat = self.transport.messages.repeat
        if isinstance(repeat, ToEnd):
            out.line("i = -1")
            return "while at < end:"
        if not isinstance(repeat, Times):
            raise TypeError(self.transport.messages.path)
        out.line(f"blocks = {self.value(repeat.field)}")
        if repeat.never is not None:
            with out.block(f"if blocks == 0x{repeat.never:X}:"):
                out.line("blocks = 0")
        return "for i in range(blocks):"

    def _next_block(self, out: Writer, malformed: str, *, message: bool = True) -> None:
        field, before, less = self.block
        with out.block(f"if at + {before} > end:"):
            out.line(malformed)
        messages = self.transport.messages.kind
        if not isinstance(messages, Record):
            raise TypeError(self.transport.messages.path)
        inside = places(messages.fields[:-1], "at")
        out.line(f"size = {load(field, inside[field])}{f' - {less}' if less else ''}")
        if message:
            out.line(f"message = at + {before}")
            out.line("at = message + size")
        else:
            out.line(f"at += {before} + size")
        with out.block("if size < 0 or at > end:" if less else "if at > end:"):
            out.line(malformed)

    def _message(self, out: Writer) -> None:
        if isinstance(self.transport.messages.repeat, ToEnd):
            out.line("i += 1")
        self._next_block(out, "return refuse(context)")
        with out.block("if i < skip:"):
            out.line("continue")
        out.line("taken += 1")
        with out.block("if size == 0:"):
            out.line("bump(context, EMPTY_MESSAGE)")
            out.line("continue")
        number = "(first + i)" if self.plan.unit == "message" else "first"
        out.line(f"sequence = {number} & 0xFFFFFFFF")
        out.call(f"next_row = {self.plan.application.record.name}", PARAMETERS)
        with out.block("if next_row == MALFORMED:"):
            out.line("bump(context, MALFORMED_MESSAGE)")
        with out.block("elif next_row == ROWS_FULL:"):
            out.line("clear(context)")
            out.call("return rest_fits", self._rest_arguments())
        with out.block("else:"):
            out.line("row = next_row")

    def _rest_arguments(self) -> list[str]:
        times = isinstance(self.transport.messages.repeat, Times)
        return ["at", "end", "blocks - i - 1"] if times else ["at", "end"]

    def _fits(self, out: Writer) -> None:
        """Rows are full: whether the rest of the framing fits still decides what the datagram is."""
        times = isinstance(self.transport.messages.repeat, Times)
        out.line()
        out.line()
        out.line("@hot")
        with out.block(f"def rest_fits(at, end{', blocks' if times else ''}):"):
            out.line('"""ROWS_FULL, or MALFORMED where a later block does not fit."""')
            with out.block("for _ in range(blocks):" if times else "while at < end:"):
                self._next_block(out, "return MALFORMED", message=False)
            out.line(
                "return ROWS_FULL if at == end else MALFORMED" if times else "return ROWS_FULL"
            )


def _big_endian(base: str, offset: int, size: int) -> str:
    """The source that reads so many bytes as one number."""
    parts = []
    for load_size in (8, 4, 2, 1):
        while size >= load_size:
            size -= load_size
            at = f"{base} + {offset}" if offset else base
            name = "u1" if load_size == 1 else f"u{load_size}be"
            parts.append(f"{name}({at}) << {8 * size}" if size else f"{name}({at})")
            offset += load_size
    return " | ".join(parts) or "0"
