"""What all tests share: a matplotlib without a window, quiet random seeds, and no test that alters the surroundings."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
# Data sets that stand beside the checkout serve as the mirror; where there are none, tests that need them are skipped.
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
if BESIDE.is_dir():
    os.environ.setdefault("GREATFEAR_DATA", str(BESIDE))

# Two shared cores and kernels that compile on their first call: a time limit for a single example says nothing.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _surroundings_stay() -> Iterator[None]:
    """Fail a test that leaves the working folder or the environment other than it found them."""
    folder, environment = os.getcwd(), dict(os.environ)
    yield
    # pytest itself notes the running test there, and the plotting library marks its backend once
    passing = {"PYTEST_CURRENT_TEST", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK"}
    changed = {name for name in {*environment, *os.environ} - passing if environment.get(name) != os.environ.get(name)}
    assert os.getcwd() == folder, "the test changed the working folder"
    assert not changed, f"the test changed the environment: {sorted(changed)}"


class ConnectionMadeError(AssertionError):
    """The product, or a test, asked for an address outside this computer."""


def _is_here(address: Any) -> bool:
    """Return whether a socket address is this computer: a path, or a number or name of the loopback."""
    if not isinstance(address, tuple):
        return True
    host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(autouse=True, scope="session")
def _no_connection() -> Iterator[None]:
    """Refuse every connection but to this computer, and every question for an address, during the whole suite.

    The product works locally and sends nothing; `greatfear data get` is tested against files that stand beside the checkout.
    """
    kept = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    ask = socket.getaddrinfo

    def guarded(name: str) -> Any:
        def call(self: socket.socket, *given: Any) -> Any:
            asks_own_address = self.type == socket.SOCK_DGRAM and name != "sendto"  # distributed does: nothing is sent
            if not asks_own_address and not _is_here(given[-1] if name == "sendto" else given[0]):
                raise ConnectionMadeError(f"{name} {given[-1]}")
            return kept[name](self, *given)

        return call

    def asked(host: Any, *given: Any, **more: Any) -> Any:
        if host is not None and not _is_here((host,)):
            raise ConnectionMadeError(f"getaddrinfo {host}")
        return ask(host, *given, **more)

    for name in kept:
        setattr(socket.socket, name, guarded(name))
    socket.getaddrinfo = asked
    yield
    for name, method in kept.items():
        setattr(socket.socket, name, method)
    socket.getaddrinfo = ask
