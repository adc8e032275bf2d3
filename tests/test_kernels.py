"""Compiled code is what it should be: no reference counting, right words, a cache that is never stale.

Numba cannot show the code of a function that it took from its cache, so what lies in the cache is looked at: the
machine code with the names of all that it calls.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runs import CME, ITCH, ITCH_FILE

from feedhandler import jit
from feedhandler.replaying import replay
from feedhandler.verify import verify

COUNTING = b"NRT_incref"
PACKAGE = Path(jit.__file__).parent
TESTS = Path(__file__).parent
COUNTED_KERNEL = '''
"""A kernel of tests that keeps arrays, compiled with reference counting."""
import numpy as np
from feedhandler import jit
jit.OPTIONS["_nrt"] = True

@jit.kernel
def keep(array):
    other = array[1:]
    for _ in range(3):
        array, other = other, array
    return array, other

keep(np.zeros(9))
'''
needs_jit = pytest.mark.skipif(not jit.JIT_ON, reason="NUMBA_DISABLE_JIT is set")


def compiled(folder: Path) -> Iterator[Path]:
    """Files of machine code in a cache."""
    return folder.rglob("*.nbc")


def unwritable(**_: object) -> None:
    """What a folder without write permission says to anybody but root."""
    raise PermissionError


def python(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Another process."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        env=os.environ | environment,
        cwd=TESTS,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


# --- no reference counting ------------------------------------------------------------------------
@needs_jit
def test_no_kernel_counts_references() -> None:
    """Of all that replays of three feeds and a verification compile; it costs the book loop 4x."""
    for path in (ITCH, ITCH_FILE, CME):
        with replay(path) as run:
            run.run()
        assert verify(path, packets_max=5).ok
    files = list(compiled(jit.CACHE))
    kept = {path.name.rsplit("-", maxsplit=1)[0].split(".")[1] for path in files}
    used = {kernel.__name__ for kernel in jit.KERNELS if getattr(kernel, "signatures", True)}

    assert {"breathe", "apply_rows", "decode", "peek", "poll_pcap", "fingerprint"} <= used <= kept
    assert len(files) > 60  # what is inlined is in these, and in no file of its own
    assert [path.name for path in files if COUNTING in path.read_bytes()] == []


@needs_jit
def test_reference_counting_would_be_seen(tmp_path: Path) -> None:
    """A kernel compiled with it has the name in its code."""
    script = tmp_path / "counted.py"
    script.write_text(COUNTED_KERNEL)
    done = python(str(script), FEEDHANDLER_CACHE=str(tmp_path / "cache"))
    (code,) = compiled(tmp_path / "cache")

    assert (done.returncode, done.stderr) == (0, "")
    assert COUNTING in code.read_bytes()


# --- words ----------------------------------------------------------------------------------------
@needs_jit
def test_intrinsics_and_their_twins_give_the_same_words() -> None:
    """Loads, stores, what wraps, what is atomic, calls by address."""
    fast, plain = (python("machine_words.py", NUMBA_DISABLE_JIT=off) for off in ("0", "1"))

    assert (fast.returncode, fast.stderr) == (plain.returncode, plain.stderr) == (0, "")
    assert len(fast.stdout.splitlines()) > 700
    assert fast.stdout == plain.stdout


# --- the cache ------------------------------------------------------------------------------------
@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's sources."""
    return Path(
        shutil.copytree(
            PACKAGE, tmp_path / "feedhandler", ignore=shutil.ignore_patterns("__pycache__")
        )
    )


def test_a_changed_callee_means_another_cache(package: Path) -> None:
    """Numba looks at the caller's file alone; the folder's name is of all that code is made of."""
    before = jit.source_digest(package)
    kernel = package / "wire" / "kernel.py"
    kernel.write_text(kernel.read_text("utf-8") + "\n# another\n", "utf-8")
    edited = jit.source_digest(package)
    (package / "wire" / "extra.py").write_text('"""New."""\n', "utf-8")
    added = jit.source_digest(package)
    kernel.rename(package / "wire" / "moved.py")

    assert len({before, edited, added, jit.source_digest(package)}) == 4


def test_another_place_means_another_cache(package: Path) -> None:
    """Numba keys by path as well, so code compiled for one checkout is of no use to the next."""
    assert jit.source_digest(package) != jit.source_digest(PACKAGE)
    assert jit.source_digest(package) == jit.source_digest(package)


def test_what_is_never_compiled_leaves_the_cache_alone(package: Path) -> None:
    """The command line, and whatever is not Python."""
    before = jit.source_digest(package)
    (package / "cli" / "extra.py").write_text('"""New."""\n', "utf-8")
    (package / "py.typed").write_text("changed", "utf-8")

    assert before == jit.source_digest(package)


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary folder serves instead, whatever stands in the way."""
    (tmp_path / "file").write_text("")
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(0o500)
    for place in ("file/below", "file", "locked" if os.geteuid() else "file/x"):
        monkeypatch.setenv("FEEDHANDLER_CACHE", str(tmp_path / place))
        chosen = jit.cache_folder("0123456789abcdef")

        assert chosen.is_dir()
        assert tmp_path not in chosen.parents
        shutil.rmtree(chosen.parent)


def test_a_cache_that_can_only_be_read_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba writes into the folder that it reads from; what somebody compiled for all is used all the same."""
    digest = "0123456789abcdef"
    monkeypatch.setenv("FEEDHANDLER_CACHE", str(tmp_path))
    shared = jit.cache_folder(digest)
    (shared / "code.nbi").write_bytes(b"compiled")
    with monkeypatch.context() as locked:
        locked.setattr(tempfile, "TemporaryFile", unwritable)
        mine = jit.cache_folder(digest)

    assert mine.name == digest
    assert tmp_path not in mine.parents
    assert (mine / "code.nbi").read_bytes() == b"compiled"
    shutil.rmtree(mine.parent)


def test_folders_of_killed_processes_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour old, and their process is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    names = [
        f"feedhandler-jit-{gone.pid}-x",
        f"feedhandler-jit-{os.getpid()}-x",
        "feedhandler-jit-x-y",
    ]
    names.append(f"feedhandler-jit-{gone.pid}-new")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in names:
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0) if not name.endswith("new") else None)
    chosen = jit.passing_folder("0123456789abcdef")

    assert {path.name for path in tmp_path.iterdir()} == {*names[1:], chosen.parent.name}


@needs_jit
def test_compiling_without_a_cache(tmp_path: Path) -> None:
    """Code is compiled, used, and right; the folder that stood in for the cache goes with its process."""
    (tmp_path / "file").write_text("")
    told = python(
        "machine_words.py", FEEDHANDLER_CACHE=str(tmp_path / "file"), TMPDIR=str(tmp_path)
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == python("machine_words.py", NUMBA_DISABLE_JIT="1").stdout
    assert not list(compiled(tmp_path))


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FEEDHANDLER_CACHE, else the user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("FEEDHANDLER_CACHE", raising=False)
    usual = jit.cache_folder("a" * 16)
    monkeypatch.setenv("FEEDHANDLER_CACHE", str(tmp_path / "mine"))

    assert usual == tmp_path / "feedhandler" / ("a" * 16)
    assert jit.cache_folder("a" * 16) == tmp_path / "mine" / ("a" * 16)


def test_old_generations_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest few stay, so that versions can be used side by side; what is not ours is not touched."""
    monkeypatch.setenv("FEEDHANDLER_CACHE", str(tmp_path))
    for name in ("holiday-photos-1", "0123456789abcdef", "somebody's"):
        (tmp_path / name).mkdir()
    for age, digest in enumerate("456789abcdef"):
        made = jit.cache_folder(digest * 16)
        os.utime(made / jit.CACHE_MARK, (1_000 + age, 1_000 + age))
    jit.cache_folder("f" * 16)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "0123456789abcdef", *(digest * 16 for digest in "89abcdef"),
        "holiday-photos-1", "somebody's",
    ]  # fmt: skip


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's number without a name: the cache is a temporary folder."""

    def nowhere(_path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("FEEDHANDLER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "expanduser", nowhere)
    chosen = jit.cache_folder("0123456789abcdef")

    assert chosen.is_dir()
    chosen.rmdir()
