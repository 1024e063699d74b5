"""Everything that an archive allows, part by part; what was refused, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from typing import Any

from greatfear.archive import Archive
from greatfear.errors import GreatFearError
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Result, refused
from greatfear.show.face import Shown
from greatfear.show.plain import plain

ORDER = ("ledger", "origins", "shares", "aliases", "coverage", "copies", "veracity")
"""The parts in the order of their worth to a reader of a real archive."""

_QUESTIONS = {
    "ledger": "who was named by how many",
    "origins": "how many independent origins the statements have",
    "shares": "how much of it is its own echo",
    "aliases": "which names are one person",
    "coverage": "how many persons stand on no list",
    "copies": "which statements repeat an earlier one",
    "veracity": "who was a member of anything",
}


@dataclass(frozen=True, repr=False)
class Survey(Shown):
    """The results of all parts on one archive.

    Parameters
    ----------
    title : str
        Title of the archive.
    results : mapping of str to Result
        By part.
    settings : mapping
        What repeats the call.
    citation : str
        What to cite.
    """

    title: str
    results: Mapping[str, Result]
    settings: Mapping[str, Any] = field(default_factory=dict)
    citation: str = ""

    def __iter__(self) -> Iterator[Result]:
        """Iterate over the results."""
        return iter(self.results.values())

    def paragraph(self) -> str:
        """Return the answer in one paragraph: what the archive supports, then what it cannot tell."""
        told = [result for result in self if result.verdict != "cannot tell"]
        # The ledger says already how far the speakers are known to be independent.
        shown = [result for result in told if result.part != "origins" or "ledger" not in {one.part for one in told}]
        sentences = [text for result in shown for text in result.words[: 3 if result.part == "ledger" else 1]]
        lead = " ".join(sentences) or "This archive supports none of the questions that are asked here."
        open_ones = [_QUESTIONS.get(result.part, result.part) for result in self if result.verdict == "cannot tell"]
        if not told or not open_ones:
            return lead
        listed = ", ".join(open_ones[:-1]) + (", or " if len(open_ones) > 1 else "") + open_ones[-1]
        return f"{lead} The archive cannot tell {listed}; the reasons stand below."

    def refusals(self) -> tuple[str, ...]:
        """Return one line for each part that could not answer, with the reason."""
        return tuple(
            f"{result.part}: {' '.join(result.words[:3]) or 'cannot tell'}"
            for result in self
            if result.verdict == "cannot tell"
        )

    def summary(self) -> str:
        """Return everything in words."""
        lines = [self.title or "archive", "", self.paragraph()]
        for result in self:
            if result.verdict != "cannot tell":
                lines += ["", f"{result.part.upper()}. {result.summary()}"]
        if self.refusals():
            lines += ["", "The archive cannot tell:", *(f"  {line}" for line in self.refusals())]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return the title and which parts the archive answers, on one line."""
        told = [result.part for result in self if result.verdict != "cannot tell"]
        return f"<Survey of {self.title!r}: {len(told)} of {len(self.results)} parts answered ({', '.join(told) or 'none'})>"

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def to_dict(self) -> dict[str, Any]:
        """Return verdicts, words and checks of all parts as plain data; tables are left to the parts."""
        parts = [{k: v for k, v in result.to_dict().items() if k not in ("tables", "about")} for result in self]
        return {
            "title": self.title, "paragraph": self.paragraph(), "refused": list(self.refusals()), "parts": parts,
            "settings": plain(dict(self.settings)), "citation": self.citation,
        }  # fmt: skip


def survey(
    archive: Archive,
    *,
    question: str = "",
    prevalence: tuple[float, float] | None = None,
    free: str = "none",
    purpose: str | None = None,
    seed: int = 0,
) -> Survey:
    """Run every part of `recover` that the archive allows.

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    question, prevalence, free
        As in `greatfear.recover.veracity`; without them membership is not asked.
    purpose : str, optional
        What the answer is for; asked of real archives that end less than 80 years ago, and kept.
    seed : int
        Seed of all draws.

    Returns
    -------
    Survey

    Raises
    ------
    greatfear.errors.FaultList
        A purpose must be stated, or a range is written wrongly.
    """
    kept = ask_for_purpose(archive, purpose)
    asked = {"question": question, "prevalence": prevalence, "free": free, "seed": seed}
    from greatfear.recover.veracity_ask import asked_faults

    faults = asked_faults(prevalence, "mutual", free)
    if faults:
        from greatfear.errors import FaultList

        raise FaultList(faults, "recover")
    results: dict[str, Result] = {}
    for part in ORDER:
        call = _part(part)
        if call is not None:
            more = asked if part == "veracity" else {"seed": seed} if part == "shares" else {}
            if part == "coverage":
                more = _who_is_who(archive, results.get("aliases"))
            results[part] = _answer(part, call, archive, {**more, "purpose": purpose})
    title = str(getattr(archive.manifest, "title", "") or "")
    settings = {**asked, **kept, "greatfear": version("greatfear")}
    return Survey(title, results, settings, archive.cite())


def _who_is_who(archive: Archive, names: Result | None) -> dict[str, Any]:
    """Return the draws of who is who, for lists of names; nothing where there are no lists or nothing was drawn."""
    is_drawn = names is not None and "partitions" in names.tables
    return {"partitions": names} if is_drawn and archive.n_rows("mentions") else {}


def _part(name: str) -> Callable[..., Result] | None:
    """Return the function of a part; None where this version does not have it."""
    public = import_module("greatfear.recover")
    return getattr(public, name) if name in public.__all__ else None


def _answer(part: str, call: Callable[..., Result], archive: Archive, given: Mapping[str, Any]) -> Result:
    """Return the answer of one part; a fault that it raises becomes its refusal."""
    try:
        return call(archive, **given)
    except GreatFearError as error:
        return refused(part, f"{part.capitalize()}:", [_sentence(error)])


def _sentence(error: GreatFearError) -> str:
    """Return what a part needs and does not find, as one sentence."""
    from greatfear.errors import FaultList

    if isinstance(error, FaultList):
        return " ".join(f"{fault.place}: found {fault.got}, but expected {fault.allowed}" for fault in error.faults)
    return str(error)
