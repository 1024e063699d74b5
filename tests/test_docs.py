"""Documentation that fails when it is untrue."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

import greatfear as gf
from greatfear.cli.app import COMMANDS, GROUPS, app
from greatfear.cli.manual import manual
from maintenance import audit

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def required() -> dict[str, set[str]]:
    """Libraries by the extra that installs them; the empty extra is always installed."""
    lists = {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    named = {extra: {re.split(r"[\[<>=! ]", line)[0] for line in lines} for extra, lines in lists.items()}
    return {extra: names - {"greatfear"} for extra, names in named.items() if extra != "all"}


def bounded() -> dict[str, str]:
    """Libraries with an upper bound, and the bound."""
    lines = [*PROJECT["dependencies"], *(x for extra in PROJECT["optional-dependencies"].values() for x in extra)]
    return {re.split(r"[\[<>=! ]", line)[0]: line.partition("<")[2] for line in lines if "<" in line}


def documented(page: str) -> list[tuple[str, ...]]:
    """The rows of all tables of a page, heads and rules left out."""
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in page.splitlines() if line[:1] == "|"]
    return [row for row in rows if row[0] != "library" and not set(row[0]) <= {"-", " "}]


def test_every_dependency_has_one_line() -> None:
    page, _, rest = (DOCS / "dependencies.md").read_text("utf-8").partition("## Bounds")
    rows = documented(page)
    assert {name: bound for name, bound, _ in documented(rest)} == bounded()
    found = [(row[1] if len(row) == 3 else "", row[0]) for row in rows]
    assert sorted(found) == sorted((extra, name) for extra, names in required().items() for name in names)
    assert all(row[-1] for row in rows)


def test_the_extra_all_names_every_extra() -> None:
    (line,) = PROJECT["optional-dependencies"]["all"]
    assert set(re.findall(r"\w+", line)) - {"greatfear"} == set(required()) - {""}


def test_a_dependency_without_a_line_is_seen() -> None:
    assert documented("| library | why |\n| --- | --- |\n| numpy | arrays |\n") == [("numpy", "arrays")]


def test_every_lower_bound_is_given() -> None:
    lines = [*PROJECT["dependencies"], *(x for extra in PROJECT["optional-dependencies"].values() for x in extra)]
    assert [line for line in lines if ">=" not in line and not line.startswith("greatfear[")] == []


def test_known_weaknesses_are_told_and_an_unasked_list_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    monkeypatch.setattr(audit, "asked", lambda _: {"dependencies": [weak, {"name": "y", "version": "1"}]})
    assert audit.main([]) == 1
    assert capsys.readouterr().out == "x 1: CVE-1 (mended in 2)\n"
    monkeypatch.undo()
    assert "no-such-program" in str(audit.asked(["no-such-program"]))
    monkeypatch.setattr(audit, "asked", lambda _: "no connection")
    assert [audit.main([]), audit.main(["--must"])] == [0, 2]
    assert "nothing was checked: no connection" in capsys.readouterr().err


def test_every_public_name_is_in_the_api_page() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    assert sorted(re.findall(r"^### gf\.(\w+)$", page, re.M)) == sorted(gf.__all__)
    for name in gf.__all__:
        home = gf._HOMES[name]
        assert f":: {home}.{name}\n" in page or f":: {home}\n" in page, name


def test_the_page_of_the_command_line_is_that_of_the_commands() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    assert page == manual(), "write it again: python -m greatfear.cli.manual > docs/cli.md"


@pytest.mark.parametrize("name", [*COMMANDS, *(f"{name} {part}" for name in GROUPS for part in GROUPS[name][1])])
def test_every_command_and_option_is_documented(name: str) -> None:
    """Held against the application itself, should the page's generator forget one."""
    command: Any = typer.main.get_command(app)
    for part in name.split():
        command = command.commands[part]
    _, _, section = (DOCS / "cli.md").read_text("utf-8").partition(f"## greatfear {name}\n")
    section = section.partition("\n## ")[0]
    assert section
    for parameter in command.params:
        for option in [*parameter.opts, *parameter.secondary_opts]:
            shown = option if option.startswith("-") else (parameter.metavar or option)
            assert f"`{shown}`".replace("|", "\\|") in section or shown == "--help", shown
        assert parameter.name == "help" or parameter.help, f"{name} {parameter.name} has no help"


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    blocks = re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
    named = [line for block in blocks for line in block.splitlines() if line and not line.startswith(":")]
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    notebooks = {f"notebooks/{path.stem}" for path in (DOCS / "notebooks").glob("*.ipynb")}
    assert sorted(named) == sorted(pages | {"families/index"} | notebooks)


def test_links_of_the_front_pages_lead_somewhere() -> None:
    for page in ("README.md", "CONTRIBUTING.md", "docs/index.md", "docs/model.md"):
        path = ROOT / page
        links = re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8"))
        assert [link for link in links if not (path.parent / link).exists()] == [], page


def test_make_targets_are_documented() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", text, re.M))
    assert {"setup", "run", "test", "lint", "verify", "bench", "docs", "clean"} <= targets
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    assert [target for target in targets - {"help", "clean"} if f"make {target}" not in told] == []


def test_the_licence_is_the_apache_licence_unaltered() -> None:
    import hashlib

    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
