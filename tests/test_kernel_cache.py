"""Compiled kernels are kept by what they depend on: an edit compiles what calls it, nothing else, and nothing old runs."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import types

import greatfear as gf
from greatfear.draws import _folder, _kept
from greatfear.draws._jit import prepare
from greatfear.draws._stamp import stamp
from greatfear.naming import facts
from greatfear.simulation import tables
from greatfear.simulation.compiling import calls_of
from greatfear.simulation.process import start

HOUSE = """
import numpy as np
from greatfear.draws._jit import kernel, lean_kernel, small_kernel
from greatfear.naming import facts
STEP = 2
TABLE = np.array([5, 7])
@small_kernel
def tiny(x):
    return x + STEP
@lean_kernel
def middle(x):
    return tiny(x) * 10  # a comment
@kernel
def outer(x):
    '''What it is.'''
    return middle(x) + later(x)
@lean_kernel
def later(x):
    return TABLE[1] + facts.KIN
@kernel
def other(x):
    return 3 * x
"""
KERNELS = ("tiny", "middle", "outer", "later", "other")


def house(*edits: tuple[str, str]) -> Any:
    """A module of kernels, with some of its text replaced."""
    text = HOUSE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    module = ModuleType("greatfear_test_house")
    exec(compile(text, "house.py", "exec"), module.__dict__)
    return module


def changed(*edits: tuple[str, str]) -> set[str]:
    """The kernels whose stamp an edit changes."""
    before, after = house(), house(*edits)
    return {name for name in KERNELS if stamp(getattr(before, name)) != stamp(getattr(after, name))}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("# a comment", "# another"), set()),
        (("What it is.", "What it was."), set()),
        (("STEP = 2", "\n\n\nSTEP = 2"), set()),
        (("STEP = 2", "STEP = 3"), {"tiny", "middle", "outer"}),
        (("STEP = 2", "STEP = 2.0"), {"tiny", "middle", "outer"}),
        (("x + STEP", "x - STEP"), {"tiny", "middle", "outer"}),
        (("* 10", "* 11"), {"middle", "outer"}),
        (("[5, 7]", "[5, 8]"), {"outer", "later"}),
        (("facts.KIN", "facts.UNIT"), {"outer", "later"}),
        (("@lean_kernel\ndef later", "@kernel\ndef later"), {"outer", "later"}),
        (("3 * x", "x * 3"), {"other"}),
        (("middle(x) +", "other(x) +"), {"outer"}),
    ],
)
def test_a_stamp_follows_what_a_kernel_depends_on(edit: tuple[str, str], expected: set[str]) -> None:
    assert changed(edit) == expected


def test_a_stamp_follows_a_constant_of_another_module(monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp(house().outer)
    monkeypatch.setattr(facts, "KIN", 1024)
    assert stamp(house().outer) != before


def test_a_kernel_that_reads_what_has_no_stamp_is_refused() -> None:
    with pytest.raises(TypeError, match="tiny reads STEP, a dict"):
        stamp(house(("STEP = 2", "STEP = {}")).tiny)


def misses(module: Any) -> set[str]:
    """The kernels of a module that were compiled rather than read."""
    forms = {name: (getattr(module, name), getattr(getattr(module, name), "inner", None)) for name in KERNELS}
    return {name for name, both in forms.items() if any(form and form.stats.cache_misses for form in both)}


def test_an_edit_compiles_what_calls_it_and_old_code_never_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(_kept, "cache_folder", lambda: tmp_path)
    first = house()
    assert (first.outer(1), first.other(1)) == (38, 3)
    assert misses(first) >= {"middle", "outer", "later", "other"}
    again = house(("# a comment", "# another"))
    assert (again.outer(1), again.other(1)) == (38, 3)
    assert misses(again) == set()
    edited = house(("STEP = 2", "STEP = 4"))
    assert (edited.outer(1), edited.other(1)) == (58, 3)
    assert misses(edited) >= {"middle", "outer"}
    assert not misses(edited) & {"later", "other"}


def test_a_file_cut_short_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(_kept, "cache_folder", lambda: tmp_path)
    assert house().other(2) == 6
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert house().other(2) == 6


def test_the_order_of_fields_counts() -> None:
    class Pair(NamedTuple):
        low: int
        high: int

    one = types.NamedUniTuple(types.int64, 2, Pair)
    before = _kept.described(one)
    Pair._fields = ("high", "low")  # type: ignore[misc]
    assert _kept.described(types.NamedUniTuple(types.int64, 2, Pair)) != before


def test_only_a_private_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o700)
    assert _folder.is_private(mine)
    (tmp_path / "link").symlink_to(mine)
    assert not _folder.is_private(tmp_path / "link")
    mine.chmod(0o770)
    assert not _folder.is_private(mine)
    mine.chmod(0o700)
    monkeypatch.setattr(os, "getuid", lambda: os.stat(mine).st_uid + 1)
    assert not _folder.is_private(mine)


def test_a_folder_that_somebody_else_made_in_the_temporary_folder_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a home that cannot be written")
    monkeypatch.setenv("GREATFEAR_CACHE", str(blocked))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    found = _folder.private_folder("x")
    assert found is not None
    assert found.is_relative_to(tmp_path)
    assert _folder.is_private(found)
    found.parents[1].chmod(0o777)
    assert _folder.private_folder("x") is None


def test_without_a_folder_kernels_are_compiled_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kept, "cache_folder", lambda: None)
    module = house()
    assert module.other(np.int64(5)) == 15
    assert misses(module) == {"other"}


def test_what_was_compiled_long_ago_is_removed(tmp_path: Path) -> None:
    old, new = tmp_path / "old.nbc", tmp_path / "new.nbc"
    old.touch(), new.touch()
    os.utime(old, (1, 1))
    _folder.prune(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new.nbc"]


def test_compiling_is_announced_once_and_reading_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(_kept, "cache_folder", lambda: tmp_path)
    told: list[str] = []
    _kept.before_compiling(lambda: told.append("compiling"))
    assert house().outer(1) == 38
    assert told == ["compiling"]
    _kept.before_compiling(lambda: told.append("again"))
    assert house().outer(1) == 38
    assert told == ["compiling"]
    _kept._NOTICES.clear()


def test_one_process_compiles_and_the_others_wait_for_it(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "kernel.nbc"
    assert not _folder.claim(path)
    assert _folder.is_claimed(path)
    _folder.release(path)
    assert list(tmp_path.iterdir()) == []
    other = os.open(_folder._lock_of(path), os.O_RDWR | os.O_CREAT)
    fcntl.flock(other, fcntl.LOCK_EX)

    def finish() -> None:
        path.write_bytes(b"compiled")
        os.close(other)

    timer = threading.Timer(0.1, finish)
    timer.start()
    assert _folder.claim(path)
    assert path.read_bytes() == b"compiled"
    timer.join()
    _folder.release(path)


def test_nobody_waits_for_a_process_that_ended(tmp_path: Path) -> None:
    path = tmp_path / "kernel.nbc"
    _folder._lock_of(path).touch()
    assert not _folder.claim(path)
    _folder.release(path)


def test_kernels_compiled_ahead_are_those_that_the_days_call() -> None:
    process = start(gf.catalogue.scenario("witch-hunt"), 1)
    calls = calls_of(process)
    prepare(calls)
    before = {id(kernel): set(kernel.signatures) for kernel, _ in calls}
    process.advance(3)
    tables.truth_streams(process)["members"].whole()
    tables.archive_streams(process)["persons"].whole()
    assert all(before.values())
    assert {id(kernel): set(kernel.signatures) for kernel, _ in calls} == before
