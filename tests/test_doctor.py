"""The doctor's stories: this /sys and this kernel in, these findings out; and nothing makes it fail."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from cli_runs import feedhandler, one_line
from hypothesis import given, settings
from hypothesis import strategies as st
from made_machines import CPU, TUNED, TableKernel, card, made
from patience import PATIENT

from feedhandler.doctor import examination, hiccup_kernel, hiccups, privileges
from feedhandler.doctor.examination import SUBJECTS, document, examine
from feedhandler.doctor.finding import Asked, Finding, Status
from feedhandler.doctor.hiccups import Hiccups
from feedhandler.doctor.machine import Machine, cores_of, cores_text, polling_core
from feedhandler.doctor.system import Kernel
from feedhandler.source.capability import NUMBERS

ASKED = Asked(2, "eth1")


def findings(machine: Machine, asked: Asked = ASKED) -> dict[str, Finding]:
    """Every finding by its name."""
    return {each.name: each for found in examine(machine, asked).values() for each in found}


def changed(root: Path, name: str, *files: tuple[str, str | None], **answers: int) -> Finding:
    """One finding of the tuned machine, in which a few files and answers are others."""
    kernel = TableKernel(card(**answers), symbols=("onload_fd_stat",))
    return findings(made(root, {**TUNED, **dict(files)}, kernel))[name]


# --- stories --------------------------------------------------------------------------------------
def test_a_tuned_machine_needs_nothing(tmp_path: Path) -> None:
    """Every finding is ok, but for the accelerators of other makers, and DPDK, that are not there."""
    found = findings(made(tmp_path, dict(TUNED)))

    assert {name for name, each in found.items() if each.status is not Status.OK} == {
        "vma", "xlio", "libraries",
    }  # fmt: skip
    assert found["isolated"].says == "cores 2-3"
    assert found["numa"].says == "core 2 on node 1, eth1 on node 1"
    assert found["irq of card"].says == "40 on 0"
    assert found["time stamps"].says == "by the card, clock ptp0"
    assert found["xdp"].says == "has CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF"


def test_an_empty_machine_is_absent(tmp_path: Path) -> None:
    """No /sys, no /proc, a kernel that answers nothing: absent everywhere, and never a traceback."""
    found = findings(made(tmp_path, {}, TableKernel({}, clock=None)))

    assert [each for each in found.values() if each.status is Status.WARN] == []
    assert found["isolated"].status is Status.ABSENT
    assert found["packet_ring"].status is Status.ABSENT
    assert {"gro", "lro", "rxvlan", "card ring", "coalescing", "losses", "time stamps"} <= {
        name for name, each in found.items() if each.status is Status.ABSENT
    }


@pytest.mark.parametrize(
    ("name", "file", "content", "says", "mend"),
    [
        ("isolated", f"{CPU}/isolated", "", "no core is isolated", "isolcpus=managed_irq,domain,2"),
        ("isolated", f"{CPU}/isolated", "3", "cores 3, not 2", "isolcpus=managed_irq,domain,2"),
        ("isolated", f"{CPU}/online", "0", "there is one core only", ""),
        ("nohz_full", f"{CPU}/nohz_full", "(null)", "no core: the tick", "nohz_full=2"),
        ("rcu_nocbs", f"{CPU}/nohz_full", "3", "cores 2-3", ""),
        ("smt", f"{CPU}/cpu2/topology/thread_siblings_list", "0,2", "shares its pipeline with 0",
         f"echo 0 | sudo tee /{CPU}/cpu0/online"),
        ("smt", f"{CPU}/cpu2/topology/thread_siblings_list", "2,6", "no sibling at work", ""),
        ("governor", f"{CPU}/cpu2/cpufreq/scaling_governor", "powersave", "powersave",
         f"echo performance | sudo tee /{CPU}/cpu2/cpufreq/scaling_governor"),
        ("c-states", f"{CPU}/cpu2/cpuidle/state3/disable", "0", "C6: up to 133 us to leave",
         f"echo 1 | sudo tee /{CPU}/cpu2/cpuidle/state3/disable"),
        ("c-states", "proc/cmdline", "idle=poll", "cores never sleep", ""),
        ("irq of card", "proc/irq/40/effective_affinity_list", "2", "40 on 2: on the polling core",
         "echo 0-1 | sudo tee /proc/irq/40/smp_affinity_list"),
        ("other irqs", "proc/irq/50/effective_affinity_list", "0-3", "none came to core 2", ""),
        ("irqbalance", "proc/99/comm", "irqbalance", "runs",
         "sudo systemctl disable --now irqbalance"),
        ("rps", "sys/class/net/eth1/queues/rx-0/rps_cpus", "f", "rx-0 are steered to core 2",
         "echo 0 | sudo tee /sys/class/net/eth1/queues/rx-0/rps_cpus"),
        ("rt throttling", "proc/sys/kernel/sched_rt_runtime_us", "950000", "50000 of 1000000 us",
         "sudo sysctl -w kernel.sched_rt_runtime_us=-1"),
        ("fair server", "sys/kernel/debug/sched/fair_server/cpu2/runtime", "50000000",
         "50000000 ns", "echo 0 | sudo tee"),
        ("autogroup", "proc/sys/kernel/sched_autogroup_enabled", "1", "nice acts inside one",
         "sudo sysctl -w kernel.sched_autogroup_enabled=0"),
        ("nmi watchdog", "proc/sys/kernel/nmi_watchdog", "1", "interrupts every core",
         "sudo sysctl -w kernel.nmi_watchdog=0"),
        ("numa", "sys/class/net/eth1/device/numa_node", "0", "core 2 on node 1, eth1 on node 0",
         "--core CORE  # one of 0-1"),
        ("numa", "sys/class/net/eth1/device/numa_node", "-1", "does not tell its own", ""),
        ("numa balancing", "proc/sys/kernel/numa_balancing", "1", "on",
         "sudo sysctl -w kernel.numa_balancing=0"),
        ("huge pages", "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0", "none of 2",
         ""),
        ("huge pages", "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "0", "0 free",
         "sudo sysctl -w vm.nr_hugepages=512"),
        ("thp", "sys/kernel/mm/transparent_hugepage/enabled", "[always] never", "moved about",
         "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"),
        ("rmem_max", "proc/sys/net/core/rmem_max", "212992", "212,992 bytes",
         "sudo sysctl -w net.core.rmem_max=67108864"),
        ("igmp_max_memberships", "proc/sys/net/ipv4/igmp_max_memberships", "20", "20 groups",
         "sudo sysctl -w net.ipv4.igmp_max_memberships=256"),
        ("bpf jit", "proc/sys/net/core/bpf_jit_enable", "0", "interpreted",
         "sudo sysctl -w net.core.bpf_jit_enable=1"),
        ("rp_filter", "proc/sys/net/ipv4/conf/eth1/rp_filter", "1", "strict",
         "sudo sysctl -w net.ipv4.conf.eth1.rp_filter=2"),
        ("link", "sys/class/net/eth1/operstate", "down", "25000 Mbit/s, MTU 1500: down",
         "sudo ip link set eth1 up"),
        ("losses", "sys/class/net/eth1/statistics/rx_missed_errors", "12", "rx_missed_errors 12",
         "ethtool -S eth1"),
        ("clock source", "sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet",
         "hpet: reading the time is slow", "echo tsc | sudo tee"),
        ("tsc", "proc/cpuinfo", "flags : fpu constant_tsc", "no nonstop_tsc", ""),
        ("packet_ring", "proc/self/status", "CapEff:\t0000000000000000", "lacks CAP_NET_RAW",
         "sudo setcap cap_net_raw+ep"),
        ("xdp", "proc/self/status", "CapEff:\t0000000000003000", "lacks CAP_BPF",
         "sudo setcap cap_net_admin,cap_net_raw,cap_bpf+ep"),
        ("xdp", "proc/self/status", "CapEff:\t0000000000203000", "has CAP_NET_ADMIN", ""),
        ("packet_ring", "proc/self/status", "CapEff: nonsense", "not told", ""),
        ("onload", "proc/self/maps", "nothing", "not loaded", "onload --profile=latency"),
        ("vma", "proc/self/maps", "r-xp /usr/lib/libvma.so.9", "mapped, and does not answer", ""),
    ],
)  # fmt: skip
def test_one_thing_that_is_otherwise(
    tmp_path: Path, name: str, file: str, content: str, says: str, mend: str
) -> None:
    """A tuned machine in which one file is another: what is said of it, and what mends it."""
    found = changed(tmp_path, name, (file, content))

    assert says in found.says
    assert (mend in found.mend) if mend else (found.status is not Status.WARN or not found.mend)


@pytest.mark.parametrize(
    ("name", "answers", "says", "mend"),
    [
        ("gro", {"gro": 1}, "merged", "sudo ethtool -K eth1 gro off"),
        ("lro", {"flags": 1 << 15}, "merged", "sudo ethtool -K eth1 lro off"),
        ("rxvlan", {"flags": 1 << 8}, "tag", "sudo ethtool -K eth1 rxvlan off"),
        ("card ring", {"ring": 512}, "512 of at most 4096", "sudo ethtool -G eth1 rx 4096"),
        ("coalescing", {"wait_us": 50}, "up to 50 us", "adaptive-rx off rx-usecs 0"),
        ("time stamps", {"stamps": 8}, "by the kernel only", ""),
        ("time stamps", {"stamps": 0}, "neither", ""),
    ],
)
def test_one_answer_that_is_otherwise(
    tmp_path: Path, name: str, answers: dict[str, int], says: str, mend: str
) -> None:
    """The same with what the driver answers."""
    found = changed(tmp_path, name, **answers)

    assert says in found.says
    assert mend in found.mend
    assert found.status is not Status.OK


@pytest.mark.parametrize(
    ("capabilities", "limits", "priority", "memory"),
    [
        ("1ffffffffff", "", "any, by CAP_SYS_NICE", "no limit, by CAP_IPC_LOCK"),
        ("0", "Max locked memory 65536 x\nMax realtime priority 0 0",
         "RLIMIT_RTPRIO is 0, and no CAP_SYS_NICE: no SCHED_FIFO",
         "65,536 bytes may be locked: rings and pools may be swapped out"),
        ("0", "Max locked memory 2147483648 x\nMax realtime priority 9 9", "up to 9",
         "2,147,483,648 bytes may be locked"),
        ("0", "Max locked memory unlimited\nMax realtime priority unlimited", "up to any",
         "no limit"),
        ("0", "", "the limit is not told", "the limit is not told"),
    ],
)  # fmt: skip
def test_what_a_capability_or_a_limit_allows(
    tmp_path: Path, capabilities: str, limits: str, priority: str, memory: str
) -> None:
    """Either is enough; without both there is the command."""
    files = {"proc/self/status": f"CapEff:\t{capabilities}", "proc/self/limits": limits}
    found = findings(made(tmp_path, {**TUNED, **files}))

    assert (found["rt priority"].says, found["memlock"].says) == (priority, memory)
    assert bool(found["rt priority"].mend) == ("no SCHED_FIFO" in priority)
    assert bool(found["memlock"].mend) == ("swapped" in memory)


@pytest.mark.parametrize(
    ("clock", "program", "status", "says"),
    [
        (0, "chronyd", Status.OK, "by chronyd, -1,250 ns to go"),
        (0, "x", Status.OK, "by somebody"),
        (1, "x", Status.OK, "by somebody"),
        (5, "chronyd", Status.WARN, "not yet, though chronyd runs"),
        (5, "x", Status.WARN, "by nobody"),
        (None, "x", Status.ABSENT, "does not tell"),
    ],
)
def test_who_sets_the_clock(
    tmp_path: Path, clock: int | None, program: str, status: Status, says: str
) -> None:
    """What adjtimex says counts; a program that runs is only its name."""
    machine = made(tmp_path, {**TUNED, "proc/77/comm": program}, TableKernel(card(), clock))
    found = findings(machine)["clock set"]

    assert (found.status, says in found.says) == (status, True)


def test_a_machine_with_grubby_is_told_of_grubby(tmp_path: Path) -> None:
    """Distributions differ in how the kernel's command line is kept."""
    files = {**TUNED, f"{CPU}/isolated": "", "usr/sbin/grubby": ""}
    found = findings(made(tmp_path, files))["isolated"]

    assert found.mend.startswith("sudo grubby --update-kernel=ALL --args='isolcpus=")


def test_virtio_interrupts_are_found_by_name(tmp_path: Path) -> None:
    """The bus lists those of the device's parent; /proc/interrupts names each queue."""
    lines = "           CPU0 CPU1\n 37: 1 0 x virtio2-input.0\n 38: 0 3 x virtio20-input.0"
    machine = made(tmp_path, {"proc/interrupts": lines, f"{CPU}/online": "0-1",
                              "sys/devices/virtio2/features": "1",
                              "proc/irq/37/smp_affinity_list": "1",
                              "proc/irq/38/smp_affinity_list": "1"})  # fmt: skip
    (tmp_path / "sys/class/net/eth0").mkdir(parents=True)
    (tmp_path / "sys/class/net/eth0/device").symlink_to("../../../devices/virtio2")
    found = findings(machine, Asked(1, "eth0"))

    assert found["irq of card"].says.startswith("37 on 1: on the polling core 1")
    assert "proc/irq/38" in found["other irqs"].mend


# --- parts ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("", set()), ("(null)", set()), ("3", {3}), ("0-2,5", {0, 1, 2, 5}), ("1,\n2", {1, 2}),
        ("x", None), ("3-1", None), ("0-99999999999", None), ("-3", None), ("1-2-3", None),
    ],
)  # fmt: skip
def test_lists_of_cores(text: str, cores: set[int] | None) -> None:
    """As the kernel writes them, and nothing else."""
    assert cores_of(text) == cores


@PATIENT
@given(st.frozensets(st.integers(0, 300)))
def test_a_written_list_is_read_again(cores: frozenset[int]) -> None:
    """Writing and reading are inverse."""
    assert cores_of(cores_text(cores)) == cores


def test_the_core_is_the_first_isolated_one_or_the_last(tmp_path: Path) -> None:
    """Where isolation leaves one; core 0 has the most interrupts."""
    assert polling_core(made(tmp_path / "a", dict(TUNED))) == 2
    assert polling_core(made(tmp_path / "b", {**TUNED, f"{CPU}/isolated": ""})) == 3
    assert polling_core(made(tmp_path / "c", {})) == 0


def test_every_source_has_its_privileges() -> None:
    """Each capability of each source has a number, and a captured file needs none."""
    assert {name for needed in privileges.NEEDED.values() for name in needed} <= set(NUMBERS)
    assert privileges.NEEDED["pcap"] == privileges.NEEDED["udp_socket"] == ()


# --- nothing makes it fail ------------------------------------------------------------------------
@settings(PATIENT, max_examples=60)
@given(st.data())
def test_files_that_hold_anything(tmp_path: Path, data: st.DataObject) -> None:
    """Files of any content, answers of any bytes: findings, and never an exception."""
    names = data.draw(st.lists(st.sampled_from(sorted(TUNED)), max_size=6, unique=True))
    texts = st.one_of(
        st.text(max_size=20), st.sampled_from(["4294967295", "-1", "9" * 30, "a:b", "CapEff:"])
    )
    files = {**TUNED, **{name: data.draw(texts) for name in names}}
    answers = {key: data.draw(st.binary(min_size=256, max_size=256)) for key in card()}
    found = examine(made(tmp_path, files, TableKernel(answers)), ASKED)

    assert list(found) == list(SUBJECTS)
    assert json.loads(json.dumps(document(ASKED, found)))["format"] == 1


def test_folders_in_the_place_of_files_and_the_other_way_round(tmp_path: Path) -> None:
    """Whatever the kernel does to its trees next."""
    for name in TUNED:
        (tmp_path / "folders" / name).mkdir(parents=True)
    (tmp_path / "file").write_text("x")

    assert examine(Machine(tmp_path / "folders", TableKernel({})), ASKED)
    assert examine(Machine(tmp_path / "file", TableKernel({})), ASKED)


def test_the_real_kernel_answers_or_does_not() -> None:
    """Of the loopback and of names that no interface can have."""
    kernel = Kernel()

    assert kernel.ethtool("lo", b"\x2b\0\0\0" + bytes(4)) is not None
    assert kernel.ethtool("no-such-card", b"\x2b\0\0\0" + bytes(4)) is None
    assert kernel.ethtool("a-name-of-more-than-15-letters", bytes(8)) is None
    assert kernel.has_symbol("getsockopt")
    assert not kernel.has_symbol("onload_fd_stat")
    assert not kernel.vma_answers()
    assert kernel.clock_state() in range(6)
    assert (kernel.clock_offset_ns() is None) == (kernel.clock_state() == 5)


# --- the command ----------------------------------------------------------------------------------
def test_the_command_tells_this_machine() -> None:
    """Each finding with its command on a line of its own; exit code 1 exactly when there is a warning."""
    result = feedhandler("doctor", "-i", "lo")
    told = json.loads(feedhandler("doctor", "-i", "lo", "--json").stdout)

    assert result.exit_code == (1 if told["counts"]["warn"] else 0)
    for each in told["findings"]:
        assert each["name"] in result.stdout
        if each["mend"] and "irq" not in each["name"]:  # counts change between both runs
            assert f"\n         {each['mend']}\n" in result.stdout
    assert sum(told["counts"].values()) == len(told["findings"])


def test_quiet_shows_what_is_to_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but warnings."""
    two = {"cores": [Finding("a", Status.OK, "well"), Finding("b", Status.WARN, "ill", "mend b")]}
    monkeypatch.setattr(examination, "examine", lambda *_: two)
    result = feedhandler("doctor", "-q", "--core", "0")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "polling core 0", "", "cores", "  warn   b                     ill", "         mend b",
    ]  # fmt: skip


def test_what_is_not_there_is_one_line() -> None:
    """An interface or a core that this machine does not have: exit code 3."""
    nothing, far = feedhandler("doctor", "-i", "nic9"), feedhandler("doctor", "--core", "60000")

    assert (nothing.exit_code, far.exit_code) == (3, 3)
    assert one_line(nothing).startswith("-i nic9: no such interface; there are: ")
    assert one_line(far).startswith("--core 60000: no such core; online are 0")


# --- hiccups --------------------------------------------------------------------------------------
def test_the_hiccup_meter_finds_gaps() -> None:
    """With a least of nothing every turn is a gap, and all gaps together are the time that passed."""
    words, ticks, _ = hiccups.watched(-1, 1_000_000)

    assert words[hiccup_kernel.COUNT] == words[hiccup_kernel.TURNS] > 10
    assert words[hiccup_kernel.TOTAL] == ticks >= 1_000_000
    assert 0 < words[hiccup_kernel.WORST] <= ticks


def test_hiccups_are_told_in_time() -> None:
    """Ticks are brought to ns by the watch itself; a long gap is a warning."""
    words = np.zeros(hiccup_kernel.HICCUP_WORDS, np.int64)
    words[[hiccup_kernel.COUNT, hiccup_kernel.TOTAL, hiccup_kernel.WORST]] = 500, 40_000_000, 90_000
    seen = hiccups.of_words(words, 2_000_000_000, 1_000_000_000)
    calm = Hiccups(1_000_000_000, 2, 5_000, 4_000)

    assert seen == Hiccups(1_000_000_000, 500, 20_000_000, 45_000)
    assert seen.finding(3).says == (
        "500 gaps a second above 1 us, 2.00 % of the time, the longest 45 us on core 3"
    )
    assert [each.finding(3).status for each in (seen, calm)] == [Status.WARN, Status.OK]


def test_the_command_measures_hiccups() -> None:
    """On the core that is asked for; this process stays where it was."""
    before = os.sched_getaffinity(0)
    told = json.loads(feedhandler("doctor", "--core", "0", "--hiccups", "1", "--json").stdout)

    assert told["findings"][-1]["name"] == "hiccups"
    assert told["findings"][-1]["says"].endswith("on core 0")
    assert os.sched_getaffinity(0) == before
