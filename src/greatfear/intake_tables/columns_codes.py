"""Turns the texts of a column into codes: short texts by their bytes as whole numbers, which is faster than by text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.intake_tables.columns import at_codes

Words = npt.NDArray[np.uint64]
_WORD = 8
_MOST_WORDS = 2
_KEPT = np.array([(1 << 8 * n) - 1 for n in range(_WORD + 1)], np.uint64)
"""What is kept of a word of which only the first bytes belong to the text."""


@dataclass(frozen=True, slots=True)
class ShortTexts:
    """Short texts of a block as whole numbers: one for the first eight bytes of each text, one for the next eight."""

    words: tuple[Words, ...]

    def __len__(self) -> int:
        return len(self.words[0])

    @property
    def nbytes(self) -> int:
        """Return the memory of the numbers."""
        return sum(word.nbytes for word in self.words)

    def word(self, i: int) -> Words:
        """Return the i-th number of each text; zeros where the texts are shorter."""
        return self.words[i] if i < len(self.words) else np.zeros(len(self), np.uint64)


Block: TypeAlias = "pa.StringArray | pa.DictionaryArray | ShortTexts"
"""Texts of a block: as they are, as codes, or as whole numbers."""


def shortened(block: pa.Array) -> Block:
    """Return a block of short texts as whole numbers; any other block as it is."""
    if pa.types.is_dictionary(block.type):
        return block
    n_words = _words_needed(block)
    return ShortTexts(_words(block, n_words)) if n_words <= _MOST_WORDS else block


def coded_texts(blocks: Sequence[Block]) -> list[pa.DictionaryArray]:
    """Return blocks of texts as codes, in few pieces where that is cheap.

    Parameters
    ----------
    blocks : sequence of Block
        Without absent texts; in their order.
    """
    found: list[pa.DictionaryArray] = []
    for kind, some in groupby(blocks, type):
        run = list(some)
        if kind is ShortTexts:
            found += _by_words(run)
        elif kind is pa.DictionaryArray:
            found += run
        else:
            found += _one_block(pa.chunked_array(run).dictionary_encode().chunks)
    return found


def _offsets(texts: pa.StringArray) -> npt.NDArray[np.int32]:
    """Return where each text begins, and where the last one ends."""
    ends = texts.buffers()[1]
    return np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]


def _words_needed(texts: pa.StringArray) -> int:
    """Return how many words of eight bytes hold the longest text; more than are used for a text with a zero byte."""
    data, at = texts.buffers()[2], _offsets(texts)
    if data is None or not len(texts):
        return 1
    if not np.frombuffer(data, np.uint8)[at[0] : at[-1]].all():
        return _MOST_WORDS + 1
    return max(1, -(-int(np.diff(at).max()) // _WORD))


def _by_words(blocks: Sequence[ShortTexts]) -> list[pa.DictionaryArray]:
    """Return short texts as codes."""
    n_words = max(len(block.words) for block in blocks)
    if n_words == 1:
        keys = pa.chunked_array([pa.array(block.words[0]) for block in blocks]).dictionary_encode()
        texts = _texts([keys.chunk(0).dictionary.to_numpy(zero_copy_only=False)])
        codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in keys.chunks])
        return [pa.DictionaryArray.from_arrays(pa.array(codes), texts)]
    words = [np.concatenate([block.word(i) for block in blocks]) for i in range(n_words)]
    keys = pa.array(_key(words)).dictionary_encode()
    codes = keys.indices.to_numpy(zero_copy_only=False)
    first = np.zeros(len(keys.dictionary), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    if not all(_agree(word, first, codes) for word in words):  # hardly ever: two texts with one key
        return [_texts(words).dictionary_encode()]
    return [pa.DictionaryArray.from_arrays(keys.indices, _texts([word[first] for word in words]))]


def _texts(words: Sequence[Words]) -> pa.StringArray:
    """Return texts from their numbers."""
    signs = np.stack([word.astype("<u8", copy=False) for word in words], axis=1).view(f"S{_WORD * len(words)}")
    return pa.array(signs[:, 0], pa.binary()).cast(pa.string())


def _agree(word: Words, first: npt.NDArray[np.int64], codes: npt.NDArray[Any]) -> bool:
    """Whether all texts of a code have the same word."""
    return bool((at_codes(word.take(first), codes) == word).all())


def _words(texts: pa.StringArray, n_words: int) -> tuple[Words, ...]:
    """Return the bytes of texts as whole numbers of eight bytes each, with zeros after the end."""
    at, data = _offsets(texts), texts.buffers()[2]
    size = 0 if data is None else int(at[-1])
    padded = np.zeros(size + _WORD * n_words, np.uint8)
    if data is not None:
        padded[:size] = np.frombuffer(data, np.uint8)[:size]
    anywhere: Words = np.ndarray((len(padded) - _WORD + 1,), np.dtype("<u8"), padded, 0, (1,))
    start, length = at[:-1].astype(np.intp), np.diff(at)
    kept = _KEPT[
        np.clip(np.arange(0, -_WORD * n_words, -_WORD)[:, None] + np.arange(length.max(initial=0) + 1), 0, _WORD)
    ]
    if (length == length.max(initial=0)).all():  # as ids often are
        return tuple(anywhere.take(start + _WORD * i) & kept[i, -1] for i in range(n_words))
    return tuple(anywhere.take(start + _WORD * i) & kept[i].take(length) for i in range(n_words))


def _key(words: Sequence[Words]) -> Words:
    """Return one number for the words of each text: the word itself, or a mixture of several."""
    if len(words) == 1:
        return words[0]
    key = words[0] * np.uint64(0x9E3779B97F4A7C15)
    for word in words[1:]:
        key ^= key >> np.uint64(29)
        key += word
        key *= np.uint64(0xBF58476D1CE4E5B9)
    return key ^ (key >> np.uint64(32))


def _one_block(chunks: list[pa.DictionaryArray]) -> list[pa.DictionaryArray]:
    """Return blocks that share their texts as one; else each block's texts would be compared again."""
    first = chunks[0].dictionary if chunks else None
    if first is None or any(len(chunk.dictionary) != len(first) for chunk in chunks):
        return chunks
    codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks])
    return [pa.DictionaryArray.from_arrays(pa.array(codes), first)]
