"""Scenarios, published records and the claims of the source article: data first, read when asked for.

Examples
--------
>>> from greatfear import catalogue
>>> catalogue.scenarios()[-1:]
['witch-hunt']
"""

from greatfear.catalogue.article import ArticleClaim, claims
from greatfear.catalogue.entry import base_of, readme, scenario, scenarios
from greatfear.catalogue.tables import Record, RecordColumn, record, records

__all__ = [
    "ArticleClaim", "Record", "RecordColumn", "base_of", "claims", "readme", "record", "records", "scenario", "scenarios",
]  # fmt: skip
