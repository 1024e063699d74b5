"""What was written, survived and was lost, in a simulated run that went through papers."""

from __future__ import annotations

from typing import Any

from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.pages.frame import archive_page
from greatfear.web.parts import Fact, Facts, Notice, Page, Table, cell

__all__ = ["papers"]


def papers(lab: Lab, address: at.Papers) -> Page:
    """Return the archive beside the truth; only where the lab may open the truth."""
    entry = lab.entry(address.name)
    path = entry.path
    # a run whose scenario has papers says so in its truth, an archive that went through them later in its provenance
    linked = path is not None and (path / "truth" / "written_statements.parquet").is_file()
    if path is None or not (linked or "papers" in entry.opened.manifest.provenance):
        return archive_page(
            entry,
            address,
            "Papers",
            blocks=(
                Notice(
                    "This archive did not go through papers: nothing is recorded of what was written down, lost or kept."
                ),
            ),
        )
    if not lab.truth:
        words = "This page opens the truth of a simulated run. Start the lab with --truth to see it."
        return archive_page(entry, address, "Papers", blocks=(Notice(words),))
    from greatfear.simulation.papers.account import account

    found = entry.kept(("papers",), lambda: account(path), "The account of the papers").to_dict()
    facts = Facts(tuple(Fact(int(n), name.replace("_", " ")) for name, n in found["counts"].items()))
    tables = tuple(_table(name, found[name]) for name in ("lost", "dates", "persons", "copies") if found[name])
    return archive_page(
        entry,
        address,
        "Papers: the archive beside the truth",
        blocks=(
            Notice("These pages show the truth of a simulated world; no archive holds it.", "truth"),
            facts,
            *tables,
        ),
    )


def _table(name: str, rows: list[dict[str, Any]]) -> Table:
    columns = tuple(rows[0])
    cells = tuple(tuple(cell(_plain(row[key])) for key in columns) for row in rows)
    return Table(
        name,
        columns,
        cells,
        title=name.capitalize(),
        numeric=tuple(c for c in columns if isinstance(rows[0][c], int | float)),
    )


def _plain(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
