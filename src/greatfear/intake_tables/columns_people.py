"""Persons, offices, sittings and keys of long tables: who is meant by each different text, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import Fault
from greatfear.intake_tables.columns import Bools, Columns, Ints, Valued, at_codes, taken
from greatfear.intake_tables.mapping import ColumnMap
from greatfear.intake_tables.marks import NO_NAME_SIGNS, NO_NAMES, TOTAL_HEAD, no_name
from greatfear.intake_tables.values import CellError, shown

_LOOKED_AT = 1 << 19
NOBODY, UNKNOWN, LEFT_OUT = -1, -2, -3
"""Nobody is named; a person who stands in no table (yet); one whom the map leaves out."""


@dataclass(slots=True)
class Account:
    """What became of the records of one table.

    Parameters
    ----------
    table : Columns
    used : ndarray of bool
        Records that made something.
    made : dict of str to int
        Rows made, by table of the archive.
    reasons : dict of int to list of str
        Why a record, or a part of it, made nothing.
    faults : dict of int to list of (Fault, str)
        Faults of a record, each with the place on which it depends.
    """

    table: Columns
    used: Bools
    made: dict[str, int] = field(default_factory=dict)
    reasons: dict[int, list[str]] = field(default_factory=dict)
    faults: dict[int, list[tuple[Fault, str]]] = field(default_factory=dict)

    def add(self, records: Ints, **made: int) -> None:
        """Count rows that were made of some records."""
        self.used[records] = True
        for name, count in made.items():
            if count:
                self.made[name] = self.made.get(name, 0) + count

    def reason(self, record: int, told: str) -> None:
        """Note why a record made less than it could."""
        self.reasons.setdefault(record, []).append(told)

    def fault(self, record: int, error: CellError) -> None:
        """Note a fault of a record."""
        fault = Fault(f"{self.table.label(record)}: {error.column}", error.got, error.allowed, error.fix)
        self.faults.setdefault(record, []).append((fault, error.cause))


@dataclass(slots=True)
class Live:
    """The records to which a rule applies, less those in which a fault was found; the first fault of a record counts."""

    account: Account
    rows: Bools

    def check(self, codes: Ints, is_fault: Bools, error: Callable[[int], CellError]) -> None:
        """Take out the records in which a value is a fault."""
        if not is_fault.any():
            return
        for row in np.flatnonzero(self.rows & is_fault[codes]).tolist():
            self.account.fault(row, error(int(codes[row])))
        self.rows &= ~is_fault[codes]

    def take(self, valued: Valued | None, needed: str = "", allowed: str = "a text") -> Valued | None:
        """Take out the records in which a field is a fault, or is not known though it is needed."""
        if valued is None:
            return None
        self.check(valued.codes, valued.faults, lambda code: valued.values[code])
        if needed:
            nothing = valued.texts().is_null().to_numpy(zero_copy_only=False) & ~valued.faults
            self.check(valued.codes, nothing, lambda code: CellError(needed, "nothing", allowed))
        return valued


@dataclass(slots=True)
class Names:
    """Names in cells: the record of each, a code, the different names, and whether a cell may hold several.

    `numbers` holds the person of each different name once it is known.
    """

    column: str
    rows: Ints
    codes: Ints
    texts: pa.StringArray
    is_split: bool
    numbers: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def of(cls, column: str, valued: Valued, rows: Ints) -> Names:
        """Return the names of a field that holds one name in each cell."""
        return cls(column, rows, valued.codes, valued.texts(), False)

    @classmethod
    def of_lists(cls, column: str, valued: Valued) -> Names:
        """Return the names of a field whose values are lists of names."""
        lists: list[list[str]] = [value if isinstance(value, list) else [] for value in valued.values]
        texts = list(dict.fromkeys(name for names in lists for name in names))
        place = {name: i for i, name in enumerate(texts)}
        flat = np.array([place[name] for names in lists for name in names], np.int64)
        length = np.array([len(names) for names in lists], np.int64)
        start = np.concatenate([[0], np.cumsum(length)])[:-1]
        n = length[valued.codes]
        rows = np.repeat(np.arange(len(n)), n)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(n) - n, n)
        return cls(column, rows, flat[start[valued.codes][rows] + within], pa.array(texts, pa.string()), True)

    def people(self) -> Ints:
        """Return the person of each name."""
        found: Ints = at_codes(self.numbers, self.codes)
        return found

    def kept(self, n_rows: int) -> Bools:
        """Return which records name somebody whom the map does not leave out."""
        is_kept: Bools = at_codes(self.numbers != LEFT_OUT, self.codes)
        if not self.is_split:
            return is_kept
        found = np.zeros(n_rows, bool)
        found[self.rows[is_kept]] = True
        return found


class Store:
    """What the rules made so far refer to.

    Parameters
    ----------
    column_map : ColumnMap
    """

    def __init__(self, column_map: ColumnMap) -> None:
        self.map = column_map
        self.ids: pa.StringArray = pa.array([], pa.string())
        self.added: list[str] = []
        self.aliases: dict[str, set[int]] = {}
        self.spoilt: dict[str, str] = {}
        self.resolved: dict[str, int] = {}
        self.offices = {office.id: i for i, office in enumerate(column_map.offices)}
        self.sources = {source.id: i for i, source in enumerate(column_map.sources)}
        self._sittings: dict[tuple[Any, ...], int] = {}
        self._first_sittings: list[tuple[list[pa.StringArray], Ints]] = []
        self.remarks: dict[str, int] = {}

    def enter(self, ids: pa.StringArray) -> Ints:
        """Give new persons their numbers."""
        first = len(self.ids)
        self.ids = pa.concat_arrays([self.ids, ids])
        return np.arange(first, len(self.ids))

    def look_up(self, names: Names) -> dict[int, CellError]:
        """Find the person of each different name; return the faults by code of the name."""
        found = (
            pc.index_in(names.texts, value_set=self.ids)
            .fill_null(UNKNOWN)
            .to_numpy(zero_copy_only=False)
            .astype(np.int32)
        )
        found[names.texts.is_null().to_numpy(zero_copy_only=False)] = NOBODY
        faults: dict[int, CellError] = {}
        if self.aliases:
            self._by_alias(names, found, faults)
        unknown = np.flatnonzero(found == UNKNOWN)
        if len(unknown) and self.map.unknown_persons == "add":
            self._no_names(names, unknown, faults)
            self._spoilt(names, unknown, faults)
        elif len(unknown) and self.map.unknown_persons == "leave out":
            found[unknown] = LEFT_OUT
            self._spoilt(names, unknown, faults)
        else:
            for code in unknown.tolist():
                faults.setdefault(code, self._no_person(names, code))
        names.numbers = found
        return faults

    def _no_person(self, names: Names, code: int) -> CellError:
        key = names.texts[code].as_py()
        if key in self.spoilt:
            allowed = "the id of a person whose own row can be used"
            return CellError(names.column, shown(key), allowed, cause=self.spoilt[key])
        return CellError(names.column, shown(key), "the id or a further name of a person or group of the tables")

    def _spoilt(self, names: Names, unknown: Ints, faults: dict[int, CellError]) -> None:
        """Note names whose own row has a fault."""
        if self.spoilt:
            hit = pc.is_in(names.texts.take(pa.array(unknown)), value_set=pa.array(list(self.spoilt), pa.string()))
            for code in unknown[hit.to_numpy(zero_copy_only=False)].tolist():
                faults[code] = self._no_person(names, code)

    def _no_names(self, names: Names, unknown: Ints, faults: dict[int, CellError]) -> None:
        """Note texts that are no names of persons."""
        for at, told in no_names_in(names.texts.take(pa.array(unknown))).items():
            faults[int(unknown[at])] = CellError(names.column, told[0], "the name or id of a person", fix=told[1])

    def _by_alias(self, names: Names, found: Ints, faults: dict[int, CellError]) -> None:
        """Resolve further names; one of several persons is a fault."""
        hit = pc.is_in(names.texts, value_set=pa.array(list(self.aliases), pa.string())).to_numpy(zero_copy_only=False)
        for code in np.flatnonzero(hit).tolist():
            key, known = names.texts[code].as_py(), int(found[code])
            others = self.aliases[key] - {known}
            if others and (known >= 0 or len(others) > 1):
                ids = sorted(self.ids[number].as_py() for number in others | ({known} if known >= 0 else set()))
                allowed = f"a name of one person only; this is a name of {', '.join(ids)}"
                faults[code] = CellError(names.column, shown(key), allowed, fix="write the id")
            elif others:
                found[code] = next(iter(others))

    def count_resolved(self, several: Sequence[Names], records: Ints) -> None:
        """Count the cells of some records that held a further name of a person."""
        if not self.aliases:
            return
        for names in several:
            kept = np.zeros(int(max(names.rows.max(initial=-1), records.max(initial=-1))) + 1, bool)
            kept[records] = True
            self._count(names, kept)

    def _count(self, names: Names, kept: Bools) -> None:
        """Count the cells of kept records that held a further name of a person."""
        counts = np.bincount(names.codes[kept[names.rows]], minlength=len(names.texts))
        known = pc.is_in(names.texts, value_set=self.ids).to_numpy(zero_copy_only=False)
        for code in np.flatnonzero((counts > 0) & ~known & (names.numbers >= 0)).tolist():
            key = names.texts[code].as_py()
            if key in self.aliases:
                self.resolved[key] = self.resolved.get(key, 0) + int(counts[code])

    def add_unknown(self, several: Sequence[Names], kept: Bools) -> None:
        """Enter persons who stand in no table, in the order in which kept records name them."""
        firsts: list[Ints] = []
        texts: list[pa.StringArray] = []
        for place, names in enumerate(several):
            new = np.flatnonzero(names.numbers == UNKNOWN)
            if not len(new):
                continue
            first = _firsts(names, kept)
            first = np.where(first < 0, -1, (names.rows[first] * len(several) + place << 20) + _within(names, first))
            new = new[first[new] >= 0]
            firsts.append(first[new])
            texts.append(names.texts.take(pa.array(new)))
        if not firsts:
            return
        order = np.argsort(np.concatenate(firsts), kind="stable")
        fresh = pa.concat_arrays(texts).take(pa.array(order)).unique()
        self.enter(fresh)
        self.added += fresh.to_pylist()
        for names in several:
            new = np.flatnonzero(names.numbers == UNKNOWN)
            if len(new):
                found = pc.index_in(names.texts.take(pa.array(new)), value_set=self.ids).fill_null(UNKNOWN)
                names.numbers[new] = found.to_numpy(zero_copy_only=False)

    def office_numbers(self, valued: Valued, rows: Ints) -> Ints:
        """Return the office of some records; new ones are added in their order."""
        texts = valued.texts().to_pylist()
        used = _in_order(valued.codes[rows], len(texts))
        for code in used.tolist():
            if texts[code] is not None:
                self.offices.setdefault(texts[code], len(self.offices))
        by_code = np.array([-1 if text is None else self.offices.get(text, -1) for text in texts], np.int32)
        found: Ints = by_code[valued.codes[rows]]
        return found

    @property
    def sittings(self) -> dict[tuple[Any, ...], int]:
        """Return the number of each sitting by its key."""
        for sets, numbers in self._first_sittings:
            keys = zip(*(texts.to_pylist() for texts in sets), strict=True)
            self._sittings |= dict(zip(keys, numbers.tolist(), strict=True))
        self._first_sittings.clear()
        return self._sittings

    def sitting_numbers(self, codes: Ints, sets: Sequence[pa.StringArray], rows: Ints, missing: frozenset[str]) -> Ints:
        """Return the sitting of each row that was made; -1 where one of its columns is not known.

        Parameters
        ----------
        codes : ndarray of int
            By record.
        sets : sequence of pyarrow.StringArray
            By code, the text of each column.
        rows : ndarray of int
            Records of which rows were made.
        missing : frozenset of str
        """
        number = np.full(len(sets[0]), -1, np.int32)
        mine = taken(codes, rows)
        used = _in_order(mine, len(number))
        unknown = np.zeros(len(number), bool)
        for texts in sets:
            unknown |= pc.is_in(texts, value_set=pa.array(sorted(missing), pa.string())).to_numpy(zero_copy_only=False)
        used = used[~unknown[used]]
        if not self._sittings and not self._first_sittings:  # the first ones are numbered without looking at their keys
            number[used] = np.arange(len(used))
            at = pa.array(used)
            self._first_sittings.append(([texts.take(at) for texts in sets], number[used]))
        else:
            known, at = self.sittings, pa.array(used)
            keys = zip(*(texts.take(at).to_pylist() for texts in sets), strict=True)
            number[used] = [known.setdefault(key, len(known)) for key in keys]
        found: Ints = number[mine]
        return found


def _firsts(names: Names, kept: Bools) -> npt.NDArray[np.int64]:
    """Return where each different name comes first among the kept records; -1 where it does not."""
    first = np.full(len(names.texts), -1, np.int64)
    n_open = len(first)
    for start in range(0, len(names.codes), _LOOKED_AT):
        at = np.flatnonzero(kept[names.rows[start : start + _LOOKED_AT]]) + start
        at = at[first[names.codes[at]] < 0][::-1]
        first[names.codes[at]] = at
        if len(at):
            n_open = int((first < 0).sum())
        if not n_open:
            break
    return first


def _within(names: Names, at: npt.NDArray[np.int64]) -> Any:
    """Return the place of names within their cells."""
    return at - np.searchsorted(names.rows, names.rows[at]) if names.is_split else 0


def no_names_in(texts: pa.StringArray) -> dict[int, tuple[str, str]]:
    """Return the places of texts that are no names of persons, each with why and what to do."""
    maybe = pc.or_(
        pc.is_in(pc.utf8_lower(texts), value_set=NO_NAMES),
        pc.match_substring_regex(texts, f"{TOTAL_HEAD}|{NO_NAME_SIGNS}"),
    )
    places = np.flatnonzero(maybe.fill_null(False).to_numpy(zero_copy_only=False)).tolist()
    found = {at: no_name(texts[at].as_py()) for at in places}
    return {at: told for at, told in found.items() if told is not None}


def _in_order(codes: Ints, n: int) -> npt.NDArray[np.int64]:
    """Return the codes that stand in rows, in the order in which they come first."""
    first = np.full(n, -1, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    used = np.flatnonzero(first >= 0)
    return used[np.argsort(first[used], kind="stable")]
