"""Looks for what a person should look at: several names in one cell, ids that differ only in their writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from greatfear.intake_tables.fields import Field
from greatfear.intake_tables.raw import RawTable
from greatfear.intake_tables.rules import Rule

__all__ = ["alike", "several_in", "several_names", "skeleton"]

_SIGNS = (";", " and ", " и ", " und ", " et ", " y ", " oraz ", "/", ", ", "\n")
_ROLES = {
    "persons": ("id",),
    "statements": ("speaker", "subject", "heard_from"),
    "acts": ("person",),
    "ties": ("a", "b"),
    "aliases": ("person",),
}
"""Fields that hold a person, by what a rule makes."""
_FEW = 3
_TWINS = str.maketrans("АВЕКМНОРСТУХаеокрсухіІ", "ABEKMHOPCTYXaeokpcyxiI")
"""Cyrillic letters that look like Latin ones."""


def several_names(table: RawTable, rules: Iterable[Rule]) -> list[str]:
    """Return a remark for each column of persons in which cells look like several names and no rule splits them."""
    columns = {
        field.column: field
        for rule in rules
        for role in _ROLES.get(rule.into, ())
        if isinstance(field := getattr(rule, role, None), Field) and field.column is not None and not field.split
    }
    remarks = []
    for column in columns:
        if column not in table.header:
            continue
        at = table.header.index(column)
        texts = {record.cells[at] for record in table.records if record.cells and not record.fault}
        remarks += several_in(table.name, column, texts)
    return remarks


def several_in(table: str, column: str, texts: set[str]) -> list[str]:
    """Return a remark for each sign in the different texts of a column that looks as if it parted several names."""
    remarks = []
    if texts:
        together = "\0".join(texts)
        for sign in _SIGNS:
            if sign not in together:
                continue
            found = sorted(text for text in texts if sign in text)
            if found:
                shown = ", ".join(repr(text[:40]) for text in found[:_FEW])
                remarks.append(
                    f"{table}: {column}: {len(found)} names hold {sign!r} ({shown}); each was taken as one person; "
                    f"write 'split' where they are several"
                )
    return remarks


def alike(keys: Iterable[str]) -> list[str]:
    """Return a remark for ids that differ only by case, blanks, ё and е, Latin letters among Cyrillic ones, or marks."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(skeleton(key), []).append(key)
    several = [names for names in groups.values() if len(names) > 1]
    if not several:
        return []
    shown = "; ".join(" / ".join(repr(name) for name in names[:_FEW]) for names in several[:_FEW])
    told = (
        f"{len(several)} names of persons are written in several ways (case, blanks, ё and е, or Latin letters among "
        f"Cyrillic ones) and were kept apart: {shown}; mend the table, or add a table of aliases"
    )
    return [told]


def skeleton(key: str) -> str:
    """Return a name without what often differs by chance."""
    if key.isascii() and key.isalnum():
        return key.casefold()
    text = unicodedata.normalize("NFKC", key).replace("ё", "е").replace("Ё", "Е")
    text = re.sub(r"[\s\u200b\u00ad.]+", " ", text).strip()
    return text.translate(_TWINS).casefold()
