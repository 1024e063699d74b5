"""The section of the report on papers: what a historian of the file sees, beside the truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greatfear.archive import Archive
from greatfear.errors import GreatFearError
from greatfear.plots.markup import table


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
    n = {name: f"{count:,}" for name, count in counts.items()}
    shams = families.get("shams", {}).get("shams", [])
    spoken = f"{n['statements made']} made, {n['statements lost']} lost"
    spoken += f"; {n['statements that repeat another of the archive']} in the file repeat another one"
    done = f"{n['acts made']} made, {n['acts lost']} lost"
    done += f"; {n['acts whose statement was lost']} rest on a statement that was lost"
    behind = f"{n['persons behind them']} persons; {n['entries under a further spelling']} entries under a further spelling, "
    behind += f"{n['entries under a code name']} under a code name"
    documents = archive.sql("select count(*) as n from statements where channel = 'document'").to_pylist()[0]["n"]
    return [
        *(_of_sham(archive, shams) if shams else ()),
        ("papers that seem independent (documents)", f"{documents:,}", _papers(shams, n)),
        ("copies", f"{n['copies that say so']} that say so", n["copies in the archive"]),
        ("statements", n["statements in the archive"], spoken),
        ("acts", n["acts in the archive"], done),
        ("entries for persons", n["entries in the archive"], behind),
        ("further names joined by the index", n["aliases joined by the archive"], ""),
        ("agents of two sides in the file", "not told", n["agents of two sides among them"]),
        *_volumes(archive),
    ]


def _of_sham(archive: Archive, shams: list[Any]) -> list[tuple[str, str, str]]:
    """Return rows on the sources and the members that the file seems to have."""
    reporters, reported = _counted(archive, "speaker", "report"), _counted(archive, "subject", "report")
    agents = sum(sham.get("agents", 0) for sham in shams)
    found, provoked, invented = (sum(s[key] for s in shams) for key in ("members_found", "provoked", "invented"))
    truth = f"{found:,} real members, {provoked:,} persons who were provoked, {invented:,} who never lived"
    return [
        ("sources who report under a name or code name", f"{reporters:,}", f"{agents:,} agents"),
        ("persons reported as members", f"{reported:,}", truth),
    ]


def _papers(shams: list[Any], n: Mapping[str, str]) -> str:
    """Return what the documents of the file really are."""
    readers = [reader for sham in shams for reader in sham.get("readers", [])]
    rest = f"{n['copies in the archive']} copies and {n['papers of the other side in the archive']} papers of the other side"
    if not readers:
        return rest + " among them"
    own = sum(reader["papers"] - reader["told_by_others"] for reader in readers)
    told = sum(reader["told_by_others"] for reader in readers)
    return (
        f"{own:,} given by the sham to foreign services and {told:,} told by one service to another, less those that are lost; "
        f"{rest}. All go back to the agents' reports"
    )


def _volumes(archive: Archive) -> list[tuple[str, str, str]]:
    """Return the row on the volumes into which what survived is bound; none for loose papers."""
    query = "select count(distinct regexp_extract(place, '^vol[.] ([0-9]+)', 1)) as n from statements where place like 'vol. %'"
    volumes = int(archive.sql(query).to_pylist()[0]["n"])
    return [("volumes", f"{volumes:,}", "")] if volumes else []


def _counted(archive: Archive, column: str, channel: str) -> int:
    """Return how many persons stand in a column of the statements of a channel."""
    query = f"select count(distinct {column}) as n from statements where channel = '{channel}' and {column} >= 0"
    return int(archive.sql(query).to_pylist()[0]["n"])


def _persons(persons: list[dict[str, Any]]) -> str:
    """Return some persons with every form in which they stand in the file."""
    rows = [
        (str(one["name"]), one["who"], "; ".join(map(str, one["entries"])), "; ".join(map(str, one["aliases"])))
        for one in persons
    ]
    head = ("person in truth", "who", "entries in the file", "further names in its index")
    return "<p>Persons with the most written forms:</p>" + table(head, rows) if rows else ""


def _copies(copies: list[dict[str, Any]]) -> str:
    """Return some sets of statements that look independent and go back to one."""
    if not copies:
        return ""
    rows = [
        (str(one["name"]), one["who"], one["n"], "; ".join(text or "undated" for text in one["statements"]),
         "survives" if one["original_survives"] else "is lost")
        for one in copies
    ]  # fmt: skip
    head = ("named", "who that is in truth", "papers", "as they stand in the file", "the original")
    return "<p>Papers that look independent and go back to one:</p>" + table(head, rows, (2,))
