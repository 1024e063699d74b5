"""The registry of effects: name, code, what it reads, definition, options. Data, not code."""

from __future__ import annotations

from dataclasses import dataclass

from greatfear.estimate.kernels import closures, memory
from greatfear.estimate.kernels import statistics as kernels
from greatfear.naming.registry import STATISTICS, TRANSFORMS

__all__ = ["EFFECTS", "TRANSFORMS", "EffectKind"]

_DYNAM = "Stadtfeld, Block (2017), 10.15195/v4.a14"
_REM = "Butts (2008), 10.1111/j.1467-9531.2008.00203.x"
_DECAY = "Brandes, Lerner, Snijders (2009), 10.1109/ASONAM.2009.28"
_SHIFT = "Gibson (2003), 10.1353/sof.2003.0055; " + _REM


@dataclass(frozen=True, slots=True)
class EffectKind:
    """One row of the registry.

    Parameters
    ----------
    name, code
        Name in formulas and integer in kernels.
    reads : tuple of str
        What each argument names: ``"attribute"`` or ``"network"``.
    definition : str
        In terms of sender i, receiver j, third persons k and l; x is 1 for a tie, z and w are attributes.
    options : tuple of str
        Options besides `transform`.
    reference : str
    defaults : tuple of str
        What an argument that is left out stands for, by place; the empty name is the network of the events.
    is_of_one : bool
        Whether it measures one person, so that a rate model may have it (of the sender).
    is_global : bool
        Whether a change among other persons can alter it.
    is_moving : bool
        Whether it changes as time passes, with no event.
    """

    name: str
    code: int
    reads: tuple[str, ...]
    definition: str
    options: tuple[str, ...] = ()
    reference: str = _DYNAM
    defaults: tuple[str, ...] = ()
    is_of_one: bool = False
    is_global: bool = False
    is_moving: bool = False


_ONE, _TWO, _Z = ("network",), ("network", "network"), ("attribute",)
_EMPTY, _PAIR = ("",), ("", "")
_TIES = ("weighted", "window", "halflife", "ignore_rep")
_NODE = ("type", *_TIES)


def _tie(name: str, code: int, definition: str, options: tuple[str, ...] = _TIES) -> EffectKind:
    return EffectKind(name, code, _ONE, definition, options, _REM, _EMPTY)


def _closure(name: str, code: int, definition: str, reads: tuple[str, ...] = _ONE) -> EffectKind:
    return EffectKind(name, code, reads, definition, _TIES, _REM, ("",) * len(reads))


def _memory(name: str, code: int, definition: str, *, is_of_one: bool = False) -> EffectKind:
    options = ("type",) if is_of_one else ()
    return EffectKind(name, code, _ONE, definition, options, _REM, _EMPTY, is_of_one, is_moving=True)


def _shift(name: str, code: int, definition: str) -> EffectKind:
    return EffectKind(name, code, _ONE, definition, (), _SHIFT, _EMPTY, is_global=True)


def _mechanism(name: str, reads: tuple[str, ...] = (), *, is_of_one: bool = False) -> EffectKind:
    """Return an effect whose value is that of the naming rule; an argument bears the statistic's own name if left out."""
    row = STATISTICS[name]
    code, options = kernels.MECHANISM + row.code, ("window",) if row.windowed else ()
    return EffectKind(name, code, reads, row.about, options, row.reference, (name,) * len(reads), is_of_one)


_ROWS = (
    EffectKind("intercept", kernels.INTERCEPT, (), "1", (), _REM, is_of_one=True),
    EffectKind("ego", kernels.EGO, _Z, "z_i", is_of_one=True),
    EffectKind("alter", kernels.ALTER, _Z, "z_j"),
    EffectKind("same", kernels.SAME, _Z, "1 if z_i = z_j, else 0"),
    EffectKind("diff", kernels.DIFF, _Z, "|z_i - z_j|"),
    EffectKind("sim", kernels.SIM, _Z, "-|z_i - z_j|"),
    EffectKind("egoAlterInt", kernels.EGO_ALTER, ("attribute", "attribute"), "z_i w_j"),
    _tie("tie", kernels.TIE, "x_ij"),
    _tie("inertia", kernels.TIE, "x_ij", ("weighted", "window", "halflife")),
    _tie("recip", kernels.RECIP, "x_ji"),
    EffectKind("indeg", kernels.INDEG, _ONE, "sum over k of x_kj, or x_ki (type=ego)", _NODE, _DYNAM, _EMPTY, True),
    EffectKind("outdeg", kernels.OUTDEG, _ONE, "sum over k of x_jk, or x_ik (type=ego)", _NODE, _DYNAM, _EMPTY, True),
    _closure("trans", closures.TRANS, "sum over k of x_ik x_kj"),
    _closure("cycle", closures.CYCLE, "sum over k of x_jk x_ki"),
    _closure("commonSender", closures.COMMON_SENDER, "sum over k of x_ki x_kj"),
    _closure("commonReceiver", closures.COMMON_RECEIVER, "sum over k of x_ik x_jk"),
    _closure("mixedTrans", closures.TRANS, "sum over k of x_ik y_kj", _TWO),
    _closure("mixedCycle", closures.CYCLE, "sum over k of y_jk x_ki", _TWO),
    _closure("mixedCommonSender", closures.COMMON_SENDER, "sum over k of x_ki y_kj", _TWO),
    _closure("mixedCommonReceiver", closures.COMMON_RECEIVER, "sum over k of x_ik y_jk", _TWO),
    EffectKind(
        *("four", closures.FOUR, _ONE, "sum over k and l of x_ik x_lk x_lj, k not j and l not i"),
        options=("window", "ignore_rep"),
        defaults=_EMPTY,
        is_global=True,
    ),
    EffectKind(
        *("nodeTrans", closures.NODE_TRANS, _ONE, "sum over k and l of x_jk x_kl x_jl, or of i (type=ego)"),
        options=("type", "window", "ignore_rep"),
        defaults=_EMPTY,
        is_of_one=True,
        is_global=True,
    ),
    EffectKind(
        *(
            "tertius",
            kernels.TERTIUS,
            ("network", "attribute"),
            "mean z_k over k with x_kj, or x_ki (type=ego); for none, the mean of others",
        ),
        options=("type", "window", "ignore_rep"),
        defaults=_EMPTY,
        is_of_one=True,
        is_global=True,
    ),
    EffectKind(
        *(
            "tertiusDiff",
            kernels.TERTIUS_DIFF,
            ("network", "attribute"),
            "|z_i - mean z_k over k with x_kj|; for none, the mean over pairs",
        ),
        options=("window", "ignore_rep"),
        defaults=_EMPTY,
        is_global=True,
    ),
    _memory("recency", memory.RECENCY, "1 / (1 + days since the last i to j), 0 for never"),
    _memory("recencySend", memory.RECENCY_SEND, "1 / (1 + days since j, or i (type=ego), last sent)", is_of_one=True),
    _memory(
        "recencyReceive",
        memory.RECENCY_RECEIVE,
        "1 / (1 + days since j, or i (type=ego), was last sent to)",
        is_of_one=True,
    ),
    _memory("recencyRank", memory.RECENCY_RANK, "1 / place of j among those to whom i sent, latest first; 0 for never"),
    _memory(
        "recencyRankReceive",
        memory.RECENCY_RANK_RECEIVE,
        "1 / place of j among those who sent to i, latest first; 0 for never",
    ),
    _memory("timeSince", memory.TIME_SINCE, "days since the last i to j, 0 for never"),
    _memory("timeSinceSend", memory.TIME_SINCE_SEND, "days since j, or i (type=ego), last sent", is_of_one=True),
    _memory(
        "timeSinceReceive", memory.TIME_SINCE_RECEIVE, "days since j, or i (type=ego), was last sent to", is_of_one=True
    ),
    _shift("psABBA", memory.PS_ABBA, "1 if the latest was j to i"),
    _shift("psABBY", memory.PS_ABBY, "1 if the latest was another one to i"),
    _shift("psABAY", memory.PS_ABAY, "1 if the latest was i to another one"),
    _shift("psABXA", memory.PS_ABXA, "1 if the latest was j to another one"),
    _shift("psABXB", memory.PS_ABXB, "1 if the latest was another one to j"),
    _shift("psABXY", memory.PS_ABXY, "1 if the latest was among others than i and j"),
    *(_mechanism(name, _ONE) for name in ("kin", "unit", "acquaintance", "organisation", "prompted")),
    _mechanism("stratum", _Z),
    _mechanism("accused", is_of_one=True),
    *(_mechanism(name, _Z, is_of_one=True) for name in ("doomed", "targeted", "seniority")),
    _mechanism("reciprocity"),
    _mechanism("two_path"),
)
EFFECTS: dict[str, EffectKind] = {row.name: row for row in _ROWS}
