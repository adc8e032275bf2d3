"""The end of a live run: what it comes to, by the rules of a replay's report, as data, as text and as an exit code."""

from typing import TYPE_CHECKING, Any

from feedhandler.cli.main import DATA, OK
from feedhandler.cli.output import notice
from feedhandler.cli.report import gap_entry
from feedhandler.cli.wholeness import doubt_entry, ends_entry, problems_of, unknown, verdict
from feedhandler.counter import Counter
from feedhandler.decode.description import ends_sessions
from feedhandler.engine import desk_header as words
from feedhandler.engine.doubts import doubts_of
from feedhandler.logs import log

if TYPE_CHECKING:
    from feedhandler.live import LiveRun
    from feedhandler.service.daemon import Daemon


def end_entry(
    run: "LiveRun", malformed_max: int = 0, doubt_max: int = 0, *, configured: bool = False
) -> dict[str, Any]:
    """What a run that has ended comes to, under the names of a replay's report.

    `configured`: somebody has named the channels, so that one which brought nothing did not end, either.
    """
    engine, doubts = run.engine, doubts_of(run.engine)
    gaps, last_ns = engine.channels.gap_table, int(engine.desk.work[words.NOW])
    ends = ends_entry(run)
    if configured and ends_sessions(run.feed.transport):
        ends = {"told": True, "missing": [*ends["missing"], *silent_channels(run)]}
    problems = [
        *problems_of(run, malformed_max),
        *(doubts.lines() if doubts.count > doubt_max else ()),
    ]
    senders = sorted(set(engine.channels.senders.values()))
    if senders and not engine.counters[Counter.DATAGRAMS]:
        problems.append(f"only what {' and '.join(senders)} may send is taken")
    found: dict[str, Any] = {
        "stop": None, "interrupted": False, "unit": run.feed.unit, "counters": run.look(),
        "gaps": [gap_entry(gap, last_ns) for gap in engine.channels.gaps],
        "recovered": [gap_entry(gap, last_ns) for gap in gaps if gap.recovered],
        "joined": [gap_entry(gap, last_ns) for gap in gaps if gap.joined],
        "gap_units": int(engine.counters[Counter.GAP_UNITS]),
        "digest": digests(run), "end_of_session": ends, "in_doubt": doubt_entry(doubts), "problems": problems,
        "exit_code": DATA if problems else OK,
    }  # fmt: skip
    return {**found, "verdict": verdict(found)[0], "not_known": list(unknown(found))}


def digests(run: "LiveRun") -> dict[str, str] | None:
    """Of all events and of what the books hold, where they were asked for."""
    return {"events": run.digest, "books": run.books.digest()} if run.digesting else None


def silent_channels(run: "LiveRun") -> list[int]:
    """Channels of the feed that brought nothing."""
    came = {each["channel"] for each in run.channels if each["role"] == "incremental"}
    described = (each.id for each in run.feed.channels if each.role == "incremental")
    return sorted(set(described) - came)


def unheard(run: "LiveRun") -> list[str]:
    """The lines that brought nothing from the one who alone may send them, where others brought something."""
    if not run.engine.counters[Counter.DATAGRAMS]:
        return []  # a problem, which tells all senders
    return [
        f"line {line['line']} of channel {each['channel']}: nothing came from {line['sender']}, who alone may send it"
        for each in run.channels
        for line in each["lines"]
        if "sender" in line and not line["datagrams"]
    ]


def ended(daemon: "Daemon", malformed_max: int, doubt_max: int) -> list[dict[str, Any]]:
    """What each feed comes to, in the order of the daemon's parts."""
    return [
        end_entry(part.run, malformed_max, doubt_max, configured=part.plan.given is not None)
        for part in daemon.parts
    ]


def tell(daemon: "Daemon", ends: list[dict[str, Any]], *, service: bool, quiet: bool) -> int:
    """Tell it, to a log or to people; the exit code."""
    for part, found in zip(daemon.parts, ends, strict=True):
        notes = [*part.run.engine.intake.notes(), *unheard(part.run)]
        if service:
            for line in [*notes, *found["problems"]]:
                log.warning("not_whole", loop=part.plan.loop, says=line)
            log.info(
                "verdict", loop=part.plan.loop, exit_code=found["exit_code"],
                says=found["verdict"], not_known=found["not_known"], digest=found["digest"],
            )  # fmt: skip
            continue
        told = found["problems"] if quiet else [*digest_lines(found), *lines_of(found)]
        for line in [*notes, *told]:
            notice(line)
    return max(int(found["exit_code"]) for found in ends)


def digest_lines(found: dict[str, Any]) -> list[str]:
    """The digests, if there are any."""
    return [f"digest of {what}: {value}" for what, value in (found["digest"] or {}).items()]


def lines_of(found: dict[str, Any]) -> list[str]:
    """The verdict, and what nobody can know."""
    return [*found["verdict"], *found["not_known"]]
