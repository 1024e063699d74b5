"""What is written down: the record format, archives, checks, provenance, and what can be read off an archive."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatfear.record.archive import Archive
    from greatfear.record.checks import check
    from greatfear.record.columns import table_from_columns
    from greatfear.record.export import export
    from greatfear.record.query import QueryError
    from greatfear.record.reading import read
    from greatfear.record.writing import write_archive

__all__ = ["Archive", "QueryError", "check", "export", "read", "table_from_columns", "write_archive"]

_PLACES = {
    "Archive": "archive",
    "QueryError": "query",
    "check": "checks",
    "export": "export",
    "read": "reading",
    "table_from_columns": "columns",
    "write_archive": "writing",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
