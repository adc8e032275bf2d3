"""Step 0 of `make protocols`: what the Kaitai compiler would let pass and we would regret.

Every rule here stands for a fault that compiles, and that reaches the end of a packet without an
error: a field that vanished because an enum took its class's name, flags in reverse order, a group
entry that ignored the sender's length, an annotation spelled wrong and so silently ignored.
A problem is one line: file, place in the file, what is wrong.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from feedhandler.decode.description import (
    SHARED,
    DescriptionError,
    bit_width,
    camel_case,
    load_yaml,
)
from feedhandler.decode.layout import read_layout
from feedhandler.decode.tree import UnsupportedError

KS_VERSION: Final = "0.11"
LICENSES: Final = ("MIT",)
ENCODING: Final = "ISO-8859-1"


META_ORDER: Final = (
    "id", "title", "application", "license", "ks-version", "imports", "encoding", "endian",
    "bit-endian", "-venue", "-protocol", "-schema-version", "-sbe-schema-id",
    "-sbe-schema-version",
)  # fmt: skip
META_REQUIRED: Final = (
    "id", "title", "application", "license", "ks-version", "endian",
    "-venue", "-protocol", "-schema-version",
)  # fmt: skip
TOP_KEYS: Final = ("meta", "doc", "doc-ref", "seq", "types", "enums")
TYPE_KEYS: Final = (*TOP_KEYS[1:], "params", "instances", "-template-id", "-orig-id")
ATTRIBUTE_KEYS: Final = (
    "id", "type", "size", "size-eos", "encoding", "terminator", "pad-right", "enum", "if",
    "repeat", "repeat-expr", "repeat-until", "doc", "doc-ref",
    "-null", "-scale", "-unit", "-since-version", "-orig-id", "-fix-tag",
)  # fmt: skip
INSTANCE_KEYS: Final = ("value", "enum", "doc", "-orig-id", "-fix-tag")
UNITS: Final = (
    "ns_since_epoch", "us_since_epoch", "ms_since_epoch", "s_since_epoch", "days_since_epoch",
    "ns_since_midnight", "s_since_midnight", "ns", "us", "ms", "s",
)  # fmt: skip

_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ENCODING_RULE: Final = f"must be {ENCODING}: by any other a stray byte makes a message unreadable"
_VERSION_TEST: Final = re.compile(r"\bversion\s*>=\s*(\d+)\b")


def lint(root: Path) -> list[str]:
    """Every problem of every description under `protocols/`."""
    paths = sorted(root.glob("*/*.ksy"))
    names = [path.stem for path in paths]
    return [
        *(problem for path in paths for problem in lint_file(path)),
        *(
            f"{_short(path)}: two venues have a protocol of this name"
            for path in paths
            if names.count(path.stem) > 1
        ),
    ]


def lint_file(path: Path) -> list[str]:
    """The problems of one description."""
    short = _short(path)
    try:
        document = load_yaml(path.read_text("utf-8"), short)
    except DescriptionError as error:
        return [str(error)]
    problems = [f"{short}: {problem}" for problem in _document(document, path)]
    return problems or ([] if _is_shared(path) else _outside_subset(document, short))


def _is_shared(path: Path) -> bool:
    """Whether a description is of no venue: entities that other code reads, without events of its own."""
    return path.parent.name == SHARED


def _outside_subset(document: Mapping[str, Any], short: str) -> list[str]:
    """The first construct that the compiled decoder cannot express."""
    try:
        read_layout(document, short)
    except UnsupportedError as error:
        return [str(error)]
    return []


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _document(document: Mapping[str, Any], path: Path) -> Iterator[str]:
    for key in document:
        if key not in TOP_KEYS:
            yield _unknown(key)
    if not _is_shared(path) and not path.with_name(f"{path.stem}.map.yaml").is_file():
        yield f"no {path.stem}.map.yaml beside it"
    meta = document.get("meta", {})
    yield from _meta(meta, path)
    reference = document.get("doc-ref")
    if not isinstance(reference, str) or not reference.startswith("https://"):
        yield "doc-ref: must name the public specification (https://...)"
    if "doc" not in document:
        yield "doc: missing"
    yield from _type(document, "", sbe="-sbe-schema-id" in meta)
    yield from _equal_names(document, "")
    if "bit-endian" not in meta and any(bit_width(each) for each in _attributes(document)):
        yield "meta.bit-endian: missing, and bit fields are used"
    if "-sbe-schema-id" in meta:
        yield from _root_blocks(document)


def _meta(meta: Mapping[str, Any], path: Path) -> Iterator[str]:
    for key in meta:
        if key not in META_ORDER:
            yield f"meta: {_unknown(key)}"
    for key in META_REQUIRED:
        if key not in meta:
            yield f"meta.{key}: missing"
    order = [key for key in META_ORDER if key in meta]
    if order != [key for key in meta if key in META_ORDER]:
        yield f"meta: keys stand in the order {', '.join(order)}"
    if meta.get("encoding", ENCODING) != ENCODING:
        yield f"meta.encoding: {_ENCODING_RULE}"
    expected = {
        "id": (path.stem,), "ks-version": (KS_VERSION,), "license": LICENSES,
        "-venue": (path.parent.name,), "endian": ("be", "le"), "bit-endian": ("be", "le"),
    }  # fmt: skip
    for key, allowed in expected.items():
        if key in meta and meta[key] not in allowed:
            yield f"meta.{key}: is {meta[key]!r}, not {' or '.join(allowed)}"


def _type(document: Mapping[str, Any], where: str, *, sbe: bool) -> Iterator[str]:
    """A type and all that it holds; `where` is empty for the file itself."""
    for key in document if where else ():
        if key not in TYPE_KEYS:
            yield f"{where}{_unknown(key)}"
    for name, body in document.get("types", {}).items():
        yield from _name(name, f"{where}types.{name}")
        yield from _type(body, f"{where}types.{name}: ", sbe=sbe)
    for name, codes in document.get("enums", {}).items():
        yield from _name(name, f"{where}enums.{name}")
        yield from _enum(codes, f"{where}enums.{name}")
    for name, instance in document.get("instances", {}).items():
        for key in instance:
            if key not in INSTANCE_KEYS:
                yield f"{where}instances.{name}: {_unknown(key)}"
    yield from _seq(document.get("seq", ()), where, sbe=sbe)


def _seq(attributes: Sequence[Mapping[str, Any]], where: str, *, sbe: bool) -> Iterator[str]:
    names = [attribute.get("id") for attribute in attributes]
    for i, attribute in enumerate(attributes):
        place = f"{where}seq.{names[i] or i}"
        if names[i] in names[:i]:
            yield f"{place}: a second field of this name"
        for problem in (*_attribute(attribute), *_decimal(attribute), *_length(attribute, sbe=sbe)):
            yield f"{place}: {problem}"


def _attribute(attribute: Mapping[str, Any]) -> Iterator[str]:
    """Keys, names and annotations."""
    yield from _name(attribute.get("id", ""), "id")
    for key in attribute:
        if key not in ATTRIBUTE_KEYS:
            yield _unknown(key)
    if attribute.get("encoding", ENCODING) != ENCODING:
        yield f"encoding: {_ENCODING_RULE}"
    for key in ("-null", "-since-version"):
        if key in attribute and type(attribute[key]) is not int:
            yield f"{key}: is {attribute[key]!r}, not an integer"
    if "-unit" in attribute and attribute["-unit"] not in UNITS:
        yield f"-unit: {attribute['-unit']!r} is not one of {', '.join(UNITS)}"
    since = attribute.get("-since-version")
    tested = _VERSION_TEST.search(str(attribute.get("if", "")))
    if since is not None and (tested is None or int(tested[1]) != since):
        yield f"-since-version: needs `if: version >= {since}`"
    if tested is not None and since is None:
        yield f"needs `-since-version: {tested[1]}`"


def _decimal(attribute: Mapping[str, Any]) -> Iterator[str]:
    """Prices and scales are integers, all the way."""
    if "-scale" in attribute and type(attribute["-scale"]) is not int:
        yield f"-scale: is {attribute['-scale']!r}, not an integer power of ten"
    name = attribute.get("type")
    if isinstance(name, str) and re.fullmatch(r"f[48](le|be)?", name):
        words = set(str(attribute.get("id", "")).split("_"))
        if "-scale" in attribute or words & {"price", "px", "rate", "amount"}:
            yield "a price is an integer and a power of ten, never a float"


def _length(attribute: Mapping[str, Any], *, sbe: bool) -> Iterator[str]:
    """SBE: a block and a group entry are as long as the sender says, not as we know them."""
    if not sbe:
        return
    size = str(attribute.get("size", ""))
    if attribute.get("id") == "block" and size != "block_length":
        yield "size: must be block_length, the length that was sent"
    counted = str(attribute.get("repeat-expr", ""))
    if attribute.get("repeat") == "expr":
        dimension = counted.rpartition(".")[0]
        if not dimension or size != f"{dimension}.block_length":
            sent = f"{dimension or '<dimension>'}.block_length"
            yield f"size: must be {sent}, the length that was sent"


def _root_blocks(document: Mapping[str, Any]) -> Iterator[str]:
    """SBE: each message that the top level selects begins with its sized block."""
    for attribute in document.get("seq", ()):
        switch = attribute.get("type")
        if not isinstance(switch, dict):
            continue
        for case in switch.get("cases", {}).values():
            name = str(case).partition("(")[0]
            seq = document.get("types", {}).get(name, {}).get("seq", ())
            if seq and seq[0].get("size") != "block_length":
                yield f"types.{name}: its root block must come first, with size: block_length"


def _enum(codes: Mapping[Any, Any], where: str) -> Iterator[str]:
    for code, value in codes.items():
        if not isinstance(code, int):
            yield f"{where}: code {code!r} is not an integer"
        name = value.get("id") if isinstance(value, dict) else value
        if not isinstance(name, str):
            yield f"{where}: {name!r} of code {code!r} is no name (write it in quotes)"
        else:
            yield from _name(name, f"{where}.{name}")
        for key in value if isinstance(value, dict) else ():
            if key not in ("id", "doc", "-orig-id"):
                yield f"{where}.{name}: {_unknown(key)}"


def _equal_names(document: Mapping[str, Any], where: str) -> Iterator[str]:
    """An enum and a type of one name become two classes of one name, and the later wins."""
    types = {camel_case(name): name for name in document.get("types", {})}
    for enum in document.get("enums", {}):
        if camel_case(enum) in types:
            yield f"{where}enums.{enum}: a type has this name too; one of the classes would vanish"
    for name, body in document.get("types", {}).items():
        yield from _equal_names(body, f"{where}types.{name}: ")


def _attributes(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from document.get("seq", ())
    for body in document.get("types", {}).values():
        yield from _attributes(body)


def _name(name: str, where: str) -> Iterator[str]:
    if not _SNAKE.fullmatch(name):
        yield f"{where}: {name!r} is not snake_case"


def _unknown(key: str) -> str:
    return f"unknown annotation {key}" if key.startswith("-") else f"unknown key {key}"
