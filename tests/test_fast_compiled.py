"""Generated FAST decoders against the interpreter: the same values, failures and remarks for any bytes."""

import hashlib
import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import fast_random
import fast_vectors as vectors
import pytest
from cli_runs import feedhandler as run_cli
from fast_vectors import document, plain, template
from guarded import Guarded

from feedhandler.bench.fast import load
from feedhandler.decode.fast.compiled import CompiledDecoder
from feedhandler.decode.fast.interpreter import Interpreter
from feedhandler.decode.fast.plan import Plan
from feedhandler.decode.fast.reasons import FastError, Reason
from feedhandler.decode.fast.templates import load_plan, read_plan
from feedhandler.jit import JIT_ON

REAL = Path(os.environ.get("FEEDHANDLER_REAL_CAPTURES") or "/nonexistent")
# Compiling a plan takes a second and more, so with the JIT there is one for all stories and few random ones.
SEEDS = range(2) if JIT_ON else range(150)
DEFAULTS = '<uInt32 name="f0"><default value="0"/></uInt32>' + "".join(
    f'<uInt32 name="f{n}" presence="optional"><constant value="{n}"/></uInt32>'
    for n in range(1, 60)
)
LONG_MAP = (
    f'{DEFAULTS}<decimal name="d" presence="optional"><exponent><copy value="1"/></exponent><mantissa><copy/>'
    '</mantissa></decimal><uInt32 name="z"><default value="1"/></uInt32>'
)
LONG_GROUP = f'<group name="g"><uInt32 name="a"/>{LONG_MAP}</group><uInt32 name="b"/>'
STORIES = [
    *vectors.ALL,
    ("map beyond a word", LONG_MAP, [
        ("c0 81", Reason.NO_VALUE),
        ("40 00 00 00 00 00 00 00 81 81 85", {"f0": 0, "z": 1, "d": (5, 1)}),
        ("40 00 00 00 00 00 00 00 02 c0 81 82 87", {"f0": 0, "z": 7, "d": (5, 1)}),
        ("40 00 00 00 00 00 00 00 82 81 80", {"f0": 0, "z": 1}),
        ("40 00 00 00 00 00 00 00 83 81 80 89", {"f0": 0, "z": 9}),
        ("60 00 00 00 00 00 00 00 84 81 83", {"f0": 3, "f59": 59, "z": 1}),
        ("40 00 00 00 00 00 00 00 01 90 81 80", {"f0": 0, "z": 0}),
    ]),
    ("map of a group beyond a word", LONG_GROUP, [
        ("c0 81 40 00 00 00 00 00 00 00 83 83 84 85 86 82",
         {"g": {"a": 3, "f0": 4, "d": (5, 1), "z": 6}, "b": 2}),
    ]),
]  # fmt: skip


def outcome(decoder: Any, raw: bytes) -> Any:
    """The message and its length, or the reason why there is none."""
    try:
        return decoder.decode(raw)
    except FastError as error:
        return error.reason


@pytest.fixture(scope="module")
def stories() -> Plan:
    """Every story's template in one plan, the first of id 1."""
    made = [
        template(fields, number, ' dictionary="template"')
        for number, (_, fields, _) in enumerate(STORIES, 1)
    ]
    return read_plan(document(*made))


def test_every_story(stories: Plan) -> None:
    """The stories of the rules, in the generated decoder of a plan that holds all their templates."""
    decoder, judge = CompiledDecoder(stories), Interpreter(stories)
    for number, (name, _, story) in enumerate(STORIES, 1):
        for message, value in story:
            raw = bytearray.fromhex(message)
            at = next(place for place, byte in enumerate(raw) if byte & 0x80) + 1
            assert raw[at] == 0x81
            raw[at] = 0x80 | number
            found = outcome(decoder, bytes(raw))

            assert found == outcome(judge, bytes(raw)), (name, message)
            alone = value if isinstance(value, dict | Reason) else plain({"v": value})
            values = found if isinstance(found, Reason) else plain(found[0].values)
            assert values == alone, (name, message)
    assert decoder.remarks == judge.remarks
    assert {Reason(n).name for n, count in enumerate(judge.remarks) if count} >= {
        "DECIMAL_RANGE", "NOT_UTF8", "OVERLONG_INTEGER", "OVERLONG_TEXT",
    }  # fmt: skip


def damaged(raw: bytes, rng: random.Random) -> bytes:
    """A message with some bytes changed, cut or added."""
    made = bytearray(raw)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(made) + 1)
        what = rng.random()
        if what < 0.6 and at < len(made):
            made[at] = rng.choice((rng.randrange(256), 0, 0x80, 0xFF, 0x7F))
        elif what < 0.8:
            del made[at:]
        else:
            made[at:at] = rng.randbytes(3)
    return bytes(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_templates(seed: int) -> None:
    """Random templates and messages: the encoder's bytes give the message back, in both; so do damaged ones."""
    plan, messages = fast_random.made(seed, fields=80 if seed % 50 == 49 else 8)
    fast, slow = CompiledDecoder(plan), Interpreter(plan)
    rng = random.Random(seed)
    for _ in range(40):
        wanted, raw = messages.message()
        assert outcome(slow, raw) == (wanted, len(raw))
        assert outcome(fast, raw) == (wanted, len(raw))
    for _ in range(120):
        raw = damaged(messages.message()[1], rng)
        assert outcome(fast, raw) == outcome(slow, raw), raw.hex()
    assert fast.remarks == slow.remarks


def test_nothing_is_read_beyond_the_message(stories: Plan) -> None:
    """Messages cut at every place, right before memory that cannot be read."""
    guard, decoder = Guarded(), CompiledDecoder(stories)
    memory = decoder.memory
    for number, (_, _, story) in enumerate(STORIES, 1):
        for message, _ in story:
            raw = bytearray.fromhex(message)
            raw[next(place for place, byte in enumerate(raw) if byte & 0x80) + 1] = 0x80 | number
            for length in range(len(raw) + 1):
                decoder.reset()
                judge = outcome(Interpreter(stories), bytes(raw[:length]))
                memory.state[0] = -1
                used = decoder.module.read(
                    guard.place(bytes(raw[:length])), length, memory.state.ctypes.data,
                    memory.out.ctypes.data, 0,
                )  # fmt: skip
                assert (used > 0) == isinstance(judge, tuple)
                assert used > 0 or Reason(-used) is judge


@pytest.mark.parametrize(
    ("templates", "messages"),
    [
        ([("<templateRef/>", ""), ('<uInt32 name="v"/>', "")],
         ["c0 81 " + "80 " * 20, "c0 81 c0 81 c0 81", "c0 81 c0 81 c0 82 85"]),
        ([('<uInt32 name="v"><copy/></uInt32>', ""), ('<templateRef/><uInt32 name="b"/>', "")],
         ["80", "c0 82 e0 81 85 82", "80", "c0 82 80 c0 82", "c0 83"]),
        ([('<uInt32 name="v"><copy/></uInt32>', ""), ("", ' reset="yes"')],
         ["e0 81 85", "80", "c0 82", "80", "c0 81"]),
        ([('<sequence name="s"><uInt32 name="a"><constant value="1"/></uInt32></sequence>', "")],
         ["c0 81 0f 7f 7f 7f ff", "c0 81 83", "c0 81 07 80 80"]),
        ([('<sequence name="s"><string name="v"><copy value="0123456789abcdef"/></string></sequence>', "")],
         ["c0 81 20 81" + "80" * 4097, "c0 81 82 80 80"]),
        ([('<byteVector name="v"/>', "")], ["c0 81 20 81" + "00" * 4097, "c0 81 20 80" + "00" * 4096]),
        ([('<string name="v"><delta/></string>', "")],
         ["c0 81 80 " + "41" * 4095 + "c1", "c0 81 80 c1", "c0 81 81 c1"]),
    ],
)  # fmt: skip
def test_structures_and_limits(templates: list[tuple[str, str]], messages: list[str]) -> None:
    """References, resets and limits: value by value, failure by failure as the interpreter has them."""
    plan = read_plan(document(*(template(f, n, a) for n, (f, a) in enumerate(templates, 1))))
    fast, slow = CompiledDecoder(plan), Interpreter(plan)

    found = [outcome(fast, bytes.fromhex(message)) for message in messages]

    assert found == [outcome(slow, bytes.fromhex(message)) for message in messages]
    assert any(isinstance(each, tuple) for each in found)


# --- real streams ---------------------------------------------------------------------------------
def line_of(message: Any, entry: dict[str, Any]) -> str:
    """An entry as the published digest has it."""
    price, change = entry["MDEntryPx"], entry["NetChgPrevDay"]
    told = [
        message.values["MsgSeqNum"], entry["MDUpdateAction"], entry["MDPriceLevel"],
        entry["MDEntryType"], entry["OpenCloseSettleFlag"], entry["SecurityID"], entry["RptSeq"],
        *price, entry["MDEntryTime"], entry["MDEntrySize"], entry["NumberOfOrders"],
        entry["TradingSessionID"], *(change or (None,)), entry["TradeVolume"],
        entry["TradeCondition"], entry["TickDirection"], entry["QuoteCondition"],
        entry["AggressorSide"], entry["MatchEventIndicator"],
    ]  # fmt: skip
    texts = ("" if v is None else v.decode() if isinstance(v, bytes) else str(v) for v in told)
    return ",".join(texts) + "\n"


@pytest.mark.skipif(not REAL.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set")
def test_published_stream() -> None:
    """A published synthetic stream, 30,001 messages: every field by both engines, and the published digest.

    The interpreter takes 0.6 ms a message, so all of them take 20 s.
    """
    folder = REAL / "mfast"
    expected = json.loads((folder / "expected.json").read_text())
    plan = load_plan(folder / "example.xml")
    memory, messages = load(str(folder / "complex30000.dat"))
    data, digest, templates = memory.tobytes(), hashlib.sha256(), Counter[str]()
    fast, slow = CompiledDecoder(plan), Interpreter(plan)
    assert len(messages) == sum(expected["messages_by_template"].values()) == 30_001
    for at, length in messages.tolist():
        message, taken = fast.decode(data[at : at + length])
        assert taken == length
        assert slow.decode(data[at : at + length]) == (message, taken)
        templates[message.template] += 1
        for entry in message.values.get("MDEntries") or ():
            digest.update(line_of(message, entry).encode())

    assert templates == expected["messages_by_template"]
    assert digest.hexdigest() == expected["entries_sha256"]
    assert fast.remarks == slow.remarks == [0] * len(fast.remarks)


def test_bench_counts_and_compares(tmp_path: Path) -> None:
    """`bench fast` decodes every message of a file, and refuses what is no such file."""
    xml, data = tmp_path / "t.xml", tmp_path / "m.dat"
    xml.write_text(document(template('<uInt32 name="v"><copy/></uInt32>')))
    data.write_bytes(b"".join(len(m).to_bytes(4, "little") + m for m in (b"\xe0\x81\x85", b"\x80")))

    told = run_cli("bench", "fast", str(data), "--templates", str(xml), "--runs", "1", "--json")
    assert told.exit_code == 0
    measured = json.loads(told.stdout)["measurements"][0]
    assert (measured["count"], measured["bytes"], measured["compared"]) == (2, 4, 2)

    data.write_bytes(data.read_bytes()[:-1])
    assert run_cli("bench", "fast", str(data), "--templates", str(xml)).exit_code == 1
    xml.write_text("<other/>")
    assert run_cli("bench", "fast", str(data), "--templates", str(xml)).exit_code == 1
    assert (
        run_cli("bench", "fast", str(data), "--templates", str(tmp_path / "no.xml")).exit_code == 3
    )
