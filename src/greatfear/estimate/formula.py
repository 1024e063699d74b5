"""Formulas of the estimator: the one grammar, with the names of `greatfear.estimate.EFFECTS`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greatfear.errors import FaultList, WrongArgumentError
from greatfear.estimate.effects import EFFECTS
from greatfear.naming import formula as grammar
from greatfear.naming.formula import Effect, Formula


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
    >>> str(effect("inertia") + effect("indeg", window=30, transform="sqrt") + effect("inertia") * effect("alter", "woman"))
    'inertia + indeg(window=30, transform=sqrt) + inertia:alter(woman)'
    """
    return grammar.effect_of(name, arguments, options, EFFECTS)


def as_formula(given: str | Effect | Formula, node: str = "alter") -> Formula:
    """Return text or objects as a formula, checked.

    Raises
    ------
    FaultList
        With every fault.
    """
    if isinstance(given, str):
        return parse_formula(given, node)
    if not isinstance(given, (Effect, Formula)):
        raise WrongArgumentError("formula", given, "a text, as in 'kin + reciprocity'")
    formula = (given if isinstance(given, Formula) else Formula(((given,),))).placed(node)
    grammar.refuse_faults(formula, [])
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
        With the names of `greatfear.estimate.EFFECTS`; other names for them (``recip``) are read and replaced.

    Raises
    ------
    FaultList
        With every fault of the text.

    Examples
    --------
    >>> parse_formula("1 + recip + indeg(window = 30, transform='sqrt')").names
    ('intercept', 'reciprocity', 'indeg(type=alter, window=30, transform=sqrt)')
    """
    return grammar.parse_formula(text, node, EFFECTS)


def canonical(given: Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    """Return coefficients by the terms of a model; a term that is none of them, however it is spelt, stays as it is."""
    return {_among(term, names): value for term, value in given.items()}


def _among(term: str, names: Sequence[str]) -> str:
    """Return the one of the terms that a text means; the text where it means none."""
    if term in names:
        return term
    for node in ("alter", "ego"):
        try:
            read = parse_formula(term, node).names[0]
        except FaultList:
            return term
        if read in names:
            return read
    return term
