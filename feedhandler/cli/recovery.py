"""`simulate --recover`: what no line brought, asked for again, in the capture that is written."""

from typing import TYPE_CHECKING, Any, Final

import click

from feedhandler.cli.output import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedhandler.simulator.capture import Recorded
    from feedhandler.simulator.misbehaviour import Misbehaviour
    from feedhandler.simulator.retransmission import Retransmission

OF_THE_DAY: Final = ("messages", "seed", "instruments")


def healed(
    frames: "Iterable[Recorded]", feed: str, arguments: dict[str, Any], wrongs: str
) -> "Retransmission":
    """The frames, and between them the replies of a server that does these things wrong."""
    from feedhandler.simulator import venue  # noqa: PLC0415 (scapy)
    from feedhandler.simulator.retransmission import Retransmission  # noqa: PLC0415
    from feedhandler.simulator.servers import itch_servers  # noqa: PLC0415

    if feed != venue.ITCH:
        raise click.UsageError(f"--recover: {feed} has no re-request server")
    day = {key: arguments[key] for key in OF_THE_DAY}
    servers = itch_servers(misbehaviour=misbehaviour("--recover", wrongs), **day)
    return Retransmission(frames, servers, vlan=arguments["vlan"])


def misbehaviour(option: str, text: str) -> "Misbehaviour":
    """What a server does wrong, as it was written."""
    from feedhandler.simulator.misbehaviour import Misbehaviour, MisbehaviourError  # noqa: PLC0415

    try:
        return Misbehaviour.parse(text)
    except MisbehaviourError as error:
        raise click.UsageError(f"{option}: {error}") from None


def entry(done: "Retransmission") -> dict[str, int]:
    """What was recovered, for reports."""
    return {
        "replies": done.replies,
        "ranges": len(done.done),
        "messages": sum(each.count for each in done.done),
        "failed": len(done.failed),
    }


def lines(truth: dict[str, Any]) -> list[str]:
    """The same for people; nothing if nothing was asked."""
    told = truth.get("recovery")
    if told is None:
        return []
    ranges, replies = count(told["ranges"], "range"), f"{told['replies']:,} replies"
    return [
        f"  recovery  {ranges} of {told['messages']:,} messages, {replies}, {told['failed']} failed"
    ]
