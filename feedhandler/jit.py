"""The one door to Numba: decorators, the cache folder, and the machine words that kernels are made of.

Everything compiled goes through here, so that one file decides how. `_nrt=False` switches Numba's
reference counting off (measured 4x on the book loop); it is a private option, hence the pinned minor
version and the test that no kernel's IR holds `NRT_incref`. Numba's bounds checks of arrays cost
the books a tenth of their time and are off; `NUMBA_BOUNDSCHECK=1` compiles them in, for the part of
CI that hunts wrong slots with books, faults and damaged packets. They do not cover reads by address
(`u1` .. `s8be`, `put1` .. `put8`): whoever reads by address has checked the length first.

Four kinds of function:

* `kernel`  a loop that Python calls;
* `hot`     a small function, inlined into kernels;
* `part`    a large one that is one half of a kernel: inlined, too, and cached, so that another process can have
            compiled it;
* `entry`   a function of int64 arguments that other compiled code calls by address (`call3` .. `call6`):
            how a source gives `poll` and a feed gives `peek` and `decode` to an engine compiled once.

With `NUMBA_DISABLE_JIT=1` the same source runs as ordinary Python on the twins at the end of this file:
slow, and therefore a debugger, a coverage run and a differential oracle. Python integers do not wrap,
so products that must wrap are written `wrapping_mul`, and right shifts of hashes `lshr`.
"""

import atexit
import contextlib
import ctypes
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import types
from numba.core.registry import CPUDispatcher

from feedhandler.intrinsics import (
    JIT_ON,
    LANES,
    PROBES,
    TWINS,
    address_of,
    call3,
    call5,
    count_bits,
    fence,
    first_with_half,
    i64,
    lanes_at_least,
    load_acquire,
    lshr,
    make_stack,
    prefetch,
    put1,
    put2,
    put4,
    put8,
    s1,
    s2be,
    s2le,
    s4be,
    s4le,
    s8be,
    s8le,
    store_release,
    ticks,
    u1,
    u2be,
    u2le,
    u4be,
    u4le,
    u6be,
    u8be,
    u8le,
    wrapping_add,
    wrapping_mul,
)

__all__ = [
    "CACHE", "JIT_ON", "KERNELS", "LANES", "OPTIONS", "PROBES", "Entry", "address_of", "cache_folder",
    "cache_is_cold", "call3", "call5", "compile_for", "count_bits", "entry", "fence", "first_with_half", "hot",
    "i64", "kernel", "lanes_at_least", "load_acquire", "lshr", "make_stack", "part", "prefetch", "put1", "put2",
    "put4", "put8", "s1", "s2be", "s2le", "s4be", "s4le", "s8be", "s8le", "source_digest", "store_release",
    "ticks", "u1", "u2be", "u2le", "u4be", "u4le", "u6be", "u8be", "u8le", "wrapping_add", "wrapping_mul",
]  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "_nrt": False,
    "boundscheck": False,
    "error_model": "numpy",
    "cache": True,
}
# What is always inlined is hardly ever called by itself: ways into it would be compiled for nothing.
INLINED: dict[str, Any] = {
    "forceinline": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
CACHE_GENERATIONS_MAX = 8
PASSING = "feedhandler-jit-"  # and the number of a process: a folder in the place of a cache
LEFT_BEHIND_NS = 3600 * 1_000_000_000
CACHE_MARK = ".feedhandler-cache"  # in each folder that is ours to delete
DIGEST = re.compile("[0-9a-f]{16}")
_PACKAGE = Path(__file__).parent


# --- the cache folder -----------------------------------------------------------------------------
def source_digest(package: Path = _PACKAGE) -> str:
    """Digest of all that compiled code depends on: Numba keeps a caller when only its callee changed."""
    how = f"{OPTIONS!r} {os.environ.get('NUMBA_BOUNDSCHECK')}"
    key = f"{numba.__version__} {sys.version_info[:2]} {how} {package}"  # Numba keys by path too
    digest = hashlib.sha256(key.encode())
    for path in sorted(package.rglob("*.py")):
        if "cli" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder(digest: str) -> Path:
    """The folder for compiled code of this digest; a temporary one where nothing else can be written."""
    folder = None
    try:
        folder = _cache_base() / digest
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CACHE_MARK).touch()
        with tempfile.TemporaryFile(dir=folder):
            pass
        _prune(folder)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return passing_folder(digest, folder)
    return folder


def passing_folder(digest: str, readable: Path | None = None) -> Path:
    """A folder that is gone when this process ends, and not when one that it forked does.

    What lies in a cache that is only `readable` is copied: Numba uses no folder in which it cannot write.
    """
    _drop_left_behind()
    made, pid = Path(tempfile.mkdtemp(prefix=f"{PASSING}{os.getpid()}-")), os.getpid()

    def forget() -> None:
        if os.getpid() == pid:
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(forget)
    folder = made / digest
    with contextlib.suppress(OSError):
        if readable is not None and (readable / CACHE_MARK).is_file():
            shutil.copytree(readable, folder, dirs_exist_ok=True)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    return folder


def _drop_left_behind() -> None:
    """Drop the temporary folders of our processes that were killed, an hour after they were made."""
    for path in Path(tempfile.gettempdir()).glob(f"{PASSING}*-*"):
        with contextlib.suppress(OSError, ValueError):
            told = path.stat()
            if told.st_uid != os.getuid() or time.time_ns() - told.st_mtime_ns < LEFT_BEHIND_NS:
                continue
            try:
                os.kill(int(path.name.removeprefix(PASSING).partition("-")[0]), 0)
            except ProcessLookupError:
                shutil.rmtree(path, ignore_errors=True)


def _cache_base() -> Path:
    """FEEDHANDLER_CACHE, or `feedhandler` in the user's cache folder."""
    chosen = os.environ.get("FEEDHANDLER_CACHE")
    if chosen:
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path("~").expanduser() / ".cache") / "feedhandler"


def _prune(folder: Path) -> None:
    """Drop the oldest generations, so that an upgraded installation does not grow for ever; nothing but ours."""
    old = [
        path
        for path in folder.parent.iterdir()
        if path != folder and DIGEST.fullmatch(path.name) and (path / CACHE_MARK).is_file()
    ]
    old.sort(key=lambda path: (path / CACHE_MARK).stat().st_mtime, reverse=True)
    for path in old[CACHE_GENERATIONS_MAX - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def cache_is_cold() -> bool:
    """Whether the first kernels of this process will be compiled (seconds) rather than loaded."""
    return JIT_ON and not any(CACHE.rglob("*.nbi"))


CACHE = cache_folder(source_digest()) if JIT_ON else Path(os.devnull)
if JIT_ON:
    setattr(numba.config, "CACHE_DIR", str(CACHE))  # noqa: B010 (made at run time)


# --- decorators -----------------------------------------------------------------------------------
KERNELS: list[Any] = []  # every compiled function, for the test of their IR


def kernel(function: F) -> F:
    """Compile a loop that Python calls."""
    compiled: Any = numba.njit(**OPTIONS)(function)
    if JIT_ON:
        _widen_literals(compiled)
    KERNELS.append(compiled)
    return compiled  # type: ignore[no-any-return]


def hot(function: F) -> F:
    """Compile a small function that is inlined into its kernel."""
    return _inlined(function, cache=False)


def part(function: F) -> F:
    """Compile a large function that is inlined into its kernel, and keep it for other processes."""
    return _inlined(function, cache=True)


def _inlined(function: F, *, cache: bool) -> F:
    compiled: Any = numba.njit(**{**OPTIONS, **INLINED, "cache": cache})(function)
    if JIT_ON:
        compiled.__class__ = _Inlined
        _widen_literals(compiled)
    return compiled  # type: ignore[no-any-return]


class _Inlined(CPUDispatcher):
    """What has no way in: where Python calls it after all, it is compiled once more, with one."""

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        if "callable" not in self.__dict__:
            self.__dict__["callable"] = numba.njit(**OPTIONS)(self.py_func)
        return self.__dict__["callable"](*arguments)


def compile_for(compiled: Any, *arguments: Any) -> None:
    """Have a kernel at hand for arguments such as these, without running it."""
    if JIT_ON:
        compiled.compile(tuple(map(numba.typeof, arguments)))


def _widen_literals(compiled: Any) -> None:
    """Type a literal argument as what it is a literal of: one compilation, not one for each number."""
    template, widen = compiled.get_call_template, cast("Any", types).unliteral

    compiled.get_call_template = lambda arguments, keywords: template(
        tuple(map(widen, arguments)), {name: widen(kind) for name, kind in keywords.items()}
    )


class Entry:
    """A function of int64 arguments, callable from Python and, by `address`, from compiled code."""

    def __init__(self, function: Callable[..., int], arguments: int) -> None:
        self.name = function.__name__
        if not JIT_ON:
            self.compiled = None
            self._call: Callable[..., int] = function
            self.address = id(self)
            TWINS[self.address] = function
            return
        signature = types.int64(*[types.int64] * arguments)
        options = {name: value for name, value in OPTIONS.items() if name != "nogil"}
        options["nopython"] = True
        self.compiled = numba.cfunc(signature, **options)(function)
        self.address = int(self.compiled.address or 0)
        word = ctypes.c_int64
        self._call = ctypes.CFUNCTYPE(word, *[word] * arguments)(self.address)

    def __call__(self, *arguments: int) -> int:
        """Call it from Python."""
        return int(self._call(*arguments))


def entry(arguments: int) -> Callable[[Callable[..., int]], Entry]:
    """Compile a function that compiled code calls by address, with so many int64 arguments."""

    def decorate(function: Callable[..., int]) -> Entry:
        made = Entry(function, arguments)
        KERNELS.append(made.compiled)
        return made

    return decorate
