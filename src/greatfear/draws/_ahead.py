"""Cells of arrays asked for ahead of their use: persons who are named or arrested lie anywhere in memory."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic


@intrinsic
def fetch(context: Any, array: Any, place: Any) -> Any:
    """Ask memory for a cell of an array with one axis, without waiting for it; nothing happens for a place below 0.

    The result of a kernel never depends on it.
    """
    if not (isinstance(array, types.Array) and array.ndim == 1 and isinstance(place, types.Integer)):
        return None

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = signature.args[0]
        cells = context.make_array(kind)(context, builder, values[0])
        at = builder.select(builder.icmp_signed("<", values[1], values[1].type(0)), values[1].type(0), values[1])
        cell = cgutils.get_item_pointer(context, builder, kind, cells, [at], wraparound=False)  # type: ignore[no-untyped-call]
        byte, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
        form = ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], form)
        builder.call(prefetch, [builder.bitcast(cell, byte), whole(0), whole(3), whole(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), code
