"""Transliteration of Russian names from Cyrillic, as different offices, libraries and newspapers write them.

Each scheme is a table of single letters and of sequences. In a key ``^`` stands for the start of a name, a vowel, or a hard or
soft sign, after which ye, yo, yu and ya begin with a glide; ``$`` stands for its end. The longest key that fits is taken.
"""

from __future__ import annotations

from functools import cache

__all__ = ["SCHEMES", "transliterate"]

SCHEMES = ("bgn", "iso9", "loc", "german", "polish")
"""BGN/PCGN (1947), ISO 9 (1995), Library of Congress (2012, without its ligatures), German (Duden), Polish (PWN)."""

_GLIDE_AFTER = "аеёиоуыэюяьъ"
_FROM = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_TO: dict[str, str] = {
    "bgn": "a b v g d e ë zh z i y k l m n o p r s t u f kh ts ch sh shch ” y ’ e yu ya",
    "iso9": "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â",
    "loc": "a b v g d e ë zh z i i k l m n o p r s t u f kh ts ch sh shch ʺ y ʹ e iu ia",
    "german": "a b w g d e jo sch s i i k l m n o p r s t u f ch z tsch sch schtsch - y - e ju ja",
    "polish": "a b w g d e io ż z i j k ł m n o p r s t u f ch c cz sz szcz - y - e iu ia",
}
_SEQUENCES: dict[str, dict[str, str]] = {
    "bgn": {"^е": "ye", "^ё": "yë"},
    "iso9": {},
    "loc": {},
    "german": {"^е": "je", "кс": "x", "ий$": "i", "ый$": "y", "чё": "tscho", "шё": "scho", "щё": "schtscho", "жё": "scho"},
    "polish": {
        "^е": "je", "^ё": "jo", "^ю": "ju", "^я": "ja", "ский$": "ski", "ская$": "ska", "цкий$": "cki", "цкая$": "cka",
        "ле": "le", "лё": "lo", "ли": "li", "ль": "l", "лю": "lu", "ля": "la",
        "же": "że", "жё": "żo", "чё": "czo", "шё": "szo", "щё": "szczo",
        "бе": "bie", "ве": "wie", "де": "die", "зе": "zie", "ме": "mie", "не": "nie", "пе": "pie", "ре": "rie", "се": "sie",
        "те": "tie", "фе": "fie",
    },
}  # fmt: skip


@cache
def _rules(scheme: str) -> dict[str, str]:
    """Return every key of a scheme with what it becomes."""
    silent = {"-": ""}
    letters = {old: silent.get(new, new) for old, new in zip(_FROM, _TO[scheme].split(" "), strict=True)}
    return letters | _SEQUENCES[scheme]


def transliterate(text: str, scheme: str) -> str:
    """Return a Russian name in Latin letters.

    Parameters
    ----------
    text : str
        A name in Cyrillic; anything else is kept.
    scheme : str
        One of `SCHEMES`.

    Returns
    -------
    str
        Capitals stand where they stood.

    References
    ----------
    ISO 9:1995; ALA-LC Romanization Tables, Russian (2012); BGN/PCGN romanization of Russian (1947 system); Duden,
    Transkription des Kyrillischen; Słownik ortograficzny PWN, transkrypcja alfabetu rosyjskiego.

    Examples
    --------
    >>> [transliterate("Юрьев", scheme) for scheme in SCHEMES]
    ['Yur’yev', 'Ûrʹev', 'Iurʹev', 'Jurjew', 'Jurjew']
    """
    return " ".join(_word(word, _rules(scheme)) for word in text.split(" "))


def _word(word: str, rules: dict[str, str]) -> str:
    """Return one word, letter by letter, longest key first."""
    small, written, place = word.lower(), "", 0
    while place < len(small):
        for length in range(min(4, len(small) - place), 0, -1):
            new = _fitting(small, place, length, rules)
            if new is not None:
                break
        else:
            new, length = word[place], 1
        written += new[:1].upper() + new[1:] if word[place].isupper() else new
        place += length
    return written


def _fitting(small: str, place: int, length: int, rules: dict[str, str]) -> str | None:
    """Return what the `length` letters at `place` become, or None where no key fits."""
    part = small[place : place + length]
    if place + length == len(small) and f"{part}$" in rules:
        return rules[f"{part}$"]
    glides = place == 0 or small[place - 1] in _GLIDE_AFTER
    if glides and f"^{part}" in rules:
        return rules[f"^{part}"]
    return rules.get(part)
