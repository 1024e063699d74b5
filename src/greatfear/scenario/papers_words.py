"""What the section `papers` means, in words."""

from __future__ import annotations

from greatfear.scenario.papers import Agents, Copies, Dates, Losses, Names, Papers
from greatfear.show.wording import counted


def papers_in_words(papers: Papers) -> str:
    """Return what lies between what was done and the archive; empty where nothing does."""
    if papers.is_off:
        return ""
    lines = [*_names(papers.names), *_agents(papers.agents), *_dates(papers.dates), *_copies(papers.copies)]
    return "\n".join(
        ["Papers, between what was done and the archive:", *lines, *_losses(papers.losses), *_volumes(papers)]
    )


def _names(names: Names) -> list[str]:
    if not names.recorded.value:
        return []
    given = [(key, getattr(names.schemes, key).value) for key in type(names.schemes).model_fields]
    schemes = ", ".join(f"{key} {share:g}" for key, share in given if share) or "none"
    forms = ", ".join(
        f"{key.replace('_', ' ')} {getattr(names, key).value:g}"
        for key in ("no_patronymic", "initials", "diminutive", "misheard", "mistyped")
    )
    return [
        f"  Names: recorded for a share of {names.recorded.value:g}; other schemes than BGN/PCGN: {schemes};",
        f"    {forms};",
        f"    a share of {names.split.value:g} of statements uses one of {names.spellings} further spellings,",
        f"    of which the archive joins {names.joined.value:g}.",
    ]


def _agents(agents: Agents) -> list[str]:
    if not agents.covered.value:
        return []
    return [
        f"  Agents: a share of {agents.covered.value:g} of informers reports under code names,",
        f"    changed {counted(agents.changes.value, 'time', 'g')} a year; a key survives for {agents.joined.value:g};",
        f"    {agents.two_sides.value:g} of them serve two sides, and the other side hands on {agents.both.value:g}",
        f"    of their reports after {counted(agents.delay.value, 'day', 'g')} on average.",
    ]


def _dates(dates: Dates) -> list[str]:
    if not dates.day.value:
        return []
    steps = ", ".join(f"{getattr(dates, key).value:g} to {key}" for key in type(dates).model_fields)
    return [f"  Dates: each step is for a share of what lost the one before: {steps}."]


def _copies(copies: Copies) -> list[str]:
    if not copies.rate.value:
        return []
    return [
        f"  Copies: a statement is copied with probability {copies.rate.value:g}, a copy again,",
        f"    after {counted(copies.delay.value, 'day', 'g')} on average; a share of {copies.signed.value:g} tells the speaker,",
        f"    {copies.stated.value:g} that it is a copy; {copies.elsewhere.value:g} lie in the file of another office.",
    ]


def _losses(losses: Losses) -> list[str]:
    lines = [
        f"  Fire in {', '.join(fire.regions) or 'all offices'}: papers of {fire.start} to {fire.end}, a share of "
        f"{fire.share.value:g} lost."
        for fire in losses.fires
    ]
    for what, part in (("statements", losses.statements), ("acts", losses.acts)):
        given = {key: getattr(part, key) for key in type(part).model_fields if key != "own"}
        shares = {key: share.value for key, share in (given | getattr(part, "own", {})).items()}
        thinned = ", ".join(f"{key} {share:g}" for key, share in shares.items() if share < 1)
        lines += [f"  Kept {what}, by probability: {thinned}."] if thinned else []
    return lines


def _volumes(papers: Papers) -> list[str]:
    return [f"  What survived is bound in {counted(papers.volumes, 'volume')}."] if papers.volumes else []
