"""Pages of the lab: what they show is what the library answers, and what their JSON says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import web_lab
from greatfear.plots.marks.svg import shown
from greatfear.web import address as at
from greatfear.web.app import answer
from greatfear.web.lab import Lab
from greatfear.web.parts import Page, as_plain
from greatfear.web.render import as_html


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return web_lab.lab_of(tmp_path_factory.mktemp("lab"))


def routes(lab: Lab) -> Iterator[str]:
    """Every kind of page of every archive, with some filters."""
    yield from ("/", "/manual", "/lesson/1", "/compare?a=mixed&b=golden&c=mixed")
    for name, entry in lab.entries.items():
        if entry.archive is None:
            continue
        index = entry.index(wait=True)
        persons = [index.id_of(k) for k in range(min(len(index.people), 4))]
        for page in at.PAGES:
            if "{name}" in page.PATH and page.PATH.count("{") == 1:
                yield str(page(name=name))
        for person in persons:
            yield str(at.Person(name=name, id=person))
            yield str(at.Why(name=name, id=person))
        if len(index.cases):
            yield str(at.Tree(name=name, case="0"))
        for facet, values in index.cases.facets.items():
            yield str(at.Cases(name=name, filter=at.Filter.of({facet: [values[0]]}, {}), sort="below"))
        yield str(at.Persons(name=name, q="1", how="any", sort="named"))
        yield str(at.Naming(name=name, show="ratio", order="alike"))
        yield str(at.Sql(name=name, q="select channel, count(*) as n from statements group by 1"))
        for number in range(index.store.n_rows("sources")):
            yield str(at.Source(name=name, id=str(index.store.value("sources.id", number))))


def whole(lab: Lab, route: str) -> Page:
    """The page at an address, waited for."""
    for _ in range(100):
        _, page = answer(lab, *route.partition("?")[::2])
        if page.status != 202:
            break
    return page


def texts(value: Any) -> Iterator[str]:
    """Every text and number of a JSON document, as a reader sees it."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    else:
        yield shown(value)


def numbers(words: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?", words)


def body_of(page: str) -> str:
    """The words of a page's main part; drawings are told apart by their table."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r'<div class="drawn"[^>]*>.*?</div>|<svg\b.*?</svg>', " ", main, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", " ", main))


def test_every_number_of_a_page_stands_in_its_json(lab: Lab) -> None:
    n = 0
    for route in routes(lab):
        page = whole(lab, route)
        assert page.status == 200, route
        said = {token for text in texts(as_plain(page)) for token in numbers(text)}
        found = set(numbers(body_of(as_html(page))))
        assert found <= said, (route, sorted(found - said)[:5])
        n += len(found)
    assert n > 500


def test_a_number_that_only_the_page_has_is_seen() -> None:
    assert not set(numbers("3 of 1,234")) <= {token for text in texts({"a": 1233, "b": "3"}) for token in numbers(text)}


def test_why_says_what_the_library_says(lab: Lab) -> None:
    for name, entry in lab.entries.items():
        if entry.archive is None:
            continue
        index = entry.index(wait=True)
        for row in range(min(len(index.people), 9)):
            person = index.id_of(row)
            assert index.why(person).to_dict() == entry.archive.why(person).to_dict(), (name, person)


def test_overview_counts_what_describe_counts(lab: Lab) -> None:
    for entry in lab.entries.values():
        if entry.archive is None:
            continue
        index, totals = entry.index(wait=True), entry.archive.describe().totals
        assert len(index.cases) == totals["cases"]
        assert len(index.statements) == totals["statements"]
        cause = index.cases.select({}, {}, None, None).counts.get("cause", np.zeros(1, int))
        assert int(cause.sum()) in (len(index.cases), 0)


facet_values = st.dictionaries(
    st.sampled_from(["cause", "region", "sex", "depth", "evidence", "operation"]),
    st.lists(st.integers(-1, 4), min_size=1, max_size=2),
    max_size=3,
)


@given(include=facet_values, exclude=facet_values, begin=st.none() | st.integers(-10, 720), length=st.integers(1, 500))
def test_facets_count_as_one_would_by_hand(
    lab: Lab, include: dict[str, list[int]], exclude: dict[str, list[int]], begin: int | None, length: int
) -> None:
    index = lab.entry("mixed").index(wait=True)
    for cube in (index.cases, index.statements):
        compare(cube, include, exclude, begin, length)


def compare(
    cube: Any, include: dict[str, list[int]], exclude: dict[str, list[int]], begin: int | None, length: int
) -> None:
    """Compare a selection with a count row by row over the codes of the cube."""
    named = [
        {
            name: [("", *cube.facets[name])[code + 1] for code in codes if code + 1 <= len(cube.facets[name])]
            for name, codes in side.items()
            if name in cube.facets
        }
        for side in (include, exclude)
    ]
    named = [{name: values for name, values in side.items() if values} for side in named]
    end = None if begin is None else begin + length
    chosen = cube.select(*named, begin, end)
    low, high = cube.low, cube._arrays.get("high", cube.low + 1)
    rows = []
    for row in range(len(cube)):
        values = {
            name: ("", *names)[cube.codes[k][cube.combo[row]] + 1]
            for k, (name, names) in enumerate(cube.facets.items())
        }
        is_in = begin is None or (row < cube.n_dated and low[row] >= begin and high[row] <= end)
        bad = {
            name
            for name, v in values.items()
            if (name in named[0] and v not in named[0][name]) or v in named[1].get(name, ())
        }
        rows.append((is_in, bad, values))
    assert chosen.n == sum(is_in and not bad for is_in, bad, _ in rows)
    for name, names in cube.facets.items():
        for place, value in enumerate((*names, "")):
            by_hand = sum(is_in and not bad - {name} and values[name] == value for is_in, bad, values in rows)
            assert chosen.counts[name][place] == by_hand
    passing = [row for row, (is_in, bad, _) in enumerate(rows) if is_in and not bad]
    assert cube.places(chosen).tolist() == passing
    assert cube.page(chosen, 7, -1) == passing[:7]
    assert chosen.bins.sum() <= sum(not bad for _, bad, _ in rows)


def test_bins_hold_every_row_that_a_bin_can_hold(lab: Lab) -> None:
    cube = lab.entry("mixed").index(wait=True).statements
    high = cube._arrays["high"]
    fits = [
        any(a <= low and h <= b for a, b in zip(cube.edges, cube.edges[1:], strict=False))
        for low, h in zip(cube.low[: cube.n_dated], high[: cube.n_dated], strict=True)
    ]
    assert int(cube.ghost.sum()) == sum(fits)


pieces = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
filters = st.builds(
    at.Filter.of,
    st.dictionaries(
        pieces.filter(
            lambda key: not key.startswith("-") and key not in {"from", "until", "sort", "after", "show", "all"}
        ),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=3),
        max_size=2,
    ),
    st.dictionaries(
        pieces.filter(lambda key: not key.startswith("-")),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=3),
        max_size=2,
    ),
)
forms = st.sampled_from(at.FORMS)
addresses = st.one_of(
    st.builds(at.Home),
    st.builds(
        at.Cases,
        name=pieces,
        form=forms,
        from_=st.none() | st.dates(),
        until=st.none() | st.dates(),
        filter=filters,
        sort=st.sampled_from(["time", "depth"]),
        after=st.integers(-1, 10**7),
        all=st.lists(pieces, max_size=2).map(tuple),
    ),
    st.builds(
        at.Persons,
        name=pieces,
        form=forms,
        q=st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
        how=pieces,
    ),
    st.builds(at.Person, name=pieces, form=forms, id=pieces),
    st.builds(at.Why, name=pieces, form=forms, id=pieces),
)


@given(addresses)
def test_an_address_reads_back_as_itself(address: at.Address) -> None:
    assert at.page_at(*str(address).partition("?")[::2]) == address


def test_an_unknown_key_names_the_nearest(lab: Lab) -> None:
    _, page = answer(lab, "/a/mixed/persons", "sotr=named")
    assert page.status == 400
    assert "Write sort" in as_html(page)
    _, page = answer(lab, "/a/mixed/cases", "caus=statement")
    assert page.status == 400
    assert "Write cause" in as_html(page)


def test_an_unknown_person_names_the_nearest(lab: Lab) -> None:
    _, page = answer(lab, "/a/mixed/person/P0001")
    assert page.status == 404
    assert "P000" in as_html(page)


def test_a_filter_without_rows_says_which_condition_to_remove(lab: Lab) -> None:
    index = lab.entry("mixed").index(wait=True)
    deepest = index.cases.facets["depth"][-1]
    address = at.Cases(name="mixed", filter=at.Filter.of({"depth": [deepest], "cause": ["register"]}, {}))
    _, page = answer(lab, *str(address).partition("?")[::2])
    assert page.count is not None
    assert page.count[0] == 0
    text = as_html(page)
    assert "remove “" in text
    for chip in page.chips:
        _, other = answer(lab, *chip.href.partition("?")[::2])
        assert other.count is not None
        assert f"gives {other.count[0]:,}" in text


@pytest.mark.parametrize("form", ["", ".json"])
def test_a_damaged_archive_says_so_and_the_rest_works(lab: Lab, form: str) -> None:
    name = next(name for name, entry in lab.entries.items() if entry.archive is None)
    _, page = answer(lab, f"/a/{name}{form}")
    assert page.status == 409
    assert "persons.parquet" in as_html(page)
    assert answer(lab, "/")[1].status == 200


def test_an_archive_that_is_altered_while_open_gives_no_numbers(tmp_path: Path) -> None:
    lab = Lab([web_lab.golden(tmp_path)])
    (entry,) = lab.entries.values()
    entry.index(wait=True)
    assert answer(lab, f"/a/{entry.name}")[1].status == 200
    assert entry.path is not None
    file = entry.path / "archive" / "acts.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    _, page = answer(lab, f"/a/{entry.name}/cases")
    assert page.status == 409
    assert page.count is None
    file.write_bytes(whole)
    assert answer(lab, f"/a/{entry.name}/cases")[1].status == 200


def test_names_are_found_in_either_script(lab: Lab) -> None:
    people = lab.entry("mixed").index(wait=True).people
    assert people.holding("ezhikov").tolist() == people.holding("Ёжиков").tolist()
    assert 1 in people.holding("ёжиков").tolist()
    assert people.holding("MERLO").tolist() == [k for k in range(len(people)) if k % 2 == 0]
    assert people.starting("P00").tolist() == list(range(10))
    assert [people.find(f"P{k:03}") for k in range(len(people))] == list(range(len(people)))
