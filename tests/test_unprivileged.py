"""An ordinary user: what needs no privilege works, what needs one says which, and a namespace of one's own gives it.

As root the commands are run as `nobody`, with no capability and no group; an ordinary user runs them as he is.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from cli_runs import ITCH
from lan import wire
from live_frames import GROUP, send, udp
from processes import PROGRAM

from feedhandler.bench.namespace import Namespace
from feedhandler.decode.catalog import feed
from feedhandler.jit import CACHE, JIT_ON
from feedhandler.live import warm
from feedhandler.simulator import simulate

NOBODY: Final = 65_534
WAIT_S: Final = 400
TESTS: Final = Path(__file__).parent
# Live tests that an ordinary user can run in a namespace of his own; each in both modes of the JIT.
OWN: Final = (
    "test_namespace.py", "test_packet_ring.py", "test_udp_socket.py", "test_libpcap.py",
    "test_xdp.py",
)  # fmt: skip
FEED: Final = "nasdaq.itch50"


@dataclass(frozen=True)
class User:
    """Somebody without privileges: a folder to write to, an interpreter that may be read."""

    home: Path
    python: str

    @property
    def program(self) -> list[str]:
        """The program."""
        return [self.python, *PROGRAM[1:]]

    def start(self, words: list[str], inside: Namespace | None = None) -> "subprocess.Popen[str]":
        """A process of the user; in the network namespace of somebody else, or here."""
        who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        with ExitStack() as stack:
            if inside is not None:
                stack.enter_context(inside.entered())
            return subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=TESTS.parent,
                env={
                    **os.environ, "HOME": str(self.home), "FEEDHANDLER_CACHE": str(self.home),
                    "TMPDIR": str(self.home), "PYTHONDONTWRITEBYTECODE": "1",
                    "HYPOTHESIS_STORAGE_DIRECTORY": str(self.home),
                    "PYTHONPATH": str(self.home),
                },
                **(who if os.geteuid() == 0 else {}),
            )  # fmt: skip

    def run(
        self, words: list[str], inside: Namespace | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """One run; a program that may not be read is one that fails."""
        try:
            with self.start(words, inside) as process:
                out, err = process.communicate(timeout=WAIT_S)
        except OSError as error:
            return subprocess.CompletedProcess(words, 126, "", str(error))
        return subprocess.CompletedProcess(words, process.returncode, out, err)


@pytest.fixture(name="user", scope="module")
def a_user() -> Iterator[User]:
    """With the code that is compiled already, and this interpreter, or the system's of the same version."""
    home = Path(tempfile.mkdtemp(prefix="feedhandler-user-"))
    try:
        # What is installed here, and in which way, for the system's interpreter, too.
        installed = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        (home / "sitecustomize.py").write_text(installed, "utf-8")
        if JIT_ON:
            warm(feed(FEED))
            shutil.copytree(CACHE, home / CACHE.name)
        if os.geteuid() == 0:
            for each in (home, *home.rglob("*")):
                os.chown(each, NOBODY, NOBODY)
        major, minor = sys.version_info[:2]
        for python in (sys.executable, f"/usr/bin/python{major}.{minor}"):
            found = User(home, python)
            done = found.run([python, "-c", "import feedhandler.live, pytest"])
            if done.returncode == 0:
                break
        else:
            pytest.skip(f"no interpreter that nobody may read: {done.stderr.strip()}")
        yield found
    finally:
        shutil.rmtree(home)


def told(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """Standard error, without the notice of a first run."""
    return [line for line in done.stderr.splitlines() if ": compiling " not in line]


def namespaces(user: User) -> None:
    """Skip where an ordinary user may have no namespaces."""
    done = user.run(["unshare", "-Urn", "true"])
    if done.returncode != 0:
        pytest.skip(f"no user namespaces for an ordinary user: {done.stderr.strip()}")


def test_captures_need_nothing(user: User) -> None:
    """A replay of what can be read."""
    done = user.run([*user.program, "replay", ITCH, "--json"])

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["messages"] == 14_000


def test_doctor_says_what_is_missing_and_how_to_give_it(user: User) -> None:
    """Sockets are well; ring, libpcap and AF_XDP lack their capabilities, each with its command."""
    done = user.run([*user.program, "doctor", "-i", "lo", "--json"])
    found = {each["name"]: each for each in json.loads(done.stdout)["findings"]}

    assert done.returncode in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr
    assert found["udp_socket"]["status"] == "ok"
    for source, lacks in (
        ("packet_ring", "CAP_NET_RAW"), ("libpcap", "CAP_NET_RAW"),
        ("xdp", "CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF"),
    ):  # fmt: skip
        assert found[source]["status"] == "warn"
        assert found[source]["says"] == f"lacks {lacks}"
        mend = lacks.lower().replace(", ", ",")
        assert found[source]["mend"].startswith(f"sudo setcap {mend}+ep ")


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        (("run", "-i", "lo", "--feed", FEED), "CAP_NET_RAW"),
        (("run", "-i", "lo", "--feed", FEED, "--source", "libpcap"), "CAP_NET_RAW"),
        (("run", "-i", "lo", "--feed", FEED, "--source", "xdp"), "CAP_NET_ADMIN,CAP_NET_RAW,CAP_BPF"),
        (("capture", "-i", "lo", "-w", os.devnull), "CAP_NET_RAW"),
        (("replay", ITCH, "--to", "lo"), "CAP_NET_RAW"),
    ],
    ids=["ring", "libpcap", "xdp", "capture", "send"],
)  # fmt: skip
def test_what_needs_a_privilege_says_which(user: User, words: tuple[str, ...], needs: str) -> None:
    """One line with the capability, the command that gives it, and the line for a unit; exit code 3."""
    done = user.run([*user.program, *words])

    assert done.returncode == 3, done.stderr
    (line,) = told(done)
    assert f"needs {needs}; give it with: sudo setcap {needs.lower()}+ep " in line
    assert f"(service: AmbientCapabilities={needs.replace(',', ' ')})" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="the sender needs root: it is in another namespace")
@pytest.mark.parametrize("idle", ["block", "spin"])
def test_sockets_bring_a_feed_to_an_ordinary_user(user: User, idle: str) -> None:
    """All of a session, from a wire, with no capability; what would need one is told with its command."""
    day = [payload for _, _, payload in simulate(FEED, messages=300, seed=3).datagrams()]
    words = ["run", "-i", "line_a", "--feed", FEED, "--source", "socket", "--idle", idle]
    more = ["--core", "0", "--priority", "50", "--every", "100ms", "--ring-bytes", "268435456"]
    with wire() as made:
        process = user.start([*user.program, *words, *more], made.receiver)
        assert process.stdout is not None
        process.stdout.readline()
        with made.sender.entered():
            send("line_a", [udp(GROUP, payload) for payload in day])
        last: dict[str, Any] = {}
        while last.get("counters", {}).get("frames", 0) < len(day):
            line = process.stdout.readline()
            assert line, process.communicate()
            last = json.loads(line)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=WAIT_S)

    assert process.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["verdict"] == ["complete: no gap, nothing malformed"]
    assert last["lost"] == {}
    assert "SCHED_FIFO 50: Operation not permitted; sudo prlimit --pid $$ --rtprio=50" in err
    assert "sudo sysctl -w net.core.rmem_max=268435456" in err


@pytest.mark.skipif(not JIT_ON, reason="without the JIT no source keeps up with a bench")
def test_bench_live_makes_a_namespace_of_its_own(user: User) -> None:
    """Ring and socket are timed; AF_XDP says that it is not to be had there."""
    namespaces(user)
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("two cores are needed: one sends, one receives")
    words = ["bench", "live", "--source", "packet_ring", "--source", "xdp"]
    least = ["--frames", "1000", "--runs", "1", "--rate", "2000", "--json"]
    program = [user.python, "-m", "feedhandler"]
    done = user.run([*program, *words, *least])

    assert done.returncode == 0, done.stderr
    sources = json.loads(done.stdout)["sources"]
    assert all(
        each["wire_to_book_ns"]["p50"] > 0 for each in sources if each["source"] == "packet_ring"
    )
    absent = {each["absent"] for each in sources if each["source"].startswith("xdp")}
    assert {each["source"].partition(" ")[0] for each in sources} == {"packet_ring", "xdp"}
    assert [each.partition(";")[0] for each in absent] == [
        "line_a: AF_XDP: needs CAP_NET_ADMIN,CAP_NET_RAW,CAP_BPF"
    ]


def test_live_tests_of_an_ordinary_user(user: User) -> None:
    """Rings and sockets in a user namespace: every test passes there, or says what it lacks."""
    namespaces(user)
    command = [user.python, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = user.run(["unshare", "-Urn", *command, *(str(TESTS / each) for each in OWN)])
    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout.splitlines()[-1]
    assert all("bpf(2): Operation not permitted; XDP programs need root" in each
               for each in skipped if "test_xdp" in each)  # fmt: skip
    assert not [line for line in skipped if "test_packet_ring" in line or "test_udp" in line]
