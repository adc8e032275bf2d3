"""`feedhandler doctor`: its options; what is looked at is in `feedhandler.doctor`."""

from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.cli import options

if TYPE_CHECKING:
    from feedhandler.doctor.finding import Asked, Finding
    from feedhandler.doctor.machine import Machine

CORE_MAX: Final = 1 << 16
STYLES: Final = {"ok": "green", "warn": "bold yellow", "absent": "dim"}


@click.command(short_help="Look at what of this machine helps or hinders a polling core.")
@click.option("-i", "--interface", metavar="IFACE", help="Look at this network interface, too.")
@click.option(
    "--core", type=click.IntRange(0, CORE_MAX), metavar="N",
    help="The core that is to poll; by default the first isolated one, or else the last.",
)  # fmt: skip
@click.option(
    "--hiccups", "hiccup_seconds", type=click.IntRange(1, 3600), metavar="SECONDS",
    help="Spin on the core for so long, and tell how often it was taken away.",
)  # fmt: skip
@options.as_json("The findings as one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Only what is to be mended.")
@click.pass_context
def doctor(ctx: click.Context, /, **given: Any) -> None:
    """Look at cores, interrupts, scheduler, memory, sockets, card, clocks and privileges; change nothing.

    Each finding is ok, warn (it costs latency or packets, or a source lacks it) or absent (this machine does
    not have it, or does not tell), with the one command that mends it. Commands that change the system are
    shown with sudo; nothing is run.

    \b
    Examples:
      feedhandler doctor
      feedhandler doctor -i eth1 --core 3 --hiccups 10
      feedhandler doctor -i eth1 --json | jq '.findings[] | select(.status == "warn")'

    Exit codes: 0 when nothing is to be mended, 1 when there is a warning, 2 usage, 3 no such interface or core.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.cli.main import DATA, OK  # noqa: PLC0415 (a circle, else)
    from feedhandler.cli.output import print_json  # noqa: PLC0415
    from feedhandler.doctor.examination import document, examine  # noqa: PLC0415
    from feedhandler.doctor.machine import Machine  # noqa: PLC0415

    machine = Machine()
    asked = ask(machine, given["interface"], given["core"])
    found = examine(machine, asked)
    if given["hiccup_seconds"] is not None:
        from feedhandler.doctor.hiccups import measure  # noqa: PLC0415 (numba)

        seen = measure(asked.core, given["hiccup_seconds"] * 1_000_000_000)
        found["measured"] = [seen.finding(asked.core)]
    told = document(asked, found)
    if given["as_json"]:
        print_json(told)
    else:
        draw(asked, found, warnings_only=given["quiet"])
    ctx.exit(DATA if told["counts"]["warn"] else OK)


def ask(machine: "Machine", interface: str | None, core: int | None) -> "Asked":
    """What is to be looked at, if it is there."""
    from feedhandler.cli.output import EnvironmentProblemError  # noqa: PLC0415
    from feedhandler.doctor.finding import Asked  # noqa: PLC0415
    from feedhandler.doctor.machine import polling_core  # noqa: PLC0415

    if interface is not None and interface not in machine.interfaces():
        known = ", ".join(machine.interfaces()) or "none"
        raise EnvironmentProblemError(f"-i {interface}: no such interface; there are: {known}")
    if core is not None and (why := machine.lacks(core)):
        raise EnvironmentProblemError(f"--core {core}: {why}")
    return Asked(polling_core(machine) if core is None else core, interface or "")


def draw(asked: "Asked", found: "dict[str, list[Finding]]", *, warnings_only: bool) -> None:
    """The findings for people; commands are on lines of their own and never cut."""
    from rich.text import Text  # noqa: PLC0415 (rich is loaded only to draw)

    from feedhandler.cli.output import page, safe  # noqa: PLC0415

    with page() as out:
        about = f", interface {safe(asked.interface)}" if asked.interface else ""
        out.print(Text(f"polling core {asked.core}{about}", style="bold"))
        for subject, findings in found.items():
            shown = [each for each in findings if each.status == "warn" or not warnings_only]
            if shown:
                out.print(Text(f"\n{subject}", style="bold"))
            for each in shown:
                line = Text.assemble(
                    "  ", (f"{each.status:<7}", STYLES[each.status]), f"{each.name:<22}"
                )
                out.print(line + Text(safe(each.says)), soft_wrap=True)
                if each.mend:
                    out.print(Text(f"{'':<9}{safe(each.mend)}", style="cyan"), soft_wrap=True)
        if not asked.interface and not warnings_only:
            out.print(Text("\nno interface was named: -i IFACE looks at one", style="dim"))
