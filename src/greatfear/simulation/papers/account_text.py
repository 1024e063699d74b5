"""An account of papers as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OPENED = (
    "This opens the truth of a simulated world. No archive tells it, and no estimator of this package can read it."
)


def as_text(account: Mapping[str, Any]) -> str:
    """Return an account of a run."""
    lines = [f"{account['title']}: the archive beside the truth", _OPENED, ""]
    lines += [f"  {count:>12,}  {name}" for name, count in account["counts"].items()]
    lines += ["", "Lost:"] if account["lost"] else []
    lines += [f"  {row['n']:>12,}  {row['table']}: {row['what']}, by {row['lost_by']}" for row in account["lost"]]
    lines += ["", "Dates in the archive:"]
    lines += [f"  {row['n']:>12,}  {row['table']}: {_known(row['precision'])}" for row in account["dates"]]
    lines += ["", "Persons with the most written forms:"]
    for person in account["persons"]:
        lines.append(f"  {person['name']}{', ' + person['who'] if person['who'] else ''}")
        lines += [f"    entry {entry}" for entry in person["entries"]]
        lines += [f"    alias {alias}" for alias in person["aliases"]]
    lines += ["", "Statements that look independent and go back to one:"] if account["copies"] else []
    for group in account["copies"]:
        survives = "the original survives" if group["original_survives"] else "the original is lost"
        lines.append(
            f"  {group['n']} against {group['name']}{', ' + group['who'] if group['who'] else ''} ({survives})"
        )
        lines += [f"    {text or 'undated'}" for text in group["statements"]]
    return "\n".join(lines)


def person_text(account: Mapping[str, Any]) -> str:
    """Return an account of one person."""
    so = account["so"]
    lines = [f"{account['asked']} is {so['name']}, number {so['address']} of the simulated population", _OPENED]
    member = "member of no organisation" if so["member"] < 0 else f"member of real organisation {so['member']}"
    lines += [f"{member}; {'an informer' if so['informer'] else 'no informer'}", "", "Stands in the archive as:"]
    for row in account["written"]:
        side = {0: ", own side", 1: ", other side"}.get(row["side"], "")
        lines.append(f"  {row['id']}  {row['name'] or '(no name)'}  [{row['kind']}{side}]")
    lines += ["", "Statements against this person:"]
    for row in account["statements"]:
        copy = f", taken from {row['copy_of']}" if row["copy_of"] >= 0 else ""
        said = f"  {row['made']}: {row['channel']} on day {row['true_day']:.0f}{copy}; "
        lines.append(said + (f"lost by {row['lost_by']}" if row["lost_by"] else _written(row)))
    return "\n".join(lines)


def _written(row: Mapping[str, Any]) -> str:
    date = f"{row['written']} ({_known(row['precision'])})" if row["written"] else "undated"
    return f"written {date}, against {row['entry']}"


def _known(precision: str) -> str:
    return {"instant": "known to the hour", "unknown": "date unknown"}.get(precision, f"known to the {precision}")
