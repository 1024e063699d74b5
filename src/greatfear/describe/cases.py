"""What counts as a case: an act of one kind, or the first statement against a person."""

from __future__ import annotations

import numpy as np

from greatfear.describe.columns import Coded, Dated
from greatfear.describe.material import Acts, Words
from greatfear.describe.naming import first_namings
from greatfear.describe.why_forest import CaseColumns, Forest, build_forest, forest_from
from greatfear.errors import ArchiveError
from greatfear.record.schema import ACT_KINDS
from greatfear.show.wording import plural

STATEMENT = "statement"
"""A case is then the first statement by somebody else against a person."""


def plural_of(case: str) -> str:
    """Return what counts as a case, in the plural."""
    return "persons with a statement against them" if case == STATEMENT else plural(case)


def case_counts(words: Words, acts: Acts, n_persons: int) -> dict[str, int]:
    """Return how many cases the archive would have, by what counts as a case; kinds that are not recorded are left out."""
    kinds = {kind: int(acts.happened.kind.equals(kind).sum()) for kind in ACT_KINDS}
    counts = kinds | {STATEMENT: len(_first_statements(words, n_persons))}
    return {kind: n for kind, n in counts.items() if n}


def cases_of(case: str | None, words: Words, acts: Acts, n_persons: int) -> tuple[Forest, Dated]:
    """Return the cases with their parents, and when each was.

    Parameters
    ----------
    case : str, optional
        A kind of act, or ``"statement"``; None for arrests, or summonses where no arrest is recorded.

    Raises
    ------
    ArchiveError
        Where the archive has no such case.
    """
    if case is not None and case not in (counts := case_counts(words, acts, n_persons)):
        allowed = ", ".join(f"{kind} ({n:,})" for kind, n in counts.items()) or "nothing: the archive is empty"
        word = "is not recorded in this archive" if case in (*ACT_KINDS, STATEMENT) else "is no kind of case"
        raise ArchiveError(f"describe: case: {case!r} {word}; it has {allowed}")
    if case == STATEMENT:
        return _of_statements(words, n_persons)
    chains = forest_from(acts.table, words.spoken, n_persons, case)
    return chains, Dated(acts.when.day[chains.act], acts.when.grain[chains.act])


def _first_statements(words: Words, n_persons: int) -> np.ndarray:
    """Return the rows of the first statements by others against each person, in the order of the record."""
    rows = np.flatnonzero((words.subject >= 0) & (words.subject != words.spoken.speaker))
    return rows[first_namings(words.subject[rows], n_persons)].astype(np.int32)


def _of_statements(words: Words, n_persons: int) -> tuple[Forest, Dated]:
    """Return the first statements against persons as cases: each rests on itself."""
    rows = _first_statements(words, n_persons)
    cause = Coded(np.zeros(len(rows), np.int8), ("statement",))
    columns = CaseColumns(rows, words.subject[rows], words.spoken.time[rows], rows, cause)
    return build_forest(STATEMENT, columns, words.spoken, n_persons), Dated(
        words.when.day[rows], words.when.grain[rows]
    )
