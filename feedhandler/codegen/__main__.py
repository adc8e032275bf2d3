"""`make protocols`: lint, Kaitai compiler, compiled backend, manifest; in this order or not at all.

Node is needed for the Kaitai compiler only, so by maintainers only: what it writes is committed.
Without node the Kaitai classes stay as they are, which is right as long as no `.ksy` changed; the
manifest tells.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from feedhandler.codegen import manifest
from feedhandler.codegen.lint import lint
from feedhandler.decode.catalog import feeds
from feedhandler.decode.description import DescriptionError


def main() -> int:
    """Generate everything; 0 when the result is whole."""
    problems = lint(manifest.PROTOCOLS)
    if problems:
        say(*problems, f"{len(problems)} problems; nothing was generated")
        return 1
    try:
        compiled = compile_kaitai(manifest.REFERENCE)
        stale = [] if compiled else stale_descriptions()
        if stale:
            say(*stale, "these need the Kaitai compiler, which needs node; nothing was generated")
            return 1
        compile_feeds()
    except (DescriptionError, subprocess.CalledProcessError) as error:
        say(str(error), "the manifest stays as it was")
        return 1
    manifest.write()
    say(f"wrote {manifest.MANIFEST.relative_to(manifest.ROOT)}")
    return 0


def compile_kaitai(output: Path) -> bool:
    """Write the Kaitai classes into `output`; False where there is no node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        say("node or npm is not there: the Kaitai classes stay as they are")
        return False
    if not installed():
        install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=manifest.COMPILER, check=True)  # noqa: S603 (our own arguments)
    run_driver(node, output)
    return True


def run_driver(node: str, output: Path) -> None:
    """Compile every `.ksy` to `<output>/<protocol>.py`."""
    driver = [node, str(manifest.COMPILER / "ksc.mjs"), str(manifest.PROTOCOLS), str(output)]
    subprocess.run(driver, check=True)  # noqa: S603 (our own arguments)


def installed() -> bool:
    """Whether node_modules holds the pinned versions already."""
    pinned = json.loads((manifest.COMPILER / "package.json").read_text("utf-8"))["dependencies"]
    for name, version in pinned.items():
        package = manifest.COMPILER / "node_modules" / name / "package.json"
        if not package.is_file() or json.loads(package.read_text("utf-8"))["version"] != version:
            return False
    return True


def stale_descriptions() -> list[str]:
    """Descriptions that changed since their Kaitai class was generated."""
    if not manifest.MANIFEST.is_file():
        return ["no manifest yet"]
    recorded = json.loads(manifest.MANIFEST.read_text("utf-8"))["protocols"]
    return [
        f"{name}.ksy changed"
        for name, now in manifest.build()["protocols"].items()
        if recorded.get(name, {}).get("ksy") != now["ksy"]
    ]


def compile_feeds() -> None:
    """Write the compiled decoder of every feed."""
    from feedhandler.codegen.sources import source_of  # noqa: PLC0415 (lint must run without)

    sources = {feed: source_of(feed) for feed in feeds()}
    for feed, source in sources.items():
        path = manifest.COMPILED / f"{feed.module}.py"
        path.write_text(source, "utf-8")
        say(f"{feed.name} -> compiled/{path.name}")


def say(*lines: str) -> None:
    """Tell the maintainer."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
