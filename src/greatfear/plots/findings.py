"""The first paragraph of a report: what an archive holds, in sentences, with what it cannot tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from greatfear.describe.description import Description
from greatfear.describe.text import decided
from greatfear.plots.drawn import Windows, grounds
from greatfear.show.wording import plural

_NEAR = 1.25


def findings(
    found: Description,
    deepest: int,
    comparison: Sequence[Mapping[str, Any]] = (),
    places: Mapping[str, str] | None = None,
) -> list[str]:
    """Return sentences on an archive.

    Parameters
    ----------
    found : Description
    deepest : int
        Namings of the longest chain back to its root.
    comparison : sequence of mappings, optional
        Rows of the comparison with a published record: quantity, record, error, role, group.
    places : mapping of str to str, optional
        Names of regions by id; an id stands for itself where it has none.
    """
    total = found.totals
    if not total["statements"] and not total["acts"]:
        persons = many(total["persons"], "person") if total["persons"] else "no person"
        words = (
            f"This archive holds {persons}, no statement and no act. The tables `statements` and `acts` would "
            "say who accused whom and what was done."
        )
        return [words]
    told = [
        _scope(found),
        _grounds(found),
        _chains(found, deepest),
        _origins(total),
        *_naming(total),
        _region(found, places or {}),
    ]
    sentences = (*told, _unknown(total), _record(comparison))
    return [found.words.reworded(words[0].upper() + words[1:]) for words in sentences if words]


def _scope(found: Description) -> str:
    """Say how much there is, over which time, and when most."""
    total, windows = found.totals, Windows.of(found, found.by)
    kind = "simulated archive" if found.kind == "simulated" else "archive"
    parts = [f"{many(total['statements'], 'statement')} against {many(total['named'], 'person')}"]
    parts += [f"{total['cases']:,} {found.case if total['cases'] == 1 else found.cases_are}"] if total["cases"] else []
    if total["sentences"] and not math.isnan(total["sentences"]):
        told, how = decided(found), "" if found.words.effects else " of them"
        known = "" if math.isnan(total["deaths"]) else ", " + ", ".join(f"{n:,}{how} {words}" for words, n in told)
        parts.append(many(total["sentences"], "sentence") + (f" ({known[2:]})" if found.words.effects else known))
    when = ""
    if windows is not None:
        first, last = windows.labels[0], windows.labels[-1]
        when = f", in {first}" if first == last else f", from {first} to {last}"
        counts = windows.counts("arrests" if found.case == "arrest" else "summonses")
        if np.count_nonzero(counts) > 1:
            most = int(np.argmax(counts))
            when += f"; the {found.by} with most {found.cases_are} is {windows.labels[most]} ({int(counts[most]):,})"
    return f"This {kind} records {_listed(parts)}{when}."


def _grounds(found: Description) -> str:
    """Say what the cases rest on, the largest two grounds."""
    n = found.totals["cases"]
    if not n:
        return "It records no arrest and no summons, so nothing followed from the statements, as far as it tells."
    direct: dict[str, int] = {}
    for row in found.frames["roots"].rows():
        direct[row["rests_on"]] = direct.get(row["rests_on"], 0) + row["cases"]
    largest = sorted(direct.items(), key=lambda pair: -pair[1])[:2]
    gaps = sum(count for name, count in direct.items() if name in _GAPS)
    if gaps == n:
        return f"The record does not say what the {found.cases_are} rest on."
    words = [f"{_percent(count / n)} rest on {_ground(found, name)}" for name, count in largest if name not in _GAPS]
    words += [f"for {_percent(gaps / n)} the ground is not on record"] if gaps else []
    return f"Of the {found.cases_are}, {_listed(words)}."


def _ground(found: Description, name: str) -> str:
    """Return a ground within a sentence: words of the case in the plural, which needs no article."""
    is_own = any(name in found.words.given.get(group, {}) for group in ("channels", "routes"))
    return found.words.roots(name) if is_own else grounds(found).get(name, name)


_GAPS = ("none", "unknown", "statement")


def _chains(found: Description, deepest: int) -> str:
    if not found.totals["cases"] or math.isnan(
        found.totals["origins_low"]
    ):  # without causes there is no chain to follow
        return ""
    if not deepest:
        return "No case led to another, as far as the record tells."
    lead = "leads" if deepest == 1 else "lead"
    return f"In the longest chain, {many(deepest, 'naming')} {lead} from the root to the last case."


def _origins(total: Mapping[str, float | int]) -> str:
    if not total["cases"]:
        return ""
    if math.isnan(total["origins_low"]):
        return "No case has a recorded cause, so the record does not tell from how many origins they come."
    low, high = int(total["origins_low"]), int(total["origins_high"])
    if low == high:
        return f"The cases go back to {many(low, 'independent origin')}."
    return (
        f"The cases go back to at least {low:,} and at most {high:,} independent origins: the record does not give the root of "
        f"{total['cases_of_unknown_root']:,} cases."
    )


def _naming(total: Mapping[str, float | int]) -> list[str]:
    """Say how many were named once only, and whether naming went on finding new persons."""
    if not total["named"]:
        return []
    once = float(total["share_named_once"])
    words = [] if math.isnan(once) else [f"{_percent(once)} of the persons named were named in one statement only."]
    top = float(total["top_ten_share"])
    is_told = int(total["named"]) > 10 and not math.isnan(top)  # of fewer, the ten named most are all of them
    words += [f"The ten persons named most are the subjects of {_percent(top)} of the namings."] if is_told else []
    first, last = float(total["new_share_first_third"]), float(total["new_share_last_third"])
    if math.isfinite(first) and math.isfinite(last):
        words.append(
            f"In the first third of the namings, {_percent(first)} named a new person; in the last third, {_percent(last)}."
        )
    return words


def _region(found: Description, names: Mapping[str, str]) -> str:
    what = "cases" if found.totals["cases"] else "namings"
    rows = [row for row in found.frames["regions"].rows() if row["region"] != "absent"]
    n = sum(row[what] for row in rows)
    if len(rows) < 2 or not n:
        return ""
    most = max(rows, key=lambda row: row[what])
    where = names.get(most["region"]) or most["region"]
    return f"Of {len(rows):,} regions, {where} has most {what} ({most[what]:,}, {_percent(most[what] / n)})."


def _unknown(total: Mapping[str, float | int]) -> str:
    """Say how many rows have no date."""
    parts = [many(total[f"undated_{name}s"], name) for name in ("statement", "act") if total.get(f"undated_{name}s")]
    return f"Figures over time leave out {_listed(parts)} without a date." if parts else ""


def _record(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say how far the archive lies from the published record: predictions alone, as the comparison counts them."""
    known = [row for row in rows if isinstance(row.get("error"), int | float) and math.isfinite(row["error"])]
    told = [row for row in known if row.get("role") == "prediction" and row.get("group") != "the source article"]
    if not told:
        return ""
    near = sum(_factor(row["error"]) <= _NEAR for row in told)
    worst = max(told, key=lambda row: _factor(row["error"]))
    return (
        f"{many(len(told), 'prediction')} can be compared with a published number; {near:,} of them "
        f"{'is' if near == 1 else 'are'} within a factor of {_NEAR} of it. "
        f"The worst is “{worst['quantity']}” ({worst['error']:+.0%})."
    )


def _factor(error: float) -> float:
    """Return the factor between simulated and record, at least 1, from simulated over record less one."""
    return max(1 + error, 1 / (1 + error)) if error > -1 else math.inf


def many(n: float, word: str) -> str:
    """Return a number with its word, in the plural unless there is one.

    Examples
    --------
    >>> many(1, "statement"), many(1200, "statement")
    ('1 statement', '1,200 statements')
    """
    return f"{int(n):,} {word if n == 1 else plural(word)}"


def _percent(share: float) -> str:
    """Return a share in per cent; what is not nothing is not told as 0, and what is not all not as 100."""
    if 0 < share < 0.005:
        return "less than 1 per cent"
    if 0.995 <= share < 1:
        return "more than 99 per cent"
    return f"{100 * share:.0f} per cent"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""
