"""Entries that change another entry: they share what they do not change, and bare numbers are refused."""

from __future__ import annotations

import pytest

from greatfear import catalogue
from greatfear.catalogue.variant import Variant, read_variant, vary
from greatfear.errors import ScenarioError
from greatfear.scenario import resolve

GROUNDED = {"halt.review": {"value": 0.5, "assumption": "for the sake of a test"}}


def test_a_variant_shares_what_it_does_not_change() -> None:
    base = catalogue.scenario("great-terror")
    one = vary(base, Variant("great-terror", "T", "A", {}, GROUNDED), "of-a-test")
    assert (one.id, one.title, one.about) == ("of-a-test", "T", "A")
    assert one.halt.review.value == 0.5
    before, after = resolve(base), resolve(one)
    assert {key for key in before if before[key] != after[key]} == {"id", "title", "about", "halt", "metadata"}


def test_a_bare_number_is_refused_with_its_place() -> None:
    with pytest.raises(ScenarioError, match=r"halt\.review: found a bare number"):
        vary(catalogue.scenario("great-terror"), Variant("great-terror", "T", "A", {}, {"halt.review": 0.5}), "x")


def test_sources_come_and_go_with_what_they_ground() -> None:
    source = {"citation": "A book of a test", "year": 2000}
    change = {"halt.review": {"value": 0.5, "source": "book", "place": "p. 1", "reason": "r", "level": "textual",
                              "certainty": "possible"}, "operations": [], "routes": [{"board": "court"}]}  # fmt: skip
    one = vary(catalogue.scenario("great-terror"), Variant("great-terror", "T", "A", {"book": source}, change), "x")
    assert "book" in one.sources
    assert "leibovich" not in one.sources


@pytest.mark.parametrize(
    ("text", "says"),
    [("[]", "a mapping with the keys"), ("{of: a, title: b, about: c}", "changes: found nothing"), ("{off: a}", "unknown")],
)  # fmt: skip
def test_faults_of_a_variant_file_are_told(text: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        read_variant(text, "v.yaml")


def test_entries_of_their_own_are_their_own_base() -> None:
    assert [catalogue.base_of(name) for name in ("great-terror", "witch-hunt")] == ["great-terror", "witch-hunt"]
