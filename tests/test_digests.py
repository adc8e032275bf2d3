"""One capture, one digest: whatever decodes it, compiles it, runs it, packs it or merges it.

The digest of events is of every row without its capture time, that of books of every order in its queue.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard
from capture_writers import Packet, pcap, pcapng
from cli_runs import CAPTURES, CME, ITCH, SHIPPED, document, read
from digests_of import digests_of

SCRIPT = Path(__file__).with_name("digests_of.py")
OTHERS = (
    "FEEDHANDLER_OTHER_PYTHONS"  # interpreters that have the dependencies, beside those on PATH
)
NEEDED = "numba, numpy, kaitaistruct, yaml, structlog, msgspec, zstandard, pcapy, tzdata"
LINE_A = {ITCH: bytes([233, 54, 12, 111]), CME: bytes([224, 0, 31])}  # how its destinations begin
FEW = 1_500
PATHS = [str(CAPTURES / name) for name in SHIPPED]

Found = dict[str, tuple[str, str]]


def golden(path: str) -> tuple[str, str]:
    """What the manifest promises."""
    entry = SHIPPED[Path(path).name]
    return entry["events_digest"], entry["books_digest"]


def elsewhere(
    python: str, packets: int, paths: Sequence[str], decoder: str = "compiled", **environment: str
) -> Found:
    """Digests found by another process."""
    done = subprocess.run(
        [python, "-W", "error::RuntimeWarning", str(SCRIPT), str(packets), decoder, *paths],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: (events, books) for name, (events, books) in json.loads(done.stdout).items()}


# --- decoders and modes ---------------------------------------------------------------------------
@pytest.mark.parametrize("path", PATHS, ids=SHIPPED)
def test_the_manifests_digests(path: str) -> None:
    """By the API and by the command line."""
    told = document("replay", path, "-n")["digest"]

    assert all(golden(path)), "make captures writes them"
    assert golden(path) == digests_of(path) == (told["events"], told["books"])


@pytest.mark.parametrize("path", PATHS, ids=SHIPPED)
def test_both_decoders(path: str) -> None:
    """The compiled one and Kaitai's classes; the larger captures as far as patience goes."""
    packets = 0 if path == ITCH else 3 * FEW

    assert digests_of(path, packets=packets) == digests_of(path, packets=packets, decoder="kaitai")


@pytest.mark.parametrize("batch", [1, 50, 4096])
@pytest.mark.parametrize("path", [ITCH, CME])
def test_batches_of_any_size(path: str, batch: int) -> None:
    """A batch is where the loop pauses and nothing else."""
    assert golden(path) == digests_of(path, batch=batch)


def test_without_the_jit() -> None:
    """The same source as ordinary Python."""
    plain = elsewhere(sys.executable, FEW, PATHS, NUMBA_DISABLE_JIT="1")

    assert {Path(path).name: digests_of(path, packets=FEW) for path in PATHS} == plain


def other_pythons() -> dict[str, str]:
    """Interpreters of other versions that could run this, by version."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    named = [path for path in os.environ.get(OTHERS, "").split(os.pathsep) if path]
    found = {}
    for python in [*named, *(f"python3.{minor}" for minor in range(11, 15))]:
        if shutil.which(python) is not None:
            tell = f"import sys, {NEEDED}; print('%d.%d' % sys.version_info[:2])"
            done = subprocess.run(
                [python, "-c", tell], capture_output=True, text=True, timeout=60, check=False
            )
            version = done.stdout.strip()
            if done.returncode == 0 and version != here:
                found.setdefault(version, python)
    return found


def test_other_versions_of_python() -> None:
    """Compiled there, every shipped capture comes to the digests of the manifest."""
    others = other_pythons()
    if not others:
        pytest.skip(f"no other Python with the dependencies on PATH or in {OTHERS}")
    for version, python in others.items():
        found = elsewhere(python, 0, PATHS)

        assert found == {Path(path).name: golden(path) for path in PATHS}, version


# --- forms of one capture -------------------------------------------------------------------------
def packets_of(path: str) -> list[Packet]:
    """Times and frames."""
    return [(frame.ts_recv, frame.data) for frame in read(path)]


FORMS = {
    "ns.pcap": lambda packets: pcap(packets, nanos=True),
    "us.pcap": pcap,
    "big.pcap": lambda packets: pcap(packets, "big", nanos=True),
    "ns.pcapng": lambda packets: pcapng(packets, resolution=9),
    "us.pcapng": pcapng,
    "big-2**30.pcapng": lambda packets: pcapng(packets, "big", resolution=0x80 | 30),
    "ns.pcap.gz": lambda packets: gzip.compress(pcap(packets, nanos=True), 1),
    "ns.pcapng.zst": lambda packets: zstandard.compress(pcapng(packets, resolution=9), 1),
    "us.pcap.zst": lambda packets: zstandard.compress(pcap(packets), 1),
}


@pytest.mark.parametrize("path", [ITCH, CME])
def test_forms_of_one_capture(tmp_path: Path, path: str) -> None:
    """Classic or pcapng, either byte order, any resolution, packed or not; and from a pipe."""
    packets = packets_of(path)
    found = {"-": from_a_pipe(path)}
    for name, form in FORMS.items():
        (tmp_path / name).write_bytes(form(packets))
        found[name] = digests_of(str(tmp_path / name))

    assert found == dict.fromkeys(found, golden(path))


def from_a_pipe(path: str) -> tuple[str, str]:
    """Digests of a capture on standard input."""
    feed = SHIPPED[Path(path).name]["feed"]
    command = "from feedhandler.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "replay", "-", "--json", "--feed", feed],
        input=Path(path).read_bytes(),
        capture_output=True,
        timeout=300,
        check=False,
    )
    told = json.loads(done.stdout)["digest"]
    return told["events"], told["books"]


# --- lines in files of their own ------------------------------------------------------------------
@pytest.mark.parametrize("path", [ITCH, CME])
def test_merges_of_both_lines(tmp_path: Path, path: str) -> None:
    """A file for each line, either first, of different forms: the digests of the whole."""
    packets = packets_of(path)
    start = LINE_A[path]
    a = [each for each in packets if each[1][30 : 30 + len(start)] == start]
    b = [each for each in packets if each[1][30 : 30 + len(start)] != start]
    line_a, line_b = tmp_path / "a.pcap.gz", tmp_path / "b.pcapng"
    line_a.write_bytes(gzip.compress(pcap(a, nanos=True), 1))
    line_b.write_bytes(pcapng(b, resolution=9))
    orders = [(str(line_a), str(line_b)), (str(line_b), str(line_a))]

    assert len(a) == len(b) == len(packets) // 2
    assert {golden(path)} == {digests_of(*order) for order in orders}


@pytest.mark.parametrize("path", [ITCH, CME])
def test_either_line_alone(tmp_path: Path, path: str) -> None:
    """Both carry everything, so each gives the events of both."""
    packets = packets_of(path)
    start = LINE_A[path]
    for name, mine in (("a", True), ("b", False)):
        kept = [each for each in packets if (each[1][30 : 30 + len(start)] == start) == mine]
        (tmp_path / f"{name}.pcap").write_bytes(pcap(kept, nanos=True))

    assert golden(path) == digests_of(str(tmp_path / "a.pcap"))
    assert golden(path) == digests_of(str(tmp_path / "b.pcap"))


def test_a_line_that_runs_ahead_by_a_second(tmp_path: Path) -> None:
    """All of B long before A, and long after it."""
    packets = packets_of(ITCH)
    start = LINE_A[ITCH]
    found = set()
    for shift in (-1_000_000_000, 1_000_000_000):
        moved = [(ns if frame[30:34] == start else ns + shift, frame) for ns, frame in packets]
        path = tmp_path / "moved.pcap"
        path.write_bytes(pcap(sorted(moved, key=lambda each: each[0]), nanos=True))
        found.add(digests_of(str(path)))

    assert found == {golden(ITCH)}
