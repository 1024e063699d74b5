"""What a claim came to: the finding, and the verdict over all of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

FAMILY = 1e-4
"""Probability that a right simulator fails the whole program, at most (Holm 1979, jstor.org/stable/4615733)."""

PLANTED_LEVEL = 1e-7
"""A planted error must be rejected at this level: stricter than any level that Holm can ask of up to 1000 claims."""


@dataclass(frozen=True)
class Finding:
    """One claim of theory, and what the simulator gave.

    Parameters
    ----------
    subject : str
        Item of MODEL.md section 14 (``M1``) or HISTORY.md (``H1``).
    claim : str
        What theory says, in words.
    source : str
        Where the answer stands: author, year, DOI or arXiv number, equation.
    statistic : str
        What was computed on how many repetitions.
    expected, found : float
        A summary of both sides, for the eye; the verdict rests on `p`.
    p : float
        Probability of a finding at least as far off, if theory holds; for identities 1 (equal) or 0.
    planted : mapping of str to float
        By planted error: p of the same test, when theory is given that error.
    """

    subject: str
    claim: str
    source: str
    statistic: str
    expected: float
    found: float
    p: float
    planted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Draw:
    """Fresh random numbers for one verification: seeds for the simulator and a generator for what is independent of it.

    Parameters
    ----------
    seed : int
        From the operating system unless repeated.
    size : int
        1 for the small form, more for the full one; repetitions grow with it.
    """

    seed: int = field(default_factory=lambda: secrets.randbits(31))
    size: int = 1

    def seeds(self, subject: int, count: int) -> list[int]:
        """Return seeds for the simulator."""
        return [int(x) for x in np.random.SeedSequence([self.seed, subject]).generate_state(count, np.uint32)]

    def rng(self, subject: int) -> np.random.Generator:
        """Return a generator that shares nothing with the simulator."""
        return np.random.default_rng([self.seed, subject, 1])


def verdicts(findings: Sequence[Finding], family: float = FAMILY) -> list[bool]:
    """Return for each finding whether theory stands, by Holm's step-down rule at the family-wise rate."""
    # a p that is no number says that the test broke down: it fails like the smallest
    p = np.nan_to_num([finding.p for finding in findings], nan=0.0)
    order = np.argsort(p, kind="stable")
    stands = [True] * len(findings)
    for rank, place in enumerate(order):
        if p[place] > family / (len(findings) - rank):
            break
        stands[place] = False
    return stands
