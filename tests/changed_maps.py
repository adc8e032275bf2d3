"""Decoders made from a changed description: what a wrong mapping would be, for tests that must notice it."""

import importlib.util
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from feedhandler.codegen import numba_backend
from feedhandler.decode import mapping
from feedhandler.decode.catalog import feed
from feedhandler.decode.description import read_ksy, read_map
from feedhandler.decode.layout import read_layout
from feedhandler.decode.plan import Plan, make_application, plan_of
from feedhandler.decode.reader import ReferenceDecoder

Change = Callable[[dict[str, Any]], None]


class Entries(NamedTuple):
    """A decoder as `verify` takes it."""

    peek: Any
    decode: Any


def changed_plan(name: str, *, of_map: Change | None = None, of_ksy: Change | None = None) -> Plan:
    """The plan of a feed whose application was described otherwise."""
    application = feed(name).application
    layout, told = deepcopy(read_ksy(application)), deepcopy(read_map(application))
    for change, document in ((of_ksy, layout), (of_map, told)):
        if change is not None:
            change(document)
    return Plan(
        name,
        feed(name).unit,
        plan_of(name).transport,
        make_application(
            read_layout(layout, f"{application}.ksy"),
            mapping.read_application(told, f"{application}.map.yaml"),
        ),
    )


def by_reader(name: str, plan: Plan) -> Entries:
    """A decoder that reads by a plan with the Kaitai classes: slow to run, at once there."""
    return Entries(*ReferenceDecoder(feed(name), plan).as_entries())


def by_generator(plan: Plan, folder: Path) -> Entries:
    """A decoder that the code generator makes of a plan: compiled, as the shipped ones are."""
    path = folder / "changed_decoder.py"
    path.write_text(numba_backend.write(plan), "utf-8")
    module = imported(path)
    return Entries(module.peek, module.decode)


def imported(path: Path) -> ModuleType:
    """A module from a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)

    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
