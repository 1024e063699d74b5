"""Loading, altering, citing and explaining scenarios."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from greatfear.errors import ScenarioError
from greatfear.scenario import cite, explain, from_dict, load, odd, require_grounds, resolve, to_json
from greatfear.scenario.citing import bibtex

ROOT = Path(__file__).parent.parent
ENTRIES = ROOT / "src" / "greatfear" / "catalogue" / "entries"
TEXT = (ROOT / "spec" / "valid" / "defaults.yaml").read_text(encoding="utf-8")


def test_loads_path_text_bytes_and_json(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(to_json(load(TEXT)), encoding="utf-8")
    assert load(file) == load(str(file)) == load(TEXT) == load(TEXT.encode())


@pytest.mark.parametrize("bad", ['{"a": 1,}', '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100, '{"a": "\\ud800"}', '{"a"'])
def test_bad_json_is_faults(tmp_path: Path, bad: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(bad, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"bad\.json"):
        load(file)


@pytest.mark.parametrize("data", [b"id: \xff\n", b"\xfe\xff\x00i", b"id: x\x00\n"])
def test_bad_bytes_are_faults(data: bytes) -> None:
    with pytest.raises(ScenarioError):
        load(data)


def test_missing_file_and_folder_are_faults(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ScenarioError, match="Check the path"):
            load(path)


def test_alter_is_validated_and_noted() -> None:
    before = load(TEXT)
    after = before.alter(
        {"offices.*.pressure": 0.2, "operations.*.hazard": 0, "operations.a.pace": 90, "halt.date": "1937-06-01"}
    )
    assert [one.hazard.value for one in after.operations] == [0, 0]
    assert after.operations[0].pace.value == 90
    assert after.operations[0].pace.kind == "assumption"
    assert [note["path"] for note in after.metadata["altered"]][-1] == "halt.date"
    assert "altered" not in before.metadata
    assert "Changed from the original" in after.explain()
    assert to_json(load(to_json(after))) == to_json(after)


@pytest.mark.parametrize(
    ("path", "near"),
    [("offices.presure", "pressure"), ("operations.c.pace", "operations.c"), ("ofices", "offices"), ("", "empty")],
)
def test_alter_refuses_unknown_paths(path: str, near: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(TEXT).alter({path: 1})
    assert near in str(caught.value)


def test_alter_refuses_values_out_of_range() -> None:
    with pytest.raises(ScenarioError, match="from 0 to 1"):
        load(TEXT).alter({"offices.pressed": 3})


def test_explain_cite_and_odd_say_what_stands_there() -> None:
    scenario = load((ROOT / "spec" / "valid" / "ground-block.yaml").read_text(encoding="utf-8"))
    assert "population.regions.north.persons" in explain(scenario)
    assert "[census1937]" in cite(scenario)
    assert "p. 2; only count; textual; probable" in cite(scenario)
    assert bibtex(scenario).count("@misc{") == 2
    assert [line[:5] for line in odd(scenario).splitlines() if line.startswith("## ")] == [
        f"## {n}." for n in range(1, 8)
    ]


_TREE = {"id": "x", "title": "X", "time": ["1936-01-01", "1937-01-01"], "population": {"regions": {"town": 400}}}


def test_a_range_is_told_wherever_numbers_are_and_moves_no_run() -> None:
    from greatfear.plots.parameters import parameters
    from greatfear.scenario.resolving import numbers_digest

    stated = {"value": 0.1, "assumption": "chosen", "range": [0.1, 0.6]}
    plain = _TREE | {"offices": {"pressed": {"value": 0.1, "assumption": "otherwise"}}}
    told, other = from_dict(_TREE | {"offices": {"pressed": stated}}), from_dict(plain)
    assert "offices.pressed = 0.1 share, range 0.1 to 0.6, at its lower end" in told.explain()
    assert "chosen; range 0.1 to 0.6" in odd(told)
    assert any("range 0.1 to 0.6" in one.ground for one in parameters(told))
    assert "range" not in resolve(other)["offices"]["pressed"]
    assert numbers_digest(told) == numbers_digest(other) != numbers_digest(told.alter({"offices.pressed": 0.2}))


def test_strict_mode_names_bare_numbers_and_thin_claims() -> None:
    tree = resolve(load(TEXT))
    tree["sources"] = {"a": "A"}
    tree["offices"]["wait"] = {"value": 2, "source": "a"}
    tree["population"]["household"] = 5
    places = {fault.place: fault.got for fault in require_grounds(from_dict(tree))}
    assert "without place" in places["x: offices.wait"]
    assert "x: population.household" in places
    assert "x: population.regions.north.persons" in places
    assert "x: offices.custody" not in places


@pytest.mark.parametrize("file", sorted(ENTRIES.glob("*/scenario.yaml")), ids=lambda file: file.parent.name)
def test_entries_load_quickly_and_resolve_to_themselves(file: Path) -> None:
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        scenario = load(file)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5
    assert json.loads(to_json(load(to_json(scenario)))) == resolve(scenario)


def test_example_of_the_page_loads() -> None:
    page = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    scenario = load(page.split("```yaml\n")[1].split("```")[0])
    assert scenario.operations[0].limits["north"].first.source == "order00447"
    assert scenario.routes[0].board == "troika"
