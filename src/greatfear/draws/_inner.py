"""How kernels that only kernels call are compiled: as far as their callers need, and no further.

Numba optimises every function and turns it into machine code apart, although its callers take its code in and optimise it
once more. That was most of the time to compile. Here an inner function stops at the code that others take in.
"""

from __future__ import annotations

from typing import Any

from llvmlite import binding
from numba.core import compiler
from numba.core.codegen import JITCodeLibrary

__all__ = ["InnerCompiler", "InnerLibrary", "rebuilt"]


class _NoMachineCode:
    """The code generator of an inner function: all that numba asks of one, but there is nothing whose address to set."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, env_name: str, env: Any) -> None:
        """Do nothing: the callers that take the code in set the environments that it reads."""


class InnerLibrary(JITCodeLibrary):
    """Code that is linked into that of others and never runs alone."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    @property
    def codegen(self) -> Any:
        return _NoMachineCode(self._codegen)

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: there is no machine code."""
        return 0

    def serialize_using_object_code(self) -> tuple[str, str, bytes]:
        """Return the code that others take in."""
        return self.name, "inner", self._get_module_for_linking().as_bitcode()

    @classmethod
    def read(cls, codegen: Any, data: tuple[str, str, bytes]) -> Any:
        """Return a library from what `serialize_using_object_code` gave."""
        library = cls(codegen, data[0])
        library._final_module = library._shared_module = binding.parse_bitcode(data[2])
        library._finalize_final_module()
        return library


class InnerCompiler(compiler.Compiler):
    """Numba's compiler with an inner library."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a Python function."""
        self.state.library = InnerLibrary(self.state.targetctx.codegen(), func.__qualname__)
        return super().compile_extra(func)


class _Target:
    """A target that reads libraries as inner ones."""

    def __init__(self, target: Any) -> None:
        self.typing_context, self.get_executable = target.typing_context, target.get_executable
        self._codegen = target.codegen()

    def codegen(self) -> Any:
        return self

    def unserialize_library(self, data: Any) -> Any:
        return InnerLibrary.read(self._codegen, data)


def rebuilt(target: Any, data: tuple[Any, ...]) -> Any:
    """Return the result of an earlier compilation, of an inner function or another."""
    rebuild: Any = compiler.CompileResult._rebuild
    if data[0][1] != "inner":
        return rebuild(target, *data)
    return rebuild(_Target(target), *data)._replace(target_context=target)
