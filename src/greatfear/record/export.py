"""Takes an archive out: tables as CSV, a graph as GEXF (Gephi) or GraphML or for networkx, PROV-JSON.

The graph formats are asked for and written in parts, so that memory does not grow with the graph.
What a format cannot hold is said by `left_out`, with counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from greatfear.errors import ArchiveError, MissingExtraError, UnknownNameError, path_of
from greatfear.landing import landing, refuse_other
from greatfear.record.archive import StoredArchive, archive_of
from greatfear.record.export_graph import (
    GraphChoice,
    edge_tables,
    edge_types,
    edges,
    graph_left_out,
    node_tables,
    node_types,
    nodes,
)
from greatfear.record.export_xml import Piece, attributes, escaped, mapped, numbers, quoted, spells, write_rows
from greatfear.record.provenance import to_prov
from greatfear.record.query import WORDED
from greatfear.record.schema import TABLES
from greatfear.record.strays import refuse_strays

if TYPE_CHECKING:
    import networkx as nx

_GRAPHML_TYPES = {"long": "long", "double": "double", "string": "string", "boolean": "boolean"}


def export(
    archive: StoredArchive, path: str | os.PathLike[str], form: str | None = None, *, choice: GraphChoice | None = None
) -> Path:
    """Write an archive in one of `FORMATS`.

    Parameters
    ----------
    archive : StoredArchive
        On disk or in memory.
    path : path
        A file, or a folder for ``csv``.
    form : str, optional
        ``"csv"``, ``"graphml"``, ``"gexf"`` or ``"prov"``; from the file's ending where absent (``.json`` is PROV, no
        ending is CSV).
    choice : GraphChoice, optional
        Whether a graph has ties, and a node for speakers who are not known. By default ties, and no such node.

    Returns
    -------
    pathlib.Path
        What was written. `left_out` tells what the form does not hold.

    Raises
    ------
    greatfear.errors.UnknownNameError
        No such form.
    greatfear.errors.ArchiveError
        The place cannot be written.

    Examples
    --------
    >>> import datetime as dt, tempfile
    >>> from greatfear.record.archive import StoredArchive
    >>> archive = StoredArchive.from_tables({}, epoch=dt.date(1600, 1, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export(archive, Path(folder) / "village.gexf").name
    'village.gexf'
    """
    archive_of(archive, StoredArchive)
    place = path_of(path, "path")
    form = form or form_of(place)
    if form not in FORMATS:
        raise UnknownNameError("export format", form, list(FORMATS))
    try:
        _write(archive, place, form, choice or GraphChoice())
    except OSError as error:
        raise ArchiveError(f"{place}: cannot be written ({error.strerror or error})") from error
    return place


def _write(archive: StoredArchive, place: Path, form: str, choice: GraphChoice) -> None:
    """Write a file beside its place and move it there in one step, so that no half file bears the final name."""
    if form == "csv":
        to_csv(archive, place, choice)
        return
    refuse_other(place)
    with landing(place) as part:
        FORMATS[form](archive, part, choice)


def form_of(path: Path) -> str:
    """Return the form that a file's ending means."""
    endings = {".json": "prov", "": "csv"}
    return endings.get(path.suffix.lower(), path.suffix.lower().lstrip("."))


def left_out(archive: StoredArchive, form: str, choice: GraphChoice | None = None) -> dict[str, int]:
    """Return what a form does not hold of this archive, with counts; empty where it holds all.

    Parameters
    ----------
    archive : StoredArchive
        On disk or in memory.
    form : str
        One of `FORMATS`.
    choice : GraphChoice, optional
        As given to `export`.
    """
    if form == "csv":
        return {}
    if form == "prov":
        return {
            f"rows of {name}": archive.n_rows(name) for name in TABLES if name != "sources" and archive.n_rows(name)
        }
    return graph_left_out(archive, choice or GraphChoice())


def to_csv(archive: StoredArchive, folder: Path, choice: GraphChoice | None = None) -> None:
    """Write one CSV file per table (UTF-8, comma, header); what is not known is an empty field.

    A text that a spreadsheet would run as a formula has an apostrophe before it, unless `choice` says plain.

    Statements and acts have a further column `date`, the first day of their time, and the words of the case where it has its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    is_plain = choice is not None and choice.plain
    for name in TABLES:
        view = archive.sql(f"select * from {name} limit 0").column_names
        own = [column.name for column in TABLES[name].columns]
        checked = [column.name for column in TABLES[name].columns if column.type != "category"]
        further = ["date"] if "time" in own else []
        further += [f"{one}_word" for of, one, _ in WORDED if of == name and archive.words]
        columns = [*own, *(column for column in view if column not in (*own, *further)), *further]
        query = f"select {', '.join(map(_sql_name, columns))} from {name}"
        empty = _plain(archive.sql(f"{query} limit 0"))
        with landing(folder / f"{name}.csv") as part, pacsv.CSVWriter(part, empty.schema) as writer:
            for batch in archive.batches(query):  # a long table is never held whole
                rows = pa.table(batch)
                refuse_strays(archive, name, rows.select(checked))
                writer.write_table(_plain(rows) if is_plain else _unformulated(_plain(rows)))


def _sql_name(column: str) -> str:
    """Return the name of a column as SQL quotes it."""
    return '"' + column.replace('"', '""') + '"'


def to_graphml(archive: StoredArchive, path: Path, choice: GraphChoice | None = None) -> None:
    """Write persons, statements and ties as GraphML; nodes and edges have the attributes of `to_gexf`.

    GraphML knows no time: the days of an edge are its attributes `first` and `last`.

    References
    ----------
    http://graphml.graphdrawing.org/
    """
    chosen, types = choice or GraphChoice(), {"label": "string", **node_types(archive)}
    of_edges = {"weight": "double", **edge_types(archive)}
    keys = [("node", name, kind) for name, kind in types.items()] + [
        ("edge", name, kind) for name, kind in of_edges.items()
    ]
    with path.open("wb") as file:
        lines = ['<?xml version="1.0" encoding="utf-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n']
        for part, name, kind in keys:
            key = quoted(f"{part[0]}_{name}")
            lines.append(f'<key id={key} for="{part}" attr.name={quoted(name)} attr.type="{_GRAPHML_TYPES[kind]}"/>\n')
        file.write("".join([*lines, '<graph edgedefault="directed">\n']).encode())

        def data(part: str, table: pa.Table, of: dict[str, str]) -> Iterator[pa.Array]:
            openings = {name: f"<data key={quoted(f'{part}_{name}')}>" for name in of}
            return attributes(table, [*of], lambda name, value: f"{openings[name]}{escaped(value)}</data>")

        def node(table: pa.Table) -> list[Piece]:
            return ['<node id="', numbers(table["person"]), '">', *data("n", table, types), "</node>"]

        def edge(table: pa.Table) -> list[Piece]:
            return [*_ends(table), '">', *data("e", table, of_edges), "</edge>"]

        for table in node_tables(archive, chosen):
            write_rows(file, table, node)
        for table in edge_tables(archive, chosen):
            write_rows(file, table, edge)
        file.write(b"</graph>\n</graphml>\n")


def to_gexf(archive: StoredArchive, path: Path, choice: GraphChoice | None = None) -> None:
    """Write persons, statements and ties as a dynamic GEXF 1.3 for Gephi: edges have the days on which they hold.

    Nodes have all columns and attributes of persons, arrests, how often they were named, and when first. An edge is a
    speaker and a subject with all their statements, or one tie of its kind. A mutual tie is written as a directed edge
    with the attribute `mutual`, because programs refuse graphs of both sorts. A date that is known to the month or year
    holds for all of its days; an edge without any date holds always.

    References
    ----------
    https://gexf.net/schema.html
    """
    chosen = choice or GraphChoice()
    types = {name: kind for name, kind in node_types(archive).items() if name != "label"}
    head = '<gexf xmlns="http://gexf.net/1.3" version="1.3">\n<graph defaultedgetype="directed" mode="dynamic" '
    of_edges = edge_types(archive)

    def node(table: pa.Table) -> list[Piece]:
        label = mapped(table["label"], quoted)
        return ['<node id="', numbers(table["person"]), '" label=', label, ">", *_values(table, types), "</node>"]

    def edge(table: pa.Table) -> list[Piece]:
        weight = mapped(table["weight"], lambda value: f"{value:g}")
        shown = ['" weight="', weight, '" kind=', *_edge_kind(table), ">", spells(table["days"])]
        return [*_ends(table), *shown, *_values(table, of_edges), "</edge>"]

    with path.open("wb") as file:
        start = f'<?xml version="1.0" encoding="utf-8"?>\n{head}timeformat="date" timerepresentation="interval">\n'
        file.write((start + _declared("node", types) + _declared("edge", of_edges) + "<nodes>\n").encode())
        for table in node_tables(archive, chosen):
            write_rows(file, table, node)
        file.write(b"</nodes>\n<edges>\n")
        for table in edge_tables(archive, chosen):
            write_rows(file, table, edge)
        file.write(b"</edges>\n</graph>\n</gexf>\n")


def _ends(table: pa.Table) -> list[Piece]:
    """Return the beginning of an edge: its number, and from whom to whom."""
    ids, a, b = (numbers(table[name]) for name in ("number", "a", "b"))
    return ['<edge id="', ids, '" source="', a, '" target="', b]


def _edge_kind(table: pa.Table) -> list[Piece]:
    """Return what keeps parallel edges apart: statements, or the kind of a tie; one of the two is null."""
    is_statement = pc.equal(pc.cast(table["relation"], pa.string()), "statement").combine_chunks()
    ties, nothing = mapped(table["kind"], lambda kind: quoted(f"tie: {kind}")), pa.scalar(None, pa.string())
    return [pc.if_else(is_statement, '"statement"', nothing), pc.if_else(is_statement, nothing, ties)]


def to_networkx(archive: StoredArchive) -> nx.DiGraph:
    """Return who named whom as a directed networkx graph; nodes are person numbers.

    Nodes and edges have the attributes of `to_gexf`; ties and statements without a known speaker are not in it. Takes
    some kilobytes per person: for small archives.

    Raises
    ------
    greatfear.errors.MissingExtraError
        networkx is not installed.
    """
    try:
        import networkx as nx
    except ImportError as error:
        raise MissingExtraError("networkx", "graphs", "to_networkx") from error
    graph, choice = nx.DiGraph(), GraphChoice(ties=False)
    graph.add_nodes_from((row.pop("person"), row) for row in nodes(archive, choice))
    graph.add_edges_from((row.pop("a"), row.pop("b"), row) for row in edges(archive, choice))
    return graph


def write_prov(archive: StoredArchive, path: Path, choice: GraphChoice | None = None) -> None:
    """Write the provenance as W3C PROV-JSON; see `greatfear.record.provenance.to_prov`."""
    path.write_text(json.dumps(to_prov(archive), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


FORMATS: dict[str, Callable[[StoredArchive, Path, GraphChoice], None]] = {
    "csv": to_csv,
    "graphml": to_graphml,
    "gexf": to_gexf,
    "prov": write_prov,
}
"""Forms in which an archive can be written out."""


def _unformulated(table: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before texts that a spreadsheet would run as a formula."""
    for number, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts = table.column(number)
            risky = pc.match_substring_regex(texts, r"^[=+\-@\t\r]")
            made = pc.if_else(pc.fill_null(risky, False), pc.binary_join_element_wise("'", texts, ""), texts)
            table = table.set_column(number, field, made)
    return table


def _plain(table: pa.Table) -> pa.Table:
    """Return the table as CSV wants it: categories as text, and nothing where the record says NaN or -1 for "not known"."""
    fields = [pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    table = table.cast(pa.schema(fields))
    for number, one in enumerate(fields):
        column = table.column(number)
        if pa.types.is_signed_integer(one.type) or pa.types.is_floating(one.type):
            unknown = pc.is_nan(column) if pa.types.is_floating(one.type) else pc.equal(column, -1)
            known = pc.if_else(pc.fill_null(unknown, False), pa.scalar(None, one.type), column)
            table = table.set_column(number, one.name, known)
    return table


def _declared(part: str, types: dict[str, str]) -> str:
    """Return the attribute declarations of a GEXF file."""
    lines = "".join(f'<attribute id={quoted(n)} title={quoted(n)} type="{kind}"/>\n' for n, kind in types.items())
    return f'<attributes class="{part}" mode="static">\n{lines}</attributes>\n'


def _values(table: pa.Table, types: dict[str, str]) -> list[Piece]:
    """Return the values of nodes or edges in GEXF."""
    openings = {name: f"<attvalue for={quoted(name)} value=" for name in types}
    made = [*attributes(table, [*types], lambda name, value: f"{openings[name]}{quoted(value)}/>")]
    return ["<attvalues>", *made, "</attvalues>"] if made else []
