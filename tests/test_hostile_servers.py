"""Hostile recovery servers: what they may claim, what is made of it, and that the harness would tell."""

import random
import re
from typing import Any

import pytest
import structlog
from packets import add_order
from test_fuzz import fuzz

from feedhandler.decode.catalog import feed as feed_of
from feedhandler.decode.loading import decoder_of
from feedhandler.engine.recovery_trial import Trial
from feedhandler.fuzzing.hostile import (
    any_bytes,
    blocks_of,
    mold_framing,
    packets_of,
    soup_framing,
    without_messages,
)
from feedhandler.fuzzing.recovery import SESSION, soup, stream
from feedhandler.fuzzing.recovery_engine import Run
from feedhandler.session.moldudp64_request import framed

MESSAGES = [add_order(each, "B", 10, each) for each in range(5, 25)]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Any:
    """No log of the runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


def mold(first: int = 5) -> bytes:
    """A reply of twenty orders."""
    blocks = b"".join(len(each).to_bytes(2, "big") + each for each in MESSAGES)
    return SESSION + first.to_bytes(8, "big") + len(MESSAGES).to_bytes(2, "big") + blocks


def readable(message: bytes) -> bool:
    trial = Trial(decoder_of(feed_of("nasdaq.itch50")))
    block = len(message).to_bytes(2, "big") + message
    return trial.reads(SESSION + bytes(8) + b"\0\1" + block)


def test_damaged_framing_tells_no_other_message() -> None:
    """Whatever still can be read of a reply stands in its place; and much of it no longer can be."""
    rng = random.Random(5)
    kept = spoiled = refused = 0
    for _ in range(600):
        for reply in mold_framing(mold(), rng):
            packet = framed(reply)
            if packet is None or packet[0] != SESSION or packet[2] == 0xFFFF:
                refused += 1
                continue
            for place, block in enumerate(blocks_of(reply)):
                same = block == MESSAGES[place]
                assert same or not readable(block)
                kept += same
                spoiled += not same

    assert min(kept, spoiled, refused) > 50


def test_damaged_streams_tell_no_other_message() -> None:
    """Messages have no numbers: the n-th that is still there is the n-th that was sent."""
    rng = random.Random(5)
    sent = b"".join(soup(b"S", each) for each in MESSAGES)
    kept = broken = 0
    for _ in range(600):
        told = soup_framing(sent, rng)
        broken += told[-1] == b""
        if told[-1] != b"" and any(each[2:3] not in b"SH" for each in packets_of(told[0])):
            continue  # junk, which ends the connection
        packets = packets_of(told[0])
        whole = [each for each in packets if len(each) == 2 + int.from_bytes(each[:2], "big")]
        messages = [each[3:] for each in whole if each[2:3] == b"S"]
        for mine, theirs in zip(messages, MESSAGES, strict=False):
            assert mine.startswith(theirs) or not readable(mine)
            kept += mine == theirs

    assert kept > 600
    assert 100 < broken < 600


def test_a_mute_server_is_alive() -> None:
    """Everything but messages."""
    said = stream(5, 3)

    assert b"".join(packets_of(said)) == said
    assert [each[2:3] for each in packets_of(without_messages(said))] == [b"A", b"H", b"Z"]


def test_any_bytes_are_a_function_of_the_dice() -> None:
    """The same dice, the same damage; some replies stay whole."""
    made = [any_bytes(mold(), random.Random(seed)) for seed in range(80)]

    assert made == [any_bytes(mold(), random.Random(seed)) for seed in range(80)]
    assert 5 < sum(each == [mold()] for each in made) < 60


def test_a_run_is_a_function_of_its_seed() -> None:
    """Counters, too."""
    for seed in range(3):
        runs = [Run(seed) for _ in range(2)]
        assert [run.judged() for run in runs] == ["", ""]
        one, other = (run.engine.counters.tolist() for run in runs)
        assert one == other


def test_a_handler_that_believes_hostile_servers_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that takes what it cannot read."""
    monkeypatch.setattr(Trial, "reads", lambda *_: True)
    told = [Run(seed).judged() for seed in range(40)]

    assert any("is SYNCHRONIZED at unit" in text for text in told)


def test_runs_keep_their_promises() -> None:
    """They end, no book is broken, and no claim is false, whatever servers say; of each kind some recover."""
    done = fuzz("recovery.engine", "--count", "120000", "--seed", "5")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "recovery.engine: 60 damaged runs" in done.stdout
    for name in ("moldudp64", "soupbintcp", "every", "tcp_replay"):
        assert re.search(rf"[\d,]+ {name} recovered(,|$)", done.stdout, re.MULTILINE), name
    # What a snapshot made up for never came.
    assert re.search(r"[\d,]+ glimpse missing(,|$)", done.stdout, re.MULTILINE)
    for reason in ("replies_malformed", "replies_unread", "replies_refused", "recovery_failed"):
        assert re.search(rf"[\d,]+ {reason}(,|$)", done.stdout, re.MULTILINE), reason
