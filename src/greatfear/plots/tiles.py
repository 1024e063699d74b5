"""A schematic map: one tile of equal size for each of the 64 territories of Order 00447, and one for the camps.

Tiles keep neighbours roughly together; neither size nor border is to scale.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from greatfear.canvas import GREY, figure, ramp, thousands, titled

__all__ = ["TILES", "draw_bars", "draw_tiles", "fits"]

_ROWS = """
. . . karelian-assr . northern-oblast . komi-assr . . . . . . . nkvd-camps
/
. . . leningrad-oblast kalinin-oblast yaroslavl-oblast ivanovo-oblast kirov-oblast udmurt-assr
sverdlovsk-oblast omsk-oblast west-siberian-krai krasnoyarsk-krai east-siberian-krai buryat-mongol-assr
far-eastern-krai
/
. . belorussian-ssr western-oblast moscow-oblast gorky-oblast mari-assr chuvash-assr tatar-assr bashkir-assr
chelyabinsk-oblast
/
vinnitsa-oblast kiev-oblast chernigov-oblast kursk-oblast voronezh-oblast mordovian-assr saratov-oblast
kuibyshev-oblast orenburg-oblast aktyubinsk-oblast kustanai-oblast north-kazakhstan-oblast
/
moldavian-assr odessa-oblast dnepropetrovsk-oblast kharkov-oblast donetsk-oblast stalingrad-oblast
volga-german-assr . west-kazakhstan-oblast . karaganda-oblast east-kazakhstan-oblast
/
. . crimean-assr . azov-black-sea-krai ordzhonikidze-krai kalmyk-assr . turkmen-ssr uzbek-ssr
south-kazakhstan-oblast alma-ata-oblast
/
. . . . kabardino-balkar-assr north-ossetian-assr chechen-ingush-assr dagestan-assr . . tajik-ssr kirghiz-ssr
/
. . . . . georgian-ssr armenian-ssr azerbaijan-ssr
"""
"""Regions from west to east, row by row from the north; a dot is an empty place, a stroke ends a row."""

TILES: dict[str, tuple[int, int]] = {
    region: (column, row)
    for row, line in enumerate(_ROWS.split("/"))
    for column, region in enumerate(line.split())
    if region != "."
}
"""Column and row (from the top) of every region's tile."""

_SHORT = {
    "azov-black-sea": "Azov-Bl. Sea", "buryat-mongol": "Buryat-M.", "chechen-ingush": "Chech.-Ing.", "dnepropetrovsk": "Dneprop.",
    "east-kazakhstan": "E. Kazakh.", "east-siberian": "E. Siberia", "far-eastern": "Far East", "kabardino-balkar": "Kabard.-B.",
    "north-kazakhstan": "N. Kazakh.",
    "north-ossetian": "N. Ossetia", "ordzhonikidze": "Ordzhonik.", "south-kazakhstan": "S. Kazakh.",
    "volga-german": "Volga Ger.", "west-kazakhstan": "W. Kazakh.", "west-siberian": "W. Siberia", "nkvd-camps": "NKVD camps",
    "krasnoyarsk": "Krasnoyarsk", "chelyabinsk": "Chelyab.", "belorussian": "Belorussia", "azerbaijan": "Azerbaijan",
}  # fmt: skip


def _name(region: str) -> str:
    """Return the name that stands on a tile."""
    for ending in ("-oblast", "-assr", "-ssr", "-krai"):
        region = region.removesuffix(ending)
    return _SHORT.get(region, region.replace("-", " ").title().replace(" Ata", "-Ata"))


def fits(regions: Mapping[str, float]) -> bool:
    """Return whether most of the regions have a tile."""
    known = sum(region in TILES for region in regions)
    return known > 0 and known * 2 >= len(regions)


def draw_tiles(values: Mapping[str, float], what: str) -> Any:
    """Return a figure with one tile a region; the fill follows the logarithm of the value, which stands on the tile.

    Parameters
    ----------
    values : mapping of region id to number
        Regions without a tile are listed below the map; tiles without a value are left white.
    what : str
        What is counted, with its unit.
    """
    drawn, (axes,) = figure((11, 5.4))
    top = math.log1p(max(values.values(), default=1) or 1)
    low = math.log1p(min((value for region, value in values.items() if region in TILES), default=0))
    for region, (column, row) in TILES.items():
        value = values.get(region)
        share = 0.0 if value is None or top <= low else (math.log1p(value) - low) / (top - low)
        fill, ink = ramp(share) if value is not None else ("#ffffff", GREY)
        axes.fill(
            [column, column + 0.96, column + 0.96, column], [row, row, row + 0.94, row + 0.94],
            facecolor=fill, edgecolor=GREY, linewidth=0.5,
        )  # fmt: skip
        axes.text(column + 0.48, row + 0.33, _name(region), ha="center", va="center", fontsize=6.6, color=ink)
        number = "-" if value is None else f"{value:,.0f}"
        axes.text(column + 0.48, row + 0.66, number, ha="center", va="center", fontsize=7.6, weight="bold", color=ink)
    axes.set(xlim=(0, 16), ylim=(8, 0), xticks=[], yticks=[])
    titled(axes, f"{what}; darker: more (logarithmic)")
    for side in axes.spines.values():
        side.set_visible(False)
    other = {region: value for region, value in values.items() if region not in TILES}
    if other:
        listed = ", ".join(
            f"{region} {value:,.0f}" for region, value in sorted(other.items(), key=lambda item: -item[1])[:6]
        )
        axes.text(16, 7.9, f"without a tile: {listed}", fontsize=7, color=GREY, ha="right")
    return drawn


def draw_bars(values: Mapping[str, float], what: str, most: int = 30) -> Any:
    """Return a bar chart of the largest values, for archives whose regions have no tiles."""
    shown = sorted(values.items(), key=lambda item: -item[1])[:most]
    drawn, (axes,) = figure((8, 1 + 0.2 * max(len(shown), 2)))
    places = range(len(shown))
    axes.barh(list(places), [value for _, value in shown], color=ramp(0.66)[0], height=0.7)
    axes.set_yticks(list(places), [region for region, _ in shown])
    axes.invert_yaxis()
    axes.set_xlabel(what)
    for place, (_, value) in enumerate(shown):
        axes.text(value, place, f" {value:,.0f}", va="center", fontsize=8)
    thousands(axes, "x")
    left = len(values) - len(shown)
    titled(axes, f"{what} by region" + (f"; {left} smaller regions left out" if left > 0 else ""))
    return drawn
