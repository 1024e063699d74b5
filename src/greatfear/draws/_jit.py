"""The one place where numba is imported: compiled kernels, each kept on disk under a stamp of what it depends on.

Numba itself compiles a function again when its own file changes, not when a function it calls has changed in another
file. Here compiled code is found by the stamp of the kernel (`_stamp`), the types of its arguments and the processor: a
second start compiles nothing, and an edit compiles exactly the kernels that call what was edited.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
import platform
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import compiler, config, event, serialize, sigutils, types

from greatfear.draws._folder import keep, private_folder, prune
from greatfear.draws._stamp import stamp

__all__ = [
    "cache_folder",
    "compile_seconds",
    "compiled_here",
    "kernel",
    "lean_kernel",
    "parallel_kernel",
    "prange",
    "small_kernel",
    "sources_digest",
    "threads_now",
    "use_threads",
]

_TUPLE: Any = types.BaseTuple
_rebuild: Any = compiler.CompileResult._rebuild
_dumps: Any = serialize.dumps
_signature: Any = sigutils.normalize_signature

_SETTINGS = ("OPT", "DEBUGINFO_DEFAULT", "BOUNDSCHECK", "LOOP_VECTORIZE", "SLP_VECTORIZE", "ENABLE_AVX", "CPU_NAME")
"""Settings of numba from the environment that change the compiled code."""


@functools.cache
def sources_digest() -> str:
    """Return a short hash of all package files that define kernels: saved states of runs are taken up by equal code only."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(f"{numba.__version__} {platform.python_version()}".encode())
    for path in sorted(package.rglob("*.py")):
        text = path.read_bytes()
        if b"kernel" in text:
            digest.update(path.relative_to(package).as_posix().encode() + text)
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path | None:
    """Return the folder of compiled kernels; None where they must be compiled in memory."""
    versions = f"numba{numba.__version__}-python{platform.python_version()}-numpy{np.__version__}"
    return private_folder(re.sub(r"[^A-Za-z0-9.-]", "_", versions))


def _described(kind: Any) -> str:
    """Return a text for the type of an argument; numba's own leaves out which field of a named tuple is which."""
    if isinstance(kind, _TUPLE):
        made = getattr(kind, "instance_class", None)
        names = f"{made.__module__}.{made.__qualname__}{made._fields}" if made else ""
        return f"{names}({', '.join(_described(each) for each in list(kind))})"
    return f"{type(kind).__name__} {kind}"


class _Kept:
    """The compiled versions of one kernel on disk; numba asks it before it compiles and tells it afterwards."""

    cache_path = ""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel

    @functools.cached_property
    def _stamp(self) -> str:
        """The stamp, made at the first call: only then do all functions exist that the kernel calls."""
        settings = [str(getattr(config, name, None)) for name in _SETTINGS]
        return f"{stamp(self._kernel)} {settings}"

    def _path(self, sig: Any, codegen: Any) -> Path | None:
        """Return the file for a signature on this processor."""
        folder = cache_folder()
        if folder is None:
            return None
        arguments, _ = _signature(sig)
        key = f"{self._stamp} {[_described(each) for each in arguments]} {codegen.magic_tuple()}"
        name = f"{self._kernel.py_func.__module__.partition('.')[2]}.{self._kernel.py_func.__name__}"
        return folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}.nbc"

    def load_overload(self, sig: Any, target: Any) -> Any:
        """Return the compiled code of a signature, None if it is not there."""
        target.refresh()
        path = self._path(sig, target.codegen())
        try:
            data = path.read_bytes() if path else b""
            return _rebuild(target, *pickle.loads(data)) if data else None
        except (OSError, EOFError, pickle.UnpicklingError):  # absent, or cut short: compile
            return None

    def save_overload(self, sig: Any, made: Any) -> None:
        """Keep the compiled code of a signature, unless it holds addresses of this process."""
        path = self._path(sig, made.codegen)
        if path is not None and not made.library.has_dynamic_globals and not made.lifted:
            _prune_once()
            keep(path, _dumps(made._reduce()))

    def flush(self) -> None:
        """Do nothing: what is out of date is never found."""

    enable = disable = flush


@functools.cache
def _prune_once() -> None:
    """Remove old compiled code, once in a process that compiles anything."""
    folder = cache_folder()
    if folder is not None:
        prune(folder)


_KERNELS: list[Any] = []

_TIMER = event.TimingListener()  # type: ignore[no-untyped-call]
event.register("numba:compile", _TIMER)  # type: ignore[no-untyped-call]

prange = numba.prange


def _compile(function: Callable[..., Any], *, counts: bool, parallel: bool = False, inline: bool = False) -> Any:
    """Compile a function: kept on disk, without the interpreter lock, strict arithmetic."""
    # only what Python calls needs code that unpacks Python objects; it is long, since kernels take many arrays
    options: dict[str, Any] = {"parallel": True} if parallel else {"no_cfunc_wrapper": True}
    if inline:
        options["inline"] = "always"
    elif not parallel:
        options["no_cpython_wrapper"] = function.__name__.startswith("_")
    options |= {"nogil": True, "fastmath": False, "error_model": "numpy", "_nrt": counts}
    compiled: Any = numba.njit(**options)(function)
    compiled._cache = _Kept(compiled)
    _KERNELS.append(compiled)
    return compiled


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function for one thread that may make arrays.

    Functions whose name begins with an underscore can be called from other kernels only.
    """
    return _compile(function, counts=True)


def lean_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function for one thread that makes no array: it reads and writes those it is given.

    Without new arrays nothing need count references. Counting them costs two locked operations per array and call, and
    kernels hand on dozens of arrays: without it the step that arrests is three times as fast. A function that makes an
    array all the same is refused when it is compiled ("NRT required").
    """
    return _compile(function, counts=False)


def small_kernel(function: Callable[..., Any]) -> Any:
    """Compile a small function into every kernel that calls it.

    A call that hands on arrays costs far more than the few operations of such a function.
    """
    return _compile(function, counts=True, inline=True)


def parallel_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function whose `prange` loops run side by side; iterations must not depend on one another."""
    return _compile(function, counts=True, parallel=True)


def compiled_here() -> int:
    """Return how many kernel signatures this process compiled itself rather than read from the cache."""
    return sum(sum(k.stats.cache_misses.values()) for k in _KERNELS)


def compile_seconds() -> float:
    """Return how long this process has spent compiling kernels; reading them from the cache does not count."""
    return float(_TIMER.duration) if _TIMER.done else 0.0


def use_threads(count: int | None) -> int:
    """Let parallel kernels use `count` threads (all if None), and return the number in use."""
    limit = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    numba.set_num_threads(max(1, min(count or limit, limit)))
    return threads_now()


def threads_now() -> int:
    """Return how many threads parallel kernels use."""
    return int(numba.get_num_threads())
