"""Reads a single date as it is written: ISO 8601, figures in a declared order, declared formats, names of months."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from greatfear.intake_tables.date_style import DateError, DateStyle
from greatfear.intake_tables.month_names import month_number

_CLOCK = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})" + _CLOCK + r")?)?")
_DUAL = re.compile(r"((?:.*[.\- ]|\d{1,2}/(?:\d{1,2}/)?)?)(\d{4})[/-](\d{1,4})((?:-\d{1,2}){0,2})")
_FIGURES = re.compile(r"(\d{1,4})(?:([./\- ])(\d{1,2})(?:\2(\d{1,4})" + _CLOCK + r")?)?|(\d{1,2})([./\-])(\d{4})")
_PAIR = re.compile(r"(\d{1,2})[./\- ](\d{1,4})|(\d{1,4})[./\- ](\d{1,2})")
_BETWEEN = r"(?:[\s./-]+(?:of |de |del |d')?)"
_ORDINAL = r"(?:\.|st|nd|rd|th|er|º|°|ª|-?го|-?e)?"
_NAMED = (
    re.compile(
        rf"(?:(?:le |den |dnia |el |il |the )?(?P<d>\d{{1,2}}){_ORDINAL}{_BETWEEN}?)?"
        rf"(?P<m>[^\W\d_]+|(?:[789]|10)b(?:er|ris|re))[.,]*{_BETWEEN}(?P<y>\d{{1,4}})"
    ),
    re.compile(rf"(?P<m>[^\W\d_]+)\.?[\s./-]+(?P<d>\d{{1,2}}){_ORDINAL}[,\s./-]+(?P<y>\d{{1,4}})"),
    re.compile(r"(?P<y>\d{4})[\s./,-]+(?P<m>[^\W\d_]+)\.?(?:[\s./-]+(?P<d>\d{1,2}))?"),
)
"""A date with the name of a month: 5 августа 1937, 5.VIII.1937, August 5, 1937, 1937-VIII-05, 5 de agosto de 1937."""
_AFTER_YEAR = re.compile(r"(?<=\d)\s*(?:гг?\.?|года?|r\.|roku|a\.\s?d\.|ad|n\.\s?chr\.?)$", re.IGNORECASE)
_CODES = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})", "B": r"(?P<B>[^\W\d_]+)\.?",
    "b": r"(?P<B>[^\W\d_]+)\.?", "H": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{2})", "S": r"(?P<S>\d{2})", "f": r"(?P<f>\d{1,6})",
    "A": r"[^\W\d_]+", "a": r"[^\W\d_]+\.?", "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})", "%": "%",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written: unknown parts are None, a clock time is in seconds, an offset in minutes; `is_dual`: 1690/1."""

    year: int
    month: int | None = None
    day: int | None = None
    clock: float | None = None
    offset: int | None = None
    is_dual: bool = False

    def known(self) -> Written:
        """Return the date without parts that are 0: they are not known.

        Raises
        ------
        ValueError
            Where a day is known and the month is not, or a month and no year.
        """
        month, day = self.month or None, self.day or None
        if (month is None and day is not None) or (self.year == 0 and month is not None):
            raise ValueError("a day without a month, or a month without a year")
        return replace(self, month=month, day=day, clock=self.clock if day else None)


def read_plain(text: str, style: DateStyle) -> Written | None:
    """Return a date in ISO's order or in the order of the style, or None where the text is neither."""
    found = _ISO.fullmatch(text)
    if found is not None:
        if len(found[2] or "00") == 1 and found[3] is None and style.order != "year first":
            raise DateError(
                "this may be a month or two years; write the month with two figures, or declare dates: year first"
            )
        return _parts(style, found[1], found[2], found[3], found.groups()[3:8])
    found = _DUAL.fullmatch(text)
    if found is not None and str(int(found[2]) + 1).endswith(found[3]) and ("/" in text or found[1]):
        dual = _dual(found, style)
        if dual is not None:
            return dual
    if style.short_years and re.fullmatch(r"\d{1,3}(-\d{1,2}){0,2}", text):
        year, month, day = (*text.split("-"), None, None)[:3]
        return _parts(style, year or "", month, day, ())
    if not style.order:
        return None
    text = _AFTER_YEAR.sub("", text)
    return _in_order(text, style) or _named(text, style)


def _parts(style: DateStyle, year: str, month: str | None, day: str | None, clock: tuple[str | None, ...]) -> Written:
    """Return the date of figures."""
    seconds, offset = _clock(clock)
    return Written(style.year(year), int(month) if month else None, int(day) if day else None, seconds, offset)


def _clock(parts: tuple[str | None, ...]) -> tuple[float | None, int | None]:
    """Return seconds of the day and the offset in minutes."""
    if not parts or parts[0] is None:
        return None, None
    hour, minute, second = (int(part or 0) for part in parts[:3])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no time of a day")
    return hour * 3600 + minute * 60 + second + float(f"0.{parts[3] or 0}"), _offset(parts[4])


def _offset(text: str | None) -> int | None:
    """Return an offset from universal time in minutes."""
    if text is None:
        return None
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes


def _dual(found: re.Match[str], style: DateStyle) -> Written | None:
    """Return a date with two neighbouring years (1690/1, 30 Jan. 1648/9): the later one is that of our reckoning.

    Raises
    ------
    DateError
        Where the text could mean something else, or the map does not say on which day a year began.
    """
    before, first, tail, after = found.groups()
    if style.order == "year first" and not before and not after and int(tail) <= 12:
        if style.year_begins is None:
            return None  # a year and a month
        raise DateError(
            "this may be a month, or a year in two reckonings; write year and month with a hyphen (1648-09)"
        )
    if len(tail) == 4 and not before:
        if style.year_begins is None:
            return None  # an interval of two years
        raise DateError(
            "this may be two years, or one year in two reckonings; write 1699/700, or the years in two columns"
        )
    if style.begins_before:
        raise DateError("a year in two reckonings, where the year began in the year before; write one year")
    if style.year_begins is None:
        raise DateError('a year in two reckonings; declare the day on which the year began (year_begins: "03-25")')
    written = read_plain(f"{before}{int(first) + 1}{after}", style)
    return None if written is None else replace(written, is_dual=True)


def _in_order(text: str, style: DateStyle) -> Written | None:
    """Return a date of figures in the declared order: whole, without day, or the year alone."""
    found = _FIGURES.fullmatch(text)
    if found is None:
        return None
    if found[10] is not None:
        return _parts(style, found[12], found[10], None, ()) if style.order != "year first" else None
    first, second, third = found[1], found[3], found[4]
    if second is None:
        return _parts(style, first, None, None, ())
    if third is None:
        year, month = (first, second) if style.order == "year first" else (second, first)
        return _parts(style, year, month, None, ())
    order = {"day first": (third, second, first), "month first": (third, first, second)}
    year, month, day = order.get(style.order, (first, second, third))
    return _parts(style, year, month, day, found.groups()[4:9])


def _named(text: str, style: DateStyle) -> Written | None:
    """Return a date with the name of a month: ``5 августа 1937``, ``5.VIII.1937``, ``August 5, 1937``."""
    for form in _NAMED:
        found = form.fullmatch(text)
        month = None if found is None else month_number(found["m"])
        if found is not None and month is not None:
            return _parts(style, found["y"], str(month), found["d"], ())
    return None


def read_formats(text: str, style: DateStyle) -> Written | None:
    """Return the date by the first format that fits, or None."""
    for form in style.formats:
        found = _pattern(form).fullmatch(text)
        if found is not None:
            return _of_format(found.groupdict(), style)
    return None


def _of_format(parts: dict[str, str], style: DateStyle) -> Written | None:
    """Return the date of a format's parts."""
    month: str | None = parts.get("m")
    if "B" in parts:
        number = month_number(parts["B"])
        if number is None:
            return None
        month = str(number)
    clock = (parts.get("H"), parts.get("M"), parts.get("S"), parts.get("f"), parts.get("z"))
    return _parts(style, parts.get("Y") or parts.get("y") or "", month, parts.get("d"), clock)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Return the regular expression of a format."""
    parts = re.split(r"%(.)", form)
    made = [re.sub(r"(\\ )+", r"\\s+", re.escape(part)) if i % 2 == 0 else _CODES[part] for i, part in enumerate(parts)]
    return re.compile("".join(made))


def format_fault(form: str, *, has_century: bool) -> str:
    """Return what is wrong with a format, or nothing.

    Examples
    --------
    >>> format_fault("%d.%m.%y", has_century=False)
    '%y is a year of two figures; declare its century beside the format (century: 1900)'
    """
    codes = re.findall(r"%(.)", form)
    unknown = [f"%{code}" for code in codes if code not in _CODES]
    if unknown:
        return f"{', '.join(unknown)} is not read; known: {', '.join('%' + code for code in _CODES)}"
    plain = [code for code in codes if code not in "Aa%"]
    if len({"B" if code == "b" else code for code in plain}) != len(plain):
        return "the same part twice"
    if not {"Y", "y"} & set(codes):
        return "no year (%Y) in the format"
    if "y" in codes and not has_century:
        return "%y is a year of two figures; declare its century beside the format (century: 1900)"
    if "d" in codes and not {"m", "b", "B"} & set(codes):
        return "a day without a month"
    return ""
