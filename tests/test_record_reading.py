"""Reading: each thing that can be wrong with a folder has its own error; SQL can read these tables and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from greatfear.archive import Archive, read
from greatfear.errors import (
    AlteredArchiveError,
    FaultList,
    IncompleteRunError,
    NewerFormatError,
    NotAnArchiveError,
    OlderFormatError,
    UnknownNameError,
)
from greatfear.record.manifest import _own_hash
from greatfear.record.query import QueryError
from greatfear.record.schema import FORMAT_VERSION
from greatfear.record.writing import footer_hash, hash_file
from greatfear.simulation.truth import read_truth
from make_golden_archive import GOLDEN, village, write_golden


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a small simulated run in a folder with an awkward name."""
    return write_golden(tmp_path / "a [1]*? 'run' é", simulated=True)


def edited(run: Path, **changes: object) -> None:
    """Change the manifest and make its own hash agree again."""
    body = json.loads((run / "manifest.json").read_bytes()) | changes
    body.pop("sha256")
    (run / "manifest.json").write_text(json.dumps(body | {"sha256": _own_hash(body)}))


def test_not_an_archive(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "manifest.json").write_text('{"name": "a browser extension", "version": 3}')
    (tmp_path / "file").write_text("")
    for name in ("empty", "web", "file", "nowhere"):
        with pytest.raises(NotAnArchiveError, match=name):
            read(tmp_path / name)


def test_incomplete(run: Path) -> None:
    (run / "archive" / "ties.parquet").unlink()
    with pytest.raises(IncompleteRunError, match=r"ties.parquet: missing"):
        read(run)
    (run / "manifest.json").unlink()
    with pytest.raises(IncompleteRunError, match="never finished"):
        read(run)


def test_newer(run: Path) -> None:
    edited(run, format=FORMAT_VERSION + 1, greatfear="9.9", tables="told otherwise")
    with pytest.raises(NewerFormatError, match=r"written by a newer greatfear .*9.9, record format 5.*formats 1 to 4"):
        read(run)


def test_older(run: Path) -> None:
    edited(run, format=0, greatfear="0.0.1")
    with pytest.raises(OlderFormatError, match=r"written by an older greatfear .*0.0.1, record format 0"):
        read(run)


def rewritten(run: Path, name: str, change: Callable[[pa.Table], pa.Table], part: str = "archive") -> None:
    """Write a table with other columns, as another version would, with manifest and hashes that agree."""
    file = run / part / f"{name}.parquet"
    with pq.ParquetFile(file) as old:
        table = change(old.read())
    pq.write_table(table, file, write_statistics=False)
    key = "tables" if part == "archive" else part
    tables = json.loads((run / "manifest.json").read_bytes())[key]
    size = {"bytes": file.stat().st_size, "sha256": hash_file(file), "footer_sha256": footer_hash(file)}
    edited(run, **{key: tables | {name: tables[name] | size}})


@pytest.mark.parametrize("part", ["tables", "truth"])
def test_an_unknown_table_was_written_by_a_newer_version(run: Path, part: str) -> None:
    body, folder = json.loads((run / "manifest.json").read_bytes()), "archive" if part == "tables" else "truth"
    letters = body["tables"]["ties"] | {"file": f"{folder}/letters.parquet"}
    edited(run, greatfear="9.9", **{part: body[part] | {"letters": letters}})
    with pytest.raises(
        NewerFormatError, match=r"does not know the (truth )?table letters.*newer greatfear \(greatfear 9.9\)"
    ):
        (read if part == "tables" else read_truth)(run)


@pytest.mark.parametrize("golden", ["format-1-real", "format-2-simulated"])
def test_an_unknown_column_was_written_by_a_newer_version(tmp_path: Path, golden: str) -> None:
    run = shutil.copytree(GOLDEN / golden, tmp_path / "run")
    rewritten(run, "statements", lambda table: table.append_column("tone", pa.nulls(table.num_rows, pa.string())))
    with pytest.raises(NewerFormatError, match=r"statements.parquet: .*does not know the column tone.*newer greatfear"):
        read(run)


@pytest.mark.parametrize("is_ours", [True, False])
def test_an_unknown_key_or_code_was_written_by_a_newer_version(run: Path, is_ours: bool) -> None:
    def telegram(table: pa.Table) -> pa.Table:
        codes = pa.array(["telegram", *table["channel"].to_pylist()[1:]]).dictionary_encode()
        return table.set_column(table.column_names.index("channel"), "channel", codes)

    rewritten(run, "statements", telegram)
    edited(run, **({} if is_ours else {"greatfear": "9.9"}))
    writer = "or changed by another program: it says greatfear" if is_ours else "greatfear 9.9"
    archive = read(run)
    for ask in (lambda: archive.table("statements"), archive.describe):
        with pytest.raises(NewerFormatError, match=rf"not know the code 'telegram' in statements.channel.*\({writer}"):
            ask()
    assert [fault.got for fault in archive.check()] == ["'telegram' (1 row)"]
    assert archive.table("statements", ["subject"]).num_rows == 4  # the other columns can be read
    edited(run, colour="red")
    with pytest.raises(NewerFormatError, match=rf"does not know 'colour' in a manifest.*newer greatfear \({writer}"):
        read(run)


def test_an_unknown_column_of_the_truth_was_written_by_a_newer_version(run: Path) -> None:
    rewritten(run, "namings", lambda table: table.append_column("tone", pa.nulls(table.num_rows, pa.string())), "truth")
    with pytest.raises(NewerFormatError, match=r"namings.parquet: .*does not know the column tone"):
        read_truth(run)["namings"]


def test_a_column_of_another_type_or_in_another_place_is_named(run: Path) -> None:
    rewritten(run, "statements", lambda table: table.set_column(1, "time", table["time"].cast(pa.float32())))
    with pytest.raises(
        AlteredArchiveError, match=r"statements.parquet: .*time holds float in place of double; another pro"
    ):
        read(run)
    rewritten(run, "statements", lambda table: table.set_column(1, "time", table["time"].cast(pa.float64())))
    rewritten(run, "statements", lambda table: table.select(table.column_names[::-1]))
    with pytest.raises(AlteredArchiveError, match=r"the columns stand in another order.*\(statement, time, "):
        read(run)


def test_a_column_that_came_later_reads_as_null_where_it_is_missing(run: Path) -> None:
    rewritten(run, "statements", lambda table: table.drop_columns(["heard_from", "circumstance"]))
    archive = read(run, verify=True)
    asked = "heard_from", "copy_of", "circumstance"
    rows = [dict(zip(asked, row, strict=True)) for row in [(-1, -1, None)] * 3 + [(-1, 0, None)]]
    assert archive.table("statements", asked).to_pylist() == rows
    assert archive.sql(f"select {', '.join(asked)} from statements").to_pylist() == rows
    assert archive.to_pandas("statements")["heard_from"].tolist() == [-1] * 4
    assert (
        archive.table("statements").schema
        == Archive.from_tables({}, epoch=dt.date(1600, 1, 1)).table("statements").schema
    )
    assert archive.check() == []


def test_a_column_that_was_always_there_may_not_be_missing(run: Path) -> None:
    rewritten(run, "statements", lambda table: table.drop_columns(["pressure"]))
    with pytest.raises(AlteredArchiveError, match=r"statements.parquet: no column pressure"):
        read(run)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "1"},
        {"epoch": "yesterday"},
        {"end": "1500-01-01"},
        {"kind": "imagined"},
        {"tables": {}},
        {"files": {"../../etc/passwd": {"bytes": 1, "sha256": "0" * 64}}},
    ],
    ids=str,
)
def test_altered_manifest_with_a_right_hash(run: Path, change: dict) -> None:
    edited(run)
    read(run)
    edited(run, **change)
    with pytest.raises(AlteredArchiveError, match=r"manifest.json"):
        read(run)


def test_a_manifest_cannot_point_elsewhere(run: Path) -> None:
    tables = json.loads((run / "manifest.json").read_bytes())["tables"]
    tables["persons"]["file"] = "truth/members.parquet"
    edited(run, tables=tables)
    with pytest.raises(AlteredArchiveError, match="truth/members"):
        read(run)


def test_an_altered_title_is_seen(run: Path) -> None:
    data = (run / "manifest.json").read_bytes()
    (run / "manifest.json").write_bytes(data.replace(b"A village", b"B village"))
    with pytest.raises(AlteredArchiveError, match="hash it carries"):
        read(run)


def test_a_table_of_another_run_is_seen(run: Path, tmp_path: Path) -> None:
    other = village()["persons"].slice(0, 3)
    Archive.from_tables({"persons": other}, epoch=dt.date(1600, 1, 1))
    shutil.copy(run / "archive" / "ties.parquet", run / "archive" / "aliases.parquet")
    with pytest.raises(AlteredArchiveError, match=r"aliases.parquet"):
        read(run)


def test_verify_finds_what_the_cheap_checks_cannot(run: Path) -> None:
    file = run / "archive" / "statements.parquet"
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)
    read(run)
    with pytest.raises(AlteredArchiveError, match=r"statements.parquet: SHA-256"):
        read(run, verify=True)


@pytest.mark.parametrize("name", ["scenario.json", "truth/members.parquet"])
def test_verify_covers_truth_and_listed_files(run: Path, name: str) -> None:
    file = run / name
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    read(run)
    with pytest.raises(AlteredArchiveError, match=Path(name).name):
        read(run, verify=True)


def test_an_archive_without_its_truth_is_whole(run: Path) -> None:
    shutil.rmtree(run / "truth")
    assert read(run, verify=True).n_rows("acts") == 4


WRITING = [
    "drop view persons",
    "create table x as select 1",
    "insert into persons values (1)",
    "copy persons to '{0}/x.csv'",
    "copy persons to '{0}/archive/persons.parquet'",
    "explain analyze copy persons to '{0}/x.csv'",
    "attach '{0}/x.db'",
    "set enable_external_access = true",
    "set threads = 1",
    "pragma database_list",
    "install httpfs",
    "load httpfs",
    "export database '{0}/y'",
    "call pragma_version()",
    "with x as (insert into persons (id) values ('a') returning id) select * from x",
    "select 1; drop view persons",
    "",
]
READING = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from '{0}/truth/members.parquet'",
    "select * from read_parquet('{0}/truth/*.parquet')",
    "select * from glob('{0}/*')",
    "select * from read_text('{0}/manifest.json')",
    "select * from secret_frame",
    "select no_such_column from persons",
    "select * from no_such_table",
    "selec * from persons",
    "select cast(id as integer) from persons",
]


@pytest.mark.parametrize("query", WRITING + READING)
@pytest.mark.parametrize("in_memory", [False, True])
def test_sql_only_reads_its_own_tables(run: Path, query: str, in_memory: bool) -> None:
    secret_frame = pa.table({"x": [1]})
    assert secret_frame.num_rows
    before = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    archive = Archive.from_tables(village(), epoch=dt.date(1600, 1, 1)) if in_memory else read(run)
    with pytest.raises(QueryError):
        archive.sql(query.format(str(run).replace("'", "''")))
    assert archive.sql("select count(*) as n from persons").to_pylist() == [{"n": 4}]
    assert {file: file.read_bytes() for file in run.rglob("*") if file.is_file()} == before


# `summarize` is asked of a table without dates: DuckDB 2.0.1 fails on the quantiles of any DATE before 1970.
@pytest.mark.parametrize(
    "query", ["select 1 as x", "from ties", "describe persons", "summarize persons", "show tables"]
)
def test_sql_reads(run: Path, query: str) -> None:
    assert read(run).sql(query).num_rows >= 1


def test_sql_takes_parameters(run: Path) -> None:
    found = read(run).sql("select person from persons where id = ? and seniority < ?", ["jean", 0.75])
    assert found.to_pylist() == [{"person": 1}]


def test_disk_and_memory_agree(run: Path) -> None:
    disk = read(run)
    memory = Archive.from_tables(village(), epoch=dt.date(1600, 1, 1), provenance=disk.manifest.provenance)
    query = (
        "select a.kind, s.channel, a.date, p.parish from acts a left join statements s using (statement) "
        "join persons p on p.person = a.person order by act"
    )
    assert disk.sql(query).to_pylist() == memory.sql(query).to_pylist()
    for name in disk.manifest.tables:
        assert disk.table(name).schema == memory.table(name).schema
        assert str(disk.table(name).to_pylist()) == str(memory.table(name).to_pylist())


@pytest.mark.parametrize("condition", ["isnan(time)", "not isnan(time)", "time > 100", "time <= 100", "date is null"])
def test_a_condition_on_measures_finds_unknown_times_on_disk(run: Path, condition: str) -> None:
    """Parquet statistics leave NaN out; a reader that trusts them would find no row with an unknown time."""
    disk, memory = read(run), Archive.from_tables(village(), epoch=dt.date(1600, 1, 1))
    query = f"select statement from statements where {condition}"
    assert disk.sql(query).to_pylist() == memory.sql(query).to_pylist()
    assert 1 <= disk.sql(query).num_rows <= 3


def test_views_are_frozen(run: Path) -> None:
    archive = read(run)
    with pytest.raises(AttributeError):
        archive.path = None  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        archive.manifest.title = "other"


def test_unknown_names_are_told(run: Path) -> None:
    archive = read(run)
    with pytest.raises(UnknownNameError, match="did you mean persons"):
        archive.table("person")
    with pytest.raises(UnknownNameError, match="did you mean speaker"):
        archive.table("statements", ["speakers"])
    with pytest.raises(FaultList, match="letters"):
        Archive.from_tables({"letters": None}, epoch=dt.date(1600, 1, 1))


def test_conversions(run: Path) -> None:
    archive = read(run)
    assert archive.table("persons", ["parish"]).column_names == ["parish"]
    frame = archive.to_pandas("statements")
    assert isinstance(frame, pd.DataFrame)
    assert frame["channel"].tolist()[0] == "denunciation"
    other = archive.to_polars("acts")
    assert isinstance(other, pl.DataFrame)
    assert other["outcome"].to_list()[3] == "admonished"
    graph = archive.to_networkx()
    assert isinstance(graph, nx.DiGraph)
    assert sorted(graph.edges) == [(0, 2), (0, 3), (1, 0)]
    assert graph.nodes[0]["arrests"] == 1
    assert repr(archive).startswith("<Archive 'A village' (simulated): 4 persons, 4 statements, 4 acts, 1 tie,")


def test_a_file_damaged_under_an_open_archive_is_named(run: Path) -> None:
    archive = read(run)
    file = run / "archive" / "statements.parquet"
    data = bytearray(file.read_bytes())
    data[4 : len(data) // 2] = bytes(len(data) // 2 - 4)
    file.write_bytes(data)
    with pytest.raises(AlteredArchiveError, match=r"statements.parquet"):
        archive.sql("select * from statements")
    with pytest.raises(AlteredArchiveError, match=r"statements.parquet"):
        archive.table("statements")


def test_bounds_of_measures_by_another_writer_are_not_believed(tmp_path: Path) -> None:
    """Parquet leaves NaN out of its bounds; a check or a query that trusts them finds what is not there."""
    run = tmp_path / "run"
    shutil.copytree(GOLDEN / f"format-{FORMAT_VERSION}-simulated", run)
    for name in ("statements", "acts", "ties"):
        file = run / "archive" / f"{name}.parquet"
        with pq.ParquetFile(file) as old:
            pq.write_table(old.read(), file)
        body = json.loads((run / "manifest.json").read_bytes())
        size = {"bytes": file.stat().st_size, "sha256": hash_file(file), "footer_sha256": footer_hash(file)}
        body["tables"][name] |= size
        body.pop("sha256")
        (run / "manifest.json").write_text(json.dumps(body | {"sha256": _own_hash(body)}))
    archive = read(run)
    assert archive.check() == []
    assert archive.sql("select count(*) as n from statements where isnan(time)").to_pylist() == [{"n": 1}]
    assert archive.sql("select count(*) as n from statements where time > 1e6").to_pylist() == [
        {"n": 1}
    ]  # NaN is the greatest
