"""Reads numbers as a table writes them: with a point or a comma, and with signs between thousands where the map says so."""

from __future__ import annotations

import math
import re
from functools import cache

FLAGS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "да", "ja", "oui", "sì", "si", "sí", "tak"), 1),
    **dict.fromkeys(("false", "f", "no", "n", "0", "нет", "nein", "non", "nie"), 0),
}
"""What says yes and no, in small letters."""
PLAIN_NUMBERS = "1234.5"
NUMBER_STYLES = (PLAIN_NUMBERS, "1,234.5", "1.234,5", "1 234.5", "1 234,5", "1'234.5", "1'234,5", "1234,5")
"""Ways of writing numbers, each as an example."""
_BLANKS = "[ \u00a0\u2009\u202f]"
_GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@cache
def _pattern(style: str) -> tuple[re.Pattern[str], str, str]:
    """Return the form of a number, the sign between thousands and that of the fraction."""
    found = re.fullmatch(r"1([^\d]?)234([.,])5", style)
    if found is None:
        raise ValueError(f"one of {', '.join(map(repr, NUMBER_STYLES))}")
    group, point = found.groups()
    sign = _BLANKS if group == " " else "['\u2019]" if group == "'" else re.escape(group)
    whole = rf"(?:\d+|\d{{1,3}}(?:{sign}\d{{3}})+)" if group else r"\d+"
    return re.compile(rf"[+-]?(?:{whole}(?:{re.escape(point)}\d*)?)"), sign, point


def decimal_sign(style: str | None) -> str:
    """Return the sign before the fraction: numbers that are no texts are written with it, so that they are read as they are."""
    return "." if style is None else _pattern(style)[2]


def number_of(value: object, style: str = PLAIN_NUMBERS) -> float:
    """Return a number; infinity where the text is none as this style writes it."""
    if style == PLAIN_NUMBERS or not isinstance(value, str):
        if isinstance(value, str) and "_" in value:  # Python reads 1_2 as 12
            return math.inf
        try:
            return float(value)  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return math.inf
    form, sign, point = _pattern(style)
    if form.fullmatch(value) is None:
        return math.inf
    plain = re.sub(sign, "", value) if sign else value
    return float(plain.replace(point, "."))


def likely_numbers(value: object) -> str:
    """Return what a map can declare to make a number of a text, or nothing."""
    fits = [style for style in NUMBER_STYLES[1:] if isinstance(value, str) and math.isfinite(number_of(value, style))]
    return f'declare how numbers are written (numbers: "{fits[0]}")' if fits else ""


def seems_grouped(texts: set[str]) -> list[str]:
    """Return texts such as 1.200, whose point may stand between thousands; nothing where another text has a plain fraction."""
    pointed = {text for text in texts if "." in text}
    return sorted(pointed) if pointed and all(_GROUPED.fullmatch(text) for text in pointed) else []
