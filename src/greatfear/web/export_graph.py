"""Who named whom as a graph in GEXF, for Gephi and its kin."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.pages.filtering import Filtering

__all__ = ["gexf"]

_MOST = 200_000


def gexf(index: Index, address: at.Statements, told: dict[str, Any]) -> str:
    """Return the statements that pass the filter as a graph: an edge for each pair, its weight the number of statements."""
    filtering = Filtering.of(address, index.statements, index.archive.epoch, "statements")
    rows = index.statements.rows(filtering.chosen)
    speaker, subject = (
        index.store.number(f"statements.{key}")[rows].astype(np.int64) for key in ("speaker", "subject")
    )
    known = (speaker >= 0) & (subject >= 0)
    pairs, weight = np.unique(speaker[known] * (len(index.people) or 1) + subject[known], return_counts=True)
    order = np.argsort(-weight, kind="stable")[:_MOST]
    start, end = np.divmod(pairs[order], len(index.people) or 1)
    words = "; ".join(f"{key}: {value}" for key, value in told.items())
    if len(pairs) > _MOST:
        words += f"; {_MOST:,} of {len(pairs):,} pairs are written, the most frequent first"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>', '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        f"<meta><creator>greatfear</creator><description>{escape(words)}</description></meta>",
        '<graph defaultedgetype="directed"><nodes>',
    ]  # fmt: skip
    persons = np.unique(np.r_[start, end]).tolist()
    lines += [f'<node id="{person}" label="{escape(index.id_of(person))}"/>' for person in persons]
    lines.append("</nodes><edges>")
    numbered = enumerate(zip(start.tolist(), end.tolist(), weight[order].tolist(), strict=True))
    lines += [f'<edge id="{k}" source="{a}" target="{b}" weight="{w}"/>' for k, (a, b, w) in numbered]
    lines.append("</edges></graph></gexf>")
    return "\n".join(lines)
