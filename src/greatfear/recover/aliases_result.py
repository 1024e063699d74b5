"""Which records of names are one person: pairs with their evidence, clusters, and draws of partitions."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.archive import Archive, read
from greatfear.record.archive import archive_of
from greatfear.recover.aliases_figures import drawings_of
from greatfear.recover.aliases_input import Names, names_from_archive, names_from_file, names_from_table
from greatfear.recover.aliases_links.candidates import Candidates, find_candidates
from greatfear.recover.aliases_links.clusters import join, stays
from greatfear.recover.aliases_links.given_links import with_links
from greatfear.recover.aliases_links.partitions import Partitions, partition_posterior
from greatfear.recover.aliases_names.records import CODE, Records, read_records
from greatfear.recover.aliases_words import NAMESAKES, alias_words, bits_of, repeated_rows, too_little
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Check, Result, refused

TITLE = "Which names are one person?"
_LIST_PAIRS = 0.002
_BITS = ("bits_surname", "bits_names", "bits_sex", "bits_born", "bits_place_unit")


def aliases(
    names: Archive | Mapping[str, Sequence[object]] | str | os.PathLike[str],
    *,
    seed: int = 1,
    draws: int = 100,
    no_duplicates: Sequence[str] = (),
    must_link: Sequence[tuple[str, str]] = (),
    cannot_link: Sequence[tuple[str, str]] = (),
    purpose: str | None = None,
) -> Result:
    """Return which records of names are one person. Nothing is merged: the answer is a set of partitions.

    Parameters
    ----------
    names : Archive, path or mapping
        An archive (persons, aliases, mentions), or a table or CSV file with the columns ``record``, ``name`` and any of
        ``source`` (or ``list``), ``born``, ``sex``, ``place``, ``unit``, ``heading``. Each source has one writing, which is
        found out.
    seed : int
        Of starts and draws.
    draws : int
        Partitions to draw.
    no_duplicates : sequence of str
        Sources that name nobody twice.
    must_link, cannot_link : sequence of (str, str)
        Pairs of records that are known to be one person, or two.
    purpose : str, optional
        What the answer is for; asked of archives that end less than 80 years ago.

    Returns
    -------
    Result
        Tables ``clusters`` (a row a record), ``pairs``, ``partitions`` and ``code_names``. Without enough information the
        verdict is "cannot tell" and there is no probability.

    Raises
    ------
    greatfear.errors.FaultList
        The table cannot be read.

    Examples
    --------
    >>> table = {"record": ["1", "2", "3"], "name": ["Щукин Иван", "Ščukin I.", "Schtschukin Iwan"], "source": ["a", "b", "c"],
    ...          "born": [1901, 1901, 1901]}
    >>> aliases(table).tables["clusters"].column("cluster").to_pylist()
    ['3', '3', '3']
    """
    told, kept = _names(names, purpose)
    if len(told.table["record"]) < 2:
        n = len(told.table["record"])
        why = f"{'No record has' if not n else 'One record has'} a name: there is nothing to compare."
        return refused("aliases", TITLE, [why], settings=kept)
    repeated = repeated_rows(told.table)
    if repeated:
        return refused("aliases", TITLE, repeated, settings=kept)
    records = read_records(told.table, [*told.must, *must_link, *told.cannot, *cannot_link])
    settings = {"seed": seed, "draws": draws, "no_duplicates": list(no_duplicates), "namesakes": NAMESAKES, **kept}
    checks = (_enough(records),)
    if not checks[0].passed:
        return refused("aliases", TITLE, too_little(records), checks=checks, settings=settings)
    found = find_candidates(records, seed=seed)
    found, said = with_links(found, *_links(records, told, found, (no_duplicates, must_link, cannot_link)))
    partitions, found = partition_posterior(records, found, said, seed=seed, n_draws=draws)
    chance = np.where(said == 1, 1.0, np.where(said == -1, 0.0, partitions.together * (1 - NAMESAKES)))
    label = join(len(records), found.pairs, chance)
    return _told(records, found, partitions, (chance, label), (settings, checks))


def _names(names: object, purpose: str | None) -> tuple[Names, dict[str, str]]:
    """Return the names of whatever form they have, and what is kept of the purpose."""
    if isinstance(names, Mapping):
        return names_from_table(names), {}
    if isinstance(names, str | os.PathLike):
        if not Path(names).is_dir():
            return names_from_file(names), {}
        names = read(names)
    names = archive_of(names, Archive, "names")
    return names_from_archive(names), ask_for_purpose(names, purpose)


def _enough(records: Records) -> Check:
    """Return whether names and context can tell persons apart at all."""
    surname_bits, needed = bits_of(records.surname), math.log2(max(len(records), 2))
    has_context = bool((records.born >= 0).any() or (records.place >= 0).any() or (records.unit >= 0).any())
    means = (
        "Bits that a surname gives on average, against those that single out a record; without year of birth, place and unit "
        "the surname must do it."
    )
    return Check(
        "surname bits", surname_bits, math.nan if has_context else needed, has_context or surname_bits >= needed, means
    )


def _links(
    records: Records,
    told: Names,
    found: Candidates,
    given: tuple[Sequence[str], Sequence[tuple[str, str]], Sequence[tuple[str, str]]],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return pairs of record rows that are one person, and that are two."""
    from greatfear.errors import UnknownNameError

    free, must, cannot = given
    row = {key: k for k, key in enumerate(records.keys)}
    unknown = [key for pair in (*must, *cannot) for key in pair if key not in row]
    if unknown:
        raise UnknownNameError("record", unknown[0], records.keys)
    sources = list(dict.fromkeys(told.table.get("source", [])))
    strangers = [name for name in free if name not in sources]
    if strangers:
        raise UnknownNameError("source", strangers[0], sources)
    one = [(row[a], row[b]) for a, b in (*told.must, *must)]
    two = [(row[a], row[b]) for a, b in (*told.cannot, *cannot)]
    if free:
        source = dict(zip(told.table["record"], told.table["source"], strict=True))
        of = np.array([source[key] in free for key in records.keys])
        same = records.source[found.pairs[:, 0]] == records.source[found.pairs[:, 1]]
        two += [(int(a), int(b)) for a, b in found.pairs[same & of[found.pairs[:, 0]]]]
    known = {(min(p), max(p)) for p in one}
    two = [p for p in two if (min(p), max(p)) not in known]
    return np.array(one, np.int32).reshape(-1, 2), np.array(two, np.int32).reshape(-1, 2)


def _told(
    records: Records,
    found: Candidates,
    partitions: Partitions,
    answer: tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]],
    frame: tuple[dict[str, object], tuple[Check, ...]],
) -> Result:
    """Return the result: tables, words, figures."""
    chance, label = answer
    settings, checks = frame
    share = stays(label, partitions.draws)
    clusters = pa.table(
        {
            "record": records.keys,
            "cluster": [records.keys[k] for k in label.tolist()],
            "name": records.names,
            "stays": share,
            "unresolved": share < 0.5,
        }
    )
    kept = np.flatnonzero(chance >= _LIST_PAIRS)
    tables = {
        "clusters": clusters,
        "pairs": _pairs_table(records, found, chance, kept),
        "partitions": _partitions_table(records, partitions),
        "code_names": _code_names(records),
    }
    words = alias_words(records, chance, label, share)
    if tables["code_names"].num_rows:
        words.append(
            "Code names are joined with one another only; who bore one, the table code_names lists as candidates."
        )
    figures = drawings_of(records, found, chance, label)
    about = {name: _ABOUT[name] for name in tables}
    return Result("aliases", TITLE, "tells in part", tuple(words), tables, about, checks, settings, figures)


_ABOUT = {
    "clusters": "one record; stays: share of draws in which its cluster is exactly this one",
    "pairs": "two records; probability that they are one person; bits: evidence by column, base 2",
    "partitions": "one record; a column a draw, equal numbers are one person in that draw",
    "code_names": "one code name and one record that agrees with it in two contexts or more; candidates, not answers",
}


def _pairs_table(
    records: Records, found: Candidates, chance: npt.NDArray[np.float64], kept: npt.NDArray[np.int64]
) -> pa.Table:
    a, b = found.pairs[kept, 0].tolist(), found.pairs[kept, 1].tolist()
    columns: dict[str, object] = {
        "a": [records.keys[k] for k in a],
        "b": [records.keys[k] for k in b],
        "name_a": [records.names[k] for k in a],
        "name_b": [records.names[k] for k in b],
        "probability": chance[kept],
    }
    bits = found.evidence[kept] / math.log(2)
    return pa.table(columns | {name: bits[:, k] for k, name in enumerate(_BITS)})


def _partitions_table(records: Records, partitions: Partitions) -> pa.Table:
    width = len(str(max(len(partitions.draws) - 1, 0)))
    return pa.table({"record": records.keys} | {f"draw_{k:0{width}d}": row for k, row in enumerate(partitions.draws)})


def _code_names(records: Records) -> pa.Table:
    """Return for each code name the named records that agree with it in two contexts or more."""
    coded = [k for k, s in enumerate(records.surname.tolist()) if s >= 0 and records.surnames[s].startswith(CODE)]
    rows: list[tuple[str, str, str, str, str]] = []
    is_coded = np.zeros(len(records), bool)
    is_coded[coded] = True
    for k in coded:
        near = np.abs(records.born - records.born[k]) <= 1
        same = {
            "year of birth": near & (records.born >= 0) & (records.born[k] >= 0),
            "place": (records.place == records.place[k]) & (records.place[k] >= 0),
            "unit": (records.unit == records.unit[k]) & (records.unit[k] >= 0),
        }
        agrees = np.flatnonzero((sum(flag.astype(int) for flag in same.values()) >= 2) & ~is_coded)
        for j in agrees.tolist():
            words = ", ".join(name for name, flag in same.items() if flag[j])
            rows.append((records.keys[k], records.names[k], records.keys[j], records.names[j], words))
    names = ("code_record", "code_name", "record", "name", "agrees_in")
    return pa.table({name: pa.array([row[k] for row in rows], pa.string()) for k, name in enumerate(names)})
