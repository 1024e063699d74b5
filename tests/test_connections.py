"""The guard of the suite itself: a connection made by any process of it is refused, and noted though somebody caught it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from greatfear.simulation.apart import command_of
from greatfear.simulation.local import Job, on_processes

ELSEWHERE = ("192.0.2.1", 9)
"""An address that is kept for documents: nobody answers there."""
ATTEMPT = f"import socket\ntry:\n    socket.create_connection({ELSEWHERE}, 1)\nexcept BaseException as error:\n    print(error)"


def connects(shared: object, task: object) -> dict[str, str]:
    """Return what a connection made by a worker comes to."""
    try:
        socket.create_connection(ELSEWHERE, 1)
    except BaseException as error:  # noqa: BLE001  a careless library
        return {"told": str(error)}
    return {}


def noted() -> str:
    """Return what was noted, and forget it: this test is to pass."""
    file = Path(os.environ["GREATFEAR_TEST_CONNECTIONS"])
    told = file.read_text()
    file.write_text("")
    return told


def here() -> None:
    assert "192.0.2.1" in connects(None, None)["told"]


def child() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", ATTEMPT], capture_output=True, text=True, check=True)
    assert "192.0.2.1" in done.stdout


def process_of_ours() -> None:
    start = command_of("greatfear.web.worker")
    program = start[3].partition("refuse_settings_here(); ")[0] + f"\n{ATTEMPT}"
    assert "192.0.2.1" in subprocess.run([*start[:3], program], capture_output=True, text=True, check=True).stdout


def worker() -> None:
    ((_, row),) = on_processes("test_connections:connects", {}, [Job("a", {})], 1)
    assert "192.0.2.1" in row["told"]


def question() -> None:
    with pytest.raises(AssertionError, match="getaddrinfo"):
        socket.getaddrinfo("example.org", 80)


def datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(AssertionError, match="sendto"):
        one.sendto(b"x", ELSEWHERE)


@pytest.mark.parametrize("attempt", [here, child, process_of_ours, worker, question, datagram])
def test_a_planted_connection_is_seen(attempt: Callable[[], None]) -> None:
    attempt()
    assert "192.0.2.1" in (told := noted()) or "example.org" in told


def test_this_computer_may_be_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 1).close()
    assert noted() == ""
