"""Answers do not depend on the truth of a run, on the order of rows, on ids, or on how many threads work."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import greatfear as gf
from greatfear.archive import Archive
from greatfear.record.writing import write_archive
from greatfear.recover import survey
from verification.recover_names import make_names
from verification.recover_worlds import EPOCH, empty_world, history

REFERENCES = {
    "persons": (), "acts": ("person",), "statements": ("speaker", "subject"), "ties": ("a", "b"), "mentions": ("person",),
    "details": (),
}  # fmt: skip


def rich() -> Archive:
    """Return an archive on which every part but membership has something to count."""
    world = empty_world(120, 300, 3, kin=30)
    archive, _, _ = history(world, {"suggestion": 0.6, "repetition": 0.1, "region": 0.5, "everybody": 0.5}, 0, 3)
    rng = np.random.default_rng(3)
    names = make_names(60, 3)[0]
    persons = archive.table("persons").to_pandas()
    persons["name"] = list(dict.fromkeys(names["name"]))[
        : len(persons)
    ]  # two of one name and no context are the same to all
    held = [(p, name) for name in ("first", "second", "third") for p in np.flatnonzero(rng.random(len(persons)) < 0.5)]
    mentions = {"person": np.array([p for p, _ in held], np.int32), "list": [name for _, name in held]}
    n = archive.n_rows("statements")
    details = {"statement": np.arange(n, dtype=np.int32), "kind": ["words"] * n}
    details["value"] = [f"words {k}" for k in rng.integers(0, 9, n)]
    tables = {name: archive.table(name) for name in ("acts", "statements", "ties")}
    tables |= {"persons": pa.Table.from_pandas(persons, preserve_index=False)}
    return Archive.from_tables(tables | {"mentions": pa.table(mentions), "details": pa.table(details)}, epoch=EPOCH)


def other_rows(archive: Archive, seed: int) -> tuple[Archive, dict[str, str]]:
    """Return the archive with other ids and row numbers of persons and rows in another order, and the old id of each new one."""
    rng = np.random.default_rng(seed)
    n = archive.n_rows("persons")
    place, ids = rng.permutation(n).astype(np.int32), [f"X{k:05d}" for k in rng.permutation(n)]
    made, statement = {}, np.empty(archive.n_rows("statements"), np.int32)
    for name, columns in REFERENCES.items():
        frame = archive.table(name).to_pandas()
        for column in columns:
            frame[column] = np.where(frame[column] >= 0, place[frame[column]], -1).astype(np.int32)
        if name == "persons":
            frame = frame.iloc[np.argsort(place)]
            old = dict(zip(ids, frame["id"], strict=True))
            frame["id"], frame["person"] = ids, np.arange(n, dtype=np.int32)
        elif name == "details":
            frame["statement"] = statement[frame["statement"]]
            frame = frame.sort_values("statement", kind="stable")
        else:
            frame = frame.sample(frac=1.0, random_state=seed)
            if "time" in frame:
                frame = frame.sort_values("time", kind="stable")
            if name == "statements":
                statement[frame["statement"]] = np.arange(len(frame), dtype=np.int32)
            if name[:-1] in frame:
                frame[name[:-1]] = np.arange(len(frame), dtype=np.int32)
        made[name] = pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)
    return Archive.from_tables(made, epoch=EPOCH), old


def comparable(found: gf.recover.Result, name: str, old: dict[str, str]) -> list[str]:
    """Return the rows of a table with the old ids, in an order of their own; row numbers are left out."""
    table, left_out = found.tables[name], ("person", "statement", "key", "parent")
    columns = []
    for column in (c for c in table.column_names if c not in left_out):
        values = table.column(column).to_pylist()
        is_id = column in ("id", "speaker_id", "subject_id", "record", "a", "b")
        columns.append([old.get(value, value) for value in values] if is_id else values)
    return sorted(map(repr, zip(*columns, strict=True)))  # not-a-number equals itself as text


def test_rows_ids_and_numbers_of_persons_change_nothing() -> None:
    archive = rich()
    other, old = other_rows(archive, 5)
    one, two = survey(archive, seed=4), survey(other, seed=4)
    answered = [part for part, result in one.results.items() if result.tables]
    assert {"ledger", "origins", "shares", "coverage", "copies", "aliases"} <= set(answered)
    for part in answered:
        for name in one.results[part].tables:
            if (part, name) in {("aliases", "clusters"), ("aliases", "partitions"), ("aliases", "code_names")}:
                continue  # labels are the first record of a cluster; the pairs stand for them
            rows = [comparable(found.results[part], name, ids) for found, ids in ((one, {}), (two, old))]
            assert rows[0] == rows[1], (part, name)


def test_a_folder_with_truth_and_one_without_give_the_same_bytes(tmp_path: Path) -> None:
    archive = rich()
    folder = tmp_path / "run"
    more = {"end": archive.end, "kind": archive.kind, "title": "run", "provenance": archive.manifest.provenance}
    write_archive(folder, dict(archive.tables), epoch=archive.epoch, **more)  # type: ignore[arg-type]
    (folder / "truth").mkdir()
    (folder / "truth" / "members.parquet").write_bytes(b"no estimator opens this")
    for place in ("with", "without"):
        for result in survey(gf.read(folder), seed=4):
            result.write(tmp_path / place)
        shutil.rmtree(folder / "truth", ignore_errors=True)
    files = sorted(path.name for path in (tmp_path / "with").iterdir())
    assert len(files) > 20
    assert files == sorted(path.name for path in (tmp_path / "without").iterdir())
    for name in files:
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes(), name


def test_one_thread_and_two_give_the_same_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    from greatfear.recover import veracity_fit, veracity_gibbs
    from greatfear.recover.veracity_fit import Effort

    world, _, _ = history(empty_world(120, 300, 1), {"suggestion": 0.6, "everybody": 0.5, "knowledge": 3.0}, 10, 5)
    effort = Effort(chains=2, sweeps=60, burn=30, short=20, replays=8, nulls=4, again=2)

    def asked() -> str:
        found = gf.recover.veracity(world, question="the circle", prevalence=(0.05, 0.12), effort=effort)
        return repr(found.to_dict())

    two = asked()
    for module in (veracity_fit, veracity_gibbs):
        monkeypatch.setattr(module, "ThreadPoolExecutor", lambda _: ThreadPoolExecutor(1))
    assert asked() == two


def test_membership_does_not_hang_on_rows_ids_or_numbers() -> None:
    from greatfear.recover.veracity_fit import Effort

    world = rich()
    other, old = other_rows(world, 6)
    effort = Effort(chains=2, sweeps=40, burn=20, longer=1, short=8, replays=6, nulls=4, again=2)
    one, two = (
        gf.recover.veracity(a, question="the circle", prevalence=(0.05, 0.3), effort=effort) for a in (world, other)
    )
    assert one.words == two.words
    for name in one.tables:
        assert comparable(one, name, {}) == comparable(two, name, old), name


def test_twins_have_one_share_and_one_rank() -> None:
    from greatfear.recover.shares_fit import fit_shares
    from greatfear.recover.veracity_fit import Effort, fit_long
    from greatfear.recover.veracity_messages import Question
    from greatfear.recover.veracity_result import ranked

    world = empty_world(60, 60, 2, regions=1)
    sat = world.table("acts").to_pandas()
    names = [(int(p), k) for p in sat["person"] for k in (40, 41, 42, int(p + 1) % 30)]
    place = np.repeat(np.arange(len(sat)), 4)
    said = {
        "statement": np.arange(len(names), dtype=np.int32), "time": sat["time"].to_numpy()[place],
        "precision": ["instant"] * len(names), "speaker": np.array([i for i, _ in names], np.int32),
        "subject": np.array([j for _, j in names], np.int32), "channel": ["interrogation"] * len(names),
        "office": sat["office"].to_numpy()[place], "pressure": sat["pressure"].to_numpy()[place],
        "sitting": place.astype(np.int32),
    }  # fmt: skip
    tables = {"persons": world.table("persons"), "acts": world.table("acts"), "statements": pa.table(said)}
    design = fit_shares(Archive.from_tables(tables, epoch=EPOCH), draws=False).design
    is_free = np.zeros(len(design.sittings.classes), bool)
    effort = Effort(chains=2, sweeps=30, burn=10, longer=1)
    fitted = fit_long(design, is_free, Question(0.05, 0.3), effort, 1)
    subject, rank = design.person[design.subject], ranked(fitted.member)
    first = fitted.parts[subject == 40]
    assert first[:, 0].max() > 0
    for twin in (41, 42):
        assert np.array_equal(fitted.parts[subject == twin], first)
        assert rank[design.person == twin] == rank[design.person == 40]
