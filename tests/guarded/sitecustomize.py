"""Loaded by every Python process that the tests start, for `tests/conftest.py` puts this folder on their path.

Each connection outside this computer, and each question for the address of another, is noted in a file and refused: the
product works locally and sends nothing, in its workers and in the processes of a cluster too.
"""

import ipaddress
import os
import socket
import sys
from typing import Any

NOTED = "GREATFEAR_TEST_CONNECTIONS"
"""Variable that names the file."""


class ConnectionMadeError(AssertionError):
    """The product, or a test, asked for an address outside this computer."""


def is_here(address: Any) -> bool:
    """Return whether a socket address is this computer: a path, or a number or name of the loopback."""
    if not isinstance(address, tuple):
        return True
    host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
        return found.is_loopback or found.is_unspecified
    except ValueError:
        return host in ("localhost", "", socket.gethostname())


def refuse(event: str, given: tuple[Any, ...]) -> None:
    """Refuse what leads elsewhere; an audit hook, so that no library gets past it through the socket module."""
    if event == "socket.connect":
        asked, address = given  # distributed asks for its own address by a datagram socket: nothing is sent
        is_fine = is_here(address) or asked.type == socket.SOCK_DGRAM
    elif event in ("socket.sendto", "socket.sendmsg"):
        is_fine = given[1] is None or is_here(given[1])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        is_fine = given[0] is None or is_here((given[0],))
    else:
        return
    if not is_fine:
        told = f"{event} {given[:2]} by {sys.argv[:1]}"
        if os.environ.get(NOTED):
            with open(os.environ[NOTED], "a") as file:
                file.write(told + "\n")
        raise ConnectionMadeError(told)


if os.environ.get(NOTED):
    sys.addaudithook(refuse)
