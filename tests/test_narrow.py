"""In a narrow terminal nothing that counts is cut: prices, sizes, orders, groups and digests stand there whole."""

import re

import pytest
from cli_runs import CME, ITCH, document
from processes import on_terminal

GULF = ("book", ITCH, "--symbol", "GULF", "--depth", "2")
CUT = "…"


def words(lines: list[str]) -> list[str]:
    """Everything between blanks."""
    return " ".join(lines).split()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_prices_and_sizes_are_whole(columns: int) -> None:
    """Of a book by level with implied sizes: the widest that there is."""
    lines = on_terminal(columns, "book", CME, "--symbol", "EQXM4", "--depth", "2")
    ladder = document("book", CME, "--symbol", "EQXM4", "--depth", "2", "--consolidated")
    (book,) = ladder["books"]
    prices = {f"{level['price'] / 10**9:,.2f}" for side in ("bids", "asks") for level in book[side]}

    assert CUT not in "".join(lines)
    assert prices <= set(words(lines))
    assert {"165", "163 (13i)", "25 (14i)", "26"} <= set(
        re.findall(r"\d+(?: \(\d+i\))?", "\n".join(lines))
    )
    assert max(map(len, lines)) <= columns


def test_bars_go_first_then_numbers_of_orders() -> None:
    """All of it at 120 columns, no bars at 60, no orders at 48, prices and sizes alone at 40."""
    shown = {columns: "\n".join(on_terminal(columns, *GULF)) for columns in (120, 60, 40)}

    assert ["█" in shown[columns] for columns in (120, 60, 40)] == [True, False, False]
    assert ["orders" in shown[columns] for columns in (120, 60, 40)] == [True, True, False]
    assert all("0.5279" in page and "0.5280" in page for page in shown.values())


@pytest.mark.parametrize("columns", [10, 24])
def test_a_table_is_rather_too_wide_than_cut(columns: int) -> None:
    """Where not even prices and sizes have room."""
    text = "".join(on_terminal(columns, *GULF))

    assert CUT not in text
    assert {"475", "0.5279", "0.5280", "150"} <= set(text.split())


def test_orders_stand_below_each_other_where_they_do_not_fit_side_by_side() -> None:
    """Every order's id at 40 columns as at 120."""
    wide, narrow = (on_terminal(columns, *GULF, "--orders") for columns in (120, 40))

    assert set(re.findall(r"\d{5}", "\n".join(wide))) <= set(
        re.findall(r"\d{5}", "\n".join(narrow))
    )
    assert max(map(len, narrow)) <= 40
    assert CUT not in "".join(narrow)


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("verb", [("replay",), ("verify", "-c", "200")])
def test_digests_and_groups_are_whole(columns: int, verb: tuple[str, ...]) -> None:
    """As a pipe gets them; the table of gaps, too."""
    arguments = (*verb, ITCH)
    lines = on_terminal(columns, *arguments)
    found = document(*arguments)
    digests = found.get("digest") or {
        name: found[f"{name}_digest"] for name in ("events", "books")
    }  # fmt: skip
    groups = [line["group"] for channel in found.get("channels", []) for line in channel["lines"]]

    assert CUT not in "".join(lines)
    assert {*digests.values(), *groups} <= set(words(lines))
    assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("columns", [40, 80])
def test_gaps_are_whole(columns: int) -> None:
    """A table of ten columns becomes a paragraph for each gap."""
    arguments = ("replay", ITCH, "-n", "--faults", "drop=20%", "--seed", "3")
    gaps = document(*arguments)["gaps"][:5]
    lines = on_terminal(columns, *arguments)

    assert gaps
    assert CUT not in "".join(lines)
    assert {f"{gap[name]:,}" for gap in gaps for name in ("first", "last", "packet")} <= set(
        words(lines)
    )


def test_lists_are_whole() -> None:
    """Names of feeds at 80 columns."""
    lines = on_terminal(80, "protocols", "list")

    assert {"cme.mdp3", "nasdaq.itch50", "nasdaq.itch50.file"} <= set(words(lines))
    assert CUT not in "".join(lines)


def test_bars_of_a_terminal_without_unicode() -> None:
    """Plain characters, and no escapes of twelve times six."""
    lines = on_terminal(120, *GULF, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert "\\u2588" not in "".join(lines)
    assert "#" in "".join(lines)
