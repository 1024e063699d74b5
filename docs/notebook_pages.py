"""Notebooks become pages: each is run when the documentation is built, so that what it shows was made then.

A notebook lies in ``docs/notebooks`` without outputs; its page, with code and outputs, is written beside it and not kept.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "notebooks"
_SECONDS = 300


def executed(notebook: Any, folder: Path) -> Any:
    """Run a notebook in a folder, in a fresh process; an error of a cell is raised.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    folder : Path
        Where its relative paths lead.
    """
    from nbclient import NotebookClient

    return NotebookClient(
        notebook, timeout=_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()


def page(notebook: Any) -> str:
    """Return an executed notebook as a page: words, code and what it shows."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.source.strip():
            parts.append(f"```python\n{cell.source}\n```")
            parts += [shown for shown in map(_shown, cell.outputs) if shown]
    return "\n\n".join(parts) + "\n"


def _shown(output: Any) -> str:
    """Return one output: a picture, or text."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    if "image/png" in data:
        picture = data["image/png"].replace("\n", "")
        return f'```{{raw}} html\n<img alt="figure" style="max-width:100%" src="data:image/png;base64,{picture}">\n```'
    if "text/html" in data:
        if not str(data["text/html"]).strip():  # a bar that has come to its end
            return ""
        return f"```{{raw}} html\n{data['text/html']}\n```"
    text = data.get("text/plain", "").rstrip()
    return f"```{{raw}} html\n<pre>{html.escape(text)}</pre>\n```" if text else ""


def write_pages(_: Any = None) -> list[Path]:
    """Run every notebook and write its page, where the page is older than the notebook or absent."""
    import tempfile

    import nbformat

    written = []
    for file in sorted(FOLDER.glob("*.ipynb")):
        with tempfile.TemporaryDirectory() as folder:
            done = executed(nbformat.read(file, as_version=4), Path(folder))
        target = file.with_suffix(".md")
        target.write_text(page(done), encoding="utf-8")
        written.append(target)
    return written


def setup(app: Any) -> dict[str, bool]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
