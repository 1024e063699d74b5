"""From an archive to events: statements with a known speaker, acts as flags that rise, ties as networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.events import Bools, Changes, Events, Exclusion, Floats, Ints, Ties
from greatfear.sources import Source

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive

_NOT_ATTRIBUTES = ("person", "id", "name")
_MOST_VALUES = 50
_UNKNOWN_SPEAKER = "without a known speaker (still counted by `accused`)"
"""Outcomes of a sentence that make a person doomed, as in the simulator."""


def events_from_archive(archive: StoredArchive, *, by: Literal["day", "instant"] = "day") -> Events:
    """Return the statements of an archive as events among its persons.

    Parameters
    ----------
    archive : StoredArchive
    by : str
        ``"day"``: statements of one day are tied, and see the state at the end of earlier days: the order within a day is
        seldom recorded, and the simulator freezes its history for the day. ``"instant"``: times as they stand.

    Returns
    -------
    Events
        Statements with a speaker, a subject other than the speaker, and a time known to the day; those of unknown speakers
        stay as accusations that no model explains. Attributes: the columns of persons; a text column can be compared (`same`),
        and has, by the name ``column_word``, a flag for each word. Unknown values stay unknown. Flags rise at the first act of
        a kind: ``arrest``, ``interrogation``, ``sentence``, ``summons`` and so on; ``doomed`` rises at the first sentence,
        death or flight, and is 1 from the start for persons who are marked ``dead``. A flag is unknown of persons whose act has
        no date. Networks: the ties of each kind, both ways where they have no direction. What was left out is counted with its
        reason.

    Raises
    ------
    FaultList
        If `by` is neither.

    Examples
    --------
    >>> import datetime as dt
    >>> from greatfear.record.archive import StoredArchive
    >>> from greatfear.record.columns import table_from_columns
    >>> persons = table_from_columns("persons", {"id": ["a", "b"], "sex": ["f", "m"]}, 2)
    >>> said = {"time": [1.0, 2.0], "precision": "day", "speaker": [0, -1], "subject": [1, 0], "channel": "report"}
    >>> said = table_from_columns("statements", said, 2)
    >>> archive = StoredArchive.from_tables({"persons": persons, "statements": said}, epoch=dt.date(1335, 1, 1))
    >>> events = events_from_archive(archive)
    >>> events.time.tolist(), [gone.reason for gone in events.left_out], events.attributes["sex_f"].tolist()
    ([1.0, 2.0], ['without a known speaker (still counted by `accused`)'], [1.0, 0.0])
    """
    if by not in ("day", "instant"):
        raise FaultList([Fault("by", repr(by), "'day' or 'instant'")], "events")
    persons = archive.table("persons")
    said = archive.table(
        "statements", columns=["time", "speaker", "subject", "precision", "sitting", "channel", "pressure"]
    )
    time, speaker, subject, precision, sitting, channel, pressure = (
        np.asarray(said.column(name)) for name in said.column_names
    )
    is_kept, left_out = _kept(time, speaker, subject, precision)
    time = np.floor(time) if by == "day" else time
    order = np.flatnonzero(is_kept)
    order = order[np.argsort(time[order], kind="stable")]
    attributes, words = _attributes(persons)
    flags, undated = _flags(archive)
    attributes |= {name: _unknown_at(who, persons.num_rows) for name, who in undated.items() if name not in attributes}
    if "dead" in attributes and not {"dead", "doomed"} & set(words):
        known = attributes.get("doomed", np.zeros(persons.num_rows))
        attributes["doomed"] = np.where(attributes["dead"] > 0, 1.0, known + 0 * attributes["dead"])
    return Events(
        persons.num_rows,
        time[order],
        speaker[order],
        subject[order],
        attributes=attributes,
        changes=flags,
        networks=_networks(archive),
        actors=tuple(persons.column("id").to_pylist()),
        left_out=left_out,
        sitting=_sittings(sitting[order]),
        origin=_origin(archive),
        words=words,
        pressure=_pressures(pressure, sitting, channel)[order],
        observed=(0.0, None if archive.end is None else float((archive.end - archive.epoch).days)),
        epoch=archive.epoch,
    )


def _origin(archive: StoredArchive) -> Source:
    """Return the source of an archive, or several joined; where it names none, the archive itself."""
    rows = archive.table("sources").to_pylist()
    if not rows:
        return Source("archive", f"{archive.manifest.title or 'an archive'} ({archive.manifest.kind} archive)")
    doi, url = (next((row[name] for row in rows if row[name]), "") for name in ("doi", "url"))
    return Source(rows[0]["id"], "; ".join(row["citation"] for row in rows), doi=doi, url=url)


def _pressures(pressure: Any, sitting: Ints, channel: Any) -> Floats:
    """Return the pressure of each statement: 0 for those of no sitting, which nobody pressed, if none is written."""
    pressure = np.asarray(pressure, np.float64)
    is_free = (sitting < 0) & (channel != "interrogation")
    return np.where(is_free & np.isnan(pressure), 0.0, pressure)


def _sittings(sitting: Ints) -> Ints:
    """Return sittings; where an archive tells them, a statement outside of any stands alone."""
    if not (sitting >= 0).any():
        return sitting
    alone = np.flatnonzero(sitting < 0)
    found = sitting.astype(np.int64)
    found[alone] = found.max() + 1 + np.arange(alone.size)
    return found


def _kept(time: Floats, speaker: Ints, subject: Ints, precision: Any) -> tuple[Bools, tuple[Exclusion, ...]]:
    """Return which statements are events, and why others are not; each is counted once."""
    is_kept, is_counted = np.ones(time.size, np.bool_), np.zeros(time.size, np.bool_)
    left_out = []
    for reason, is_wrong in (
        ("without a known subject", subject < 0),
        ("in which speaker and subject are one person", speaker == subject),
        ("without a time", ~np.isfinite(time)),
        *((f"with a time known to the {word} only", precision == word) for word in ("month", "year", "interval")),
        (_UNKNOWN_SPEAKER, speaker < 0),
    ):
        count = int((is_kept & ~is_counted & is_wrong).sum())
        left_out += [Exclusion("statement", reason, count)] if count else []
        if reason != _UNKNOWN_SPEAKER:
            is_kept &= ~is_wrong
        is_counted |= is_wrong
    return is_kept, tuple(left_out)


def _attributes(persons: Any) -> tuple[dict[str, Floats], dict[str, tuple[str, ...]]]:
    """Return numeric columns as they are, text columns as places in lists of words and as one flag per word; and the words.

    Unknown values are NaN; in a column of whole numbers, the record writes them as -1.
    """
    found: dict[str, Floats] = {}
    words: dict[str, tuple[str, ...]] = {}
    for name in persons.column_names:
        column = persons.column(name).combine_chunks()
        if name in _NOT_ATTRIBUTES:
            continue
        kind = str(column.type)
        if kind.startswith(("string", "large_string", "dictionary")):
            columns, words[name] = _of_text(
                name, column if kind.startswith("dictionary") else column.dictionary_encode()
            )
            found |= columns
        else:
            values = np.asarray(column.to_numpy(zero_copy_only=False), np.float64)
            found[name] = np.where(values == -1, np.nan, values) if kind.startswith(("int", "uint")) else values
    return found, words


def _of_text(name: str, column: Any) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """Return a text column as places in its sorted words, and 1 or 0 for each word; NaN where it is unknown."""
    own, index = column.dictionary.to_pylist(), column.indices.fill_null(-1).to_numpy()
    used = np.unique(index[index >= 0])
    words = sorted(own[k] for k in used)
    # the last place is that of an unknown value
    place = np.full(len(own) + 1, np.nan)
    number = {word: k for k, word in enumerate(words)}
    place[used] = [number[own[k]] for k in used]
    code = place[index]
    # a column with a word per person (a unit, say) would give as many columns as persons
    each = enumerate(words) if len(words) <= _MOST_VALUES else ()
    flags = {f"{name}_{word}": np.where(np.isnan(code), np.nan, code == k) for k, word in each}
    return {name: code} | flags, tuple(words)


def _flags(archive: StoredArchive) -> tuple[dict[str, Changes], dict[str, Ints]]:
    """Return for each kind of act the first time for each person, and those who have one without a time."""
    acts = archive.table("acts", columns=["time", "person", "kind", "outcome"])
    time, person, kind, outcome = (np.asarray(acts.column(name)) for name in acts.column_names)
    is_of = {name: kind == name for name in sorted({str(word) for word in kind if word is not None})}
    is_of["doomed"] = np.isin(outcome, archive.words.lasting) | np.isin(kind, ("death", "flight"))
    is_dated, is_known = np.isfinite(time), person >= 0
    told = {name: np.flatnonzero(of & is_dated & is_known) for name, of in is_of.items()}
    flags = {name: _first(time[rows], person[rows]) for name, rows in told.items()}
    undated = {name: np.unique(person[of & ~is_dated & is_known]).astype(np.int64) for name, of in is_of.items()}
    return flags, {name: who for name, who in undated.items() if who.size}


def _unknown_at(who: Ints, n_actors: int) -> Floats:
    """Return a flag that is down at the start, and unknown of those whose act has no date."""
    values = np.zeros(n_actors)
    values[who] = np.nan
    return values


def _first(time: Floats, person: Ints) -> Changes:
    """Return a flag that rises at the first time of each person."""
    order = np.argsort(time, kind="stable")
    actor, first = np.unique(person[order], return_index=True)
    return Changes(time[order][first], actor.astype(np.int64), np.ones(actor.size))


def _networks(archive: StoredArchive) -> dict[str, Ties]:
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
