"""What a running feed handler is told: feeds, their places and limits, workers, names in shared memory.

A TOML file becomes the structs below. Whatever a struct does not know, and whatever cannot be, is a fault with
its line and its reason, and all faults are told at once (`config_reading`, `config_check`). Names are those of
the parts that they go to: `Limits`, `Arbitration`, the limits of recovery back ends. Integers carry their unit
in their name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from feedhandler.book.pools import Limits
from feedhandler.decode.catalog import Feed as Described
from feedhandler.decode.catalog import feed as described
from feedhandler.engine.recovery_standing import Patience
from feedhandler.publish.bbo import BEST_LINES
from feedhandler.session.channels import RECOVERY
from feedhandler.session.holding import Arbitration

Source = Literal["packet_ring", "udp_socket", "xdp", "dpdk", "libpcap"]
FILTERED: Final = ("packet_ring", "libpcap")  # sources that take a tcpdump expression
BY_SENDER: Final = ("packet_ring", "udp_socket", "xdp", "libpcap")  # that look at who sends
Idle = Literal["spin", "spin_then_poll", "block"]
Role = Literal["incremental", "snapshot", "snapshot_orders", "definition"]
Line = Literal["A", "B", "C", "D"]
Method = Literal["moldudp64", "soupbintcp", "glimpse", "tcp_replay"]
Level = Literal["debug", "info", "warning", "error"]

NAME: Final = r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,79}$"
Name = Annotated[str, Meta(pattern=NAME)]
# A network interface, or a device of DPDK with its arguments.
Interface = Annotated[
    str, Meta(pattern=r"^([^\s/]{1,15}|net_\S{1,240}|[0-9a-fA-F:.]{7,16},\S{1,240})$")
]
Core = Annotated[int, Meta(ge=0, le=65_535)]
Number = Annotated[int, Meta(ge=0, le=65_535)]

METRICS: Final = "127.0.0.1:9464"
RING_BYTES: Final = 64 << 20
PUBLISHED: Final = BEST_LINES - 1  # books that have a line of best prices; line 0 is unused


@dataclass(frozen=True)
class FeedLimits(Limits):
    """Limits of books whose best prices are in shared memory."""

    books_max: int = PUBLISHED


class Worker(Struct, frozen=True, kw_only=True):
    """A thread that polls; channels are spread over them."""

    name: Name = "main"
    core: Core | None = None  # none: the first isolated one, or not pinned where there is none
    idle: Idle = "spin"  # what it does when nothing has come
    priority: Annotated[int, Meta(ge=0, le=99)] = 0  # SCHED_FIFO; 0 = as any other thread


def sent(lines: Mapping[str, str]) -> dict[Line, str]:
    """The lines that a venue sends to everyone: what was asked for again comes otherwise."""
    return {letter: text for letter, text in lines.items() if letter != RECOVERY}  # type: ignore[misc]


class Channel(Struct, frozen=True, kw_only=True):
    """One role of a channel and the groups of its lines."""

    id: Number
    name: str = ""
    role: Role = "incremental"
    lines: dict[Line, str]  # A = "233.54.12.111:26477"


class Recovery(Struct, frozen=True, kw_only=True):
    """A server that is asked for what no line brought."""

    method: Method
    servers: Annotated[list[str], Meta(min_length=1, max_length=8)]  # "10.1.2.3:26400"
    channels: list[Number] = field(default_factory=list)  # none: all of the feed
    username: Annotated[str, Meta(max_length=20)] = ""
    password_file: str = ""  # its first line; a password does not belong into this file
    limits: dict[str, int] = field(default_factory=dict)  # of the method, see `limits_kind`


class Feed(Struct, frozen=True, kw_only=True):
    """One feed of a venue, where it comes in and where its books go."""

    feed: str  # its name: `feedhandler protocols list`
    publish: str = ""  # name of its shared memory; "" = the process's name, a dot, the feed's
    source: Source = "packet_ring"
    interface: Interface | None = None  # of all lines ...
    interfaces: dict[Line, Interface] = field(default_factory=dict)  # ... or of each
    sender: str = ""  # source-specific multicast: the address that sends; "" = anybody ...
    senders: dict[Line, str] = field(default_factory=dict)  # ... and those of some lines
    expression: str = ""  # take only frames that match this tcpdump expression
    checksums: bool = False
    decoder: Literal["compiled", "kaitai"] = "compiled"
    digest: bool = False  # tell at the end the digests of events and books
    templates: str = ""  # FAST: the venue's template file
    workers: list[Name] = field(default_factory=list)  # none: all of them
    ring_bytes: Annotated[int, Meta(ge=1 << 16, le=1 << 34)] = RING_BYTES
    frame_bytes: Annotated[int, Meta(ge=64, le=1 << 16)] | None = (
        None  # a slot holds; none: the MTU's
    )
    fanout: bool = False  # one program of the kernel's for the rings of all workers
    limits: FeedLimits = field(default_factory=FeedLimits)
    arbitration: Arbitration = field(default_factory=Arbitration)
    channel: list[Channel] = field(default_factory=list)  # none: those of the feed's description
    recovery: list[Recovery] = field(default_factory=list)
    patience: Patience = field(default_factory=Patience)  # with servers that bring nothing

    @property
    def description(self) -> Described:
        """What the catalog says of it."""
        return described(self.feed)

    @property
    def channels(self) -> list[Channel]:
        """Its channels: those that were given, or those of its description, with the lines that interfaces bring."""
        return self.channel or [
            Channel(id=each.id, name=each.name, role=each.role, lines=sent(each.lines))  # type: ignore[arg-type]
            for each in self.description.channels
        ]

    def interface_of(self, line: str) -> str:
        """Where a line comes in."""
        return self.interfaces.get(line, self.interface or "")  # type: ignore[call-overload, no-any-return]

    @property
    def sending(self) -> dict[str, str]:
        """The senders of lines; "" = of all that are not named."""
        named: dict[str, str] = {str(line): text for line, text in self.senders.items()}
        return {"": self.sender, **named} if self.sender else named


class Metrics(Struct, frozen=True, kw_only=True):
    """Where Prometheus and health checks may ask."""

    address: str = METRICS  # "" = nowhere


class Config(Struct, frozen=True, kw_only=True):
    """All of it."""

    name: Name = "feedhandler"  # a second process of this name is refused
    log_level: Level = "info"
    lock_memory: bool = True  # keep all pages in memory, where the system lets us
    metrics: Metrics = field(default_factory=Metrics)
    worker: list[Worker] = field(default_factory=lambda: [Worker()])
    feed: list[Feed]

    def published(self, feed: Feed, worker: str = "") -> str:
        """The name of a feed's shared memory; a segment has one writer, so of several workers each has its own."""
        name = feed.publish or f"{self.name}.{feed.feed}"
        return f"{name}.{worker}" if worker and len(self.workers_of(feed)) > 1 else name

    def workers_of(self, feed: Feed) -> list[Worker]:
        """Those that a feed's channels are spread over."""
        return [each for each in self.worker if not feed.workers or each.name in feed.workers]

    def spread(self) -> dict[str, list[tuple[Feed, int]]]:
        """The feeds and channels of each worker: in turn, so that all get as many."""
        found: dict[str, list[tuple[Feed, int]]] = {each.name: [] for each in self.worker}
        for feed in self.feed:
            names = [each.name for each in self.workers_of(feed)]
            for number in dict.fromkeys(channel.id for channel in feed.channels):
                least = min(names, key=lambda name: len(found[name]))
                found[least].append((feed, number))
        return found


def unseen(source: str) -> str:
    """Why a source takes no sender."""
    return f"{source} does not look at who sends: {', '.join(BY_SENDER)} do"


def asleep(source: str, idle: str) -> str:
    """Why a loop may not wait for a source in this way; nothing if it may."""
    waits = source == "dpdk" and idle != "spin"
    return f"{source}: nothing tells that frames have come: idle has to be spin" if waits else ""


def limits_kind(method: str) -> type:
    """The limits that a way to recover has, by their own names."""
    from feedhandler.session import (  # noqa: PLC0415 (not for what asks nobody)
        glimpse,
        moldudp64_request,
        soup_replay,
        tcp_replay,
    )

    kinds: dict[str, type] = {
        "moldudp64": moldudp64_request.RequestLimits,
        "soupbintcp": soup_replay.ReplayLimits,
        "glimpse": glimpse.SnapshotLimits,
        "tcp_replay": tcp_replay.ReplaySettings,
    }
    return kinds[method]


def as_tables(config: Any) -> Any:
    """Structs as plain tables, everything that was left to defaults written out."""
    if isinstance(config, Struct):
        made = {name: as_tables(getattr(config, name)) for name in config.__struct_fields__}
        return {key: value for key, value in made.items() if value is not None}
    if is_dataclass(config):
        return {each.name: getattr(config, each.name) for each in fields(config)}
    if isinstance(config, list):
        return [as_tables(each) for each in config]
    return dict(config) if isinstance(config, dict) else config


def as_toml(config: Config) -> str:
    """The whole as a file that would be read as the same."""
    return "\n".join(_table(as_tables(config), ())).lstrip("\n") + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    """A table's own values first, then the tables in it."""
    inner = {key: value for key, value in table.items() if _is_table(value)}
    lines = [f"{key} = {_value(value)}" for key, value in table.items() if key not in inner]
    for key, value in inner.items():
        here = (*path, key)
        for each in value if isinstance(value, list) else [value]:
            title = ".".join(here)
            lines += ["", f"[[{title}]]" if isinstance(value, list) else f"[{title}]"]
            lines += _table(each, here)
    return lines


def _is_table(value: Any) -> bool:
    """Whether a value is better a table of its own."""
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _value(value: Any) -> str:
    """A value as TOML writes it; JSON's texts, numbers, truths and lists are TOML's."""
    return msgspec.json.encode(value).decode()
