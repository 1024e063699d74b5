"""The registry of effects: the statistics of the naming rule, and the network effects of the estimator. Data, not code."""

from __future__ import annotations

from dataclasses import replace

from greatfear.estimate.kernels import closures, memory
from greatfear.estimate.kernels import statistics as kernels
from greatfear.naming.registry import PRESSURE, STATISTICS, Statistic

_DYNAM = "Stadtfeld, Block (2017), 10.15195/v4.a14"
_REM = "Butts (2008), 10.1111/j.1467-9531.2008.00203.x"
_DECAY = "Brandes, Lerner, Snijders (2009), 10.1109/ASONAM.2009.28"
_SHIFT = "Gibson (2003), 10.1353/sof.2003.0055; " + _REM


_ONE, _TWO, _Z = ("network",), ("network", "network"), ("attribute",)
_EMPTY, _PAIR = ("",), ("", "")
_TIES = ("weighted", "window", "halflife", "ignore_rep")
_NODE = ("type", *_TIES)


def _pair(name: str, code: int, definition: str, arguments: tuple[str, ...] = (), reference: str = _DYNAM) -> Statistic:
    """Return an effect without options."""
    return Statistic(name, definition, code, arguments=arguments, reference=reference)


def _closure(name: str, code: int, definition: str, arguments: tuple[str, ...] = _ONE) -> Statistic:
    """Return an effect of networks that counts third persons."""
    row = Statistic(name, definition, code, arguments=arguments, options=_TIES, reference=_REM)
    return replace(row, defaults=("",) * len(arguments))


def _degree(name: str, code: int, definition: str, options: tuple[str, ...] = _NODE) -> Statistic:
    """Return an effect of one person's place in a network."""
    row = Statistic(name, definition, code, arguments=_ONE, defaults=_EMPTY, options=options, reference=_DYNAM)
    return replace(row, is_of_one=True)


def _memory(name: str, code: int, definition: str, *, is_of_one: bool = False) -> Statistic:
    """Return an effect that changes as time passes."""
    row = Statistic(name, definition, code, arguments=_ONE, defaults=_EMPTY, reference=_REM, is_moving=True)
    return replace(row, options=("type",) if is_of_one else (), is_of_one=is_of_one)


def _shift(name: str, code: int, definition: str) -> Statistic:
    """Return a participation shift."""
    return Statistic(name, definition, code, arguments=_ONE, defaults=_EMPTY, reference=_SHIFT, is_global=True)


_GROUP = ("type", "window", "ignore_rep")

_ROWS = (
    replace(_pair("intercept", kernels.INTERCEPT, "1", (), _REM), is_of_one=True),
    replace(_pair("ego", kernels.EGO, "z_i", _Z), is_of_one=True),
    _pair("alter", kernels.ALTER, "z_j", _Z),
    _pair("same", kernels.SAME, "1 if z_i = z_j, else 0", _Z),
    _pair("diff", kernels.DIFF, "|z_i - z_j|", _Z),
    _pair("sim", kernels.SIM, "-|z_i - z_j|", _Z),
    _pair("egoAlterInt", kernels.EGO_ALTER, "z_i w_j", ("attribute", "attribute")),
    replace(_closure("tie", kernels.TIE, "x_ij"), defaults=(), alone="inertia"),
    _degree("indeg", kernels.INDEG, "sum over k of x_kj, or x_ki (type=ego)"),
    _degree("outdeg", kernels.OUTDEG, "sum over k of x_jk, or x_ik (type=ego)"),
    _closure("trans", closures.TRANS, "sum over k of x_ik x_kj"),
    _closure("cycle", closures.CYCLE, "sum over k of x_jk x_ki"),
    _closure("commonReceiver", closures.COMMON_RECEIVER, "sum over k of x_ik x_jk"),
    _closure("mixedTrans", closures.TRANS, "sum over k of x_ik y_kj", _TWO),
    _closure("mixedCycle", closures.CYCLE, "sum over k of y_jk x_ki", _TWO),
    _closure("mixedCommonSender", closures.COMMON_SENDER, "sum over k of x_ki y_kj", _TWO),
    _closure("mixedCommonReceiver", closures.COMMON_RECEIVER, "sum over k of x_ik y_jk", _TWO),
    Statistic(
        "four", "sum over k and l of x_ik x_lk x_lj, k not j and l not i", closures.FOUR, arguments=_ONE, defaults=_EMPTY,
        options=("window", "ignore_rep"), reference=_DYNAM, is_global=True,
    ),
    replace(
        _degree("nodeTrans", closures.NODE_TRANS, "sum over k and l of x_jk x_kl x_jl, or of i (type=ego)", _GROUP),
        is_global=True,
    ),
    Statistic(
        "tertius", "mean z_k over k with x_kj, or x_ki (type=ego); for none, the mean of others", kernels.TERTIUS,
        arguments=("network", "attribute"), defaults=_EMPTY, options=_GROUP, reference=_DYNAM, is_of_one=True, is_global=True,
    ),
    Statistic(
        "tertiusDiff", "|z_i - mean z_k over k with x_kj|; for none, the mean over pairs", kernels.TERTIUS_DIFF,
        arguments=("network", "attribute"), defaults=_EMPTY, options=("window", "ignore_rep"), reference=_DYNAM,
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
)  # fmt: skip

_FROM_NETWORKS = {
    "reciprocity": (kernels.RECIP, "x_ji", _TIES),
    "inertia": (kernels.TIE, "x_ij", ("weighted", "window", "halflife")),
    "two_path": (closures.COMMON_SENDER, "sum over k of x_ki x_kj", _TIES),
}
"""Statistics of the naming rule that can also be read off a network, with a weight, a window or a half-life."""


def _of_naming(row: Statistic) -> Statistic:
    """Return the effect of a statistic of the naming rule."""
    code = kernels.MECHANISM + row.code
    if row.name not in _FROM_NETWORKS:
        return replace(row, code=code)
    own, definition, options = _FROM_NETWORKS[row.name]
    row = replace(row, code=own, history_code=code, definition=definition, options=options)
    return replace(row, arguments=_ONE, defaults=_EMPTY)


_PRESSURE = replace(PRESSURE, code=kernels.INTERCEPT)
"""The kernels count it as 1; the table multiplies by the pressure of each sitting."""

EFFECTS: dict[str, Statistic] = {row.name: row for row in (*_ROWS, *map(_of_naming, STATISTICS.values()), _PRESSURE)}
"""Every effect by name: those of networks, attributes and memory, and every statistic of the naming rule."""
