"""Who named whom as a graph in GEXF (Gephi and its kin) or GraphML (networkx, igraph, Cytoscape)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.pages.filtering import Filtering

_MOST = 200_000
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEYS = ("name", "region", "stratum", "unit", "sex")


def legal(text: str) -> str:
    """Return a text without the characters that XML cannot hold; each is replaced by the sign for it."""
    return _ILLEGAL.sub("\ufffd", text)


def _xml(value: object) -> str:
    return escape(legal(str(value)))


@dataclass(frozen=True)
class _Graph:
    """Persons with what is recorded of them, and pairs of speaker and subject with the number of statements."""

    persons: list[tuple[int, str, dict[str, Any]]]
    edges: list[tuple[int, int, int]]
    words: str

    @classmethod
    def of(cls, index: Index, address: at.Statements, told: dict[str, Any]) -> _Graph:
        """Return the graph of the statements that pass the filter."""
        filtering = Filtering.of(address, index.statements, index.archive.epoch, "statements")
        rows = index.statements.rows(filtering.chosen)
        speaker, subject = (
            index.store.number(f"statements.{key}")[rows].astype(np.int64) for key in ("speaker", "subject")
        )
        known, n = (speaker >= 0) & (subject >= 0), len(index.people) or 1
        pairs, weight = np.unique(speaker[known] * n + subject[known], return_counts=True)
        order = np.argsort(-weight, kind="stable")[:_MOST]
        start, end = np.divmod(pairs[order], n)
        words = "; ".join(f"{key}: {value}" for key, value in told.items())
        if len(pairs) > _MOST:
            words += f"; {_MOST:,} of {len(pairs):,} pairs are written, the most frequent first"
        unknown = len(rows) - int(known.sum())
        words += f"; {unknown:,} statements without a known speaker or subject are not in it" if unknown else ""
        persons = [
            (person, index.id_of(person), {key: index.store.value(f"persons.{key}", person) for key in _KEYS})
            for person in np.unique(np.r_[start, end]).tolist()
        ]
        return cls(persons, list(zip(start.tolist(), end.tolist(), weight[order].tolist(), strict=True)), words)


def gexf(index: Index, address: at.Statements, told: dict[str, Any]) -> str:
    """Return the statements that pass the filter as a graph: an edge for each pair, its weight the number of statements."""
    graph = _Graph.of(index, address, told)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>', '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        f"<meta><creator>greatfear</creator><description>{_xml(graph.words)}</description></meta>",
        '<graph defaultedgetype="directed"><attributes class="node">',
        *(f'<attribute id="{key}" title="{key}" type="string"/>' for key in _KEYS), "</attributes><nodes>",
    ]  # fmt: skip
    for person, key, about in graph.persons:
        values = "".join(f'<attvalue for="{k}" value="{_xml(v)}"/>' for k, v in about.items() if v is not None)
        lines.append(f'<node id="{person}" label="{_xml(key)}"><attvalues>{values}</attvalues></node>')
    lines.append("</nodes><edges>")
    lines += [f'<edge id="{k}" source="{a}" target="{b}" weight="{w}"/>' for k, (a, b, w) in enumerate(graph.edges)]
    lines.append("</edges></graph></gexf>")
    return "\n".join(lines)


def graphml(index: Index, address: at.Statements, told: dict[str, Any]) -> str:
    """Return the same graph as GraphML."""
    return "\n".join(_graphml(_Graph.of(index, address, told)))


def _graphml(graph: _Graph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield f"<desc>{_xml(graph.words)}</desc>"
    for key in ("id", *_KEYS):
        yield f'<key id="{key}" for="node" attr.name="{key}" attr.type="string"/>'
    yield '<key id="statements" for="edge" attr.name="statements" attr.type="long"/>\n<graph edgedefault="directed">'
    for person, name, about in graph.persons:
        held = {"id": name} | {key: value for key, value in about.items() if value is not None}
        data = "".join(f'<data key="{key}">{_xml(value)}</data>' for key, value in held.items())
        yield f'<node id="n{person}">{data}</node>'
    for start, end, weight in graph.edges:
        yield f'<edge source="n{start}" target="n{end}"><data key="statements">{weight}</data></edge>'
    yield "</graph>\n</graphml>"
