"""The code generator: what it refuses and where, that it repeats itself, and that its offsets are right."""

import importlib.util
import struct
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import numpy as np
import pytest
from kaitaistruct import BytesIO, KaitaiStream
from packets import Crafter

from feedhandler.codegen import numba_backend
from feedhandler.codegen.offsets import is_fixed, positions
from feedhandler.decode import abi, mapping
from feedhandler.decode.catalog import feeds
from feedhandler.decode.description import DescriptionError, kaitai_class, load_yaml
from feedhandler.decode.layout import read_layout
from feedhandler.decode.plan import Plan, make_application, make_transport, plan_of
from feedhandler.decode.tree import Bits, Record, UnsupportedError
from feedhandler.event import EVENT, UNDEF_SIZE, Action, Flag, Kind, Side

ROOT = Path(__file__).parent.parent
FEEDS = [feed.name for feed in feeds() if not feed.is_fast]  # those have tests of their own

TRANSPORT_KSY = """
meta: {id: crate, endian: be}
seq:
  - {id: count, type: u1}
  - {id: boxes, type: box, repeat: expr, repeat-expr: count}
types:
  box:
    seq: [{id: len, type: u1}, {id: payload, size: len}]
"""
TRANSPORT_MAP = "transport: {count: count, messages: boxes, payload: payload}"
APPLICATION_HEAD = """
meta: {id: toy, endian: be, bit-endian: be}
seq:
  - {id: code, type: u1}
  - {id: version, type: u1}
  - id: body
    size-eos: true
    type:
      switch-on: code
      cases: {CASES}
types:
"""


def application(**types: str) -> str:
    """A description of messages 1, 2, 3 ... with these types."""
    cases = ", ".join(f"{n}: {name}(version)" for n, name in enumerate(types, 1))
    text = APPLICATION_HEAD.replace("CASES", cases)
    for name, body in types.items():
        text += (
            f"  {name}:\n    params: [{{id: version, type: u1}}]\n{indent(dedent(body), '    ')}\n"
        )
    return text


def plan(ksy: str, messages: str, more: str = "") -> Plan:
    """The plan of a made-up feed."""
    told = f"application: {{selector: code, version: version}}\nmessages:\n{indent(dedent(messages), '  ')}\n{more}"
    return Plan(
        "made.up",
        "message",
        make_transport(
            read_layout(load_yaml(TRANSPORT_KSY, "crate.ksy"), "crate.ksy"),
            mapping.read_transport(load_yaml(TRANSPORT_MAP, "crate.map.yaml"), "crate.map.yaml"),
        ),
        make_application(
            read_layout(load_yaml(ksy, "toy.ksy"), "toy.ksy"),
            mapping.read_application(load_yaml(told, "toy.map.yaml"), "toy.map.yaml"),
        ),
    )


# --- what is refused ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("seq: [{id: a, type: u1}]\ninstances: {b: {pos: 4, type: u1}}", "/instances/b: 'pos'"),
        ("seq: [{id: a, type: u1}]\ninstances: {b: {value: a + 1}}", "/instances/b: 'a + 1' is not"),
        ("seq: [{id: a, size: 4, process: zlib}]", "/seq/0 (a): 'process' is not supported"),
        ("seq: [{id: a, type: strz}]", "/seq/0 (a): text and bytes need a size"),
        ("seq: [{id: a, type: u1, repeat: until, repeat-until: _ == 0}]", "/seq/0 (a): 'repeat-until'"),
        ("seq: [{id: a, type: u1, repeat: until}]", "/seq/0 (a): repeat: until is not supported"),
        ("seq: [{id: a, type: u1}, {id: b, size: a * 2}]", "/seq/1 (b): 'a * 2' is not an integer"),
        ("seq: [{id: a, type: u1}, {id: b, type: u1, if: a == 1}]", "/seq/1 (b): if 'a == 1': only"),
        ("seq: [{id: a, type: u1, if: not _io.eof}]", "/seq/0 (a): if 'not _io.eof': only"),
        ("seq: [{id: a, type: str, size: 4, encoding: UTF-8}]", "/seq/0 (a): encoding UTF-8"),
        ("seq: [{id: a, type: nothing}]", "/seq/0 (a): unknown type 'nothing'"),
        ("seq: [{type: u1}]", "/seq/0 (without id): a field needs an id"),
        ("seq: [{id: a, type: b4}]", "/seq/0 (a): bits do not fill their byte"),
        ("seq: [{id: a, type: b12}, {id: b, type: b4}]", "/seq/0 (a): 12 bits across a byte"),
        (
            "seq: [{id: a, type: u1, if: version >= 3}, {id: b, type: u1}]",
            "/seq/1 (b): stands behind a field that only version 3 has",
        ),
        (
            "seq: [{id: n, type: u4}, {id: a, size: n}]",
            "/seq/1 (a): n is not an unsigned number of one or two bytes",
        ),
        ("seq: [{id: a, type: u1, repeat: eos}]", "/seq/0 (a): repeated to the end inside"),
    ],
)  # fmt: skip
def test_what_cannot_be_expressed_is_refused_by_path(body: str, complaint: str) -> None:
    """Never silent: such a protocol runs on the reference decoder only."""
    with pytest.raises(UnsupportedError) as refused:
        numba_backend.write(plan(application(one=body), "one: {rows: []}"))

    assert f"toy.ksy: /types/one{complaint}" in str(refused.value)


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ("two: {rows: []}", "/messages/two: no message of type 'two'"),
        ("one: {rows: [], lasst: x}", "/messages/one: unknown key 'lasst'"),
        ("one: {rows: [{sise: a}]}", "/messages/one/rows/0: unknown key 'sise'"),
        ("one: {rows: [{size: b}]}", "/messages/one/rows/0/size: no field 'b' in one"),
        ("one: {rows: [{kind: odrer}]}", "/messages/one/rows/0/kind: 'odrer' is not a constant"),
        ("one: {rows: [{price: a}]}", "/messages/one/rows/0/price: a has no -scale"),
        ("one: {rows: [{price: fine}]}", "/rows/0/price: a scale of -12 is finer"),
        ("one: {rows: [{ts_event: a}]}", "/messages/one/rows/0/ts_event: a has no -unit"),
        ("one: {rows: [{size: text}]}", "/messages/one/rows/0/size: 'text' is not a whole number"),
        ("one: {rows: [{side: {field: a, codes: c}}]}", "/rows/0/side: no table 'c'"),
        ("one: {rows: [{side: {field: b2, codes: {1: bid}}}]}", "/side: b2 has more than one byte"),
        ("one: {rows: [{priority: a, order_count: a}]}", "/rows/0: priority and order_count share"),
        ("one: {rows: [{each: a, rows: []}]}", "/messages/one/rows/0: no group 'a' in one"),
        ("one: {rows: [], last: b}", "/messages/one/last: no field 'b' in one"),
    ],
)
def test_a_map_that_is_wrong_names_its_place(message: str, complaint: str) -> None:
    """Unknown keys, columns, constants, tables and fields are errors."""
    body = """
        seq:
          - {id: a, type: u1}
          - {id: b2, type: u2}
          - {id: text, size: 3}
          - {id: fine, type: u4, -scale: -12}
    """
    with pytest.raises(DescriptionError) as refused:
        plan(application(one=body), message)

    assert complaint in str(refused.value)
    assert str(refused.value).startswith("toy.map.yaml: ")


# --- determinism, readability ---------------------------------------------------------------------
@pytest.mark.parametrize("name", FEEDS)
def test_the_generator_repeats_itself(name: str) -> None:
    """The same description gives the same bytes, and they are the committed ones."""
    first = numba_backend.generate(name)
    plan_of.cache_clear()
    module = ROOT / f"feedhandler/decode/compiled/{name.replace('.', '_')}.py"

    assert numba_backend.generate(name) == first
    assert first == module.read_text("utf-8")


@pytest.mark.parametrize("name", FEEDS)
def test_generated_code_can_be_read(name: str) -> None:
    """Kaitai's type names are there, one function each, and no line is wider than a screen."""
    source = numba_backend.generate(name)

    for message in plan_of(name).application.messages:
        assert f"\ndef {message.record.name}(" in source
    assert max(map(len, source.splitlines())) <= 120


# --- offsets --------------------------------------------------------------------------------------
def compared(record: Record, thing: Any) -> int:
    """How many places of fields were compared with those that Kaitai noted."""
    fixed = []
    for field in record.fields:
        if not is_fixed(field):
            break
        fixed.append(field)
    count, first = 0, None
    for field, position in positions(tuple(fixed)):
        if isinstance(field.kind, Bits) or not hasattr(thing, field.name):
            continue
        start = thing._debug[field.name]["start"]
        first = start - position.offset if first is None else first
        assert (field.path, start - first) == (field.path, position.offset)
        count += 1
    for field in record.fields:
        inner = getattr(thing, field.name, None)
        if isinstance(field.kind, Record) and inner is not None:
            count += sum(compared(field.kind, i) for i in (inner if field.repeat else [inner]))
    return count


@pytest.mark.parametrize(("name", "least"), [("nasdaq.itch50", 150), ("cme.mdp3", 3000)])
def test_offsets_are_those_that_kaitai_reads_at(name: str, least: int) -> None:
    """Every field of every message in every version, against `_debug` of the Kaitai classes."""
    application_plan = plan_of(name).application
    crafter = Crafter(application_plan, seed=3)
    count = 0
    for message in application_plan.messages:
        for version in range(5, 14):
            payload = crafter.message(message, version)
            thing = kaitai_class(application_plan.record.name)(KaitaiStream(BytesIO(payload)))
            thing._read()
            count += compared(message.record, thing.body)

    assert count > least


# --- a protocol made up of what the venues here do not have ---------------------------------------
TOY = application(
    bits="""
        seq:
          - {id: high, type: b3}
          - {id: low, type: b5}
          - {id: wide, type: b16}
          - {id: first, type: b2le}
          - {id: second, type: b6le}
          - {id: tail, type: s2}
    """,
    grown="""
        seq:
          - {id: old, type: u4}
          - {id: newer, type: u2, if: version >= 2}
          - {id: newest, type: s1, -null: -1, if: version >= 3}
    """,
    fixed_entries="""
        seq:
          - {id: num, type: u1}
          - {id: item, type: pair, repeat: expr, repeat-expr: num}
          - {id: behind, type: u2}
        types:
          pair:
            seq: [{id: id, type: u2}, {id: side, type: u1}]
    """,
    text="""
        seq:
          - {id: len_text, type: u1}
          - {id: text, type: str, size: len_text - 1}
          - {id: behind, type: u2}
    """,
    never="""
        seq:
          - {id: num, type: u1}
          - {id: one, type: thing, size: 4, repeat: expr, repeat-expr: 'num == 0xff ? 0 : num'}
        types:
          thing: {seq: [{id: value, type: u2}]}
    """,
    unmapped="seq: [{id: anything, type: u1}]",
)
TOY_MAP = """
bits:
  last: false
  rows: [{order_id: high, size: wide, level: low, priority: tail, side: {field: first, codes: side}, detail: {field: second}}]
grown:
  rows: [{order_id: old, size: newer, detail: {field: newest}, instrument_id: newest}]
fixed_entries:
  rows:
    - {each: item, rows: [{order_id: id, size: behind, side: {field: side, codes: side, other: none}}]}
text:
  rows: [{size: behind}]
never:
  last: num
  rows: [{each: one, rows: [{size: value}]}]
"""
SIDES = "codes: {side: {1: bid, 2: ask}}"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The generated decoder of the made-up protocol."""
    path = tmp_path_factory.mktemp("toy") / "toy_decoder.py"
    path.write_text(numba_backend.write(plan(TOY, TOY_MAP, SIDES)))
    spec = importlib.util.spec_from_file_location("toy_decoder", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of(toy: Any, *messages: bytes) -> tuple[Any, Any]:
    """Rows and output words of messages in one datagram."""
    payload = bytes([len(messages)]) + b"".join(bytes([len(m)]) + m for m in messages)
    memory, rows = np.frombuffer(payload, np.uint8).copy(), np.zeros(32, EVENT)
    context = np.zeros(abi.CONTEXT_WORDS, np.int64)
    status = toy.decode(
        memory.ctypes.data, len(payload), context.ctypes.data, rows.ctypes.data, len(rows)
    )
    return rows[:status], context


def test_bits_in_either_order(toy: Any) -> None:
    """Big-endian bits come from the top of a byte, little-endian ones from its bottom."""
    bits = struct.pack(">BHBh", 0b101_10011, 0x1234, 0b000011_10, -2)

    rows, _ = rows_of(toy, b"\x01\0" + bits)

    names = ("order_id", "size", "level", "priority", "side", "detail", "flags")
    assert [tuple(int(row[n]) for n in names) for row in rows] == [
        (0b101, 0x1234, 0b10011, 2**64 - 2, Side.ASK, 3, 0)
    ]


@pytest.mark.parametrize(
    ("version", "size", "expected"),
    [
        (1, 4, [(9, UNDEF_SIZE, 0, 0)]),
        (2, 6, [(9, 7, 0, 0)]),
        (3, 7, [(9, 7, 0xFE, 2**32 - 2)]),
        (1, 3, []),
        (2, 5, []),
        (3, 6, []),
    ],
)
def test_a_version_decides_what_is_there(
    toy: Any, version: int, size: int, expected: list[tuple[int, ...]]
) -> None:
    """A field of a later version is absent before it, whatever the bytes in its place."""
    message = bytes([2, version]) + struct.pack(">IHb", 9, 7, -2)[:size]

    rows, context = rows_of(toy, message)

    names = ("order_id", "size", "detail", "instrument_id")
    assert [tuple(int(row[n]) for n in names) for row in rows] == expected
    assert context[abi.MALFORMED_MESSAGE] == (not expected)


def test_a_null_of_a_signed_byte(toy: Any) -> None:
    """It is no code and no number."""
    rows, _ = rows_of(toy, b"\x02\x03" + struct.pack(">IHb", 9, 7, -1))

    assert (rows[0]["detail"], rows[0]["instrument_id"]) == (0, 0)


def test_parts_of_varying_length(toy: Any) -> None:
    """Entries without a stated size, text behind its length, a count that means none."""
    entries = b"\x03\0\x02" + struct.pack(">HBHBH", 5, 1, 6, 9, 77)
    text = b"\x04\0\x04abc" + struct.pack(">H", 88)
    none, some = b"\x05\0\xff", b"\x05\0\x01" + struct.pack(">HH", 99, 0)

    rows, context = rows_of(toy, entries, text, none, some, entries[:-1], text[:-1], b"\x04\0\0")

    assert rows["size"].tolist() == [77, 77, 88, UNDEF_SIZE, 99]
    assert rows["side"].tolist() == [Side.BID, *[Side.NONE] * 4]
    assert rows["flags"].tolist() == [0, *[Flag.LAST] * 4]
    assert rows["kind"].tolist() == [0, 0, 0, Kind.END, 0]
    assert context[abi.MALFORMED_MESSAGE] == 3


def test_a_message_without_a_map_shows_as_other(toy: Any) -> None:
    """Nothing that the description knows vanishes."""
    rows, _ = rows_of(toy, b"\x06\0\x01")

    assert [(int(r["kind"]), int(r["size"]), int(r["action"])) for r in rows] == [
        (Kind.OTHER, 6, Action.NONE)
    ]
