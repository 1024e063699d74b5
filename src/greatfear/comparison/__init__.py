"""Explanations beside the record: what was simulated, what was published, and the error between them."""

from greatfear.comparison.against_record import Comparison, ComparisonRow, against_record, replicate_intervals

__all__ = ["Comparison", "ComparisonRow", "against_record", "replicate_intervals"]
