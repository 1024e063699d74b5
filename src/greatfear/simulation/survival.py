"""What survives an interruption: the state at the end of a chunk, saved whole or not at all."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from greatfear.errors import ArchiveError, Fault, FaultList
from greatfear.landing import landing
from greatfear.record.place import refuse_nameless
from greatfear.simulation.codes import N_ACTS, N_PEOPLE, N_STATEMENTS
from greatfear.simulation.families import qualified, restore_all
from greatfear.simulation.process import Process
from greatfear.simulation.state import State

_ROWS = {"people": N_PEOPLE, "log": N_STATEMENTS, "share": N_STATEMENTS, "acts": N_ACTS}
"""Tables of the state, and the counter that says how many rows are in use."""


def partial_folder(out: Path) -> Path:
    """Return the folder beside `out` that holds an unfinished run."""
    refuse_nameless(out)
    return out.with_name(out.name + ".partial")


def state_file(out: Path) -> Path:
    """Return the file from which an unfinished run goes on; without it the run begins again."""
    return partial_folder(out) / "state.npz"


def save_state(process: Process, out: Path, fingerprint: str) -> None:
    """Save everything the run needs to go on from the end of its current day."""
    folder = partial_folder(out)
    folder.mkdir(parents=True, exist_ok=True)
    state = process.state
    arrays: dict[str, Any] = {"meter": state.meter, "faded": state.faded, "rows": state.rows}
    arrays |= {name: getattr(state, name)[: int(state.meter[place])] for name, place in _ROWS.items()}
    arrays |= {f"desk.{name}": array for name, array in state.desk._asdict().items()}
    arrays |= {f"history.{name}": array for name, array in _used(state).items()}
    arrays |= qualified(process.families)
    memory = json.dumps({"day": process.day, "fingerprint": fingerprint, "centre": process.centre.memory})
    arrays["memory"] = np.frombuffer(memory.encode(), np.uint8)
    with landing(folder / "state.npz") as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def _used(state: State) -> dict[str, Any]:
    """Return the arrays of the history without the room ahead of them."""
    people, statements, history = int(state.meter[N_PEOPLE]), int(state.meter[N_STATEMENTS]), state.history
    used = {"person": history.person[:people], "recent": history.recent[:, :people]}
    return history._asdict() | used | {"statement": history.statement[: max(1, statements)]}


def load_state(process: Process, out: Path, fingerprint: str) -> bool:
    """Let a fresh process go on from what was saved; False if nothing was.

    Raises
    ------
    FaultList
        If what was saved belongs to another scenario, seed or version.
    ArchiveError
        If the file is damaged.
    """
    path = state_file(out)
    if not path.exists():
        return False
    try:
        with np.load(path) as saved:
            memory = json.loads(saved["memory"].tobytes())
            if memory["fingerprint"] != fingerprint:
                raise FaultList(
                    [
                        Fault(
                            str(path),
                            "an unfinished run of another scenario, seed or version",
                            "the same run",
                            "remove the folder",
                        )
                    ],
                    "resume",
                )
            process.state = _restored(process.state, saved)
            restore_all(process.families, saved)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{path}: damaged ({error}). Remove the folder and start again") from error
    process.day, process.centre.memory = memory["day"], memory["centre"]
    return True


def _restored(state: State, saved: Any) -> State:
    desk = type(state.desk)(*(saved[f"desk.{field}"] for field in state.desk._fields))
    history = type(state.history)(*(saved[f"history.{field}"] for field in state.history._fields))
    plain = {name: saved[name] for name in ("people", "rows", "log", "acts", "meter", "faded", "share")}
    return State(desk=desk, history=history, **plain)


def forget(out: Path) -> None:
    """Remove what was saved of a run that is now complete."""
    shutil.rmtree(partial_folder(out), ignore_errors=True)
