"""Interfaces whose frames begin with IP, such as those of tunnels: groups and senders are found there, too."""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from impostors import sent_by
from lan import wire
from live_frames import GROUP, taken, udp

from feedhandler.bench.namespace import Namespace
from feedhandler.live.opening import LiveOptions, SourceName, open_live
from feedhandler.source.fanout import GroupFanout
from feedhandler.source.packet_ring import PacketRing
from feedhandler.source.source import CaptureError

TUN = "/dev/net/tun"
SET_TUN = 0x400454CA  # TUNSETIFF, <linux/if_tun.h>
NO_HEADER = 0x1001  # IFF_TUN | IFF_NO_PI
RIGHT, WRONG = 0x0A010101, 0x0A020202


@contextmanager
def tunnel(end: Namespace) -> Iterator[int]:
    """Our end of a tunnel: what is written there comes in on tun9."""
    try:
        ours = os.open(TUN, os.O_RDWR)
    except OSError as error:
        pytest.skip(f"{TUN}: {error.strerror}")
    try:
        fcntl.ioctl(ours, SET_TUN, struct.pack("16sH22x", b"tun9", NO_HEADER))
        end.ip("address", "add", "10.9.9.1/24", "dev", "tun9")
        end.ip("link", "set", "tun9", "up")
        with open("/proc/sys/net/ipv4/conf/tun9/rp_filter", "w", encoding="ascii") as knob:  # noqa: PTH123
            knob.write("0")
        yield ours
    finally:
        os.close(ours)


@pytest.mark.parametrize("source", ["packet_ring", "libpcap", "udp_socket"])
@pytest.mark.parametrize("chosen", [False, True], ids=["anybody", "one sender"])
def test_groups_of_a_tunnel(source: SourceName, *, chosen: bool) -> None:
    """Both hosts' datagrams come, or the right one's alone."""
    senders = {"tun9": {GROUP: RIGHT}} if chosen else {}
    with (
        wire() as made,
        made.receiver.entered(),
        tunnel(made.receiver) as ours,
        closing(open_live(LiveOptions(("tun9",), source=source, senders=senders), [GROUP])) as live,
    ):
        for host in (RIGHT, WRONG):
            os.write(ours, sent_by(udp(GROUP, b"x" * 30), host)[14:])
        found = len(taken(live._sources[0], 1 if chosen else 2))

    assert found == (1 if chosen else 2)


def test_a_tunnel_is_not_shared() -> None:
    """Who has which group is looked for behind a header of Ethernet: refused, not sent to the wrong loop."""
    with (
        wire() as made,
        made.receiver.entered(),
        tunnel(made.receiver),
        pytest.raises(CaptureError, match="tun9: no Ethernet"),
    ):
        PacketRing("tun9", [GROUP], fanout=GroupFanout())
