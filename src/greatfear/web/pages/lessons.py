"""Lessons for a class: five steps over real pages, each with a question and an answer that can be unfolded."""

from __future__ import annotations

from dataclasses import dataclass

from greatfear.errors import UnknownNameError
from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.parts import Lesson, Link, Links, Notice, Page, Step


@dataclass(frozen=True)
class _Step:
    """One step: what to do, the page it opens, the question, the answer."""

    words: str
    page: type[at.OfArchive]
    more: tuple[tuple[str, object], ...]
    question: str
    answer: str


LESSONS: dict[str, tuple[str, tuple[_Step, ...]]] = {
    "1": (
        "Who was accused, and on whose word?",
        (
            _Step(
                "Open the overview.", at.Overview, (), "What does one row of the table `statements` stand for?",
                "One naming of one person by one speaker to an office. It says that somebody was named, not that it was true.",
            ),
            _Step(
                "Open the persons, those named most first.", at.Persons, (("sort", "named"),), "Who was named "
                    "most often, and by how many persons?",
                "Open the person. Statements and persons who spoke are two numbers: ten statements of one speaker are one voice.",
            ),
            _Step(
                "Open the statements made under "
                "interrogation.", at.Statements, (("filter", at.Filter.of({"channel": ["interrogation"]}, {})),),
                "What does the channel say about the worth of a statement?",
                "It says on which way the name reached the office. Under interrogation a person may give any "
                "name to make it end.",
            ),
            _Step(
                "Open the matrix of who named whom.", at.Naming, (), "Do people name their own group more often "
                    "than chance would have it?",
                "Choose “ratio to chance”. A ratio of 2 on the diagonal means twice as often as if speakers "
                "chose regardless of group.",
            ),
            _Step(
                "Open what the archive supports.", at.Recover, (), "Is there something that this archive cannot tell?",
                "Read the checks. A refusal is a result: the record does not hold what an answer would need.",
            ),
        ),
    ),
    "2": (
        "How far does a chain of names reach?",
        (
            _Step("Open the cases, the longest chains first.", at.Cases, (("sort", "depth"),),
                  "How many namings are there between the first person and the root?",
                  "The column depth says it. Click the number to see the whole tree."),
            _Step("Look at the facet “root of its chain”.", at.Cases, (), "What do most chains begin with?",
                  "In most archives few roots carry many cases: a list, an order or a single denunciation can "
                  "stand behind hundreds."),
            _Step("Open the cases from which most others follow.", at.Cases, (("sort", "below"),), "What would have "
                "happened if this person had named nobody?",
                  "The record cannot tell. In a simulated world the lab can: try a what-if in the workbench."),
            _Step("Open the record over time.", at.Time, (), "When did each deponent bring in more than one new person?",
                  "Where the line is above 1, the number of the accused grows by naming alone."),
            _Step("Open the sources.", at.Sources, (), "On how many documents does all of this rest?",
                  "The fewer the sources, the more one scribe or one court decides what can be seen."),
        ),
    ),
}  # fmt: skip


def lesson(lab: Lab, address: at.Lesson) -> Page:
    """Return a lesson on one archive: its steps as links with their questions."""
    if address.number not in LESSONS:
        raise UnknownNameError("lesson", address.number, list(LESSONS))
    title, steps = LESSONS[address.number]
    names = [entry.name for entry in lab.entries.values() if entry.archive is not None]
    name = address.archive or (names[0] if names else "")
    choice = Links(
        tuple(Link(str(address.to(archive=one)), one, is_here=one == name) for one in names),
        title="On which archive?",
        style="row",
    )
    if not name:
        return Page(
            title=title,
            address=str(address),
            blocks=(Notice("Open an archive first.", links=(Link("/", "The first screen"),)),),
        )
    lab.entry(name)
    told = tuple(Step(s.words, str(s.page(name=name, **dict(s.more))), s.question, s.answer) for s in steps)  # type: ignore[arg-type]
    return Page(
        title=title,
        address=str(address),
        blocks=(choice, Lesson(told)),
        about="lesson",
        forms=(Link(str(address.to(form="json")), "JSON"),),
    )
