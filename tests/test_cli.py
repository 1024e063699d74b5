"""The commands: answers, JSON, help, errors and exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from greatfear.cli import main
from greatfear.cli.app import COMMANDS, GROUPS
from greatfear.cli.choosing import changes_of
from greatfear.cli.guard import guarded
from greatfear.errors import FaultList
from greatfear.show.plain import plain

SCENARIO = "{id: tiny, title: Tiny, time: [1936-01-01, 1936-02-01], population: {regions: {r: 90}, strata: {s: 1}}}"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the witch-hunt, by the command itself."""
    folder = tmp_path_factory.mktemp("runs") / "village"
    assert main(["run", "witch-hunt", "--seed", "3", "-o", str(folder), "--json"]) == 0
    return folder


class Told:
    """Exit code and output of one command."""

    def __init__(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        capsys.readouterr()
        self.code = main(arguments)
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> dict[str, Any]:
        assert self.out.count("\n") == 1, "one object on one line"
        return dict(json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON")))


def tell(*arguments: str | Path, capsys: pytest.CaptureFixture[str]) -> Told:
    return Told([str(argument) for argument in arguments], capsys)


@pytest.mark.parametrize("name", [*COMMANDS, *(f"{name} {part}" for name in GROUPS for part in GROUPS[name][1])])
def test_help_has_an_example_and_the_option_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = tell(*name.split(), "--help", capsys=capsys)
    assert told.code == 0
    assert f"\n    greatfear {name.removesuffix(' all')}" in told.out, "the example keeps its line"
    assert "--json" in told.out


def test_the_face_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    told = tell("--help", capsys=capsys)
    assert told.code == 0
    assert all(f"\n  {name} " in told.out for name in [*COMMANDS, *GROUPS])
    assert tell("--version", capsys=capsys).out == tell("version", capsys=capsys).out


def test_run_closes_with_one_object(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tell("run", "witch-hunt", "--seed", 3, "-o", tmp_path / "again", "--json", capsys=capsys)
    closing = told.json
    assert told.code == 0
    assert {"compile", "kernels", "writing", "report", "total"} <= set(closing["seconds"])
    assert closing["persons"] == 320
    assert closing["arrests"] > 0
    assert closing["statements"] > 0
    assert closing["peak_memory_mb"] > 10
    assert set(closing["sentences"]) == set(closing["deaths"]) <= {"1629", "1630"}
    assert all(closing["deaths"][year] <= closing["sentences"][year] for year in closing["deaths"])
    assert Path(closing["report"]).read_text("utf-8").startswith("<!doctype html>")
    again = (tmp_path / "again/manifest.json").read_bytes()
    assert again == (village / "manifest.json").read_bytes(), "same seed, same bytes"


def test_run_without_report_says_where_the_archive_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(SCENARIO)
    told = tell("run", "tiny.yaml", "--seed", 1, "--no-report", capsys=capsys)
    assert (told.code, told.err) == (0, "")
    assert "archive: runs/tiny-1" in told.out
    assert not Path("runs/tiny-1/report.html").exists()


def test_run_draws_and_records_a_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO)
    told = tell("run", tmp_path / "tiny.yaml", "--no-report", "-o", tmp_path / "run", "--json", capsys=capsys)
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert manifest["provenance"]["seed"] == told.json["seed"]


def test_what_if_alters_and_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO)
    arguments = ["--seed", "1", "--no-report", "--what-if", "offices.pressure=0.2", "-o", str(tmp_path / "run")]
    assert tell("run", tmp_path / "tiny.yaml", *arguments, capsys=capsys).code == 0
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert [change["path"] for change in manifest["provenance"]["altered"]] == ["offices.pressure"]


def test_values_of_what_if_are_json_or_text() -> None:
    assert changes_of(["a.b=0.2", "c=[1, 2]", "d=1937-01-01", "e=true"]) == {
        "a.b": 0.2,
        "c": [1, 2],
        "d": "1937-01-01",
        "e": True,
    }
    with pytest.raises(FaultList) as raised:
        changes_of(["a", "=2"])
    assert len(raised.value.faults) == 2


@pytest.mark.parametrize("command", ["resolve", "explain", "odd", "cite"])
def test_what_a_scenario_means(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = tell(command, "naming-cascade", capsys=capsys)
    assert told.code == 0
    assert "naming-cascade" in told.out or "Reed-Frost" in told.out
    written = tell(command, "naming-cascade", "--json", capsys=capsys)
    # A resolved form is a document, the same bytes as in a run folder; all others are one object on one line.
    assert json.loads(written.out) if command == "resolve" else written.json


def test_the_resolved_form_resolves_to_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "resolved.json"
    assert tell("resolve", "witch-hunt", "-o", path, capsys=capsys).code == 0
    again = tell("resolve", path, "--json", capsys=capsys)
    assert again.out.encode() == path.read_bytes()


def test_cite_lists_numbers_and_bibtex(capsys: pytest.CaptureFixture[str]) -> None:
    told = tell("cite", "great-terror", "--json", capsys=capsys).json
    assert {"path", "value", "unit", "kind"} <= set(told["numbers"][0])
    assert tell("cite", "great-terror", "--bibtex", capsys=capsys).out.startswith("@misc{")


def test_check_tells_all_faults_of_all_files(tmp_path: Path, village: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(SCENARIO.replace("strata: {s: 1}", "strata: {s: 7}").replace("id: tiny", "idd: tiny"))
    told = tell("check", bad, "witch-hunt", village, tmp_path / "none.yaml", "--json", capsys=capsys)
    assert told.code == 1
    faults = {Path(one["name"]).name: one["faults"] for one in told.json["checked"]}
    assert len(faults["bad.yaml"]) >= 2
    assert {"place", "got", "allowed", "fix", "text"} == set(faults["bad.yaml"][0])
    assert faults["witch-hunt"] == faults["village"] == []
    assert len(faults["none.yaml"]) == 1
    assert tell("check", "witch-hunt", village, capsys=capsys).code == 0


def test_check_sees_an_altered_archive(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(village, copy)
    with (copy / "scenario.json").open("a") as file:
        file.write(" ")
    told = tell("check", copy, capsys=capsys)
    assert told.code == 1
    assert "scenario.json" in told.out


def test_describe_and_why(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    described = tell("describe", village, "--by", "year", "--json", capsys=capsys).json
    assert described["totals"]["cases"] > 0
    assert described["by"] == "year"
    from greatfear import read

    table = read(village).sql("select id from persons join acts using (person) where kind = 'arrest' order by time")
    person = table["id"][-1].as_py()
    why = tell("why", village, person, "--json", capsys=capsys).json
    assert why["person"] == person
    assert why["chains"]
    figure = tmp_path / "chain.png"
    assert tell("why", village, person, "--figure", figure, capsys=capsys).code == 0
    assert figure.read_bytes()[:4] == b"\x89PNG"
    assert tell("why", village, person, "--figure", tmp_path / "chain.doc", capsys=capsys).code == 1
    assert "did you mean" in tell("why", village, person[:-1], capsys=capsys).err


@pytest.mark.parametrize("name", ["v.graphml", "v.gexf", "v.json", "csv"])
def test_export(name: str, village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tell("export", village, "-o", tmp_path / name, "--json", capsys=capsys)
    assert told.code == 0
    assert (tmp_path / name).exists()
    assert told.json["format"] == {"v.json": "prov", "csv": "csv"}.get(name, name.removeprefix("v."))
    assert tell("export", village, "-o", tmp_path / "v.xlsx", capsys=capsys).code == 1


def test_report_is_written_again(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "new" / "page.html"
    assert tell("report", village, "-o", page, capsys=capsys).code == 0
    assert page.stat().st_size > 1000


def test_compare_says_where_there_is_no_record(village: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tell("compare", village, capsys=capsys)
    assert told.code == 1
    assert "no published record" in told.err
    assert "greatfear run great-terror" in told.err


def test_figures_and_table_show_the_same_numbers_of_the_record() -> None:
    from greatfear.cli.report import points_for
    from greatfear.comparison.against_record import Comparison, ComparisonRow

    names, nan = ["arrests-1936", "arrests-1937", "sentenced-1937", "deaths-1937-38", "slowing"], float("nan")
    rows = [ComparisonRow(name, name, "persons", 1, nan, nan, value, 0, "input") for value, name in enumerate(names)]
    rows[0] = ComparisonRow(names[0], names[0], "persons", 1, nan, nan, nan, nan, "input")
    found = [(point["quantity"], point["window"], point["value"]) for point in points_for(Comparison(tuple(rows)))]
    assert found == [("arrests", "1937", 1), ("sentences", "1937", 2)]


def test_list_and_data(capsys: pytest.CaptureFixture[str]) -> None:
    everything = tell("list", "--json", capsys=capsys).json
    assert set(everything) == {"scenarios", "records", "claims", "data"}
    assert all(rows and {"id", "title"} <= set(rows[0]) for rows in everything.values())
    assert "great-terror" in tell("list", "scenarios", capsys=capsys).out
    assert "did you mean scenarios" in tell("list", "scenaros", capsys=capsys).err
    assert "licence" in tell("data", "cite", "salem-1692", capsys=capsys).out.lower()
    assert tell("data", "cite", "salem-1962", capsys=capsys).code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["rnu"], 2, "Did you mean 'run'?"),
        (["run"], 2, "Missing argument"),
        (["run", "witch-hunt", "--sed", "1"], 2, "--sed"),
        (["run", "witch-hunt", "--seed", "one"], 2, "--seed"),
        (["run", "grate-terror"], 1, "did you mean great-terror"),
        (["run", "witch-hunt", "--seed", "-1"], 1, "seed: found -1, but expected a whole number from 0"),
        (["run", "witch-hunt", "--what-if", "offices.presure=1"], 1, "Did you mean pressure?"),
        (["run", "nowhere/none.yaml"], 1, "none.yaml"),
        (["describe", "nowhere"], 1, "nowhere"),
        (["lab", "nowhere", "--no-browser"], 1, "nowhere: no such folder"),
        (["describe", "."], 1, "manifest"),
        (["why", "nowhere", "P1"], 1, "nowhere"),
    ],
)
@pytest.mark.parametrize("is_json", [False, True])
def test_faults_are_told_without_a_traceback(
    arguments: list[str],
    code: int,
    words: str,
    is_json: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    told = tell(*arguments, *(["--json"] if is_json else []), capsys=capsys)
    assert told.code == code
    assert "Traceback" not in told.out + told.err
    if is_json:
        assert told.json["exit_code"] == code
        assert told.json["error"]
        assert words in json.dumps(told.json, ensure_ascii=False)
    else:
        assert told.out == ""
        assert words in told.err
    assert list(tmp_path.iterdir()) == [], "nothing half-written"


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "runs/x")

    monkeypatch.setattr("greatfear.cli.guard.app", fail)
    assert guarded(["version"]) == 1
    assert capsys.readouterr().err == "error: runs/x: No space left on device. Free some space, or name another place\n"


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("greatfear.cli.guard.app", fail)
    with pytest.raises(ZeroDivisionError):
        guarded(["version"])


def test_an_interruption_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stopped after the third saved state; the same command goes on and ends in the same bytes."""
    from greatfear.cli import run

    tiny, stopped, whole = tmp_path / "tiny.yaml", tmp_path / "stopped", tmp_path / "whole"
    tiny.write_text(SCENARIO)
    command = ["run", str(tiny), "--seed", "1", "--chunk-days", "5", "--no-report", "-o"]
    with monkeypatch.context() as patched:
        patched.setattr(run, "following", _Stopping)
        patched.setattr(sys, "argv", ["greatfear", *command, str(stopped)])
        told = tell(*command, stopped, capsys=capsys)
    assert told.code == 130
    assert "the last saved state is kept in" in told.err
    assert f"to go on: greatfear run {tiny} --seed 1" in told.err
    assert not (stopped / "manifest.json").exists()
    told = tell(*command, stopped, capsys=capsys)
    assert told.code == 0
    assert "going on from its last saved state" in told.err
    assert tell(*command, whole, capsys=capsys).code == 0
    assert (stopped / "manifest.json").read_bytes() == (whole / "manifest.json").read_bytes()


class _Stopping:
    """A progress display on which somebody presses Ctrl-C on the eighteenth day."""

    def __init__(self, start: Any) -> None:
        pass

    def __enter__(self) -> Any:
        return self.follow

    def __exit__(self, *_: object) -> None:
        pass

    def follow(self, at: Any) -> None:
        if at.day == 18:
            raise KeyboardInterrupt


def test_progress_tells_the_time_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import datetime as dt

    from greatfear.cli import progress
    from greatfear.simulation.run import Progress

    clock = iter([0.0, 100.0, 110.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", Lines())
    with progress.following(dt.date(1937, 1, 1)) as follow:
        follow(Progress(1, 101, 0, 0))
        follow(Progress(11, 101, 2000, 3000))
        assert sys.stderr.getvalue().splitlines() == [
            "1937-01-02  0 arrests, 0 statements  1%, time left not known yet",
            "1937-01-12  2,000 arrests, 3,000 statements  11%, about 90 s left",
        ]


class Lines(io.StringIO):
    """A standard error that is no terminal."""

    def isatty(self) -> bool:
        return False


def test_progress_in_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    from greatfear.cli import progress
    from greatfear.simulation.run import Progress

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.following(dt.date(1937, 1, 1)) as follow:
        follow(Progress(50, 100, 2000, 3000))
    assert "50%" in terminal.getvalue()


def test_json_has_no_nan() -> None:
    import numpy as np

    given = {"a": float("nan"), "b": (np.float64(2.5), np.int64(3)), 4: Path("x"), "c": float("inf")}
    assert plain(given) == {"a": None, "b": [2.5, 3], "4": "x", "c": None}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "import sys; from greatfear.cli import main; sys.exit(main())", *arguments]


def test_a_reader_that_leaves_is_no_fault() -> None:
    """``greatfear list | head -1``: no message, no traceback."""
    with subprocess.Popen(command("list"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")


def test_the_console_script_and_exit_codes_of_a_process() -> None:
    ran = subprocess.run(command("run", "grate-terror", "--json"), capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["error"] == "UnknownNameError"
    script = Path(sys.executable).parent / "greatfear"
    ran = subprocess.run([script, "version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "greatfear 0.1.0\n")


def test_help_is_quick_because_it_loads_nothing_heavy() -> None:
    program = "import sys; from greatfear.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    begun = time.perf_counter()
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    spent = time.perf_counter() - begun
    loaded = {name.partition(".")[0] for name in ran.stderr.split()}
    assert not loaded & {"numba", "numpy", "pyarrow", "duckdb", "matplotlib", "pydantic", "yaml", "scipy"}
    assert spent < 3, "0.25 s on a free core; the bound is wide because cores are shared"
