"""Reads YAML text in the core schema of YAML 1.2; the only file that knows the YAML library.

Events are read one by one rather than a composed document, so that nesting, size, anchors and tags are refused before
anything is built, and every node keeps its line.
"""

from __future__ import annotations

import math
import re
from typing import Any

from greatfear.errors import Fault, ScenarioError
from greatfear.scenario.written import MAX_DEPTH, MAX_NODES, Scalar, Written, short

_INT = re.compile(r"[-+]?[0-9]+")
_OCT, _HEX = re.compile(r"0o[0-7]+"), re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_LONGEST = 100


class TextFaults:
    """Collects what is wrong with a text, each with its line."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Fault] = []

    def add(self, line: int, got: str, allowed: str, fix: str = "") -> None:
        """Note one fault; after a hundred the rest is not listed."""
        if len(self.found) < 100:
            self.found.append(Fault(f"{self.name} line {line}", got, allowed, fix))

    def stop(self, line: int, got: str, allowed: str, fix: str = "") -> ScenarioError:
        """Return the error for a fault after which nothing more can be read."""
        self.add(line, got, allowed, fix)
        return self.error()

    def error(self) -> ScenarioError:
        """Return the error with all faults found."""
        return ScenarioError(self.found, self.name)


def core_scalar(text: str) -> Scalar:
    """Return the value of a plain scalar in the core schema.

    Raises
    ------
    ValueError
        For infinities, not-a-number, and numbers too long or too large to hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("not a finite number")
    value: Scalar = text
    if _FLOAT.fullmatch(text):
        if len(text) > _LONGEST:
            raise ValueError("a number too long")
        value = int(text) if _INT.fullmatch(text) else float(text)
    elif _OCT.fullmatch(text) or _HEX.fullmatch(text):
        if len(text) > _LONGEST:
            raise ValueError("a number too long")
        value = int(text, 0)
    if isinstance(value, float) and math.isinf(value):
        raise ValueError("not a finite number")
    return value


def read_yaml(text: str, name: str) -> Written:
    """Return the tree of one YAML document.

    Parameters
    ----------
    text : str
        The document.
    name : str
        Name of the file, for faults.

    Raises
    ------
    ScenarioError
        With every fault that can be found at this stage.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    faults = TextFaults(name)
    builder = _Builder(faults)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _from_library(error, faults) from None
    except (ValueError, OverflowError, RecursionError) as error:
        # The pure Python reader lets these escape for broken escapes such as "\\UFFFFFFFF".
        raise faults.stop(builder.line, str(error), "YAML text") from None
    if faults.found:
        raise faults.error()
    if builder.root is None:
        raise faults.stop(1, "an empty file", "a scenario: at least id, title, time and population")
    return builder.root


def _from_library(error: Any, faults: TextFaults) -> ScenarioError:
    """Return the library's complaint as a fault with its line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "text that is not YAML"
    problem = str(problem).removeprefix("found ").replace("did not find expected", "no")  # "found" stands before it
    fix = "indent with spaces" if "'\\t'" in problem else ""
    return faults.stop(1 if mark is None else mark.line + 1, problem, "YAML text", fix)


class _Builder:
    """Builds the tree from the events of the library, one document only."""

    def __init__(self, faults: TextFaults) -> None:
        self.faults = faults
        self.root: Written | None = None
        self.line = 1
        self._open: list[tuple[Written, list[tuple[str, int]]]] = []
        self._documents = self._nodes = 0

    def take(self, event: Any) -> None:
        """Read one event."""
        kind = type(event).__name__
        self.line = event.start_mark.line + 1
        if kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent", "AliasEvent"):
            self._check_node(event, kind)
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind == "MappingStartEvent":
            self._begin({})
        elif kind == "SequenceStartEvent":
            self._begin([])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._open.pop()
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                raise self.faults.stop(self.line, "a second document", "one document", "remove what follows '---'")

    def _check_node(self, event: Any, kind: str) -> None:
        """Refuse what makes a node more than a value, and trees that are too large."""
        if kind == "AliasEvent":
            raise self.faults.stop(self.line, f"an alias *{event.anchor}", "values written out", _ANCHOR_MEND)
        if event.anchor is not None:
            self.faults.add(self.line, f"an anchor &{event.anchor}", "values written out", _ANCHOR_MEND)
        if event.tag is not None:
            self.faults.add(self.line, f"a tag {event.tag}", "values without tags", "remove the tag")
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self.faults.stop(self.line, "too many values", f"at most {MAX_NODES:,}")

    def _begin(self, empty: dict[str, Written] | list[Written]) -> None:
        """Open a mapping or a list."""
        if len(self._open) >= MAX_DEPTH:
            raise self.faults.stop(self.line, "deep nesting", f"at most {MAX_DEPTH} levels")
        if self._awaits_key():
            raise self.faults.stop(self.line, "a list or mapping as a key", "keys that are plain text")
        node = Written(empty, self.line)
        self._place(node)
        self._open.append((node, []))

    def _scalar(self, event: Any) -> None:
        """Read a scalar: a key or a value."""
        if self._awaits_key():
            self._key(event.value, plain=not event.style)
            return
        value: Scalar = event.value
        if event.implicit[0] and not event.style:
            try:
                value = core_scalar(event.value)
            except ValueError as error:
                self.faults.add(self.line, f"{short(event.value)}, {error}", "finite numbers")
        self._place(Written(value, self.line))

    def _awaits_key(self) -> bool:
        """Whether the next node is a key of the innermost mapping."""
        return bool(self._open) and isinstance(self._open[-1][0].value, dict) and not self._open[-1][1]

    def _key(self, key: str, plain: bool) -> None:
        """Note a key until its value comes."""
        node, pending = self._open[-1]
        if plain and key == "<<":
            self.faults.add(self.line, "a merge key <<", "keys written out", "use `defaults` for what parts share")
        elif isinstance(node.value, dict) and key in node.value:
            first = node.value[key].line
            fix = "keep one of them"
            self.faults.add(self.line, f"the key {short(key)} again (first on line {first})", "each key once", fix)
        pending.append((key, self.line))

    def _place(self, node: Written) -> None:
        """Put a finished or opened node where it belongs."""
        if not self._open:
            self.root = node
            return
        parent, pending = self._open[-1]
        if isinstance(parent.value, dict):
            key, node.line = pending.pop()
            parent.value[key] = node
        elif isinstance(parent.value, list):
            parent.value.append(node)


_ANCHOR_MEND = "use `grounds` or `defaults` for what stands more than once"


def dump_yaml(tree: Any) -> str:
    r"""Return plain Python objects as YAML that `read_yaml` reads back unchanged."""
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        """Quotes every text that is not a plain word, so that no reader takes it for something else."""

        def ignore_aliases(self, data: Any) -> bool:
            """Write out values that occur twice."""
            return True

    def text(dumper: Any, data: str) -> Any:
        plain = re.fullmatch(
            r"[A-Za-z]([A-Za-z _-]*[A-Za-z])?|[0-9]{4}-[0-9]{2}-[0-9]{2}", data
        ) and not _looks_special(data)
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=None if plain else '"')

    Dumper.add_representer(str, text)
    return str(yaml.dump(tree, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120))


def _looks_special(data: str) -> bool:
    """Whether some YAML reader takes this plain text for a truth value or null."""
    return data.lower() in {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
