"""From an archive to events: statements with a known speaker, acts as flags that rise, ties as networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.estimate.events import Bools, Changes, Events, Exclusion, Floats, Ints, Ties

if TYPE_CHECKING:
    from greatfear.record.archive import Archive

__all__ = ["events_from_archive"]

_NOT_ATTRIBUTES = ("person", "id", "name")


def events_from_archive(archive: Archive) -> Events:
    """Return the statements of an archive as events among its persons.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    Events
        Statements with a speaker, a subject other than the speaker, and a time. Attributes: the numeric columns of
        persons, and for each text column its values as numbers in alphabetical order (missing ones as one more value)
        and, by the name ``column_value``, 1 for that value and 0 for others. Flags, which rise at the first act of a
        kind: ``arrest``, ``interrogation``, ``sentence``, ``summons`` and so on. Networks: the ties of each kind, both
        ways where they have no direction. What was left out is counted with its reason.

    Examples
    --------
    >>> import datetime as dt
    >>> from greatfear.record.archive import Archive
    >>> from greatfear.record.columns import table_from_columns
    >>> persons = table_from_columns("persons", {"id": ["a", "b"], "sex": ["f", "m"]}, 2)
    >>> said = {"time": [1.0, 2.0], "precision": "day", "speaker": [0, -1], "subject": [1, 0], "channel": "report"}
    >>> said = table_from_columns("statements", said, 2)
    >>> archive = Archive.from_tables({"persons": persons, "statements": said}, epoch=dt.date(1335, 1, 1))
    >>> events = events_from_archive(archive)
    >>> events.time.tolist(), [gone.reason for gone in events.left_out], events.attributes["sex_f"].tolist()
    ([1.0], ['no known speaker'], [1.0, 0.0])
    """
    persons = archive.table("persons")
    said = archive.table("statements", columns=["time", "speaker", "subject"])
    time, speaker, subject = (np.asarray(said.column(name)) for name in ("time", "speaker", "subject"))
    is_kept, left_out = _kept(time, speaker, subject)
    order = np.flatnonzero(is_kept)
    order = order[np.argsort(time[order], kind="stable")]
    return Events(
        persons.num_rows,
        time[order],
        speaker[order],
        subject[order],
        attributes=_attributes(persons),
        changes=_flags(archive),
        networks=_networks(archive),
        actors=tuple(persons.column("id").to_pylist()),
        left_out=left_out,
    )


def _kept(time: Floats, speaker: Ints, subject: Ints) -> tuple[Bools, tuple[Exclusion, ...]]:
    """Return which statements are events, and why others are not; each is counted once."""
    is_kept = np.ones(time.size, np.bool_)
    left_out = []
    for reason, is_wrong in (
        ("no known speaker", speaker < 0),
        ("no known subject", subject < 0),
        ("speaker and subject are one person", speaker == subject),
        ("no time", ~np.isfinite(time)),
    ):
        count = int((is_kept & is_wrong).sum())
        left_out += [Exclusion("statement", reason, count)] if count else []
        is_kept &= ~is_wrong
    return is_kept, tuple(left_out)


def _attributes(persons: Any) -> dict[str, Floats]:
    """Return numeric columns as they are; text columns as numbers and as one column per value."""
    found: dict[str, Floats] = {}
    for name in persons.column_names:
        values = persons.column(name).to_pylist()
        if name in _NOT_ATTRIBUTES or all(value is None for value in values):
            continue
        if any(isinstance(value, str) for value in values):
            words = sorted({str(value) for value in values if value is not None})
            place = {word: k for k, word in enumerate(words)}
            found[name] = np.array([len(words) if value is None else place[str(value)] for value in values], np.float64)
            # a column with a value per person (a unit, say) would give as many columns as persons
            if len(words) <= 50:
                found |= {f"{name}_{word}": (found[name] == k).astype(np.float64) for word, k in place.items()}
        else:
            found[name] = np.array([np.nan if value is None else float(value) for value in values])
    return found


def _flags(archive: Archive) -> dict[str, Changes]:
    """Return for each kind of act the first time for each person."""
    acts = archive.table("acts", columns=["time", "person", "kind"])
    time, person, kind = (np.asarray(acts.column(name)) for name in ("time", "person", "kind"))
    flags = {}
    for name in sorted({str(word) for word in kind if word is not None}):
        of_kind = np.flatnonzero((kind == name) & np.isfinite(time) & (person >= 0))
        of_kind = of_kind[np.argsort(time[of_kind], kind="stable")]
        actor, first = np.unique(person[of_kind], return_index=True)
        flags[name] = Changes(time[of_kind][first], actor.astype(np.int64), np.ones(actor.size))
    return flags


def _networks(archive: Archive) -> dict[str, Ties]:
    """Return the ties of each kind; those without a direction go both ways."""
    ties = archive.table("ties", columns=["a", "b", "kind", "directed", "start", "end"])
    a, b, kind, directed, start, end = (np.asarray(ties.column(name)) for name in ties.column_names)
    start, end = np.where(np.isnan(start), -np.inf, start), np.where(np.isnan(end), np.inf, end)
    networks = {}
    for name in sorted({str(word) for word in kind if word is not None}):
        there = np.flatnonzero((kind == name) & (a >= 0) & (b >= 0) & (a != b))
        back = there[directed[there] != 1]
        i, j = np.concatenate([a[there], b[back]]), np.concatenate([b[there], a[back]])
        both = np.concatenate([there, back])
        networks[name] = Ties(i.astype(np.int64), j.astype(np.int64), start[both], end[both])
    return networks
