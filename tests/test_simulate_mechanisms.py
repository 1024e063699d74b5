"""Fear, votes, papers and tribunals: alone, together, switched off, in pieces, and beside their plain twins."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import ACCIDENT, N_STATEMENTS
from greatfear.simulation.families.fear import FearFamily
from greatfear.simulation.process import Process, start
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.survival import load_state, save_state
from process_scenarios import BOARDS, scenario
from reference import meetings as plain
from reference.world import World

SEED = 4
FEAR: dict[str, Any] = {
    "unit": 0.5, "accident": 2, "scares": [{"id": "scare", "start": "1937-02-01", "days": 20, "fear": 2, "regions": ["north"]}],
}  # fmt: skip
VOTES: dict[str, Any] = {"rate": 0.02, "social": 1.5, "fear": 0.02, "unit_fear": 0.1, "report_no": 0.3, "named": 0.3}
DOCUMENTS: list[dict[str, Any]] = [
    {"id": "abroad", "rate": 0.4, "leaks": 0.3, "belief": 0.6, "copies": 2, "strata": ["c"], "recognised": 0.2},
    {"id": "list", "rate": 0.3, "targets": 3, "start": "1937-02-01"},
]
TRIALS = [
    {**BOARDS[0], "kind": "public", "fear": 0.5},
    {**BOARDS[1], "kind": "closed", "confession": "enough", "judges": 3, "bench": "c", "suspicion": 0.2},
    BOARDS[2],
]
PARTS: dict[str, Any] = {"fear": FEAR, "votes": VOTES, "documents": DOCUMENTS, "boards": TRIALS}
ALL = scenario(**PARTS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return simulate(ALL, SEED, out=tmp_path_factory.mktemp("mechanisms") / "run", threads=1)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "log.json"
    }


def rows(run: Run, table: str = "statements", where: str = "true") -> list[dict[str, Any]]:
    return run.archive.sql(f"select * from {table} where {where}").to_pylist()


def test_all_together_do_something_each(whole: Run) -> None:
    assert list(whole.families) == ["fear", "votes", "documents", "tribunals"]
    assert whole.families["fear"]["denouncers_moved"] > 50
    assert whole.families["votes"]["meetings"] == whole.truth["meetings"].num_rows > 50
    assert whole.families["votes"]["reported_share"] > whole.families["votes"]["private_share"]
    assert whole.families["documents"]["papers"] == whole.truth["foreign_papers"].num_rows > 50
    assert whole.families["tribunals"]["judges_reported_by_fellows"] > 5
    fallen = {row["person"] for row in whole.truth["judges"].to_pylist() if row["arrested_later"]}
    assert whole.families["tribunals"]["judges_arrested_later"] == len(fallen) > 0
    assert (Path(str(whole.path)) / "votes.json").exists()


@pytest.mark.parametrize("name", list(PARTS))
def test_each_runs_alone(name: str) -> None:
    run = simulate(scenario(**{name: PARTS[name]}), SEED)
    assert list(run.families) == ["tribunals" if name == "boards" else name]


def test_bytes_do_not_depend_on_threads_or_chunks(whole: Run, tmp_path: Path) -> None:
    simulate(ALL, SEED, out=tmp_path / "run", threads=2, chunk_days=7)
    assert files(tmp_path / "run") == files(Path(str(whole.path)))


def test_bytes_do_not_depend_on_an_interruption(whole: Run, tmp_path: Path) -> None:
    one, two = start(ALL, SEED), start(ALL, SEED)
    one.advance(47)
    save_state(one, tmp_path / "run", "mark")
    assert load_state(two, tmp_path / "run", "mark")
    two.advance(two.n_days)
    ended = start(ALL, SEED)
    ended.advance(ended.n_days)
    assert (
        two.state.log[: two.state.meter[N_STATEMENTS]].tobytes()
        == ended.state.log[: ended.state.meter[N_STATEMENTS]].tobytes()
    )
    assert [f.truth(two) for f in two.families] == [f.truth(ended) for f in ended.families]
    assert [f.report() for f in two.families] == [f.report() for f in ended.families]


def no_say(name: str) -> tuple[Scenario, Scenario]:
    """Return a scenario in which a family is supposed but has no say in the other rows, and the one without it."""
    quiet: dict[str, Any] = {"offices": {"arrests": 0}, "operations": [], "orders": [], "routes": [{"board": "court"}]}
    if name == "fear":  # nobody answers to fear
        off = {
            "leads": {"denunciation": {"rate": 0.002}, "accidents": {"rate": 300, "suspicion": 0.4}, "informers": {}}
        }
        return scenario(**off, fear={**FEAR, "unit": 0}), scenario(**off)
    if name == "votes":
        return scenario(votes={**VOTES, "report_no": 0, "named": 0}), scenario()
    if name == "documents":
        return scenario(**quiet, documents=DOCUMENTS), scenario(**quiet)
    deaf = {"naming": {"pools": {"prompted": 2}}}
    judged = [{**board, "suspicion": 0, "fear": 0} for board in TRIALS]
    judged[1]["confession"] = "none"
    return scenario(**deaf, boards=judged), scenario(**deaf)


@pytest.mark.parametrize("name", ["fear", "votes", "documents", "tribunals"])
def test_switched_off_where_it_has_no_say_the_rows_are_the_same(name: str) -> None:
    on, off = (simulate(given, SEED) for given in no_say(name))
    assert list(on.families) == [name]
    assert off.families == {}

    def told(run: Run) -> list[tuple[Any, ...]]:
        ids = run.archive.table("persons")["id"].to_pylist()
        said = rows(run, where="channel <> 'document'")
        done = rows(run, "acts")
        return sorted(
            [(s["time"], ids[s["subject"]], s["channel"], s["sitting"], s["prompted"]) for s in said]
            + [(a["time"], ids[a["person"]], a["kind"], a["outcome"], str(a["board"]), a["evidence"]) for a in done]
        )

    assert len(told(off)) > 100
    assert told(on) == told(off)


def test_a_family_changes_rows_where_it_has_a_say() -> None:
    base = simulate(scenario(), SEED).archive.n_rows("statements")
    for name, part in PARTS.items():
        assert simulate(scenario(**{name: part}), SEED).archive.n_rows("statements") != base


def test_meetings_agree_with_their_twin() -> None:
    given = scenario(
        offices={"arrests": 0, "fear_decay": 20}, operations=[], orders=[], fear={"scares": FEAR["scares"]},
        votes={**VOTES, "rate": 0.1, "by_stratum": {"c": 1.0}, "first": 0.05, "social": 2.5, "support": -1,
               "report_no": 0, "named": 0},
    )  # fmt: skip
    world, keep, fear = World(given, SEED), math.exp(-1 / 20), [0.0, 0.0, 0.0]
    expected = []
    for day in range(100):
        fear = [f * keep + (2.0 if r == 0 and 31 <= day < 51 else 0.0) for r, f in enumerate(fear)]
        expected += [(day, *row) for row in plain.meetings(world, given, day, fear)]
    found = simulate(given, SEED).truth["meetings"].to_pylist()
    regions = [region.id for region in given.population.regions]
    rows = [
        (m["day"], regions.index(m["region"]), m["unit"], m["present"], m["hands_up"], m["private_support"])
        for m in found
    ]
    assert rows == expected
    assert len({row[4] for row in rows}) > 5


@pytest.mark.parametrize("rule", ["linear", "exponential"])
def test_denouncers_of_frightened_units_agree_with_their_twin(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = scenario(
        fear={"unit": 0.4, "rule": rule}, leads={"denunciation": {"rate": 0.01, "fear": 0}}, offices={"fear_decay": 20}
    )
    world, days = World(given, SEED), []
    own = FearFamily._moved

    def watched(family: FearFamily, process: Process, day: int) -> Any:
        persons = own(family, process, day)
        felt = {(int(u) >> 32, int(u) & 0xFFFFFFFF): float(f) for u, f in zip(family.unit, family.felt, strict=True)}
        days.append((day, felt, [(int(p) >> 32, int(p) & 0xFFFFFFFF) for p in persons]))
        return persons

    monkeypatch.setattr(FearFamily, "_moved", watched)
    monkeypatch.setattr("greatfear.simulation.families.fear._SIDE_BY_SIDE", 0)  # however few: halves on two threads
    run = simulate(given, SEED)
    assert sum(len(persons) for _, _, persons in days) > 50
    assert all(persons == plain.moved(world, given, day, felt) for day, felt, persons in days)
    arrests = [
        (math.floor(a["time"]), str(a["unit"]))
        for a in run.archive.sql(
            "select time, unit from acts join persons using (person) where kind = 'arrest'"
        ).to_pylist()
    ]
    day, felt, _ = days[60]
    seen: dict[str, float] = {}
    for when, unit in arrests:
        if when < day:
            seen[unit] = seen.get(unit, 0.0) + math.exp(-(day - 1 - when) / 20)
    named = {f"U{r:03d}-{u:06d}": f for (r, u), f in felt.items()}
    assert all(named[unit] == pytest.approx(f, abs=0.06) for unit, f in seen.items() if f > 0.2)


def test_papers_keep_their_links_in_truth() -> None:
    run = simulate(scenario(documents=DOCUMENTS), SEED)
    papers = run.truth["foreign_papers"].to_pylist()
    members = {row["address"] for row in run.truth["members"].to_pylist() if row["member"] >= 0}
    statements = rows(run)
    told = [p for p in papers if p["statement"] >= 0]
    assert all(p["believed"] and not p["recognised"] for p in told)
    for p in papers:
        if p["copy_of"] >= 0:
            original = papers[p["copy_of"]]
            assert original["copy_of"] == -1
            assert (original["address"], original["forged"], original["service"]) == (
                p["address"],
                p["forged"],
                p["service"],
            )
            assert original["day"] < p["day"]
    assert all(statements[p["statement"]]["channel"] == "document" for p in told)
    assert all(p["address"] in members for p in told if not p["forged"])
    assert any(not p["forged"] for p in told)
    assert len({p["address"] for p in papers if p["service"] == "list"}) <= 3
    report = run.families["documents"]
    assert report["origins_by_the_archive"] == len(told) > report["origins_in_truth"]
    assert report["origins_in_truth"] == len({p["copy_of"] if p["copy_of"] >= 0 else p["paper"] for p in told})


@pytest.mark.parametrize(("copies", "arrested"), [(0, False), (6, True)])
def test_copies_fill_the_evidence_rule(copies: int, arrested: bool) -> None:
    """One forger, one target, three independent statements asked for: only copies of the one paper can reach it."""
    given = scenario(
        leads={"denunciation": {}, "informers": {}, "accidents": {}}, operations=[], orders=[], halt={},
        offices={"evidence": [{"since": "1937-01-01", "value": 3}], "pressed": 0}, routes=[{"board": "court"}],
        documents=[{"id": "one", "rate": 0.02, "targets": 40, "copies": copies, "delay": 2}],
    )  # fmt: skip
    run = simulate(given, SEED)
    assert run.families["documents"]["originals"] > 0
    assert bool(rows(run, "acts", "kind = 'arrest'")) is arrested


def test_a_board_that_needs_a_confession_sentences_exactly_the_confessed() -> None:
    boards = [{"id": "court", "delay": 5, "confession": "needed", "outcomes": {"death": 1}}]
    run = simulate(
        scenario(boards=boards, routes=[{"board": "court"}], halt={"date": None, "review": 0}, operations=[]), SEED
    )
    confessed = {row["person"] for row in rows(run, "acts", "outcome = 'confessed'")}
    sentenced = {row["person"] for row in rows(run, "acts", "kind = 'sentence'")}
    released = {row["person"] for row in rows(run, "acts", "kind = 'release'")}
    assert sentenced
    assert released
    assert sentenced <= confessed
    assert not released & confessed


def test_a_public_trial_takes_prepared_confessions_and_the_closed_court_the_rest() -> None:
    boards = [{"id": "show", "kind": "public", "outcomes": {"death": 1}}, {"id": "closed", "outcomes": {"death": 1}}]
    routes = [{"board": "show", "confessed": True}, {"board": "closed"}]
    run = simulate(scenario(boards=boards, routes=routes, halt={}), SEED)
    confessed = {row["person"] for row in rows(run, "acts", "outcome = 'confessed'")}
    by_board = {name: {row["person"] for row in rows(run, "acts", f"board = '{name}'")} for name in ("show", "closed")}
    assert by_board["show"]
    assert by_board["closed"]
    assert by_board["show"] <= confessed
    assert not by_board["closed"] & confessed


def test_judges_are_free_persons_of_their_stratum(whole: Run) -> None:
    judges, persons = whole.truth["judges"].to_pylist(), whole.archive.table("persons")["stratum"].to_pylist()
    assert {persons[row["person"]] for row in judges} == {"c"}
    arrested = {row["person"]: row["time"] for row in rows(whole, "acts", "kind = 'arrest'")}
    released = {row["person"] for row in rows(whole, "acts", "kind = 'release'")}
    free = [row["day"] < arrested.get(row["person"], np.inf) or row["person"] in released for row in judges]
    assert all(free)
    assert any(row["arrested_later"] for row in judges)


def test_why_takes_copies_for_origins_and_truth_does_not() -> None:
    quiet = {"leads": {"denunciation": {}, "informers": {}, "accidents": {}}, "operations": [], "orders": []}
    run = simulate(
        scenario(
            **quiet, offices={"arrests": 0}, routes=[{"board": "court"}],
            documents=[{"id": "one", "rate": 0.1, "targets": 4, "copies": 3, "delay": 2}],
        ),
        SEED,
    )  # fmt: skip
    papers, statements = run.truth["foreign_papers"].to_pylist(), rows(run)
    by_subject: dict[int, list[int]] = {}
    for paper in papers:
        source = paper["copy_of"] if paper["copy_of"] >= 0 else paper["paper"]
        by_subject.setdefault(statements[paper["statement"]]["subject"], []).append(source)
    shown = {person: run.archive.why(person).origins_high for person in by_subject}
    assert sum(shown.values()) == run.families["documents"]["origins_by_the_archive"]
    assert sum(len(set(sources)) for sources in by_subject.values()) == run.families["documents"]["origins_in_truth"]
    assert all(
        shown[person] == len(sources) > len(set(sources)) for person, sources in by_subject.items() if len(sources) > 4
    )


def test_a_person_more_elsewhere_moves_nobody_in_the_units_here() -> None:
    """Fear, meetings and their law are a matter of each region: a person more in the last one changes none of them before it."""

    def meetings(extra: int) -> tuple[list[dict[str, Any]], list[tuple[float, int, int]]]:
        regions = [{**region.model_dump(mode="json")} for region in ALL.population.regions]
        regions[2]["persons"] = 61 + extra
        population = {"regions": regions, "contacts": {"country": 0}, "organisations": [], "state": {}}
        apart = {
            "centre": {"belief_drives": 0.0, "grants_follow": 0.0},
            "orders": [],
            "boards": [{"id": "court", "delay": 9}],
            "routes": [{"board": "court"}],
        }
        run = simulate(scenario(population=population, fear=FEAR, votes={**VOTES, "rate": 0.05}, **apart), SEED)
        held = [m for m in run.truth["meetings"].to_pylist() if m["region"] == "north"]
        said = run.archive.sql(
            "select time, id, channel from statements join persons on person = subject where region = 'north' order by all"
        )
        return [{k: v for k, v in m.items() if k != "meeting"} for m in held], said.to_pylist()

    held, said = meetings(0)
    assert len(held) > 20
    assert len(said) > 20
    assert (held, said) == meetings(1)


def test_an_accident_frightens_like_so_many_arrests() -> None:
    given = scenario(
        offices={"arrests": 0, "fear_decay": 20}, operations=[], orders=[], fear={"accident": 3},
        leads={"accidents": {"rate": 1500, "suspicion": 0.5, "subjects": 3}},
    )  # fmt: skip
    process = start(given, SEED)
    process.advance(80)
    log, people = process.state.log[: process.state.meter[N_STATEMENTS]], process.state.people
    struck = log[log["channel"] == ACCIDENT]
    seen = {
        (float(row["time"]), int(people["id"][row["subject"]]) >> 32) for row in struck
    }  # several leads, one accident
    assert len(seen) > 4
    expected = [
        sum(
            1000 * 3 / size * math.exp(-(79 - math.floor(time) - 1) / 20)
            for time, r in seen
            if r == region and time < 79
        )
        for region, size in enumerate((203, 150, 61))
    ]
    assert process.state.desk.office["fear"].tolist() == pytest.approx(expected)
