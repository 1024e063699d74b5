"""Names: known transliterations, slips of ear and hand, and that a name follows from seed and person alone."""

from __future__ import annotations

import numpy as np
import pytest

from greatfear.scenario.papers import Names
from greatfear.simulation.papers.letters import SCHEMES, transliterate
from greatfear.simulation.papers.numbers import Numbers
from greatfear.simulation.papers.spelling import code_names, is_named, misheard, mistyped, spelled_names, true_names
from greatfear.simulation.papers.words import COVER_NAMES, ENDINGS, FATHERS, GIVEN, STEMS

KNOWN = {  # BGN/PCGN, ISO 9, Library of Congress without ligatures, German (Duden), Polish (PWN)
    "Чайковский": ("Chaykovskiy", "Čajkovskij", "Chaikovskii", "Tschaikowski", "Czajkowski"),
    "Хрущёв": ("Khrushchëv", "Hruŝëv", "Khrushchëv", "Chruschtschow", "Chruszczow"),
    "Ельцин": ("Yel’tsin", "Elʹcin", "Elʹtsin", "Jelzin", "Jelcin"),
    "Соловьёв": ("Solov’yëv", "Solovʹëv", "Solovʹëv", "Solowjow", "Sołowjow"),
    "Пётр": ("Pëtr", "Pëtr", "Pëtr", "Pjotr", "Piotr"),
    "Юлия": ("Yuliya", "Ûliâ", "Iuliia", "Julija", "Julija"),
    "Александр": ("Aleksandr", "Aleksandr", "Aleksandr", "Alexandr", "Aleksandr"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_transliterations(name: str) -> None:
    assert tuple(transliterate(name, scheme) for scheme in SCHEMES) == KNOWN[name]


def test_iso_9_is_one_letter_for_one_letter() -> None:
    """ISO 9 can be read back: every letter of the alphabet has a sign of its own."""
    alphabet = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    signs = [transliterate(letter, "iso9") for letter in alphabet]
    assert len(set(signs)) == len(alphabet) == sum(map(len, signs))


def test_no_cyrillic_is_left() -> None:
    names = [stem + ending for stem in STEMS for pair in ENDINGS for ending in pair]
    names += [name for sex in GIVEN for pair in sex for name in pair] + [n for pair in FATHERS for n in pair]
    names += COVER_NAMES
    assert not [
        n for n in names for s in SCHEMES if any("а" <= c.lower() <= "я" or c == "ё" for c in transliterate(n, s))
    ]


def test_lists_hold_no_name_twice() -> None:
    assert len(set(STEMS)) == len(STEMS)
    assert len(set(COVER_NAMES)) == len(COVER_NAMES)
    assert all(len({name for name, _ in names}) == len(names) for names in (*GIVEN, FATHERS))


def test_a_slip_is_one_slip() -> None:
    for slip in range(16):
        heard = misheard("Королов", slip)
        assert sum(a != b for a, b in zip("Королов", heard, strict=True)) == 1
    for slip in range(32):
        typed = mistyped("Kuznetsov", slip)
        assert typed[0] == "K"
        assert abs(len(typed) - len("Kuznetsov")) == {0: 1, 1: 1}.get(slip % 4, 0)
    assert len({mistyped("Kuznetsov", slip) for slip in range(32)}) > 20
    assert misheard("Чуцк", 3)
    assert mistyped("Юя", 0)


def test_a_name_follows_from_seed_and_person_alone() -> None:
    numbers, people = Numbers(7, 0), np.arange(1000)
    whole = true_names(numbers, people).to_pylist()
    assert true_names(numbers, people[500:600]).to_pylist() == whole[500:600]
    assert true_names(Numbers(8, 0), people).to_pylist() != whole
    assert true_names(Numbers(7, 1), people).to_pylist() != whole
    assert len(set(whole)) > 950


def test_forms_have_their_shares() -> None:
    numbers, people = Numbers(7, 0), np.arange(20_000)
    rules = Names(recorded=0.5, initials=0.3, no_patronymic=0.2, schemes={"german": 0.25})
    names = spelled_names(numbers, people, 0 * people, rules).to_pylist()
    assert sum(name.endswith(".") for name in names) / 20_000 == pytest.approx(0.3, abs=0.02)
    assert sum(name.count(" ") == 1 for name in names) / 20_000 == pytest.approx(0.2, abs=0.02)
    whole = [name for name in names if name.count(" ") == 2 and not name.endswith(".")]
    german = sum(name.endswith(("tsch", "wna", "tschna")) for name in whole)
    assert german / len(whole) == pytest.approx(0.25, abs=0.02)
    assert is_named(numbers, people, rules).mean() == pytest.approx(0.5, abs=0.02)


def test_more_errors_keep_those_that_were() -> None:
    numbers, people = Numbers(7, 0), np.arange(2000)
    plain, some, more = (
        np.array(spelled_names(numbers, people, 0 * people, Names(mistyped=share)).to_pylist())
        for share in (0, 0.1, 0.4)
    )
    assert 150 < (some != plain).sum() < 250
    assert ((some == plain) | (some == more)).all()


def test_code_names_differ_by_side_and_number() -> None:
    numbers, one = Numbers(7, 0), np.full(6, 12)
    sides, number = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2])
    assert len(set(code_names(numbers, one, sides, number).to_pylist())) == 6
