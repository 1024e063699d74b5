"""`recover` beside its peers: ``python -m benchmarks.recover [--seeds 1 2] [--peers PYTHON]``.

*Membership*: archives of interrogations with a known circle (`verification.recover_sets`). Beside belief propagation with learned
rates stand what a reader would do with a graph library: count who was named most (in-degree), PageRank of the graph of namings;
and Dawid and Skene's model of crowds (crowd-kit): every speaker is a worker, every person a task, "named" the label 1, and what
a speaker did not name in a region the label 0, as many as there are names. *Names*: Splink on invented Slavic names, with its
own training and columns that it is given ready. What peers need is installed in another environment, whose Python is PYTHON;
without it only what this project has is run. Published values of R for lists are in `tests` and docs/recover-coverage.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from greatfear.recover import aliases
from greatfear.recover.shares_fit import fit_shares
from greatfear.recover.veracity_ask import free_classes
from greatfear.recover.veracity_checks import slope_of
from greatfear.recover.veracity_fit import fit_short
from greatfear.recover.veracity_messages import Question
from verification.recover_membership import auroc
from verification.recover_names import make_names, pair_scores
from verification.recover_sets import Made, make_archive

CROWD = """
import json, sys, time
import pandas as pd
from crowdkit.aggregation import DawidSkene
table = pd.read_csv(sys.argv[1])
begun = time.process_time()
found = DawidSkene(n_iter=50).fit_predict_proba(table)
seconds = time.process_time() - begun
print(json.dumps({"seconds": seconds, "p": {str(k): float(v) for k, v in found[1].items()}}))
"""
SPLINK = """
import json, sys, time
import pandas as pd
import splink, splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
table = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False).replace("", None)
begun = time.process_time()
settings = SettingsCreator(
    link_type="dedupe_only", unique_id_column_name="record",
    comparisons=[cl.JaroWinklerAtThresholds("surname", [0.92, 0.85]), cl.JaroWinklerAtThresholds("given", [0.92]),
                 cl.ExactMatch("born"), cl.ExactMatch("place"), cl.ExactMatch("unit")],
    blocking_rules_to_generate_predictions=[block_on("surname"), block_on("given", "born"), block_on("place", "unit")],
)
try:
    linker = Linker(table, settings, DuckDBAPI())
except TypeError:
    linker = Linker(DuckDBAPI().register(table), settings)
linker.training.estimate_probability_two_random_records_match([block_on("surname", "given", "born")], recall=0.4)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
for rule in (block_on("surname"), block_on("born", "place")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
seconds = time.process_time() - begun
rows = found[["record_l", "record_r", "match_probability"]].values.tolist()
print(json.dumps({"seconds": seconds, "version": splink.__version__, "pairs": rows}))
"""


def average_precision(y: Any, p: Any) -> float:
    """Return the mean precision at each member, in the order of a score."""
    hits = y[np.argsort(-p, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits > 0].mean())


def _told(name: str, y: Any, score: Any, seconds: float, *, is_probability: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "method": name,
        "seconds": seconds,
        "auroc": auroc(y, score),
        "ap": average_precision(y, score),
    }
    if is_probability:
        row |= {"slope": slope_of(y, score), "expected": float(score.sum()), "brier": float(((score - y) ** 2).mean())}
    return row


def _ours(made: Made) -> tuple[Any, Any]:
    shared = fit_shares(made.archive, draws=False)
    is_free = free_classes(shared.design.sittings.classes, "pressure=0", "mutual")
    found = fit_short(shared.design, is_free, Question(0.014, 0.026), 40)
    return made.member[shared.design.person], found.member


def _pagerank(speaker: Any, subject: Any, n: int) -> Any:
    """Return PageRank of the graph of namings, damping 0.85; who named nobody passes on to everybody alike."""
    named = np.bincount(speaker, minlength=n)
    rank = np.full(n, 1 / n)
    for _ in range(60):
        passed = np.bincount(subject, rank[speaker] / named[speaker], n)
        rank = 0.15 / n + 0.85 * (passed + rank[named == 0].sum() / n)
    return rank


def _labels(made: Made, speaker: Any, subject: Any, file: Path) -> None:
    """Write namings as labels of a crowd: 1 for a person named, 0 for as many persons of whom the speaker said nothing."""
    rng, n = np.random.default_rng(1), len(made.member)
    pairs = np.unique(speaker * np.int64(n) + subject)
    silent = np.setdiff1d(pairs // n * n + rng.integers(0, n, len(pairs)), pairs)
    rows = [f"{k % n},{k // n},1" for k in pairs.tolist()] + [f"{k % n},{k // n},0" for k in silent.tolist()]
    file.write_text("task,worker,label\n" + "\n".join(rows) + "\n")


def _peer(python: str, program: str, file: Path) -> dict[str, Any]:
    done = subprocess.run([python, "-c", program, str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def membership(kind: str, seed: int, python: str | None) -> list[dict[str, Any]]:
    """Return one row a method on one archive."""
    made = make_archive(kind, seed)
    table, n = made.archive.table("statements", ["speaker", "subject"]), len(made.member)
    speaker, subject = (table.column(name).to_numpy() for name in ("speaker", "subject"))
    rows = []
    begun = time.process_time()
    y, p = _ours(made)
    rows.append(_told("recover, belief propagation", y, p, time.process_time() - begun, is_probability=True))
    scores: dict[str, Callable[[], Any]] = {
        "times named": lambda: np.bincount(subject, minlength=n),
        "PageRank": lambda: _pagerank(speaker, subject, n),
    }
    for name, score in scores.items():
        begun = time.process_time()
        found = score().astype(float)
        rows.append(_told(name, made.member, found, time.process_time() - begun, is_probability=False))
    if python:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "labels.csv"
            _labels(made, speaker, subject, file)
            told = _peer(python, CROWD, file)
        if "p" in told:
            q = np.array([told["p"].get(str(k), 0.0) for k in range(n)])
            rows.append(_told("Dawid and Skene (crowd-kit)", made.member, q, told["seconds"], is_probability=True))
        else:
            rows.append({"method": "Dawid and Skene (crowd-kit)", **told})
    return [{"set": f"{kind}-{seed}", **row} for row in rows]


def names(n_persons: int, seed: int, python: str | None) -> list[dict[str, Any]]:
    """Return one row a method on invented names."""
    table, persons = make_names(n_persons, seed)
    person = {key: str(who) for key, who in zip(table["record"], persons, strict=True)}
    begun = time.process_time()
    result = aliases(table)
    rows = [{"method": "recover aliases", "seconds": time.process_time() - begun, **pair_scores(result, person)}]
    if python:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "names.csv"
            _columns(table, file)
            told = _peer(python, SPLINK, file)
        rows.append(_best_cut(told, person) if "pairs" in told else {"method": "Splink", **told})
    return [{"set": f"names-{seed} ({len(persons):,} records)", **row} for row in rows]


def _columns(table: dict[str, list[str]], file: Path) -> None:
    """Write names as columns that a general linker can use: names, places and units as this project reads them."""
    from greatfear.recover.aliases_names.records import read_records

    read = read_records(table)
    surname = [read.surnames[k] if k >= 0 else "" for k in read.surname.tolist()]
    numbers = [[str(k) if k >= 0 else "" for k in column.tolist()]
               for column in (read.given[:, 0], read.born, read.place, read.unit)]  # fmt: skip
    rows = zip(read.keys, surname, *numbers, strict=True)
    file.write_text("record,surname,given,born,place,unit\n" + "\n".join(",".join(row) for row in rows) + "\n")


def _best_cut(told: dict[str, Any], person: dict[str, str]) -> dict[str, Any]:
    """Return the best pairwise F1 over cuts, chosen on the truth: more than a user could reach."""
    pairs = sorted(told["pairs"], key=lambda row: -row[2])
    sizes = np.unique(list(person.values()), return_counts=True)[1]
    n_true = int((sizes * (sizes - 1) // 2).sum())
    hit = np.cumsum([person[a] == person[b] for a, b, _ in pairs])
    f1 = 2 * hit / (np.arange(1, len(hit) + 1) + n_true)
    return {"method": f"Splink {told['version']}, best cut on the truth", "seconds": told["seconds"], "f1": float(f1.max()),
            "expected": float(sum(row[2] for row in pairs)), "truth": float(n_true)}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each method on each set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recover", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--persons", type=int, default=3000, help="persons of the invented names")
    parser.add_argument("--peers", help="a Python that has crowd-kit and splink")
    given = parser.parse_args(arguments)
    for seed in given.seeds:
        for kind in ("middle", "informative"):
            for row in membership(kind, seed, given.peers):
                print(_line(row), flush=True)
    for row in names(given.persons, given.seeds[0], given.peers):
        print(_line(row), flush=True)


def _line(row: dict[str, Any]) -> str:
    """Return a row as text: set and method, then figures with their names."""
    cells = [
        f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items() if k not in ("set", "method")
    ]
    return "  ".join([f"{row['set']:24}", f"{row['method']:34}", *cells])


if __name__ == "__main__":
    main()
