"""Dates as they stand in records: a day, a month, a year, an interval, or nothing; with the precision kept.

Days are counted as ``datetime.date`` counts them: in the Gregorian calendar, also before 1582. A date that is written in
another calendar is turned into that count where the map declares the calendar, and read as it stands where it does not.
A year has four figures unless the map declares otherwise; a 0 for a month or a day means that it is not known.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace

from greatfear.intake_tables.calendars import is_julian_only
from greatfear.intake_tables.date_forms import Written, read_formats, read_plain
from greatfear.intake_tables.date_style import UNKNOWN, DateError, DateStyle, Moment
from greatfear.intake_tables.republican import republican_span

_EDTF = re.compile(
    r"[?~%]?(\d{4}|\d{3}X|\d\dXX)[?~%]?(-[?~%]?(0[0-9]|1[0-2]|XX)[?~%]?(-[?~%]?([0-3]\d|XX|\dX)[?~%]?)?)?"
)
_QUALIFIED = {"?": "possible", "~": "probable", "%": "dubious"}
_HYPHENS = {0x2010: "-", 0x2011: "-", 0x2212: "-"}
"""Signs that are no more than a hyphen: unlike a dash they stand between the figures of one date."""
JULIAN_ONLY = "only the Julian calendar has this day; declare calendar: julian"
_Span = tuple[int, int]


def moment(text: str, style: DateStyle) -> Moment:
    """Return the moment that a text says.

    Parameters
    ----------
    text : str
        ``1335-01-20``, ``1335-01``, ``1335``, ``1335-01-20T14:30``, an interval ``A/B`` that includes B, EDTF
        (``1937?``, ``16XX``, ``1937-08/..``), or what `style` allows besides.
    style : DateStyle
        Day 0 and how dates are written.

    Raises
    ------
    ValueError
        Where the text is no such date.

    Examples
    --------
    >>> import datetime as dt
    >>> style = DateStyle(dt.date(1335, 1, 20))
    >>> moment("1335-02", style).time, moment("1335-02", style).precision
    (12.0, 'month')
    >>> moment("16XX", style).precision
    'interval'
    """
    text = re.sub(
        r"^(\d{4})\.0$", r"\1", text.strip().translate(_HYPHENS)
    )  # so programs write a year beside unknown ones
    if style.years is not None:
        if not re.fullmatch(r"\d{4}", text):
            raise ValueError("the first year of a span has four figures")
        year = style.year(text)
        edges = (_span(Written(year), style)[0], _span(Written(year + style.years), style)[0])
        return _of_span(edges, style, is_interval=True)
    written = _written(text, style)
    if written is not None:
        return _of_written(written, style)
    span = republican_span(text)
    if span is not None:
        if style.calendar.name != "republican":
            raise DateError("this is a date of the French republican calendar; declare calendar: republican")
        return _of_span(span, style)
    if not style.formats:
        found = _quarter(text, style) or _edtf(text, style)
        if found is not None:
            return found
    for pattern in style.patterns:
        dates = pattern.match(text)
        found = None if dates is None else _of_pattern(dates, pattern.meaning, style)
        if found is not None:
            return found
    raise ValueError("no date")


def moment_of_parts(year: int, month: int | None, day: int | None, style: DateStyle) -> Moment:
    """Return the moment of a year, with month and day where they are known (not 0).

    Raises
    ------
    ValueError
        Where there is no such date, or a day without a month.

    Examples
    --------
    >>> import datetime as dt
    >>> moment_of_parts(1692, 0, 0, DateStyle(dt.date(1692, 1, 1))).precision
    'year'
    """
    return _of_written(Written(year, month, day), style)


_PLAIN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_FIGURES_OF = {"day": 10, "month": 7, "year": 4}


def is_plain(text: str, found: Moment, epoch: dt.date) -> bool:
    """Whether a text is no more than the day, month or year that was read from it, as year-month-day."""
    length = _FIGURES_OF.get(found.precision)
    parts = _PLAIN.fullmatch(text)
    if length is None or parts is None or found.certainty is not None:
        return False
    figures = "-".join(part.zfill(2) for part in parts.groups() if part is not None)
    return figures == (epoch + dt.timedelta(days=math.floor(found.time))).isoformat()[:length]


def _written(text: str, style: DateStyle) -> Written | None:
    """Return a single date without words around it."""
    return read_formats(text, style) if style.formats else read_plain(text, style)


def _of_written(written: Written, style: DateStyle) -> Moment:
    """Return the moment of a date as written."""
    known = written.known()
    if known.year == 0:
        return UNKNOWN
    if known.clock is not None:
        return _of_clock(known, style)
    return _of_span(_span(known, style), style)


def _of_clock(known: Written, style: DateStyle) -> Moment:
    """Return the moment of a day with a clock time; midnight is how programs write a day."""
    start, after = _span(known, style)
    seconds = known.clock or 0.0
    if known.offset is not None:
        start, seconds = _in_zone(start, seconds, known.offset, style)
        after = start + 1
    if seconds == 0:
        return _of_span((start, after), style)
    epoch = style.epoch.toordinal()
    return Moment(start - epoch + seconds / 86400, math.nan, "instant", float(after - epoch))


def _in_zone(day: int, seconds: float, offset: int, style: DateStyle) -> tuple[int, float]:
    """Return day and seconds in the zone of the archive.

    Raises
    ------
    ValueError
        Where the map declares no zone.
    """
    from zoneinfo import ZoneInfo

    if style.zone is None:
        raise DateError("this time has an offset; declare the time zone of the archive (zone: Europe/Moscow)")
    base = dt.datetime.combine(dt.date.fromordinal(day), dt.time(), dt.timezone(dt.timedelta(minutes=offset)))
    local = (base + dt.timedelta(seconds=seconds)).astimezone(ZoneInfo(style.zone))
    return local.toordinal(), local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6


def _span(known: Written, style: DateStyle) -> _Span:
    """Return the first day and the day after the last one, as ordinals."""
    year = _our_year(known, style)
    if known.is_dual:
        return _dual_span(known, style)
    if known.day is not None and known.month is not None:
        start = _day(year, known.month, known.day, style)
        return start, start + 1
    if known.month is not None:
        return _day(year, known.month, 1, style), style.calendar.after_month(year, known.month)
    if style.year_begins is not None:  # a year of the old reckoning begins late and ends late, or both early
        first = year - style.begins_before
        return _day(first, *style.year_begins, style), _day(first + 1, *style.year_begins, style)
    return _day(year, 1, 1, style), _day(year + 1, 1, 1, style)


_QUARTERS = (
    re.compile(r"(?P<y>\d{4})[\s/-]?[Qq](?P<q>[1-4])|[Qq](?P<q2>[1-4])[\s/-]?(?P<y2>\d{4})"),
    re.compile(
        r"(?P<q>[1-4]|IV|I{1,3})[.-]?(?:й|er|e|st|nd|rd|th|º|°)?\s*(?:кв\.?|квартал|quartal|quarter|trimestre|kwartał|kw\.)"
        r"\s*(?:de |di )?(?P<y>\d{4})(?:\s*(?:г\.?|года|r\.))?",
        re.IGNORECASE,
    ),
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def _quarter(text: str, style: DateStyle) -> Moment | None:
    """Return a quarter of a year (1937-Q3, Q3 1937; with a declared order also III кв. 1937), or None."""
    for form in _QUARTERS[: 2 if style.order else 1]:
        found = form.fullmatch(text)
        if found is not None:
            parts = {key: value for key, value in found.groupdict().items() if value}
            quarter, year = (parts.get(key) or parts[f"{key}2"] for key in ("q", "y"))
            number = _ROMAN.get(quarter.lower()) or int(quarter)
            if style.year_begins is not None:
                raise DateError("a quarter of a year that does not begin in January cannot be told")
            start = _day(int(year), 3 * number - 2, 1, style)
            return _of_span((start, style.calendar.after_month(int(year), 3 * number)), style, is_interval=True)
    return None


def _dual_span(known: Written, style: DateStyle) -> _Span:
    """Return the days of a date with two years: both reckonings agree on it only before the day on which the year began."""
    begins = style.year_begins or (1, 1)
    month, day = known.month, known.day
    last = _day(known.year, *begins, style)
    start = _day(known.year, month or 1, day or 1, style)
    if start >= last:
        raise DateError(f"a year in two reckonings stands only before the {begins[1]}th of month {begins[0]}")
    after = start + 1 if day else style.calendar.after_month(known.year, month) if month else last
    return start, min(after, last)


def _our_year(known: Written, style: DateStyle) -> int:
    """Return the year of our reckoning: before the day on which a year began, the year had not yet changed.

    Where the year began in the year before (25 December, 1 September), it had changed already from that day on.
    """
    if style.year_begins is None or known.month is None or known.is_dual:
        return known.year
    month, day = style.year_begins
    if known.month == month and known.day is None and day > 1:
        raise DateError(f"the year began within this month (on the {day}th): the year cannot be told without the day")
    is_early = (known.month, known.day or 1) < (month, day)
    return known.year - (not is_early) if style.begins_before else known.year + is_early


def _day(year: int, month: int, day: int, style: DateStyle) -> int:
    """Return one day as an ordinal."""
    if style.calendar.name != "julian" and is_julian_only(year, month, day):
        raise DateError(JULIAN_ONLY)
    return style.calendar.ordinal(year, month, day)


def _of_span(span: _Span, style: DateStyle, *, is_interval: bool = False) -> Moment:
    """Return the moment of a span of days: a day, month or year of our calendar, or an interval (also when asked)."""
    start, after = span
    if after <= start:
        raise DateError("this ends before it begins; mend the table")
    epoch = style.epoch.toordinal()
    first = dt.date.fromordinal(start)
    precision = "interval"
    if is_interval:
        pass
    elif after - start == 1:
        precision = "day"
    elif first.day == 1 and after == dt.date(first.year + first.month // 12, first.month % 12 + 1, 1).toordinal():
        precision = "month"
    elif first.day == first.month == 1 and after == dt.date(first.year + 1, 1, 1).toordinal():
        precision = "year"
    end = float(after - epoch) if precision == "interval" else math.nan
    return Moment(float(start - epoch), end, precision, float(after - epoch))


def _edtf(text: str, style: DateStyle) -> Moment | None:
    """Return a date or an interval of EDTF; an open end is that of the archive."""
    if "/" in text:
        low, _, high = text.partition("/")
        return _interval(low.strip(), high.strip(), style)
    if not _EDTF.fullmatch(text):
        return None
    span, certainty = _edtf_span(text, style)
    return replace(_of_span(span, style), certainty=certainty)


def _edtf_span(text: str, style: DateStyle) -> tuple[_Span, str | None]:
    """Return the span of one EDTF date, and the certainty of its qualifier."""
    if style.year_begins is not None:
        plain = read_plain(text[:-1], style) if text[-1] in _QUALIFIED else None
        if plain is None:
            raise DateError(
                "where years do not begin in January, only plain dates with ?, ~ or % at their end are read"
            )
        return _span(plain.known(), style), _QUALIFIED[text[-1]]
    from edtf import parse_edtf  # type: ignore[import-untyped,unused-ignore]
    from edtf.parser.edtf_exceptions import EDTFParseException  # type: ignore[import-untyped,unused-ignore]

    try:
        parsed = parse_edtf(text)
        low, high = parsed.lower_strict(), parsed.upper_strict()
    except (EDTFParseException, TypeError, AttributeError) as error:
        raise ValueError("no date of EDTF") from error
    start = _day(low.tm_year, low.tm_mon, low.tm_mday, style)
    certainty = next((word for sign, word in _QUALIFIED.items() if sign in text), None)
    return (start, _day(high.tm_year, high.tm_mon, high.tm_mday, style) + 1), certainty


def _interval(low: str, high: str, style: DateStyle) -> Moment | None:
    """Return the interval of two dates, both included; ``..`` or nothing is the end of the archive on that side."""
    if not (low.strip(".") or high.strip(".")):
        raise ValueError("an interval without dates")
    start, first = _side(low, style, style.epoch)
    after, last = _side(high, style, style.end)
    if start is None or after is None:
        return None
    return replace(_of_span((start[0], after[1]), style, is_interval=True), certainty=first or last)


def _side(text: str, style: DateStyle, otherwise: dt.date | None) -> tuple[_Span | None, str | None]:
    """Return the span of one side of an interval, and its certainty."""
    if text in ("", ".."):
        if otherwise is None:
            raise DateError("this interval is open; declare the end of the archive (end)")
        day = otherwise.toordinal()
        return (day, day), None
    written = read_plain(text, style) if not style.formats else None
    if written is not None:
        known = written.known()
        if known.clock is not None or known.year == 0:
            raise ValueError("an interval of days, months or years")
        return _span(known, style), None
    return _edtf_span(text, style) if _EDTF.fullmatch(text) else (None, None)


def _of_pattern(dates: tuple[str, ...], meaning: str, style: DateStyle) -> Moment | None:
    """Return what a pattern makes of the date or dates in it; None where they are no dates."""
    plain = replace(style, patterns=())
    spans = []
    for text in (_completed(dates[0], dates[1], plain), dates[1]) if meaning == "between" else dates:
        written = _written(text, plain)
        if written is None:
            return None
        known = written.known()
        if known.clock is not None or known.year == 0:
            return None
        spans.append(_span(known, plain))
    if meaning in ("certain", "probable", "possible", "dubious"):
        return replace(_of_span(spans[0], style), certainty=meaning)
    return _of_span(_narrowed(meaning, spans, style), style, is_interval=True)


def _completed(first: str, second: str, style: DateStyle) -> str:
    """Return the first of two dates with what only the second one says: month and year, or the year (12-15 August 1937).

    Two months in figures (5-8.1937) stay as they are: this may be a day.
    """
    last = _or_none(second, style)
    if last is None or re.search(r"\d{3}", first):
        return first
    start = first.rstrip(".")
    for at in (place for place, sign in enumerate(second) if sign in " ./-"):
        found = _or_none(start + second[at:], style)
        if (
            found is not None
            and (found.day is None) == (last.day is None)
            and not (found.day is None and start.isdecimal())
        ):
            return start + second[at:]
    return first


def _or_none(text: str, style: DateStyle) -> Written | None:
    """Return a single date as written, or None."""
    try:
        return _written(text, style)
    except ValueError:
        return None


def _narrowed(meaning: str, spans: list[_Span], style: DateStyle) -> _Span:
    """Return the days that a pattern means: a third of a date, the days between two, or all before or after."""
    start, after = spans[0]
    if meaning == "between":
        return start, spans[1][1]
    if meaning == "before":
        return style.epoch.toordinal(), start
    if meaning == "after":
        if style.end is None:
            raise DateError("'after' needs the end of the archive (end)")
        return after, style.end.toordinal()
    if after - start < 28:
        raise ValueError("a part of a day cannot be told")
    third = {"beginning": 0, "middle": 1, "end": 2}[meaning]
    return _third(start, after, third)


def _third(start: int, after: int, third: int) -> _Span:
    """Return a third of a span: months 1 to 4 of a year, days 1 to 10 of a month, else a third of the days."""
    first, days = dt.date.fromordinal(start), after - start
    if first.month == first.day == 1 and days in (365, 366):
        cuts = [dt.date(first.year, 5, 1).toordinal(), dt.date(first.year, 9, 1).toordinal()]
    elif days <= 31:
        cuts = [start + 10, start + 20]
    else:
        cuts = [start + days // 3, start + 2 * days // 3]
    edges = [start, *cuts, after]
    return edges[third], edges[third + 1]
