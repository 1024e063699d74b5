"""Who may ask the lab, and what hostile requests get: never a number, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

import web_lab
from greatfear.web.app import answer
from greatfear.web.guard import refusal
from greatfear.web.lab import Lab
from greatfear.web.render import as_html

HOST = {"host": "127.0.0.1:8100"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return web_lab.lab_of(tmp_path_factory.mktemp("lab"))


@pytest.mark.parametrize(
    ("host", "is_let_in"),
    [
        ("127.0.0.1:8100", True), ("localhost:8100", True), ("[::1]:8100", True),
        ("evil.example", False), ("evil.example:8100", False), ("127.0.0.1", False), ("127.0.0.1:8101", False),
        ("[::1]:8101", False), ("127.0.0.1:8100.evil.example", False), ("", False), ("localhost:8100@evil.example", False),
    ],
)  # fmt: skip
def test_the_host_must_be_this_lab(host: str, is_let_in: bool) -> None:
    found = refusal("GET", {"host": host}, {}, 8100, None)
    assert (found is None) == is_let_in
    assert found is None or found[0] == 400


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"sec-fetch-site": "same-origin", "x-lab": "1"}, True),
        ({"origin": "http://127.0.0.1:8100", "x-lab": "1"}, True),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"x-lab": "1"}, False),
        ({"sec-fetch-site": "cross-site", "x-lab": "1"}, False),
        ({"sec-fetch-site": "same-site", "x-lab": "1"}, False),
        ({"sec-fetch-site": "none", "x-lab": "1"}, False),
        ({"origin": "http://evil.example", "x-lab": "1"}, False),
        ({"origin": "null", "x-lab": "1"}, False),
        ({"origin": "http://127.0.0.1:9999", "sec-fetch-site": "same-origin", "x-lab": "1"}, False),
    ],
)
def test_a_post_comes_from_a_page_of_this_lab(headers: dict[str, str], is_let_in: bool) -> None:
    assert (refusal("POST", HOST | headers, {}, 8100, None) is None) == is_let_in


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    found = refusal(method, HOST, {}, 8100, None)
    assert found is not None
    assert found[0] == 405


def test_the_token_is_brought_once_and_then_kept_in_a_cookie(lab: Lab) -> None:
    client = web_lab.client(lab, token="secret")
    assert client.get("/").status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    assert client.get("/static/lab.css").status_code == 403
    first = client.get("/?token=secret")
    assert first.status_code == 303
    assert "token" not in first.headers["location"]
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200


def test_every_answer_has_its_headers(lab: Lab) -> None:
    client = web_lab.client(lab)
    for path in ("/", "/a/mixed", "/a/mixed/cases.json", "/static/lab.js", "/nowhere", "/a/mixed/cases?x=1"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


PATHS = (
    "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%2fetc%2fpasswd",
    "/a/../../etc/passwd", "/a/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/a/mixed/person/..%2f..%2f..%2fetc%2fpasswd",
    "/a/mixed/tree/-1", "/a/mixed/tree/9999999", "/a/mixed/tree/1e3", "/a/mixed/tree/%D9%A3", "/a//cases",
    "/a/mixed/person/", "/a/mixed/person/%00", "/a/mixed/person/%ff%fe", "/a/mixed/cases?after=99999999999999999999",
    "/a/mixed/cases?after=-5", "/a/mixed/cases?from=0001-01-01&until=9999-12-31",
    "/a/mixed/cases?from=2020-01-01&until=1000-01-01", "/a/mixed/cases?from=x", "/a/mixed/cases?cause=%00",
    "/a/mixed/cases?%ff=1", "/a/mixed/cases?sort=__class__", "/a/mixed/cases?filter=1", "/a/mixed/cases?form=json",
    "/a/mixed/persons?q=%25&how=any", "/a/mixed/persons?q='%20or%201=1--", "/a/mixed/persons?q=%00",
    "/a/mixed/persons?after=9999999999", "/a/mixed/cases.exe", "/a/mixed.json.json", "/a/mixed/cases?show=-7",
    "/a/mixed/cases?show=99999999",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_hostile_addresses_get_a_page_without_a_traceback(lab: Lab, path: str) -> None:
    found = web_lab.client(lab).get(path)
    assert found.status_code in (200, 400, 404), found.text[:300]
    assert "Traceback" not in found.text
    assert "root:" not in found.text


def test_hostile_names_stay_words(lab: Lab) -> None:
    for path in (
        "/",
        "/a/mixed/persons",
        "/a/mixed/person/P003",
        "/a/mixed/cases",
        "/a/all-unknown-script-alert-1-script",
    ):
        _, page = answer(lab, path)
        assert page.status == 200, path
        text = as_html(page)
        assert "<script>alert" not in text
        assert "\"'&<" not in text


def test_archives_stay_as_they_were(tmp_path: Path) -> None:
    folder = web_lab.golden(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    lab = Lab([folder])
    (entry,) = lab.entries.values()
    entry.index(wait=True)
    client = web_lab.client(lab)
    for path in ("", "/cases", "/statements", "/persons", "/cases.json"):
        assert client.get(f"/a/{entry.name}{path}").status_code == 200
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, f"/a/{entry.name}").status_code in (403, 405)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
