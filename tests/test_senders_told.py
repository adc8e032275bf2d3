"""Senders of lines as they are told: in a configuration and on the command line, with all that cannot be."""

import click
import pytest
from cli_runs import feedhandler, one_line
from test_config import CME, LEAST, faults

from feedhandler.cli.run import OF_SOURCES
from feedhandler.cli.run_live import check_senders
from feedhandler.config import BY_SENDER, as_tables, as_toml
from feedhandler.config_changes import changes
from feedhandler.config_reading import parse
from feedhandler.decode.catalog import feed
from feedhandler.live import LiveOptions, open_live
from feedhandler.live.plan import plans_of
from feedhandler.source.source import CaptureError
from feedhandler.wire.routes import Group, GroupError, address_number, senders_of

ONE, TWO = "10.1.1.1", "10.2.2.2"
LINES = '[[feed]]\nfeed = "nasdaq.itch50"\ninterfaces = { A = "eth1", B = "eth2" }\n'
CHANNEL = '[[feed.channel]]\nid = 1\nlines = { A = "224.0.31.1:14310", B = "224.0.32.1:15310" }\n'
GROUP_A, GROUP_B = (0xE0001F01, 14310), (0xE0002001, 15310)
RUN = ("run", "-i", "lo", "--feed", "nasdaq.itch50", "--source", "socket")


def planned(text: str) -> dict[str, dict[tuple[int, int], str]]:
    """The senders of a configuration's only plan, by interface."""
    (plan,) = plans_of(parse(text))
    return {
        name: {place: str(Group(sender, 0)).partition(":")[0] for place, sender in each.items()}
        for name, each in plan.options.senders.items()
    }


# --- in a configuration ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "a", "b"),
    [
        ("", "", ""),
        (f'sender = "{ONE}"\n', ONE, ONE),
        (f'senders = {{ A = "{ONE}", B = "{TWO}" }}\n', ONE, TWO),
        (f'senders = {{ B = "{TWO}" }}\n', "", TWO),
        (f'sender = "{ONE}"\nsenders = {{ B = "{TWO}" }}\n', ONE, TWO),
    ],
)
@pytest.mark.parametrize("first", [LEAST, LINES], ids=["one", "two"])
def test_each_line_has_its_sender(first: str, more: str, a: str, b: str) -> None:
    """A line that is not named has that of all, and without one anybody; wherever the lines come in."""
    told = planned(first + more + CHANNEL)
    wanted = {place: sender for place, sender in ((GROUP_A, a), (GROUP_B, b)) if sender}
    eth1 = {place: sender for place, sender in wanted.items() if place == GROUP_A}
    eth2 = {place: sender for place, sender in wanted.items() if place == GROUP_B}

    assert told == ({"eth1": wanted} if first == LEAST else {"eth1": eth1, "eth2": eth2})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'{LEAST}senders = {{ A = "1.2.3", B = "{ONE}" }}', [
            (4, "feed[0].senders.A", "'1.2.3': '1.2.3' is not an IPv4 address")]),
        (f'{LEAST}[feed.senders]\nA = "{ONE}"\nB = "224.1.1.1"', [
            (6, "feed[0].senders.B", "'224.1.1.1': a sender is a host, and no group")]),
        (f'{LEAST}senders = {{ A = "" }}', [
            (4, "feed[0].senders.A", "'': '' is not an IPv4 address")]),
        (f'{LEAST}sender = "{ONE}"\nsenders = {{ C = "{ONE}" }}', [
            (5, "feed[0].senders.C", "no channel has a line C")]),
        (f'{LEAST}senders = "{ONE}"', [(4, "feed[0].senders", "expected object, got str")]),
        (f"{LEAST}senders = {{ A = 1 }}", [(4, "feed[0].senders", "expected str, got int")]),
        (f'{LEAST}sendres = {{ A = "{ONE}" }}', [
            (4, "feed[0].sendres", "unknown key; did you mean 'senders'?")]),
        *(
            (f'{LEAST.replace("eth1", "3b:00.0")}source = "dpdk"\n{key}', [
                (5, f"feed[0].{path}",
                 "dpdk does not look at who sends: packet_ring, udp_socket, xdp, libpcap do")])
            for key, path in (
                (f'sender = "{ONE}"', "sender"), (f'senders = {{ A = "{ONE}" }}', "senders.A"))
        ),
        # frames are told apart by where they go: lines with one group would need one sender
        (f'{LINES}senders = {{ A = "{ONE}", B = "{TWO}" }}\n{CHANNEL}'.replace(
            "224.0.32.1:15310", "224.0.31.1:14310"), [
            (7, "feed[0].channel[0].lines.B",
             "224.0.31.1:14310 is the group of feed[0].channel[0].lines.A, too")]),
    ],
)  # fmt: skip
def test_what_cannot_be(text: str, expected: list[tuple[int, str, str]]) -> None:
    """Each with its line and its reason."""
    found = faults(text)

    assert [(line, path) for line, path, _ in found] == [(n, path) for n, path, _ in expected]
    assert all(
        told.startswith(why) for (_, _, told), (_, _, why) in zip(found, expected, strict=True)
    )


def test_a_line_that_does_not_exist() -> None:
    """What no venue has."""
    ((line, path, reason),) = faults(f'{LEAST}senders = {{ E = "{ONE}" }}')

    assert (line, path) == (4, "feed[0].senders")
    assert "'E'" in reason


@pytest.mark.parametrize("senders", [f'"{ONE}"', f'"{TWO}"'])
def test_the_filter_is_checked_with_its_senders(senders: str) -> None:
    """So many groups fit without senders; with them they do not."""
    lines = "".join(
        f'[[feed.channel]]\nid = {n}\nlines = {{ A = "239.1.{n >> 8}.{n & 255}:7" }}\n'
        for n in range(1014)
    )
    ((line, path, reason),) = faults(f"{CME}sender = {senders}\n{lines}")

    assert parse(CME + lines)
    assert (line, path) == (1, "feed[0]")
    assert reason.startswith("the groups of the feed: ")


@pytest.mark.parametrize(
    ("more", "refused"),
    [('source = "libpcap"', True), (f'expression = "udp"\nsender = "{ONE}"', True),
     ('expression = "udp"', False), ('source = "xdp"', False),
     (f'source = "libpcap"\nexpression = "udp"\nsender = "{ONE}"', True)],
)  # fmt: skip
def test_who_else_has_a_filter_of_groups(more: str, *, refused: bool) -> None:
    """Like a ring libpcap, and both beside an expression where there are senders; as `run` refuses them."""
    lines = "".join(
        f'[[feed.channel]]\nid = {n}\nlines = {{ A = "239.1.{n >> 8}.{n & 255}:7" }}\n'
        for n in range(1100)
    )
    if refused:
        ((_, path, reason),) = faults(f"{CME}{more}\n{lines}")
        assert (path, reason.partition(":")[0]) == ("feed[0]", "the groups of the feed")
    else:
        assert parse(f"{CME}{more}\n{lines}")


def test_what_is_shown_is_read_as_the_same() -> None:
    """A table of its own, and nothing where there is none."""
    made = parse(f'{LEAST}senders = {{ B = "{TWO}" }}\n')

    assert parse(as_toml(made)) == made
    assert f'[feed.senders]\nB = "{TWO}"\n' in as_toml(made)
    assert as_tables(parse(LEAST))["feed"][0]["senders"] == {}


def test_another_sender_waits_for_a_restart() -> None:
    """Sockets are joined, programs loaded: nothing of it is taken at once."""
    before = parse(f'{LEAST}sender = "{ONE}"\nsenders = {{ A = "{ONE}" }}')
    after = parse(f'{LEAST}senders = {{ A = "{TWO}", B = "{TWO}" }}')

    assert [str(each) for each in changes(before, after)] == [
        f"feed[0].sender: '{ONE}' -> '' (after a restart)",
        f"feed[0].senders.A: '{ONE}' -> '{TWO}' (after a restart)",
        f"feed[0].senders.B: None -> '{TWO}' (after a restart)",
    ]


# --- on the command line --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((f"A={ONE}", f"A={TWO}"), f"'A={TWO}': a second sender of line A"),
        ((ONE, TWO), f"'{TWO}': a second sender of all lines that are not named"),
        ((f"={ONE}",), f"'={ONE}': which line? A={ONE}, or {ONE}"),
        ((f"C={ONE}",), "nasdaq.itch50 has no line C; it has A, B"),
        ((f"a={ONE}", TWO), "nasdaq.itch50 has no line a; it has A, B"),
        (("A=",), "'A=': '' is not an IPv4 address"),
        (("B=224.1.1.1",), "'B=224.1.1.1': a sender is a host, and no group"),
        (("A=10.1.1",), "'A=10.1.1': '10.1.1' is not an IPv4 address"),
        ((f"A:{ONE}",), f"'A:{ONE}': address part 'A:10' is not a number from 0 to 255"),
    ],
)  # fmt: skip
def test_senders_that_cannot_be(words: tuple[str, ...], told: str) -> None:
    """A usage error in a line."""
    result = feedhandler(*RUN, *(word for each in words for word in ("--from", each)))

    assert result.exit_code == 2
    assert one_line(result) == f"--from: {told} (see feedhandler run --help)"


def test_a_source_that_looks_at_nobody_is_refused() -> None:
    """Not noted, and done nevertheless."""
    refused = feedhandler(*RUN[:-1], "dpdk", "--from", ONE)
    options = LiveOptions(interfaces=("lo",), source="dpdk", senders={"lo": {GROUP_A: 1}})

    assert refused.exit_code == 2
    assert "--from: is for --source packet_ring or udp_socket or xdp or libpcap" in one_line(
        refused
    )
    assert OF_SOURCES["sending"] == BY_SENDER
    with pytest.raises(CaptureError, match="dpdk does not look at who sends") as caught:
        open_live(options, [GROUP_A])
    assert caught.value.exit_code == 2


def test_a_line_s_own_sender_or_that_of_all() -> None:
    """By the feed's description: channel 1 of three, each with lines A and B."""
    described = feed("nasdaq.itch50")
    told = check_senders(described, {"": 1, "B": 2})
    lines = {
        line: {(each.address, each.port) for each in map(Group.parse, texts)}
        for line, texts in (
            (line, [channel.lines[line] for channel in described.channels]) for line in "AB"
        )
    }

    assert told == {place: n for line, n in (("A", 1), ("B", 2)) for place in lines[line]}
    assert check_senders(described, {"B": 2}) == dict.fromkeys(lines["B"], 2)
    assert check_senders(described, {}) == {}
    with pytest.raises(click.UsageError, match="no line R"):
        check_senders(described, {"R": 1})  # what is asked for again comes otherwise


@pytest.mark.parametrize(
    ("sending", "expected"),
    [({"A": 1, "B": 1}, {GROUP_A: 1}), ({"": 1}, {GROUP_A: 1}), ({}, {}), ({"A": 1}, None),
     ({"A": 1, "B": 2}, None)],
)  # fmt: skip
def test_lines_with_one_group_have_one_sender(
    sending: dict[str, int], expected: "dict[tuple[int, int], int] | None"
) -> None:
    """Nobody could tell their frames apart."""
    lines = [(line, "224.0.31.1:14310") for line in "AB"]

    if expected is None:
        with pytest.raises(GroupError, match="different senders"):
            senders_of(lines, sending)
    else:
        assert senders_of(lines, sending) == expected


def test_the_help_has_an_example() -> None:
    """A and B."""
    shown = feedhandler("run", "--help").output

    assert "--from A=10.1.1.1 --from B=10.2.2.2" in shown
    assert address_number(ONE) == 0x0A010101
