"""Functions of the caller on their way to workers: by name where they stand in a module, otherwise as bytes.

Two functions with the same code and the same fixed values count as the same, wherever and whenever they were written down.
"""

from __future__ import annotations

import base64
import hashlib
import types
from collections.abc import Callable
from importlib import import_module
from typing import Any

from greatfear.errors import Fault, FaultList

_MOST_BYTES = 20_000_000
_PLAIN = (bool, int, float, str, tuple, list, dict)


def packed(function: object) -> str | None:
    """Return a function as a text that `called` reads: ``module:name``, or ``pickle:`` and its bytes.

    Raises
    ------
    FaultList
        If it is no function, or holds what cannot be sent to another process.
    """
    if function is None:
        return None
    if not callable(function):
        fault = Fault("quantities", repr(function)[:60], "a function of a run that returns numbers by name")
        raise FaultList([fault], "ensemble")
    module, name = getattr(function, "__module__", None) or "", getattr(function, "__qualname__", "")
    if module not in ("", "__main__") and name.isidentifier():
        found = getattr(import_module(module), name, None)
        if found is function:
            return f"{module}:{name}"
    return "pickle:" + base64.b64encode(_pickled(function)).decode()


def _pickled(function: object) -> bytes:
    import cloudpickle  # type: ignore[import-untyped]

    try:
        data: bytes = cloudpickle.dumps(function)
    except Exception as error:
        fix = "let it hold plain values only, or use workers=0 and no folder"
        fault = Fault("quantities", f"a function that holds what cannot be sent ({error})", "plain values", fix)
        raise FaultList([fault], "ensemble") from error
    if len(data) > _MOST_BYTES:
        fault = Fault("quantities", f"a function that holds {len(data):,} bytes", f"at most {_MOST_BYTES:,}")
        raise FaultList([fault], "ensemble")
    return data


def called(text: str) -> Callable[..., Any]:
    """Return the function that a text of `packed` says."""
    if text.startswith("pickle:"):
        import pickle

        own: Callable[..., Any] = pickle.loads(base64.b64decode(text[7:]))
        return own
    module, _, name = text.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def digest_of(function: Callable[..., Any] | None) -> str | None:
    """Return what tells a function from others: its name, and a hash of its code and of the values it holds."""
    if function is None:
        return None
    code = getattr(function, "__code__", None)
    name = f"{getattr(function, '__module__', '')}:{getattr(function, '__qualname__', type(function).__name__)}"
    text = _of_code(code) if isinstance(code, types.CodeType) else repr(type(function))
    cells = [repr(_inside(cell)) for cell in getattr(function, "__closure__", None) or ()]
    held = (
        getattr(function, "__defaults__", None),
        getattr(function, "__kwdefaults__", None),
        cells,
        _around(function),
    )
    return f"{name} {hashlib.sha256(f'{text} {held!r}'.encode()).hexdigest()[:16]}"


def _around(function: Callable[..., Any]) -> dict[str, str]:
    """Return the plain values outside the function that its code reads by name."""
    known = getattr(function, "__globals__", {})
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    return {name: repr(known[name]) for name in names if isinstance(known.get(name), _PLAIN)}


def _inside(cell: Any) -> Any:
    """Return what a cell of a closure holds; of a function, its digest."""
    value = cell.cell_contents
    return digest_of(value) if isinstance(value, types.FunctionType) else value


def _of_code(code: types.CodeType) -> str:
    """Return what a piece of code does, without the file and the line where it stands."""
    constants = [_of_code(one) if isinstance(one, types.CodeType) else repr(one) for one in code.co_consts]
    return repr((code.co_code.hex(), constants, code.co_names, code.co_varnames))
