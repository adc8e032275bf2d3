"""Faults of a configuration in one look: what cannot be read hides none that does not depend on it, and makes up none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENT
from test_config import EXAMPLE, LEAST, faults

from feedhandler.config_reading import ConfigError, parse

MANY = """\
name = 7
[[worker]]
core = "first"
[[worker]]
core = 3
idel = "block"
[[worker]]
name = "b"
core = 3
[[feed]]
feed = "nasdaq.itch50"
interfce = "eth1"
sender = "here"
publish = "x"
ring_bytes = 70_000
limits = { books = 90_000, books_max = "many", orders = 9, orders_max = 8 }
recovery = [ { method = "mold", servers = ["no"] }, { method = "glimpse", servers = ["10.0.0.1:0"] } ]
[[feed]]
feed = "cme.mdp4"
workers = ["nobody"]
[[feed]]
feed = "cme.mdp3"
publish = "x"
checksums = true
[[feed.channel]]
role = "snapshot"
lines = { A = "239.0.0.1:1", B = "239.0.0.1" }
[[feed.channel]]
id = 2
lines = { A = "239.0.0.1:1" }
[[feed]]
interface = "eth1"
"""


def test_one_look_tells_all() -> None:
    """Keys and values that cannot be read, and what cannot be together, with no second fault for the same reason."""
    told = [(line, path) for line, path, _ in faults(MANY)]

    assert told == [
        (1, "name"),
        (3, "worker[0].core"),
        (4, "worker[1].name"),
        (6, "worker[1].idel"),
        (9, "worker[2].core"),
        (12, "feed[0].interfce"),
        (13, "feed[0].sender"),
        (15, "feed[0].ring_bytes"),
        (16, "feed[0].limits.books_max"),
        (16, "feed[0].limits.orders"),
        (17, "feed[0].recovery[0].method"),
        (17, "feed[0].recovery[1]"),
        (17, "feed[0].recovery[1].servers[0]"),
        (19, "feed[1].feed"),
        (20, "feed[1].workers[0]"),
        (21, "feed[2]"),
        (23, "feed[2].publish"),
        (24, "feed[2].checksums"),
        (25, "feed[2].channel[0]"),
        (27, "feed[2].channel[0].lines.B"),
        (30, "feed[2].channel[1].lines.A"),
        (31, "feed[3]"),
    ]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("workers = [{name = 'b'}]\n" + LEAST + "workers = ['b']", ["workers"]),
        ("worker = 3\n" + LEAST + "workers = ['b']", ["worker"]),
        ("[[worker]]\nname = 3\n[[worker]]\nname = 'main'\n" + LEAST + "workers = ['x', 'main']",
         ["worker[0].name"]),
        ("[[worker]]\nname = 'a'\n[[worker]]\nname = 'b'\n" + LEAST + "workers = 'a'",
         ["feed[0].workers"]),
        ("worker = []\n" + LEAST, ["worker"]),
        ("feed = [1, 2]", ["feed[0]", "feed[1]"]),
        ("feed = []\n[[worker]]\nname = 'b'", ["feed"]),
        ("[[worker]]\nname = 'b'", [""]),
        ("[[worker]]\npriority = 5\ncore = 'x'\n" + LEAST, ["worker[0].core"]),
        ("[[worker]]\npriority = 5\nidle = 'x'\n" + LEAST, ["worker[0].idle"]),
        (LEAST + "channels = [ { id = 9, lines = {} } ]", ["feed[0].channels"]),
        (LEAST + "channel = [ { id = 'x', lines = { A = '1.1.1.1:1' } } ]\n"
         "recovery = [ { method = 'moldudp64', servers = ['1.1.1.1:1'], channels = [7] } ]",
         ["feed[0].channel[0].id"]),
        (LEAST + "arbitration = { silence_ns = 'x', gap_timeout_ns = 90_000_000_000 }",
         ["feed[0].arbitration.silence_ns"]),
        (LEAST + "recovery = [ { method = 'glimpse', servers = ['1.1.1.1:1'], usernme = 'a' } ]",
         ["feed[0].recovery[0].usernme"]),
        (LEAST.replace("interface", "interfaces"), ["feed[0].interfaces"]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_no_second_fault(text: str, paths: list[str]) -> None:
    """A name that was mistyped is not missing, too; what it would say is not guessed."""
    assert [path for _, path, _ in faults(text)] == paths


LINES = EXAMPLE.read_text().splitlines()
KEYS = [number for number, line in enumerate(LINES) if " = " in line and line[0] not in "#["]


@PATIENT
@given(st.sets(st.sampled_from(KEYS), min_size=1, max_size=6))
def test_every_line_that_cannot_be_read_is_told(broken: set[int]) -> None:
    """Whichever of the example's values are of a wrong kind: each is told with its line, by one look."""
    text = [
        f"{line.partition(' = ')[0]} = 1979-05-27" if number in broken else line
        for number, line in enumerate(LINES)
    ]
    with pytest.raises(ConfigError) as caught:
        parse("\n".join(text))

    assert {number + 1 for number in broken} <= {fault.line for fault in caught.value.faults}
