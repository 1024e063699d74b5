"""greatfear fit, intake and data, by the commands themselves."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatfear.archive import read
from greatfear.cli import main
from greatfear.estimate import NamingModel

PLACE = os.environ.get("GREATFEAR_DATA", "")
needs_data = pytest.mark.skipif(not PLACE, reason="no data sets here: set GREATFEAR_DATA to the folder that holds them")
MAP = {
    "format": 1,
    "epoch": "1951-01-01",
    "tables": [
        {
            "table": "letters",
            "makes": [
                {"into": "statements", "speaker": "from", "subject": "about", "time": "date"}
                | {"channel": {"constant": "denunciation"}}
            ],
        },
        {"table": "people", "makes": [{"into": "persons", "id": "id", "sex": "sex"}]},
    ],
}


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was taken in from two tables."""
    folder, rng = tmp_path_factory.mktemp("letters"), np.random.default_rng(4)
    rows = [
        f"p{i},p{(i + int(rng.integers(1, 12))) % 12},1951-{int(rng.integers(1, 9)):02d}-{int(rng.integers(1, 28)):02d}"
        for i in rng.integers(12, size=80)
    ]
    (folder / "letters.csv").write_text("from,about,date\n" + "\n".join(rows) + "\np1,p1,1951-03-01\n")
    people = "\n".join(f"p{k},{'f' if k % 3 else 'm'}" for k in range(12))
    (folder / "people.csv").write_text(f"id,sex\n{people}\n")
    (folder / "map.json").write_text(json.dumps(MAP))
    tables = [str(folder / name) for name in ("letters.csv", "people.csv")]
    assert main(["intake", *tables, "--map", str(folder / "map.json"), "-o", str(folder / "archive"), "--json"]) == 0
    return folder / "archive"


def tell(*words: Any, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_choice_is_fitted_as_in_python(letters: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formula = "reciprocity + accused(transform=log1p) + alter(sex_f)"
    code, out, _ = tell("fit", letters, "--choice", formula, "--json", capsys=capsys)
    assert code == 0
    told, fit = json.loads(out), NamingModel(formula).fit(read(letters))
    assert told["coefficients"] == fit.coefficients
    assert told["risk_set_size"] == {"least": 11.0, "mean": 11.0, "most": 11.0}
    assert told["left_out"] == [
        {"what": "statement", "reason": "in which speaker and subject are one person", "count": 1}
    ]
    code, out, _ = tell("fit", letters, "--choice", formula, "--replay", 5, capsys=capsys)
    assert code == 0
    assert "share that answers" in out
    assert "risk set: all actors; never the sender; size 11" in out


@pytest.mark.parametrize(
    "words",
    [
        ["--rate", "1 + indeg", "--senders", "sex_f", "--end", "1951-12-31"],
        ["--dyadic", "recip + same(sex)", "--ordinal", "--controls", "4"],
        ["--choice", "recip", "--fixed", "recip=0.5", "--start", "1951-03", "--ties", "plackett-luce"],
        ["--choice", "alter(sex_m)", "--receivers", "sex_m"],
    ],
    ids=lambda words: words[0],
)
def test_settings_reach_the_model(letters: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = tell("fit", letters, *words, "--json", capsys=capsys)
    if words[1] == "alter(sex_m)":
        assert code == 1, "the one attribute decides who is at risk: it varies in no set"
        assert "never varies" in json.loads(out)["message"]
        return
    assert code == 0, err
    told = json.loads(out)
    if "--senders" in words:
        assert told["risk_set"] == "senders: sex_f > 0"
        assert told["n_silent"] >= 1
    if "--fixed" in words:
        assert told["coefficients"] == {"reciprocity": 0.5}
        assert told["standard_errors"] == {"reciprocity": None}
        assert any("outside the time" in gone["reason"] for gone in told["left_out"])
        assert told["ties"] == "plackett-luce"
    if "--controls" in words:
        assert "4 controls" in told["risk_set"]


def test_files_are_written_in_the_form_that_their_names_say(
    letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begins = {"txt": "choice model", "tex": r"\begin{tabular}", "html": "<table>", "csv": "term,", "json": "{"}
    for ending, begin in begins.items():
        code, *_ = tell("fit", letters, "--choice", "recip", "--save", tmp_path / f"x.{ending}", capsys=capsys)
        assert code == 0
        assert (tmp_path / f"x.{ending}").read_text("utf-8").startswith(begin)
    words = ["--table", tmp_path / "x.parquet", "--figure", tmp_path / "x.png"]
    assert tell("fit", letters, "--choice", "recip", *words, capsys=capsys)[0] == 0
    import pyarrow.parquet as pq

    assert pq.read_table(tmp_path / "x.parquet").column_names[-1] == "reciprocity"
    assert (tmp_path / "x.png").stat().st_size > 2000


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 1, "one of --choice, --rate and --dyadic"),
        (["--choice", "recip", "--rate", "1"], 1, "--choice and --rate"),
        (["--choice", "recp"], 1, "Did you mean recip?"),
        (["--rate", "1", "--receivers", "sex_f"], 1, "--receivers does not apply to --rate. Leave it out."),
        (["--choice", "recip", "--senders", "sex_f", "--ordinal"], 1, "2 faults"),
        (["--choice", "recip", "--start", "spring", "--fixed", "recip"], 1, "2 faults"),
        (["--choice", "recip", "--opportunities", "kin"], 1, "unknown network 'kin'"),
        (["--choice", "recip", "--save", "x.doc"], 1, ".tex"),
        (["--choice", "recip", "--figure", "x.doc"], 1, ".png"),
        (["--choice", "recip", "--table", "x.doc"], 1, ".parquet"),
        (["--choice", "recip", "--ties", "efron"], 1, "plackett-luce"),
        (["--choice", "recip", "--controls", "-1"], 2, "controls"),
    ],
)
def test_faults_are_named(
    letters: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = tell("fit", letters, *words, capsys=capsys)
    assert (found, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_data_sets_are_listed_and_cited(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(tell("data", "list", "--json", capsys=capsys)[1])["data"]
    assert {"giaveno-1335", "salem-1692", "witch-trials"} <= {row["name"] for row in rows}
    assert tell("data", "cite", "giaveno-1335", "--bibtex", capsys=capsys)[1].startswith("@")
    assert "10.1093/pnasnexus/pgae340" in tell("data", "cite", "giaveno-1335", capsys=capsys)[1]
    assert re.search("did you mean|one of|known", tell("data", "take", capsys=capsys)[2], re.IGNORECASE)
    assert tell("data", "get", capsys=capsys)[0] == 2


@needs_data
def test_a_data_set_is_got_and_taken_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = tell("data", "get", "giaveno-1335", "-o", tmp_path / "g", "--json", capsys=capsys)
    assert code == 0
    assert sum(table["rows"] == table["used"] + table["left_out"] for table in json.loads(out)["report"]["tables"]) == 6
    assert read(tmp_path / "g").n_rows("persons") == 351
    assert "edges.csv" in tell("data", "get", "giaveno-1335", capsys=capsys)[1]
