"""What was asked for is done or refused, and a report tells what happened rather than what was asked for."""

import pytest
from cli_runs import CME, ITCH, document, feedhandler, one_line, told


# --- the point to stop at -------------------------------------------------------------------------
@pytest.mark.parametrize("at", ["99999999", "23:00:00"])
def test_a_point_behind_the_end_was_not_reached(at: str) -> None:
    """The input ended; nothing was stopped."""
    page = feedhandler("replay", ITCH, "--at", at, "-n")
    found = document("replay", ITCH, "--at", at)
    book = feedhandler("book", ITCH, "--symbol", "GULF", "--at", at)

    assert "stopped at" not in page.stdout
    assert "the input ended before " in page.stdout
    assert (found["stop_reached"], found["exit_code"]) == (False, 0)
    assert "the input ended before " in book.stdout
    assert document("book", ITCH, "--symbol", "GULF", "--at", at)["stop_reached"] is False


def test_a_point_that_was_reached() -> None:
    """In the midst, and before the first frame."""
    page = feedhandler("replay", ITCH, "--at", "500", "-n")
    early = feedhandler("replay", ITCH, "--at", "08:00", "-n")

    assert "stopped at packet 500: no gap, nothing malformed" in page.stdout
    assert ", before the first frame" in early.stdout
    assert document("replay", ITCH, "--at", "500")["stop_reached"] is True
    assert document("replay", ITCH)["stop_reached"] is None
    assert (
        "the input ended" not in feedhandler("book", ITCH, "--symbol", "GULF", "--at", "900").stdout
    )


# --- options that were ignored --------------------------------------------------------------------
def test_a_symbol_without_a_book_is_a_problem() -> None:
    """As `book` has it: exit code 1, by every form of the report."""
    page = feedhandler("replay", ITCH, "--symbol", "NOPE", "--symbol", "GULF")
    quiet = feedhandler("replay", ITCH, "--symbol", "NOPE", "-q")
    found = document("replay", ITCH, "--symbol", "NOPE")

    assert (page.exit_code, quiet.exit_code, found["exit_code"]) == (1, 1, 1)
    assert "--symbol NOPE: no book of this name" in page.stdout
    assert "GULF  by order" in page.stdout
    assert one_line(quiet) == "--symbol NOPE: no book of this name" == found["problems"][0]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["replay", ITCH, "--shm", ""], "--shm: bad segment name ''"),
        (["book", CME, "--symbol", "EQXM4", "--orders", "--implied"], "--orders and --implied"),
        (["book", CME, "--symbol", "EQXM4", "--direct", "--implied"], "--implied and --direct"),
        (["bench", "replay", ITCH, "--against", " "], "--against: a command is expected"),
        (["bench", "decode", ITCH, "--messages", "5"], "--messages: FILE is measured"),
        (["simulate", "nasdaq.itch50", "-w", "x.pcap", "--channel-reset"], "--channel-reset: "),
        (["simulate", "nasdaq.itch50", "-w", "x.pcap", "--long-quantity"], "--long-quantity: "),
        (["simulate", "nasdaq.itch50", "-w", "x.pcap", "--snapshot-ns", "5"], "--snapshot-ns: "),
        (["simulate", "nasdaq.itch50", "--serve", "--vlan", "5"], "--vlan: without -w"),
        (["simulate", "nasdaq.itch50", "--serve", "--faults", "drop=1%"], "--faults: without -w"),
    ],
)
def test_no_option_is_passed_over(arguments: list[str], line: str) -> None:
    """Usage: exit code 2, before any work."""
    result = feedhandler(*arguments)

    assert result.exit_code == 2
    assert told(result)[-1].startswith(f"feedhandler: {line}")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--packet", "999999"], "--packet 999999: nothing came behind packet 7,510"),
        (["--packet", "1", "--template", "A"], "--packet 1: holds nothing of nasdaq.itch50"),
        (["--template", "300"], "--template 300: neither nasdaq.itch50 nor the capture"),
    ],
)
def test_decode_says_that_nothing_is_there(arguments: list[str], line: str) -> None:
    """Exit code 1, and why."""
    few = ["-f", "udp dst port 26477"] if "--template" in arguments else []
    result = feedhandler("decode", ITCH, *arguments, *few)

    assert (result.exit_code, result.stdout) == (1, "")
    assert told(result)[-1].startswith(f"feedhandler: {line}")


def test_verify_promises_what_it_does() -> None:
    """A comparison is no proof."""
    assert "Prove" not in feedhandler("--help").stdout
    assert "Compare both decoders" in feedhandler("--help").stdout
