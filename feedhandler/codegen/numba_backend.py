"""Writes the compiled decoder of a feed: Numba source that reads datagrams by address.

The text is decided by the plan alone, so that two runs give the same bytes and a test can compare what is
committed with what would be written. Types of the `.ksy` keep their names as functions, fields as variables.
"""

from feedhandler.codegen.emit import RESERVED, Names, Writer, imports
from feedhandler.codegen.message_backend import Applications
from feedhandler.codegen.tables import Tables
from feedhandler.codegen.transport_backend import Transports
from feedhandler.decode.plan import Plan, plan_of

HEAD = '''"""The compiled decoder of {name}. Generated, never edited: `make protocols` writes it.

From {transport}.ksy and {application}.ksy and the maps beside them. Each type of message is a function: first
its doors, where every length is checked, then its fields by name, then its rows. `row` is where rows go, `full`
where they must end; a function gives the address behind its last row, or MALFORMED, or ROWS_FULL. `stamp`
holds the channel and the flags that every row gets.
"""

'''


def generate(feed_name: str) -> str:
    """The source of a feed's decoder."""
    return write(plan_of(feed_name))


def write(plan: Plan) -> str:
    """The source of the decoder that a plan describes."""
    out = Writer()
    tables = Tables(Names(RESERVED | {plan.application.record.name, "rest_fits"}))
    Applications(plan.application, tables).write(out)
    transports = Transports(plan)
    transports.peek(out)
    transports.decode(out)
    body = out.text()
    head = HEAD.format(
        name=plan.name,
        transport=plan.transport.record.name,
        application=plan.application.record.name,
    )
    return head + imports(body) + "\n" + body.lstrip("\n")
