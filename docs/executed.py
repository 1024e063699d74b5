"""A directive whose Python runs when the documentation is built: what it prints stands below, an error fails the build.

All blocks of a page share their names and run in the folder ``docs/tutorial``; figures go to ``docs/generated``.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "tutorial"
_BLOCK = re.compile(r"^```\{executed\}\n(.*?)^```$", re.M | re.S)


def run(code: str, names: dict[str, Any]) -> str:
    """Run Python and return what it printed."""
    printed, before = io.StringIO(), os.getcwd()
    (HERE / "generated").mkdir(exist_ok=True)
    os.chdir(FOLDER)
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "<documentation>", "exec"), names)
    finally:
        os.chdir(before)
    return printed.getvalue()


def blocks(page: str) -> list[str]:
    """Return the Python of all executed blocks of a page."""
    return _BLOCK.findall(page)


class Executed(Directive):
    """``{executed}``: Python that is shown, run, and followed by what it printed."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the code and its output."""
        code = "\n".join(self.content)
        names = self.state.document.settings.env.temp_data.setdefault("executed", {"__name__": "documentation"})
        try:
            printed = run(code, names)
        except Exception as error:
            raise self.severe(f"the code of this page fails: {type(error).__name__}: {error}") from error
        shown = nodes.literal_block(code, code, language="python")
        if not printed.strip():
            return [shown]
        return [shown, nodes.literal_block(printed, printed.rstrip(), language="text")]


def setup(app: Any) -> dict[str, bool]:
    """Make the directive known."""
    app.add_directive("executed", Executed)
    return {"parallel_read_safe": True}
