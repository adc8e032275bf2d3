"""Wires of their own for tests of live sources; where there can be none, the test is skipped with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from feedhandler.bench.namespace import NamespaceError, Wire
from feedhandler.source import bpf


@contextmanager
def wire(*interfaces: str) -> Iterator[Wire]:
    """A sender and a receiver, joined by virtual Ethernet."""
    try:
        made = Wire(interfaces or ("line_a",))
    except NamespaceError as error:
        pytest.skip(f"no network namespace here: {error}")
    with made:
        yield made


def no_xdp() -> str:
    """Why there can be no XDP program here; "" = there can be."""
    try:
        bpf.Map(bpf.ARRAY, 4, 8, 1).close()
    except OSError as error:
        return f"bpf(2): {error.strerror}; XDP programs need root"
    return ""
