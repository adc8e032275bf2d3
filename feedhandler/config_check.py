"""What each value may be and all together may not: groups that overlap, limits that contradict, names used twice.

Nothing is asked of the machine here: a configuration may be checked elsewhere than where it runs. Of what could not
be read nothing is concluded; all that does not depend on it is looked at, so that one look tells as much as can be.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

from feedhandler.config import (
    FILTERED,
    PUBLISHED,
    Config,
    Feed,
    Recovery,
    asleep,
    limits_kind,
)
from feedhandler.config_alone import loops, programs, segments, taken_alone
from feedhandler.config_places import Faults, Path, Unread, path_text
from feedhandler.config_sources import (
    expressions,
    interfaces,
    names_of_interfaces,
    room,
    senders,
)
from feedhandler.decode.catalog import feeds
from feedhandler.publish.segment import Kind, SegmentNameError, path_of
from feedhandler.session.soupbintcp import USERNAME_BYTES
from feedhandler.source.source import CaptureError
from feedhandler.waits import too_long
from feedhandler.wire.routes import Group, GroupError, address_number, check_sender, senders_of

PAGE: Final = 4096
SIZED: Final = ("packet_ring", "dpdk")  # their slots and buffers hold frames of a size that is told
SHARED: Final = 2  # workers, the fewest that can share an interface
# Which transports a way to recover speaks to.
FITS: Final = {
    "moldudp64": "moldudp64", "soupbintcp": "moldudp64", "glimpse": "moldudp64",
    "tcp_replay": "mdp3_packet",
}  # fmt: skip
SOUP: Final = ("soupbintcp", "glimpse")
LOGINS: Final = (*SOUP, "tcp_replay")


def check(config: Config, unread: Unread) -> list[tuple[Path, str]]:
    """Everything that is wrong with the values of a configuration that could be read."""
    of_workers = list(workers(config, unread))
    unknown: dict[int, str] = dict(unknown_feeds(config))
    found: list[tuple[Path, str]] = [*metrics(config), *of_workers]
    found += [(("feed", number, "feed"), reason) for number, reason in unknown.items()]
    known = [each for each in enumerate(config.feed) if each[0] not in unknown]
    for number, feed in known:
        found += of_feed(feed, ("feed", number), unread)
    found += [*names(config, unread), *groups(known, unread)]
    if not (unknown or of_workers or unread.touches(("worker",)) or vague(config, unread)):
        found += [*sleepers(config), *shares(config), *segments(config), *taken_alone(config)]
        found += [*programs(config), *filters(config)]
    return [each for each in found if not unread.covers(each[0])]


def unknown_feeds(config: Config) -> Iterator[tuple[int, str]]:
    """Those that cannot be run, and why."""
    known = {each.name for each in feeds()}
    for number, feed in enumerate(config.feed):
        if feed.feed not in known:
            yield number, f"no such feed; known are {', '.join(sorted(known))}"
        elif not feed.description.ports:
            yield number, f"{feed.feed} is a file's format: nobody sends it"


def of_feed(feed: Feed, path: Path, unread: Unread) -> Faults:
    """What is wrong with a feed by itself."""
    yield from interfaces(feed, path, unread)
    yield from names_of_interfaces(feed, path, unread)
    yield from expressions(feed, (*path, "expression"))
    yield from senders(feed, path, unread)
    yield from channels(feed, path, unread)
    yield from limits(feed, path, unread)
    yield from room(feed, path, unread)
    for at, recovery in enumerate(feed.recovery):
        here = (*path, "recovery", at)
        if not unread.covers((*here, "method")):
            yield from recoveries(feed, recovery, here, unread)
    if feed.templates and not feed.description.is_fast:
        yield (*path, "templates"), f"{feed.feed} has none, it is no FAST feed"


def vague(config: Config, unread: Unread) -> bool:
    """Whether it is not known which workers some feed has, or which channels."""
    return any(
        unread.touches(("feed", number, key))
        for number in range(len(config.feed))
        for key in ("workers", "channel")
    )


def metrics(config: Config) -> Faults:
    """An address of ours and a port."""
    if config.metrics.address:
        yield from readable(config.metrics.address, ("metrics", "address"))


def workers(config: Config, unread: Unread) -> Faults:
    """Each worker has its own name and core, and something to do; feeds name those that there are."""
    by_name: dict[str, int] = {}
    by_core: dict[int, int] = {}
    unsure = unread.covers(("feed",)) or vague(config, unread)
    for number, worker in enumerate(config.worker):
        path: Path = ("worker", number)
        named = not unread.covers((*path, "name"))
        if named and worker.name in by_name:
            yield (*path, "name"), f"worker[{by_name[worker.name]}] has this name, too"
        if named:
            by_name.setdefault(worker.name, number)
        if worker.core is not None and worker.core in by_core:
            yield (*path, "core"), f"worker[{by_core[worker.core]}] polls on this core, too"
        if worker.core is not None:
            by_core.setdefault(worker.core, number)
        spins = worker.idle == "spin" and not unread.covers((*path, "idle"))
        pinned = worker.core is not None or unread.covers((*path, "core"))
        if worker.priority and spins and not pinned:
            yield (*path, "priority"), "a spinning worker with a real-time priority needs a core"
        if named and not unsure and not has_work(worker.name, config):
            yield path, "no feed goes to this worker"
    if not unread.covers(("worker",)) and not any(
        unread.covers(("worker", number, "name")) for number in range(len(config.worker))
    ):
        yield from unknown_workers(config)


def unknown_workers(config: Config) -> Faults:
    """What feeds name and nobody is, or name again."""
    known = dict.fromkeys(worker.name for worker in config.worker)
    for number, feed in enumerate(config.feed):
        for at, name in enumerate(feed.workers):
            path: Path = ("feed", number, "workers", at)
            if name not in known:
                told = ", ".join(known)
                yield path, f"no worker {name!r}; there are {told}"
            elif name in feed.workers[:at]:
                yield path, f"worker {name!r} is named before"


def has_work(worker: str, config: Config) -> bool:
    """Whether any feed goes to a worker."""
    return any(not feed.workers or worker in feed.workers for feed in config.feed)


def channels(feed: Feed, path: Path, unread: Unread) -> Faults:
    """Each role of a channel once, with lines."""
    seen: dict[tuple[int, str], int] = {}
    for number, channel in enumerate(feed.channel):
        here = (*path, "channel", number)
        key = (channel.id, channel.role)
        told = not any(unread.covers((*here, each)) for each in ("id", "role"))
        if told and key in seen:
            yield here, f"channel[{seen[key]}] is {channel.role} of channel {channel.id}, too"
        if told:
            seen.setdefault(key, number)
        if not channel.lines:
            yield (*here, "lines"), "a channel needs a line"
    told = not unread.touches((*path, "channel"))
    if told and not any(channel.role == "incremental" for channel in feed.channels):
        yield (*path, "channel"), "none of them is incremental: nothing would change a book"


def limits(feed: Feed, path: Path, unread: Unread) -> Faults:
    """Limits that contradict each other, or what they are for."""
    given = feed.limits
    for start, most in (("books", "books_max"), ("orders", "orders_max"), ("levels", "levels_max")):
        first, last = getattr(given, start), getattr(given, most)
        if first > last and not unread.covers((*path, "limits", most)):
            yield (
                (*path, "limits", start),
                f"{first:,} to begin with are more than {most}, {last:,}",
            )
    if given.books_max > PUBLISHED:
        yield (
            (*path, "limits", "books_max"),
            f"{given.books_max:,} books: best prices in shared memory have room for {PUBLISHED:,}",
        )
    if given.kept_rows & (given.kept_rows - 1):
        yield (*path, "limits", "kept_rows"), f"{given.kept_rows:,} is no power of two"
    waiting = feed.arbitration
    sure = not unread.covers((*path, "arbitration", "silence_ns"))
    if sure and waiting.gap_timeout_ns > waiting.silence_ns:
        yield (
            (*path, "arbitration", "gap_timeout_ns"),
            f"longer than silence_ns, {waiting.silence_ns:,}: a line would be silent before a gap is one",
        )
    if feed.ring_bytes % PAGE:
        yield (*path, "ring_bytes"), f"no multiple of a page, {PAGE}"
    if feed.source not in SIZED and feed.frame_bytes is not None:
        yield (*path, "frame_bytes"), f"only {' and '.join(SIZED)} have slots, not {feed.source}"
    if feed.source != "packet_ring" and feed.fanout:
        yield (*path, "fanout"), f"only rings of packet_ring can share, not {feed.source}"


def recoveries(feed: Feed, recovery: Recovery, path: Path, unread: Unread) -> Faults:
    """Servers that can be spoken to, in a way that the feed has, within limits that the way has."""
    if FITS[recovery.method] != feed.description.transport:
        yield (*path, "method"), f"{feed.feed} cannot be recovered by {recovery.method}"
    for number, server in enumerate(recovery.servers):
        here = (*path, "servers", number)
        faults = list(readable(server, here))
        yield from faults or of_host(server, here)
    if recovery.method != "moldudp64" and len(recovery.servers) > 1:
        yield (*path, "servers"), f"{recovery.method} has one server"
    known = {channel.id for channel in feed.channels}
    told = not unread.touches((*path[:2], "channel"))
    for at, number in enumerate(recovery.channels):
        if told and number not in known:
            yield (*path, "channels", at), f"{feed.feed} has no channel {number} here"
    nobody = not recovery.username and not unread.covers((*path, "username"))
    if recovery.method in LOGINS and nobody:
        yield path, f"'username' is missing: {recovery.method} logs in"
    if recovery.method not in LOGINS and (recovery.username or recovery.password_file):
        yield (*path, "username"), f"{recovery.method} does not log in"
    if recovery.method in SOUP and len(recovery.username) > USERNAME_BYTES:
        yield (*path, "username"), f"{recovery.method} has room for {USERNAME_BYTES} letters"
    yield from recovery_limits(recovery, (*path, "limits"))


def of_host(server: str, path: Path) -> Faults:
    """A server is one host: what is asked of a group, or of all, nobody answers."""
    try:
        check_sender(Group.parse(server).address, server, "server")
    except GroupError as error:
        yield path, str(error)


def recovery_limits(recovery: Recovery, path: Path) -> Faults:
    """Limits that the method has, each at least 1, and waits that can be."""
    kind: Any = limits_kind(recovery.method)
    known = [each.name for each in fields(kind) if each.name.endswith(("_max", "_ns"))]
    for key, value in recovery.limits.items():
        if key not in known:
            yield (*path, key), f"{recovery.method} has no such limit; it has {', '.join(known)}"
        elif value < 1:
            yield (*path, key), f"{value} is not 1 or more"
        elif key.endswith("_ns") and (why := too_long(value)):
            yield (*path, key), f"{value} is {why}"


def names(config: Config, unread: Unread) -> Faults:
    """Shared memory of each feed under its own name, which a file can have."""
    seen: dict[str, int] = {}
    for number, feed in enumerate(config.feed):
        name, path = config.published(feed), ("feed", number, "publish")
        parts = (path,) if feed.publish else (path, ("name",), ("feed", number, "feed"))
        if any(unread.covers(each) for each in parts):
            continue
        if name in seen:
            yield path, f"feed[{seen[name]}] publishes as {name}, too"
        seen.setdefault(name, number)
        try:
            path_of(name, Kind.EVENTS)
        except SegmentNameError as error:
            yield path, str(error)


def groups(known: Sequence[tuple[int, Feed]], unread: Unread) -> Faults:
    """Each group carries one line: frames are told apart by where they go."""
    seen: dict[Group, Path] = {}
    for number, feed in known:
        if not feed.channel and unread.touches(("feed", number, "channel")):
            continue
        for at, channel in enumerate(feed.channels):
            for line, text in channel.lines.items():
                path: Path = ("feed", number, "channel", at, "lines", line)
                try:
                    group = Group.parse(text)
                except GroupError as error:
                    yield path, str(error)
                    continue
                if not group.port:
                    yield path, f"'{text}': port 0 is nobody's"
                if group in seen:
                    yield path, f"{group} is the group of {path_text(seen[group])}, too"
                seen.setdefault(group, path)


def sleepers(config: Config) -> Faults:
    """Workers that would sleep while frames come of which nothing tells."""
    for feed in config.feed:
        for number, worker in enumerate(config.worker):
            if worker in config.workers_of(feed) and (why := asleep(feed.source, worker.idle)):
                yield ("worker", number, "idle"), why


def shares(config: Config) -> Faults:
    """A feed has a thread of its own on each worker: two that spin would take turns on a core."""
    spread = list(config.spread().values())
    for worker, share in config.spread().items():
        first, *more = [*dict.fromkeys(config.feed.index(feed) for feed, _ in share)] or [0]
        idle = next(each.idle for each in config.worker if each.name == worker)
        for number in more if idle == "spin" else ():
            yield (
                ("feed", number),
                f"worker {worker!r} spins for feed[{first}] already: another worker, or idle = 'block'",
            )
    for number, feed in enumerate(config.feed):
        if feed.expression and len(config.workers_of(feed)) > 1:
            yield (
                ("feed", number, "expression"),
                "several workers have its channels, and each would get all frames that match",
            )
        if feed.fanout and sum(any(each is feed for each, _ in share) for share in spread) < SHARED:
            yield (
                ("feed", number, "fanout"),
                "one worker has all of its channels: nobody to share with",
            )


def filters(config: Config) -> Faults:
    """The groups of a feed, and the expression beside its senders, have a filter that the kernel takes."""
    from feedhandler.source.descriptor import LINK_ETHERNET  # noqa: PLC0415 (libpcap)
    from feedhandler.source.packet_filter import program_of  # noqa: PLC0415

    for _, number, of in loops(config):
        feed = config.feed[number]
        ours = feed.source in FILTERED and (not feed.expression or feed.sending)
        for lines in of.values() if ours else ():
            with suppress(GroupError):  # told elsewhere
                sending = {line: address_number(text) for line, text in feed.sending.items()}
                groups = [Group.parse(text) for _, text in lines]
                places = [(each.address, each.port) for each in groups]
                senders = senders_of(lines, sending)
                try:
                    program_of(feed.expression, LINK_ETHERNET, places, senders)
                except CaptureError as error:
                    yield ("feed", number), str(error)


def readable(text: str, path: Path) -> Faults:
    """Whether a text is an IPv4 address and a port."""
    try:
        found = Group.parse(text)
    except GroupError:
        yield path, f"'{text}' is not an IPv4 address and a port, 10.1.2.3:26400"
        return
    if not found.port:
        yield path, f"'{text}': port 0 is nobody's"
