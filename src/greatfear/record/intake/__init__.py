"""Intake of real archives: tables and a small column map become an archive and a report that explains every row."""

from greatfear.record.intake.guess import guess, unread_columns
from greatfear.record.intake.mapping import ColumnMap, read_map
from greatfear.record.intake.raw import RawTable, read_tables
from greatfear.record.intake.report import IntakeReport, RowNote, TableReport
from greatfear.record.intake.run import Intake, intake

__all__ = [
    "ColumnMap",
    "Intake",
    "IntakeReport",
    "RawTable",
    "RowNote",
    "TableReport",
    "guess",
    "intake",
    "read_map",
    "read_tables",
    "unread_columns",
]
