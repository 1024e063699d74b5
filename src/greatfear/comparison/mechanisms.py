"""What the offices, the centre and each mechanism family came to in a run, in words and numbers for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from greatfear.scenario.mechanism import MechanismRow, Report
from greatfear.scenario.mechanisms import MECHANISMS
from greatfear.show.wording import Wording

Families = Mapping[str, Report]


def is_idle(centre: Mapping[str, Any]) -> bool:
    """Return whether what the centre believed drove nothing."""
    drives = centre.get("drives", [])
    return len(drives) == 1 and "drives nothing" in drives[0]


def tells_of_centre(families: Families) -> bool:
    """Return whether what the centre believed is worth a reader's time: it drove something, or a file or report fed it."""
    centre = families.get("centre", {})
    if not centre.get("series") or centre.get("unspoken"):  # the scenario says nothing of a centre
        return False
    if "drives" not in centre:  # runs of version 0.1 do not say what the belief drove
        return False
    return not is_idle(centre) or bool(centre.get("reports") or families.get("shams", {}).get("shams"))


def mechanism_rows(families: Families, words: Wording | None = None) -> list[MechanismRow]:
    """Return what the families of a run came to, in the order in which they act.

    Parameters
    ----------
    families : mapping
        Report of each family by its name, as in `Run.families`; families of other kinds are left out.
    words : Wording, optional
        Words of the case.

    Returns
    -------
    list of MechanismRow
        A centre whose belief drives nothing stands among them only where a sham or a report fed it, and then says so.
    """
    parts = {"offices": _offices, "centre": _centre} | {one.name: one.rows for one in MECHANISMS if one.rows}
    named = words or Wording()
    told = [name for name in parts if name in families and (name != "centre" or tells_of_centre(families))]
    rows = [row for name in told for row in parts[name](families[name])]
    if named:  # nobody is taken into custody in such a case
        rows = [
            replace(row, words=row.words.replace("named who are free", "named, with no open case,")) for row in rows
        ]
    return [replace(row, words=named.reworded(row.words), unit=named.reworded(row.unit)) for row in rows]


def _offices(told: Report) -> Iterator[MechanismRow]:
    from greatfear.simulation.course import BOUND_WORDS

    yield MechanismRow("offices", "persons named who are free at the end", told["open_leads"], "persons")
    for name, share in told["bound"].items():
        if share > 0:
            where = (
                "board-days with a queue of cases" if name == "boards" else f"office-days bound by {BOUND_WORDS[name]}"
            )
            if "bound_days" in told:  # older runs do not tell it
                where += f" (on {told['bound_days'][name]:,} of {told['days']:,} days)"
            yield MechanismRow("offices", where, share, "share")


def _centre(told: Report) -> Iterator[MechanismRow]:
    note = " (this belief drives nothing)" if is_idle(told) else ""
    yield MechanismRow("centre", f"enemies believed at large at the end{note}", told["belief"], "persons")
    yield MechanismRow("centre", "most enemies believed at large", max(row[1] for row in told["series"]), "persons")
    if told["clipped_periods"]:
        yield MechanismRow(
            "centre", "belief held at 0, where it would have fallen below", told["clipped_periods"], "periods"
        )
    if any("judges" in line for line in told["drives"]):
        yield MechanismRow("centre", "chiefs dismissed", told["dismissals"], "persons")
