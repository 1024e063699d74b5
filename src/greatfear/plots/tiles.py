"""A schematic map: one tile of equal size for each of the 64 territories of Order 00447, and one for the camps.

Tiles keep neighbours roughly together; neither size nor border is to scale.
"""

from __future__ import annotations

from collections.abc import Mapping

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


def short_name(region: str) -> str:
    """Return the name that stands on a tile."""
    for ending in ("-oblast", "-assr", "-ssr", "-krai"):
        region = region.removesuffix(ending)
    return _SHORT.get(region, region.replace("-", " ").title().replace(" Ata", "-Ata"))


def fits(regions: Mapping[str, float]) -> bool:
    """Return whether most of the regions have a tile."""
    known = sum(region in TILES for region in regions)
    return known > 0 and known * 2 >= len(regions)
