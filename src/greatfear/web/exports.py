"""Files of a page: rows as CSV or Parquet, its figure as SVG, its citation, its graph. Each says first what it is."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

import pyarrow as pa

from greatfear.errors import Fault, FaultList
from greatfear.sources import entry_key, latex_text
from greatfear.web import address as at
from greatfear.web.export_rows import batches
from greatfear.web.lab import Entry, Lab
from greatfear.web.parts import Figure, Page


@dataclass(frozen=True)
class Made:
    """A file to send: its name, its type, and its parts in order."""

    name: str
    type: str
    parts: Iterable[bytes]


def citation(entry: Entry, page: Page) -> dict[str, str]:
    """Return what an export says of itself: archive, kind, hash of the manifest, version, address, filter, and the banner."""
    manifest = entry.opened.manifest
    dump = json.dumps(manifest.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode()
    chips = "; ".join(chip.text for chip in page.chips)
    return {
        "title": page.archive, "page": page.title, "kind": page.about, "manifest": f"sha256 {hashlib.sha256(dump).hexdigest()}",
        "software": f"greatfear {version('greatfear')}", "address": page.address, "filter": chips or "none", "note": page.banner,
    }  # fmt: skip


def export(lab: Lab, address: at.Address, page: Page) -> Made:
    """Return a page as a file in the form that its address asks for."""
    if not isinstance(address, at.OfArchive):
        raise FaultList([Fault("address", f".{address.form}", "a page of an archive")], "address")
    entry = lab.entry(address.name)
    told = citation(entry, page)
    name = f"{entry.name}-{type(address).__name__.lower()}.{address.form}"
    if address.form == "bib":
        return Made(name, "text/plain; charset=utf-8", (_bibtex(entry, told).encode(),))
    if address.form == "svg":
        return Made(name, "image/svg+xml", (_svg(page, told).encode(),))
    if address.form in ("csv", "parquet"):
        found = batches(entry, address, page)
        is_plain = bool(getattr(address, "plain", 0))
        if address.form == "csv":
            return Made(name, "text/csv; charset=utf-8", _csv(found, told, is_plain))
        return Made(name, "application/vnd.apache.parquet", (_parquet(found, told),))
    if address.form in ("gexf", "graphml") and isinstance(address, at.Statements):
        from greatfear.web.export_graph import gexf, graphml

        make = gexf if address.form == "gexf" else graphml
        return Made(name, f"application/{address.form}+xml", (make(entry.index(), address, told).encode(),))
    if address.form == "png":
        words = "A PNG is drawn from the SVG by the browser: use the link PNG on the page, or take the SVG."
        raise FaultList([Fault("address", ".png", ".svg", words)], "address")
    raise FaultList([Fault("address", f".{address.form}", "json, csv, svg or bib, where the page has them")], "address")


def _csv(found: Iterator[pa.RecordBatch], told: dict[str, str], is_plain: bool) -> Iterator[bytes]:
    """Yield the citation as comments, then the rows; cells that a spreadsheet would run as a formula are made text."""
    import pyarrow.csv

    if not is_plain:
        yield "".join(f"# {key}: {_one_line(value)}\n" for key, value in told.items()).encode()
    is_first = True
    for batch in found:
        sink = io.BytesIO()
        table = pa.Table.from_batches([batch]) if is_plain else _harmless(pa.Table.from_batches([batch]))
        pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(include_header=is_first))
        is_first = False
        yield sink.getvalue()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _harmless(table: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before every text that begins as a formula does."""
    import pyarrow.compute as pc

    for k, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = pc.replace_substring_regex(table.column(k), r"^([=+\-@\t\r])", r"'\1")
            table = table.set_column(k, field.name, column)
    return table


def _parquet(found: Iterator[pa.RecordBatch], told: dict[str, str]) -> bytes:
    """Return the rows as Parquet, with the citation in its metadata."""
    import pyarrow.parquet as pq

    table = pa.Table.from_batches(list(found))
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({f"greatfear.{key}": value for key, value in told.items()}), sink)
    return sink.getvalue()


def _svg(page: Page, told: dict[str, str]) -> str:
    """Return the figure of a page by itself, 1,000 points wide, with the citation in its metadata."""
    figures = [block for block in page.blocks if isinstance(block, Figure)]
    own = [figure for figure in figures if figure.key != "time"]  # the histogram with its dates stands on many pages
    figure = next(iter(own or figures), None)
    if figure is None:
        raise FaultList([Fault("address", ".svg", "a page with a figure")], "address")
    drawn = _stacked(own) if len(own) > 1 and {one.key.rpartition("-")[0] for one in own} == {_PARTS} else figure.svg
    text = drawn[drawn.index("<svg") :].replace('width="100%"', 'width="1000"', 1)
    words = html.escape("; ".join(f"{key}: {value}" for key, value in told.items()))
    head, _, rest = text.partition(">")
    from greatfear.web.export_graph import legal

    rest = legal(rest)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}><metadata>{words}</metadata>{rest}\n'


_PARTS = "errors"
"""Key of a figure that a page draws in parts, one below the other: ``errors-1``, ``errors-2``."""


def _stacked(figures: list[Figure]) -> str:
    """Return drawings that are parts of one, one below the other."""
    body, y = "", 0.0
    for one in figures:
        found = re.search(r'height="([\d.]+)"', one.svg)
        body += one.svg.replace("<svg", f'<svg y="{y:g}"', 1)
        y += float(found[1]) if found else 0.0
    about = f"<title>{html.escape(figures[0].title)}</title>"
    return f'<svg id="{_PARTS}" xmlns="http://www.w3.org/2000/svg" width="100%" height="{y:g}">{about}{body}</svg>'


def _bibtex(entry: Entry, told: dict[str, str]) -> str:
    """Return the page as BibTeX, then the archive with its sources."""
    fields = {
        "title": f"{told['page']}. {told['title']}",
        "note": f"{told['kind']}; {told['manifest']}; filter: {told['filter']}. {told['note']}",
        "howpublished": f"{told['software']}, lab, {told['address']}",
    }  # fmt: skip
    body = "".join(f"  {key} = {{{latex_text(value)}}},\n" for key, value in fields.items())
    return f"@misc{{{entry_key(entry.name)}-page,\n{body}}}\n\n{entry.opened.cite()}\n"
