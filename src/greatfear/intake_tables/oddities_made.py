"""Looks at what rules made: composite names that are the same by chance or lack a part, ties that stand twice."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

import numpy as np
import pyarrow as pa

from greatfear.intake_tables.fields import Field
from greatfear.intake_tables.oddities import ROLES
from greatfear.intake_tables.raw import RawTable
from greatfear.intake_tables.rules import Rule
from greatfear.show.wording import counted

Cells = tuple[str, ...]
_FEW = 3


def composite_names(table: RawTable, rules: Iterable[Rule], missing: Container[str]) -> list[str]:
    """Return the remarks of `composites_in` for a table that is read row by row."""

    def sets(columns: Sequence[str]) -> set[Cells]:
        at = [table.header.index(column) for column in columns]
        return {tuple(r.cells[i] for i in at) for r in table.records if r.cells and not r.fault}

    known = set(table.header)
    return composites_in(table.name, [rule for rule in rules if _columns(rule) <= known], sets, missing)


def _composites(rule: Rule) -> list[Field]:
    """Return the fields of persons that are made of several columns."""
    fields = [getattr(rule, role, None) for role in ROLES.get(rule.into, ())]
    return [item for item in fields if isinstance(item, Field) and len(item.columns) > 1]


def _columns(rule: Rule) -> set[str]:
    return {column for item in _composites(rule) for column in item.columns}


def composites_in(
    table: str, rules: Iterable[Rule], sets: Callable[[Sequence[str]], set[Cells]], missing: Container[str]
) -> list[str]:
    """Return a remark where different sets of cells give one name, and where names lack a part.

    Parameters
    ----------
    table : str
    rules : iterable of Rule
    sets : callable
        Returns the different sets of cells that stand in some columns.
    missing : container of str
        What means "not known".
    """
    asked = {item.columns: item.between for rule in rules for item in _composites(rule)}
    remarks = []
    for columns, between in asked.items():
        by_name: dict[str, set[Cells]] = {}
        n_short = 0
        for cells in sets(columns):
            known = [cell for cell in cells if cell not in missing]
            if known:
                by_name.setdefault((" " if between is None else between).join(known), set()).add(cells)
                n_short += len(known) < len(cells)
        same = sorted(name for name, several in by_name.items() if len(several) > 1)
        where = f"{table}: {' + '.join(columns)}"
        if same:
            shown = ", ".join(repr(name[:40]) for name in same[:_FEW])
            remarks.append(
                f"{where}: {len(same)} names come from different cells ({shown}) and were taken as one person each; "
                "write another sign between them (between)"
            )
        if n_short:
            remarks.append(f"{where}: {n_short} names lack a part; each was taken as a name of its own")
    return remarks


def mirrored(ties: pa.Table) -> list[str]:
    """Return a remark where undirected ties stand twice: a with b, and b with a."""
    if not ties.num_rows:
        return []
    one, other, directed = (ties.column(name).to_numpy() for name in ("a", "b", "directed"))
    kinds = ties.column("kind").combine_chunks()
    kind = (kinds if pa.types.is_dictionary(kinds.type) else kinds.dictionary_encode()).indices.to_numpy(False)
    chosen = directed == 0
    low, high = np.minimum(one, other)[chosen].astype(np.int64), np.maximum(one, other)[chosen].astype(np.int64)
    key = (kind[chosen].astype(np.int64) * (int(high.max(initial=0)) + 1) + low) * (int(high.max(initial=0)) + 1) + high
    upward = (one < other)[chosen]
    n = len(np.intersect1d(key[upward], key[~upward]))
    told = (
        "of persons with the same undirected tie twice, once from each side (a with b, b with a); leave one of them out"
    )
    return [f"{counted(n, 'pair')} {told}"] if n else []
