"""The manifest of a run folder: what is in it, with size and hash of every table, and where it came from.

It is written last and in one step, so that a folder with a manifest is whole. Its bytes follow from its content alone:
no clock, no machine, no number of threads. It carries a hash of itself, so that a damaged manifest is known as such.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from greatfear.errors import (
    AlteredArchiveError,
    Fault,
    FaultList,
    NewerFormatError,
    NotAnArchiveError,
    OlderFormatError,
)
from greatfear.landing import land
from greatfear.record.schema import FORMAT_VERSION, OLDEST_FORMAT, TABLES

MANIFEST = "manifest.json"
"""Name of the manifest in a run folder."""

_SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_COUNT = Annotated[int, Field(ge=0)]
_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True)
_MAX_BYTES = 64 * 2**20


class FileEntry(BaseModel):
    """One listed file that is not a table, such as the resolved scenario.

    Parameters
    ----------
    bytes : int
        Size of the file.
    sha256 : str
        Hash of the file, in hexadecimal.
    """

    model_config = _FROZEN
    bytes: _COUNT
    sha256: _SHA256


class TableEntry(FileEntry):
    """One table of the folder.

    Parameters
    ----------
    file : str
        Place of the file, counted from the folder, with forward slashes.
    rows : int
        Number of rows.
    bytes, sha256
        Size and hash of the file.
    footer_sha256 : str
        Hash of the Parquet footer alone: cheap to check at every reading.
    attributes : list of str
        Columns that follow those of the format (persons only).
    """

    file: str
    rows: _COUNT
    footer_sha256: _SHA256
    attributes: list[str] = []


class Manifest(BaseModel):
    """What a run folder holds.

    Parameters
    ----------
    format : int
        Version of the record format.
    kind : str
        ``"simulated"`` or ``"real"``.
    epoch : str
        ISO date from which times are counted, in days.
    end : str or None
        ISO date on which the period ends (half-open); None where it is not known.
    title : str
        One line for people.
    greatfear : str
        Version of the package that wrote the folder.
    tables, truth : dict of str to TableEntry
        Tables of the archive, and of the truth beside it.
    files : dict of str to FileEntry
        Further listed files.
    provenance : dict
        See `greatfear.record.provenance`.
    """

    model_config = _FROZEN
    format: Annotated[int, Field(ge=1)]
    kind: Literal["simulated", "real"]
    epoch: str
    end: str | None
    title: str
    greatfear: str
    tables: dict[str, TableEntry] = {}
    truth: dict[str, TableEntry] = {}
    files: dict[str, FileEntry] = {}
    provenance: dict[str, Any] = {}

    @model_validator(mode="after")
    def _agree(self) -> Manifest:
        """Refuse dates that are none, and files that lie elsewhere than where their table belongs."""
        epoch = dt.date.fromisoformat(self.epoch)
        if self.end is not None and dt.date.fromisoformat(self.end) < epoch:
            raise ValueError("the end lies before the epoch")
        for part, folder in ((self.tables, "archive"), (self.truth, "truth")):
            for name, entry in part.items():
                if not _TABLE_NAME.fullmatch(name) or entry.file != f"{folder}/{name}.parquet":
                    raise ValueError(f"table {name} in {entry.file}")
        if any(name in ("", ".", "..", MANIFEST) or "/" in name or "\\" in name for name in self.files):
            raise ValueError("a listed file lies outside the folder")
        return self

    @property
    def is_simulated(self) -> bool:
        """Whether the archive was made by a simulation."""
        return self.kind == "simulated"


_MOST_TOLD = 1_000
"""Letters of a message: what stands in a manifest may be as long as it likes."""


def dump_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as it stands on disk: JSON with two spaces, its own hash last.

    The hash is the SHA-256 of the same content without it, written without spaces and with sorted keys.

    Raises
    ------
    greatfear.errors.FaultList
        Where the provenance holds what JSON cannot (NaN, objects).
    """
    try:
        body = json.loads(json.dumps(manifest.model_dump(), allow_nan=False))
    except (TypeError, ValueError) as error:
        fault = Fault("provenance", str(error), "what JSON can hold: text, finite numbers, lists, mappings")
        raise FaultList([fault], MANIFEST) from error
    body["sha256"] = _own_hash(body)
    return (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode()


def parse_manifest(data: bytes, place: str) -> Manifest:
    """Read a manifest from its bytes.

    Parameters
    ----------
    data : bytes
        Content of the file.
    place : str
        Path, for messages.

    Returns
    -------
    Manifest

    Raises
    ------
    greatfear.errors.NotAnArchiveError
        JSON that is not a manifest of ours.
    greatfear.errors.NewerFormatError
        A later format than this version reads, or a table that it does not know.
    greatfear.errors.OlderFormatError
        An earlier format than this version reads.
    greatfear.errors.AlteredArchiveError
        Anything else that was not written so.
    """
    body = _json(data, place)
    if not isinstance(body, dict) or not {"format", "greatfear"} & body.keys():
        raise NotAnArchiveError(f"{place}: not a manifest of greatfear (no 'format' and 'greatfear')")
    _refuse_other_formats(body, place)
    if body.pop("sha256", None) != _own_hash(body):
        raise AlteredArchiveError(f"{place}: the content does not agree with the hash it carries; it was altered")
    _refuse_unknown(body, place)
    try:
        manifest = Manifest.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "manifest"
        raise AlteredArchiveError(f"{place}: {where}: {first['msg']}; it was altered"[:_MOST_TOLD]) from error
    missing = [
        table.name for table in TABLES.values() if table.since == OLDEST_FORMAT and table.name not in manifest.tables
    ]
    if missing:
        raise AlteredArchiveError(
            f"{place}: no entry for {', '.join(missing)}, which every greatfear writes; it was altered"
        )
    return manifest


def _refuse_other_formats(body: dict[str, Any], place: str) -> None:
    """Refuse a format that is later or earlier than those that are read."""
    number = body.get("format")
    if type(number) is not int or OLDEST_FORMAT <= number <= FORMAT_VERSION:
        return
    writer = f"greatfear {body.get('greatfear')}, record format {number}"
    reads = f"greatfear {version('greatfear')} reads formats {OLDEST_FORMAT} to {FORMAT_VERSION}"
    if number > FORMAT_VERSION:
        raise NewerFormatError(f"{place}: written by a newer greatfear ({writer}); {reads}. Install a newer greatfear")
    raise OlderFormatError(f"{place}: written by an older greatfear ({writer}); {reads}. Read it with that version")


def unknown_here(place: object, what: str, writer: object) -> NewerFormatError:
    """Return the error about something that a later version added without a new format number.

    Parameters
    ----------
    place : path
        File or folder.
    what : str
        What this version does not know, as in ``"the table letters"``.
    writer : str
        Version that wrote the archive.
    """
    ours = version("greatfear")
    is_same = writer == ours
    by = f"or changed by another program: it says greatfear {ours}" if is_same else f"greatfear {writer}"
    fix = "Install the newest greatfear" if is_same else "Install that version"
    return NewerFormatError(
        f"{place}: greatfear {ours} does not know {what}; the archive was written by a newer greatfear ({by}). {fix}"
    )


def _refuse_unknown(body: dict[str, Any], place: str) -> None:
    """Refuse tables and keys that a later version added without a new format number."""
    named = body.get("tables")
    unknown = [f"the table {name}" for name in named if name not in TABLES] if isinstance(named, dict) else []
    unknown += [f"{key!r} in a manifest" for key in body if key not in Manifest.model_fields]
    entries = named.values() if isinstance(named, dict) else ()
    keys = {key for one in entries if isinstance(one, dict) for key in one if key not in TableEntry.model_fields}
    unknown += [f"{key!r} of a table in a manifest" for key in sorted(keys)]
    if unknown:
        raise unknown_here(place, " and ".join(unknown), body.get("greatfear"))


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write the manifest in one step: to a temporary file, to the disk, then under its name."""
    return land(folder / MANIFEST, dump_manifest(manifest))


def _json(data: bytes, place: str) -> Any:
    """Return the JSON in `data`; what is not JSON was damaged."""
    if len(data) > _MAX_BYTES:
        raise AlteredArchiveError(f"{place}: {len(data)} bytes; a manifest has at most {_MAX_BYTES}")
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise AlteredArchiveError(f"{place}: not readable as JSON ({error}); it was damaged") from error


def _canonical(body: dict[str, Any]) -> bytes:
    """Return `body` as JSON bytes of which there is one form only."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest_of(manifest: Manifest) -> str:
    """Return the hash that the manifest carries; it holds the hash of every file."""
    return _own_hash(json.loads(json.dumps(manifest.model_dump())))


def _own_hash(body: dict[str, Any]) -> str:
    """Return the hash of a manifest's content without its ``sha256``; of what cannot be written, an empty text."""
    try:
        return hashlib.sha256(_canonical(body)).hexdigest()
    except ValueError:
        return ""
