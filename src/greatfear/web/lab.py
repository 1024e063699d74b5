"""The lab: the archives it was given, those it finds among the runs, and what is ready of each."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.archive import Archive, read
from greatfear.errors import AlteredArchiveError, GreatFearError, UnknownNameError
from greatfear.record.files import check_table
from greatfear.record.manifest import MANIFEST
from greatfear.record.schema import TABLES
from greatfear.web.index_cache import cache_folder, index_of
from greatfear.web.jobs import Jobs
from greatfear.web.memory import give_back

if TYPE_CHECKING:
    from greatfear.web.index import Index

_ANSWERS = 40
_LOG = logging.getLogger("greatfear.web")
_PATIENCE = 0.7


class PendingError(Exception):
    """Something that a page needs is still being worked out; the message says what."""


class _Asked(threading.local):
    """The number of the request that a thread answers; 0 for none."""

    number = 0


_asked = _Asked()
_numbers = itertools.count(1)


@contextlib.contextmanager
def one_request() -> Iterator[None]:
    """Tell that this thread answers one request: inside, the files of an archive are looked at once."""
    _asked.number = next(_numbers)
    try:
        yield
    finally:
        _asked.number = 0


class IndexPendingError(PendingError):
    """The index of an archive is still being built."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"{100 * entry.share:.0f} per cent of the index is ready.")


class _Slow:
    """An answer that takes long: worked out once, in a thread of its own."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self.value: Any = None
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        try:
            self.value = self._function()
        except BaseException as error:  # noqa: BLE001  handed on to the caller
            self.error = error
        give_back()


@dataclass(eq=False)
class Entry:
    """One archive of the lab under its name in addresses; damaged ones keep their error."""

    name: str
    path: Path | None
    archive: Archive | None
    error: str = ""
    share: float = 0.0
    is_kept: bool = True
    data: str = ""
    """The registered data set that it is, if it is one."""
    _index: Index | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _answers: dict[tuple[Any, ...], _Slow] = field(default_factory=dict)
    _stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)
    _looked: tuple[int, int] = (0, 0)

    @property
    def opened(self) -> Archive:
        """The archive; an error where it could not be opened or was changed since."""
        if self.archive is None:
            raise AlteredArchiveError(self.error)
        self._check_unchanged(self.archive)
        return self.archive

    def index(self, wait: bool = False) -> Index:
        """Return the index; raise `IndexPendingError` while it is being built, unless told to wait."""
        self.opened  # noqa: B018  an altered archive gives no numbers
        self.start()
        if self._thread is not None and (wait or self.share >= 1):
            self._thread.join()
        if self._index is not None:
            return self._index
        if self.error:
            raise AlteredArchiveError(self.error)
        raise IndexPendingError(self)

    def kept(self, key: tuple[Any, ...], function: Callable[[], Any], words: str) -> Any:
        """Return an answer that takes long: worked out once and kept; raise `PendingError` while it is not there."""
        self.opened  # noqa: B018  an altered archive gives no numbers
        with self._lock:
            if key not in self._answers:
                while len(self._answers) >= _ANSWERS:
                    self._answers.pop(next(iter(self._answers)))
                self._answers[key] = _Slow(function)
            slow = self._answers[key]
        slow.thread.join(_PATIENCE)
        if slow.thread.is_alive():
            raise PendingError(f"{words} is being worked out.")
        if slow.error is not None:
            self._answers.pop(key, None)  # another page may have waited for the same answer
            raise slow.error
        return slow.value

    def start(self) -> None:
        """Begin to build the index, if nobody has."""
        with self._lock:
            if self._thread is None and self.archive is not None:
                self._thread = threading.Thread(target=self._build, name=f"index {self.name}", daemon=True)
                self._thread.start()

    def _build(self) -> None:
        assert self.archive is not None

        def tell(share: float) -> None:
            self.share = min(share, 0.99)

        from greatfear.web.index import Index

        try:
            store, self.is_kept = index_of(self.archive, tell)
            self._index = Index(self.archive, store)
        except (GreatFearError, OSError, ValueError, MemoryError) as error:
            self.error = str(error) or type(error).__name__
        except Exception:  # noqa: BLE001  without a word the page would wait for ever
            number = secrets.token_hex(4)
            _LOG.exception("failure %s of the index of %s", number, self.path or self.name)
            self.error = (
                "The index of this archive cannot be built. Let `greatfear check` look for rows that break the format; the log "
                f"of the lab names the failure {number}."
            )
        self.share = 1.0
        give_back()

    def _check_unchanged(self, archive: Archive) -> None:
        """Raise where a table is no longer the one that was opened; looked at once for each request."""
        if archive.path is None or (_asked.number and self._looked == (threading.get_ident(), _asked.number)):
            return
        for name, file in self._files(archive).items():
            entry = archive.manifest.tables[name]
            try:
                status = os.stat(file)
            except OSError as error:
                raise AlteredArchiveError(
                    f"{file}: gone since the archive was opened. Put it back, or start the lab again"
                ) from error
            stamp = (status.st_size, status.st_mtime_ns)
            if self._stamps.get(file) != stamp:
                check_table(archive.path, entry, TABLES.get(name), archive.manifest.greatfear)
                self._stamps[file] = stamp
        self._looked = (threading.get_ident(), _asked.number)

    def _files(self, archive: Archive) -> dict[str, str]:
        """Return the files of the tables."""
        if not self._places and archive.path is not None:
            self._places = {name: str(archive.path / entry.file) for name, entry in archive.manifest.tables.items()}
        return self._places


class Lab:
    """Archives by name, and the folder that new runs go to.

    Parameters
    ----------
    archives : iterable of Path or Archive
        Folders of archives and runs, or archives in memory.
    runs : Path, optional
        Folder in which new runs are written; archives in it are listed too.
    truth : bool
        Whether pages may open the truth of simulated runs.
    """

    def __init__(self, archives: Iterable[Path | Archive] = (), runs: Path | None = None, truth: bool = False) -> None:
        self.entries: dict[str, Entry] = {}
        self.runs = runs
        self.truth = truth
        self.is_seen = threading.Event()
        """Set when the first page was asked for and made."""
        for archive in archives:
            self.add(archive)
        self.look_for_runs()
        self.jobs = Jobs(runs or Path("runs"))

    def entry_at(self, folder: str) -> Entry:
        """Return the archive in a folder, taken up where it was not yet."""
        path = Path(folder)
        for entry in self.entries.values():
            if entry.path is not None and entry.path.resolve() == path.resolve():
                return entry
        return self.add(path, f"{path.parent.name}-{path.name}")

    def open_data(self) -> None:
        """Take up the inquisition at Giaveno where its files are on this computer; nothing is fetched."""
        from greatfear.catalogue.datasets import DataSetError
        from greatfear.datasets import giaveno_1335

        if not has_data("giaveno-1335") or any(entry.name.startswith("giaveno") for entry in self.entries.values()):
            return
        with contextlib.suppress(DataSetError, OSError):
            self.add(giaveno_1335(), "giaveno-1335").data = "giaveno-1335"

    def take_in_data(self, name: str) -> Entry:
        """Take up a registered data set; its files are fetched from their authors where they are not on this computer.

        Raises
        ------
        greatfear.errors.GreatFearError
            No such data set, or its files cannot be had.
        """
        from greatfear.catalogue.datasets import archive

        held = next((entry for entry in self.entries.values() if entry.data == name), None)
        if held is None:
            held = self.add(archive(name), name)
            held.data = name
        return held

    def look_for_runs(self) -> None:
        """List the archives in the folder of runs that are not listed yet."""
        if self.runs is None or not self.runs.is_dir():
            return
        known = {entry.path.resolve() for entry in self.entries.values() if entry.path is not None}
        for manifest in sorted(self.runs.glob(f"*/{MANIFEST}")):
            if manifest.parent.resolve() not in known:
                self.add(manifest.parent)

    def add(self, archive: Path | Archive, name: str = "") -> Entry:
        """Take up an archive under a name of its own."""
        if isinstance(archive, Archive):
            path, opened, error = archive.path, archive, ""
            wanted = name or (path.name if path else archive.manifest.title)
        else:
            path, wanted = archive, name or archive.resolve().name
            try:
                opened, error = read(archive), ""
            except GreatFearError as reason:
                opened, error = None, str(reason)
        slug = self._free(_slug(wanted))
        entry = self.entries[slug] = Entry(slug, path, opened, error)
        return entry

    def entry(self, name: str) -> Entry:
        """Return an archive by its name in addresses."""
        if name not in self.entries:
            raise UnknownNameError("archive", name, list(self.entries))
        return self.entries[name]

    def _free(self, slug: str) -> str:
        number, wanted = 2, slug
        while slug in self.entries:
            slug, number = f"{wanted}-{number}", number + 1
        return slug

    @cached_property
    def scenarios(self) -> dict[str, str]:
        """Titles of the catalogue by id, read from the first lines of its files: whole scenarios take seconds to read."""
        from greatfear.catalogue.entry import scenarios
        from greatfear.catalogue.resources import folder

        found = {}
        for name in scenarios():
            texts = (
                file.read_text("utf-8")
                for file in folder("entries").joinpath(name).iterdir()
                if file.name.endswith(".yaml")
            )
            titles = (match[1].strip("'\" ") for text in texts if (match := re.search(r"^title: *(.+)$", text, re.M)))
            found[name] = next(titles, name)
        return found


def has_data(name: str) -> bool:
    """Return whether the files of a data set are on this computer."""
    from greatfear.catalogue.datasets import dataset

    entry = dataset(name)
    place = os.environ.get("GREATFEAR_DATA", "")
    folders = [cache_folder().parent / entry.folder]
    folders += [Path(place).expanduser() / entry.folder] if place and "://" not in place else []
    return any(all((folder / file).is_file() for file in entry.files) for folder in folders)


def _slug(text: str) -> str:
    """Return a name that can stand in an address as it is."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "archive"
