"""What a scenario supposes of fear, votes, papers and trials, in words; nothing where it supposes nothing."""

from __future__ import annotations

from greatfear.scenario.campaign import Board
from greatfear.scenario.documents import Service
from greatfear.scenario.explaining_persons import expectation_in_words
from greatfear.scenario.model import Scenario

__all__ = ["families", "trial"]


def families(scenario: Scenario) -> list[str]:
    """Return a block for each mechanism family that the scenario supposes."""
    papers = [_service(service) for service in scenario.documents if service.rate.value]
    blocks = [_fear(scenario), _votes(scenario), "\n".join(["Papers:", *papers]) if papers else ""]
    return [block for block in blocks if block]


def _fear(scenario: Scenario) -> str:
    fear = scenario.fear
    lines = []
    if fear.unit.value:
        how = f"exp({fear.unit.value:g} U)" if fear.rule == "exponential" else f"1 + {fear.unit.value:g} U"
        lines.append(f"  Where U arrests were seen in the unit, denunciations are multiplied by {how}.")
    if fear.accident.value:
        lines.append(f"  An accident read as sabotage frightens like {fear.accident.value:g} arrests.")
    for scare in fear.scares:
        where = ", ".join(scare.regions) or "everywhere"
        lines.append(
            f"  {scare.name or scare.id}: from {scare.start}, {scare.days} days, {scare.fear.value:g} a day, {where}."
        )
    lines += expectation_in_words(scenario)
    return "\n".join(["Fear, besides arrests in the region:", *lines]) if lines else ""


def _votes(scenario: Scenario) -> str:
    votes = scenario.votes
    if not votes.rate.value:
        return ""
    lines = [f"Votes: {votes.rate.value:g} meetings per unit and day."]
    lines.append(
        f"  Private support is Normal({votes.support.value:g}, {votes.spread.value:g}); a hand is raised where"
    )
    lines.append(
        f"  s + {votes.fear.value:g} F + {votes.unit_fear.value:g} U + {votes.social.value:g} share > {votes.threshold.value:g}."
    )
    if votes.report_no.value or votes.named.value:
        lines.append(
            f"  Minutes name {votes.report_no.value:g} of those against; {votes.named.value:g} are denounced at each meeting."
        )
    return "\n".join(lines)


def _service(service: Service) -> str:
    aim = f"{service.targets} chosen persons" if service.targets else "anybody"
    of = ", ".join(service.strata) or "any stratum"
    return (
        f"  {service.name or service.id}: {service.rate.value:g} papers a day against {aim} of {of}, a share of"
        f" {service.leaks.value:g} real; believed with probability {service.belief.value:g};"
        f" {service.copies.value:g} copies each, {service.recognised.value:g} of them seen to be copies."
    )


def trial(board: Board) -> str:
    """Return who judges and on what evidence, where a board says more than its outcomes."""
    words = [f"{board.kind} trial" if board.kind in ("closed", "public") else ""]
    named = f", {len(board.sits)} of them with names" if board.sits else ""
    words.append(f"{board.judges} judges from {board.bench}{named}" if board.judges else "")
    words.append({"enough": "a confession is enough", "needed": "only on a confession"}.get(board.confession, ""))
    return "".join(f"; {word}" for word in words if word)
