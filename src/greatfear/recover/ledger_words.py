"""The ledger in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from greatfear.recover.ledger_echo import echo_words
from greatfear.recover.ledger_rows import Namings


def count(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


_NOT_RECORDED = (
    "The archive records no summons, arrest, torture or prompt, so it cannot tell which of these namings were given freely; the "
    "filters that ask for it leave the list as it is."
)


def ledger_words(
    namings: Namings, tables: Mapping[str, pa.Table], k: int, cases: tuple[int, int, int], *, is_recorded: bool
) -> tuple[str, ...]:
    """Return the sentences of the ledger, the most important first."""
    rows = {row["filter"]: row for row in tables["filters"].to_pylist()}
    words = [
        _first(rows, tables["speakers"].num_rows),
        _free(rows, namings) if is_recorded else _NOT_RECORDED,
        _independence(tables["persons"]),
    ]
    words += [_one_word(tables["persons"], tables["speakers"], k), _time(tables["days"], namings, cases)]
    words += [_repeated(namings), echo_words(tables.get("echo")), _left_out(namings)]
    return tuple(sentence for sentence in words if sentence)


def _first(rows: Mapping[str, dict[str, int]], n_speakers: int) -> str:
    """Return how many were named, and how the list shrinks when more speakers are asked for."""
    every = rows["all"]
    two, three = every["with_2"], every["with_3"]
    text = f"{f'{two:,}' if two else 'Nobody'} {'was' if two < 2 else 'were'} named by two speakers or more"
    return (
        f"{count(every['with_1'], 'person was', 'persons were')} named by others: {count(every['namings'], 'naming')} by "
        f"{count(n_speakers, 'speaker')}. {text}, {f'{three:,}' if three else 'nobody'} by three or more."
    )


def _free(rows: Mapping[str, dict[str, int]], namings: Namings) -> str:
    """Return what remains of the list when only free speech counts."""
    free = rows["free"]
    unknown = int((namings.prompted < 0).sum())
    prompt = " Whether the office held the names out is not recorded." if unknown == len(namings) else ""
    return (
        f"If only those count who had neither been tortured nor summoned or arrested before they spoke, and to whom no name "
        f"is known to have been held out, {count(free['namings'], 'naming')} of {count(free['with_1'], 'person')} "
        f"remain{'s' if free['namings'] == 1 else ''}; two such speakers or more stand against {_many(free['with_2'])}, "
        f"three or more against {_many(free['with_3'])}.{prompt}"
    )


def _many(n: int) -> str:
    return f"{n:,}" if n else "nobody"


def _independence(persons: pa.Table) -> str:
    """Return how far the speakers are known to be independent."""
    low, high = persons.column("origins_low").to_numpy(), persons.column("origins_high").to_numpy()
    several, shown = int((high >= 2).sum()), int((low >= 2).sum())
    if not several:
        return "No person has statements that could go back to two independent origins."
    against = f"Against {count(several, 'person')} the statements could go back to two independent origins or more"
    return f"{against}; {shows(shown, several)}"


def shows(shown: int, several: int) -> str:
    """Return for how many of several persons the archive shows two independent origins."""
    if shown == several:
        return f"the archive shows that they do{'' if several == 1 else ', for each of these'}."
    if not shown:
        return "whether they do, it cannot tell: what prompted the speakers is not recorded."
    return (
        f"for {shown:,} of these the archive shows that they do. For the others it cannot tell: what prompted the speakers is "
        "not recorded."
    )


def _one_word(persons: pa.Table, speakers: pa.Table, k: int) -> str:
    """Return how much rests on one speaker."""
    alone = int((persons.column("n_speakers").to_numpy() == 1).sum())
    rests, falls = (
        speakers.column("rest_on_this_speaker_alone").to_numpy(),
        speakers.column(f"fall_below_{k}").to_numpy(),
    )
    ids = speakers.column("id").to_pylist()
    text = f"{count(alone, 'person rests', 'persons rest')} on the word of one speaker"
    if not alone:
        text = "Nobody rests on the word of one speaker alone"
    elif alone == 1:
        text += f", {ids[int(rests.argmax())]}"
    elif rests.max() > 1:
        text += f", {rests.max():,} of them on {ids[int(rests.argmax())]} alone"
    if k > 1 and falls.max(initial=0):
        text += f". Striking the word of {ids[int(falls.argmax())]} takes {falls.max():,} below {k} speakers"
    return text + "."


def _time(days: pa.Table, namings: Namings, cases: tuple[int, int, int]) -> str:
    """Return what the order of days shows."""
    dated = int(days.column("namings").to_numpy().sum())
    if not dated:
        return "No naming has a day, so nothing can be said about who spoke first."
    new = int(days.column("first_day_of_the_name").to_numpy().sum())
    fall = "falls" if new == 1 else "fall"
    text = (
        f"Of {count(dated, 'naming')} with a day, {new:,} {fall} on the first day on which the office heard the name."
    )
    n, before, never = cases
    if n and before:
        text += (
            f" Of {count(n, 'case')} with a day, {before:,} began before any recorded statement against the person"
            f"{f' ({never:,} with none at all)' if never else ''}."
        )
    return text


def _repeated(namings: Namings) -> str:
    """Return how many namings say the same again: same speaker, person, day and sitting."""
    columns = (namings.speaker, namings.subject, np.nan_to_num(namings.day, nan=-1.0), namings.sitting)
    order = np.lexsort(columns)
    parts = np.stack([column[order].astype(np.float64) for column in columns], axis=1)
    n = int((parts[1:] == parts[:-1]).all(axis=1).sum())
    if not n or n < len(namings) / 20:
        return ""
    return (
        f"{count(n, 'naming repeats', 'namings repeat')} another one by the same speaker about the same person, with the same "
        "day and sitting or none; they count as namings, and not as speakers."
    )


def _left_out(namings: Namings) -> str:
    """Return which statements were not counted, and why."""
    parts = [
        (namings.n_self, "self-naming", "self-namings"),
        (namings.n_collective, "naming of a group", "namings of a group"),
        (namings.n_unspoken, "statement without a known speaker", "statements without a known speaker"),
    ]
    shown = [count(n, one, many) for n, one, many in parts if n]
    return f"Not counted: {', '.join(shown)}." if shown else ""
