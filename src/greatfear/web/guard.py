"""Who may ask: this computer only, with the token of this lab, from its own pages."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

COOKIE = "greatfear-lab"
_NAMES = ("127.0.0.1", "localhost", "[::1]")

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def token() -> str:
    """Return a new token of 128 bits."""
    return secrets.token_urlsafe(16)


def policy(nonce: str = "") -> str:
    """Return the content security policy; a nonce lets the editor set its styles."""
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def refusal(
    method: str, headers: Mapping[str, str], cookies: Mapping[str, str], port: int, wanted: str | None
) -> tuple[int, str] | None:
    """Return status and reason where a request is refused, None where it may pass.

    Parameters
    ----------
    method : str
        GET, HEAD or POST.
    headers, cookies : mapping
        As the browser sent them; names of headers in small letters.
    port : int
        Port on which this lab listens; a Host that names another is refused.
    wanted : str or None
        Token of this lab; None where it was started without.
    """
    host = headers.get("host", "")
    if host not in {f"{name}:{port}" for name in _NAMES}:
        return 400, "The Host header does not name this lab. Open the address that `greatfear lab` printed."
    if wanted is not None and not hmac.compare_digest(cookies.get(f"{COOKIE}-{port}", "").encode(), wanted.encode()):
        return (
            403,
            "This page belongs to a lab that someone else opened. Open the address with the token that `greatfear lab` printed.",
        )
    if method == "POST":
        return _refused_post(headers, host)
    if method not in ("GET", "HEAD"):
        return 405, "A page of the lab is read with GET."
    return None


def _refused_post(headers: Mapping[str, str], host: str) -> tuple[int, str] | None:
    """Refuse what was not sent by a page of this lab."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    is_own = site == "same-origin" or (site is None and origin is not None and urlsplit(origin).netloc == host)
    if origin is not None and urlsplit(origin).netloc != host:
        is_own = False
    if not is_own or headers.get("x-lab") != "1":
        return 403, "This request did not come from a page of this lab."
    return None
