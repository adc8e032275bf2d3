"""Reads entities with the Kaitai classes of `fast_wire.ksy`: what the interpreter knows of bytes."""

# ruff: noqa: SLF001 (Kaitai's `_read` is private by its name only)

from importlib import import_module
from typing import Any, Final

from kaitaistruct import BytesIO, KaitaiStream, KaitaiStructError

from feedhandler.decode.fast.plan import TEXT_MAX
from feedhandler.decode.fast.reasons import REASON_WORDS, FastError, Reason

FastWire: Final[Any] = import_module("feedhandler.decode.reference.fast_wire").FastWire
NUMBER_BYTES_MAX: Final = 10


class Wire:
    """A message's bytes, read entity by entity; remarks are counted in `remarks`."""

    def __init__(self, message: bytes, remarks: list[int] | None = None) -> None:
        self._stream = KaitaiStream(BytesIO(message))
        self.length = len(message)
        self.remarks = [0] * REASON_WORDS if remarks is None else remarks

    @property
    def position(self) -> int:
        """Bytes read."""
        return int(self._stream.pos())

    @property
    def left(self) -> int:
        """Bytes not read."""
        return self.length - self.position

    def remark(self, reason: Reason) -> None:
        """Count what is delivered nevertheless."""
        self.remarks[reason] += 1

    def presence_map(self) -> list[bool]:
        """The bits of a presence map."""
        groups = self._read(FastWire.PresenceMap).entity.groups
        if len(groups) > 1 and groups[-1].bits == 0:
            self.remark(Reason.OVERLONG_MAP)
        return [bool(group.bits >> bit & 1) for group in groups for bit in range(6, -1, -1)]

    def unsigned(self, *, nullable: bool = False) -> int | None:
        """An unsigned number."""
        found = self._read(FastWire.NullableUnsigned if nullable else FastWire.Unsigned)
        groups = found.entity.groups
        if len(groups) > 1 and groups[0].bits == 0:
            self.remark(Reason.OVERLONG_INTEGER)
        return self._number(found, nullable=nullable)

    def signed(self, *, nullable: bool = False) -> int | None:
        """A signed number."""
        found = self._read(FastWire.NullableSigned if nullable else FastWire.Signed)
        groups = found.entity.groups
        if len(groups) > 1 and groups[0].bits == (0x7F if groups[1].bits & 0x40 else 0):
            self.remark(Reason.OVERLONG_INTEGER)
        return self._number(found, nullable=nullable)

    def _number(self, found: Any, *, nullable: bool) -> int | None:
        if found.entity.count > NUMBER_BYTES_MAX:
            raise FastError(Reason.INTEGER_RANGE)
        if nullable and found.is_null:
            return None
        return int(found.value)

    def ascii(self, *, nullable: bool = False) -> bytes | None:
        """An ASCII text; a zero before another character is a preamble, nullable texts may have one more."""
        found = self._read(FastWire.Ascii)
        if nullable and found.is_null:
            return None
        text = bytes(group.bits for group in found.entity.groups)
        if nullable and text[0] == 0:
            text = text[1:]
            if text[0] != 0:
                self.remark(Reason.OVERLONG_TEXT)
        if text == b"\0":
            return b""
        if text[0] == 0:
            text = text[1:]
            if text[0] != 0:
                self.remark(Reason.OVERLONG_TEXT)
        return self._limited(text)

    def vector(self, *, nullable: bool = False) -> bytes | None:
        """A byte vector, or a unicode text."""
        length = self.unsigned(nullable=nullable)
        if length is None:
            return None
        if length > self.left:
            raise FastError(Reason.TRUNCATED)
        return self._limited(self._stream.read_bytes(length))

    def _limited(self, text: bytes) -> bytes:
        if len(text) > TEXT_MAX:
            raise FastError(Reason.LIMIT)
        return text

    def _read(self, kind: Any) -> Any:
        found = kind(self._stream)
        try:
            found._read()
        except (KaitaiStructError, EOFError) as error:
            raise FastError(Reason.TRUNCATED) from error
        return found
