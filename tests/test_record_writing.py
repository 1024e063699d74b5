"""Writing: tables from columns, bytes that follow from the rows alone, folders that are whole or known not to be."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greatfear.archive import read
from greatfear.errors import ArchiveError, FaultList, IncompleteRunError, NotAnArchiveError
from greatfear.record import blocks, writing
from greatfear.record.columns import BLOCK_ROWS, table_from_columns
from greatfear.record.place import claimed
from greatfear.record.schema import TABLES
from greatfear.record.writing import write_archive
from greatfear.simulation.truth_schema import TRUTH_TABLES, in_order
from make_golden_archive import truth, village, write_golden

WHOLE = {"epoch": dt.date(1600, 1, 1), "end": None, "kind": "real", "title": "x", "provenance": {}}


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def some_statements(n: int) -> pa.Table:
    rng = np.random.default_rng(5)
    codes = rng.integers(-1, 3, n)
    return table_from_columns(
        "statements",
        {
            "time": np.sort(rng.random(n) * 9),
            "precision": "instant",
            "subject": rng.integers(0, 50, n),
            "channel": (rng.integers(0, 3, n).astype("int8"), ["report", "denunciation", "accident"]),
            "level": (codes, ["textual", "interpretive", "inferential"]),
            "collective": (codes, ["all of it", "the mill", "the loom"]),
        },
        n,
    )


def test_missing_columns_hold_their_null() -> None:
    row = table_from_columns("statements", {"time": 1.0, "precision": "day", "subject": 0, "channel": "order"}, 1)
    assert row.drop_columns(["time_end", "pressure"]).to_pylist() == [
        {
            "statement": 0, "time": 1.0, "precision": "day", "speaker": -1, "subject": 0, "channel": "order",
            "prompted": -1, "sitting": -1, "office": -1, "collective": None, "source": -1, "place": None, "level": None,
            "certainty": None, "heard_from": -1, "copy_of": -1, "circumstance": None, "weight": -1,
            "written": None,
        }
    ]  # fmt: skip
    assert all(np.isnan(row.column(name)[0].as_py()) for name in ("time_end", "pressure"))


def test_ids_of_persons_are_counted() -> None:
    ids = table_from_columns("persons", {}, 1234).column("id").to_pylist()
    assert ids == [f"P{n:08d}" for n in range(1234)]


def test_a_constant_takes_no_memory() -> None:
    table = table_from_columns("ties", {"a": 0, "b": 1, "kind": "kin", "directed": 0}, 50 * BLOCK_ROWS + 7)
    assert table.num_rows == 50 * BLOCK_ROWS + 7
    assert table.get_total_buffer_size() < 60 * BLOCK_ROWS
    assert table.column("kind").slice(BLOCK_ROWS - 3, 6).to_pylist() == ["kin"] * 6
    assert table.column("kind").null_count == 0


@pytest.mark.parametrize(
    ("given_columns", "place"),
    [
        ({"a": [0, 2**40]}, "ties: column a"),
        ({"a": [0, 1, 2]}, "ties: column a"),
        ({"a": ["x", "y"]}, "ties: column a"),
        ({"a": [0, None]}, "ties: column a"),
        ({"a": [0.5, 1.0]}, "ties: column a"),
        ({"kind": (np.array([0, 3]), ["kin"])}, "ties: column kind"),
        ({"kind": (np.array([0.0, 1.0]), ["kin"])}, "ties: column kind"),
        ({"kind": None}, "ties: column kind"),
        ({"kind": (np.array([0, -1]), ["kin"])}, "ties: column kind"),
        ({"colour": [1, 2]}, "ties: column colour"),
    ],
)
def test_what_does_not_fit_is_a_fault(given_columns: dict, place: str) -> None:
    good = {"a": [0, 1], "b": [1, 2], "kind": "kin", "directed": 0}
    assert table_from_columns("ties", good, 2).num_rows == 2
    with pytest.raises(FaultList) as caught:
        table_from_columns("ties", good | given_columns, 2)
    assert [fault.place for fault in caught.value.faults] == [place]


def test_all_faults_come_together() -> None:
    with pytest.raises(FaultList) as caught:
        table_from_columns("ties", {"a": ["x"], "colour": 1}, 1)
    assert len(caught.value.faults) == 5
    with pytest.raises(FaultList, match="persons, statements"):
        table_from_columns("person", {}, 1)


@given(cuts=st.lists(st.integers(0, 400), max_size=6), size=st.sampled_from([32, 64, 400]), as_text=st.booleans())
@settings(max_examples=15, deadline=None)
def test_bytes_do_not_depend_on_batches(tmp_path_factory, cuts: list[int], size: int, as_text: bool) -> None:
    whole, edges = some_statements(400), [0, *sorted(cuts), 400]
    parts = [whole.slice(a, b - a) for a, b in pairwise(edges)]
    if as_text:
        place = whole.column_names.index("channel")
        parts = [part.set_column(place, "channel", part.column("channel").cast(pa.string())) for part in parts]
    old = blocks.BLOCK_ROWS
    blocks.BLOCK_ROWS = size
    try:
        first = write_archive(tmp_path_factory.mktemp("one"), {"statements": whole}, **WHOLE)
        second = write_archive(tmp_path_factory.mktemp("two"), {"statements": iter(parts)}, **WHOLE)
    finally:
        blocks.BLOCK_ROWS = old
    assert content(first) == content(second)


def test_bytes_follow_from_the_rows(tmp_path: Path) -> None:
    """The comparison of the test above sees one changed cell."""
    rows = some_statements(400)
    changed = rows.set_column(rows.column_names.index("speaker"), "speaker", pa.array([-1] * 399 + [0], pa.int32()))
    first = write_archive(tmp_path / "one", {"statements": rows}, **WHOLE)
    second = write_archive(tmp_path / "two", {"statements": changed}, **WHOLE)
    assert content(first) != content(second)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_bytes_do_not_depend_on_threads(tmp_path: Path, monkeypatch, threads: int) -> None:
    first = content(write_golden(tmp_path / "two", simulated=True))
    monkeypatch.setattr(writing, "_THREADS", threads)
    assert content(write_golden(tmp_path / "n", simulated=True)) == first


def test_row_groups_have_a_fixed_size(tmp_path: Path) -> None:
    rows = some_statements(BLOCK_ROWS + 5)
    tables = {"persons": table_from_columns("persons", {}, 50), "statements": rows.to_batches(max_chunksize=1000)}
    path = write_archive(tmp_path / "x", tables, **WHOLE)
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path / "archive" / "statements.parquet") as file:
        assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [BLOCK_ROWS, 5]
    back, some = read(path).table("statements"), ["time", "subject", "channel", "level", "collective"]
    ends = [0, 77, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 4]
    assert back.select(some).take(ends).to_pylist() == rows.select(some).take(ends).to_pylist()


def test_every_table_is_written_and_listed(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "x", {}, **WHOLE)
    manifest = json.loads((path / "manifest.json").read_bytes())
    assert list(manifest)[-1] == "sha256"
    files = {str(file.relative_to(path)) for file in path.rglob("*.parquet")}
    assert files == {entry["file"] for entry in manifest["tables"].values()}
    assert len(files) == len(TABLES)


def breaking(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Yield some batches, then stop as a full disk or Ctrl-C would."""
    yield from rows.to_batches(max_chunksize=100)[:2]
    raise KeyboardInterrupt


def test_a_write_that_stops_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_archive(tmp_path / "x", village() | {"statements": breaking(some_statements(400))}, **WHOLE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["dump_manifest", "write_manifest", "hash_file", "_write_table"])
def test_a_rewrite_that_stops_leaves_what_stood_there(tmp_path: Path, monkeypatch, step: str) -> None:
    path = write_golden(tmp_path / "x", simulated=True)
    (path / "notes.txt").write_text("kept")
    before = content(path)
    calls: list[int] = []

    def killed(*_: object) -> None:
        calls.append(1)
        raise RuntimeError("killed")

    monkeypatch.setattr(writing, step, killed)
    with pytest.raises(RuntimeError, match="killed"):
        write_golden(path, simulated=True)
    assert calls
    assert content(path) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


DYING = """
import os, signal, sys
from pathlib import Path
from greatfear.record import place, writing
from make_golden_archive import write_golden
def before(owner, name, calls=1):
    kept, left = getattr(owner, name), [calls]
    def counted(*arguments, **options):
        left[0] -= 1
        return os.kill(os.getpid(), signal.SIGKILL) if not left[0] else kept(*arguments, **options)
    setattr(owner, name, counted)
name, calls = sys.argv[2].split()
before(place if hasattr(place, name) else writing, name, int(calls))
if "old" in sys.argv[3:]: place._exchanged = lambda *_: False
write_golden(Path(sys.argv[1]))
"""
MOMENTS = [
    "_write_tables 1",
    "hash_file 5",
    "write_manifest 1",
    "_swap 1",
    "sync_folder 2",
    "_settle 2",
    "_move_rest 1",
]


@pytest.mark.parametrize(("system", "moment"), [*(("new", moment) for moment in MOMENTS), ("old", "_settle 2")])
def test_a_kill_while_an_archive_is_replaced_loses_nothing(tmp_path: Path, system: str, moment: str) -> None:
    path = write_golden(tmp_path / "x", simulated=True)
    (path / "figures").mkdir()
    (path / "figures" / "notes.txt").write_text("years of work")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(path), moment, system], check=False, env=environment, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert read(path, verify=True).kind in ("simulated", "real")
    write_golden(path)  # the next one clears up
    assert read(path, verify=True).kind == "real"
    assert (path / "figures" / "notes.txt").read_text() == "years of work"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_a_finished_archive_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = write_golden(tmp_path / "x", simulated=True)
    before = content(path)
    with pytest.raises(ArchiveError, match=r"a finished archive stands here \('A village', simulated\).*--replace"):
        write_archive(path, village(), **WHOLE)
    assert content(path) == before
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(ArchiveError, match="a finished archive stands here"):
        write_archive(link, village(), **WHOLE)
    write_archive(link, village(), **WHOLE, replace=True)
    assert link.is_symlink()
    assert read(path).manifest.title == "x"


@pytest.mark.parametrize("name", ["archive/notes.parquet", "scenario.json", "truth/x", "manifest.json"])
def test_a_folder_that_only_looks_like_ours_is_left_alone(tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine" / name
    file.parent.mkdir(parents=True)
    file.write_text('{"name": "another program"}')
    with pytest.raises(ArchiveError, match=r"not empty and not|cannot be read"):
        write_archive(tmp_path / "mine", village(), **WHOLE, replace=True)
    assert file.read_text() == '{"name": "another program"}'


def test_the_current_folder_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("", ".", str(tmp_path)):
        with pytest.raises(ArchiveError, match="the current folder"):
            write_archive(name, village(), **WHOLE)


def test_two_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with claimed(tmp_path / "x", {}):
        other = threading.Thread(target=refused, args=(tmp_path / "x", told := []))
        other.start()
        other.join()
        write_archive(tmp_path / "x", village(), **WHOLE)  # the thread that holds it may write
    assert told == [f"{tmp_path / 'x'}: another run is writing here. Wait for it, or name another folder"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def refused(folder: Path, told: list[str]) -> None:
    try:
        write_archive(folder, village(), **WHOLE)
    except ArchiveError as error:
        told.append(str(error))


def test_an_old_truth_does_not_stay(tmp_path: Path) -> None:
    path = write_golden(tmp_path / "x", simulated=True)
    (path / "report.html").write_text("kept")
    write_golden(path)
    assert not list((path / "truth").glob("*.parquet"))
    assert not (path / "scenario.json").exists()
    assert (path / "report.html").read_text() == "kept"
    assert read(path, verify=True).kind == "real"


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ArchiveError, match=r"not an archive of ours \(holds thesis.docx\)"):
        write_archive(tmp_path, village(), **WHOLE)
    assert content(tmp_path) == {"thesis.docx": b"years of work"}
    with pytest.raises(ArchiveError, match="a file stands here"):
        write_archive(tmp_path / "thesis.docx", village(), **WHOLE)
    with pytest.raises(NotAnArchiveError):
        read(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "imagined"},
        {"provenance": {"x": float("nan")}},
        {"provenance": {"x": object()}},
        {"files": {"../x": b""}},
        {"files": {"manifest.json": b""}},
        {"tables": {"letters": None}},
        {"tables": {"offices": pa.table({"office": [0]})}},
        {"tables": {"offices": pa.table({"office": [0], "id": ["a"], "colour": ["red"]})}},
        {"tables": {"offices": pa.table([[0], ["a"], ["b"]], names=["office", "id", "id"])}},
        {"tables": {"persons": pa.table({"person": [0], "id": ["a"], "when": [dt.date(1600, 1, 1)]})}},
        {"tables": {"persons": pa.table({"person": [0], "id": pa.array([None], pa.string())})}},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_bad_arguments_give_faults_and_no_archive(tmp_path: Path, change: dict) -> None:
    arguments = WHOLE | {"tables": {}} | change
    with pytest.raises(FaultList):
        write_archive(tmp_path / "x", **arguments)
    with pytest.raises((NotAnArchiveError, IncompleteRunError)):
        read(tmp_path / "x")


def test_truth_is_listed_apart(tmp_path: Path) -> None:
    manifest = read(write_golden(tmp_path / "x", simulated=True)).manifest
    assert set(manifest.truth) == set(truth())
    assert not set(manifest.tables) & set(manifest.truth)
    assert TRUTH_TABLES["namings"].columns[1].unit == "nats"
    with pytest.raises(FaultList, match="persons"):
        in_order({"persons": None})
