"""Styles of OpenDocument workbooks: how cells show values, and what is struck out, raised, coloured or hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

_DATES = {"year": ("yy", "yyyy"), "month": ("m", "mm"), "day": ("d", "dd"), "hours": ("h", "hh"), "minutes": ("m", "mm"),
          "seconds": ("s", "ss")}  # fmt: skip
_PLAIN_COLOURS = ("", "transparent", "#ffffff", "#000000")


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell or a piece of text looks; `form` is the format, as Excel writes it."""

    form: str = "General"
    is_struck: bool = False
    is_raised: bool = False
    is_coloured: bool = False


class Styles:
    """The styles of a workbook, by name."""

    def __init__(self) -> None:
        self._forms: dict[str, str] = {}
        self._looks: dict[str, Look] = {}
        self._not_displayed: set[str] = set()

    def read(self, styles: ET.Element) -> None:
        """Add the styles of a part of the workbook."""
        found = list(styles.iter())
        for element in found:
            kind = _tag(element)
            if kind.endswith("-style") and kind.partition("-")[0] in (
                "date",
                "time",
                "number",
                "percentage",
                "currency",
                "text",
            ):
                self._forms[_get(element, "name")] = _form(element)
        for element in found:
            if _tag(element) in ("style", "default-style"):
                self._add(element)

    def look(self, name: str) -> Look:
        """Return how something of this style looks."""
        return self._looks.get(name, Look())

    def is_displayed(self, name: str) -> bool:
        """Whether sheets of this style are seen."""
        return name not in self._not_displayed

    def _add(self, style: ET.Element) -> None:
        """Add one style; what it does not say is said by its parent."""
        name = _get(style, "name")
        look = self._looks.get(_get(style, "parent-style-name"), Look())
        if form := self._forms.get(_get(style, "data-style-name")):
            look = replace(look, form=form)
        for part in style:
            said = {key.rpartition("}")[2]: value for key, value in part.items()}
            if "text-line-through-style" in said or "text-line-through-type" in said:
                line = said.get("text-line-through-style", said.get("text-line-through-type"))
                look = replace(look, is_struck=line != "none")
            if "text-position" in said:
                look = replace(
                    look,
                    is_raised=said["text-position"].startswith(("super", *"123456789"))
                    and not said["text-position"].startswith("0"),
                )
            if any(said.get(key, "") not in _PLAIN_COLOURS for key in ("background-color", "color")):
                look = replace(look, is_coloured=True)
            if said.get("display") == "false" and _tag(part) == "table-properties":
                self._not_displayed.add(name)
        self._looks[name] = look


def _form(style: ET.Element) -> str:
    """Return the format of a style of numbers or dates, as Excel writes it."""
    kind = _tag(style).partition("-")[0]
    if kind == "text":
        return "@"
    made = []
    for part in style:
        tag = _tag(part)
        if tag in _DATES:
            made.append("mmm" if _get(part, "textual") == "true" else _DATES[tag][_get(part, "style") == "long"])
        elif tag == "text" and part.text:
            made.append("".join(f"\\{sign}" for sign in part.text if kind != "percentage" or sign != "%"))
        elif tag == "number":
            made.append(_figures(part))
        elif tag in ("fraction", "scientific-number"):
            made.append("# ?/?" if tag == "fraction" else "0.00E+00")
    text = "".join(made)
    return f"{text}%" if kind == "percentage" else text or "General"


def _figures(part: ET.Element) -> str:
    """Return the figures of a format; those of a plain number are not told."""
    decimals, whole = _get(part, "decimal-places"), _get(part, "min-integer-digits") or "1"
    figures = "0" * min(max(int(whole), 1), 50) if whole.isdecimal() else "0"
    for within in part:  # a sign within the figures: 00/00
        place = _get(within, "position")
        if place.isdecimal() and 0 < int(place) < len(figures) and within.text:
            return figures[: -int(place)] + "".join(f"\\{sign}" for sign in within.text) + figures[-int(place) :]
    if not decimals.isdecimal():
        return "General" if figures == "0" else figures
    grouped = "#,##0" if _get(part, "grouping") == "true" else figures
    return grouped + (f".{'0' * min(int(decimals), 50)}" if int(decimals) else "")


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _get(element: ET.Element, name: str) -> str:
    """Return an attribute, whatever its namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
