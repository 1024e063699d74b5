"""Cells and rows that are no data: ditto marks, totals, notes below a table, words for "not known" where a name stands."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from greatfear.intake_tables.raw import RawTable, Record

DITTO = frozenset(
    (
        '"', "''", '""', "“", "”", "„", "″", "〃", "‟", "»", "«", "-\"-", "- \" -", "--\"--", "—\"—", "-''-", "-//-", "—//—",
        "–//–",
        "- // -", "//", "-„-", "—»—", "-»-", "—«—",
        "-ii-", "—ii—", "- ii -", "-||-", "||", "``", "↑",
        "same", "the same", "as above", "same as above", "he also", "siehe oben", "s.o.", "s. o.", "wie oben", "wie vor",
        "der obige",
        "die obige", "obiger", "obige",
        "comme ci-dessus", "ci-dessus", "le susdit", "la susdite", "susdit", "ledit", "ladite",
        "come sopra", "c.s.", "il detto", "la detta", "detto", "detta", "suddetto", "suddetta", "predetto", "predetta",
        "ut supra", "ut s.", "dictus", "dicta", "predictus", "predicta", "praedictus", "praedicta",
        "supradictus", "supradicta", "idem qui supra",
        "dicho", "dicha", "el dicho", "la dicha", "como arriba", "ten sam", "ta sama", "jak wyżej", "он же", "она же", "они же",
        "как выше", "см. выше",
        "ditto", "dto", "dto.", "do.", "idem", "id.", "ibid", "ibid.", "ibidem",
        "то же", "тот же", "та же", "те же", "там же", "ebenda", "ebd.", "ders.", "dies.", "derselbe", "dieselbe", "le même",
        "la même", "lo stesso", "la stessa", "el mismo", "la misma", "tenże", "taż", "j.w.", "jw.", "j. w.",
    )
)  # fmt: skip
"""Signs and words that stand for what is written above; compared in small letters."""
UNKNOWN_WORDS = frozenset(
    (
        "?", "??", "???", "-", "--", "---", "–", "—", ".", "..", "...", "…", "*", "n/a", "n.a.", "#n/a", "null", "none",
        "nan", "<na>",
        "unknown", "not known", "no name", "n.n.", "nn", "n. n.", "o.n.", "o. n.", "s.n.", "s. n.",
        "n/k", "unk", "unk.", "not stated",
        "ohne namen", "ohne name", "namenlos", "sans nom", "senza nome", "sin nombre", "sine nomine", "bez nazwiska", "без имени",
        "illegible", "[illegible]", "unleserlich", "[unleserlich]", "illisible", "[illisible]", "illeggibile", "[illeggibile]",
        "ilegible", "[ilegible]", "nieczytelne", "[nieczytelne]", "неразборчиво", "[неразборчиво]", "неразб.", "[неразб.]",
        "[...]", "[…]", "(...)", "(…)", "[?]", "(?)", "xxx", "не установлен", "не установлена", "не установлено", "не указан",
        "не указана", "не указано", "нет сведений", "unbekannt", "inconnu", "inconnue", "anonyme", "anonymous", "anonym",
        "неизвестно", "неизвестный", "неизв.", "неизв", "н/д", "нет данных", "нет", "аноним", "ignotus", "sconosciuto", "ignoto",
        "anonimo", "desconocido", "desconocida", "anónimo", "nieznany", "nieznana", "brak danych", "brak", "missing",
        "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!",
    )
)  # fmt: skip
"""What stands in cells where nothing is known; compared in small letters."""
NO_DATES = UNKNOWN_WORDS | frozenset(
    (
        "s.d.", "s. d.", "sd", "n.d.", "n. d.", "nd", "no date", "undated", "o.d.", "o. d.", "o. j.", "o.j.", "undatiert",
        "ohne datum", "sans date", "non daté", "senza data", "sine dato", "sine anno", "s.a.", "sin fecha", "s.f.", "bez daty",
        "b.d.", "b. d.", "без даты", "б/д", "б.д.", "б. д.", "бд", "б/г", "б.г.",
    )
)  # fmt: skip
"""What stands in cells of dates where no date is known; compared in small letters."""
NO_NAMES = pa.array(sorted(UNKNOWN_WORDS | DITTO), pa.string())
_TOTAL = re.compile(
    r"(?:(?:grand|sub|sum|in|im|en|en tout)[ -]?)?(?:totals?|totale?n?|total général|total general|sums?|summe|summa|zusammen|"
    r"insgesamt|gesamt|gesamtsumme|somme|ensemble|somma|in tutto|suma|razem|ogółem|łącznie|итого|всего|сумма|celkem)"
    r"(?:[\s:.=]|\d|persons?|людей|чел\.?)*",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:[*†‡§¹²³⁴]|\[\d{1,2}\]|\(\d{1,2}\)\s|\d{1,2}\)\s|(?:sources?|notes?|remarks?|n\.? ?b\.?|quellen?|"
    r"anm(?:erkung(?:en)?)?|hinweis|"
    r"remarques?|fonti|fonte|nota|note|fuentes?|źródło|uwag[ai]|источник\w*|примечани[ея]|прим)\.?\s*(?::|\s|$))",
    re.IGNORECASE,
)
_LONG = 40
NO_CELLS = r"(?i)^(?:#[¡¿]?[^\s\d#][^\s#]{0,10}[!?]|#(?:n/?a|nv|n/?d|н/д)|err:\d{3}|#{3,})$"
"""Errors of a spreadsheet, in the words of several languages, and cells that were too narrow to show their value."""
NO_DATA = (
    "a note below the table",
    "a row of totals",
    "a ditto mark",
    "an error of a spreadsheet",
    "the names of the columns",
)
"""How the faults of rows that are no data begin."""
AGAIN = "the names of the columns once more (leave such rows out with 'when', or delete them)"


TOTAL_HEAD = (
    r"(?i)^\s*(?:grand|sub|sum|in[ -]t|im[ -]t|en[ -]tout|total|zusammen|insgesamt|gesamt|somme|ensemble|razem|ogółem|łącznie|"
    r"итого|всего|сумма|celkem)"
)
"""How texts begin that may be words of totals, for a quick look at many."""


def is_note(text: str) -> bool:
    """Whether the only text of a row reads like a note below a table."""
    return _NOTE.match(text) is not None or len(text) > _LONG


def is_ditto(text: str) -> bool:
    """Whether a cell holds a sign or word for what is written above."""
    return text.casefold() in DITTO


def no_cell(text: str, declared: Container[str]) -> str:
    """Return why a cell of a column that is read holds no data: a ditto mark, or an error of a spreadsheet; else nothing."""
    if is_ditto(text):
        return f"a ditto mark ({text}); write 'ditto: common' for this table"
    if text[:1] in "#eE" and text not in declared and re.match(NO_CELLS, text):
        mend = f"mend the formula or widen the column, or declare it (missing: ['', '{text}'])"
        return f"an error of a spreadsheet ({text}); {mend}"
    return ""


def is_total(text: str) -> bool:
    """Whether a cell says that its row holds totals."""
    return bool(text) and _TOTAL.fullmatch(text.strip()) is not None


NO_NAME_SIGNS = r"^[+-]?\d(?:[.,]\d+)?[Ee]\+\d+$|^\[?\{|^(?:TRUE|FALSE)$|^="
"""Numbers that a spreadsheet has shortened, nested values, answers to a question, and formulas."""


def no_name(text: str) -> tuple[str, str] | None:
    """Return why a text is no name of a person, and what to do; None where it can be one."""
    plain = text.casefold()
    if plain in UNKNOWN_WORDS:
        return f"{text!r}, which says that nobody is known", f"declare it: missing: ['', {text!r}], or 'unnamed'"
    if plain in DITTO:
        return f"{text!r}, a ditto mark", "write 'ditto: common' for this table, which fills whole cells, or the name"
    if re.search(NO_NAME_SIGNS, text):
        if text[0] in "[{":
            return f"{text[:40]!r}, a nested value", "write the column of one of its keys (column.key)"
        if text[0] in "TF":
            return f"{text!r}, the answer to a question", "name the column that holds persons"
        if text[0] == "=":
            return f"{text[:40]!r}, a formula", "export the values, or write 'strip: '=\"'' for a text in such marks"
        return (
            f"{text!r}, a number whose last figures a spreadsheet has left out",
            "store the column as text, and export it again",
        )
    if is_total(text):
        return f"{text!r}, a row of totals", "leave it out with 'footer' or 'when'"
    return None


def with_marks(table: RawTable, read: Iterable[str], declared: Container[str]) -> RawTable:
    """Return a table whose rows of totals, notes below it, and cells that are no data in columns that are read have faults.

    What the map declares itself (as missing, or as a value) is no fault.
    """
    at = [table.header.index(column) for column in read if column in table.header]
    notes = note_rows(table.records, len(table.header))
    made = []
    for number, record in enumerate(table.records):
        skip = not record.cells or (bool(record.fault) and number not in notes)
        fault = "" if skip else _fault(record, is_note=number in notes)
        if not skip and not fault:
            fault = AGAIN if len(at) > 1 and all(record.cells[i] == table.header[i] for i in at) else ""
            cells = (record.cells[i] for i in at)
            fault = fault or next(filter(None, (no_cell(cell, declared) for cell in cells if 0 < len(cell) < 16)), "")
        made.append(replace(record, fault=fault) if fault else record)
    return replace(table, records=tuple(made))


def _fault(record: Record, *, is_note: bool) -> str:
    """Return what hinders a row, or nothing."""
    if is_note:
        return "a note below the table (write 'footer' for the rows at the foot that are no data)"
    if is_total(next((cell for cell in record.cells if cell), "")):
        return "a row of totals (leave it out with 'footer' or 'when')"
    return ""


def without_no_data(records: Sequence[Record], width: int) -> list[Record]:
    """Return the records with rows of totals, and notes at the foot, as faults."""
    notes = note_rows(records, width)
    made = []
    for number, record in enumerate(records):
        skip = not record.cells or (bool(record.fault) and number not in notes)
        fault = "" if skip else _fault(record, is_note=number in notes)
        made.append(replace(record, fault=fault) if fault else record)
    return made


def note_rows(records: Sequence[Record], width: int) -> set[int]:
    """Return the rows at the foot that are notes: a single cell that reads like one, or that is long, below rows with several."""
    found: set[int] = set()
    if width < 2:
        return found
    for number in range(len(records) - 1, -1, -1):
        cells = [cell for cell in records[number].cells if cell]
        if not cells:
            continue
        if records[number].fault.startswith(NO_DATA[1:]):
            break
        if records[number].fault and (len(records[number].cells) != 1 or records[number].fault.startswith(NO_DATA)):
            continue
        if len(cells) > 1 or not is_note(cells[0]):
            break
        found.add(number)
    return found
