"""Tables written beside the days: the bytes of tables written at the end, and nothing left of a run that stops."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from greatfear.errors import ArchiveError
from greatfear.record import blocks
from greatfear.record.columns import table_from_columns
from greatfear.simulation import ahead as module
from greatfear.simulation import run
from greatfear.simulation.ahead import Ahead
from greatfear.simulation.survival import partial_folder
from greatfear.simulation.tables import early_rows, rows_now
from process_scenarios import scenario
from sham_scenarios import ORGANISATIONS, SHAM
from sham_scenarios import scenario as sham
from test_simulate_bytes import BUSY, SEED, StopError, differing, stop_at


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a row group have 100 rows, so that small runs have many."""
    for owner in (blocks, module):
        monkeypatch.setattr(owner, "BLOCK_ROWS", 100)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("greatfear-writing")]


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize(
    "world",
    [BUSY, sham({}, ORGANISATIONS), sham({"trust": SHAM}, ORGANISATIONS)],
    ids=["busy", "with persons abroad", "with names"],
)
def test_bytes_are_those_of_a_run_written_at_its_end(
    tmp_path: Path, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: dict[str, int] = {}
    write = module.write_table

    def noted(file: Path, *rest: Any) -> Any:
        made = write(file, *rest)
        first[file.stem] = made.entry.rows
        return made

    monkeypatch.setattr(module, "write_table", noted)
    run.simulate(world, SEED, out=tmp_path / "beside")
    run.simulate(world, SEED).write(tmp_path / "after")
    assert differing(tmp_path / "beside", tmp_path / "after") == set()
    assert {"acts", "statements", "namings"} <= set(first)
    assert threads() == []


@pytest.mark.usefixtures("small_groups")
def test_rows_are_asked_for_while_the_run_goes_on(tmp_path: Path) -> None:
    asked: list[slice] = []
    more = threading.Event()

    def ties(rows: slice) -> pa.Table:
        asked.append(rows)
        more.set()
        return table_from_columns("ties", {"a": 0, "b": 1, "kind": "kin", "directed": 0}, rows.stop - rows.start)

    with Ahead(Path("unused"), {}) as nothing:
        assert nothing.finished({}) == {}
    with Ahead(tmp_path / "tables", {"ties": ties}) as ahead:
        ahead.reached({"ties": 99})
        assert asked == []
        ahead.reached({"ties": 150})
        assert more.wait(10)
        assert asked == [slice(0, 100)]
        assert ahead.finished({"ties": 270})["ties"].num_rows == 270
    assert asked == [slice(0, 100), slice(100, 200), slice(200, 270)]
    assert threads() == []


def test_a_table_that_is_not_settled_is_given_up(tmp_path: Path) -> None:
    with Ahead(tmp_path / "new", {"ties": lambda rows: None}) as ahead:
        assert ahead.finished({"ties": 5}) == {}


def test_names_are_written_at_the_end() -> None:
    made = early_rows(run.start(sham({"trust": SHAM}, ORGANISATIONS), SEED))
    assert "persons" not in made
    assert set(made) < set(rows_now(run.start(scenario(), SEED)))


def test_a_run_that_stops_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        run.simulate(BUSY, SEED, out=tmp_path / "run", progress=stop_at(30))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StopError):
        run.simulate(BUSY, SEED, out=tmp_path / "run", chunk_days=14, progress=stop_at(30))
    assert [file.name for file in partial_folder(tmp_path / "run").iterdir()] == ["state.npz"]
    assert threads() == []


def test_a_full_disk_is_told_and_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Path, *_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "write_table", full)
    with pytest.raises(ArchiveError, match=r"cannot be written \(No space left on device\). Free some space"):
        run.simulate(BUSY, SEED, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
