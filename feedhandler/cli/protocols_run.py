"""`feedhandler protocols` at work: the catalog and the descriptions, as tables or as JSON."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from feedhandler.cli.output import count, page, print_json, print_table
from feedhandler.cli.templates import templates
from feedhandler.codegen import manifest
from feedhandler.codegen.lint import lint_file
from feedhandler.codegen.sources import source_of
from feedhandler.decode.catalog import Feed, feed, feeds
from feedhandler.decode.description import folder, read_ksy

if TYPE_CHECKING:
    from rich.console import Console

# What no feed has here, whatever its venue offers.
NOT_SUPPORTED: Final = (
    "recovery: CME's TCP replay in outline only; no server of a venue was asked, only our own",
    "TCP: what captures hold of it is counted and not read",
    "FAST: dictionaries that outlive a datagram, blocks, definitions of instruments",
    "IPv6 and IP fragments: counted by reason",
    "messages of kind `other`: decoded by `feedhandler decode`, without meaning to books",
)
KINDS_OF_BOOKS: Final = frozenset({"order", "level", "clear", "channel_reset"})


# --- list -----------------------------------------------------------------------------------------
def show_list(*, as_json: bool) -> None:
    """Every feed, a line each."""
    found = [summary(each) for each in feeds()]
    if as_json:
        print_json({"format": 1, "feeds": found, "not_supported": list(NOT_SUPPORTED)})
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("feed", "what it is", "version", "books", "sequence"):
        table.add_column(heading, no_wrap=True)
    table.add_column("messages", justify="right")
    for each in found:
        table.add_row(
            Text(each["name"], style="bold"), each["title"], each["version"],
            " ".join(f"by {model}" for model in each["models"]), f"by {each['unit']}",
            str(len(each["messages"])),
        )  # fmt: skip
    with page() as out:
        print_table(out, table)
        not_supported(out)


def not_supported(out: "Console") -> None:
    """What people must not expect."""
    out.print(Text("not supported", style="bold"))
    for line in NOT_SUPPORTED:
        out.print(Text(f"  {line}", style="dim"))


def summary(each: Feed) -> dict[str, Any]:
    """A feed in short."""
    return {
        "name": each.name,
        "title": each.title,
        "venue": each.venue,
        "version": version_of(each),
        "unit": each.unit,
        "models": list(each.model),
        "best_prices": each.bbo,
        "timezone": each.timezone,
        "messages": [message.name for message in templates(each)],
    }


# --- show -----------------------------------------------------------------------------------------
def document(each: Feed) -> dict[str, Any]:
    """All that is known of a feed before a byte of it is seen."""
    return {
        "format": 1,
        **summary(each),
        "ports": ranges(each.ports),
        "channels": [
            {
                "channel": channel.id,
                "name": channel.name,
                "role": channel.role,
                "lines": dict(channel.lines),
            }
            for channel in each.channels
        ],
        "messages": [
            {
                "code": message.code,
                "text": message.text,
                "name": message.name,
                "events": list(message.kinds),
                "meaning": message.mapped,
                "definition": message.definition,
            }
            for message in templates(each)
        ],
        "sources": sources_of(each),
        "compiled_sha256": manifest.build()["compiled"][each.name],
        "not_supported": list(NOT_SUPPORTED),
    }


def version_of(each: Feed) -> str:
    """The version of the format that messages have."""
    described = each.transport if each.is_fast else each.application
    return str(read_ksy(described)["meta"]["-schema-version"])


def sources_of(each: Feed) -> list[dict[str, Any]]:
    """Where the truth about a feed's formats stands."""
    if not each.is_fast:
        return [source(name) for name in (each.transport, each.application)]
    name = f"{each.venue}/{each.application}"
    hashes = manifest.build()["protocols"][name]
    templates = {
        "protocol": each.application,
        "version": version_of(each),
        "description": f"protocols/{each.venue}/{each.templates}",
        "meaning": f"protocols/{name}.map.yaml",
        "written_from": "what is publicly known of the feed",
        "sha256": {"ksy": hashes["templates"], "map": hashes["map"]},
    }
    entities = source(each.transport)
    return [{**entities, "meaning": "", "sha256": {**entities["sha256"], "map": ""}}, templates]


def source(protocol: str) -> dict[str, Any]:
    """Where the truth about a protocol stands, and the hashes of what was made of it."""
    document = read_ksy(protocol)
    name = f"{folder(protocol)}/{protocol}"
    return {
        "protocol": protocol,
        "version": document["meta"]["-schema-version"],
        "description": f"protocols/{name}.ksy",
        "meaning": f"protocols/{name}.map.yaml",
        "written_from": document.get("doc-ref", ""),
        "sha256": manifest.build()["protocols"][name],
    }


def ranges(ports: Sequence[int]) -> list[str]:
    """Ports as people write them: 14310-14399."""
    runs: list[list[int]] = []
    for port in sorted(ports):
        if runs and runs[-1][1] == port - 1:
            runs[-1][1] = port
        else:
            runs.append([port, port])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def show_feed(name: str, *, as_json: bool) -> None:
    """One feed, whole."""
    found = document(feed(name))
    if as_json:
        print_json(found)
        return
    with page() as out:
        out.print(Text.assemble((found["name"], "bold"), "  ", found["title"]))
        out.print(_facts(found))
        if found["channels"]:
            print_table(out, _channels(found["channels"]))
        print_table(out, _messages(found["messages"]))
        out.print(_sources(found["sources"]))
        out.print()
        not_supported(out)


def _facts(found: Mapping[str, Any]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    grid.add_row("version", found["version"])
    grid.add_row("sequence", f"counts {found['unit']}s")
    books = " and ".join(f"by {model}" for model in found["models"])
    grid.add_row("books", f"{books}; best prices from those by {found['best_prices']}")
    grid.add_row("time zone", found["timezone"])
    grid.add_row("ports", ", ".join(found["ports"]) or "none: a file of messages")
    return grid


def _channels(channels: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("channel", justify="right")
    for heading in ("role", "name", "lines"):
        table.add_column(heading)
    for each in channels:
        lines = "  ".join(f"{letter} {group}" for letter, group in each["lines"].items())
        table.add_row(str(each["channel"]), each["role"], each["name"], lines)
    return table


def _messages(messages: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("code", justify="right")
    table.add_column("message")
    table.add_column("becomes events of kind")
    table.add_column("")
    for each in messages:
        kinds = Text(", ").join(
            Text(kind, style="green" if kind in KINDS_OF_BOOKS else "") for kind in each["events"]
        )
        remark = "definition" if each["definition"] else ""
        if not each["events"]:
            remark = "no event"
        if not each["meaning"]:
            remark = "no meaning given: shown by decode only"
        table.add_row(each["text"], each["name"], kinds, Text(remark, style="dim"))
    return table


def _sources(sources: Sequence[Mapping[str, Any]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for each in sources:
        grid.add_row("description", f"{each['description']} (version {each['version']})")
        grid.add_row("", f"sha256 {each['sha256']['ksy']}")
        if each["meaning"]:
            grid.add_row("meaning", each["meaning"])
            grid.add_row("", f"sha256 {each['sha256']['map']}")
        grid.add_row("written from", str(each["written_from"]))
    return grid


# --- check ----------------------------------------------------------------------------------------
def show_check(name: str | None, *, as_json: bool) -> int:
    """Check one feed or all; the exit code."""
    checked = feeds() if name is None else (feed(name),)
    problems = find_problems(checked, everything=name is None)
    names = [each.name for each in checked]
    if as_json:
        print_json({"format": 1, "feeds": names, "problems": problems})
    else:
        with page() as out:
            for problem in problems:
                out.print(Text(problem, style="bold red"))
            what = (
                count(len(problems), "problem") if problems else "descriptions and decoders agree"
            )
            out.print(Text(f"{', '.join(names)}: {what}", style="" if problems else "green"))
    return 1 if problems else 0


def find_problems(checked: Sequence[Feed], *, everything: bool) -> list[str]:
    """Broken rules, then hashes that differ, then compiled decoders that would be written otherwise."""
    protocols = sorted(
        {
            name
            for each in checked
            for name in (each.transport, each.application)[: 1 if each.is_fast else 2]
        }
    )
    problems = []
    for protocol in protocols:
        path = manifest.PROTOCOLS / folder(protocol) / f"{protocol}.ksy"
        problems += lint_file(path)
    places = [f"{folder(protocol)}/{protocol}:" for protocol in protocols]
    places += [f"{each.name}:" for each in checked]
    places += [f"{each.venue}/{each.application}:" for each in checked if each.is_fast]
    problems += [
        line for line in manifest.problems() if everything or any(place in line for place in places)
    ]
    for each in checked:
        made = source_of(each)
        written = files("feedhandler.decode.compiled") / f"{each.module}.py"
        if made != written.read_text("utf-8"):
            problems.append(f"{each.name}: the compiled decoder is not what its descriptions give")
    return problems
