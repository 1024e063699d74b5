"""Named tuples that kernels hand on by reference: one pointer in place of hundreds of numbers.

Numba hands a tuple on field by field, and an array is seven numbers and more. With world, state and rules that were some
400 arguments for every function, and most of the time to compile went into them. A class marked by `by_reference` stays an
ordinary named tuple for Python. When Python calls a kernel, its fields are laid out once, and all functions below share
them. Kernels read the fields of such a tuple; they cannot make one or replace a field.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

__all__ = ["Reference", "by_reference"]

_Class = TypeVar("_Class")


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
def _lay_out(kind: Reference, obj: Any, c: Any) -> NativeValue:
    """Unpack a tuple that Python gave into memory that lasts as long as the call."""
    fields = cgutils.create_struct_proxy(kind.fields)(c.context, c.builder)
    failed, cleanups = cgutils.alloca_once_value(c.builder, cgutils.false_bit), []
    for place, (name, of) in enumerate(zip(kind.fields.names, kind.fields.kinds, strict=True)):
        native = c.unbox(of, c.pyapi.tuple_getitem(obj, place))
        setattr(fields, name, native.value)
        with c.builder.if_then(native.is_error, likely=False):
            c.builder.store(cgutils.true_bit, failed)
        cleanups += [native.cleanup] if native.cleanup is not None else []

    def cleanup() -> None:
        for one in reversed(cleanups):
            one()

    return NativeValue(fields._getpointer(), cleanup=cleanup, is_error=c.builder.load(failed))


def by_reference(made: type[_Class]) -> type[_Class]:
    """Let kernels hand on a named tuple by reference."""

    @typeof_impl.register(made)
    def _typeof(value: Any, context: Any) -> Reference:
        return Reference(Fields(made, tuple(typeof_impl(each, context) for each in value)))

    return made
