"""greatfear lab: archives in the browser."""

from __future__ import annotations

import gc
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.cli.choosing import warn_of_living
from greatfear.cli.options import JsonOption
from greatfear.cli.show import note, say, say_json
from greatfear.errors import ArchiveError, NotAnArchiveError

if TYPE_CHECKING:
    from greatfear.web.lab import Lab

_PATIENCE = 1.0


def lab(
    archives: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[ARCHIVE]...", help="Folders of runs, or of archives made by `greatfear intake`."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this computer; 0 takes any free port.")] = 0,
    runs: Annotated[
        Path, typer.Option("--runs", metavar="FOLDER", help="Folder for new runs; the lab lists its archives.")
    ] = Path("runs"),
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
    token: Annotated[
        bool,
        typer.Option(
            "--token/--no-token",
            help="Require the token in the printed address. Without it, every user of this computer can open the lab.",
        ),
    ] = True,
    truth: Annotated[bool, typer.Option("--truth", help="Show the truth on pages of simulated runs.")] = False,
    json: JsonOption = False,
) -> None:
    """Open archives in the browser: filter cases, follow a chain of accusations to its root, and cite every number.

    The lab answers only on this computer and changes no archive. To use it from another computer, start it with --port 8080
    and forward the port: ssh -L 8080:127.0.0.1:8080 HOST. Ctrl-C stops the lab.

    For example:

      greatfear lab runs/great-terror
    """
    from greatfear.web.app import serve
    from greatfear.web.guard import token as new_token
    from greatfear.web.lab import Lab

    for folder in archives or ():
        _refuse_absent(folder)
    opened = Lab(archives or (), runs=runs, truth=truth)
    for entry in opened.entries.values():
        if entry.archive is not None:
            warn_of_living(entry.archive)

    def ready(address: str) -> None:
        if json:
            say_json({"address": address, "archives": list(opened.entries)})
        else:
            say(address)
            note("Ctrl-C ends the lab.")
        if browser:
            import webbrowser

            webbrowser.open(address)
        threading.Thread(target=_get_ready, args=(opened,), daemon=True).start()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended is like Ctrl-C: the worker is ended too
    try:
        serve(opened, port, new_token() if token else None, ready)
    finally:
        opened.jobs.close()


def _refuse_absent(folder: Path) -> None:
    """Raise where no archive is; one that is damaged is listed, and its page says what is wrong."""
    from greatfear.record.reading import read_manifest

    try:
        read_manifest(folder)
    except NotAnArchiveError:
        raise
    except ArchiveError:
        return


def _get_ready(opened: Lab) -> None:
    """Do behind the first page what later pages need: the first index, the data set at hand, the warm worker."""
    from greatfear.web.pages import MADE

    opened.is_seen.wait(_PATIENCE)  # the first page has the processor to itself
    MADE.load()
    for entry in list(opened.entries.values())[:1]:
        entry.start()
    opened.open_data()
    opened.jobs.start()
    gc.collect()
    gc.freeze()  # what is loaded stays: no click waits until all of it was looked through for garbage
