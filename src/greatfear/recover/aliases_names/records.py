"""Records of persons as arrays: the sounds of their names and what else is known, each value as a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_names.parsing import Parsed, parse_name
from greatfear.recover.aliases_names.scheme_choice import choose_scheme
from greatfear.recover.aliases_names.schemes import SOUNDS, is_cyrillic, read_word
from greatfear.recover.veracity_canonical import mixed, text_words

Ints = npt.NDArray[np.int32]
_INITIALS = {**{sound: 1 << k for k, sound in enumerate(SOUNDS)}, "iu": 1 << len(SOUNDS), "ia": 1 << (len(SOUNDS) + 1)}
_ALTERNATIVES = 4
CODE = "#"
"""Mark before a code name where it stands for a surname."""


@dataclass(frozen=True, eq=False)
class Records:
    """One row a record; -1 where a value is not known, 0 where a set of initials is empty.

    Parameters
    ----------
    keys, names : list of str
        Key of the record outside; name as written.
    surname, place, unit, patronymic, code : int32 (n,)
        Numbers of values; equal numbers are equal sounds.
    given : int32 (n, 4)
        Numbers of the full given names it can stand for.
    given_initials, patronymic_initials : int32 (n,)
        Sets of first sounds, a bit each.
    sex : int8 (n,)
        0 or 1; -1 unknown.
    born : int32 (n,)
        Year; -1 unknown.
    source : int32 (n,)
    surnames : list of str
        Sounds by number.
    schemes : dict of str to str
        Writing by source.
    parsed : list of Parsed
    """

    keys: list[str]
    names: list[str]
    surname: Ints
    given: Ints
    given_initials: Ints
    patronymic: Ints
    patronymic_initials: Ints
    sex: npt.NDArray[np.int8]
    born: Ints
    place: Ints
    unit: Ints
    code: Ints
    source: Ints
    surnames: list[str]
    schemes: dict[str, str]
    parsed: list[Parsed] = field(repr=False, default_factory=list)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.keys)


class _Numbers:
    """Numbers for values, in the order in which they come; the empty value is -1."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def of(self, values: Iterable[str]) -> Ints:
        known = self.known
        return np.array([known.setdefault(value, len(known)) if value else -1 for value in values], np.int32)


def read_records(table: Mapping[str, Sequence[Any]], links: Sequence[tuple[str, str]] = ()) -> Records:
    """Return the records of a table with the columns ``record``, ``name`` and any of ``source``, ``born``, ``sex``, ``place``,
    ``unit``, ``heading``; each source has one writing, which is found out. `links` are pairs that are known beforehand.
    """  # noqa: D205
    keys = [str(key) for key in table["record"]]
    n = len(keys)
    texts = {name: [_text(value) for value in column] for name, column in table.items()}
    order = _order(texts, keys, links)
    columns = {name: [column[k] for k in order] for name, column in texts.items()}
    empty = [""] * n
    names, sources, headings = columns["name"], columns.get("source", empty), columns.get("heading", empty)
    schemes = _schemes(names, sources)
    parsed = [parse_name(name, schemes[s], h) for name, s, h in zip(names, sources, headings, strict=True)]
    surnames = _Numbers()
    given = _given_numbers(parsed)
    told_sex = columns.get("sex", empty)
    sex = [_sex(told, part.sex) for told, part in zip(told_sex, parsed, strict=True)]
    return Records(
        keys=[keys[k] for k in order],
        names=names,
        surname=surnames.of(f"{CODE}{part.code}" if part.code else part.surname for part in parsed),
        given=given,
        given_initials=_initials([_firsts(part.given, part.initials, 0) for part in parsed]),
        patronymic=_Numbers().of(part.patronymic for part in parsed),
        patronymic_initials=_initials([_firsts(part.patronymic, part.initials, 1) for part in parsed]),
        sex=np.array(sex, np.int8),
        born=np.array([_year(value) for value in columns.get("born", empty)], np.int32),
        place=_Numbers().of(_phrases(columns.get("place", empty), sources, schemes)),
        unit=_Numbers().of(_phrases(columns.get("unit", empty), sources, schemes)),
        code=_Numbers().of(part.code for part in parsed),
        source=_Numbers().of(sources),
        surnames=list(surnames.known),
        schemes=schemes,
        parsed=parsed,
    )


def _order(texts: Mapping[str, list[str]], keys: list[str], links: Sequence[tuple[str, str]]) -> list[int]:
    """Return the records by what they say, then by the records they are linked with beforehand.

    The order of rows and the names of keys change nothing; they decide only between records that nothing tells apart.
    """
    said = list(zip(*(texts[name] for name in sorted(texts) if name != "record"), strict=True))
    row = {key: k for k, key in enumerate(keys)}
    ends = np.array([(row[a], row[b]) for a, b in links if a in row and b in row], np.int64).reshape(-1, 2)
    word = text_words(tuple("\0".join(parts) for parts in said))
    total = mixed(word)
    for here, there in ((0, 1), (1, 0)):
        np.add.at(total, ends[:, here], mixed(word[ends[:, there]]))
    linked = total.tolist()
    return sorted(range(len(keys)), key=lambda k: (said[k], linked[k], keys[k]))


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124  NaN differs from itself


def _schemes(names: Sequence[str], sources: Sequence[str]) -> dict[str, str]:
    """Return the writing of each source."""
    by_source: dict[str, list[str]] = {}
    for name, source in zip(names, sources, strict=True):
        by_source.setdefault(source, []).append(name)
    return {source: choose_scheme(written) for source, written in by_source.items()}


def _given_numbers(parsed: Sequence[Parsed]) -> Ints:
    numbers = _Numbers()
    out = np.full((len(parsed), _ALTERNATIVES), -1, np.int32)
    for row, part in enumerate(parsed):
        if part.given:
            for place, name in enumerate(part.given.split("|")[:_ALTERNATIVES]):
                out[row, place] = numbers.known.setdefault(name, len(numbers.known))
    return out


def _firsts(full: str, initials: tuple[str, ...], place: int) -> tuple[str, ...]:
    if full:
        return tuple(full.split("|"))
    return (initials[place],) if len(initials) > place else ()


def _initials(words: Sequence[tuple[str, ...]]) -> Ints:
    """Return the set of first sounds of each tuple of words; iu and ia are sounds of their own."""
    out = np.zeros(len(words), np.int32)
    for row, group in enumerate(words):
        for word in group:
            out[row] |= _INITIALS.get(word[:2], _INITIALS.get(word[:1], 0))
    return out


def _sex(told: str, shown: str) -> int:
    word = (told or shown).lower()[:1]
    return {"m": 0, "м": 0, "f": 1, "w": 1, "ж": 1}.get(word, -1)


def _year(value: str) -> int:
    try:
        return int(float(value[:4] if "-" in value[1:] else value))
    except ValueError:
        return -1


def _phrases(values: Sequence[str], sources: Sequence[str], schemes: Mapping[str, str]) -> Iterable[str]:
    """Return the sounds of places and units: words by the writing of their source, numbers as they are."""
    read: dict[tuple[str, str], str] = {}
    for value, source in zip(values, sources, strict=True):
        key = (value, schemes[source])
        if key not in read:
            words = value.replace(".", " ").split()
            read[key] = " ".join(
                w if w.isdigit() else read_word(w, "cyrillic" if is_cyrillic(w) else key[1]) for w in words
            )
        yield read[key]
