"""Make the tables of the tutorial, an invented village with known coefficients: ``python docs/tutorial/make_tables.py``."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from greatfear.scenario import from_dict
from greatfear.simulation.run import simulate

HERE = Path(__file__).resolve().parent
EPOCH = dt.date(1690, 3, 1)
THETA = {"kin": -0.7, "reciprocity": 0.9, "accused(window=30, transform=log1p)": 0.6, "inertia": -0.8}
VILLAGE = {
    "format": "greatfear-scenario/1",
    "id": "tutorial",
    "title": "An invented village",
    "time": [str(EPOCH), str(EPOCH + dt.timedelta(days=90))],
    "population": {
        "regions": {"village": {"persons": 160}},
        "strata": {"people": {"share": 1}},
        "household": 4,
        "unit": 12,
        "contacts": {"unit": 0, "region": 0, "country": 0},
        "ties": {"rule": "small-world", "neighbours": 12, "rewiring": 0.1},
    },
    "offices": {"arrests": 100_000, "custody": 100_000, "wait": 1, "pressed": 1, "pressure": 0.9, "evidence": []},
    "naming": {"count": {"rule": "poisson", "at_rest": 2, "under_pressure": 3}, "theta": THETA, "pools": {}},
    "leads": {"denunciation": {"rate": 0.01}},
}


def write(name: str, head: list[str], rows: list[list[str]]) -> None:
    """Write one table."""
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def main() -> None:
    """Simulate the village and write what a clerk would have left."""
    archive = simulate(from_dict(VILLAGE, "tutorial"), seed=1690).archive
    ids = [f"V{k:03d}" for k in range(archive.n_rows("persons"))]
    said = [
        [
            str(EPOCH + dt.timedelta(days=int(row["time"]))),
            ids[row["speaker"]],
            ids[row["subject"]],
            str(row["sitting"]) if row["sitting"] >= 0 else "",
        ]
        for row in archive.table("statements").to_pylist()
    ]
    # what every real table has: a row that names nobody, a date that is lost, one that is known to the year
    said += [["1690-04-02", "V012", "", ""], ["", "V034", "V035", ""], ["1690", "V101", "V102", ""]]
    write("statements.csv", ["date", "speaker", "about", "sitting"], said)
    write("people.csv", ["id", "hamlet"], [[name, f"hamlet {k // 12 + 1}"] for k, name in enumerate(ids)])
    ties = [[ids[row["a"]], ids[row["b"]], row["kind"]] for row in archive.table("ties").to_pylist()]
    write("ties.csv", ["id1", "id2", "kind"], ties)


if __name__ == "__main__":
    main()
