"""The persons of an archive as a table that can be searched in the page."""

from __future__ import annotations

import base64
import hashlib
import html
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import numbers
from greatfear.plots.markup import table
from greatfear.show.wording import Wording

_MOST = 1000
_KEYS = ("name", "region", "stratum", "unit")

SCRIPT = """
(() => {
  const field = document.getElementById("seek"), told = document.getElementById("seen");
  const rows = [...document.querySelectorAll("#persons tbody tr")];
  const plain = (text) => text.normalize("NFKD").replace(/\\p{M}/gu, "").toLowerCase();
  const texts = rows.map((row) => plain(row.textContent));
  const more = document.getElementById("more"), few = 50;
  let most = few;
  const show = () => {
    const words = plain(field.value).split(/\\s+/).filter(Boolean);
    let n = 0;
    rows.forEach((row, k) => {
      const found = words.every((word) => texts[k].includes(word));
      n += found ? 1 : 0;
      row.hidden = !found || n > most;
    });
    told.textContent = `${Math.min(n, most)} of ${n} ${words.length ? "found" : "listed"} shown`;
    more.hidden = n <= most;
  };
  field.addEventListener("input", () => { most = few; show(); });
  more.addEventListener("click", () => { most = rows.length; show(); });
  field.parentElement.hidden = false;
  show();
})();
"""
"""Shows the first rows, or those that hold the words sought, and all of them when asked. It reads and sends nothing else."""

SCRIPT_HASH = "sha256-" + base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
"""By which the policy of the page lets this script run and no other."""


def persons_section(archive: Any) -> tuple[str, str, str]:
    """Return key, title and HTML: all persons of a small archive, those named most of a large one."""
    n = archive.n_rows("persons")
    if not n:
        return "persons", "", ""
    counts = {
        "statements against": _counted(archive, "statements", "subject", n),
        "statements by": _counted(archive, "statements", "speaker", n),
        "acts": _counted(archive, "acts", "person", n),
    }
    order = np.lexsort((np.arange(n), *(-found for found in reversed(counts.values()))))[:_MOST]
    persons = archive.table("persons").take(np.sort(order))
    at = {int(row): k for k, row in enumerate(np.sort(order).tolist())}
    told = {key: persons.column(key).to_pylist() for key in ("id", *_KEYS) if key in persons.column_names}
    told = {key: values for key, values in told.items() if any(value not in (None, "everybody") for value in values)}
    own: Wording = getattr(archive, "words", Wording())
    heads = (_head(key, own) for key in told)
    rows = [
        (*(values[at[row]] for values in told.values()), *(int(found[row]) for found in counts.values()))
        for row in order.tolist()
    ]
    listed = table((*heads, *counts), rows, tuple(range(len(told), len(told) + len(counts))))
    which = (
        f"All {n:,} {own.many('roles', 'person')}"
        if n <= _MOST
        else f"The {_MOST:,} {own.many('roles', 'person')} named most often, of {n:,}; the lab finds all of them"
    )
    which += ". Who stands here was accused, or spoke, or is on record for another reason."
    words = f'<p class="note">{html.escape(which)}</p>'
    field = (
        '<p hidden><label for="seek">Search </label><input id="seek" type="search" autocomplete="off"> '
        f'<span id="seen" role="status">{len(rows):,} of {len(rows):,} listed shown</span> '
        '<button id="more" type="button" hidden>Show all</button></p>'
    )
    return "persons", own.many("roles", "person").capitalize(), f"{words}{field}{listed}"


def _head(key: str, words: Wording) -> str:
    """Return the head of a column in the words of the case."""
    if key == "id":
        return words.one("roles", "person")
    return words.one("places", key) if key in ("region", "stratum", "unit") else key


def _counted(archive: Any, name: str, column: str, n: int) -> npt.NDArray[np.int64]:
    """Return the rows of a table that concern each person."""
    values = numbers(archive.table(name, [column]), column)
    return np.bincount(values[values >= 0], minlength=n)
