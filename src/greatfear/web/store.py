"""Arrays and texts of an index by name, in memory or mapped from a folder of the user's cache.

A folder is written beside its place and renamed when it is whole, so that a reader never meets half an index.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Coded

_META = "index.json"


@dataclass(frozen=True, eq=False)
class Store:
    """Arrays, columns of text, and what is small enough for JSON."""

    arrays: Mapping[str, npt.NDArray[Any]]
    texts: Mapping[str, pa.Array]
    meta: Mapping[str, Any]

    def n_rows(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.meta["rows"][table])

    def number(self, key: str) -> npt.NDArray[Any]:
        """Return a column of numbers, as in ``"acts.time"``; -1 or NaN where unknown."""
        if key in self.arrays:
            return self.arrays[key]
        if key in self.meta["ranges"]:
            return np.arange(self._length(key), dtype=np.int32)
        value = self.meta["constants"].get(key)
        return np.broadcast_to(np.float32(np.nan) if value is None else np.asarray(value), self._length(key))

    def at(self, key: str, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return some rows of a column of numbers."""
        return rows.astype(np.int32) if key in self.meta["ranges"] else self.number(key)[rows]

    def coded(self, key: str) -> Coded:
        """Return a column of categories as codes; -1 where absent. A column of text is coded here."""
        if key in self.meta["names"]:
            return Coded(self.number(key), tuple(self.meta["names"][key]))
        if key in self.texts:
            found = self.texts[key].dictionary_encode()
            codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            return Coded(codes, tuple(found.dictionary.to_pylist()))
        return Coded(np.broadcast_to(np.int8(-1), self._length(key)), ())

    def value(self, key: str, row: int) -> Any:
        """Return one value as Python has it; None where it is absent or unknown."""
        array = self.arrays.get(key)
        if array is not None:
            value = array[row].item()
        elif key in self.texts:
            return self.texts[key][row].as_py()
        elif key in self.meta["ranges"]:
            return int(row)
        else:
            value = self.meta["constants"].get(key)
        names = self.meta["names"].get(key)
        if names is not None:
            return None if value is None or value < 0 else names[value]
        return None if value != value else value  # noqa: PLR0124  unknown

    def values(self, key: str, rows: npt.NDArray[Any]) -> list[Any]:
        """Return some values as Python has them, as `value` does one; None for row -1."""
        is_row = rows >= 0
        if not is_row.all():
            known = iter(self.values(key, rows[is_row]))
            return [next(known) if one else None for one in is_row.tolist()]
        if key in self.texts:
            found: list[Any] = self.texts[key].take(pa.array(rows)).to_pylist()
            return found
        array = self.arrays.get(key)
        if array is None:
            return [self.value(key, row) for row in rows.tolist()]
        names, found = self.meta["names"].get(key), array[rows].tolist()
        if names is not None:
            return [None if value < 0 else names[value] for value in found]
        return [None if value != value else value for value in found]  # noqa: PLR0124  unknown

    def _length(self, key: str) -> int:
        return self.n_rows(key.partition(".")[0])


def save_store(store: Store, folder: Path) -> bool:
    """Write an index into a folder; False where that cannot be done (disk full, no right to write)."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name[:20]}.", dir=folder.parent))
    except OSError:
        return False
    try:
        for name, array in store.arrays.items():
            np.save(part / f"{name}.npy", array)
        for name, text in store.texts.items():
            with pa.OSFile(str(part / f"{name}.arrow"), "wb") as sink:
                table = pa.table({"text": text})
                with pa.ipc.new_file(sink, table.schema) as writer:
                    writer.write_table(table)
        names = {"arrays": sorted(store.arrays), "texts": sorted(store.texts), "meta": dict(store.meta)}
        (part / _META).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        os.replace(part, folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        return folder.is_dir()  # another lab may have written the same index in the meantime
    return True


def open_store(folder: Path) -> Store | None:
    """Map an index that was written before; None where there is none, or it cannot be read."""
    try:
        names = json.loads((folder / _META).read_text("utf-8"))
        arrays = {name: _mapped(folder / f"{name}.npy") for name in names["arrays"]}
        texts = {name: _text(folder / f"{name}.arrow") for name in names["texts"]}
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return None
    return Store(arrays, texts, names["meta"])


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Return an array whose bytes are read from the file when they are looked at."""
    try:
        return np.asarray(np.load(path, mmap_mode="r"))
    except ValueError:
        return np.asarray(np.load(path))  # an array without elements cannot be mapped


def _text(path: Path) -> pa.Array:
    """Return a column of text, mapped from its file."""
    column = pa.ipc.open_file(pa.memory_map(str(path))).read_all().column("text")
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
