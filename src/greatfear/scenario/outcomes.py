"""Outcomes of the case's own: what its boards may decide, what each is called, and what it does to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from greatfear.scenario.found import Found, Path
from greatfear.scenario.population import Id
from greatfear.scenario.quantity import Part, Quantity, Unit, assumed
from greatfear.scenario.references import refer
from greatfear.scenario.words import WORD, is_word
from greatfear.scenario.written import Written

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

STANDARD_OUTCOMES = ("death", "camp", "exile", "other", "released", "confessed", "denied", "none")
"""Outcomes of the record, which an outcome of the case's own may not be called; held equal to its schema by a test."""
MOST_OUTCOMES = 30
BY_OUTCOME = ("Outcomes", "KeptActs")
"""Parts whose keys are outcomes: those of the record, and in `own` those that the scenario lists."""


class Outcome(Part):
    """An outcome of the case's own, which boards give shares of beside or in place of the standard four.

    A person has at most one case. Who ``stays`` is at the place as before, and no office takes the case up again; who is
    ``away`` comes back after `days`; who is ``gone``, or ``dies``, does not. Persons who are held, away or gone bring no
    complaint or report, sit on no board and vote in no meeting. A death is counted as one.
    """

    id: Id
    name: str = Field("", description="the word for it, and perhaps a plural behind a slash; the id if absent")
    effect: Literal["stays", "away", "gone", "dies"] = Field(
        "gone", description="stays: nothing changes; away: for `days`; gone: for good; dies: a death"
    )
    days: Annotated[Quantity, Unit("days", 0, 1e5)] = assumed(0, "only who is away comes back after some days")


def effect_in_full(node: Written) -> Written:
    """Return an outcome of the case's own in full: a bare text is its effect, a bare number its days away."""
    if isinstance(node.value, str):
        return Written({"effect": node}, node.line)
    if node.is_number or (isinstance(node.value, dict) and "value" in node.value):
        return Written({"effect": Written("away", node.line), "days": node}, node.line)
    return node


def case_words(words: Written | None) -> dict[str, str]:
    """Return the codes of outcomes by the words of the case, in small letters and without plurals."""
    outcomes = words.get("outcomes") if words is not None else None
    if outcomes is None or not isinstance(outcomes.value, dict):
        return {}
    return {
        word.value.partition("/")[0].strip().casefold(): code
        for code, word in outcomes.value.items()
        if isinstance(word.value, str)
    }


def outcome_keys(given: Written | None) -> dict[str, str]:
    """Return the ids of a file's own outcomes, by id and by word, in small letters and without plurals."""
    found: dict[str, str] = {}
    for key, part in _written(given):
        name = part.get("name") if isinstance(part.value, dict) else None
        word = name.value if name is not None and isinstance(name.value, str) else key.replace("-", " ")
        found |= {key.casefold(): key, word.partition("/")[0].strip().casefold(): key}
    return found


def _written(given: Written | None) -> Iterator[tuple[str, Written]]:
    """Yield ids and parts as they stand in a file: a mapping by id, a list, or a table."""
    inner = None if given is None else given.get("table")
    if inner is not None:
        columns, rows = _list(inner.get("columns")), _list(inner.get("rows"))
        heads = [str(one.value) for one in columns]
        parts = [Written(dict(zip(heads, _list(row), strict=False)), row.line) for row in rows]
    elif given is not None and isinstance(given.value, dict):
        yield from ((key, part) for key, part in given.value.items() if key != "ground")
        return
    else:
        parts = _list(given)
    for part in parts:
        key = part.get("id")
        if key is not None and isinstance(key.value, str):
            yield key.value, part


def _list(node: Written | None) -> list[Written]:
    """Return the items of a list, none of anything else."""
    return node.value if node is not None and isinstance(node.value, list) else []


def check_outcomes(scenario: Scenario) -> Iterator[Found]:
    """Yield outcomes that no board could give or nobody could tell apart."""
    standard: Mapping[str, str] = scenario.words.outcomes.model_dump()
    seen = {word.partition("/")[0].strip().casefold(): word for word in standard.values()}
    for i, one in enumerate(scenario.outcomes):
        here: Path = ("outcomes", i)
        word = (one.name or one.id.replace("-", " ")).partition("/")[0].strip().casefold()
        if one.id in STANDARD_OUTCOMES:
            fix = f"give {one.id} another word under words.outcomes, or choose another id"
            yield Found((*here, "id"), repr(one.id), f"an id other than {', '.join(STANDARD_OUTCOMES)}", fix)
        elif one.name and not is_word(one.name):
            yield Found((*here, "name"), repr(one.name[:80]), WORD)
        elif word in seen:
            yield Found((*here, "name"), f"{word!r}, which another outcome is called", "a word of its own for each")
        seen.setdefault(word, word)
        if one.effect == "away" and one.days.value < 1:
            yield Found((*here, "days"), f"{one.days.value:g}", "1 or more days for who is away", "give days")
        if one.effect != "away" and one.days.value:
            got = f"{one.days.value:g} days for who {'is ' * (one.effect == 'gone')}{one.effect}"
            yield Found((*here, "days"), got, "days only with effect: away", "write effect: away, or leave days out")


def check_shares(scenario: Scenario) -> Iterator[Found]:
    """Yield shares of outcomes that the scenario does not list."""
    ids = [one.id for one in scenario.outcomes]
    for i, board in enumerate(scenario.boards):
        yield from refer(board.outcomes.own, ids, "outcome", ("boards", i, "outcomes", "own"), keys=True)
    yield from refer(scenario.papers.losses.acts.own, ids, "outcome", ("papers", "losses", "acts", "own"), keys=True)
