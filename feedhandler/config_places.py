"""Where in a TOML file a value stands: the line of each key, so that a fault can be told with it.

Python's own reader tells no lines. This one finds the keys of a file that was read already, and so is well
formed: it follows tables, arrays of tables and dotted keys, and passes over values, texts and comments. What lies
inside a value (an inline table) has the line on which that value begins.
"""

import re
from collections.abc import Iterator
from typing import Final

Path = tuple[str | int, ...]
Faults = Iterator[tuple[Path, str]]  # what is wrong, and where

_PART: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_PIECE: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*|.",
    re.DOTALL,
)


class Unread:
    """Values that a file gives in a form that cannot be read, or should give: nothing is concluded from them."""

    def __init__(self) -> None:
        self._paths: set[Path] = set()

    def add(self, path: Path) -> None:
        """One of them; of a table all that is in it."""
        self._paths.add(path)

    def covers(self, path: Path) -> bool:
        """Whether a value is one of them, or lies in one."""
        return any(path[: len(each)] == each for each in self._paths)

    def touches(self, path: Path) -> bool:
        """Whether a value is one of them, lies in one, or holds one."""
        return self.covers(path) or any(each[: len(path)] == path for each in self._paths)


def places(text: str) -> dict[Path, int]:
    """The line, from 1, of every table and key."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, statement in statements(text):
        if statement.startswith("[["):
            table = _header(statement[2:], found, counts)
            number = counts.get(table, 0)
            counts[table] = number + 1
            table = (*table, number)
            found[table] = line
        elif statement.startswith("["):
            table = _header(statement[1:], found, counts)
            found[table] = line
        else:
            keys, _ = key_of(statement)
            for length in range(1, len(keys) + 1):
                found.setdefault((*table, *keys[:length]), line)
    return found


def statements(text: str) -> list[tuple[int, str]]:
    """Each header and each key with its value, and the line on which it begins."""
    found: list[tuple[int, str]] = []
    line, began, depth, kept = 1, 1, 0, ""
    for piece in _PIECE.findall(text):
        if not kept.strip():
            began, kept = line, ""
        if piece == "\n" and depth == 0:
            if kept.strip():
                found.append((began, kept.strip()))
            kept = ""
        elif not piece.startswith("#"):
            depth += (piece in "[{") - (piece in "]}") if len(piece) == 1 else 0
            kept += piece
        line += piece.count("\n")
    return [*found, (began, kept.strip())] if kept.strip() else found


def key_of(text: str) -> tuple[list[str], str]:
    """The parts of a dotted key, and what follows it."""
    parts: list[str] = []
    at = 0
    while match := _PART.match(text, at):
        parts.append(next(each for each in match.groups() if each is not None))
        at = match.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return parts, text[at:]


def _header(text: str, found: dict[Path, int], counts: dict[Path, int]) -> Path:
    """The path of a table; below an array of tables it is the last of them that is meant."""
    path: Path = ()
    parts, _ = key_of(text)
    for number, part in enumerate(parts):
        path = (*path, part)
        if path in counts and number < len(parts) - 1:
            path = (*path, counts[path] - 1)
            found.setdefault(path, 1)
    return path


def line_of(path: Path, found: dict[Path, int]) -> int:
    """The line of a value, or of the nearest table around it."""
    while path not in found:
        path = path[:-1]
    return found[path]


def path_text(path: Path) -> str:
    """feed[0].limits.books_max."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
