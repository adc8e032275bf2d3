"""Places and senders that cannot be, in a configuration and on the command line."""

import pytest
from cli_runs import feedhandler, one_line
from test_config import LEAST, faults

from feedhandler.wire.routes import GroupError, address_number, check_sender

CHANNEL = '[[feed.channel]]\nid = 1\nlines = { A = "224.0.31.1:14310", B = "224.0.31.2:0" }\n'


def test_nobody_sends_to_port_0() -> None:
    """The line that names it, and why."""
    assert faults(LEAST + CHANNEL) == [
        (6, "feed[0].channel[0].lines.B", "'224.0.31.2:0': port 0 is nobody's")
    ]


@pytest.mark.parametrize("sender", ["224.1.1.1", "0.0.0.0", "255.255.255.255", "239.255.0.1"])
def test_a_group_sends_nothing(sender: str) -> None:
    """Nor does an address that no host has."""
    told = f"'{sender}': a sender is a host, and no group"
    refused = feedhandler(
        "run", "-i", "lo", "--feed", "nasdaq.itch50", "--source", "socket", "--from", sender
    )

    assert faults(f'{LEAST}sender = "{sender}"\n') == [(4, "feed[0].sender", told)]
    assert (refused.exit_code, one_line(refused)) == (
        2,
        f"--from: {told} (see feedhandler run --help)",
    )


@pytest.mark.parametrize("sender", ["1.0.0.1", "127.0.0.1", "223.255.255.254"])
def test_hosts_may_send(sender: str) -> None:
    """Up to the first group."""
    check_sender(address_number(sender), sender)
    with pytest.raises(GroupError):
        check_sender(224 << 24, "224.0.0.0")
