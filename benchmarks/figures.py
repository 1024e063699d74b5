"""The log-log figures of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.growth import exponent, series

_COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b6b6b")
"""Okabe and Ito's colours, told apart by colour-blind readers; markers tell the lines apart in grey."""
_MARKERS = "osD^v<>PX*dph8"


def names1(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw persons named per CPU second by size, a line a tool."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8.5, 5.2), layout="constrained")
    measured = [row for row in rows if "cpu_s" in row]
    lines: dict[str, list[tuple[int, int]]] = {}
    for row in sorted(measured, key=lambda row: row["n"]):
        lines.setdefault(row["tool"], []).append((row["n"], row["named_per_cpu_s"]))
    order = sorted(lines, key=lambda tool: -max(rate for _, rate in lines[tool]))
    for number, tool in enumerate(order):
        is_own = tool.startswith("greatfear")
        axes.loglog(
            *zip(*lines[tool], strict=True), marker=_MARKERS[number % len(_MARKERS)], label=tool,
            color=_COLOURS[number % len(_COLOURS)], linewidth=2.4 if is_own else 1.2, linestyle="-" if is_own else "--",
        )  # fmt: skip
    axes.set_xlabel("persons in the population")
    axes.set_ylabel("persons accused per CPU second, log included")
    axes.set_title("NAMES-1: the cascade alone, world already built", loc="left", fontsize=11)
    axes.grid(True, which="major", color="#dddddd")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def growth(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw time and memory by cases and by persons, with their exponents."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 2, figsize=(8.5, 6.4), layout="constrained")
    for column, (name, label) in enumerate(
        (("cases", "cases (persons arrested)"), ("persons", "persons in the population"))
    ):
        found = series(name, rows)
        for panel, parts in zip(
            panels[:, column],
            (
                (("cpu_s", "in all", "CPU seconds"), ("user_s", "not in the system", "CPU seconds")),
                (("net_mb", "on top of the libraries", "MB"), ("rss_mb", "in all", "MB")),
            ),
            strict=True,
        ):
            for number, (key, what, unit) in enumerate(parts):
                slope = f", exponent {exponent(found[name], found[key]):.3f}" if len(found[name]) > 1 else ""
                panel.loglog(
                    found[name], found[key], marker="os"[number], color=_COLOURS[number + 1], label=what + slope
                )
                panel.set_ylabel(f"{'time' if unit != 'MB' else 'peak memory'}, {unit}")
            low, high = panel.get_ylim()
            room = max(1.0, (30.0 * low / high) ** 0.5)  # so that a line that is nearly level looks so
            panel.set_ylim(low / room, high * room)
            panel.set_xlabel(label)
            panel.grid(True, which="major", color="#dddddd")
            panel.legend(frameon=False, fontsize=9)
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def rem(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw seconds of sampled fits by events, and microseconds an event without the system's for memory, a line a series."""
    import matplotlib.pyplot as plt

    figure, (whole, each) = plt.subplots(1, 2, figsize=(8.5, 3.8), layout="constrained")
    for number, name in enumerate(dict.fromkeys(row["series"] for row in rows)):
        found = [row for row in rows if row["series"] == name]
        events, seconds, own = ([row[key] for row in found] for key in ("events", "cpu_s", "user_s"))
        label = f"{name}, exponent {exponent(events, seconds):.2f}" if len(found) > 1 else name
        style = {"marker": _MARKERS[number], "color": _COLOURS[number], "linestyle": ("-", "--", ":")[number % 3]}
        whole.loglog(events, seconds, label=label, **style)
        each.semilogx(events, [s / n * 1e6 for n, s in zip(events, own, strict=True)], **style)
    whole.set_ylabel("time, CPU seconds")
    each.set_ylabel("time an event, CPU microseconds,\nwithout the system's for memory")
    each.set_ylim(bottom=0.0)
    for panel in (whole, each):
        counts = sorted({row["events"] for row in rows})
        panel.set_xticks(counts, [f"{count / 1000:,.0f}" for count in counts])
        panel.set_xticks([], minor=True)
        panel.set_xlabel("events, thousands")
        panel.grid(True, which="major", color="#dddddd")
    whole.set_yticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
    whole.legend(frameon=False, fontsize=9)
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)
