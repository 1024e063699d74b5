"""Real organisations and shams in words."""

from __future__ import annotations

from greatfear.scenario.model import Scenario
from greatfear.scenario.sham import Sham
from greatfear.show.wording import counted


def plots_in_words(scenario: Scenario) -> str:
    """Return what real organisations plan; empty where none does."""
    lines = ["Plans of real organisations:"]
    for one in scenario.population.organisations:
        plans = one.plans
        if plans.hazard.value <= 0 or one.members.value <= 0:
            continue
        odds = f"log-odds of success {plans.base.value:g}"
        more = [("ln(1 + active)", plans.size.value), ("share of the most senior", plans.elite.value)]
        more.append((f"help {plans.foreign_help.value:g}", plans.help.value))
        odds += "".join(f" {value:+g} x {what}" for what, value in more if value)
        where = "abroad" if one.abroad else "at home"
        lines.append(
            f"  {one.id} ({where}): {counted(plans.hazard.value, 'attempt', 'g')} per active member and day; {odds}."
        )
        after = f"    {plans.party} take part; seen {plans.seen.value:g}, lost {plans.lost.value:g} of them"
        lines.append(f"{after}; {counted(plans.bystanders, 'bystander')}; belief of the centre +{plans.alarm.value:g}.")
    return "\n".join(lines) if len(lines) > 1 else ""


def shams_in_words(scenario: Scenario) -> str:
    """Return what shams do; empty where there are none."""
    blocks = ["\n".join(_sham(sham)) for sham in scenario.shams]
    return "\n".join(["Sham organisations:", *blocks]) if blocks else ""


def _sham(sham: Sham) -> list[str]:
    """Return the lines about one sham."""
    built = (
        f"built on {counted(sham.initial.value, 'member', 'g')} of {sham.network}"
        if sham.network
        else "built from nothing"
    )
    growth, line, legend, end = sham.growth, sham.inner_line, sham.legend, sham.defection
    lines = [f"  {sham.name or sham.id}, from {sham.start}: {counted(sham.agents.value, 'agent', 'g')}, {built}."]
    if growth.approaches.value:
        joins = f"joins with probability {growth.member.value:g} if a real member, {growth.other.value:g} if not"
        lines.append(
            f"    {counted(growth.approaches.value, 'approach', 'g')} per person and day; anyone who is approached {joins}."
        )
    for leader in sham.leaders:
        held = f"holds back {leader.restraint.value:g} of the plans at full trust"
        lines.append(f"    The leader of {leader.organisation} trusts it {leader.trust.value:g} at first, {held}.")
    if line.contacts.value:
        vetted = f"an agent is found out with probability {line.found_out.value:g}"
        lines.append(f"    {counted(line.contacts.value, 'meeting', 'g')} abroad per day; at each {vetted}.")
    for target in sham.targets:
        chance = f"{counted(target.rate.value, 'attempt', 'g')} per day, success {target.success.value:g} at full trust"
        known = (
            f"; an arrest is known after {counted(target.ends.value, 'day', 'g')} and ends the sham"
            if target.ends.value
            else ""
        )
        lines.append(f"    Lure of {target.name or target.id}: {chance}{known}.")
    lines += [
        f"    Watched journey of {v.name or v.id}: {v.start}, {counted(v.days, 'day')} (given)." for v in sham.visits
    ]
    invented = counted(legend.factor.value, "invented member", "g")
    lines.append(f"    Reports every {counted(legend.every, 'day')}, {invented} per person reported.")
    over = f"on {end.date} (given)" if end.date else f"by chance, {end.hazard.value:g} per day"
    if end.others.value:
        lines.append(f"    When it is exposed, every other sham loses a share of {end.others.value:g} of its trust.")
    for reader in sham.readers:
        lines.append(
            f"    {reader.name or reader.id} is given a share of {reader.share.value:g} of the reports, is told by others"
            f" with probability {reader.told.value:g}, and believes after {counted(reader.enough, 'paper')}."
        )
    return [*lines, f"    Defection {over}; then {end.arrested.value:g} of those drawn in are arrested."]
