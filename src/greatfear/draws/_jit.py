"""The decorators that compile kernels.

A kernel is compiled in up to two forms: an inner one that other kernels take in, and an outer one that Python can call;
each only when it is asked for. Integers are handed on with 64 bits, so that one form serves all callers.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numba
from numba.core import event, types
from numba.core.registry import CPUDispatcher

from greatfear.draws._inner import InnerCompiler, OuterCompiler
from greatfear.draws._kept import Kept


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


_KERNELS: list[Any] = []

_TIMER = event.TimingListener()  # type: ignore[no-untyped-call]
event.register("numba:compile", _TIMER)  # type: ignore[no-untyped-call]


class _WithoutCollecting(event.Listener):  # type: ignore[misc]
    """Keeps Python from looking for unreachable objects while a kernel is compiled: a tenth of the time to compile."""

    def __init__(self) -> None:
        self.depth, self.was_on = 0, False

    def on_start(self, _: Any) -> None:
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, _: Any) -> None:
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


event.register("numba:compile", _WithoutCollecting())  # type: ignore[no-untyped-call]

prange = numba.prange


class _Outer(CPUDispatcher):  # type: ignore[misc]
    """A kernel as Python calls it: tuples that are handed on by reference go in as their handles."""

    def __call__(self, *given: Any) -> Any:
        """Call the kernel."""
        return super().__call__(*[getattr(each, "handle", each) for each in given])


def _compile(function: Callable[..., Any], **more: Any) -> Any:
    """Return the outer form of a kernel: kept on disk, without the interpreter lock, strict arithmetic."""
    options = more | {"nogil": True, "fastmath": False, "error_model": "numpy"}
    if "parallel" in more:
        outer = _formed(function, "outer", options)
    else:
        outer = _formed(function, "outer", options | {"pipeline_class": OuterCompiler})
        inner = _formed(function, "inner", options | {"no_cpython_wrapper": True, "pipeline_class": InnerCompiler})
        outer.inner, outer.get_overload = inner, inner.get_overload
        outer.get_call_template = functools.partial(_call_template, inner)
    return outer


def _formed(function: Callable[..., Any], form: str, options: dict[str, Any]) -> Any:
    """Return one form of a kernel."""
    # the form for callers in C is never used; numba refuses the option beside parallel loops
    options = options if options.get("parallel") else options | {"no_cfunc_wrapper": True}
    compiled: Any = numba.njit(**options)(function)
    compiled._cache = Kept(compiled, form)
    if form == "outer":
        compiled.__class__ = _Outer
    _KERNELS.append(compiled)
    return compiled


def _call_template(inner: Any, args: Any, kws: Any) -> Any:
    """Tell numba what a call of the inner form takes: a constant or a smaller number needs no compiled code of its own."""
    _, folded = inner._compiler.fold_argument_types(args, kws)
    return inner.get_call_template(tuple(_wide(each) for each in folded), {})


def _wide(kind: Any) -> Any:
    """Return the type by which a number is handed on: whole numbers have 64 bits."""
    kind = types.unliteral(kind)
    is_small = isinstance(kind, types.Integer) and kind.bitwidth < 64
    return types.int64 if is_small else types.float64 if kind is types.float32 else kind


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function for one thread that may make arrays."""
    return _compile(function, _nrt=True)


def lean_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function for one thread that makes no array: it reads and writes those it is given.

    Without new arrays nothing need count references. Counting them costs two locked operations per array and call, and
    kernels hand on dozens of arrays: without it the step that arrests is three times as fast. A function that makes an
    array all the same is refused when it is compiled ("NRT required").
    """
    return _compile(function, _nrt=False)


def small_kernel(function: Callable[..., Any]) -> Any:
    """Compile a small function, which makes no array, into every kernel that calls it."""
    return _compile(function, _nrt=False, forceinline=True)


def parallel_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function whose `prange` loops run side by side; iterations must not depend on one another."""
    return _compile(function, _nrt=True, parallel=True)


def prepare(calls: Sequence[tuple[Any, tuple[Any, ...]]]) -> None:
    """Compile kernels for the arguments of these calls, without calling them; kernels that were ever called are left out.

    Those first that no other process is compiling: several that share the cache divide the work among them.
    """
    left = [(kernel, tuple(numba.typeof(each) for each in given)) for kernel, given in calls if not kernel.signatures]
    while left:
        free = (at for at, (kernel, kinds) in enumerate(left) if not kernel._cache.is_under_way(kinds))
        kernel, kinds = left.pop(next(free, 0))
        kernel.compile(kinds)


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
