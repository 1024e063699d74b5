"""The commands, in the order in which the help lists them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from greatfear.cli import (
    animate,
    check,
    cite,
    claims,
    compare,
    data,
    describe,
    digest,
    ensemble,
    explain,
    export,
    fit,
    intake,
    lab,
    listing,
    new,
    odd,
    papers,
    pseudonymise,
    recover,
    recover_lists,
    report,
    resolve,
    review,
    run,
    version,
    what_if,
    why,
)

COMMANDS: dict[str, Callable[..., None]] = {
    "new": new.new,
    "run": run.run,
    "ensemble": ensemble.ensemble,
    "what-if": what_if.what_if,
    "check": check.check,
    "resolve": resolve.resolve,
    "digest": digest.digest,
    "explain": explain.explain,
    "cite": cite.cite,
    "odd": odd.odd,
    "describe": describe.describe,
    "why": why.why,
    "papers": papers.papers,
    "review": review.review,
    "report": report.report,
    "animate": animate.animate,
    "compare": compare.compare,
    "lab": lab.lab,
    "export": export.export,
    "pseudonymise": pseudonymise.pseudonymise,
    "intake": intake.intake,
    "fit": fit.fit,
    "list": listing.listing,
    "data": data.data,
    "claims": claims.claims,
    "version": version.version,
}

GROUPS: dict[str, tuple[str, dict[str, Callable[..., None]]]] = {
    "recover": ("Say what an archive supports and what it cannot tell.", recover.PARTS | recover_lists.PARTS)
}
"""Commands with parts below them: help, and the parts."""


def help_of(function: Callable[..., Any]) -> str:
    """Return a docstring as help text: blocks of examples keep their lines."""
    blocks = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(f"\b\n{block}" if block.startswith("  ") else block for block in blocks)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        version.version()
        raise typer.Exit


def _face(
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Simulate how accusations spread, and read archives of them: purges, inquisitions, witch-hunts, blacklists.

    Every command explains itself and shows an example:

      greatfear run --help

    Exit codes: 0 done; 1 a fault in a file, folder or number (the message names it); 2 an error in the command; 130 stopped.
    """


class _PartOrArchive(TyperGroup):
    """A group of commands: where the first word is none of them, it is an archive, and the command ``all`` is meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``all`` before an archive."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h") and "all" in self.commands:
            args = ["all", *args]
        return super().parse_args(ctx, args)


def _build() -> typer.Typer:
    """Return the application with every command."""
    built = typer.Typer(
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )
    built.callback(help=help_of(_face))(_face)
    for name, function in COMMANDS.items():
        built.command(name, help=help_of(function))(function)
    for name, (about, parts) in GROUPS.items():
        group = typer.Typer(cls=_PartOrArchive, no_args_is_help=True, rich_markup_mode=None)
        for part, function in parts.items():
            group.command(part, help=help_of(function))(function)
        built.add_typer(group, name=name, help=about)
    return built


app = _build()
