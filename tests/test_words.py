"""Plain English, as far as it can be held: phrases that a reader has to decode stand nowhere, and nobody is called guilty."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

BANNED = (
    "away with it", "lies there", "none of ours", "of what is drawn", "thereof", "none of the kind", "nothing of the kind",
    "what was so", "hitherto", "whence", "heretofore", "aforementioned", "whoever", "to be had", "can be had", "so many",
    "anew", "betimes", "wherein", "in turn it", "who was what", "true enemy", "suspect score",
)  # fmt: skip
"""Each was found in a page or message and had to be read twice. Write the plain form: "the truth", "a person who",
"available", "this many", "again"."""

PAGES = [
    path
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/*.md", "docs/families/*.md", "spec/*.md", "src/**/*.py", "src/**/*.md",
                    "src/**/*.html", "verification/*.py", "reference/*.py", "benchmarks/*.py")
    for path in sorted(ROOT.glob(pattern))
]  # fmt: skip


def banned_in(text: str) -> list[str]:
    """Return the banned phrases of a text."""
    folded = re.sub(r"\s+", " ", text.lower())
    return [phrase for phrase in BANNED if re.search(rf"\b{re.escape(phrase)}\b", folded)]


def test_there_are_pages() -> None:
    assert len(PAGES) > 200


def test_no_phrase_has_to_be_decoded() -> None:
    found = {path.relative_to(ROOT).as_posix(): banned_in(path.read_text("utf-8")) for path in PAGES}
    assert {path: phrases for path, phrases in found.items() if phrases} == {}


def test_a_banned_phrase_is_seen() -> None:
    assert banned_in("Whoever was\n    named") == ["whoever"]
    assert banned_in("Canewdon") == []
