"""The section of the report on the centre: what it believed, period by period, and what its belief drove."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from typing import Any

from greatfear.canvas import INK, PALETTE, calendar_axis, figure, svg, thousands, titled
from greatfear.plots.markup import figure_block, table

__all__ = ["centre_section", "draw_belief"]

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
    caption = "Above: enemies believed at large. Below: arrests from the file of suspects and draws from registers."
    if offices is not None:
        caption = (
            "Above: enemies believed at large. Below: arrests that rest on statements of all kinds, by month, and those from "
            "registers and orders; dotted: arrests that the centre took from its file of suspects. The table of the next section "
            "has belief and arrests month by month."
        )
    text += figure_block(
        svg(draw_belief(columns, epoch, offices), "centre", "what the centre believed over time"), caption
    )
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


def draw_belief(
    columns: Mapping[str, list[Any]], epoch: dt.date, offices: Mapping[str, list[Any]] | None = None
) -> Any:
    """Return the belief of the centre above arrests: those that it counts; with `offices`, on statements and from lists."""
    drawn, (above, below) = figure((8, 4.4), (2, 1), sharex=True)
    dates = [epoch + dt.timedelta(days=int(day)) for day in columns["day"]]
    above.plot(dates, columns["belief"], color=PALETTE[0])
    above.set(ylabel="persons", ylim=(0, None))
    titled(above, "Enemies believed at large")
    if offices is None:
        below.plot(dates, columns["off_file"], color=PALETTE[0], label="from the file of suspects")
        below.plot(dates, columns["off_register"], color=PALETTE[3], linestyle="--", label="from registers")
    else:
        months = [dt.date.fromisoformat(f"{month}-01") for month in offices["month"]]
        lines = (
            ("arrests_on_leads", "on statements", 0, "-"),
            ("arrests_from_lists", "from registers and orders", 3, "--"),
        )
        for key, words, colour, style in lines:
            below.step(months, offices[key], where="post", color=PALETTE[colour], linestyle=style, label=words)
        below.plot(dates, columns["off_file"], color=INK, linestyle=":", label="from the file of suspects")
    below.set(ylabel="arrests" if offices else "arrests in the period", xlabel="date", ylim=(0, None))
    below.legend(loc="upper left", fontsize=7.5, frameon=False)
    titled(below, "Arrests by month" if offices else "Arrests that the centre counts")
    for axes in (above, below):
        thousands(axes)
    calendar_axis(below)
    return drawn
