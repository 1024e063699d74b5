"""Makes the tables of docs/record.md from the schema, so that the page cannot say what the code does not."""

from __future__ import annotations

from collections.abc import Mapping

from greatfear.record.schema import TABLES
from greatfear.record.table import Column, Table

BEGIN, END = "<!-- tables: made from schema.py -->", "<!-- end of tables -->"
"""Marks between which `fill` puts the tables."""

_HEAD = "| column | type | unit | null | since | meaning |\n| --- | --- | --- | --- | --- | --- |"


def table_page(tables: Mapping[str, Table], level: str = "##") -> str:
    """Return the Markdown text of some tables.

    Parameters
    ----------
    tables : dict of str to Table
        `TABLES` of the schema, or the tables of the truth.
    level : str
        Mark of the heading.
    """
    return "\n\n".join(_section(table, level) for table in tables.values())


def fill(page: str, truth: Mapping[str, Table]) -> str:
    r"""Return `page` with the tables between its marks made again.

    Raises
    ------
    ValueError
        The page has no marks.
    """
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    beside = "## Truth\n\n" + _TRUTH + "\n\n" + table_page(truth, "###")
    return f"{before}{BEGIN}\n\n{table_page(TABLES)}\n\n{beside}\n\n{END}{after}"


_TRUTH = (
    "Only simulated runs have these tables, in the folder `truth/` beside the archive. They are opened through\n"
    "the simulation part of the package; nothing that estimates can reach them. A folder from which `truth/` was\n"
    "taken away is still a whole archive. Optional tables stand only where the scenario asks for what they hold:\n"
    "those of mechanism families (docs/families) and papers (docs/papers.md) lead from each row of the archive to the truth."
)


def _section(table: Table, level: str) -> str:
    """Return heading, meaning of a row, columns and requirements of one table."""
    lines = [f"{level} Table `{table.name}`", "", f"A row is {table.row}.", "", _HEAD]
    lines += [_line(column, max(column.since, table.since)) for column in table.columns]
    if table.optional:
        lines += ["", "Optional table."]
    if table.open:
        lines += ["", "Open table: further columns (attributes) may follow; the manifest lists them."]
    if table.requirements:
        lines += ["", "Requirements:", "", *(f"- {requirement}" for requirement in table.requirements)]
    return "\n".join(lines)


def _line(column: Column, since: int) -> str:
    """Return one column as a row of the Markdown table."""
    about = column.about
    if column.values:
        about += ": " + ", ".join(f"`{value}`" for value in column.values)
    if column.refers:
        about += f"; row of `{column.refers}`"
    return f"| `{column.name}` | {column.type} | {column.unit or '-'} | {column.null} | {since} | {about} |"
