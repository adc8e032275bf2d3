"""A cache of compiled code where nothing can be written: it is the process's own, and goes with it."""

import os
import subprocess
import sys
from pathlib import Path

WORDS = """
import os, sys
from feedhandler import jit
folder = jit.cache_folder("a" * 16)
print(folder, flush=True)
if os.fork() == 0:
    sys.exit(0)
os.wait()
print(folder.is_dir(), flush=True)
"""


def test_it_is_gone_with_its_process(tmp_path: Path) -> None:
    """There while the process runs, also behind the end of one that it forked; not there afterwards."""
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WORDS], capture_output=True, text=True, check=True,
        env={**os.environ, "FEEDHANDLER_CACHE": str(blocked / "none"), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    folder, there = done.stdout.split()

    assert Path(folder).parent.parent == tmp_path
    assert there == "True"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
