"""Whom does a pressed person name? Statistics, history and choice, written once for simulator and estimator.

Importing this folder compiles nothing: kernels stand in `history`, `statistics` and `choice`.
"""

from greatfear.naming.formula import Effect, Formula, parse_formula
from greatfear.naming.registry import STATISTICS, TRANSFORMS, Statistic
from greatfear.naming.terms import Terms, compile_terms, faults_of_theta

__all__ = [
    "STATISTICS",
    "TRANSFORMS",
    "Effect",
    "Formula",
    "Statistic",
    "Terms",
    "compile_terms",
    "faults_of_theta",
    "parse_formula",
]
