"""One row of numbers for one run: what an ensemble keeps of each replicate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from greatfear.describe.columns import Coded, coded, distinct, numbers
from greatfear.simulation.course import BOUND_WORDS
from greatfear.simulation.run import Run

SUMMARY: dict[str, tuple[str, str]] = {
    "persons": ("persons", "persons in the record"),
    "accused": ("persons", "persons named to an office by somebody else, or for an accident"),
    "speakers": ("persons", "persons who made a statement"),
    "statements": ("statements", "statements of every channel"),
    "denunciations": ("statements", "statements by denunciation"),
    "reports": ("statements", "statements by informers' report"),
    "namings": ("statements", "statements under interrogation"),
    "true_leads": ("statements", "statements whose subject really was a member (from Truth)"),
    "arrests": ("persons", "arrests: the cases"),
    "arrests_on_statement": ("persons", "arrests that rest on a statement"),
    "arrests_from_register": ("persons", "arrests drawn from a register"),
    "arrests_on_order": ("persons", "arrests on an order from above"),
    "members_arrested": ("persons", "real members arrested (from Truth)"),
    "interrogations": ("sittings", "interrogations"),
    "confessions": ("sittings", "interrogations that ended with a confession"),
    "sentences": ("persons", "sentences of every outcome; a release is no sentence"),
    "deaths": ("persons", "death sentences"),
    "camp": ("persons", "sentences to a camp or prison"),
    "exile": ("persons", "sentences to exile"),
    "other": ("persons", "other sentences"),
    "released": ("persons", "released: freed by a board or after the halt"),
    "names_per_sitting": ("statements", "namings over interrogations; NaN without interrogations"),
    "accused_per_sitting": ("persons", "persons first named under interrogation, over interrogations; NaN without any"),
    "first_arrest_day": ("days", "day of the first arrest since the epoch; NaN without arrests"),
    "half_arrests_day": ("days", "day by which half of the arrests were made; NaN without arrests"),
    "last_arrest_day": ("days", "day of the last arrest; NaN without arrests"),
    "halted_day": ("days", "day on which the halt came into force; NaN if it never did"),
    "belief": ("persons", "enemies that the centre believes at large, at the end"),
    "dismissals": ("persons", "chiefs whom the centre dismissed"),
    "first_dismissal_day": ("days", "day on which the first chief fell; NaN if none did"),
    "open_leads": ("persons", "persons named who are free, at the end"),
    **{
        f"bound_{name}": ("share", f"share of office-days on which {words} bound")
        for name, words in BOUND_WORDS.items()
    },
    "days": ("days", "days simulated"),
    **{
        f"bound_{name}_days": ("days", f"days on which {words} bound in any office")
        for name, words in BOUND_WORDS.items()
    },
}
"""Columns of a summary with unit and meaning; ``arrests_YEAR``, ``sentences_YEAR`` and ``deaths_YEAR`` follow for each year, and
before them ``outcome_ID`` for each outcome of the scenario's own."""
OWN = "outcome_"
"""How the columns of the scenario's own outcomes begin."""

_CHANNELS = {"denunciations": "denunciation", "reports": "report", "namings": "interrogation"}
_CAUSES = {"arrests_on_statement": "statement", "arrests_from_register": "register", "arrests_on_order": "order"}
_OUTCOMES = {"deaths": "death", "camp": "camp", "exile": "exile", "other": "other"}


def unit_of(name: str) -> str:
    """Return the unit of a column of the table, empty for one that a function of the user's own added."""
    stem, _, year = name.rpartition("_")
    if name.startswith(OWN):
        return "persons"
    return SUMMARY.get(name, SUMMARY.get(stem, ("", "")) if year.isdigit() else ("", ""))[0]


def summarise(run: Run) -> dict[str, float]:
    """Return the numbers of a run: counts as whole numbers, measures as floats that are NaN where there is nothing to measure.

    Parameters
    ----------
    run : Run
        Archive and truth of one run; 5 million statements take about a second.

    Returns
    -------
    dict of str to number
        The keys of `SUMMARY` in their order, then arrests, sentences and death sentences for each year of the scenario. What
        has lost its date is in no year.
    """
    found: dict[str, float] = {"persons": run.archive.n_rows("persons")}
    found |= _of_statements(run)
    found |= _of_acts(run)
    found["names_per_sitting"] = _ratio(found["namings"], found["interrogations"])
    found["accused_per_sitting"] = _ratio(found.pop("first_namings"), found["interrogations"])
    halted = run.centre.get("halted_on")
    found["halted_day"] = np.nan if halted is None else float(halted)
    found["belief"] = float(run.centre.get("belief", np.nan))
    fallen = run.centre.get("fallen", [])
    found["dismissals"] = len(fallen)
    found["first_dismissal_day"] = float(fallen[0]["day"]) if fallen else np.nan
    offices = run.parts["offices"]
    found["open_leads"] = offices["open_leads"]
    found |= {f"bound_{name}": share for name, share in offices["bound"].items()}
    found["days"] = offices["days"]
    found |= {f"bound_{name}_days": days for name, days in offices["bound_days"].items()}
    years = {name: value for name, value in found.items() if name not in SUMMARY}
    return {name: found[name] for name in SUMMARY} | years


def _of_statements(run: Run) -> dict[str, float]:
    """Return what is counted from the statements and their truth."""
    said = run.archive.table("statements", ["speaker", "subject", "channel"])
    speaker, subject, channel = numbers(said, "speaker"), numbers(said, "subject"), coded(said, "channel")
    n_persons = run.archive.n_rows("persons")
    by_others = speaker != subject
    spoke = np.zeros(n_persons, bool)
    spoke[speaker[speaker >= 0]] = True
    named, first = np.unique(subject[by_others], return_index=True)
    found: dict[str, float] = {name: int(channel.equals(kind).sum()) for name, kind in _CHANNELS.items()}
    return found | {
        "accused": int(named.size),
        "speakers": int(spoke.sum()),
        "statements": said.num_rows,
        "true_leads": int((numbers(run.truth["namings"], "true_lead") == 1).sum()),
        "first_namings": int(channel.equals("interrogation")[by_others][first].sum()),
    }


def _of_acts(run: Run) -> dict[str, float]:
    """Return what is counted from the acts, over all and by year."""
    acts = run.archive.table("acts", ["time", "person", "kind", "cause", "outcome"])
    time = numbers(acts, "time")
    known = np.isfinite(time)  # papers can lose a date
    day = np.floor(np.where(known, time, 0)).astype(np.int64)
    kind, cause, outcome = (coded(acts, name) for name in ("kind", "cause", "outcome"))
    arrest, sentence = kind.equals("arrest"), kind.equals("sentence")
    death = sentence & outcome.among(run.archive.words.deaths)
    members = numbers(run.truth["members"], "member")
    found: dict[str, float] = {
        "arrests": int(arrest.sum()),
        "members_arrested": int((members[distinct(numbers(acts, "person")[arrest])] >= 0).sum()),
        "interrogations": int(kind.equals("interrogation").sum()),
        "confessions": int((kind.equals("interrogation") & outcome.equals("confessed")).sum()),
        "sentences": int(sentence.sum()),
        "released": int(kind.equals("release").sum()),
    }
    own = {f"{OWN}{code.replace('-', '_')}": code for code in run.archive.words.effects}
    found |= _counted(own, outcome, sentence)
    found |= _counted(_CAUSES, cause, arrest) | _counted(_OUTCOMES, outcome, sentence) | _days_of(day[arrest & known])
    found["deaths"] = int(death.sum())
    for name, rows in (("arrests", arrest), ("sentences", sentence), ("deaths", death)):
        found |= _by_year(run, name, day[rows & known])
    return found


def _counted(names: dict[str, str], column: Coded, rows: NDArray[np.bool_]) -> dict[str, float]:
    """Return how often each category stands in the rows, under the names of the summary."""
    return {name: int((rows & column.equals(value)).sum()) for name, value in names.items()}


def _days_of(day: NDArray[np.int64]) -> dict[str, float]:
    """Return first, middle and last day of the arrests."""
    ordered = np.sort(day)
    at = {"first": 0, "half": (ordered.size - 1) // 2, "last": ordered.size - 1}
    return {
        f"{name}_arrest{'s' if name == 'half' else ''}_day": float(ordered[k]) if ordered.size else np.nan
        for name, k in at.items()
    }


def _by_year(run: Run, name: str, day: NDArray[np.int64]) -> dict[str, float]:
    """Return counts by year, one for each year that the scenario touches."""
    span = run.scenario.time
    first, last = span.start.year, span.end.year - (1 if (span.end.month, span.end.day) == (1, 1) else 0)
    year = (np.datetime64(span.start, "D") + day.astype("timedelta64[D]")).astype("datetime64[Y]").astype(
        np.int64
    ) + 1970
    counts = np.bincount(year - first, minlength=last - first + 1)
    return {f"{name}_{first + k}": int(count) for k, count in enumerate(counts[: last - first + 1].tolist())}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else np.nan
