"""What the record says about each quantity, read from the records and claims of the catalogue."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from greatfear.catalogue import ArticleClaim, claims, record
from greatfear.comparison.dated_rows import DATED, LINES, Dated
from greatfear.comparison.record_quantities import YEARS

RECORD_IDS = (
    "ussr-sentences", "ussr-operations", "ussr-monthly", "order-00447-time", "lines-time", "regions-1937-38", "custody",
)  # fmt: skip
"""Records that have quantities in common with an archive."""

_POPOV = "Popov 1992 (record ussr-sentences)"
_CERTIFICATE = "First Special Department (record ussr-monthly)"
_SCOPE_1936 = "KGB series; the MVD series counts 274,670 cases of wider scope"
_NO_1936 = "no number of the same scope: the MVD series of 1936 counts other cases too"
_PARTLY = "partly calibrated"
_CHECKED = {
    "stored": "read in a stored text",
    "stored_rounded": "the rounded value was read in a stored text; the last digits are from the literature",
    "stored_sentences": "the sentences were read in a stored text",
    "literature_unverified": "recalled from the literature; found in no stored text",
}
"""What the marks of the column `verification` mean."""
_READINGS = {
    "once": "read once",
    "again": "read a second time in the same text",
    "twice": "read in two texts or printings that agree",
    "not-checked": "not checked",
}
"""What the marks of the column `readings` mean."""
_SPAN = "spans 1937 and 1938; limits and documented increases are input, the total is not"


@dataclass(frozen=True, slots=True)
class Known:
    """One quantity with what is known of it."""

    key: str
    quantity: str
    unit: str
    record_id: str
    value: float
    role: str
    source: str
    note: str = ""
    claim: str = ""
    verdict: str = ""
    group: str = "totals"
    simulated: str = ""
    """Key of the simulated quantity where it differs from `key`."""


def known_values(ids: tuple[str, ...]) -> list[Known]:
    """Return the quantities of the records `ids` in reading order, then those of the source article."""
    rows: list[Known] = []
    if "ussr-sentences" in ids:
        rows += _sentences()
    if "ussr-monthly" in ids:
        rows += _arrests()
    if "ussr-operations" in ids:
        rows += _campaigns()
    rows += [_dated(row) for row in DATED if row.record_id in ids]
    if "lines-time" in ids:
        rows += _shares_of_lines()
    return rows + _article()


def _dated(wanted: Dated) -> Known:
    """Return the figure of a dated row, with where it was read and how often."""
    table = {
        row["period_end"]: row
        for row in record(wanted.record_id)
        if (row["scope"], row["series"]) == (wanted.scope, wanted.series)
    }
    row = table[wanted.period_end]
    value = row["value"] - (table[wanted.less]["value"] if wanted.less else 0)
    source = f"{row['place']}; {_READINGS[row['readings']]} (record {wanted.record_id})"
    note = "; ".join(filter(None, (wanted.note, row["note"])))
    return Known(
        wanted.key, wanted.quantity, "persons", wanted.record_id, float(value), wanted.role, source, note, group=wanted.group
    )  # fmt: skip


def _shares_of_lines() -> list[Known]:
    """Return how far each line had come by 7 February 1938, and who was arrested on the lines of Sverdlovsk."""
    rows = list(record("lines-time"))
    names = dict(zip(LINES, ("Polish", "German", "Harbin", "Latvian"), strict=False))
    share = {row["scope"]: row for row in rows if row["unit"] == "per cent"}
    source = "Potapova 2020 (record lines-time)"
    found = [
        Known(
            f"line-{line}-by-february", f"arrested by 7 February 1938, {name} line", "per cent of all", "lines-time",
            share[name]["value"], _PARTLY, source,
            "the count by this day was fitted; the share says how the line went on", group="by line",
        )
        for line, name in names.items()
    ]  # fmt: skip
    of = {row["series"]: 0.0 for row in rows if "Sverdlovsk" in row["scope"]}
    for row in rows:
        if "Sverdlovsk" in row["scope"]:
            of[row["series"]] += row["value"]
    value = 100 * of["arrested, of the line's own group"] / of["arrested"]
    words = "of the line's own group among those arrested on four lines in Sverdlovsk by 21 March 1938"
    note = "a line took whom its cases named"
    key = "lines-own-group-sverdlovsk"
    return [*found, Known(key, words, "per cent", "lines-time", value, "prediction", source, note, group="by line")]


def _sentences() -> list[Known]:
    """Return sentences by year, their sums, and the fall after the halt."""
    table = {row["year"]: row for row in record("ussr-sentences") if row["year"] in YEARS}
    rows = [known for year in YEARS for known in _of_year(year, table[year])]
    both = (table[1937], table[1938])
    for key, quantity, column in (
        ("sentenced", "sentenced, 1937-38", "total_sentenced"),
        ("deaths", "sentenced to death, 1937-38", "death"),
        ("custody", "sent to camps, colonies and prison, 1937-38", "camps_colonies_prison"),
    ):
        value = float(sum(row[column] for row in both))
        note = "1937 was fitted, 1938 was not"
        rows.append(Known(f"{key}-1937-38", quantity, "persons", "ussr-sentences", value, _PARTLY, _POPOV, note))
    for key, quantity, column in (
        ("deaths", "deaths of 1939 in per cent of 1938", "death"),
        ("sentenced", "sentences of 1939 in per cent of 1938", "total_sentenced"),
    ):
        value = 100 * table[1939][column] / table[1938][column]
        rows.append(
            Known(
                f"{key}-1939-of-1938",
                quantity,
                "per cent",
                "ussr-sentences",
                value,
                "prediction",
                _POPOV,
                "the fall after the halt",
            )
        )
    return rows


def _of_year(year: int, row: dict[str, Any]) -> list[Known]:
    """Return the quantities of one year. In 1936 only the KGB series has the scope of the scenario."""
    role = "calibrated" if year <= 1937 else "prediction"
    early = year == 1936
    total = float(row["total_kgb"] if early else row["total_sentenced"])
    values = (
        ("sentenced", "sentenced", "persons", total, _SCOPE_1936 if early else ""),
        ("deaths", "sentenced to death", "persons", float(row["death"]), "not the same as shot"),
        (
            "custody",
            "camps, colonies and prison",
            "persons",
            math.nan if early else float(row["camps_colonies_prison"]),
            _NO_1936 if early else "",
        ),
        (
            "exile-other",
            "exile and other",
            "persons",
            math.nan if early else float(row["exile"] + row["other"]),
            _NO_1936 if early else "",
        ),
        ("death-share", "share of death sentences", "share", row["death"] / total, _SCOPE_1936 if early else ""),
    )
    fitted = dict.fromkeys(("sentenced", "deaths"), role)
    other = _PARTLY if role == "calibrated" else role
    return [
        Known(
            f"{key}-{year}", f"{quantity}, {year}", unit, "ussr-sentences", value, fitted.get(key, other), _POPOV, note
        )
        for key, quantity, unit, value, note in values
    ]


def _monthly(series: str, end: str) -> float:
    """Return one cumulative count of the certificate."""
    return next(
        float(row["value"])
        for row in record("ussr-monthly")
        if row["scope"] == "USSR" and row["series"] == series and row["period_end"] == end
    )


def _arrests() -> list[Known]:
    """Return arrests by year, and the slowing before the halt."""
    yearly = {
        int(row["period_start"][:4]): row
        for row in record("ussr-monthly")
        if row["scope"] == "USSR" and row["series"] == "arrests in calendar year"
    }
    rows = []
    for year in YEARS:
        row = yearly.get(year)
        value = float(row["value"]) if row else math.nan
        source = "Mozokhin 2006 (record ussr-monthly)" if row else ""
        note = _CHECKED[row["verification"]] if row else "no number of this year in the record"
        role = "calibrated" if year == 1937 else "prediction"
        rows.append(Known(f"arrests-{year}", f"arrests, {year}", "persons", "ussr-monthly", value, role, source, note))
    july, november = (_monthly("arrests since 1 Oct 1936", end) for end in ("1938-07-01", "1938-11-01"))
    for key, quantity, unit, value, note in (
        (
            "arrests-1936-10-to-1938-06",
            "arrests, October 1936 to June 1938",
            "persons",
            july,
            "15 of the 21 months were fitted",
        ),
        ("arrests-1938-07-to-1938-10", "arrests, July to October 1938", "persons", november - july, ""),
        (
            "slowing",
            "arrests a month, July to October 1938, to the 21 months before",
            "ratio",
            (november - july) / 4 / (july / 21),
            "the slowing before the halt",
        ),
    ):
        role = "prediction" if key == "arrests-1938-07-to-1938-10" else _PARTLY
        rows.append(Known(key, quantity, unit, "ussr-monthly", value, role, _CERTIFICATE, note))
    return rows


def _campaigns() -> list[Known]:
    """Return totals of Order 00447, of the lines, and of the numbers given as input."""
    table = {row["operation"]: row for row in record("ussr-operations")}
    wives = table['Wives of "traitors to the motherland"']["convicted"]
    return [
        *_of_operation(
            "order-00447",
            "under Order 00447",
            table["Order 00447 (former kulaks, criminals, other anti-Soviet elements)"],
            table["Order 00447, arrests only"]["arrested"],
        ),
        *_of_operation(
            "lines",
            "under the national lines",
            table["National operations, all"],
            table["National operations, arrests only"]["arrested"],
        ),
        _campaign("signed-lists", "persons arrested from signed lists", 44500, "input", "names on lists: about 44,500"),
        _campaign("wives", "wives under Order 00486", wives, "input", "given as an order"),
    ]


def _of_operation(key: str, under: str, row: dict[str, Any], arrests: float) -> list[Known]:
    """Return arrests, sentences, deaths and share of deaths of one campaign."""
    is_lines = key == "lines"
    note = "spans 1937 and 1938" if is_lines else _SPAN
    digits = "" if is_lines else "; exact digits from the literature, rounded values stored"
    share_note = "the share over the whole of the lines is input" if is_lines else note
    share = row["executed"] / row["convicted"]
    share_role = "input" if is_lines else _PARTLY
    return [
        _campaign(f"{key}-arrests", f"arrests {under} to 31 October 1938", arrests, _PARTLY, note),
        _campaign(f"{key}-sentenced", f"sentenced {under}", row["convicted"], _PARTLY, note + digits),
        _campaign(f"{key}-deaths", f"sentenced to death {under}", row["executed"], _PARTLY, share_note + digits),
        _campaign(f"{key}-death-share", f"share of deaths {under}", share, share_role, share_note, "share"),
    ]


def _campaign(key: str, quantity: str, value: float, role: str, *notes: str) -> Known:
    """Return one quantity of the record of operations; the second note, if any, is the unit."""
    note, unit = (*notes, "persons")[:2]
    return Known(key, quantity, unit, "ussr-operations", float(value), role, "record ussr-operations", note)


def _article() -> list[Known]:
    """Return the source article's own figures, with the verdict of the claims table."""
    wanted = (("C01", "deaths-1937-38"), ("C02", "custody-1937-38"), ("C03", "deaths-1939-of-1938"))
    rows = []
    for name, simulated in wanted:
        (claim,) = claims(ids=[name])
        rows.append(_of_claim(claim, simulated))
    return rows


def _of_claim(claim: ArticleClaim, simulated: str) -> Known:
    """Return the row of one claim of the source article."""
    unit = "per cent" if "per cent" in claim.unit else "persons"
    value = math.nan if claim.quantity_low is None else claim.quantity_low
    return Known(
        f"article-{claim.id.lower()}", f"source article: {claim.claim}", unit, "claims", value,
        "prediction" if simulated.endswith("-1939-of-1938") else _PARTLY,
        "source article (claims table)", claim.scholarship, claim.id, claim.status, "the source article", simulated,
    )  # fmt: skip
