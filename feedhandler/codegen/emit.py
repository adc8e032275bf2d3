"""Text of a generated module: indented lines, names that do not clash, imports of what is used."""

import ast
import keyword
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

WIDTH: Final = 100
# What generated code may use, by the module that has it.
EXPORTS: Final = {
    "feedhandler.decode.abi": (
        "CHANNEL", "COUNT", "DATA", "DAY", "DEFINITIONS", "BAD_REFERENCE", "EMPTY_MESSAGE",
        "END_OF_SESSION", "FIRST", "HEARTBEAT", "MALFORMED", "MALFORMED_MESSAGE", "MESSAGES",
        "NEWER_VERSION", "RECEIVED", "ROWS_FULL", "ROW_FLAGS", "SEND_TIME", "SEQUENCE", "SKIP",
        "STREAM_0", "STREAM_1", "TYPE", "UNKNOWN_SCHEMA", "UNKNOWN_TEMPLATE", "UNSEQUENCED",
    ),
    "feedhandler.decode.kernel": (
        "bump", "clear", "close_event", "counts", "given", "mark_last", "pick", "put_row", "refers",
        "refuse", "scaled", "scaled_given", "size_u8", "word",
    ),
    "feedhandler.decode.marks": (
        "CHANNEL_SHIFT", "DETAIL_SHIFT", "FLAGS_SHIFT", "LAST_SHIFT", "LEVEL_SHIFT", "NO_CODE", "marks",
        "marks_table",
    ),
    "feedhandler.event": (
        "Action", "Detail", "Flag", "Kind", "Side", "UNDEF_COUNT", "UNDEF_PRICE", "UNDEF_SIZE",
    ),
    "feedhandler.jit": (
        "entry", "hot", "put8", "s1", "s2be", "s2le", "s4be", "s4le", "s8be", "s8le", "u1", "u2be",
        "u2le", "u4be", "u4le", "u6be", "u8be", "u8le",
    ),
}  # fmt: skip
LOCALS: Final = (
    "at", "blocks", "context", "count", "day", "decode", "end", "entry", "first", "full", "header",
    "i", "int", "kind", "left", "length", "message", "next_row", "owned", "owner", "parent", "peek",
    "range", "received", "row", "rows", "rows_max", "sequence", "size", "skip", "stamp", "taken",
)  # fmt: skip
RESERVED: Final = frozenset(
    (*LOCALS, *keyword.kwlist, *(name for names in EXPORTS.values() for name in names))
)


class Writer:
    """Lines of source, indented as they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0

    def line(self, text: str = "") -> None:
        """One line."""
        self.lines.append(f"{'    ' * self.depth}{text}".rstrip())

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A head that ends with a colon, and what stands under it."""
        self.line(head)
        self.depth += 1
        yield
        self.depth -= 1

    @contextmanager
    def function(self, name: str, parameters: Sequence[str]) -> Iterator[None]:
        """A function's head, and its body."""
        self.call(f"def {name}", parameters, "):")
        self.depth += 1
        yield
        self.depth -= 1

    def call(self, head: str, arguments: Sequence[str], tail: str = ")") -> None:
        """A call, on one line where it fits."""
        flat = f"{head}({', '.join(arguments)}{tail}"
        if len(flat) + 4 * self.depth <= WIDTH:
            self.line(flat)
            return
        self.line(f"{head}(")
        inner = ", ".join(arguments)
        if len(inner) + 4 * self.depth + 4 <= WIDTH:
            self.line(f"    {inner}")
        else:
            for argument in arguments:
                self.line(f"    {argument},")
        self.line(tail)

    def columns(self, head: str, columns: Mapping[str, str]) -> None:
        """A call with a line for each named argument; a long one is broken at its ORs."""
        self.line(f"{head}")
        for column, value in columns.items():
            text = f"    {column}={value},"
            if len(text) + 4 * self.depth > WIDTH:
                text = text.replace(" | ", f"\n{'    ' * self.depth}    | ")
            self.line(text)
        self.line(")")

    def door(self, condition: str) -> None:
        """Give up on the message where this holds."""
        with self.block(f"if {condition}:"):
            self.line("return MALFORMED")

    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines) + "\n"


class Names:
    """Names of variables, each given once; a taken name gets a longer one."""

    def __init__(self, taken: frozenset[str] = RESERVED) -> None:
        self.taken = set(taken)

    def new(self, *wishes: str) -> str:
        """The first wish that is free, else the last with a number."""
        for wish in wishes:
            if wish not in self.taken:
                self.taken.add(wish)
                return wish
        number = 2
        while f"{wishes[-1]}_{number}" in self.taken:
            number += 1
        self.taken.add(f"{wishes[-1]}_{number}")
        return f"{wishes[-1]}_{number}"


def imports(body: str) -> str:
    """The import lines for all that a body uses."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    writer = Writer()
    for module, names in EXPORTS.items():
        wanted = sorted(
            used & set(names), key=lambda name: (not name.isupper(), name.lower(), name)
        )
        if not wanted:
            continue
        flat = f"from {module} import {', '.join(wanted)}"
        if len(flat) <= WIDTH:
            writer.line(flat)
            continue
        with writer.block(f"from {module} import ("):
            for name in wanted:
                writer.line(f"{name},")
        writer.line(")")
    return writer.text()
