"""Tables and sentences of membership that need the fit alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.describe.columns import numbers
from greatfear.recover.veracity_fit import Fitted


def rates_table(fitted: Fitted) -> pa.Table:
    """Return the rates with intervals."""
    names = (
        "suggestion",
        "repetition, for each name said before",
        "reciprocity, for each who named the speaker",
        "hearsay",
    )
    linear = np.concatenate([chain.trace["linear"] for chain in fitted.chains])
    known = np.concatenate([chain.trace["knowledge"] for chain in fitted.chains])
    omega = np.concatenate([chain.trace["omega"] for chain in fitted.chains])
    rows = []
    for cls, circumstance in enumerate(fitted.design.sittings.classes):
        parts = [
            ("knowledge, of a member", known[:, cls], "names a sitting"),
            ("being named as a member", omega[:, cls], "times"),
        ]
        parts += [(name, linear[:, cls, place], "names a sitting") for place, name in enumerate(names)]
        for name, draws, unit in parts:
            low, median, high = np.quantile(draws, [0.05, 0.5, 0.95])
            rows.append(
                {
                    "part": name,
                    "circumstance": circumstance,
                    "median": median,
                    "low": low,
                    "high": high,
                    "unit": unit,
                }
            )
    return pa.Table.from_pylist(rows)


def outside(archive: Archive) -> str:
    """Return what the table of population says about persons whom the record does not name; empty where there is none."""
    table = archive.table("population", ["region", "stratum", "persons"])
    if not table.num_rows:
        return ""
    region, stratum = (np.asarray(table.column(name).is_null()) for name in ("region", "stratum"))
    whole, persons = region & stratum, numbers(table, "persons")
    total = int(persons[whole].max()) if whole.any() else int(persons.max())
    n = archive.n_rows("persons")
    if total <= n:
        return ""
    counted = f"A count of the population holds {total:,} persons, this archive {n:,}."
    return (
        f"{counted} The prevalence that was given, and the number of members, are about the persons of the archive; those whom "
        "nobody recorded do not enter."
    )
