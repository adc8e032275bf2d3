"""Tests in processes of their own: what can be started once in a process (DPDK) is started anew for each."""

import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
INSIDE = "FEEDHANDLER_TEST_INSIDE"
SKIPPED = re.compile(r"^SKIPPED \[\d+\] [^:]+:\d+: (.+)$", re.MULTILINE)


def in_own_process(test: Callable[..., None]) -> Callable[..., None]:
    """Run the test in a process of its own, and end as it ended there: passed, failed, skipped with the reason."""

    @functools.wraps(test)
    def outside(*arguments: Any, **named: Any) -> None:
        if os.environ.get(INSIDE):
            test(*arguments, **named)
            return
        node = os.environ["PYTEST_CURRENT_TEST"].removesuffix(" (call)")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", node],
            cwd=ROOT, env={**os.environ, INSIDE: "1"}, capture_output=True, text=True,
            check=False, timeout=900,
        )  # fmt: skip
        if done.returncode != 0:
            pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)
        if skipped := SKIPPED.search(done.stdout):
            pytest.skip(skipped[1])
        assert "1 passed" in done.stdout

    return outside
