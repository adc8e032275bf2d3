"""The rules of the house, as functions from a source file to complaints; `test_tidy.py` applies them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "feedhandler"
GENERATED = ("decode/reference/", "decode/compiled/")
STAGES = ("source", "wire", "session", "decode", "book", "publish")
# What may import what beside the stages above it: foundations below all stages, users above all.
FOUNDATIONS = (
    "jit",
    "intrinsics",
    "records",
    "event",
    "verdict",
    "counter",
    "protocols",
    "printable",
    "waits",
)
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
LINE_LENGTH_MAX = 100
TEXT_LENGTH_MAX = 120  # a line of a docstring's table or a trailing comment may be a little wider
KERNEL_IMPORTS = ("typing", "numpy", *(f"feedhandler.{name}" for name in FOUNDATIONS))
KERNEL_NEIGHBOURS = ("kernel", "descriptor", "abi", "header", "pools", "marks")
KERNEL_FORBIDDEN = (
    ast.Try, ast.Raise, ast.With, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.JoinedStr, ast.Lambda, ast.Yield, ast.YieldFrom, ast.Await, ast.ClassDef,
    ast.List, ast.Set, ast.Slice,
)  # fmt: skip
DECORATORS = ("kernel", "hot", "part", "entry")


def sources() -> Iterator[tuple[str, str]]:
    """Every file of the product: its path in the package and its text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(GENERATED):
            yield name, path.read_text("utf-8")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported module, with `from feedhandler.x import y` as feedhandler.x.y as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module.startswith("feedhandler"):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room(name: str) -> str:
    """The first part of a file's path: its stage, or its own name at the top."""
    return name.split("/", maxsplit=1)[0].removesuffix(".py")


def sizes(name: str, text: str) -> Iterator[str]:
    """A docstring that says why the file exists; files, functions and lines that a screen holds."""
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield f"{name}: no docstring"
    lines = text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        yield f"{name}: {len(lines)} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{name}:{node.lineno} {node.name}: {length} lines"
    yield from (
        f"{name}:{number}: {len(line)} characters"
        for number, line in enumerate(lines, 1)
        if len(line) > TEXT_LENGTH_MAX
    )


def direction(name: str, text: str) -> Iterator[str]:
    """Imports go down the staircase only."""
    stage = room(name)
    if stage not in STAGES and stage not in FOUNDATIONS:
        return
    allowed = STAGES[: STAGES.index(stage) + 1] if stage in STAGES else ()
    for line, module in imports(ast.parse(text)):
        parts = module.split(".")
        if (
            parts[0] == "feedhandler"
            and len(parts) > 1
            and parts[1] not in (*allowed, *FOUNDATIONS)
        ):
            yield f"{name}:{line}: {stage} imports {module}"


def foreigners(name: str, text: str) -> Iterator[str]:
    """Numba behind its one door, scapy in the simulator, no wall clock, print for the command line."""
    tree = ast.parse(text)
    for line, module in imports(tree):
        top = module.split(".")[0]
        if top in ("numba", "llvmlite") and name not in {"jit.py", "intrinsics.py"}:
            yield f"{name}:{line}: imports {top}"
        if top == "scapy" and room(name) != "simulator":
            yield f"{name}:{line}: imports scapy"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "time.time":
                yield f"{name}:{node.lineno}: time.time"
            if called == "print" and room(name) != "cli":
                yield f"{name}:{node.lineno}: print"


def kernel_imports(name: str, text: str) -> Iterator[str]:
    """Hot files know words, records and hot files upstream, and nothing else."""
    if not name.endswith("kernel.py"):
        return
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            yield f"{name}:{node.lineno}: a kernel imports {node.names[0].name}"
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                near = any(part.endswith(KERNEL_NEIGHBOURS) for part in full.split("."))
                if not full.startswith(KERNEL_IMPORTS) and not near:
                    yield f"{name}:{node.lineno}: a kernel imports {full}"


def kernel_bodies(name: str, text: str) -> Iterator[str]:
    """Hot files hold compiled functions over arrays and integers, and nothing that allocates or raises."""
    if not name.endswith("kernel.py"):
        return
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            marks = [ast.unparse(mark).split("(")[0] for mark in node.decorator_list]
            if not any(mark in DECORATORS for mark in marks):
                yield f"{name}:{node.lineno} {node.name}: not compiled"
            for inner in (each for part in node.body for each in ast.walk(part)):
                if isinstance(inner, KERNEL_FORBIDDEN):
                    yield f"{name}:{inner.lineno} {node.name}: {type(inner).__name__}"


RULES = (sizes, direction, foreigners, kernel_imports, kernel_bodies)
