"""Data sets: where they are, what they must look like (checksums), terms of use, and how they become archives.

Only the invented village of the tutorial is part of the package. Files come from the public repository of their authors, or
from the folder or address in the environment variable GREATFEAR_DATA, and are checked byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.errors import GreatFearError, UnknownNameError
from greatfear.sources import Source

if TYPE_CHECKING:
    from greatfear.archive import Archive
    from greatfear.intake_tables import Intake, RawTable

VARIABLE = "GREATFEAR_DATA"
"""Environment variable: a folder or an address that holds one folder per data set."""
_VILLAGE = "village"
"""Folder of the one data set that is part of the package."""


class DataSetError(GreatFearError):
    """A data set that cannot be had, or whose files are not those that were registered."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One registered data set.

    Parameters
    ----------
    name : str
        Name by which it is asked for.
    title : str
        What it is.
    folder : str
        Its folder under GREATFEAR_DATA.
    map : str
        File of its column map; empty where its tables make no archive by themselves.
    source : Source
        Citation, licence and our notes.
    base : str
        Address of its files; empty where its authors publish them in another form only.
    files : mapping of str to str
        SHA-256 of every file.

    Examples
    --------
    >>> dataset("salem-1692").source.licence.split(" (")[0]
    'CC BY-NC-SA 4.0'
    """

    name: str
    title: str
    folder: str
    map: str
    source: Source
    base: str
    files: Mapping[str, str]

    def cite(self) -> str:
        """Return the citation with DOI, licence and notes, as text."""
        source = self.source
        return f"{source.citation}. doi:{source.doi}. {source.url}\nLicence: {source.licence}\nNote: {source.note}"


@cache
def _registry() -> dict[str, DataSet]:
    """Return all registered data sets."""
    text = files("greatfear.catalogue").joinpath("registry.json").read_text(encoding="utf-8")
    return {name: _entry(name, item) for name, item in json.loads(text).items()}


def _entry(name: str, item: dict[str, Any]) -> DataSet:
    """Return one entry of the registry."""
    source = Source(name, item["citation"], item["year"], item["doi"], item["url"], item["licence"], item["note"])
    return DataSet(name, item["title"], item["folder"], item["map"], source, item["base"], item["files"])


def dataset_names() -> list[str]:
    """Return the names of all data sets.

    Examples
    --------
    >>> dataset_names()
    ['bologna-1291', 'giaveno-1335', 'giaveno-1335-women', 'salem-1692', 'village-1690', 'witch-trials']
    """
    return list(_registry())


def dataset(name: str) -> DataSet:
    """Return one registered data set; underscores and hyphens are the same.

    Raises
    ------
    greatfear.errors.UnknownNameError
        With the nearest names.

    Examples
    --------
    >>> dataset("witch_trials").title
    'European witch trials, 1300-1850'
    """
    key = str(name).replace("_", "-")
    if key not in _registry():
        raise UnknownNameError("data set", name, dataset_names())
    return _registry()[key]


def fetch(name: str) -> dict[str, Path]:
    """Return the files of a data set on this machine, fetched on first use and checked byte for byte.

    Parameters
    ----------
    name : str
        See `dataset_names`.

    Returns
    -------
    dict of str to Path
        By file name.

    Raises
    ------
    DataSetError
        Where files cannot be had or differ from those registered; the message says how to set GREATFEAR_DATA.
    """
    entry = dataset(name)
    if entry.folder == _VILLAGE:
        return _from_folder(entry, Path(str(files("greatfear.catalogue").joinpath(_VILLAGE))))
    place = os.environ.get(VARIABLE, "")
    if place and "://" not in place:
        return _from_folder(entry, Path(place).expanduser() / entry.folder)
    base = f"{place.rstrip('/')}/{entry.folder}/" if place else entry.base
    if not base:
        raise DataSetError(
            f"data set {entry.name}: its authors publish it in another form only ({entry.source.url}). {_fix(entry)}"
        )
    return _from_address(entry, base)


def _fix(entry: DataSet) -> str:
    """Return what to do where a data set cannot be had."""
    return (
        f"Set {VARIABLE} to a folder or address that holds {entry.folder}/ with {', '.join(entry.files)}, "
        f"for example {VARIABLE}=~/greatfear-data"
    )


def _from_folder(entry: DataSet, folder: Path) -> dict[str, Path]:
    """Return the files of a folder, checked."""
    found = {name: folder / name for name in entry.files}
    for name, path in found.items():
        if not path.is_file():
            raise DataSetError(f"data set {entry.name}: there is no file {path}. {_fix(entry)}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != entry.files[name]:
            raise DataSetError(
                f"data set {entry.name}: {path} is not the registered file (SHA-256 differs). {_fix(entry)}"
            )
    return found


def _from_address(entry: DataSet, base: str) -> dict[str, Path]:
    """Return files from an address, kept in the user's cache."""
    import pooch
    from requests.exceptions import ConnectionError as UnreachableError

    pooch.get_logger().setLevel("ERROR")
    known = {name: f"sha256:{digest}" for name, digest in entry.files.items()}
    store = pooch.create(Path(pooch.os_cache("greatfear")) / entry.folder, base, registry=known)
    try:
        return {name: Path(store.fetch(name)) for name in entry.files}
    except (OSError, ValueError) as error:
        reason = "no connection" if isinstance(error, UnreachableError) else str(error).splitlines()[0]
        raise DataSetError(f"data set {entry.name}: cannot be had from {base}: {reason}. {_fix(entry)}") from None


def tables(name: str) -> dict[str, RawTable]:
    """Return the tables of a data set as texts, as they are published.

    Raises
    ------
    DataSetError
        See `fetch`.
    """
    from greatfear.intake_tables import read_tables

    return read_tables({Path(file).stem: path for file, path in fetch(name).items()})


def load_map(name: str) -> dict[str, Any]:
    """Return the column map of a data set.

    Raises
    ------
    DataSetError
        Where the data set has none.

    Examples
    --------
    >>> load_map("salem-1692")["title"]
    'Salem 1692'
    """
    entry = dataset(name)
    if not entry.map:
        raise DataSetError(
            f"data set {entry.name} makes no archive by itself; its tables are available by tables({name!r})"
        )
    text = files("greatfear.catalogue").joinpath("maps", entry.map).read_text(encoding="utf-8")
    from greatfear.intake_tables.map_text import map_from_text

    return map_from_text(text, entry.map)


def take_in(name: str) -> Intake:
    """Return a data set taken in through its map: tables of the record and the report on every row.

    Raises
    ------
    DataSetError
        See `fetch` and `load_map`.
    """
    from greatfear.intake_tables import intake

    column_map = load_map(name)
    wanted = {entry["table"] for entry in column_map["tables"]}
    paths = {Path(file).stem: path for file, path in fetch(name).items()}
    return intake({table: path for table, path in paths.items() if table in wanted}, column_map)


def archive(name: str) -> Archive:
    """Return a data set as an archive.

    Raises
    ------
    DataSetError
        See `fetch` and `load_map`.
    """
    return take_in(name).archive
