"""A worker process: reads tasks as lines of JSON, answers each with one line. Started by `greatfear.simulation.local`.

It ends when its input ends, so also when its parent is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, TextIO


def serve(tasks: TextIO, answers: TextIO) -> None:
    r"""Answer tasks until there are no more; the first line tells the function and what all tasks share."""
    from greatfear.simulation.calling import called

    first = tasks.readline()
    if not first:
        return
    head = json.loads(first)
    # Behind the worker's own: what the library imports later never comes from the caller's folder.
    sys.path += [folder for folder in head.get("path", []) if folder not in sys.path]
    function = called(head["function"])
    for line in tasks:
        asked = json.loads(line)
        answers.write(json.dumps({"key": asked["key"], **answer(function, head["shared"], asked["task"])}) + "\n")
        answers.flush()


def answer(function: Any, shared: Any, task: Any) -> dict[str, Any]:
    """Return the row of one task, or what went wrong."""
    from greatfear.errors import GreatFearError

    try:
        return {"row": function(shared, task)}
    except GreatFearError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001  goes to the caller, with its kind
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Serve standard input and output; whatever else is printed goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    import greatfear.simulation.replicate  # noqa: F401  while the caller is still busy

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        serve(sys.stdin, answers)
    except BrokenPipeError:  # the caller has ended: nobody is left to answer
        os._exit(0)


if __name__ == "__main__":
    main()
