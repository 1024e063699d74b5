"""Eight writings of Slavic names, and the way from each to sounds that no longer show which writing it was.

A sound is one letter of `SOUNDS`. Differences that one of the writings does not make are not made: German writes ж and ш
alike, and с and з; й, и and ы fall together, since y or i stand for several of them; soft and hard signs are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

SOUNDS = "abvgdeSsiklmnoprtufxcC"
"""a b v g d e, S (ж ш), s (с з), i (и й ы and the beginning of ю я), k l m n o p r t u f, x (х), c (ц), C (ч)."""

_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_TABLES = {
    "cyrillic": " ".join(_LETTERS),
    "scholarly": "a b v g d e ë ž z i j k l m n o p r s t u f ch c č š šč ʺ y ʹ è ju ja",
    "iso9": "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â",
    "bgn": "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch ” y ’ e yu ya",
    "loc": "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ʺ y ʹ e iu ia",
    "german": "a b w g d e jo sch s i j k l m n o p r s t u f ch z tsch sch schtsch - y - e ju ja",
    "polish": "a b w g d e io ż z i j k ł m n o p r s t u f ch c cz sz szcz - y - e ju ja",
    "french": "a b v g d e io j z i ï k l m n o p r s t ou f kh ts tch ch chtch - y - e iou ia",
}
PLAIN = "not Slavic"
"""Names in Latin letters that fit none of the writings: each letter is read as it is, without its marks."""
SCHEMES = tuple(_TABLES)
"""Names of the writings. iso9: ISO 9:1995; loc: Library of Congress without ties and breves."""

_MORE = {
    "cyrillic": {"і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u"},
    "scholarly": {"x": "x"},
    "iso9": {},
    "bgn": {"ye": "ie"},
    "loc": {"ë": "io", "ĭ": "i", "ė": "e"},
    "german": {"ss": "s", "v": "v", "je": "ie", "sh": "S", "tz": "c", "zh": "S"},
    "polish": {"l": "l", "rz": "S", "ś": "s", "ć": "C", "ń": "n", "ó": "u", "ź": "s", "v": "v"},
    "french": {"w": "v", "gu": "g", "é": "e", "è": "e", "ss": "s", "sch": "S", "u": "u", "tsch": "C"},
}
_SOUND_OF = dict(zip(_LETTERS, ["a", "b", "v", "g", "d", "e", "io", "S", "s", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s",
                                "t", "u", "f", "x", "c", "C", "S", "SC", "", "i", "", "e", "iu", "ia"], strict=True))  # fmt: skip


def is_cyrillic(text: str) -> bool:
    """Return whether a text holds a Cyrillic letter."""
    return _CYRILLIC.search(text.lower()) is not None


_CYRILLIC = re.compile("[а-яёіїєґў]")


def write_word(word: str, scheme: str) -> str:
    """Return a Cyrillic word in one of the writings, with its capital."""
    table = dict(zip(_LETTERS, _TABLES[scheme].split(), strict=True))
    out = "".join("" if (c := table.get(letter, letter)) == "-" else c for letter in word.lower())
    return out[:1].upper() + out[1:] if word[:1].isupper() else out


def read_word(word: str, scheme: str) -> str:
    """Return the sounds of a word in one of the writings; letters of no known sound are left out.

    Cyrillic is read as Cyrillic whatever the scheme.
    """
    return _reader("cyrillic" if is_cyrillic(word) else scheme)(word)


_KEPT = 50_000
"""Words of one writing whose sounds are kept: given names and patronymics come again and again."""


@cache
def _reader(scheme: str) -> Callable[[str], str]:
    """Return the function that reads one writing: the longest group of letters first."""
    groups: dict[str, str] = {}
    if scheme != PLAIN:
        for letter, written in zip(_LETTERS, _TABLES[scheme].split(), strict=True):
            groups.setdefault(written, _SOUND_OF[letter])
        groups |= _MORE[scheme]
        groups.pop("-", None)
    for letter, sound in (("q", "k"), ("x", "ks"), ("w", "v"), ("y", "i"), ("j", "i"), ("h", "x"), ("c", "c")):
        groups.setdefault(letter, sound)
    for letter in "abvgdeziklmnoprstuf":
        groups.setdefault(letter, "s" if letter == "z" else letter)
    pattern = re.compile("|".join(sorted(map(re.escape, groups), key=len, reverse=True)) + "|.", re.DOTALL)

    @lru_cache(maxsize=_KEPT)
    def read(word: str) -> str:
        text = unicodedata.normalize("NFC", word).lower()
        found = "".join(_sound(groups, part.group()) for part in pattern.finditer(text))
        return _settled(found)

    return read


def _sound(groups: dict[str, str], part: str) -> str:
    """Return the sound of a group; a letter with a mark that the writing does not know is read without the mark."""
    if part in groups:
        return groups[part]
    bare = unicodedata.normalize("NFD", part)[0]
    return groups.get(bare, "")


def _settled(sounds: str) -> str:
    """Return sounds with what writings render in several ways made one: ё and е, ие and е, тс and ц, doubled letters."""
    out = re.sub(r"i+", "i", sounds).replace("ts", "c")
    out = re.sub(r"i[oe]", "e", out)
    return re.sub(r"(.)\1+", r"\1", out)
