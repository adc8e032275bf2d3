"""The compiled decoder against the reference decoder, on real packets and on anything that can be made up."""

import copy
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from decoder_pair import Pair
from packets import (
    FRAMING,
    Crafter,
    add_order,
    group,
    level,
    mdp3,
    mold,
    order,
    order_delete,
    root,
    sbe,
    wide_group,
)
from test_reference import CAPTURES, datagram_of, frames

from feedhandler.decode import mapping
from feedhandler.decode.description import read_ksy, read_map
from feedhandler.decode.layout import read_layout
from feedhandler.decode.plan import Plan, make_application
from feedhandler.jit import JIT_ON

FEEDS = tuple(FRAMING)
VERSIONED = ("cme.mdp3",)
HERE = Path(__file__).parent


@cache
def pair(name: str) -> Pair:
    return Pair(name)


def versions(name: str) -> tuple[int, ...]:
    return tuple(range(5, 14)) if name in VERSIONED else (0,)


def captures(venue: str) -> list[Path]:
    return sorted((Path(CAPTURES) / "omi" / venue).rglob("*.pcap"))


# --- real packets ---------------------------------------------------------------------------------
@pytest.mark.skipif(not CAPTURES, reason="FEEDHANDLER_REAL_CAPTURES is not set")
@pytest.mark.parametrize(("name", "venue"), [("nasdaq.itch50", "Nasdaq"), ("cme.mdp3", "Cme")])
def test_every_real_datagram_gives_the_same_rows(name: str, venue: str) -> None:
    """UDP, and TCP where a datagram travels in it; each also cut after each of its bytes."""
    payloads = [datagram_of(frame)[1] for path in captures(venue) for frame in frames(path)]
    rows = sum(pair(name).agree(payload).status for payload in payloads)
    for payload in payloads[:20]:
        for size in range(len(payload)):
            pair(name).agree(payload[:size])

    assert rows >= len(payloads) > 0


@pytest.mark.skipif(not CAPTURES, reason="FEEDHANDLER_REAL_CAPTURES is not set")
@pytest.mark.parametrize("name", FEEDS)
def test_packets_of_other_venues_do_no_harm(name: str) -> None:
    """Both decoders read them as whatever they look like."""
    everything = sorted((Path(CAPTURES) / "omi").rglob("*.pcap"))

    assert everything
    for path in everything:
        for frame in frames(path)[:20]:
            pair(name).agree(frame[42:])


# --- made-up packets ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FEEDS)
def test_every_message_with_random_values(name: str) -> None:
    """All types in all versions; nulls, extremes and codes come up often."""
    crafter = Crafter(pair(name).plan.application, seed=5)
    rounds = 6 if name in VERSIONED else 60
    rows = 0
    for message in pair(name).plan.application.messages:
        for version in versions(name) * rounds:
            made = [crafter.message(message, version) for _ in range(2)]
            seen = pair(name).agree(FRAMING[name](made), row_flags=crafter.dice.randrange(256))
            rows += seen.status

            assert "malformed_message" not in seen.counted

    assert rows > 2000


@pytest.mark.parametrize("name", FEEDS)
def test_grown_blocks_give_the_same_rows(name: str) -> None:
    """Fields that a later version appends to blocks and entries are passed over."""
    for message in pair(name).plan.application.messages:
        for version in versions(name):
            told = pair(name).plan.application, random.Random(version).randrange(1 << 30)
            plain, *grown = (_grown(name, told, message, version, grow) for grow in (0, 1, 8, 200))

            assert all(each == plain for each in grown)


def _grown(name: str, told: Any, message: Any, version: int, grow: int) -> bytes:
    """The rows of a message with `grow` more bytes in each block; padding is all that differs."""
    crafter = Crafter(*told)
    crafter.padding = random.Random(1)
    payload = crafter.message(message, version, grow) + b"tail" * (not versions(name)[0])
    return bytes(pair(name).agree(FRAMING[name]([payload])).rows.tobytes())


def test_counts_that_lie() -> None:
    """A group cannot have more entries than the message has bytes."""
    cme = pair("cme.mdp3")
    for count in range(256):
        seen = cme.agree(
            mdp3([sbe(46, root(), group(level(1, 1), level(2, 2), count=count), wide_group())])
        )
        assert (count > 2) == ("malformed_message" in seen.counted)
        cme.agree(
            mdp3([sbe(46, root(), group(level(1, 1)), wide_group(order(1, 1, 1), count=count))])
        )


@pytest.mark.parametrize("length", [0, 1, 8, 9, 10, 12, 65_535])
def test_block_lengths_that_lie(length: int) -> None:
    """A root block ends where its sender says, or the message is malformed."""
    whole = sbe(46, root(), group(level(1, 1)), wide_group())

    pair("cme.mdp3").agree(mdp3([length.to_bytes(2, "little") + whole[2:]]))


# --- against unreadable memory, with and without the JIT ------------------------------------------
@pytest.mark.parametrize(("jit_off", "rounds"), [("0", "12"), ("1", "1")])
def test_nothing_outside_the_datagram_is_read(jit_off: str, rounds: str) -> None:
    """Thousands of damaged datagrams that end where reading ends; the process lives."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(HERE / "decode_guarded.py"), rounds],
        env={**os.environ, "NUMBA_DISABLE_JIT": jit_off},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(FEEDS)


# --- the comparison itself ------------------------------------------------------------------------
def broken(name: str, protocol: str, table: str, codes: dict[int, str]) -> Plan:
    """The plan of a feed with one code table changed."""
    document = copy.deepcopy(read_map(protocol))
    document["codes"][table] = codes
    layout = read_layout(read_ksy(protocol), f"{protocol}.ksy")
    told = mapping.read_application(document, f"{protocol}.map.yaml")
    sound = pair(name).plan
    return Plan(name, sound.unit, sound.transport, make_application(layout, told))


def test_a_wrong_map_is_found_at_its_message() -> None:
    """Sides exchanged: the first row that differs is that of the first ask."""
    wrong = Pair(
        "nasdaq.itch50", broken("nasdaq.itch50", "itch50", "side", {0x42: "bid", 0x53: "bid"})
    )
    payload = mold([order_delete(1), add_order(2, "B", 1, 1), add_order(3, "S", 1, 1)])

    with pytest.raises(AssertionError):
        wrong.agree(payload)
    one, other = wrong.by_compiled(payload), wrong.by_reference(payload)
    differing = [int(a["sequence"]) for a, b in zip(one.rows, other.rows, strict=True) if a != b]
    assert differing == [3]


INSPECT = """
from feedhandler.jit import KERNELS
from feedhandler.decode.compiled import cme_mdp3, nasdaq_itch50

for made in KERNELS:
    text = str(made.inspect_llvm())
    print(made.__name__, len(text) > 1000, "NRT_" in text)
"""


@pytest.mark.skipif(not JIT_ON, reason="the JIT is off")
def test_compiled_code_counts_no_references(tmp_path: Path) -> None:
    """An allocation on the hot path would show as NRT_incref; code from the cache cannot be looked at."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", INSPECT],
        env={**os.environ, "FEEDHANDLER_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == [
        *["decode True False"] * 2,
        *["peek True False"] * 2,
    ]
