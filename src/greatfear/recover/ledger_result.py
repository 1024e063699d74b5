"""The ledger: what the archive says of each person if one asks more of the testimony. It needs no truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.describe.columns import coded, dated, numbers
from greatfear.describe.why_forest import Forest, forest
from greatfear.errors import Fault, FaultList, found, is_whole
from greatfear.recover.case_words import in_words_of_case
from greatfear.recover.ledger_echo import echo_table
from greatfear.recover.ledger_figures import ledger_drawings
from greatfear.recover.ledger_filters import FILTERS, Kept, filters_of
from greatfear.recover.ledger_groups import Pairs, kin_edges, n_joined, pairs_of, to_strike, unit_edges
from greatfear.recover.ledger_rows import HARD_PRESSURE, Namings, first_day, read_namings
from greatfear.recover.ledger_words import ledger_words
from greatfear.recover.origins_recorded import recorded_bounds
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Result, by_id, refused

TITLE = "Who was named, by how many, and in what circumstances?"
MOST = 5
"""The list is counted for at least 1, 2, ... up to this many speakers."""

_ABOUT = {
    "persons": "one person who was named by another: speakers against that person by filter, and what the count rests on",
    "filters": "one filter: namings that pass it, persons they concern, and persons with at least k speakers",
    "speakers": "one speaker: what is lost if this speaker's word is struck",
    "echo": "one reason to name a person: namings that meet it, how many times likelier it makes a name, the share of namings "
    "that it explains with a 90 % interval (the other reasons kept)",
    "days": "one day: namings, and namings of persons whom nobody had named before that day",
}


@in_words_of_case
def ledger(archive: Archive, *, k: int = 2, purpose: str | None = None) -> Result:
    """Return what the archive says of each person, filter by filter: no model, no truth, no probability.

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    k : int
        Number of speakers that counts as confirmed; tables show 1 to 5 beside it.
    purpose : str, optional
        What the answer is for; asked of real archives that end less than 80 years ago, and kept.

    Returns
    -------
    Result
        Tables `persons`, `filters`, `speakers`, `days`, and `echo` where namings have days; see ``.about``.

    Raises
    ------
    greatfear.errors.FaultList
        `k` is less than 1, or a purpose must be stated.
    """
    if not is_whole(k, 1, 2**31):
        raise FaultList([Fault("k", found(k), "a whole number, 1 or more")], "ledger")
    settings = {"k": k, **ask_for_purpose(archive, purpose)}
    namings = read_namings(archive)
    if not len(namings):
        return refused("ledger", TITLE, [_why_not(namings)], settings=settings)
    kept = filters_of(archive, namings)
    pairs = {name: pairs_of(namings.subject[m], namings.speaker[m], namings.n_persons) for name, m in kept.items()}
    chains = forest(archive)
    tables = {
        "persons": _persons(archive, pairs, chains, namings, k),
        "filters": _filters(archive, kept, pairs),
        "speakers": _speakers(archive, pairs["all"], k),
        "days": _days(archive, namings, kept["new to the office"]),
    }
    echo = echo_table(namings)
    if echo is not None:
        tables["echo"] = echo
    words = ledger_words(
        namings, tables, k, _arrested_first(archive, chains), is_recorded=_is_recorded(archive, namings)
    )
    about = {name: _ABOUT[name] for name in tables}
    return Result("ledger", TITLE, "tells", words, tables, about, (), settings, ledger_drawings(tables, k))


def _why_not(namings: Namings) -> str:
    """Return in a sentence why there is nothing to count."""
    if not namings.n_statements:
        return "The archive holds no statements, so nobody is recorded as having named anybody."
    if namings.n_unspoken == namings.n_statements:
        return (
            f"None of the {namings.n_statements:,} statements has a known speaker, so the archive cannot tell how many "
            "persons spoke against anybody. A table of complaints with their complainants would change that."
        )
    reasons = (
        (namings.n_unspoken, "without a speaker"),
        (namings.n_self, "about the speaker"),
        (namings.n_collective, "about a group"),
    )
    found = ", ".join(f"{n:,} {words}" for n, words in reasons if n)
    return f"No statement is by a known speaker about another single person (of {namings.n_statements:,}: {found})."


def _is_recorded(archive: Archive, namings: Namings) -> bool:
    """Whether the archive records anything about the freedom of speech: an act against somebody, a prompt, a circumstance."""
    held = first_day(archive, ["summons", "arrest"])
    tortured = first_day(archive, ["interrogation"], least_pressure=HARD_PRESSURE)
    told = (
        (namings.prompted >= 0).any() or (namings.circumstance.codes >= 0).any() or np.isfinite(namings.pressure).any()
    )
    return bool(told or not (np.isposinf(held).all() and np.isposinf(tortured).all()))


def _filters(archive: Archive, kept: Kept, pairs: dict[str, Pairs]) -> pa.Table:
    """Return the length of the list of persons by filter and by least number of speakers."""
    rows = [
        _filter_row(name, words, int(kept[name].sum()), pairs[name].per_person()) for name, words in FILTERS.items()
    ]
    both = pairs["all"]
    kin, unit = kin_edges(archive, both), unit_edges(archive, both)
    for name, words, edges in (
        ("kin joined", "every naming; speakers who are recorded kin count as one", (kin,)),
        ("kin and units joined", "every naming; speakers who are kin or of one unit count as one", (kin, unit)),
    ):
        rows.append(_filter_row(name, words, int(both.n_namings.sum()), n_joined(both, *edges)))
    return pa.Table.from_pylist(rows)


def _filter_row(name: str, words: str, n_namings: int, n_speakers: npt.NDArray[np.int64]) -> dict[str, Any]:
    lengths = {f"with_{least}": int((n_speakers >= least).sum()) for least in range(1, MOST + 1)}
    return {"filter": name, "namings": n_namings, **lengths, "condition": words}


def _persons(archive: Archive, pairs: dict[str, Pairs], chains: Forest, namings: Namings, k: int) -> pa.Table:
    """Return a row for each person who was named."""
    both = pairs["all"]
    n = both.per_person()
    person = np.flatnonzero(n)
    found = recorded_bounds(archive, chains, namings.row)
    heads = _heads(chains, both, archive)
    columns: dict[str, Any] = {
        "person": person.astype(np.int32),
        "id": archive.table("persons", ["id"]).column("id").combine_chunks().take(pa.array(person)),
        "n_statements": np.bincount(both.subject, both.n_namings, namings.n_persons).astype(np.int64)[person],
        "n_speakers": n[person],
    }
    for name in FILTERS:
        if name != "all":
            columns[f"n_speakers_{name.replace(' ', '_')}"] = pairs[name].per_person()[person]
    columns["n_speakers_kin_joined"] = n_joined(both, kin_edges(archive, both))[person]
    columns["origins_low"], columns["origins_high"] = found.low[person], found.high[person]
    columns["speakers_to_strike"] = to_strike(both, heads, k)[person]
    return by_id(pa.table(columns))


def _heads(chains: Forest, pairs: Pairs, archive: Archive) -> npt.NDArray[Any]:
    """Return for each pair the speaker at the head of the chain that brought the speaker in, as recorded."""
    case = chains.case_of(pairs.speaker, np.full(len(pairs.speaker), np.nan))
    root = np.where(case >= 0, chains.root[np.maximum(case, 0)], -1) if len(chains) else np.full(len(case), -1)
    head = np.where(root >= 0, chains.person[np.maximum(root, 0)], pairs.speaker) if len(chains) else pairs.speaker
    return np.asarray(head)


def _speakers(archive: Archive, pairs: Pairs, k: int) -> pa.Table:
    """Return what is lost if one speaker's word is struck, a row for each speaker."""
    n = pairs.per_person()
    speaker = np.unique(pairs.speaker)
    place = np.searchsorted(speaker, pairs.speaker)
    below = n[pairs.subject] == k
    alone = n[pairs.subject] == 1
    made = pa.table(
        {
            "person": speaker.astype(np.int32),
            "id": archive.table("persons", ["id"]).column("id").combine_chunks().take(pa.array(speaker)),
            "n_namings": np.bincount(place, pairs.n_namings, len(speaker)).astype(np.int64),
            "n_persons_named": np.bincount(place, minlength=len(speaker)),
            "rest_on_this_speaker_alone": np.bincount(place[alone], minlength=len(speaker)),
            f"fall_below_{k}": np.bincount(place[below], minlength=len(speaker)),
        }
    )
    return by_id(made)


def _days(archive: Archive, namings: Namings, is_new: npt.NDArray[np.bool_]) -> pa.Table:
    """Return namings and new names by day; namings without a day are left out."""
    known = ~np.isnan(namings.day)
    day, place = np.unique(namings.day[known].astype(np.int64), return_inverse=True)
    dates = (np.datetime64(archive.epoch) + day.astype("timedelta64[D]")).astype(str)
    return pa.table(
        {
            "day": day.astype(np.int32),
            "date": pa.array(dates.tolist(), pa.string()),
            "namings": np.bincount(place, minlength=len(day)),
            "first_day_of_the_name": np.bincount(place, is_new[known], len(day)).astype(np.int64),
        }
    )


def _arrested_first(archive: Archive, chains: Forest) -> tuple[int, int, int]:
    """Return dated cases, of these those before any statement against the person, and those with no statement at all."""
    table = archive.table("statements", ["time", "precision", "subject"])
    subject = numbers(table, "subject")
    first = np.full(archive.n_rows("persons"), np.inf)
    when = dated(table, archive.epoch, lambda: archive.table("statements", ["time_end"]))
    np.minimum.at(first, subject[subject >= 0], np.where(when.grain == 3, -np.inf, when.day)[subject >= 0])
    acts = archive.table("acts", ["time", "precision", "kind"])
    days = dated(acts, archive.epoch, lambda: archive.table("acts", ["time_end"]))
    is_case = coded(acts, "kind").equals(chains.kind) & (days.grain == 0)
    person = numbers(archive.table("acts", ["person"]), "person")[is_case]
    day = days.day[is_case]
    return len(day), int((day < first[person]).sum()), int(np.isposinf(first[person]).sum())
