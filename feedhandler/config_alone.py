"""What a loop has alone: its name in shared memory, an interface by AF_XDP, a device of DPDK, an XDP program."""

from collections.abc import Iterator
from typing import Final

from feedhandler.config import Config
from feedhandler.config_places import Faults, Path
from feedhandler.publish.segment import Kind, SegmentNameError, path_of
from feedhandler.source.dpdk_device import Device
from feedhandler.source.source import CaptureError

ALONE: Final = ("xdp", "dpdk")  # what has an interface, or a device, has it alone


def loops(config: Config) -> Iterator[tuple[str, int, dict[str, list[tuple[str, str]]]]]:
    """Each loop: its worker, its feed's place, and which lines to which groups it takes from which interface."""
    for worker, share in config.spread().items():
        for number in dict.fromkeys(config.feed.index(feed) for feed, _ in share):
            feed = config.feed[number]
            mine = {channel for each, channel in share if each is feed}
            of: dict[str, list[tuple[str, str]]] = {}
            for channel in feed.channels:
                for line, text in channel.lines.items() if channel.id in mine else ():
                    of.setdefault(feed.interface_of(line), []).append((line, text))
            yield worker, number, of


def segments(config: Config) -> Faults:
    """On several workers a feed has a name for each, too: which no other feed has, and a file can have."""
    bare = [config.published(feed) for feed in config.feed]
    seen: dict[str, int] = {}
    for worker, number, _ in loops(config):
        path: Path = ("feed", number, "publish")
        name = config.published(config.feed[number], worker)
        other = seen.setdefault(name, number)
        if bare[other] != bare[number]:  # else it is told as that
            yield (
                path,
                f"on worker {worker!r} it is {name}, and feed[{other}] publishes as that, too",
            )
        if name != bare[number]:
            try:
                path_of(name, Kind.EVENTS)
            except SegmentNameError as error:
                yield path, f"on worker {worker!r}: {error}"


def taken_alone(config: Config) -> Faults:
    """An interface that one loop has by AF_XDP or DPDK no other can have in that way; nor has DPDK a name twice."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for worker, number, of in loops(config):
        feed = config.feed[number]
        source, loop = feed.source, f"feed[{number}] on worker {worker!r}"
        for interface in sorted(of) if source in ALONE and not feed.fanout else ():
            device = device_of(source, interface)
            name = interface if device is None else device.name
            has, other = seen.setdefault((source, name), (loop, interface))
            if other != interface:
                key = "interfaces" if feed.interfaces else "interface"
                yield (
                    ("feed", number, key),
                    f"{interface}: {name} is {other} already: another device needs another name",
                )
            elif has != loop:
                yield (
                    ("feed", number, "source"),
                    f"{has} has {interface} by {source} already, which is for one alone",
                )


def programs(config: Config) -> Faults:
    """An interface has one XDP program: ours, or that of DPDK's net_af_xdp."""
    seen: dict[str, tuple[str, str]] = {}
    for worker, number, of in loops(config):
        source = config.feed[number].source
        for interface in sorted(of):
            name = interface_of_program(source, interface)
            loop = f"feed[{number}] on worker {worker!r}"
            has, other = seen.setdefault(name, (loop, source)) if name else ("", source)
            if other != source:
                yield (
                    ("feed", number, "source"),
                    f"{has} has an XDP program on {name} by {other} already, and there can be one only",
                )


def interface_of_program(source: str, interface: str) -> str:
    """Where a source attaches an XDP program; "" = nowhere."""
    if source == "xdp":
        return interface
    device = device_of(source, interface)
    return device.interface if device is not None and device.driver == "net_af_xdp" else ""


def device_of(source: str, interface: str) -> Device | None:
    """The device of DPDK; None = another source's, or a name that is told elsewhere."""
    try:
        return Device.parse(interface) if source == "dpdk" else None
    except CaptureError:
        return None
