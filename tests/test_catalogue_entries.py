"""Every entry of the catalogue: it reads, stands on grounds, and agrees with the records it was taken from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from greatfear import catalogue
from greatfear.errors import ScenarioError, UnknownNameError
from greatfear.scenario import load, require_grounds, resolve

ENTRIES = catalogue.scenarios()
ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def slug(name: str) -> str:
    """Return the id of a territory: its name in lower case with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def quantities(part: Any, place: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return place and keys of every quantity of a resolved scenario."""
    if isinstance(part, dict):
        if {"value", "source", "assumption"} <= set(part):
            return [(place, part)]
        return [row for key, value in part.items() for row in quantities(value, f"{place}.{key}")]
    if isinstance(part, list):
        return [row for index, value in enumerate(part) for row in quantities(value, f"{place}.{index}")]
    return []


@pytest.fixture(scope="module", params=ENTRIES)
def resolved(request: pytest.FixtureRequest) -> dict[str, Any]:
    found = resolve(catalogue.scenario(request.param))
    return found if isinstance(found, dict) else found.model_dump(mode="json")


@pytest.fixture(scope="module")
def terror() -> Any:
    return catalogue.scenario("great-terror")


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_stands_on_grounds(name: str) -> None:
    found = catalogue.scenario(name)
    assert found.id == name
    assert found.title
    assert found.about
    assert require_grounds(found) == []


@pytest.mark.parametrize("name", ENTRIES)
def test_readme_says_what_is_supposed_and_how_often_it_was_read(name: str) -> None:
    text = catalogue.readme(name)
    assert text.startswith(f"# {name}: ")
    for wanted in ("upposed", "nput", "ree", "Read once; no second reader yet"):
        assert wanted in text


def test_no_number_is_bare(resolved: dict[str, Any]) -> None:
    found = quantities(resolved)
    assert len(found) > 30
    assert [place for place, keys in found if not (keys["source"] or keys["assumption"])] == []


def test_every_source_is_used_and_every_used_source_is_listed(resolved: dict[str, Any]) -> None:
    body = {key: value for key, value in resolved.items() if key != "sources"}
    used = {keys["source"] for _, keys in quantities(body) if keys["source"]}
    grounds = json.dumps(body["metadata"])
    told = json.dumps(body)
    assert used <= set(resolved["sources"])
    idle = [key for key in resolved["sources"] if key not in used and f'"{key}"' not in grounds and key not in told]
    assert idle == []


def test_ids_are_well_formed_and_names_are_given(resolved: dict[str, Any]) -> None:
    population = resolved["population"]
    for part in [
        *population["regions"],
        *population["strata"],
        *resolved["boards"],
        *resolved["operations"],
        *resolved["orders"],
    ]:
        assert ID.fullmatch(part["id"])
        assert part["name"] != part["id"]


def test_shares_sum_to_one(resolved: dict[str, Any]) -> None:
    population = resolved["population"]
    assert sum(stratum["share"]["value"] for stratum in population["strata"]) == pytest.approx(1, abs=1e-9)
    for region in population["regions"]:
        if region["shares"]:
            assert sum(share["value"] for share in region["shares"].values()) == pytest.approx(1, abs=1e-9)


def test_unknown_entry_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="great-terror"):
        catalogue.scenario("grate-terror")


def test_a_bare_number_in_an_entry_would_be_refused(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is seen to fail: one ground is taken out of a copy of an entry."""
    from greatfear.catalogue import entry

    folder = tmp_path / "entries" / "naming-cascade"
    folder.mkdir(parents=True)
    text = entry.folder("entries").joinpath("naming-cascade/scenario.yaml").read_text(encoding="utf-8")
    planted = text.replace("persons: {value: 40, ground: teaching}", "persons: 40")
    assert planted != text
    (folder / "scenario.yaml").write_text(planted, encoding="utf-8")
    monkeypatch.setattr(entry, "folder", lambda name: tmp_path / name)
    entry._checked.cache_clear()
    with pytest.raises(ScenarioError, match="first-accused"):
        entry.scenario("naming-cascade")


def test_nothing_is_read_or_registered_at_import() -> None:
    code = (
        "import sys, greatfear.catalogue; "
        "heavy = {'pyarrow', 'pandas', 'yaml', 'pydantic', 'numpy', 'greatfear.scenario'} & set(sys.modules); "
        "print(sorted(heavy))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_regions_of_the_terror_are_the_lines_of_the_order(terror: Any) -> None:
    rows = list(catalogue.record("order-00447-limits"))
    assert [region.id for region in terror.population.regions] == [slug(row["region"]) for row in rows]
    assert [region.name for region in terror.population.regions] == [row["region"] for row in rows]


def test_limits_second_reading(terror: Any) -> None:
    """The limits of the file, value by value, against the record."""
    (order,) = [one for one in terror.operations if one.id == "order-00447"]
    certainty = {"row": "certain", "partial": "probable", "group_sum_only": "possible"}
    expected = {
        slug(row["region"]): (
            row["first_category"],
            row["second_category"],
            certainty[row["verification"]],
            f"table of limits, line {line}",
        )
        for line, row in enumerate(catalogue.record("order-00447-limits"), 1)
    }
    found = {
        name: (limit.first.value, limit.second.value, limit.first.certainty.value, limit.first.place)
        for name, limit in order.limits.items()
    }
    assert found == expected
    assert {limit.second.source for limit in order.limits.values()} == {"order00447"}


def test_grants_second_reading(terror: Any) -> None:
    """The increases of the file by date and republic, against the record; nothing unverified among them."""
    (order,) = [one for one in terror.operations if one.id == "order-00447"]
    ukraine = {region.id for region in terror.population.regions if region.group == "Ukrainian SSR"}
    found: dict[tuple[str, str], float] = {}
    for grant in order.grants:
        region = "ukrainian-ssr" if grant.region in ukraine else grant.region
        key = ("karelia", region) if region == "karelian-assr" else (grant.date.isoformat(), region)
        found[key] = found.get(key, 0) + grant.first.value + grant.second.value
    expected: dict[tuple[str, str], float] = {}
    for row in catalogue.record("order-00447-changes"):
        if row["verification"] != "stored" or "granted" not in row["kind"] or row["region"].startswith("22 "):
            continue
        krai = "east-siberian-krai"
        region = {"irkutsk-oblast": krai, "chita-oblast": krai}.get(slug(row["region"]), slug(row["region"]))
        key = ("karelia", region) if region == "karelian-assr" else (row["date"], region)
        expected[key] = sum(row[column] or 0 for column in ("first_category", "second_category", "unsplit"))
    assert found == expected
    assert sum(found.values()) == 81_500


def test_population_of_the_terror(terror: Any) -> None:
    by_group: dict[str, int] = {}
    for region in terror.population.regions:
        by_group[region.group] = by_group.get(region.group, 0) + int(region.persons.value)
    assert sum(by_group.values()) == 162_003_225
    assert by_group["Ukrainian SSR"] == 28_387_609
    assert by_group["Kazakh SSR"] == 5_126_676
    assert by_group["Belorussian SSR"] == 5_196_549
    assert by_group["camps"] == 820_881 + 375_488
    apart = 162_003_225 - 160_121_548
    assert by_group["RSFSR"] == 103_967_924 + apart - by_group["camps"]
    claimed = [region for region in terror.population.regions if region.persons.kind == "claim"]
    assert len(claimed) == 27


def test_dates_of_the_terror(terror: Any) -> None:
    (order,) = [one for one in terror.operations if one.id == "order-00447"]
    timeline = {row["date"] for row in catalogue.record("great-terror-timeline")}
    dates = {order.start, terror.halt.date, *(chief.since for chief in terror.chiefs[1:])}
    assert {date.isoformat() for date in dates} <= timeline
    late = {name: date.isoformat() for name, date in order.starts.items()}
    assert sorted(name for name, date in late.items() if date == "1937-08-15") == [
        "east-siberian-krai", "far-eastern-krai", "krasnoyarsk-krai",
    ]  # fmt: skip
    assert set(late.values()) == {"1937-08-10", "1937-08-15"}


def test_nothing_of_the_terror_is_fitted_to_later_years_or_unverified_rows(terror: Any) -> None:
    told = [keys["calibrated_to"] for _, keys in quantities(terror.model_dump(mode="json")) if keys["calibrated_to"]]
    assert told
    later = [text for text in told if "1938" in text or "1939" in text or "unverified" in text]
    # one exception, which the page of the entry tells as input: how far each line had come by 7 February 1938
    assert all(text.startswith("arrests of the line by 7 February 1938") for text in later)


def test_strata_on_the_lists_cover_what_the_operations_draw_from(terror: Any) -> None:
    listed = {stratum.id for stratum in terror.population.strata if stratum.listed.value > 0}
    for operation in terror.operations:
        assert set(operation.strata) <= listed


def test_entries_are_read_from_a_path_too() -> None:
    from importlib.resources import as_file, files

    with as_file(files("greatfear.catalogue").joinpath("entries/witch-hunt/scenario.yaml")) as path:
        assert load(path) == catalogue.scenario("witch-hunt")
