"""Made-up machines for the doctor: a folder with a /sys and a /proc, and a kernel that answers by a table."""

import struct
from pathlib import Path

from feedhandler.doctor.machine import Machine
from feedhandler.doctor.system import Kernel

CPU = "sys/devices/system/cpu"
IRQS = "           CPU0       CPU1       CPU2       CPU3\n"

# A server as a trading firm sets it up: cores 2 and 3 are left alone, the card is quiet.
TUNED = {
    "proc/cmdline": "quiet isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3",
    "proc/cpuinfo": "processor : 0\nflags : fpu constant_tsc nonstop_tsc sse2",
    "proc/interrupts": f"{IRQS} 40: 9 0 0 0 PCI-MSIX 0-edge eth1-rx-0\n 50: 1 1 0 0 x ahci\nNMI: 0",
    "proc/irq/40/effective_affinity_list": "0",
    "proc/irq/50/effective_affinity_list": "0-1",
    "proc/self/limits": "Max locked memory  unlimited unlimited bytes\nMax realtime priority 50 50",
    "proc/self/maps": "7f00 r-xp /usr/lib64/libonload.so.1",
    "proc/self/status": "Name: x\nCapEff:\t000001ffffffffff",
    "proc/sys/kernel/nmi_watchdog": "0",
    "proc/sys/kernel/numa_balancing": "0",
    "proc/sys/kernel/sched_autogroup_enabled": "0",
    "proc/sys/kernel/sched_rt_period_us": "1000000",
    "proc/sys/kernel/sched_rt_runtime_us": "-1",
    "proc/sys/net/core/bpf_jit_enable": "1",
    "proc/sys/net/core/netdev_max_backlog": "30000",
    "proc/sys/net/core/rmem_max": "268435456",
    "proc/sys/net/ipv4/conf/all/rp_filter": "0",
    "proc/sys/net/ipv4/conf/eth1/rp_filter": "2",
    "proc/sys/net/ipv4/igmp_max_memberships": "1024",
    "proc/77/comm": "chronyd",
    "sys/class/net/eth1/device/numa_node": "1",
    "sys/class/net/eth1/device/msi_irqs/40": "msix",
    "sys/class/net/eth1/mtu": "1500",
    "sys/class/net/eth1/operstate": "up",
    "sys/class/net/eth1/queues/rx-0/rps_cpus": "00000000,00000003",
    "sys/class/net/eth1/speed": "25000",
    "sys/class/net/eth1/statistics/rx_dropped": "0",
    "sys/class/net/lo/operstate": "unknown",
    "sys/class/ptp/ptp0/clock_name": "ice-0000:17:00.0-clk",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
    f"{CPU}/online": "0-3",
    f"{CPU}/isolated": "2-3",
    f"{CPU}/nohz_full": "2-3",
    f"{CPU}/cpu2/topology/thread_siblings_list": "2",
    f"{CPU}/cpu2/cpufreq/scaling_governor": "performance",
    f"{CPU}/cpu2/cpuidle/state0/latency": "0",
    f"{CPU}/cpu2/cpuidle/state0/disable": "0",
    f"{CPU}/cpu2/cpuidle/state3/name": "C6",
    f"{CPU}/cpu2/cpuidle/state3/latency": "133",
    f"{CPU}/cpu2/cpuidle/state3/disable": "1",
    "sys/devices/system/node/node0/cpulist": "0-1",
    "sys/devices/system/node/node1/cpulist": "2-3",
    "sys/kernel/debug/sched/fair_server/cpu2/runtime": "0",
    "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "1024",
    "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages": "1000",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never",
}

VALUE, FLAGS, GRO, RINGS, COALESCE, STAMPS = "=II", 0x25, 0x2B, 0x10, 0x0E, 0x41
CHANNELS = 0x3C
BY_CARD = 0x4 | 0x40


class TableKernel(Kernel):
    """Answers by a table of commands; whatever is not in it fails."""

    def __init__(
        self, answers: dict[int, bytes], clock: int | None = 0, symbols: tuple[str, ...] = (),
        *, vma: bool = False,
    ) -> None:  # fmt: skip
        self.answers, self.clock, self.symbols, self.vma = answers, clock, symbols, vma

    def ethtool(self, interface: str, request: bytes) -> bytes | None:
        """By the number of the command."""
        assert interface
        return self.answers.get(struct.unpack_from("=I", request)[0])

    def xdp_features(self, interface: str) -> int | None:
        """All of them where the driver answers anything at all."""
        assert interface
        return 0x7F if self.answers else None

    def clock_state(self) -> int | None:
        """As it was made."""
        return self.clock

    def clock_offset_ns(self) -> int | None:
        """A few ns, where the clock is set."""
        return -1_250 if self.clock == 0 else None

    def has_symbol(self, name: str) -> bool:
        """Those that it was made with."""
        return name in self.symbols

    def vma_answers(self) -> bool:
        """As it was made."""
        return self.vma


def card(
    *, flags: int = 0, gro: int = 0, ring: int = 4096, wait_us: int = 0, stamps: int = BY_CARD
) -> dict[int, bytes]:
    """What a card answers."""
    return {
        FLAGS: struct.pack(VALUE, FLAGS, flags),
        GRO: struct.pack(VALUE, GRO, gro),
        RINGS: struct.pack("=9I", RINGS, 4096, 0, 0, 4096, ring, 0, 0, 512),
        COALESCE: struct.pack("=23I", COALESCE, wait_us, *[0] * 21),
        STAMPS: struct.pack("=IIi8I", STAMPS, stamps, 0, *[0] * 8),
        CHANNELS: struct.pack("=9I", CHANNELS, *[0] * 7, 1),
    }


def made(root: Path, files: dict[str, str | None], kernel: Kernel | None = None) -> Machine:
    """A machine of these files; None takes one of `TUNED` away."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_text(f"{text}\n", "utf-8")
    return Machine(root, kernel or TableKernel(card(), symbols=("onload_fd_stat",)))
