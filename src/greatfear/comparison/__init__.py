"""Explanations beside the record: what was simulated, what was published, and the error between them."""

from greatfear.comparison.against_record import Comparison, ComparisonRow, against_record, replicate_intervals
from greatfear.comparison.own_record import against_file

__all__ = ["Comparison", "ComparisonRow", "against_file", "against_record", "replicate_intervals"]
