"""The plan of a feed of the catalog: its templates, the venue's or the user's, and the map beside them."""

from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from feedhandler.decode.catalog import PACKAGE, Feed
from feedhandler.decode.description import load_yaml
from feedhandler.decode.fast.compiled import load_source
from feedhandler.decode.fast.generate_feed import generate_feed
from feedhandler.decode.fast.reader import FastReader
from feedhandler.decode.fast.rows import FeedPlan, feed_plan, read_meanings
from feedhandler.decode.fast.templates import read_plan
from feedhandler.decode.mapping import Application

COMPILED: Final = "feedhandler.decode.compiled"


def application_of(feed: Feed) -> Application:
    """The meanings of messages, by template id as text."""
    return read_meanings(*_map_of(feed))


def _map_of(feed: Feed) -> tuple[dict[str, Any], str]:
    folder = files(PACKAGE) / feed.venue
    place = f"{feed.venue}/{feed.application}.map.yaml"
    return load_yaml((folder / f"{feed.application}.map.yaml").read_text("utf-8"), place), place


@cache
def plan_of(feed: Feed) -> FeedPlan:
    """What both decoders of a feed are made from."""
    folder = files(PACKAGE) / feed.venue
    document, place = _map_of(feed)
    if feed.templates_path:
        text, name = Path(feed.templates_path).read_bytes(), Path(feed.templates_path).name
    else:
        text, name = (folder / feed.templates).read_bytes(), feed.templates
    return feed_plan(feed.name, read_plan(text, name), document, place)


@cache
def reader_of(feed: Feed) -> FastReader:
    """The reference decoder of a feed."""
    return FastReader(plan_of(feed))


@cache
def module_of(feed: Feed) -> ModuleType:
    """The generated decoder: the committed one, or for the user's templates one that is made now and kept."""
    if feed.templates_path:
        return load_source(generate_feed(plan_of(feed)))
    return import_module(f"{COMPILED}.{feed.module}")
