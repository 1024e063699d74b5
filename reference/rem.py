"""The plain twin of the relational event models: dense matrices, sums written out from definitions, no speed.

Nothing of the package is imported here. A history is a dictionary: n, time, sender (-1: unknown), receiver, attributes
{name: array}, changes {name: [(time, actor, value)]}, networks {name: [(i, j, start, end)]}. An effect is a dictionary: name,
arguments, and options (type, window, halflife, transform, weighted, ignore_rep).
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from reference import naming

SHIFTS = ("psABBA", "psABBY", "psABAY", "psABXA", "psABXB", "psABXY")
NETWORKS = ("reciprocity", "inertia", "two_path")
"""Statistics of the naming rule that are here read off a network."""
MECHANISM = tuple(name for name in (*naming.TIES, *naming.VALUES) if name not in NETWORKS)


def ties_of(history, name):
    """Return all ties of a network: sender, receiver, start, end."""
    if name:
        return history["networks"][name]
    said = zip(history["sender"], history["receiver"], history["time"], strict=True)
    return [(i, j, s, math.inf) for i, j, s in said if i >= 0]


def network_at(history, name, window, time, halflife=None):
    """Return the matrix of tie weights just before `time`: a change at that very time is not seen yet."""
    x = np.zeros((history["n"], history["n"]))
    for i, j, start, end in ties_of(history, name):
        if halflife is not None:
            x[i, j] += 0.5 ** ((time - start) / halflife) if start < time else 0.0
            continue
        last = end if window is None else min(end, start + window)
        if start < time <= last:
            x[i, j] += 1
    return x


def seen_before(history, name, time):
    """Return the dated ties of a network that started before `time`: (start, i, j)."""
    return [(start, i, j) for i, j, start, _ in ties_of(history, name) if -math.inf < start < time]


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
    p = i if effect.get("type") == "ego" else j
    network = arguments[0] if arguments else ""
    if name in MECHANISM:
        value = of_mechanism(history, effect, time, i, j)
    elif name in SHIFTS:
        value = shift(name, seen_before(history, network, time), i, j)
    elif name.startswith(("recency", "timeSince")):
        value = of_memory(name, seen_before(history, network, time), time, (i, j, p))
    elif name in ("ego", "alter", "same", "diff", "sim", "egoAlterInt"):
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
        halflife = effect.get("halflife")
        first = network_at(history, network, window, time, halflife)
        second = network_at(history, arguments[-1], window, time, halflife) if name.startswith("mixed") else first
        if not effect.get("weighted"):
            first, second = (first > 0).astype(float), (second > 0).astype(float)
        if name.startswith("tertius"):
            value = tertius(name, first, attribute_at(history, arguments[1], time), (i, j, p))
        else:
            value = of_networks(name, first, second, (i, j, p))
        if effect.get("ignore_rep") and first[i, j] > 0:
            return 0.0
    return transformed(value, effect.get("transform", "identity"))


def of_networks(name, x, y, place):
    """Return a statistic of one or two networks; `place` is sender, receiver and the person whose place is measured."""
    i, j, p = place
    people = range(len(x))
    if name in ("tie", "inertia"):
        return x[i, j]
    if name == "reciprocity":
        return x[j, i]
    if name == "indeg":
        return sum(x[k, p] for k in people)
    if name == "outdeg":
        return sum(x[p, k] for k in people)
    if name in ("trans", "mixedTrans"):
        return sum(min(x[i, k], y[k, j]) for k in people)
    if name in ("cycle", "mixedCycle"):
        return sum(min(y[j, k], x[k, i]) for k in people)
    if name in ("two_path", "mixedCommonSender"):
        return sum(min(x[k, i], y[k, j]) for k in people)
    if name in ("commonReceiver", "mixedCommonReceiver"):
        return sum(min(x[i, k], y[j, k]) for k in people)
    if name == "four":
        pairs = itertools.product(people, people)
        return sum(x[i, k] * x[m, k] * x[m, j] for k, m in pairs if k != j and m != i)
    if name == "nodeTrans":
        return sum(x[p, k] * x[k, m] * x[p, m] for k, m in itertools.product(people, people))
    raise KeyError(name)


def tertius(name, x, z, place):
    """Return the mean attribute of those tied to p, or its distance from that of i; the average of others where nobody is."""
    i, j, p = place
    people = range(len(x))
    mean = {k: np.mean([z[a] for a in people if x[a, k] > 0]) for k in people if any(x[a, k] > 0 for a in people)}
    if name == "tertius":
        known = list(mean.values())
        return mean[p] if p in mean else (np.mean(known) if known else 0.0)
    known = [abs(z[a] - m) for k, m in mean.items() for a in people if a != k]
    return abs(z[i] - mean[j]) if j in mean else (np.mean(known) if known else 0.0)


def of_memory(name, seen, time, place):
    """Return a statistic of when something last happened."""
    i, j, p = place

    def last(of):
        return max((s for s, a, b in seen if of(a, b)), default=None)

    if name.startswith("recencyRank"):
        sent = name == "recencyRank"
        times = {
            k: last(lambda a, b, k=k: (a, b) == ((i, k) if sent else (k, i))) for k in {a for e in seen for a in e[1:]}
        }
        own = times.get(j)
        return 0.0 if own is None else 1 / (1 + sum(t is not None and t > own for t in times.values()))
    when = {
        "": last(lambda a, b: (a, b) == (i, j)),
        "Send": last(lambda a, _: a == p),
        "Receive": last(lambda _, b: b == p),
    }[name.removeprefix("recency").removeprefix("timeSince")]
    if when is None:
        return 0.0
    return time - when if name.startswith("timeSince") else 1 / (1 + time - when)


def shift(name, seen, i, j):
    """Return 1 where one of the latest ties, a to b, makes i to j such a shift; x and y are neither a nor b."""
    latest = {(a, b) for s, a, b in seen if s == max(t for t, _, _ in seen)}
    fits = {
        "psABBA": lambda a, b: (i, j) == (b, a),
        "psABBY": lambda a, b: i == b and j != a,
        "psABAY": lambda a, b: i == a and j != b,
        "psABXA": lambda a, b: j == a and i != b,
        "psABXB": lambda a, b: j == b and i != a,
        "psABXY": lambda a, b: not {i, j} & {a, b},
    }[name]
    return float(any(fits(a, b) for a, b in latest))


def of_mechanism(history, effect, time, i, j):
    """Return a statistic of the naming rule, by its own twin."""
    name, arguments = effect["name"], effect.get("arguments", ())
    said = zip(history["time"], history["sender"], history["receiver"], strict=True)
    past = naming.Past([(t, None if a < 0 else a, b) for t, a, b in said if t < time])
    ties, rank = set(), 0.0
    if name in naming.TIES and name not in naming.READS:
        ties = {naming.TIES[name]} if network_at(history, arguments[0], None, time)[i, j] > 0 else set()
    elif name in naming.READS:
        z = attribute_at(history, arguments[0], time)
        rank = z[j]
        if {"same": z[i] == z[j], "flag": z[j] > 0}.get(naming.READS[name]):
            ties = {naming.TIES[name]}
        before = [attribute_at(history, arguments[0], t) for t in history["time"] if t <= time]
        past.doomed = {k for k in range(history["n"]) if any(v[k] > 0 for v in [*before, z])}
    pair = naming.Pair(i, j, frozenset(ties), rank, time)
    return naming.statistic(name, past, pair, effect.get("window"))


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


def explained(history):
    """Return time, sender and receiver of the events of known senders."""
    rows = zip(history["time"], history["sender"], history["receiver"], strict=True)
    return [(t, i, j) for t, i, j in rows if i >= 0]


def choice_loglik(history, columns, theta, may_choose):
    """Return the log-likelihood of whom each sender chose; `may_choose(time, i, j)` says who was at risk."""
    total, sizes = 0.0, []
    for time, i, j in explained(history):
        open_to = [k for k in range(history["n"]) if k != i and may_choose(time, i, k)]
        u = [row(history, columns, time, i, k) @ theta for k in open_to]
        total += u[open_to.index(j)] - math.log(sum(math.exp(v) for v in u))
        sizes.append(len(open_to))
    return total, sizes


def sittings_loglik(history, columns, theta, sitting):
    """Return the log-probability of each naming, without those named before in the same sitting (Plackett-Luce)."""
    found, taken = [], {}
    for (time, i, j), key in zip(explained(history), sitting, strict=True):
        open_to = [k for k in range(history["n"]) if k != i and k not in taken.setdefault(key, [])]
        u = {k: row(history, columns, time, i, k) @ theta for k in open_to}
        found.append(u[j] - math.log(sum(map(math.exp, u.values()))))
        taken[key].append(j)
    return found


def coordination_loglik(history, columns, theta):
    """Return the log-likelihood of pairs that chose each other; every event ties both."""
    both = {**history, "sender": np.r_[history["sender"], history["receiver"]]}
    both |= {"receiver": np.r_[history["receiver"], history["sender"]], "time": np.r_[history["time"], history["time"]]}
    people, total = range(history["n"]), 0.0
    for time, i, j in explained(history):
        u = np.array(
            [[math.exp(row(both, columns, time, a, b) @ theta) if a != b else 0.0 for b in people] for a in people]
        )
        p = u / u.sum(axis=1, keepdims=True)
        pairs = {(a, b): p[a, b] * p[b, a] for a in people for b in people if a < b}
        total += math.log(pairs[min(i, j), max(i, j)] / sum(pairs.values()))
    return total


def changes_of(history, columns):
    """Return all times at which something that a column reads changes."""
    times = {t for t, _, _ in explained(history)}
    for effect in itertools.chain.from_iterable(columns):
        arguments, window = effect.get("arguments", ()), effect.get("window")
        for argument in arguments:
            times |= {when for when, _, _ in history["changes"].get(argument, [])}
            for _, _, start, end in history["networks"].get(argument, []):
                last = end if window is None else min(end, start + window)
                times |= {t for t in (start, last) if math.isfinite(t)}
        if window is not None and not any(arguments):
            times |= {t + window for t, _, _ in explained(history)}
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
    for time, i, j in explained(history):
        total += row(history, columns, time, i, i if is_rate else j) @ theta
    return total


def ordinal_loglik(history, columns, theta, alternatives):
    """Return the log-likelihood of which alternative came at each event, whatever the time between."""
    total = 0.0
    is_rate = all(i == j for i, j in alternatives(history["time"][0]))
    for time, i, j in explained(history):
        u = [row(history, columns, time, a, b) @ theta for a, b in alternatives(time)]
        total += row(history, columns, time, i, i if is_rate else j) @ theta - math.log(sum(map(math.exp, u)))
    return total
