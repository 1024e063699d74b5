"""Formulas in goldfish's manner: ``"recip + indeg(window=30, transform='sqrt') + same(sex) + recip:alter(woman)"``.

The same can be built from objects: ``effect("recip") + effect("indeg", window=30) + effect("recip") * effect("alter", "woman")``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from greatfear.errors import Fault, FaultList, nearest
from greatfear.estimate.effects import EFFECTS, TRANSFORMS, EffectKind

__all__ = ["Effect", "Formula", "as_formula", "effect", "parse_formula"]

_CALL = re.compile(r"^([A-Za-z_]\w*|1)\s*(?:\((.*)\))?$", re.S)
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")
_DAYS = re.compile(r"\d+(\.\d*)?")


@dataclass(frozen=True, slots=True)
class Effect:
    """One statistic with its arguments and options; ``a + b`` makes a formula, ``a * b`` a product.

    Parameters
    ----------
    kind : EffectKind
    arguments : tuple of str
        Names of attributes or networks; the empty name is the network of the events.
    node : str
        ``"alter"`` or ``"ego"`` for effects of one person's place; empty for others, and where the model decides.
    transform : str
        Applied to the aggregated statistic.
    window : float or None
        Days after which a tie is undone; an event exactly that much later still sees it.
    halflife : float or None
        Days in which the weight of a tie is halved; ends of ties are then not read. Implies `weighted`.
    weighted, ignore_rep : bool
        Whether to use weights rather than presence of ties; whether the statistic is 0 where i is already tied to j.
    """

    kind: EffectKind
    arguments: tuple[str, ...] = ()
    node: str = ""
    transform: str = "identity"
    window: float | None = None
    halflife: float | None = None
    weighted: bool = False
    ignore_rep: bool = False

    @property
    def name(self) -> str:
        """Return the full term: arguments and every option that is not the default."""
        known = (*self.kind.defaults, *[None] * len(self.arguments))
        last = max((k + 1 for k, argument in enumerate(self.arguments) if argument != known[k]), default=0)
        options = list(self.arguments[:last])
        options += [f"type={self.node}"] if self.node else []
        options += [f"window={self.window:g}"] if self.window is not None else []
        options += [f"halflife={self.halflife:g}"] if self.halflife is not None else []
        options += [f"transform={self.transform}"] if self.transform != "identity" else []
        options += ["weighted=true"] if self.weighted and self.halflife is None else []
        options += ["ignoreRep=true"] if self.ignore_rep else []
        return f"{self.kind.name}({', '.join(options)})" if options else self.kind.name

    @property
    def is_moving(self) -> bool:
        """Return whether the value changes as time passes, with no event."""
        return self.kind.is_moving or self.halflife is not None

    def __add__(self, other: Effect | Formula) -> Formula:
        """Return a formula of both."""
        return Formula(((self,),)) + other

    def __mul__(self, other: Effect) -> Formula:
        """Return a formula of one column, the product of both."""
        return Formula(((self, other),))


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

    def placed(self, node: str) -> Formula:
        """Return the formula with effects of one person's place measured at `node` where nothing else was said."""

        def put(one: Effect) -> Effect:
            return replace(one, node=one.node or node) if "type" in one.kind.options else one

        return Formula(tuple(tuple(put(one) for one in column) for column in self.columns))

    def __add__(self, other: Effect | Formula) -> Formula:
        """Return a formula of both."""
        return Formula((*self.columns, *(other.columns if isinstance(other, Formula) else ((other,),))))

    def __str__(self) -> str:
        """Return the formula as text, which reads as itself."""
        return " + ".join(self.names)


def effect(name: str, *arguments: str, **options: object) -> Effect:
    """Return one effect as an object, with the options that a formula's text may give.

    Parameters
    ----------
    name : str
        See `greatfear.estimate.EFFECTS`.
    *arguments : str
        Attributes or networks.
    **options
        type, window, halflife, transform, weighted, ignoreRep.

    Raises
    ------
    FaultList
        With every fault.

    Examples
    --------
    >>> str(effect("recip") + effect("indeg", window=30, transform="sqrt") + effect("recip") * effect("alter", "woman"))
    'recip + indeg(window=30, transform=sqrt) + recip:alter(woman)'
    """
    faults: list[Fault] = []
    given = {_spelt(key): f"{value:g}" if isinstance(value, float) else str(value) for key, value in options.items()}
    made = _made(name, list(arguments), given, faults)
    if made is None:
        raise FaultList(faults, "effect")
    return made


def as_formula(given: str | Effect | Formula, node: str = "alter") -> Formula:
    """Return text or objects as a formula, checked.

    Raises
    ------
    FaultList
        With every fault.
    """
    if isinstance(given, str):
        return parse_formula(given, node)
    formula = (given if isinstance(given, Formula) else Formula(((given,),))).placed(node)
    _refuse_twice(formula, [])
    return formula


def parse_formula(text: str, node: str = "alter") -> Formula:
    """Return the columns that a formula names.

    Parameters
    ----------
    text : str
        Terms joined by ``+``; ``a:b`` is the product of two; ``1`` is the intercept.
    node : str
        Whose place `indeg`, `outdeg` and the like measure where no `type` is given: ``"alter"`` or ``"ego"``.

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
        parts = [_effect(part, faults) for part in _split(term, ":")]
        if len(parts) > 2:
            faults.append(Fault(f"term {term!r}", f"{len(parts)} effects", "one effect, or a product of two"))
        columns.append(tuple(part for part in parts if part is not None))
    if not text.strip():
        faults.append(Fault("formula", "no term", "at least one term"))
    formula = Formula(tuple(columns)).placed(node)
    _refuse_twice(formula, faults)
    return formula


def _refuse_twice(formula: Formula, faults: list[Fault]) -> None:
    """Refuse a formula with faults, or with one term twice."""
    twice = [] if faults else sorted({name for name in formula.names if formula.names.count(name) > 1})
    faults += [Fault(f"term {name!r}", "the same term twice", "each term once") for name in twice]
    if faults:
        raise FaultList(faults, "formula")


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


def _effect(text: str, faults: list[Fault]) -> Effect | None:
    """Return the effect that a text names; add what is wrong to the faults."""
    match = _CALL.match(text)
    name = "intercept" if match and match.group(1) == "1" else match.group(1) if match else text
    inside = ((match.group(2) if match else "") or "").strip()
    pieces = [piece.strip() for piece in inside.split(",")] if inside else []
    given = [piece.strip("'\" ") for piece in pieces if "=" not in piece]
    options = dict(_option(piece) for piece in pieces if "=" in piece)
    return _made(name, given, options, faults, text)


def _option(piece: str) -> tuple[str, str]:
    """Return name and value of an option."""
    key, _, value = (part.strip(" '\"") for part in piece.partition("="))
    return _spelt(key), value


def _spelt(key: str) -> str:
    """Return the name of an option; goldfish's spellings are taken as well."""
    return {"transformFun": "transform", "transformer_fn": "transform", "ignoreRep": "ignore_rep"}.get(key, key)


def _kind(name: str) -> EffectKind | None:
    """Return an effect by its name, also with underscores (``common_sender``)."""
    head, *rest = name.split("_")
    return EFFECTS.get(name) or EFFECTS.get(head + "".join(part.capitalize() for part in rest))


def _made(name: str, given: list[str], options: dict[str, str], faults: list[Fault], text: str = "") -> Effect | None:
    """Return the effect of a name, its arguments and options; add what is wrong to the faults."""
    kind, text = _kind(name), text or name
    if kind is None:
        near = nearest(name, list(EFFECTS))
        fix = f"did you mean {near[0]}?" if near else ""
        faults.append(Fault(f"term {text!r}", repr(name), f"one of {', '.join(EFFECTS)}", fix))
        return None
    before = len(faults)
    arguments = _arguments(kind, given, text, faults)
    values = _options(kind, options, text, faults)
    if "halflife" in values and "window" in values:
        faults.append(Fault(f"term {text!r}", "both a window and a half-life", "one of them"))
    return None if len(faults) > before else Effect(kind, arguments, **values)  # type: ignore[arg-type]


def _arguments(kind: EffectKind, given: list[str], text: str, faults: list[Fault]) -> tuple[str, ...]:
    """Return the arguments, with defaults for those that were left out."""
    wanted = len(kind.reads)
    # an attribute alone: the network before it is that of the events
    if len(given) < wanted and kind.reads == ("network", "attribute") and given:
        given = ["", *given]
    if (
        len(given) > wanted
        or len(given) + (0 if kind.reads == ("network", "attribute") else len(kind.defaults)) < wanted
    ):
        allowed = f"{wanted} argument(s): {', '.join(kind.reads)}" if wanted else "no argument"
        faults.append(Fault(f"term {text!r}", f"{len(given)} argument(s)", allowed))
        return ()
    return (*given, *kind.defaults[len(given) :])


def _options(kind: EffectKind, options: dict[str, str], text: str, faults: list[Fault]) -> dict[str, object]:
    """Return the options as fields of an effect."""
    values: dict[str, object] = {}
    for key, value in options.items():
        if key == "transform" and value in TRANSFORMS:
            values["transform"] = value
        elif key == "type" and key in kind.options and value in ("alter", "ego"):
            values["node"] = value
        elif key in ("window", "halflife") and key in kind.options and _DAYS.fullmatch(value) and float(value) > 0:
            values |= {key: float(value)} | ({"weighted": True} if key == "halflife" else {})
        elif key in ("weighted", "ignore_rep") and key in kind.options and value.lower() in _YES + _NO:
            values[key] = value.lower() in _YES or "halflife" in values
        else:
            allowed = {"transform": f"one of {', '.join(TRANSFORMS)}", "type": "alter or ego"}
            allowed |= {"window": "days, more than 0", "halflife": "days, more than 0"}
            known = ", ".join(f"{o}={allowed.get(o, 'true or false')}" for o in ("transform", *kind.options))
            faults.append(Fault(f"term {text!r}", f"{key}={value}", known))
    return values
