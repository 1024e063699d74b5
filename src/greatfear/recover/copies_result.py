"""Which statements repeat an earlier one, inferred from what they tell; how many independent roots each subject has."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.archive import Archive, read
from greatfear.errors import FaultList, WrongArgumentError
from greatfear.record.archive import archive_of
from greatfear.recover.case_words import in_words_of_case
from greatfear.recover.copies_figures import draw_intervals, draw_subject
from greatfear.recover.copies_input import Statements, statements_of_archive, statements_of_table, table_of_file
from greatfear.recover.copies_kernel import root_interval
from greatfear.recover.copies_model import Copying, Found, learn_copying
from greatfear.recover.ledger_words import count
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.ranges import range_fault
from greatfear.recover.result import Check, Drawing, Result, by_id, refused

TITLE = "Which statements repeat an earlier one?"
_MASS = 0.9


@in_words_of_case
def copies(
    statements: Archive | Mapping[str, Sequence[object]] | str | os.PathLike[str],
    *,
    persons: Mapping[str, Sequence[object]] | str | os.PathLike[str] | None = None,
    share: tuple[float, float] | None = None,
    purpose: str | None = None,
) -> Result:
    """Return for each statement the chance that it repeats an earlier one, from what the two tell.

    What an archive records of copies and hearsay is another answer: `greatfear.recover.origins`. The two are not mixed.

    Parameters
    ----------
    statements : Archive, path or mapping
        An archive with details; or a table with ``key``, ``day``, ``speaker``, ``subject``, perhaps ``heard_from``, and a column
        for each detail.
    persons : path or mapping, optional
        Columns ``id`` and perhaps ``place``, ``unit`` and ``family`` of the speakers, beside a table.
    share : (float, float), optional
        Least and greatest share of copies among statements that could be one. Needed where nothing but names is told: then
        the answer is this range.
    purpose : str, optional
        What the answer is for; asked of archives that end less than 80 years ago.

    Returns
    -------
    Result
        Tables ``statements``, ``subjects`` and ``rates``.

    Raises
    ------
    greatfear.errors.FaultList
        The table cannot be read, or `share` is no range within 0 and 1.

    Examples
    --------
    >>> table = {"key": ["1", "2"], "day": [1, 9], "speaker": ["a", "b"], "subject": ["c", "c"]}
    >>> copies(table).verdict
    'cannot tell'
    >>> copies(table, share=(0.2, 0.4)).table.column("copy_high").to_pylist()
    [0.0, 0.4]
    """
    wrong = None if share is None else range_fault("share", share, "0.1:0.5", has_ends=True)
    if wrong is not None:
        raise FaultList([wrong], "copies")
    told, kept = _statements(statements, persons, purpose)
    settings: dict[str, object] = {"share": share, **kept}
    if not told.keys:
        why = "No statement has a day, a speaker and a subject, so none can be set after another."
        return refused("copies", TITLE, [why], settings=settings)
    if len(told.keys) > 1 and np.ptp(told.texts.day) == 0:
        why = f"All {len(told.keys):,} statements are of one day, so none can be set after another."
        return refused("copies", TITLE, [why], settings=settings)
    if not told.texts.has_texts:
        return _by_range(told, share, settings)
    rates, found = learn_copying(told.texts)
    return _told(told, rates, found, settings)


def _statements(statements: object, persons: object, purpose: str | None) -> tuple[Statements, dict[str, str]]:
    """Return the statements of whatever form they have, and what is kept of the purpose."""
    beside = table_of_file(persons) if isinstance(persons, str | os.PathLike) else persons
    if beside is not None and not isinstance(beside, Mapping):
        raise WrongArgumentError("persons", beside, "a path or a mapping of columns")
    if isinstance(statements, Mapping):
        return statements_of_table(statements, beside), {}
    if isinstance(statements, str | os.PathLike):
        if not Path(statements).is_dir():
            return statements_of_table(table_of_file(statements), beside), {}
        statements = read(statements)
    statements = archive_of(statements, Archive, "statements")
    return statements_of_archive(statements), ask_for_purpose(statements, purpose)


def _by_range(told: Statements, share: tuple[float, float] | None, settings: dict[str, object]) -> Result:
    """Return the answer where nothing but names is told: the range that was given, or a refusal."""
    why = "The statements tell names and days only: no detail and no source of hearsay. Whether two of them agree by copying or because both are right, names cannot say."  # noqa: E501
    if share is None:
        ask = "Give the share of copies as a range (share=(0.1, 0.5), --share 0.1:0.5) to see what follows from it."
        return refused("copies", TITLE, [why, ask], settings=settings)
    ends = [learn_copying(told.texts, sigma=min(max(s, 0.0), 1.0))[1].chance for s in share]
    starts, subjects = _subjects(told)
    tables = {
        "statements": pa.table({"key": told.keys, "copy_low": ends[0], "copy_high": ends[1]}),
        "subjects": pa.table(
            {
                "id": [told.persons[k] for k in subjects],
                "n_statements": np.diff(starts),
                "roots_low": _sums(1 - ends[1], starts),
                "roots_high": _sums(1 - ends[0], starts),
            }
        ),
    }
    words = (
        why,
        f"The answer is the range that was given: {share[0]:.0%} to {share[1]:.0%} of the statements that could be copies.",
    )
    about = {
        "statements": "one statement; chance of a copy at both ends of the given range",
        "subjects": "one subject; expected roots at both ends",
    }
    return Result("copies", TITLE, "tells in part", words, tables, about, (), settings)


def _subjects(told: Statements) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Return where the rows of each subject begin, the end added, and the subjects."""
    n = len(told.keys)
    begins = np.flatnonzero(told.texts.first == np.arange(n))
    return np.r_[begins, n].astype(np.int64), told.texts.subject[begins].tolist()


def _sums(values: npt.NDArray[np.float64], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    out: npt.NDArray[np.float64] = np.add.reduceat(values, starts[:-1])
    return out


def _told(told: Statements, rates: Copying, found: Found, settings: dict[str, object]) -> Result:
    """Return the result: tables, words, figures."""
    starts, subjects = _subjects(told)
    ids = [told.persons[k] for k in subjects]
    parent = [told.keys[k] if k >= 0 else "" for k in found.parent.tolist()]
    table = pa.table(
        {
            "key": told.keys,
            "id": [told.persons[k] for k in told.texts.subject.tolist()],
            "copy_probability": found.chance,
            "parent": parent,
            "parent_probability": found.parent_chance,
        }
    )
    per_subject = _subjects_table(told, found, starts, ids)
    tables = {"statements": table, "subjects": by_id(per_subject), "rates": _rates_table(told, rates)}
    roots = per_subject.column("roots").to_numpy()
    figures = _figures(told, found, starts, per_subject)
    return Result(
        "copies",
        TITLE,
        "tells in part",
        _words(told, found, roots),
        tables,
        _ABOUT,
        _checks(told, found),
        settings,
        figures,
    )


_ABOUT = {
    "statements": "one statement: chance that it repeats an earlier one, the likeliest of these, and its chance",
    "subjects": "one subject: expected number of independent roots, an interval, and the probability the interval holds",
    "rates": "one learned rate of copying",
}


def _subjects_table(told: Statements, found: Found, starts: npt.NDArray[np.int64], ids: list[str]) -> pa.Table:
    """Return the roots of each subject."""
    low, high, held = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64), np.zeros(len(ids))
    root_interval(found.chance, starts, _MASS, low, high, held)
    counts = {"n_statements": np.diff(starts), "n_speakers": _n_speakers(told, starts)}
    return pa.table(
        {"id": ids, **counts, "roots": _sums(1 - found.chance, starts), "low": low, "high": high, "held": held}
    )


def _figures(
    told: Statements, found: Found, starts: npt.NDArray[np.int64], subjects: pa.Table
) -> tuple[Drawing, Drawing]:
    """Return the figures: the subject with most statements, and the roots of all."""
    widest = int(np.argmax(np.diff(starts)))
    rows = slice(int(starts[widest]), min(int(starts[widest + 1]), int(starts[widest]) + 40))
    columns = [subjects.column(name).to_numpy() for name in ("n_statements", "roots", "low", "high")]
    return (
        Drawing(
            "subject", f"Statements on {subjects.column('id')[widest]}, by day", "Each point is a statement; a line leads to its "
            "likeliest source, its width is the probability. Points without a line are likelier roots.",
            partial(draw_subject, *_one_subject(told, found, rows)),
        ),
        Drawing(
            "roots", "Independent roots by subject", "Point: expected number; line: the interval; grey: number of statements.",
            partial(draw_intervals, *columns),
        ),
    )  # fmt: skip


def _one_subject(told: Statements, found: Found, rows: slice) -> tuple[list[float], list[str], list[int], list[float]]:
    """Return days, speakers, likeliest parents (by place) and their chances of the statements on one subject."""
    parent = [k - rows.start if k >= rows.start else -1 for k in found.parent[rows].tolist()]
    names = [told.persons[k] for k in told.texts.speaker[rows].tolist()]
    return told.texts.day[rows].tolist(), names, parent, found.parent_chance[rows].tolist()


def _n_speakers(told: Statements, starts: npt.NDArray[np.int64]) -> list[int]:
    pairs = np.unique(np.stack([told.texts.first, told.texts.speaker.astype(np.int64)], axis=1), axis=0)
    counts: list[int] = np.bincount(pairs[:, 0], minlength=len(told.keys))[starts[:-1]].tolist()
    return counts


def _rates_table(told: Statements, rates: Copying) -> pa.Table:
    rows = [
        ("share of copies", rates.sigma, "of statements with an earlier one by another speaker"),
        ("days", rates.tau, "after which an earlier statement counts a factor e less"),
        ("near", rates.closer, "times as likely a source of the same place, unit or family"),
        ("cites its source", rates.cites[0], "of copies"),
        ("cites another", rates.cites[1], "of copies"),
        ("cites without copying", rates.cites[2], "of statements of their own"),
        *((f"changed: {kind}", m, "of copied values") for kind, m in zip(told.texts.kinds, rates.mu, strict=True)),
    ]
    return pa.table({name: [row[k] for row in rows] for k, name in enumerate(("rate", "value", "unit"))})


def _words(told: Statements, found: Found, roots: npt.NDArray[np.float64]) -> tuple[str, ...]:
    n = len(told.keys)
    first = (
        f"{count(n, 'statement')} on {count(len(roots), 'person')}: about {found.chance.sum():,.0f} of them are expected to "
        f"repeat an earlier statement, which leaves {count(round(float(roots.sum())), 'independent root')}."
    )
    second = (
        "A shared detail counts as a trace of copying as far as it is rare; two witnesses who saw the same rare thing look like "
        "a copy. What the archive records of sources is another answer (greatfear recover origins)."
    )
    lines = [first, second]
    if told.n_left_out:
        are = "is" if told.n_left_out == 1 else "are"
        lines.append(f"{count(told.n_left_out, 'statement')} without day, speaker or subject {are} left out.")
    if not told.texts.kinds:
        lines.append("No details are told; the answer rests on whom the statements cite alone.")
    return tuple(lines)


def _checks(told: Statements, found: Found) -> tuple[Check, ...]:
    """Return what the answer rests on: how much is told, and how sure it is."""
    share = float((told.texts.told >= 0).mean()) if told.texts.told.size else 0.0
    p = found.chance
    doubt = float(((p > 0.2) & (p < 0.8)).mean())
    return (
        Check("share of details told", share, 0.1, share >= 0.1, "With few details told, copies cannot be seen."),
        Check(
            "share of doubtful statements",
            doubt,
            0.5,
            doubt <= 0.5,
            "Statements whose chance lies between 0.2 and 0.8.",
        ),
    )
