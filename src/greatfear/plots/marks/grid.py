"""A grid of cells, darker where there is more; what is not known is hatched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from greatfear.canvas import ramp
from greatfear.plots.marks.svg import INK, RULE, esc, frame, number

_SIDE, _MARGIN = 22, 150


class Square(NamedTuple):
    """One cell: its share of the darkest (None: not known), the words that tell it, a link."""

    share: float | None
    words: str
    href: str = ""
    text: str = ""


def grid(
    key: str, words: tuple[str, str], names: tuple[Sequence[str], Sequence[str]], cells: Sequence[Sequence[Square]],
    *, axes: tuple[str, str], margin: int = _MARGIN, note: str = "",
) -> str:  # fmt: skip
    """Return a matrix with its names at the left and above; `axes` says what rows and columns are.

    `margin` is the room for the names of rows; `note` stands beneath.
    """
    rows, columns = names
    most = min(22, int((margin - 6) / 6.6))
    top = min(_MARGIN, 34 + int(5.6 * max((len(_short(name)) for name in columns), default=0)))  # slanted names above
    width, height = margin + _SIDE * len(columns) + 70, top + _SIDE * len(rows) + (24 if note else 6)
    body = (
        _HATCH
        + f'<text x="{margin - 6}" y="14" text-anchor="end" fill="{INK}" font-weight="600">{esc(axes[0])} ↓</text>'
    )
    body += f'<text x="{margin}" y="14" fill="{INK}" font-weight="600">{esc(axes[1])} →</text>'
    for k, name in enumerate(columns):
        x = margin + _SIDE * k + 15
        body += (
            f'<text transform="translate({x} {top - 6}) rotate(-60)" font-size="11" '
            f'fill="{INK}">{esc(_short(name))}</text>'
        )
    for k, (name, line) in enumerate(zip(rows, cells, strict=True)):
        y = top + _SIDE * k
        body += (
            f'<text x="{margin - 6}" y="{y + 15}" text-anchor="end" font-size="11" '
            f'fill="{INK}">{esc(_short(name, most))}</text>'
        )
        body += "".join(_square(one, (margin + _SIDE * j, y), (_SIDE - 1, _SIDE - 1)) for j, one in enumerate(line))
    body += f'<text y="{height - 6}" font-size="11" fill="{INK}">{esc(note)}</text>' if note else ""
    return frame(key, words, height, _own_hatch(key, body), width=str(width), role="group")


_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<path d="M0 0V6" stroke="{RULE}" stroke-width="1.5"/></pattern></defs>'
)


def _own_hatch(key: str, body: str) -> str:
    """Return the body with a hatch that has the drawing's own id: several drawings stand on one page."""
    return body.replace('id="hatch"', f'id="{esc(key)}-hatch"').replace("url(#hatch)", f"url(#{esc(key)}-hatch)")


def _square(one: Square, place: tuple[int, int], size: tuple[int, int]) -> str:
    """Return one cell with its words."""
    fill = "url(#hatch)" if one.share is None else ramp(one.share)[0] if one.share > 0 else "#ffffff"
    x, y = place
    body = (
        f'<title>{esc(one.words)}</title><rect x="{x}" y="{y}" width="{size[0]}" height="{size[1]}" fill="{fill}" '
        f'stroke="{RULE}" stroke-width="0.5"/>'
    )
    if one.text:
        ink = ramp(one.share)[1] if one.share else INK
        name, _, value = one.text.partition("|")
        middle = number(x + size[0] / 2)
        small = "10.5" if len(name) < 10 else "9.5"  # a long name stays inside its tile
        body += (
            f'<text x="{middle}" y="{y + 17}" text-anchor="middle" font-size="{small}" fill="{ink}">{esc(name)}</text>'
        )
        body += (
            f'<text x="{middle}" y="{y + 33}" text-anchor="middle" font-size="12" font-weight="600" '
            f'fill="{ink}">{esc(value)}</text>'
        )
    return f'<a href="{esc(one.href)}">{body}</a>' if one.href else f"<g>{body}</g>"


def tiles(key: str, words: tuple[str, str], places: Mapping[str, tuple[int, int]], squares: dict[str, Square]) -> str:
    """Return a map of tiles of equal size; a tile about which nothing is known is hatched."""
    wide, high = 66, 44
    columns, rows = (max(place[k] for place in places.values()) + 1 for k in (0, 1))
    none = Square(None, "not in this archive")
    body = _HATCH + "".join(
        _square(squares.get(name, none), (x * wide, y * high), (wide - 2, high - 2)) for name, (x, y) in places.items()
    )
    return frame(key, words, rows * high, _own_hatch(key, body), width=str(columns * wide), role="group")


def narrow_tiles(
    key: str, words: tuple[str, str], places: Mapping[str, tuple[int, int]], squares: dict[str, Square]
) -> str:
    """Return the same map for a narrow screen: three letters of each name; the numbers stand in a table."""
    wide, high = 22, 26
    columns, rows = (max(place[k] for place in places.values()) + 1 for k in (0, 1))
    body = _HATCH
    for name, (x, y) in places.items():
        one = squares.get(name, Square(None, "not in this archive"))
        ink = ramp(one.share)[1] if one.share else INK
        bare = Square(one.share, one.words)
        label = one.text.partition("|")[0][:3]
        body += _square(bare, (x * wide, y * high), (wide - 1, high - 1))
        body += (
            f'<text x="{x * wide + 10}" y="{y * high + 16}" text-anchor="middle" font-size="9.5" fill="{ink}">'
            f"{esc(label)}</text>"
        )
    return frame(key, words, rows * high, _own_hatch(key, body), width=str(columns * wide))


Small = tuple[str, str, int, int]
"""Title, body, width and height of a small map."""


def small_tiles(title: str, shares: Mapping[str, float], places: Mapping[str, tuple[int, int]]) -> Small:
    """Return a small map of tiles without words; see `side_by_side`."""
    side, body = 11, ""
    for name, (x, y) in places.items():
        fill = ramp(shares[name])[0] if shares.get(name, 0) > 0 else "#ffffff"
        body += (
            f'<rect x="{x * side}" y="{y * side + 14}" width="{side - 1}" height="{side - 1}" stroke="{RULE}" '
            f'stroke-width="0.3" fill="{fill}"><title>{esc(f"{name}, {title}")}</title></rect>'
        )
    columns, rows = (max(place[k] for place in places.values()) + 1 for k in (0, 1))
    return title, body, columns * side + 10, rows * side + 18


def side_by_side(key: str, words: tuple[str, str], maps: Sequence[Small], across: int = 4) -> str:
    """Return small maps in rows of four, each under its title."""
    wide, high = max(one[2] for one in maps), max(one[3] for one in maps)
    body = ""
    for k, (title, drawn, *_) in enumerate(maps):
        head = f'<text y="10" font-size="11" fill="{INK}">{esc(title)}</text>'
        body += f'<g transform="translate({wide * (k % across)} {high * (k // across)})">{head}{drawn}</g>'
    return frame(key, words, high * -(-len(maps) // across), body, width=str(wide * min(across, len(maps))))


def _short(name: str, most: int = 20) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def logarithmic(value: float, top: float) -> float:
    """Return the share of the darkest cell, by the logarithm: counts of cells differ by orders of magnitude."""
    return 0.0 if value <= 0 or top <= 0 else 0.12 + 0.88 * math.log1p(value) / math.log1p(top)
