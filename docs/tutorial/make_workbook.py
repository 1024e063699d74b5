"""Make the messy workbook of the tutorial from its table of statements: ``python docs/tutorial/make_workbook.py``.

It is what a clerk keeps: a title above the header, a sitting a row with several names in a cell, dates written in two ways, one
known to the year, one lost, and a total at the foot.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl

HERE = Path(__file__).resolve().parent


def written(date: str, number: int) -> str:
    """Return a date as the clerk wrote it."""
    if len(date) < 10 or number % 3 == 0:
        return date
    day = dt.date.fromisoformat(date)
    return f"{day.day}.{day.month}.{day.year}"


def rows() -> list[list[str]]:
    """Return a row for each sitting, and for each statement outside of one."""
    found: list[list[str]] = []
    with (HERE / "statements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["sitting"] and found and found[-1][0] == row["sitting"]:
                found[-1][3] += f"; {row['about']}"
            else:
                found.append([row["sitting"], written(row["date"], len(found)), row["speaker"], row["about"]])
    return found


def main() -> None:
    """Write the workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "book"
    sheet.append(["The clerk's book, spring of 1690"])
    sheet.append(["Sitting", "Date", "Speaker", "Named"])
    made = rows()
    for row in made:
        sheet.append([cell or None for cell in row])
    sheet.append(["Total", None, None, str(len(made))])
    sheet.merge_cells("A1:D1")
    book.save(HERE / "clerks_book.xlsx")


if __name__ == "__main__":
    main()
