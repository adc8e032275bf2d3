"""A message read by the generated Kaitai classes, whose reading is explicit (debug)."""

import importlib
from typing import Any


def parsed(module: str, name: str, raw: bytes) -> Any:
    """A message read by its Kaitai class, to its end."""
    kaitai = importlib.import_module(f"feedhandler.decode.reference.{module}")
    made = getattr(kaitai, name).from_bytes(raw)
    made._read()
    return made
