"""What a command may do to a terminal, to its caller and to the network: nothing that was not asked for."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import greatfear as gf
from greatfear.archive import Archive, read
from greatfear.cli import main
from greatfear.cli.show import harmless
from greatfear.describe.living import living_memory
from greatfear.errors import ArchiveError
from greatfear.record.columns import table_from_columns
from greatfear.record.writing import write_archive
from make_golden_archive import village

ESC = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
COMMAND = [sys.executable, "-c", "import sys; from greatfear.cli import main; sys.exit(main())"]


def letters(folder: Path, year: int, name: str = "") -> Path:
    """Write a real archive of a village whose persons have hostile names."""
    tables = village()
    if name:
        for column in ("id", "name"):
            persons = tables["persons"]
            texts = [None if text is None else f"{text}{name}" for text in persons[column].to_pylist()]
            place = persons.column_names.index(column)
            tables["persons"] = persons.set_column(place, persons.schema.field(place), pa.array(texts, pa.string()))
    about = {"kind": "real", "title": f"Letters {name}", "provenance": {"outcomes": {"admonished": "stays"}}}
    write_archive(folder, tables, epoch=dt.date(year, 1, 1), end=None, **about)
    return folder


def test_no_name_of_an_archive_commands_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = letters(tmp_path / "letters", 1600, ESC)
    person = read(folder).table("persons")["id"][0].as_py()
    assert ESC in person
    for command in (
        ["describe", str(folder)], ["describe", str(folder), "--json"], ["why", str(folder), person],
        ["why", str(folder), f"nobody{ESC}"], ["cite", str(folder)], ["run", f"nothing{ESC}"], ["describe", f"no/{ESC}"],
        ["export", str(folder), "-o", str(tmp_path / f"x{ESC}.gexf")], [f"no-such-command{ESC}"], ["run", f"--x{ESC}"],
        ["fit", str(folder), "--choice", f"inertia{ESC}"],
    ):  # fmt: skip
        main(command)
        told = "".join(capsys.readouterr())
        assert told, command
        assert [letter for letter in told if letter in ESC and not letter.isalnum() and letter not in "];["] == [], (
            command
        )
    assert main(["describe", str(folder), "--json"]) == 0
    assert ESC in json.loads(capsys.readouterr().out)["title"], "JSON keeps the name"


def test_what_is_harmless_stays() -> None:
    assert harmless("Ёжиков\tשרה‎\nline") == "Ёжиков\tשרה‎\nline"
    assert harmless("\x1b[0m\x00\x7f\x85\u2066") == r"\x1b[0m\x00\x7f\x85\u2066"


@pytest.mark.parametrize(
    "words",
    [
        ["export", "x", "-o", ""], ["export", "x", "--output="], ["fit", "x", "--choice", "inertia", "--save", ""],
        ["report", "x", "-o", ""], ["describe", ""], ["run", "witch-hunt", "-o", ""],
    ],
)  # fmt: skip
def test_an_empty_word_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(os.listdir())
    assert main(words) == 2
    assert "has an empty word" in capsys.readouterr().err
    assert sorted(os.listdir()) == before


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in which $G is the command."""
    words = "G() { " + "'" + "' '".join(COMMAND) + "'" + ' "$@"; }; set -o pipefail; '
    return subprocess.run(["bash", "-c", words + line], capture_output=True, text=True, check=False, timeout=120)


def test_a_reader_who_leaves_a_closed_output_and_a_full_one() -> None:
    left = shell("G list | head -1")
    assert (left.stderr, left.stdout.count("\n")) == ("", 1)
    closed = shell(
        "for w in version list --help 'version --json'; do G $w >&-; echo $?; done; G version <&- >&- 2>&-; echo $?"
    )
    assert closed.stdout == "1\n" * 5
    assert closed.stderr.count("error: standard output is closed, so the answer could not be given") == 4
    assert closed.stderr.count("\n") == 4
    helped = shell("G --help | true; G run --help | head -1 > /dev/null; G check /no/where --json | true")
    assert helped.stderr == ""
    if Path("/dev/full").exists():
        full = shell(
            "G version > /dev/full; echo $?; G version --json > /dev/full; echo $?; G --help > /dev/full; echo $?"
        )
        assert full.stdout == "1\n" * 3
        assert full.stderr == "error: No space left on device. Free some space, or name another place\n" * 3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_path_that_is_not_utf_8(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder, bad = letters(tmp_path / "letters", 1600), os.fsdecode(b"caf\xe9")
    for command in (
        ["describe", bad], ["run", "naming-cascade", "--seed", "1", "-o", bad], ["run", "x", "--json", bad],
        ["ensemble", "naming-cascade", "--seed", "1", "--replicates", "2", "--workers", "0", "--keep", "archives", "-o", bad],
        ["export", str(folder), "-o", f"{bad}.gexf"], ["report", str(folder), "-o", f"{bad}.html"], ["check", f"{bad}.yaml"],
    ):  # fmt: skip
        code = main(command)
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err, command
        assert code == 0 or "caf" in told.out + told.err, command
        assert code == 0 or not (tmp_path / bad / "manifest.json").exists(), command
    with pytest.raises(ArchiveError, match="not UTF-8"):
        read(bad)


@pytest.mark.parametrize(("year", "is_told"), [(dt.date.today().year - 60, True), (dt.date.today().year - 90, False)])
def test_living_memory_is_told_once_by_each_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], year: int, is_told: bool
) -> None:
    folder = letters(tmp_path / "letters", year)
    for command in (
        ["describe", str(folder)], ["report", str(folder)], ["export", str(folder), "-o", str(tmp_path / "x.gexf")],
        ["fit", str(folder), "--choice", "inertia", "--missing", "drop"],
    ):  # fmt: skip
        main(command)
        assert capsys.readouterr().err.count("greatfear pseudonymise") == is_told, command
    main(["export", str(folder), "-o", str(tmp_path / "y"), "--format", "csv", "--pseudonymous"])
    told = capsys.readouterr()
    assert "What could still identify" in told.out
    assert told.err == ""
    names = [name for name in read(folder).table("persons")["name"].to_pylist() if name]
    written = "".join(file.read_text() for file in (tmp_path / "y").glob("*.csv"))
    assert names
    assert [name for name in names if name in written] == []


def test_the_day_decides_whether_memory_is_living() -> None:
    tables = {"persons": table_from_columns("persons", {"id": ["a"]}, 1)}
    given = {"subject": np.zeros(1, np.int32), "time": np.zeros(1), "precision": "day", "channel": "report"}
    given_tables = {**tables, "statements": table_from_columns("statements", given, 1)}
    archive = Archive.from_tables(given_tables, epoch=dt.date(1950, 5, 6))
    assert living_memory(archive, dt.date(2030, 5, 5)) == dt.date(1950, 5, 6)
    assert living_memory(archive, dt.date(2030, 5, 6)) is None
    simulated = Archive.from_tables(tables, epoch=dt.date(1950, 5, 6), kind="simulated")
    assert living_memory(simulated, dt.date(1960, 1, 1)) is None


def test_two_ensembles_or_what_ifs_do_not_share_a_folder(tmp_path: Path) -> None:
    """Another thread stands for another process: the lock belongs to the open file."""
    scenario, refused = gf.catalogue.scenario("naming-cascade"), []

    def elsewhere(work: Callable[[], object]) -> Callable[[object], None]:
        def attempt() -> None:
            try:
                work()
            except ArchiveError as error:
                refused.append(str(error))

        def follow(_: object) -> None:
            thread = threading.Thread(target=attempt)
            thread.start()
            thread.join()

        return follow

    many, pair = tmp_path / "many", tmp_path / "pair"
    again = elsewhere(lambda: gf.ensemble(scenario, 2, seed=1, workers=0, out=many))
    gf.ensemble(scenario, 2, seed=1, workers=0, out=many, progress=again)
    assert set(refused) == {f"{many}: another ensemble is writing here. Wait for it, or name another folder"}
    refused.clear()
    change = {"naming.count.at_rest": 0.1}
    again = elsewhere(lambda: gf.counterfactual(scenario, change, 1, out=pair))
    gf.counterfactual(scenario, change, 1, out=pair, progress=again)
    assert set(refused) == {f"{pair}: another what-if is writing here. Wait for it, or name another folder"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many", "pair"], "the locks are gone"


def test_an_empty_entry_of_the_path_of_code_runs_nothing_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("typer", "numba", "secrets"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('code of the current folder')")
    monkeypatch.chdir(tmp_path)
    path = os.pathsep.join([str(Path(gf.__file__).parents[1]), ""])
    ran = subprocess.run(
        [sys.executable, "-P", *COMMAND[1:], "version"],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
