"""Damaged packets, a million of them, against memory that ends where they end; and that the harness would tell.

The invariant: any bytes give rows, a count or a reason; never an exception, a hang, or a read past their end.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from decoder_pair import Pair

from feedhandler.fuzzing import captures, engine, recovery, recovery_engine
from feedhandler.fuzzing.corpus import Mark, Piece, corpus_of, stop_bit_words
from feedhandler.fuzzing.guided import CHECKS, main, seeds_of
from feedhandler.fuzzing.targets import TARGETS, Bench, make_target
from feedhandler.session.backend import Done

READERS = [name for name in TARGETS if not name.startswith(("engine.", "recovery"))]
ENGINES = [name for name in TARGETS if name.startswith("engine.")]
MODULE = "feedhandler.fuzzing"
assert captures
assert engine
assert recovery
assert recovery_engine


def fuzz(*words: str, module: str = MODULE, jit: bool = True) -> subprocess.CompletedProcess[str]:
    """A run of the program."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "0" if jit else "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", module, *words],
        cwd=Path(__file__).parent, env=environment, capture_output=True, text=True,
        timeout=900, check=False,
    )  # fmt: skip


def test_a_million_damaged_packets() -> None:
    """Every reader in compiled form: nothing crashes, hangs, reads beyond or breaks a promise."""
    each = -(-1_000_000 // len(READERS))
    done = fuzz(*READERS, "--count", str(each), "--seed", "20240315")

    last = done.stdout.splitlines()[-1]
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert last == (
        f"{each * len(READERS):,} damaged packets, seed 20240315: "
        "nothing crashed, hung or read beyond"
    )
    for name in READERS:
        found = re.search(
            rf"^{name}: ([\d,]+) damaged .* slowest ([\d,]+) ns$", done.stdout, re.MULTILINE
        )
        assert found is not None
        assert int(found[1].replace(",", "")) == each
        assert 0 < int(found[2].replace(",", "")) < 1_000_000
    # Damage reaches every depth: framing, messages, and rows that come through all the same.
    for outcome in ("malformed", "malformed_message", "unknown_template", "rows full", "with rows",
                    "truncated", "bad_length", "stopped short", "stopped bad", "stopped ask"):  # fmt: skip
        assert re.search(rf"[\d,]+ {outcome}(,|$)", done.stdout, re.MULTILINE), outcome


def test_engines_take_damaged_frames() -> None:
    """Wire, session, decoder, books and Python's answers; the books are whole at the end."""
    done = fuzz(*ENGINES, "--count", "16384", "--seed", "5")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for outcome in ("gaps", "session_changes", "duplicates", "unknown_order", "bad_level"):
        assert re.search(rf"[\d,]+ {outcome}(,|$)", done.stdout, re.MULTILINE), outcome


def test_recovery_servers_may_say_anything() -> None:
    """Each range of each back end ends once, done or failed, and only what was asked for is handed on."""
    done = fuzz("recovery", "--count", "150000", "--seed", "5")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "recovery: 3,000 damaged replies" in done.stdout
    for method in ("glimpse", "moldudp64", "soupbintcp", "tcp_replay"):
        for end in ("done", "failed"):
            assert re.search(rf"[\d,]+ {method} {end}(,|$)", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", [*recovery.backends()])
def test_a_back_end_that_breaks_its_promise_is_found_out(name: str) -> None:
    """One that never ends its range, and one that ends it twice."""
    backend = recovery.backends()[name]
    backend.begin = lambda *_: []  # type: ignore[method-assign]
    with pytest.raises(recovery.BrokenPromiseError, match="ended 0 times"):
        recovery.hear(backend, b"")
    backend.begin = lambda *_: [Done(5, 20), Done(5, 20)]  # type: ignore[method-assign]
    with pytest.raises(recovery.BrokenPromiseError, match="ended 2 times"):
        recovery.hear(backend, b"")
    backend.begin = lambda *_: [Done(5, 21)]  # type: ignore[method-assign]
    with pytest.raises(recovery.BrokenPromiseError, match="for 20 units"):
        recovery.hear(backend, b"")


def test_real_packets_are_damaged_too() -> None:
    """Captures of the venues, where they have been laid."""
    folder = os.environ.get("FEEDHANDLER_REAL_CAPTURES")
    if folder is None:
        pytest.skip("FEEDHANDLER_REAL_CAPTURES names no folder of captures")
    places = {"nasdaq.itch50": "omi/Nasdaq", "cme.mdp3": "omi/Cme", "moex.forts": "forts-2013"}
    for feed, place in places.items():
        found = sorted(Path(folder, place).rglob("*.pcap"))
        named = [f"--capture={path}" for path in found if _fits(path, feed)]
        assert named
        done = fuzz(feed, "wire", "--count", "100000", *named)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


def _fits(path: Path, feed: str) -> bool:
    from feedhandler.detect import UnknownCaptureError, detect_feed  # noqa: PLC0415

    try:
        return detect_feed(path).name == feed
    except UnknownCaptureError:
        return False


# --- both decoders say the same -------------------------------------------------------------------
@pytest.mark.parametrize("name", ["nasdaq.itch50", "nasdaq.itch50.file", "cme.mdp3"])
def test_both_decoders_agree_on_damaged_packets(name: str) -> None:
    """Row for row, reason for reason."""
    target, pair = make_target(name), Pair(name)
    base = Bench.make(3, name, np.zeros(1, np.int64)).base
    seen = [pair.agree(target.make(base, number)).status for number in range(400)]

    assert sum(status > 0 for status in seen) > 40
    assert sum(status < 0 for status in seen) > 40


# --- the mutator ----------------------------------------------------------------------------------
def test_packets_are_a_function_of_seed_and_number() -> None:
    """The same with the JIT off, and in any order."""
    words = ("pcapng", "cme.mdp3")
    for name in words:
        shown = [
            fuzz(name, "--show", "--count", "60", "--seed", "9", jit=jit) for jit in (True, False)
        ]
        assert [done.returncode for done in shown] == [0, 0], shown[1].stderr
        assert shown[0].stdout == shown[1].stdout
        target = make_target(name)
        base = Bench.make(9, name, np.zeros(1, np.int64)).base
        lines = shown[0].stdout.splitlines()
        for number in (59, 0, 17):
            assert lines[number] == f"{number} {target.make(base, number).hex()}"


def test_packets_are_damaged_and_some_are_not() -> None:
    """Few stay whole; lengths shrink and grow; most keep most of their bytes."""
    target = make_target("nasdaq.itch50")
    base = Bench.make(1, target.name, np.zeros(1, np.int64)).base
    packets = target.corpus.packets
    whole = shorter = longer = 0
    for number in range(2000):
        made = target.make(base, number)
        start, length = packets[int(target.dice[1]), :2].tolist()
        original = target.corpus.blob[start:][:length].tobytes()
        whole += made == original
        shorter += len(made) < length
        longer += len(made) > length

    assert 300 < whole < 700
    assert shorter > 200
    assert longer > 100


def test_a_corpus_puts_leading_fields_last() -> None:
    """So that one range of marks is all fields and its end those that lead a reader."""
    marks = [Mark(0, 2, leading=True), Mark(2, 4, big=True), Mark(6, 1, leading=True)]
    corpus = corpus_of([Piece(b"abcdefg", marks, 5), Piece(b"", ())])

    assert corpus.packets.tolist() == [[0, 7, 0, 1, 3, 5], [7, 0, 3, 3, 3, 0]]
    assert corpus.marks.tolist() == [[2, 4, 1], [0, 2, 0], [6, 1, 0]]
    assert corpus.blob.tobytes() == b"abcdefg"
    assert stop_bit_words(b"\x01\x82\x80\x03") == [Mark(0, 2, True, True), Mark(2, 1, True, True)]


# --- the harness ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        ("1", "trespass: signal 11 at packet 77; repeat: "),
        ("2", "trespass: 1 broken promises; repeat: "),
        ("3", "trespass: ValueError: 3 at packet 77; repeat: "),
    ],
)
def test_a_reader_that_fails_is_told_with_its_packet(seed: str, complaint: str) -> None:
    """One byte too far, a broken promise, an exception: exit code 1 and the command that repeats it."""
    done = fuzz("trespass", "--count", "100", "--seed", seed, module="fuzz_trespass")
    command = f"python -m fuzz_trespass trespass --first 77 --count 1 --seed {seed}"

    assert done.returncode == 1
    assert f"{complaint}{command}" in done.stdout.splitlines()
    again = fuzz(*command.split()[3:], module="fuzz_trespass")
    assert again.returncode == 1
    assert fuzz("trespass", "--count", "77", "--seed", seed, module="fuzz_trespass").returncode == 0


def test_an_unknown_target_is_usage() -> None:
    """With those that there are."""
    done = fuzz("nothing")

    assert done.returncode == 2
    assert "unknown target 'nothing'; known: cme.mdp3, " in done.stderr


# --- the readers in Python ------------------------------------------------------------------------
@pytest.mark.parametrize("name", CHECKS)
def test_python_readers_read_or_refuse_their_seeds(name: str) -> None:
    """What a guided search begins with: whole, cut at places, and nothing at all."""
    found = seeds_of(name)

    assert found
    for data in [b"", *found[:20]]:
        for size in {len(data), len(data) // 2, max(len(data) - 1, 0)}:
            CHECKS[name](data[:size])


def test_without_atheris_the_search_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An extra that not every Python has a wheel of."""
    monkeypatch.setattr("feedhandler.fuzzing.guided.find_spec", lambda _: None)

    assert main([]) == 0
    assert capsys.readouterr().out.startswith("skipped: atheris is not installed")
