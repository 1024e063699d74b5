"""What the section `papers` means, in words."""

from __future__ import annotations

from greatfear.scenario.papers import Agents, Copies, Dates, Losses, Names, Papers

__all__ = ["papers_in_words"]


def papers_in_words(papers: Papers) -> str:
    """Return what lies between what was done and the archive; empty where nothing does.

    Examples
    --------
    >>> papers_in_words(Papers())
    ''
    >>> print(papers_in_words(Papers(copies=Copies(rate=0.1))))
    Papers, between what was done and the archive:
      Copies: a statement is copied with probability 0.1, a copy again; mean delay 30 days; a share of 0.5 tells the speaker,
        0 that it is a copy; a share of 1 lies in the file of another office.
    """
    if papers.is_off:
        return ""
    lines = [*_names(papers.names), *_agents(papers.agents), *_dates(papers.dates), *_copies(papers.copies)]
    return "\n".join(["Papers, between what was done and the archive:", *lines, *_losses(papers.losses)])


def _names(names: Names) -> list[str]:
    if not names.recorded.value:
        return []
    given = [(key, getattr(names.schemes, key).value) for key in type(names.schemes).model_fields]
    schemes = ", ".join(f"{key} {share:g}" for key, share in given if share) or "none"
    return [
        f"  Names: recorded for a share of {names.recorded.value:g}; other schemes than BGN/PCGN: {schemes};",
        f"    patronymic dropped {names.no_patronymic.value:g}, initials {names.initials.value:g}, diminutive "
        f"{names.diminutive.value:g}, misheard {names.misheard.value:g}, mistyped {names.mistyped.value:g};",
        f"    a share of {names.split.value:g} of statements uses one of {names.spellings} further spellings, of which the "
        f"archive joins {names.joined.value:g}.",
    ]


def _agents(agents: Agents) -> list[str]:
    if not agents.covered.value:
        return []
    return [
        f"  Agents: a share of {agents.covered.value:g} of informers reports under code names, changed {agents.changes.value:g} "
        f"times a year; a key survives for {agents.joined.value:g};",
        f"    {agents.two_sides.value:g} of them serve two sides, and the other side hands on {agents.both.value:g} of their "
        f"reports after {agents.delay.value:g} days.",
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
        f"  Copies: a statement is copied with probability {copies.rate.value:g}, a copy again; mean delay "
        f"{copies.delay.value:g} days; a share of {copies.signed.value:g} tells the speaker,",
        f"    {copies.stated.value:g} that it is a copy; a share of {copies.elsewhere.value:g} lies in the file of another office.",
    ]


def _losses(losses: Losses) -> list[str]:
    lines = [
        f"  Fire in {', '.join(fire.regions) or 'all offices'}: papers of {fire.start} to {fire.end}, a share of "
        f"{fire.share.value:g} lost."
        for fire in losses.fires
    ]
    for what, part in (("statements", losses.statements), ("acts", losses.acts)):
        shares = {key: getattr(part, key).value for key in type(part).model_fields}
        thinned = ", ".join(f"{key} {share:g}" for key, share in shares.items() if share < 1)
        lines += [f"  Kept {what}, by probability: {thinned}."] if thinned else []
    return lines
