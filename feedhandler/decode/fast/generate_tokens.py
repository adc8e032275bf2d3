"""Writes the lines that take one value from the stream or from its template; into `vN`, `eN`, `hN`.

`vN` is the number, mantissa or text, `eN` the exponent, `hN` whether there is a value: an optional field has it, and
keeps v and e at 0 while it is 0.
"""

from typing import Final

from feedhandler.decode.fast.generate_segments import Segments
from feedhandler.decode.fast.plan import INTEGERS, Scalar, Type
from feedhandler.decode.fast.reasons import Reason

WIDTH: Final = {Type.UINT32: "u32", Type.INT32: "i32", Type.UINT64: "u64", Type.INT64: "i64"}
UNSIGNED: Final = (Type.UINT32, Type.UINT64)


class Tokens(Segments):
    """Writes values that no dictionary is asked for."""

    def _token(self, field: Scalar, n: int) -> None:
        """What the stream holds."""
        emit = self.emit
        if field.type in INTEGERS:
            self._read_integer(field.type, f"v{n}", n, optional=field.optional)
        elif field.type is Type.DECIMAL:
            self._read_integer(Type.INT32, f"e{n}", n, optional=field.optional)
            if field.optional:
                emit(f"if h{n}:")
                with emit.block():
                    self._read_integer(Type.INT64, f"v{n}", n, optional=False)
                emit("else:")
                emit(f"    v{n} = i64(0)")
            else:
                self._read_integer(Type.INT64, f"v{n}", n, optional=False)
        else:
            self._read_text(f"v{n}", field.type, nullable=field.optional, offset=self.texts.joined)
            if field.optional:
                emit(f"h{n} = i64(v{n} != NO_TEXT)")
                emit(f"v{n} *= h{n}")
            if field.type is Type.UNICODE:
                emit(f"if v{n} != 0:")
                emit(f"    judge_utf8(v{n}, state)")

    def _read_integer(self, kind: Type, name: str, n: int, *, optional: bool) -> None:
        emit = self.emit
        take = "take_unsigned" if kind in UNSIGNED else "take_signed"
        emit(f"{name}, q = {take}(p, end)")
        emit(f"if {name} == WIDE:")
        with emit.block():
            emit(f"{name}, have, p = read_{WIDTH[kind]}(p, end, {int(optional)}, state)")
            emit("if p < 0:")
            emit("    return p, first")
            if optional:
                emit(f"h{n} = have")
        emit("else:")
        with emit.block():
            emit("p = q")
            if optional:
                emit(f"h{n} = i64({name} != 0)")
                emit(f"{name} -= " + (f"h{n}" if kind in UNSIGNED else f"i64({name} > 0)"))

    def _read_text(self, name: str, kind: Type, *, nullable: bool, offset: int) -> None:
        emit = self.emit
        if kind is Type.ASCII:
            emit(f"{name}, p = take_ascii(p, end)")
            emit(f"if {name} == NO_TEXT:")
            with emit.block():
                emit(f"{name}, p = read_ascii(p, end, {int(nullable)}, {offset}, state)")
                emit("if p < 0:")
                emit("    return p, first")
            return
        emit(f"{name}, p = read_vector(p, end, {int(nullable)}, {offset}, state)")
        emit("if p < 0:")
        emit("    return p, first")

    def _judge(self, exponent: str) -> None:
        self.emit(f"if {exponent} > 63 or {exponent} < -63:")
        self.emit(f"    remark(state, {int(Reason.DECIMAL_RANGE)})")

    def _fail_if_long(self, value: str) -> None:
        """Put a long text among those of the message."""
        self.emit(f"if {value} < 0:")
        self.emit(f"    {value} = deliver({value}, state)")
        self.emit(f"    if {value} == TOO_LONG:")
        self.emit(f"        return -{self.LIMIT}, first")

    def _initial(self, field: Scalar, n: int) -> None:
        """Take the initial value, or none."""
        if field.initial is None:
            self._absent(field, n)
            return
        value = field.initial
        if isinstance(value, tuple):
            self.emit(f"v{n} = i64({value[0]})")
            self.emit(f"e{n} = i64({value[1]})")
        else:
            self.emit(f"v{n} = i64({self._word(value)})")
        if field.optional:
            self.emit(f"h{n} = i64(1)")

    def _word(self, value: int | bytes) -> int:
        if isinstance(value, bytes):
            return self.texts.word(value)
        return value - (1 << 64) if value >= 1 << 63 else value

    def _absent(self, field: Scalar, n: int) -> None:
        self.emit(f"v{n} = i64(0)")
        if field.type is Type.DECIMAL:
            self.emit(f"e{n} = i64(0)")
        if field.optional:
            self.emit(f"h{n} = i64(0)")
