"""Decoding with generated code: a plan's module made once and kept in the cache, and its memory.

decoder = CompiledDecoder(load_plan("templates.xml"))
message, taken = decoder.decode(payload)
"""

import ctypes
import hashlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

from feedhandler.decode.fast import abi
from feedhandler.decode.fast.generate import generate
from feedhandler.decode.fast.interpreter import Message
from feedhandler.decode.fast.plan import (
    PRESENCE_BITS,
    TEXTS,
    Group,
    Parts,
    Place,
    Plan,
    Reference,
    Segment,
    Sequence,
    Type,
    layout,
)
from feedhandler.decode.fast.reasons import REASON_WORDS, FastError, Reason
from feedhandler.jit import CACHE, JIT_ON

FOLDER: Final = "fast"
GENERATED: Final = 12  # digits of a module's name

Words = np.ndarray[Any, np.dtype[np.int64]]


def module_of(plan: Plan) -> ModuleType:
    """The generated module of a plan."""
    return load_source(generate(plan))


def load_source(source: str) -> ModuleType:
    """A generated module; the first time it is written to the cache, and compiled when it is used."""
    name = f"feedhandler_fast_{hashlib.sha256(source.encode()).hexdigest()[:GENERATED]}"
    if name in sys.modules:
        return sys.modules[name]
    if JIT_ON:
        path = CACHE / FOLDER / f"{name}.py"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
        module = _load(name, path)
    else:
        module = ModuleType(name)
        exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 (our own text)
    sys.modules[name] = module
    return module


def _load(name: str, path: Path) -> ModuleType:
    found = spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise ImportError(path)
    module = module_from_spec(found)
    sys.modules[name] = module  # Numba's cache looks for the module while it is executed
    found.loader.exec_module(module)
    return module


class Memory:
    """What a generated decoder works on: its state, its texts, the record of the last message."""

    def __init__(self, module: ModuleType) -> None:
        self.state = np.zeros(abi.ENTRIES + 3 * module.ENTRIES, np.int64)
        self.texts = np.zeros(module.TEXT_FIRST + abi.TEXTS_MAX, np.uint8)
        self.out = np.zeros(abi.CELLS_MAX, np.int64)
        image = np.frombuffer(module.IMAGE, np.uint8)
        self.texts[module.IMAGE_AT : module.IMAGE_AT + image.size] = image
        self.state[abi.TEMPLATE_ID] = -1
        self.state[abi.TEXTS] = self.texts.ctypes.data
        self.state[abi.TEXT_FIRST] = module.TEXT_FIRST
        self.state[abi.SELF] = module.read.address

    def text(self, word: int) -> bytes:
        """The bytes of a text."""
        if word >= 0:
            return (word & (1 << abi.LENGTH_SHIFT) - 1).to_bytes(7, "little")[
                : word >> abi.LENGTH_SHIFT
            ]
        at = word & abi.HALF
        return self.texts[at : at + (word >> 32 & 0x7FFF_FFFF)].tobytes()


class CompiledDecoder:
    """The generated decoder of a plan, with the interpreter's interface."""

    def __init__(self, plan: Plan, module: ModuleType | None = None) -> None:
        self.plan = plan
        self.module = module_of(plan) if module is None else module
        self.memory = Memory(self.module)

    @property
    def remarks(self) -> list[int]:
        """Counters by Reason."""
        state = self.memory.state
        return [int(word) for word in state[abi.REMARKS : abi.REMARKS + REASON_WORDS]]

    def decode(self, payload: bytes) -> tuple[Message, int]:
        """The message at the start of these bytes, and how many it takes; raises `FastError`."""
        memory = self.memory
        held = ctypes.create_string_buffer(payload, len(payload) + 1)
        used = self.module.read(
            ctypes.addressof(held),
            len(payload),
            memory.state.ctypes.data,
            memory.out.ctypes.data,
            0,
        )
        if used < 0:
            raise FastError(Reason(-used))
        return self.message(0), int(memory.state[abi.TAKEN])

    def reset(self) -> None:
        """Forget every previous value."""
        self.memory.state[abi.ENTRIES : abi.ENTRIES + self.module.ENTRIES] = abi.UNDEFINED

    # --- records ---
    def message(self, first: int) -> Message:
        """The message whose record begins at this word."""
        template = self.plan.by_id[int(self.memory.out[first])]
        return Message(template.name, template.id, self._record(template.body, first, head=1))

    def _record(self, segment: Segment, first: int, head: int) -> dict[str, Any]:
        told = layout(segment, head)
        out = self.memory.out
        presence = sum(
            int(out[first + head + word]) << word * PRESENCE_BITS
            for word in range(told.presence_words)
        )
        return self._values(told.places, first, presence)

    def _values(self, places: tuple[Place, ...], first: int, presence: int) -> dict[str, Any]:
        return {
            place.instruction.name: (
                self._value(place, first, presence) if presence >> place.bit & 1 else None
            )
            for place in places
        }

    def _value(self, place: Place, first: int, presence: int) -> Any:
        each = place.instruction
        word, next_word = (int(w) for w in self.memory.out[first + place.cell :][:2])
        if isinstance(each, Group):
            return self._values(place.members, first, presence)
        if isinstance(each, Reference):
            return self.message(word)
        if isinstance(each, Sequence):
            stride = layout(each.body).words
            return [self._record(each.body, word + n * stride, head=0) for n in range(next_word)]
        if isinstance(each, Parts) or each.type is Type.DECIMAL:
            return word, next_word
        if each.type in TEXTS:
            return self.memory.text(word)
        return word & 0xFFFF_FFFF_FFFF_FFFF if each.type is Type.UINT64 else word
