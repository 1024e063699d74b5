"""Words around a date ("c. 1937", "нач. 1938", "12.3.1937-15.3.1937") and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

MEANINGS = (
    "certain", "probable", "possible", "dubious", "beginning", "middle", "end", "between", "before", "after",
)  # fmt: skip
"""What a pattern may mean: a certainty, a third of the date, the time between two dates, or all before or after it."""

_COMMON = {
    "probable": "c. |c.|ca. |ca.|ca |circa |um |vers |env. |около |ок. |ок.|około |ok. |hacia |verso il |[*]",
    "possible": "*?|*(?)|[*?]|?|perhaps ",
    "beginning": "нач. |нач.|начало |в начале |early |beginning of |Anfang |début |debut |inizio |principios de "
    "|na początku |początek |ineunte ",
    "middle": "сер. |сер.|середина |mid-|mi-|mid |Mitte |milieu |metà |mediados de |połowa |medio ",
    "end": "кон. |кон.|конец |в конце |late |end of |Ende |fin |fine |finales de |koniec |exeunte ",
    "between": "*-*|* - *|*–*|* – *|*—*|* — *|between * and *|zwischen * und *|entre * et *|tra * e *|entre * y *|с * по *",
    "before": "before |vor |avant |prima del |ante |antes de |przed |до |<",
    "after": "after |nach |après |dopo |post |después de |po |после |>",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of writing around a date.

    Parameters
    ----------
    text : str
        As the map writes it, with ``{date}`` once or twice.
    meaning : str
        One of `MEANINGS`.
    """

    text: str
    meaning: str

    def match(self, text: str) -> tuple[str, ...] | None:
        """Return the date or the two dates in a text, or None where it is not written so."""
        found = _compiled(self.text).fullmatch(text)
        return None if found is None else tuple(part.strip() for part in found.groups())


@cache
def _compiled(text: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern."""
    return re.compile("(.+?)".join(map(re.escape, text.split("{date}"))), re.IGNORECASE)


def patterns_of(declared: Mapping[str, str] | str) -> tuple[Pattern, ...]:
    """Return the patterns that a map declares: ``common``, or texts with ``{date}`` and their meaning.

    Raises
    ------
    ValueError
        Where a text has no place for a date, or a meaning is unknown.

    Examples
    --------
    >>> patterns_of({"c. {date}": "probable"})[0].match("C. 1937")
    ('1937',)
    """
    if isinstance(declared, str):
        if declared != "common":
            raise ValueError("'common', or texts with {date} and what they mean")
        return _common()
    made = tuple(Pattern(text, meaning) for text, meaning in declared.items())
    for pattern in made:
        n_dates = pattern.text.count("{date}")
        if pattern.meaning not in MEANINGS:
            raise ValueError(f"{pattern.meaning!r} is none of {', '.join(MEANINGS)}")
        if n_dates != (2 if pattern.meaning == "between" else 1):
            raise ValueError(f"{pattern.text!r} holds {{date}} {n_dates} times; 'between' needs it twice, others once")
    return made


@cache
def _common() -> tuple[Pattern, ...]:
    """Return the usual patterns of eight languages, the longer ones first."""
    made = []
    for meaning, listed in _COMMON.items():
        for text in listed.split("|"):
            whole = text.replace("*", "{date}") if "*" in text else text + "{date}"
            made.append(Pattern(whole, meaning))
    return tuple(sorted(made, key=lambda pattern: -len(pattern.text)))
