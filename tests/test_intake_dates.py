"""Dates: never read as another date, never more exact than they are written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from greatfear.errors import IntakeError
from greatfear.intake_tables import intake
from greatfear.intake_tables.calendars import JULIAN, calendar_named
from greatfear.intake_tables.date_counts import moment_of_excel
from greatfear.intake_tables.date_patterns import patterns_of
from greatfear.intake_tables.date_style import UNKNOWN, DateStyle
from greatfear.intake_tables.dates import moment
from greatfear.intake_tables.mapping import date_style, read_map

EPOCH = dt.date(1900, 1, 1)
PLAIN = DateStyle(EPOCH, dt.date(2000, 1, 1))


def read(text: str, **style: Any) -> tuple[str, str, str, str | None]:
    """Return first day, last day, precision and certainty of a text."""
    found = moment(text, replace(PLAIN, **style))
    first, last = (EPOCH + dt.timedelta(days=int(day)) for day in (found.time // 1, found.after - 1))
    return first.isoformat(), last.isoformat(), found.precision, found.certainty


@pytest.mark.parametrize(
    ("text", "first", "last", "precision", "certainty"),
    [
        ("1937-08-00", "1937-08-01", "1937-08-31", "month", None),
        ("1937-00-00", "1937-01-01", "1937-12-31", "year", None),
        ("1937-08-05 00:00:00", "1937-08-05", "1937-08-05", "day", None),
        ("1937-08-05T12:00", "1937-08-05", "1937-08-05", "instant", None),
        ("1937?", "1937-01-01", "1937-12-31", "year", "possible"),
        ("1937-08~", "1937-08-01", "1937-08-31", "month", "probable"),
        ("193X", "1930-01-01", "1939-12-31", "interval", None),
        ("1937-08-XX", "1937-08-01", "1937-08-31", "month", None),
        ("1937-08/..", "1937-08-01", "1999-12-31", "interval", None),
        ("../1937", "1900-01-01", "1937-12-31", "interval", None),
        ("1937-08-05/1937-08-07?", "1937-08-05", "1937-08-07", "interval", "possible"),
    ],
)
def test_what_is_read_without_a_declaration(
    text: str, first: str, last: str, precision: str, certainty: str | None
) -> None:
    assert read(text) == (first, last, precision, certainty)


@pytest.mark.parametrize(
    "text",
    [
        "4/1568", "12/1649", "7/8", "37-08-05", "5.8.1937", "08/05/1937", "1937-13", "1937-21", "37", "937", "193", "1937-02-29",
        "1937-00-05", "1289241911.7", "c. 1937", "1937-08-05T10:00+03:00", "1937-08-05T25:00", "19370805", "1690/1", "X937",
    ],
)  # fmt: skip
def test_what_could_be_another_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment(text, PLAIN)


def test_zero_for_all_is_unknown() -> None:
    assert moment("0000-00-00", PLAIN) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "order", "first", "precision"),
    [
        ("5.8.1937", "day first", "1937-08-05", "day"),
        ("5/8/1937", "month first", "1937-05-08", "day"),
        ("8.1937", "day first", "1937-08-01", "month"),
        ("1937", "day first", "1937-01-01", "year"),
        ("00.08.1937", "day first", "1937-08-01", "month"),
        ("1937-08-05", "day first", "1937-08-05", "day"),
        ("1937/8/5", "year first", "1937-08-05", "day"),
        ("5 августа 1937", "day first", "1937-08-05", "day"),
        ("août 1937", "day first", "1937-08-01", "month"),
        ("August 5, 1937", "month first", "1937-08-05", "day"),
        ("05.08.1937 14:30", "day first", "1937-08-05", "instant"),
    ],
)
def test_figures_in_a_declared_order(text: str, order: str, first: str, precision: str) -> None:
    assert read(text, order=order)[::2] == (first, precision)


@pytest.mark.parametrize("text", ["13.13.1937", "31.2.1937", "5.8.37", "5.8", "5-8.1937", "8/37"])
def test_an_order_does_not_make_a_date_of_everything(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment(text, replace(PLAIN, order="day first"))


def test_years_of_two_figures_need_a_century() -> None:
    assert read("05.08.37", order="day first", century=1900)[0] == "1937-08-05"
    assert read("05.08.37", formats=("%d.%m.%y",), century=1850)[0] == "1937-08-05"
    assert moment("05.08.37", replace(PLAIN, order="day first", century=1800)).time < -20_000


@pytest.mark.parametrize(
    ("text", "first", "last", "certainty"),
    [
        ("c. 1937", "1937-01-01", "1937-12-31", "probable"),
        ("ок. 1937", "1937-01-01", "1937-12-31", "probable"),
        ("5.8.1937?", "1937-08-05", "1937-08-05", "possible"),
        ("нач. 1938", "1938-01-01", "1938-04-30", None),
        ("кон. 8.1937", "1937-08-21", "1937-08-31", None),
        ("Mitte 1937", "1937-05-01", "1937-08-31", None),
        ("12.3.1937-15.3.1937", "1937-03-12", "1937-03-15", None),
        ("1936 – 1937", "1936-01-01", "1937-12-31", None),
        ("до 1937", "1900-01-01", "1936-12-31", None),
        ("after 1937", "1938-01-01", "1999-12-31", None),
    ],
)
def test_words_around_a_date(text: str, first: str, last: str, certainty: str | None) -> None:
    found = read(text, order="day first", patterns=patterns_of("common"))
    assert (found[0], found[1], found[3]) == (first, last, certainty)


def test_a_pattern_must_be_one() -> None:
    for wrong in ({"c. ": "probable"}, {"{date}": "sometime"}, {"{date}": "between"}, "usual"):
        with pytest.raises(ValueError, match=r".*"):
            patterns_of(wrong)


def test_the_julian_calendar_agrees_with_known_days() -> None:
    """25 October 1917 was 7 November; 29 February 1900 was 13 March; Agincourt, 25 October 1415, was 3 November."""
    for written, ours in (
        ((1917, 10, 25), (1917, 11, 7)),
        ((1900, 2, 29), (1900, 3, 13)),
        ((1415, 10, 25), (1415, 11, 3)),
    ):
        assert JULIAN.ordinal(*written) == dt.date(*ours).toordinal()
    assert [read(text, calendar=JULIAN)[2] for text in ("1300-02-29", "1700-02-29", "1900-02-29")] == ["day"] * 3
    assert read("1917-10", calendar=JULIAN)[:3] == ("1917-10-14", "1917-11-13", "interval")
    both = calendar_named("julian until 1918-01-31")
    assert [read(text, calendar=both)[0] for text in ("1918-01-31", "1918-02-14")] == ["1918-02-13", "1918-02-14"]
    with pytest.raises(ValueError, match="declare calendar: julian"):
        moment("1900-02-29", PLAIN)


def test_a_year_that_began_in_march() -> None:
    """Charles I died on 30 January 1648 by the reckoning of his time, 1649 by ours."""
    style = replace(PLAIN, epoch=dt.date(1600, 1, 1), year_begins=(3, 25))
    day = {
        text: dt.date(1600, 1, 1) + dt.timedelta(days=moment(text, style).time)
        for text in ("1648-01-30", "1648-03-25", "1648/9-01-30")
    }
    assert list(day.values()) == [dt.date(1649, 1, 30), dt.date(1648, 3, 25), dt.date(1649, 1, 30)]
    assert moment("1648", style).after - moment("1648", style).time == 365
    for unclear in ("1648-03", "1648/51-01-30"):
        with pytest.raises(ValueError, match=r".*"):
            moment(unclear, style)


@pytest.mark.parametrize(
    ("text", "rules", "first", "last"),
    [
        ("1336-12-24", {"year_begins": "12-25 of the year before"}, "1336-12-24", "1336-12-24"),
        ("1336-12-25", {"year_begins": "12-25 of the year before"}, "1335-12-25", "1335-12-25"),
        ("1336", {"year_begins": "12-25 of the year before"}, "1335-12-25", "1336-12-24"),
        ("1336?", {"year_begins": "12-25 of the year before"}, "1335-12-25", "1336-12-24"),
        ("1648-01-30~", {"year_begins": "03-25"}, "1649-01-30", "1649-01-30"),
        ("7045-08-31", {"era": "byzantine"}, "1537-08-31", "1537-08-31"),
        ("7045-09-01", {"era": "byzantine", "calendar": "julian"}, "1536-09-11", "1536-09-11"),
        ("7045", {"era": "byzantine"}, "1536-09-01", "1537-08-31"),
        ("7045-10-05", {"era": "byzantine", "year_begins": "03-01"}, "1537-10-05", "1537-10-05"),
        ("9 thermidor an II", {"calendar": "republican"}, "1794-07-27", "1794-07-27"),
        ("22 PRAIRIAL l’an 2", {"calendar": "republican"}, "1794-06-10", "1794-06-10"),
        ("6e jour complémentaire an III", {"calendar": "republican"}, "1795-09-22", "1795-09-22"),
        ("1er vendémiaire an XII", {"calendar": "republican"}, "1803-09-24", "1803-09-24"),
        ("an II", {"calendar": "republican"}, "1793-09-22", "1794-09-21"),
        ("1792-08-10", {"calendar": "republican"}, "1792-08-10", "1792-08-10"),
    ],
)
def test_other_years_and_calendars(text: str, rules: dict[str, str], first: str, last: str) -> None:
    style = date_style(read_map({"format": 1, "epoch": "1300-01-01", "dates": rules, "tables": []}))
    found = moment(text, style)
    days = [(dt.date(1300, 1, 1) + dt.timedelta(days=int(day))).isoformat() for day in (found.time, found.after - 1)]
    assert days == [first, last]


@pytest.mark.parametrize(
    ("text", "rules", "told"),
    [
        ("1336-12", {"year_begins": "12-25 of the year before"}, "within this month"),
        ("133X", {"year_begins": "12-25 of the year before"}, "only plain dates"),
        ("1537", {"era": "byzantine"}, "a year of our count"),
        ("9 thermidor an II", {"order": "day first"}, "calendar: republican"),
        ("31 nivôse an II", {"calendar": "republican"}, "does not have"),
        ("1336/7-01-05", {"year_begins": "12-25 of the year before"}, "write one year"),
    ],
)
def test_years_that_could_be_others_are_refused(text: str, rules: dict[str, str], told: str) -> None:
    style = date_style(read_map({"format": 1, "epoch": "1300-01-01", "dates": rules, "tables": []}))
    with pytest.raises(ValueError, match=told):
        moment(text, style)


def test_a_year_that_begins_late_says_in_which_year() -> None:
    with pytest.raises(IntakeError, match="the year before or the same"):
        read_map({"format": 1, "epoch": "1300-01-01", "dates": {"year_begins": "12-25"}, "tables": []})


def test_serial_numbers_may_count_from_1904() -> None:
    assert moment_of_excel(12270, PLAIN, from_1904=True).time == moment_of_excel(13732, PLAIN).time


def test_a_time_with_an_offset_is_turned_into_the_zone_of_the_archive() -> None:
    assert read("2014-05-01T23:30:00Z".replace("2014", "1984"), zone="Europe/Moscow")[0] == "1984-05-02"
    with pytest.raises(ValueError, match="zone"):
        moment("1984-05-01T23:30:00Z", PLAIN)


def taken(rows: list[dict[str, str]], time: Any, **more: Any) -> Any:
    rule = {"into": "statements", "speaker": "a", "subject": "b", "time": time, "channel": {"constant": "report"}}
    return intake(
        {"t": rows}, {"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "makes": [rule]}], **more}
    )


def test_a_list_of_dates_tries_ways_of_writing_and_never_skips_what_it_cannot_read() -> None:
    rows = [{"a": "A", "b": "B", "d": text, "e": "1930"} for text in ("5.8.1937", "8.1937", "1937", "")]
    ways = [{"column": "d", "format": "%d.%m.%Y | %m.%Y"}, {"column": "d", "format": "%Y"}, "e"]
    assert taken(rows, ways).tables["statements"].column("precision").to_pylist() == ["year", "year", "month", "day"]
    with pytest.raises(IntakeError, match=r"t row 2: d: found 'soon'"):
        taken([{"a": "A", "b": "B", "d": "soon", "e": "1930"}], ways)


def test_dates_outside_the_archive_are_a_fault_a_note_or_left_out() -> None:
    rows = [{"a": "A", "b": "B", "d": text} for text in ("1937-08-05", "2937-08-06", "0161-04", "1900")]
    with pytest.raises(IntakeError, match=r"2 faults.*from 1900-01-01 to before 1940-01-01"):
        taken(rows, "d", end="1940-01-01")
    noted = taken(rows, "d", end="1940-01-01", outside="note")
    assert (noted.tables["statements"].num_rows, len(noted.report.notes)) == (4, 2)
    left = taken(rows, "d", end="1940-01-01", outside="leave out")
    assert (left.tables["statements"].num_rows, left.report.dates) == (2, ("1900-01-01", "1937-08-05"))


def test_seconds_since_1970_have_their_own_key() -> None:
    rows = [{"a": "A", "b": "B", "d": "1289241911.7"}]
    assert taken(rows, {"seconds": "d"}).report.dates == ("2010-11-08", "2010-11-08")
    with pytest.raises(IntakeError, match="seconds"):
        taken(rows, {"days": "d"})


def test_each_source_may_have_its_calendar() -> None:
    rule = {
        "into": "statements",
        "speaker": "a",
        "subject": "b",
        "time": "d",
        "source": "s",
        "channel": {"constant": "report"},
    }
    sources = [{"id": "old", "citation": "x", "dates": {"calendar": "julian"}}, {"id": "new", "citation": "y"}]
    rows = [{"a": "A", "b": "B", "d": "1917-10-25", "s": name} for name in ("old", "new")]
    made = intake(
        {"t": rows},
        {"format": 1, "epoch": "1917-10-25", "sources": sources, "tables": [{"table": "t", "makes": [rule]}]},
    )
    assert made.tables["statements"].column("time").to_pylist() == [0.0, 13.0]


def dated(text: str, **more: Any) -> Any:
    """Return the intake of one statement with this date."""
    rule = {"into": "statements", "subject": "of", "time": "day", "channel": {"constant": "report"}}
    column_map = {"format": 1, "epoch": "1930-01-01", "end": "1950-01-01", "tables": [{"table": "t", "makes": [rule]}]}
    return intake({"t": [{"of": "A", "day": text}]}, column_map | {key: value for key, value in more.items() if value})


@pytest.mark.parametrize(
    ("text", "how", "advice"),
    [
        ("5.8.1937", {}, "dates: day first, or month first"),
        ("1937/8/5", {}, "dates: year first"),
        ("7/20/1937", {"order": "day first"}, "month first"),
        ("c. 1937", {"order": "day first"}, "patterns: common"),
        ("5.8.37", {}, "century: 1900"),
        ("1937-38", {}, "write 1937/1938"),
        ("31.4.1937", {"order": "day first"}, "no such day"),
        ("l937-08-05", {}, "l for 1"),
        ("27.05.1356 AH", {"order": "day first"}, "Islamic"),
        ("27 جمادى الأولى 1356", {}, "Islamic"),
        ("15 Rajab 1356", {}, "Islamic"),
        ("in festo beati Martini 1335", {"order": "day first"}, "column of its own"),
        ("25 Edw. III", {"order": "day first"}, "column of its own"),
        ("1.1.00", {"order": "day first", "century": 1900}, "four figures"),
        ("1937-08-09/1937-08-05", {}, "ends before it begins"),
    ],
)
def test_a_text_that_is_no_date_is_told_with_what_to_do(text: str, how: dict[str, Any], advice: str) -> None:
    with pytest.raises(IntakeError, match=re.escape(advice)):
        dated(text, dates=how)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("1.–3.8.1937", "1937-08-01", "1937-08-04"),
        ("30.7.-2.8.1937", "1937-07-30", "1937-08-03"),
        ("12-15 августа 1937 г.", "1937-08-12", "1937-08-16"),
        ("с 1 по 5 августа 1937", "1937-08-01", "1937-08-06"),
        ("VIII-IX.1937", "1937-08-01", "1937-10-01"),
        ("12 7bris 1937", "1937-09-12", ""),
        ("1937‑08‑05", "1937-08-05", ""),
        ("1937.0", "1937-01-01", ""),
    ],
)
def test_ranges_that_share_month_and_year(text: str, first: str, after: str) -> None:
    row = dated(text, dates={"order": "day first", "patterns": "common"}).tables["statements"].to_pylist()[0]
    epoch = dt.date(1930, 1, 1)
    assert epoch + dt.timedelta(days=row["time"]) == dt.date.fromisoformat(first)
    assert not after or epoch + dt.timedelta(days=row["time_end"]) == dt.date.fromisoformat(after)


@pytest.mark.parametrize("text", ["5-8.1937", "8-9.1937", "28-30.2.1937", "3-1.8.1937", "5-7"])
def test_what_could_be_a_day_or_two_months_is_refused(text: str) -> None:
    with pytest.raises(IntakeError):
        dated(text, dates={"order": "day first", "patterns": "common"})
