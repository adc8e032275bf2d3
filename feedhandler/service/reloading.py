"""SIGHUP: the configuration is read again, and a running process takes what it can of it.

A file with faults changes nothing. Of a good one, limits and waiting times are words that the loops look at anew;
what needs other memory, sockets or threads is told, and waits for a restart.
"""

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from feedhandler.book.pools import BOOKS_MAX, LEVELS_MAX, ORDERS_MAX
from feedhandler.config_changes import Change, changes, known_feeds
from feedhandler.config_reading import ConfigError, load
from feedhandler.session.holding_kernel import SILENCE_NS, TOLD_NS, WAIT_COUNT, WAIT_NS

if TYPE_CHECKING:
    from feedhandler.config import Config, Feed
    from feedhandler.engine.engine import Engine


class Reload(NamedTuple):
    """What came of reading a file again."""

    config: "Config"  # that holds from now on: the old one, with what was taken
    taken: list[Change]
    waiting: list[Change]  # for a restart
    faults: list[str]


def reload(file: str, running: "Config") -> Reload:
    """Read the file again; OSError and faults leave the running configuration as it is."""
    try:
        found = load(file)
    except ConfigError as error:
        return Reload(running, [], [], [f"{file}:{fault}" for fault in error.faults])
    except OSError as error:
        return Reload(running, [], [], [f"{file}: {error.strerror}"])
    differ = changes(running, found)
    taken = [change for change in differ if change.at_once]
    waiting = [change for change in differ if not change.at_once]
    return Reload(held(running, found), taken, waiting, [])


def held(running: "Config", found: "Config") -> "Config":
    """The running configuration with what can be taken of another: what waits for a restart is not held."""
    from msgspec.structs import replace  # noqa: PLC0415 (only when it is asked for)

    there = known_feeds(found, running.name)

    def changed(feed: "Feed", other: "Feed") -> "Feed":
        waits, limits = other.arbitration, other.limits
        return replace(
            feed,
            arbitration=dataclasses.replace(
                feed.arbitration,
                gap_timeout_ns=waits.gap_timeout_ns, gap_count=waits.gap_count,
                silence_ns=waits.silence_ns, told_timeout_ns=waits.told_timeout_ns,
            ),
            limits=dataclasses.replace(
                feed.limits,
                books_max=limits.books_max, orders_max=limits.orders_max, levels_max=limits.levels_max,
            ),
        )  # fmt: skip

    return replace(
        running,
        log_level=found.log_level,
        metrics=replace(running.metrics, address=found.metrics.address),
        feed=[changed(feed, there.get(name, feed)) for name, feed in known_feeds(running).items()],
    )


def by_segment(config: "Config") -> dict[str, "Feed"]:
    """The feed of each loop, by the name of its shared memory: no two loops of a process have the same."""
    return {
        config.published(feed, worker): feed
        for worker, share in config.spread().items()
        for feed, _ in share
    }


def apply(engine: "Engine", feed: "Feed") -> None:
    """Let an engine's loop see the limits and times of its feed; safe while it runs, word by word."""
    watch, control = engine.channels.holding.watch, engine.pools.control
    for word, number in (
        (WAIT_NS, feed.arbitration.gap_timeout_ns),
        (WAIT_COUNT, feed.arbitration.gap_count),
        (SILENCE_NS, feed.arbitration.silence_ns),
        (TOLD_NS, feed.arbitration.told_timeout_ns),
    ):
        watch[word] = number
    for word, number in (
        (ORDERS_MAX, feed.limits.orders_max),
        (LEVELS_MAX, feed.limits.levels_max),
        (BOOKS_MAX, feed.limits.books_max),
    ):
        control[word] = number
