"""Addressed random numbers: each is a function of (seed, replicate, purpose, who, whom, count), never of a stream."""

from greatfear.draws.generator import bits, philox, purpose_key, uniform
from greatfear.draws.permutation import back, forth, subkey
from greatfear.draws.purpose import Purpose
from greatfear.draws.shapes import choice, exponential, gumbel, integer, negative_binomial, normal, poisson

__all__ = [
    "Purpose",
    "back",
    "bits",
    "choice",
    "exponential",
    "forth",
    "gumbel",
    "integer",
    "negative_binomial",
    "normal",
    "philox",
    "poisson",
    "purpose_key",
    "subkey",
    "uniform",
]
