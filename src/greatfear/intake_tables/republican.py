"""Dates of the French republican calendar (12 thermidor an II), as days of our calendar."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_FIRST = dt.date(1792, 9, 22).toordinal()
_LEAP = (3, 7, 11)
_LAST = 14
_MONTHS = (
    "vendemiaire vend", "brumaire brum", "frimaire frim", "nivose niv", "pluviose pluv", "ventose vent", "germinal germ",
    "floreal flor", "prairial prair", "messidor mess", "thermidor therm fervidor", "fructidor fruct",
)  # fmt: skip
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_EXTRA = r"(?:jours?\s+)?(?:complementaires?|compl|sans-?culottides?|sanculottides?)"
_DATE = re.compile(
    rf"(?:(?:le\s+)?(?P<day>\d{{1,2}})(?:er|e|eme)?\s+)?(?:(?P<extra>{_EXTRA})|(?P<month>[a-z]+))\.?,?\s+"
    r"(?:(?:de\s+)?(?:l'\s?)?an(?:nee)?\s+)?(?P<year>[ivx]+|\d{1,2})"
)
_YEAR = re.compile(r"(?:l'\s?)?an(?:nee)?\s+(?P<year>[ivx]+|\d{1,2})")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
          "xiii": 13, "xiv": 14}  # fmt: skip


def republican_span(text: str) -> tuple[int, int] | None:
    """Return the first day and the day after the last one, as ordinals; None where the text is no such date.

    Raises
    ------
    ValueError
        A day, month or year that this calendar does not have.

    Examples
    --------
    >>> dt.date.fromordinal(republican_span("9 thermidor an II")[0]).isoformat()
    '1794-07-27'
    """
    signs = unicodedata.normalize("NFD", text.casefold().replace("’", "'"))
    plain = "".join(sign for sign in signs if not unicodedata.combining(sign)).strip()
    year = _YEAR.fullmatch(plain)
    if year is not None:
        number = _year(year["year"])
        return _begin(number), _begin(number + 1)
    found = _DATE.fullmatch(plain)
    month = 13 if found is None or found["extra"] else _NUMBER.get(found["month"] or "", 0)
    if found is None or not month:
        return None
    number = _year(found["year"])
    start = _begin(number) + 30 * (month - 1)
    after = _begin(number + 1) if found["extra"] else start + 30
    if found["day"] is None:
        return start, after
    day = start + int(found["day"]) - 1
    if not start <= day < after:
        raise ValueError("a day that this month of the republican calendar does not have")
    return day, day + 1


def _year(text: str) -> int:
    """Return the number of a year of the Republic."""
    number = int(text) if text.isdigit() else _ROMAN.get(text, 0)
    if not 1 <= number <= _LAST:
        raise ValueError(f"years of the republican calendar are 1 to {_LAST}")
    return number


def _begin(year: int) -> int:
    """Return the first day of a year as an ordinal."""
    return _FIRST + 365 * (year - 1) + sum(leap < year for leap in _LEAP)
