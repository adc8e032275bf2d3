"""Writes the lines that read one field: its bit, its operator, the dictionary entry, its cells."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from feedhandler.decode.fast.abi import ENTRIES
from feedhandler.decode.fast.generate_tokens import WIDTH, Tokens
from feedhandler.decode.fast.plan import RANGES, TEXTS, Operator, Parts, Place, Scalar, Type
from feedhandler.decode.fast.reasons import Reason

WORDS: Final = (Type.UINT64, Type.INT64)


class Fields(Tokens):
    """Writes fields."""

    # --- fields ---
    def field(self, scalar: Scalar, place: Place) -> None:
        """A field into its cells."""
        value, have = self.scalar(scalar)
        at = f"{self.record} + {8 * place.cell}"
        if scalar.type in TEXTS:
            self._fail_if_long(value)
        self.emit(f"put8({at}, {value})")
        if scalar.type is Type.DECIMAL:
            exponent = "e" + value[1:]
            self.emit(f"put8({at} + 8, {exponent})")
            self._judge(exponent)
        self.seen(place.bit, have)

    def parts(self, parts: Parts, place: Place) -> None:
        """A decimal of two operators into its cells."""
        emit = self.emit
        exponent, have = self.scalar(parts.exponent)
        at = f"{self.record} + {8 * place.cell}"
        emit(f"put8({at} + 8, {exponent})")
        if have == "1":
            mantissa, _ = self.scalar(parts.mantissa)
            emit(f"put8({at}, {mantissa})")
        else:
            emit(f"if {have}:")
            with emit.block():
                mantissa, _ = self.scalar(parts.mantissa)
                emit(f"put8({at}, {mantissa})")
            emit("else:")
            with emit.block():
                emit(f"put8({at}, 0)")
                if parts.mantissa.bits:
                    self.skip_bit()
        self._judge(exponent)
        self.seen(place.bit, have)

    def scalar(self, field: Scalar) -> tuple[str, str]:
        """Read a value: its variable, and that which says whether there is one, or "1"."""
        n = self._values
        self._values += 1
        have = f"h{n}" if field.optional else "1"
        if field.operator is Operator.NONE:
            self._token(field, n)
        elif field.operator is Operator.CONSTANT:
            self._constant(field, n)
        elif field.operator is Operator.DEFAULT:
            self.emit(f"if {self.bit()}:")
            with self.emit.block():
                self._token(field, n)
            self.emit("else:")
            with self.emit.block():
                self._initial(field, n)
        elif field.operator is Operator.DELTA:
            self._delta(field, n)
        else:
            self._remembered(field, n)
        return f"v{n}", have

    def _constant(self, field: Scalar, n: int) -> None:
        if not field.optional:
            self._initial(field, n)
            return
        self.emit(f"if {self.bit()}:")
        with self.emit.block():
            self._initial(field, n)
        self.emit("else:")
        with self.emit.block():
            self._absent(field, n)

    # --- dictionary ---
    def _at(self, slot: int) -> tuple[str, str, str]:
        """Where an entry's status, value and exponent are."""
        value = ENTRIES + len(self.plan.slots) + 2 * slot
        return (
            f"state + {8 * (ENTRIES + slot)}", f"state + {8 * value}", f"state + {8 * value + 8}",
        )  # fmt: skip

    def _assign(self, field: Scalar, n: int) -> None:
        """Keep the value, or that there is none."""
        status, value, exponent = self._at(field.slot)
        emit = self.emit
        emit(f"put8({status}, {f'EMPTY - h{n}' if field.optional else 'ASSIGNED'})")
        if field.type in TEXTS:
            kept = f"copy_text(v{n}, {self.texts.slots[field.slot]}, state)"
            emit(f"put8({value}, {kept} if v{n} < 0 else v{n})")
        else:
            emit(f"put8({value}, v{n})")
        if field.type is Type.DECIMAL:
            emit(f"put8({exponent}, e{n})")

    def _previous(self, field: Scalar, n: int) -> None:
        _, value, exponent = self._at(field.slot)
        self.emit(f"v{n} = u8le({value})")
        if field.type is Type.DECIMAL:
            self.emit(f"e{n} = u8le({exponent})")
        if field.optional:
            self.emit(f"h{n} = i64(1)")

    def _remembered(self, field: Scalar, n: int) -> None:
        """Copy, increment, tail: by the bit from the stream, or from before."""
        emit = self.emit
        emit(f"if {self.bit()}:")
        with emit.block():
            if field.operator is Operator.TAIL:
                self._tail(field, n)
            else:
                self._token(field, n)
            self._assign(field, n)
        emit("else:")
        with emit.block():
            emit(f"s{n} = u8le({self._at(field.slot)[0]})")
            emit(f"if s{n} == ASSIGNED:")
            with emit.block():
                self._previous(field, n)
                if field.operator is Operator.INCREMENT:
                    self._increment(field, n)
            emit(f"elif s{n} == EMPTY:")
            with emit.block():
                self._nothing(field, n, Reason.EMPTY_VALUE)
            emit("else:")
            with emit.block():
                if field.initial is None and not field.optional:
                    emit(f"return -{int(Reason.NO_VALUE)}, first")
                else:
                    self._initial(field, n)
                    self._assign(field, n)

    def _nothing(self, field: Scalar, n: int, reason: Reason) -> None:
        if field.optional:
            self._absent(field, n)
        else:
            self.emit(f"return -{int(reason)}, first")

    def _increment(self, field: Scalar, n: int) -> None:
        first, last = RANGES[field.type]
        self.emit(f"v{n} = i64({self._word(first)}) if v{n} == {self._word(last)} else v{n} + 1")
        self.emit(f"put8({self._at(field.slot)[1]}, v{n})")

    # --- deltas and tails ---
    def _delta(self, field: Scalar, n: int) -> None:
        emit = self.emit
        wide = field.type in (*WORDS, Type.DECIMAL) and field.type is not Type.DECIMAL
        self._read_delta(f"d{n}", n, optional=field.optional, wide=wide)
        if field.type is Type.DECIMAL and not field.optional:
            self._read_delta(f"m{n}", n, optional=False, wide=True)
        if not field.optional:
            self._add(field, n)
            return
        emit(f"if h{n}:")
        with emit.block():
            if field.type is Type.DECIMAL:
                self._read_delta(f"m{n}", n, optional=False, wide=True)
            self._add(field, n)
        emit("else:")
        with emit.block():
            self._absent(field, n)

    def _read_delta(self, name: str, n: int, *, optional: bool, wide: bool) -> None:
        """A delta into `name`, its high part beside it where sums may be wide."""
        emit = self.emit
        emit(f"{name}, q = take_signed(p, end)")
        emit(f"if {name} == WIDE:")
        with emit.block():
            emit(f"{name}_high, {name}, have, p = read_delta(p, end, {int(optional)}, state)")
            emit("if p < 0:")
            emit("    return p, first")
            if not wide:
                emit(f"{name} = narrow({name}_high, {name})")
            if optional:
                emit(f"h{n} = have")
        emit("else:")
        with emit.block():
            emit("p = q")
            if optional:
                emit(f"h{n} = i64({name} != 0)")
                emit(f"{name} -= i64({name} > 0)")
            if wide:
                emit(f"{name}_high = -i64({name} < 0)")
                emit(f"{name} &= INT63")

    def _add(self, field: Scalar, n: int) -> None:
        """Add a delta to its base."""
        if field.type in TEXTS:
            self._join(field, n)
            return
        self._base(field, n, 0)
        if field.type is Type.DECIMAL:
            self._sum(Type.INT64, f"v{n}", f"m{n}")
            self._sum(Type.INT32, f"e{n}", f"d{n}")
        else:
            self._sum(field.type, f"v{n}", f"d{n}")
        if field.optional:
            self.emit(f"h{n} = i64(1)")
        self._assign(field, n)

    def _base(self, field: Scalar, n: int, zero: int) -> None:
        """What a delta is added to, in v (and e)."""
        emit = self.emit
        status, value, exponent = self._at(field.slot)
        initial = zero if field.initial is None else field.initial
        pair = initial if isinstance(initial, tuple) else (self._word(initial), 0)
        emit(f"s{n} = u8le({status})")
        emit(f"if s{n} == ASSIGNED:")
        emit(f"    v{n} = u8le({value})")
        if field.type is Type.DECIMAL:
            emit(f"    e{n} = u8le({exponent})")
        emit(f"elif s{n} == EMPTY:")
        emit(f"    return -{int(Reason.EMPTY_VALUE)}, first")
        emit("else:")
        emit(f"    v{n} = i64({pair[0]})")
        if field.type is Type.DECIMAL:
            emit(f"    e{n} = i64({pair[1]})")

    def _sum(self, kind: Type, value: str, delta: str) -> None:
        emit = self.emit
        if kind in WORDS:
            emit(f"{value}, fits = add_{WIDTH[kind]}({value}, {delta}_high, {delta})")
            emit("if fits == 0:")
        else:
            first, last = RANGES[kind]
            emit(f"{value} += {delta}")
            emit(f"if {value} < {first} or {value} > {last}:")
        emit(f"    return -{int(Reason.RESULT_RANGE)}, first")

    def _join(self, field: Scalar, n: int) -> None:
        """A text's delta."""
        emit = self.emit
        self._read_text(f"t{n}", field.type, nullable=False, offset=self.texts.token)
        self._base(field, n, 0)
        emit(f"v{n} = join(v{n}, d{n}, t{n}, {self.texts.joined}, state)")
        emit(f"if v{n} == BAD_DELTA:")
        emit(f"    return -{int(Reason.TEXT_DELTA)}, first")
        self._made(field, n)

    def _made(self, field: Scalar, n: int) -> None:
        """A text that was put together."""
        emit = self.emit
        emit(f"if v{n} == TOO_LONG:")
        emit(f"    return -{self.LIMIT}, first")
        if field.type is Type.UNICODE:
            emit(f"judge_utf8(v{n}, state)")
        if field.optional:
            emit(f"h{n} = i64(1)")
        if field.operator is Operator.DELTA:
            self._assign(field, n)

    def _tail(self, field: Scalar, n: int) -> None:
        emit = self.emit
        status, value, _ = self._at(field.slot)
        initial = field.initial if isinstance(field.initial, bytes) else b""
        self._read_text(f"t{n}", field.type, nullable=field.optional, offset=self.texts.token)
        if field.optional:
            emit(f"if t{n} == NO_TEXT:")
            with emit.block():
                self._absent(field, n)
            emit("else:")
        with emit.block() if field.optional else _nothing():
            emit(
                f"v{n} = u8le({value}) if u8le({status}) == ASSIGNED else i64({self._word(initial)})"
            )
            emit(f"v{n} = put_tail(v{n}, t{n}, {self.texts.joined}, state)")
            self._made(field, n)


@contextmanager
def _nothing() -> Iterator[None]:
    """No deeper block."""
    yield
