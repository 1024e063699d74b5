"""`recover` on large records: ``python -m benchmarks.recover_size [--sets 40] [--measure ledger ...]``.

*Records*: archives of the kind middle (`verification.recover_sets`, seeds 501 and on, 3,500 sittings each) stand side by
side; forty are about 10^6 statements among 200,000 persons. They are made once and kept in the folder given. Each measure
runs in its own process, which reads the archive; times are processor seconds without reading and compiling (a small record
goes first), memory is the peak of that process. *Names*, *copies* and *lists* make their own tables.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from greatfear.archive import Archive

__all__ = ["main", "record"]

_OFFICES, _SITTINGS, _SWEEPS = 5, 3500, 20
_SHIFTED = {"person": "persons", "speaker": "persons", "subject": "persons", "act": "acts", "statement": "statements",
            "sitting": "acts", "office": "offices"}  # fmt: skip


def _one(seed: int) -> dict[str, Any]:
    from verification.recover_sets import make_archive

    made = make_archive("middle", seed, sittings=_SITTINGS).archive
    return {name: made.table(name) for name in ("persons", "acts", "statements")}


def record(sets: int, folder: Path) -> Archive:
    """Return an archive of some sets side by side; its tables are made where they are not there."""
    path = folder / f"great-{sets}"
    if not path.is_dir():
        joined = _joined(sets)
        path.mkdir()
        for name, table in joined.items():
            pq.write_table(table, path / f"{name}.parquet")
    read = {file.stem: pq.read_table(file) for file in sorted(path.glob("*.parquet"))}
    return Archive.from_tables(read, epoch=dt.date(1837, 1, 1))


def _joined(sets: int) -> dict[str, pa.Table]:
    with ProcessPoolExecutor(2) as pool:
        made = list(pool.map(_one, range(501, 501 + sets)))
    tables: dict[str, list[pa.Table]] = {"persons": [], "acts": [], "statements": []}
    base = {"persons": 0, "acts": 0, "statements": 0, "offices": 0}
    for number, one in enumerate(made):
        for name, table in one.items():
            columns = {c: _moved(table.column(c), c, base, number) for c in table.column_names}
            tables[name].append(pa.table(columns))
        for name in tables:
            base[name] += one[name].num_rows
        base["offices"] += _OFFICES
    joined = {name: pa.concat_tables(parts) for name, parts in tables.items()}
    for name in ("acts", "statements"):
        joined[name] = _renumbered(joined[name].sort_by("time"), name[:-1])
    return joined


def _moved(column: Any, name: str, base: dict[str, int], number: int) -> Any:
    if name in ("id", "region"):
        return pc.binary_join_element_wise(pc.cast(column, pa.string()), pa.scalar(f"-{number}"), "")
    if name in _SHIFTED and pa.types.is_integer(column.type):
        moved = pc.add(column, pa.scalar(base[_SHIFTED[name]], column.type))
        return pc.if_else(pc.less(column, 0), column, moved)
    return column


def _renumbered(table: pa.Table, key: str) -> pa.Table:
    place = table.column_names.index(key)
    return table.set_column(place, key, pa.array(np.arange(table.num_rows, dtype=np.int32)))


def _fitted(archive: Archive) -> tuple[Any, Any, Any, Any]:
    from greatfear.recover.shares_fit import fit_shares
    from greatfear.recover.veracity_ask import free_classes
    from greatfear.recover.veracity_messages import Question
    from greatfear.recover.veracity_rates import priors_of

    shared = fit_shares(archive, draws=False)
    is_free = free_classes(shared.design.sittings.classes, "pressure=0", "mutual")
    return shared, is_free, Question(0.014, 0.026), priors_of(shared.design, is_free)


def _ledger(archive: Archive) -> Callable[[], Any]:
    from greatfear.recover import ledger

    return lambda: ledger(archive)


def _shares(archive: Archive) -> Callable[[], Any]:
    from greatfear.recover.shares_fit import fit_shares

    return lambda: fit_shares(archive, draws=False)


def _given(archive: Archive) -> Callable[[], Any]:
    from greatfear.recover.veracity_learning import learn

    shared, _, question, priors = _fitted(archive)
    found = learn(shared.design, priors, question, rounds=1)
    return lambda: learn(shared.design, priors, question, rounds=2, start=found.rates, learns=False)


def _learned(archive: Archive) -> Callable[[], Any]:
    from greatfear.recover.veracity_fit import fit_short

    shared, is_free, question, _ = _fitted(archive)
    return lambda: fit_short(shared.design, is_free, question, 40)


def _sampler(archive: Archive) -> Callable[[], Any]:
    from greatfear.recover.veracity_fit import start_of
    from greatfear.recover.veracity_gibbs import Settings, sample_chains

    shared, _, question, priors = _fitted(archive)
    start = start_of(shared.design, priors, question)
    return lambda: sample_chains(shared.design, priors, question, [start] * 4, Settings(_SWEEPS, _SWEEPS // 3))


MEASURES: dict[str, Callable[[Archive], Callable[[], Any]]] = {
    "ledger": _ledger, "shares": _shares, "given": _given, "learned": _learned, "sampler": _sampler,
}  # fmt: skip


def _names(records: int) -> Callable[[], Any]:
    from greatfear.recover import aliases
    from verification.recover_names import make_names

    table, _ = make_names(math.ceil(records / 3), 5)
    return lambda: aliases(table)


def _copies(statements: int) -> Callable[[], Any]:
    from greatfear.recover import copies
    from verification.recover_copies import make_statements

    table, persons, _ = make_statements(statements, 2, n_subjects=max(statements * 17 // 100, 2))
    return lambda: copies(table, persons=persons)


def _lists(_: int) -> Callable[[], Any]:
    from greatfear.recover.coverage_models.lists import ListCounts
    from greatfear.recover.coverage_models.models import all_models

    rng = np.random.default_rng(6)
    cells = rng.poisson(np.exp(6 - 1.1 * np.array([h.bit_count() for h in range(64)]) + rng.normal(0, 0.3, 64)))
    cells[0] = 0
    return lambda: all_models(ListCounts(tuple("ABCDEF"), cells.astype(np.int64)))


TABLES: dict[str, tuple[Callable[[int], Callable[[], Any]], int]] = {
    "names": (_names, 3000), "copies": (_copies, 3000), "lists": (_lists, 0),
}  # fmt: skip


def one(measure: str, size: int, folder: Path) -> dict[str, Any]:
    """Return the time and memory of one measure, in this process."""
    if measure in TABLES:
        make, small = TABLES[measure]
        if small:
            make(small)()
        work = make(size)
    else:
        MEASURES[measure](record(1, folder))()
        work = MEASURES[measure](record(size, folder))
    wall, begun = time.perf_counter(), time.process_time()
    found = work()
    row = {"measure": measure, "size": size, "cpu": time.process_time() - begun, "wall": time.perf_counter() - wall}
    if measure == "sampler":
        row["cpu of 4 x 1,500 sweeps"] = row["cpu"] / (4 * _SWEEPS) * 6000
    if measure == "learned":
        row["residual"] = float(found.residual)
    return row | {"peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line of JSON for each measure and size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recover_size", description=__doc__)
    parser.add_argument("--measure", nargs="+", default=list(MEASURES), choices=[*MEASURES, *TABLES])
    parser.add_argument(
        "--sets", type=int, nargs="+", default=[10, 40], help="archives side by side; rows for names and copies"
    )
    parser.add_argument("--folder", type=Path, default=Path("/tmp/greatfear-great"), help="where archives are kept")
    parser.add_argument("--here", action="store_true", help="run in this process")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    for measure in given.measure:
        for size in given.sets:
            if given.here:
                print(json.dumps(one(measure, size, given.folder)), flush=True)
                continue
            call = [
                sys.executable,
                "-m",
                "benchmarks.recover_size",
                "--here",
                "--measure",
                measure,
                "--sets",
                str(size),
            ]
            subprocess.run([*call, "--folder", str(given.folder)], check=True)


if __name__ == "__main__":
    main()
