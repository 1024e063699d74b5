"""What must hold between the fields of `papers`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from greatfear.errors import nearest
from greatfear.scenario.found import Found, Path

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

_TOLERANCE = 1e-6


def check_spellings(scenario: Scenario) -> Iterator[Found]:
    """Yield the shares of written forms that leave less than nothing."""
    names = scenario.papers.names
    schemes = names.schemes
    lists: tuple[tuple[Path, tuple[float, ...]], ...] = (
        (("schemes",), (schemes.iso9.value, schemes.loc.value, schemes.german.value, schemes.polish.value)),
        (("no_patronymic",), (names.no_patronymic.value, names.initials.value)),
    )
    for path, shares in lists:
        if sum(shares) > 1 + _TOLERANCE:
            what = "shares" if path == ("schemes",) else "no_patronymic and initials"
            got = f"{what} that sum to {sum(shares):.8g}"
            yield Found(("papers", "names", *path), got, "shares that sum to 1 or less")


def check_fires(scenario: Scenario) -> Iterator[Found]:
    """Yield fires in unknown regions, and those whose period has no day."""
    known = [region.id for region in scenario.population.regions]
    for i, fire in enumerate(scenario.papers.losses.fires):
        here: Path = ("papers", "losses", "fires", i)
        if fire.end <= fire.start:
            yield Found((*here, "end"), f"{fire.end}, not after the start {fire.start}", "a later date")
        for k, name in enumerate(fire.regions):
            if name not in known:
                near = nearest(name, known)
                some = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
                fix = f"did you mean {near[0]}?" if near else ""
                yield Found((*here, "regions", k), f"the region {name!r}", f"the id of a region: {some}", fix)
