"""A country of a fraction of the size: everything that counts persons is divided, so that shares stay.

It does not scale without error. Checked on great-terror at a tenth: counts of sentences, deaths and dated reports times ten
lie within two per cent of the whole country's. Arrests of the lines by February 1938 are a fifth more, so that rates of lines
that were fitted in a smaller country need a step at full size. At a twentieth all arrests are seven per cent more.
"""

from __future__ import annotations

from typing import Any

from greatfear.scenario.model import Scenario


def smaller(scenario: Scenario, scale: int) -> Scenario:
    """Return the scenario of a country of a fraction of the size."""
    changes: dict[str, Any] = {}
    for region in scenario.population.regions:
        changes[f"population.regions.{region.id}.persons"] = max(200, round(region.persons.value / scale))
    for organisation in scenario.population.organisations:
        changes[f"population.organisations.{organisation.id}.members"] = max(
            1, round(organisation.members.value / scale)
        )
    for one in scenario.operations:
        for name, limit in one.limits.items():
            for part, value in (("first", limit.first.value), ("second", limit.second.value)):
                changes[f"operations.{one.id}.limits.{name}.{part}"] = round(value / scale)
        for k, grant in enumerate(one.grants):
            for part, value in (("first", grant.first.value), ("second", grant.second.value)):
                changes[f"operations.{one.id}.grants.{k}.{part}"] = round(value / scale)
    for k, service in enumerate(scenario.documents):
        changes[f"documents.{k}.rate"] = service.rate.value / scale  # papers a day, not by person
        if service.targets:
            changes[f"documents.{k}.targets"] = max(1, round(service.targets / scale))
    for order in scenario.orders:
        changes[f"orders.{order.id}.persons"] = round(order.persons.value / scale)
    for board in scenario.boards:
        changes[f"boards.{board.id}.capacity"] = board.capacity.value / scale
    centre = scenario.centre
    changes["centre.prior"], changes["centre.reference"] = centre.prior.value / scale, centre.reference.value / scale
    for k, report in enumerate(centre.reports):
        changes[f"centre.reports.{k}.enemies"] = round(report.enemies.value / scale)
    return scenario.alter(changes)
