"""Jobs of the lab: a queue before one warm worker, progress that can be watched, stopping and going on."""

from __future__ import annotations

import contextlib
import json
import pickle
import re
import secrets
import subprocess
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.errors import Fault, FaultList, GreatFearError, UnknownNameError
from greatfear.landing import land
from greatfear.simulation.apart import command_of
from greatfear.web.memory import free_megabytes, megabytes

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

_QUEUE = 4
_KEPT = ".jobs"
_COMMAND = command_of("greatfear.web.worker")
_WORKER_ENDED = (EOFError, OSError, ValueError, pickle.UnpicklingError)
"""How a pipe tells that the process at its other end is gone, or that this lab has closed it."""
_DIED = "The process that simulates ended, perhaps for lack of memory. Going on starts it again."


class MemoryAskedError(GreatFearError):
    """A job needs much of the memory that is free; it runs where one says so."""


@dataclass(eq=False)
class Job:
    """One job: what was asked, how far it is, what came of it.

    Parameters
    ----------
    id : str
        Its name in addresses, and of its folder.
    asked : dict
        Kind, scenario (id or text), seed and what else the kind needs.
    state : str
        ``"waiting"``, ``"running"``, ``"done"``, ``"stopped"`` or ``"failed"``.
    progress : dict
        The last message of progress.
    rows : list of dict
        Finished replicates of an ensemble.
    """

    id: str
    asked: dict[str, Any]
    state: str = "waiting"
    progress: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether more may come."""
        return self.state in ("waiting", "running")

    def to_dict(self) -> dict[str, Any]:
        """Return the job as plain data."""
        return {"id": self.id, "asked": self.asked, "state": self.state, "progress": self.progress, "rows": self.rows,
                "result": self.result, "error": self.error}  # fmt: skip


class Jobs:
    """The jobs of a lab.

    Parameters
    ----------
    folder : Path
        Where jobs and their runs are written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._read_kept()

    def start(self) -> None:
        """Start and warm the worker."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()

    def add(self, asked: dict[str, Any]) -> Job:
        """Queue a job; faults name what is wrong with it."""
        asked = _checked(asked)
        with self._changed:
            if sum(job.is_open for job in self.all.values()) >= _QUEUE:
                raise FaultList(
                    [Fault("queue", f"{_QUEUE} jobs", f"at most {_QUEUE}", "wait for one, or stop one")], "job"
                )
            job = Job(self._free(asked), asked)
            asked["out"] = str(self.folder / job.id)
            self.all[job.id] = job
            self._waiting.append(job)
            self._changed.notify_all()
        self.start()
        return job

    def called(self, name: str) -> Job:
        """Return the job of this name."""
        if name not in self.all:
            raise UnknownNameError("job", name, list(self.all))
        return self.all[name]

    def as_it_stands(self, name: str) -> Job:
        """Return a copy of the job of this name: one moment of it, for a page that is made while the job goes on."""
        job = self.called(name)
        with self._changed:
            return replace(job, rows=list(job.rows))

    def stop(self, name: str) -> None:
        """Stop a job; what is written stays."""
        job = self.all[name]
        with self._changed:
            if job.state == "waiting":
                self._waiting.remove(job)
                self._set(job, state="stopped")
            elif job.state == "running":
                with contextlib.suppress(*_WORKER_ENDED):
                    self._tell(None)

    def go_on(self, name: str) -> None:
        """Queue a stopped or failed job again; it goes on where something of it was kept."""
        job = self.all[name]
        with self._changed:
            if not job.is_open and job.state != "done":
                job.asked["kept"] = job.rows
                self._set(job, state="waiting", error="")
                self._waiting.append(job)
        self.start()

    def is_saved(self, job: Job) -> bool:
        """Return whether something of an unfinished job was kept, so that it goes on instead of beginning again."""
        return bool(job.rows) or (self.folder / f"{job.id}.partial" / "state.npz").is_file()

    def wait(self, job: Job, version: int, seconds: float) -> int:
        """Wait until a job has changed since `version`, at most some seconds; return its version."""
        with self._changed:
            self._changed.wait_for(lambda: job.version != version or not job.is_open, seconds)
            return job.version

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()

    def _set(self, job: Job, **values: Any) -> None:
        for name, value in values.items():
            setattr(job, name, value)
        job.version += 1
        self._changed.notify_all()

    def _work(self) -> None:
        """Hand one job after another to the worker, and note what it says; a worker that died is started again."""
        self._start_worker()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
            if self._process is None:
                self._start_worker()
            with self._changed:  # asked and running in one step: a stop always comes after its job
                if not self._waiting:
                    continue
                job = self._waiting.popleft()
                self._set(job, state="running")
                with contextlib.suppress(*_WORKER_ENDED):  # it has ended; listening will show it
                    self._tell(job.asked)
            try:
                while not self._noted(job, self._heard()):
                    pass
            except _WORKER_ENDED:
                self.close()
                with self._changed:
                    self._set(job, state="failed", error=_DIED)
            self._keep(job)

    def _start_worker(self) -> None:
        """Start the process and wait until it is warm; there is none where it does not come up."""
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self._heard()
        except _WORKER_ENDED:
            self.close()

    def _tell(self, said: dict[str, Any] | None) -> None:
        if self._process is None or self._process.stdin is None:
            raise EOFError
        pickle.dump(said, self._process.stdin)
        self._process.stdin.flush()

    def _heard(self) -> dict[str, Any]:
        """Wait for the next message of the worker."""
        if self._process is None or self._process.stdout is None:
            raise EOFError
        said: dict[str, Any] = pickle.load(self._process.stdout)
        return said

    def _noted(self, job: Job, said: dict[str, Any]) -> bool:
        """Note a message of the worker; True where it was the last of a job."""
        with self._changed:
            if "row" in said:
                job.rows.append(said["row"])
                self._set(job, progress={"done": len(job.rows), "of": said["of"]})
            elif "done" in said:
                self._set(job, state="done", result=said["done"])
            elif "stopped" in said:
                self._set(job, state="stopped")
            elif "failed" in said:
                self._set(job, state="failed", error=said["failed"])
            else:
                self._set(job, progress=said)
        return not job.is_open

    def _keep(self, job: Job) -> None:
        """Write the job beside the runs, never into an archive, so that it is there when the lab is opened again."""
        with contextlib.suppress(OSError, TypeError, ValueError):
            folder = self.folder / _KEPT
            folder.mkdir(parents=True, exist_ok=True)
            land(folder / f"{job.id}.json", json.dumps(job.to_dict(), ensure_ascii=False).encode())

    def _read_kept(self) -> None:
        for file in sorted((self.folder / _KEPT).glob("*.json")):
            try:
                told = json.loads(file.read_text("utf-8"))
                job = Job(
                    **{name: told[name] for name in ("id", "asked", "state", "progress", "rows", "result", "error")}
                )
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if job.id == file.stem and not job.is_open:
                self.all[job.id] = job

    def _free(self, asked: dict[str, Any]) -> str:
        """Return a name that no folder bears."""
        kind = {"run": "", "ensemble": "-ensemble", "what-if": "-what-if"}[asked["kind"]]
        wanted = f"{asked['name']}{kind}-seed-{asked['seed']}"
        wanted += f"-replicate-{asked['replicate']}" if asked["kind"] == "run" and asked["replicate"] else ""
        name, number = wanted, 2
        while name in self.all or (self.folder / name).exists():
            name, number = f"{wanted}-{number}", number + 1
        return name


def _checked(asked: dict[str, Any]) -> dict[str, Any]:
    """Return a job with its defaults, or raise all that is wrong with it."""
    from greatfear.catalogue import scenario, scenarios
    from greatfear.web.workbench import read_text

    faults = []
    kind, text = asked.get("kind"), asked.get("scenario")
    if kind not in ("run", "ensemble", "what-if"):
        faults.append(Fault("job: kind", repr(kind), "run, ensemble or what-if"))
    seed = asked.get("seed", secrets.randbits(31))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        faults.append(Fault("job: seed", repr(seed), "a whole number from 0 to 2^63 - 1"))
    numbers = {}
    for key, most in (("replicates", 200), ("pairs", 100)):
        value = numbers[key] = asked.get(key, 20)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            faults.append(Fault(f"job: {key}", repr(value), f"a whole number from 1 to {most}"))
    replicate = asked.get("replicate", 0)
    if isinstance(replicate, bool) or not isinstance(replicate, int) or not 0 <= replicate < 2**32:
        faults.append(Fault("job: replicate", repr(replicate), "a whole number from 0 to 2^32 - 1"))
    changes = asked.get("changes", {})
    if not isinstance(changes, dict) or (kind == "what-if" and not changes):
        faults.append(Fault("job: changes", repr(changes), "paths with their values"))
    if not isinstance(text, str):
        faults.append(Fault("job: scenario", repr(text), "an id of the catalogue, or the text of a scenario"))
    if faults:
        raise FaultList(faults, "job")
    supposed = scenario(str(text)) if text in scenarios() else read_text(str(text))
    name = str(text) if text in scenarios() else supposed.id
    if kind == "what-if":
        _check_changes(supposed, changes)
    if asked.get("sure") is not True:
        _check_memory(supposed, 2 if kind == "what-if" else 1)
    return {
        "kind": kind,
        "scenario": text,
        "name": re.sub(r"[^a-z0-9-]+", "-", name.lower())[:60],
        "seed": seed,
        "changes": changes,
        "replicate": replicate,
        **numbers,
    }


def _check_changes(supposed: Scenario, changes: dict[str, Any]) -> None:
    """Raise where a change leads nowhere, before a worker tries it."""
    from greatfear.simulation.what_ifs import WHAT_IFS

    plain = {path: value for path, value in changes.items() if path not in WHAT_IFS}
    if plain:
        supposed.alter(plain)


def _check_memory(supposed: Scenario, times: int) -> None:
    """Raise where a run is expected to take more than half of the memory that is free."""
    needed, free = times * megabytes(supposed), free_megabytes()
    if free is not None and needed > free / 2:
        raise MemoryAskedError(
            f"This will take about {needed:,.0f} MB of memory; {free:,.0f} MB are free on this computer. Run it anyway?"
        )
