"""What a configuration says that cannot be, is named twice, or is not here: told with its line, and bounded as elsewhere."""

from pathlib import Path

import pytest
from cli_runs import feedhandler, one_line
from test_config import LEAST, faults

from feedhandler.cli import options
from feedhandler.config import FILTERED, Feed, as_tables
from feedhandler.config_memory import memory_of
from feedhandler.config_reading import parse
from feedhandler.session.holding import SLOTS_MAX, Arbitration, Holding, holding_bytes

FORTS = LEAST.replace("nasdaq.itch50", "moex.forts")
CHANNEL = "[[feed.channel]]\nid = 1\nlines = { A = '10.1.1.1:5', B = '239.0.0.1:5' }\n"
GLIMPSE = (
    "[[feed.recovery]]\nmethod = 'glimpse'\nservers = ['10.1.1.1:5']\nusername = 'u'\n"
    "password_file = '{}'\n"
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("arbitration.slots = 1_048_577",
         ("arbitration.slots", "slots is 1048577: 1048576 or less is expected")),
        ("expression = 'udp und'", ("expression", "filter 'udp und': syntax error")),
        ("expression = 'udp'\nsource = 'udp_socket'",
         ("expression", "udp_socket has no filter: packet_ring and libpcap have one")),
        ("workers = ['main', 'main']", ("workers[1]", "worker 'main' is named before")),
    ],
)  # fmt: skip
def test_what_cannot_run_is_a_fault(more: str, expected: tuple[str, str]) -> None:
    """Its line, its key, its reason, and nothing else."""
    assert faults(LEAST + more) == [(4, f"feed[0].{expected[0]}", expected[1])]


@pytest.mark.parametrize("source", FILTERED)
def test_an_expression_that_is_one_passes(source: str) -> None:
    """For each source that takes one."""
    made = parse(f"{LEAST}source = '{source}'\nexpression = 'udp and dst port 26477'")

    assert made.feed[0].source == source


def test_slots_are_bounded_alike_and_part_of_the_sum() -> None:
    """On the command line as in a file; each worker's memory of a feed holds them, and a second feed's its own."""
    few, many = (parse(f"{LEAST}arbitration.slots = {number}") for number in (0, SLOTS_MAX))
    second = "[[feed.channel]]\nid = 1\nlines = { A = '239.0.0.1:5' }\n"
    both = parse(f"[[worker]]\nidle = 'block'\n{LEAST}{LEAST}publish = 'x'\n{second}")
    made = Holding(Arbitration(slots=7))

    assert options.SLOTS_MAX == SLOTS_MAX
    assert holding_bytes(7) == made.slots.nbytes + made.store.nbytes
    assert (
        sum(memory_of(many).values()) - sum(memory_of(few).values())
        == made.store.nbytes // 8 * SLOTS_MAX + made.slots.nbytes // 8 * SLOTS_MAX
    )
    assert sum(memory_of(both).values()) == 2 * sum(memory_of(parse(LEAST)).values())


def test_files_that_are_not_here_are_notes_of_the_check_and_refused_by_a_run(
    tmp_path: Path,
) -> None:
    """With the line that names them; those that are there are nothing to tell of."""
    file, here = tmp_path / "feed.toml", tmp_path / "password"
    here.write_text("secret\n")
    text = FORTS + "templates = '/none/t.xml'\npublish = 'x'\n[[worker]]\nidle = 'block'\n" + LEAST
    file.write_text(text + GLIMPSE.format("/none/p") + GLIMPSE.format(here))
    checked, run = feedhandler("config", "check", str(file)), feedhandler("run", "-c", str(file))

    assert checked.exit_code == 0, checked.output
    assert [line for line in checked.stdout.splitlines() if "/none" in line or "secret" in line] == [
        f"note: {file}:4: feed[0].templates: /none/t.xml: No such file or directory",
        f"note: {file}:15: feed[1].recovery[0].password_file: /none/p: No such file or directory",
    ]  # fmt: skip
    assert run.exit_code == 3
    assert one_line(run) == (
        f"{file}:4: feed[0].templates: /none/t.xml: No such file or directory "
        "(and 1 more: feedhandler config check)"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\n", "not UTF-8"),
        (None, "Is a directory"),
        (b"elevenchars\n", "glimpse has room for 10 letters"),
    ],
)
def test_a_password_that_cannot_be_read(tmp_path: Path, content: bytes | None, says: str) -> None:
    """Bytes that are no text, a folder, more than a login holds: as what is not there."""
    file, password = tmp_path / "feed.toml", tmp_path / "password"
    if content is None:
        password.mkdir()
    else:
        password.write_bytes(content)
    file.write_text(LEAST + GLIMPSE.format(password))
    run = feedhandler("run", "-c", str(file))

    assert run.exit_code == 3
    assert one_line(run).startswith(
        f"{file}:8: feed[0].recovery[0].password_file: {password}: {says}"
    )


def test_a_file_that_holds_no_templates(tmp_path: Path) -> None:
    """Told with its line before a decoder is made of it."""
    file, wrong = tmp_path / "feed.toml", tmp_path / "t.xml"
    wrong.write_text("<templates><template")
    file.write_text(f"{FORTS}templates = '{wrong}'\n")
    checked, run = feedhandler("config", "check", str(file)), feedhandler("run", "-c", str(file))

    assert (checked.exit_code, run.exit_code) == (0, 3)
    assert one_line(run).startswith(f"{file}:4: feed[0].templates: {wrong}: ")
    assert f"note: {one_line(run)}" in checked.stdout.splitlines()


def test_a_line_to_a_host_is_told(tmp_path: Path) -> None:
    """It can run: nothing is joined; a group is nothing to tell of."""
    file = tmp_path / "feed.toml"
    file.write_text(LEAST + CHANNEL)
    checked = feedhandler("config", "check", str(file))

    assert checked.exit_code == 0
    (told,) = (line for line in checked.stdout.splitlines() if "lines" in line)
    assert told == (
        f"note: {file}:6: feed[0].channel[0].lines.A: 10.1.1.1:5 is no multicast group: "
        "nothing is joined for it"
    )


def test_what_is_taken_is_shown() -> None:
    """The bound is one of the value, not of a key: any way to it is refused."""
    with pytest.raises(ValueError, match="slots is 2097152: 1048576 or less is expected"):
        Arbitration(slots=1 << 21)
    assert as_tables(Feed(feed="x"))["arbitration"]["slots"] == 8192
