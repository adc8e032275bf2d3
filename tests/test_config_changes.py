"""What a configuration that is read again would change, and what of it a running process can take."""

import pytest

from feedhandler.config_changes import changes
from feedhandler.config_reading import parse

LEAST = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'


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
        ("[[feed]]\nfeed = 'cme.mdp3'\ninterface = 'eth2'", "", "many"),
    ],
)  # fmt: skip
def test_what_changes_and_when(more: str, first: str, expected: "list[str] | str") -> None:
    """Each value once, both ways round; a feed more is many values, none of them at once."""
    both = "[[worker]]\nidle = 'block'\n" if expected == "many" else ""
    before, after = parse(f"{both}{LEAST}"), parse(f"{both}{first}{LEAST}{more}")
    found = changes(before, after)

    if expected == "many":
        assert {change.path.split(".")[0] for change in found} == {"feed[1]"}
        assert [change for change in found if change.path == "feed[1].feed"]
        assert not [change for change in found if change.before is not None]
    else:
        assert [str(change) for change in found] == expected
    back = {each.path: (each.after, each.before) for each in changes(after, before)}
    assert back == {each.path: (each.before, each.after) for each in found}
