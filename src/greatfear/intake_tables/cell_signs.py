"""Signs in cells that nobody sees, and signs at the ends of names that are hardly a part of them."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_NUMBER = r"№|nos?\.|n[°º]\.?|nr\.?|#"
_FOOTNOTE = r"(?<=\w)\s*(?:[*†‡§]+|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\[[\dа-яa-z]{1,2}\])$"
_SIGNS = (
    rf"(?i:^(?:{_NUMBER})\s*\d)|^#|^\d{{1,3}}[.)]\s*[^\W\d]|^=|^['‘’](?=\d)"
    r"|^[“„«\"]|[”»\"]$|^\[.+\]$|\s*(?:\?|\(\?\)|\[\?\])$"
)
"""Numbers of a list, quotation marks, marks of doubt and the like at the ends of a name."""
_NAME_SIGNS = re.compile(f"{_FOOTNOTE}|{_SIGNS}")
_TAKEN_OFF = re.compile(
    rf"(?i:^(?:{_NUMBER})\s*(?=\d))|^#|^\d{{1,3}}[.)]\s*(?=[^\W\d])|^[='‘’“„«\"\[]+|[”»\"\]]+$|\s*(?:\?|\(\?\)|\[\?\])+$|{_FOOTNOTE}"
)


def cleaned(text: str) -> str:
    r"""Return a cell in composed Unicode form, without blanks at its ends and without signs that nobody sees.

    Examples
    --------
    >>> cleaned(" \ufeffAnna\u200b ")
    'Anna'
    """
    text = text.strip()
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text).strip().strip("\u200c\u200d"))


def has_signs(name: str) -> bool:
    """Whether a name begins or ends with signs that are hardly a part of it."""
    return not (name.isascii() and name.isalnum()) and _NAME_SIGNS.search(name) is not None


def bare_name(name: str) -> str:
    """Return a name without these signs."""
    bare = _TAKEN_OFF.sub("", name).strip()
    return bare or name
