"""What a map can declare, or a person can do, about a text that is no date as it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from greatfear.intake_tables.calendars import JULIAN
from greatfear.intake_tables.date_patterns import patterns_of
from greatfear.intake_tables.date_style import DateStyle
from greatfear.intake_tables.dates import moment

_ORDERS = ("day first", "month first", "year first")
_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%m.%Y", "%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m", "%Y%m%d", "%d %B %Y", "%B %Y")
_OTHER_COUNTS = re.compile(
    r"\b(?:a\.?h\.?|h\.|hijri|muharram|safar|rabi|jumada|rajab|sha.?ban|ramadan|shawwal|dhu|tishri|nisan|adar|elul|tammuz|kislev)\b"
    r"|[\u0600-\u06ff]{3,}|[\u0590-\u05ff]{2,}|昭和|大正|明治|平成",
    re.IGNORECASE,
)
"""Words of calendars that are not read: the Islamic, the Jewish and the Japanese."""
_IN_WORDS = "write the day in figures into a column of its own and read that; 'details' can keep the words"


@lru_cache(maxsize=20_000)
def date_advice(text: str, style: DateStyle) -> str:
    """Return what makes a date of a text: a declaration that would read it, or that words or figures must be mended.

    Parameters
    ----------
    text : str
        A text that `moment` refuses.
    style : DateStyle
        How dates are written as far as the map declares it.

    Examples
    --------
    >>> import datetime as dt
    >>> date_advice("5.8.1937", DateStyle(dt.date(1930, 1, 1)))
    'declare in which order the figures stand (dates: day first, or month first)'
    """
    if _OTHER_COUNTS.search(text):
        return f"dates of the Islamic, Jewish or Japanese calendar are not read; {_IN_WORDS}"
    if style.formats:
        fits = [form for form in _FORMATS if reads_as_date(text, replace(style, formats=(form,)))]
        return f"add a format that fits, such as {fits[0]}" if fits else _no_date(text)
    orders = (
        () if style.order else tuple(order for order in _ORDERS if reads_as_date(text, replace(style, order=order)))
    )
    if orders:
        return f"declare in which order the figures stand (dates: {', or '.join(orders)})"
    for order in (style.order,) if style.order else _ORDERS:
        ordered = replace(style, order=order)
        said = "" if style.order else f"order: {order}, "
        worded = replace(ordered, patterns=(*style.patterns, *patterns_of("common")))
        if not style.patterns and reads_as_date(text, worded):
            return f"words or signs stand around a date: dates: {{{said}patterns: common}} reads the usual ones"
        if style.century is None and (reads_as_date(text, replace(worded, century=1900))):
            return f"a year of two figures: declare its century (dates: {{{said}century: 1900}})"
    if style.order and (other := [order for order in _ORDERS if reads_as_date(text, replace(style, order=order))]):
        return f"this has another order of figures ({other[0]}): is 'dates: {style.order}' right for the column?"
    if reads_as_date(text, replace(style, calendar=JULIAN)):
        return "only the Julian calendar has this day; declare calendar: julian"
    return _no_date(text)


def reads_as_date(text: str, style: DateStyle) -> bool:
    """Whether a text is a date in a way of writing."""
    try:
        moment(text, style)
    except (ValueError, OverflowError):
        return False
    return True


def _no_date(text: str) -> str:
    """Return what to do about a text that no declaration makes a date of."""
    if re.fullmatch(r"\d{4}[-–]\d{2}", text) and text[-2:] > "12":
        return f"if these are two years, write {text[:4]}/{text[:2]}{text[-2:]}"
    if re.fullmatch(r"(?:[\d./ -]*\D)?\d{1,3}", text):
        return "a year has four figures; declare 'century' for years of two, 'short_years' for early ones"
    figures = re.fullmatch(r"\d{1,4}([./ -])\d{1,2}(?:\1\d{1,4})?|\d{1,2}([./ -])\d{4}", text)
    if figures:
        return "there is no such day or month; mend the table"
    if re.search(r"\d[loOIо]|[loOIо]\d", text) or re.search(r"[\u200b-\u200f\ufeff]", text):
        return "letters or invisible signs stand among the figures (l for 1, O for 0); mend the table"
    if re.search(r"[^\W\d_]{2,}", text):
        pattern = "declare a pattern for words around a date (patterns: {'nel {date}': certain})"
        return f"these words are not read; {pattern}, or {_IN_WORDS}"
    return "write it as year-month-day, or declare a format (format: '%d.%m.%Y')"
