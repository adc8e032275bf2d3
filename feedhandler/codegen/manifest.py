"""Which description each committed decoder was made from: hashes that need no node to check.

A description that changed without `make protocols`, or a generated file that was edited by hand, is
found by `problems()`: a test calls it, so neither can be committed unseen.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from feedhandler.decode.catalog import PACKAGE, feeds

ROOT: Final = Path(__file__).resolve().parents[2]
PROTOCOLS: Final = Path(str(files(PACKAGE)))  # in an installed package, too
COMPILER: Final = PROTOCOLS / "compiler"
REFERENCE: Final = ROOT / "feedhandler/decode/reference"
COMPILED: Final = ROOT / "feedhandler/decode/compiled"
MANIFEST: Final = ROOT / "feedhandler/decode/MANIFEST.json"


def build() -> dict[str, Any]:
    """The manifest of the files as they are now."""
    protocols = {}
    for path in sorted(PROTOCOLS.glob("*/*.ksy")):
        described = {
            "ksy": digest(path),
            "map": digest(path.with_name(f"{path.stem}.map.yaml")),
            "reference": digest(REFERENCE / f"{path.stem}.py"),
        }
        if path.parent.name == "common":  # entities without a meaning of their own
            del described["map"]
        protocols[f"{path.parent.name}/{path.stem}"] = described
    for feed in feeds():
        if feed.is_fast:
            folder = PROTOCOLS / feed.venue
            protocols[f"{feed.venue}/{feed.application}"] = {
                "templates": digest(folder / feed.templates),
                "map": digest(folder / f"{feed.application}.map.yaml"),
            }
    return {
        "compiler": compiler_version(),
        "protocols": protocols,
        "compiled": {feed.name: digest(COMPILED / f"{feed.module}.py") for feed in feeds()},
    }


def compiler_version() -> str:
    """The Kaitai compiler that package.json pins; an installed package has none and takes its word."""
    if not (COMPILER / "package.json").is_file():
        return str(json.loads(MANIFEST.read_text("utf-8"))["compiler"])
    package = json.loads((COMPILER / "package.json").read_text("utf-8"))
    return f"kaitai-struct-compiler {package['dependencies']['kaitai-struct-compiler']}"


def digest(path: Path) -> str:
    """sha256 of a file; empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def write() -> None:
    """Record the files as they are now."""
    MANIFEST.write_text(json.dumps(build(), indent=2) + "\n", "utf-8")


def problems() -> list[str]:
    """What does not fit the committed manifest, one line each."""
    if not MANIFEST.is_file():
        return [f"{MANIFEST.relative_to(ROOT)}: missing; run `make protocols`"]
    recorded = json.loads(MANIFEST.read_text("utf-8"))
    return [*compare(recorded, build()), *strangers()]


def compare(recorded: Mapping[str, Any], found: Mapping[str, Any], where: str = "") -> list[str]:
    """The places where two manifests differ."""
    lines = []
    for key in sorted({*recorded, *found}):
        place = f"{where}{key}"
        old, new = recorded.get(key), found.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            lines += compare(old, new, f"{place}: ")
        elif old is None:
            lines.append(f"{place}: not in the manifest; run `make protocols`")
        elif not new:
            lines.append(f"{place}: in the manifest but not there; run `make protocols`")
        elif old != new:
            lines.append(f"{place}: changed without `make protocols`, or edited by hand")
    return lines


def strangers() -> list[str]:
    """Modules beside the generated ones that no description makes any more."""
    made = {REFERENCE / f"{path.stem}.py" for path in PROTOCOLS.glob("*/*.ksy")}
    made |= {COMPILED / f"{feed.module}.py" for feed in feeds()}
    there = {*REFERENCE.glob("*.py"), *COMPILED.glob("*.py")}
    return [
        f"{path.relative_to(ROOT)}: generated from nothing; delete it"
        for path in sorted(there - made)
        if path.name != "__init__.py"
    ]
