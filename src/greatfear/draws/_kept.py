"""Compiled kernels on disk, each under a stamp of what it depends on; numba asks here before it compiles.

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
from numba.core import config, serialize, sigutils, types

from greatfear.draws._folder import claim, is_claimed, keep, private_folder, prune, release
from greatfear.draws._inner import rebuilt
from greatfear.draws._stamp import stamp

_TUPLE: Any = types.BaseTuple
_dumps: Any = serialize.dumps
_signature: Any = sigutils.normalize_signature

_SETTINGS = ("OPT", "DEBUGINFO_DEFAULT", "BOUNDSCHECK", "LOOP_VECTORIZE", "SLP_VECTORIZE", "ENABLE_AVX", "CPU_NAME")
"""Settings of numba from the environment that change the compiled code."""


@functools.cache
def cache_folder() -> Path | None:
    """Return the folder of compiled kernels; None where they must be compiled in memory."""
    versions = f"numba{numba.__version__}-python{platform.python_version()}-numpy{np.__version__}"
    return private_folder(re.sub(r"[^A-Za-z0-9.-]", "_", versions))


def described(kind: Any) -> str:
    """Return a text for the type of an argument; numba's own leaves out which field of a named tuple is which."""
    if isinstance(kind, _TUPLE):
        made = getattr(kind, "instance_class", None)
        names = f"{made.__module__}.{made.__qualname__}{made._fields}" if made else ""
        return f"{names}({', '.join(described(each) for each in list(kind))})"
    return f"{type(kind).__name__} {kind}"


_NOTICES: dict[str, Callable[[], None]] = {}


def before_compiling(notice: Callable[[], None], purpose: str = "tell") -> None:
    """Let a function be called once, at the moment when this process begins to compile rather than read a kernel.

    For one purpose there is one such function: a later one takes the place of an earlier one.
    """
    _NOTICES[purpose] = notice


def forget_notice(purpose: str) -> None:
    """Take back what `before_compiling` was told for a purpose."""
    _NOTICES.pop(purpose, None)


class Kept:
    """The compiled versions of one kernel on disk; numba asks it before it compiles and tells it afterwards."""

    cache_path = ""

    def __init__(self, kernel: Any, form: str) -> None:
        self._kernel, self._form = kernel, form

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
        key = f"{self._form} {self._stamp} {[described(each) for each in arguments]} {codegen.magic_tuple()}"
        name = f"{self._kernel.py_func.__module__.partition('.')[2]}.{self._kernel.py_func.__name__}"
        return folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}.nbc"

    def load_overload(self, sig: Any, target: Any) -> Any:
        """Return the compiled code of a signature, None if it is not there."""
        target.refresh()
        path = self._path(sig, target.codegen())
        found = _read(path, target)
        if found is None:
            for purpose in list(_NOTICES):
                _NOTICES.pop(purpose)()
            if path is not None and claim(path):  # another process may have compiled it while this one waited
                found = _read(path, target)
                if found is not None:
                    release(path)
        return found

    def is_under_way(self, sig: Any) -> bool:
        """Return whether another process compiles a signature just now."""
        path = self._path(sig, self._kernel.targetctx.codegen())
        return path is not None and not path.exists() and is_claimed(path)

    def save_overload(self, sig: Any, made: Any) -> None:
        """Keep the compiled code of a signature, unless it holds addresses of this process."""
        for each in made._find_referenced_environments():  # of inner functions whose code was taken in
            made.library.codegen.set_env(each.env_name, each)
        path = self._path(sig, made.codegen)
        if path is not None and not made.library.has_dynamic_globals and not made.lifted:
            _prune_once()
            keep(path, _dumps(made._reduce()))
        if path is not None:
            release(path)

    def flush(self) -> None:
        """Do nothing: what is out of date is never found."""

    enable = disable = flush


def _read(path: Path | None, target: Any) -> Any:
    """Return the compiled code in a file; None where the file is absent or cut short."""
    try:
        return rebuilt(target, pickle.loads(path.read_bytes())) if path else None
    except (OSError, EOFError, pickle.UnpicklingError):
        return None


@functools.cache
def _prune_once() -> None:
    """Remove old compiled code, once in a process that compiles anything."""
    folder = cache_folder()
    if folder is not None:
        prune(folder)
