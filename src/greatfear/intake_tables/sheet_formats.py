"""How a spreadsheet shows a value: where a format shows less, or something else, than a cell holds."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from greatfear.intake_tables.calendars import julian_day

_REFORM = dt.date(1582, 10, 15).toordinal()
_LOCAL = {"mm-dd-yy", "m/d/yy h:mm"}
"""Formats that each country shows in its own way, with whole years."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is odd about how a value is shown.

    Parameters
    ----------
    kind : str
        As in `greatfear.intake_tables.sheet.Beside`.
    example : str
        What is shown and what is held.
    text : str, optional
        What is read in place of the value; None where the value itself is.
    """

    kind: str
    example: str
    text: str | None = None


@cache
def _parts(form: str) -> tuple[str, str]:
    """Return the signs of a format that stand for figures, in small letters, and the text that it adds."""
    added = "".join(quoted or sign for quoted, sign in re.findall(r'"([^"]*)"|\\(.)', form))
    return re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", form).lower(), added


def as_shown(value: Any, form: str, *, in_libre: bool = False) -> Shown | None:
    """Return what is odd about how a value is shown by a format of a spreadsheet; None where nothing is.

    A date of which only year or month is shown is read as shown, and so is a number with zeros before it: what was
    written is no more than that. So are days before 15 October 1582 in a workbook of LibreOffice (`in_libre`), which shows
    and takes them in the Julian calendar. Everything else is read as held.

    >>> as_shown(dt.datetime(1937, 8, 5), "yyyy").text
    '1937'
    >>> as_shown(dt.datetime(1335, 1, 28), "dd.mm.yyyy", in_libre=True).text
    '1335-01-20'
    >>> as_shown(7, "0000").text
    '0007'
    """
    if isinstance(value, dt.date):
        return _date_shown(value, form, in_libre=in_libre)
    if form in ("General", "@", "", "general") or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _number_shown(value, _section(value, form))


def _date_shown(value: dt.date, form: str, *, in_libre: bool) -> Shown | None:
    """Return what is odd about how a date is shown."""
    plain, _ = _parts(form.partition(";")[0])
    has_clock = bool(re.search(r"[hs]|am/pm", plain)) or "[h" in form.lower()
    has_month = bool(re.search(r"mmm|m[^a-z]*[yd]|[yd][^a-z]*m", plain)) or ("m" in plain and not has_clock)
    held = value.isoformat().removesuffix("T00:00:00")
    told = f"shown as {form}, holds {held}"
    is_old = value.toordinal() < _REFORM
    day = "{:04d}-{:02d}-{:02d}".format(*julian_day(value.toordinal())) if is_old and in_libre else held[:10]
    if form not in (*_LOCAL, "General", ""):
        if not re.search("[ye]", plain):
            return Shown("no year", told)
        if "d" not in plain and not has_clock:
            return Shown("coarse", told, day[: 7 if has_month else 4])
        if "T" in held and not has_clock:
            return Shown("day", told, day)
    if is_old:
        return Shown("julian", f"shown {day}, holds {held}", day + held[10:]) if in_libre else Shown("old", held)
    return Shown("century", told) if form not in _LOCAL and "yy" in plain and not re.search(r"yyy|e", plain) else None


def _section(value: float, form: str) -> str:
    """Return the part of a format that is for a positive or negative number, or for 0."""
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', form)
    if value < 0 and len(parts) > 1:
        return parts[1]
    return parts[2] if value == 0 and len(parts) > 2 else parts[0]


def _number_shown(value: float, form: str) -> Shown | None:
    """Return what is odd about how a number is shown."""
    plain, added = _parts(form)
    held = f"{value:.10g}"
    if "%" in plain:
        return Shown("percent", f"shown {value * 100:.6g} %, holds {held}")
    if re.fullmatch(r"0{2,}", form) and value == int(value) and value >= 0:
        text = str(int(value)).zfill(len(form))
        return Shown("zeros", f"{text!r}", text) if text != str(int(value)) else None
    whole = plain.partition(".")[0]
    is_cut = re.search(r"[0#?][^0#?,\s']+[0#?]|/", whole) is not None or re.search(r"[0#?]\W*[/:-]\W*[0#?]", form)
    if (is_cut and "e" not in plain) or not re.search(r"[0#?]|general", plain) or re.search(r"[^\W\d_]", added):
        return Shown("other", f"shown as {form or 'nothing'}, holds {held}")
    if "." not in plain and "e" not in plain and value != int(value):
        return Shown("rounded", f"shown {round(value)}, holds {held}")
    return None
