"""Coverage-guided fuzzing of what Python reads: `python -m feedhandler.fuzzing.guided --seconds 60`.

The invariant: any bytes are read, or refused by the one error of their reader. Kernels take part as plain Python
(JIT off), so that their branches guide the search, too. It needs atheris, which has no wheel for every Python:
without it nothing is run, and that is said. What it once found is kept in the tests, which need no atheris.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

MODULE: Final = "feedhandler.fuzzing.guided"
INPUT_MAX: Final = 4096
SEEDS_MAX: Final = 64
MODULES: Final = (
    "feedhandler.source",
    "feedhandler.wire",
    "feedhandler.decode",
    "feedhandler.session",
    "feedhandler.cli.moments",
)

Check = Callable[[bytes], None]


# --- what is read, and the one error that may be raised -------------------------------------------
def check_capture(data: bytes) -> None:
    """Captures of all formats, packed or not."""
    from feedhandler.decode.catalog import feed  # noqa: PLC0415 (instrumented first)
    from feedhandler.decode.description import message_lengths  # noqa: PLC0415
    from feedhandler.source.frames import frames  # noqa: PLC0415
    from feedhandler.source.pcap_file import open_capture  # noqa: PLC0415
    from feedhandler.source.source import CaptureError  # noqa: PLC0415

    memory = os.memfd_create("capture")
    try:
        Path(f"/proc/self/fd/{memory}").write_bytes(data)
        source = open_capture(
            f"/proc/self/fd/{memory}", message_lengths(feed("nasdaq.itch50").application)
        )
        try:
            for _ in frames(source):
                pass
        finally:
            source.close()
    except CaptureError:
        pass
    finally:
        os.close(memory)


def check_frame(data: bytes) -> None:
    """Frames of every link type: the first byte says which."""
    from feedhandler.wire.datagram import datagram_of  # noqa: PLC0415 (instrumented first)

    links = (0, 1, 101, 108, 113, 228, 276, 65_536, 7)
    if data:
        datagram_of(data[1:], links[data[0] % len(links)])


def check_fields(feed_name: str) -> Check:
    """The reference decoder of a feed, and the walk that `decode` prints."""

    def check(data: bytes) -> None:
        from feedhandler.decode.catalog import feed  # noqa: PLC0415 (instrumented first)
        from feedhandler.decode.fields import tree, walk_datagram  # noqa: PLC0415

        for message in walk_datagram(feed(feed_name), data):
            tree(message.fields)
        decoder, context = reference(feed_name)
        decoder.peek(data)
        decoder.decode(data, context, 64)

    return check


@cache
def reference(feed_name: str) -> tuple[Any, Any]:
    """The reference decoder of a feed and a context for it."""
    import numpy as np  # noqa: PLC0415 (with what is instrumented)

    from feedhandler.decode import abi  # noqa: PLC0415
    from feedhandler.decode.catalog import feed  # noqa: PLC0415
    from feedhandler.decode.reader import ReferenceDecoder  # noqa: PLC0415

    return ReferenceDecoder(feed(feed_name)), np.zeros(abi.CONTEXT_WORDS, np.int64)


def check_words(data: bytes) -> None:
    """What people write: faults, moments, destinations."""
    from feedhandler.cli.moments import MomentError, parse_moment  # noqa: PLC0415 (instrumented first)
    from feedhandler.source.fault_plan import FaultPlanError, parse_faults  # noqa: PLC0415
    from feedhandler.wire.routes import Group, GroupError  # noqa: PLC0415

    text = data.decode("utf-8", "replace")
    readers: tuple[tuple[Callable[[str], Any], type[Exception]], ...] = (
        (parse_faults, FaultPlanError), (parse_moment, MomentError), (Group.parse, GroupError),
    )  # fmt: skip
    for read, error in readers:
        with suppress(error):
            read(text)


def check_replies(data: bytes) -> None:
    """What recovery servers say."""
    from feedhandler.fuzzing.recovery import check_recovery  # noqa: PLC0415 (instrumented first)

    check_recovery(data)


CHECKS: Final[dict[str, Check]] = {
    "recovery": check_replies,
    "capture": check_capture,
    "frame": check_frame,
    "words": check_words,
    "nasdaq.itch50": check_fields("nasdaq.itch50"),
    "nasdaq.itch50.file": check_fields("nasdaq.itch50.file"),
    "cme.mdp3": check_fields("cme.mdp3"),
}
WORDS: Final = (b"drop=1e-3,reorder=8@1%,line-b-dead=2s..5s", b"2024-03-15T09:30:00.5Z",
    b"233.54.12.111:26477", b"clock=-1s@3s,skew=50us..2ms,burst=4..16@1/1000")  # fmt: skip


def seeds_of(name: str) -> list[bytes]:
    """What a search begins with."""
    from feedhandler.fuzzing import captures, recovery  # noqa: PLC0415 (scapy, numba)
    from feedhandler.fuzzing.targets import make_target  # noqa: PLC0415

    del captures, recovery
    if name == "words":
        return list(WORDS)
    made = {"capture": ("pcap", "pcapng", "binaryfile"), "frame": ("wire",)}.get(name, (name,))
    heads = {"pcap": b"\xd4\xc3\xb2\xa1\2\0\4\0" + bytes(8) + b"\0\0\4\0\1\0\0\0"}
    found = []
    for target in map(make_target, made):
        for start, length, *_ in target.corpus.packets[:SEEDS_MAX].tolist():
            found.append(
                heads.get(target.name, b"") + target.corpus.blob[start:][:length].tobytes()
            )
    return [b"\1" + data if name == "frame" else data for data in found]


# --- running --------------------------------------------------------------------------------------
def search(name: str, given: argparse.Namespace) -> None:
    """Search with atheris in this process; it ends the process."""
    import atheris  # noqa: PLC0415 (optional)

    with atheris.instrument_imports(include=list(MODULES)):
        CHECKS[name](b"")  # imports what it needs
    folder = Path(given.corpus) / name
    words = [f"-max_total_time={given.seconds}", f"-max_len={INPUT_MAX}", f"-seed={given.seed}"]
    atheris.Setup(
        [MODULE, *words, f"-artifact_prefix={given.corpus}/{name}-", str(folder)], CHECKS[name]
    )
    atheris.Fuzz()


def watch(name: str, given: argparse.Namespace) -> int:
    """Search in a process of its own, with the JIT off."""
    folder = Path(given.corpus) / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds_of(name)):
        (folder / f"seed-{number}").write_bytes(data)
    words = [name, "--seconds", str(given.seconds), "--seed", str(given.seed)]
    command = [sys.executable, "-m", MODULE, *words, "--corpus", given.corpus, "--search"]
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 (ourselves)


def main(words: Sequence[str]) -> int:
    """Search all targets one after the other; 1 = something was found."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(CHECKS))
    parser.add_argument("--seconds", type=int, default=30, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", default=".fuzz", help="folder for what is found on the way")
    parser.add_argument("--search", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    unknown = [name for name in given.targets if name not in CHECKS]
    if unknown:
        parser.error(f"unknown target {unknown[0]!r}; known: {', '.join(CHECKS)}")
    if find_spec("atheris") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.stdout.write(
            f"skipped: atheris is not installed, and may have no wheel for Python {version}; "
            "see the dependency group 'fuzz'\n"
        )
        return 0
    if given.search:
        search(given.targets[0], given)
        return 0
    failed = [name for name in given.targets or CHECKS if watch(name, given)]
    sys.stdout.writelines(f"{name}: see {given.corpus}/{name}-crash-*\n" for name in failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
