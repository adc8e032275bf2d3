"""A subscription over the lives of its writers: nothing twice, nothing left out, whoever was killed."""

import os
import signal
import subprocess
import sys
import time

import pytest
from shared_memory import fresh_name, publish

from feedhandler.publish import EventRing, Subscription

name = pytest.fixture(fresh_name)


def ids(subscription: Subscription, rows_max: int = 4096) -> list[int]:
    """Order ids of the rows that come next."""
    rows, lost = subscription.read(rows_max)
    return [*rows["order_id"].tolist(), *["lost"] * lost]


def abandon(ring: EventRing) -> None:
    """Let go of a ring as a killed process does: unlocked, unclosed, its file left behind."""
    del ring.sequences, ring.slots, ring.head
    ring.segment.words.release()
    ring.segment.memory.close()
    os.close(ring.segment.fd)
    ring.segment.fd = -1


def test_a_subscription_goes_over_to_the_successor(name: str) -> None:
    """Of a writer that was killed and of one that closed; in between there is nothing."""
    subscription = Subscription(name)
    story = [(ids(subscription), subscription.attached)]
    for number, end in ((10, abandon), (20, EventRing.close), (30, EventRing.close)):
        ring = EventRing.create(name, 8)
        publish(ring, number, number + 1, number + 2)
        story.append((ids(subscription, 2), subscription.attached))
        end(ring)
        story += [(ids(subscription), subscription.attached) for _ in range(3)]
    subscription.close()

    assert story == [
        ([], False),
        *(
            step
            for first in (10, 20, 30)
            for step in (
                ([first, first + 1], True), ([first + 2], True), ([], False), ([], False),
            )
        ),
    ]  # fmt: skip
    assert (subscription.restarts, subscription.lost) == (3, 0)


def test_a_successor_that_comes_at_once_is_read_from_its_beginning(name: str) -> None:
    """The rest of the dead writer first; `start` is of the first writer only."""
    first = EventRing.create(name, 8)
    publish(first, 1, 2)
    subscription = Subscription(name, start="now")
    begun = ids(subscription)
    publish(first, 3)
    abandon(first)
    second = EventRing.create(name, 8)
    publish(second, 4, 5)
    story = [ids(subscription) for _ in range(4)]
    second.close()

    assert (begun, story) == ([], [[3], [], [4, 5], []])


def test_what_a_slow_subscriber_lost_is_counted_over_lives(name: str) -> None:
    """Overrun by each of two writers."""
    with Subscription(name) as subscription:
        for number in (1, 2):
            ring = EventRing.create(name, 4)
            publish(ring, 0)
            ids(subscription)
            publish(ring, *range(100))
            while subscription.attached:
                ids(subscription)
                if not ring.segment.closed:
                    ring.close()
            assert subscription.restarts == number
        lost = subscription.lost

    assert lost == 2 * 99
    assert subscription.restarts == 2


WRITER = """
import sys, time
from shared_memory import publish
from feedhandler.publish import EventRing
ring = EventRing.create(sys.argv[1], 65536)
for number in range(1, 1_000_000):
    publish(ring, number)
    time.sleep(0.0005)
"""


def test_writers_are_killed_while_they_write(name: str) -> None:
    """Three processes one after the other: every sequence begins at 1 and has no hole."""
    lives: list[list[int]] = []
    subscription = Subscription(name)
    path = os.pathsep.join(sys.path)
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", WRITER, name],
                              env={**os.environ, "PYTHONPATH": path}) as writer:  # fmt: skip
            seen: list[int] = []
            until = time.monotonic() + 300
            while len(seen) < 20 and time.monotonic() < until:
                seen += ids(subscription)
                time.sleep(0.01)
            writer.send_signal(signal.SIGKILL)
            writer.wait(60)
            while subscription.attached:
                seen += ids(subscription)
            lives.append(seen)
    subscription.close()

    assert [life == list(range(1, len(life) + 1)) for life in lives] == [True] * 3
    assert min(map(len, lives)) >= 20
    assert subscription.restarts == 3
