"""What is compared by date, by line and by region: for each row of a record, what to count in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LINES = ("polish", "german", "harbin", "latvian", "other-lines")
"""Operations of the scenario that stand for the national lines."""

UKRAINE = (
    "kharkov-oblast", "kiev-oblast", "vinnitsa-oblast", "donetsk-oblast", "odessa-oblast", "dnepropetrovsk-oblast",
    "chernigov-oblast", "moldavian-assr",
)  # fmt: skip
ORDER = ("order-00447",)
ALL = ("death", "camp", "exile", "other")
DEATH = ("death",)
PARTLY = "partly calibrated"


@dataclass(frozen=True, slots=True)
class Dated:
    """One row: where its figure stands in a record, and what counts for it in an archive."""

    key: str
    quantity: str
    record_id: str
    scope: str
    series: str
    period_end: str
    """Last day as the record has it; with `scope` and `series` it names the row."""
    group: str
    role: str
    outcomes: tuple[str, ...] = ()
    """Outcomes of sentences; none: arrests are counted."""
    operations: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    since: str = "1936-01-01"
    until: str = "1940-01-01"
    """First day that is not counted any more."""
    less: str = ""
    """Last day of the earlier row that is taken off, where the record gives the count as a difference of two."""
    note: str = ""


def _order(key: str, words: str, series: str, days: tuple[str, str], *, role: str, outcomes: tuple[str, ...]) -> Dated:
    end, until = days
    return Dated(
        f"order-00447-{key}-{end}", f"{words} under Order 00447 by {end}", "order-00447-time", "USSR", series, end, "by date",
        role, outcomes, ORDER, until=until,
    )  # fmt: skip


def _line(line: str, operation: str, role: str) -> list[Dated]:
    at = ("lines-time", line)
    words = "the other lines" if line == "other lines" else f"the {line} line"
    rows = [
        Dated(
            f"line-{operation}-sentenced", f"sentenced, {words}", *at, "sentenced", "1938-11-17", "by line", role, ALL,
            (operation,),
        )
    ]  # fmt: skip
    if line != "other lines":
        rows.append(
            Dated(
                f"line-{operation}-deaths",
                f"sentenced to death, {words}",
                *at,
                "sentenced to death",
                "1938-11-17",
                "by line",
                role,
                DEATH,
                (operation,),
                note="the share of deaths over all lines is input",
            )
        )
    return rows


def _region(key: str, quantity: str, scope: str, series: str, end: str, **counted: Any) -> Dated:
    given = {"role": "prediction", **counted}
    return Dated(f"region-{key}", quantity, "regions-1937-38", scope, series, end, "by region", **given)


_KARELIA: dict[str, Any] = {"scope": "Karelian ASSR", "regions": ("karelian-assr",)}
_GEORGIA: dict[str, Any] = {
    "scope": "Georgian SSR", "end": "1938-12-31", "regions": ("georgian-ssr",), "since": "1937-01-01", "until": "1939-01-01",
    "role": PARTLY,
}  # fmt: skip
_SPECIAL_UKRAINE: dict[str, Any] = {
    "scope": "Ukrainian SSR", "end": "1938-10-29", "regions": UKRAINE, "boards": ("special-troika",), "until": "1938-10-30",
}  # fmt: skip
_MORDOVIA: dict[str, Any] = {
    "scope": "Mordovian ASSR", "end": "1937-08-27", "regions": ("mordovian-assr",), "operations": ORDER,
    "until": "1937-08-28",
}  # fmt: skip
_FIRST = "sentenced, first category"

DATED: tuple[Dated, ...] = (
    _order("arrests", "arrested", "arrested", ("1937-08-15", "1937-08-16"), role="calibrated", outcomes=()),
    _order("sentenced", "sentenced", "sentenced", ("1937-08-15", "1937-08-16"), role=PARTLY, outcomes=ALL),
    _order("deaths", "sentenced to death", _FIRST, ("1937-08-15", "1937-08-16"), role="calibrated", outcomes=DEATH),
    _order("arrests", "arrested", "arrested", ("1937-09-30", "1937-10-01"), role=PARTLY, outcomes=()),
    _order("sentenced", "sentenced", "sentenced", ("1937-09-30", "1937-10-01"), role=PARTLY, outcomes=ALL),
    _order("deaths", "sentenced to death", _FIRST, ("1937-09-30", "1937-10-01"), role=PARTLY, outcomes=DEATH),
    _order("sentenced", "sentenced", "sentenced", ("1938-01-01", "1938-01-01"), role=PARTLY, outcomes=ALL),
    _order("deaths", "sentenced to death", _FIRST, ("1938-01-01", "1938-01-01"), role=PARTLY, outcomes=DEATH),
    *(
        Dated(
            f"order-00447-{key}-1938", f"{words} under Order 00447 in 1938", "order-00447-time", "USSR", series, "1938-11-17",
            "by date", "prediction", outcomes, ORDER, since="1938-01-01", less="1938-01-01",
        )
        for key, words, series, outcomes in (
            ("sentenced", "sentenced", "sentenced", ALL), ("deaths", "sentenced to death", _FIRST, DEATH)
        )
    ),
    Dated(
        "lines-arrests-1938-07-01", "arrested under the lines by 1 July 1938", "lines-time", "all lines", "arrested",
        "1938-07-01", "by date", PARTLY, (), LINES, until="1938-07-01",
    ),
    Dated(
        "lines-arrests-1938-07-to-1938-10", "arrested under the lines, July to October 1938", "lines-time", "all lines",
        "arrested", "1938-11-01", "by date", "prediction", (), LINES, since="1938-07-01", until="1938-11-01", less="1938-07-01",
    ),
    *_line("Polish", "polish", PARTLY),
    *_line("German", "german", PARTLY),
    *_line("Harbin", "harbin", PARTLY),
    *_line("Latvian", "latvian", PARTLY),
    *_line("other lines", "other-lines", PARTLY),
    _region(
        "karelia-troika", "Karelia, sentenced to death under Order 00447",
        series="sentenced to death by the troika of Order 00447", end="1938-11-17", outcomes=DEATH, operations=ORDER,
        role=PARTLY, note="four increases are input", **_KARELIA,
    ),
    _region(
        "karelia-album", "Karelia, sentenced to death by album", series="sentenced to death by album", end="1938-04-30",
        outcomes=DEATH, boards=("album",), **_KARELIA,
    ),
    _region(
        "karelia-special", "Karelia, sentenced to death by the special board",
        series="sentenced to death by the special board", end="1938-10-31", outcomes=DEATH, boards=("special-troika",),
        **_KARELIA,
    ),
    _region("georgia-sentenced", "Georgia, sentenced 1937-38", series="sentenced, all bodies", outcomes=ALL, **_GEORGIA),
    _region(
        "georgia-deaths", "Georgia, sentenced to death 1937-38", series="sentenced to death, all bodies", outcomes=DEATH,
        **_GEORGIA,
    ),
    _region(
        "gorky-sentenced", "Gorky, sentenced under Order 00447 by 4 February 1938", "Gorky oblast",
        "sentenced under Order 00447", "1938-02-04", outcomes=ALL, operations=ORDER, regions=("gorky-oblast",),
        until="1938-02-05",
    ),
    _region(
        "ukraine-special", "Ukraine, sentenced by special boards to 29 October 1938", series="sentenced by special boards",
        outcomes=ALL, **_SPECIAL_UKRAINE,
    ),
    _region(
        "ukraine-special-deaths", "Ukraine, sentenced to death by special boards to 29 October 1938",
        series="sentenced to death by special boards", outcomes=DEATH, **_SPECIAL_UKRAINE,
    ),
    _region(
        "leningrad-special", "Leningrad, sentenced to death by the special board, October and November 1938",
        "Leningrad oblast", "shot after the special board", "1938-11-30", outcomes=DEATH, boards=("special-troika",),
        regions=("leningrad-oblast",), since="1938-10-01", until="1938-12-01",
    ),
    _region(
        "mordovia-arrests", "Mordovia, arrested under Order 00447 by 27 August 1937", series="arrested under Order 00447",
        **_MORDOVIA,
    ),
    _region(
        "mordovia-sentenced", "Mordovia, sentenced under Order 00447 by 27 August 1937",
        series="sentenced under Order 00447", outcomes=ALL, **_MORDOVIA,
    ),
    _region(
        "mordovia-deaths", "Mordovia, sentenced to death under Order 00447 by 27 August 1937",
        series="sentenced under Order 00447, first category", outcomes=DEATH, **_MORDOVIA,
    ),
    Dated(
        "released-1936-10-to-1938-10", "released, October 1936 to October 1938", "custody", "USSR", "released", "1938-11-01",
        "by date", "calibrated", ("released",), since="1936-10-01", until="1938-11-01",
        note="the share that courts release was chosen with this figure in view",
    ),
)  # fmt: skip
"""Every dated row that is compared; rows of a record that were not checked are not among them."""
