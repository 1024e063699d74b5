"""A stamp of a kernel: what its compiled code depends on, and nothing else.

The stamp covers the function's own code, the constants it reads, and the same of every kernel it calls, however deep.
Comments, docstrings and the place in the file do not count. Compiled code is kept under its stamp, so an edit makes
exactly those kernels compile again that call what was edited, and code that is out of date is never found.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

_PACKAGE = __name__.partition(".")[0]
_PLAIN = (int, float, complex, str, bytes, bool, type(None), np.generic, enum.Enum)


def stamp(kernel: Any) -> str:
    """Return the stamp of a compiled kernel: a hash over the own stamps of the kernel and of all it calls."""
    found: dict[int, str] = {}
    waiting = [kernel]
    while waiting:
        each = waiting.pop()
        if id(each) not in found:
            found[id(each)] = own_stamp(each)
            waiting.extend(value for _, value in _values(each.py_func) if _is_kernel(value))
    return hashlib.sha256("\n".join([found[id(kernel)], *sorted(found.values())]).encode()).hexdigest()


def own_stamp(kernel: Any) -> str:
    """Return a hash of a kernel's own code, options and constants, and of the names of what it calls."""
    function = kernel.py_func
    parts = [f"{function.__module__}.{function.__qualname__}", repr(sorted(kernel.targetoptions.items()))]
    parts += [*_code(function.__code__, function.__doc__), repr((function.__defaults__, function.__kwdefaults__))]
    parts += [f"{name} = {_text(value, f'{parts[0]} reads {name}')}" for name, value in _values(function)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _is_kernel(value: Any) -> bool:
    return hasattr(value, "py_func") and hasattr(value, "targetoptions")


def _code(code: CodeType, doc: str | None = None) -> Iterator[str]:
    """Yield everything of a code object that says what it does; not its docstring and lines."""
    constants = code.co_consts[1:] if doc is not None and code.co_consts[:1] == (doc,) else code.co_consts
    yield code.co_code.hex()
    yield getattr(code, "co_exceptiontable", b"").hex()
    yield repr((code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_argcount, code.co_flags))
    for constant in constants:
        yield from _code(constant) if isinstance(constant, CodeType) else [repr(constant)]


def _names(code: CodeType) -> set[str]:
    """Return the names of globals and attributes that a code object and those within it read."""
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)


def _values(function: FunctionType) -> list[tuple[str, Any]]:
    """Return what a function reads from outside itself, by name; of a module of the package, the members it reads."""
    names, found = sorted(_names(function.__code__)), []
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    outside = {**function.__globals__, **{name: cell.cell_contents for name, cell in cells}}
    for name in sorted({*names, *function.__code__.co_freevars}):
        value = outside.get(name, outside)  # names of attributes and of built-in functions are not found
        if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == _PACKAGE:
            found += [(f"{name}.{each}", getattr(value, each)) for each in names if hasattr(value, each)]
        elif value is not outside:
            found.append((name, value))
    return found


def _text(value: Any, place: str) -> str:
    """Return a text that tells apart any two values that compile to different code.

    Raises
    ------
    TypeError
        If a value is of a kind for which there is no such text: a kernel must not read it from outside.
    """
    if isinstance(value, _PLAIN):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, np.ndarray):
        return f"array {value.dtype.descr} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, tuple):
        return f"{type(value).__qualname__} ({', '.join(_text(each, place) for each in value)})"
    if hasattr(value, "__wrapped__") and not _is_kernel(value):  # an instruction to the compiler
        return (
            f"instruction {value.__module__}.{value.__qualname__} {[*_code(value.__wrapped__.__code__, value.__doc__)]}"
        )
    if _is_kernel(value):
        return f"kernel {value.py_func.__module__}.{value.py_func.__qualname__}"
    if isinstance(value, type):
        members = [f"{e.name}={e.value!r}" for e in value] if issubclass(value, enum.Enum) else ()
        return f"class {value.__module__}.{value.__qualname__} {getattr(value, '_fields', ())} {members}"
    if isinstance(value, ModuleType | FunctionType | BuiltinFunctionType | np.ufunc):
        return f"{type(value).__name__} {getattr(value, '__module__', '')}.{value.__name__}"
    raise TypeError(f"{place}, a {type(value).__name__}: a kernel may read numbers, tuples of them and arrays only")
