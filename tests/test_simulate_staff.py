"""Staff, terms and limits that bind: what a run tells of them agrees with its tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from greatfear.cli.report import write_page
from greatfear.comparison.mechanisms import mechanism_rows
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import summarise
from process_scenarios import OPERATIONS, scenario


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(scenario(), seed=5)


def by_month(run: Run, causes: set[str]) -> Counter[str]:
    rows = run.archive.sql("select strftime(date, '%Y-%m') as month, cause from acts where kind = 'arrest'").to_pylist()
    return Counter(row["month"] for row in rows if row["cause"] in causes)


def test_the_course_counts_what_the_tables_hold(run: Run) -> None:
    told = run.parts["offices"]
    column = {name: k for k, name in enumerate(told["columns"])}
    months = {row[0]: row for row in told["series"]}
    for name, causes in (("arrests_on_leads", {"statement"}), ("arrests_from_lists", {"register", "order"})):
        counted = by_month(run, causes)
        assert sum(counted.values()) > 0
        assert {month: row[column[name]] for month, row in months.items()} == {m: counted[m] for m in months}


def test_the_queue_is_those_named_who_are_free(run: Run) -> None:
    free = run.archive.sql(
        "select count(distinct subject) as n from statements where subject not in "
        "(select person from acts where kind = 'arrest') and time < 100"
    )
    assert run.parts["offices"]["open_leads"] == free.to_pylist()[0]["n"]


@pytest.mark.parametrize(
    ("limit", "changes"),
    [
        ("staff", {"offices": {"staff": {"investigators": 100}}}),
        ("arrests", {"offices": {"staff": {}, "arrests": 10}}),
        ("custody", {"offices": {"staff": {}, "custody": 500}}),
        ("places", {"operations": [{"id": "o", "start": "1937-01-01", "end": "1937-04-11", "strata": ["c"],
                                    "limits": {"north": {"first": 1, "second": 1}}, "pace": 1}]}),
        ("registers", {"operations": [{"id": "o", "start": "1937-01-01", "end": "1937-04-11", "strata": ["a"], "hazard": 1}],
                       "offices": {"staff": {}, "custody": 100_000}}),
    ],
)  # fmt: skip
def test_each_limit_is_told_where_it_binds(limit: str, changes: dict[str, Any]) -> None:
    bound = simulate(scenario(**changes), seed=5).parts["offices"]["bound"]
    assert bound[limit] > 0.15


def test_pressure_raises_throughput_where_staff_binds() -> None:
    """The same staff takes more cases where a case is shorter; where capacity is a constant it does not."""
    counts = {}
    for staff in ({"investigators": 400, "case_at_rest": 8, "case_pressed": 1}, {}):
        for pressure in (0.0, 0.9):
            given = scenario(
                offices={"staff": staff, "arrests": 300 if staff else 60,
                         "pressure": [{"since": "1937-01-01", "value": pressure}]},
                operations=[], orders=[], routes=[{"board": "court"}],
            )  # fmt: skip
            counts[bool(staff), pressure] = summarise(simulate(given, seed=5))["arrests_on_statement"]
    assert counts[True, 0.9] > 1.5 * counts[True, 0.0]
    assert counts[False, 0.9] < 1.3 * counts[False, 0.0]


def test_the_report_and_the_summary_tell_the_limits(run: Run, tmp_path: Path) -> None:
    page = write_page(run.archive, tmp_path / "r.html", None, run.scenario, families=run.parts).read_text("utf-8")
    assert "Leads, lists and limits" in page
    assert "share of office-days on which it bound" in page
    summed, told = summarise(run), run.parts["offices"]
    assert summed["bound_staff"] == told["bound"]["staff"] > 0
    assert {name: summed[f"bound_{name}_days"] for name in told["bound_days"]} == told["bound_days"]
    assert 0 < summed["bound_staff_days"] <= summed["days"] == told["days"]
    assert any(row.words.startswith("office-days bound by the staff") for row in mechanism_rows(run.parts))


def test_an_operation_takes_in_whom_its_own_cases_name(run: Run) -> None:
    """A person who is in the operation on a statement was named in a sitting of one of its cases; strata do not matter."""
    query = """
        select s.channel, b.operation as speaker_operation, p.stratum from acts a join persons p on p.person = a.person
        join statements s on s.statement = a.statement left join acts b on b.person = s.speaker and b.kind = 'arrest'
        where a.kind = 'arrest' and a.cause = 'statement' and a.operation = 'national'
    """
    taken = run.archive.sql(query).to_pylist()
    assert taken
    assert {(row["channel"], row["speaker_operation"]) for row in taken} == {("interrogation", "national")}
    operations = [one | {"takes_named": False} for one in OPERATIONS]
    without = simulate(scenario(operations=operations), seed=5)
    assert without.archive.sql(query).num_rows == 0
