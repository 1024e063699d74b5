"""Archives of other people: whatever little they hold, every page of the lab has an answer in words."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import web_lab
from greatfear.archive import Archive
from greatfear.errors import GreatFearError
from greatfear.web import address as at
from greatfear.web.app import serve
from greatfear.web.lab import Lab
from odd_archives import ARCHIVES, EPOCH, large, row_numbers, rows


def got(client: Any, path: str) -> Any:
    """Return a page when it is ready."""
    for _ in range(200):
        found = client.get(path)
        if found.status_code != 202:
            break
    return found


@pytest.mark.parametrize("title", ARCHIVES)
def test_every_page_has_words_for_what_is_not_there(title: str) -> None:
    lab = Lab([Archive.from_tables(ARCHIVES[title], epoch=EPOCH, title=title)])
    (name,) = lab.entries
    lab.entry(name).index(wait=True)
    client, begun = web_lab.client(lab), time.process_time()
    given = {"name": name, "id": "P0", "case": "0", "number": "0"}
    pages = [page for page in at.PAGES if "{name}" in page.PATH and page is not at.Recover]
    for page in pages:
        found = got(client, str(page(**{key: given[key] for key in given if f"{{{key}}}" in page.PATH})))
        assert found.status_code in (200, 404), (page.PATH, found.text[:500])
        assert "Traceback" not in found.text
    assert got(client, f"/a/{name}/time?by=day").status_code == 200
    assert time.process_time() - begun < 30, "every day of a century was drawn"


def test_days_that_cannot_all_be_drawn_are_years() -> None:
    lab = Lab([Archive.from_tables(ARCHIVES["a stray date"], epoch=EPOCH, title="a stray date")])
    client = web_lab.client(lab)
    lab.entry("a-stray-date").index(wait=True)
    assert "more than 10,000 windows" in got(client, "/a/a-stray-date/time?by=day").text
    near = got(client, "/a/a-stray-date/time?by=day&until=0001-12-31").text
    assert "10,000 windows" not in near
    assert "0001-01-02" in near


@pytest.mark.parametrize(
    ("title", "paths"),
    [
        ("five centuries", ("time", "map?parts=quarter", "recover?part=ledger")),
        ("two hundred attributes", ("cases", "statements?all=attribute_150", "map")),
        ("strange names", ("persons", "cases", "naming?by=region")),
    ],
)
def test_long_times_many_columns_and_strange_names_make_no_heavy_page(title: str, paths: tuple[str, ...]) -> None:
    lab = Lab([Archive.from_tables(large()[title], epoch=EPOCH, title=title)])
    (name,) = lab.entries
    lab.entry(name).index(wait=True)
    for path in paths:
        found = got(web_lab.client(lab), f"/a/{name}/{path}")
        assert found.status_code == 200
        assert len(found.text) < 250_000, path
        assert all(
            int(width) < 2_000 for width in re.findall(r'<svg class="mark" id="[^"]*" [^>]*? width="(\d+)"', found.text)
        )
    assert title != "two hundred attributes" or "more columns" in found.text


def test_an_index_that_cannot_be_built_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """A statement against nobody breaks the format; from memory nothing has refused it."""
    tables = {"statements": rows("statements", 2, time=np.ones(2), subject=row_numbers(-1, -1))}
    lab = Lab([Archive.from_tables(tables, epoch=EPOCH, title="nobody")])
    with caplog.at_level(logging.ERROR, "greatfear.web"):
        found = got(web_lab.client(lab), "/a/nobody/cases")
    assert found.status_code == 409
    assert "greatfear check" in found.text
    assert "IndexError" in caplog.text
    assert "IndexError" not in found.text


def test_an_archive_that_is_gone_leaves_the_others_on_the_first_screen(tmp_path: Path) -> None:
    place = web_lab.golden(tmp_path)
    lab = Lab([place, Archive.from_tables(ARCHIVES["one statement"], epoch=EPOCH, title="one")])
    client = web_lab.client(lab)
    assert client.get("/").text.count("damaged") == 0
    place.rename(tmp_path / "elsewhere")
    found = client.get("/")
    assert found.status_code == 200
    assert "gone since the archive was opened" in found.text
    assert 'href="/a/one"' in found.text
    assert client.get("/a/golden/cases").status_code == 409
    (tmp_path / "elsewhere").rename(place)
    assert "damaged" not in client.get("/").text


def test_two_pages_that_wait_for_an_answer_that_fails_are_both_told() -> None:
    lab, begun, told = (
        Lab([Archive.from_tables(ARCHIVES["one statement"], epoch=EPOCH, title="one")]),
        threading.Event(),
        [],
    )
    entry = lab.entry("one")

    def fails() -> None:
        begun.wait(5)
        raise GreatFearError("no such effect")

    def asked() -> None:
        try:
            entry.kept(("fit",), fails, "The fit")
        except Exception as error:  # noqa: BLE001  whatever it is, it is looked at below
            told.append(type(error))

    pages = [threading.Thread(target=asked) for _ in range(2)]
    for page in pages:
        page.start()
    time.sleep(0.05)
    begun.set()
    for page in pages:
        page.join()
    assert told == [GreatFearError, GreatFearError]


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        with pytest.raises(GreatFearError, match=r"--port: found .*already in use.*Leave --port out"):
            serve(Lab(), held.getsockname()[1], None, lambda address: None)
