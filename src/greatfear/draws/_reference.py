"""Named tuples that kernels hand on by reference: one pointer in place of hundreds of numbers.

Numba hands a tuple on field by field, and an array is seven numbers and more. With world, state and rules that were some
400 arguments for every function, and most of the time to compile went into them. A class marked by `by_reference` stays an
ordinary named tuple for Python. When it is first given to a kernel, its fields are laid out in memory that belongs to the
tuple, and every kernel reads them there: no kernel holds code that unpacks them. Kernels read the fields of such a tuple;
they cannot make one, replace a field, or return an array that is one of its fields.
"""

from __future__ import annotations

import functools
import hashlib
import struct
from typing import Any, TypeVar

import numpy as np
from numba._dispatcher import compute_fingerprint
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.core.typing.typeof import typeof
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

_Class = TypeVar("_Class")
_LETTERS = {bool: "?", int: "q", float: "d"}


class Fields(types.Type):
    """The fields of a tuple as they lie in memory."""

    def __init__(self, made: type, kinds: tuple[Any, ...]) -> None:
        self.made, self.kinds, self.names = made, kinds, made._fields
        text = f"{made.__module__}.{made.__qualname__} {[(n, str(kind)) for n, kind in zip(self.names, kinds, strict=True)]}"
        super().__init__(f"{made.__name__}.{hashlib.sha256(text.encode()).hexdigest()[:16]}")


class Reference(types.Type):
    """A pointer to the fields of a tuple; its name tells apart any two that differ in a field's name, order or type."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        super().__init__(f"Reference({fields.name})")


@register_model(Fields)
class _FieldsModel(models.StructModel):
    def __init__(self, manager: Any, kind: Fields) -> None:
        super().__init__(manager, kind, list(zip(kind.names, kind.kinds, strict=True)))


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Reference) -> None:
        super().__init__(manager, kind, manager.lookup(kind.fields).get_value_type().as_pointer())


@infer_getattr
class _ReferenceAttributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, kind: Reference, name: str) -> Any:  # type: ignore[override]
        """Return the type of a field, None where there is no such field."""
        names = kind.fields.names
        return kind.fields.kinds[names.index(name)] if name in names else None


@lower_getattr_generic(Reference)
def _read_field(context: Any, builder: Any, kind: Reference, value: Any, name: str) -> Any:
    fields = cgutils.create_struct_proxy(kind.fields)(context, builder, ref=value)
    of = kind.fields.kinds[kind.fields.names.index(name)]
    return impl_ret_borrowed(context, builder, of, getattr(fields, name))


@unbox(Reference)
def _point(kind: Reference, obj: Any, c: Any) -> NativeValue:
    """Ask the tuple where its fields lie."""
    found = cgutils.alloca_once_value(c.builder, c.context.get_constant_null(types.voidptr))
    number = c.pyapi.object_getattr_string(obj, "address_of_fields")
    with c.builder.if_then(cgutils.is_not_null(c.builder, number)):
        c.builder.store(c.pyapi.long_as_voidptr(number), found)
        c.pyapi.decref(number)
    pointer = c.builder.load(found)
    where = c.builder.bitcast(pointer, c.context.get_value_type(kind))
    return NativeValue(where, is_error=cgutils.is_null(c.builder, pointer))


def _words(value: Any) -> tuple[str, list[Any]]:
    """Return how a field lies in memory, in the letters of `struct`, and its numbers.

    An array is a record of its owner and its parent (0: the tuple keeps it alive), size, bytes of an item, place in memory,
    shape and steps.
    """
    if type(value) in _LETTERS:
        return _LETTERS[type(value)], [value]
    if isinstance(value, np.ndarray):
        place = value.__array_interface__["data"][0]
        return f"{5 + 2 * value.ndim}q", [0, 0, value.size, value.itemsize, place, *value.shape, *value.strides]
    if hasattr(value, "address_of_fields"):
        return "q", [value.address_of_fields]
    if isinstance(value, np.generic) and value.dtype.kind in "iufb":
        return value.dtype.char, [value]
    raise TypeError(f"{value!r:.60} cannot be handed to a kernel by reference: only numbers and arrays of them can")


def _laid_out(fields: Any) -> Any:
    """Return memory in which the fields lie as C would lay them out, and its address."""
    letters, numbers = zip(*map(_words, fields), strict=True)
    form, flat = "@" + "".join(letters), [number for each in numbers for number in each]
    memory = np.zeros(struct.calcsize(form) // 8 + 1, np.int64)
    struct.pack_into(form, memory.data, 0, *flat)
    return memory, memory.__array_interface__["data"][0]


class Handle:
    """What kernels are given of a tuple: its type and where its fields lie. Numba looks at all fields of a tuple at each call."""

    __slots__ = ("_numba_type_", "address_of_fields", "memory")

    def __init__(self, fields: Any) -> None:
        self._numba_type_ = typeof(fields)
        self.memory, self.address_of_fields = _laid_out(fields)


def by_reference(made: type[_Class]) -> type[_Class]:
    """Let kernels hand on a named tuple by reference."""

    class Placed(made):  # type: ignore[valid-type,misc]
        @property
        def handle(self) -> Handle:
            """Return what kernels are given; the first of several threads that ask makes it for all."""
            held = self.__dict__
            found: Handle = held.get("_handle") or held.setdefault("_handle", Handle(self))
            return found

        @property
        def address_of_fields(self) -> int:
            """Return where the fields lie."""
            address: int = self.handle.address_of_fields
            return address

        def __getstate__(self) -> None:
            """Keep nothing beside the fields in a copy: it has memory of its own."""

    functools.update_wrapper(Placed, made, updated=())
    known: dict[bytes, Reference] = {}

    @typeof_impl.register(Placed)
    def _typeof(value: Any, context: Any) -> Reference:
        # numba's own short text for what the fields are: most tuples of a run have fields of the same kinds as an earlier one
        short = compute_fingerprint(value)
        if short not in known:
            known[short] = Reference(Fields(Placed, tuple(typeof_impl(each, context) for each in value)))
        return known[short]

    return Placed
