"""A machine as its /sys and /proc tell it: whatever cannot be read is None, and nothing here ever raises.

Files are read below a root folder, which in tests holds a made-up machine. What no file tells is asked of the
`Kernel`, by system calls.
"""

import re
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from feedhandler.doctor.system import Kernel

CORES_MAX: Final = 1 << 16  # in a list; a longer one is not believed
CPU: Final = "sys/devices/system/cpu"
Cores = frozenset[int]


class Machine:
    """Reads files below a root."""

    def __init__(self, root: str | Path = "/", kernel: Kernel | None = None) -> None:
        self.root = Path(root)
        self.kernel = kernel or Kernel()

    def text(self, path: str) -> str | None:
        """A file's content without the white space around it."""
        try:
            return (self.root / path).read_text("utf-8", "replace").strip("\0 \t\n")
        except (OSError, ValueError):
            return None

    def number(self, path: str) -> int | None:
        """A file that holds one whole number."""
        text = self.text(path) or ""
        return int(text) if re.fullmatch(r"-?\d{1,18}", text) else None

    def cores(self, path: str) -> Cores | None:
        """A file that holds a list of cores, such as 2-5,8."""
        text = self.text(path)
        return None if text is None else cores_of(text)

    def names(self, path: str) -> list[str]:
        """What lies in a folder, in order."""
        try:
            return sorted(each.name for each in (self.root / path).iterdir())
        except OSError:
            return []

    def there(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        try:
            return (self.root / path).exists()
        except OSError:
            return False

    def target(self, path: str) -> str:
        """The last part of what a link leads to; "" = it is no link."""
        try:
            return (self.root / path).readlink().name
        except OSError:
            return ""

    def upwards(self, path: str, name: str, steps: int = 4) -> list[str]:
        """What lies in the first folder of this name beside what a link leads to, or above."""
        try:
            at = (self.root / path).resolve()
            for folder in [at, *at.parents][:steps]:
                if (folder / name).is_dir() and folder.is_relative_to(self.root.resolve()):
                    return sorted(each.name for each in (folder / name).iterdir())
        except (OSError, RuntimeError):
            pass
        return []

    # --- what several subjects ask ----------------------------------------------------------------
    def online(self) -> Cores:
        """Cores that run."""
        return self.cores(f"{CPU}/online") or frozenset({0})

    def lacks(self, core: int) -> str:
        """Why there can be no polling on a core: there is none of this number; "" = there is."""
        online = self.online()
        return "" if core in online else f"no such core; online are {cores_text(online)}"

    def isolated(self) -> Cores:
        """Cores kept free by the kernel's command line or by a cpuset partition."""
        by_kernel = self.cores(f"{CPU}/isolated") or frozenset()
        return by_kernel | (self.cores("sys/fs/cgroup/cpuset.cpus.isolated") or frozenset())

    def housekeeping(self, core: int) -> Cores:
        """Cores on which everything else may run."""
        return self.online() - self.isolated() - {core} or self.online() - {core}

    def boot_argument(self, name: str) -> str | None:
        """An argument of the kernel's command line; "" if it has no value."""
        for word in (self.text("proc/cmdline") or "").split():
            key, _, value = word.partition("=")
            if key == name:
                return value
        return None

    def limit(self, name: str) -> int | None:
        """The soft limit of a process, by its name in /proc/self/limits; -1 = none."""
        for line in (self.text("proc/self/limits") or "").splitlines():
            if line.startswith(name):
                value = line[len(name) :].split()[0] if line[len(name) :].split() else ""
                return -1 if value == "unlimited" else int(value) if value.isdecimal() else None
        return None

    def processes(self, *wanted: str) -> set[str]:
        """Which of these programs run."""
        found = set()
        for name in self.names("proc"):
            if name.isdecimal():
                program = self.text(f"proc/{name}/comm")
                found |= {program} & set(wanted) if program else set()
        return found

    def interfaces(self) -> list[str]:
        """Network interfaces: the kernel's word, since /sys may be of another namespace, or hidden."""
        if self.root == Path("/"):
            return sorted(name for _, name in socket.if_nameindex())
        return [name for name in self.names("sys/class/net") if name != "bonding_masters"]


def polling_core(machine: Machine) -> int:
    """The core that a run would poll on: the first that is isolated, or else the last."""
    return min(machine.isolated() & machine.online(), default=max(machine.online()))


def cores_of(text: str) -> Cores | None:
    """Read 2-5,8; None = it is no such list. The kernel writes (null) for none."""
    cores: set[int] = set()
    for part in text.replace("(null)", "").replace("\n", "").split(","):
        first, _, last = part.partition("-")
        if not part.strip():
            continue
        if not first.isdecimal() or not (last or first).isdecimal():
            return None
        if not 0 <= int(last or first) - int(first) < CORES_MAX:
            return None
        cores |= set(range(int(first), int(last or first) + 1))
    return frozenset(cores)


def cores_text(cores: Iterable[int]) -> str:
    """Write 2-5,8."""
    runs: list[list[int]] = []
    for core in sorted(cores):
        if runs and core == runs[-1][1] + 1:
            runs[-1][1] = core
        else:
            runs.append([core, core])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def boot_command(machine: Machine, argument: str) -> str:
    """The command that adds an argument to the kernel's command line, from the next start on."""
    if machine.there("usr/sbin/grubby") or machine.there("sbin/grubby"):
        return f"sudo grubby --update-kernel=ALL --args='{argument}'  # then reboot"
    line = f'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX {argument}"'
    file = "/etc/default/grub.d/feedhandler.cfg"
    return f"echo '{line}' | sudo tee -a {file} && sudo update-grub  # then reboot"


def write_command(value: object, *paths: str) -> str:
    """The command that writes a value into files of /sys or /proc."""
    return f"echo {value} | sudo tee {' '.join(f'/{path}' for path in paths)}"


def sysctl_command(name: str, value: object) -> str:
    """The command that changes a setting of the kernel until the next start."""
    return f"sudo sysctl -w {name}={value}"
