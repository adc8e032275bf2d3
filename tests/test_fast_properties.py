"""FAST by properties: what is encoded comes back, entity by entity and message by message."""

import random
from typing import Any

import fast_random
import pytest
from fast_vectors import document, template
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhandler.decode.fast import encoder
from feedhandler.decode.fast.compiled import CompiledDecoder
from feedhandler.decode.fast.encoder import Encoder
from feedhandler.decode.fast.interpreter import Interpreter, Message
from feedhandler.decode.fast.plan import RANGES, Type
from feedhandler.decode.fast.templates import read_plan
from feedhandler.decode.fast.wire import Wire
from feedhandler.jit import JIT_ON

PRESENCES = ("mandatory", "optional")
FIELDS = "".join(
    f'<{kind} name="{kind} {presence} {operator}" presence="{presence}">{inner}</{kind}>'
    for kind in ("uInt32", "int32", "uInt64", "int64")
    for presence in PRESENCES
    for operator, inner in (("none", ""), ("delta", "<delta/>"), ("copy", "<copy/>"))
)
PLAN = read_plan(document(template(FIELDS)))


def values(kind: Type) -> st.SearchStrategy[int]:
    """Any value of a type, the ends of its range more often."""
    first, last = RANGES[kind]
    return st.integers(first, last) | st.sampled_from((first, last, min(last, 63), min(last, 64)))


messages = st.fixed_dictionaries(
    {
        field.name: (values(field.type) | st.none() if field.optional else values(field.type))
        for field in PLAN.templates[0].body.instructions
        if hasattr(field, "type")
    }
)


@pytest.fixture(scope="module")
def fast() -> CompiledDecoder:
    """Integers of every type and presence, in generated code."""
    return CompiledDecoder(PLAN)


@settings(deadline=None, max_examples=150)
@given(told=st.lists(messages, min_size=1, max_size=4), lavish=st.booleans())
def test_integers(fast: CompiledDecoder, told: list[dict[str, Any]], lavish: bool) -> None:  # noqa: FBT001
    """Every integer of every type, through copies and deltas that reach from one end to the other."""
    slow, sender = Interpreter(PLAN), Encoder(PLAN, lambda: lavish)
    fast.memory.state[0] = -1
    fast.reset()
    for each in told:
        wanted = Message("T1", 1, each)
        raw = sender.encode(wanted)
        assert slow.decode(raw) == (wanted, len(raw))
        assert fast.decode(raw) == (wanted, len(raw))


@given(st.integers(0, (1 << 64)), st.integers(-(1 << 63), 1 << 63), st.booleans())
def test_numbers(unsigned: int, signed: int, nullable: bool) -> None:  # noqa: FBT001
    """As few bytes as there are bits, and back, without a remark."""
    raw = encoder.unsigned(unsigned, nullable=nullable) + encoder.signed(signed, nullable=nullable)
    wire = Wire(raw)

    assert wire.unsigned(nullable=nullable) == unsigned
    assert wire.position == max((unsigned + nullable).bit_length() + 6, 7) // 7
    assert wire.signed(nullable=nullable) == signed
    assert (wire.left, sum(wire.remarks)) == (0, 0)


@given(st.binary(max_size=40), st.booleans())
def test_texts(text: bytes, nullable: bool) -> None:  # noqa: FBT001
    """ASCII with zeros anywhere, and vectors of any bytes."""
    characters = bytes(byte & 0x7F for byte in text)
    raw = encoder.ascii_text(characters, nullable=nullable) + encoder.vector(
        text, nullable=nullable
    )
    wire = Wire(raw)

    assert wire.ascii(nullable=nullable) == characters
    assert wire.vector(nullable=nullable) == text
    assert (wire.left, sum(wire.remarks)) == (0, 0)


@given(st.lists(st.booleans(), max_size=100))
def test_presence_maps(bits: list[bool]) -> None:
    """Zeros at the end are not sent and not missed."""
    wire = Wire(encoder.presence_map(bits))
    found = wire.presence_map()

    assert wire.left == 0
    assert [place for place, bit in enumerate(found) if bit] == [
        place for place, bit in enumerate(bits) if bit
    ]
    assert sum(wire.remarks) == 0


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1 << 32))
def test_any_templates(seed: int) -> None:
    """Templates of every operator and structure, and messages that fit them; with the JIT off by generated code, too."""
    plan, sent = fast_random.made(seed)
    decoders: list[Any] = [Interpreter(plan)]
    if not JIT_ON:
        decoders.append(CompiledDecoder(plan))
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 20)):
        wanted, raw = sent.message()
        for decoder in decoders:
            assert decoder.decode(raw) == (wanted, len(raw))
