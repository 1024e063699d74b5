"""The lab as an ASGI application. The web framework is used in this file only."""

from __future__ import annotations

import dataclasses
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.errors import AlteredArchiveError, GreatFearError, UnknownNameError
from greatfear.show.wording import Wording
from greatfear.web import address as at
from greatfear.web.guard import COOKIE, HEADERS, policy, refusal
from greatfear.web.lab import Lab, PendingError, one_request
from greatfear.web.memory import give_back
from greatfear.web.pages import MADE
from greatfear.web.parts import Link, Notice, Page
from greatfear.web.render import as_html, as_json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".png": "image/png",
}
_PACKED_FROM = 20_000
_OWN_PACKED_FROM = 1_000
_LONGEST_BODY = 1_200_000
_PAUSE = 0.1
_LOG = logging.getLogger("greatfear.web")


def answer(lab: Lab, path: str, query: str = "") -> tuple[at.Address | None, Page]:
    """Return the page at an address; what is wrong with an address is a page too."""
    with one_request():
        return _answered(lab, path, query)


def _answered(lab: Lab, path: str, query: str) -> tuple[at.Address | None, Page]:
    try:
        address = at.page_at(path, query)
    except at.NoSuchPageError:
        return None, _refusal(404, "No such page", f"No page of the lab has the address {path}.", path)
    except GreatFearError as error:
        return None, _refusal(400, "This address is not understood", str(error), path)
    try:
        return address, MADE[type(address)](lab, address)
    except PendingError as pending:
        words = f"{pending} This page reloads by itself."
        return address, dataclasses.replace(_refusal(202, "Not ready yet", words, path, "note"), refresh=1)
    except AlteredArchiveError as error:
        return address, _refusal(409, "The archive is damaged or was changed", f"{error}\n{_AGAIN}", path)
    except UnknownNameError as error:
        return address, _refusal(404, "There is nothing of this name", str(error), path)
    except GreatFearError as error:
        return address, _refusal(400, "This cannot be shown", str(error), path)


_AGAIN = (
    "Nothing of it is shown, so that no number is wrong. Copy the archive here again, or make it again; then start the lab "
    "again. The command “greatfear check” with the folder of the archive names every file that is not as it was written."
)


def _refusal(status: int, title: str, words: str, path: str, tone: str = "fault") -> Page:
    words = words[:1].upper() + words[1:]
    return Page(
        title=title, address=path, status=status, blocks=(Notice(words, tone, (Link("/", "The first screen"),)),)
    )


def application(lab: Lab, port: int, token: str | None) -> Any:
    """Return the lab as an ASGI application.

    Parameters
    ----------
    lab : Lab
    port : int
        Port that the Host header must name.
    token : str or None
        Token that a browser must bring once; None to let every user of this computer in.
    """
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import Response
    from starlette.routing import Route

    async def every(request: Request) -> Response:
        try:
            body = await _body(request) if request.method == "POST" else b""
            response = await run_in_threadpool(_responded, lab, (port, token), request, body)
        except Exception:  # noqa: BLE001  a number that stands in the log is all that a browser may see
            number = secrets.token_hex(4)
            _LOG.exception("failure %s at %s", number, request.url.path)
            words = f"The lab failed at this page. Its log names the failure {number}.\n"
            response = Response(words, 500, media_type="text/plain")
        response = _packed(request, response)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("content-security-policy", policy())
        return response

    return Starlette(
        routes=[Route("/{path:path}", every, methods=["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])]
    )


def _responded(lab: Lab, entrance: tuple[int, str | None], request: Request, body: bytes) -> Response:
    """Return the answer to a request, where it may pass."""
    from starlette.responses import RedirectResponse, Response

    port, token = entrance
    given = request.query_params.get("token")
    wanted = token
    if token is not None and given is not None and secrets.compare_digest(given.encode(), token.encode()):
        wanted = None
    refused = refusal(request.method, request.headers, request.cookies, port, wanted)
    if refused is not None:
        return Response(refused[1] + "\n", refused[0], media_type="text/plain")
    if token is not None and wanted is None:
        response = RedirectResponse("/" + request.url.path.lstrip("/"), 303)  # never to another host
        response.set_cookie(f"{COOKIE}-{port}", token, httponly=True, samesite="strict", path="/")
        return response
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    if path == "/openapi.json":
        return _openapi(lab)
    if path.startswith("/static/"):
        return _file(path.removeprefix("/static/"))
    if request.method == "POST" or path in ("/completions",):
        return _did(lab, path, body)
    if path.startswith("/job/") and path.endswith("/events"):
        return _events(lab, path.split("/")[2])
    return _page(lab, path, request.scope["query_string"].decode("latin-1"))


async def _body(request: Request) -> bytes:
    """Return what was posted; no more of it than the longest scenario is read."""
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > _LONGEST_BODY:
            return b""
    return found


def _did(lab: Lab, path: str, body: bytes) -> Response:
    """Do what was posted, and return JSON."""
    from starlette.responses import Response

    from greatfear.web.doing import do

    status, told = do(lab, path, body)
    return Response(json.dumps(told, ensure_ascii=False, allow_nan=False), status, media_type="application/json")


def _events(lab: Lab, name: str) -> Response:
    """Return the changes of a job as they come, until it ends."""
    from starlette.responses import Response, StreamingResponse

    if name not in lab.jobs.all:
        return Response("No such job.\n", 404, media_type="text/plain")
    job = lab.jobs.all[name]

    def told() -> Iterator[bytes]:
        version = -1
        while job.is_open:
            changed = lab.jobs.wait(job, version, 15)
            yield f"data: {changed}\n\n".encode() if changed != version else b": still here\n\n"
            version = changed
            time.sleep(_PAUSE)
        yield b"event: end\ndata: end\n\n"

    return StreamingResponse(told(), media_type="text/event-stream")


def _packed(request: Request, response: Response) -> Response:
    """Return an answer packed by gzip where that is worth it and the browser takes it."""
    import gzip

    body = getattr(response, "body", b"")
    is_own = request.url.path.startswith("/static/")
    if len(body) > (_OWN_PACKED_FROM if is_own else _PACKED_FROM) and "gzip" in request.headers.get(
        "accept-encoding", ""
    ):
        response.body = _tightly(body) if is_own else gzip.compress(body, compresslevel=1, mtime=0)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))
    return response


def _page(lab: Lab, path: str, query: str) -> Response:
    """Return a page in the form that its address asks for."""
    from starlette.responses import Response, StreamingResponse

    address, page = answer(lab, path, query)
    lab.is_seen.set()
    form = "html" if address is None else address.form
    if form == "json":
        return Response(as_json(page), page.status, media_type="application/json")
    if form == "html" or page.status != 200 or address is None:
        nonce = secrets.token_urlsafe(16) if page.script == "editor.js" else ""
        headers = {"content-security-policy": policy(nonce)} if nonce else {}
        return Response(
            as_html(page, nonce, _words(lab, address)), page.status, media_type="text/html", headers=headers
        )
    from greatfear.web.exports import export

    try:
        made = export(lab, address, page)
    except GreatFearError as error:
        return Response(as_html(_refusal(400, "This cannot be written", str(error), path)), 400, media_type="text/html")
    headers = {"content-disposition": f'attachment; filename="{made.name}"'}
    return StreamingResponse(_sent(made.parts), media_type=made.type, headers=headers)


def _sent(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of a file, and give back the memory that their rows took."""
    try:
        yield from parts
    finally:
        give_back()


def _openapi(lab: Lab) -> Response:
    """Return what the JSON pages take."""
    from starlette.responses import Response

    from greatfear.web.openapi import document

    return Response(json.dumps(document(lab), ensure_ascii=False), media_type="application/json")


def _words(lab: Lab, address: at.Address | None) -> Wording | None:
    """Return the words of the archive that an address is about; none where it is about no archive, or several."""
    entry = lab.entries.get(getattr(address, "name", ""))
    return None if entry is None or entry.archive is None else entry.archive.words


def _file(name: str) -> Response:
    """Return one of the lab's own files, by name from its folder."""
    from starlette.responses import Response

    known = {path.name: path for path in _STATIC.iterdir() if path.suffix in _TYPES}
    if name not in known:
        return Response("No such file.\n", 404, media_type="text/plain")
    path = known[name]
    return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"cache-control": "max-age=60"})


@lru_cache(20)
def _tightly(body: bytes) -> bytes:
    """Return one of the lab's own files packed as small as may be: it is packed once and sent often."""
    import gzip

    return gzip.compress(body, compresslevel=9, mtime=0)


def serve(lab: Lab, port: int, token: str | None, ready: Callable[[str], None]) -> None:
    """Serve the lab on this computer until it is stopped.

    Parameters
    ----------
    port : int
        Port on 127.0.0.1; 0 for any that is free.
    ready : callable
        Called with the address, token included, when the lab answers.
    """
    import socket

    import uvicorn

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise GreatFearError(
            f"--port: found {port}, but expected a port of this computer that is free and allowed ({reason}). Leave --port out: "
            "any free one is then taken"
        ) from error
    port = listening.getsockname()[1]
    app = application(lab, port, token)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(f"http://127.0.0.1:{port}/" + (f"?token={token}" if token else ""))

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="off",
        ws="none",
        loop="asyncio",
        http="h11",
    )
    Server(config).run(sockets=[listening])
