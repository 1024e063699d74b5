"""Targets of aliases: sets with known truth, and a maker of such sets from other seeds and of any size."""

from __future__ import annotations

import csv
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from greatfear.recover.aliases_names.schemes import SCHEMES, write_word
from greatfear.recover.aliases_result import aliases
from greatfear.recover.result import Result
from verification.recover_targets import Target, at_least, at_most, within

_LEAST_F1 = {"easy": 0.83, "middle": 0.72, "hard": 0.55}
_STEMS = [
    "Абрам",
    "Бел",
    "Бор",
    "Гавр",
    "Глад",
    "Голуб",
    "Дан",
    "Дем",
    "Ерм",
    "Жарк",
    "Зим",
    "Зуб",
    "Игнат",
    "Карп",
    "Кир",
    "Клим",
    "Ков",
    "Кор",
    "Крас",
    "Круп",
    "Лук",
    "Мал",
    "Март",
    "Мокр",
    "Наз",
    "Осип",
    "Пан",
    "Петр",
    "Род",
    "Рыб",
    "Сав",
    "Сит",
    "Сух",
    "Тар",
    "Тит",
    "Ум",
    "Фил",
    "Хар",
    "Цап",
    "Чум",
    "Шил",
    "Щуп",
    "Юш",
    "Яш",
]
_ENDS = ["ов", "ев", "ин", "енко", "чук", "ский"]
_MEN = {"Иван": "Ваня", "Николай": "Коля", "Пётр": "Петя", "Михаил": "Миша", "Алексей": "Алёша", "Сергей": "Серёжа",
        "Фёдор": "Федя", "Яков": "Яша", "Степан": "Стёпа", "Григорий": "Гриша"}  # fmt: skip
_WOMEN = {"Анна": "Аня", "Мария": "Маша", "Ольга": "Оля", "Екатерина": "Катя", "Вера": "Верочка", "Татьяна": "Таня"}
_FATHERS = ["Иван", "Николай", "Пётр", "Михаил", "Алексей", "Сергей", "Фёдор", "Яков", "Степан", "Григорий"]
_PATRONYMIC = {"Иван": "Иванов", "Николай": "Николаев", "Пётр": "Петров", "Михаил": "Михайлов", "Алексей": "Алексеев",
               "Сергей": "Сергеев", "Фёдор": "Фёдоров", "Яков": "Яковлев", "Степан": "Степанов",
               "Григорий": "Григорьев"}  # fmt: skip
_LETTERS = "абвгдеиклмнопрстуз"


def make_names(
    n_persons: int, seed: int, *, known: float = 0.7, full: float = 0.5, slips: float = 0.05
) -> tuple[dict[str, list[str]], list[int]]:
    """Return records of invented persons as a table, and the person of each record.

    Parameters
    ----------
    n_persons : int
        Each has one to six records.
    seed : int
    known : float
        Chance that year, place and unit are written.
    full : float
        Chance of a full name; else initials, a diminutive or the surname alone.
    slips : float
        Chance that the surname is written with a slip.
    """
    rng = np.random.default_rng([seed, 77])
    weight = 1 / np.arange(1, len(_STEMS) * len(_ENDS) + 1) ** 0.6
    surnames = [f"{stem}{end}" for stem in _STEMS for end in _ENDS]
    rng.shuffle(surnames)
    if n_persons > 5000:
        surnames = [f"{a}{b.lower()}{end}" for a in _STEMS for b in ["", *_STEMS] for end in _ENDS]
        weight = 1 / np.arange(1, len(surnames) + 1) ** 0.6
    columns: dict[str, list[str]] = {name: [] for name in ("record", "source", "name", "born", "place", "unit")}
    truth: list[int] = []
    chosen = rng.choice(len(surnames), n_persons, p=weight / weight.sum())
    for person in range(n_persons):
        woman = rng.random() < 0.25
        given, short = list((_WOMEN if woman else _MEN).items())[rng.integers(len(_WOMEN if woman else _MEN))]
        father = _PATRONYMIC[_FATHERS[rng.integers(len(_FATHERS))]] + ("на" if woman else "ич")
        surname = _woman(surnames[chosen[person]]) if woman else surnames[chosen[person]]
        born, place, unit = int(rng.integers(1870, 1920)), int(rng.integers(80)), int(rng.integers(120))
        for _ in range(1 + int(rng.binomial(5, 0.4))):
            source = int(rng.integers(12))
            scheme = SCHEMES[source % len(SCHEMES)]
            words = _written(surname, (given, short, father), rng, (full, slips))
            columns["record"].append(f"{len(truth):07d}")
            columns["source"].append(f"list {source}")
            columns["name"].append(
                " ".join(
                    w if w.endswith(".") and len(w) == 2 and scheme == "cyrillic" else _in(w, scheme) for w in words
                )
            )
            shift = int(rng.choice([-1, 0, 1], p=[0.08, 0.84, 0.08]))
            columns["born"].append(str(born + shift) if rng.random() < known else "")
            columns["place"].append(_in(f"Село {place}", scheme) if rng.random() < known else "")
            columns["unit"].append(_in(f"Завод {unit}", scheme) if rng.random() < known else "")
            truth.append(person)
    return columns, truth


def _in(text: str, scheme: str) -> str:
    return " ".join(
        f"{write_word(w[:-1], scheme)}." if w.endswith(".") else write_word(w, scheme) for w in text.split()
    )


def _woman(surname: str) -> str:
    if surname.endswith("ский"):
        return f"{surname[:-2]}ая"
    return f"{surname}а" if surname.endswith(("ов", "ев", "ин")) else surname


def _written(
    surname: str, names: tuple[str, str, str], rng: np.random.Generator, chances: tuple[float, float]
) -> list[str]:
    given, short, father = names
    full, slips = chances
    if rng.random() < slips:
        k = int(rng.integers(1, len(surname)))
        surname = surname[:k] + _LETTERS[rng.integers(len(_LETTERS))] + surname[k + 1 :]
    form = rng.random()
    if form < full:
        return [surname, given, father]
    if form < full + 0.7 * (1 - full):
        return [surname, f"{given[0]}.", f"{father[0]}."]
    return [surname, short] if rng.random() < 0.6 else [surname]


def pair_scores(result: Result, person: Mapping[str, object]) -> dict[str, float]:
    """Return pairwise F1 of the clusters, slope and expected number of the pairs, and code names joined wrongly."""
    clusters = dict(
        zip(*(result.tables["clusters"].column(name).to_pylist() for name in ("record", "cluster")), strict=True)
    )
    both = Counter((person[key], cluster) for key, cluster in clusters.items())
    true, found = Counter(person[key] for key in clusters), Counter(clusters.values())
    hits, n_true, n_found = (sum(n * (n - 1) // 2 for n in c.values()) for c in (both, true, found))
    pairs = result.tables["pairs"]
    p = pairs.column("probability").to_numpy()
    y = np.array(
        [person[a] == person[b] for a, b in zip(*(pairs.column(x).to_pylist() for x in "ab"), strict=True)], float
    )
    return {
        "f1": 2 * hits / max(n_true + n_found, 1), "slope": slope_of(y, p), "expected": float(p.sum()), "truth": float(n_true),
        "precision": hits / max(n_found, 1), "recall": hits / max(n_true, 1),
    }  # fmt: skip


def slope_of(y: np.ndarray, p: np.ndarray) -> float:
    """Return the slope of a logistic regression of the truth on the log odds of the answer."""
    q = np.clip(p, 1e-6, 1 - 1e-6)
    x = np.c_[np.ones(len(q)), np.log(q / (1 - q))]
    b = np.zeros(2)
    for _ in range(60):
        mean = 1 / (1 + np.exp(-np.clip(x @ b, -30, 30)))
        step = np.linalg.solve((x * (mean * (1 - mean))[:, None]).T @ x + 1e-6 * np.eye(2), x.T @ (y - mean))
        b = b + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return float(b[1])


def targets(folder: Path) -> Iterator[Target]:
    """Yield all targets on a folder of sets, each with ``records.csv`` and ``truth/records.csv``."""
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        kind = path.name.split("-")[0]
        result = aliases(path / "records.csv")
        if kind == "bare":
            is_refused = result.verdict == "cannot tell" and not result.tables
            yield Target(
                "aliases", f"{path.name}: refused, without probabilities", "yes", float(is_refused), is_refused
            )
            continue
        with (path / "truth" / "records.csv").open(newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        person = {row["record"]: row["person"] for row in rows}
        found = pair_scores(result, person)
        yield at_least("aliases", f"{path.name}: pairwise F1", found["f1"], _LEAST_F1.get(kind, 0.55))
        yield within("aliases", f"{path.name}: slope of the pairs", found["slope"], 0.85, 1.15)
        yield at_most(
            "aliases", f"{path.name}: expected pairs, relative error", abs(found["expected"] / found["truth"] - 1), 0.15
        )
        yield at_most("aliases", f"{path.name}: code names joined wrongly", _wrong_codes(result, rows), 0.02)
    yield _speed()


def _wrong_codes(result: Result, rows: Sequence[Mapping[str, str]]) -> float:
    """Return the share of code name records that stand above one half with a record of somebody else."""
    person = {row["record"]: row["person"] for row in rows}
    coded = {row["record"] for row in rows if "code name" in row["kind"]}
    wrong = {
        key
        for a, b, p in zip(
            *(result.tables["pairs"].column(x).to_pylist() for x in ("a", "b", "probability")), strict=True
        )
        for key in (a, b)
        if p > 0.5 and key in coded and person[a] != person[b]
    }
    return len(wrong) / max(len(coded), 1)


def _speed() -> Target:
    table, _ = make_names(math.ceil(100_000 / 3), 5)
    begun = time.process_time()
    aliases(table)
    return at_most(
        "aliases", f"{len(table['record']):,} records: seconds of processor time", time.process_time() - begun, 60
    )
