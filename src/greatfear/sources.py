"""Where a number comes from: sources, claims, assumptions, and how sure anybody can be.

A *claim* is a number with a source, the place in it and the reason why it stands here. An *assumption* has no source and
says why it was made; one that was fitted says to what. Levels and certainties are those of InkVisitor (DISSINET).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

__all__ = ["Assumption", "Certainty", "Claim", "Level", "Source", "entry_key", "latex_text"]


class Level(str, Enum):
    """How a statement stands to the text it was taken from.

    Examples
    --------
    >>> Level("textual").value
    'textual'
    """

    TEXTUAL = "textual"
    INTERPRETIVE = "interpretive"
    INFERENTIAL = "inferential"


class Certainty(str, Enum):
    """How sure the recorder is.

    Examples
    --------
    >>> [certainty.value for certainty in Certainty][:2]
    ['certain', 'probable']
    """

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    DUBIOUS = "dubious"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Source:
    """A work, document or table that can be cited.

    Parameters
    ----------
    key : str
        Short id used to refer to it.
    citation : str
        Full reference as text.
    year : int or None
        Year of publication.
    doi, url, licence, note : str
        Empty where unknown.

    Examples
    --------
    >>> Source("popov1992", "V. P. Popov, Otechestvennye arkhivy 1992 no. 2", 1992).bibtex().splitlines()[0]
    '@misc{popov1992,'
    """

    key: str
    citation: str
    year: int | None = None
    doi: str = ""
    url: str = ""
    licence: str = ""
    note: str = ""

    def bibtex(self) -> str:
        """Return a BibTeX entry; the citation stands in ``howpublished`` as it was written."""
        fields = {
            "howpublished": self.citation,
            "year": "" if self.year is None else str(self.year),
            "doi": self.doi,
            "url": self.url,
            "note": self.note,
        }
        told = {name: _address(text) if name in ("url", "doi") else latex_text(text) for name, text in fields.items()}
        body = "".join(f"  {name} = {{{text}}},\n" for name, text in told.items() if text)
        return f"@misc{{{entry_key(self.key)},\n{body}}}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A value taken from a source.

    Parameters
    ----------
    value : float
        The number, in the unit of the field that holds it.
    source : str
        Key of a `Source`.
    place : str
        Page, table, row or paragraph in the source.
    reason : str
        Why this value stands here.
    level, certainty
        See `Level` and `Certainty`.

    Examples
    --------
    >>> Claim(75950, "order00447", "table of limits, sum").certainty.value
    'probable'
    """

    value: float
    source: str
    place: str = ""
    reason: str = ""
    level: Level = Level.TEXTUAL
    certainty: Certainty = Certainty.PROBABLE


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value without a source, and why it was chosen.

    Parameters
    ----------
    value : float
        The number, in the unit of the field that holds it.
    reason : str
        Why this value.
    calibrated_to : str
        What it was fitted to; empty where it was not fitted.

    Examples
    --------
    >>> Assumption(4, "household of the 1937 census, rounded").calibrated_to
    ''
    """

    value: float
    reason: str
    calibrated_to: str = ""


_LATEX = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip


def latex_text(text: str) -> str:
    """Return text on one line, with the characters escaped that LaTeX or BibTeX reads otherwise.

    Letters beyond ASCII stay: they are read by every LaTeX of today as UTF-8.
    """
    line = re.sub(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*", " ", text)
    return "".join(_LATEX.get(letter, letter) for letter in re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]", "", line))


def entry_key(text: str) -> str:
    """Return the key of a BibTeX entry: letters, digits and ``-_.:+/``, everything else a hyphen."""
    return re.sub(r"[^\w.:+/-]+", "-", text).strip("-") or "source"


def _address(text: str) -> str:
    """Return a URL or DOI, which LaTeX takes as it stands, without what would end or break the entry."""
    return "".join(
        f"%{ord(letter):02X}" if letter in '{}\\"<>^`' or letter <= " " else letter for letter in text.strip()
    )
