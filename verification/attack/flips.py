"""Single bits flipped in the files of a run: every reader notices, or the content is what it was."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import greatfear as gf
from greatfear.archive import Archive, read
from greatfear.errors import GreatFearError
from greatfear.record.export import export
from greatfear.record.side_files import json_beside
from greatfear.simulation.run import simulate


def _tables(archive: Archive) -> str:
    return str([archive.table(name).to_pylist() for name in archive.manifest.tables])


def _queries(archive: Archive) -> str:
    return str([archive.sql(f"select * from {name}").to_pylist() for name in archive.manifest.tables])


def _faults(archive: Archive) -> str:
    return str([str(fault) for fault in archive.check()])


def _exported(archive: Archive) -> str:
    with tempfile.TemporaryDirectory() as place:
        export(archive, Path(place) / "tables")
        return str([path.read_text() for path in sorted((Path(place) / "tables").iterdir())])


def _beside(archive: Archive) -> str:
    return str([json_beside(archive, name) for name in archive.manifest.files])


READERS: dict[str, Callable[[Archive], str]] = {
    "table": _tables, "sql": _queries, "check": _faults, "describe": lambda archive: str(archive.describe().to_dict()),
    "export": _exported, "files beside": _beside, "cite": lambda archive: archive.cite(),
}  # fmt: skip


def _told(folder: Path, name: str) -> str | None:
    """Return what a reader gives; None where it says that the archive is damaged."""
    try:
        return READERS[name](read(folder))
    except GreatFearError:
        return None


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Flip one bit, ask two readers, and set it right again. In half of the cases size and time of the file stay."""
    folder = place / "run"
    simulate(gf.catalogue.scenario("naming-cascade"), draw.randrange(2**31), out=folder)
    truth = {name: _told(folder, name) for name in READERS}
    manifest = read(folder).manifest
    listed = {entry.file for entry in manifest.tables.values()}
    files = sorted([*listed, *manifest.files, "manifest.json"])
    for _ in range(count):
        name = draw.choice(files)
        file = folder / name
        data, before = file.read_bytes(), file.stat()
        at, bit = draw.randrange(len(data)), 1 << draw.randrange(8)
        file.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        if draw.random() < 0.5:
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        deceived = [
            seen for seen in (_seen(folder, reader, truth) for reader in draw.sample(sorted(READERS), 2)) if seen
        ]
        file.write_bytes(data)
        yield f"{name}, byte {at}, bit {bit}: {'; '.join(deceived)}" if deceived else ""
    yield "" if {name: _told(folder, name) for name in READERS} == truth else "the run is not what it was"


def _seen(folder: Path, reader: str, truth: dict[str, str | None]) -> str:
    """Return how a reader was deceived; an empty text where it was not."""
    try:
        found = _told(folder, reader)
    except Exception as error:  # noqa: BLE001  what must not happen
        return f"{reader}: {type(error).__name__}: {str(error)[:100]}"
    is_noticed = found is None or (reader == "check" and found != "[]")
    if is_noticed or found == truth[reader]:
        return ""
    return f"{reader} gave other content"
