"""What the centre believes, what its belief drives, and what ends the campaigns, in words."""

from __future__ import annotations

from greatfear.scenario.campaign import CHANNELS, Centre
from greatfear.scenario.model import Scenario
from greatfear.show.wording import counted


def is_idle(scenario: Scenario) -> bool:
    """Return whether the centre is told of nobody and drives nothing, and no halt is set: a small case has no centre."""
    centre, halt = scenario.centre, scenario.halt
    told = centre.prior.value or centre.reports
    driven = centre.belief_drives.value or centre.grants_follow.value or centre.dismissal.active
    return not (told or driven or halt.date or halt.cost_bound.value < 1)


def centre_in_words(scenario: Scenario) -> str:
    """Return the block on the centre: prior, files, what belief drives, chiefs, halt."""
    centre, halt = scenario.centre, scenario.halt
    since = centre.prior_date or scenario.time.start
    enemies = counted(centre.prior.value, "enemy", ",.0f")
    lines = [f"Centre: told on {since} of {enemies} at large, credulity {centre.credulity.value:g}."]
    lines += [f"  {one.name or one.id} adds {one.enemies.value:,.0f} on {one.date}." for one in centre.reports]
    channels = "any channel" if set(centre.counts) == set(CHANNELS) else ", ".join(centre.counts)
    lines.append(f"  The file of suspects grows by {centre.gamma.value:g} per person named through {channels},")
    lines.append(
        f"  and by {centre.claimed.value:g} per confession. The arrest of a person on file takes that person off it."
    )
    lines += [f"  {line}" for line in drives(centre)]
    after = f"{halt.arrests.value:.0%} of the capacity for arrests, pressure {halt.pressure.value:g}"
    lines.append(f"Halt: {halt.date}; afterwards {after}." if halt.date else f"Halt: none. (After a halt: {after}.)")
    return "\n".join(lines)


def drives(centre: Centre) -> list[str]:
    """Return what the belief of the centre drives, a sentence each; one sentence where it drives nothing."""
    lines = []
    reference = centre.reference.value or centre.prior.value
    ratio = f"((belief + 1) / {reference + 1:,.0f})"
    if centre.belief_drives.value and reference > 0:
        lines.append(f"Belief drives the arrests sought: zeal is multiplied by {ratio}^{centre.belief_drives.value:g}.")
    if centre.grants_follow.value and reference > 0:
        lines.append(f"Belief drives the limits granted: their chance by {ratio}^{centre.grants_follow.value:g}.")
    rule = centre.dismissal
    if rule.active:
        lines.append(
            f"Belief judges the chiefs: one falls after {counted(rule.months, 'month')} with fewer arrests a month than "
            f"{rule.tolerance.value:g} of it, or when {rule.too_many.value:g} of the most senior have been arrested"
            + (", which ends the campaigns." if rule.halts else ".")
        )
    return lines or ["Belief drives nothing: arrests, limits and chiefs do not answer to it."]
