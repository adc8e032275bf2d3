"""What two loops cannot have at once, and filters that the kernel would not take: told by `config check`, not at the start."""

import errno

import pytest
from test_config import LEAST, faults

from feedhandler.config_reading import parse
from feedhandler.source.interface import refused

TWO = """\
[[worker]]
name = "first"
[[worker]]
name = "second"
"""
XDP = LEAST + 'source = "xdp"\n'


@pytest.mark.parametrize("source", ["xdp", "dpdk"])
def test_one_interface_of_two_workers(source: str) -> None:
    """A packet ring can be had twice, these cannot."""
    text = TWO + LEAST + f'source = "{source}"\n'
    reason = f"feed[0] on worker 'first' has eth1 by {source} already, which is for one alone"

    assert parse(TWO + LEAST).feed[0].source == "packet_ring"
    assert faults(text) == [(8, "feed[0].source", reason)]


def test_one_interface_of_two_feeds() -> None:
    """One each is right."""
    other = '[[feed]]\nfeed = "cme.mdp3"\nsource = "xdp"\nworkers = ["second"]\n'
    first = XDP + 'workers = ["first"]\n'
    told = faults(TWO + first + other + 'interface = "eth1"\n')

    assert [(line, path) for line, path, _ in told] == [(12, "feed[1].source")]
    assert len(parse(TWO + first + other + 'interface = "eth2"\n').feed) == 2


def channels(count: int) -> str:
    """So many channels of two lines, each group with a port of its own."""
    return "".join(
        f'[[feed.channel]]\nid = {n + 1}\nlines = {{ A = "239.1.{n >> 8}.{n & 255}:{2 * n + 1}",'
        f' B = "239.2.{n >> 8}.{n & 255}:{2 * n + 2}" }}\n'
        for n in range(count)
    )


def test_more_groups_than_a_filter_holds() -> None:
    """Four hundred are no matter; of a thousand with ports of their own the cure is told."""
    (line, path, reason) = faults(LEAST + channels(500))[0]

    assert len(parse(LEAST + channels(200)).feed[0].channels) == 200
    assert (line, path) == (1, "feed[0]")
    assert "give them to several workers, or take AF_XDP" in reason
    assert len(parse(LEAST + 'source = "xdp"\n' + channels(500)).feed[0].channels) == 500


def test_too_many_files_have_a_cure() -> None:
    """A socket for each group may be more than a shell allows."""
    told = str(refused(OSError(errno.EMFILE, "Too many open files"), "eth1: packet socket"))

    assert told == (
        "eth1: packet socket: Too many open files; allow more with: ulimit -n 65536 "
        "(service: LimitNOFILE=65536)"
    )
