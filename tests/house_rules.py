"""The rules of the house, as functions from source text to a list of complaints. tests/test_layers.py applies them."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PACKAGE = "greatfear"
SOURCE = Path(__file__).resolve().parents[1] / "src" / PACKAGE

_BASE = {"errors", "facade", "landing", "show", "sources", "draws", "canvas"}
_MIDDLE = _BASE | {"record", "scenario", "naming"}
_READING = _BASE | {"record", "naming"}  # what an estimator may know: never the world, a scenario, the truth
_ARCHIVE = _BASE | {"record", "describe", "archive"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "facade": set(),
    "landing": set(),  # how every file is written
    "show": {"errors", "sources"},  # a table writes LaTeX by the escapes of sources
    "sources": {"errors"},
    "draws": {"errors"},
    "canvas": {"landing"},  # the drawing surface: a result may draw itself
    "record": _BASE,
    "scenario": _BASE | {"naming"},  # the registry and the grammar: which terms exist
    "naming": _BASE,
    "describe": _BASE | {"record"},
    "archive": _BASE | {"record", "describe"},
    "intake_tables": _ARCHIVE | {"scenario"},  # a column map is YAML, as a scenario is
    "world": _MIDDLE,
    "catalogue": _MIDDLE | _ARCHIVE | {"intake_tables"},
    "datasets": _MIDDLE | _ARCHIVE | {"catalogue", "intake_tables"},
    "estimate": _READING,
    "simulation": _MIDDLE | _ARCHIVE | {"world", "catalogue", "datasets", "intake_tables"},
    "recover": _READING | _ARCHIVE | {"catalogue", "datasets", "intake_tables", "estimate"},
}
ALLOWED["comparison"] = set(ALLOWED)
ALLOWED["plots"] = set(ALLOWED)
ALLOWED["web"] = set(ALLOWED)
ALLOWED["cli"] = set(ALLOWED)
"""For each folder or module at the top of the package: what it may import besides its own folder."""

ONE_FILE_ONLY = ("duckdb", "matplotlib", "yaml", "pooch", "dask", "distributed", "starlette", "uvicorn", "jinja2")
INSIDE_FUNCTIONS = (*ONE_FILE_ONLY, "pandas", "polars", "networkx", "scipy", "splink")
NUMBA_FILES = ("draws/_ahead.py", "draws/_inner.py", "draws/_jit.py", "draws/_kept.py", "draws/_reference.py")
DECORATORS = {"kernel", "lean_kernel", "small_kernel", "parallel_kernel"}
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 40
LINES_OF_A_KERNEL = 60
POSITIONAL = 5


@dataclass(frozen=True)
class Import:
    """One imported module: its full name, the line, and whether a function body holds the statement."""

    name: str
    line: int
    is_inside: bool
    is_for_types: bool


@dataclass
class Module:
    """One source file: path within the package, text and syntax tree."""

    path: str
    text: str
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)

    @property
    def part(self) -> str:
        """The folder or module at the top of the package to which the file belongs; empty for the face."""
        head = self.path.split("/")[0].removesuffix(".py")
        return "" if head in {"__init__", "__main__"} else head

    @property
    def is_kernel(self) -> bool:
        return any(isinstance(node, ast.FunctionDef) and compiled(node) for node in ast.walk(self.tree))

    @property
    def dotted(self) -> str:
        """Full module name."""
        return ".".join([PACKAGE, *self.path.removesuffix(".py").removesuffix("/__init__").split("/")])


@cache
def modules() -> list[Module]:
    """Every source file of the package, read once and when first asked for: each process of a test run collects all tests."""
    return [
        Module(path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))
    ]


def compiled(node: ast.FunctionDef) -> bool:
    """Whether a function is a compiled kernel."""
    return any(
        isinstance(name := (d.func if isinstance(d, ast.Call) else d), ast.Name) and name.id in DECORATORS
        for d in node.decorator_list
    )


def imports(module: Module) -> Iterator[Import]:
    """Every import of a file, also inside functions and under TYPE_CHECKING; relative ones made absolute."""
    package = module.dotted if module.path.endswith("__init__.py") else module.dotted.rpartition(".")[0]

    def visit(node: ast.AST, inside: bool, types: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, inside, types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                stem = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*stem, *([base] if base else [])])
            yield Import(base, node.lineno, inside, types)
            yield from (Import(f"{base}.{alias.name}", node.lineno, inside, types) for alias in node.names)
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        types = types or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside, types)

    yield from visit(module.tree, False, False)


def upward_imports(module: Module) -> list[str]:
    """Imports of a part that the file's own part may not know. The package's own face is above all of them."""
    if not module.part:
        return []
    allowed = ALLOWED.get(module.part)
    if allowed is None:
        return [f"{module.path}: {module.part!r} has no place in the layers"]
    complaints = []
    for found in imports(module):
        head, *rest = found.name.split(".")
        if head != PACKAGE:
            continue
        part = rest[0] if rest else ""
        is_metadata = part.startswith("__") or (not part and module.part == "cli")
        if part in {module.part, *allowed} or is_metadata or (module.part == "cli" and part not in ALLOWED):
            continue
        complaints.append(f"{module.path}:{found.line}: {module.part} may not import {found.name}")
    return complaints


def misplaced_libraries(found_in: list[Module]) -> list[str]:
    """Libraries that belong into one file, or into functions, and stand elsewhere."""
    homes: dict[str, set[str]] = {name: set() for name in ONE_FILE_ONLY}
    complaints = []
    for module in found_in:
        for found in imports(module):
            head = found.name.split(".")[0]
            where = f"{module.path}:{found.line}"
            if head in homes and not found.is_for_types:
                homes[head].add(module.path)
            if head in INSIDE_FUNCTIONS and not (found.is_inside or found.is_for_types):
                complaints.append(f"{where}: {head} is imported on first use, inside a function")
            if head in ("numba", "llvmlite") and module.path not in NUMBA_FILES:
                complaints.append(f"{where}: numba is imported in {', '.join(NUMBA_FILES)} only")
    complaints += [f"{name} is imported in {sorted(files)}" for name, files in homes.items() if len(files) > 1]
    return complaints


def kernel_imports(module: Module) -> list[str]:
    """What a file of kernels imports besides the standard library, numpy, and folders that hold kernels too."""
    if not module.is_kernel:
        return []
    allowed = (
        "numpy",
        "greatfear.naming",
        "greatfear.draws",
        "greatfear.errors",
        "greatfear.world",
        f"{PACKAGE}.{module.part}",
    )
    foreign = ("greatfear", "pyarrow", "pandas", "pydantic", "scipy", "duckdb", "rich", "typer", "yaml")
    return [
        f"{module.path}:{found.line}: a kernel file may not import {found.name}"
        for found in imports(module)
        if found.name.split(".")[0] in foreign and not found.name.startswith(allowed)
    ]


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef, bool]]:
    """Every function with its dotted name and whether it stands at the top of the file or of a class."""

    def visit(node: ast.AST, prefix: str, is_open: bool) -> Iterator[tuple[str, ast.FunctionDef, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                yield f"{prefix}{child.name}", child, is_open
                yield from visit(child, f"{prefix}{child.name}.", False)
            elif isinstance(child, ast.ClassDef):
                yield from visit(child, f"{prefix}{child.name}.", is_open and not child.name.startswith("_"))
            else:
                yield from visit(child, prefix, is_open)

    yield from visit(module.tree, "", True)


def length(node: ast.FunctionDef) -> int:
    """Lines of the body, its docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def oversize(module: Module) -> list[str]:
    """Files and functions beyond the wall, and functions with too many positional arguments."""
    complaints = []
    lines = module.text.count("\n")
    if lines > LINES_OF_A_FILE:
        complaints.append(f"{module.path}: {lines} lines, the wall is {LINES_OF_A_FILE}")
    for name, node, _ in functions(module):
        wall = LINES_OF_A_KERNEL if compiled(node) else LINES_OF_A_FUNCTION
        if length(node) > wall:
            complaints.append(f"{module.path}: {name} has {length(node)} lines, the wall is {wall}")
        positional = [a for a in [*node.args.posonlyargs, *node.args.args] if a.arg not in {"self", "cls"}]
        if len(positional) > POSITIONAL and not module.is_kernel and not is_command(module):
            complaints.append(
                f"{module.path}: {name} takes {len(positional)} positional arguments, at most {POSITIONAL}"
            )
    return complaints


def is_command(module: Module) -> bool:
    """Whether the file belongs to the command line, where each option is a parameter."""
    return module.part == "cli"


def undocumented(module: Module) -> list[str]:
    """Public functions of a file that have no docstring. Examples are asked of the public list (tests/test_public.py)."""
    return [
        f"{module.path}: {name} has no docstring"
        for name, node, is_open in functions(module)
        if is_open and "." not in name and not name.startswith("_") and not ast.get_docstring(node)
    ]


WITH_A_LIST = {"archive.py", "datasets.py", "errors.py", "sources.py", "web/address.py"}
"""Files besides ``__init__.py`` that list their names: what users import from, and what passes names of other files on."""


def listing_names(module: Module) -> list[str]:
    """Internal files that repeat their names in ``__all__``."""
    is_listing = any(line.startswith("__all__") for line in module.text.splitlines())
    is_known = module.path in WITH_A_LIST or module.path.endswith("__init__.py")
    return [f"{module.path}: an internal file needs no __all__"] if is_listing and not is_known else []


def badly_named(module: Module) -> list[str]:
    """Files and folders named for being handy."""
    words = {"utils", "util", "helpers", "misc", "common"}
    return [f"{module.path}: no module is named {part}" for part in module.dotted.split(".") if part in words]


def exempt_without_kernel(listed: list[str], found_in: list[Module]) -> list[str]:
    """Modules that the type checker treats as kernels and that hold none."""
    kernels = [module.dotted for module in found_in if module.is_kernel]
    return [
        f"{name} is exempt from strict typing and holds no kernel"
        for name in listed
        if not any(fnmatch.fnmatch(kernel, name) for kernel in kernels)
    ]


UNEXPLAINED = 12
"""Most lines of a kernel in a row without a comment; its docstring counts as one."""


def unexplained(module: Module) -> list[str]:
    """Stretches of kernels that no comment explains."""
    complaints, lines = [], module.text.splitlines()
    for name, node, _ in functions(module):
        if not compiled(node):
            continue
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        first = body[0].lineno if body else 0
        last_comment = first - 1
        for number in range(first, (node.end_lineno or 0) + 2):
            if number > (node.end_lineno or 0) or "#" in lines[number - 1]:
                if number - last_comment - 1 > UNEXPLAINED:
                    place = f"{module.path}:{last_comment + 1}"
                    complaints.append(f"{place}: {name} has {number - last_comment - 1} lines without a comment")
                last_comment = number
    return complaints


PROCESS = ("draws", "naming", "world", "simulation")
"""Folders of the kernels of the process."""
EXPLAINED = (*(f"{part}/" for part in PROCESS), "estimate/", "recover/coverage_models/")
"""Folders in which each stretch of a kernel says why."""
CODES = "simulation/codes.py"
CODE_WORDS = {
    "ring",
    "meter",
    "free",
    "arrests",
    "acts",
    "death",
    "released",
    "denunciation",
    "report",
    "interrogation",
}
"""Parts of names that stand for a code, a counter or a size of the simulation."""
ONE_EACH = {
    "people": "state", "rows": "state", "log": "state", "acts": "state", "desk": "state", "meter": "state",
    "campaigns": "rules", "boards": "rules", "routes": "rules", "terms": "rules",
}  # fmt: skip
"""Parts of what a kernel is given, and the tuple that holds each."""
PARTS_OF_A_KERNEL = 3
KERNEL_WALL = 8


def codes_elsewhere(module: Module) -> list[str]:
    """Codes of the simulation that a file of it states as a number of its own, and places in the counters."""
    if module.part != "simulation" or module.path == CODES:
        return []
    complaints = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Subscript) or not ast.unparse(node.value).endswith("meter"):
            continue
        if any(isinstance(part, ast.Constant) and isinstance(part.value, int) for part in ast.walk(node.slice)):
            complaints.append(f"{module.path}:{node.lineno}: {ast.unparse(node)} takes its place from {CODES}")
    for node in module.tree.body:
        if isinstance(node, ast.Assign):
            names = {name.id.lower() for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)}
            is_number = all(isinstance(part, ast.Constant | ast.Tuple | ast.Load) for part in ast.walk(node.value))
            if is_number and any(word in CODE_WORDS for name in names for word in name.split("_")):
                complaints.append(f"{module.path}:{node.lineno}: {', '.join(sorted(names))} stands in {CODES}")
    return complaints


def loose_parts(module: Module) -> list[str]:
    """Kernels that take the parts of world, state and rules one by one, or too many arguments."""
    complaints = []
    for name, node, _ in functions(module):
        if not compiled(node) or module.part not in PROCESS:
            continue
        given = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        loose = [argument for argument in given if argument in ONE_EACH]
        if len(loose) > PARTS_OF_A_KERNEL:
            told = ", ".join(f"{one} of {ONE_EACH[one]}" for one in loose)
            complaints.append(f"{module.path}: {name} takes {told} one by one")
        if "/kernels/" in module.path and len(given) > KERNEL_WALL:
            complaints.append(f"{module.path}: {name} takes {len(given)} arguments, at most {KERNEL_WALL}")
    return complaints
