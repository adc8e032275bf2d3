"""The machine words that kernels are made of: loads, stores, calls, atomics, vectors, and their plain-Python twins.

Beside `jit.py` the only file that knows Numba and LLVM. Reads and writes by address are not checked: whoever uses
them has checked the length first. With the JIT off every intrinsic is its twin; Python integers do not wrap, so
products that must wrap are written `wrapping_mul`, and right shifts of hashes `lshr`.
"""

import ctypes
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

JIT_ON = not bool(getattr(numba.config, "DISABLE_JIT", 0))
TWINS: dict[int, Callable[..., int]] = {}  # with the JIT off: what `call3` finds at an "address"


_I64 = ir.IntType(64)


def _choose(compiled: Any, twin: Any) -> Any:
    """The intrinsic, or with the JIT off its plain-Python twin."""
    return compiled if JIT_ON else twin


def _signed(value: int) -> int:
    """The low 64 bits of a Python integer, as a signed word."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    return value - 0x1_0000_0000_0000_0000 if value >> 63 else value


def _make_load(size: int, *, big: bool, signed: bool) -> Any:
    """A load of `size` unaligned bytes at an address, widened to int64."""
    word = ir.IntType(8 * size)

    @intrinsic
    def load(_typing: Any, at: Any) -> Any:
        def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            value = builder.load(builder.inttoptr(arguments[0], word.as_pointer()), align=1)
            if big and size > 1:
                value = builder.bswap(value)
            if size == 8:
                return value
            return builder.sext(value, _I64) if signed else builder.zext(value, _I64)

        return types.int64(types.int64), codegen

    def twin(at: int) -> int:
        raw = ctypes.string_at(int(at), size)
        return _signed(int.from_bytes(raw, "big" if big else "little", signed=signed))

    return load if JIT_ON else twin


# Named as Kaitai names them: u4be is four bytes, unsigned, big-endian. A u8 comes as the same bits signed.
u1 = _make_load(1, big=False, signed=False)
u2le = _make_load(2, big=False, signed=False)
u4le = _make_load(4, big=False, signed=False)
u8le = _make_load(8, big=False, signed=False)
u2be = _make_load(2, big=True, signed=False)
u4be = _make_load(4, big=True, signed=False)
u6be = _make_load(6, big=True, signed=False)
u8be = _make_load(8, big=True, signed=False)
s1 = _make_load(1, big=False, signed=True)
s2le = _make_load(2, big=False, signed=True)
s4le = _make_load(4, big=False, signed=True)
s8le = _make_load(8, big=False, signed=True)
s2be = _make_load(2, big=True, signed=True)
s4be = _make_load(4, big=True, signed=True)
s8be = _make_load(8, big=True, signed=True)


def _make_store(size: int) -> Any:
    """A store of the low `size` bytes of an int64, little-endian, at an address."""
    word = ir.IntType(8 * size)

    @intrinsic
    def store(_typing: Any, at: Any, value: Any) -> Any:
        def codegen(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            short = arguments[1] if size == 8 else builder.trunc(arguments[1], word)
            builder.store(short, builder.inttoptr(arguments[0], word.as_pointer()), align=1)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64), codegen

    def twin(at: int, value: int) -> None:
        raw = (int(value) & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        ctypes.memmove(int(at), raw, size)

    return store if JIT_ON else twin


put1 = _make_store(1)
put2 = _make_store(2)
put4 = _make_store(4)
put8 = _make_store(8)


def _make_call(arguments: int) -> Any:
    """A call of an `entry` by its address (about 3 ns)."""

    def codegen(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(_I64, [_I64] * arguments)
        return builder.call(builder.inttoptr(values[0], kind.as_pointer()), list(values[1:]))

    signature = types.int64(*[types.int64] * (arguments + 1))
    if arguments == 3:

        @intrinsic
        def call(_typing: Any, address: Any, a: Any, b: Any, c: Any) -> Any:
            return signature, codegen
    else:

        @intrinsic
        def call(_typing: Any, address: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
            return signature, codegen

    def twin(address: int, *values: int) -> int:
        return TWINS[int(address)](*values)

    return call if JIT_ON else twin


call3 = _make_call(3)
call5 = _make_call(5)


@intrinsic
def _wrapping_mul(_typing: Any, a: Any, b: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.mul(arguments[0], arguments[1])

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def _wrapping_add(_typing: Any, a: Any, b: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.add(arguments[0], arguments[1])

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def _lshr(_typing: Any, a: Any, bits: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.lshr(arguments[0], arguments[1])

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def _load_acquire(_typing: Any, array: Any, index: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        return builder.load_atomic(builder.gep(view.data, [at]), "acquire", 8)

    return array.dtype(array, index), codegen


@intrinsic
def _store_release(_typing: Any, array: Any, index: Any, value: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        word = context.cast(builder, arguments[2], signature.args[2], signature.args[0].dtype)
        builder.store_atomic(word, builder.gep(view.data, [at]), "release", 8)
        return context.get_dummy_value()

    return types.void(array, index, value), codegen


@intrinsic
def _fence(_typing: Any) -> Any:
    def codegen(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        builder.fence("acq_rel")
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def _address_of(_typing: Any, array: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.ptrtoint(view.data, _I64)

    return types.int64(array), codegen


@intrinsic
def _prefetch(_typing: Any, address: Any) -> Any:
    def codegen(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), word, word, word])
        function = builder.module.declare_intrinsic("llvm.prefetch.p0", fnty=kind)
        builder.call(function, [pointer, word(0), word(3), word(1)])  # read, keep, data
        return context.get_dummy_value()

    return types.void(types.int64), codegen


def make_stack(words: int) -> Any:
    """An intrinsic that gives the address of so many words on the stack: scratch for one call of an `entry`."""

    @intrinsic
    def stack(_typing: Any) -> Any:
        def codegen(_context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
            with builder.goto_entry_block():
                memory = builder.alloca(_I64, size=_I64(words))
            return builder.ptrtoint(memory, _I64)

        return types.int64(), codegen

    held = np.zeros(words if not JIT_ON else 1, np.int64)
    return _choose(stack, lambda: held.ctypes.data)


LANES = 16


@intrinsic
def _lanes_at_least(_typing: Any, array: Any, index: Any, key: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        vector = ir.VectorType(_I64, LANES)
        pointer = builder.bitcast(builder.gep(view.data, [at]), vector.as_pointer())
        first = builder.insert_element(
            ir.Constant(vector, ir.Undefined), arguments[2], ir.IntType(32)(0)
        )
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        keys = builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), lanes)
        same = builder.icmp_signed(">=", builder.load(pointer, align=8), keys)
        return builder.zext(builder.bitcast(same, ir.IntType(LANES)), _I64)

    return types.int64(array, index, types.int64), codegen


def _twin_lanes_at_least(array: Any, index: int, key: int) -> int:
    return sum((int(array[index + lane]) >= key) << lane for lane in range(LANES))


PROBES = 8


@intrinsic
def _first_with_half(_typing: Any, address: Any, half: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(_I64, PROBES)
        pointer = builder.inttoptr(arguments[0], vector.as_pointer())
        undefined = ir.Constant(vector, ir.Undefined)
        first = builder.insert_element(undefined, arguments[1], ir.IntType(32)(0))
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), PROBES), [0] * PROBES)
        halves = builder.lshr(builder.load(pointer, align=8), ir.Constant(vector, [32] * PROBES))
        same = builder.icmp_signed("==", halves, builder.shuffle_vector(first, undefined, lanes))
        found = builder.zext(builder.bitcast(same, ir.IntType(PROBES)), _I64)
        place = builder.cttz(builder.or_(found, _I64(1 << PROBES)), ir.IntType(1)(1))
        return builder.and_(place, _I64(PROBES - 1))

    return types.int64(types.int64, types.int64), codegen


def _twin_first_with_half(address: int, half: int) -> int:
    words = (ctypes.c_uint64 * PROBES).from_address(int(address))
    return next((place for place in range(PROBES) if words[place] >> 32 == half), 0)


@intrinsic
def _count_bits(_typing: Any, word: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.int64), codegen


@intrinsic
def _ticks(_typing: Any) -> Any:
    def codegen(_context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        kind = ir.FunctionType(_I64, [])
        return builder.call(
            builder.module.declare_intrinsic("llvm.readcyclecounter", fnty=kind), []
        )

    return types.int64(), codegen


def _twin_store(array: Any, index: int, value: int) -> None:
    array[index] = value


wrapping_mul: Callable[[Any, Any], int] = _choose(
    _wrapping_mul, lambda a, b: _signed(int(a) * int(b))
)
wrapping_add: Callable[[Any, Any], int] = _choose(
    _wrapping_add, lambda a, b: _signed(int(a) + int(b))
)
lshr: Callable[[Any, Any], int] = _choose(
    _lshr, lambda a, bits: _signed((int(a) & 0xFFFF_FFFF_FFFF_FFFF) >> int(bits))
)
load_acquire: Callable[[Any, Any], int] = _choose(
    _load_acquire, lambda array, index: int(array[index])
)
store_release: Any = _choose(_store_release, _twin_store)
fence: Any = _choose(_fence, lambda: None)
prefetch: Any = _choose(_prefetch, lambda address: None)
address_of: Callable[[Any], int] = _choose(_address_of, lambda array: int(array.ctypes.data))
# Bit k of the result: array[index + k] >= key, for LANES words at once. The caller has checked the bounds.
lanes_at_least: Any = _choose(_lanes_at_least, _twin_lanes_at_least)
# Which of the PROBES words at an address has `half` as its upper half: the first one's number; 0 when none has.
first_with_half: Callable[[int, int], int] = _choose(_first_with_half, _twin_first_with_half)
count_bits: Callable[[Any], int] = _choose(
    _count_bits, lambda word: (int(word) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
)
ticks: Callable[[], int] = _choose(_ticks, time.perf_counter_ns)


# The way every narrow or unsigned field is read: Numba's own int() of an unsigned integer stays unsigned, and
# unsigned mixed with signed becomes a float.
i64: Callable[[Any], int] = _choose(np.int64, lambda value: _signed(int(value)))
