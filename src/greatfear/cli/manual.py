"""The page docs/cli.md, made from the commands themselves: ``python -m greatfear.cli.manual > docs/cli.md``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

_HEAD = """# Command line

This page is made from the commands by `python -m greatfear.cli.manual > docs/cli.md`; a test holds it equal to them.

Answers go to standard output, everything else to standard error. With `--json` the answer, or the error, is one JSON
object on one line. Long work shows how far it is and the time left. Exit codes:

| code | meaning |
| --- | --- |
| 0 | done |
| 1 | a fault in a file, folder or number; the message names place, found, allowed, and how to fix it |
| 2 | the command was written wrongly |
| 130 | stopped (Ctrl-C); the message says what is kept and how to go on |
"""


def manual() -> str:
    """Return the page."""
    import typer

    from greatfear.cli.app import COMMANDS, GROUPS, app

    top: Any = typer.main.get_command(app)
    parts = [_HEAD]
    for name, function in COMMANDS.items():
        parts += _section(name, inspect.getdoc(function) or "", top.commands[name].params)
    for name, (about, functions) in GROUPS.items():
        parts += _section(name, about, [])
        for part, function in functions.items():
            found = top.commands[name].commands[part].params
            parts += _section(f"{name} {part}", inspect.getdoc(function) or "", found)
    return "\n".join(parts)


def _section(name: str, text: str, parameters: list[Any]) -> Iterator[str]:
    """Yield the heading, the help and the table of one command."""
    yield f"## greatfear {name}\n"
    yield from _prose(text)
    yield from _table(parameters)


def _prose(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; examples as code."""
    for block in text.split("\n\n"):
        if block.startswith("  "):
            yield "\n".join(["```console", *(f"$ {line.strip()}" for line in block.splitlines()), "```\n"])
        else:
            yield f"{block}\n"


def _table(parameters: list[Any]) -> Iterator[str]:
    """Yield the table of arguments and options."""
    rows = [_row(parameter) for parameter in parameters if parameter.name != "help"]
    if rows:
        yield "\n".join(["| argument or option | default | meaning |", "| --- | --- | --- |", *rows]) + "\n"


def _row(parameter: Any) -> str:
    """Return one argument or option as a row."""
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [parameter.metavar or parameter.name]
    label = ", ".join(f"`{name}`" for name in names).replace("|", "\\|")
    default = "" if parameter.default is None or parameter.required else str(parameter.default).lower()
    text = (parameter.help or "").replace("|", "\\|")
    return f"| {label} | {default} | {text} |"


if __name__ == "__main__":
    sys.stdout.write(manual())
