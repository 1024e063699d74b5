"""`describe` on made-up and real archives."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from greatfear.archive import Archive
from greatfear.describe.columns import GRAINS, Calendar, Dated, dated
from greatfear.describe.description import describe
from greatfear.describe.naming import concentration, first_namings, gini, rate_interval
from greatfear.describe.newness import firsts
from greatfear.errors import ArchiveError
from greatfear.record.columns import table_from_columns
from synthetic_archive import synthetic

EPOCH = dt.date(1936, 1, 1)
HERE = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def archive() -> Archive:
    return Archive.from_tables(synthetic(3000), epoch=EPOCH, kind="simulated", title="made up")


def count_naively(archive: Archive, by: int) -> dict[tuple[str, str], int]:
    """Return acts by window and kind, one row at a time."""
    counts: dict[tuple[str, str], int] = {}
    for row in archive.table("acts", ["time", "kind"]).to_pylist():
        window = (EPOCH + dt.timedelta(days=int(row["time"]))).isoformat()[:by]
        counts[window, row["kind"]] = counts.get((window, row["kind"]), 0) + 1
    return counts


@pytest.mark.parametrize(("by", "length"), [("day", 10), ("month", 7), ("year", 4)])
def test_counts_agree_with_counting_by_hand(archive: Archive, by: str, length: int) -> None:
    rows = describe(archive, by=by)[f"kinds_by_{by}"].rows()
    assert {(row["window"], row["kind"]): row["acts"] for row in rows} == count_naively(archive, length)


def reproduction_naively(archive: Archive) -> dict[str, tuple[int, int, int]]:
    """Return deponents, new names and arrests that followed, by month, from sets."""
    seen: set[int] = set()
    deponents: dict[str, set[int]] = {}
    new: dict[str, int] = {}
    month_of: dict[int, str] = {}
    for row in archive.table("acts").to_pylist():
        if row["kind"] == "interrogation":
            deponents.setdefault(month(row["time"]), set()).add(row["person"])
    for row in archive.table("statements").to_pylist():
        if row["channel"] == "interrogation":
            window = month_of[row["statement"]] = month(row["time"])
            deponents.setdefault(window, set()).add(row["speaker"])
            new[window] = new.get(window, 0) + (row["subject"] not in seen and row["subject"] != row["speaker"])
        seen.add(row["subject"])
    led: dict[str, int] = {}
    for row in archive.table("acts").to_pylist():
        if row["kind"] == "arrest" and row["statement"] in month_of:
            led[month_of[row["statement"]]] = led.get(month_of[row["statement"]], 0) + 1
    return {window: (len(who), new.get(window, 0), led.get(window, 0)) for window, who in deponents.items()}


def month(time: float) -> str:
    return (EPOCH + dt.timedelta(days=int(time))).isoformat()[:7]


def test_names_per_deponent_agree_with_sets(archive: Archive) -> None:
    rows = describe(archive)["deponents"].rows()
    found = {r["window"]: (r["deponents"], r["new_names"], r["arrests"]) for r in rows if r["deponents"]}
    assert found == reproduction_naively(archive)
    for row in rows:
        if row["deponents"]:
            assert (
                row["new_names_per_deponent_low"] <= row["new_names_per_deponent"] <= row["new_names_per_deponent_high"]
            )


def test_deponents_of_two_windows_count_in_both() -> None:
    statements = {
        "time": [0.0, 0.0, 40.0], "precision": ["day"] * 3, "speaker": [0, 0, 0], "subject": [1, 2, 3],
        "channel": ["interrogation"] * 3, "sitting": [0, 0, 1],
    }  # fmt: skip
    archive = made({"persons": people(4), "statements": statements})
    rows = describe(archive)["deponents"].rows()
    assert [(row["deponents"], row["new_names_per_deponent"]) for row in rows] == [(1, 2.0), (1, 1.0)]


def made(tables: dict[str, dict[str, Any]], epoch: dt.date = EPOCH) -> Archive:
    """Return an archive from columns; the row numbers are added."""
    number = {"persons": "person", "statements": "statement", "acts": "act"}
    full = {}
    for name, columns in tables.items():
        n = len(next(iter(columns.values())))
        full[name] = pa.table({number[name]: np.arange(n, dtype=np.int32), **columns})
    return Archive.from_tables(full, epoch=epoch)


def people(n: int) -> dict[str, list[Any]]:
    return {"id": [f"P{k}" for k in range(n)]}


def test_limits_widen_where_deponents_differ() -> None:
    ten, one = np.array([10.0]), np.array([1.0])
    low, high = rate_interval(ten, one, one)
    wide_low, wide_high = rate_interval(ten, one, 3 * one)
    assert wide_low < low < high < wide_high


def test_first_namings_gini_and_concentration() -> None:
    rng = np.random.default_rng(5)
    subject = rng.integers(0, 40, 300)
    seen: set[int] = set()
    expected = [not (s in seen or seen.add(s)) for s in subject.tolist()]
    assert first_namings(subject, 40).tolist() == expected
    counts = rng.integers(0, 9, 30)
    pairs = np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean())
    assert gini(counts) == pytest.approx(pairs)
    assert concentration(np.array([0] * 11 + list(range(1, 12))), 20)["top_ten_share"] == pytest.approx(20 / 22)


def test_rows_count_only_as_finely_as_they_are_known() -> None:
    table = pa.table({
        "time": [10.0, 0.0, 0.0, 5.0, 20.0, float("nan")],
        "time_end": [float("nan")] * 3 + [12.0, 50.0, float("nan")],
        "precision": ["day", "month", "year", "interval", "interval", "unknown"],
    })  # fmt: skip
    rows = dated(table, EPOCH)
    assert [GRAINS[code] for code in rows.grain] == ["day", "month", "year", "month", "year", "none"]
    calendar = Calendar.spanning(EPOCH, rows)
    assert (calendar.window_of(rows, "month") >= 0).tolist() == [True, True, False, True, False, False]


def test_calendar_reaches_before_the_epoch() -> None:
    calendar = Calendar.spanning(EPOCH, Dated(np.array([-366, 0], np.int32), np.zeros(2, np.uint8)))
    assert calendar.windows("year")[0] == ["1934", "1935", "1936"]


def test_roots_and_origins(archive: Archive) -> None:
    described = describe(archive)
    rows = described["roots"].rows()
    assert sum(row["cases"] for row in rows) == described.totals["cases"] == 3000
    assert all(row["origins_low"] <= row["origins_high"] <= row["cases"] for row in rows)
    assert all(row["rests_on"] == row["root"] for row in rows if row["rests_on"] != "interrogation")
    by_month = described["roots_by_window"].rows()
    assert sum(row["cases"] for row in by_month) == 3000


def test_description_can_be_written_and_shown(archive: Archive) -> None:
    described = describe(archive)
    plain = described.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert "independent origins" in str(described)
    assert described._repr_html_().startswith("<h3>made up")
    assert described.to_pandas()["regions"]["persons"].sum() == described.totals["persons"]


def test_unknown_unit_is_refused(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="'week', but expected"):
        describe(archive, by="week")


def test_empty_archive() -> None:
    described = describe(Archive.from_tables({}, epoch=EPOCH))
    assert described.totals["cases"] == 0
    json.dumps(described.to_dict(), allow_nan=False)


def giaveno_tables() -> dict[str, Any]:
    """Return the trial of Giaveno as tables, made here from the published files."""
    folder = Path(os.environ.get("GREATFEAR_DATA", HERE.parent / "shared" / "data")) / "giaveno_1335"
    if not folder.exists():
        pytest.skip("the files of Giaveno 1335 are not on this machine; set GREATFEAR_DATA to their folder")
    read = {
        name: list(csv.DictReader((folder / f"{name}.csv").read_text().splitlines()))
        for name in ("nodes", "edges", "keyevents")
    }
    ids = [row["id"] for row in read["nodes"]]
    ids += sorted({row["target"] for row in read["edges"] if row["target"][:1] == "P"} - set(ids))
    number = {name: k for k, name in enumerate(ids)}
    day = lambda text: (dt.date.fromisoformat(text) - dt.date(1335, 1, 1)).days if text not in ("", "NA") else np.nan  # noqa: E731
    named = sorted(
        (r for r in read["edges"] if r["target"][:1] == "P"), key=lambda r: (r["time"] in ("", "NA"), r["time"])
    )
    sat = sorted(
        (r for r in read["keyevents"] if r["type"] == "deposition"), key=lambda r: (r["time"] in ("", "NA"), r["time"])
    )
    said = [day(row["time"]) for row in named]
    held = [day(row["time"]) for row in sat]
    precise = lambda times: ["unknown" if np.isnan(time) else "day" for time in times]  # noqa: E731
    return {
        "persons": {"id": ids},
        "statements": {
            "time": said, "precision": precise(said), "speaker": [number[r["source"]] for r in named],
            "subject": [number[r["target"]] for r in named], "channel": ["interrogation"] * len(named),
        },
        "acts": {
            "time": held, "precision": precise(held), "person": [number[r["id"]] for r in sat],
            "kind": ["interrogation"] * len(sat), "cause": ["unknown"] * len(sat), "outcome": ["none"] * len(sat),
        },
    }  # fmt: skip


def test_giaveno_1335_has_the_published_numbers() -> None:
    """Counts of the data set's README; self-accusations count as namings in the thirds, not in the concentration."""
    described = describe(made(giaveno_tables(), dt.date(1335, 1, 1)), by="day")
    total = described.totals
    assert (total["deponents"], total["namings_of_persons"], total["self_accusations"]) == (110, 967, 61)
    assert total["named"] == 254
    thirds = [round(float(total[f"new_share_{part}_third"]), 2) for part in ("first", "second", "last")]
    assert thirds == [0.53, 0.20, 0.07]
    assert round(float(total["top_ten_share"]), 2) == 0.30
    assert round(float(total["share_named_once"]), 2) == 0.55
    assert total["undated_statements"] == 5
    assert total["cases"] == 0


def said(*rows: tuple[str, float, float, str]) -> Archive:
    """Return an archive of statements against named persons: who, time, end, precision."""
    names = sorted({who for who, *_ in rows})
    order = sorted(range(len(rows)), key=lambda k: (np.isnan(rows[k][1]), rows[k][1]))
    columns = {
        "subject": [names.index(rows[k][0]) for k in order],
        "time": [rows[k][1] for k in order],
        "time_end": [rows[k][2] for k in order],
        "precision": [rows[k][3] for k in order],
        "channel": "report",
    }
    tables = {
        "persons": table_from_columns("persons", {"id": names}, len(names)),
        "statements": table_from_columns("statements", columns, len(rows)),
    }
    return Archive.from_tables(tables, epoch=dt.date(1937, 1, 1), kind="real")


NAN = float("nan")


def test_new_names_have_bounds_where_the_day_is_not_known() -> None:
    rows = [("A", 0.0, NAN, "year"), ("A", 40.0, NAN, "day"), ("B", 35.0, NAN, "day"), ("B", 60.0, NAN, "day")]
    described = describe(said(*rows))
    frame = described["new_names"].columns
    # In February A is new unless the statement of 1937 came before; B is new for sure.
    assert frame["window"][:3] == ["1937-01", "1937-02", "1937-03"]
    assert (frame["new"], frame["new_least"], frame["new_most"]) == ([0, 1, 0], [0, 1, 0], [0, 2, 0])
    assert "because some dates do not tell who was named first" in str(described)
    assert "dated only to a month, a year or an interval: 1 statement" in str(described)
    exact = describe(said(*rows[2:]))
    assert "do not tell" not in str(exact)
    assert "dates from 1937-02-05 to 1937-03-02" in str(exact)


def firsts_naively(low: np.ndarray, after: np.ndarray) -> tuple[list[bool], list[bool]]:
    """Return which namings of one person are the first in all, and in some, choices of the unknown days."""
    n, exact = len(low), after - low == 1
    surely, may = [True] * n, [False] * n
    for days in itertools.product(*(range(int(a), int(b)) for a, b in zip(low, after, strict=True))):
        for k in range(n):
            ties = [j for j in range(n) if j != k and days[j] == days[k]]
            in_order = [j for j in ties if exact[j] and exact[k]]  # the record has the order of these
            earlier = any(days[j] < days[k] for j in range(n)) or any(j < k for j in in_order)
            surely[k] &= not earlier and len(ties) == len(in_order)
            may[k] |= not earlier
    return surely, may


def test_the_bounds_agree_with_trying_all_days() -> None:
    rng = np.random.default_rng(5)
    for _ in range(150):
        n = int(rng.integers(1, 5))
        low = np.sort(rng.integers(0, 8, n)).astype(float)
        after = low + rng.choice([1, 1, 3, 5], n)
        # A second person with the same days must not matter.
        both = firsts(np.repeat([0, 1], n), (np.tile(low, 2), np.tile(after, 2)), 2)
        assert tuple(part[:n].tolist() for part in both) == firsts_naively(low, after), (low, after)


def test_a_case_is_what_the_user_chooses(archive: Archive) -> None:
    default, chosen = describe(archive), describe(archive, case="statement")
    assert (default.case, default.case_counts["arrest"], default.is_chosen) == ("arrest", 3000, False)
    assert "a case is: arrest, the default if any is recorded; --case can count something else" in str(default)
    named = {row["subject"] for row in archive.table("statements").to_pylist() if row["subject"] != row["speaker"]}
    assert chosen.totals["cases"] == len(named) == default.case_counts["statement"]
    assert sum(row["cases"] for row in chosen["roots_by_window"].rows()) == len(named)
    with pytest.raises(ArchiveError, match=r"'flight' is not recorded in this archive; it has .*arrest \(3,000\)"):
        describe(archive, case="flight")


def test_every_window_is_printed_with_r_and_new_names(archive: Archive) -> None:
    text = str(describe(archive, by="month"))
    months = describe(archive, by="month")["reproduction"]["window"]
    assert len(months) > 12
    for name in ("by month:", "reproduction:", "new names:", "deponents:"):
        part = text.partition(f"\n{name}")[2].partition("\n\n")[0]
        assert [month for month in months if f"  {month} " not in part] == [], name


def test_origins_are_not_counted_where_no_cause_is_recorded() -> None:
    persons = table_from_columns("persons", {"id": ["A", "B"]}, 2)
    acts = table_from_columns(
        "acts",
        {
            "person": [0, 1],
            "time": [0.0, 1.0],
            "precision": "day",
            "kind": "arrest",
            "cause": "unknown",
            "outcome": "none",
        },
        2,
    )
    described = describe(Archive.from_tables({"persons": persons, "acts": acts}, epoch=EPOCH, kind="real"))
    assert "independent origins of these             not known: no case has a recorded cause" in str(described)
    assert "arrests per case (R)                     not known: no case has a recorded cause" in str(described)
    assert described.to_dict()["totals"]["origins_high"] is None  # type: ignore[index, call-overload]
    (row, *_) = described["reproduction"].rows()
    assert row["cases"] == 2
    assert all(np.isnan(row[name]) for name in row if name not in ("window", "cases"))
