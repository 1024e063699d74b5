"""Words of the case: what a scenario calls its acts, outcomes, channels, routes, roles and places."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greatfear.scenario.found import Found
from greatfear.scenario.quantity import Part
from greatfear.show.wording import GROUPS

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

LONGEST_WORD = 60
WORD = f"a word of 1 to {LONGEST_WORD} letters, and perhaps its plural behind a slash"


class ActWords(Part):
    """What is done to a person."""

    summons: str = "summons"
    arrest: str = "arrest"
    interrogation: str = "interrogation"
    sentence: str = "sentence"
    release: str = "release"
    rehabilitation: str = "rehabilitation"
    flight: str = "flight"
    death: str = "death"


class OutcomeWords(Part):
    """What comes of a sentence or a sitting; `boards.*.outcomes` may use these words as keys."""

    death: str = "death"
    camp: str = "camp"
    exile: str = "exile"
    other: str = "other"
    released: str = "released"
    confessed: str = "confessed"
    denied: str = "denied"


class ChannelWords(Part):
    """The ways on which statements reach an office."""

    denunciation: str = "denunciation"
    report: str = "report"
    interrogation: str = "interrogation"
    document: str = "document"
    accident: str = "accident"
    order: str = "order"


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # `register` is also a method of every class; the word of the record is wanted here

    class RouteWords(Part):
        """What an arrest rests on."""

        statement: str = "statement"
        register: str = "register"
        order: str = "order"
        sham: str = "sham"
        none: str = "none"


class RoleWords(Part):
    """Who acts and who is acted upon."""

    person: str = "person"
    speaker: str = "deponent"
    office: str = "office"
    chief: str = "chief"
    informer: str = "informer"
    judge: str = "judge"


class PlaceWords(Part):
    """Where persons live, work and are held."""

    region: str = "region"
    stratum: str = "stratum"
    unit: str = "unit"
    household: str = "household"
    custody: str = "prison place"


class Words(Part):
    """What the case calls things: a firm dismisses, an inquisition admonishes, a club expels.

    The codes of the record stay as they are; archive, describe, why, report, lab and explain print these words. A plural that
    is not regular follows a slash: ``inquiry / inquiries``.
    """

    acts: ActWords = ActWords()
    outcomes: OutcomeWords = OutcomeWords()
    channels: ChannelWords = ChannelWords()
    routes: RouteWords = RouteWords()
    roles: RoleWords = RoleWords()
    places: PlaceWords = PlaceWords()

    def own(self) -> dict[str, dict[str, str]]:
        """Return the words that differ from the standard ones, by group and code."""
        found = {}
        for group in GROUPS:
            part = getattr(self, group)
            fields = type(part).model_fields
            words = {code: getattr(part, code) for code in fields if getattr(part, code) != fields[code].default}
            if words:
                found[group] = words
        return found


def is_word(word: str) -> bool:
    """Return whether a reader can be shown a word: printable, of some letters, with one plural at most."""
    pieces = [piece.strip() for piece in word.split("/")]
    return len(pieces) <= 2 and all(pieces) and len(word) <= LONGEST_WORD and word.isprintable()


def check_words(scenario: Scenario) -> Iterator[Found]:
    """Yield words that nobody could print or tell apart."""
    for group in GROUPS:
        part, seen = getattr(scenario.words, group), dict[str, str]()
        for code in type(part).model_fields:
            word = getattr(part, code)
            one = word.partition("/")[0].strip().casefold()
            if not is_word(word):
                yield Found(("words", group, code), repr(word[:80]), WORD)
            elif one in seen:
                got = f"{word!r}, which is also the word for {seen[one]}"
                yield Found(("words", group, code), got, "a word of its own for each")
            else:
                seen[one] = code
