"""Whatever stands in an address, the lab answers in words: every key of every page with nonsense, never a failure."""

from __future__ import annotations

import itertools
import json
import os
import random
from collections.abc import Iterator
from urllib.parse import quote

import pytest

import web_lab
from greatfear.web import address as at
from greatfear.web import lab as lab_module
from greatfear.web.app import answer
from greatfear.web.lab import Lab
from greatfear.web.render import as_html, as_json

NONSENSE = (
    "", "0", "-1", "-0", "9" * 40, "-" + "9" * 30, "1e309", "nan", "inf", "1.5", "true", "None", "0x10", "١٢", "½", " 7 ",
    "2000-02-30", "0001-01-01", "9999-12-31", "1937", "1937-13", "x" * 5000, "%00", "%0A%0D", "%ED%A0%80", "%FF%FE",
    "%F0%9F%92%A9", "%E2%80%AE", "../../etc/passwd", "..%2F..", "%2e%2e", "'; drop table persons; --", "1 or 1=1", "select 1",
    "<script>x</script>", "{{7*7}}", "${7}", "[]", "{}", "a=b", "a=b=c", "&&", "%", "%%", "%zz", "kin(", "kin + + kin", "x(y(z",
    "same(", "*", "\\", "\"'",
)  # fmt: skip
"""Values that no page expects, as a browser might send them."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that takes long is asked for, not waited for."""
    monkeypatch.setattr(lab_module, "_PATIENCE", 0.02)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return web_lab.lab_of(tmp_path_factory.mktemp("lab"))


def as_sent(value: str) -> str:
    """Return a value as it stands in a query; those that are written with octets are left as they are."""
    return value if "%" in value or value == "&&" else quote(value, safe="")


def asked(lab: Lab, most: int) -> Iterator[tuple[str, str]]:
    names = [name for name, entry in lab.entries.items() if entry.archive is not None]
    rng = random.Random(most)
    for page in at.PAGES:
        path = (
            page.PATH.replace("{name}", "mixed").replace("{id}", "P003").replace("{case}", "0").replace("{number}", "1")
        )
        keys = [one.name.rstrip("_") for one in page._keys() if one.name != "filter"]
        if any(one.name == "filter" for one in page._keys()):
            keys += ["region", "-region", "cause", "-", "--", "nothing", "by_region"]
        for key in [*keys, "zzz", "", "%00", "set:x"]:
            for value in rng.sample(NONSENSE, most):
                yield path, f"{key}={as_sent(value)}"
        for form in (*at.FORMS, "exe", "html.json"):
            yield f"{path}.{form}", ""
        for value in rng.sample(NONSENSE, most):
            yield path, as_sent(value)
            for part in ("{name}", "{id}", "{case}", "{number}"):
                if part in page.PATH:
                    other = page.PATH.replace(part, as_sent(value))
                    yield other.replace("{name}", rng.choice(names)).replace("{id}", "P003").replace("{case}", "0"), ""


def test_every_key_of_every_page_takes_nonsense_in_words(lab: Lab) -> None:
    n, most = 0, int(os.environ.get("GREATFEAR_HOSTILE", "2"))
    for path, query in asked(lab, most):
        try:
            _, page = answer(lab, path, query)
            text = as_html(page)
            json.loads(as_json(page))
            text.encode()
        except Exception as error:  # the address is what one needs to mend it
            raise AssertionError(f"{path}?{query[:200]}: {type(error).__name__}: {error}") from error
        assert page.status in (200, 202, 400, 404, 409), (path, query)
        assert "Traceback" not in text
        assert "<script>x</script>" not in text
        n += 1
    assert n > 500


@pytest.mark.parametrize("path", ["cases", "statements", "persons", "sql", "person/P003"])
def test_every_form_answers(lab: Lab, path: str) -> None:
    forms = ("csv", "parquet", "svg", "gexf", "graphml", "bib", "json", "png")
    queries = ("", "q=select%20'%ED%A0%80'", "q=select%201%2F0", "region=%00", "after=99999999999999999999999")
    for form, query in itertools.product(forms, queries):
        found = web_lab.client(lab).get(f"/a/mixed/{path}.{form}?{query}")
        assert found.status_code in (200, 202, 400, 404), (path, form, query)


def test_the_check_sees_a_failure(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from greatfear.web import app

    def fails(lab: Lab, address: at.Home) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.MADE, at.Home, fails)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        test_every_key_of_every_page_takes_nonsense_in_words(lab)
