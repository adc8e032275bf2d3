"""`feedhandler protocols`: what is supported, from which sources, and honestly what is not."""

import click

from feedhandler.cli import options
from feedhandler.cli.main import CONTEXT


@click.group(short_help="What is supported, and what is not.", context_settings=CONTEXT)
def protocols() -> None:
    """What is supported: feeds, versions, messages, sources of truth; and what is not.

    \b
    Examples:
      feedhandler protocols list
      feedhandler protocols show cme.mdp3
      feedhandler protocols show nasdaq.itch50 --json
      feedhandler protocols check
    """  # noqa: D301 (click wants the very character)


@protocols.command("list")
@options.as_json("The list as one JSON document.")
def list_feeds(*, as_json: bool) -> None:
    """Every feed, a line each.

    \b
    Example:
      feedhandler protocols list --json
    """  # noqa: D301
    from feedhandler.cli.protocols_run import show_list  # noqa: PLC0415

    show_list(as_json=as_json)


@protocols.command()
@click.argument("name", metavar="FEED")
@options.as_json("All of it as one JSON document.")
def show(name: str, *, as_json: bool) -> None:
    """One feed: its channels, its messages and the events that they become, its sources.

    \b
    Example:
      feedhandler protocols show cme.mdp3
    """  # noqa: D301
    from feedhandler.cli.protocols_run import show_feed  # noqa: PLC0415

    show_feed(options.known_feed(name), as_json=as_json)


@protocols.command()
@click.argument("name", metavar="[FEED]", required=False)
@options.as_json("The result as one JSON document.")
@click.pass_context
def check(ctx: click.Context, /, name: str | None, *, as_json: bool) -> None:
    """Check descriptions, committed decoders and their hashes; no compiler is needed.

    Exit code 1 when a description breaks a rule, when a decoder was made from another description, or when
    one was edited by hand.

    \b
    Example:
      feedhandler protocols check
    """  # noqa: D301
    from feedhandler.cli.protocols_run import show_check  # noqa: PLC0415

    ctx.exit(show_check(None if name is None else options.known_feed(name), as_json=as_json))
