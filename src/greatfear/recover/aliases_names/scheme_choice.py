"""Which writing a source uses: the one under which its letters are likeliest. A source has one writing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import cache

from greatfear.recover.aliases_names.given_names import word_list
from greatfear.recover.aliases_names.schemes import PLAIN, SCHEMES, is_cyrillic, write_word

_ENOUGH = 400
_DOUBT = 0.02
_MOST_UNSEEN = 0.11
"""Share of neighbouring letters that no Slavic word has, above which names are not Slavic: lists of Slavic names have 0.01 to
0.07 in their own writing, Latin names of 1291 and 1335 0.15 and 0.17, English ones of 1692 0.31."""


@cache
def _pairs(scheme: str) -> tuple[dict[str, float], float]:
    """Return the log chance of each pair of neighbouring letters in one writing, and of a pair never seen."""
    counts: Counter[str] = Counter()
    for word in word_list():
        counts.update(_neighbours(write_word(word, scheme)))
    total = sum(counts.values()) + 60
    return {pair: math.log((n + 0.02) / total) for pair, n in counts.items()}, math.log(_DOUBT / total)


def _neighbours(word: str) -> list[str]:
    text = f"^{word.lower()}$"
    return [text[k : k + 2] for k in range(len(text) - 1)]


def log_likelihoods(words: Iterable[str]) -> dict[str, float]:
    """Return for each writing the log chance of the words."""
    counts: Counter[str] = Counter()
    for word in words:
        counts.update(_neighbours(word))
    out = {}
    for scheme in SCHEMES:
        table, unseen = _pairs(scheme)
        out[scheme] = sum(n * table.get(pair, unseen) for pair, n in counts.items())
    return out


def choose_scheme(names: Iterable[str]) -> str:
    """Return the likeliest writing of the names of one source, or `PLAIN` where they are not Slavic; the first names suffice.

    Names in Cyrillic are read as such anyway; among the others the writing is chosen for all of them together.
    """
    words: list[str] = []
    for name in names:
        words += [word for word in name.replace(".", " ").split() if len(word) > 2 and not is_cyrillic(word)]
        if len(words) >= _ENOUGH:
            break
    if not words:
        return "cyrillic"
    scores = log_likelihoods(words)
    scores.pop("cyrillic")
    best = max(scores, key=lambda scheme: scores[scheme])
    return PLAIN if _unseen(words, best) > _MOST_UNSEEN else best


def _unseen(words: Iterable[str], scheme: str) -> float:
    """Return the share of neighbouring letters that no word known here has in one writing."""
    table, _ = _pairs(scheme)
    seen = [pair in table for word in words for pair in _neighbours(word)]
    return 1 - sum(seen) / max(len(seen), 1)
