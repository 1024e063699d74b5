"""The report of `recover`: first a paragraph in words, then each part with figures, checks and tables."""

from __future__ import annotations

import html
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.landing import land, refuse_other
from greatfear.plots.marks.foreign import for_both_widths
from greatfear.plots.markup import figure_block, section, table
from greatfear.plots.policy import POLICY
from greatfear.plots.style import CSS

if TYPE_CHECKING:
    from greatfear.recover.result import Result
    from greatfear.recover.survey_result import Survey

_SHOWN = 12
_WARNING = (
    "These numbers describe a record, not what people did. To be accused is not to be guilty. No person here was asked, and "
    "no list of this page may be read as a list of suspects."
)


def write_recover_report(survey: Survey, folder: str | Path, *, archive: str = "ARCHIVE") -> Path:
    """Write every table and figure of a survey, and ``report.html``, into a folder.

    Parameters
    ----------
    survey : Survey
        From `greatfear.recover.survey`.
    folder : path
        Made where it is absent. The page is written last.
    archive : str
        How the command names the archive, for the line that repeats it.

    Returns
    -------
    pathlib.Path
        The page.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    refuse_other(target / "report.html")
    for result in survey:
        result.write(target)
    return land(target / "report.html", _page(survey, archive))


def _page(survey: Survey, archive: str) -> str:
    """Return the page."""
    title = html.escape(survey.title or "Archive of accusations")
    # A part that cannot tell may still count: its tables and figures are shown, with its verdict.
    told = [result for result in survey if result.verdict != "cannot tell" or _counts(result)]
    parts = [("answer", "What this archive supports", _answer(survey))]
    parts += [(result.part, _heading(result), _part(result)) for result in told]
    parts += [
        ("refused", "What this archive cannot tell", _refused(survey)),
        ("repeat", "Cite and repeat", _repeat(survey, archive)),
    ]
    links = "".join(f'<a href="#{key}">{html.escape(words)}</a>' for key, words, _ in parts)
    body = "".join(section(key, words, text) for key, words, text in parts)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{POLICY}<title>{title}: what it supports</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{CSS}</style></head>'
        f'<body><h1>{title}</h1><p class="sub">{html.escape(_WARNING)}</p><nav>{links}</nav>{body}</body></html>\n'
    )


def _counts(result: Result) -> bool:
    """Whether a part has a table with rows."""
    return any(table.num_rows for table in result.tables.values())


def _heading(result: Result) -> str:
    return result.title.rstrip("?:") + ("?" if "?" in result.title else "")


def _answer(survey: Survey) -> str:
    """Return the first paragraph."""
    return f"<p>{html.escape(survey.paragraph())}</p>"


def _part(result: Result) -> str:
    """Return one part: words, figures, checks, tables."""
    verdict = "" if result.verdict == "tells" else f"<p><strong>The archive {result.verdict}.</strong></p>"
    text = verdict + "".join(f"<p>{html.escape(words)}</p>" for words in result.words)
    for drawing in result.drawings:
        wide, narrow = for_both_widths(drawing.draw(), f"{result.part}-{drawing.name}", drawing.title)
        both = f'<div class="broad">{wide}</div><div class="slim">{narrow or wide}</div>'
        text += figure_block(both, f"{drawing.title}. {drawing.caption}")
    if result.checks:
        rows = [
            (check.name, "passed" if check.passed else "failed", check.value, check.limit, check.means)
            for check in result.checks
        ]
        inner = table(("check", "", "value", "limit", "what it means"), rows, (2, 3))
        text += f"<details open><summary>checks</summary>{inner}</details>"
    for name, rows_of in result.tables.items():
        text += _table(result, name, rows_of)
    return text


def _table(result: Result, name: str, rows: Any) -> str:
    """Return the first rows of a table, with its files."""
    heads = [column.replace("_", " ") for column in rows.column_names]
    cells = [list(row.values()) for row in rows.slice(0, _SHOWN).to_pylist()]
    numeric = [k for k, field in enumerate(rows.schema) if str(field.type).startswith(("int", "float", "double"))]
    about = html.escape(result.about.get(name, ""))
    files = " ".join(f'<a href="{result.part}-{name}.{ending}">{ending}</a>' for ending in ("csv", "parquet"))
    more = f", the first {_SHOWN} shown" if rows.num_rows > _SHOWN else ""
    head = f"table {html.escape(name)}: {rows.num_rows:,} rows{more}"
    note = f'<p class="note">{about}. Files: {files}</p>'
    return f"<details><summary>{head}</summary>{note}{table(heads, cells, numeric)}</details>"


def _refused(survey: Survey) -> str:
    """Return the parts that could not answer."""
    lines = survey.refusals()
    if not lines:
        return "<p>Every part had an answer.</p>"
    return "<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in lines) + "</ul>"


def _repeat(survey: Survey, archive: str) -> str:
    """Return how to repeat it, and what to cite."""
    words = ["greatfear", "recover", archive]
    settings = survey.settings
    for name in ("question", "purpose"):
        if settings.get(name):
            words += [f"--{name}", str(settings[name])]
    if settings.get("prevalence"):
        low, high = settings["prevalence"]
        words += ["--prevalence", f"{low:g}:{high:g}"]
    if settings.get("free", "none") != "none":
        words += ["--free", str(settings["free"])]
    words += ["--seed", str(settings.get("seed", 0))]
    purpose = f"<p>Purpose stated: {html.escape(str(settings['purpose']))}</p>" if settings.get("purpose") else ""
    version = html.escape(str(settings.get("greatfear", "")))
    return (
        f"{purpose}<p>Repeat it with</p><pre>{html.escape(shlex.join(words))}</pre>"
        f"<p>greatfear {version}. Cite the archive:</p><pre>{html.escape(survey.citation)}</pre>"
    )
