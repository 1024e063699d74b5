"""Formulas in goldfish's manner: ``"recip + indeg(window=30, transform='sqrt') + same(sex) + recip:alter(woman)"``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from greatfear.errors import Fault, FaultList, nearest
from greatfear.estimate.effects import EFFECTS, TRANSFORMS, EffectKind

__all__ = ["Effect", "Formula", "parse_formula"]

_CALL = re.compile(r"^([A-Za-z_]\w*|1)\s*(?:\((.*)\))?$", re.S)
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")


@dataclass(frozen=True, slots=True)
class Effect:
    """One statistic with its arguments and options.

    Parameters
    ----------
    kind : EffectKind
    arguments : tuple of str
        Names of attributes or networks; the empty name is the network of the events.
    node : str
        ``"alter"`` or ``"ego"`` for effects of one person's place, empty for others.
    transform : str
        Applied to the aggregated statistic.
    window : float or None
        Days after which a tie is undone; an event exactly that much later still sees it.
    weighted, ignore_rep : bool
        Whether to use weights rather than presence of ties; whether the statistic is 0 where i is already tied to j.
    """

    kind: EffectKind
    arguments: tuple[str, ...] = ()
    node: str = ""
    transform: str = "identity"
    window: float | None = None
    weighted: bool = False
    ignore_rep: bool = False

    @property
    def name(self) -> str:
        """Return the full term: arguments and every option that is not the default."""
        last = max((k + 1 for k, argument in enumerate(self.arguments) if argument), default=0)
        options = list(self.arguments[:last])
        options += [f"type={self.node}"] if self.node else []
        options += [f"window={self.window:g}"] if self.window is not None else []
        options += [f"transform={self.transform}"] if self.transform != "identity" else []
        options += ["weighted=true"] if self.weighted else []
        options += ["ignoreRep=true"] if self.ignore_rep else []
        return f"{self.kind.name}({', '.join(options)})" if options else self.kind.name


@dataclass(frozen=True, slots=True)
class Formula:
    """The columns of a model: each is one effect, or a product of two.

    Parameters
    ----------
    columns : tuple of tuple of Effect
    """

    columns: tuple[tuple[Effect, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the full terms; no two are the same."""
        return tuple(":".join(effect.name for effect in column) for column in self.columns)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Return every effect, in the order of the columns."""
        return tuple(effect for column in self.columns for effect in column)


def parse_formula(text: str, node: str = "alter") -> Formula:
    """Return the columns that a formula names.

    Parameters
    ----------
    text : str
        Terms joined by ``+``; ``a:b`` is the product of two; ``1`` is the intercept.
    node : str
        Whose place `indeg`, `outdeg` and `nodeTrans` measure where no `type` is given: ``"alter"`` or ``"ego"``.

    Returns
    -------
    Formula

    Raises
    ------
    FaultList
        With every fault of the text.

    Examples
    --------
    >>> parse_formula("1 + recip + indeg(window = 30, transform='sqrt')").names
    ('intercept', 'recip', 'indeg(type=alter, window=30, transform=sqrt)')
    """
    faults: list[Fault] = []
    columns = []
    for term in _split(text, "+"):
        parts = [_effect(part, node, faults) for part in _split(term, ":")]
        if len(parts) > 2:
            faults.append(Fault(f"term {term!r}", f"{len(parts)} effects", "one effect, or a product of two"))
        columns.append(tuple(part for part in parts if part is not None))
    if not text.strip():
        faults.append(Fault("formula", "no term", "at least one term"))
    formula = Formula(tuple(columns))
    twice = [] if faults else sorted({name for name in formula.names if formula.names.count(name) > 1})
    faults += [Fault(f"term {name!r}", "the same term twice", "each term once") for name in twice]
    if faults:
        raise FaultList(faults, "formula")
    return formula


def _split(text: str, mark: str) -> list[str]:
    """Return the parts between marks that stand outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _effect(text: str, node: str, faults: list[Fault]) -> Effect | None:
    """Return the effect that a text names; add what is wrong to the faults."""
    match = _CALL.match(text)
    name = "intercept" if match and match.group(1) == "1" else match.group(1) if match else text
    kind = EFFECTS.get(name)
    if match is None or kind is None:
        near = nearest(name, list(EFFECTS))
        mend = f"did you mean {near[0]}?" if near else ""
        faults.append(Fault(f"term {text!r}", repr(name), f"one of {', '.join(EFFECTS)}", mend))
        return None
    inside = (match.group(2) or "").strip()
    pieces = [piece.strip() for piece in inside.split(",")] if inside else []
    given = [piece.strip("'\" ") for piece in pieces if "=" not in piece]
    options = dict(_option(piece) for piece in pieces if "=" in piece)
    before = len(faults)
    arguments = _arguments(kind, given, text, faults)
    values = _options(kind, options, text, faults)
    if len(faults) > before:
        return None
    chosen = str(values.pop("node", node)) if "type" in kind.options else ""
    return Effect(kind, arguments, chosen, **values)  # type: ignore[arg-type]


def _option(piece: str) -> tuple[str, str]:
    """Return name and value of an option; goldfish's spellings are taken as well."""
    key, _, value = (part.strip(" '\"") for part in piece.partition("="))
    return {"transformFun": "transform", "ignoreRep": "ignore_rep"}.get(key, key), value


def _arguments(kind: EffectKind, given: list[str], text: str, faults: list[Fault]) -> tuple[str, ...]:
    """Return the arguments, empty names for networks that were left out."""
    wanted = len(kind.reads)
    if len(given) > wanted or ("attribute" in kind.reads and len(given) < wanted):
        allowed = f"{wanted} argument(s): {', '.join(kind.reads)}" if wanted else "no argument"
        faults.append(Fault(f"term {text!r}", f"{len(given)} argument(s)", allowed))
    return (*given, *[""] * (wanted - len(given)))


def _options(kind: EffectKind, options: dict[str, str], text: str, faults: list[Fault]) -> dict[str, object]:
    """Return the options as fields of an effect."""
    values: dict[str, object] = {}
    for key, value in options.items():
        if key == "transform" and value in TRANSFORMS:
            values["transform"] = value
        elif key == "type" and key in kind.options and value in ("alter", "ego"):
            values["node"] = value
        elif key == "window" and key in kind.options and re.fullmatch(r"\d+(\.\d*)?", value) and float(value) > 0:
            values["window"] = float(value)
        elif key in ("weighted", "ignore_rep") and key in kind.options and value.lower() in _YES + _NO:
            values[key] = value.lower() in _YES
        else:
            allowed = {
                "transform": f"one of {', '.join(TRANSFORMS)}",
                "type": "alter or ego",
                "window": "days, more than 0",
            }
            known = ", ".join(f"{o}={allowed.get(o, 'true or false')}" for o in ("transform", *kind.options))
            faults.append(Fault(f"term {text!r}", f"{key}={value}", known))
    return values
