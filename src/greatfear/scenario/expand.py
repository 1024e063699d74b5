"""From the human form to the resolved shape: short forms, tables, defaults and grounds written out, led by the models.

Nothing is judged here but kinds ("a text where a number belongs"); ranges and references are judged afterwards.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, TypeGuard

from greatfear.errors import nearest
from greatfear.scenario.found import Found, Path, dotted
from greatfear.scenario.grounds import Ground, Grounds
from greatfear.scenario.outcomes import BY_OUTCOME, case_words, effect_in_full, outcome_keys
from greatfear.scenario.quantity import Part
from greatfear.scenario.shape import PRINCIPAL, Shape, fields, root
from greatfear.scenario.tables import is_table, read_table
from greatfear.scenario.written import Written, plain, short

DEFAULTS = ("regions", "strata", "organisations", "operations", "orders", "boards", "routes", "chiefs", "shams")
"""Lists that may have defaults in a file."""

_PAIRS = {"Span": ("start", "end"), "Limit": ("first", "second"), "TieRow": ("a", "b", "kind")}
_QUANTITIES = ("theta", "shares", "limits")


def expand(given: Written) -> tuple[Written, list[Found]]:
    """Return the tree in resolved shape (without the defaults of the language), and what was wrong.

    Parameters
    ----------
    given : Written
        The tree of a file in human or resolved form.
    """
    if not isinstance(given.value, dict):
        return given, [Found((), short(plain(given)), "a mapping with id, title, time and population", "", given.line)]
    return _Expander(given).whole(given)


def is_date(text: Any) -> TypeGuard[str]:
    """Return whether a text is a date YYYY-MM-DD that exists."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


class _Expander:
    """Walks one file along the shapes of the models."""

    def __init__(self, given: Written) -> None:
        self.found: list[Found] = []
        self.grounds = Grounds(given.get("grounds"), self.found)
        self.settings: dict[Path, Ground] = {}
        self.defaults: dict[str, dict[str, Written]] = {}
        self.start = _start(given)
        self.outcomes, self.own = case_words(given.get("words")), outcome_keys(given.get("outcomes"))
        self.around: Ground = {}

    def note(self, path: Path, node: Written, allowed: str, fix: str = "") -> None:
        """Note that what stands at `path` may not stand there."""
        self.found.append(Found(path, short(plain(node)), allowed, fix, node.line))

    def whole(self, given: Written) -> tuple[Written, list[Found]]:
        """Expand the file."""
        assert isinstance(given.value, dict)
        own = {key: value for key, value in given.value.items() if key not in ("grounds", "defaults")}
        self.around = self.enter(given, {}, ())
        self._read_defaults(given.get("defaults"))
        tree = self.part(Written(own, given.line), root(), {}, ())
        self._keep_settings(tree)
        return tree, self.found

    def enter(self, node: Written, around: Ground, path: Path) -> Ground:
        """Return the ground in force inside `node`."""
        if not isinstance(node.value, dict) or "ground" not in node.value:
            return around
        return self.grounds.read(node.value["ground"], around, (*path, "ground"))

    def part(self, node: Written, shape: Shape, around: Ground, path: Path) -> Written:
        """Expand a part: every known key by its shape, unknown keys as they are."""
        assert shape.part is not None
        pair = _PAIRS.get(shape.part.__name__)
        if pair and isinstance(node.value, list) and len(node.value) in (2, len(pair)):
            node = _from_list(node, pair)
        if shape.part.__name__ == "SourceEntry" and isinstance(node.value, str):
            node = Written({"citation": Written(node.value, node.line)}, node.line)
        if not isinstance(node.value, dict):
            self.note(path, node, f"a mapping with the keys {', '.join(shape.part.model_fields)}")
            return node
        inside = self.enter(node, around, path)
        known, entries = fields(shape.part), {}
        if shape.part.__name__ in BY_OUTCOME:
            node = self.in_codes(node, shape.part, path)
        given = node.value if isinstance(node.value, dict) else {}
        for key, value in given.items():
            if key == "ground":
                continue
            if key not in known:
                entries[key] = value
            elif value.value is not None:
                inner = known[key]
                if key == "value" and shape.unit is not None:
                    inner = Shape("value", "quantity", unit=shape.unit)
                entries[key] = self.value(value, inner, inside, (*path, key))
        return Written(entries, node.line)

    def in_codes(self, node: Written, part: type[Part], path: Path) -> Written:
        """Return what stands by outcome under the codes, where the file has words or outcomes of its own."""
        assert isinstance(node.value, dict)
        entries: dict[str, Written] = {}
        own: dict[str, Written] = {}
        for key, value in node.value.items():
            code = self.outcomes.get(key.casefold(), key)
            into = entries
            if self.own and code not in (*part.model_fields, "ground"):
                code, into = self.own.get(key.casefold(), key), own
            if code in into:
                self.note((*path, key), value, "each outcome once: by its word or by its code")
            into[code] = value
        if own:
            given = entries.get("own")
            entries["own"] = Written(
                {**own, **given.value} if given and isinstance(given.value, dict) else own, node.line
            )
        return Written(entries, node.line)

    def value(self, node: Written, shape: Shape, around: Ground, path: Path) -> Written:
        """Expand what stands at one key."""
        if shape.kind == "quantity":
            return self.grounds.quantity(node, around, path, shape)
        if shape.kind == "part":
            return self.part(node, shape, around, path)
        if shape.kind == "list":
            return self.parts(node, shape, around, path)
        if shape.kind == "map":
            return self.map(node, shape, around, path)
        if shape.kind == "any":
            return node
        if shape.kind == "ids":
            return self.ids(node, path)
        return self.leaf(node, shape, path)

    def leaf(self, node: Written, shape: Shape, path: Path) -> Written:
        """Check the kind of a setting, and set aside its grounds."""
        if shape.kind in ("whole", "date") and isinstance(node.value, dict) and "value" in node.value:
            node, ground = self.grounds.setting(node, path)
            self.settings[path] = ground
        if shape.name == "household" and node.value == "none":
            node = Written(1, node.line)
        value = node.value
        right = {
            "whole": node.is_number and isinstance(value, (int, float)) and value == int(value),
            "yesno": isinstance(value, bool),
            "date": is_date(value),
        }.get(shape.kind, isinstance(value, str))
        if not right:
            self.note(path, node, shape.allowed(), _fix_leaf(node, shape))
        elif shape.kind == "whole":
            return Written(int(value), node.line)  # type: ignore[arg-type]
        return node

    def ids(self, node: Written, path: Path) -> Written:
        """Expand a list of ids; one id stands for a list of one."""
        if isinstance(node.value, str):
            return Written([node], node.line)
        if not isinstance(node.value, list):
            self.note(path, node, "a list of ids")
            return node
        for index, item in enumerate(node.value):
            if not isinstance(item.value, str):
                self.note((*path, index), item, "an id", "put it in quotes" if item.is_number else "")
        return node

    def map(self, node: Written, shape: Shape, around: Ground, path: Path) -> Written:
        """Expand a mapping by id or by term."""
        assert shape.item is not None
        inside = around
        if is_table(node) and shape.name == "limits" and isinstance(node.value, dict):
            rows, ground = read_table(node.value["table"], path, self.found)
            inside = self.enter(node, around, path)
            inside = inside if ground is None else self.grounds.read(ground, inside, (*path, "table", "ground"))
            node = self._by_region(rows, node, path)
        if not isinstance(node.value, dict):
            self.note(path, node, shape.allowed())
            return node
        inside = self.enter(node, inside, path)
        entries = {}
        for key, value in node.value.items():
            if key == "ground" and shape.name in _QUANTITIES:
                continue
            if value.value is not None:
                entries[key] = self.value(value, shape.item, inside, (*path, key))
        return Written(entries, node.line)

    def _by_region(self, rows: list[Written], node: Written, path: Path) -> Written:
        """Return the rows of a table of limits as a mapping by region."""
        entries: dict[str, Written] = {}
        for row in rows:
            assert isinstance(row.value, dict)
            region = row.value.pop("region", Written(None, row.line))
            if not isinstance(region.value, str):
                self.note((*path, "table", "rows"), region, "the id of a region in the column region")
            elif region.value in entries:
                self.note((*path, region.value), region, "each region once", "keep one of the rows")
            else:
                entries[region.value] = row
        return Written(entries, node.line)

    def parts(self, node: Written, shape: Shape, around: Ground, path: Path) -> Written:
        """Expand a list of parts."""
        inside = around
        if is_table(node) and isinstance(node.value, dict):
            rows, ground = read_table(node.value["table"], path, self.found)
            inside = self.enter(node, around, path)
            inside = inside if ground is None else self.grounds.read(ground, inside, (*path, "table", "ground"))
            items: list[Written] | None = rows
        elif shape.is_steps and not isinstance(node.value, list):
            inside, items = self.enter(node, around, path), self._steps(node, path)
        elif shape.has_ids and isinstance(node.value, dict):
            inside, items = self.enter(node, around, path), self._by_id(node, shape, path)
        else:
            items = node.value if isinstance(node.value, list) else None
        if items is None:
            what = "a list, a mapping by id, or a table" if shape.has_ids else shape.allowed()
            self.note(path, node, what)
            return node
        return Written([self._item(item, shape, inside, (*path, i)) for i, item in enumerate(items)], node.line)

    def _item(self, node: Written, shape: Shape, around: Ground, path: Path) -> Written:
        """Expand one part of a list, with the defaults of the file under it."""
        inner = Shape("", "part", part=shape.part, unit=shape.unit)
        if shape.name == "routes" and isinstance(node.value, str):
            node = Written({"board": node}, node.line)
        default = self.defaults.get(shape.name)
        if default is None or not isinstance(node.value, dict):
            return self.part(node, inner, around, path)
        ground = default.get("ground")
        if ground is not None and "ground" not in node.value:
            around = self.grounds.read(ground, self.around, ("defaults", shape.name, "ground"))
        under = self.part(_without(default, node.value, inner), inner, self.around, path)
        return _merged(under, self.part(node, inner, around, path))

    def _by_id(self, node: Written, shape: Shape, path: Path) -> list[Written]:
        """Return the parts of a mapping by id, each with its id."""
        assert isinstance(node.value, dict)
        principal, items = PRINCIPAL.get(shape.name), []
        for key, given in node.value.items():
            if key == "ground":
                continue
            value = effect_in_full(given) if shape.name == "outcomes" else given
            start = {"id": Written(key, value.line)}
            number = value.is_number or (isinstance(value.value, dict) and "value" in value.value)
            if number and principal:
                items.append(Written({**start, principal: value}, value.line))
            elif isinstance(value.value, dict) and "id" not in value.value:
                items.append(Written({**start, **value.value}, value.line))
            elif value.value is None:
                items.append(Written(dict(start), value.line))
            else:
                one = f"a number ({principal}) or a mapping" if principal else "a mapping"
                self.note((*path, key), value, f"{one} without id; the key is the id")
        return items

    def _steps(self, node: Written, path: Path) -> list[Written] | None:
        """Return the steps of a bare number, of one quantity, or of a mapping by date."""
        if node.is_number or (isinstance(node.value, dict) and "value" in node.value):
            return [Written({"since": self.start, "value": node}, node.line)]
        if not isinstance(node.value, dict):
            return None
        steps = []
        for key, value in node.value.items():
            if key != "ground" and value.value is not None:
                steps.append(Written({"since": Written(key, value.line), "value": value}, value.line))
        return steps

    def _read_defaults(self, node: Written | None) -> None:
        """Read `defaults`: a part for each list, with keys that the parts of the list know."""
        if node is None or not isinstance(node.value, dict):
            if node is not None:
                self.note(("defaults",), node, f"a mapping with keys from {', '.join(DEFAULTS)}")
            return
        shapes = {**fields(root().part), **fields(fields(root().part)["population"].part)}
        for name, default in node.value.items():
            path: Path = ("defaults", name)
            if name not in DEFAULTS:
                near = nearest(name, DEFAULTS)
                fix = f"did you mean {near[0]}?" if near else ""
                self.found.append(Found(path, f"the key {name!r}", f"one of {', '.join(DEFAULTS)}", fix, default.line))
            elif not isinstance(default.value, dict):
                self.note(path, default, "a mapping of keys")
            else:
                self.defaults[name] = self._known_defaults(default.value, shapes[name], path)

    def _known_defaults(self, default: dict[str, Written], shape: Shape, path: Path) -> dict[str, Written]:
        """Return the keys of a default that its parts know; note the others."""
        assert shape.part is not None
        allowed = [key for key in shape.part.model_fields if key != "id"]
        for key, value in default.items():
            if key not in allowed and key != "ground":
                near = nearest(key, allowed)
                fix = f"did you mean {near[0]}?" if near else ""
                got, words = f"the key {key!r}", f"one of {', '.join(allowed)}"
                self.found.append(Found((*path, key), got, words, fix, value.line))
        return {key: value for key, value in default.items() if key in (*allowed, "ground")}

    def _keep_settings(self, tree: Written) -> None:
        """Write the grounds of settings under `metadata.grounds`."""
        whole = plain(tree)
        kept = {dotted(path, whole): ground for path, ground in self.settings.items() if ground}
        if not kept or not isinstance(tree.value, dict):
            return
        metadata = tree.value.setdefault("metadata", Written({}, tree.line))
        if not isinstance(metadata.value, dict):
            return
        given = metadata.get("grounds") or Written({}, metadata.line)
        if not isinstance(given.value, dict):
            self.note(("metadata", "grounds"), given, "a mapping from dotted paths to keys of grounds")
            return
        grounds = {**given.value, **{path: Written(dict(ground), metadata.line) for path, ground in kept.items()}}
        tree.value["metadata"] = Written({**metadata.value, "grounds": Written(grounds, given.line)}, metadata.line)


def _start(given: Written) -> Written:
    """Return the first day of the period as written; a stand-in where it is missing, which is told elsewhere."""
    time = given.get("time")
    start: Written | None = None
    if time is not None:
        start = time.value[0] if isinstance(time.value, list) and time.value else time.get("start")
    if start is not None and isinstance(start.value, dict):
        start = start.get("value")
    return start if start is not None and is_date(start.value) else Written("0001-01-01", given.line)


def _from_list(node: Written, keys: tuple[str, ...]) -> Written:
    """Return a short list such as [first, second] as a mapping."""
    assert isinstance(node.value, list)
    return Written(dict(zip(keys, node.value, strict=False)), node.line)


def _fix_leaf(node: Written, shape: Shape) -> str:
    """Return how to fix a setting of the wrong kind."""
    if shape.kind in ("text", "id", "choice") and node.is_number:
        return "put it in quotes"
    if shape.kind == "yesno" and isinstance(node.value, str):
        return "write true or false without quotes"
    if shape.kind == "whole" and isinstance(node.value, str):
        return "write the number in digits without quotes"
    return ""


def _without(default: dict[str, Written], given: dict[str, Written], shape: Shape) -> Written:
    """Return what a default adds to `given`: keys that are not given, inner parts key by key."""
    assert shape.part is not None
    known, left = fields(shape.part), {}
    for key, value in default.items():
        own = given.get(key)
        if own is None or own.value is None or key == "ground":
            left[key] = value
        elif known[key].kind == "part" and isinstance(own.value, dict) and isinstance(value.value, dict):
            left[key] = _without(value.value, own.value, known[key])
    return Written(left)


def _merged(under: Written, over: Written) -> Written:
    """Return two trees of parts as one; where both have a key that is no mapping, `over` wins."""
    if not isinstance(under.value, dict) or not isinstance(over.value, dict):
        return over
    entries = dict(over.value)
    for key, value in under.value.items():
        entries[key] = _merged(value, entries[key]) if key in entries else value
    return Written(entries, over.line)
