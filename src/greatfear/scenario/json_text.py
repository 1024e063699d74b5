"""Reads JSON text with lines; the reader of the standard library keeps no positions and no limits."""

from __future__ import annotations

import re
from json import JSONDecodeError, decoder

from greatfear.scenario.written import MAX_DEPTH, MAX_NODES, Scalar, Written, short
from greatfear.scenario.yaml_text import TextFaults, core_scalar

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORDS: dict[str, Scalar] = {"null": None, "true": True, "false": False}


def looks_like_json(text: str) -> bool:
    """Return whether a text is meant as JSON: it begins with a brace and a quote."""
    return re.match(r'\s*\{\s*"', text) is not None


def read_json(text: str, name: str) -> Written:
    """Return the tree of a JSON text.

    Parameters
    ----------
    text : str
        The document.
    name : str
        Name of the file, for faults.

    Raises
    ------
    ScenarioError
        For text that is not JSON, duplicate keys, numbers that are not finite, deep nesting.
    """
    reader = _Reader(text, TextFaults(name))
    root = reader.value(0)
    reader.space()
    if reader.position < len(text):
        raise reader.stop("text after the end", "one JSON value")
    if reader.faults.found:
        raise reader.faults.error()
    return root


class _Reader:
    """A small recursive reader; recursion is bounded by MAX_DEPTH."""

    def __init__(self, text: str, faults: TextFaults) -> None:
        self.text, self.faults = text, faults
        self.position, self._line, self._counted, self._nodes = 0, 1, 0, 0

    @property
    def line(self) -> int:
        """The line of the present position, from 1."""
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line

    def stop(self, got: str, allowed: str) -> Exception:
        """Return the error for a place after which nothing can be read."""
        return self.faults.stop(self.line, got, allowed)

    def space(self) -> str:
        """Skip white space; return the next character, empty at the end."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.text[self.position : self.position + 1]

    def value(self, depth: int) -> Written:
        """Read one value."""
        following = self.space()
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise self.stop("deep nesting", f"at most {MAX_DEPTH} levels")
        if self._nodes > MAX_NODES:
            raise self.stop("too many values", f"at most {MAX_NODES:,}")
        if following == "{":
            return self._mapping(depth)
        if following == "[":
            return self._list(depth)
        return Written(self._string() if following == '"' else self._scalar(), self.line)

    def _string(self) -> str:
        """Read a quoted text."""
        try:
            text, self.position = decoder.scanstring(self.text, self.position + 1, True)  # type: ignore[attr-defined]
        except JSONDecodeError as error:
            raise self.stop(error.msg, "JSON text") from None
        return str(text)

    def _scalar(self) -> Scalar:
        """Read a number, true, false or null."""
        match = _NUMBER.match(self.text, self.position) or re.compile(r"[A-Za-z]+").match(self.text, self.position)
        found = match.group() if match else self.text[self.position : self.position + 10]
        if match is None or (found[0].isalpha() and found not in _WORDS):
            raise self.stop(short(found) if found else "the end of the text", "a JSON value")
        self.position = match.end()
        if found in _WORDS:
            return _WORDS[found]
        try:
            return core_scalar(found)
        except ValueError as error:
            self.faults.add(self.line, f"{short(found)}, {error}", "finite numbers")
            return 0

    def _list(self, depth: int) -> Written:
        """Read a list."""
        items: list[Written] = []
        node = Written(items, self.line)
        self.position += 1
        while self.space() != "]":
            if items:
                self._comma("]")
            items.append(self.value(depth + 1))
        self.position += 1
        return node

    def _mapping(self, depth: int) -> Written:
        """Read a mapping."""
        entries: dict[str, Written] = {}
        node = Written(entries, self.line)
        self.position += 1
        while self.space() != "}":
            if entries:
                self._comma("}")
            if self.space() != '"':
                raise self.stop(short(self.text[self.position : self.position + 10]), "a key in quotes")
            key, line = self._string(), self.line
            if key in entries:
                got = f"the key {short(key)} again (first on line {entries[key].line})"
                self.faults.add(line, got, "each key once", "keep one of them")
            if self.space() != ":":
                raise self.stop(short(self.text[self.position : self.position + 10]), "':' after a key")
            self.position += 1
            entries[key] = self.value(depth + 1)
            entries[key].line = line
        self.position += 1
        return node

    def _comma(self, closing: str) -> None:
        """Read the comma between two items; after it an item must follow."""
        if self.space() != ",":
            found = self.text[self.position : self.position + 10]
            raise self.stop(short(found) if found else "the end of the text", f"',' or '{closing}'")
        self.position += 1
        if self.space() == closing:
            raise self.stop(f"'{closing}' after a comma", "a value")
