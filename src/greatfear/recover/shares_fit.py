"""Rates of suggestion, repetition and hearsay, without asking who was a member."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import numbers
from greatfear.recover.ledger_rows import read_namings
from greatfear.recover.veracity_design import Design, design_of, suggestion
from greatfear.recover.veracity_gibbs import Chain, Settings, sample
from greatfear.recover.veracity_learning import Learned, learn_without_members
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_rates import Priors, priors_of

MEMORIES = (15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 1e6)
"""Days after which a word weighs 1/e in an office's memory; the last: nothing fades."""
_DRAWS = Settings(sweeps=300, burn=100, varies=False, flips=False)
_LARGE = 200_000


@dataclass(frozen=True, slots=True)
class ShareFit:
    """The design at the memory that explains the record best, its rates, and draws of them.

    `varied`: draws of the model in which some talk more, and some are better known, than others.
    """

    design: Design
    priors: Priors
    learned: Learned
    tau: float
    chain: Chain | None
    varied: Chain | None


def why_no_shares(archive: Archive) -> str:
    """Return the sentence that says why shares cannot be told; empty where they can."""
    namings = read_namings(archive)
    if not namings.n_statements:
        return "The archive holds no statements."
    if not len(namings):
        return "No statement is by a known speaker about another single person, so nothing shows who repeated whom."
    dated = int((~np.isnan(namings.day)).sum())
    if len(namings) == 1:
        return "There is one naming only: nothing came before it that it could repeat."
    if dated < 2:
        none = f"{dated or 'None'} of {len(namings):,} namings has a day"
        return f"{none}: without an order in time nothing shows what was an echo."
    speakers = len(np.unique(namings.speaker))
    if speakers < 2:
        return "Only one person spoke: nothing shows what a second speaker would have said without the first."
    moments = numbers(archive.table("statements", ["time"]), "time")[namings.row[~np.isnan(namings.day)]]
    if moments.min() == moments.max():
        return f"All {dated:,} namings with a day are of one day: nothing shows who spoke first, and what was an echo."
    return ""


def faded(design: Design, tau: float) -> Design:
    """Return the same design with another memory of offices; recorded prompts keep their weight."""
    features = design.features.copy()
    prompted = features[:, 0] == 1.0
    sat = design.sittings
    shares = suggestion(
        sat.time[design.sitting], sat.office[design.sitting], design.subject, np.int64(design.n_persons), tau
    )
    features[:, 0] = np.where(prompted, 1.0, shares)
    return replace(design, features=features)


def fit_shares(archive: Archive, *, tau: float | None = None, draws: bool = True, seed: int = 0) -> ShareFit:
    """Return rates and shares at the memory with the highest likelihood, or at the given one."""
    design = design_of(archive, tau=MEMORIES[-1] if tau is None else tau)
    priors = priors_of(design, np.zeros(len(design.sittings.classes), bool))
    best, found = MEMORIES[-1] if tau is None else tau, learn_without_members(design, priors)
    for memory in MEMORIES[-2::-1] if tau is None else ():
        other = faded(design, memory)
        tried = learn_without_members(other, priors, start=found.rates, rounds=20)
        if tried.log_likelihood <= found.log_likelihood:
            break
        best, found, design = memory, tried, other
    chain, varied = None, None
    if draws and len(design.sitting) <= _LARGE:
        start = replace(found, member=np.zeros(design.n_persons))
        chain, varied = (
            sample(design, priors, Question(0.5, 0.5), start, replace(_DRAWS, varies=varies), seed=seed)
            for varies in (False, True)
        )
    return ShareFit(design, priors, found, best, chain, varied)


def class_shares(
    fit: ShareFit, cls: int | None, *, varied: bool = False
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return, for one class or all, the shares of suggestion, repetition, hearsay and other, and their draws (draws, 4)."""
    rows = slice(None) if cls is None else fit.design.cls == cls
    chain = fit.varied if varied else fit.chain
    mean = (fit.learned if chain is None else chain).parts[rows].mean(axis=0)[1:]
    if chain is None:
        return mean, mean[None, :]
    counts = chain.trace["first"]
    events = counts.sum(axis=1) if cls is None else counts[:, cls]
    total = np.maximum(events.sum(axis=1, keepdims=True), 1.0)
    other = events[:, 2] + events[:, 4:].sum(axis=1)
    return mean, np.c_[events[:, 0], events[:, 1], events[:, 3], other] / total
