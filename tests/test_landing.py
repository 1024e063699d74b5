"""Files land whole or not at all, and one digest names a scenario everywhere."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

import greatfear as gf
from greatfear.archive import read
from greatfear.cli import main
from greatfear.landing import UNFINISHED, land, landing
from greatfear.scenario import from_dict
from greatfear.scenario.resolving import digest, to_json
from greatfear.simulation.run import simulate


def test_what_stands_there_survives_a_writer_that_fails(tmp_path: Path) -> None:
    file = land(tmp_path / "a.txt", "old\r\nline")
    assert file.read_bytes() == b"old\r\nline"
    with contextlib.suppress(RuntimeError), landing(file) as temporary:
        temporary.write_text("half")
        assert temporary.match(UNFINISHED)
        raise RuntimeError
    with pytest.raises(OSError, match="No such file"):
        land(tmp_path / "no" / "a.txt", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert file.read_bytes() == b"old\r\nline"


def test_a_link_stays_a_link_and_the_mask_is_kept(tmp_path: Path) -> None:
    real, link = land(tmp_path / "real.txt", "one"), tmp_path / "link.txt"
    link.symlink_to(real)
    before = os.umask(0o077)
    try:
        land(link, "two")
        land(tmp_path / "private.txt", "x")
    finally:
        os.umask(before)
    assert link.is_symlink()
    assert real.read_text() == "two"
    assert stat.S_IMODE((tmp_path / "private.txt").stat().st_mode) == 0o600


def test_what_a_killed_writer_left_is_removed_and_a_living_one_keeps_its_file(tmp_path: Path) -> None:
    with landing(tmp_path / "a.txt") as mine:
        mine.write_text("of a writer that lives")
        dead = tmp_path / mine.name.replace(f"-{os.getpid()}-", "-4194305-")  # above the largest number of a process
        other = tmp_path / f".a.txt.000000-{os.getpid()}-1.part"  # of another machine
        dead.write_text("half")
        other.write_text("half")
        land(tmp_path / "b.txt", "x")
        assert dead.exists(), "of another file"
        land(tmp_path / "a.txt", "y")
        assert (dead.exists(), other.exists(), mine.exists()) == (False, True, True)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = land(tmp_path / "a.txt", "old")

    def full(path: Path, _data: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        land(file, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert file.read_text() == "old"


def test_one_scenario_has_one_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = gf.catalogue.scenario("witch-hunt")
    tree = tiny.model_dump(mode="json")
    turned = from_dict({key: tree[key] for key in reversed(tree)} | {"naming": {
        **tree["naming"], "theta": dict(reversed(tree["naming"]["theta"].items())),
    }})  # fmt: skip
    (tmp_path / "turned.json").write_text(json.dumps(turned.model_dump(mode="json")))
    run = simulate(turned, 3, out=tmp_path / "run")
    written = (tmp_path / "run" / "scenario.json").read_bytes()
    assert main(["resolve", str(tmp_path / "turned.json"), "--json"]) == 0
    assert capsys.readouterr().out.encode() == written == to_json(tiny).encode()
    wanted = hashlib.sha256(written).hexdigest()
    assert main(["digest", str(tmp_path / "turned.json"), str(tmp_path / "run"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["sha256"]
    assert list(told.values()) == [wanted, read(tmp_path / "run").digest]
    assert wanted == digest(tiny) == run.archive.manifest.provenance["scenario"]["sha256"]
    assert json.loads((tmp_path / "run" / "manifest.json").read_bytes())["sha256"] == run.archive.digest
    assert digest(tiny.alter({"offices.*.arrests": 0.5})) != wanted


def test_a_run_is_repeated_from_its_folder_to_the_last_bit(tmp_path: Path) -> None:
    first = simulate(gf.catalogue.scenario("witch-hunt"), 5, out=tmp_path / "one")
    simulate(gf.load(tmp_path / "one" / "scenario.json"), 5, out=tmp_path / "two")
    manifests = [(tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two")]
    assert manifests[0] == manifests[1]
    assert first.archive.n_rows("statements") > 0
