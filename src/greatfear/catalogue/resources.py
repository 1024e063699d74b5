"""Where the files of the catalogue lie: inside the installed package, found through importlib."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def folder(name: str) -> Traversable:
    """Return the folder `name` of the catalogue."""
    return files("greatfear.catalogue").joinpath(name)


def rows_of(file: Traversable) -> list[dict[str, str]]:
    """Return the rows of a comma-separated file as text, one mapping per row."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
