"""Tables of fifty rows, one after another."""

from __future__ import annotations

from typing import Any

from greatfear.web.parts import Link

SIZE = 50
"""Rows of a table."""


def range_of(n: int, of: int, what: str) -> str:
    """Return in words how many rows of all pass."""
    return f"{n:,} of {of:,} {what}"


def pages_of(address: Any, found: list[int]) -> tuple[Link, ...]:
    """Return the links to the first and the next page."""
    links = []
    if address.after >= 0:
        links.append(Link(str(address.to(after=-1)), "first page"))
    if len(found) > SIZE:
        links.append(Link(str(address.to(after=found[SIZE - 1])), "next page"))
    return tuple(links)


def steps_of(pages: tuple[Link, ...]) -> dict[str, str]:
    """Return the keys that follow the links to other pages."""
    keys = {"first page": "[", "next page": "]"}
    return {keys[link.text]: link.href for link in pages}
