"""SQL: limits of time and memory, queries beside one another, and attacks that reach nothing but the tables."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pickle
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

from greatfear.archive import Archive, read
from greatfear.errors import AlteredArchiveError, ArchiveError
from greatfear.record import archive as stored
from greatfear.record.query import QueryLimitError
from make_golden_archive import GOLDEN, village, write_golden
from verification.attack.queries import ATTACKS
from verification.attack.sql import SECRET, harm

ENDLESS = "select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3"
HUGE = "select list(range) from range(100000000)"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_golden(tmp_path_factory.mktemp("query") / "run", simulated=True)


@pytest.fixture(params=["disk", "memory"])
def archive(run: Path, request: pytest.FixtureRequest) -> Archive:
    return read(run) if request.param == "disk" else Archive.from_tables(village(), epoch=dt.date(1600, 1, 1))


def test_a_query_is_stopped_after_its_time_and_blames_no_file(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.sql("select 1")
    monkeypatch.setattr(stored, "check_file", lambda *_: pytest.fail("a stopped query hashed the files"))
    begun = time.perf_counter()
    with pytest.raises(QueryLimitError, match=r"stopped after 0.2 seconds"):
        archive.sql(ENDLESS, seconds=0.2)
    assert time.perf_counter() - begun < 5
    assert archive.sql("select count(*) as n from persons", seconds=2).to_pylist() == [{"n": 4}]


def test_a_query_may_not_take_more_than_its_memory(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.sql("select 1", megabytes=50)
    monkeypatch.setattr(stored, "check_file", lambda *_: pytest.fail("a query too large hashed the files"))
    with pytest.raises(QueryLimitError, match="more than 50 MB"):
        archive.sql(HUGE, megabytes=50)
    assert archive.sql("select 1 as x", megabytes=50).to_pylist() == [{"x": 1}]


def test_a_slow_query_holds_up_no_other(archive: Archive) -> None:
    archive.sql("select 1")
    ended: list[str] = []

    def slow() -> None:
        try:
            archive.sql(ENDLESS, seconds=1.5)
        except QueryLimitError:
            ended.append("slow")

    thread = threading.Thread(target=slow)
    thread.start()
    time.sleep(0.3)
    assert archive.sql("select count(*) as n from acts").to_pylist() == [{"n": 4}]
    ended.append("quick")
    thread.join()
    assert ended == ["quick", "slow"]


def test_many_threads_get_the_same_answer(archive: Archive) -> None:
    answers: list[list[dict]] = []

    def ask() -> None:
        answers.append(archive.sql("select p.id, count(*) as n from statements s join persons p on p.person = s.subject "
                                   "group by 1 order by 1").to_pylist())  # fmt: skip

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)


@pytest.fixture(scope="module")
def attacked(run: Path) -> Archive:
    return read(run)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:60])
def test_an_attack_reaches_nothing(run: Path, attacked: Archive, attack: str) -> None:
    """What an attack gives back is an error of ours, or rows in which no secret stands; nothing is written."""
    (run.parent / "secret.txt").write_text(SECRET)
    assert harm(attacked, attack, run.parent) == ""


def test_an_attack_that_works_would_be_seen(run: Path) -> None:
    import duckdb

    (run.parent / "secret.txt").write_text(SECRET)
    assert "4711" in str(duckdb.sql(f"select * from read_text('{run.parent.as_posix()}/secret.txt')").fetchall())


def test_a_changed_file_is_noticed_by_sql_and_by_tables(tmp_path: Path) -> None:
    folder = write_golden(tmp_path / "run")
    file = folder / "archive" / "statements.parquet"
    whole = file.read_bytes()
    archive = read(folder)
    assert archive.n_rows("statements") == archive.sql("from statements").num_rows
    for place in range(0, len(whole) - 8, max(1, len(whole) // 40)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(AlteredArchiveError, match=r"statements.parquet"):
            archive.sql("select count(*) from statements")
        with pytest.raises(AlteredArchiveError, match=r"statements.parquet"):
            archive.table("statements", ["speaker"])
    file.write_bytes(whole)
    assert archive.sql("from statements").num_rows == 4


def test_a_reference_to_a_row_that_is_not_there_is_told() -> None:
    tables = village()
    rows = tables["statements"].to_pylist()
    rows[1]["speaker"] = 2**31 - 1
    kinds = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in tables["statements"].schema]
    schema = pa.schema(list(zip(tables["statements"].column_names, kinds, strict=True)))
    tables["statements"] = pa.Table.from_pylist(rows, schema=schema)
    archive = Archive.from_tables(tables, epoch=dt.date(1600, 1, 1))
    for read_it in (archive.describe, lambda: archive.table("statements")):
        with pytest.raises(ArchiveError, match=r"speaker refers to row 2147483647 of persons, which has 4 rows"):
            read_it()
    assert archive.check()[0].place == "statements row 1: speaker"


def test_a_time_beyond_the_calendar_has_no_date() -> None:
    tables = village()
    late = tables["acts"].set_column(1, "time", pa.array([0.0, 1e300, float("inf"), 2e9]))
    archive = Archive.from_tables(tables | {"acts": late}, epoch=dt.date(1600, 1, 1))
    assert archive.sql("select date from acts").column(0).to_pylist() == [dt.date(1600, 1, 1), None, None, None]
    assert [fault.place for fault in archive.check()][:1] == ["acts row 1: time"]
    for read_it in (
        archive.describe,
        lambda: archive.table("acts"),
    ):  # and no reader makes room for all days until then
        with pytest.raises(ArchiveError, match=r"acts.time holds inf, but expected days, at most 3000000"):
            read_it()


def test_an_absent_id_is_told() -> None:
    tables = village()
    archive = Archive.from_tables(tables, epoch=dt.date(1600, 1, 1))
    holed = archive.table("persons").set_column(1, "id", pa.array(["a", None, "c", None], pa.string()))
    archive = dataclasses.replace(archive, tables={**archive.tables, "persons": holed})
    with pytest.raises(ArchiveError, match=r"persons.id holds 2 absent values, but expected a value in every row"):
        archive.table("persons")


def test_an_archive_with_open_sessions_is_pickled() -> None:
    archive = read(GOLDEN / "format-1-real")
    archive.sql("select 1")
    again = pickle.loads(pickle.dumps(archive))
    assert again.sql("select count(*) as n from persons").to_pylist() == [{"n": 4}]
