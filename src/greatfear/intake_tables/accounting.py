"""The account of a table: every record made something, or is explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greatfear.errors import Fault
from greatfear.intake_tables.layout import SPOILT
from greatfear.intake_tables.mapping import columns_read
from greatfear.intake_tables.marks import NO_DATA
from greatfear.intake_tables.people import Origin
from greatfear.intake_tables.raw import RawTable, Record
from greatfear.intake_tables.report import IntakeReport, RowNote, TableReport
from greatfear.intake_tables.rules import Rule
from greatfear.show.wording import counted


def account(
    table: RawTable, rules: Sequence[Rule], origins: Mapping[tuple[str, int], Origin], report: IntakeReport
) -> TableReport:
    """Count one table and explain every record that made nothing, and every part that was left out."""
    counts = TableReport(table.name, len(table.records))
    own = tuple(column for column in table.header if "." not in column or column in columns_read(rules))
    counts.unread = tuple(sorted(set(own) - columns_read(rules))) if rules else ()
    for number, record in enumerate(table.records):
        origin = origins.get((table.name, number), Origin(table.name, record.label))
        is_used = any(origin.made.values())
        for made, amount in origin.made.items():
            counts.made[made] = counts.made.get(made, 0) + amount
        counts.used += is_used
        counts.left_out += not is_used
        _explain(record, origin, report, is_used=is_used, has_rules=bool(rules))
    filled = [record.row for record in table.records if record.cells]
    report.remarks += gap(
        table.name, [r.row for r in table.records if not r.cells and not r.part], max(filled, default=0)
    )
    return counts


def gap(name: str, empty: Sequence[int], last: int) -> list[str]:
    """Return a remark where empty rows stand above others: what stands below may be another table."""
    inner = [row for row in empty if row < last]
    if not inner:
        return []
    told = f"{name}: {counted(len(inner), 'empty row')} above others (the first: row {inner[0]}); if another table begins below, "
    return [told + "end this one with 'footer', and read the other by an entry of its own with 'header'"]


def faults_of(record: Record, origin: Origin) -> list[tuple[Fault, str]]:
    """Return the faults of one record, each with the place on which it depends, and why the row is left out."""
    found = [
        (Fault(f"{origin.place}: {error.column}", error.got, error.allowed, error.fix), error.cause)
        for error in origin.faults
    ]
    if record.fault:
        cause = f"the header of {origin.table}" if record.fault == SPOILT else ""
        is_data = record.fault == SPOILT or not record.fault.startswith(NO_DATA)
        allowed = "as many readable cells as the header has" if is_data else "a row of data"
        found.insert(0, (Fault(origin.place, record.fault, allowed), cause))
    return found


def _explain(record: Record, origin: Origin, report: IntakeReport, *, is_used: bool, has_rules: bool) -> None:
    """Note why a record, or a part of it, made nothing; a consequence of another fault is counted under that one."""
    reasons = list(dict.fromkeys(origin.reasons))
    for fault, cause in faults_of(record, origin):
        if cause:
            report.depends[cause] = report.depends.get(cause, 0) + 1
            reasons.append(f"depends on {cause}, which has a fault")
            continue
        report.faults.append(fault)
        reasons.append(
            record.fault if fault.place == origin.place else f"fault in {fault.place.partition(': ')[2]}: {fault.got}"
        )
    if not is_used and not reasons:
        reasons = [_nothing(record, has_rules=has_rules)]
    for number, reason in enumerate(reasons):
        is_whole = not is_used and number == 0
        report.notes.append(RowNote(origin.table, record.row, reason, is_whole, record.part))


def _nothing(record: Record, *, has_rules: bool) -> str:
    """Return why a record without a fault made nothing."""
    if not record.cells:
        return "an empty row"
    return "no rule applies" if has_rules else "the map does not read this table"
