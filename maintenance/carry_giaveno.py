"""Fit the naming rule to Giaveno 1335 and print the coefficients that the entry `witch-hunt` takes over.

Run ``python maintenance/carry_giaveno.py`` where the data set can be had (GREATFEAR_DATA); tests hold the entry to it.
Everybody in the record is at risk, as in the village, whose pools stand for all its inhabitants. Congregation fellows are
taken account of, and their coefficient is not carried over: the depositions that name a person are also what tells us that
he or she was at a congregation.
"""

from __future__ import annotations

import dataclasses

from greatfear import datasets
from greatfear.estimate import NamingModel
from greatfear.estimate.claims import Claims
from greatfear.sources import Certainty

FORMULA = "kin + accused(transform=log1p) + doomed + reciprocity + inertia + two_path + tie(congregation)"


def carried() -> Claims:
    """Return the claims."""
    source = dataclasses.replace(datasets.dataset("giaveno-1335").source, key="estevez2024")
    return NamingModel(FORMULA).fit(datasets.giaveno_1335()).as_claims(source, certainty=Certainty.POSSIBLE)


if __name__ == "__main__":
    print(carried())
