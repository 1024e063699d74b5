"""The section of the report on the centre: what it believed, period by period, and what its belief drove."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from typing import Any

from greatfear.plots.courses import by_month, course
from greatfear.plots.markup import table

_HEADS = {
    "day": "until", "belief": "enemies believed at large", "named": "persons entered on the file",
    "confessions": "confessions", "off_file": "arrested from the file", "off_register": "drawn from registers",
    "members_at_large": "real members at large (truth)", "zeal": "zeal",
}  # fmt: skip


def centre_section(parts: Mapping[str, Mapping[str, Any]], epoch: dt.date) -> tuple[str, str, str]:
    """Return key, title and HTML of the section; `parts` is what a run left beside its archive."""
    told = parts["centre"]
    columns = _columns(told)
    words = "".join(f"<li>{html.escape(line)}</li>" for line in told["drives"])
    text = f"<ul>{words}</ul>" + _reports(told)
    if told["clipped_periods"]:
        text += (
            f'<p class="note">In {told["clipped_periods"]} periods the belief was held at 0: more persons were arrested from the '
            "file than the centre believed at large. What it believed then rests on this floor.</p>"
        )
    for fall in told["fallen"]:
        date = epoch + dt.timedelta(days=fall["day"])
        text += f"<p>A chief fell on {date} for {fall['why']} arrests ({fall['arrests_a_month']:,.0f} a month).</p>"
    offices = _columns(parts["offices"]) if parts.get("offices", {}).get("series") else None
    text += _figures(columns, epoch, offices)
    dates = [epoch + dt.timedelta(days=int(day)) for day in columns["day"]]
    body = [[str(date), *(columns[name][k] for name in _HEADS if name != "day")] for k, date in enumerate(dates)]
    inner = table(tuple(_HEADS.values()), body, tuple(range(1, len(_HEADS))))
    text += f"<details><summary>as a table</summary>{inner}</details>"
    return "centre", "What the centre believed", text


def _reports(told: Mapping[str, Any]) -> str:
    """Return what services told the centre on which day, such as the file of a sham organisation."""
    lines = [
        f"On {one['date']} the centre was told: {one['name']} adds {one['enemies']:,.0f} enemies"
        + (f" ({one['ground']})." if one.get("ground") else ".")
        for one in told.get("reports", [])
    ]
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _columns(told: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the series of the centre by column."""
    return dict(zip(told["columns"], map(list, zip(*told["series"], strict=True)), strict=True))


def _figures(columns: Mapping[str, list[Any]], epoch: dt.date, offices: Mapping[str, list[Any]] | None) -> str:
    """Return the belief of the centre, and arrests: those that it counts; with `offices`, on statements and from lists."""
    days = [float(day) for day in columns["day"]]
    text = course("centre-belief", "Enemies believed at large", [("belief", days, columns["belief"])], epoch)
    off_file = ("from the file of suspects", days, columns["off_file"])
    if offices is None:
        lists = ("from registers", days, columns["off_register"])
        return text + course("centre-arrests", "Arrests that the centre counts, by period", [off_file, lists], epoch)
    arrests = [
        by_month(words, offices["month"], offices[key], epoch)
        for key, words in (
            ("arrests_on_leads", "on statements of all kinds"),
            ("arrests_from_lists", "from registers and orders"),
        )
    ]
    note = (
        "The last is what the centre took from its file. The table of the next section has belief and arrests by month."
    )
    return text + course("centre-arrests", "Arrests by month", [*arrests, off_file], epoch, note)
