"""What makes the lab quick gives the same answers as what is slow."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import web_lab
from greatfear.describe.columns import Coded
from greatfear.web import address as at
from greatfear.web import cube as cube_module
from greatfear.web import cube_months
from greatfear.web.app import answer
from greatfear.web.cube_build import cube_arrays
from greatfear.web.index_build import _order_of
from greatfear.web.lab import Lab
from greatfear.web.pages.filtering import Filtering
from greatfear.web.parts import Facet
from greatfear.web.store import Store
from greatfear.web.when import UNDATED


def test_the_links_of_facets_are_addresses_as_they_are_written() -> None:
    lab = Lab([web_lab.mixed()])
    lab.entry("mixed").index(wait=True)
    for query in (
        "",
        "?cause=statement&-region=Salem&-sex=f",
        "?region=Salem&region=Andover&sort=depth&from=1692-04-01",
    ):
        _, page = answer(lab, *f"/a/mixed/cases{query}".partition("?")[::2])
        choices = [one for facet in page.side if isinstance(facet, Facet) for one in facet.choices]
        links = [href for one in choices for href in (one.href, one.not_href)]
        assert len(links) > 20
        for href in links:
            assert str(at.page_at(*href.partition("?")[::2])) == href
        states = [one.state for one in choices if one.state]
        assert len(states) == sum(
            key.lstrip("-") in ("cause", "region", "sex") for key in re.findall(r"[?&]([^=]+)=", query)
        )


def test_facets_show_what_is_largest_under_the_filter() -> None:
    """The value k of y stands in k + 1 rows of a and in 40 rows less k of b: under a the last ones are the largest."""
    names = tuple("klmnopqrstuv")
    rows = [(0, k) for k in range(12) for _ in range(k + 1)] + [(1, k) for k in range(12) for _ in range(40 - k)]
    x, y = np.array(rows).T
    days = np.zeros(len(rows), np.int32)
    facets = {"x": Coded(x, ("a", "b")), "y": Coded(y, names)}
    arrays, meta = cube_arrays(facets, days, days + 1, web_lab.EPOCH)
    cube = cube_module.Cube(Store({f"c.{k}": v for k, v in arrays.items()}, {}, {"c": meta}), "c")
    for query, shown in (("", names[:8]), ("x=a", names[4:]), ("x=a&y=k", (names[0], *names[4:]))):
        address = at.page_at("/a/mixed/cases", query)
        assert isinstance(address, at.Filtered)
        facet = Filtering.of(address, cube, web_lab.EPOCH, "cases").facets()[1]
        assert isinstance(facet, Facet)
        assert tuple(one.value for one in facet.choices) == shown


@given(seed=st.integers(0, 99), begin=st.none() | st.integers(0, 300), length=st.integers(1, 400))
def test_months_are_counted_alike_whole_and_row_by_row(seed: int, begin: int | None, length: int) -> None:
    rng = np.random.default_rng(seed)
    days = rng.integers(0, 500, 300).astype(np.int32)
    days[rng.random(300) < 0.05] = UNDATED
    facets = {name: Coded(rng.integers(-1, n, 300), tuple("abcd"[:n])) for name, n in (("x", 2), ("y", 4))}
    arrays, meta = cube_arrays(facets, days, np.where(days == UNDATED, days, days + 1), web_lab.EPOCH)
    cube = cube_module.Cube(Store({f"c.{k}": v for k, v in arrays.items()}, {}, {"c": meta}), "c")
    end = None if begin is None else begin + length
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cube_module, "FEW", 0)
        patch.setattr(cube_months, "FEW", 0)
        chosen = cube.select({"x": ["a", ""]}, {}, begin, end)
        found = cube.by_month(chosen, "y")
    dates = np.datetime64(web_lab.EPOCH) + np.where(days == UNDATED, 0, days)
    for k, name in enumerate(cube.facets["y"]):
        code = facets["y"].names.index(name)
        for m in range(cube.months[1]):
            is_there = (dates.astype("datetime64[M]").astype(int) == cube.months[0] + m) & (days != UNDATED)
            is_there &= (facets["y"].codes == code) & (facets["x"].codes != 1)
            if begin is not None:
                is_there &= (days >= begin) & (days < end)
            assert found[k, m] == is_there.sum()


@given(st.lists(st.text("PQ0189-é", min_size=0, max_size=9), max_size=30, unique=True), st.booleans())
def test_ids_are_ordered_by_their_octets(ids: list[str], is_padded: bool) -> None:
    ids = [f"{one:_<9}" for one in ids] if is_padded else ids
    order = _order_of(pa.array(ids, pa.string()))
    assert [ids[k] for k in order] == sorted(ids, key=lambda one: one.encode())
