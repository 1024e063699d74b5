"""How many are missing from all lists: every model that exists, with the assumption it rests on."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from greatfear.recover.case_words import in_words_of_case
from greatfear.recover.coverage_figures import drawings_of, factors
from greatfear.recover.coverage_models.answer import MOST_RATIO, Answer, answer
from greatfear.recover.coverage_models.lists import ListCounts, lists_from_file, lists_from_members
from greatfear.recover.coverage_models.models import Model, all_models
from greatfear.recover.coverage_models.refusing import reasons_to_refuse
from greatfear.recover.coverage_parts import (
    Partitions,
    cited_lists,
    columns_of,
    counts_of_columns,
    members_of_archive,
    over_draws,
    over_strata,
)
from greatfear.recover.coverage_words import words_of
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Check, Result
from greatfear.show.table import Cell

if TYPE_CHECKING:
    from greatfear.archive import Archive

TITLE = "How many persons stand on no list?"


@in_words_of_case
def coverage(
    lists: Archive | ListCounts | Mapping[str, Sequence[Cell]] | str | os.PathLike[str],
    *,
    claim: float | None = None,
    show: bool = False,
    seed: int = 1,
    n_boot: int = 200,
    effort: float = 1.0,
    by: str | None = None,
    partitions: Partitions | None = None,
    purpose: str | None = None,
) -> Result:
    """Return how many persons are missing from all lists, as a set of models with their assumptions.

    Parameters
    ----------
    lists : Archive, path, mapping or ListCounts
        An archive with mentions; a CSV file or a mapping of columns with one column of 0 and 1 for each list, with
        ``count`` (a row a combination) or without (a row a person); or columns ``person`` and ``list``.
    claim : float, optional
        A number of all persons that somebody names: the answer says what dependence it needs.
    show : bool
        Give the numbers of the models also where the lists cannot tell.
    seed : int
        Of the bootstrap and of the chains.
    n_boot : int
        Bootstrap tables; fewer than 20: none.
    effort : float
        Multiplies the length of the chains of the latent classes; 1 is the length that was checked against LCMCR of R.
    by : str, optional
        A column that divides the persons (``stratum`` or ``region`` of an archive; a column of the table): each part is
        answered on its own, too.
    partitions : Result, path or mapping, optional
        The answer of `greatfear.recover.aliases`, or its table ``partitions``, where entries of lists are names: the lists are
        then an archive, or a table with the columns ``record`` and ``list``. The answer is given for 20 draws of who is who.
    purpose : str, optional
        What the answer is for; asked of archives that end less than 80 years ago.

    Returns
    -------
    Result
        Tables ``models`` (a row a model), ``sensitivity`` (the number of all persons by the dependence no table can show)
        and ``combinations`` (the counts). Without `show`, a refusal leaves numbers of models out.

    Raises
    ------
    greatfear.errors.FaultList
        The table cannot be read; every fault is named.

    Examples
    --------
    >>> table = {"A": [1, 0, 1], "B": [0, 1, 1], "count": [460, 487, 128]}
    >>> coverage(table).verdict
    'cannot tell'
    """
    source, kept = _source(lists, purpose)
    counts, extra, more, cited = _parts(source, by, partitions, seed)
    found: list[Model] = []
    if counts.n_lists > 1 and counts.n_observed and (show or not reasons_to_refuse(counts)):
        found = all_models(counts, seed=seed, n_boot=n_boot, effort=effort)
    said = answer(counts, found)
    is_shown = show or said.verdict != "cannot tell"
    tables = {"models": _models_table(found, is_shown)} if found else {}
    standing = [model for model in found if model.stands]
    if is_shown and found:
        tables["sensitivity"] = _sensitivity_table(counts, standing or found, claim)
    tables["combinations"] = _combinations_table(counts)
    tables |= extra
    about = {name: _ABOUT[name] for name in tables}
    settings: dict[str, Any] = {
        "claim": claim,
        "show": show,
        "seed": seed,
        "n_boot": n_boot,
        "effort": effort,
        "by": by,
    }
    settings |= {"lists": list(counts.names), **kept}
    first, *rest = words_of(counts, said, found, claim)
    lines = (first, *more, *rest)
    figures = drawings_of(counts, said, found, claim) if is_shown and found else ()
    checks = (*_checks(counts, found, said), *cited)
    return Result("coverage", TITLE, said.verdict, lines, tables, about, checks, settings, figures)


def _parts(
    source: Any, by: str | None, partitions: Partitions | None, seed: int
) -> tuple[ListCounts, dict[str, pa.Table], list[str], list[Check]]:
    """Return the counts; tables and sentences by stratum and over draws of who is who; checks of lists that cite one another."""
    tables: dict[str, pa.Table] = {}
    words: list[str] = []
    if by is not None:
        tables["strata"], text = over_strata(source, by, seed)
        words.append(text)
    if partitions is None:
        counts = _counts(_without(source, by))
    else:
        counts, tables["draws"], text = over_draws(source, partitions, seed)
        words.append(text)
    cited = [] if isinstance(source, ListCounts) or partitions is not None else cited_lists(source)
    words += [f"{check.means[0].upper()}{check.means[1:]}" for check in cited if not check.passed]
    return counts, tables, words, cited


_ABOUT = {
    "models": "one model; estimate, low and high are numbers of all persons, low and high its 90 % interval",
    "sensitivity": "one model and one strength of the dependence of all lists together (1: none)",
    "draws": "one draw of who is who: persons on the lists, and the estimates of the models that stand",
    "strata": "one part of the persons: persons on the lists, the estimates of the models that stand, or why there are none",
    "combinations": "one combination of lists, with the persons who stand on these and no other",
}


def _source(lists: Any, purpose: str | None) -> tuple[Any, dict[str, str]]:
    """Return an archive, columns, or counts, of whatever form the lists have, and what is kept of the purpose."""
    if isinstance(lists, ListCounts | Mapping):
        return lists, {}
    if isinstance(lists, str | os.PathLike):
        path = Path(lists)
        if not path.is_dir():
            counts = lists_from_file(path) if not path.is_file() else columns_of(path)
            return counts, {}
        from greatfear.archive import read

        lists = read(path)
    return lists, ask_for_purpose(lists, purpose)


def _counts(source: Any) -> ListCounts:
    """Return the counts of an archive or of columns."""
    if isinstance(source, ListCounts):
        return source
    return _from_mapping(source) if isinstance(source, Mapping) else lists_of_archive(source)


def _without(source: Any, by: str | None) -> Any:
    """Return a table without the column that divides it."""
    if not isinstance(source, Mapping):
        return source
    return {name: column for name, column in source.items() if name != by}


def _from_mapping(table: Mapping[str, Sequence[Cell]]) -> ListCounts:
    if not table or not next(iter(table.values())):
        from greatfear.errors import Fault, FaultList

        raise FaultList([Fault("lists", "no rows", "a line of column names and at least one row")], "lists")
    return counts_of_columns(table)


def lists_of_archive(archive: Archive) -> ListCounts:
    """Return the counts of an archive's mentions: who stands on which list; no list where there are no mentions."""
    members = members_of_archive(archive)
    return lists_from_members(members) if members else ListCounts((), np.zeros(1, np.int64))


def _models_table(models: Sequence[Model], is_shown: bool) -> pa.Table:
    """Return the table of models; without the numbers where the lists cannot tell."""
    columns: dict[str, Any] = {"model": [model.name for model in models]}
    if is_shown:
        for name in ("estimate", "low", "high"):
            columns[name] = pa.array([getattr(model, name) for model in models], pa.float64())
    columns["stands"] = [model.stands for model in models]
    columns["not_standing"] = [model.not_standing for model in models]
    columns["assumption"] = [model.assumption for model in models]
    columns["detail"] = [model.detail if is_shown else "" for model in models]
    columns["p_of_misfit"] = pa.array([model.fits for model in models], pa.float64())
    return pa.table(columns)


def _sensitivity_table(counts: ListCounts, models: Sequence[Model], claim: float | None) -> pa.Table:
    """Return N = n + n_0 exp(xi) for each model."""
    n = counts.n_observed
    shown = [model for model in models if math.isfinite(model.estimate) and "bound" not in model.not_standing]
    rows = [(model.name, x, n + (model.estimate - n) * x) for model in shown for x in factors(counts, shown, claim)]
    names = ("model", "dependence_of_all_lists", "persons")
    return pa.table({name: [row[k] for row in rows] for k, name in enumerate(names)})


def _combinations_table(counts: ListCounts) -> pa.Table:
    rows = range(1, len(counts.cells))
    text = [", ".join(name for k, name in enumerate(counts.names) if h >> k & 1) for h in rows]
    return pa.table({"lists": text, "n_lists": [h.bit_count() for h in rows], "persons": counts.cells[1:]})


def _checks(counts: ListCounts, models: Sequence[Model], said: Answer) -> tuple[Check, ...]:
    """Return what was tested: number of lists, overlap, models that stand, their ratio."""
    nan = math.nan
    share = float((counts.cells * np.array([h.bit_count() > 1 for h in range(len(counts.cells))])).sum())
    share /= max(counts.n_observed, 1)
    checks = [
        Check(
            "lists", counts.n_lists, 3, counts.n_lists >= 3, "With fewer than three lists no assumption can be tested."
        ),
        Check("share of persons on two lists or more", share, nan, share > 0, "What the estimates rest on."),
    ]
    if models:
        n_standing = sum(model.stands for model in models)
        checks.append(
            Check("models that stand", n_standing, 1, n_standing > 0, "The others: see the column not_standing.")
        )
    if math.isfinite(said.smallest):
        ratio = said.largest / said.smallest
        means = "Largest over smallest estimate of the models that stand; above the limit no number is named."
        checks.append(Check("ratio of the models", ratio, MOST_RATIO, ratio <= MOST_RATIO, means))
    return tuple(checks)
