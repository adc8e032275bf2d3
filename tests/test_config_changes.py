"""What a configuration that is read again would change, and what of it a running process can take."""

import pytest

from feedhandler.config_changes import changes
from feedhandler.config_reading import parse

LEAST = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'
BLOCK = "[[worker]]\nidle = 'block'\n"
ONE, TWO = (
    f"[[feed]]\nfeed = 'cme.mdp3'\npublish = '{publish}'\ninterface = 'eth1'\narbitration.gap_count = {count}\n"
    f"[[feed.channel]]\nid = {number}\nlines = {{ A = '239.1.1.1:{number}' }}\n"
    for publish, count, number in (("p1", 3, 310), ("p2", 7, 314))
)


@pytest.mark.parametrize(
    ("more", "first", "expected"),
    [
        ("", "", []),
        ("", 'log_level = "debug"\n', ["log_level: 'info' -> 'debug'"]),
        ("", "[metrics]\naddress = ''\n", ["metrics.address: '127.0.0.1:9464' -> ''"]),
        ("arbitration.gap_count = 5\narbitration.slots = 1", "", [
            "feed[0].arbitration.gap_count: 2 -> 5",
            "feed[0].arbitration.slots: 8192 -> 1 (after a restart)"]),
        ("limits.orders_max = 2_000_000\nlimits.orders = 5", "", [
            "feed[0].limits.orders: 1048576 -> 5 (after a restart)",
            "feed[0].limits.orders_max: 268435456 -> 2000000"]),
        ("", "[[worker]]\ncore = 3\n", ["worker[0].core: None -> 3 (after a restart)"]),
        ("[[feed]]\nfeed = 'cme.mdp3'\ninterface = 'eth2'", BLOCK, [
            "feed[1]: None -> 'cme.mdp3 as feedhandler.cme.mdp3' (after a restart)"]),
    ],
)  # fmt: skip
def test_what_changes_and_when(more: str, first: str, expected: list[str]) -> None:
    """Each value once, both ways round; a feed more is told as one, and waits."""
    both = BLOCK if first == BLOCK else ""
    before, after = parse(f"{both}{LEAST}"), parse(f"{first}{LEAST}{more}")
    found = changes(before, after)

    assert [str(change) for change in found] == expected
    back = {each.path: (each.after, each.before) for each in changes(after, before)}
    assert back == {each.path: (each.before, each.after) for each in found}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (f"{ONE}{TWO}", f"{ONE}{TWO.replace('7', '9')}", ["feed[1].arbitration.gap_count: 7 -> 9"]),
        (f"{ONE}{TWO}", f"{TWO}{ONE}", [
            "feed[0]: 'cme.mdp3 as p1' -> 'cme.mdp3 as p2' (after a restart)",
            "feed[1]: 'cme.mdp3 as p2' -> 'cme.mdp3 as p1' (after a restart)"]),
        (f"{ONE}{TWO}", ONE, ["feed[1]: 'cme.mdp3 as p2' -> None (after a restart)"]),
        (f"{ONE}{TWO}", TWO.replace("7", "9"), [
            "feed[0]: 'cme.mdp3 as p1' -> 'cme.mdp3 as p2' (after a restart)",
            "feed[1]: 'cme.mdp3 as p2' -> None (after a restart)",
            "feed[0].arbitration.gap_count: 7 -> 9"]),
        (ONE, ONE.replace("p1", "p3").replace("3\n[[", "4\n[["), [
            "feed[0]: 'cme.mdp3 as p1' -> 'cme.mdp3 as p3' (after a restart)"]),
    ],
)  # fmt: skip
def test_a_feed_is_known_by_what_it_publishes(before: str, after: str, expected: list[str]) -> None:
    """Wherever it stands, and whatever the name of the venue's feed: only its own values are changes of it."""
    found = changes(parse(f"{BLOCK}{before}"), parse(f"{BLOCK}{after}"))

    assert [str(change) for change in found] == expected


def test_a_process_of_another_name_has_the_same_feeds() -> None:
    """Its own name waits for a restart, and with it what feeds are called that have no name of their own."""
    found = changes(parse(LEAST), parse(f"name = 'other'\n{LEAST}arbitration.gap_count = 4"))

    assert [str(change) for change in found] == [
        "name: 'feedhandler' -> 'other' (after a restart)",
        "feed[0].arbitration.gap_count: 2 -> 4",
    ]
