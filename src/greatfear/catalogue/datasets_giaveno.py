"""The derived tables of the study of Giaveno 1335: who could name whom, which namings count, and which flags rise when.

The rules are those of the study, one by one, so that its numbers can be computed again; they are not the only rules that can
be defended. `giaveno_1335` has the full record without them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from greatfear.catalogue.datasets import DataSetError, tables
from greatfear.intake_tables import RawTable

if TYPE_CHECKING:
    import pyarrow as pa

    from greatfear.archive import Archive

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Row = dict[str, str]

DAY_ZERO = dt.date(1335, 1, 19)
"""Day 0; the trial opens on day 1."""

_CLOSE = {"wife", "sister", "brother", "son", "daughter", "mother"}
_OTHER_KIN = {"lover", "daughter-in-law", "granddaughter", "cognate", "kinperson"}


@dataclass(frozen=True, slots=True, eq=False)
class GiavenoStudy:
    """Tables from which all models of the study are fitted. Actors are numbered in the order of their ids.

    Parameters
    ----------
    actors : tuple of str
        Ids of the 267 persons who deposed or were denounced.
    woman, dead, deponent, denounced, absconded : array of bool, shape (267,)
        Attributes. `absconded`: publicly summoned and never deposed.
    day, sender, receiver : array of int, shape (829,)
        Denunciations in the order of their days (day 1 = 20 January 1335).
    is_kin, is_congregation : array of bool, shape (829,)
        Denunciations of kin, and of congregation fellows who are not kin.
    kin, congregation : array of bool, shape (267, 267)
        Symmetric networks with an empty diagonal.
    summoned, redeposed, tortured : array of int, shape (n, 2)
        Flag rises (day, actor), in the order of days, dated as in the study: one day early, or at the public summons.
    """

    actors: tuple[str, ...]
    woman: Bools
    dead: Bools
    deponent: Bools
    denounced: Bools
    absconded: Bools
    day: Ints
    sender: Ints
    receiver: Ints
    is_kin: Bools
    is_congregation: Bools
    kin: Bools
    congregation: Bools
    summoned: Ints
    redeposed: Ints
    tortured: Ints

    def counts(self) -> dict[str, int]:
        """Return the counts that the study gives."""
        pairs = list(zip(self.sender.tolist(), self.receiver.tolist(), strict=True))
        return {
            "n_actors": len(self.actors),
            "n_denunciations": len(self.day),
            "n_days": len(set(self.day.tolist())),
            "n_senders": len(set(self.sender.tolist())),
            "n_targets": int(self.denounced.sum()),
            "n_deponents": int(self.deponent.sum()),
            "repeated_dyads": len(pairs) - len(set(pairs)),
            "n_kinship_ordered_pairs": int(self.kin.sum()),
            "n_congregation_ordered_pairs": int(self.congregation.sum()),
            "n_kin_events": int(self.is_kin.sum()),
            "n_congregation_events": int(self.is_congregation.sum()),
        }

    def to_tables(self) -> dict[str, pa.Table]:
        """Return tables of the record: actors, denunciations, both networks, and the flags as acts at their days."""
        from greatfear.record.columns import table_from_columns

        flags = [(day, actor, kind, pressure) for rows, kind, pressure in self._flags() for day, actor in rows.tolist()]
        flags.sort(key=lambda flag: flag[0])
        people_columns = {
            name: getattr(self, name).astype(np.int8)
            for name in ("woman", "dead", "deponent", "denounced", "absconded")
        }
        a, b = (
            np.concatenate(part)
            for part in zip(*(np.nonzero(np.triu(m)) for m in (self.kin, self.congregation)), strict=True)
        )
        kind = ["kin"] * int(self.kin.sum() // 2) + ["congregation"] * int(self.congregation.sum() // 2)
        sex = ["f" if woman else "m" for woman in self.woman]
        return {
            "persons": table_from_columns(
                "persons", {"id": list(self.actors), "sex": sex, **people_columns}, len(self.actors)
            ),
            "statements": table_from_columns(
                "statements",
                {
                    "time": self.day.astype(float),
                    "precision": "day",
                    "speaker": self.sender.astype(np.int32),
                    "subject": self.receiver.astype(np.int32),
                    "channel": "interrogation",
                },
                len(self.day),
            ),
            "acts": _flag_acts(flags),
            "ties": table_from_columns(
                "ties", {"a": a.astype(np.int32), "b": b.astype(np.int32), "kind": kind, "directed": 0}, len(a)
            ),
        }

    def archive(self) -> Archive:
        """Return the study's tables as an archive (epoch: day 0); flags are acts at the days of the flags."""
        from greatfear.archive import Archive

        return Archive.from_tables(
            self.to_tables(),
            epoch=DAY_ZERO,
            end=DAY_ZERO + dt.timedelta(days=36),
            kind="real",
            title="Giaveno 1335, derived tables of the study",
        )

    def _flags(self) -> list[tuple[Ints, str, float]]:
        """Return flag rises with the kind of act and pressure that stand for them."""
        nan = float("nan")
        return [
            (self.summoned, "summons", nan),
            (self.redeposed, "interrogation", nan),
            (self.tortured, "interrogation", 1.0),
        ]


def giaveno_1335_study() -> GiavenoStudy:
    """Return the derived tables of the study of Giaveno 1335.

    Returns
    -------
    GiavenoStudy

    Raises
    ------
    DataSetError
        Where the files cannot be had; the message says how to set GREATFEAR_DATA.

    References
    ----------
    Estévez, Salihović, Sgourev (2024), doi:10.1093/pnasnexus/pgae340.
    """
    raw = {name: _rows(table) for name, table in tables("giaveno-1335").items()}
    events = _denunciations(raw)
    deponents = {row["id"] for row in raw["keyevents"] if row["type"] == "deposition"}
    targets = {target for _, _, target in events}
    actors = tuple(sorted(deponents | targets))
    number = {actor: i for i, actor in enumerate(actors)}
    kin, fellows = _kin(raw, number), _fellows(raw, number)
    day, sender, receiver = (
        np.array(part, np.int64) for part in zip(*((d, number[s], number[r]) for d, s, r in events), strict=True)
    )
    is_kin = kin[sender, receiver]
    public = {row["id"] for row in raw["keyevents"] if row["type"] == "summons"}
    person = {row["id"]: row for row in raw["nodes"]}
    return GiavenoStudy(
        actors,
        woman=np.array([person[a]["sex"] == "f" for a in actors]),
        dead=np.array([person[a]["dead"] == "1" for a in actors]),
        deponent=np.array([a in deponents for a in actors]),
        denounced=np.array([a in targets for a in actors]),
        absconded=np.array([a in public - deponents for a in actors]),
        day=day,
        sender=sender,
        receiver=receiver,
        is_kin=is_kin,
        is_congregation=fellows[sender, receiver] & ~is_kin,
        kin=kin,
        congregation=fellows,
        summoned=_summoned(raw, number),
        redeposed=_redeposed(raw, number),
        tortured=_tortured(raw, number),
    )


def _rows(table: RawTable) -> list[Row]:
    """Return a table as dictionaries, the text NA as empty."""
    return [dict(zip(table.header, ("" if c == "NA" else c for c in r.cells), strict=True)) for r in table.records]


def _day(text: str) -> int:
    """Return the number of a day."""
    return (dt.date.fromisoformat(text) - DAY_ZERO).days


def _groups(raw: Mapping[str, list[Row]]) -> dict[str, list[str]]:
    """Return the known members of every group that has some."""
    return {row["id"]: row["members"].split("#") for row in raw["groups"] if row["members"]}


def _denunciations(raw: Mapping[str, list[Row]]) -> list[tuple[int, str, str]]:
    """Return (day, sender, target): groups expanded, each once, without self-denunciations and masters."""
    groups, persons = _groups(raw), {row["id"] for row in raw["nodes"]}
    masters = {row["id"] for row in raw["nodes"] if row["waldensian_master"] == "1"}
    named = [(r["source"], r["target"], r["time"]) for r in raw["edges"] if r["target"] in persons]
    named += [
        (r["source"], member, r["time"])
        for r in raw["edges"]
        for member in groups.get(r["target"], ())
        if member in persons
    ]
    kept = [(s, t, time) for s, t, time in dict.fromkeys(named) if s != t and t not in masters]
    return sorted(((_day(time or _second(raw, s)), s, t) for s, t, time in kept), key=lambda event: event[0])


def _second(raw: Mapping[str, list[Row]], person: str) -> str:
    """Return the date of a person's second deposition: the study gives it to denunciations without a date."""
    dates = sorted(row["time"] for row in raw["keyevents"] if row["id"] == person and row["type"] == "deposition")
    if len(dates) < 2:
        raise DataSetError(f"giaveno-1335: {person} has a denunciation without a date and no second deposition")
    return dates[1]


def _kin(raw: Mapping[str, list[Row]], number: Mapping[str, int]) -> Bools:
    """Return the kin network: recorded close kin, what follows from it by products of relations, and further kin.

    Relations are matrices over all persons, not only actors: M marriage, S siblings (both symmetric) and P. A row of P
    is a parent and a column a child where a son or daughter is recorded; where a mother is recorded the row is the
    child, as the study has it.
    """
    people = {row["id"]: i for i, row in enumerate(raw["nodes"])}
    marriage, siblings, parent, other = (np.zeros((len(people),) * 2, np.int64) for _ in range(4))
    put = {
        "wife": marriage,
        "sister": siblings,
        "brother": siblings,
        "son": parent,
        "daughter": parent,
        "mother": parent,
    }
    for row in raw["kinship"]:
        matrix = put.get(row["type"]) if row["type"] in _CLOSE else other if row["type"] in _OTHER_KIN else None
        if matrix is not None and row["id1"] in people and row["id2"] in people:
            matrix[people[row["id1"]], people[row["id2"]]] = 1
    marriage, siblings = marriage | marriage.T, siblings | siblings.T
    products = (
        siblings @ siblings,
        parent.T @ parent,
        parent @ parent.T,
        parent @ parent,
        siblings @ parent,
        parent @ siblings,
        siblings @ marriage,
        marriage @ parent,
        parent @ marriage,
    )
    joined = sum(products, marriage + siblings + parent + other) > 0
    joined = joined | joined.T
    np.fill_diagonal(joined, False)
    chosen = [people[actor] for actor in number]
    return np.asarray(joined[np.ix_(chosen, chosen)])


def _fellows(raw: Mapping[str, list[Row]], number: Mapping[str, int]) -> Bools:
    """Return who was at the same congregation, as participant or minister; groups stand for their members."""
    groups = _groups(raw)
    fellows = np.zeros((len(number),) * 2, np.bool_)
    for row in raw["congregations"]:
        names = f"{row['participants']}#{row['ministers']}".upper().split("#")
        single = {member for name in names for member in groups.get(name.strip("[]"), [name])}
        present = [number[name] for name in single if name in number]
        fellows[np.ix_(present, present)] = True
    np.fill_diagonal(fellows, False)
    return fellows


def _depositions(raw: Mapping[str, list[Row]]) -> list[tuple[int, str, bool]]:
    """Return (day, person, had been summoned) of every dated deposition, in the order of days."""
    return sorted({(_day(row["time"]), row["source"], row["summoned"] == "1") for row in raw["edges"] if row["time"]})


def _summoned(raw: Mapping[str, list[Row]], number: Mapping[str, int]) -> Ints:
    """Return flag rises: at the public summons where there was one, else the day before a deposition on a summons."""
    public = {(_day(row["time"]), row["id"]) for row in raw["keyevents"] if row["type"] == "summons"}
    known = {person for _, person in public}
    dated = {(day - 1, person) for day, person, was in _depositions(raw) if was and person not in known}
    return _flag(public | dated, number)


def _redeposed(raw: Mapping[str, list[Row]], number: Mapping[str, int]) -> Ints:
    """Return flag rises: the day before every deposition after the first."""
    first: set[str] = set()
    later = set()
    for day, person, _ in _depositions(raw):
        if person in first:
            later.add((day - 1, person))
        first.add(person)
    return _flag(later, number)


def _tortured(raw: Mapping[str, list[Row]], number: Mapping[str, int]) -> Ints:
    """Return flag rises: the day before the torture."""
    return _flag({(_day(row["time"]) - 1, row["id"]) for row in raw["keyevents"] if row["type"] == "torture"}, number)


def _flag(rises: set[tuple[int, str]], number: Mapping[str, int]) -> Ints:
    """Return (day, actor) of flag rises in the order of days."""
    return np.array(sorted((day, number[person]) for day, person in rises if person in number), np.int64).reshape(-1, 2)


def _flag_acts(flags: list[tuple[int, int, str, float]]) -> Any:
    """Return the table of acts for flags (day, actor, kind, pressure)."""
    from greatfear.record.columns import table_from_columns

    days, people, kinds, pressures = (list(column) for column in zip(*flags, strict=True))
    columns = {
        "time": [float(day) for day in days],
        "precision": "day",
        "person": people,
        "kind": kinds,
        "cause": "unknown",
        "outcome": "none",
        "pressure": pressures,
    }
    return table_from_columns("acts", columns, len(flags))
