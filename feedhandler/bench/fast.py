"""How fast FAST messages are decoded by generated code: a file of messages, cache-hot, one core.

The file holds messages behind one another, each with its length before it (four bytes, little-endian). Timed is
the decoding into records, every field of every message; before that, the interpreter reads the first messages
as well and must come to the same values.
"""

from itertools import islice
from pathlib import Path
from struct import Struct
from typing import Any, Final

import numpy as np

from feedhandler.bench.fast_kernel import decode_messages
from feedhandler.bench.measurement import Measurement, memory_text, timed
from feedhandler.decode.fast.compiled import CompiledDecoder
from feedhandler.decode.fast.interpreter import Interpreter
from feedhandler.decode.fast.plan import Plan
from feedhandler.decode.fast.reasons import FastError
from feedhandler.decode.fast.templates import TemplateError, load_plan
from feedhandler.source.source import ENVIRONMENT, MALFORMED, CaptureError

COMPARED: Final = 500  # messages that the interpreter reads as well
LENGTH: Final = Struct("<I")


def measure(path: str, templates: str, runs: int) -> Measurement:
    """Every message of a file, into the same record each time."""
    plan = _plan(templates)
    memory, messages = load(path)
    compare(plan, memory.tobytes(), messages)
    decoder = CompiledDecoder(plan)
    held = decoder.memory
    messages[:, 0] += memory.ctypes.data
    given = (messages, decoder.module.read.address, held.state.ctypes.data, held.out.ctypes.data)
    words = int(decode_messages(*given))
    if words < 0:
        raise CaptureError(f"{path}: message {-words} cannot be decoded", MALFORMED)
    wall, cpu = timed(lambda: decode_messages(*given), runs)
    return Measurement(
        f"fast: {Path(path).name} by {Path(templates).name}, generated decoder, every field",
        "message", len(messages), wall, cpu, memory_text(memory.size),
        {"bytes": int(messages[:, 1].sum()), "words": words, "compared": min(COMPARED, len(messages))},
    )  # fmt: skip


def _plan(path: str) -> Plan:
    try:
        return load_plan(path)
    except OSError as error:
        raise CaptureError(f"{path}: {error.strerror}", ENVIRONMENT) from error
    except TemplateError as error:
        raise CaptureError(f"{path}: {error}", MALFORMED) from error


def load(path: str) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], Any]:
    """The bytes of a file, and offset and length of each message in it."""
    try:
        memory = np.fromfile(path, np.uint8)
    except OSError as error:
        raise CaptureError(f"{path}: {error.strerror}", ENVIRONMENT) from error
    data, at, found = memory.tobytes(), 0, []
    while at + LENGTH.size <= len(data):
        length = LENGTH.unpack_from(data, at)[0]
        found.append((at + LENGTH.size, length))
        at += LENGTH.size + length
    if at != len(data) or not found:
        raise CaptureError(
            f"{path}: is no run of messages with their lengths before them", MALFORMED
        )
    return memory, np.array(found, np.int64)


def compare(plan: Plan, data: bytes, messages: Any) -> None:
    """Refuse to time a decoder that is wrong."""
    fast, slow = CompiledDecoder(plan), Interpreter(plan)
    for number, (at, length) in enumerate(islice(messages.tolist(), COMPARED), 1):
        payload = data[at : at + length]
        try:
            same = fast.decode(payload) == slow.decode(payload)
        except FastError as error:
            raise CaptureError(f"message {number}: {error}", MALFORMED) from error
        if not same:
            raise CaptureError(f"message {number}: the two decoders differ", MALFORMED)
