"""Every sum and discrepancy that the notes on the data report, counted again from the records."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from greatfear import catalogue
from greatfear.errors import UnknownNameError

COLUMNS = ("death", "camps_colonies_prison", "exile", "other")


def total(name: str, column: str, **where: str) -> int:
    """Return the sum of a column over the rows that agree with `where`."""
    return sum(
        row[column] or 0 for row in catalogue.record(name) if all(row[key] == value for key, value in where.items())
    )


@pytest.mark.parametrize("name", catalogue.records())
def test_every_record_reads(name: str) -> None:
    found = catalogue.record(name)
    assert len(found) > 0
    assert found.rows.column_names == [column.name for column in found.columns]
    assert found.sources
    assert all(source.citation for source in found.sources)
    assert all(column.about for column in found.columns)
    assert len(found.to_pandas()) == len(found) == len(list(found))
    assert found.cite()


@pytest.mark.parametrize("name", catalogue.records())
def test_no_text_is_blank(name: str) -> None:
    assert not any(value == "" for row in catalogue.record(name) for value in row.values())


def test_unknown_record_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="ussr-sentences"):
        catalogue.record("ussr-sentence")


def test_sentences_sum_by_row() -> None:
    rows = list(catalogue.record("ussr-sentences"))
    assert len(rows) == 33
    assert [row["year"] for row in rows if sum(row[key] or 0 for key in COLUMNS) != row["total_sentenced"]] == []


@pytest.mark.parametrize(
    ("column", "summed"),
    [
        ("total_sentenced", 4_060_306),
        ("death", 799_455),
        ("camps_colonies_prison", 2_631_397),
        ("exile", 413_512),
        ("other", 215_942),
        ("total_kgb", 3_753_976),
        ("death_kgb", 815_589),
    ],
)
def test_sentences_sum_by_column(column: str, summed: int) -> None:
    assert total("ussr-sentences", column) == summed


def test_printed_sums_of_sentences_that_do_not_hold() -> None:
    """2,634,397, 3,753,490 and 815,579 are printed; the gaps are those explained in the notes."""
    by_year = {row["year"]: row for row in catalogue.record("ussr-sentences")}
    assert 2_634_397 - total("ussr-sentences", "camps_colonies_prison") == 3_000
    gap = total("ussr-sentences", "total_kgb") - 3_753_490
    assert gap == 486 == by_year[1925]["total_kgb"] - by_year[1925]["total_sentenced"]
    assert total("ussr-sentences", "death_kgb") - 815_579 == 10
    assert by_year[1941]["death"] == 8_001
    printed = 8_011 + sum(by_year[1941][key] for key in COLUMNS[1:])
    assert printed - by_year[1941]["total_sentenced"] == 10


def test_a_dash_in_the_source_is_null_and_not_zero() -> None:
    by_year = {row["year"]: row for row in catalogue.record("ussr-sentences")}
    assert by_year[1923]["other"] is None
    assert by_year[1948]["death"] is None


def test_the_two_series_differ_where_the_notes_say() -> None:
    rows = [row for row in catalogue.record("ussr-sentences") if row["total_kgb"] is not None]
    differ = {row["year"] for row in rows if row["total_kgb"] != row["total_sentenced"]}
    assert differ == {1925, 1931, 1936, *range(1939, 1953)}


@pytest.mark.parametrize(
    ("where", "first", "second"),
    [
        ({}, 75_950, 193_000),
        ({"republic": "RSFSR"}, 47_450, 142_150),
        ({"republic": "Ukrainian SSR"}, 8_000, 20_800),
        ({"republic": "Kazakh SSR"}, 2_500, 5_000),
        ({"republic": "(camps)"}, 10_000, 0),
    ],
)
def test_limits_sum(where: dict[str, str], first: int, second: int) -> None:
    assert total("order-00447-limits", "first_category", **where) == first
    assert total("order-00447-limits", "second_category", **where) == second
    assert total("order-00447-limits", "total", **where) == first + second


def test_limits_by_row_and_verification() -> None:
    rows = list(catalogue.record("order-00447-limits"))
    assert len(rows) == len({row["region"] for row in rows}) == 65
    assert all(row["first_category"] + row["second_category"] == row["total"] for row in rows)
    assert Counter(row["verification"] for row in rows) == {"row": 38, "partial": 1, "group_sum_only": 26}


def test_limits_of_three_ukrainian_lines_by_difference() -> None:
    """Zhukov's table leaves out Kiev, Vinnitsa and Dnepropetrovsk."""
    wanted = {"Kiev oblast", "Vinnitsa oblast", "Dnepropetrovsk oblast"}
    rows = [row for row in catalogue.record("order-00447-limits") if row["region"] in wanted]
    assert (sum(row["first_category"] for row in rows), sum(row["second_category"] for row in rows)) == (4_000, 8_500)


def test_changes_and_timelines_have_their_length() -> None:
    lengths = {"order-00447-changes": 23, "ussr-operations": 31, "great-terror-timeline": 49, "ussr-monthly": 150}
    lengths |= {"operation-trust-timeline": 23, "moscow-daily": 225}
    assert {name: len(catalogue.record(name)) for name in lengths} == lengths


def test_operations_close() -> None:
    rows = {row["operation"]: row for row in catalogue.record("ussr-operations")}
    lines = rows["National operations, all"]
    assert (lines["convicted"], lines["executed"]) == (335_513, 247_157)
    assert lines["convicted"] == 247_157 + 88_356
    single = (
        "Polish",
        "German",
        "Harbin",
        "Latvian",
        "Finnish",
        "Estonian",
        "Greek",
        "Romanian",
        "Iranian",
        "Afghan",
        "Chinese",
    )
    assert sum(rows[name]["executed"] for name in single) == 239_958
    assert rows["German"]["executed"] + 13_107 == rows["German"]["convicted"]
    both = rows["All bodies, 1937-38"]
    parts = (rows["All bodies, calendar 1937"], rows["All bodies, calendar 1938"])
    assert both["convicted"] == sum(row["convicted"] for row in parts) == 1_344_923
    assert both["executed"] == sum(row["executed"] for row in parts) == 681_692
    assert sum(row["arrested"] for row in parts) == 1_575_259


def test_printed_shares_of_operations_agree_with_their_counts() -> None:
    rows = [row for row in catalogue.record("ussr-operations") if row["share_executed"] is not None]
    assert all(abs(row["executed"] / row["convicted"] - row["share_executed"]) < 0.0006 for row in rows)


def test_special_troikas_of_ukraine_and_karelia() -> None:
    rows = {row["operation"]: row for row in catalogue.record("ussr-operations")}
    ukraine = rows["Special troikas (national lines), Ukraine only"]
    assert ukraine["executed"] + 5_046 == ukraine["convicted"] == 30_031
    karelia = rows["Karelia, all extrajudicial bodies"]
    assert karelia["executed"] + 1_410 == karelia["convicted"] == 12_189


def test_moscow_by_day() -> None:
    rows = list(catalogue.record("moscow-daily"))
    peak = max(rows, key=lambda row: row["persons_shot_in_list"])
    assert (peak["date"], peak["persons_shot_in_list"]) == ("1938-02-28", 211)
    assert sum(row["persons_shot_in_list"] for row in rows) == 8_482
    assert [dt.date.fromisoformat(row["date"]) for row in rows] == sorted(
        {dt.date.fromisoformat(row["date"]) for row in rows}
    )


def test_moscow_by_month_agrees_with_the_days_and_the_burial_places() -> None:
    rows = [row for row in catalogue.record("ussr-monthly") if row["scope"] == "Moscow city residents"]
    whole, parts, days = Counter(), Counter(), Counter()
    for row in rows:
        target = whole if row["series"].endswith("all") else parts
        target[row["period_start"][:7]] += row["value"]
    for row in catalogue.record("moscow-daily"):
        days[row["date"][:7]] += row["persons_shot_in_list"]
    assert whole == parts
    assert +whole == days


def test_cumulative_arrests_give_the_slowing() -> None:
    rows = {
        row["period_end"]: row["value"]
        for row in catalogue.record("ussr-monthly")
        if (row["scope"], row["series"]) == ("USSR", "arrests since 1 Oct 1936")
    }
    assert rows == {"1938-07-01": 1_420_711, "1938-11-01": 1_565_041}
    assert rows["1938-11-01"] - rows["1938-07-01"] == 144_330


def test_fall_after_the_halt_as_told() -> None:
    by_year = {row["year"]: row for row in catalogue.record("ussr-sentences")}
    assert round(100 * by_year[1939]["death"] / by_year[1938]["death"], 1) == 0.8
    assert round(100 * by_year[1939]["total_sentenced"] / by_year[1938]["total_sentenced"], 1) == 11.5


def test_counts_of_older_trials() -> None:
    assert total("salem-months", "accused") == 152
    assert total("salem-months", "executed") == 20
    scotland = ("cases", "implicated_by_another", "confession_recorded", "torture_recorded", "verdict_known", "guilty")
    assert [total("scotland-yearly", column) for column in scotland] == [3_413, 948, 753, 52, 295, 236]
    peaks = sorted(
        ((row["cases"], row["year"]) for row in catalogue.record("scotland-yearly") if row["year"]), reverse=True
    )[:6]
    assert peaks == [(416, 1649), (401, 1662), (247, 1661), (193, 1650), (184, 1629), (122, 1597)]
    assert (total("europe-decades", "trials"), total("europe-decades", "deaths")) == (43_240, 16_333)
    assert len(catalogue.record("europe-decades")) == 53


def test_claims_by_status() -> None:
    counts = Counter(claim.status for claim in catalogue.claims())
    assert counts == {"supported": 19, "contradicted": 16, "contested": 10, "unverifiable": 5, "not-checked": 1}
    assert [claim.id for claim in catalogue.claims()] == [f"C{number:02d}" for number in range(1, 52)]


def test_claims_can_be_filtered_together() -> None:
    found = catalogue.claims(status="supported", kind="quantity", year=1937)
    assert {"C01"} <= {claim.id for claim in found}
    assert all(claim.year_from <= 1937 <= claim.year_to and claim.kind == "quantity" for claim in found)
    for wrong in ({"status": "true"}, {"kind": "fact"}, {"ids": ["C99"]}):
        with pytest.raises(UnknownNameError):
            catalogue.claims(**wrong)


DATED = ("order-00447-time", "lines-time", "regions-1937-38", "custody", "deaths-in-custody", "signed-lists")


@pytest.mark.parametrize("name", [*DATED, "sentences-two-series"])
def test_dated_rows_say_where_they_were_read(name: str) -> None:
    """Every row names a source of the record, the place in it, how often it was read, and its level."""
    found = catalogue.record(name)
    keys = {source.key for source in found.sources}
    for row in found:
        assert row["source"] in keys
        assert row["place"]
        assert row["readings"] in ("once", "again", "twice", "not-checked")
        assert row["level"] in ("textual", "interpretive", "inferential")


def _values(name: str, **where: str) -> dict[str, float]:
    """Return the values of a dated record by series and last day, for rows that agree with `where`."""
    rows = [row for row in catalogue.record(name) if all(row[key] == value for key, value in where.items())]
    return {f"{row['series']}, {row['period_end']}": row["value"] for row in rows}


def test_order_by_date_closes() -> None:
    first = [row for row in catalogue.record("order-00447-time") if row["period_end"] == "1937-08-15"]
    assert first[0]["value"] == sum(row["value"] for row in first[1:5]) == 100_990
    of = _values("order-00447-time")
    dates = ("1937-08-15", "1937-09-30", "1938-01-01", "1938-11-17")
    shares = [round(of[f"sentenced, first category, {day}"] / of[f"sentenced, {day}"], 2) for day in dates]
    assert shares == [0.68, 0.58, 0.45, 0.5]
    assert of["sentenced, 1938-11-17"] - of["arrested, 1938-11-01"] == 64_741  # they came from custody


def test_lines_and_regions_close() -> None:
    lines = _values("lines-time", scope="all lines")
    assert lines["arrested, 1938-11-01"] - lines["arrested, 1938-07-01"] == 8_578
    parts = [
        row["value"]
        for row in catalogue.record("lines-time")
        if row["series"] == "sentenced" and row["scope"] != "all lines"
    ]
    assert sum(parts) == lines["sentenced, 1938-11-17"]
    karelia = [row["value"] for row in catalogue.record("regions-1937-38") if row["scope"] == "Karelian ASSR"]
    assert sum(karelia[:3]) - karelia[3] == 2
    own = [row["value"] for row in catalogue.record("lines-time") if "Sverdlovsk" in row["scope"]]
    assert (sum(own[0::2]), sum(own[1::2])) == (9_846, 834)


def test_signed_lists_sum_and_what_is_missing_is_null() -> None:
    rows = list(catalogue.record("signed-lists"))
    assert sum(row["value"] for row in rows[:26]) == 3_132
    assert rows[-1]["value"] is None
    assert rows[-1]["readings"] == "not-checked"


def test_two_series_agree_with_the_sentences() -> None:
    by_year = {row["year"]: row for row in catalogue.record("ussr-sentences")}
    for row in catalogue.record("sentences-two-series"):
        assert (row["mvd"], row["kgb"]) == (by_year[row["year"]]["total_sentenced"], by_year[row["year"]]["total_kgb"])
        assert row["difference"] == row["mvd"] - row["kgb"]
