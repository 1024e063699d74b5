"""The mechanism families, in the order in which they act: the one list of them."""

from __future__ import annotations

from collections.abc import Iterator

from greatfear.scenario.accidents import ACCIDENTS
from greatfear.scenario.checks_persons import PERSON_CHECKS
from greatfear.scenario.checks_sham import ORGANISATION_CHECKS, SHAM_CHECKS
from greatfear.scenario.custody import CUSTODY
from greatfear.scenario.documents import DOCUMENTS
from greatfear.scenario.explaining_persons import persons_in_words
from greatfear.scenario.explaining_sham import plots_in_words, shams_in_words
from greatfear.scenario.fear import FEAR
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report
from greatfear.scenario.tribunals import TRIBUNALS
from greatfear.scenario.votes import VOTES


def _readers_rows(told: Report) -> Iterator[MechanismRow]:
    for sham in told.get("shams", []):
        for reader in sham.get("readers", []):
            name = reader["name"]
            yield MechanismRow("services", f"{name}: papers received", reader["papers"], "papers")
            yield MechanismRow("services", f"{name}: persons believed in", reader["persons_believed"], "persons", True)
            words = f"{name}: papers behind that belief, each taken for independent"
            yield MechanismRow("services", words, reader["papers_behind_belief"], "papers")
            words = f"{name}: reports behind those papers"
            yield MechanismRow("services", words, reader["origins_behind_belief"], "reports", True)


def _named_rows(told: Report) -> Iterator[MechanismRow]:
    persons = told["persons"]
    dated = [one for one in persons if one["is_dated"] and one["arrested"]]
    if dated:
        named = sum(one["in_custody_statements"] > 0 for one in dated)
        yield MechanismRow(
            "persons", f"arrested on a given day ({len(dated)}): named by somebody in custody", named, "persons"
        )
    free = [one for one in persons if not one["is_dated"] and one["record"]["arrested"]]
    if free:
        words = f"whose arrest the record tells and the scenario leaves open ({len(free)}): arrested in the run"
        yield MechanismRow("persons", words, sum(one["arrested"] is not None for one in free), "persons")


MECHANISMS = (
    ACCIDENTS,
    FEAR,
    VOTES,
    DOCUMENTS,
    TRIBUNALS,
    Mechanism(
        "shams", checks=SHAM_CHECKS, words=shams_in_words, rows=_readers_rows, title=("services", "foreign services")
    ),
    Mechanism("organisations", checks=ORGANISATION_CHECKS, words=plots_in_words),
    CUSTODY,
    Mechanism(
        "named", checks=PERSON_CHECKS, words=persons_in_words, rows=_named_rows, title=("persons", "persons with names")
    ),
)
"""A family that is not listed here takes no part in a run, is not checked, and stands in no explanation or report."""
