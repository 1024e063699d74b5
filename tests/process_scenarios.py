"""Scenarios for the tests of the process: small ones in which everything that can happen does."""

from __future__ import annotations

from typing import Any

from greatfear.scenario.model import Scenario

REGIONS = [
    {"id": "north", "persons": 203},
    {"id": "south", "persons": 150, "shares": {"b": 0.5}},
    {"id": "west", "persons": 61},
]
STRATA = [
    {"id": "a", "share": 0.55, "listed": 0.2},
    {"id": "b", "share": 0.3, "listed": 0.5, "seniority": 0.4},
    {"id": "c", "share": 0.15, "listed": 1.0, "seniority": 1.0},
]
THETA = {
    "kin": -0.5, "unit": 0.3, "acquaintance": 0.2, "organisation": 0.7, "prompted": 1.0, "stratum": 0.4,
    "accused(window=20, transform=log1p)": 0.6, "accused(window=50)": 0.03, "accused(transform=sqrt)": 0.1, "doomed": -0.4,
    "reciprocity": 0.8, "inertia": -1.0, "two_path(transform=log1p)": 0.5, "targeted": 0.5, "seniority": 0.9,
    "organisation:pressure": -0.9, "unit:pressure": 0.4,
}  # fmt: skip
OPERATIONS = [
    {
        "id": "order-447", "start": "1937-01-11", "end": "1937-03-22", "strata": ["b", "c"], "regions": ["north", "south"],
        "starts": {"south": "1937-01-20"}, "limits": {"north": {"first": 6, "second": 9}, "south": {"first": 4, "second": 5}},
        "grants": [
            {"date": "1937-01-31", "region": "south", "first": 3, "second": 1},
            {"date": "1937-01-01", "region": "north", "first": 1},
        ],
        "requests": {
            "regions": ["south"], "probability": 0.3, "threshold": 0.5, "delay": 3, "granted": 0.7, "first": 0.3,
            "until": "1937-03-01",
        },
        "pace": 12, "surge": 2, "surge_days": 5, "pressed": 0.6, "first_ahead": 0.5, "from_custody": 0.4,
        "prolongations": [{"decided": "1937-03-23", "until": "1937-03-25"}],
    },
    {"id": "national", "start": "1937-02-01", "end": "1937-04-01", "strata": ["a"], "hazard": 0.01, "takes_leads": False,
     "takes_named": True,
     "hazards": [{"since": "1937-02-20", "value": 0.03}, {"since": "1937-03-10", "value": 0.001}],
     "file": "none"},
    {"id": "late", "start": "1937-02-10", "end": "1937-04-01", "strata": ["a", "c"], "hazard": 0.002, "surge": 3,
     "surge_days": 9},
]  # fmt: skip
ORDERS = [
    {"id": "list", "start": "1937-01-06", "days": 4, "persons": 9, "strata": ["c"], "regions": ["north", "west"]},
    {"id": "whole", "start": "1937-02-20", "days": 1, "persons": 7, "strata": ["a", "b"], "file": "register"},
]
BOARDS = [
    {"id": "troika", "delay": 6, "least": 2, "capacity": 0.7, "by_category": True, "second_wait": 4,
     "outcomes": {"death": 0.2, "camp": 0.5}},
    {"id": "court", "delay": 20, "least": 5, "evidence": 2, "outcomes": {"death": 0.1, "camp": 0.4, "exile": 0.2, "other": 0.1}},
    {"id": "special", "delay": 9, "capacity": 0.4, "outcomes": {"camp": 0.9}},
]  # fmt: skip
ROUTES = [
    {"board": "troika", "operations": ["order-447", "late"], "until": "1937-03-10"},
    {"board": "special", "strata": ["b"], "since": "1937-02-01", "share": 0.5},
    {"board": "special", "operations": ["order-447"], "since": "1937-03-10"},
    {"board": "court"},
]
LEADS = {
    "denunciation": {"rate": 0.002, "fear": 0.01},
    "informers": {"rate": 0.05, "true": 0.6, "false": 0.2, "fear": 0.02},
    "accidents": {"rate": 300, "suspicion": 0.4, "fear": 0.05, "subjects": 3},
    "weights": {"report": 0.5, "interrogation": 0.7, "accident": 2},
    "memory": 30,
}
OFFICES = {
    "staff": {
        "investigators": 2500, "case_at_rest": 3, "case_pressed": 1, "filing": 0.3, "kept": 0.3, "eagerness": 0.5,
        "drafts": [{"since": "1937-02-01", "value": 1.6}, {"since": "1937-03-01", "value": 0.7}],
    },
    "arrests": 300, "custody": 30_000, "wait": 2, "pressed": 0.9, "fear_decay": 20,
    "pressure": [{"since": "1937-01-01", "value": 0.3}, {"since": "1937-02-10", "value": 0.9}],
    "evidence": [{"since": "1937-01-01", "value": 1}, {"since": "1937-02-20", "value": 2}],
}  # fmt: skip
EVERYTHING: dict[str, Any] = {
    "id": "everything", "title": "Everything", "time": {"start": "1937-01-01", "end": "1937-04-11"},
    "population": {
        "regions": REGIONS, "strata": STRATA, "household": 4, "unit": 12, "informers": 0.05,
        "state": {"strata": ["b", "c"], "apparatus": 6, "workplace": 2, "patronage": 2, "country": 2},
        "organisations": [{"id": "plot", "members": 14, "fellows": 2}, {"id": "cell", "members": 9, "regions": ["south"]}],
    },
    "naming": {
        "theta": THETA, "pools": {"prompted": 2, "notorious": 3, "notorious_days": 25, "doomed": 2, "strangers": 3},
        "count": {"at_rest": 0.5, "under_pressure": 3.0, "dispersion": 2.0},
    },
    "leads": LEADS, "offices": OFFICES, "operations": OPERATIONS, "orders": ORDERS, "boards": BOARDS, "routes": ROUTES,
    "chiefs": [{"name": "first", "since": "1937-01-01", "zeal": 0.8}, {"name": "second", "since": "1937-02-01", "zeal": 1.7}],
    "centre": {
        "prior": 20, "prior_date": "1937-01-09", "credulity": 0.7, "gamma": 0.6, "claimed": 0.3, "belief_drives": 0.3,
        "grants_follow": 0.2, "counts": ["interrogation", "report", "denunciation"], "period": 15,
        "reports": [{"id": "abroad", "date": "1937-02-03", "enemies": 40}],
    },
    "halt": {"date": "1937-03-25", "arrests": 0.5, "review": 0.4},
}  # fmt: skip


def scenario(**changes: Any) -> Scenario:
    """Return the scenario in which everything happens, with some parts replaced or, where both are mappings, merged."""
    merged = {**EVERYTHING}
    for key, value in changes.items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return Scenario.model_validate(merged)


TABLE_ROWS = [
    {"a": a, "b": (a + step) % 90, "kind": kind}
    for a in range(90)
    for step, kind in [(1, "kin"), (2, "unit"), (7, "acquaintance"), (31, "acquaintance")]
    if not (kind == "kin" and a % 3 == 2)
]
VILLAGES = [{"id": "upper", "persons": 50}, {"id": "lower", "persons": 40}]
IN_VILLAGES = {
    "population": {
        "regions": VILLAGES, "organisations": [], "state": {"strata": []}, "ties": {"rule": "table", "rows": TABLE_ROWS},
    },
    "operations": [], "orders": [],
    "routes": [{"board": "court"}],
}  # fmt: skip
