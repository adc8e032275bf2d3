"""The message types of a feed, from its descriptions: their names, their codes, the events that they become."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import click

from feedhandler.decode.catalog import Feed
from feedhandler.decode.description import read_ksy, read_map
from feedhandler.decode.mapping import Application, Constant, Each, Row, Source, read_application
from feedhandler.event import Kind


@dataclass(frozen=True, slots=True)
class Template:
    """One type of message: `code` selects it, `kinds` are the Event kinds that it becomes."""

    code: int
    name: str
    is_text: bool  # the code is a character
    mapped: bool  # the map says what it means; otherwise it is one row of kind `other`
    kinds: tuple[str, ...]
    definition: bool

    @property
    def text(self) -> str:
        """The code as the specification writes it."""
        return chr(self.code) if self.is_text else str(self.code)


@cache
def templates(feed: Feed) -> tuple[Template, ...]:
    """Every type of message that the feed's description can read, by code."""
    if feed.is_fast:
        return _of_templates(feed)
    document = read_ksy(feed.application)
    place = f"{feed.application}.map.yaml"
    application = read_application(read_map(feed.application), place)
    cases = dict(_cases(document))
    is_text = all(0x21 <= code < 0x7F for code in cases) and _is_coded(document)
    return tuple(
        _template(code, name, application, is_text=is_text) for code, name in sorted(cases.items())
    )


def _of_templates(feed: Feed) -> tuple[Template, ...]:
    """The FAST templates of a feed."""
    from feedhandler.decode.fast.feeds import application_of, plan_of  # noqa: PLC0415

    application = application_of(feed)
    found = sorted((each.id, each.name) for each in plan_of(feed).plan.templates)
    return tuple(
        replace(_template(code, str(code), application, is_text=False), name=name)
        for code, name in found
    )


def wanted(feed: Feed, asked: Iterable[str]) -> frozenset[int]:
    """The codes that `--template` asks for, by name, number or character."""
    known = templates(feed)
    codes: set[int] = set()
    for text in asked:
        found = [each.code for each in known if text in {each.name, each.text, str(each.code)}]
        if not found and text.isascii() and text.isdigit():
            found = [int(text)]  # an unknown one: it is shown as such
        if not found:
            names = [each.name for each in known]
            near = difflib.get_close_matches(text, names, 3) or [
                name for name in names if text in name
            ]
            hint = f"did you mean {', '.join(near[:3])}?" if near else "see `protocols show`"
            raise click.UsageError(f"--template {text}: {feed.name} has no such message; {hint}")
        codes.update(found)
    return frozenset(codes)


def _switch(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attribute whose type another one selects."""
    return next(each for each in document["seq"] if isinstance(each.get("type"), dict))


def _is_coded(document: Mapping[str, Any]) -> bool:
    return any("::" in str(case) for case in _switch(document)["type"]["cases"])


def _cases(document: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Code and type name of every message."""
    for case, name in _switch(document)["type"]["cases"].items():
        code = case
        if not isinstance(case, int):
            enum, _, member = case.partition("::")
            members = document["enums"][enum].items()
            code = next(number for number, called in members if _called(called) == member)
        yield code, name.partition("(")[0]


def _called(member: Any) -> str:
    """The name of an enum's member, with or without remarks."""
    return str(member["id"] if isinstance(member, Mapping) else member)


def _template(code: int, name: str, application: Application, *, is_text: bool) -> Template:
    message = application.messages.get(name)
    kinds: set[int] = set()
    if message is None:
        kinds = {int(Kind.OTHER)}
    else:
        for row in _rows(message.items):
            kinds |= set(_values(row.columns.get("kind", application.defaults.get("kind"))))
    ordered = sorted(kinds, key=lambda kind: (kind == Kind.OTHER, kind))
    return Template(
        code=code,
        name=name,
        is_text=is_text,
        mapped=message is not None,
        kinds=tuple(Kind(kind).name.lower() for kind in ordered),
        definition=message is not None and message.definition,
    )


def _rows(items: Iterable[Row | Each]) -> Iterator[Row]:
    for item in items:
        yield from item.rows if isinstance(item, Each) else (item,)


def _values(source: Source | None) -> Iterator[int]:
    """Every value that a column may take."""
    if source is None:
        yield int(Kind.OTHER)
    elif isinstance(source, Constant):
        yield source.value
    elif isinstance(source, tuple):
        for coded in source:
            yield from coded.codes.values()
        if source[-1].other is not None:
            yield source[-1].other
