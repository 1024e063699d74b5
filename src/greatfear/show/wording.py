"""The words of a case: what it calls its acts, outcomes, channels, routes, roles and places, in one and in several.

Codes of the record stay as they are, so that one query and one model read every archive; what is printed for a reader has
these words. A case that names nothing has the standard words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

GROUPS = ("acts", "outcomes", "channels", "routes", "roles", "places")
"""What a case can name."""
EFFECTS = ("stays", "away", "gone", "dies")
"""What an outcome of the case's own does to a person."""

_STANDARD = {
    ("places", "custody"): "prison place",
    ("places", "stratum"): "stratum / strata",
    ("roles", "speaker"): "deponent",
}
"""Standard words that differ from their code."""

_ALSO = {
    ("acts", "interrogation"): ("sitting",), }  # fmt: skip
"""Other standard words for the same thing."""

_COUNTED = {
    "death": ("outcomes", "death"), "deaths": ("outcomes", "death"),
    **{name: ("outcomes", name) for name in ("camp", "exile", "other", "released")},
    "arrested": ("acts", "arrest"), "sentenced": ("acts", "sentence"), "confessions": ("outcomes", "confessed"),
    "denunciations": ("channels", "denunciation"), "reports": ("channels", "report"),
}  # fmt: skip
"""Quantities that are named after an outcome, a channel, or what was done to a person."""


@cache
def _alternatives(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds one of some words, the longest first, also with a capital."""
    forms = (
        f"[{word[0]}{word[0].upper()}]{re.escape(word[1:])}" if word[:1].islower() else re.escape(word)
        for word in words
    )
    return re.compile(rf"\b(?:{'|'.join(forms)})\b")


def plural(word: str) -> str:
    """Return the plural of an English word: the part behind a slash where one is given, as in ``inquiry / inquiries``.

    >>> plural("dismissal"), plural("summons"), plural("inquiry"), plural("person / people")
    ('dismissals', 'summonses', 'inquiries', 'people')
    """
    one, slash, many = (part.strip() for part in word.partition("/"))
    if slash:
        return many
    if re.search(r"(?:s|x|z|ch|sh)$", one):
        return one + "es"
    return one[:-1] + "ies" if re.search(r"[^aeiou]y$", one) else one + "s"


def counted(n: float, word: str, form: str = "") -> str:
    """Return a number with its word: in the plural unless the number is written as 1.

    >>> counted(1, "person / people"), counted(2500.0, "enemy", ",.0f"), counted(0.5, "day", "g")
    ('1 person', '2,500 enemies', '0.5 days')
    """
    text = format(n, form)
    return f"{text} {word.partition('/')[0].strip() if text == '1' else plural(word)}"


def unit_beside(value: object, unit: str) -> str:
    """Return a unit as it stands behind a number: its first word is in the singular behind 1.

    >>> unit_beside(1, "meetings per unit and day"), unit_beside(2, "days"), unit_beside(1, "log-odds")
    ('meeting per unit and day', 'days', 'log-odds')
    """
    return re.sub(r"^([a-z]+)s(?= |$)", r"\1", unit) if value == 1 else unit


@dataclass(frozen=True, slots=True)
class Wording:
    """Words by group and code; codes without a word of their own have the standard one.

    Parameters
    ----------
    given : mapping of str to mapping of str to str
        By group and code; a plural may follow a slash.
    effects : mapping of str to str
        Outcomes of the case's own, in its order, and what each does to a person: one of `EFFECTS`.
    """

    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    effects: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Any, effects: Any = None) -> Wording:
        """Return the words that plain data say; what is no word and no effect is left out."""
        words, own = (one if isinstance(one, Mapping) else {} for one in (given, effects))
        groups = {group: words[group] for group in GROUPS if isinstance(words.get(group), Mapping)}
        return cls(
            {
                group: {str(code): word for code, word in one.items() if isinstance(word, str) and word.strip()}
                for group, one in groups.items()
            },
            {str(code): effect for code, effect in own.items() if effect in EFFECTS},
        )

    @property
    def deaths(self) -> tuple[str, ...]:
        """Return the outcomes that are deaths."""
        return ("death", *(code for code, effect in self.effects.items() if effect == "dies"))

    @property
    def death(self) -> str:
        """Return what a death is called: the word of the only own outcome that is one, else that of the standard outcome."""
        own = self.deaths[1:]
        return self.one(
            "outcomes", own[0] if len(own) == 1 and "death" not in self.given.get("outcomes", {}) else "death"
        )

    @property
    def lasting(self) -> tuple[str, ...]:
        """Return the outcomes after which a person is gone for good."""
        return ("death", "camp", "exile", "other", *(c for c, effect in self.effects.items() if effect in EFFECTS[2:]))

    def __bool__(self) -> bool:
        """Return whether the case has words of its own."""
        return any(self.given.values()) or bool(self.effects)

    def one(self, group: str, code: str) -> str:
        """Return the word for one of a kind."""
        return self._word(group, code).partition("/")[0].strip()

    def many(self, group: str, code: str) -> str:
        """Return the word for several of a kind."""
        return plural(self._word(group, code))

    def root(self, code: str) -> str:
        """Return the word for what a case rests on: a channel or a route."""
        return self.one("channels" if code in self.given.get("channels", {}) else "routes", code)

    def roots(self, code: str) -> str:
        """Return the word for what several cases rest on."""
        return self.many("channels" if code in self.given.get("channels", {}) else "routes", code)

    def reworded(self, text: str) -> str:
        """Return a standard sentence with the words of the case for acts, roles, places and complaints; once is as good as twice.

        >>> case = Wording({"acts": {"arrest": "summons", "summons": "letter"}, "roles": {"speaker": "witness"}})
        >>> case.reworded("Arrests and summonses per deponent")
        'Summonses and letters per witness'
        """
        found = {} if not self else self._spoken()
        if not found:
            return text
        pattern = _alternatives(tuple(sorted(found, key=lambda word: (-len(word), word))))

        def told(match: re.Match[str]) -> str:
            word = match.group(0)
            own = found.get(word)
            if (
                own is None
                and word[:1].isupper()
                and (not match.start() or text[: match.start()].rstrip()[-1:] in ".!?:;")
            ):
                own = found.get(word[0].lower() + word[1:])
                own = own and own[0].upper() + own[1:]
            return word if own is None else own

        return pattern.sub(told, text)

    def _spoken(self) -> dict[str, str]:
        """Return what stands for each standard word in a sentence, in one and in several; the case's own words stay."""
        found = {"prison places": "places in custody", "prison place": "place in custody"}
        for group, codes in self.given.items():
            for code in codes:
                if group in ("acts", "roles", "places") or (group, code) == ("channels", "denunciation"):
                    for standard in (_STANDARD.get((group, code), code), *_ALSO.get((group, code), ())):
                        found |= {
                            plural(standard): self.many(group, code),
                            standard.partition("/")[0].strip(): self.one(group, code),
                        }
        own = [word for word in found.values() if any(re.search(rf"\b{re.escape(one)}\b", word) for one in found)]
        return {word: word for word in own} | found

    def quantity(self, name: str) -> str:
        """Return what a head or a label calls a counted quantity; its own name where the case has no word for it.

        >>> Wording({"acts": {"arrest": "suspension"}}).quantity("arrests_2010")
        'suspensions 2010'
        """
        if name.startswith("outcome_"):
            own = {f"outcome_{code.replace('-', '_')}": code for code in self.effects}
            return self.one("outcomes", own[name]) if name in own else name
        stem, _, year = name.rpartition("_")
        if self.effects and name in ("death", "deaths"):
            return self.death
        if not (stem and year.isdecimal()):
            stem, year = name, ""
        group, code = _COUNTED.get(stem, ("", ""))
        if code in self.given.get(group, {}):
            is_many = group == "channels"
            said = self.many(group, code) if is_many else self.one(group, code)
        else:
            said = self.reworded(stem.replace("_", " "))
        return name if said == stem.replace("_", " ") else f"{said} {year}".strip()

    def renamed(self, group: str, codes: list[Any]) -> list[Any]:
        """Return codes as words; what is no text stays."""
        return [self.one(group, code) if isinstance(code, str) else code for code in codes]

    def _word(self, group: str, code: str) -> str:
        return self.given.get(group, {}).get(code) or _STANDARD.get((group, code), code)
