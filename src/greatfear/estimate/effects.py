"""The registry of effects: name, code, what it reads, definition, options. Data, not code."""

from __future__ import annotations

from dataclasses import dataclass

from greatfear.estimate.kernels import statistics as kernels

__all__ = ["EFFECTS", "TRANSFORMS", "EffectKind"]

TRANSFORMS = {"identity": kernels.IDENTITY, "sqrt": kernels.SQRT, "log1p": kernels.LOG1P, "binary": kernels.BINARY}

_DYNAM = "Stadtfeld, Block (2017), 10.15195/v4.a14"
_REM = "Butts (2008), 10.1111/j.1467-9531.2008.00203.x"


@dataclass(frozen=True, slots=True)
class EffectKind:
    """One row of the registry.

    Parameters
    ----------
    name, code
        Name in formulas and integer in kernels.
    reads : tuple of str
        What each argument names: ``"attribute"`` or ``"network"``. Arguments that name networks may be left out and stand
        for the network of the events.
    definition : str
        In terms of sender i, receiver j, third persons k and l; x is 1 for a tie, z and w are attributes.
    options : tuple of str
        Options besides `transform`.
    reference : str
    """

    name: str
    code: int
    reads: tuple[str, ...]
    definition: str
    options: tuple[str, ...] = ()
    reference: str = _DYNAM


_ONE, _TWO = ("network",), ("network", "network")
_TIES = ("weighted", "window", "ignore_rep")
_CLOSED = ("window", "ignore_rep")
_NODE = ("type", "weighted", "window")

_ROWS = (
    EffectKind("intercept", kernels.INTERCEPT, (), "1", (), _REM),
    EffectKind("ego", kernels.EGO, ("attribute",), "z_i"),
    EffectKind("alter", kernels.ALTER, ("attribute",), "z_j"),
    EffectKind("same", kernels.SAME, ("attribute",), "1 if z_i = z_j, else 0"),
    EffectKind("diff", kernels.DIFF, ("attribute",), "|z_i - z_j|"),
    EffectKind("sim", kernels.SIM, ("attribute",), "-|z_i - z_j|"),
    EffectKind("egoAlterInt", kernels.EGO_ALTER, ("attribute", "attribute"), "z_i w_j"),
    EffectKind("tie", kernels.TIE, _ONE, "x_ij", _TIES),
    EffectKind("inertia", kernels.TIE, _ONE, "x_ij", ("weighted", "window"), _REM),
    EffectKind("recip", kernels.RECIP, _ONE, "x_ji", _TIES, _REM),
    EffectKind("indeg", kernels.INDEG, _ONE, "sum over k of x_kj (type=alter) or x_ki (type=ego)", _NODE),
    EffectKind("outdeg", kernels.OUTDEG, _ONE, "sum over k of x_jk (type=alter) or x_ik (type=ego)", _NODE),
    EffectKind("trans", kernels.TRANS, _ONE, "sum over k of x_ik x_kj", _CLOSED, _REM),
    EffectKind("cycle", kernels.CYCLE, _ONE, "sum over k of x_jk x_ki", _CLOSED, _REM),
    EffectKind("commonSender", kernels.COMMON_SENDER, _ONE, "sum over k of x_ki x_kj", _CLOSED),
    EffectKind("commonReceiver", kernels.COMMON_RECEIVER, _ONE, "sum over k of x_ik x_jk", _CLOSED),
    EffectKind("mixedTrans", kernels.TRANS, _TWO, "sum over k of x_ik y_kj", _CLOSED),
    EffectKind("mixedCycle", kernels.CYCLE, _TWO, "sum over k of y_jk x_ki", _CLOSED),
    EffectKind("mixedCommonSender", kernels.COMMON_SENDER, _TWO, "sum over k of x_ki y_kj", _CLOSED),
    EffectKind("mixedCommonReceiver", kernels.COMMON_RECEIVER, _TWO, "sum over k of x_ik y_jk", _CLOSED),
    EffectKind("four", kernels.FOUR, _ONE, "sum over k and l of x_ik x_lk x_lj, k not j and l not i", _CLOSED),
    EffectKind(
        "nodeTrans",
        kernels.NODE_TRANS,
        _ONE,
        "sum over k and l of x_jk x_kl x_jl (type=alter), or of i",
        ("type", "window"),
    ),
)
EFFECTS: dict[str, EffectKind] = {row.name: row for row in _ROWS}
