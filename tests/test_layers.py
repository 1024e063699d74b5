"""The house stands as DESIGN says: layers, sizes, libraries in their places. Each rule is seen to fail once."""

from __future__ import annotations

import tomllib

import pytest

import house_rules as rules
from house_rules import Module

house = rules.modules
PYPROJECT = rules.SOURCE.parents[1] / "pyproject.toml"
DOCUMENTED = '"""What it is.\n\n    Examples\n    --------\n    >>> 1\n    1\n    """'


def test_imports_point_downward() -> None:
    assert [c for module in house() for c in rules.upward_imports(module)] == []


def test_each_library_stands_in_its_place() -> None:
    assert rules.misplaced_libraries(house()) == []


def test_kernels_import_little() -> None:
    assert [c for module in house() for c in rules.kernel_imports(module)] == []


def test_no_file_or_function_passes_the_wall() -> None:
    assert [c for module in house() for c in rules.oversize(module)] == []


def test_no_module_is_a_drawer_for_anything() -> None:
    assert [c for module in house() for c in rules.badly_named(module)] == []


def test_public_functions_have_a_docstring() -> None:
    assert [c for module in house() for c in rules.undocumented(module)] == []


def test_internal_files_do_not_repeat_their_names() -> None:
    assert [c for module in house() for c in rules.listing_names(module)] == []


def test_only_kernels_are_exempt_from_strict_typing() -> None:
    overrides = tomllib.loads(PYPROJECT.read_text())["tool"]["mypy"]["overrides"]
    listed = [name for override in overrides if override.get("allow_untyped_defs") for name in override["module"]]
    assert listed
    assert rules.exempt_without_kernel(listed, house()) == []


def test_kernels_say_why() -> None:
    told = [module for module in house() if module.path.startswith(rules.EXPLAINED)]
    assert [complaint for module in told for complaint in rules.unexplained(module)] == []


def test_processes_are_started_in_one_way() -> None:
    """Only one file starts the interpreter; another start could run code of the current folder."""
    starts = ("sys.executable", "import multiprocessing", "from multiprocessing")
    assert {m.path for m in house() if any(words in m.text for words in starts)} == {"simulation/apart.py"}


def test_codes_stand_in_one_file() -> None:
    assert [c for module in house() for c in rules.codes_elsewhere(module)] == []


def test_kernels_take_world_state_and_rules() -> None:
    assert [c for module in house() for c in rules.loose_parts(module)] == []


def test_every_folder_has_a_place_in_the_layers() -> None:
    assert {module.part for module in house()} - {""} == set(rules.ALLOWED)


def test_no_layer_is_above_itself() -> None:
    """The order has no ring, so that reading it from the bottom up is possible."""
    left = {part: allowed - {part} for part, allowed in rules.ALLOWED.items()}
    while left:
        ready = {part for part, allowed in left.items() if not allowed & set(left)}
        assert ready, f"ring among {sorted(left)}"
        left = {part: allowed for part, allowed in left.items() if part not in ready}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("record/x.py", "from greatfear.scenario import load"),
        ("record/x.py", "from greatfear import scenario"),
        ("record/x.py", "import greatfear.naming.choice"),
        ("naming/x.py", "from ..record import schema"),
        ("naming/x.py", "def f():\n    from greatfear.scenario.model import Scenario"),
        (
            "estimate/x.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from greatfear.simulation import run",
        ),
        ("estimate/x.py", "from greatfear.world import contacts"),
        ("recover/x.py", "import greatfear.simulation.truth"),
        ("recover/x.py", "from greatfear.scenario.model import Scenario"),
        ("recover/x.py", "from greatfear import Scenario"),
        ("simulation/x.py", "from greatfear.estimate import fit"),
        ("simulation/x.py", "from greatfear.comparison import infer"),
        ("plots/x.py", "from greatfear.web import app"),
        ("web/x.py", "from greatfear.cli import main"),
        ("catalogue/x.py", "from greatfear.simulation.run import simulate"),
        ("draws/x.py", "from greatfear.sources import Claim"),
        ("attic/x.py", "x = 1"),
    ],
)
def test_an_upward_import_is_seen(path: str, text: str) -> None:
    assert rules.upward_imports(Module(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("record/x.py", "from greatfear.errors import Fault\nfrom . import schema\nimport os"),
        (
            "estimate/x.py",
            "from greatfear.naming.choice import weigh\nfrom greatfear.record.archive import StoredArchive",
        ),
        ("comparison/x.py", "def f():\n    from greatfear.simulation.run import simulate"),
        ("cli/x.py", "import greatfear\nfrom greatfear.cli import show\nfrom greatfear import __version__"),
        ("__init__.py", "from greatfear.cli import main"),
    ],
)
def test_a_downward_import_passes(path: str, text: str) -> None:
    assert rules.upward_imports(Module(path, text)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("plots/x.py", "import matplotlib.pyplot as plt"),
        ("record/x.py", "import duckdb"),
        ("record/x.py", "from pandas import DataFrame"),
        ("simulation/x.py", "def f():\n    import numba"),
        ("naming/x.py", "from numba import njit"),
    ],
)
def test_a_misplaced_library_is_seen(path: str, text: str) -> None:
    assert rules.misplaced_libraries([Module(path, text)])


def test_a_library_in_two_files_is_seen() -> None:
    body = "def f():\n    import {}\n"
    one = [Module("record/x.py", body.format("duckdb"))]
    assert rules.misplaced_libraries(one) == []
    assert rules.misplaced_libraries([*one, Module("cli/x.py", body.format("duckdb"))])


def test_a_library_named_only_for_types_passes() -> None:
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas as pd"
    assert rules.misplaced_libraries([Module("record/x.py", typed)]) == []


def test_a_kernel_that_reads_files_is_seen() -> None:
    kernel = "{}\n@kernel\ndef f(x):\n    return x"
    assert rules.kernel_imports(Module("simulation/x.py", kernel.format("import pyarrow")))
    assert rules.kernel_imports(
        Module("simulation/x.py", kernel.format("from greatfear.scenario.model import Scenario"))
    )
    assert rules.kernel_imports(Module("simulation/x.py", kernel.format("from greatfear.draws import shapes"))) == []


def _function(lines: int, decorator: str = "", arguments: str = "") -> str:
    return f"{decorator}\ndef f({arguments}):\n    {DOCUMENTED}\n" + "    x = 1\n" * lines


@pytest.mark.parametrize(
    ("text", "is_fault"),
    [
        (_function(40), False),
        (_function(41), True),
        (_function(60, "@kernel"), False),
        (_function(61, "@kernel"), True),
        (_function(1, arguments="a, b, c, d, e"), False),
        (_function(1, arguments="a, b, c, d, e, f"), True),
        (_function(1, arguments="a, b, c, d, e, *, f"), False),
        ("x = 1\n" * 400, False),
        ("x = 1\n" * 401, True),
    ],
)
def test_what_passes_the_wall_is_seen(text: str, is_fault: bool) -> None:
    assert bool(rules.oversize(Module("record/x.py", text))) is is_fault


def test_a_missing_docstring_is_seen() -> None:
    bare, told = "def f():\n    x = 1", 'def f():\n    """What."""'
    assert rules.undocumented(Module("record/x.py", bare))
    assert rules.undocumented(Module("record/x.py", told)) == []
    assert rules.undocumented(Module("record/x.py", bare.replace("f()", "_f()"))) == []


def test_a_list_of_names_in_an_internal_file_is_seen() -> None:
    assert rules.listing_names(Module("record/x.py", '__all__ = ["g"]\n'))
    assert rules.listing_names(Module("record/__init__.py", '__all__ = ["g"]\n')) == []


def test_a_bad_name_is_seen() -> None:
    assert rules.badly_named(Module("record/utils.py", ""))
    assert rules.badly_named(Module("record/helpers/x.py", ""))


def test_an_exemption_without_a_kernel_is_seen() -> None:
    plain, compiled = Module("record/x.py", "x = 1"), Module("draws/y.py", "@kernel\ndef f(x):\n    return x")
    assert rules.exempt_without_kernel(["greatfear.record.x", "greatfear.draws.y"], [plain, compiled]) == [
        "greatfear.record.x is exempt from strict typing and holds no kernel"
    ]


def test_a_kernel_without_a_comment_is_seen() -> None:
    head, line = '@kernel\ndef f(x):\n    """What it is."""\n', "    x += 1\n"
    assert rules.unexplained(Module("world/x.py", head + line * 13))
    assert rules.unexplained(Module("world/x.py", head + line * 12)) == []
    assert rules.unexplained(Module("world/x.py", head + line * 7 + "    # so that it is more\n" + line * 7)) == []
    assert rules.unexplained(Module("world/x.py", head.replace("@kernel\n", "") + line * 13)) == []


@pytest.mark.parametrize(
    ("text", "is_fault"),
    [
        ("RING = 4096", True),
        ("FREE, RELEASED = 0, 6", True),
        ("_ARRESTS = 5", True),
        ("n = state.meter[5]", True),
        ("n = process.state.meter[:3]", True),
        ("n = state.meter[N_ARRESTS]", False),
        ("_MONTH = 30", False),
        ("_CHANNELS = {'reports': 'report'}", False),
    ],
)
def test_a_code_in_another_file_is_seen(text: str, is_fault: bool) -> None:
    assert bool(rules.codes_elsewhere(Module("simulation/x.py", text))) is is_fault
    assert rules.codes_elsewhere(Module("simulation/codes.py", text)) == []


def test_a_kernel_that_takes_parts_is_seen() -> None:
    kernel = "@lean_kernel\ndef f({}):\n    return 1"
    path = "simulation/kernels/x.py"
    assert rules.loose_parts(Module(path, kernel.format("world, people, rows, log, acts, day")))
    assert rules.loose_parts(Module(path, kernel.format("a, b, c, d, e, f, g, h, i")))
    assert rules.loose_parts(Module(path, kernel.format("world, state, rules, today, row"))) == []
