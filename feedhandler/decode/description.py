"""A protocol's `.ksy` and `.map.yaml` as data: what the Kaitai classes do not know of themselves.

The classes know where a field lies; scale, null, unit and enum stand in the description only. An
object of a class finds its description by the class's name, which the Kaitai compiler makes from
the type's name in one fixed way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Final

import yaml

from feedhandler.decode.catalog import PACKAGE, venues

REFERENCE: Final = "feedhandler.decode.reference"
SHARED: Final = "common"  # the folder of descriptions that are of no venue


class DescriptionError(ValueError):
    """A description that cannot be read; the text names file and place."""


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML where a key written twice is an error: PyYAML would silently keep the last."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            message = f"line {key.start_mark.line + 1}: {key.value!r} is written twice"
            raise DescriptionError(message)
        seen.add(key.value)
    loader.flatten_mapping(node)
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_yaml(text: str, path: str) -> dict[str, Any]:
    """The mapping that a YAML text holds."""
    try:
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, DescriptionError) as error:
        message = f"{path}: {error}"
        raise DescriptionError(message) from error
    if not isinstance(document, dict):
        message = f"{path}: not a mapping"
        raise DescriptionError(message)
    return document


@cache
def folder(protocol: str) -> str:
    """The venue whose folder holds `<protocol>.ksy`."""
    for venue in (*venues(), SHARED):
        if (files(PACKAGE) / venue / f"{protocol}.ksy").is_file():
            return venue
    message = f"no description {protocol}.ksy under protocols/"
    raise DescriptionError(message)


@cache
def read_ksy(protocol: str) -> dict[str, Any]:
    """`<protocol>.ksy` as parsed YAML."""
    return _read(protocol, ".ksy")


@cache
def read_map(protocol: str) -> dict[str, Any]:
    """`<protocol>.map.yaml` as parsed YAML."""
    return _read(protocol, ".map.yaml")


def ends_sessions(transport: str) -> bool:
    """Whether a transport tells the end of a session; FAST has no map of its own."""
    described = (files(PACKAGE) / folder(transport) / f"{transport}.map.yaml").is_file()
    return described and "end_of_session" in read_map(transport)["transport"]


def _read(protocol: str, suffix: str) -> dict[str, Any]:
    source = files(PACKAGE) / folder(protocol) / f"{protocol}{suffix}"
    return load_yaml(source.read_text("utf-8"), f"{folder(protocol)}/{protocol}{suffix}")


@dataclass(frozen=True, slots=True)
class TypeDescription:
    """One type of a `.ksy`: its attributes in order, and what `-key`s say of it."""

    name: str
    attributes: tuple[Mapping[str, Any], ...]
    exponent: int | None = None  # of a decimal: a mantissa and a constant power of ten
    bit_order: str = "be"
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bits(self) -> tuple[int, ...]:
        """Width of each attribute where there are several and all are bit fields, else nothing."""
        widths = tuple(bit_width(attribute) for attribute in self.attributes)
        return widths if len(widths) > 1 and all(widths) else ()


def bit_width(attribute: Mapping[str, Any]) -> int:
    """N of an attribute of type bN, 0 of any other."""
    name = attribute.get("type")
    if isinstance(name, str) and name[0] == "b" and name[1:].rstrip("lbe").isdigit():
        return int(name[1:].rstrip("lbe"))
    return 0


def kaitai_class(protocol: str) -> type[Any]:
    """The generated class that reads this protocol."""
    found: type[Any] = getattr(import_module(f"{REFERENCE}.{protocol}"), camel_case(protocol))
    return found


def describe(thing: Any) -> TypeDescription:
    """The description of the type that this Kaitai object was read by."""
    protocol = type(thing).__module__.rsplit(".", 1)[-1]
    return types(protocol)[type(thing).__qualname__]


@cache
def types(protocol: str) -> dict[str, TypeDescription]:
    """Every type of a protocol by the qualified name of its Kaitai class."""
    document = read_ksy(protocol)
    order = document["meta"].get("bit-endian", "be")
    return dict(_types(document, protocol, camel_case(protocol), order))


def _types(
    document: Mapping[str, Any], name: str, qualified: str, bit_order: str
) -> Iterator[tuple[str, TypeDescription]]:
    order = document.get("meta", {}).get("bit-endian", bit_order)
    exponent = document.get("instances", {}).get("exponent", {}).get("value")
    yield (
        qualified,
        TypeDescription(
            name=name,
            attributes=tuple(document.get("seq", ())),
            exponent=exponent if isinstance(exponent, int) else None,
            bit_order=order,
            notes={key: value for key, value in document.items() if key.startswith("-")},
        ),
    )
    for inner, body in document.get("types", {}).items():
        yield from _types(body, inner, f"{qualified}.{camel_case(inner)}", order)


def message_lengths(protocol: str) -> dict[int, int]:
    """Length of each message of a protocol of fixed layouts, by the code that selects it.

    For files whose length prefixes are 0: the type is then the only one to tell.
    """
    document = read_ksy(protocol)
    inside = types(protocol)
    root = camel_case(protocol)
    head, body = inside[root].attributes
    codes = {name: code for code, name in document["enums"][head["enum"]].items()}
    return {
        codes[case.partition("::")[2]]: size_of(head, protocol) + _sum(name, protocol)
        for case, name in body["type"]["cases"].items()
    }


def size_of(attribute: Mapping[str, Any], protocol: str) -> int:
    """Bytes that an attribute of fixed size takes."""
    name = attribute.get("type", "")
    if "size" in attribute:
        return int(attribute["size"])
    if bit_width(attribute):
        return bit_width(attribute) // 8
    if f"{camel_case(protocol)}.{camel_case(name)}" in types(protocol):
        return _sum(name, protocol)
    return int(name[1])


def _sum(name: str, protocol: str) -> int:
    inside = types(protocol)[f"{camel_case(protocol)}.{camel_case(name)}"]
    return sum(size_of(attribute, protocol) for attribute in inside.attributes)


def camel_case(name: str) -> str:
    """A type's name as the Kaitai compiler writes it in Python: add_order -> AddOrder."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
