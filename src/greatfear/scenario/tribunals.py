"""Who judges: benches of boards, public trials, and what they came to."""

from __future__ import annotations

from collections.abc import Iterator

from greatfear.scenario.campaign import Board
from greatfear.scenario.found import Found, Path
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report
from greatfear.scenario.model import Scenario
from greatfear.scenario.references import refer_one
from greatfear.show.wording import counted


def _benches(scenario: Scenario) -> Iterator[Found]:
    strata = [stratum.id for stratum in scenario.population.strata]
    for i, board in enumerate(scenario.boards):
        here: Path = ("boards", i)
        if board.judges and not board.bench:
            yield Found((*here, "bench"), "nothing", "the id of the stratum from which judges are drawn", "add bench")
        yield from refer_one(board.bench, strata, "stratum", (*here, "bench"))
        if board.suspicion.value > 0 and board.judges < 2:
            allowed = "0, or two judges or more, since it is a fellow judge who reports"
            yield Found((*here, "suspicion"), f"{board.suspicion.value:g} with {board.judges} judges", allowed)


def trial(board: Board) -> str:
    """Return who judges and on what evidence, where a board says more than its outcomes."""
    words = [f"{board.kind} trial" if board.kind in ("closed", "public") else ""]
    named = f", {len(board.sits)} of them with names" if board.sits else ""
    words.append(f"{counted(board.judges, 'judge')} from {board.bench}{named}" if board.judges else "")
    words.append({"enough": "a confession is enough", "needed": "only on a confession"}.get(board.confession, ""))
    return "".join(f"; {word}" for word in words if word)


def _rows(told: Report) -> Iterator[MechanismRow]:
    for name, board in told["boards"].items():
        evidence = {"enough": ", a confession is enough", "needed": ", only on a confession"}.get(
            board["confession"], ""
        )
        kind = f"{name} ({board['kind']}{evidence})"
        yield MechanismRow("tribunals", f"{kind}: sentenced", board["sentenced"], "persons")
        yield MechanismRow("tribunals", f"{kind}: released", board["released"], "persons")
        if board["judges"]:
            yield MechanismRow("tribunals", f"{kind}: persons who judged", board["persons_who_judged"], "persons", True)
    yield MechanismRow("tribunals", "judges arrested later", told["judges_arrested_later"], "persons", True)


TRIBUNALS = Mechanism("tribunals", checks=(((("boards",), ("population", "strata")), _benches),), rows=_rows)
