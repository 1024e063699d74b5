"""Checks D1 to D6: whether probabilities may be printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.recover.result import Check
from greatfear.recover.veracity_design import Design
from greatfear.recover.veracity_fit import Effort, Fitted, fit_short, information, side_by_side
from greatfear.recover.veracity_gibbs import Settings, sample
from greatfear.recover.veracity_messages import SETTLED
from greatfear.recover.veracity_mixing import AGREE, mixing
from greatfear.recover.veracity_rates import Rates
from greatfear.recover.veracity_replay import Arrests, replayed
from greatfear.recover.veracity_structure import structure

Floats = npt.NDArray[np.float64]
NAN = float("nan")


def converged(fitted: Fitted) -> list[Check]:
    """Return D1: chains agree on the number of members and the rates, and each probability is known to 0.05."""
    worst = mixing(fitted.chains)
    each = np.array([chain.member for chain in fitted.chains])
    error = float((each.std(axis=0, ddof=1) / np.sqrt(len(each))).max()) if len(each) > 1 else NAN
    return [
        Check(
            "D1 chains",
            worst,
            AGREE,
            worst <= AGREE,
            "split R-hat of the number of members and the rates: chains agree",
        ),
        Check(
            "D1 precision",
            error,
            0.05,
            error <= 0.05,
            "largest Monte Carlo error of a person's probability, from the chains",
        ),
    ]


def fits(fitted: Fitted, tau: float, effort: Effort, seed: int) -> list[Check]:
    """Return D2: whether histories drawn from the fit look like the record, statistic by statistic."""
    draws = [pair for chain in fitted.chains for pair in chain.drawn]
    scale, sat = 1.0 / fitted.question.middle, Arrests.of(fitted.design)

    def one(number: int) -> dict[str, float]:
        rates, member = draws[number % len(draws)]
        address = (seed, 1000 + number)
        return _statistics(replayed(fitted.design, rates, member, scale=scale, tau=tau, address=address, arrests=sat))

    observed = _statistics(fitted.design)
    rows = side_by_side(one, range(effort.replays))
    drawn = [_fit_check(name, observed[name], np.array([row[name] for row in rows])) for name in observed]
    return [*structure(fitted, tau), *drawn]


def _fit_check(name: str, value: float, drawn: Floats) -> Check:
    """Return one test of fit: two-sided p by the normal distribution of the replays."""
    from scipy.stats import norm

    spread = float(drawn.std(ddof=1))
    z = (value - float(drawn.mean())) / spread if spread > 0 else 0.0 if value == drawn.mean() else np.inf
    p = float(2 * norm.sf(abs(z)))
    means = f"p of the record's {name} ({value:.4g}) among histories of the model ({drawn.mean():.4g})"
    return Check(f"D2 {name}", p, 0.01, p >= 0.01, means)


def _statistics(design: Design) -> dict[str, float]:
    """Return what a history must reproduce."""
    named = np.bincount(design.subject, minlength=design.n_persons)
    sat = design.sittings
    spoke = np.bincount(design.speaker, minlength=design.n_persons) / np.maximum(
        np.bincount(sat.speaker, minlength=design.n_persons), 1
    )
    moment = sat.time[design.sitting]
    early = moment <= np.quantile(moment, 0.5) if len(moment) else np.zeros(0, bool)
    order = np.argsort(moment, kind="stable")
    fresh = np.zeros(len(moment), bool)
    fresh[order[np.unique(design.subject[order], return_index=True)[1]]] = True
    found = {
        "spread of being named": float(named.std()),
        "spread of naming": float(spoke[spoke > 0].std()) if (spoke > 0).any() else 0.0,
        "new names in the first half": float(fresh[early].mean()) if early.any() else 0.0,
        "new names in the second half": float(fresh[~early].mean()) if (~early).any() else 0.0,
    }
    for column, whom in ((4, "of kin"), (5, "of acquaintances"), (6, "within the unit"), (7, "within the region")):
        name = f"namings {whom}"
        share = float((design.features[:, column] > 0).mean()) if len(moment) else 0.0
        if design.exposure[:, column].any():
            found[name] = share
    return found


CHANCE, BEYOND = 0.05, 0.1
"""Chance with which an archive without members exceeds the bar; information beyond the bar from which probabilities are given."""


def bar_of(nulls: Floats) -> float:
    """Return the information that an archive without members exceeds with a chance of about 0.05.

    It is the prediction bound for one more value, taken on the cube roots, which make a skewed sample of positive numbers nearly
    normal (Wilson and Hilferty 1931), and at least the largest but one of twenty values that were found. A rank alone hangs on a
    few draws: with 40, the second largest moved by a fifth from seed to seed.
    """
    from scipy.stats import t

    n = len(nulls)
    if n < 2:
        return float("inf")
    roots = np.cbrt(np.maximum(nulls, 0.0))
    bound = roots.mean() + t.ppf(1 - CHANCE, n - 1) * roots.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(max(bound**3, np.sort(nulls)[n - 1 - n // 20]))


class Power:
    """D3: what this archive could tell: its information against archives without members, and against the fit's own."""

    def __init__(self, own: float, nulls: Floats, slope: float, auroc: float, residual: float) -> None:
        self.own, self.nulls, self.slope, self.auroc, self.residual = own, nulls, slope, auroc, residual
        self.reliability: list[dict[str, Any]] = []
        self.bar = bar_of(nulls)

    @property
    def tells(self) -> str:
        """``"tells"``, ``"tells in part"`` or ``"cannot tell"``."""
        return "tells" if self.own > self.bar + BEYOND else "tells in part" if self.own > self.bar else "cannot tell"

    @property
    def beside(self) -> tuple[str, str]:
        """The information and the bar, with as many decimals as tell them apart (2 or 3)."""
        own, bar = f"{self.own:.2f}", f"{self.bar:.2f}"
        return (own, bar) if own != bar else (f"{self.own:.3f}", f"{self.bar:.3f}")

    def checks(self) -> list[Check]:
        """Return the checks."""
        head = Check(
            "D3 power", self.own, self.bar + BEYOND, self.tells == "tells",
            f"information in the probabilities; 19 of 20 archives in which nobody knew anything give at most {self.beside[1]}",
        )  # fmt: skip
        found = [head]
        if not np.isnan(self.residual):
            means = "largest change in the last round of belief propagation, on which the checks rest"
            found.insert(0, Check("D1 messages", self.residual, SETTLED, self.residual <= SETTLED, means))
        if np.isnan(self.slope):
            return found
        fair = 0.8 <= self.slope <= 1.25
        means = f"calibration slope in archives drawn from the fit (allowed 0.8 to 1.25); AUROC there {self.auroc:.2f}"
        return [*found, Check("D3 calibration", self.slope, 0.8, fair, means)]


def power(fitted: Fitted, is_free: npt.NDArray[np.bool_], tau: float, effort: Effort, seed: int) -> Power:
    """Return D3."""
    design, question = fitted.design, fitted.question
    scale, sat = 1.0 / question.middle, Arrests.of(design)
    nobody, hint, plain = np.zeros(design.n_persons), fitted.start.rates, _without_members(fitted, seed)

    def null(number: int) -> float:
        rates = plain[number % len(plain)]
        drawn = replayed(design, rates, nobody, scale=scale, tau=tau, address=(seed, 2000 + number), arrests=sat)
        address = (seed, 2000 + number)
        return information(fit_short(drawn, is_free, question, effort.short, rates=hint, address=address).member)

    mine = fit_short(design, is_free, question, effort.short, rates=hint, address=(seed, 1999))
    own = information(mine.member)
    nulls = np.array(side_by_side(null, range(effort.nulls)))
    if own <= bar_of(nulls) + BEYOND:
        return Power(own, nulls, NAN, NAN, mine.residual)
    draws = [pair for chain in fitted.chains for pair in chain.drawn]

    def again(number: int) -> tuple[Floats, Floats]:
        rates, member = draws[number % len(draws)]
        drawn = replayed(design, rates, member, scale=scale, tau=tau, address=(seed, 3000 + number), arrests=sat)
        address = (seed, 3000 + number)
        return member, fit_short(drawn, is_free, question, effort.short, rates=hint, address=address).member

    pairs = side_by_side(again, range(effort.again))
    truth, found = (np.concatenate([pair[k] for pair in pairs]) for k in (0, 1))
    made = Power(own, nulls, slope_of(truth, found), _auroc(truth, found), mine.residual)
    made.reliability = _reliability(truth, found)
    return made


def _without_members(fitted: Fitted, seed: int) -> list[Rates]:
    """Return draws of the rates, of talk and of fame of a record in which nobody knew anything."""
    nobody = replace(fitted.start, member=np.zeros(fitted.design.n_persons))
    settings = Settings(sweeps=150, burn=50, flips=False)
    chain = sample(fitted.design, fitted.priors, fitted.question, nobody, settings, number=900, seed=seed)
    return [replace(r, knowledge=np.zeros_like(r.knowledge), omega=np.ones_like(r.omega)) for r, _ in chain.drawn]


def _reliability(truth: Floats, p: Floats) -> list[dict[str, Any]]:
    """Return mean probability and share of members in groups of equal expected members, the least likely first."""
    order = np.argsort(p, kind="stable")
    group = np.minimum((np.cumsum(p[order]) / max(p.sum(), 1e-12) * 10).astype(int), 9)
    return [
        {
            "probability": float(p[order][group == g].mean()), "share_of_members": float(truth[order][group == g].mean()),
            "persons": int((group == g).sum()),
        }
        for g in np.unique(group)
    ]  # fmt: skip


def slope_of(truth: Floats, p: Floats) -> float:
    """Return the slope of a logistic regression of the truth on the log-odds of an answer; 1 is honest."""
    q = np.clip(p, 1e-6, 1 - 1e-6)
    x = np.c_[np.ones(len(q)), np.log(q / (1 - q))]
    b = np.zeros(2)
    for _ in range(60):
        fitted = 1 / (1 + np.exp(-np.clip(x @ b, -30, 30)))
        hessian = (x * (fitted * (1 - fitted))[:, None]).T @ x + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (truth - fitted) - 1e-6 * b)
        b += np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return float(b[1])


def _auroc(truth: Floats, p: Floats) -> float:
    """Return the chance that a member has a higher probability than another person."""
    from scipy.stats import rankdata

    n = float(truth.sum())
    rest = len(truth) - n
    return float((rankdata(p)[truth > 0].sum() - n * (n + 1) / 2) / (n * rest)) if n and rest else NAN


def whose_number(
    fitted: Fitted, is_free: npt.NDArray[np.bool_], effort: Effort, seed: int
) -> tuple[Check, list[dict[str, Any]]]:
    """Return D4, and the expected number of members at several prevalences that somebody might give."""
    question = fitted.question
    given = np.geomspace(question.low, question.high, 5)
    best = set(np.argsort(-fitted.member, kind="stable")[:20].tolist())

    def one(number: int) -> tuple[float, int]:
        fixed = replace(question, fixed=float(given[number]))
        hint, address = fitted.start.rates, (seed, 4000 + number)
        member = fit_short(fitted.design, is_free, fixed, effort.short, rates=hint, address=address).member
        return float(member.sum()), len(best & set(np.argsort(-member, kind="stable")[:20].tolist()))

    rows = side_by_side(one, range(len(given)))
    curve = [
        {"prevalence": float(g), "members_if_archive_says_nothing": float(g * fitted.design.n_persons), "expected": e,
         "top_20_in_common": o}
        for g, (e, o) in zip(given, rows, strict=True)
    ]  # fmt: skip
    moved = abs(np.log(rows[-1][0] / max(rows[0][0], 1e-9)))
    share = float(moved / np.log(question.high / question.low))
    words = (
        "the number of members is the archive's: it hardly follows the prevalence that is given"
        if share <= 0.5
        else "the number of members is yours, not the archive's: it follows the prevalence that you gave"
    )
    return Check("D4 whose number", share, 0.5, share <= 0.5, words), curve
