"""The one place where numba is imported: compiled kernels with a cache that knows all kernel sources.

Numba invalidates a cached function when its own file changes, not when a function it calls has changed in another file.
The cache folder therefore bears a hash of every source file of the package that holds kernels: a second start compiles
nothing, and an edit never runs stale code.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numba.core.config
from numba.core import event

__all__ = [
    "cache_folder",
    "compile_seconds",
    "compiled_here",
    "kernel",
    "lean_kernel",
    "parallel_kernel",
    "prange",
    "small_kernel",
    "threads_now",
    "use_threads",
]


def _sources_digest(package: Path) -> str:
    """Return a short hash of all package files that define kernels, and of what compiles them."""
    digest = hashlib.sha256(f"{numba.__version__} {platform.python_version()}".encode())
    for path in sorted(package.rglob("*.py")):
        text = path.read_bytes()
        if b"kernel" in text:
            digest.update(path.relative_to(package).as_posix().encode() + text)
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of compiled kernels: in the user's cache or, where that cannot be written, a temporary one."""
    base = os.environ.get("GREATFEAR_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join(Path.home(), ".cache"), "greatfear"
    )
    folder = Path(base) / "kernels" / _sources_digest(Path(__file__).resolve().parents[1])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:  # a home that cannot be written: compile into a temporary folder rather than fail
        pass
    return Path(tempfile.gettempdir()) / f"greatfear-{os.getuid()}" / folder.name


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.core.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]

_KERNELS: list[Any] = []

_TIMER = event.TimingListener()  # type: ignore[no-untyped-call]
event.register("numba:compile", _TIMER)  # type: ignore[no-untyped-call]

prange = numba.prange


def _compile(function: Callable[..., Any], *, counts: bool, parallel: bool = False, inline: bool = False) -> Any:
    """Compile a function: cached on disk, without the interpreter lock, strict arithmetic."""
    # only what Python calls needs code that unpacks Python objects; it is long, since kernels take many arrays
    options: dict[str, Any] = {"parallel": True} if parallel else {"no_cfunc_wrapper": True}
    if inline:
        options["inline"] = "always"
    elif not parallel:
        options["no_cpython_wrapper"] = function.__name__.startswith("_")
    compiled = numba.njit(  # type: ignore[call-overload]
        cache=True, nogil=True, fastmath=False, error_model="numpy", _nrt=counts, **options
    )(function)
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
