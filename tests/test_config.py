"""Configurations: this text in, this configuration or these faults out, each with its line."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cli_runs import feedhandler, one_line
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENT

from feedhandler.config import Config, Feed, FeedLimits, Worker, as_tables, as_toml, limits_kind
from feedhandler.config_check import FITS
from feedhandler.config_places import line_of, path_text, places
from feedhandler.config_reading import ConfigError, load, parse
from feedhandler.session.holding import Arbitration

EXAMPLE = Path(__file__).resolve().parents[1] / "docs" / "feed.toml"
LEAST = '[[feed]]\nfeed = "nasdaq.itch50"\ninterface = "eth1"\n'
CME = LEAST.replace("nasdaq.itch50", "cme.mdp3")


def faults(text: str) -> list[tuple[int, str, str]]:
    """What is wrong with a text: line, key, reason."""
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return [tuple(fault) for fault in caught.value.faults]


# --- what is read ---------------------------------------------------------------------------------
def test_the_least_that_runs_has_defaults_for_all_else() -> None:
    """A feed and an interface: names, limits, groups and a worker come with them."""
    made = parse(LEAST)
    (feed,) = made.feed

    assert made == Config(feed=[Feed(feed="nasdaq.itch50", interface="eth1")])
    assert made.worker == [Worker()]
    assert feed.arbitration == Arbitration()
    assert feed.limits == FeedLimits(books_max=65_535)
    assert [channel.id for channel in feed.channels] == [1, 2, 3]
    assert feed.channels[0].lines == {"A": "233.54.12.111:26477", "B": "233.49.196.111:26477"}
    assert made.published(feed) == "feedhandler.nasdaq.itch50"
    assert feed.interface_of("A") == feed.interface_of("B") == "eth1"


def test_the_example_is_read_and_says_what_it_means() -> None:
    """The file that is shipped: two feeds on two workers, a card for each line, two ways to recover."""
    made = load(str(EXAMPLE))
    itch, cme = made.feed

    assert [worker.core for worker in made.worker] == [2, 3]
    assert [itch.interface_of(line) for line in "AB"] == ["eth1", "eth2"]
    assert itch.limits.orders_max == 67_108_864
    assert [each.method for each in itch.recovery] == ["moldudp64", "glimpse"]
    assert itch.recovery[0].limits == {"attempts_max": 3, "timeout_ns": 20_000_000}
    assert [channel.role for channel in cme.channels] == ["incremental", "snapshot", "definition"]
    assert {name: [number for _, number in found] for name, found in made.spread().items()} == {
        "first": [1, 2, 3], "second": [310],
    }  # fmt: skip


def test_the_example_shows_every_key() -> None:
    """Limits of a way to recover are told by what refuses an unknown one."""
    shown = set(re.findall(r"^(?:# )?([a-z_]+) =", EXAMPLE.read_text("utf-8"), re.MULTILINE))

    assert keys(as_tables(load(str(EXAMPLE)))) - {"attempts_max", "timeout_ns", "A", "B"} <= shown


def keys(table: Any) -> set[str]:
    """Those of all tables, at whatever depth, but of the tables themselves."""
    if isinstance(table, list):
        return set().union(*map(keys, table))
    if not isinstance(table, dict):
        return set()
    inner = [each for each in table.values() if isinstance(each, dict | list)]
    own = {key for key, each in table.items() if not isinstance(each, dict | list)}
    return own.union(*map(keys, inner))


@pytest.mark.parametrize("text", [LEAST, CME, EXAMPLE.read_text("utf-8")])
def test_what_is_shown_is_read_as_the_same(text: str) -> None:
    """All defaults written out mean what leaving them out meant."""
    made = parse(text)

    assert parse(as_toml(made)) == made
    assert tomllib.loads(as_toml(made)) == as_tables(made)


def test_channels_are_spread_evenly() -> None:
    """Over the workers that a feed names, all roles of a channel on one of them."""
    three = "".join(f'[[worker]]\nname = "w{number}"\ncore = {number}\n' for number in range(3))
    made = parse(three + CME + 'workers = ["w1", "w2"]\n' + LEAST)
    spread = {
        name: [(feed.feed, number) for feed, number in found]
        for name, found in made.spread().items()
    }

    assert spread == {
        "w0": [("nasdaq.itch50", 1), ("nasdaq.itch50", 2), ("nasdaq.itch50", 3)],
        "w1": [("cme.mdp3", 310), ("cme.mdp3", 320)],
        "w2": [("cme.mdp3", 314), ("cme.mdp3", 361)],
    }


# --- what is not ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "", "'feed' is missing")]),
        ("feed = []", [(1, "feed", "at least one is expected")]),
        ("[[feed]]\n\ninterface = 'a'\n", [(1, "feed[0]", "'feed' is missing")]),
        ('[[feed]]\nfeed = "nasdaq.itch50"', [
            (1, "feed[0]", "'interface' is missing: where do its frames come in?")]),
        (f"{LEAST}interfase = 1", [
            (4, "feed[0].interfase", "unknown key; did you mean 'interface'?")]),
        (f"{LEAST}[feed.limits]\nzz = 1", [
            (5, "feed[0].limits.zz", ("unknown key; known are books, orders, levels, ladder_depth, "
             "books_max, orders_max, levels_max, kept_rows"))]),
        (f"{LEAST}[feed.limits]\n# more\nbooks = 0", [
            (6, "feed[0].limits.books", "books is 0: 1 to 1073741824 is expected")]),
        (f"{LEAST}[feed.limits]\nbooks = 20\nbooks_max = 10", [
            (5, "feed[0].limits.books", "20 to begin with are more than books_max, 10")]),
        (f"{LEAST}[feed.limits]\nbooks_max = 100_000", [
            (5, "feed[0].limits.books_max",
             "100,000 books: best prices in shared memory have room for 65,535")]),
        (f"{LEAST}[feed.limits]\nkept_rows = 1000", [
            (5, "feed[0].limits.kept_rows", "1,000 is no power of two")]),
        (f"{LEAST}limits.books = 1.5\nlimits.orders = true", [
            (4, "feed[0].limits.books", "expected int, got float"),
            (5, "feed[0].limits.orders", "expected int, got bool")]),
        (f"{LEAST}arbitration = {{ gap_timeout_ns = 9_000_000_000 }}", [
            (4, "feed[0].arbitration.gap_timeout_ns",
             "longer than silence_ns, 3,000,000,000: a line would be silent before a gap is one")]),
        (f"{LEAST}ring_bytes = 70_000", [
            (4, "feed[0].ring_bytes", "no multiple of a page, 4096")]),
        (f"{LEAST}ring_bytes = 1", [(4, "feed[0].ring_bytes", "expected int >= 65536")]),
        (f"{LEAST}source = 'magic'", [(4, "feed[0].source", "invalid enum value 'magic'")]),
        (f"{LEAST}interfaces = {{ A = 'x' }}", [
            (4, "feed[0].interfaces", "either one interface or one for each line, not both")]),
        ('[[feed]]\nfeed = "nasdaq.itch50"\ninterfaces = { A = "x", C = "y" }', [
            (3, "feed[0].interfaces", "line B has none"),
            (3, "feed[0].interfaces.C", "no channel has a line C")]),
        (f"{LEAST}sender = '1.2.3'", [
            (4, "feed[0].sender", "'1.2.3': '1.2.3' is not an IPv4 address")]),
        (f"{LEAST}templates = 'x.xml'", [
            (4, "feed[0].templates", "nasdaq.itch50 has none, it is no FAST feed")]),
        (f"{LEAST.replace('eth1', '3b:00.0')}source = 'dpdk'\nexpression = 'udp'", [
            (5, "feed[0].expression", "dpdk has no filter: packet_ring and libpcap have one")]),
        ('[[feed]]\nfeed = "nasdaq.itch50.file"\ninterface = "eth1"', [
            (2, "feed[0].feed", "nasdaq.itch50.file is a file's format: nobody sends it")]),
        ('[[feed]]\nfeed = "nyse"\ninterface = "eth1"', [
            (2, "feed[0].feed",
             "no such feed; known are cme.mdp3, moex.forts, nasdaq.itch50, nasdaq.itch50.file")]),
        (f"{LEAST}{LEAST}", [
            (4, "feed[1].publish", "feed[0] publishes as feedhandler.nasdaq.itch50, too"),
            *((4, f"feed[1].channel[{at}].lines.{line}",
               f"{group} is the group of feed[0].channel[{at}].lines.{line}, too")
              for at, line, group in (
                  (0, "A", "233.54.12.111:26477"), (0, "B", "233.49.196.111:26477"),
                  (1, "A", "233.54.12.40:25475"), (1, "B", "233.49.196.40:25475"),
                  (2, "A", "233.54.12.45:26477"), (2, "B", "233.49.196.45:26477")))]),
        (f"{LEAST}[[feed.channel]]\nid = 1\nlines = {{ A = '239.0.0.1:1', B = '239.0.0.1:1' }}", [
            (6, "feed[0].channel[0].lines.B",
             "239.0.0.1:1 is the group of feed[0].channel[0].lines.A, too")]),
        (f"{LEAST}[[feed.channel]]\nid = 1\nlines = {{ A = '239.0.0.1' }}", [
            (6, "feed[0].channel[0].lines.A",
             "'239.0.0.1': a group is an IPv4 address and a port, 233.54.12.111:26477")]),
        (f"{LEAST}[[feed.channel]]\nid = 1\nrole = 'snapshot'\nlines = {{}}", [
            (1, "feed[0].channel",
             "none of them is incremental: nothing would change a book"),
            (7, "feed[0].channel[0].lines", "a channel needs a line")]),
        ((f"{LEAST}channel = [ {{ id = 1, lines = {{A = '1.1.1.1:1'}} }}, # first\n"
         " { id = 1, lines = {A = '1.1.1.1:2'} } ]"), [
            (4, "feed[0].channel[1]", "channel[0] is incremental of channel 1, too")]),
        (f"[[worker]]\ncore = 1\n[[worker]]\nname = 'b'\ncore = 1\n{LEAST}workers = ['b', 'c']", [
            (1, "worker[0]", "no feed goes to this worker"),
            (5, "worker[1].core", "worker[0] polls on this core, too"),
            (9, "feed[0].workers[1]", "no worker 'c'; there are main, b")]),
        (f"[[worker]]\n[[worker]]\npriority = 5\n{LEAST}", [
            (2, "worker[1].name", "worker[0] has this name, too"),
            (3, "worker[1].priority",
             "a spinning worker with a real-time priority needs a core")]),
        (f"worker = 3\n{LEAST}", [(1, "worker", "expected array, got int")]),
        (f"metrics = 'x'\n{LEAST}", [(1, "metrics", "a table is expected, not text")]),
        (f"[metrics]\naddress = 'localhost:80'\n{LEAST}", [
            (2, "metrics.address",
             "'localhost:80' is not an IPv4 address and a port, 10.1.2.3:26400")]),
        (f"{LEAST}publish = 'a/b'", [
            (4, "feed[0].publish",
             "bad segment name 'a/b': letters, digits, '_', '-' and '.', at most 100")]),
        ((f"{LEAST}[[feed.recovery]]\nmethod = 'tcp_replay'\nservers = ['10.0.0.1:0']\n"
         "username = 'a'"), [
            (5, "feed[0].recovery[0].method",
             "nasdaq.itch50 cannot be recovered by tcp_replay"),
            (6, "feed[0].recovery[0].servers[0]", "'10.0.0.1:0': port 0 is nobody's")]),
        ((f"{LEAST}[[feed.recovery]]\nmethod = 'glimpse'\nservers = ['10.0.0.1:1', '10.0.0.2:1']\n"
         "channels = [1, 9]\nlimits.attempts_max = 0\nlimits.speed = 3"), [
            (4, "feed[0].recovery[0]", "'username' is missing: glimpse logs in"),
            (6, "feed[0].recovery[0].servers", "glimpse has one server"),
            (7, "feed[0].recovery[0].channels[1]", "nasdaq.itch50 has no channel 9 here"),
            (8, "feed[0].recovery[0].limits.attempts_max", "0 is not 1 or more"),
            (9, "feed[0].recovery[0].limits.speed",
             ("glimpse has no such limit; it has ranges_max, messages_max, bytes_max, "
             "attempts_max, timeout_ns, retry_ns"))]),
        ((f"{LEAST}[[feed.recovery]]\nmethod = 'glimpse'\nservers = ['10.0.0.1:1']\n"
         "username = 'longname'"), [
            (7, "feed[0].recovery[0].username", "glimpse has room for 6 letters")]),
        ((f"{LEAST}[[feed.recovery]]\nmethod = 'glimpse'\nservers = ['233.54.12.111:1']\n"
         "username = 'a'"), [
            (6, "feed[0].recovery[0].servers[0]",
             "'233.54.12.111:1': a server is a host, and no group")]),
        ((f"{LEAST}[[feed.recovery]]\nmethod = 'moldudp64'\n"
         "servers = ['10.0.0.1:1', '255.255.255.255:1']\n"), [
            (6, "feed[0].recovery[0].servers[1]",
             "'255.255.255.255:1': a server is a host, and no group")]),
        ((f"{LEAST}[[feed.recovery]]\nmethod = 'moldudp64'\nservers = ['10.0.0.1:1']\n"
         "username = 'a'"), [
            (7, "feed[0].recovery[0].username", "moldudp64 does not log in")]),
        ("a = 1\na = 2", [(2, "", "Cannot overwrite a value")]),
        ("x = ", [(1, "", "Invalid value")]),
    ],
)  # fmt: skip
def test_faults_with_line_and_reason(text: str, expected: list[tuple[int, str, str]]) -> None:
    """Each of them, in the order of the lines."""
    assert faults(text) == sorted(expected)


def test_many_faults_are_one_line_and_a_list(tmp_path: Path) -> None:
    """Verbs that need a configuration tell the first; `check` tells all, and does not stop at one."""
    file = tmp_path / "bad.toml"
    file.write_text(f"colour = 1\n{LEAST}ring_bytes = 'x'\nchecksums = 3\n")
    shown, checked = (
        feedhandler("config", "show", str(file)),
        feedhandler("config", "check", str(file)),
    )

    assert shown.exit_code == 2
    assert one_line(shown).startswith(f"{file}:1: colour: unknown key; ")
    assert one_line(shown).endswith("(and 2 more: feedhandler config check)")
    assert checked.exit_code == 1
    assert [line.split(": ")[:2] for line in checked.stdout.splitlines()] == [
        [f"{file}:1", "colour"], [f"{file}:5", "feed[0].ring_bytes"],
        [f"{file}:6", "feed[0].checksums"],
    ]  # fmt: skip
    told = json.loads(feedhandler("config", "check", str(file), "--json").stdout)
    assert [fault["line"] for fault in told["faults"]] == [1, 5, 6]


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """No file (3), and bytes that are no text (faults of the file)."""
    file = tmp_path / "x.toml"
    missing = feedhandler("config", "check", str(file))
    file.write_bytes(b"\xff\xfe")
    garbage = feedhandler("config", "check", str(file))

    assert (missing.exit_code, one_line(missing)) == (3, f"{file}: No such file or directory")
    assert (garbage.exit_code, "not UTF-8" in garbage.stdout) == (1, True)


def test_the_example_passes_the_command() -> None:
    """What it amounts to, and what this machine lacks as notes."""
    told = json.loads(feedhandler("config", "check", str(EXAMPLE), "--json").stdout)
    text = feedhandler("config", "check", str(EXAMPLE))

    assert (text.exit_code, told["faults"]) == (0, [])
    assert told["channels"] == 4
    assert text.stdout.startswith(f"{EXAMPLE}: 2 feeds, 4 channels, 12 groups, 2 workers; no fault")
    assert json.loads(feedhandler("config", "show", str(EXAMPLE), "--json").stdout)["feed"]


def test_every_way_to_recover_has_limits() -> None:
    """Named by its own dataclass."""
    assert all(limits_kind(method).__dataclass_fields__ for method in FITS)


# --- lines ----------------------------------------------------------------------------------------
def test_lines_of_all_that_toml_allows() -> None:
    """Quoted and dotted keys, arrays over lines, texts that look like tables."""
    text = (
        'a = """\n[b]\nc = 1 # "\n"""\n"x.y".z = [\n  1, # ]\n  "]",\n]\n[ t . "u" ]\nv = \'\'\'\n]\'\'\'\n'
        "[[r]]\nq = {s = 1}\n[[r]]\nq.s = '#' # [no]\n[[r.k]]\n[r.k.m]\nn=1\n"
    )

    assert {path_text(path): line for path, line in places(text).items()} == {
        "": 1, "a": 1, "x.y": 5, "x.y.z": 5, "t.u": 9, "t.u.v": 10, "r[0]": 12, "r[0].q": 13,
        "r[1]": 14, "r[1].q": 15, "r[1].q.s": 15, "r[1].k[0]": 16, "r[1].k[0].m": 17,
        "r[1].k[0].m.n": 18,
    }  # fmt: skip
    assert line_of(("r", 0, "q", "s"), places(text)) == 13
    assert tomllib.loads(text)["r"][1]["k"] == [{"m": {"n": 1}}]


KEYS = st.text("abcxyz_-019", min_size=1, max_size=4)
VALUES = st.sampled_from(["1", '"]"', "'[a]'", "[\n1,\n2]", '"""\n[x]\n"""', "{ a = 1 }", '"\\"#"'])


@PATIENT
@given(
    st.lists(st.tuples(KEYS, st.booleans(), st.dictionaries(KEYS, VALUES, max_size=3)), max_size=6),
    st.integers(0, 3),
)
def test_lines_are_where_they_were_written(
    tables: list[tuple[str, bool, dict[str, str]]], blank: int
) -> None:
    """A text is written key by key, and each key's line is kept beside it."""
    lines, expected, kinds = [], {(): 1}, {}
    counts: dict[str, int] = {}
    for name, many, values in tables:
        if kinds.setdefault(name, many) is not many or (not many and name in counts):
            continue
        lines += ["# comment", *[""] * blank, f"[[{name}]]  # x" if many else f"[ {name} ]"]
        number = counts.get(name, 0)
        counts[name] = number + 1
        path = (name, number) if many else (name,)
        expected[path] = len(lines)
        for key, value in values.items():
            expected[(*path, key)] = len(lines) + 1
            lines += f"{key} = {value} # {value[:1]}".split("\n")
    text = "\n".join(lines)

    assert tomllib.loads(text) is not None
    assert places(text) == expected
