"""Whom does a pressed person name? Statistics, history and choice, written once for simulator and estimator."""

from greatfear.naming.choice import log_probability, pick_largest
from greatfear.naming.history import History, fade, grown, new_history, note, pair_count, pairs_that_fit, settle
from greatfear.naming.registry import STATISTICS, TRANSFORMS, Statistic
from greatfear.naming.statistics import fill, two_path, utilities, utility, value
from greatfear.naming.terms import Term, Terms, compile_terms, parse_term

__all__ = [
    "STATISTICS",
    "TRANSFORMS",
    "History",
    "Statistic",
    "Term",
    "Terms",
    "compile_terms",
    "fade",
    "fill",
    "grown",
    "log_probability",
    "new_history",
    "note",
    "pair_count",
    "pairs_that_fit",
    "parse_term",
    "pick_largest",
    "settle",
    "two_path",
    "utilities",
    "utility",
    "value",
]
