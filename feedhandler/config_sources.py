"""Where the frames of a feed come in, from whom and by which filter: what may not be, by the text alone."""

from feedhandler.config import BY_SENDER, FILTERED, Feed, unseen
from feedhandler.config_places import Faults, Path, Unread
from feedhandler.source.dpdk_device import FRAME_BYTES, DpdkLimits
from feedhandler.source.source import CaptureError
from feedhandler.wire.routes import GroupError, address_number, check_sender


def interfaces(feed: Feed, path: Path, unread: Unread) -> Faults:
    """An interface for each line, and no second one."""
    told = not any(unread.touches((*path, key)) for key in ("interface", "interfaces"))
    if feed.interface is not None and feed.interfaces:
        yield (*path, "interfaces"), "either one interface or one for each line, not both"
    elif told and feed.interface is None and not feed.interfaces:
        yield path, "'interface' is missing: where do its frames come in?"
    elif told and feed.interface is None and not unread.touches((*path, "channel")):
        lines = {line for channel in feed.channels for line in channel.lines}
        for line in sorted(lines - set(feed.interfaces)):
            yield (*path, "interfaces"), f"line {line} has none"
        for line in sorted(set(feed.interfaces) - lines):
            yield (*path, "interfaces", line), f"no channel has a line {line}"
    if feed.checksums:
        yield (*path, "checksums"), "a live loop does not look at them: cards and UDP sockets do"


def names_of_interfaces(feed: Feed, path: Path, unread: Unread) -> Faults:
    """What each is called, as its source calls them: whether there is one, the machine knows that runs it."""
    from feedhandler.source.names import check_name  # noqa: PLC0415 (DPDK's)

    if unread.covers((*path, "source")):
        return
    given: dict[Path, str] = {
        (*path, "interfaces", line): name for line, name in feed.interfaces.items()
    }
    given |= {} if feed.interface is None else {(*path, "interface"): feed.interface}
    for here, name in given.items():
        try:
            check_name(feed.source, name)
        except CaptureError as error:
            yield here, str(error)


def room(feed: Feed, path: Path, unread: Unread) -> Faults:
    """Memory for as many frames as the source needs to work at all; a card of several queues needs more."""
    if any(unread.covers((*path, key)) for key in ("source", "frame_bytes")):
        return
    least = 0
    if feed.source == "xdp":
        from feedhandler.source.xdp import CHUNKS_LEAST, SMALL_CHUNK  # noqa: PLC0415 (numba)

        least = CHUNKS_LEAST * SMALL_CHUNK
    elif feed.source == "dpdk":
        least = DpdkLimits(frame_bytes=max(feed.frame_bytes or 0, FRAME_BYTES)).least_bytes
    if feed.ring_bytes < least:
        yield (*path, "ring_bytes"), f"{feed.ring_bytes:,}: {feed.source} needs {least:,} or more"


def senders(feed: Feed, path: Path, unread: Unread) -> Faults:
    """Hosts that send lines which there are, to a source that looks at who sends."""
    sure = not unread.touches((*path, "channel"))
    for line, text in feed.sending.items():
        here = (*path, "senders", line) if line else (*path, "sender")
        if feed.source not in BY_SENDER:
            yield here, unseen(feed.source)
        elif line and sure and not any(line in channel.lines for channel in feed.channels):
            yield here, f"no channel has a line {line}"
        try:
            check_sender(address_number(text), text)
        except GroupError as error:
            yield here, str(error)


def expressions(feed: Feed, path: Path) -> Faults:
    """A tcpdump expression that libpcap can read, for a source that takes one."""
    if not feed.expression:
        return
    if feed.source not in FILTERED:
        yield path, f"{feed.source} has no filter: {' and '.join(FILTERED)} have one"
        return
    from feedhandler.source.descriptor import LINK_ETHERNET  # noqa: PLC0415 (libpcap)
    from feedhandler.source.packet_filter import for_expression  # noqa: PLC0415
    from feedhandler.source.select import compile_filter  # noqa: PLC0415

    compiled = for_expression if feed.source == "packet_ring" else compile_filter
    try:
        compiled(feed.expression, LINK_ETHERNET)
    except CaptureError as error:
        yield path, str(error)
