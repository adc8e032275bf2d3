"""Published FAST templates: operator scripts with rows of values, and files that other implementations test with.

They are laid beside the published captures (`schemas/fast-tests`); nothing of them is copied here.
"""

import os
import random
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

import pytest
from fast_random import Messages

from feedhandler.decode.fast.compiled import CompiledDecoder
from feedhandler.decode.fast.encoder import Encoder
from feedhandler.decode.fast.interpreter import Interpreter, Message
from feedhandler.decode.fast.plan import INTEGERS, Parts, Plan, Scalar, Type
from feedhandler.decode.fast.templates import TemplateError, read_plan
from feedhandler.jit import JIT_ON

CAPTURES = os.environ.get("FEEDHANDLER_REAL_CAPTURES")
FOLDER = Path(CAPTURES or "/nonexistent").parent / "schemas/fast-tests"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="FEEDHANDLER_REAL_CAPTURES is not set, or has no schemas beside it"
)
SCRIPTS = sorted(FOLDER.glob("libtrading-scripts/*Operator"))
FILES = sorted([*FOLDER.glob("mfast/*.xml"), *FOLDER.glob("rs-fastlib/*.xml")])

TYPES = ("uInt32", "int32", "uInt64", "int64", "decimal", "string", "byteVector")
REFUSED = {  # instructions that one implementation has, a name space that is not declared, a second file
    **dict.fromkeys(
        ("tests_simple16.xml", "tests_simple18.xml", "tests_simple19.xml"),
        "<field> is no instruction",
    ),
    "tests_simple17.xml": "<timestamp> is no instruction",
    "tests_simple7.xml": "unbound prefix",
    "tests_test2.xml": "D8 .*SampleInfo",
}


def named(text: bytes) -> bytes:
    """Names, ids, and a dictionary for each template where the file leaves them out or shares them."""
    text = re.sub(rb"^\s*<\?xml.*?\?>", b"", text)  # in some it is not well-formed
    root = fromstring(text)
    for number, template in enumerate(root, 1):
        template.attrib.setdefault("id", str(100 + number))
        template.attrib.setdefault("name", f"T{number}")
        template.attrib.setdefault("dictionary", "template")
        for place, field in enumerate(template.iter()):
            if field.tag.rpartition("}")[2] in (*TYPES, "sequence"):
                field.attrib.setdefault("name", f"field {place}")
    return tostring(root)


def row_of(plan: Plan, line: str) -> dict[str, Any]:
    """The values of a script's row; a decimal is two numbers there, exponent and mantissa."""
    told = iter(line.split(","))
    values: dict[str, Any] = {}
    for field in plan.templates[0].body.instructions:
        text = next(told)
        if text == "none":
            values[field.name] = None
        elif isinstance(field, Parts) or (isinstance(field, Scalar) and field.type is Type.DECIMAL):
            values[field.name] = int(next(told)), int(text)
        elif isinstance(field, Scalar) and field.type in INTEGERS:
            values[field.name] = int(text)
        else:
            values[field.name] = text.encode()
    assert next(told, None) is None
    return values


@pytest.mark.parametrize("script", SCRIPTS, ids=[each.name for each in SCRIPTS])
def test_operator_scripts(script: Path) -> None:
    """Rows of values one after the other: encoded, and decoded to the same by both decoders."""
    plan = read_plan(named(script.with_name(f"{script.name}.xml").read_bytes()))
    for lavish in (False, True):
        encoder = Encoder(plan, lambda wanted=lavish: wanted)
        decoders = Interpreter(plan), CompiledDecoder(plan)
        rows = [line for line in script.read_text().split() if line]
        assert rows
        for line in rows:
            message = Message("T1", 101, row_of(plan, line))
            raw = encoder.encode(message)
            assert [each.decode(raw) for each in decoders] == [(message, len(raw))] * 2


@pytest.mark.parametrize("path", FILES, ids=[each.name for each in FILES])
def test_template_files(path: Path) -> None:
    """Each file gives a plan through which random messages go and come back, or is refused for a known reason."""
    if path.name in REFUSED:
        with pytest.raises((TemplateError, SyntaxError), match=REFUSED[path.name]):
            read_plan(named(path.read_bytes()), path.name)
        return
    plan = read_plan(named(path.read_bytes()), path.name)
    if not plan.templates:
        pytest.skip("no template has an id")
    messages, decoder = Messages(plan, random.Random(1)), Interpreter(plan)
    fast = None if JIT_ON else CompiledDecoder(plan)  # compiling them all takes minutes
    for _ in range(40):
        wanted, raw = messages.message()
        assert decoder.decode(raw) == (wanted, len(raw))
        assert fast is None or fast.decode(raw) == (wanted, len(raw))
