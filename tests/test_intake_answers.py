"""Real tables, from files to the answers that lie beside them, each in one map."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greatfear.archive import Archive
from greatfear.estimate import NamingModel, RateModel, events_from_archive
from greatfear.intake_tables import intake
from greatfear.intake_tables.map_text import map_from_text

REAL = Path(os.environ.get("GREATFEAR_DATA", "")) / "real"
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="no real tables here: set GREATFEAR_DATA to the folder that holds real/"
)


def answers(name: str) -> dict[str, Any]:
    """Return the right answers that lie beside the tables."""
    found: dict[str, Any] = json.loads((REAL / name / "answers.json").read_text("utf-8"))
    return found


def taken(name: str, *files: str, channel: str = "") -> Archive:
    """Return the archive of the tables with the map beside them."""
    column_map = map_from_text((REAL / name / "map.yaml").read_text("utf-8"), name)
    if channel:
        column_map["tables"][0]["makes"][0]["channel"] = {"constant": channel}
    return intake([REAL / name / file for file in files], column_map).archive


def counted(archive: Archive) -> dict[str, Any]:
    """Return what the answers of both sets hold, from the description and from queries."""
    described = archive.describe(top=3)
    total = described.totals
    one = archive.sql(
        "select count(distinct speaker) as speakers, count(distinct subject) as named, "
        "count(*) - count(distinct (speaker, subject)) as duplicates, "
        "count(*) filter (where time is null or isnan(time)) as undated from statements"
    ).to_pylist()[0]
    top = {
        f"most_{how}": dict(zip(*described[f"top_{who}"].columns.values(), strict=True))
        for how, who in (("naming", "speakers"), ("named", "subjects"))
    }
    thirds = [total[f"new_share_{third}"] for third in ("first_third", "second_third", "last_third")]
    return {
        "persons": total["persons"], "statements": total["statements"], "self": total["self_accusations"],
        "named_by_others": total["named"], "share_named_once": total["share_named_once"], "top_ten_share": total["top_ten_share"],
        "gini_named": total["gini"], "new_share_thirds": thirds, **one, **top,
        "by_month": dict(zip(described["by_month"]["window"], described["by_month"]["statements"], strict=True)),
    }  # fmt: skip


def differences(found: Any, expected: Any, place: str = "") -> Iterator[str]:
    """Yield where answers differ; numbers are compared to the digits that are written."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from differences((found or {}).get(key), value, f"{place}.{key}")
    elif isinstance(expected, list):
        for i, (a, b) in enumerate(zip(found or [None] * len(expected), expected, strict=True)):
            yield from differences(a, b, f"{place}.{i}")
    elif isinstance(expected, float):
        digits = len(repr(expected).partition(".")[2])
        if found is None or abs(found - expected) > 0.51 * 10**-digits:
            yield f"{place}: {found} for {expected}"
    elif found != expected:
        yield f"{place}: {found} for {expected}"


def test_the_comparison_sees_a_difference() -> None:
    expected = {"a": 1, "b": {"c": [0.25, 0.5]}}
    assert list(differences({"a": 1, "b": {"c": [0.2511, 0.5]}}, expected)) == []
    assert list(differences({"a": 2, "b": {"c": [0.26, 0.5]}}, expected)) == [".a: 2 for 1", ".b.c.0: 0.26 for 0.25"]
    assert list(differences({}, expected))


def test_bologna_gives_its_answers() -> None:
    archive = taken("bologna", "df_edges.tsv", "df_nodes.tsv")
    sexes = archive.sql("select sex, count(*) as n from persons group by 1").to_pydict()
    found = counted(archive) | {{"m": "men", "f": "women"}[s]: n for s, n in zip(sexes["sex"], sexes["n"], strict=True)}
    assert list(differences(found, answers("bologna"))) == []


def test_icews_gives_its_answers() -> None:
    expected = answers("icews14_accusations")
    cohorts = expected.pop("R_if_channel_interrogation")
    choice, rate = expected.pop("choice_logit"), expected.pop("rate")
    archive = taken("icews14_accusations", "accusations.tsv")
    assert list(differences(counted(archive), expected)) == []
    events = events_from_archive(archive)
    fit = NamingModel(choice["formula"]).fit(events)
    assert len(events.time) == choice["events"]
    assert list(differences({"coef": fit.theta.tolist(), "loglik": fit.loglik}, {
        "coef": choice["coef"], "loglik": choice["loglik"],
    })) == []  # fmt: skip
    fit = RateModel(rate["formula"]).fit(events)
    constant = float(RateModel("1").fit(events).theta[0])
    found = {"coef": fit.theta.tolist(), "loglik": fit.loglik, "constant_only": constant}
    assert list(differences(found, {key: rate[key] for key in found})) == []
    frame = (
        taken("icews14_accusations", "accusations.tsv", channel="interrogation")
        .describe(by="month")["deponents"]
        .columns
    )
    months = dict(zip(frame["window"], zip(frame["deponents"], frame["new_names"], strict=True), strict=True))
    assert {month: list(months[month]) for month in cohorts if month != "_"} == {
        month: pair for month, pair in cohorts.items() if month != "_"
    }


@pytest.mark.parametrize("into", ["ties", "statements"])
def test_montagna_gives_its_answers(into: str) -> None:
    ends = {"a": "from", "b": "to"} if into == "ties" else {"speaker": "from", "subject": "to"}
    kind = {"kind": {"constant": "call"}} if into == "ties" else {"channel": {"constant": "report"}}
    rule = {"into": into, **ends, **kind, "weight": "times"}
    expected = {"calls": (150, 100, 276), "meetings": (289, 101, 456)}
    for name, answer in expected.items():
        entry = {"table": name, "header": "none", "columns": ["from", "to", "times"], "makes": [rule]}
        column_map = {"format": 1, "epoch": "2003-01-01", "tables": [entry]}
        archive = intake([REAL / "montagna_headerless" / f"{name}.csv"], column_map).archive
        weight = archive.sql(f"select cast(sum(weight) as bigint) from {into}").column(0)[0].as_py()
        assert (archive.n_rows(into), archive.n_rows("persons"), weight) == answer
        assert archive.check() == []
