"""The archive of a run beside the truth. This opens the truth; nothing that estimates may import it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from greatfear.archive import read
from greatfear.errors import GreatFearError, UnknownNameError, nearest
from greatfear.record.query import Session
from greatfear.record.schema import PRECISIONS
from greatfear.simulation.papers.account_text import as_text, person_text
from greatfear.simulation.papers.numbers import Numbers
from greatfear.simulation.papers.spelling import true_names
from greatfear.simulation.run import Run
from greatfear.simulation.truth import read_truth

_MADE = "select made, copy_of from written_statements union all select made, copy_of from lost_statements"
_ROOTS = f"""with recursive made as ({_MADE}), climb as (
    select made, copy_of as origin from made where copy_of >= 0
    union all select c.made, m.copy_of from climb c join made m on m.made = c.origin where m.copy_of >= 0),
    roots as (select made, min(origin) as root from climb group by made),
    said as (select s.statement, w.made, coalesce(r.root, w.made) as root
             from written_statements w join statements s using (statement) left join roots r on r.made = w.made)"""
"""Every statement of the archive with the one it goes back to; a paper bears a higher number than what it was taken from."""


@dataclass(frozen=True)
class Account:
    """An archive beside the truth, in numbers and a few examples.

    Parameters
    ----------
    title : str
    counts : dict of str to int
    lost : tuple of dict
        Rows lost: table, what they were, what they were lost by, number.
    dates : tuple of dict
        Rows of the archive by table and precision.
    persons : tuple of dict
        Some persons with every form in which they stand in the archive.
    copies : tuple of dict
        Some sets of statements that look independent and go back to one.
    """

    title: str
    counts: dict[str, int]
    lost: tuple[dict[str, Any], ...]
    dates: tuple[dict[str, Any], ...]
    persons: tuple[dict[str, Any], ...]
    copies: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        """Return the account as plain text."""
        return as_text(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain dictionaries and lists."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


@dataclass(frozen=True)
class PersonAccount:
    """One entry of the archive, who stands behind it, and what was said of that person.

    Parameters
    ----------
    asked : str
        Id of the entry.
    so : dict
        True name, organisation (-1: none), whether an informer, number in the population.
    written : tuple of dict
        All entries and aliases of the person.
    statements : tuple of dict
        Statements against the person: as written, as it was, lost or not, copied from which.
    """

    asked: str
    so: dict[str, Any]
    written: tuple[dict[str, Any], ...]
    statements: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        """Return the account as plain text."""
        return person_text(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain dictionaries and lists."""
        written, statements = list(self.written), list(self.statements)
        return {"asked": self.asked, "so": self.so, "written": written, "statements": statements}


def account(run: Run | str | os.PathLike[str], *, limit: int = 8) -> Account:
    """Return the archive of a run beside the truth.

    Parameters
    ----------
    run : Run or path
        A run that went through papers, or its folder with the truth.
    limit : int
        How many persons and sets of copies to show.

    Raises
    ------
    greatfear.errors.GreatFearError
        The run went through no papers.
    greatfear.errors.IncompleteRunError
        There is no truth.
    """
    session, title, numbers = _session(run)
    return Account(
        title,
        {name: int(session.run(query).column(0)[0].as_py()) for name, query in _COUNTS.items()},
        tuple(_rows(session, _LOST)),
        tuple(sorted(_rows(session, _DATES), key=lambda row: (row["table"], PRECISIONS.index(row["precision"])))),
        tuple(_named(session, _rows(session, _PERSONS, limit), numbers)),
        tuple(_named(session, _rows(session, f"{_ROOTS} {_COPIES}", limit), numbers)),
    )


def account_of_person(run: Run | str | os.PathLike[str], person: str, *, limit: int = 50) -> PersonAccount:
    """Return who stands behind an entry of the archive, and what was said of that person.

    Parameters
    ----------
    run : Run or path
        As in `account`.
    person : str
        Id of the entry.
    limit : int
        How many statements to list.

    Raises
    ------
    greatfear.errors.UnknownNameError
        No entry has this id; the message names the nearest.
    """
    session, _, numbers = _session(run)
    found = session.run(f"select made from persons join entries using (person) where id = {_quoted(person)}")
    if not found.num_rows:
        some = session.run(f"select id from persons where starts_with(id, {_quoted(person[:2])}) order by id limit 500")
        ids = some.column(0).to_pylist()
        raise UnknownNameError("person", person, nearest(person, ids) or ids[:3])
    made = int(found.column(0)[0].as_py())
    (so,) = _named(
        session, _rows(session, f"select address, member, informer from people where made = {made}"), numbers
    )
    written, against = _rows(session, _WRITTEN.format(made=made)), _rows(session, _AGAINST.format(made=made), limit)
    return PersonAccount(person, so, tuple(written), tuple(against))


def fates_by_day(run: Run | str | os.PathLike[str]) -> tuple[dict[str, Any], ...]:
    """Return how many rows of each day were kept and lost.

    A row has day, table, what was written, what it was lost by (empty: it was kept), and a number.

    Parameters
    ----------
    run : Run or path
        As in `account`.

    Raises
    ------
    greatfear.errors.GreatFearError
        The run went through no papers.
    """
    session, _, _ = _session(run)
    return tuple(_rows(session, _BY_DAY))


def _session(run: Run | str | os.PathLike[str]) -> tuple[Session, str, Numbers]:
    """Return a session over archive and truth, the title, and the random numbers from which names follow."""
    if isinstance(run, Run):
        archive, truth = run.archive, run.truth
    else:
        archive, truth = read(run), read_truth(run)
    if "written_statements" not in truth:
        raise GreatFearError(
            "papers: this run went through no papers: its archive holds all that was written, so there is nothing to compare. "
            "Give its scenario a section `papers` and run it again, or send the run through papers with greatfear.papers"
        )
    recorded = archive.manifest.provenance
    numbers = Numbers(int(recorded["seed"]), int(recorded["replicate"]))
    return Session({**archive.places, **truth}, archive.epoch), archive.manifest.title, numbers


def _rows(session: Session, query: str, limit: int | None = None) -> list[dict[str, Any]]:
    found = session.run(query if limit is None else f"{query} limit {limit}")
    return list(found.to_pylist())


def _named(session: Session, rows: list[dict[str, Any]], numbers: Numbers) -> list[dict[str, Any]]:
    """Return the rows, each with the true name of the person at its address in front; persons with names have their own."""
    names = true_names(numbers, np.array([row["address"] for row in rows], np.int64)).to_pylist()
    given: dict[int, str] = {}
    roles = _roles(session)
    if session.run("select 1 from information_schema.tables where table_name = 'named_persons'").num_rows:
        given = {row["address"]: row["name"] for row in _rows(session, "select address, name from named_persons")}
    return [
        {
            "name": given.get(row["address"], name),
            "who": roles.get(row["address"], _INFORMER * bool(row.get("informer"))),
            **row,
        }
        for name, row in zip(names, rows, strict=True)
    ]


_INFORMER = "an informer"


def _roles(session: Session) -> dict[int, str]:
    """Return in words, by address, what persons are in the file of a sham; empty without one."""
    if not session.run("select 1 from information_schema.tables where table_name = 'sham_persons'").num_rows:
        return {}
    rows = _rows(session, "select address, role from sham_persons")
    return {row["address"]: _ROLES[row["role"]] for row in rows}


_ROLES = {
    "agent": "an agent of the sham",
    "member": "a real member who was drawn in",
    "provoked": "provoked into joining",
    "invented": "invented, never lived",
    "abroad": "lives abroad",
}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_COUNTS = {
    "statements made": "select (select count(*) from written_statements where copy_of < 0) + "
    "(select count(*) from lost_statements where copy_of < 0)",
    "statements in the archive": "select count(*) from statements",
    "statements lost": "select count(*) from lost_statements",
    "copies in the archive": "select count(*) from written_statements where copied = 'copy'",
    "papers of the other side in the archive": "select count(*) from written_statements where copied = 'other side'",
    "copies that say so": "select count(*) from statements where starts_with(place, 'copy') or place like 'vol. %; copy%'",
    "statements that repeat another of the archive": f"{_ROOTS} select count(*) - count(distinct root) from said",
    "acts made": "select (select count(*) from written_acts) + (select count(*) from lost_acts)",
    "acts in the archive": "select count(*) from acts",
    "acts lost": "select count(*) from lost_acts",
    "acts whose statement was lost": "select count(*) from written_acts w join acts a using (act) "
    "where w.statement >= 0 and a.statement < 0",
    "persons of the run": "select count(*) from people",
    "entries in the archive": "select count(*) from persons",
    "persons behind them": "select count(distinct made) from entries",
    "entries under a further spelling": "select count(*) from entries where kind = 'spelling'",
    "entries under a code name": "select count(*) from entries where kind = 'code name'",
    "agents of two sides among them": "select count(distinct made) from entries where side = 1",
    "aliases joined by the archive": "select count(*) from aliases",
}
_LOST = """select 'statements' as "table", channel as what, lost_by, count(*) as n from lost_statements group by all
    union all select 'acts', kind, lost_by, count(*) from lost_acts group by all order by 1 desc, 2, 3"""
_BY_DAY = """select * from (
    select floor(w.time)::int as day, 'statements' as "table", s.channel as what, '' as lost_by, count(*) as n
    from written_statements w join statements s using (statement) where isfinite(w.time) group by all
    union all select floor(time)::int, 'statements', channel, lost_by, count(*)
    from lost_statements where isfinite(time) group by all
    union all select floor(w.time)::int, 'acts', a.kind, '', count(*)
    from written_acts w join acts a using (act) where isfinite(w.time) group by all
    union all select floor(time)::int, 'acts', kind, lost_by, count(*) from lost_acts where isfinite(time) group by all)
    order by 1, 2 desc, 3, 4"""
_DATES = """select 'statements' as "table", precision, count(*) as n from statements group by all
    union all select 'acts', precision, count(*) from acts group by all"""
_FORMS = """select made, count(*) as forms, list(id || ' ' || coalesce(p.name, '(no name)') || case e.kind when 'own' then ''
    else ' [' || e.kind || ']' end order by id) as entries from entries e join persons p using (person) group by made"""
_PERSONS = f"""with forms as ({_FORMS}), known as (select e.made, list(a.alias order by a.alias) as aliases
    from aliases a join entries e using (person) where e.kind = 'own' group by e.made)
    select address, informer, member, entries, coalesce(aliases, []) as aliases
    from forms join people using (made) left join known using (made)
    order by forms + len(coalesce(aliases, [])) desc, made"""
_COPIES = """select any_value(o.address) as address, count(*) as n,
    list(strftime(s.date, '%Y-%m-%d') || ' ' || s.channel || ' by '
    || coalesce(sp.id, 'nobody named') order by said.statement) as statements,
    bool_or(said.made = root) as original_survives
    from said join statements s using (statement) left join persons sp on sp.person = s.speaker
    join entries e on e.person = s.subject join people o on o.made = e.made
    group by root having count(*) > 1 order by n desc, root"""
_WRITTEN = """select id, p.name, e.kind, e.side, e.number from entries e join persons p using (person) where e.made = {made}
    union all select p.id, a.alias, a.kind || ', joined by the archive', -1, -1
    from aliases a join entries e using (person) join persons p using (person) where e.made = {made} and e.kind = 'own'
    order by 1, 3"""
_AGAINST = """select w.made, w.time as true_day, strftime(s.date, '%Y-%m-%d') as written, s.precision, s.channel, p.id as entry,
    w.copy_of, null as lost_by from written_statements w join statements s using (statement)
    join entries e on e.person = s.subject join persons p on p.person = s.subject where e.made = {made}
    union all select made, time, null, null, channel, null, copy_of, lost_by from lost_statements where subject = {made}
    order by 1"""
