"""A model of who names whom, fitted here: formula, coefficients with a sentence each, risk set, two models side by side."""

from __future__ import annotations

import math
from typing import Any

from greatfear.errors import FaultList, GreatFearError
from greatfear.plots.marks.svg import shown
from greatfear.show.wording import counted
from greatfear.web import address as at
from greatfear.web.lab import Entry, Lab, PendingError
from greatfear.web.pages.frame import ROWS, archive_page
from greatfear.web.parts import Block, Fact, Facts, Form, Input, Notice, Page, Prose, Table, cell

_FIRST = "kin + reciprocity + inertia"
_MOST_PAIRS = 30_000_000


def model(lab: Lab, address: at.Model) -> Page:
    """Return the fit of a formula, and of a second one beside it; without a formula, the effects there are."""
    entry = lab.entry(address.name)
    form = Form(
        str(at.Model(name=entry.name)),
        (Input("choice", "Whom does a speaker name?", address.choice or _FIRST, "wide", _terms()),
         Input("beside", "Beside it", address.beside, "wide", _terms())),
        "Fit", style="code",
    )  # fmt: skip
    blocks: list[Block] = [form]
    refresh = 0
    too_large = _too_large(entry)
    if too_large:
        blocks.append(Notice(too_large))
    elif address.choice:
        fits = []
        for formula in filter(None, (address.choice, address.beside)):
            found = _fitted(entry, formula)
            if isinstance(found, str):
                blocks.append(Notice(found, "fault"))
            else:
                fits.append((formula, found))
        for formula, fit in fits:
            blocks += _fit(entry, formula, fit)
        if len(fits) == 2:
            blocks.append(_side_by_side(fits))
        for formula, fit in fits:
            replayed, is_ready = _replay(entry, formula, fit)
            blocks, refresh = [*blocks, *replayed], refresh if is_ready else 2
    blocks.append(_effects(entry))
    return archive_page(
        entry,
        address,
        "Whom does a speaker name?",
        blocks=tuple(blocks),
        rows_as=ROWS if address.choice else (),
        refresh=refresh,
    )


def _too_large(entry: Entry) -> str:
    """Say so where a fit would not end while one waits."""
    tables = entry.opened.manifest.tables
    pairs = tables["statements"].rows * tables["persons"].rows
    if pairs <= _MOST_PAIRS:
        return ""
    return (
        f"This archive has {tables['statements'].rows:,} statements by and about {tables['persons'].rows:,} "
        "persons: a fit over all "
        "alternatives takes too long for a page. Use the command line, which can draw alternatives: greatfear "
        "fit ARCHIVE --choice … --controls 50"
    )


def _fitted(entry: Entry, formula: str) -> Any:
    """Return the fit, or in words what is wrong with the formula or the archive."""
    from greatfear.estimate import NamingModel, events_from_archive

    archive = entry.opened
    try:
        events = entry.kept(("events",), lambda: events_from_archive(archive), "The list of events")
        return entry.kept(("fit", formula), lambda: NamingModel(formula).fit(events), "The fit")
    except FaultList as error:
        return "\n".join(str(fault) for fault in error.faults)
    except GreatFearError as error:
        return str(error)


def sentence(name: str, theta: float) -> str:
    """Return in words what a coefficient says.

    Examples
    --------
    >>> sentence("kin", 1.0986)
    'A speaker is 3.0 times as likely to name a person with one unit more of kin, all else equal.'
    """
    if not math.isfinite(theta):
        return "No finite estimate."
    times = math.exp(min(abs(theta), 700))
    if times < 1.005:
        return f"One unit more of {name} makes no difference."
    word = "as likely" if theta > 0 else "less likely"
    many = f"{times:,.1f}" if times < 1e6 else "more than a million"
    return f"A speaker is {many} times {word} to name a person with one unit more of {name}, all else equal."


def _fit(entry: Entry, formula: str, fit: Any) -> list[Block]:
    """Return warnings first, then the numbers, then what they say."""
    warnings = []
    if not fit.converged:
        warnings.append(Notice("The search for the maximum did not converge. Do not use these numbers.", "fault"))
    warnings += [
        Notice(f"The estimate of {term} diverges (complete separation: all events have it, or none).")
        for term in fit.boundless
    ]
    rows = []
    for name, theta in fit.coefficients.items():
        error = fit.standard_errors[name]
        low, high = theta - 1.959964 * error, theta + 1.959964 * error
        rows.append(tuple(map(cell, (name, theta, error, low, high, sentence(name, theta)))))
    numeric = ("coefficient", "error", "low", "high")
    table = Table(
        "rows",
        ("term", *numeric, "in words"),
        tuple(rows),
        title=formula,
        numeric=numeric,
        note="Low and high: 95 per cent, by the normal distribution.",
    )
    facts = Facts(
        (
            Fact(fit.n_events, "events explained"),
            Fact(float(fit.loglik), "log-likelihood"),
            Fact(float(fit.null_loglik), "log-likelihood without effects"),
            Fact(float(fit.risk_set_sizes.mean()) if len(fit.risk_set_sizes) else None, "persons at risk, on average"),
        )
    )
    left = tuple(f"Left out: {counted(one.count, one.what, ',')} {one.reason}." for one in fit.left_out)
    return [
        *warnings,
        table,
        facts,
        Prose(
            (f"Who could have been named: {_in_words(str(fit.risk_set))}", *left),
            title="Risk set, and what was left out",
        ),
    ]


def _in_words(text: str) -> str:
    """Return a text of the library in the words of these pages: the sender of an event speaks, the receiver is named."""
    for old, new in (("actors", "persons"), ("sender", "speaker")):
        text = text.replace(old, new)
    return text


def _terms() -> tuple[tuple[str, str], ...]:
    """Return the terms that a formula may hold, with what each measures, for completion."""
    from greatfear.naming.registry import STATISTICS

    return tuple(
        (f"{one.name}({', '.join(one.arguments)})" if one.arguments else one.name, one.about)
        for one in STATISTICS.values()
    )


_DRAWS = 100


def _replay(entry: Entry, formula: str, fit: Any) -> tuple[list[Block], bool]:
    """Return how events drawn from the fitted model compare with those observed, and whether the answer is there."""
    from greatfear.estimate import NamingModel, events_from_archive, replay_fit

    archive = entry.opened
    try:
        events = entry.kept(("events",), lambda: events_from_archive(archive), "The list of events")
        found = entry.kept(
            ("replay", formula),
            lambda: replay_fit(NamingModel(formula), events, fit, draws=_DRAWS),
            "The replay of the fit",
        )
    except PendingError as pending:
        return [Notice(f"{pending} This page reloads by itself.")], False
    except GreatFearError as error:
        return [Notice(f"The fit was not replayed. {error}")], True
    keys = ("observed", "mean", "low", "median", "high", "p")
    rows = tuple(
        (
            cell(row["statistic"]),
            *(cell(row[key], mark="doubt" if key == "p" and row["p"] < 0.05 else "") for key in keys),
        )
        for row in found.to_rows()
    )
    note = (
        f"{_DRAWS} histories drawn from the fitted model at the observed times, seed 0. Low and high: 5 and 95 per cent of them. "
        "A small p says that the model does not reproduce this statistic."
    )
    table = Table(
        f"replay-{formula}", ("statistic", *keys), rows, title=f"Replay of {formula}", numeric=keys, note=note
    )
    return [table], True


def _side_by_side(fits: list[tuple[str, Any]]) -> Table:
    """Return two fits in one table, with the difference of their AIC."""
    names = list(dict.fromkeys(name for _, fit in fits for name in fit.coefficients))
    rows = [(cell(name), *(cell(fit.coefficients.get(name)) for _, fit in fits)) for name in names]
    rows.append((cell("AIC"), *(cell(float(fit.aic)) for _, fit in fits)))
    rows.append((cell("events"), *(cell(fit.n_events) for _, fit in fits)))
    columns = ("term", *(f"{k}: {formula}" for k, (formula, _) in enumerate(fits, 1)))
    better = fits[0][0] if fits[0][1].aic <= fits[1][1].aic else fits[1][0]
    gap = abs(float(fits[0][1].aic - fits[1][1].aic))
    note = (
        f"{better} has the lower AIC, by {shown(gap)}."
        if fits[0][1].n_events == fits[1][1].n_events
        else "The models explain different events: their AIC cannot be compared."
    )
    return Table("beside", columns, tuple(rows), title="Side by side", numeric=columns[1:], note=note)


def _effects(entry: Entry) -> Table:
    """Return the effects of the registry with what each measures, and a link that adds it."""
    from greatfear.naming.registry import STATISTICS

    rows = []
    for one in STATISTICS.values():
        note = " ".join(filter(None, (one.about, f"({one.unit})" if one.unit else "")))
        href = "" if one.arguments else str(at.Model(name=entry.name, choice=one.name))
        rows.append((cell(one.name, href), cell(note), cell(one.definition)))
    return Table(
        "effects",
        ("effect", "what it measures", "definition"),
        tuple(rows),
        title="Effects that a formula may hold",
        is_folded=True,
    )
