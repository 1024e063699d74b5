"""The plain twin of the relational event models: dense matrices, sums written out from definitions, no speed.

Nothing of the package is imported here. A history is a dictionary: n, time, sender, receiver, attributes {name: array},
changes {name: [(time, actor, value)]}, networks {name: [(i, j, start, end)]}. An effect is a dictionary: name, arguments,
and options (type, window, transform, weighted, ignore_rep).
"""

from __future__ import annotations

import itertools
import math

import numpy as np


def network_at(history, name, window, time):
    """Return the matrix of tie weights just before `time`: a change at that very time is not seen yet."""
    n = history["n"]
    x = np.zeros((n, n))
    if name == "":
        ties = [
            (i, j, s, math.inf) for i, j, s in zip(history["sender"], history["receiver"], history["time"], strict=True)
        ]
    else:
        ties = history["networks"][name]
    for i, j, start, end in ties:
        last = end if window is None else min(end, start + window)
        if start < time <= last:
            x[i, j] += 1
    return x


def attribute_at(history, name, time):
    """Return the values of an attribute just before `time`."""
    z = np.array(history["attributes"].get(name, np.zeros(history["n"])), float)
    z = np.where(np.isnan(z), np.nanmean(z), z)
    for when, actor, value in sorted(history["changes"].get(name, []), key=lambda change: change[0]):
        if when < time:
            z[actor] = value
    return z


def statistic(history, effect, time, i, j):
    """Return one statistic, from its definition."""
    name, arguments, window = effect["name"], effect.get("arguments", ()), effect.get("window")
    if name == "intercept":
        return 1.0
    if name in ("ego", "alter", "same", "diff", "sim", "egoAlterInt"):
        z = attribute_at(history, arguments[0], time)
        w = attribute_at(history, arguments[-1], time)
        value = {
            "ego": z[i],
            "alter": z[j],
            "same": float(z[i] == z[j]),
            "diff": abs(z[i] - z[j]),
            "sim": -abs(z[i] - z[j]),
            "egoAlterInt": z[i] * w[j],
        }[name]
    else:
        first = network_at(history, arguments[0] if arguments else "", window, time)
        second = network_at(history, arguments[-1] if arguments else "", window, time)
        if not effect.get("weighted"):
            first, second = (first > 0).astype(float), (second > 0).astype(float)
        value = of_networks(name, first, second, (i, j, i if effect.get("type") == "ego" else j))
        if effect.get("ignore_rep") and first[i, j] > 0:
            return 0.0
    return transformed(value, effect.get("transform", "identity"))


def of_networks(name, x, y, place):
    """Return a statistic of one or two networks; `place` is sender, receiver and the person whose place is measured."""
    i, j, p = place
    people = range(len(x))
    if name in ("tie", "inertia"):
        return x[i, j]
    if name == "recip":
        return x[j, i]
    if name == "indeg":
        return sum(x[k, p] for k in people)
    if name == "outdeg":
        return sum(x[p, k] for k in people)
    if name in ("trans", "mixedTrans"):
        return sum(x[i, k] * y[k, j] for k in people)
    if name in ("cycle", "mixedCycle"):
        return sum(y[j, k] * x[k, i] for k in people)
    if name in ("commonSender", "mixedCommonSender"):
        return sum(x[k, i] * y[k, j] for k in people)
    if name in ("commonReceiver", "mixedCommonReceiver"):
        return sum(x[i, k] * y[j, k] for k in people)
    if name == "four":
        pairs = itertools.product(people, people)
        return sum(x[i, k] * x[m, k] * x[m, j] for k, m in pairs if k != j and m != i)
    if name == "nodeTrans":
        return sum(x[p, k] * x[k, m] * x[p, m] for k, m in itertools.product(people, people))
    raise KeyError(name)


def transformed(value, transform):
    """Return the transform by name."""
    if transform == "sqrt":
        return math.sqrt(value)
    if transform == "log1p":
        return math.log(1 + value)
    return float(value > 0) if transform == "binary" else value


def row(history, columns, time, i, j):
    """Return the statistics of all columns; a column is a list of one effect, or of two that are multiplied."""
    return np.array([math.prod(statistic(history, e, time, i, j) for e in column) for column in columns], float)


def choice_loglik(history, columns, theta, may_choose):
    """Return the log-likelihood of whom each sender chose; `may_choose(time, i, j)` says who was at risk."""
    total, sizes = 0.0, []
    for time, i, j in zip(history["time"], history["sender"], history["receiver"], strict=True):
        open_to = [k for k in range(history["n"]) if k != i and may_choose(time, i, k)]
        u = [row(history, columns, time, i, k) @ theta for k in open_to]
        total += u[open_to.index(j)] - math.log(sum(math.exp(v) for v in u))
        sizes.append(len(open_to))
    return total, sizes


def changes_of(history, columns):
    """Return all times at which something that a column reads changes."""
    times = set(history["time"])
    for effect in itertools.chain.from_iterable(columns):
        arguments, window = effect.get("arguments", ()), effect.get("window")
        for argument in arguments:
            times |= {when for when, _, _ in history["changes"].get(argument, [])}
            for _, _, start, end in history["networks"].get(argument, []):
                last = end if window is None else min(end, start + window)
                times |= {t for t in (start, last) if math.isfinite(t)}
        if window is not None and not any(arguments):
            times |= {t + window for t in history["time"]}
    return sorted(times)


def interval_loglik(history, columns, theta, alternatives):
    """Return the log-likelihood of events and the times between them; `alternatives(time)` lists pairs (i, i for a rate)."""
    total, before = 0.0, None
    is_rate = all(i == j for i, j in alternatives(history["time"][0]))
    for time in changes_of(history, columns):
        length = 0.0 if before is None else time - before
        hazard = sum(math.exp(row(history, columns, time, i, j) @ theta) for i, j in alternatives(time))
        total -= length * hazard
        before = time
    for time, i, j in zip(history["time"], history["sender"], history["receiver"], strict=True):
        total += row(history, columns, time, i, i if is_rate else j) @ theta
    return total


def ordinal_loglik(history, columns, theta, alternatives):
    """Return the log-likelihood of which alternative came at each event, whatever the time between."""
    total = 0.0
    is_rate = all(i == j for i, j in alternatives(history["time"][0]))
    for time, i, j in zip(history["time"], history["sender"], history["receiver"], strict=True):
        u = [row(history, columns, time, a, b) @ theta for a, b in alternatives(time)]
        total += row(history, columns, time, i, i if is_rate else j) @ theta - math.log(sum(map(math.exp, u)))
    return total
