"""What fear, votes, papers from abroad and tribunals came to in a run, in words and numbers for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from greatfear.show.wording import Wording

__all__ = ["MechanismRow", "is_idle", "is_shown", "mechanism_rows"]

Families = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MechanismRow:
    """One number of one mechanism family; `is_true` says that the archive alone does not tell it."""

    family: str
    words: str
    value: float
    unit: str
    is_true: bool = False

    def __str__(self) -> str:
        """Return the row as a line."""
        number = (
            f"{self.value:.3f}"
            if self.unit == "share"
            else f"{self.value:,.4g}"
            if self.value % 1
            else f"{self.value:,.0f}"
        )
        return f"{self.family}: {self.words} {number}{'' if self.unit == 'share' else ' ' + self.unit}"


def is_idle(centre: Mapping[str, Any]) -> bool:
    """Return whether what the centre believed drove nothing."""
    drives = centre.get("drives", [])
    return len(drives) == 1 and "drives nothing" in drives[0]


def is_shown(centre: Mapping[str, Any], words: Wording | None = None) -> bool:
    """Return whether a reader is told of the centre: where the scenario has one, and a case with own words lets it act."""
    return bool(centre.get("series")) and not centre.get("unspoken") and not (words and is_idle(centre))


def mechanism_rows(families: Families, words: Wording | None = None) -> list[MechanismRow]:
    """Return what the families of a run came to, in the order in which they act.

    Parameters
    ----------
    families : mapping
        Report of each family by its name, as in `Run.families`; families of other kinds are left out.
    words : Wording, optional
        Words of the case. Where it has its own, a centre whose belief drives nothing is left out: it knows no enemies. A centre
        of which the scenario says nothing is left out always.
    """
    parts = {
        "offices": _offices,
        "centre": _centre,
        "fear": _fear,
        "votes": _votes,
        "documents": _documents,
        "tribunals": _tribunals,
        "accidents": _accidents,
        "shams": _readers,
        "named": _named,
    }
    named = words or Wording()
    told = [name for name in parts if name in families and (name != "centre" or is_shown(families[name], named))]
    rows = [row for name in told for row in parts[name](families[name])]
    if named:  # nobody is taken into custody in such a case
        rows = [
            replace(row, words=row.words.replace("named who are free", "named, with no open case,")) for row in rows
        ]
    return [replace(row, words=named.reworded(row.words), unit=named.reworded(row.unit)) for row in rows]


def _offices(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
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


def _centre(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    yield MechanismRow("centre", "enemies believed at large at the end", told["belief"], "persons")
    yield MechanismRow("centre", "most enemies believed at large", max(row[1] for row in told["series"]), "persons")
    if told["clipped_periods"]:
        yield MechanismRow(
            "centre", "belief held at 0, where it would have fallen below", told["clipped_periods"], "periods"
        )
    if any("judges" in line for line in told["drives"]):
        yield MechanismRow("centre", "chiefs dismissed", told["dismissals"], "persons")


def _fear(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    largest = max((row[2] for row in told["series"]), default=0.0)
    yield MechanismRow("fear", "largest of a region", largest, "arrests per thousand persons")
    yield MechanismRow(
        "fear", "denunciations moved by arrests in the unit", told["denouncers_moved"], "statements", True
    )


def _votes(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    yield MechanismRow("votes", "meetings", told["meetings"], "meetings")
    yield MechanismRow("votes", "hands up", told["reported_share"], "share")
    yield MechanismRow("votes", "private support of those present", told["private_share"], "share", True)
    yield MechanismRow("votes", "named in minutes for keeping the hand down", told["named_in_minutes"], "statements")
    yield MechanismRow("votes", "denounced from the floor", told["named_from_the_floor"], "statements")


def _documents(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    yield MechanismRow("papers", "received", told["papers"], "papers", True)
    yield MechanismRow("papers", "believed", told["believed"], "statements")
    yield MechanismRow("papers", "believed though forged", told["believed_forged"], "statements", True)
    yield MechanismRow("papers", "origins as the archive shows them", told["origins_by_the_archive"], "origins")
    yield MechanismRow("papers", "origins in truth, copies taken together", told["origins_in_truth"], "origins", True)
    yield MechanismRow("papers", "arrests that rest on forged ones", told["arrests_resting_on_forged"], "arrests", True)
    yield MechanismRow("papers", "arrests that rest on real leaks", told["arrests_resting_on_leaks"], "arrests", True)


def _tribunals(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    for name, board in told["boards"].items():
        evidence = {"enough": ", a confession is enough", "needed": ", only on a confession"}.get(
            board["confession"], ""
        )
        kind = f"{name} ({board['kind']}{evidence})"
        yield MechanismRow("tribunals", f"{kind}: sentenced", board["sentenced"], "persons")
        yield MechanismRow("tribunals", f"{kind}: released", board["released"], "persons")
        if board["judges"]:
            yield MechanismRow("tribunals", f"{kind}: persons who judged", board["persons_who_judged"], "persons", True)
    yield MechanismRow("tribunals", "judges arrested later", told["judges_arrested_later"], "persons", True)


def _accidents(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    yield MechanismRow("accidents", "all", told["accidents"], "accidents", True)
    yield MechanismRow("accidents", "read as sabotage", told["read_as_sabotage"], "accidents")
    yield MechanismRow("accidents", "real sabotage", told["sabotage"], "accidents", True)
    yield MechanismRow(
        "accidents", "real sabotage that was read as such", told["sabotage_read_as_such"], "accidents", True
    )
    yield MechanismRow("accidents", "suspects arrested", told["suspects_arrested"], "persons")
    yield MechanismRow("accidents", "of these, who had done sabotage", told["saboteurs_among_them"], "persons", True)


def _readers(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    for sham in told.get("shams", []):
        for reader in sham.get("readers", []):
            name = reader["name"]
            yield MechanismRow("services", f"{name}: papers received", reader["papers"], "papers")
            yield MechanismRow("services", f"{name}: persons believed in", reader["persons_believed"], "persons", True)
            words = f"{name}: papers behind that belief, each taken for independent"
            yield MechanismRow("services", words, reader["papers_behind_belief"], "papers")
            words = f"{name}: reports behind those papers"
            yield MechanismRow("services", words, reader["origins_behind_belief"], "reports", True)


def _named(told: Mapping[str, Any]) -> Iterator[MechanismRow]:
    persons = told["persons"]
    dated = [one for one in persons if one["is_dated"] and one["arrested"]]
    if dated:
        named = sum(one["in_custody_statements"] > 0 for one in dated)
        yield MechanismRow(
            "persons", f"arrested on a given day ({len(dated)}): named by somebody in custody", named, "persons"
        )
    free = [one for one in persons if not one["is_dated"] and one["record"]["arrested"]]
    if free:
        words = f"whose arrest the record tells and the scenario leaves open ({len(free)}): arrested in the run"
        yield MechanismRow("persons", words, sum(one["arrested"] is not None for one in free), "persons")
