"""Wires of their own for tests of live sources; where there can be none, the test is skipped with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from feedhandler.bench.namespace import NamespaceError, Wire


@contextmanager
def wire(*interfaces: str) -> Iterator[Wire]:
    """A sender and a receiver, joined by virtual Ethernet."""
    try:
        made = Wire(interfaces or ("line_a",))
    except NamespaceError as error:
        pytest.skip(f"no network namespace here: {error}")
    with made:
        yield made
