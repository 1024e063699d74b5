"""How kernels are compiled: as far as their callers need, and no further.

Numba optimises every function and turns it into machine code apart, although its callers take its code in and optimise it
once more. That was most of the time to compile. Here an inner function stops at the code that others take in. Numba also
passes over each function many times for what kernels never use, and asks for the settings of a function a hundred thousand
times; both are cut short.
"""

from __future__ import annotations

import functools
from typing import Any

from llvmlite import binding
from numba.core import compiler, targetconfig, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_machinery import PassManager


class _NoMachineCode:
    """The code generator of an inner function: all that numba asks of one, but there is nothing whose address to set."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, env_name: str, env: Any) -> None:
        """Do nothing: the callers that take the code in set the environments that it reads."""


class _Library(JITCodeLibrary):
    """Code whose functions are made simpler one by one, before they are taken in."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Simplify what is defined here; numba also goes over each function that is only declared."""
        ll_module.data_layout = self._codegen._data_layout
        passes, builder = _function_passes(self._codegen)
        for function in ll_module.functions:
            if not function.is_declaration:
                passes.run(function, builder)


@functools.cache
def _function_passes(codegen: Any) -> Any:
    """Return the passes over one function; making them costs more than running them on a small one."""
    return codegen._function_pass_manager()


class OuterLibrary(_Library):
    """Code that Python calls."""

    counts_references = True

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave functions to the round over the whole, unless counts of references must be found in them before."""
        if self.counts_references:
            super()._optimize_functions(ll_module)
        else:
            ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        """Optimise once; numba's first round is there to find counts of references that cancel out."""
        if self.counts_references:
            super()._optimize_final_module()
        else:
            passes, builder = self._codegen._module_pass_manager()
            passes.run(self._final_module, builder)


class InnerLibrary(_Library):
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


class OuterCompiler(compiler.Compiler):
    """Numba's compiler, with the passes that kernels need and a library that optimises once."""

    def define_pipelines(self) -> list[Any]:
        """Return the passes; left out are those for `with`, closures, `literally`, and constants in place of types."""
        passes: Any = PassManager("kernel")
        for each, words in _UNTYPED:
            passes.add_pass(each, words)
        build = compiler.DefaultPassBuilder
        passes.passes.extend(build.define_typed_pipeline(self.state).passes)
        passes.passes.extend(build.define_nopython_lowering_pipeline(self.state).passes)
        passes.finalize()
        return [passes]

    def compile_extra(self, func: Any) -> Any:
        """Compile a Python function."""
        self.state.library = OuterLibrary(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        self.state.library.counts_references = self.state.flags.nrt
        return super().compile_extra(func)


_UNTYPED = (
    (untyped_passes.TranslateByteCode, "analyzing bytecode"),
    (untyped_passes.FixupArgs, "fix up args"),
    (untyped_passes.IRProcessing, "processing IR"),
    (untyped_passes.RewriteSemanticConstants, "rewrite semantic constants"),
    (untyped_passes.DeadBranchPrune, "dead branch pruning"),
    (untyped_passes.GenericRewrites, "nopython rewrites"),
    (untyped_passes.ReconstructSSA, "ssa"),
)


class InnerCompiler(OuterCompiler):
    """The same with an inner library."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a Python function."""
        self.state.library = InnerLibrary(self.state.targetctx.codegen(), func.__qualname__)
        return compiler.Compiler.compile_extra(self, func)


def _values(settings: Any) -> dict[str, Any]:
    """Return all settings of a function by name, as numba's own property by property does ten times more slowly."""
    return _defaults(type(settings)) | settings._values  # type: ignore[arg-type]


@functools.cache
def _defaults(kind: Any) -> dict[str, Any]:
    return {name: option.default for name, option in kind.options.items()}


targetconfig.TargetConfig.values = _values  # type: ignore[method-assign]


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
