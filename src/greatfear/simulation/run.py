"""Simulate a scenario: from a seed to an archive, with the truth kept apart."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from greatfear.archive import Archive, read
from greatfear.catalogue.entry import as_scenario
from greatfear.draws._jit import compile_seconds, compiled_here, prepare, sources_digest, use_threads
from greatfear.errors import Fault, ScenarioError, WrongArgumentError, found, is_whole, path_of
from greatfear.landing import land
from greatfear.record.place import claimed
from greatfear.record.schema import TABLES
from greatfear.record.writing import WrittenTable, write_archive
from greatfear.scenario.model import Scenario
from greatfear.scenario.resolving import completed
from greatfear.show.face import Json, Shown
from greatfear.show.waiting import bar_for
from greatfear.simulation.ahead import Ahead
from greatfear.simulation.asked import Asked
from greatfear.simulation.codes import N_ARRESTS, N_STATEMENTS
from greatfear.simulation.compiling import calls_of, side_by_side
from greatfear.simulation.course import course
from greatfear.simulation.papers.stage import through_papers
from greatfear.simulation.peak_memory import peak_memory_mb
from greatfear.simulation.process import Process, start
from greatfear.simulation.survival import forget, load_state, partial_folder, save_state
from greatfear.simulation.tables import archive_streams, early_rows, rows_now, truth_streams, whole
from greatfear.simulation.truth import read_truth
from greatfear.simulation.truth_schema import in_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.describe.description import Description
    from greatfear.describe.why import Why

_CHUNK_DAYS = 7
_SAVE_SECONDS = 20.0
"""Without a chunk size of the caller's, a state is saved only after this many seconds of work: saving costs seconds itself."""
_SAVE_SHARE = 20
"""And only after this multiple of the seconds that the last saving took: however large the state, a twentieth of a run."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    day: int
    days: int
    arrests: int
    statements: int


@dataclass(frozen=True, repr=False)
class Run(Shown):
    """A finished run: the archive, and the truth beside it.

    Parameters
    ----------
    archive : Archive
        What was written down.
    truth : mapping of str to pyarrow.Table
        The truth; see `greatfear.simulation.truth_schema.TRUTH_TABLES`.
    scenario : Scenario
    seed, replicate : int
    path : Path or None
        Where it was written.
    seconds : dict
        Seconds spent, by part; empty for a run read back.
    parts : dict
        What the centre (``"centre"``) believed and did, what offices could do and which limits bound (``"offices"``), and what
        each mechanism family did, by its name.
    """

    archive: Archive
    truth: Mapping[str, pa.Table]
    scenario: Scenario
    seed: int
    replicate: int = 0
    path: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    parts: Mapping[str, dict[str, Json]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return scenario, seed and size on one line."""
        rows = ", ".join(f"{self.archive.n_rows(name):,} {name}" for name in ("persons", "statements", "acts"))
        place = f" in {self.path}" if self.path else ""
        return f"<Run of {self.scenario.id!r}, seed {self.seed}, replicate {self.replicate}: {rows}{place}>"

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the cases by month and by year; drawn into `ax` where axes are given."""
        return self.archive.plot(ax=ax)

    def describe(self, *, by: str = "month", top: int = 10, case: str | None = None) -> Description:
        """Return what the archive shows, in numbers; see `greatfear.Archive.describe`."""
        return self.archive.describe(by=by, top=top, case=case)

    def why(self, person: str | int, *, limit: int = 100) -> Why:
        """Return the chain behind a person's case, and the statements against the person; see `greatfear.Archive.why`."""
        return self.archive.why(person, limit=limit)

    @property
    def centre(self) -> Mapping[str, Json]:
        """Return what the centre believed and did."""
        return self.parts["centre"]

    @property
    def families(self) -> Mapping[str, Mapping[str, Json]]:
        """Return what each mechanism family did, by its name."""
        return {name: part for name, part in self.parts.items() if name not in ("centre", "offices")}

    def write(self, folder: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Write archive, truth and scenario into a run folder and return it.

        A finished archive of something else gives way only with `replace`.
        """
        tables = {name: self.archive.table(name) for name in TABLES}
        asked = Asked(self.scenario, self.seed, self.replicate)
        return _write(path_of(folder, "folder"), (tables, self.truth), asked, self.parts, replace=replace)


def simulate(
    scenario: Scenario | str | os.PathLike[str],
    seed: int | None = None,
    *,
    replicate: int = 0,
    out: str | os.PathLike[str] | None = None,
    threads: int | None = None,
    chunk_days: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    replace: bool = False,
) -> Run:
    """Simulate a scenario.

    The result is the same, bit for bit, for every number of threads and chunk size, and after an interruption.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the id of one in the catalogue, or a YAML or JSON file.
    seed : int, optional
        0 to 2^63 - 1; drawn and recorded if absent.
    replicate : int
        0 to 2^32 - 1; replicate 900 costs one run.
    out : path, optional
        Run folder to write. An unfinished run of the same scenario and seed in ``out.partial`` is resumed.
    threads : int, optional
        Threads for the speakers of a day; all cores if absent.
    chunk_days : int, optional
        Days between two saved states (with `out`); if absent, every 20 seconds, or more where saving takes more than one.
    progress : callable, optional
        Called with a `Progress` after every day; if absent, a long run shows a bar in a notebook and in Python at a terminal.
    replace : bool
        Whether a finished archive of something else in `out` gives way; the same run may always be written again.

    Returns
    -------
    Run

    Raises
    ------
    UnknownNameError
        If the catalogue has no scenario of that id; the message names the nearest.
    ScenarioError
        If seed or replicate are out of range.
    FaultList
        If the formula of the naming rule has faults, or an unfinished run in the way is of another scenario or seed.

    Examples
    --------
    >>> from greatfear.scenario.model import Scenario
    >>> region = {"id": "a", "name": "A", "persons": 100}
    >>> span = {"start": "1900-01-01", "end": "1900-01-03"}
    >>> population = {"regions": [region], "strata": [{"id": "all", "share": 1}]}
    >>> scenario = Scenario.model_validate(dict(id="x", title="x", time=span, population=population))
    >>> simulate(scenario, seed=1).archive.n_rows("acts")
    0
    """
    asked = as_asked(scenario, seed, replicate)
    if threads is not None and not is_whole(threads, 1, 2**16):
        raise WrongArgumentError("threads", threads, "a whole number, 1 or more")
    use_threads(threads)
    folder = None if out is None else path_of(out, "out")
    if folder is None:
        with bar_for(progress, _days, "days") as follow:
            return _simulated(asked, None, chunk_days, follow)
    # Before the first day: what stands there, and whether somebody else writes there.
    with claimed(folder, asked.provenance, replace=replace), bar_for(progress, _days, "days") as follow:
        return _simulated(asked, folder, chunk_days, follow)


def as_asked(scenario: Scenario | str | os.PathLike[str], seed: int | None, replicate: int) -> Asked:
    """Return what a run is asked for: the scenario as the run folder will hold it, and the seed, drawn where there is none."""
    scenario = completed(as_scenario(scenario))
    seed = secrets.randbits(31) if seed is None else seed
    check_numbers(seed, replicate)
    return Asked(scenario, int(seed), int(replicate))


def _days(at: Progress) -> tuple[int, int]:
    return at.day, at.days


def _simulated(
    asked: Asked,
    folder: Path | None,
    chunk_days: int | None,
    progress: Callable[[Progress], None] | None,
) -> Run:
    """Run all days and write or keep the tables."""
    begun, compiled = time.perf_counter(), compile_seconds()
    scenario, seed, replicate = asked.scenario, asked.seed, asked.replicate
    fingerprint = "" if folder is None else _fingerprint(asked)
    with side_by_side(scenario, seed, replicate):
        process = start(scenario, seed, replicate)
        prepare(calls_of(process))
    if folder is not None:
        load_state(process, folder, fingerprint)
    prepared, compiling = time.perf_counter(), compile_seconds() - compiled
    with _ahead(process, folder) as ahead:
        spent = _through_days(process, folder, fingerprint, chunk_days, _tell(ahead, progress))
        tables, truth = _made(process, (seed, replicate), None if folder is None else ahead.finished(rows_now(process)))
    parts = _parts(process)
    if folder is None:
        archive = _in_memory(tables, asked)
    else:
        _write(folder, (tables, truth), asked, parts, replace=True)  # what stood there was looked at
        archive, truth = read(folder), read_truth(folder)
        forget(folder)
    ended = time.perf_counter()
    in_days = compile_seconds() - compiled - compiling
    seconds = {
        "compile": compiling + in_days, "prepare": prepared - begun - compiling, "kernels": spent["kernels"] - in_days,
        "saving": spent["saving"], "writing": ended - prepared - spent["kernels"] - spent["saving"], "total": ended - begun,
    }  # fmt: skip
    if folder is not None:
        _log(folder, seconds)
    return Run(archive, truth, scenario, seed, replicate, folder, seconds, parts)


def finished(process: Process, seed: int, replicate: int) -> Run:
    """Return the run of a process whose days are all done, in memory."""
    tables, truth = _made(process, (seed, replicate), None)
    archive = _in_memory(tables, Asked(process.scenario, seed, replicate))
    return Run(archive, truth, process.scenario, seed, replicate, parts=_parts(process))


def _parts(process: Process) -> dict[str, dict[str, Any]]:
    """Return what the centre, the offices and each family did."""
    families = {family.name: family.report() for family in process.families}
    return {"centre": process.centre.to_dict(), "offices": course(process)} | families


def _in_memory(tables: Mapping[str, Any], asked: Asked) -> Archive:
    """Return the archive of a run that is not written."""
    span = asked.scenario.time
    return Archive.from_tables(
        tables,
        epoch=span.start,
        end=span.end,
        kind="simulated",
        title=asked.scenario.title,
        provenance=asked.provenance,
    )


def check_numbers(seed: int, replicate: int) -> None:
    """Refuse a seed or replicate out of range."""
    faults = []
    if not is_whole(seed, 0, 2**63):
        faults.append(Fault("seed", found(seed), "a whole number from 0 to 2^63 - 1"))
    if not is_whole(replicate, 0, 2**32):
        faults.append(Fault("replicate", found(replicate), "a whole number from 0 to 2^32 - 1"))
    if faults:
        raise ScenarioError(faults, "simulate")


def _through_days(
    process: Process,
    folder: Path | None,
    fingerprint: str,
    chunk_days: int | None,
    told: Callable[[Process], None],
) -> dict[str, float]:
    """Run all days, saving the state after a chunk but not after the last."""
    spent, saved = {"kernels": 0.0, "saving": 0.0}, time.perf_counter()
    chunk, patience = (chunk_days, 0.0) if chunk_days else (_CHUNK_DAYS, _SAVE_SECONDS)
    while process.day < process.n_days:
        spent["kernels"] += process.advance((process.day // chunk + 1) * chunk, told)
        begun = time.perf_counter()
        if folder is not None and process.day < process.n_days and begun - saved >= patience:
            save_state(process, folder, fingerprint)
            saved = time.perf_counter()
            spent["saving"] += saved - begun
            patience = 0.0 if chunk_days else max(_SAVE_SECONDS, _SAVE_SHARE * (saved - begun))
    return spent


def _ahead(process: Process, folder: Path | None) -> Ahead:
    """Return what writes tables beside the days: none where nothing is written, or where papers mislead afterwards."""
    if folder is None or not process.scenario.papers.is_off:
        return Ahead(Path(), {})
    return Ahead(partial_folder(folder) / "tables", early_rows(process))


def _tell(ahead: Ahead, progress: Callable[[Progress], None] | None) -> Callable[[Process], None]:
    """Return what is called after each day."""

    def told(now: Process) -> None:
        ahead.reached(rows_now(now))
        if progress:
            progress(Progress(now.day, now.n_days, int(now.state.meter[N_ARRESTS]), int(now.state.meter[N_STATEMENTS])))

    return told


def _fingerprint(asked: Asked) -> str:
    text = f"{asked.digest} {asked.seed} {asked.replicate} {version('greatfear')} {sources_digest()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _made(
    process: Process, run: tuple[int, int], written: Mapping[str, WrittenTable] | None
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the tables of archive and truth: as files and streams where they are only to be written and no papers mislead."""
    tables, truth = archive_streams(process), truth_streams(process)
    if written is not None and process.scenario.papers.is_off:
        archive, beside = ({name: written.get(name, rows) for name, rows in part.items()} for part in (tables, truth))
        return archive, beside
    return through_papers(whole(tables), whole(truth), process.scenario, run)


def _write(
    folder: Path,
    tables: tuple[Mapping[str, Any], Mapping[str, Any]],
    asked: Asked,
    parts: Mapping[str, dict[str, Any]],
    *,
    replace: bool = False,
) -> Path:
    """Write archive and truth (`tables`) and what the centre and each family did (`parts`)."""
    scenario = asked.scenario
    files = {"scenario.json": asked.text.encode()}
    files |= {f"{name}.json": (json.dumps(part, indent=1) + "\n").encode() for name, part in parts.items()}
    return write_archive(
        folder, tables[0], epoch=scenario.time.start, end=scenario.time.end, kind="simulated", title=scenario.title,
        provenance=asked.provenance, truth=in_order(tables[1]), files=files, replace=replace,
    )  # fmt: skip


def _log(folder: Path, seconds: Mapping[str, float]) -> None:
    """Write what a run cost here and now; not part of what is repeated."""
    log = {
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": {key: round(value, 3) for key, value in seconds.items()},
        "peak_memory_mb": peak_memory_mb(),
        "compiled": compiled_here(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
    land(folder / "log.json", json.dumps(log, indent=1) + "\n")
