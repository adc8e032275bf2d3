"""The unit of systemd for a configuration: everything that its sources need, and nothing else.

Each line that is not plain has its reason beside it, in the unit itself: who runs the service reads it there.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from feedhandler.config_files import files_of
from feedhandler.doctor.machine import cores_text
from feedhandler.doctor.privileges import NEEDED
from feedhandler.printable import printable

if TYPE_CHECKING:
    from feedhandler.config import Config

HOMES: Final = ("/home", "/root", "/run/user")
PASSING: Final = ("/tmp", "/var/tmp")  # noqa: S108 (what PrivateTmp hides)
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "udp_socket": (),
    "packet_ring": ("AF_PACKET",),
    "libpcap": ("AF_PACKET", "AF_NETLINK"),
    "xdp": ("AF_XDP",),
    "dpdk": ("AF_PACKET", "AF_NETLINK"),
}
ALWAYS: Final = ("AF_INET", "AF_UNIX")  # groups and servers; this manager and its journal
WATCHDOG_S: Final = 10
FILE: Final = "/etc/feedhandler/feed.toml"


@dataclass(frozen=True)
class Needs:
    """What a unit depends on."""

    file: str = FILE  # absolute
    name: str = "feedhandler"
    sources: tuple[str, ...] = ("packet_ring",)
    cores: tuple[int, ...] = ()  # that poll
    priority: int = 0  # the highest
    housekeeping: tuple[int, ...] = ()  # cores for everything else; () = not known
    user: str = "feedhandler"
    program: str = ""
    files: tuple[str, ...] = ()  # that the configuration names
    folder: str = ""  # where those of them begin that do not begin at the root; "" = there are none

    def paths(self) -> list[str]:
        """All that the process reads, as it is named and where it lies: interpreters of venvs are links."""
        program = self.program or program_path()
        own = (sys.executable, sys.prefix, sys.base_prefix, str(Path(__file__).parents[1]))
        named = [self.file, program, *self.files, *own]
        return list(dict.fromkeys([*named, *(os.path.realpath(each) for each in named)]))

    def below(self, folders: Sequence[str]) -> list[str]:
        """Those of them that lie in one of these folders."""
        return [each for each in self.paths() if any(Path(each).is_relative_to(f) for f in folders)]


def needs_of(
    config: "Config", file: str, online: frozenset[int], user: str, program: str = ""
) -> Needs:
    """What a configuration needs, checked where it is now."""
    files = [Path(named) for _, named in files_of(config)]
    cores = {worker.core for worker in config.worker if worker.core is not None}
    return Needs(
        file=str(Path(file).resolve()),
        name=config.name,
        sources=tuple(dict.fromkeys(feed.source for feed in config.feed)),
        cores=tuple(sorted(cores)),
        priority=max(worker.priority for worker in config.worker),
        housekeeping=tuple(sorted(online - cores)) if cores else (),
        user=user,
        program=program or program_path(),
        files=tuple(str(each.absolute()) for each in files),
        folder="" if all(each.is_absolute() for each in files) else str(Path.cwd()),
    )


def program_path() -> str:
    """The command that was installed beside this interpreter."""
    beside = Path(sys.prefix) / "bin" / "feedhandler"
    return str(beside) if beside.exists() else shutil.which("feedhandler") or "/usr/bin/feedhandler"


def unit(needs: Needs) -> str:
    """The text of the unit."""
    sections = {
        "Unit": of_unit(needs),
        "Service": [
            *of_life(needs), "", *of_cores(needs), "", *of_privileges(needs), "", *of_walls(needs),
        ],
        "Install": ["WantedBy=multi-user.target"],
    }  # fmt: skip
    head = f"# {needs.name}: written by `feedhandler service`; keep it as /etc/systemd/system/{needs.name}.service"
    return "\n\n".join(
        [head, *("\n".join([f"[{title}]", *lines]) for title, lines in sections.items())]
    ) + "\n"  # fmt: skip


def of_unit(needs: Needs) -> list[str]:
    """When it is started, and how often again."""
    return [
        f"Description=Market data feed handler {escaped(needs.name)}",
        "Wants=network-online.target",
        "After=network-online.target",
        "# It is started again for ever: an interface may come long after the machine.",
        "StartLimitIntervalSec=0",
    ]


def of_life(needs: Needs) -> list[str]:
    """Start, readiness, watchdog, end."""
    program, file = quoted(needs.program or program_path()), quoted(needs.file)
    folder = (
        "# Files that the configuration names by a part of their path are found from here.",
        f"WorkingDirectory={escaped(needs.folder)}",
    )
    return [
        "Type=notify",
        "NotifyAccess=main",
        *(folder if needs.folder else ()),
        f"ExecStart={program} run -q -c {file}",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "# Ready is told after the first synchronized book, which at night may take hours.",
        "TimeoutStartSec=infinity",
        "# Fed by the polling loops themselves: one that stands still for so long is ended.",
        f"WatchdogSec={WATCHDOG_S}",
        "TimeoutStopSec=10",
        "# 1: something was lost while it ran, and was told then.",
        "SuccessExitStatus=1",
        "Restart=on-failure",
        "RestartSec=1",
        "# 2: the configuration has a fault; to start again would not mend it.",
        "RestartPreventExitStatus=2",
        f"User={escaped(needs.user)}",
        "# Readers of shared memory may be other users.",
        "UMask=0022",
        "# Compiled code is kept from start to start.",
        "CacheDirectory=feedhandler",
        "Environment=FEEDHANDLER_CACHE=%C/feedhandler",
    ]


def of_cores(needs: Needs) -> list[str]:
    """Cores, priorities, locked memory."""
    lines = []
    if needs.housekeeping:
        lines += [
            f"# Polling threads pin themselves to {cores_text(needs.cores)}; all others stay here.",
            f"CPUAffinity={cores_text(needs.housekeeping)}",
        ]
    if needs.priority:
        lines += [f"LimitRTPRIO={needs.priority}"]
    return [
        *lines,
        "LimitMEMLOCK=infinity",
        "LimitNOFILE=65536",
        "OOMScoreAdjust=-900",
    ]


def of_privileges(needs: Needs) -> list[str]:
    """Capabilities of the sources, and no way to more."""
    wanted = {name for source in needs.sources for name in NEEDED[source]}
    names = " ".join(sorted(wanted))
    sources = ", ".join(needs.sources)
    return [
        f"# What {sources} {'needs' if len(needs.sources) == 1 else 'need'}.",
        f"AmbientCapabilities={names}",
        f"CapabilityBoundingSet={names}",
        "NoNewPrivileges=yes",
    ]


def of_walls(needs: Needs) -> list[str]:
    """What the process may not see or do."""
    families = dict.fromkeys([*ALWAYS, *(f for s in needs.sources for f in FAMILIES[s])])
    homes, passing = needs.below(HOMES), needs.below(PASSING)
    dpdk = "dpdk" in needs.sources
    return [
        f"RestrictAddressFamilies={' '.join(families)}",
        "SystemCallArchitectures=native",
        f"SystemCallFilter=@system-service{' bpf' if 'xdp' in needs.sources else ''}",
        "SystemCallErrorNumber=EPERM",
        "ProtectSystem=strict",
        *seen(homes, needs.user),
        f"ProtectHome={'read-only' if homes else 'yes'}",
        *seen(passing, needs.user),
        f"PrivateTmp={'no' if passing else 'yes'}",
        "DevicePolicy=closed",
        "DeviceAllow=/dev/cpu_dma_latency rw",
        *(["DeviceAllow=char-vfio rw", "ReadWritePaths=/dev/hugepages"] if dpdk else []),
        f"ProtectKernelTunables={'no' if dpdk else 'yes'}",
        "ProtectKernelModules=yes",
        "ProtectKernelLogs=yes",
        "ProtectControlGroups=yes",
        "ProtectClock=yes",
        "ProtectHostname=yes",
        "ProtectProc=invisible",
        f"RestrictRealtime={'no' if needs.priority else 'yes'}",
        "RestrictNamespaces=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "# Numba writes code and runs it.",
        "MemoryDenyWriteExecute=no",
        "# Segments outlive a restart, for readers that stay attached.",
        "RemoveIPC=no",
    ]


def seen(paths: Sequence[str], user: str) -> list[str]:
    """Why a wall has a door."""
    if not paths:
        return []
    more = f" and {len(paths) - 1} more" if paths[1:] else ""
    return [
        f"# It reads {printable(paths[0])}{more}, which user {printable(user)} must be allowed to."
    ]


def escaped(text: str) -> str:
    """A text in which nothing means more to systemd than what it says."""
    return text.replace("\\", "\\\\").replace("%", "%%")


def quoted(path: str) -> str:
    """A path as one word of a command line."""
    word = escaped(path).replace("$", "$$").replace('"', '\\"')
    return f'"{word}"' if any(each in word for each in " \t'\";") else word
