"""What a run with shams comes to in numbers: scores as a historian would give them, and the days of events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

SCORES = {
    "members-found": ("real members drawn in", "persons"),
    "provoked": ("others provoked into joining", "persons"),
    "invented": ("members invented in reports", "persons"),
    "agents-found-out": ("agents found out by the other side", "persons"),
    "held-days": ("plans delayed: active members times share held back, summed over days", "person-days"),
    "held-attempts": ("attempts that were held back (expected)", "attempts"),
    "attempts-before": ("attempts before the sham began", "attempts"),
    "attempts-during": ("attempts while it ran", "attempts"),
    "attempts-after": ("attempts after its exposure", "attempts"),
    "lured": ("persons lured over the border", "persons"),
    "belief-added": ("enemies the reports added to the belief of the centre", "enemies"),
    "belief-inflated": ("of these, enemies who never were", "enemies"),
    "inflation": ("enemies believed in per real member reported", "factor"),
}
"""Scores by key: words and unit."""

OF_EACH = {
    "members-found": ("real members drawn in", "persons"),
    "provoked": ("others provoked into joining", "persons"),
    "invented": ("members invented in reports", "persons"),
    "lured": ("persons lured over the border", "persons"),
    "belief-added": ("enemies the reports added to the belief of the centre", "enemies"),
    "belief-inflated": ("of these, enemies who never were", "enemies"),
    "trust-lost": ("trust lost when another sham became known", "points of trust"),
}
"""Scores of every further sham, by key; in a run they bear the id of the sham in front, as in ``syndicate/lured``."""

_HALF = 0.5


def words_of(key: str) -> tuple[str, str]:
    """Return words and unit of a score, also of a further sham."""
    sham, _, plain = key.rpartition("/")
    words, unit = SCORES[key] if key in SCORES else OF_EACH[plain]
    return (f"{sham}: {words}" if sham else words), unit


def sham_quantities(families: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return scores and days of events of the shams of a run, those of the first one without its id; NaN if missing.

    Parameters
    ----------
    families : mapping
        What the mechanism families of a run report, as in `Run.families`.

    Returns
    -------
    dict of str to float
        Scores by the keys of `SCORES`; days since the epoch by ``day-...``: ``day-trusted`` (half of the plans of the
        leader who trusts most are held back), ``day-<id>`` for targets and visits, ``day-exposed``,
        ``day-first-attempt-after``.
    """
    sham = families["shams"]["shams"][0]
    organisations = families.get("organisations", {}).get("organisations", [])
    begun, exposed = _first(sham, "begun"), _first(sham, "exposed")
    attempts = sorted(attempt["time"] for one in organisations for attempt in one["attempts"])
    after = [time for time in attempts if time >= exposed]
    real = sham["belief_added"] - sham["belief_inflated"]
    found = {
        "members-found": float(sham["members_found"]),
        "provoked": float(sham["provoked"]),
        "invented": float(sham["invented"]),
        "agents-found-out": float(sham["agents_found_out"]),
        "held-days": float(sum(one["held_days"] for one in organisations)),
        "held-attempts": float(sum(one["held_attempts"] for one in organisations)),
        "attempts-before": float(sum(time < begun for time in attempts)),
        "attempts-during": float(len(attempts) - len(after) - sum(time < begun for time in attempts)),
        "attempts-after": float(len(after)),
        "lured": float(sum(event["kind"] == "lured" for event in sham["events"])),
        "belief-added": float(sham["belief_added"]),
        "belief-inflated": float(sham["belief_inflated"]),
        "inflation": sham["belief_added"] / real if real > 0 else math.nan,
        "day-begun": begun,
        "day-trusted": _trusted(sham),
        "day-exposed": exposed,
        "day-first-attempt-after": after[0] if after else math.nan,
    }
    shams = families["shams"]["shams"]
    if len(shams) > 1:
        found["trust-lost"] = _trust_lost(sham)
    for other in shams[1:]:
        found |= {f"{other['id']}/{key}": value for key, value in _of_one(other).items()}
        found[f"day-exposed-{other['id']}"] = _first(other, "exposed")
        found[f"day-begun-{other['id']}"] = _first(other, "begun")
    return found | {
        f"day-{event['who']}": event["time"]
        for one in shams
        for event in one["events"]
        if event["kind"] in ("lured", "visit") and event["who"]
    }


def _of_one(sham: Mapping[str, Any]) -> dict[str, float]:
    """Return the scores of one sham by the keys of `OF_EACH`."""
    return {
        "members-found": float(sham["members_found"]),
        "provoked": float(sham["provoked"]),
        "invented": float(sham["invented"]),
        "lured": float(sum(event["kind"] == "lured" for event in sham["events"])),
        "belief-added": float(sham["belief_added"]),
        "belief-inflated": float(sham["belief_inflated"]),
        "trust-lost": _trust_lost(sham),
    }


def _trust_lost(sham: Mapping[str, Any]) -> float:
    """Return by how much the trust in a sham fell in all when others became known; NaN in runs that did not tell it."""
    return float(sham.get("trust_lost", math.nan))


def _first(sham: Mapping[str, Any], kind: str) -> float:
    """Return when the first event of a kind happened."""
    return next((float(event["time"]) for event in sham["events"] if event["kind"] == kind), math.nan)


def _trusted(sham: Mapping[str, Any]) -> float:
    """Return the first day on record on which half of the plans were held back."""
    day, held = (sham["columns"].index(name) for name in ("day", "held_back"))
    return next((float(row[day]) for row in sham["series"] if row[held] >= _HALF), math.nan)
