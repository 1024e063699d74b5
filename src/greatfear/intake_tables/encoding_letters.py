"""Letters of languages, by which encodings of one byte a letter are told from each other."""

from __future__ import annotations

import re
from collections import Counter

_WEST = "cp1252", "mac_roman", "cp850"
_EAST = "cp1250", "iso8859_2", "cp852"
_LANGUAGES = {
    "French": (_WEST, "àâæçèéêëîïôœùûüÿ"),
    "German": ((*_WEST, *_EAST, "cp1257", "cp1254"), "äöüßé"),
    "Italian": (_WEST, "àèéìíîòóùú"),
    "Spanish": (_WEST, "áéíñóúüªº"),
    "Portuguese": (_WEST, "áâãàçéêíóôõúüªº"),
    "Danish or Norwegian": (_WEST, "æøåéüöäô"),
    "Swedish or Finnish": (_WEST, "åäöéüà"),
    "Icelandic": (_WEST, "áðéíóúýþæö"),
    "Dutch": (_WEST, "éëïóöüèêáíĳ"),
    "Catalan": (_WEST, "àçèéíïòóúü"),
    "Latin": (_WEST, "æœëêâîôû"),
    "Polish": (_EAST, "ąćęłńóśźż"),
    "Czech or Slovak": (_EAST, "áčďéěíňóřšťúůýžľĺŕôä"),
    "Hungarian": (_EAST, "áéíóöőúüű"),
    "Croatian or Slovene": (_EAST, "čćđšž"),
    "Romanian": (_EAST, "ăâîşţșț"),
    "Turkish": (("cp1254",), "çğıöşüâîû"),
    "Lithuanian": (("cp1257",), "ąčęėįšųūž"),
    "Latvian": (("cp1257",), "āčēģīķļņšūžō"),
    "Estonian": (("cp1257",), "äõöüšž"),
}
"""In which encodings a language is written, the more usual one first, and its letters beyond ASCII."""
_FINALS = {
    "cp1253": ("[\u0370-\u03ff]*[^σ]", "ς"),
    "iso8859_7": ("[\u0370-\u03ff]*[^σ]", "ς"),
    "cp1255": ("[\u0590-\u05ff]+", "םןךףץ"),
    "cp1256": ("[\u0600-\u06ff]+", "ةى"),
}
"""Words of a script, and its letters that stand only at the ends of words."""
LATIN = tuple(dict.fromkeys([*_WEST, *_EAST, *(name for names, _ in _LANGUAGES.values() for name in names)]))


def language_of(text: str, encoding: str) -> tuple[str, int]:
    """Return the language whose letters explain most of a text that was read so, and how many letters it leaves over.

    A table of one language may hold German names.

    Examples
    --------
    >>> language_of("Jiří Dvořák", "cp1250"), language_of("Jiøí Dvoøák", "cp1252")[1]
    (('Czech or Slovak', 0), 2)
    """
    letters = Counter(letter for letter in text.replace("İ", "ı").lower() if letter > "\x7f" and letter.isalpha())
    german = _LANGUAGES["German"]
    left = {
        language: sum(n for letter, n in letters.items() if letter not in own + german[1] * (encoding in german[0]))
        for language, (names, own) in _LANGUAGES.items()
        if encoding in names
    }
    best = min(left, key=left.__getitem__)
    return best, left[best]


def by_final_letters(data: bytes) -> str:
    """Return the encoding of a Greek, Hebrew or Arabic text: some of its letters stand only at the ends of words."""
    for encoding, (letters, finals) in _FINALS.items():
        text = data.decode(encoding, errors="replace")
        words = re.findall(r"[^\W\d_\x00-\x7f]{2,}", text)
        n_beyond = sum(letter > "\x7f" for letter in text)
        sound = all(re.fullmatch(letters, word) and not re.search(f"[{finals}]", word[:-1]) for word in words)
        if sound and sum(map(len, words)) > 0.8 * n_beyond and any(word[-1] in finals for word in words):
            return encoding
    return ""


def strange_signs(text: str) -> int:
    """Return how many signs beyond ASCII are no letters and touch one, or are capitals within small letters."""
    beside = re.findall(r"(?:[^\W\d_][^\w\s\x00-\x7f]|[^\w\s\x00-\x7f«»„“”‘’–—][^\W\d_])|[¹²³ºªƒ]", text)
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not (word.isascii() or word.isupper())]
    capitals = sum(any(letter > "\x7f" and letter.isupper() for letter in word[1:]) for word in words)
    controls = re.findall(r"[\x7f-\x9f\ufffd]", text)
    return len(beside) + capitals + 10 * len(controls)
