"""What a page may ask the lab to do: check a text, queue a job, stop one, go on with one. Nothing writes into an archive."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from greatfear.errors import GreatFearError
from greatfear.web import address as at
from greatfear.web.jobs import MemoryAskedError
from greatfear.web.lab import Lab
from greatfear.web.parts import as_plain
from greatfear.web.workbench import checked, completions


def do(lab: Lab, path: str, body: bytes) -> tuple[int, Any]:
    """Return status and answer of a request that does something."""
    if path == "/completions":
        return 200, completions()
    try:
        asked = json.loads(body or b"null")
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        return 400, {"message": "Expected one JSON object of at most 1 MB."}
    try:
        return _done(lab, path, asked)
    except MemoryAskedError as error:
        return 400, {"message": str(error), "ask": True}
    except GreatFearError as error:
        return 400, {"message": str(error), **as_plain(error.to_dict())}


_JOB = ("kind", "scenario", "seed", "replicate", "replicates", "pairs", "changes", "sure")


def _done(lab: Lab, path: str, asked: dict[str, Any]) -> tuple[int, Any]:
    if path == "/check":
        parent = str(asked.get("parent", ""))
        text = asked.get("text")
        if not isinstance(text, str):
            return 400, {"message": "Expected the text of a scenario."}
        return 200, as_plain(checked(text, parent if parent in lab.scenarios else ""))
    if path == "/jobs":
        job = lab.jobs.add({key: asked[key] for key in _JOB if key in asked})
        return 200, {"address": str(at.JobPage(id=job.id))}
    parts = path.split("/")
    if len(parts) == 4 and parts[1] == "data" and parts[3] == "get":
        return 200, {"address": str(at.Overview(name=lab.take_in_data(unquote(parts[2])).name))}
    if len(parts) == 4 and parts[1] == "job" and parts[3] in ("stop", "go-on"):
        name = unquote(parts[2])
        if name not in lab.jobs.all:
            return 404, {"message": "No such job."}
        (lab.jobs.stop if parts[3] == "stop" else lab.jobs.go_on)(name)
        return 200, {"address": str(at.JobPage(id=name))}
    return 404, {"message": "There is nothing to do at this address."}
