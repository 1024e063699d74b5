"""Membership: what this record would look like if two persons had really known each other as members."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.errors import FaultList
from greatfear.recover.case_words import in_words_of_case
from greatfear.recover.origins_recorded import recorded_bounds
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Check, Result, Verdict, refused
from greatfear.recover.shares_fit import ShareFit, fit_shares
from greatfear.recover.shares_result import statements_table
from greatfear.recover.veracity_ask import asked_faults, free_classes, labels_of, why_no_membership
from greatfear.recover.veracity_checks import converged, fits, power, whose_number
from greatfear.recover.veracity_decisive import decisive
from greatfear.recover.veracity_figures import drawings_of
from greatfear.recover.veracity_fit import Effort, Fitted, fit_long
from greatfear.recover.veracity_free import free_probability, shielding
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_sensitivity import sensitivity
from greatfear.recover.veracity_tables import outside, rates_table

TITLE = "Who was a member, as far as this record can tell?"
PARTS = ("knowledge", "suggestion", "repetition", "hearsay", "other")
_ABOUT = {
    "persons": "one person of the archive, in the order of ids; a probability is about this record under the stated assumptions",
    "statements": "one naming with a day: how far each part explains it, and the subject's probability",
    "rates": "one part in one class of circumstance: names a sitting, median and 90 % interval",
    "reliability": "one tenth of the expected members in archives drawn from the fit: mean probability found, share of members",
    "curve": "one prevalence that somebody might give: expected members, and how many of the first twenty persons stay",
}
_ASSUMED = (
    "What is found is a block of persons whose naming of one another nothing else in the model explains. That this block is a "
    "real organisation is an assumption, not a result: a family feud, a script learnt in the cell, or a clerk's "
    "list look the same."
)
_MISFIT = (
    "The model does not fit this record, so its comparison with records in which nobody knew anything does not hold either: read "
    "the ranks as an order of mutual naming, which acquaintance brings as well."
)


@in_words_of_case
def veracity(
    archive: Archive,
    *,
    question: str = "",
    prevalence: tuple[float, float] | None = None,
    free: str = "none",
    evidence: str = "mutual",
    purpose: str | None = None,
    seed: int = 0,
    effort: Effort | None = None,
) -> Result:
    """Return probabilities of membership where the record supports them, and the reason where it does not.

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    question : str
        Membership of what.
    prevalence : (float, float)
        Least and greatest share of members among the persons of the archive that can be defended. Never a default.
    free : str
        Which speech counts as free, as in ``"pressure=0|channel=denunciation"``; there, being named by itself may speak for
        membership. ``"none"``: only mutual naming does.
    evidence : {"mutual", "all"}
        ``"all"``: being named may speak for membership in all circumstances.
    purpose : str, optional
        What the answer is for; asked of real archives that end less than 80 years ago, and kept.
    seed : int
        Seed of all draws.
    effort : Effort, optional
        Lengths of chains and numbers of comparison archives.

    Returns
    -------
    Result
        Tables `persons`, `statements`, `rates`, `curve`. The column `probability` is there only where all checks passed.

    Raises
    ------
    greatfear.errors.FaultList
        A range or condition is written wrongly, or a purpose must be stated.
    """
    faults = asked_faults(prevalence, evidence, free)
    if faults:
        raise FaultList(faults, "veracity")
    settings: dict[str, Any] = {
        "question": question,
        "prevalence": prevalence,
        "free": free,
        "evidence": evidence,
        "seed": seed,
    }
    settings |= ask_for_purpose(archive, purpose)
    reasons = why_no_membership(archive, question, prevalence)
    if reasons or prevalence is None:
        return refused("veracity", TITLE, reasons, settings=settings)
    shared = fit_shares(archive, draws=False)
    labels, about_labels = labels_of(archive, question)
    asked = Question(*prevalence, known=_placed(shared, labels))
    is_free = free_classes(shared.design.sittings.classes, free, evidence)
    found = _Answer(archive, shared, asked, is_free, effort=effort or Effort(), seed=seed)
    return found.result(settings | {"tau": shared.tau}, about_labels)


def _placed(shared: ShareFit, labels: tuple[Any, Any] | None) -> tuple[Any, Any] | None:
    """Return labels with persons numbered as in the design."""
    if labels is None:
        return None
    place = np.empty(shared.design.n_persons, np.int64)
    place[shared.design.person] = np.arange(shared.design.n_persons)
    return place[labels[0]], labels[1]


def ranked(probability: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Return how many persons have a greater probability, and 1: equal probabilities have one rank."""
    no_greater = np.searchsorted(np.sort(probability), probability, side="right")
    return np.asarray(len(probability) - no_greater + 1, np.int32)


class _Answer:
    """The fit, its checks, and the tables made of them."""

    def __init__(
        self,
        archive: Archive,
        shared: ShareFit,
        asked: Question,
        is_free: npt.NDArray[np.bool_],
        *,
        effort: Effort,
        seed: int,
    ) -> None:
        self.archive, self.shared = archive, shared
        self.fitted: Fitted = fit_long(shared.design, is_free, asked, effort, seed)
        fitted = self.fitted
        self.power = power(fitted, is_free, shared.tau, effort, seed)
        self.checks = [*converged(fitted), *self.power.checks(), shielding(fitted, shared.tau)]
        self.curve: list[dict[str, Any]] = []
        self.range: tuple[Any, Any, int] | None = None
        self.number: Check | None = None
        self.free: npt.NDArray[np.float64] | None = None
        if self.power.tells != "cannot tell":
            self.checks += fits(fitted, shared.tau, effort, seed)
            self.number, self.curve = whose_number(fitted, is_free, effort, seed)
        if self.verdict == "tells":
            self.range = sensitivity(fitted, is_free, shared.tau, effort, seed)
            self.free = free_probability(fitted, is_free, effort, seed)

    @property
    def verdict(self) -> Verdict:
        """What the archive supports: probabilities only where every check but D4 passed."""
        if self.power.tells == "cannot tell":
            return "cannot tell"
        return "tells" if all(check.passed for check in self.checks) else "tells in part"

    def result(self, settings: dict[str, Any], about_labels: str) -> Result:
        """Return the result."""
        checks = (*self.checks, *(() if self.number is None else (self.number,)))
        classes = len(np.unique(self.fitted.design.cls))
        checks += (
            Check("D6 circumstances", float(classes), 2.0, classes >= 2, "classes of circumstance; one cannot show coercion"),
        )  # fmt: skip
        tables = {"persons": self._persons(), "statements": self._statements(), "rates": rates_table(self.fitted)}
        if self.curve:
            tables["curve"] = pa.Table.from_pylist(self.curve)
        if self.power.reliability:
            tables["reliability"] = pa.Table.from_pylist(self.power.reliability)
        words = tuple(text for text in (*self._words(settings), about_labels, outside(self.archive)) if text)
        about = {name: _ABOUT[name] for name in tables}
        drawn = drawings_of(self.fitted, self.curve, self.power.reliability, is_printed=self.range is not None)
        return Result("veracity", TITLE, self.verdict, words, tables, about, checks, settings, drawn)

    def _persons(self) -> pa.Table:
        """Return a row for each person, ordered by id; no column of probabilities after a refusal."""
        fitted, design = self.fitted, self.fitted.design
        ids = self.archive.table("persons", ["id"]).column("id").combine_chunks().take(pa.array(design.person))
        n = design.n_persons
        columns: dict[str, Any] = {"person": design.person.astype(np.int32), "id": ids}
        if self.range is not None:
            columns |= {"probability": fitted.member, "low": self.range[0], "high": self.range[1]}
            if self.free is not None:
                columns["probability_free"] = self.free
        elif self.verdict == "tells in part":
            columns["rank"] = ranked(fitted.member)
        count = np.bincount(design.subject, minlength=n)
        columns["n_namings"] = count
        pairs = np.unique(design.subject * np.int64(n) + design.speaker)
        columns["n_speakers"] = np.bincount(pairs // n, minlength=n)
        bounds = recorded_bounds(self.archive)
        columns |= {"origins_low": bounds.low[design.person], "origins_high": bounds.high[design.person]}
        for place, name in enumerate(PARTS):
            total = np.bincount(design.subject, fitted.parts[:, place], n)
            columns[f"explained_{name}"] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        if self.range is not None:
            columns |= decisive(fitted)
        order = np.argsort(np.array(ids.to_pylist(), object), kind="stable")
        return pa.table(columns).take(pa.array(order))

    def _statements(self) -> pa.Table:
        """Return a row for each naming."""
        made = statements_table(self.archive, self.fitted.design, self.fitted.parts, PARTS)
        if self.range is None:
            return made
        design = self.fitted.design
        order = np.argsort(design.row, kind="stable")
        column = self.fitted.member[design.subject[design.naming[order]]]
        return made.append_column("subject_probability", pa.array(column))

    def _words(self, settings: dict[str, Any]) -> list[str]:
        """Return the sentences."""
        low, high = settings["prevalence"]
        n = self.fitted.design.n_persons
        asked = f"The question was: {settings['question']}. The prevalence was given as {low:g} to {high:g} of {n:,} persons."
        failed = [check for check in self.checks if not check.passed]
        if self.verdict == "cannot tell":
            own, bar = self.power.beside
            first = (
                f"The record does not differ from one in which nobody knew anything: its information is {own}, "
                f"and 19 of 20 archives of that kind give at most {bar}. No probabilities are given."
            )
            return [first, asked]
        if self.verdict == "tells in part":
            why = "; ".join(f"{check.name}: {check.means}" for check in failed)
            return [
                f"The record tells something, but not enough for probabilities ({why}). Ranks and shares are given.",
                *([_MISFIT] if any(check.name.startswith("D2") for check in failed) else []),
                asked,
                _ASSUMED,
            ]
        expected = float(self.fitted.member.sum())
        ends = (float(self.range[0].sum()), float(self.range[1].sum())) if self.range else (0.0, 0.0)
        number = "" if self.number is None else f" {self.number.means[0].upper()}{self.number.means[1:]}."
        return [
            (
                f"Under the stated assumptions {expected:,.0f} members are expected; over {self.range[2] if self.range else 0} "
                f"changed assumptions the least and greatest probabilities add up to {ends[0]:,.0f} and {ends[1]:,.0f}.{number}"
            ),
            asked,
            _ASSUMED,
        ]
