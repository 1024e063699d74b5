"""The section of the report on papers: what a historian of the file sees, beside the truth."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greatfear.archive import Archive
from greatfear.errors import GreatFearError
from greatfear.plots.markup import table

__all__ = ["papers_section"]


def papers_section(
    archive: Archive, folder: Path, families: Mapping[str, Mapping[str, Any]]
) -> tuple[str, str, str] | None:
    """Return key, title and HTML of the section; None where the run went through no papers or its truth is gone."""
    from greatfear.simulation.papers.account import account

    try:
        told = account(folder, limit=5).to_dict()
    except GreatFearError:  # no papers lie between this run and its archive, or its truth was taken away
        return None
    note = (
        '<p class="note">Left: what somebody who has only the file can count. Right: the truth of the simulated world, which no '
        "archive tells. The difference is the work of code names, copies, losses and inventions.</p>"
    )
    text = note + table(("what", "in the file", "in truth"), _beside(archive, families, told["counts"]))
    text += _persons(told["persons"]) + _copies(told["copies"])
    return "papers", "What a historian of the file sees, and the truth", text


def _beside(
    archive: Archive, families: Mapping[str, Mapping[str, Any]], counts: Mapping[str, int]
) -> list[tuple[str, str, str]]:
    """Return rows of what the file shows, beside the truth."""
    shams = families.get("shams", {}).get("shams", [])
    reporters, reported = _counted(archive, "speaker", "report"), _counted(archive, "subject", "report")
    agents = sum(sham.get("agents", 0) for sham in shams)
    found, provoked, invented = (sum(s[key] for s in shams) for key in ("members_found", "provoked", "invented"))
    readers = [reader for sham in shams for reader in sham.get("readers", [])]
    rows = [_placed(name.replace("_", " "), f"{n:,}") for name, n in counts.items()]
    if shams:
        rows.insert(0, ("sources who report under a name or code name", f"{reporters:,}", f"{agents:,} agents"))
        truth = f"{found:,} real members, {provoked:,} persons who were provoked, {invented:,} who never lived"
        rows.insert(1, ("persons reported as members", f"{reported:,}", truth))
    if readers:
        papers = archive.sql("select count(*) as n from statements where channel = 'document'").to_pylist()[0]["n"]
        own = sum(reader["papers"] - reader["told_by_others"] for reader in readers)
        told = sum(reader["told_by_others"] for reader in readers)
        truth = (
            f"{own:,} given by the sham, {told:,} told by one service to another; all go back to the agents' reports"
        )
        rows.insert(2, ("papers of foreign services that seem independent", f"{papers:,}", truth))
    return rows


def _placed(words: str, number: str) -> tuple[str, str, str]:
    """Return a row with its number in the column of the file where the file tells it, else in that of the truth."""
    return (words, number, "") if words in _IN_FILE else (words, "", number)


_IN_FILE = (
    "statements in the archive", "acts in the archive", "entries in the archive", "copies that say so",
    "aliases joined by the archive",
)  # fmt: skip


def _counted(archive: Archive, column: str, channel: str) -> int:
    """Return how many persons stand in a column of the statements of a channel."""
    query = f"select count(distinct {column}) as n from statements where channel = '{channel}' and {column} >= 0"
    return int(archive.sql(query).to_pylist()[0]["n"])


def _persons(persons: list[dict[str, Any]]) -> str:
    """Return some persons with every form in which they stand in the file."""
    rows = [
        (str(one["name"]), "an informer or agent" if one["informer"] else "", "; ".join(map(str, one["entries"])),
         "; ".join(map(str, one["aliases"])))
        for one in persons
    ]  # fmt: skip
    head = ("person in truth", "who", "entries in the file", "aliases in its index")
    return "<p>Persons with the most written forms:</p>" + table(head, rows) if rows else ""


def _copies(copies: list[dict[str, Any]]) -> str:
    """Return some sets of statements that look independent and go back to one."""
    if not copies:
        return ""
    lines = [f"{one['n']} statements against {one['name']} go back to one." for one in copies]
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)
