"""From a page to HTML. The template engine is used in this file only."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from greatfear.web.parts import Page, shown

__all__ = ["as_html", "as_json"]

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _engine() -> Any:
    import jinja2

    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    engine.filters["shown"] = shown
    return engine


def as_html(page: Page, nonce: str = "") -> str:
    """Return a page as HTML; everything that comes from data is escaped, drawings are escaped where they are made."""
    text: str = _engine().get_template("page.html").render(page=page, nonce=nonce)
    return text


def as_json(page: Page) -> str:
    """Return what a page shows as JSON."""
    return json.dumps(page.to_dict(), ensure_ascii=False, allow_nan=False, indent=1)
