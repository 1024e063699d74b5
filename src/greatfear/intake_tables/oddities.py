"""Looks for what a person should look at: several names in one cell, ids that differ only in their writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.cell_signs import bare_name, has_signs
from greatfear.intake_tables.fields import Field
from greatfear.intake_tables.numbers import seems_grouped
from greatfear.intake_tables.raw import RawTable
from greatfear.intake_tables.rules import Rule
from greatfear.show.wording import counted

TextsWith: TypeAlias = "Callable[[str, str], set[str]]"
"""Returns the different texts of a column that hold a sign."""
_SIGNS = (
    ";", " and ", " и ", " und ", " u. ", " et ", " y ", " e ", " i ", " oraz ", " & ", " + ", "/", ", ", "\n",
)  # fmt: skip
ROLES = {
    "persons": ("id",),
    "statements": ("speaker", "subject", "heard_from"),
    "acts": ("person",),
    "ties": ("a", "b"),
    "aliases": ("person",),
}
"""Fields that hold a person, by what a rule makes."""
_FEW = 3
_WHOLE = re.compile(r"0*(\d+(?:\.\d*[1-9])?)(?:\.?0+)?")
"""A number as programs write it: 7, 007, 7.0; 12.5, 12.50."""
_TWINS = str.maketrans("АВЕКМНОРСТУХаеокрсухіІ", "ABEKMHOPCTYXaeokpcyxiI")
"""Cyrillic letters that look like Latin ones."""


def _columns_of_persons(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """Return the columns that hold persons, with the signs that part the names in a cell."""
    fields = [getattr(rule, role, None) for rule in rules for role in ROLES.get(rule.into, ())]
    return {item.column: item.split for item in fields if isinstance(item, Field) and item.column is not None}


def several_names(table: RawTable, rules: Iterable[Rule]) -> list[str]:
    """Return a remark for each column of persons in which cells look like several names and no rule splits them."""

    def texts_with(column: str, sign: str) -> set[str]:
        at = table.header.index(column)
        cells = {record.cells[at] for record in table.records if record.cells and not record.fault}
        return {cell for cell in cells if sign in cell}

    return names_in(table.name, rules, table.header, texts_with)


def names_in(table: str, rules: Iterable[Rule], columns: Container[str], texts_with: TextsWith) -> list[str]:
    """Return the remarks of `several_names` for a table of which only the texts with a sign are asked."""
    remarks = []
    for column, signs in _columns_of_persons(rules).items():
        if column in columns:
            texts = set[str]().union(*(texts_with(column, sign) for sign in _SIGNS))
            for sign in signs:
                texts = {part.strip() for text in texts for part in text.split(sign)}
            remarks += several_in(table, column, texts, is_split=bool(signs))
    return remarks


def several_in(table: str, column: str, texts: set[str], *, is_split: bool = False) -> list[str]:
    """Return a remark for each sign in the different texts of a column that looks as if it parted several names."""
    remarks = []
    together = "\0".join(texts)
    for sign in _SIGNS:
        found = sorted(text for text in texts if sign in text) if sign in together else ()
        if found:
            shown = ", ".join(repr(text[:40]) for text in found[:_FEW])
            mend = "add the sign to 'split'" if is_split else "write 'split'"
            remarks.append(
                f"{table}: {column}: {counted(len(found), 'name')} with {sign!r} ({shown}); each was taken as one person; "
                f"{mend} where they are several"
            )
    return remarks


_NUMERIC = ("pressure", "seniority", "weight", "evidence", "count", "size", "dead")


def grouped_numbers(table: RawTable, rules: Iterable[Rule]) -> list[str]:
    """Return a remark for each column of numbers in which a point may stand between thousands (1.200)."""

    def texts_with(column: str, sign: str) -> set[str]:
        at = table.header.index(column)
        cells = {record.cells[at] for record in table.records if record.cells and not record.fault}
        return {cell for cell in cells if sign in cell}

    return grouped_in(table.name, rules, table.header, texts_with)


def grouped_in(table: str, rules: Iterable[Rule], columns: Container[str], texts_with: TextsWith) -> list[str]:
    """Return the remarks of `grouped_numbers` from the texts that hold a point."""
    fields = [getattr(rule, name, None) for rule in rules for name in _NUMERIC]
    for rule in rules:
        fields += [item for item in getattr(rule, "attributes", {}).values() if item.type in ("number", "integer")]
    remarks = []
    for column in dict.fromkeys(item.column for item in fields if isinstance(item, Field) and item.column in columns):
        found = seems_grouped(texts_with(column, ".")) if column else []
        if found:
            shown = ", ".join(found[:_FEW])
            remarks.append(
                f"{table}: {column}: numbers such as {shown} were read with a decimal point; if the point stands between "
                f'thousands, declare it (numbers: "1.234,5")'
            )
    return remarks


def noted_names(keys: Iterable[str]) -> list[str]:
    """Return a remark where names of persons begin or end with signs that are hardly a part of them."""
    found = [key for key in keys if has_signs(key)]
    if not found:
        return []
    shown = ", ".join(repr(key[:40]) for key in found[:_FEW])
    names = counted(len(found), "name")
    told = f"{names} of persons with the mark of a footnote, a list, a quotation or a doubt at an end ({shown})"
    return [f"{told}, kept as written; 'strip' takes signs off"]


_MANY = (
    "two three four five six several many some zwei drei vier fünf sechs mehrere einige deux trois quatre cinq "
    "plusieurs due tre quattro cinque alcuni dos tres cuatro cinco varios algunos dwie dwoje troje trzech kilku kilka "
    "две двое три трое четверо пятеро несколько duo quattuor quidam"
)
_NAMELESS = (
    "others unnamed unknown anonymous anonym ungenannte?r?n? unbekannte?r?n? namenlose?r?n? andere inconnue?s? "
    "anonyme autres altri sconosciut[oaie] ignot[oaiu]s? otros desconocid[oa]s? inni nieznan[yaei] другие прочие "
    "неизвестн[а-я]+ неназванн[а-я]+ ignoti alii"
)
_KIN = (
    "mother father wife husband widow son daughter brother sister servant maid neighbou?r Mutter Vater Frau Ehefrau Ehemann "
    "Mann Witwe Sohn Tochter Bruder Schwester Magd Knecht mère père femme épouse veuve fils fille frère sœur soeur servante "
    "madre padre moglie marito vedova figlio figlia fratello sorella serva esposa mujer viuda hijo hija hermano hermana"
)
_KIN_ALONE = (
    "uxor mater filius filia relicta vidua ancilla famulus мать отец жена муж вдова сын дочь брат сестра сосед соседка matka "
    "ojciec żona mąż wdowa syn córka brat siostra"
)
_SOMEBODY = (
    "an? one some eine? une? un una quidam quaedam quedam некто некий некая один одна какой-то какая-то pewien pewna jakiś "
    "jakaś"
)
_OF = "of|des|der|von|vom|de|du|di|del|della|d'|dell'"


def _any(words: str) -> str:
    """Return words as alternatives of a regular expression."""
    return "|".join(words.split())


_SEVERAL = "|".join(
    [
        r"^[0-9]+ +[a-zà-ÿа-яё]",
        rf"(?i:^(?:{_any(_MANY)}) )",
        rf"(?i:(?:^| )(?:{_any(_NAMELESS)})(?: |$))",
        rf"^(?i:(?:the|die|der|la|le|il|el|his|her|ihre?|seine?) )?(?i:{_any(_KIN)}) (?:{_OF})",
        rf"^(?i:{_any(_KIN_ALONE)}) ",
        rf"^(?:{_any(_SOMEBODY)})(?: |$)",
        r"^1[.)].*\S.*\b2[.)]",
        r"(?i:^(?:see|cf\.?|vgl\.?|siehe|s\.|voir|vedi|véase|см\.|ср\.|zob\.|por\.) )",
        r"(?i:(?:^| )(?:u\. ?a\.|et al\.?|etc\.?|usw\.?|и др\.?|и пр\.?|e\.a\.)$)",
        r"(?i:^(?:someone|somebody|jemand|niemand|qualcuno|alguien|ktoś|кто-то|аноним[а-я]*|anonym[a-zà-ÿ]*)(?: |$))",
    ]
)
"""What a cell begins with, or holds, that stands for several persons, or describes somebody without a name."""


def collective_names(keys: pa.StringArray) -> list[str]:
    """Return a remark where names look like several persons, or describe somebody whose name is not known."""
    found = keys.filter(pc.match_substring_regex(keys, _SEVERAL)).to_pylist()
    if not found:
        return []
    shown = ", ".join(repr(key[:40]) for key in found[:_FEW])
    told = f"{len(found)} of the names look like several persons, or describe somebody without a name ({shown}); each was taken "
    return [told + "as one person; if they are not, declare 'unnamed', or make 'groups'"]


def alike(keys: Iterable[str]) -> list[str]:
    """Return a remark for ids that differ only by case, blanks, commas, ё and е, Latin letters among Cyrillic ones, or marks."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(skeleton(key), []).append(key)
    several = [names for names in groups.values() if len(names) > 1]
    if not several:
        return []
    shown = "; ".join(" / ".join(repr(name) for name in names[:_FEW]) for names in several[:_FEW])
    told = (
        f"{counted(len(several), 'name')} of persons written in several ways (case, blanks, commas, zeros of numbers, ё and е, "
        f"Latin letters among Cyrillic ones), kept apart: {shown}; mend the table, or add a table of aliases"
    )
    return [told]


_TITLES = (
    "dr prof professor mr mrs ms miss sir lady lord rev father brother sister herr frau fräulein frl hr pater pfarrer "
    "bruder schwester mag magister monsieur madame mademoiselle mme mlle sieur dame abbé père frère soeur sœur don donna "
    "dom ser messer monna maestro fra frate suor padre señor señora sr sra doña fray dominus domina domnus dn frater "
    "soror presbyter pan pani ks ksiądz гр гражданин гражданка тов товарищ отец г-н г-жа граф князь княгиня"
)
"""Titles before a name, in small letters without a point."""


_DAMAGED = r"[ÃÂ][\x{80}-\x{bf}]|[ÐÑ][\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹Œ]|â€|&(?:[a-zA-Z]{2,8}|#[0-9]{2,5});|</?[a-zA-Z]{1,6}>"
"""What a wrong encoding, or a page of the web, leaves in texts."""


def damaged_names(keys: pa.StringArray) -> list[str]:
    """Return a remark where names look damaged by an encoding, or hold marks of a page of the web."""
    found = keys.filter(pc.match_substring_regex(keys, _DAMAGED)).to_pylist()
    if not found:
        return []
    shown = ", ".join(repr(key[:40]) for key in found[:_FEW])
    told = f"{len(found)} of the names look damaged by a wrong encoding, or hold marks of a page of the web ({shown})"
    return [f"{told} and were kept so; export the table again as utf-8 text"]


def turned(keys: pa.StringArray) -> list[str]:
    """Return a remark for names that have the same words in another order, or a title more."""
    named = keys.filter(pc.match_substring_regex(keys, r"\S[\s,]+\S"))
    is_plain = pc.match_substring_regex(named, "^[A-Za-z0-9 .,'-]*$")
    plain = named.filter(is_plain)
    simple = pc.replace_substring_regex(pc.ascii_lower(plain), r"[ .,]+", " ").to_pylist()
    others = named.filter(pc.invert(is_plain)).to_pylist()
    groups: dict[str, dict[str, str]] = {}
    for text, key in zip([*simple, *map(skeleton, others)], [*plain.to_pylist(), *others], strict=True):
        words = text.split()
        left = [word for word in words if word not in _PLAIN_TITLES]
        groups.setdefault(" ".join(sorted(left if len(left) > 1 else words)), {}).setdefault(" ".join(words), key)
    several = [list(names.values()) for names in groups.values() if len(names) > 1]
    if not several:
        return []
    shown = "; ".join(" / ".join(repr(name[:40]) for name in names[:_FEW]) for names in several[:_FEW])
    n = counted(len(several), "case")
    told = f"names that seem to be one person's (the same words in another order, or a title more) were kept apart in {n}: "
    return [f"{told}{shown}; if they are one person, mend the table, or add a table of aliases"]


_PLAIN_NAME = "^(?:0|(?:[1-9A-Za-z]|0[A-Za-z])[0-9A-Za-z'-]*(?: [0-9A-Za-z'-]+)*)$"
"""A name of which only the case of letters may differ by chance."""


def look_alike(keys: pa.StringArray) -> list[str]:
    """Return the remarks on many ids; those of `alike` compare plain ones as arrays."""
    told = collective_names(keys)
    told += turned(keys) + damaged_names(keys)
    is_plain = pc.match_substring_regex(keys, _PLAIN_NAME)
    others = keys.filter(pc.invert(is_plain)).to_pylist()
    plain = pc.ascii_lower(keys.filter(is_plain))
    if pc.count_distinct(plain).as_py() == len(plain):
        own = {skeleton(key) for key in others}
        twins = pc.is_in(plain, value_set=pa.array(sorted(own), pa.string()))
        if len(own) == len(others) and not pc.any(twins, min_count=0).as_py():
            return noted_names(others) + told
    listed = keys.to_pylist()
    return alike(listed) + noted_names(listed) + told


def skeleton(key: str) -> str:
    """Return a name without what often differs by chance."""
    if key[:1].isdigit() and (number := _WHOLE.fullmatch(key)) is not None:
        return number[1]
    if key.isascii() and key.isalnum():
        return key.casefold()
    text = unicodedata.normalize("NFKC", bare_name(key)).replace("ё", "е").replace("Ё", "Е")
    if (number := _WHOLE.fullmatch(text)) is not None:
        return number[1]
    text = re.sub(r"[\s.,]+", " ", text).strip()
    return text.translate(_TWINS).casefold()


_PLAIN_TITLES = frozenset(map(skeleton, _TITLES.split()))
