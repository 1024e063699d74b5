"""Searching persons by id and name: the start of an id by bisection, anything inside a name by one pass."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.web.store import Store

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia", "і": "i", "ї": "i",
    "є": "e", "ґ": "g",
}  # fmt: skip
"""Romanisation after the Library of Congress, without its marks. й and ё lose theirs like any letter with a mark."""


def folded(names: pa.Array) -> pa.Array:
    """Return names without case and marks, Cyrillic letters in Latin, so that a name is found in either script.

    Examples
    --------
    >>> folded(pa.array(["Ежов", "Merlò"])).to_pylist()
    ['ezhov', 'merlo']
    """
    plain = pc.replace_substring_regex(pc.utf8_normalize(pc.utf8_lower(names.cast(pa.string())), "NFKD"), r"\p{Mn}", "")
    if pc.any(pc.match_substring_regex(plain, r"\p{Cyrillic}")).as_py():
        for letter, latin in _CYRILLIC.items():
            plain = pc.replace_substring(plain, letter, latin)
    return plain


class People:
    """The persons of an index, to be found."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: pa.Array = store.texts.get("persons.id", pa.array([], pa.string()))
        self._order = store.arrays["ids.order"]

    def __len__(self) -> int:
        """Return the number of persons."""
        return len(self._ids)

    def find(self, person: str) -> int:
        """Return the row of the person with this id; -1 where there is none."""
        place = self._place(person)
        if place < len(self._order) and self._id(place) == person:
            return int(self._order[place])
        return -1

    def near(self, person: str, most: int = 500) -> list[str]:
        """Return ids that begin as this one does, as far as any do."""
        for length in range(len(person) - 1, -1, -1):
            rows = self.starting(person[:length])[:most]
            if len(rows):
                return [str(self._ids[int(row)].as_py()) for row in rows]
        return []

    def starting(self, text: str) -> npt.NDArray[Any]:
        """Return the rows of the persons whose id begins with a text, in the order of their ids."""
        low = self._place(text)
        high = self._place(text, after=True) if text else len(self._order)
        return self._order[low:high]

    def holding(self, text: str) -> npt.NDArray[Any]:
        """Return the rows of the persons with a text in the id, or all its words in one name or alias, in any order."""
        found = np.zeros(len(self._ids), bool)
        has_case = text.lower() != text.upper()
        if text and self._letters is not None and (text.isascii() or not has_case):
            found = _written(self._letters, text.encode("utf-8", "surrogatepass"))
        else:
            found[np.flatnonzero(_holds(self._ids, text, ignore_case=has_case))] = True
        seek = folded(pa.array([text]))[0].as_py()
        if seek and self._names is not None:
            found |= _holds_all(self._names, seek)
        if seek and self._aliases is not None:
            rows = self._store.number("aliases.person")[_holds_all(self._aliases, seek)]
            found[rows[rows >= 0]] = True
        return np.flatnonzero(found)

    @cached_property
    def _letters(self) -> npt.NDArray[np.uint8] | None:
        return letters_of(self._ids)

    @cached_property
    def _names(self) -> pa.Array | None:
        return self._store.texts.get("names.folded")

    @cached_property
    def _aliases(self) -> pa.Array | None:
        return self._store.texts.get("aliases.folded")

    def _id(self, place: int) -> str:
        return str(self._ids[int(self._order[place])].as_py())

    def _place(self, text: str, after: bool = False) -> int:
        """Return the first place in the order of ids that is not before `text`; with `after`, behind all that begin so."""
        key = text.encode("utf-8", "surrogatepass")
        low, high = 0, len(self._order)
        while low < high:
            middle = (low + high) // 2
            held = self._id(middle).encode("utf-8")
            is_before = held[: len(key)] <= key if after else held < key
            low, high = (middle + 1, high) if is_before else (low, middle)
        return low


def letters_of(ids: pa.Array) -> npt.NDArray[np.uint8] | None:
    """Return the octets of plain ids of one length, those of one place beside each other; None where ids are otherwise."""
    ends = pc.min_max(pc.binary_length(ids)).as_py() if len(ids) else {"min": 0, "max": -1}
    if ids.type != pa.string() or ids.null_count or ends["min"] != ends["max"]:
        return None
    _, offsets, data = ids.buffers()
    first = int(np.frombuffer(offsets, np.int32)[ids.offset])
    letters = np.frombuffer(data, np.uint8, len(ids) * ends["max"], first).reshape(len(ids), ends["max"])
    return np.ascontiguousarray(letters.T) if letters.max(initial=0) < 128 else None


def _written(letters: npt.NDArray[np.uint8], text: bytes) -> npt.NDArray[np.bool_]:
    """Return in which ids a text stands, at any place, in capitals or not."""
    found = np.zeros(letters.shape[1], bool)
    for start in range(len(letters) - len(text) + 1):
        here = np.ones(letters.shape[1], bool)
        for held, low, high in zip(letters[start:], text.lower(), text.upper(), strict=False):
            here &= (held == low) if low == high else (held == low) | (held == high)
        found |= here
    return found


def _holds_all(texts: pa.Array, words: str) -> npt.NDArray[np.bool_]:
    """Return which texts hold every word, in any order: a name is found with the surname first or last."""
    found = np.ones(len(texts), bool)
    for word in words.replace(",", " ").split() or [words]:
        found &= _holds(texts, word)
    return found


def _holds(texts: pa.Array, text: str, ignore_case: bool = False) -> npt.NDArray[np.bool_]:
    found = pc.match_substring(texts, text, ignore_case=ignore_case)
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False))
