"""Same seed, same bytes: any number of threads, any chunk, after a kill; and common random numbers between runs."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from greatfear.errors import FaultList
from greatfear.scenario.model import Scenario
from greatfear.simulation import process, run
from greatfear.simulation.survival import partial_folder
from process_scenarios import REGIONS, scenario

SEED = 4
BUSY = scenario(leads={"denunciation": {"rate": 0.01}})


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of the manifest and of every file it lists, which is also the hash that it gives."""
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    for table in (*manifest["tables"].values(), *manifest["truth"].values()):
        listed[table["file"]] = table["sha256"]
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in [*listed, "manifest.json"]}
    assert {name: found[name] for name in listed} == listed
    return found


def differing(one: Path, two: Path) -> set[str]:
    """Return the files that differ or that one of two runs lacks."""
    a, b = hashes(one), hashes(two)
    return {name for name in a.keys() | b.keys() if a.get(name) != b.get(name)}


@pytest.fixture(scope="module")
def plain_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "run"
    run.simulate(BUSY, SEED, out=folder, threads=1)
    return folder


@pytest.fixture
def side_by_side(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Let even a single speaker be a block of its own, and note the threads that handle blocks."""
    seen: set[int] = set()
    one_block = process.speak

    def noted(*arguments: Any) -> None:
        seen.add(threading.get_ident())
        one_block(*arguments)

    monkeypatch.setattr(process, "_SIDE_BY_SIDE", 1)
    monkeypatch.setattr(process, "speak", noted)
    yield seen
    run.use_threads(None)


def test_files_are_listed_with_their_hashes(plain_run: Path) -> None:
    names = hashes(plain_run).keys()
    tables = {f"archive/{t}.parquet" for t in ("persons", "statements", "acts", "ties", "offices", "sources")}
    assert names >= tables | {"truth/members.parquet", "truth/namings.parquet", "scenario.json", "centre.json"}
    assert "log.json" not in names


@pytest.mark.parametrize("threads", [1, 2])
def test_bytes_do_not_depend_on_threads(plain_run: Path, tmp_path: Path, side_by_side: set[int], threads: int) -> None:
    run.simulate(BUSY, SEED, out=tmp_path / "run", threads=threads)
    assert differing(plain_run, tmp_path / "run") == set()
    others = side_by_side - {threading.get_ident()}
    assert bool(others) == (min(threads, run.use_threads(None)) > 1)


@pytest.mark.parametrize("chunk", [7, 50])
def test_bytes_do_not_depend_on_chunks(
    plain_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    saved: list[int] = []
    save = run.save_state

    def counted(now: process.Process, *rest: Any) -> None:
        saved.append(now.day)
        save(now, *rest)

    monkeypatch.setattr(run, "save_state", counted)
    run.simulate(BUSY, SEED, out=tmp_path / "run", chunk_days=chunk)
    assert saved == list(range(chunk, 100, chunk))
    assert differing(plain_run, tmp_path / "run") == set()
    assert not partial_folder(tmp_path / "run").exists()


def test_another_seed_or_a_changed_byte_is_seen(plain_run: Path, tmp_path: Path) -> None:
    run.simulate(BUSY, SEED + 1, out=tmp_path / "run")
    changed = differing(plain_run, tmp_path / "run")
    assert changed >= {"archive/statements.parquet", "archive/acts.parquet", "truth/namings.parquet", "manifest.json"}
    assert "scenario.json" not in changed


class StopError(Exception):
    """Raised in the middle of a run."""


def stop_at(day: int) -> Callable[[run.Progress], None]:
    def stop(now: run.Progress) -> None:
        if now.day == day:
            raise StopError

    return stop


@pytest.mark.parametrize("first", [30, 80])
def test_an_unfinished_run_goes_on_where_it_was_saved(plain_run: Path, tmp_path: Path, first: int) -> None:
    for day in (first, 85, 86):
        with pytest.raises(StopError):
            run.simulate(BUSY, SEED, out=tmp_path / "run", chunk_days=14, progress=stop_at(day))
        assert not (tmp_path / "run").exists()
    days: list[int] = []
    run.simulate(BUSY, SEED, out=tmp_path / "run", chunk_days=9, progress=lambda now: days.append(now.day))
    assert days[0] == 85  # the last state saved was that after day 84
    assert differing(plain_run, tmp_path / "run") == set()


def test_an_unfinished_run_of_another_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        run.simulate(BUSY, SEED, out=tmp_path / "run", chunk_days=10, progress=stop_at(15))
    with pytest.raises(FaultList, match="another scenario, seed or version"):
        run.simulate(BUSY, SEED + 1, out=tmp_path / "run")


KILLED = """
import os, sys, signal
from pathlib import Path
from greatfear.scenario.model import Scenario
from greatfear.simulation.run import simulate
scenario = Scenario.model_validate_json(Path(sys.argv[1]).read_text())
def kill(now):
    if now.day == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
simulate(scenario, int(sys.argv[2]), out=sys.argv[3], chunk_days=20, progress=kill)
"""


def test_bytes_do_not_depend_on_a_kill(plain_run: Path, tmp_path: Path) -> None:
    (tmp_path / "given.json").write_bytes((plain_run / "scenario.json").read_bytes())
    arguments = [str(tmp_path / "given.json"), str(SEED), str(tmp_path / "run"), "88"]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert partial_folder(tmp_path / "run").exists()
    assert not (tmp_path / "run").exists()
    days: list[int] = []
    run.simulate(BUSY, SEED, out=tmp_path / "run", progress=lambda now: days.append(now.day))
    assert days[0] == 81
    assert differing(plain_run, tmp_path / "run") == set()


DYING = """
import os, signal, sys
from pathlib import Path
from greatfear.record import place, writing
from greatfear.draws._jit import prepare
from greatfear.scenario.model import Scenario
from greatfear.simulation import compiling, process, run, survival
end = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
def before(owner, name, calls=1):
    kept, left = getattr(owner, name), [calls]
    def counted(*arguments, **options):
        left[0] -= 1
        return end() if not left[0] else kept(*arguments, **options)
    setattr(owner, name, counted)
def run_and_die(where):
    if where == "saving a state": before(survival.np, "savez", 2)
    if where == "before the tables": before(writing, "_write_tables")
    if where == "before scenario.json": before(writing, "land")
    if where == "between two tables": before(writing, "hash_file", 4)
    if where == "writing the manifest": before(writing, "write_manifest")
    if where == "after the manifest": before(place, "_settle", 3)
    if where == "forgetting the state": before(run, "forget")
    progress = end if where == "the first day" else None
    run.simulate(scenario, seed, out=sys.argv[3], chunk_days=30, threads=1, progress=progress)
scenario, seed = Scenario.model_validate_json(Path(sys.argv[1]).read_text()), int(sys.argv[2])
prepare(compiling.calls_of(process.start(scenario, seed, 0)))
for where in sys.stdin:
    child = os.fork()
    if not child:
        run_and_die(where.strip())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""  # the processes that die are copies of one that has imported and read its kernels: each import takes a second, and so do they
MOMENTS = ["the first day", "saving a state", "before the tables", "before scenario.json", "between two tables",
           "writing the manifest", "after the manifest", "forgetting the state"]  # fmt: skip


@pytest.mark.slow
def test_a_kill_at_any_moment_is_outlived(plain_run: Path, tmp_path: Path) -> None:
    """The same command again and again, killed at one moment after another; the last one is left alone."""
    (tmp_path / "given.json").write_text(BUSY.model_dump_json())
    command = [sys.executable, "-c", DYING, str(tmp_path / "given.json"), str(SEED), str(tmp_path / "run")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for moment in [*MOMENTS, "never"]:
            parent.stdin.write(moment + "\n")
            parent.stdin.flush()
            code = int(parent.stdout.readline())
            assert code == (0 if moment == "never" else -signal.SIGKILL), moment
            is_whole = (tmp_path / "run" / "manifest.json").exists()
            assert is_whole == (moment in ("after the manifest", "forgetting the state", "never")), moment
            if is_whole:
                assert differing(plain_run, tmp_path / "run") == set(), moment
    assert not partial_folder(tmp_path / "run").exists()


def test_saving_costs_a_small_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock on which a day takes 3 s and saving 10 s: every 200 s, hence less than a twentieth of the time."""
    clock = [0.0]
    saved: list[float] = []
    monkeypatch.setattr(run.time, "perf_counter", lambda: clock[0])

    def slow_save(*_: Any) -> None:
        saved.append(clock[0])
        clock[0] += 10.0

    monkeypatch.setattr(run, "save_state", slow_save)

    def day(_: run.Progress) -> None:
        clock[0] += 3.0

    done = run.simulate(BUSY, SEED, out=tmp_path / "run", progress=day)
    assert len(saved) == 2
    assert saved[1] - saved[0] >= 200
    assert done.seconds["saving"] == 20.0
    assert done.seconds["saving"] <= 0.07 * done.seconds["total"], "the first comes after 20 s, each other a twentieth"


# Nothing that couples regions: no ties across the country, no shared queue, no belief that moves the chief, no order
APART: dict[str, Any] = {
    "centre": {"belief_drives": 0.0, "grants_follow": 0.0},
    "orders": [],
    "boards": [{"id": "court", "delay": 9, "least": 2, "outcomes": {"death": 0.3, "camp": 0.4}}],
    "routes": [{"board": "court"}],
}
POPULATION: dict[str, Any] = {
    "contacts": {"country": 0},
    "organisations": [],
    "state": {"strata": ["b", "c"], "apparatus": 6, "workplace": 2, "patronage": 2, "country": 0},
}


def apart(sizes: list[int], **changes: Any) -> Scenario:
    regions = [{**region, "persons": n} for region, n in zip(REGIONS, sizes, strict=True)]
    return scenario(**{**APART, "population": {**POPULATION, "regions": regions}, **changes})


def rows_of(given: Scenario, region: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return what happened to persons of one region, by their own ids and times, in the order of time."""
    archive = run.simulate(given, SEED).archive
    ids, homes = (archive.table("persons")[name].to_pylist() for name in ("id", "region"))
    statements, acts = archive.table("statements").to_pylist(), archive.table("acts").to_pylist()

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        # row and sitting numbers run over the country; a pressure or an hour does not
        return (
            row["time"],
            ids[row["speaker"]] if row["speaker"] >= 0 else "",
            ids[row["subject"]],
            row["channel"],
            row["prompted"],
        )

    said = [key(row) for row in statements if homes[row["subject"]] == region]
    done = [
        (row["time"], ids[row["person"]], row["kind"], row["cause"], row["outcome"], row["operation"], row["board"],
         row["evidence"],
         key(statements[row["statement"]]) if row["statement"] >= 0 else None)
        for row in acts if homes[row["person"]] == region
    ]  # fmt: skip
    return {"statements": sorted(said), "acts": sorted(done, key=lambda row: row[:3])}


@pytest.mark.parametrize("grown", [0, 2])
def test_a_person_more_elsewhere_changes_no_row_here(grown: int) -> None:
    before, after = [203, 150, 61], [203, 150, 61]
    after[grown] += 1
    for here in {"north", "south", "west"} - {REGIONS[grown]["id"]}:
        rows = rows_of(apart(before), here)
        assert len(rows["statements"]) > 20
        assert len(rows["acts"]) > 20
        assert rows == rows_of(apart(after), here)


def test_rows_change_where_they_should() -> None:
    base = rows_of(apart([203, 150, 61]), "north")
    assert base != rows_of(apart([204, 150, 61]), "north")  # a person more here
    assert base != rows_of(
        apart([203, 150, 62], centre={"belief_drives": 0.3, "period": 5}), "north"
    )  # one zeal for all
    tied = {**POPULATION, "contacts": {"country": 6}}
    assert base != rows_of(apart([203, 150, 61], population=tied), "north")


def test_one_rule_changed_leaves_what_came_before_it() -> None:
    """Pairs with a common seed differ only from the first day on which the changed rule matters."""
    later = {"pressure": [{"since": "1937-01-01", "value": 0.3}, {"since": "1937-02-20", "value": 0.9}]}
    one, two = (rows_of(given, "north")["statements"] for given in (scenario(), scenario(offices=later)))
    day = 40  # 10 February
    assert [row for row in one if row[0] < day] == [row for row in two if row[0] < day]
    assert [row for row in one if row[0] >= day] != [row for row in two if row[0] >= day]
