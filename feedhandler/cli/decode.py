"""`feedhandler decode`: its options; the work is in `decode_run.py`, imported when it begins."""

from typing import Any

import click

from feedhandler.cli import options


@click.command(short_help="Print every message with all its fields.")
@options.files
@click.option(
    "-c", "--count", type=click.IntRange(1), metavar="COUNT", help="Stop after so many messages.",
)  # fmt: skip
@options.expression
@click.option(
    "--template", "asked", multiple=True, metavar="NAME|ID|CHAR",
    help="Only this type of message (may be given again); see `feedhandler protocols show`.",
)  # fmt: skip
@click.option(
    "--packet", type=click.IntRange(1), metavar="N", help="Only packet N of the capture.",
)  # fmt: skip
@click.option("-x", "--hex", "with_bytes", is_flag=True, help="The bytes of each message, too.")
@options.feed
@options.templates
@options.malformed_max
@options.as_json("A line of JSON for each message (NDJSON).")
@options.quiet
@options.verbose(
    "A line for each field with its offset and bytes, padding and single flags too; and why a frame "
    "was not taken."
)
@click.pass_context
def decode(ctx: click.Context, /, **given: Any) -> None:
    """Print every message of a capture with all its fields, read by the reference decoder.

    What stands there is what was sent: every line, duplicates included, whether or not a book could use it. A
    message that cannot be read is shown as far as it can be, with the field and the offset in the datagram
    where reading stopped. Offsets count from the first byte behind the UDP header.

    \b
    Examples:
      feedhandler decode day.pcap -c 10
      feedhandler decode day.pcap --template add_order --template P -f 'udp dst port 26477'
      feedhandler decode day.pcap --packet 4711 -v -x
      feedhandler decode day.pcap.zst --json | jq -c 'select(.error) | [.packet, .offset, .error]'

    Prices are exact decimals and times are text here, as a person reads them. Unknown messages are shown by
    their code and length. Counts of what was not taken go to standard error (-q: nowhere).

    Exit codes: 0 well; 1 malformed input beyond --malformed-max, a capture that does not end as it should, no frame
    (or none that --filter let pass), no datagram of the feed, or nothing there of what --packet names; 2 usage;
    3 environment.
    """  # noqa: D301 (click wants the very character)
    from feedhandler.cli.warming import READERS, tell_of_compiling  # noqa: PLC0415 (numba)

    tell_of_compiling(*READERS, what="the readers of captures", quiet=given["quiet"])
    from feedhandler.cli.decode_run import Options, run  # noqa: PLC0415 (kaitai and numpy)

    ctx.exit(run(Options(**given)))
