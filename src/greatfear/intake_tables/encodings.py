"""Finds out in which encoding and with which delimiter a text table is written, and says so."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

from greatfear.intake_tables.encoding_letters import LATIN, by_final_letters, language_of, strange_signs

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic", "koi8_u")
_NAMES = {
    "cp1251": "windows-1251", "koi8_r": "koi8-r", "cp866": "cp866", "iso8859_5": "iso-8859-5", "mac_cyrillic": "mac-cyrillic",
    "cp1252": "windows-1252", "cp1250": "windows-1250", "iso8859_2": "iso-8859-2", "cp850": "cp850", "cp852": "cp852",
    "mac_roman": "mac-roman", "cp1254": "windows-1254", "cp1257": "windows-1257", "koi8_u": "koi8-u",
    "cp1253": "windows-1253", "iso8859_7": "iso-8859-7", "cp1255": "windows-1255", "cp1256": "windows-1256",
}  # fmt: skip
_FEW = 4
_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 400_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with its encoding, and a remark where the encoding was found and not declared."""

    text: str
    encoding: str
    remark: str = ""


def decode(data: bytes, declared: str | None) -> Decoded:
    """Return the text of a file.

    Where no encoding is declared: a mark at the beginning, then UTF-8, then UTF-16 without a mark, then the encodings of
    one byte. A file that is UTF-8 but for a few bytes stays UTF-8: its damaged rows become faults.
    """
    if declared is not None:
        return Decoded(data.decode(declared, errors="replace").removeprefix("\ufeff"), declared)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Decoded(data.decode(name, errors="replace"), name)
    wide = _wide(data)
    if wide:
        return Decoded(data.decode(wide, errors="replace"), wide, f"read as {wide}; declare 'encoding' to be sure")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    name, doubt = _narrow(data)
    if not name:
        few = "some bytes are not utf-8: if the table is in another encoding, declare 'encoding', such as windows-1252"
        return Decoded(data.decode("utf-8", errors="replace"), "utf-8", few)
    return Decoded(data.decode(name, errors="replace"), _NAMES[name], _remark(data, name, doubt))


def _remark(data: bytes, name: str, doubt: str) -> str:
    """Return what the report says about an encoding that was found: a language, or words that two encodings read otherwise."""
    text = data[:_LOOKED_AT].decode(name, errors="replace")
    sure = f", as {language_of(text, name)[0]} has them" if name in LATIN else ""
    if doubt:
        word, other = _word_apart(text, data[:_LOOKED_AT].decode(doubt, errors="replace"))
        sure = f", not surely: {word!r} would be {other!r} in {_NAMES[doubt]}"
    return f"read as {_NAMES[name]} (found from the letters{sure}); declare 'encoding' to be sure"


def _word_apart(text: str, other: str) -> tuple[str, str]:
    """Return the first word that two readings of the same bytes have otherwise."""
    at = next(i for i, (one, two) in enumerate(zip(text, other, strict=True)) if one != two)
    start = max(text.rfind(sign, 0, at) for sign in " \n,;\t|") + 1
    end = re.compile(r"[ \r\n,;\t|]|$").search(text, at)
    return text[start : end.start() if end else None], other[start : end.start() if end else None]


def _wide(data: bytes) -> str:
    """Return UTF-16 with its byte order where every other byte is 0 or a letter's page, else nothing."""
    head = data[:_LOOKED_AT]
    if len(head) < 8 or b"\0" not in head:
        return ""
    even, odd = (sum(part.count(page) for page in (b"\0", b"\1", b"\4")) for part in (head[0::2], head[1::2]))
    if max(even, odd) < 0.8 * len(head) / 2:
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return ""
    return name


def _narrow(data: bytes) -> tuple[str, str]:
    """Return the encoding of one byte a letter that fits best, and another one that is possible; none for damage."""
    head = data[:_LOOKED_AT]
    high = sum(byte > 127 for byte in head)
    # A text that was damaged before holds the sign of damage itself, which is sound UTF-8.
    broken = head.decode("utf-8", errors="replace").count("\ufffd") - head.count(b"\xef\xbf\xbd")
    if high < _FEW or broken < 0.5 * high:  # damage to UTF-8, or too little to tell
        return "", ""
    script = by_final_letters(head) or _cyrillic(head)
    return (script, "") if script else _latin(head)


def _cyrillic(head: bytes) -> str:
    """Return the Cyrillic encoding, where the letters are Cyrillic."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(head, cp_isolation=[*_CYRILLIC, *LATIN]).best()
    if best is not None and best.encoding in _CYRILLIC and _is_cyrillic(head.decode(best.encoding, errors="replace")):
        return str(best.encoding)
    return ""


def _is_cyrillic(text: str) -> bool:
    """Whether most letters beyond ASCII are Cyrillic and stand together in words of usual case."""
    beyond = [letter for letter in text if letter > "\x7f"]
    words = re.findall(r"[\u0400-\u04ff]{2,}", text)
    usual = sum(len(word) for word in words if word[1:].islower() or word.isupper())
    return usual > 0.7 * len(beyond)


def _latin(head: bytes) -> tuple[str, str]:
    """Return a Latin encoding: the one with fewest odd signs and foreign letters; another one where it does as well."""
    texts = {name: head.decode(name, errors="replace") for name in LATIN}
    odd = {name: strange_signs(text) + language_of(text, name)[1] for name, text in texts.items()}
    best = min(LATIN, key=lambda name: (odd[name], LATIN.index(name)))
    also = [name for name in LATIN if odd[name] == odd[best] and texts[name] != texts[best]]
    return best, also[0] if also else ""


def find_delimiter(text: str, quote: str | None = '"') -> str:
    """Return the delimiter with which the rows agree best on their number of cells."""
    lines = text[:_LOOKED_AT].splitlines()[:200]
    if not lines:
        return ","
    told = re.fullmatch(r"\ufeff?\"?sep=(.)\"?", lines[0].strip(" ,;"), re.IGNORECASE) or re.match(
        r"sep=(.)$", lines[0], re.IGNORECASE
    )
    if told:  # how a spreadsheet is told the delimiter
        return told[1]

    def fit(sign: str) -> tuple[float, bool, float, int]:
        share, width = _agreement(lines, sign, quote)
        return share, sign in lines[0], width, lines[0].count(sign)  # lists in cells have signs that no header has

    return max(_DELIMITERS, key=fit)


def _agreement(lines: list[str], sign: str, quote: str | None) -> tuple[float, float]:
    """Return the share of rows with the commonest number of cells, and that number; nothing for a single cell."""
    rule: dict[str, Any] = {"quoting": csv.QUOTE_NONE} if quote is None else {"quotechar": quote}
    widths: list[int] = []
    try:
        widths += [len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=sign, **rule)]
    except csv.Error:
        return 0.0, 0.0
    most = max(set(widths), key=widths.count, default=1)
    if most == 1:
        return 0.0, 0.0
    return round(widths.count(most) / len(widths), 1), float(most)
