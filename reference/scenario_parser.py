"""A slow clear twin of the scenario language: from a file to the resolved form, written from spec/specification.md.

It knows nothing of the package. The fields, their kinds and defaults are read from the tables of the specification, the
rules are written here a second time in the plainest way. It takes valid files only and does not explain faults.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import yaml

SPECIFICATION = Path(__file__).parent.parent / "spec" / "specification.md"
GROUND_KEYS = ["source", "place", "reason", "level", "certainty", "assumption", "calibrated_to"]
PRINCIPAL = {
    "regions": "persons", "strata": "share", "organisations": "members", "orders": "persons", "outcomes": "days",
}  # fmt: skip
PAIRS = {"Span": ["start", "end"], "Limit": ["first", "second"], "TieRow": ["a", "b", "kind"]}


class Core(yaml.SafeLoader):
    """The core schema of YAML 1.2: only null, true, false, whole numbers and other numbers are not text."""

    yaml_implicit_resolvers = {}


Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), None)
Core.add_implicit_resolver("!int", re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), None)
Core.add_implicit_resolver(
    "!float", re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"), None
)


def whole(loader, node):
    """Read a whole number, also octal or hexadecimal."""
    text = node.value
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


Core.add_constructor("!int", whole)
Core.add_constructor("!float", lambda loader, node: float(node.value))


def mapping(loader, node):
    """Read a mapping; keys are the text written."""
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


Core.add_constructor("tag:yaml.org,2002:map", mapping)


LATER = set()
UNITS = {}
DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
PERSONS = {"person": 1.0, "1,000 persons": 1e3, "100,000 persons": 1e5, "million persons": 1e6}


def read_tables():
    """Return {part: {field: (kind, default)}} as the specification says it."""
    tables, part = {}, None
    for line in SPECIFICATION.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"### [A-Z]\w+", line):
            part_name = line[4:]
            part = tables.setdefault(part_name, {})
        elif part is not None and line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            part[cells[0].split("`")[1]] = (cells[1], cells[3])
            unit = re.search(r"\((per .*|.* per .*)\)$", cells[2])
            UNITS[part_name, cells[0].split("`")[1]] = unit.group(1) if unit else ""
            if cells[0].endswith("(later)"):
                LATER.add((part_name, cells[0].split("`")[1]))
    return tables


TABLES = read_tables()


class File:
    """One file on its way to the resolved form."""

    def __init__(self, text):
        self.tree = yaml.load(text, Loader=Core)
        self.grounds = self.tree.pop("grounds", None) or {}
        self.defaults = self.tree.pop("defaults", None) or {}
        time = self.tree["time"]
        self.start = plain_value(time[0] if isinstance(time, list) else time["start"])
        self.kept = {}
        outcomes = (self.tree.get("words") or {}).get("outcomes") or {}
        self.outcomes = {word.split("/")[0].strip().lower(): code for code, word in outcomes.items()}
        self.own = own_outcomes(self.tree.get("outcomes") or {})
        self.around = self.enter(self.tree, {})

    def resolve(self):
        """Return the resolved form."""
        resolved = self.part("Scenario", self.tree, {}, [])
        if not resolved["population"]["strata"]:
            share = {"value": 1, "assumption": "default of the language: one stratum, to which all belong"}
            everybody = {"id": "everybody", "name": "everybody", "share": share}
            resolved["population"]["strata"] = [self.part("Stratum", everybody, {}, [])]
        add_names(resolved)
        self.add_steps(resolved["offices"])
        if len(resolved["boards"]) == 1 and not resolved["routes"]:
            resolved["routes"] = [self.part("Route", {"board": resolved["boards"][0]["id"]}, {}, [])]
        for region in resolved["population"]["regions"]:
            complete_shares(region, resolved["population"]["strata"])
        if self.kept:
            grounds = dict(resolved["metadata"].get("grounds") or {})
            grounds.update(self.kept)
            resolved["metadata"] = {**resolved["metadata"], "grounds": grounds}
        resolved["metadata"] = tidy(resolved["metadata"])
        return resolved

    # Grounds (section 2)

    def ground(self, given, around):
        """Return the keys of a ground, given the one around it."""
        if given is None:
            return {}
        if isinstance(given, str):
            return self.ground(self.grounds[given], {})
        own = {key: value for key, value in given.items() if key != "ground" and value is not None}
        if "ground" in given:
            return {**self.ground(given["ground"], around), **own}
        if "source" in own or "assumption" in own:
            return own
        return {**around, **own}

    def enter(self, given, around):
        """Return the ground in force inside a block."""
        return self.ground(given["ground"], around) if isinstance(given, dict) and "ground" in given else around

    def quantity(self, given, around, unit=""):
        """Return a number with all keys of its grounds, in the unit of its field."""
        if isinstance(given, dict) and "unit" in given:
            written = given["unit"]
            persons = [
                PERSONS[next(p for p in PERSONS if f"per {p} and" in u)] for u in (unit, written) if "person" in u
            ]

            def in_unit(number):
                value = number * persons[0] / persons[1] if len(persons) == 2 else number
                return value / DAYS[written.split(" ")[-1]] if written != unit else number

            given = {**{key: one for key, one in given.items() if key != "unit"}, "value": in_unit(given["value"])}
            if given.get("range"):
                given["range"] = [in_unit(end) for end in given["range"]]
        if not isinstance(given, dict):
            found = {"value": given, **around}
        else:
            keys = {key: value for key, value in given.items() if key != "value"}
            found = {"value": given["value"], **self.ground(keys, around)}
        told = {key: tidy(found.get(key)) for key in ["value", *GROUND_KEYS]}
        return {**told, "range": tidy(found["range"])} if found.get("range") else told

    # Parts and fields

    def part(self, name, given, around, path):
        """Return a part with every field of its table."""
        if name in PAIRS and isinstance(given, list):
            given = dict(zip(PAIRS[name], given, strict=False))
        if name == "SourceEntry" and isinstance(given, str):
            given = {"citation": given}
        if name == "Route" and isinstance(given, str):
            given = {"board": given}
        if name in ("Outcomes", "KeptActs"):
            given = {self.outcomes.get(key.lower(), key): value for key, value in given.items()}
            own = {self.own[key.lower()]: value for key, value in given.items() if key.lower() in self.own}
            rest = {key: value for key, value in given.items() if key.lower() not in self.own}
            given = {**rest, "own": {**own, **rest.get("own", {})}} if own else rest
        around = self.enter(given, around)
        resolved = {}
        for field, (kind, default) in TABLES[name].items():
            value = given.get(field)
            here = [*path, field]
            if value is not None and kind == "quantity":
                resolved[field] = self.quantity(value, around, UNITS[name, field])
            elif value is not None:
                resolved[field] = self.field(kind, field, value, around, here)
            else:
                resolved[field] = self.default(kind, default, here)
            if (name, field) in LATER and resolved[field] == self.default(kind, default, here):
                del resolved[field]
        return resolved

    def default(self, kind, default, path):
        """Return the default that the table states."""
        if kind == "quantity":
            number, _, why = default.partition("; ")
            return self.quantity({"value": float(number), "assumption": f"default of the language: {why}"}, {})
        if kind.startswith("part of "):
            return self.part(kind[8:], {}, {}, path)
        return None if default == "required" else json.loads(default.strip("`"))

    def field(self, kind, name, value, around, path):
        """Return one field by its kind."""
        if kind == "quantity":
            return self.quantity(value, around)
        if kind.startswith("part of "):
            return self.part(kind[8:], value, around, path)
        if kind.startswith("list of "):
            return self.list(kind[8:], name, value, around, path)
        if kind.startswith("map of "):
            return self.map(kind[7:], name, value, around, path)
        if kind == "ids":
            return [value] if isinstance(value, str) else value
        if kind == "any":
            return tidy(value)
        if name == "household" and value == "none":
            return 1
        if kind in ("whole", "date") and isinstance(value, dict):
            ground = self.ground({key: inner for key, inner in value.items() if key != "value"}, {})
            if ground:
                self.kept[".".join(map(str, path))] = ground
            return value["value"]
        return value

    def map(self, inner, name, given, around, path):
        """Return a mapping by id or term."""
        if isinstance(given.get("table"), dict):
            around = self.enter(given, around)
            rows, ground = self.table(given["table"])
            around = around if ground is None else self.ground(ground, around)
            given = {row["region"]: {key: value for key, value in row.items() if key != "region"} for row in rows}
        around = self.enter(given, around)
        kind = inner if inner[0].islower() else f"part of {inner}"
        entries = {key: value for key, value in given.items() if value is not None and key != "ground"}
        return {key: self.field(kind, key, entries[key], around, [*path, key]) for key in sorted(entries)}

    # Lists (section 3)

    def list(self, part, name, given, around, path):
        """Return a list of parts, however it was written."""
        if isinstance(given, dict) and isinstance(given.get("table"), dict) and given.keys() <= {"table", "ground"}:
            around = self.enter(given, around)
            items, ground = self.table(given["table"])
            around = around if ground is None else self.ground(ground, around)
        elif part == "Step" and not isinstance(given, list):
            around = self.enter(given, around)
            if not isinstance(given, dict) or "value" in given:
                items = [{"since": self.start, "value": given}]
            else:
                items = [{"since": day, "value": value} for day, value in given.items() if day != "ground"]
        elif isinstance(given, dict):
            around = self.enter(given, around)
            items = [one_by_id(name, key, value) for key, value in given.items() if key != "ground"]
        else:
            items = given
        return [self.item(part, name, item, around, [*path, index]) for index, item in enumerate(items)]

    def item(self, part, name, given, around, path):
        """Return one part of a list, over the defaults of the file."""
        if isinstance(given, dict) and "id" in given:
            path = [*path[:-1], given["id"]]
        default = self.defaults.get(name)
        if default is None or name not in {*PRINCIPAL, "operations", "boards", "routes", "chiefs", "shams"}:
            return self.part(part, given, around, path)
        if isinstance(given, str):
            given = {"board": given}
        if "ground" in default and "ground" not in given:
            around = self.ground(default["ground"], self.around)
        over = self.part(part, given, around, path)
        under = self.part(part, default, self.around, path)
        return laid_over(part, given, default, over, under)

    def table(self, table):
        """Return the rows of a table as mappings, and the ground of all."""
        ground, columns = table.get("ground"), table["columns"]
        by_column = isinstance(ground, dict) and bool(ground) and set(ground) <= set(columns)
        rows = []
        for cells in table["rows"]:
            row = {}
            for column, cell in zip(columns, cells, strict=True):
                if cell is not None:
                    put(row, column.split("."), cell)
            for column, one in ground.items() if by_column else ():
                give_ground(row, column.split("."), one)
            rows.append(row)
        return rows, None if by_column else ground

    # What resolution adds (section 5)

    def add_steps(self, offices):
        """Give step lists a step on the first day."""
        first = {
            "pressure": (0, "no pressure before the first step"),
            "evidence": (1, "one statement is enough before the first step"),
        }
        for name, (value, why) in first.items():
            if not offices[name] or offices[name][0]["since"] > self.start:
                quantity = self.quantity({"value": value, "assumption": f"default of the language: {why}"}, {})
                offices[name].insert(0, {"since": self.start, "value": quantity})


def plain_value(given):
    """Return a setting without its grounds."""
    return given["value"] if isinstance(given, dict) else given


def own_outcomes(given):
    """Return the ids of the outcomes that a file lists, by id and by word."""
    if isinstance(given, dict) and "table" in given:
        rows = [dict(zip(given["table"]["columns"], row, strict=True)) for row in given["table"]["rows"]]
    elif isinstance(given, dict):
        rows = [{"id": key, **(one if isinstance(one, dict) else {})} for key, one in given.items() if key != "ground"]
    else:
        rows = given
    words = {row["id"]: (row.get("name") or row["id"].replace("-", " ")).split("/")[0].strip() for row in rows}
    return {word.lower(): key for key, word in words.items()} | {key.lower(): key for key in words}


def one_by_id(name, key, value):
    """Return an entry of a mapping by id as a part."""
    if name == "outcomes" and isinstance(value, str):
        return {"id": key, "effect": value}
    if name == "outcomes" and value is not None and (not isinstance(value, dict) or "value" in value):
        return {"id": key, "effect": "away", "days": value}
    if value is None:
        return {"id": key}
    if name in PRINCIPAL and (not isinstance(value, dict) or "value" in value):
        return {"id": key, PRINCIPAL[name]: value}
    return {"id": key, **value}


def put(row, keys, cell):
    """Put a cell at a dotted column; numbers with keys of their own become mappings with `value`."""
    scalar = "ground" if keys[0] == "ground" else "value"
    if len(keys) == 1:
        if isinstance(row.get(keys[0]), dict) and not isinstance(cell, dict):
            row[keys[0]][scalar] = cell
        else:
            row[keys[0]] = cell
        return
    if not isinstance(row.get(keys[0]), dict):
        row[keys[0]] = {scalar: row[keys[0]]} if keys[0] in row else {}
    put(row[keys[0]], keys[1:], cell)


def give_ground(row, keys, ground):
    """Give a cell the ground of its column."""
    if keys[0] not in row:
        return
    if len(keys) > 1:
        give_ground(row[keys[0]], keys[1:], ground)
    elif not isinstance(row[keys[0]], dict):
        row[keys[0]] = {"value": row[keys[0]], "ground": ground}
    elif not row[keys[0]].keys() & {"source", "assumption", "ground"}:
        row[keys[0]] = {**row[keys[0]], "ground": ground}


def laid_over(part, given, default, over, under):
    """Take a field from the default where only the default gives it; parts inside parts key by key."""
    merged = dict(over)
    for field, (kind, _) in TABLES[part].items():
        in_given, in_default = given.get(field) is not None, default.get(field) is not None
        if in_default and not in_given:
            merged.pop(field, None)
            merged |= {key: under[key] for key in [field] if key in under}
        elif in_default and kind.startswith("part of ") and isinstance(given[field], dict):
            merged[field] = laid_over(kind[8:], given[field], default[field], over[field], under[field])
    return merged


def add_names(resolved):
    """Name what has no name by its id."""
    population = resolved["population"]
    lists = [
        population["regions"],
        population["strata"],
        resolved["operations"],
        resolved["orders"],
        resolved["boards"],
        resolved.get("persons", []),
    ]
    for part in [part for parts in lists for part in parts]:
        part["name"] = part["name"] or part["id"]


def complete_shares(region, strata):
    """Add the strata that the shares of a region leave out."""
    own = region["shares"]
    rest = [stratum for stratum in strata if stratum["id"] not in own]
    if not own or not rest:
        return
    factor = (1 - sum(share["value"] for share in own.values())) / sum(stratum["share"]["value"] for stratum in rest)
    for stratum in rest:
        share = dict(stratum["share"])
        if abs(factor - 1) > 1e-9:
            share = dict.fromkeys(share)
            share["value"] = tidy(stratum["share"]["value"] * factor)
            share["assumption"] = "share of the country, scaled so that the shares of this region sum to 1"
        own[stratum["id"]] = share
    region["shares"] = dict(sorted(own.items()))


def tidy(value):
    """Whole numbers as int, mappings in alphabetical order."""
    if isinstance(value, dict):
        return {key: tidy(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [tidy(item) for item in value]
    return int(value) if isinstance(value, float) and value == int(value) else value


def resolve_text(text):
    """Return the resolved form of a valid scenario text."""
    return File(text).resolve()


if __name__ == "__main__":
    resolved = resolve_text(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(resolved, ensure_ascii=False, indent=1) + "\n")
