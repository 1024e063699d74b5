"""Origins as recorded: bounds on the independent origins of the statements against each person."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.describe.columns import numbers
from greatfear.describe.origins import Bounds, bounds, leads_of, statement_columns
from greatfear.describe.why_forest import Forest, forest, spoken_in
from greatfear.recover.case_words import in_words_of_case
from greatfear.recover.ledger_groups import kin_edges, pairs_of, unit_edges
from greatfear.recover.ledger_words import count, shows
from greatfear.recover.purpose import ask_for_purpose
from greatfear.recover.result import Drawing, Result, Verdict, by_id, refused

Ints = npt.NDArray[np.integer[Any]]

TITLE = "How many independent origins do the statements against each person have?"
_ABOUT = {"persons": "one person who was named: statements, speakers, and origins at least and at most, as recorded"}
_DRAWN = 60


def recorded_bounds(archive: Archive, chains: Forest | None = None, rows: Ints | None = None) -> Bounds:
    """Return the bounds for every person of the archive, from all statements or from some rows of them."""
    table = archive.table("statements", statement_columns(archive))
    table = table if rows is None else table.take(pa.array(rows))
    spoken = spoken_in(table)
    leads = leads_of(table, spoken, forest(archive, spoken) if chains is None else chains)
    return bounds(leads, archive.n_rows("persons"), _near(archive, table))


def _near(archive: Archive, table: pa.Table) -> tuple[Any, Any]:
    """Return pairs of statements against one person by speakers who are kin or of one unit."""
    speaker, subject = numbers(table, "speaker"), numbers(table, "subject")
    rows = np.flatnonzero(speaker >= 0)
    pairs = pairs_of(subject[rows], speaker[rows], archive.n_rows("persons"))
    place = pairs.rows_of(subject[rows], speaker[rows])
    first = np.full(len(pairs.subject), -1)
    first[place[::-1]] = rows[::-1]
    edges = [kin_edges(archive, pairs), unit_edges(archive, pairs)]
    start, end = (np.concatenate([edge[k] for edge in edges]) for k in (0, 1))
    # A speaker's later statements hang from the first: what the one could have known, the others could.
    return np.r_[first[start], first[place]], np.r_[first[end], rows]


@in_words_of_case
def origins(archive: Archive, *, purpose: str | None = None) -> Result:
    """Return bounds on the independent origins of the statements against each person, as the archive records them.

    A root that is not recorded is not an origin. At most, it counts as one; at least, it is joined to the earliest
    statement that the speaker or the office could have known of. `greatfear.recover.copies` infers what is not recorded.

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    purpose : str, optional
        What the answer is for; asked of real archives that end less than 80 years ago, and kept.

    Returns
    -------
    Result
        Table `persons`: person, id, n_statements, n_speakers, origins_low, origins_high, n_root_not_recorded.
    """
    settings = ask_for_purpose(archive, purpose)
    n = archive.n_rows("statements")
    if not n:
        return refused("origins", TITLE, ["The archive holds no statements."], settings=settings)
    found = recorded_bounds(archive)
    table = archive.table("statements", ["speaker", "subject"])
    speaker, subject = numbers(table, "speaker"), numbers(table, "subject")
    n_persons = archive.n_rows("persons")
    spoken = speaker >= 0
    person = np.flatnonzero(found.high)
    columns = {
        "person": person.astype(np.int32),
        "id": archive.table("persons", ["id"]).column("id").combine_chunks().take(pa.array(person)),
        "n_statements": np.bincount(subject, minlength=n_persons)[person],
        "n_speakers": pairs_of(subject[spoken], speaker[spoken], n_persons).per_person()[person],
        "origins_low": found.low[person],
        "origins_high": found.high[person],
        "n_root_not_recorded": found.n_unknown[person],
    }
    made = by_id(pa.table(columns))
    low, high = found.low[person], found.high[person]
    drawing = Drawing(
        "bounds", "Independent origins, at least and at most",
        f"The {min(len(person), _DRAWN)} persons with the most possible origins; each line runs from the least to the greatest "
        "number.", lambda: _draw(low, high),
    )  # fmt: skip
    return Result(
        "origins",
        TITLE,
        _verdict(low, high, columns["n_statements"]),
        _words(low, high, found, columns["n_statements"], with_own=bool((speaker == subject).any())),
        {"persons": made},
        _ABOUT,
        (),
        settings,
        (drawing,) if (high > 1).any() else (),  # a row of ones is no figure
    )


def _verdict(low: Any, high: Any, statements: Any) -> Verdict:
    """Return what the bounds tell; one statement against each person is no answer."""
    if (low == high).all() and (statements > 1).any():
        return "tells"
    return "tells in part" if (low >= 2).any() else "cannot tell"


def _words(low: Any, high: Any, found: Bounds, statements: Any, *, with_own: bool) -> tuple[str, ...]:
    shown, several = int((low >= 2).sum()), int((high >= 2).sum())
    first = f"Statements name {count(len(low), 'person')}. "
    if several:
        first += f"Against {several:,} of these they could go back to two independent origins or more; {shows(shown, several)}"
    elif (statements < 2).all():
        first += "There is one statement against each, so there is nothing to compare."
    else:
        first += "Against nobody could they go back to two independent origins."
    words = [first]
    if with_own:
        words.append("What persons said of themselves counts here as well, unlike in the ledger.")
    unknown = int(found.n_unknown.sum())
    if unknown:
        words.append(
            f"What prompted {count(unknown, 'statement')} is not recorded. Such a statement counts as an origin in the greatest "
            "number; in the least number it goes back to the earliest statement that speaker or office could have known of."
        )
    return tuple(words)


def _draw(low: Any, high: Any) -> Any:
    from greatfear.canvas import PALETTE, figure, titled

    order = np.lexsort((-low, -high))[:_DRAWN]
    drawn, (axes,) = figure((6.4, 3.0))
    axes.vlines(range(len(order)), low[order], high[order], color=PALETTE[0], linewidth=2)
    axes.plot(range(len(order)), high[order], "o", color=PALETTE[0], label="at most", markersize=6.5, fillstyle="none")
    axes.plot(range(len(order)), low[order], ".", color=PALETTE[3], label="at least", markersize=4.5)
    axes.set_xticks([])
    axes.set_xlabel("persons, by the greatest number")
    axes.set_ylabel("independent origins")
    axes.set_ylim(0, 1.18 * high.max())  # room for the legend
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper right")
    titled(axes, "Independent origins, as recorded")
    return drawn
