"""The stage between a run and its archive: copies, code names, spellings, dates, losses; Truth keeps every link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.describe.columns import numbers as column
from greatfear.record.schema import CHANNELS, OUTCOMES, PRECISIONS
from greatfear.scenario.model import Scenario
from greatfear.scenario.papers import Papers
from greatfear.simulation.papers.assemble import Kept, Parts, assembled
from greatfear.simulation.papers.entries import (
    aliases_in,
    entries_of,
    own_persons,
    speakers_as_written,
    subjects_as_written,
)
from greatfear.simulation.papers.numbers import Ints, Numbers
from greatfear.simulation.papers.sheets import Sheets, act_addresses, all_sheets, codes_in, is_covered, own_sheets
from greatfear.simulation.papers.spelling import is_named
from greatfear.simulation.papers.survival import Filed, lost_by, shelf_order, written_dates

Tables = Mapping[str, pa.Table]


def through_papers(tables: Tables, truth: Tables, scenario: Scenario, run: tuple[int, int]) -> tuple[Tables, Tables]:
    """Return the tables of archive and truth after papers; the same objects where the rules say that nothing happens.

    Parameters
    ----------
    tables, truth : mapping of str to pyarrow.Table
        As the run made them.
    scenario : Scenario
        Its section ``papers`` holds the rules.
    run : tuple of int
        Seed and replicate.
    """
    rules = scenario.papers
    if rules.is_off:
        return tables, truth
    numbers = Numbers(*run, rules.draw)
    epoch, address = scenario.time.start, column(truth["members"], "address").astype(np.int64)
    offices = [str(name) for name in tables["offices"].column("region").to_pylist()]
    places = _Places(epoch, offices, numbers, rules, tuple(one.id for one in scenario.outcomes))
    sheets, speakers, subjects = _said(tables["statements"], truth, address, places)
    kept_sheets = places.kept_statements(sheets, tables["statements"])
    kept_acts = places.kept_acts(tables["acts"], address)
    order = kept_sheets.order
    aliases = aliases_in(np.concatenate([speakers[order], subjects[order]]), address, numbers, rules)
    under_own = own_persons(np.concatenate([speakers[order], subjects[order]]), aliases)
    stands = _stands(tables, len(address), kept_acts, under_own)
    disguised = rules.names.split.value > 0 or rules.agents.covered.value > 0
    entries = entries_of(aliases, stands, address, numbers if disguised else None)
    parts = Parts(sheets, speakers, subjects, kept_sheets, kept_acts, aliases, entries, address, disguised)
    return assembled(parts, tables, truth, numbers, rules)


@dataclass(frozen=True, slots=True)
class _Places:
    """What the fate of a sheet depends on besides the sheet."""

    epoch: dt.date
    offices: list[str]
    numbers: Numbers
    rules: Papers
    own: tuple[str, ...]
    """Outcomes of the scenario's own."""

    def kept_statements(self, sheets: Sheets, statements: pa.Table) -> Kept:
        """Return which statements survive, in what order, with what dates."""
        share = _shares(self.rules.losses.statements, CHANNELS)[sheets.channel]
        filed = Filed(sheets.sheet, sheets.time, sheets.office, share)
        return self._kept(
            filed, codes_in(statements, "precision", PRECISIONS)[sheets.root], len(sheets) > len(statements)
        )

    def kept_acts(self, acts: pa.Table, address: Ints) -> Kept:
        """Return which acts survive, in what order, with what dates."""
        rule, own = self.rules.losses.acts, self.own
        share = np.array(
            [*_shares(rule, OUTCOMES)[:-1], *(rule.own[one].value if one in rule.own else 1.0 for one in own), 1.0]
        )
        share = share[codes_in(acts, "outcome", (*OUTCOMES, *own))]
        office = column(acts, "office").astype(np.int64)
        filed = Filed(act_addresses(acts, address), column(acts, "time"), office, share)
        return self._kept(filed, codes_in(acts, "precision", PRECISIONS), False)

    def _kept(self, filed: Filed, precision: Ints, is_longer: bool) -> Kept:
        lost = lost_by(filed, self.numbers, self.rules.losses.fires, self.offices, self.epoch)
        dates = self.rules.dates
        time, left = written_dates(filed.sheet, (filed.time, precision), self.numbers, dates, self.epoch)
        order = np.flatnonzero(lost < 0)
        if is_longer or dates.day.value > 0:
            order = order[shelf_order(filed.sheet.take(order), time[order], left[order], self.numbers)]
        return Kept(lost, order, time, left)


def _said(statements: pa.Table, truth: Tables, address: Ints, places: _Places) -> tuple[Sheets, Ints, Ints]:
    """Return all statements as sheets, and the keys under which speakers and subjects stand."""
    rules, numbers = places.rules, places.numbers
    covered, two_sided = is_covered(numbers, address, rules.agents)
    own = own_sheets(statements, address)
    is_report = (own.channel == CHANNELS.index("report")) & (own.speaker >= 0)
    reports, both = is_report & covered[own.speaker], is_report & two_sided[own.speaker]
    sheets = all_sheets(own, numbers, both, (rules.agents, rules.copies, len(places.offices)))
    run = (numbers, address, rules.agents.changes.value)
    speakers = speakers_as_written(sheets, reports, own.time, run)
    named = is_named(numbers, address, rules.names)
    subject = column(statements, "subject").astype(np.int64)
    return sheets, speakers, subjects_as_written(sheets, subject, named, numbers, rules)


def _stands(tables: Tables, n_persons: int, kept_acts: Kept, under_own: Ints) -> Any:
    """Return who has an entry under the own name: who is mentioned so, and who was never mentioned at all."""
    stands, before = np.zeros(n_persons, np.bool_), np.zeros(n_persons, np.bool_)
    stands[under_own] = True
    person, statements, ties = column(tables["acts"], "person"), tables["statements"], tables["ties"]
    stands[person[kept_acts.order]] = True
    before[person] = True
    for table, names in ((statements, ("speaker", "subject")), (ties, ("a", "b"))):
        for name in names:
            mentioned = column(table, name)
            before[mentioned[mentioned >= 0]] = True
    for name in ("a", "b"):
        stands[column(ties, name)] = True
    if "aliases" in tables:
        stands[column(tables["aliases"], "person")] = True
    return stands | ~before


def _shares(part: Any, names: tuple[str, ...]) -> Any:
    """Return the probabilities of a part by name; one more, 1, for what has no name."""
    return np.array([*(getattr(part, name).value for name in names), 1.0])
