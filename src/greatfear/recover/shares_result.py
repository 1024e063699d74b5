"""How much of an archive is its own echo: shares of namings explained by suggestion, repetition and hearsay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.describe.columns import numbers
from greatfear.errors import Fault, FaultList, found
from greatfear.recover.case_words import in_words_of_case
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Check, Drawing, Result, Verdict, by_id, refused
from greatfear.recover.shares_fit import MEMORIES, ShareFit, fit_shares, why_no_shares
from greatfear.recover.shares_range import share_ranges

TITLE = "How much of this archive is its own echo?"
PARTS = ("suggestion", "repetition", "hearsay", "other")
_MEANING = {
    "suggestion": "the office had heard the name, or held it out",
    "repetition": "the speaker had named the person before",
    "hearsay": "kin or fellows of the unit had named the person before",
    "other": "acquaintance, knowledge, chance: none of the three",
}
_ABOUT = {
    "shares": "one class of circumstance (first row: all namings): shares of the namings that each part explains; low and high "
    "are a range over three forms of the model, with the chance of who spoke; absent where only one form could be fitted",
    "rates": "one part in one class of circumstance: names a sitting, median and 90 % interval under the first form alone",
    "statements": "one naming with a day: how far each part explains it; the shares add up to 1",
    "persons": "one person who was named: mean shares of the namings of this person",
}


@in_words_of_case
def shares(archive: Archive, *, tau: float | None = None, purpose: str | None = None, seed: int = 0) -> Result:
    """Return how much of the archive suggestion, repetition and hearsay explain, as a whole and naming by naming.

    It does not ask who was a member of anything. Knowledge and acquaintance stand under "other".

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    tau : float, optional
        Days after which a word weighs 1/e in an office's memory; learned from the record where absent.
    purpose : str, optional
        What the answer is for; asked of real archives that end less than 80 years ago, and kept.
    seed : int
        Seed of the draws behind the intervals.

    Returns
    -------
    Result
        Tables `shares`, `rates`, `statements`, `persons`.

    Raises
    ------
    greatfear.errors.FaultList
        `tau` is not positive, or a purpose must be stated.
    """
    if tau is not None and not (isinstance(tau, (int, float)) and tau > 0):
        raise FaultList([Fault("tau", found(tau), "a number of days, more than 0")], "shares")
    settings: dict[str, Any] = {"seed": seed, **ask_for_purpose(archive, purpose)}
    reason = why_no_shares(archive)
    if reason:
        return refused("shares", TITLE, [reason], settings=settings)
    fit = fit_shares(archive, tau=tau, seed=seed)
    settings["tau"] = fit.tau
    tables = {
        "shares": _shares(archive, fit),
        "rates": _rates(fit),
        "statements": statements_table(archive, fit.design, fit.learned.parts[:, 1:], PARTS),
        "persons": _persons(archive, fit),
    }
    checks = _checks(fit)
    rows = tables["shares"].to_pylist()
    drawing = Drawing(
        "shares", "What explains the namings, by circumstance",
        "Each bar is one class of circumstance; the shares of a bar add up to 1.", lambda: draw_shares(rows, PARTS),
    )  # fmt: skip
    verdict: Verdict = "tells" if all(check.passed for check in checks) else "tells in part"
    return Result("shares", TITLE, verdict, _words(fit, rows, checks), tables, _ABOUT, checks, settings, (drawing,))


def _shares(archive: Archive, fit: ShareFit) -> pa.Table:
    """Return the shares by class of circumstance."""
    rows = []
    ranges = share_ranges(archive, fit)
    for cls, name in [(None, "all"), *enumerate(fit.design.sittings.classes)]:
        n = len(fit.design.cls) if cls is None else int((fit.design.cls == cls).sum())
        sat = fit.design.sittings.cls
        row: dict[str, Any] = {
            "circumstance": name,
            "namings": n,
            "sittings": len(sat) if cls is None else int((sat == cls).sum()),
        }
        if n:
            for part, (mean, low, high) in ranges[cls].items():
                row |= {part: mean, f"{part}_low": low, f"{part}_high": high}
        rows.append(row)
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return pa.table({key: [row.get(key) for row in rows] for key in keys})


_RATES = (
    "suggestion", "repetition, for each name said before", "reciprocity, for each who named the speaker", "hearsay",
    "kin", "acquaintances", "unit", "region", "everybody",
)  # fmt: skip


def _rates(fit: ShareFit) -> pa.Table:
    """Return the rates with intervals."""
    rows = []
    draws = fit.learned.rates.linear[None] if fit.chain is None else fit.chain.trace["linear"]
    for cls, name in enumerate(fit.design.sittings.classes):
        for part, words in enumerate(_RATES):
            low, median, high = np.quantile(draws[:, cls, part], [0.05, 0.5, 0.95])
            rows.append(
                {
                    "part": words,
                    "circumstance": name,
                    "median": median,
                    "low": low,
                    "high": high,
                    "unit": "names a sitting",
                }
            )
    return pa.Table.from_pylist(rows)


def statements_table(archive: Archive, design: Any, parts: Any, names: tuple[str, ...]) -> pa.Table:
    """Return a row for each naming that entered, in the order of the archive, with its shares."""
    order = np.argsort(design.row, kind="stable")
    row, naming = design.row[order], design.naming[order]
    ids = archive.table("persons", ["id"]).column("id").combine_chunks()
    columns: dict[str, Any] = {"statement": row.astype(np.int32)}
    for name, who in (("speaker", design.speaker), ("subject", design.subject)):
        columns[f"{name}_id"] = ids.take(pa.array(design.person[who[naming]]))
    time = np.floor(numbers(archive.table("statements", ["time"]), "time")[row]).astype("timedelta64[D]")
    columns["date"] = pa.array((np.datetime64(archive.epoch) + time).astype(str).tolist(), pa.string())
    for place, name in enumerate(names):
        columns[f"explained_{name}"] = parts[naming, place]
    return pa.table(columns)


def _persons(archive: Archive, fit: ShareFit) -> pa.Table:
    """Return the mean shares of the namings of each person."""
    design = fit.design
    n = np.bincount(design.subject, minlength=design.n_persons)
    person = design.person[n > 0]
    order = np.argsort(person, kind="stable")
    columns: dict[str, Any] = {
        "person": person[order].astype(np.int32),
        "id": archive.table("persons", ["id"]).column("id").combine_chunks().take(pa.array(person[order])),
        "n_namings": n[n > 0][order],
    }
    for place, name in enumerate(PARTS, 1):
        total = np.bincount(design.subject, fit.learned.parts[:, place], design.n_persons)
        columns[f"explained_{name}"] = (total[n > 0] / n[n > 0])[order]
    return by_id(pa.table(columns))


def _checks(fit: ShareFit) -> tuple[Check, ...]:
    """Return what limits the answer."""
    classes = len(np.unique(fit.design.cls))
    dated = fit.design.n_undated
    total = dated + len(fit.design.row)
    return (
        Check(
            "circumstances", float(classes), 2.0, classes >= 2,
            "the archive records more than one circumstance of speech"
            if classes >= 2
            else "the archive records one circumstance of speech only, so what pressure did cannot be separated from what all "
            "speakers did",
        ),
        Check(
            "namings without a day", dated / max(total, 1), 0.1, dated <= 0.1 * total,
            f"{dated:,} of {total:,} namings have no day; they cannot be placed before or after others, and are left out",
        ),
    )  # fmt: skip


def _words(fit: ShareFit, rows: list[dict[str, Any]], checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Return the sentences."""
    every = rows[0]
    text = ", ".join(f"{part} {every[part]:.0%} ({_range(every, part)}{_MEANING[part]})" for part in PARTS)
    memory = "no fading of what an office had heard" if fit.tau >= MEMORIES[-1] else f"a memory of {fit.tau:,.0f} days"
    n_rows = len(fit.design.row)
    once = f" (a name counts once a sitting; there are {n_rows:,} rows)" if n_rows > every["namings"] else ""
    echo, least, most = (sum(every[f"{part}{end}"] for part in PARTS[:3]) for end in ("", "_low", "_high"))
    between = "" if np.isnan(least) else f" ({least:.0%} to {min(most, 1.0):.0%})"
    words = [
        (
            f"What had been said before explains {echo:.0%}{between} of {every['namings']:,} namings in "
            f"{every['sittings']:,} sittings{once}."
        ),
        (
            f"By part: {text}. The ranges are over three forms of the model: names brought side by side, the same with persons "
            "who talk more or are better known, and a choice among all persons."
        ),
        (
            f"The record is explained best by {memory}. These are shares under a model of who speaks; they say nothing about "
            "whether a naming was true."
        ),
    ]
    return (*words, *(f"{check.means[0].upper()}{check.means[1:]}." for check in checks if not check.passed))


def _range(row: dict[str, Any], part: str) -> str:
    low, high = row[f"{part}_low"], row[f"{part}_high"]
    return "range not known; " if np.isnan(low) else f"{low:.0%} to {high:.0%}; "


def draw_shares(rows: list[dict[str, Any]], parts: tuple[str, ...]) -> Any:
    """Draw stacked bars of shares by class of circumstance."""
    from greatfear.canvas import PALETTE, figure, titled

    shown = [row for row in rows if row.get(parts[0]) is not None]
    drawn, (axes,) = figure((6.4, 1.2 + 0.36 * len(shown)))
    left = np.zeros(len(shown))
    for place, part in enumerate(parts):
        width = np.array([row[part] for row in shown])
        axes.barh(
            range(len(shown)),
            width,
            left=left,
            label=part,
            color=PALETTE[place],
            edgecolor="white",
            hatch="//" if place < 2 else "",
        )
        left += width
    axes.set_yticks(
        range(len(shown)),
        [f"{row['circumstance']} ({row['namings']:,})".replace(", ", ",\n", 1) for row in shown],
        fontsize=8,
    )
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of the namings")
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    titled(axes, "")
    return drawn
