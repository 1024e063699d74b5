"""Takes an archive out: tables as CSV, who named whom as GraphML or GEXF (Gephi) or a networkx graph, PROV-JSON.

GraphML and GEXF are written row by row, so that a graph of millions of persons needs no more memory than its edges.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.csv as pacsv

from greatfear.errors import ArchiveError, MissingExtraError, UnknownNameError
from greatfear.record.provenance import to_prov
from greatfear.record.schema import TABLES

if TYPE_CHECKING:
    import networkx as nx

    from greatfear.record.archive import StoredArchive

__all__ = ["FORMATS", "export", "to_csv", "to_gexf", "to_graphml", "to_networkx", "write_prov"]

_NODES = """
select p.person, coalesce(p.name, p.id) as label, p.id, p.region, p.stratum,
       coalesce(a.arrests, 0) as arrests, coalesce(s.named, 0) as named
from persons p
left join (select person, count(*) as arrests from acts where kind = 'arrest' group by 1) a using (person)
left join (select subject as person, count(*) as named from statements group by 1) s using (person)
order by p.person
"""
_EDGES = """
select speaker, subject, count(*) as weight, min(case when isnan(time) then null else time end) as first,
       max(case when isnan(time) then null else time end) as last,
       string_agg(distinct channel, ' ' order by channel) as channels
from statements where speaker >= 0 group by 1, 2 order by 1, 2
"""
_NODE_TYPES = {
    "label": "string",
    "id": "string",
    "region": "string",
    "stratum": "string",
    "arrests": "long",
    "named": "long",
}
_EDGE_TYPES = {"weight": "long", "first": "double", "last": "double", "channels": "string"}
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def export(archive: StoredArchive, path: str | os.PathLike[str], form: str) -> Path:
    """Write an archive in one of `FORMATS`.

    Parameters
    ----------
    archive : StoredArchive
        On disk or in memory.
    path : path
        A file, or a folder for ``csv``.
    form : str
        ``"csv"``, ``"graphml"``, ``"gexf"`` or ``"prov"``.

    Returns
    -------
    pathlib.Path
        What was written.

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
    ...     export(archive, Path(folder) / "village.gexf", "gexf").name
    'village.gexf'
    """
    if form not in FORMATS:
        raise UnknownNameError("export format", form, list(FORMATS))
    place = Path(path)
    try:
        FORMATS[form](archive, place)
    except OSError as error:
        raise ArchiveError(f"{place}: cannot be written ({error.strerror or error})") from error
    return place


def to_csv(archive: StoredArchive, folder: Path) -> None:
    """Write one CSV file per table (UTF-8, comma, header); an absent text is an empty field, NaN is ``nan``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        pacsv.write_csv(_plain(archive.table(name)), folder / f"{name}.csv")


def to_graphml(archive: StoredArchive, path: Path) -> None:
    """Write who named whom as GraphML: a node per person, an edge per speaker and subject.

    Nodes bear label, id, region, stratum, arrests, and how often they were named; edges weight (number of statements),
    first and last day from the epoch, channels. Statements without a known speaker make no edge.

    References
    ----------
    http://graphml.graphdrawing.org/
    """
    keys = [("node", name, kind) for name, kind in _NODE_TYPES.items()]
    keys += [("edge", name, kind) for name, kind in _EDGE_TYPES.items()]
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for part, name, kind in keys:
            file.write(f'<key id="{part[0]}_{name}" for="{part}" attr.name="{name}" attr.type="{kind}"/>\n')
        file.write('<graph edgedefault="directed">\n')
        for row in _rows(archive, _NODES):
            file.write(f'<node id="{row["person"]}">{_data("n", row, _NODE_TYPES)}</node>\n')
        for row in _rows(archive, _EDGES):
            data = _data("e", row, _EDGE_TYPES)
            file.write(f'<edge source="{row["speaker"]}" target="{row["subject"]}">{data}</edge>\n')
        file.write("</graph>\n</graphml>\n")


def to_gexf(archive: StoredArchive, path: Path) -> None:
    """Write who named whom as GEXF 1.2 for Gephi; content as in `to_graphml`.

    References
    ----------
    https://gexf.net/
    """
    node_types = {name: kind for name, kind in _NODE_TYPES.items() if name != "label"}
    edge_types = {name: kind for name, kind in _EDGE_TYPES.items() if name != "weight"}
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
        )
        file.write('<graph defaultedgetype="directed" mode="static">\n')
        _declare(file, "node", node_types)
        _declare(file, "edge", edge_types)
        file.write("<nodes>\n")
        for row in _rows(archive, _NODES):
            head = f'<node id="{row["person"]}" label={_quoted(row["label"])}>'
            file.write(f"{head}{_values(row, node_types)}</node>\n")
        file.write("</nodes>\n<edges>\n")
        for number, row in enumerate(_rows(archive, _EDGES)):
            ends = f'source="{row["speaker"]}" target="{row["subject"]}" weight="{row["weight"]}"'
            file.write(f'<edge id="{number}" {ends}>{_values(row, edge_types)}</edge>\n')
        file.write("</edges>\n</graph>\n</gexf>\n")


def to_networkx(archive: StoredArchive) -> nx.DiGraph:
    """Return who named whom as a directed networkx graph; nodes are person numbers, content as in `to_graphml`.

    Takes some kilobytes per person: for small archives.

    Raises
    ------
    greatfear.errors.MissingExtraError
        networkx is not installed.
    """
    try:
        import networkx as nx
    except ImportError as error:
        raise MissingExtraError("networkx", "graphs", "to_networkx") from error
    graph = nx.DiGraph()
    graph.add_nodes_from((row.pop("person"), _known(row)) for row in _rows(archive, _NODES))
    graph.add_edges_from((row.pop("speaker"), row.pop("subject"), _known(row)) for row in _rows(archive, _EDGES))
    return graph


def write_prov(archive: StoredArchive, path: Path) -> None:
    """Write the provenance as W3C PROV-JSON; see `greatfear.record.provenance.to_prov`."""
    path.write_text(json.dumps(to_prov(archive), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


FORMATS: dict[str, Callable[[StoredArchive, Path], None]] = {
    "csv": to_csv,
    "graphml": to_graphml,
    "gexf": to_gexf,
    "prov": write_prov,
}
"""Forms in which an archive can be written out."""


def _plain(table: pa.Table) -> pa.Table:
    """Return the table with categories as text, as CSV wants them."""
    fields = [pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(fields))


def _rows(archive: StoredArchive, query: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query, a few thousand at a time as Python values."""
    for batch in archive.sql(query).to_batches(max_chunksize=8192):
        yield from batch.to_pylist()


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _text(value: Any) -> str:
    return str(value).translate(_ILLEGAL)


def _quoted(value: Any) -> str:
    return quoteattr(_text(value))


def _data(part: str, row: dict[str, Any], types: dict[str, str]) -> str:
    known = {name: row[name] for name in types if row[name] is not None}
    return "".join(f'<data key="{part}_{name}">{escape(_text(value))}</data>' for name, value in known.items())


def _declare(file: IO[str], part: str, types: dict[str, str]) -> None:
    """Write the attribute declarations of a GEXF file."""
    lines = "".join(f'<attribute id="{name}" title="{name}" type="{kind}"/>\n' for name, kind in types.items())
    file.write(f'<attributes class="{part}">\n{lines}</attributes>\n')


def _values(row: dict[str, Any], types: dict[str, str]) -> str:
    known = [(name, row[name]) for name in types if row[name] is not None]
    values = "".join(f'<attvalue for="{name}" value={_quoted(value)}/>' for name, value in known)
    return f"<attvalues>{values}</attvalues>"
