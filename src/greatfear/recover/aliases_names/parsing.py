"""A name as written: surname, given name, patronymic, initials, or code name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from greatfear.recover.aliases_names.given_names import given_names
from greatfear.recover.aliases_names.schemes import PLAIN, is_cyrillic, read_word

_PATRONYMIC = re.compile(r"(?:[oe]v)?(?:iC|na|iCna)$")
_WOMAN = (("skaia", "ski"), ("ckaia", "cki"), ("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("aia", "i"))
_MAN = ("ov", "ev", "in", "ski", "cki")
_CODE_WORDS = ("agent", "informer", "source", "агент", "осведомитель", "источник", "кличка")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The parts of one name as sounds; empty where the name does not give them.

    Parameters
    ----------
    surname : str
        In the form of a man.
    given : str
        Full given name; of several that a diminutive can stand for, those joined by ``|``.
    patronymic : str
        Name of the father without its ending.
    initials : tuple of str
        First sounds of given name and patronymic where only these are written.
    sex : str
        ``m``, ``f`` or empty.
    code : str
        Code name, with its number.
    is_short : bool
        Whether the given name is a diminutive.
    """

    surname: str = ""
    given: str = ""
    patronymic: str = ""
    initials: tuple[str, ...] = ()
    sex: str = ""
    code: str = ""
    is_short: bool = False


def surname_root(sounds: str) -> tuple[str, str]:
    """Return a surname in the form of a man, and the sex its ending shows."""
    for ending, man in _WOMAN:
        if sounds.endswith(ending) and len(sounds) > len(ending) + 1:
            return sounds[: -len(ending)] + man, "f"
    return sounds, "m" if sounds.endswith(_MAN) else ""


@lru_cache(maxsize=1 << 20)
def parse_name(name: str, scheme: str, heading: str = "") -> Parsed:
    """Return the parts of a name in one of the writings."""
    text = name.strip()
    if heading.lower() in _CODE_WORDS or re.search(r"\d", text) or text[:1] in '"«„“':
        number = "".join(re.findall(r"\d+", text))
        word = "".join(read_word(part, scheme) for part in re.findall(r"[^\W\d]+", text))
        return Parsed(code=f"{word} {number}".strip())
    if scheme == PLAIN and not is_cyrillic(text):
        return _plain_name(text)
    initials: list[str] = []
    words: list[str] = []
    for part in text.replace(",", " ").replace(".", ". ").split():
        if part.endswith(".") and len(part) <= 6:
            initials.append(read_word(part[:-1], scheme))
        elif part != ".":
            words.append(read_word(part.rstrip("."), scheme))
    words = [word for word in words if word]
    surname, given, patronymic = _roles(words, has_initials=bool(initials))
    root, shown = surname_root(surname)
    full, sex, is_short = _full_given(given)
    father = _PATRONYMIC.sub("", patronymic)
    if patronymic:
        sex = "f" if patronymic.endswith("na") else "m"
    return Parsed(root, full, father, tuple(x for x in initials[:2] if x), sex or shown, "", is_short)


_GENERATIONS = {"jr": "iunior", "junior": "iunior", "iunior": "iunior", "sr": "senior", "senior": "senior"}


def _plain_name(text: str) -> Parsed:
    """Return the parts of a name that is not Slavic: the surname stands before the comma, else it is the first word.

    Junior and senior stand where a patronymic would: they keep two persons of one name apart.
    """
    head, _, tail = text.partition(",")
    words = [word.strip(".,") for word in (head if tail else text).split()]
    after = [word.strip(".,") for word in tail.split()] if tail else words[1:]
    generation = next((_GENERATIONS[word.lower()] for word in after if word.lower() in _GENERATIONS), "")
    rest = [word for word in after if word.lower() not in _GENERATIONS]
    sounds = [read_word(word, PLAIN) for word in rest]
    surname = "".join(read_word(word, PLAIN) for word in (words if tail else words[:1]))
    if rest and len(rest[0]) == 1:
        return Parsed(surname, "", generation, (sounds[0],) if sounds[0] else ())
    return Parsed(surname, sounds[0] if sounds else "", generation)


def _roles(words: list[str], *, has_initials: bool) -> tuple[str, str, str]:
    """Return which word is surname, given name and patronymic."""
    known = given_names()
    father = next((k for k in range(len(words) - 1, 0, -1) if _is_patronymic(words[k]) and len(words) > 1), -1)
    if father > 0 and (words[father - 1] in known or len(words) > 2):
        given = words[father - 1]
        rest = [word for k, word in enumerate(words) if k not in (father, father - 1)]
        return "".join(rest[:1]), given, words[father]
    if has_initials or len(words) < 2:
        return "".join(words[:1]), "", ""
    first, second = words[0] in known, words[1] in known
    if first and not second:
        return words[1], words[0], ""
    return words[0], words[1], ""


def _is_patronymic(word: str) -> bool:
    return word.endswith(("oviC", "eviC", "iniC", "ovna", "evna", "iCna")) or (
        word.endswith("iC") and word[:-2] in ("il", "kusm", "luk", "fom")
    )


def _full_given(word: str) -> tuple[str, str, bool]:
    """Return the full names a word can stand for, the sex they show, and whether it is a diminutive."""
    names = given_names().get(word)
    if names is None:
        return word, "", False
    sexes = {sex for _, sex in names}
    full = "|".join(dict.fromkeys(name for name, _ in names))
    return full, sexes.pop() if len(sexes) == 1 else "", all(name != word for name, _ in names)
