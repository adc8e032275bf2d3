"""What stands under `protocols/`, and that the committed decoders are made from that alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedhandler.codegen import __main__ as generator
from feedhandler.codegen import manifest
from feedhandler.codegen.sources import source_of
from feedhandler.decode import catalog
from feedhandler.session.channels import RECOVERY

# --- catalog ---


def test_the_feeds_are_those_of_the_channels_files() -> None:
    """Found by reading every venue's folder, in order of name."""
    names = [feed.name for feed in catalog.feeds()]

    assert names == sorted(names)
    assert {"nasdaq.itch50", "nasdaq.itch50.file"} <= set(names)


def test_every_feed_has_its_descriptions_and_a_known_time_zone() -> None:
    """A name in a channels file that leads nowhere is found here, not at the first packet."""
    for feed in catalog.feeds():
        if feed.is_fast:
            assert (manifest.PROTOCOLS / feed.venue / feed.templates).is_file()
            assert (manifest.PROTOCOLS / feed.venue / f"{feed.application}.map.yaml").is_file()
            continue
        for protocol in (feed.transport, feed.application):
            assert (manifest.PROTOCOLS / feed.venue / f"{protocol}.ksy").is_file()
        assert ZoneInfo(feed.timezone).key == feed.timezone
        assert feed.bbo in feed.model


def test_every_line_of_a_channel_sends_to_a_port_of_its_feed() -> None:
    """Captures are recognised by these ports."""
    strange = [
        line
        for feed in catalog.feeds()
        for channel in feed.channels
        for letter, line in channel.lines.items()
        if letter != RECOVERY and int(line.partition(":")[2]) not in feed.ports
    ]

    assert strange == []


def test_an_unknown_feed_names_the_known_ones() -> None:
    """The user sees what to write instead."""
    with pytest.raises(catalog.UnknownFeedError) as caught:
        catalog.feed("nasdaq.itch41")

    assert "unknown feed 'nasdaq.itch41'" in str(caught.value)
    assert "nasdaq.itch50, nasdaq.itch50.file" in str(caught.value)


CHANNELS = """\
[[feed]]
name = "venue.sample"
title = "A sample"
transport = "packet"
application = "sample"
unit = "message"
model = ["order"]
bbo = "order"
timezone = "UTC"
ports = [7000, "8000-8002"]

[[feed.channel]]
id = 1
name = "one"
role = "incremental"
A = "239.0.0.1:7000"
"""


def test_a_channels_file_becomes_a_feed() -> None:
    """Ports may be ranges; the letters of a channel are its lines."""
    (feed,) = catalog.parse(CHANNELS, "venue")

    assert feed.ports == (7000, 8000, 8001, 8002)
    assert feed.channels == (catalog.Channel(1, "one", "incremental", {"A": "239.0.0.1:7000"}),)
    assert feed.module == "venue_sample"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[[feed]]", "[[feeds]]", "unknown key 'feeds'"),
        ('unit = "message"', 'unit = "frame"', "feed 1: unit is 'frame', not one of message"),
        ('unit = "message"', 'units = "message"', "feed 1: unknown key 'units'"),
        ('["order"]', '["depth"]', "model is 'depth'"),
        ('title = "A sample"\n', "", "feed 1: title must be text"),
        ("id = 1", 'id = "1"', "channel 1: id must be an integer"),
        ('role = "incremental"', 'role = "trades"', "channel 1: role is 'trades'"),
        ('A = "239', 'line = "239', "channel 1: unknown key 'line'"),
        ('"8000-8002"', '"high"', "'high' is not a port"),
        ('name = "one"', 'name = "one', "venue/channels.toml: "),
    ],
)
def test_a_wrong_channels_file_names_the_place(old: str, new: str, expected: str) -> None:
    """An unknown key is an error: it is most likely a known one, spelled wrong."""
    assert old in CHANNELS
    with pytest.raises(catalog.CatalogError, match=expected):
        catalog.parse(CHANNELS.replace(old, new, 1), "venue")


# --- generated files ---


def test_the_committed_decoders_are_those_of_the_descriptions() -> None:
    """Without node: a changed description or an edited decoder does not fit its hash."""
    assert manifest.problems() == []


def test_a_changed_description_and_an_edited_decoder_are_found() -> None:
    """Both are told by name."""
    recorded, found = manifest.build(), manifest.build()
    found["protocols"]["nasdaq/itch50"]["ksy"] = "0" * 64
    found["compiled"]["nasdaq.itch50"] = "0" * 64
    found["compiled"]["nasdaq.itch60"] = "0" * 64
    found["protocols"].pop("nasdaq/moldudp64")

    assert manifest.compare(recorded, found) == [
        "compiled: nasdaq.itch50: changed without `make protocols`, or edited by hand",
        "compiled: nasdaq.itch60: not in the manifest; run `make protocols`",
        "protocols: nasdaq/itch50: ksy: changed without `make protocols`, or edited by hand",
        "protocols: nasdaq/moldudp64: in the manifest but not there; run `make protocols`",
    ]


@pytest.mark.parametrize("name", [feed.name for feed in catalog.feeds()])
def test_the_compiled_decoders_regenerate_byte_for_byte(name: str) -> None:
    """Our backend is plain Python: it runs here, in memory."""
    committed = (manifest.COMPILED / f"{catalog.feed(name).module}.py").read_text("utf-8")

    assert source_of(catalog.feed(name)) == committed


def test_the_kaitai_classes_regenerate_byte_for_byte(tmp_path: Path) -> None:
    """With node, what is committed is what the pinned compiler writes today."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not generator.installed():
        pytest.skip("protocols/compiler/node_modules is not there: run `make protocols`")
    generator.run_driver(node, tmp_path)
    written = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.py")}

    assert written == {
        name: (manifest.REFERENCE / name).read_text("utf-8") for name in sorted(written)
    }
    assert set(written) == {f"{path.stem}.py" for path in manifest.PROTOCOLS.glob("*/*.ksy")}


def test_the_lock_file_names_no_registry() -> None:
    """The integrity hash says which package it is; where to fetch it is everyone's own matter."""
    lock = json.loads((manifest.COMPILER / "package-lock.json").read_text("utf-8"))

    assert "resolved" not in json.dumps(lock)
    assert all(
        package["integrity"].startswith("sha512-")
        for name, package in lock["packages"].items()
        if name
    )


def test_the_catalog_needs_neither_numpy_nor_numba() -> None:
    """`feedhandler --help` and `protocols list` must not wait for them."""
    code = (
        "import sys, feedhandler.decode.catalog as catalog; catalog.feeds();"
        "print(sorted({'numpy', 'numba', 'yaml'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)

    assert result.stdout == "[]\n"
