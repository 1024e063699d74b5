"""Addresses of the lab's JSON pages, made by schemathesis from the lab's own OpenAPI document: none may fail or leave it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import greatfear as gf
from greatfear.simulation.run import simulate
from greatfear.web.app import application
from greatfear.web.lab import Lab
from verification.attack.tools import CannotAttackError, content

PORT = 8100
_ALLOWED = (200, 202, 400, 404, 405, 409)


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Ask addresses of every page of two archives until `count` are asked; the archives must stay as they are."""
    try:
        import schemathesis
        from hypothesis import HealthCheck, Phase, given, seed, settings
    except ImportError as error:
        raise CannotAttackError("pages: install schemathesis first: pip install schemathesis") from error
    simulate(gf.catalogue.scenario("naming-cascade"), draw.randrange(2**31), out=place / "run")
    lab = Lab([place / "run"], runs=place / "runs")
    for entry in lab.entries.values():
        entry.index(wait=True)
    before = content(place / "run")
    app = application(lab, PORT, None)
    status, _, body = answered(app, "/openapi.json")
    yield "" if status == 200 else f"/openapi.json: {status}"
    schema = schemathesis.openapi.from_dict(json.loads(body))
    operations = [found.ok() for found in schema.get_all_operations()]
    operations = draw.sample(operations, min(count, len(operations)))
    for k, operation in enumerate(operations):
        asked: list[str] = []
        case_of = _named(draw, list(lab.entries)[k % len(lab.entries)])
        test = given(case=operation.as_strategy())(_asker(app, asked, case_of))
        limits = settings(
            max_examples=max(count // len(operations), 1), database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        seed(draw.randrange(2**31))(limits(test))()
        yield from asked
    yield "" if content(place / "run") == before else "the archive was changed"


def _asker(app: Any, asked: list[str], altered: Callable[[Any], Any]) -> Callable[..., None]:
    """Return a test that notes what is wrong with the answer to a case."""

    def ask(case: Any) -> None:
        asked.append(harm(app, _address(altered(case))))

    return ask


def _named(draw: random.Random, name: str) -> Callable[[Any], Any]:
    """Return what gives most cases the name of an archive that is there: its pages show more."""

    def altered(case: Any) -> Any:
        if "name" in (case.path_parameters or {}) and draw.random() < 0.8:
            case.path_parameters["name"] = name
        return case

    return altered


def _address(case: Any) -> str:
    """Return the address of a case as a browser would send it."""
    from urllib.parse import quote, urlencode

    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    pairs = []
    for key, value in (case.query or {}).items():
        if isinstance(value, dict):
            pairs += list(value.items())
        else:
            pairs += [(key, one) for one in (value if isinstance(value, list) else [value])]
    query = urlencode([(key, str(value)) for key, value in pairs], errors="replace")
    return f"{path}?{query}" if query else str(path)


def harm(app: Any, address: str) -> str:
    """Return what is wrong with the answer to an address; an empty text where nothing is."""
    status, kind, body = answered(app, address)
    if status not in _ALLOWED:
        return f"{address[:300]}: {status} {body[:200]!r}"
    if "json" not in kind:
        return "" if status in (404, 400) else f"{address[:300]}: {status} as {kind}, not as JSON"
    try:
        page = json.loads(body, parse_constant=_no_constant)
    except ValueError as error:
        return f"{address[:300]}: {error}"
    missing = {"title", "address", "blocks"} - set(page) if address != "/openapi.json" else set()
    return f"{address[:300]}: without {', '.join(sorted(missing))}" if missing else ""


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def answered(app: Any, address: str) -> tuple[int, str, bytes]:
    """Ask the lab without a network: status, kind and body of the answer."""
    path, _, query = address.partition("?")
    raw = path.encode("ascii")
    from urllib.parse import unquote_to_bytes

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote_to_bytes(raw).decode("utf-8", "replace"), "raw_path": raw, "query_string": query.encode("ascii"),
        "root_path": "", "headers": [(b"host", f"127.0.0.1:{PORT}".encode())], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", PORT),
    }  # fmt: skip
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(dict(message))

    asyncio.run(app(scope, receive, send))
    headers = dict(said[0]["headers"])
    return said[0]["status"], headers.get(b"content-type", b"").decode(), b"".join(m.get("body", b"") for m in said[1:])
