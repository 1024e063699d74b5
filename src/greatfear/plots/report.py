"""The report: one HTML file that needs no network, for screen and print."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.describe.description import Description, describe
from greatfear.describe.text import decided
from greatfear.describe.why_forest import Forest, forest
from greatfear.errors import ArchiveError, path_of
from greatfear.landing import land
from greatfear.plots.findings import findings
from greatfear.plots.markup import facts, in_words, section, table
from greatfear.plots.parameters import Parameter, parameters
from greatfear.plots.points import Point, points_of
from greatfear.plots.policy import policy
from greatfear.plots.report_figures import chain_section, naming_section, places_section, roots_section, series_section
from greatfear.plots.report_persons import SCRIPT, SCRIPT_HASH, persons_section
from greatfear.plots.style import CSS
from greatfear.record.archive import StoredArchive, archive_of

if TYPE_CHECKING:
    from greatfear.archive import Archive
    from greatfear.comparison.against_record import ComparisonRow
    from greatfear.scenario.model import Scenario


@dataclass(frozen=True)
class _Material:
    """What the sections are made of."""

    archive: Any
    described: Description
    chains: Forest
    points: list[Point]
    comparison: list[dict[str, Any]]
    parameters: list[Parameter]
    scenario: Any
    n_replicates: int
    more: Sequence[tuple[str, str, str]] = ()
    is_altered: bool = False


def write_report(
    archive: Archive,
    path: str | Path,
    *,
    comparison: Iterable[ComparisonRow | Mapping[str, object]] | None = None,
    scenario: Scenario | Mapping[str, object] | None = None,
    record: Iterable[Point | Mapping[str, object]] | None = None,
    described: Description | None = None,
    more: Sequence[tuple[str, str, str]] = (),
) -> Path:
    """Write a report on an archive as one HTML file.

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    path : str or Path
        File to write, or a folder, in which it becomes ``report.html``. Written beside and then moved into place.
    comparison : Comparison or iterable of rows, optional
        Rows with the keys quantity, unit, simulated, low, high, record, error, role, claim, verdict, source, note.
    scenario : Scenario or dict, optional
        Scenario that was simulated, or its resolved form.
    record : optional
        Published numbers to draw beside the archive; see `greatfear.plots.points.points_of`.
    described : Description, optional
        ``describe(archive)``, if it is at hand.
    more : sequence of (str, str, str), optional
        Further sections, each a key, a title and HTML; they stand after the comparison.

    Returns
    -------
    Path
        The file written.

    Examples
    --------
    >>> import datetime as dt, tempfile
    >>> from greatfear.archive import Archive
    >>> empty = Archive.from_tables({}, epoch=dt.date(1335, 1, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(empty, folder).name
    'report.html'
    """
    archive_of(archive, StoredArchive)
    target = path_of(path, "path")
    target = target / "report.html" if target.is_dir() else target
    _refuse_other(target)
    rows: list[dict[str, Any]] = [dict(row) if isinstance(row, Mapping) else asdict(row) for row in comparison or ()]
    replicates = int(getattr(comparison, "n_replicates", 0))
    material = _Material(
        archive, described or describe(archive, by=_window(archive)), forest(archive), points_of(record), rows,
        parameters(scenario) if scenario is not None else [], scenario, replicates, more,
        bool(getattr(comparison, "is_altered", False)),
    )  # fmt: skip
    return land(target, _page(material))


def _refuse_other(target: Path) -> None:
    """Refuse to put the report in the place of a file that is no page."""
    if not target.is_file():
        return
    with target.open("rb") as file:
        begins = file.read(200).lstrip().lower()
    if begins and not begins.startswith((b"<!doctype html", b"<html")):
        raise ArchiveError(f"{target}: found a file that is no HTML page, but expected a new file or an older report")


def _window(archive: Any) -> str:
    """Return the unit of tables by time: days where a record covers less than four months, in which months say nothing."""
    end = archive.end
    return "day" if end is not None and (end - archive.epoch).days < 120 else "month"


def _page(material: _Material) -> str:
    """Return the page."""
    described = material.described
    made = [
        _summary(material), series_section(described, material.points), _compared(material), *material.more,
        places_section(described), naming_section(described), roots_section(described),
        chain_section(material.archive, material.chains), persons_section(material.archive), _parameters(material),
        _provenance(material),
    ]  # fmt: skip
    parts = [(key, title, body) for key, title, body in made if body]
    script = f"<script>{SCRIPT}</script>" if any(key == "persons" for key, _, _ in parts) else ""
    title = html.escape(described.title or "Archive of accusations")
    links = "".join(f'<a href="#{key}">{html.escape(words)}</a>' for key, words, _ in parts)
    kind = {"simulated": "Simulated archive", "real": "Real archive"}.get(described.kind, "Archive")
    sub = f"{kind}; days counted from {described.epoch}. Numbers describe what is on record. To be accused is not to be guilty."
    body = "".join(section(key, words, text) for key, words, text in parts)
    may = policy(SCRIPT_HASH if script else "")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{may}<title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{CSS}</style></head>'
        f'<body><h1>{title}</h1><p class="sub">{sub}</p><nav>{links}</nav>{body}{script}</body></html>\n'
    )


def _summary(material: _Material) -> tuple[str, str, str]:
    total, own = material.described.totals, material.described.words
    shown = {
        f"cases ({material.described.cases_are})": total["cases"],
        own.many("acts", "sentence"): total["sentences"],
        **{f"of these {words}": n for words, n in decided(material.described)},
        "statements": total["statements"],
        f"{own.many('roles', 'person')} on record": total["persons"],
        own.many("roles", "speaker"): total["deponents"],
        "of these named nobody": total["deponents_without_names"],
        "independent origins of the cases": _origins(total),
    }
    deepest = int(material.chains.depth.max(initial=0))
    words = " ".join(findings(material.described, deepest, material.comparison, _places(material.archive)))
    told = {name: value for name, value in shown.items() if value not in (0, "0", "–")}
    return "summary", "What this archive holds", f"<p>{html.escape(words)}</p>{facts(told)}"


def _places(archive: Any) -> dict[str, str]:
    """Return the names of regions, as the offices that cover them have them."""
    if not archive.n_rows("offices"):
        return {}
    offices = archive.table("offices", ["region", "name"]).to_pydict()
    return {region: name for region, name in zip(offices["region"], offices["name"], strict=True) if region and name}


def _origins(total: Mapping[str, float | int]) -> str:
    """Return the bounds on the origins of the cases; a root that is not recorded is not an origin."""
    if math.isnan(total["origins_low"]):
        return "not known"
    low, high = ("–" if math.isnan(n) else f"{n:,.0f}" for n in (total["origins_low"], total["origins_high"]))
    return low if low == high else f"{low} to {high}"


def _compared(material: _Material) -> tuple[str, str, str]:
    """Return the comparison: worst and best rows first, then every quantity."""
    from greatfear.plots.report_record import record_section

    return record_section(material.comparison, material.n_replicates, is_altered=material.is_altered)


def _parameters(material: _Material) -> tuple[str, str, str]:
    if not material.parameters:
        return "parameters", "", ""
    heads = ("number", "value", "kind", "source, or why it was assumed")
    rows = [(p.name, p.shown, p.kind, p.ground) for p in material.parameters]
    own = [row for row in rows if row[2] != "default"]
    rest = [row for row in rows if row[2] == "default"]
    text = table(heads, own, (1,))
    words = getattr(material.archive, "words", None)
    if rest and words:
        text += f'<p class="note">{len(rest)} further numbers stand at the defaults of the language.</p>'
    elif rest:
        text += f"<details><summary>{len(rest)} defaults of the language</summary>{table(heads, rest, (1,))}</details>"
    for name, words in (("explain", "what the scenario means, in words"), ("cite", "every number with its source")):
        told = getattr(material.scenario, name, None)
        if callable(told):
            text += f'<details class="onscreen"><summary>{words}</summary><pre>{html.escape(told())}</pre></details>'
    return "parameters", "Numbers put in, and their sources", text


def _provenance(material: _Material) -> tuple[str, str, str]:
    manifest = getattr(material.archive, "manifest", None)
    dump = getattr(manifest, "model_dump", None)
    plain = dump(mode="json") if callable(dump) else dict(manifest) if isinstance(manifest, Mapping) else {}
    given = dict(plain.get("provenance") or {})
    command = given.pop("command", None)
    text = f"<p>Repeat it with</p><pre>{html.escape(str(command))}</pre>" if command else ""
    lists = {key: value for key, value in given.items() if _is_table(value)}
    rows = [(key, in_words(value) or None) for key, value in given.items() if key not in lists]
    rows += [(key, str(plain[key])) for key in ("greatfear", "format", "epoch", "end") if plain.get(key) is not None]
    text += table(("item", "value"), rows) if rows else "<p>No provenance is recorded.</p>"
    text += "".join(f"<h3>{html.escape(key)}</h3>{_listed(value)}" for key, value in lists.items())
    hashes = [(name, entry.get("rows"), entry.get("sha256")) for name, entry in (plain.get("tables") or {}).items()]
    if hashes:
        inner = table(("table", "rows", "SHA-256"), hashes, (1,))
        text += f"<details><summary>tables and their hashes</summary>{inner}</details>"
    return "provenance", "Provenance, and how to repeat it", text


def _is_table(value: Any) -> bool:
    """Whether a value is a list of mappings."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _listed(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table of mappings, a column for each key that any of them has."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    numeric = [
        k for k, head in enumerate(heads) if all(isinstance(row.get(head), int) for row in rows) and head != "seed"
    ]
    cells = [
        [row[head] if k in numeric else in_words(row.get(head, "")) for k, head in enumerate(heads)] for row in rows
    ]
    return table([head.replace("_", " ") for head in heads], cells, numeric)
