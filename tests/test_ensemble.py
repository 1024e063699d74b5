"""Ensembles: the same rows on one process, on several, on a cluster, whatever was killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import greatfear as gf
from greatfear.cli import main
from greatfear.cli.ensemble import variants_of
from greatfear.cli.replicates import replicates_of
from greatfear.errors import ArchiveError, FaultList, GreatFearError
from greatfear.scenario.model import Scenario
from greatfear.simulation import local
from greatfear.simulation.run import Run, simulate
from greatfear.simulation.summary import SUMMARY, summarise
from greatfear.simulation.working import EnsembleProgress
from papers_worlds import EVERYTHING as PAPERS
from process_scenarios import ORDERS, scenario
from verification.attack import cluster as attack_cluster

SEED = 11
BUSY = scenario(orders=[{**ORDERS[0], "id": "elite"}, ORDERS[1]])
LENIENT = {"offices.pressure": 0.1}
N = 12


def rows(table: pa.Table) -> list[dict[str, str]]:
    """Return the rows in a form in which NaN equals NaN."""
    return [{name: repr(value) for name, value in row.items()} for row in table.to_pylist()]


@pytest.fixture(scope="module")
def plain() -> list[dict[str, str]]:
    """What every other way must give: one process, in memory, nobody killed."""
    return rows(gf.ensemble(BUSY, N, alter=[LENIENT], seed=SEED, workers=0).table)


def test_a_row_is_the_summary_of_the_run(plain: list[dict[str, str]]) -> None:
    for variant, changed in enumerate((BUSY, BUSY.alter(LENIENT))):
        for replicate in (0, N - 1):
            wanted = summarise(simulate(changed, SEED, replicate=replicate))
            found = plain[2 * replicate + variant]
            assert {name: found[name] for name in wanted} == {name: repr(value) for name, value in wanted.items()}
            assert (found["variant"], found["replicate"]) == (repr(variant), repr(replicate))


def test_a_planted_difference_is_seen(plain: list[dict[str, str]]) -> None:
    other = rows(gf.ensemble(BUSY, 2, alter=[LENIENT], seed=SEED + 1, workers=0).table)
    assert all(one != two for one, two in zip(plain[:4], other, strict=True))
    assert rows(pa.table({"a": [float("nan"), 1.0]})) == rows(pa.table({"a": [float("nan"), 1.0]}))
    assert rows(pa.table({"a": [float("nan"), 1.0]})) != rows(pa.table({"a": [float("nan"), 1.0 + 1e-15]}))


def test_one_replicate_costs_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def counted(function: str, shared: Any, jobs: Any) -> Any:
        calls.extend(job.task["replicate"] for job in jobs)
        return local.here(function, shared, jobs)

    monkeypatch.setitem(gf.ensemble.__globals__["work_through"].__globals__, "here", counted)
    alone = gf.ensemble(BUSY, [900], seed=SEED)
    assert calls == [900]
    assert alone.n_simulated == 1
    assert alone.column("arrests")[0] == summarise(simulate(BUSY, SEED, replicate=900))["arrests"]


def summary_by_sql(run: gf.Run) -> dict[str, float]:
    """Count again by SQL, from the definitions of the columns."""

    def one(query: str) -> float:
        return float(run.archive.sql(query).to_pylist()[0]["n"])

    acts = "select count(*) as n from acts where kind = "
    return {
        "accused": one("select count(distinct subject) as n from statements where subject <> speaker"),
        "speakers": one("select count(distinct speaker) as n from statements where speaker >= 0"),
        "statements": one("select count(*) as n from statements"),
        "denunciations": one("select count(*) as n from statements where channel = 'denunciation'"),
        "reports": one("select count(*) as n from statements where channel = 'report'"),
        "namings": one("select count(*) as n from statements where channel = 'interrogation'"),
        "arrests": one(f"{acts} 'arrest'"),
        "arrests_on_statement": one(f"{acts} 'arrest' and cause = 'statement'"),
        "arrests_from_register": one(f"{acts} 'arrest' and cause = 'register'"),
        "arrests_on_order": one(f"{acts} 'arrest' and cause = 'order'"),
        "interrogations": one(f"{acts} 'interrogation'"),
        "confessions": one(f"{acts} 'interrogation' and outcome = 'confessed'"),
        "sentences": one(f"{acts} 'sentence'"),
        "deaths": one(f"{acts} 'sentence' and outcome = 'death'"),
        "camp": one(f"{acts} 'sentence' and outcome = 'camp'"),
        "exile": one(f"{acts} 'sentence' and outcome = 'exile'"),
        "other": one(f"{acts} 'sentence' and outcome = 'other'"),
        "released": one(f"{acts} 'release'"),
        "arrests_1937": one(f"{acts} 'arrest' and year(date) = 1937"),
        "deaths_1937": one(f"{acts} 'sentence' and outcome = 'death' and year(date) = 1937"),
        "first_arrest_day": one("select floor(min(time)) as n from acts where kind = 'arrest'"),
        "last_arrest_day": one("select floor(max(time)) as n from acts where kind = 'arrest' and not isnan(time)"),
        "persons": one("select count(*) as n from persons"),
    }  # fmt: skip


def test_the_summary_counts_what_it_says() -> None:
    run = simulate(BUSY, SEED)
    found, counted = summarise(run), summary_by_sql(run)
    assert {name: found[name] for name in counted} == counted
    assert (
        min(counted[name] for name in ("reports", "arrests_on_order", "arrests_from_register", "camp", "released")) > 0
    )
    assert counted != summary_by_sql(simulate(BUSY, SEED + 1))
    members, leads = run.truth["members"].to_pylist(), run.truth["namings"].to_pylist()
    arrested = {act["person"] for act in run.archive.table("acts").to_pylist() if act["kind"] == "arrest"}
    assert found["members_arrested"] == sum(members[person]["member"] >= 0 for person in arrested) > 0
    assert found["true_leads"] == sum(lead["true_lead"] == 1 for lead in leads) > 0
    assert found["names_per_sitting"] == found["namings"] / found["interrogations"]
    assert found["halted_day"] == 83
    days = sorted(int(act["time"]) for act in run.archive.table("acts").to_pylist() if act["kind"] == "arrest")
    assert sum(day <= found["half_arrests_day"] for day in days) >= len(days) / 2
    assert sum(day < found["half_arrests_day"] for day in days) < len(days) / 2


def test_a_run_that_went_through_papers_is_summed_up_too() -> None:
    """Dates are lost and persons stand under several entries: what survives is counted."""
    papered = Scenario.model_validate({**BUSY.model_dump(mode="json"), "papers": PAPERS})
    run = simulate(papered, SEED)
    found, counted = summarise(run), summary_by_sql(run)
    assert {name: found[name] for name in counted} == counted
    times = run.archive.table("acts")["time"].to_numpy()
    assert np.isnan(times).any(), "otherwise nothing is shown"
    assert found["arrests_1937"] < found["arrests"] < summarise(simulate(BUSY, SEED))["arrests"]
    pair = gf.counterfactual(papered, {"offices.pressure": 0.2}, SEED)
    assert pair.effect("arrests").base == summarise(simulate(BUSY, SEED))["arrests"], (
        "histories, not what is left of them"
    )


def test_every_column_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "ensembles.md").read_text("utf-8")
    table = gf.ensemble(BUSY, 1, seed=1).table
    plain_names = [name for name in table.column_names if not name.endswith("_1937")]
    assert [name for name in plain_names if f"| `{name}` |" not in page] == []
    for name, (unit, meaning) in SUMMARY.items():
        assert f"| `{name}` | {unit} | {meaning} |" in page


def at(done: int, act: Callable[[], None]) -> Callable[[EnsembleProgress], None]:
    """Return a follower that does something once, when this many replicates are done."""
    seen: list[int] = []

    def follow(now: EnsembleProgress) -> None:
        if now.done == done and not seen:
            seen.append(now.done)
            act()

    return follow


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if _is_worker(each)]


def _is_worker(process: psutil.Process) -> bool:
    """Whether a process is a worker that lives; one that has just ended has no command line any more."""
    try:
        return "greatfear.simulation.worker" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # also a zombie
        return False


def test_a_killed_worker_takes_nothing_with_it(plain: list[dict[str, str]], tmp_path: Path) -> None:
    killed: list[int] = []

    def kill() -> None:
        (victim, *_) = children()
        killed.append(victim.pid)
        victim.kill()

    many = gf.ensemble(
        BUSY, N, alter=[LENIENT], seed=SEED, workers=2, out=tmp_path / "many", progress=at(3, kill)
    )  # fmt: skip
    assert len(killed) == 1
    assert rows(many.table) == plain
    assert many.n_simulated == 2 * N
    assert children() == []


PARENT = """
import sys, greatfear as gf
from pathlib import Path
from greatfear.scenario.model import Scenario
def follow(now):
    print(now.done, flush=True)
given = Scenario.model_validate_json(Path(sys.argv[1]).read_text())
gf.ensemble(given, 12, alter=[{"offices.pressure": 0.1}], seed=11, workers=2, out=sys.argv[2], progress=follow)
"""  # no guard round the main part: workers must not need one


def test_a_killed_parent_leaves_what_was_finished(plain: list[dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "given.json").write_text(BUSY.model_dump_json())
    folder = tmp_path / "many"
    script = tmp_path / "script.py"
    script.write_text(PARENT)
    command = [sys.executable, str(script), str(tmp_path / "given.json"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        for line in parent.stdout:
            if int(line) >= 5:
                break
        workers = psutil.Process(parent.pid).children()
        workers[0].kill()
        parent.kill()
    kept = {file.stem: file.read_bytes() for file in (folder / "rows").glob("*.json")}
    assert 5 <= len(kept) < 2 * N
    assert not (folder / "manifest.json").exists()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive, "a worker ends with its parent"
    many = gf.ensemble(BUSY, N, alter=[LENIENT], out=folder, workers=0)  # the seed is that of the folder
    assert many.n_simulated == 2 * N - len(kept)
    assert rows(many.table) == plain
    whole = tmp_path / "whole"
    gf.ensemble(BUSY, N, alter=[LENIENT], seed=SEED, out=whole, workers=0)
    for name in ("manifest.json", "table.parquet", "table.csv", "about.json"):
        assert (folder / name).read_bytes() == (whole / name).read_bytes()
    assert not (folder / "rows").exists()
    (folder / "rows").mkdir()  # as a kill leaves it that comes when the manifest has just landed
    gf.ensemble(BUSY, N, alter=[LENIENT], out=folder, workers=0)
    assert not (folder / "rows").exists()


def ends_its_process(run: Run) -> Mapping[str, float]:
    """Kill the caller, once the archive has an odd number of statements."""
    if run.archive.n_rows("statements") % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"even": 1.0}


def test_a_task_that_ends_three_workers_is_named(tmp_path: Path) -> None:
    said: list[int] = []
    while len(set(said)) < 2:
        said.append(simulate(BUSY, SEED, replicate=len(said)).archive.n_rows("statements") % 2)
    odd, even = said.index(1), said.index(0)
    with pytest.raises(GreatFearError, match=f"v0-r{odd}: 3 workers ended over it"):
        gf.ensemble(BUSY, [odd, even], seed=SEED, workers=1, out=tmp_path / "many", quantities=ends_its_process)
    assert children() == []


def fails(run: Run) -> Mapping[str, float]:
    raise ZeroDivisionError(run.archive.n_rows("persons"))


def doubled(run: Run) -> Mapping[str, float]:
    return {"statements_twice": 2.0 * run.archive.n_rows("statements")}


def takes_a_name(run: Run) -> Mapping[str, float]:
    return {"arrests": -1.0}


@pytest.mark.parametrize("workers", [0, 1])
def test_a_function_that_fails_is_named(workers: int) -> None:
    with pytest.raises(GreatFearError, match=r"v0-r.: quantities raised ZeroDivisionError"):
        gf.ensemble(BUSY, 2, seed=SEED, workers=workers, quantities=fails)


def test_a_function_of_the_user(tmp_path: Path) -> None:
    many = gf.ensemble(BUSY, 2, seed=SEED, workers=0, quantities=doubled)
    assert (many.column("statements_twice") == 2 * many.column("statements")).all()
    with pytest.raises(GreatFearError, match="arrests stands in the table already"):
        gf.ensemble(BUSY, 1, seed=SEED, workers=0, quantities=takes_a_name)
    with pytest.raises(GreatFearError, match="returned int, but expected numbers by name"):
        gf.ensemble(BUSY, 1, seed=SEED, quantities=lambda run: 5)  # type: ignore[arg-type,return-value]
    with pytest.raises(FaultList, match="a function of a run"):
        gf.ensemble(BUSY, 2, seed=SEED, workers=1, quantities="acts")  # type: ignore[arg-type]


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    gf.ensemble(BUSY, 2, seed=SEED, out=folder, workers=0)
    with pytest.raises(FaultList) as caught:
        gf.ensemble(BUSY, 2, alter=[LENIENT], seed=SEED + 1, out=folder, workers=0)
    assert [fault.place for fault in caught.value.faults] == [str(folder)] * 2
    for key, fault in zip(("seed", "variants"), sorted(caught.value.faults, key=str), strict=True):
        assert f"was made with {key} " in str(fault)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("keep")
    with pytest.raises(ArchiveError, match="not made by greatfear"):
        gf.ensemble(BUSY, 2, seed=SEED, out=tmp_path / "letters", workers=0)


def test_a_finished_ensemble_grows_and_mends(plain: list[dict[str, str]], tmp_path: Path) -> None:
    folder = tmp_path / "many"
    assert gf.ensemble(BUSY, 3, seed=SEED, out=folder, workers=0).n_simulated == 3
    assert gf.ensemble(BUSY, 3, seed=SEED, out=folder).n_simulated == 0
    more = gf.ensemble(BUSY, [1, 5], seed=SEED, out=folder, workers=0)
    assert more.n_simulated == 1
    assert rows(more.table) == [plain[2], plain[10]]
    table = pq.read_table(folder / "table.parquet")
    assert table["replicate"].to_pylist() == [0, 1, 2, 5], "the folder keeps what it had"
    (folder / "manifest.json").unlink()
    (folder / "rows").mkdir()
    (folder / "rows" / "v0-r6.json").write_text('{"cut o')
    assert gf.ensemble(BUSY, [6], seed=SEED, out=folder).n_simulated == 1
    assert json.loads((folder / "manifest.json").read_text())["rows"] == 5


def test_archives_are_kept_whole(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    many = gf.ensemble(BUSY, 2, seed=SEED, workers=0, out=folder, keep="archives")
    simulate(BUSY, SEED, replicate=1, out=tmp_path / "one")
    for name in ("manifest.json", "archive/acts.parquet", "truth/namings.parquet"):
        assert (folder / "archives" / "v0-r1" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()
    assert many.archive(1).n_rows("acts") == many.archive(1).table("acts").num_rows > 0
    assert sorted(file.name for file in (folder / "archives").iterdir()) == ["v0-r0", "v0-r1"]
    (folder / "archives" / "v0-r0" / "manifest.json").unlink()
    assert gf.ensemble(BUSY, 2, seed=SEED, out=folder, keep="archives").n_simulated == 1, "what was lost is made again"


def test_all_faults_at_once() -> None:
    with pytest.raises(FaultList) as caught:
        gf.ensemble(BUSY, [1, 1], seed=-1, workers=-1, keep="archives")
    assert {fault.place for fault in caught.value.faults} == {"replicates", "seed", "workers", "out"}
    with pytest.raises(FaultList):
        gf.ensemble(BUSY, 2, alter=[{"offices.presure": 1}], seed=1)


def test_progress_knows_the_time_left() -> None:
    told: list[EnsembleProgress] = []
    gf.ensemble(BUSY, 3, seed=SEED, workers=0, progress=told.append)
    assert [now.done for now in told] == [0, 1, 2, 3]
    assert told[0].seconds_left != told[0].seconds_left
    assert told[1].seconds_left > 0
    assert told[-1].seconds_left == 0


@pytest.fixture
def environment_stays() -> Iterator[None]:
    """Dask leaves its configuration in the environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers as users do, each a fresh process; yield the address and the workers."""
    pytest.importorskip("distributed")
    with attack_cluster.started(tmp_path) as found:
        yield found


def test_the_command_on_a_cluster_with_a_killed_worker_and_a_killed_command(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """Scheduler, workers and command are fresh processes: nothing that this process has set up helps them."""
    address, workers = cluster
    many = ["ensemble", "witch-hunt", "--seed", "5", "--replicates", "12"]
    command = [sys.executable, "-c", COMMAND, *many, "--cluster", address, "-o", str(tmp_path / "far")]

    def started_until(n_rows: int) -> subprocess.Popen[str]:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
        until = time.monotonic() + 90
        while len(list((tmp_path / "far" / "rows").glob("*.json"))) < n_rows and time.monotonic() < until:
            assert running.poll() is None, running.communicate()
            time.sleep(0.02)
        return running

    with started_until(2) as first:
        first.kill()
    kept = len(list((tmp_path / "far" / "rows").glob("*.json")))
    assert 2 <= kept < 12
    with started_until(kept + 2) as second:
        workers[0].kill()
        told, words = second.communicate(timeout=120)
    assert second.returncode == 0, words
    assert "Traceback" not in told + words
    assert main([*many, "--workers", "0", "-o", str(tmp_path / "near")]) == 0
    assert (tmp_path / "far" / "table.csv").read_bytes() == (tmp_path / "near" / "table.csv").read_bytes()


@pytest.mark.usefixtures("environment_stays")
def test_a_task_that_fails_on_a_cluster_is_named() -> None:
    distributed = pytest.importorskip("distributed")
    alone = {"n_workers": 1, "processes": False, "dashboard_address": None, "set_as_default": False}
    with (
        distributed.Client(**alone) as client,
        pytest.raises(GreatFearError, match="v0-r0: quantities raised ZeroDivisionError"),
    ):
        gf.ensemble(BUSY, 1, seed=SEED, cluster=client, quantities=fails)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from greatfear.simulation import cluster

    monkeypatch.setattr(cluster, "_SECONDS_TO_CONNECT", 0.2)
    with pytest.raises(GreatFearError, match="Start one with `dask scheduler`"):
        gf.ensemble(BUSY, 2, seed=SEED, cluster="tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(GreatFearError, match=r"pip install 'greatfear\[cluster\]'"):
        gf.ensemble(BUSY, 2, seed=SEED, cluster="tcp://127.0.0.1:1")


def test_the_words_of_the_command() -> None:
    assert replicates_of("3") == [0, 1, 2]
    assert replicates_of("900-900") == [900]
    assert replicates_of("3, 900-901") == [3, 900, 901]
    with pytest.raises(FaultList, match="900-999"):
        replicates_of("many")
    assert variants_of(["a=1; b.c=x", "d=0.5"]) == [{"a": 1, "b.c": "x"}, {"d": 0.5}]


COMMAND = "import sys; from greatfear.cli import main; sys.exit(main())"


def test_the_command_goes_on_after_ctrl_c(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", COMMAND, "ensemble", "witch-hunt", "--seed", "5", "--workers", "1"]
    command += ["--replicates", "10", "-o", str(tmp_path / "many")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        until = time.monotonic() + 60
        while len(list((tmp_path / "many" / "rows").glob("*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        told = running.stderr.read()
    assert running.returncode == 130, told
    assert "of 10 replicates are kept in" in told
    assert "to go on: greatfear ensemble witch-hunt --seed 5" in told
    kept = len(list((tmp_path / "many" / "rows").glob("*.json")))
    assert main([*command[3:], "--workers", "0", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["simulated_now"] == 10 - kept
    assert answer["variants"][0]["quantities"]["arrests"]["n"] == 10
