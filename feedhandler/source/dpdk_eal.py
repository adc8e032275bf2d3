"""DPDK in this process: its libraries, of a version whose structures are known, started once, and what it says.

There is no C of ours between: exported functions are called as they are, and what C programs have inlined is done by
`dpdk_kernel.py`, with offsets that hold for one ABI. So libraries of any other are refused. The environment (EAL) can
be started once in a process; devices come and go afterwards. Its memory is huge pages where enough are free, else
ordinary pages; nothing of it outlives the process.
"""

import ctypes
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from feedhandler.source.native import LIBRARY, address_of_symbol
from feedhandler.source.source import ENVIRONMENT, CaptureError

ABI: Final = 23
EXPECTED: Final = "DPDK 22.11 (librte_eal.so.23)"
RELEASES: Final = {21: "20.11", 22: "21.11", 23: "22.11", 24: "23.11", 25: "24.11", 26: "25.11"}
SAME_ABI: Final = ("22.11", "23.03", "23.07")  # what calls itself 23 and is
# In the order of their dependence; the last three are loaded as drivers are: without them nothing can be attached.
PARTS: Final = (
    "kvargs", "telemetry", "eal", "ring", "mempool", "mbuf", "ethdev", "mempool_ring", "bus_vdev",
    "bus_pci",
)  # fmt: skip
PACKAGES: Final = (
    "librte-ethdev23",
    "librte-mempool-ring23",
    "librte-bus-vdev23",
    "librte-bus-pci23",
)
FOLDERS: Final = (
    "usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "usr/local/lib/x86_64-linux-gnu",
    "usr/local/lib64", "usr/local/lib",
)  # fmt: skip
_SONAME: Final = re.compile(r"librte_eal\.so\.(\d{1,3})")
HUGE: Final = Path("/sys/kernel/mm/hugepages")
LOG_BYTES: Final = 1 << 16
UNBUFFERED: Final = 2  # _IONBF
MIB: Final = 1 << 20
NO_DEVICE: Final = (
    "0000:00:00.0"  # the only one that is taken at the start: afterwards each is asked for
)

_INT, _WORD, _HALF = ctypes.c_int, ctypes.c_uint, ctypes.c_uint16
_TEXT, _AT = ctypes.c_char_p, ctypes.c_void_p
# name: the library it is in, what it gives, what it takes
FUNCTIONS: Final[dict[str, tuple[str, Any, tuple[Any, ...]]]] = {
    "rte_version": ("eal", _TEXT, ()),
    "rte_openlog_stream": ("eal", _INT, (_AT,)),
    "rte_eal_init": ("eal", _INT, (_INT, _AT)),
    "rte_dev_probe": ("eal", _INT, (_TEXT,)),
    "rte_dev_remove": ("eal", _INT, (_AT,)),
    "rte_mbuf_dynfield_lookup": ("mbuf", _INT, (_TEXT, _AT)),
    "rte_mbuf_dynflag_lookup": ("mbuf", _INT, (_TEXT, _AT)),
    "rte_pktmbuf_pool_create": ("mbuf", _AT, (_TEXT, _WORD, _WORD, _HALF, _HALF, _INT)),
    "rte_pktmbuf_free_bulk": ("mbuf", None, (_AT, _WORD)),
    "rte_pktmbuf_pool_init": ("mbuf", None, (_AT, _AT)),
    "rte_pktmbuf_init": ("mbuf", None, (_AT, _AT, _AT, _WORD)),
    "rte_mempool_create_empty": ("mempool", _AT, (_TEXT, *[_WORD] * 4, _INT, _WORD)),
    "rte_mempool_set_ops_byname": ("mempool", _INT, (_AT, _TEXT, _AT)),
    "rte_mempool_populate_default": ("mempool", _INT, (_AT,)),
    "rte_mempool_obj_iter": ("mempool", _WORD, (_AT, _AT, _AT)),
    "rte_mempool_free": ("mempool", None, (_AT,)),
    "rte_mempool_avail_count": ("mempool", _WORD, (_AT,)),
    "rte_eth_dev_get_port_by_name": ("ethdev", _INT, (_TEXT, _AT)),
    "rte_eth_dev_info_get": ("ethdev", _INT, (_HALF, _AT)),
    "rte_eth_dev_socket_id": ("ethdev", _INT, (_HALF,)),
    "rte_eth_dev_configure": ("ethdev", _INT, (_HALF, _HALF, _HALF, _AT)),
    "rte_eth_dev_adjust_nb_rx_tx_desc": ("ethdev", _INT, (_HALF, _AT, _AT)),
    "rte_eth_rx_queue_setup": ("ethdev", _INT, (_HALF, _HALF, _HALF, _WORD, _AT, _AT)),
    "rte_eth_tx_queue_setup": ("ethdev", _INT, (_HALF, _HALF, _HALF, _WORD, _AT)),
    "rte_eth_dev_set_mc_addr_list": ("ethdev", _INT, (_HALF, _AT, ctypes.c_uint32)),
    "rte_eth_allmulticast_enable": ("ethdev", _INT, (_HALF,)),
    "rte_eth_promiscuous_enable": ("ethdev", _INT, (_HALF,)),
    "rte_eth_dev_start": ("ethdev", _INT, (_HALF,)),
    "rte_eth_dev_stop": ("ethdev", _INT, (_HALF,)),
    "rte_eth_dev_close": ("ethdev", _INT, (_HALF,)),
    "rte_eth_link_get_nowait": ("ethdev", _INT, (_HALF, _AT)),
    "rte_eth_stats_get": ("ethdev", _INT, (_HALF, _AT)),
}


def installed(names: Iterable[str]) -> set[int]:
    """The ABI of each DPDK among the files of a folder."""
    found = {match[1] for match in map(_SONAME.fullmatch, names) if match}
    return {int(number) for number in found}


def release(abi: int) -> str:
    """What people call it."""
    return f"DPDK {RELEASES.get(abi, 'of another time')} (librte_eal.so.{abi})"


def install_command(*packages: str) -> str:
    """What brings libraries on a system that has this version."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def missing(root: Path = Path("/")) -> CaptureError:
    """What an operator is told who lacks libraries of this version."""
    names = [each.name for folder in FOLDERS for each in (root / folder).glob("librte_eal.so.*")]
    others = sorted(installed(names) - {ABI})
    if others:
        return strange(" and ".join(map(release, others)))
    text = f"dpdk: not installed: {install_command(*PACKAGES)}, and the driver of the device"
    return CaptureError(text, ENVIRONMENT)


def strange(found: str) -> CaptureError:
    """What an operator is told whose DPDK is another one than we know."""
    text = f"dpdk: found {found}, expected {EXPECTED}: in another one structures may lie otherwise"
    return CaptureError(text, ENVIRONMENT)


def checked_version(told: str) -> str:
    """A version as `rte_version` tells it, if it is one that has this ABI."""
    known = any(re.match(rf"DPDK {re.escape(each)}(\.|-|$)", told) for each in SAME_ABI)
    if not known:
        raise strange(f"{told} in librte_eal.so.{ABI}")
    return told


def loaded(name: str) -> ctypes.CDLL:
    """A library or driver of DPDK, in the namespace that all libraries share. OSError if it is not there."""
    return ctypes.CDLL(f"librte_{name}.so.{ABI}", mode=ctypes.RTLD_GLOBAL)


class Log:
    """What DPDK says, kept from the terminal: so that an error is one line."""

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(LOG_BYTES)
        LIBRARY.fmemopen.restype = LIBRARY.rewind.restype = _AT
        LIBRARY.fmemopen.argtypes = [_AT, ctypes.c_size_t, _TEXT]
        LIBRARY.rewind.argtypes = [_AT]
        LIBRARY.setvbuf.argtypes = [_AT, _AT, _INT, ctypes.c_size_t]
        self.stream = LIBRARY.fmemopen(self._text, LOG_BYTES, b"w")
        if self.stream is not None:
            LIBRARY.setvbuf(self.stream, None, UNBUFFERED, 0)

    def forget(self) -> None:
        """Begin anew."""
        if self.stream is not None:
            LIBRARY.rewind(self.stream)
        ctypes.memset(self._text, 0, LOG_BYTES)

    def reason(self) -> str:
        """The line that says what was wrong: the first that does not only say that something was."""
        lines = self._text.value.decode("utf-8", "replace").splitlines()
        plain = [re.sub(r"^(EAL|ETHDEV|\w+\(\)): ", "", line).strip() for line in lines]
        return next((line for line in plain if line and "Failed to attach" not in line), "")


class Libraries:
    """Functions of DPDK. `CaptureError` where there is none, or another version."""

    def __init__(self) -> None:
        try:
            found = {name: loaded(name) for name in PARTS}
        except OSError:
            raise missing() from None
        self._eal = found["eal"]
        self._functions: dict[str, Any] = {}
        for name, (library, result, arguments) in FUNCTIONS.items():
            function = getattr(found[library], name)
            function.restype, function.argtypes = result, arguments
            self._functions[name] = function
        told = self._functions["rte_version"]()
        self.version = checked_version(told.decode("utf-8", "replace"))
        self.ports = ctypes.addressof(ctypes.c_char.in_dll(found["ethdev"], "rte_eth_fp_ops"))

    def call(self, name: str, *arguments: Any) -> int:
        """Call a function; what it gives, 0 for nothing."""
        return int(self._functions[name](*arguments) or 0)

    def address(self, name: str) -> int:
        """Where a function is."""
        return ctypes.cast(self._functions[name], _AT).value or 0

    def error(self) -> str:
        """Why the last call of this thread failed."""
        return os.strerror(_INT.in_dll(self._eal, "per_lcore__rte_errno").value)


class Eal:
    """DPDK's environment, started."""

    _only: ClassVar["Eal | None"] = None
    _failed: ClassVar[CaptureError | None] = None

    def __init__(self, memory_bytes: int, *, cards: bool) -> None:
        """`Eal.started` is how to get it."""
        self.libraries = Libraries()
        self.log = Log()
        self.huge = free_huge_bytes() >= memory_bytes
        self.cards = cards
        self.names: set[str] = set()  # of devices that are open
        # A thread that polls becomes known to DPDK by the function at this address; then it is 0.
        self.thread = np.zeros(1, np.int64)
        self.register = address_of_symbol("rte_thread_register")
        self._start(arguments(memory_bytes, huge=self.huge, cards=cards))

    def _start(self, words: Sequence[str]) -> None:
        """Start it; the thread that does keeps its cores."""
        self.libraries.call("rte_openlog_stream", self.log.stream)
        texts = [word.encode() for word in words]
        listed = (_TEXT * (len(texts) + 1))(*texts, None)
        before = os.sched_getaffinity(0)
        try:
            told = self.libraries.call("rte_eal_init", len(texts), listed)
        finally:
            os.sched_setaffinity(0, before)
        if told < 0:
            why = self.log.reason() or self.libraries.error()
            raise CaptureError(f"dpdk: cannot be started: {why}", ENVIRONMENT)

    @classmethod
    def started(cls, memory_bytes: int, *, cards: bool) -> "Eal":
        """The one of this process; the first who asks decides on its memory and whether it looks for cards."""
        if cls._failed is not None:
            raise cls._failed
        if cls._only is None:
            try:
                cls._only = cls(memory_bytes, cards=cards)
            except CaptureError as error:
                cls._failed = error  # it cannot be tried twice
                raise
        if cards and not cls._only.cards:
            raise CaptureError("dpdk: was started without cards in this process", ENVIRONMENT)
        return cls._only


def arguments(memory_bytes: int, *, huge: bool, cards: bool) -> list[str]:
    """The command line that the EAL is given."""
    core = min(os.sched_getaffinity(0))  # of its own housekeeping; who polls pins itself
    words = [
        "feedhandler",
        "--lcores",
        f"0@{core}",
        "--file-prefix",
        "feedhandler",
        "--no-telemetry",
    ]
    words += ["--log-level", "warning"]
    if huge:
        words += ["--in-memory"]
    else:  # --in-memory cannot be had with it; --no-shconf is what it would bring
        megabytes = -(-memory_bytes // MIB)
        words += ["--no-huge", "--no-shconf", "-m", str(megabytes)]
    return words + (["-a", NO_DEVICE] if cards else ["--no-pci", "--iova-mode", "va"])


def free_huge_bytes(folder: Path = HUGE) -> int:
    """How much memory lies ready in huge pages."""
    total = 0
    for each in folder.glob("hugepages-*kB"):
        try:
            free = int((each / "free_hugepages").read_text("ascii"))
        except (OSError, ValueError):
            continue
        total += free * int(each.name.removeprefix("hugepages-").removesuffix("kB")) * 1024
    return total
