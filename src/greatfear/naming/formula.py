"""The grammar of formulas: ``"reciprocity + indeg(window=30, transform='sqrt') + same(sex) + reciprocity:alter(woman)"``.

Scenarios, simulation and estimation read formulas by this text. Which names exist is told by a registry: that of the naming
rule, or that of the estimator, which has network effects besides. Reading is linear in the length, which is bounded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from greatfear.errors import Fault, FaultList
from greatfear.naming.registry import NAMES, TRANSFORMS, Statistic, find_statistic, nearest_names

MOST_LETTERS = 10_000
MOST_TERMS = 200
_MOST_FAULTS = 20
_QUOTED = 60
"""Letters of a user's text that a message repeats."""
_CALL = re.compile(r"^([A-Za-z_]\w*|1)\s*(?:\((.*)\))?$", re.S)
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")
_DAYS = re.compile(r"\d{1,7}(\.\d{0,9})?")
_SPELT = {"transformFun": "transform", "transformer_fn": "transform", "ignoreRep": "ignore_rep"}


@dataclass(frozen=True, slots=True)
class Effect:
    """One statistic with its arguments and options; ``a + b`` makes a formula, ``a * b`` a product.

    Parameters
    ----------
    kind : Statistic
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

    kind: Statistic
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
        options = [_written(argument) for argument in self.arguments[:last]]
        options += [f"type={self.node}"] if self.node else []
        options += [f"window={_number(self.window)}"] if self.window is not None else []
        options += [f"halflife={_number(self.halflife)}"] if self.halflife is not None else []
        options += [f"transform={self.transform}"] if self.transform != "identity" else []
        options += ["weighted=true"] if self.weighted and self.halflife is None else []
        options += ["ignoreRep=true"] if self.ignore_rep else []
        return f"{self.kind.name}({', '.join(options)})" if options else self.kind.name

    @property
    def code(self) -> int:
        """Return what kernels read: of the history where the naming rule says the same, else of networks."""
        is_plain = self.arguments == self.kind.defaults and not (self.weighted or self.ignore_rep)
        is_plain = is_plain and self.window is None and self.halflife is None
        return self.kind.history_code if is_plain and self.kind.history_code >= 0 else self.kind.code

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


def parse_formula(
    text: str, node: str = "alter", known: Mapping[str, Statistic] = NAMES, place: str = "formula"
) -> Formula:
    """Return the columns that a formula names.

    Parameters
    ----------
    text : str
        Terms joined by ``+``; ``a:b`` is the product of two; ``1`` is the intercept. At most `MOST_LETTERS` letters and
        `MOST_TERMS` terms.
    node : str
        Whose place `indeg`, `outdeg` and the like measure where no `type` is given: ``"alter"`` or ``"ego"``.
    known : mapping of str to Statistic
        The registry that says which names exist.
    place : str
        Where the formula stands, for messages.

    Returns
    -------
    Formula
        Aliases are replaced by the names of the registry.

    Raises
    ------
    FaultList
        With the faults of the text.
    """
    if len(text) > MOST_LETTERS:
        got = f"a formula of {len(text):,} letters, beginning {_quoted(text)}"
        raise FaultList([Fault(place, got, f"at most {MOST_LETTERS:,} letters")], "formula")
    faults: list[Fault] = []
    terms = _split(text, "+")
    if not text.strip():
        faults.append(Fault(place, "no term", "at least one term"))
        terms = []
    if len(terms) > MOST_TERMS:
        raise FaultList([Fault(place, f"{len(terms):,} terms", f"at most {MOST_TERMS} terms")], "formula")
    columns = [_column(term, known, faults) for term in terms]
    formula = Formula(tuple(columns)).placed(node)
    refuse_faults(formula, faults)
    return formula


def effect_of(
    name: str, arguments: tuple[str, ...], options: Mapping[str, object], known: Mapping[str, Statistic]
) -> Effect:
    """Return the effect of a name with arguments and options; see `greatfear.estimate.effect`.

    Raises
    ------
    FaultList
        With every fault.
    """
    faults: list[Fault] = []
    given = {_spelt(key): _number(v) if isinstance(v, float) else str(v) for key, v in options.items()}
    made = _made(name, list(arguments), given, (known, name), faults)
    if made is None:
        raise FaultList(faults, "effect")
    return made


def refuse_faults(formula: Formula, faults: list[Fault]) -> None:
    """Refuse a formula with faults, or with one term twice; of very many faults the first ones are told.

    Raises
    ------
    FaultList
        With the faults.
    """
    twice = [] if faults else [name for name, count in Counter(formula.names).items() if count > 1]
    faults = faults + [Fault(f"term {_quoted(name)}", "the same term twice", "each term once") for name in twice]
    for column in formula.columns:
        if column and all(effect.kind.reads == "pressure" for effect in column):
            fix = "multiply a statistic by it, as in kin:pressure"
            got = "pressure alone, which is the same for all candidates"
            faults = [*faults, Fault("term 'pressure'", got, "a product with a statistic", fix)]
    if len(faults) > _MOST_FAULTS:
        more = Fault("formula", f"{len(faults) - _MOST_FAULTS} more faults", "none", "fix those above first")
        faults = [*faults[:_MOST_FAULTS], more]
    if faults:
        raise FaultList(faults, "formula")


def _quoted(text: str) -> str:
    """Return a text in quotes, cut where it is long."""
    return repr(text if len(text) <= _QUOTED else text[:_QUOTED] + "…")


def _number(value: float) -> str:
    """Return a number so that it reads back as itself."""
    return f"{value:.15g}"


def _written(argument: str) -> str:
    """Return an argument as it stands in a formula: in quotes where it holds a sign of the grammar."""
    if re.fullmatch(r"[\w .-]*", argument):
        return argument
    return f"'{argument}'" if "'" not in argument else f'"{argument}"'


def _split(text: str, mark: str) -> list[str]:
    """Return the parts between marks that stand outside brackets and quotation marks."""
    parts, depth, begin, quote = [], 0, 0, ""
    for place, letter in enumerate(text):
        if quote or letter in "'\"":
            quote = "" if letter == quote else quote or letter
        elif letter == mark and depth == 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
        else:
            depth += (letter == "(") - (letter == ")")
    return [*parts, text[begin:].strip()]


def _column(term: str, known: Mapping[str, Statistic], faults: list[Fault]) -> tuple[Effect, ...]:
    """Return the effects of one term; add what is wrong to the faults."""
    factors = _split(term, ":")
    if len(factors) > 2:
        faults.append(Fault(f"term {_quoted(term)}", f"{len(factors)} effects", "one effect, or a product of two"))
        return ()
    if not all(factors):
        where, mark = ("formula", "+") if not term else (f"term {_quoted(term)}", ":")
        faults.append(
            Fault(
                where, f"a {mark} with nothing beside it", f"a term on each side of a {mark}", f"leave out the {mark}"
            )
        )
        return ()
    made = [_factor(factor, known, faults) for factor in factors]
    # pressure stands second, so that a product has one name
    return tuple(sorted((part for part in made if part is not None), key=lambda part: part.kind.reads == "pressure"))


def _factor(text: str, known: Mapping[str, Statistic], faults: list[Fault]) -> Effect | None:
    """Return the effect that a text names; add what is wrong to the faults."""
    match = _CALL.match(text)
    if match is None and "(" in text and _CALL.match(f"{text})"):
        faults.append(Fault(f"term {_quoted(text)}", "a bracket that is not closed", "one of name, name(option=value)"))
        return None
    name = "intercept" if match and match.group(1) == "1" else match.group(1) if match else text
    inside = ((match.group(2) if match else "") or "").strip()
    pieces = _split(inside, ",") if inside else []
    is_option = ["=" in piece and piece[:1] not in ("'", '"') for piece in pieces]
    given = [piece.strip("'\" ") for piece, option in zip(pieces, is_option, strict=True) if not option]
    options = dict(_option(piece) for piece, option in zip(pieces, is_option, strict=True) if option)
    return _made(name, given, options, (known, text), faults)


def _option(piece: str) -> tuple[str, str]:
    """Return name and value of an option."""
    key, _, value = (part.strip(" '\"") for part in piece.partition("="))
    return _spelt(key), value


def _spelt(key: str) -> str:
    """Return the name of an option; goldfish's spellings are taken as well."""
    return _SPELT.get(key, key)


def _made(
    name: str,
    given: list[str],
    options: dict[str, str],
    where: tuple[Mapping[str, Statistic], str],
    faults: list[Fault],
) -> Effect | None:
    """Return the effect of a name, its arguments and options; add what is wrong to the faults."""
    (known, text), before = where, len(faults)
    kind = find_statistic(name, known) if len(name) <= _QUOTED else None
    if kind is None:
        near = nearest_names(name, known) if len(name) <= _QUOTED else []
        fix = f"did you mean {near[0]}?" if near else ""
        allowed = f"one of the {len(known)} effects" if near else f"one of {', '.join(known)}"
        faults.append(Fault(f"term {_quoted(text)}", _quoted(name), allowed, fix))
        return None
    if kind.alone and not given:
        kind = known[kind.alone]
    arguments = _arguments(kind, given, text, faults)
    values = _options(kind, options, text, faults)
    if "halflife" in values and "window" in values:
        faults.append(Fault(f"term {_quoted(text)}", "both a window and a half-life", "one of them"))
    return None if len(faults) > before else Effect(kind, arguments, **values)  # type: ignore[arg-type]


def _arguments(kind: Statistic, given: list[str], text: str, faults: list[Fault]) -> tuple[str, ...]:
    """Return the arguments, with defaults for those that were left out."""
    wanted, is_pair = len(kind.arguments), kind.arguments == ("network", "attribute")
    # an attribute alone: the network before it is that of the events
    if is_pair and len(given) == 1:
        given = ["", *given]
    if len(given) > wanted or len(given) + (0 if is_pair else len(kind.defaults)) < wanted:
        allowed = " and ".join(f"the name of a{'n' * (a[0] == 'a')} {a}" for a in kind.arguments) or "no argument"
        example = f", as in {kind.name}({', '.join(a.upper() for a in kind.arguments)})" if wanted else ""
        got = "no argument" if not given else f"{len(given)} argument{'s' if len(given) > 1 else ''}"
        faults.append(Fault(f"term {_quoted(text)}", got, allowed + example))
        return ()
    return (*given, *kind.defaults[len(given) :])


def _options(kind: Statistic, options: dict[str, str], text: str, faults: list[Fault]) -> dict[str, object]:
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
            got = _quoted(f"{key}={value}")
            faults.append(Fault(f"term {_quoted(text)}", got, f"of {kind.name}: {_allowed_options(kind)}"))
    return values


def _allowed_options(kind: Statistic) -> str:
    """Return the options of a statistic with what each may be."""
    words = {"transform": f"one of {', '.join(TRANSFORMS)}", "type": "alter or ego"}
    words |= {"window": "a number of days, more than 0", "halflife": "a number of days, more than 0"}
    return "; ".join(f"{name}= {words.get(name, 'true or false')}" for name in ("transform", *kind.options))
