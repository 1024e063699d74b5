"""The public list: these names and no others, each documented with an example, and nothing heavy at the start."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import greatfear as gf

PUBLIC = sorted(gf._HOMES)
HEAVY = {
    "numba",
    "pyarrow",
    "duckdb",
    "matplotlib",
    "pydantic",
    "pandas",
    "polars",
    "scipy",
    "networkx",
    "numpy",
    "rich",
}


def public_value(name: str) -> Any:
    return getattr(gf, name)


def documentation(value: Any) -> str:
    """The docstring in which the example must stand: of a class, its own or that of a public method of it."""
    texts = [inspect.getdoc(value) or ""]
    if inspect.isclass(value):
        texts += [inspect.getdoc(part) or "" for name, part in vars(value).items() if not name.startswith("_")]
    if inspect.ismodule(value):
        texts += [inspect.getdoc(getattr(value, name)) or "" for name in value.__all__]
    return "\n".join(texts)


def in_a_new_process(program: str) -> Any:
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_dir_shows_the_public_list_only() -> None:
    assert dir(gf) == PUBLIC == gf.__all__
    assert 20 <= len(PUBLIC) <= 32


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    value = public_value(name)
    assert inspect.getdoc(value)
    assert value is public_value(name)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_has_a_running_example(name: str) -> None:
    assert ">>> " in documentation(public_value(name)), f"{name} has no example"


def test_a_missing_example_is_seen() -> None:
    def bare() -> None:
        """Do nothing."""

    assert ">>> " not in documentation(bare)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        gf.simulat  # noqa: B018


def test_type_checkers_see_the_same_list() -> None:
    source = inspect.getsource(gf)
    typed = {line.rpartition(" as ")[2] for line in source.splitlines() if line.startswith("    from greatfear")}
    assert typed == set(PUBLIC)


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import sys, json, greatfear; print(json.dumps(sorted(m.partition('.')[0] for m in sys.modules)))"
    assert not HEAVY & set(in_a_new_process(program))


def test_no_folder_has_the_name_of_a_public_function() -> None:
    folders = {path.name for path in Path(gf.__file__).parent.iterdir() if path.is_dir()}
    functions = {name for name in PUBLIC if not inspect.ismodule(public_value(name))}
    assert not folders & functions


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert gf.__version__ == version("greatfear")


def signatures(value: Any, name: str) -> list[tuple[str, str, str]]:
    """Name, parameter and annotation of every public function and method below a public name."""
    if inspect.ismodule(value):
        return [row for part in value.__all__ for row in signatures(getattr(value, part), f"{name}.{part}")]
    if inspect.isclass(value):
        own = {part: member for part, member in vars(value).items() if not part.startswith("_")}
        plain = {part: getattr(member, "fget", getattr(member, "__func__", member)) for part, member in own.items()}
        return [row for part, member in plain.items() for row in signatures(member, f"{name}.{part}")]
    notes = getattr(value, "__annotations__", {}) if inspect.isfunction(value) else {}
    return [(name, parameter, str(note)) for parameter, note in notes.items()]


def without_type(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [row for row in rows if "Any" in row[2].replace("dtype[Any]", "").replace("ndarray[Any", "")]


def test_no_public_signature_hides_behind_any() -> None:
    rows = [row for name in PUBLIC for row in signatures(public_value(name), name)]
    assert len(rows) > 100
    assert without_type(rows) == []


def test_a_signature_without_a_type_is_seen() -> None:
    def hidden(archive: Any) -> dict[str, Any]:
        return {"archive": archive}

    assert len(without_type(signatures(hidden, "hidden"))) == 2


def test_every_result_has_a_short_repr_a_page_and_survives_pickling() -> None:
    import pickle

    run = gf.simulate("naming-cascade", seed=1)
    case = run.archive.sql("select id from persons join acts using (person) where kind = 'arrest'")["id"][0].as_py()
    for result in (run, run.archive, run.scenario, run.archive.describe(), run.archive.why(case)):
        assert len(repr(result)) < 300
        assert "\n" not in repr(result)
        page = result._repr_html_() if hasattr(result, "_repr_html_") else ""
        assert len(page) < 100_000
        assert repr(pickle.loads(pickle.dumps(result))) == repr(result)


def test_the_package_runs_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "greatfear", "version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(f"greatfear {gf.__version__}")
