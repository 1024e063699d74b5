"""Results in a notebook: each shows itself, in a size that fits a page. The notebooks of the documentation are sound."""

from __future__ import annotations

import base64
import importlib.util
import warnings
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
DOCS = Path(__file__).resolve().parents[1] / "docs"
NAMES = ("historian", "sociologist", "teacher")

CELLS = {
    "scenario": "import greatfear as gf\ngf.catalogue.scenario('witch-hunt')",
    "run": "run = gf.simulate('witch-hunt', seed=3)\nrun",
    "archive": "run.archive",
    "description": "run.archive.describe()",
    "table": "run.archive.describe()['by_month']",
    "why": "ids = run.archive.sql(\"select id from persons join acts using (person) where kind = 'arrest'\")['id']\n"
    "run.archive.why(ids[0].as_py())",
    "ensemble": "many = gf.ensemble(gf.catalogue.scenario('naming-cascade'), 2, seed=1, workers=0)\nmany",
    "what-if": "gf.counterfactual(gf.catalogue.scenario('naming-cascade'), {'two-statements': True}, seed=1)",
    "fit": "fit = gf.NamingModel('kin + acquaintance', missing='drop').fit(run.archive)\nfit",
    "fits": "gf.fits_table(fit, fit, names=('one', 'two'))",
    "recover": "gf.recover.ledger(run.archive)",
    "fault": "try:\n    gf.load({'id': 3})\nexcept gf.GreatFearError as error:\n    told = error\ntold",
    "figure": "run.plot()",
    "figure of an ensemble": "many.plot()",
}
"""Cells whose last line shows a result."""
_MOST = 60_000


def pages() -> Any:
    """Return the module of the documentation that runs notebooks."""
    spec = importlib.util.spec_from_file_location("notebook_pages", DOCS / "notebook_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What each cell shows, by kind of content; one notebook in one process."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that start the process
        done = pages().executed(notebook, tmp_path_factory.mktemp("notebook"))
    return {name: _content(cell) for name, cell in zip(CELLS, done.cells, strict=True)}


def _content(cell: Any) -> dict[str, str]:
    content: dict[str, str] = {}
    for output in cell.outputs:
        content |= output.get("data", {"text/plain": output.get("text", "")})
    return content


@pytest.mark.filterwarnings("ignore")
def test_every_result_shows_itself_in_a_size_that_fits_a_page(shown: dict[str, dict[str, str]]) -> None:
    for name, content in shown.items():
        assert content, f"{name} shows nothing"
        assert len(content.get("text/plain", "")) < 2_000, name
        assert 10 < len(content.get("text/html", content.get("text/plain", ""))) < _MOST, name
        lines = content.get("text/html", content.get("text/plain", "")).count("\n")
        assert lines < 200, f"{name}: {lines} lines"


def test_figures_are_pictures(shown: dict[str, dict[str, str]]) -> None:
    for name in ("figure", "figure of an ensemble"):
        picture = base64.b64decode(shown[name]["image/png"])
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < 300_000


def test_the_notebooks_have_words_code_and_no_outputs() -> None:
    for name in NAMES:
        notebook = nbformat.read(DOCS / "notebooks" / f"{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        kinds = [cell.cell_type for cell in notebook.cells]
        assert kinds[0] == "markdown"
        assert kinds.count("code") >= 4
        assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    index = (DOCS / "index.md").read_text("utf-8")
    assert all(f"notebooks/{name}" in index for name in NAMES)


def test_a_page_holds_code_pictures_and_text() -> None:
    cells = [nbformat.v4.new_markdown_cell("# A"), nbformat.v4.new_code_cell("1 < 2")]
    data = [{"text/plain": "1 < 2"}, {"image/png": "iVBO\nRw0"}, {"text/html": "<b>x</b>"}]
    cells[1]["outputs"] = [nbformat.v4.new_output("display_data", data=one) for one in data]
    text = pages().page(nbformat.v4.new_notebook(cells=cells))
    assert "```python\n1 < 2\n```" in text
    assert "<pre>1 &lt; 2</pre>" in text
    assert "base64,iVBORw0" in text
    assert "<b>x</b>" in text
