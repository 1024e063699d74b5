"""A counterfactual in words and as plain data."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from greatfear.show.grid import grid
from greatfear.simulation.pairing import FATES
from greatfear.simulation.summary import OWN

if TYPE_CHECKING:
    from greatfear.show.wording import Wording
    from greatfear.simulation.counterfactual import Counterfactual, Effect

_MAIN = ("accused", "arrests", "sentences", "deaths", "released", "statements", "true_leads")
_REGIONS_SHOWN = 12


def as_text(pair: Counterfactual) -> str:
    """Return what was changed, whom it befell, the differences, and where the two histories part."""
    n = pair.table.num_rows
    told = "; ".join(f"{path} = {value}" for path, value in pair.changes.items())
    lines = [
        f"{pair.scenario.id}, seed {pair.seed}: what if {told}",
        "",
        f"{pair.scenario.wording.many('roles', 'person')}{_over(n)}",
    ]
    fates: list[tuple[str, ...]] = [("fate", "in both", "only as it was", "only with the change")]
    words = pair.scenario.wording
    counts = {fate: pair.counts(fate) for fate in FATES}
    shown = [fate for fate in FATES if fate != "death" or not words.effects or any(counts[fate].values())]
    fates += [(words.quantity(fate), *(_number(value, n) for value in counts[fate].values())) for fate in shown]
    lines += [*grid(fates), "", f"differences{_over(n)}"]
    effects: list[tuple[str, ...]] = [("quantity", "as it was", "changed", "difference", "error", "variance ratio")]
    for name in _MAIN:
        effect = pair.effect(name)
        if name != "deaths" or not words.effects or effect.base or effect.changed:
            effects.append((words.quantity(name), *_effect(effect)))
        if name == "sentences":
            effects += [
                (words.quantity(one), *_effect(pair.effect(one))) for one in pair.quantities if one.startswith(OWN)
            ]
    lines += grid(effects)
    if n > 1:
        lines.append("variance ratio: of the difference with shared random numbers, over that with independent seeds")
    return "\n".join([*lines, "", *_partings(pair)])


def _over(n: int) -> str:
    return "" if n == 1 else f", means over {n} replicates"


def _effect(effect: Effect) -> tuple[str, ...]:
    ratio = "-" if math.isnan(effect.variance_ratio) else f"{effect.variance_ratio:.3f}"
    means = [_number(value, effect.n) for value in (effect.base, effect.changed)]
    return (*means, _number(effect.difference, effect.n, "+"), _number(effect.error, 2), ratio)


def _partings(pair: Counterfactual) -> list[str]:
    """Return the first day and row of difference by region, earliest first."""
    rows = sorted(pair.regions.to_pylist(), key=lambda row: (math.isnan(row["day"]), row["day"]))
    parted = [row for row in rows if row["differing"]]
    words = pair.scenario.wording
    replicate = pair.table.column("replicate")[0].as_py()
    lines = [f"first difference by {words.one('places', 'region')} (replicate {replicate}):"]
    for row in parted[:_REGIONS_SHOWN]:
        come = f", across from {row['crossed_from']}" if row["crossed_from"] else ""
        whose = "as it was" if row["run"] == "base" else "with the change"
        lines.append(f"  {row['region']}  {when(pair, row['day'])}  {_said(row['what'], words)} ({whose}{come})")
    more = len(parted) - _REGIONS_SHOWN
    lines += [f"  ... {more} more {words.many('places', 'region')}" for _ in range(more > 0)]
    same = len(rows) - len(parted)
    where = words.one("places", "region") if len(rows) == 1 else words.many("places", "region")
    return [*lines, f"  every row the same in {same} of {len(rows)} {where}"]


def _said(what: str, words: Wording) -> str:
    """Return a row of difference, told by codes, in the words of the case."""
    codes, colon, whom = what.partition(": ")
    first, *others = codes.split(" ")
    groups = ("channels", "acts") if " names " in whom else ("acts", "channels")
    outcomes = words.given.get("outcomes", {})
    told = [next((words.one(group, first) for group in groups if first in words.given.get(group, {})), first)]
    told += [words.one("outcomes", code) if code in outcomes else words.root(code) for code in others]
    return " ".join(told) + colon + whom


def when(pair: Counterfactual, day: float) -> str:
    """Return the date of a day counted from the epoch; a dash for none."""
    return "-" if math.isnan(day) else str(pair.scenario.time.start + dt.timedelta(days=math.floor(day)))


def _number(value: float, n: int, sign: str = "") -> str:
    """Return a count of one replicate, or a mean over several."""
    if math.isnan(value):
        return "-"
    return f"{value:{sign},.0f}" if n == 1 or abs(value) >= 1000 else f"{value:{sign},.1f}"


def as_dict(pair: Counterfactual) -> dict[str, Any]:
    """Return the comparison as plain data."""
    return {
        "scenario": pair.scenario.id,
        "changes": pair.changes,
        "seed": pair.seed,
        "replicates": pair.table.num_rows,
        "persons": {fate: pair.counts(fate) for fate in FATES},
        "effects": {effect.quantity: asdict(effect) for effect in pair.effects()},
        "regions": [row | {"date": when(pair, row["day"])} for row in pair.regions.to_pylist()],
    }
