"""The answer to `why` as plain text and HTML."""

from __future__ import annotations

import datetime as dt
import html
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatfear.describe.why import Said, Step, Why

_LONGEST = 40


def date_text(epoch: dt.date, row: dict[str, Any]) -> str:
    """Return the date of a row as exactly as it is known."""
    time, precision = row.get("time"), row.get("precision")
    if time is None or math.isnan(time) or precision == "unknown":
        return "undated"
    day = day_text(epoch, time)
    if precision == "interval" and row.get("time_end") is not None:
        return f"{day} to {day_text(epoch, row['time_end'] - 1)}"
    return day[: {"month": 7, "year": 4}.get(str(precision), 10)]


@lru_cache(4096)
def day_text(epoch: dt.date, time: float) -> str:
    """Return the day as text; dates before year 1 or after 9999 as days from the epoch."""
    try:
        return (epoch + dt.timedelta(days=math.floor(time))).isoformat()
    except OverflowError:
        return f"day {time:.0f}"


_GROUND = {
    "register": "drawn from a register",
    "order": "named on an order",
    "sham": "named in the file of a sham organisation",
    "none": "no ground recorded",
    "unknown": "ground not known",
}


def _ground(answer: Why, step: Step) -> str:
    """Return in words what a case rests on."""
    named, speaker = answer.words, answer.called(step.speaker)
    if not step.channel:
        words = _GROUND.get(step.cause, "on a statement that is not on record")
        words = named.one("routes", step.cause) if step.cause in named.given.get("routes", {}) else words
    elif step.channel == "interrogation":
        how = named.one("channels", "interrogation")
        words = (
            f"named {'in ' + how if named else 'under interrogation'} by {speaker or 'an unknown person'}, {step.said}"
        )
    else:
        words = f"{named.one('channels', step.channel)} of {step.said}" + (f" by {speaker}" if speaker else "")
    return f"{words} ({step.operation})" if step.operation else words


def _chain_lines(answer: Why) -> list[str]:
    """Return the chains behind the person's cases."""
    lines, named = [], answer.words
    case = named.one("acts", answer.case)
    for chain, root in zip(answer.chains, answer.roots, strict=True):
        n = len(chain) - 1
        lines += [
            "",
            (
                f"The chain behind the {case} of {chain[0].date}, "
                f"{n} naming{'s' if n != 1 else ''} back to its root ({named.root(root)}):"
            ),
        ]
        lines += [f"  {step.date}  {answer.called(step.person)}  {_ground(answer, step)}" for step in chain[:_LONGEST]]
        if len(chain) > _LONGEST:
            lines += [
                f"  ... {len(chain) - _LONGEST} more",
                f"  {chain[-1].date}  {answer.called(chain[-1].person)}  {_ground(answer, chain[-1])}",
            ]
    return lines or ["", f"No {case} of this person is on record."]


def _said_line(answer: Why, said: Said) -> str:
    """Return a statement as one line."""
    named = answer.words
    channel = named.one("channels", said.channel)
    parts = [f"  origin {said.origin}", said.date, channel, answer.called(said.speaker) or "speaker unknown"]
    if said.pressure is not None:
        parts.append(f"pressure {said.pressure:.2f}")
    parts += [part for part in (said.level, said.certainty, f"{said.source} {said.place}".strip()) if part]
    chain = [answer.called(person) for person in said.chain[1:]]
    if len(chain) > 6:
        chain = [*chain[:5], f"... {len(chain) - 6} more ...", chain[-1]]
    return "  ".join(parts) + "  <- " + " <- ".join([*chain, named.root(said.root)])


def _origins_in_words(answer: Why) -> str:
    """Return the bounds on independent origins, and what is not recorded about them."""
    low, high = answer.origins_low, answer.origins_high
    if not high:
        return ""
    words = f"; {low:,} origin{'' if low == 1 else 's'}" if low == high else (
        f"; independent origins: at least {low:,}, at most {high:,}"
    )  # fmt: skip
    unknown = dict(answer.unknown_roots)
    questioned = unknown.pop("interrogation", 0)
    parts = []
    if unknown:
        parts.append(f"what prompted {sum(unknown.values()):,} of them is not recorded")
    if questioned:
        parts.append(f"{questioned:,} go back to an interrogation without an earlier case on record")
    return words + "".join(f"; {part}" for part in parts)


def as_text(answer: Why) -> str:
    """Return the answer as plain text."""
    about = ", ".join(
        f"{answer.words.one('places', name)} {value}" for name, value in answer.about.items() if value != "everybody"
    )
    lines = [f"{answer.person}: {about}" if about else answer.person]
    lines += _chain_lines(answer)
    n = answer.n_statements
    lines += [
        "",
        (
            f"Statements against {answer.person}: {n:,} by {answer.n_speakers:,} speaker{'' if answer.n_speakers == 1 else 's'}"
            f"{_origins_in_words(answer)}"
        ),
        *[_said_line(answer, said) for said in answer.statements],
    ]
    if answer.acts:
        lines += ["", "Acts:"]
        for act in answer.acts:
            outcome = answer.words.one("outcomes", act["outcome"] or "none")
            parts = [
                act["date"],
                answer.words.one("acts", act["kind"]),
                act["board"],
                outcome if outcome != "none" else None,
            ]
            lines.append("  " + "  ".join(part for part in parts if part))
    if answer.notes:
        lines += ["", *answer.notes]
    return "\n".join(lines)


def as_html(answer: Why) -> str:
    """Return the answer as preformatted HTML for a notebook."""
    return f"<pre>{html.escape(as_text(answer))}</pre>"
