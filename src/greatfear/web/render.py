"""From a page to HTML. The template engine is used in this file only."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from greatfear.plots.marks.svg import esc, shown
from greatfear.show.wording import Wording
from greatfear.web.columns import Columns
from greatfear.web.parts import Cell, Choice, Page, Table, Value

_WORDS: ContextVar[Wording | None] = ContextVar("words", default=None)
"""Words of the case whose page is drawn."""
_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _engine() -> Any:
    import jinja2
    from markupsafe import Markup

    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    engine.filters |= {
        "shown": shown, "told": _told, "lean": _lean,
        "rows": lambda table: Markup(_rows(table)), "choices": lambda facet: Markup(_choices(facet.choices)),
    }  # fmt: skip
    return engine


def _told(text: str) -> str:
    """Return a head or a note in the words of the case."""
    words = _WORDS.get()
    text = _NAMES.sub(r"“\1”", text) if "`" in text else text
    return words.reworded(text) if words else text


_NAMES = re.compile(r"`([^`]+)`")
"""Names of columns and tables within a sentence."""


def _lean(table: Table) -> Table:
    """Return a table of a case with words of its own without the columns that say nothing in any row."""
    if not _WORDS.get() or not table.rows:
        return table
    kept = [
        k for k in range(len(table.columns)) if any(row[k].value not in (None, "", "everybody") for row in table.rows)
    ]
    if len(kept) in (0, len(table.columns)):
        return table
    rows = tuple(tuple(row[k] for k in kept) for row in table.rows)
    return dataclasses.replace(table, columns=tuple(table.columns[k] for k in kept), rows=rows)


def _rows(table: Table) -> str:
    """Return the rows of a table; a page has thousands of cells, for which the engine would take most of its time."""
    classes = [
        "n " if c in table.numeric else "keep " if c in _KEPT_WHOLE else "long " if c in _LONG else ""
        for c in table.columns
    ]
    if isinstance(table.rows, Columns):
        return _plain_rows(table.rows.columns, classes)
    lines, opened = [], {name: _opened(name) for name in classes}
    for k, row in enumerate(table.rows):
        cells = "".join(
            [
                _cell(one, name) if one[1] or one[2] or one[3] or one[4] else f"{opened[name]}{_words(one[0])}</td>"
                for one, name in zip(row, classes, strict=True)
            ]
        )
        lines.append(f'<tr aria-current="true">{cells}</tr>' if k == table.chosen else f"<tr>{cells}</tr>")
    return "\n".join(lines)


def _plain_rows(columns: Sequence[Sequence[Value]], classes: Sequence[str]) -> str:
    """Return rows of plain values, with one format for all."""
    line = f"<tr>{''.join(f'{_opened(name)}%s</td>' for name in classes)}</tr>"
    return "\n".join([line % row for row in zip(*map(_all_words, columns), strict=True)])


def _all_words(values: Sequence[Value]) -> list[str]:
    """Return the values of a column as they stand in HTML; numbers of one kind need no question each."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return [f"{one:,}" for one in values]
    if kinds == {str}:
        told = {one: _words(one) for one in set(values)}
        return [told[one] for one in values]
    return [_words(one if one == one else None) for one in values]  # noqa: PLR0124  NaN


_KEPT_WHOLE = ("date", "person", "speaker", "subject", "month", "place", "window", "id")
"""Columns whose values are never broken over two lines."""
_LONG = ("in words", "what it means", "citation", "reason", "note", "meaning", "question", "claim")
"""Columns of sentences, which a narrow screen must not break after every word."""
_LINE = 40
"""Signs from which a value without a link is broken wherever it must be."""


def _opened(name: str) -> str:
    """Return the beginning of a cell of a class."""
    return f'<td class="{name}">' if name else "<td>"


def _words(value: Value) -> str:
    """Return a value as it stands in HTML; a number holds no sign to write otherwise."""
    if type(value) is not str:
        return shown(value)
    words = esc(value)
    return f'<span class="whole">{words}</span>' if len(words) > _LINE else words


def _cell(one: Cell, name: str) -> str:
    """Return a cell that says more than its value."""
    words = esc(one.name or shown(one.value))
    if one.href:
        words = f'<a href="{esc(one.href)}">{words}</a>'
    elif len(words) > _LINE:
        words = f'<span class="whole">{words}</span>'
    if one.note:
        words += f'<span class="under">{esc(one.note)}</span>'
    if one.name:
        words += f'<span class="under">{esc(shown(one.value))}</span>'
        name = name.replace("keep ", "")  # names are long
    name += one.mark
    return f"{_opened(name)}{words}</td>"


def _choices(choices: tuple[Choice, ...]) -> str:
    """Return the values of a facet: a link that adds or removes each, and one that excludes it."""
    found = []
    for one in choices:
        value, href, inverse = (esc(text) for text in (one.value or "not recorded", one.href, one.not_href))
        is_out = one.state == "out"
        current = f' class="{one.state}"' if one.state else ""
        mark = ' aria-current="true"' if one.state else ""
        found.append(
            f'<li{current}><a class="pick" href="{href}" data-not="{inverse}"{mark}><svg aria-hidden="true" width="100%" '
            f'height="100%"><rect width="{100 * one.share:.1f}%" height="100%"/></svg><span class="value">{value}'
            f'{" (excluded)" if is_out else ""}</span><span class="n">{one.n:,}</span></a><a class="not" href="{inverse}" '
            f'aria-label="{"Include" if is_out else "Exclude"} {value}">{"+" if is_out else "−"}</a></li>'
        )
    return "\n".join(found)


def as_html(page: Page, nonce: str = "", words: Wording | None = None) -> str:
    """Return a page as HTML, its heads and notes in the words of the case.

    Everything that comes from data is escaped, drawings are escaped where they are made.
    """
    kept = _WORDS.set(words)
    try:
        text: str = _engine().get_template("page.html").render(page=page, nonce=nonce)
    finally:
        _WORDS.reset(kept)
    return text


def as_json(page: Page) -> str:
    """Return what a page shows as JSON."""
    return json.dumps(page.to_dict(), ensure_ascii=False, allow_nan=False, indent=1)
