"""What a part of `recover` answers, as far as its page needs it: figures are drawn, tables lie in files that are mapped.

Results hold whole archives in what they draw from; kept as they are, a few pages of a large archive would fill the memory.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Recovered:
    """One part, or the survey of all.

    Parameters
    ----------
    title, verdict, words, checks, about
        As in `greatfear.recover.Result`; of a survey, the words are its paragraph.
    tables : mapping of str to pyarrow.Table
        Every table by name; the first is the main one.
    figures : tuple of (name, title, caption, SVG, SVG)
        Its drawings, the second for a narrow screen.
    parts : tuple of (part, title, verdict)
        Of a survey, its parts.
    refusals : tuple of str
        Of a survey, what the archive cannot tell.
    """

    title: str
    verdict: str
    words: tuple[str, ...]
    checks: tuple[Any, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)
    figures: tuple[tuple[str, str, str, str, str], ...] = ()
    parts: tuple[tuple[str, str, str], ...] = ()
    refusals: tuple[str, ...] = ()


def recovered(found: Any, apart: bool = False) -> Recovered:
    """Return what the page of a result or of a survey needs; `apart`: with its tables in files, see `mapped`."""
    if hasattr(found, "paragraph"):
        parts = tuple((one.part, one.title, one.verdict) for one in found)
        return Recovered(found.title, "", (found.paragraph(),), parts=parts, refusals=tuple(found.refusals()))
    drawings = found.drawings if found.verdict != "cannot tell" else ()
    figures = tuple((one.name, one.title, one.caption, *_drawn(one)) for one in drawings)
    tables = {name: _filed(table) if apart else table for name, table in found.tables.items()}
    return Recovered(found.title, found.verdict, tuple(found.words), found.checks, found.about, tables, figures)


def _drawn(drawing: Any) -> tuple[str, str]:
    """Return a figure, and the same for a narrow screen; the page has its title already."""
    from greatfear.plots.marks.foreign import for_both_widths

    drawn = drawing.draw()
    if len(drawn.axes) == 1:
        drawn.axes[0].set_title("", loc="left")
    return for_both_widths(drawn, drawing.name, drawing.title)


"""Inches: a drawing this wide has legible texts on a telephone."""


def mapped(found: Recovered) -> Recovered:
    """Return the answer of another process with its tables mapped; their files are unlinked and end with the lab."""
    return Recovered(**{**vars(found), "tables": {name: _mapped(Path(file)) for name, file in found.tables.items()}})


def _filed(table: pa.Table) -> str:
    number, file = tempfile.mkstemp(prefix="greatfear-", suffix=".arrow")
    with os.fdopen(number, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return file


def _mapped(file: Path) -> pa.Table:
    table = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
    with contextlib.suppress(OSError):  # a system that does not unlink open files tidies its temporary folder itself
        file.unlink()
    return table
