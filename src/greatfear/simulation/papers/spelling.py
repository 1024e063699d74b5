"""Names from numbers: who bears which name, how an entry spells it, and what a code name is.

A name is never stored: it follows from the seed and the number of the person in the population. Early words of a list are
common: a place is the square of a uniform number, so that word k of n has the probability sqrt((k + 1) / n) - sqrt(k / n).
A spelling is a handful of codes; text is made once for every combination of codes that occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greatfear.draws import Purpose
from greatfear.scenario.papers import Names
from greatfear.simulation.kernels.paper_draws import borne_names, spelled_codes
from greatfear.simulation.papers.letters import SCHEMES, transliterate
from greatfear.simulation.papers.numbers import Addresses, Ints, Numbers
from greatfear.simulation.papers.words import COVER_NAMES, ENDINGS, FATHERS, GIVEN, STEMS

_SLIPS = np.array([16, 32])
"""How many slips of ear (places) and of hand (kinds and places) there are; a long name is not hit at its end."""
_SIZES = np.array([len(GIVEN[0]), len(GIVEN[1]), len(FATHERS), len(STEMS), len(ENDINGS)])
_HEARD = {
    "о": "а", "а": "о", "е": "и", "и": "е", "б": "п", "п": "б", "д": "т", "т": "д", "г": "к", "к": "г", "в": "ф", "ф": "в",
    "з": "с", "с": "з", "ж": "ш", "ш": "ж",
}  # fmt: skip
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_FULL, _DROPPED, _INITIALS, _FAMILIAR = range(4)


def true_names(numbers: Numbers, people: Ints) -> pa.Array:
    """Return the name in Cyrillic of persons given by their number in the population."""
    sex, given, father, stem, ending = _borne(numbers, people)
    first = _texts([sex, given], lambda s, k: " " + GIVEN[s][k][0])
    father = _texts([sex, father], lambda s, k: " " + FATHERS[k][s])
    return pc.binary_join_element_wise(_texts([sex, stem, ending], _surname), first, father, "")


def is_named(numbers: Numbers, people: Ints, rules: Names) -> NDArray[np.bool_]:
    """Return which persons' names were recorded."""
    if rules.recorded.value == 0:
        return np.zeros(len(people), np.bool_)
    zero = np.zeros(len(people), np.int64)
    return np.asarray(numbers.one(Purpose.NAME, Addresses(people, zero, zero), 2) < rules.recorded.value)


def spelled_names(numbers: Numbers, people: Ints, spelling: Ints, rules: Names) -> pa.Array:
    """Return names as written.

    Parameters
    ----------
    numbers : Numbers
    people : ndarray of int64
        Numbers of the persons in the population.
    spelling : ndarray of int64
        0 for the entry under the person's own name, 1, 2, ... for further ones.
    rules : Names

    Returns
    -------
    pyarrow.StringArray
        Surname first.
    """
    sex, given, father, stem, ending = _borne(numbers, people)
    codes = np.empty((len(people), 4), np.int32, order="F")
    keys = (numbers.key(Purpose.SPELLING), numbers.key(Purpose.SPELLING, 1))
    spelled_codes(*keys, people, spelling, _cumulated(rules), _SLIPS, codes)
    scheme, form, heard, typed = codes.T
    last = _texts([sex, stem, ending, heard, scheme], _heard_surname)
    slipped = np.flatnonzero(typed >= 0)
    if len(slipped):
        slips = [code[slipped] for code in (sex, stem, ending, heard, scheme, typed)]
        last = pc.replace_with_mask(last, pa.array(typed >= 0), _texts(slips, _typed_surname))
    first = _texts([sex, given, scheme, form], _written_given)
    return pc.binary_join_element_wise(last, first, _texts([sex, father, scheme, form], _written_father), "")


def code_names(numbers: Numbers, people: Ints, side: Ints, number: Ints) -> pa.Array:
    """Return the code names of agents: a word and a number from 2 to 99; two agents may bear the same."""
    drawn = numbers.four(Purpose.COVER, Addresses(people, side, number))
    word = np.asarray(drawn[:, 0] * len(COVER_NAMES), np.int64)
    figure = 2 + np.asarray(drawn[:, 1] * 98, np.int64)
    return _texts([word, figure], lambda w, n: f"{transliterate(COVER_NAMES[w], 'bgn')}-{n}")


def misheard(name: str, slip: int) -> str:
    """Return a Cyrillic name with one sound taken for a near one; `slip`, 0 to 15, says which."""
    places = [place for place in range(1, len(name)) if name[place] in _HEARD]
    if not places:
        return name
    place = places[slip % len(places)]
    return name[:place] + _HEARD[name[place]] + name[place + 1 :]


def mistyped(name: str, slip: int) -> str:
    """Return a Latin name with one slip: dropped, doubled, swapped, or the key beside; `slip` (0 to 31) says which."""
    place, kind = 1 + slip // 4 % (len(name) - 1), slip % 4
    letter = name[place]
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[:place] + letter + name[place:]
    if kind == 2:
        left = min(place, len(name) - 2)
        return name[:left] + name[left + 1] + name[left] + name[left + 2 :]
    row = next((row for row in _KEYS if letter in row), letter)
    beside = row.index(letter) - 1 if letter != row[0] else min(1, len(row) - 1)
    return name[:place] + row[beside] + name[place + 1 :]


def _borne(numbers: Numbers, people: Ints) -> NDArray[np.int32]:
    """Return sex (0 man, 1 woman), given name, patronymic, stem and ending as five rows of codes; no draw changes them."""
    given = replace(numbers, draw=0)
    codes = np.empty((len(people), 5), np.int32, order="F")
    borne_names(given.key(Purpose.NAME), given.key(Purpose.NAME, 1), people, _SIZES, codes)
    return codes.T


def _cumulated(rules: Names) -> NDArray[np.float64]:
    """Return the shares of `spelled_codes`; what no other scheme has is BGN/PCGN, the first."""
    schemes = np.cumsum([getattr(rules.schemes, name).value for name in SCHEMES[1:]])
    initials = rules.initials.value
    forms = [initials, initials + rules.no_patronymic.value, rules.diminutive.value]
    return np.array([*schemes, *forms, rules.misheard.value, rules.mistyped.value])


def _texts(codes: list[NDArray[Any]], text: Callable[..., str]) -> pa.Array:
    """Return ``text(*codes)`` for every row, made once for every combination that occurs."""
    sizes = [int(code.max(initial=-1)) + 2 for code in codes]
    joint = np.zeros(len(codes[0]), np.int64)
    for code, size in zip(codes, sizes, strict=True):
        joint = joint * size + (code + 1)
    occurring, place = _distinct(joint, int(np.prod(sizes)))
    made, rest = [], occurring
    for size in reversed(sizes):
        rest, code = np.divmod(rest, size)
        made.append(code - 1)
    texts = pa.array(
        [text(*each) for each in zip(*(code.tolist() for code in reversed(made)), strict=True)], pa.string()
    )
    return texts.take(pa.array(place))


def _distinct(values: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the values that occur, in order, and where each row's stands; by counting where that is cheaper than sorting."""
    if size > 8 * len(values) + 1_000_000:
        found, place = np.unique(values, return_inverse=True)
        return found, place
    seen = np.zeros(size, np.bool_)
    seen[values] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[values]


def _surname(sex: int, stem: int, ending: int) -> str:
    return STEMS[stem] + ENDINGS[ending][sex]


@lru_cache(200_000)  # most slips of the hand befall a name that was made already
def _heard_surname(sex: int, stem: int, ending: int, heard: int, scheme: int) -> str:
    name = _surname(sex, stem, ending)
    return transliterate(name if heard < 0 else misheard(name, heard), SCHEMES[scheme])


def _typed_surname(*codes: int) -> str:
    """Return a surname with a slip of the hand, the last of the codes."""
    return mistyped(_heard_surname(*codes[:-1]), codes[-1])


def _written_given(sex: int, code: int, scheme: int, form: int) -> str:
    name, familiar = GIVEN[sex][code]
    if form == _INITIALS:
        return f" {transliterate(name[0], SCHEMES[scheme])}."
    return " " + transliterate(familiar if form == _FAMILIAR else name, SCHEMES[scheme])


def _written_father(sex: int, code: int, scheme: int, form: int) -> str:
    if form in (_DROPPED, _FAMILIAR):
        return ""
    name = FATHERS[code][sex]
    if form == _INITIALS:
        return f" {transliterate(name[0], SCHEMES[scheme])}."
    return " " + transliterate(name, SCHEMES[scheme])
