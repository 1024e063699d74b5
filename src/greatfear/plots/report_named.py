"""The section of the report on persons with names: what the run did to each, who named them, and the record beside it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from greatfear.plots.markup import table

_HEADS = (
    "person", "arrested", "on what", "statements before the arrest (speakers)", "of these in custody; named by", "sentence",
    "record",
)  # fmt: skip


def named_section(told: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return key, title and HTML of the section; `told` is ``named.json`` of a run."""
    persons: Sequence[Mapping[str, Any]] = told["persons"]
    note = (
        '<p class="note">The scenario names these persons and takes dates of arrest from the record where it says so (given). '
        "Who named whom, and what became of those without a date, is the run's own. The last column is the record, which the "
        "run does not read. A statement against a person is an accusation and no evidence of guilt.</p>"
    )
    rows = [
        (_who(one), _arrest(one), one["cause"] or "", _before(one), _by(one), _sentence(one), _record(one["record"]))
        for one in persons
    ]
    arrested = [one for one in persons if one["arrested"] and one["is_dated"]]
    without = [one["name"] for one in arrested if not one["statements"]]
    words = ""
    if arrested:
        words = f"{len(arrested) - len(without)} of the {len(arrested)} persons arrested on a given day are named in a statement"
        words = f"<p>{html.escape(words + ('; not named: ' + ', '.join(without) if without else ''))}.</p>"
    return "named", "Persons with names", note + words + table(_HEADS, rows)


def _who(one: Mapping[str, Any]) -> str:
    """Return the name with what is known of the person."""
    known = "; ".join(f"{key}: {value}" for key, value in one["attributes"].items())
    return f"{one['name']} ({known})" if known else str(one["name"])


def _arrest(one: Mapping[str, Any]) -> str:
    """Return the day of the arrest, and whether it was given."""
    return f"{one['arrested']}{' (given)' if one['is_dated'] else ''}" if one["arrested"] else "not arrested"


def _before(one: Mapping[str, Any]) -> str:
    """Return the statements against the person before the arrest, and in all."""
    return f"{one['statements_before_arrest']} ({one['speakers_before_arrest']}); {one['statements']} in all"


def _by(one: Mapping[str, Any]) -> str:
    """Return how many statements came from sittings, and who of those with names made any statement."""
    names = ", ".join(one["named_by"])
    return f"{one['in_custody_statements'] or 'none'} in custody" + (f"; named by {names}" if names else "")


def _sentence(one: Mapping[str, Any]) -> str:
    """Return what came of the case."""
    if not one["judged"]:
        return "none by the end"
    return " ".join(part for part in (one["judged"], one["outcome"], one["board"]) if part)


def _record(fate: Mapping[str, Any]) -> str:
    """Return what the record says."""
    parts = [f"arrested {fate['arrested']}" if fate["arrested"] else "", fate["what"] or ""]
    parts.append(f"died {fate['died']}" if fate["died"] else "")
    said = "; ".join(part for part in parts if part)
    source = ", ".join(part for part in (fate["source"], fate["place"]) if part)
    return f"{said} [{source}]" if said and source else said
