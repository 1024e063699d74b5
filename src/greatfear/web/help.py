"""The help of the commands, read from the text that the command line shows."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def commands() -> dict[str, str]:
    """Return the help of every command by its name: the docstring of the function that bears the name of its file.

    The files are read and not imported, since the lab stands below the command line.
    """
    found = {}
    for file in sorted((Path(__file__).parents[1] / "cli").glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name != file.stem:
                continue
            text = ast.get_docstring(node) or ""
            if "greatfear" in text:
                found[file.stem.replace("_", "-")] = text
    return found
