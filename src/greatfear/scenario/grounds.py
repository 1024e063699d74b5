"""Grounds that are written once and used often: named grounds, blocks, and what refines them."""

from __future__ import annotations

from greatfear.errors import nearest
from greatfear.scenario.found import Found, Path
from greatfear.scenario.ranges import range_fault
from greatfear.scenario.shape import Shape
from greatfear.scenario.units import converted, units_of
from greatfear.scenario.written import Written, plain, short

GROUND_KEYS = ("source", "place", "reason", "level", "certainty", "assumption", "calibrated_to")
"""Keys of a ground that are texts; a range may stand beside them."""
_KEYS = (*GROUND_KEYS, "range")
Ground = dict[str, Written]
"""Keys of grounds and their values; empty where nothing is said."""


class Grounds:
    """Named grounds of one file, and the rules by which quantities get theirs.

    Parameters
    ----------
    node : Written or None
        The mapping at the key ``grounds`` of the file.
    found : list of Found
        Where faults are noted.
    """

    def __init__(self, node: Written | None, found: list[Found]) -> None:
        self.found = found
        self._texts: dict[str, Written] = {}
        self._known: dict[str, Ground] = {}
        if node is not None and isinstance(node.value, dict):
            self._texts = node.value
        elif node is not None:
            self._note(("grounds",), node, "a mapping from a name to the keys of a ground")
        for name in self._texts:
            self._named(name, ("grounds", name), ())

    def _note(self, path: Path, node: Written, allowed: str, fix: str = "") -> None:
        self.found.append(Found(path, short(plain(node)), allowed, fix, node.line))

    def _named(self, name: str, path: Path, trail: tuple[str, ...], line: int = 0) -> Ground:
        """Return the ground called `name`; `trail` holds the names that led here."""
        if name in self._known:
            return self._known[name]
        node = self._texts.get(name)
        if node is None:
            near = nearest(name, list(self._texts))
            fix = f"did you mean {near[0]}?" if near else "write it under `grounds`"
            self.found.append(Found(path, f"the ground {name!r}", self._names(), fix, line))
            return {}
        if name in trail:
            got = " -> ".join((*trail, name))
            self.found.append(Found(("grounds", name), got, "grounds that do not rest on themselves", "", node.line))
            return {}
        self._known[name] = self.read(node, {}, ("grounds", name), (*trail, name))
        return self._known[name]

    def _names(self) -> str:
        return f"one of {', '.join(sorted(self._texts))}" if self._texts else "a name under `grounds`; there are none"

    def read(self, node: Written, around: Ground, path: Path, trail: tuple[str, ...] = ()) -> Ground:
        """Return the ground that `node` says, given the one in force around it.

        Parameters
        ----------
        node : Written
            A name, the keys of a ground, or null for none.
        around : Ground
            What `node` refines when it names neither source nor assumption nor another ground.
        path, trail
            Where it stands; names that led here.
        """
        if node.value is None:
            return {}
        if isinstance(node.value, str):
            return self._named(node.value, path, trail, node.line)
        if not isinstance(node.value, dict):
            self._note(path, node, "the name of a ground, or a mapping with its keys")
            return {}
        own: Ground = {}
        for key, value in node.value.items():
            if key == "range" and value.value is not None:
                fault = range_fault(value, path)
                own |= {} if fault else {key: value}
                self.found += [fault] if fault else []
            elif key in _KEYS and value.value is not None:
                own[key] = value
            elif key not in _KEYS and key != "ground":
                near = nearest(key, _KEYS)
                fix = f"did you mean {near[0]}?" if near else ""
                self.found.append(Found((*path, key), f"the key {key!r}", ", ".join(_KEYS), fix, value.line))
        return {**self._base(node, own, around, path, trail), **own}

    def _base(self, node: Written, own: Ground, around: Ground, path: Path, trail: tuple[str, ...] = ()) -> Ground:
        """Return what the keys `own` of a mapping are laid over."""
        named = node.value.get("ground") if isinstance(node.value, dict) else None
        if named is not None:
            return self.read(named, around, path, trail)
        return {} if "source" in own or "assumption" in own else around

    def quantity(self, node: Written, around: Ground, path: Path, shape: Shape) -> Written:
        """Return a quantity with its grounds written out; `around` is the ground in force."""
        if node.is_number:
            return Written({"value": node, **around}, node.line)
        if not isinstance(node.value, dict):
            self._note(path, node, shape.allowed(), _no_number(node))
            return node
        own = {key: value for key, value in node.value.items() if key != "ground" and value.value is not None}
        if "range" in own and (fault := range_fault(own["range"], path)):
            self.found.append(fault)
            del own["range"]
        if "unit" in own:
            own = self._in_unit(own, path, shape)
        number = own.get("value")
        if number is not None and not number.is_number:
            self._note((*path, "value"), number, shape.allowed(), _no_number(number))
        for key in GROUND_KEYS:
            if key in own and not isinstance(own[key].value, str):
                self._note((*path, key), own[key], "a text (put it in quotes if it looks like a number)")
        return Written({**self._base(node, own, around, path), **own}, node.line)

    def _in_unit(self, own: Ground, path: Path, shape: Shape) -> Ground:
        """Return the keys of a quantity with its value in the unit of the field."""
        unit = shape.unit.unit if shape.unit is not None else ""
        written, number = own.pop("unit"), own.get("value")
        allowed = units_of(unit)
        if len(allowed) == 1:
            self._note(
                (*path, "unit"), written, f"no unit: the number is always in its own ({unit or 'no unit'})", "remove it"
            )
        elif not isinstance(written.value, str) or written.value not in allowed:
            near = nearest(str(written.value), allowed)
            fix = f"did you mean {near[0]!r}?" if near else ""
            self._note((*path, "unit"), written, f"one of {', '.join(allowed)}", fix)
        elif number is not None and isinstance(number.value, int | float) and not isinstance(number.value, bool):
            own["value"] = Written(converted(float(number.value), written.value, unit), number.line)
            if "range" in own:
                ends = [converted(end, written.value, unit) for end in plain(own["range"])]
                own["range"] = Written([Written(end, own["range"].line) for end in ends], own["range"].line)
        return own

    def setting(self, node: Written, path: Path) -> tuple[Written, Ground]:
        """Return the plain value of a setting written as a mapping with `value`, and its grounds."""
        assert isinstance(node.value, dict)
        rest = {key: value for key, value in node.value.items() if key != "value"}
        value = node.value["value"]
        return Written(value.value, value.line), self.read(Written(rest, node.line), {}, path)


def _no_number(node: Written) -> str:
    """Return how to fix a text that should be a number."""
    if isinstance(node.value, str) and any(letter.isdigit() for letter in node.value):
        return "write the number in digits without quotes, separators or suffix"
    return ""
