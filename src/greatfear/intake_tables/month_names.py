"""Names of months in the languages in which archives are often written, and their usual short forms."""

from __future__ import annotations

from functools import cache

_NAMES = """\
january jan januar jänner janvier janv gennaio genn gen enero ene styczeń stycznia sty январь января янв \
ianuarius ianuarii januarius januarii
february feb februar feber février févr fév fevrier febbraio febb febrero luty lutego lut февраль февраля фев \
februarius februarii
march mar märz mrz mars marzo marzec marca март марта мар martius martii
april apr avril avr aprile abril abr kwiecień kwietnia kwi апрель апреля апр aprilis
may mai maggio mag mayo maj maja май мая maius maii
june jun juni juin giugno giu junio czerwiec czerwca cze июнь июня июн iunius iunii junius junii
july jul juli juillet juil luglio lug julio lipiec lipca lip июль июля июл iulius iulii julius julii
august aug août aout agosto ago sierpień sierpnia sie август августа авг augustus augusti
september sep sept septembre settembre sett set septiembre wrzesień września wrz сентябрь сентября сен сент \
septembris 7ber 7bris 7bre viibris
october oct oktober okt octobre ottobre ott octubre październik października paź октябрь октября окт octobris \
8ber 8bris 8bre viiibris
november nov novembre noviembre listopad listopada lis ноябрь ноября ноя нояб novembris 9ber 9bris 9bre ixbris
december dec dezember dez décembre déc decembre dicembre dic diciembre grudzień grudnia gru декабрь декабря \
дек decembris xber xbris xbre 10ber 10bris 10bre"""

_ROMAN = "i ii iii iv v vi vii viii ix x xi xii"
_OLD_ROMAN = {"iiii": 4, "viiii": 9}


@cache
def _table() -> dict[str, int]:
    """Return the number of each name."""
    names = {name: number for number, listed in enumerate(_NAMES.splitlines(), 1) for name in listed.split()}
    return names | {roman: number for number, roman in enumerate(_ROMAN.split(), 1)} | _OLD_ROMAN


def month_number(name: str) -> int | None:
    """Return the number of a month by its name, short form or Roman numeral, or None.

    Examples
    --------
    >>> month_number("Августа"), month_number("sept."), month_number("VIII"), month_number("soon")
    (8, 9, 8, None)
    """
    return _table().get(name.casefold().rstrip("."))
