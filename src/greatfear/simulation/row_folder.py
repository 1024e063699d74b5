"""A folder in which rows land one by one, whole or not at all, until the table and last the manifest are written.

``about.json`` says what is being made, ``rows/KEY.json`` holds what is finished, ``table.parquet`` and ``table.csv`` are the
result, ``manifest.json`` is written last: a folder with a manifest is whole.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from greatfear.errors import ArchiveError, Fault, FaultList
from greatfear.landing import UNFINISHED, land
from greatfear.record.place import locked

ABOUT, ROWS, TABLE, MANIFEST = "about.json", "rows", "table", "manifest.json"
Row = dict[str, Any]
_WORDS = {"ensemble": "ensemble", "counterfactual": "what-if"}


@dataclass(frozen=True)
class RowFolder:
    """Rows of one piece of work, by key.

    Parameters
    ----------
    path : Path
    about : mapping
        What is being made, as plain data; rows of anything else are never mixed in.
    """

    path: Path
    about: Mapping[str, Any]

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process, and open it.

        Raises
        ------
        ArchiveError
            If another process works in it.
        """
        with locked(self.path.resolve(), _WORDS.get(self.about.get("what", ""), "run")):
            self.open()
            yield

    def open(self) -> None:
        """Make the folder, or check that its content is of the same work.

        Raises
        ------
        FaultList
            If it is of other work: every difference is named.
        ArchiveError
            If the folder holds something else, or cannot be written.
        """
        known = about_in(self.path)
        if known is None:
            self._make()
            return
        differing = [key for key in self.about if known.get(key) != self.about[key]]
        if differing:
            fix = "choose another folder, or delete this one"
            faults = [
                Fault(
                    f"{self.path}",
                    f"was made with {key} {_brief(known.get(key))}, this call has {key} {_brief(self.about[key])}",
                    "",
                    fix,
                )
                for key in differing
            ]
            raise FaultList(faults, f"cannot continue in {self.path}")
        if self.is_whole():  # a kill may have come between the manifest and the end of the single rows
            self._tidy()

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if any(not file.match(UNFINISHED) for file in self.path.iterdir()):
                raise ArchiveError(f"{self.path}: not empty and not made by greatfear. Name a new or empty folder")
            land(self.path / ABOUT, _json(self.about))
        except OSError as error:
            raise ArchiveError(f"{self.path}: cannot be written ({error.strerror}). Name another folder") from error

    def rows(self) -> dict[str, Row]:
        """Return every finished row by its key: those of the table, then those that landed after it.

        A row that cannot be read is left out, hence made again.
        """
        found: dict[str, Row] = {}
        table = self.path / f"{TABLE}.parquet"
        if table.exists():
            import pyarrow.parquet as pq

            found |= {row.pop("key"): row for row in pq.read_table(table).to_pylist()}
        for file in sorted((self.path / ROWS).glob("*.json")):
            try:
                found[file.stem] = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:
                file.unlink()
        return found

    def put(self, key: str, row: Row) -> None:
        """Let one finished row land: to a file beside its place, to the disk, then under its name."""
        rows = self.path / ROWS
        rows.mkdir(exist_ok=True)
        land(rows / f"{key}.json", json.dumps(row).encode(), tidy=False)  # the folder goes when all is done

    def is_whole(self) -> bool:
        """Return whether the manifest stands."""
        return (self.path / MANIFEST).exists()

    def unfinish(self) -> None:
        """Take the manifest away, for there is more to come."""
        (self.path / MANIFEST).unlink(missing_ok=True)

    def finish(self, keys: Sequence[str], table: pa.Table) -> None:
        """Write the table, then the manifest; the single rows are no longer needed."""
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(table.add_column(0, "key", pa.array(keys, pa.string())), buffer, compression="zstd")
        files = {f"{TABLE}.parquet": buffer.getvalue(), f"{TABLE}.csv": csv_of(table)}
        for name, data in files.items():
            land(self.path / name, data)
        listed = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()
        }
        land(self.path / MANIFEST, _json({**self.about, "rows": table.num_rows, "files": listed}))
        self._tidy()

    def _tidy(self) -> None:
        """Remove what was needed until the manifest stood."""
        shutil.rmtree(self.path / ROWS, ignore_errors=True)
        for file in self.path.glob(UNFINISHED):
            file.unlink(missing_ok=True)


def archive_folder(archives: str | os.PathLike[str], variant: int, replicate: int) -> Path:
    """Return the folder of one replicate's archive."""
    return Path(archives) / f"v{variant}-r{replicate}"


def about_in(path: Path) -> dict[str, Any] | None:
    """Return what the work in a folder is about, None where there is none."""
    try:
        found: dict[str, Any] = json.loads((path / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise ArchiveError(f"{path}: a file stands here. Name another folder") from error
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{path / ABOUT}: damaged ({error}). Remove the folder and start again") from error
    return found


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def csv_of(table: pa.Table) -> bytes:
    r"""Return a table as CSV; NaN as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(["" if _is_absent(value) else value for value in row.values()] for row in table.to_pylist())
    return text.getvalue().encode()


def _is_absent(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
