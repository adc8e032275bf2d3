"""Files that a configuration names, and groups that nobody joins: what it lacks here, or may not mean, by line.

A configuration may be checked elsewhere than where it runs, so that these are notes of `config check`; a run refuses
files that it cannot read before it opens anything.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as File

from feedhandler.config import Config, Feed
from feedhandler.config_check import SOUP
from feedhandler.config_places import Path
from feedhandler.session.soupbintcp import PASSWORD_BYTES
from feedhandler.source.membership import is_multicast
from feedhandler.wire.routes import Group

Found = Iterator[tuple[Path, str]]


def files_of(config: Config) -> Iterator[tuple[Path, str]]:
    """Every file that it names, and where."""
    for number, feed in enumerate(config.feed):
        if feed.templates:
            yield ("feed", number, "templates"), feed.templates
        for at, recovery in enumerate(feed.recovery):
            if recovery.password_file:
                yield ("feed", number, "recovery", at, "password_file"), recovery.password_file


def unreadable(config: Config) -> Found:
    """Files that cannot be read, or hold something else."""
    for path, file in files_of(config):
        try:
            content = File(file).read_bytes()
            if path[-1] == "password_file":
                yield from too_long(config, path, content.decode())
        except OSError as error:
            yield path, f"{file}: {error.strerror}"
        except UnicodeDecodeError as error:
            yield path, f"{file}: not UTF-8: {error.reason}"
        else:
            yield from templates(config.feed[int(path[1])], path) if path[-1] == "templates" else ()


def too_long(config: Config, path: Path, content: str) -> Found:
    """A password that a login would cut."""
    recovery = config.feed[int(path[1])].recovery[int(path[3])]
    password = (content.splitlines() or [""])[0]
    if recovery.method in SOUP and len(password) > PASSWORD_BYTES:
        yield (
            path,
            f"{recovery.password_file}: {recovery.method} has room for {PASSWORD_BYTES} letters",
        )


def templates(feed: Feed, path: Path) -> Found:
    """A file that is none of templates of this feed."""
    from feedhandler.decode.description import DescriptionError  # noqa: PLC0415 (only for FAST)
    from feedhandler.decode.fast.feeds import plan_of  # noqa: PLC0415
    from feedhandler.decode.fast.templates import TemplateError  # noqa: PLC0415

    try:
        plan_of(replace(feed.description, templates_path=feed.templates))
    except (TemplateError, DescriptionError) as error:
        yield path, f"{feed.templates}: {error}"


def not_joined(config: Config) -> Found:
    """Lines to an address of a host: it can be, behind a tunnel; mostly it is a slip."""
    for number, feed in enumerate(config.feed):
        for at, channel in enumerate(feed.channel):
            for line, text in channel.lines.items():
                group = Group.parse(text)
                if not is_multicast(group.address):
                    path: Path = ("feed", number, "channel", at, "lines", line)
                    yield path, f"{group} is no multicast group: nothing is joined for it"
