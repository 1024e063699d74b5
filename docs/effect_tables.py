"""A directive that shows the registry of effects as tables: ``{effects} Closure``. Nothing is written by hand but the titles."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

from greatfear.estimate.effects import EFFECTS
from greatfear.naming.registry import STATISTICS, Statistic

_ATTRIBUTES = ("intercept", "ego", "alter", "same", "diff", "sim", "egoAlterInt")
_PAIRS = ("tie", "indeg", "outdeg")
_FIRST = {
    "The naming rule": (*STATISTICS, "pressure"),
    "Attributes": _ATTRIBUTES,
    "Pairs and degrees": _PAIRS,
    "Memory": tuple(name for name in EFFECTS if name.startswith(("recency", "timeSince"))),
    "Participation shifts": tuple(name for name in EFFECTS if name.startswith("ps")),
}
_PLACED = {name for names in _FIRST.values() for name in names}
GROUPS = _FIRST | {"Closure": tuple(name for name in EFFECTS if name not in _PLACED)}
"""Every effect by the section that shows it; what no other section takes is a closure."""
HEAD = "| effect | argument | definition | unit | options | in rates | also read | reference |\n" + "| --- " * 8 + "|"


def row(name: str) -> str:
    """Return one row of a table."""
    kind: Statistic = EFFECTS[name]
    definition = f"{kind.about}: {kind.definition}" if kind.about else kind.definition
    options = ", ".join(f"`{'ignoreRep' if option == 'ignore_rep' else option}`" for option in kind.options)
    others = ", ".join(f"`{other}`" for other in kind.aliases)
    cells = (f"`{name}`", ", ".join(kind.arguments), definition.replace("|", "\\|"), kind.unit, options)
    return "| " + " | ".join((*cells, "yes" if kind.is_of_one else "", others, kind.reference)) + " |"


def table(group: str) -> str:
    """Return the table of one section."""
    return "\n".join([HEAD, *map(row, GROUPS[group])])


class Effects(Directive):
    """``{effects}``: the table of one group of effects."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        place = nodes.container()
        lines = StringList(table(self.arguments[0]).splitlines(), "effects")
        self.state.nested_parse(lines, self.content_offset, place)
        return list(place.children)


def setup(app: Any) -> dict[str, bool]:
    """Make the directive known."""
    app.add_directive("effects", Effects)
    return {"parallel_read_safe": True}
