"""Every effect equals its plain twin on generated histories, and log-likelihoods equal those written out."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest

from greatfear.estimate import EFFECTS, Changes, DyadicModel, Events, NamingModel, RateModel, Ties, parse_formula
from greatfear.estimate.kernels.statistics import MECHANISM
from greatfear.estimate.newton import likelihood
from greatfear.estimate.tabulating import tabulate_spells
from greatfear.naming.formula import Formula
from reference import rem

N = 6
OPTIONS = {
    "window": ("", "window=2.5"),
    "weighted": ("", "weighted=true"),
    "halflife": ("", "halflife=1.5"),
    "ignore_rep": ("", "ignoreRep=true"),
    "type": ("type=alter", "type=ego"),
}


def _history(seed: int) -> dict[str, Any]:
    """A small history with repeated pairs, tied times, a missing attribute, a flag, and a network that comes and goes."""
    rng = np.random.default_rng(seed)
    pairs = [(i, j) for i, j in itertools.product(range(N), range(N)) if i != j]
    chosen = [pairs[k] for k in rng.integers(len(pairs), size=18)]
    chosen[3], chosen[11] = (-1, 2), (-1, 4)  # two of unknown senders
    z = rng.normal(size=N)
    z[2] = np.nan
    other = [pairs[k] for k in rng.choice(len(pairs), 9, replace=False)]
    return {
        "n": N,
        "time": np.sort(rng.integers(1, 9, size=18) / 2.0),
        "sender": np.array([i for i, _ in chosen]),
        "receiver": np.array([j for _, j in chosen]),
        "attributes": {"z": z, "w": rng.integers(0, 2, size=N).astype(float)},
        "changes": {"w": [(1.5, 0, 1.0), (2.2, 3, 0.0)], "flag": [(1.0, 1, 1.0), (3.0, 4, 1.0)]},
        "networks": {
            "kin": [
                (i, j, k / 3 if k % 3 else -np.inf, np.inf if k % 2 else 3 + k / 4) for k, (i, j) in enumerate(other)
            ]
        },
    }


def _events(history: dict[str, Any]) -> Events:
    changes = {
        name: Changes(*(np.array(c) for c in zip(*rows, strict=True))) for name, rows in history["changes"].items()
    }
    networks = {
        name: Ties(*(np.array(c) for c in zip(*rows, strict=True))) for name, rows in history["networks"].items()
    }
    return Events(
        history["n"],
        history["time"],
        history["sender"],
        history["receiver"],
        attributes={name: np.where(np.isnan(z), np.nanmean(z), z) for name, z in history["attributes"].items()},
        changes=changes,
        networks=networks,
    )


def _columns(formula: Formula) -> list[list[dict[str, Any]]]:
    """A parsed formula in the words of the twin."""
    return [
        [
            {
                "name": e.kind.name,
                "arguments": e.arguments,
                "type": e.node,
                "window": e.window,
                "halflife": e.halflife,
                "transform": e.transform,
                "weighted": e.weighted,
                "ignore_rep": e.ignore_rep,
            }
            for e in column
        ]
        for column in formula.columns
    ]


def _variants(name: str) -> list[str]:
    """Every combination of options of an effect, on the network of events and on another one."""
    kind = EFFECTS[name]
    given: list[tuple[str, ...]] = [tuple("wz"[: kind.arguments.count("attribute")])]
    if kind.arguments == ("network",):
        given = [(), ("kin",)] if "" in kind.defaults else [("kin",)]
    if kind.arguments == ("network", "network"):
        given = [("kin", "kin"), ("", "kin")]
    if kind.arguments == ("network", "attribute"):
        given = [("z",), ("kin", "w")]
    if kind.code >= MECHANISM and kind.arguments == ("attribute",):
        given = [("flag",)] if kind.in_archive == "settles" else [("w",), ("flag",)]
    texts = []
    for arguments, *options in itertools.product(given, *(OPTIONS[o] for o in kind.options)):
        if "window=2.5" in options and "halflife=1.5" in options:
            continue
        inside = ", ".join([*arguments, *filter(None, options)])
        texts.append(f"{name}({inside})" if inside else name)
    return texts


def _every_variant(name: str) -> str:
    """A formula of an effect in all its variants, alone and in products."""
    alone = {parse_formula(text).names[0] for text in _variants(name)}
    return " + ".join(sorted(alone) + ([] if name == "tie" else [f"tie(kin):{text}" for text in sorted(alone)]))


@pytest.mark.parametrize("name", [name for name in EFFECTS if name != "pressure"])  # of sittings: see test_pressure
def test_every_effect_equals_its_twin(name: str) -> None:
    history = _history(len(name))
    formula = parse_formula(_every_variant(name))
    text = " + ".join(formula.names)
    table = DyadicModel(text, end=6.0).table(_events(history))
    columns = _columns(formula)
    of_set = np.repeat(np.arange(table.time.size), np.diff(table.start))
    seen = [table.time[s] for s in of_set]
    twin = [rem.row(history, columns, t, p // N, p % N) for t, p in zip(seen, table.pair.tolist(), strict=True)]
    np.testing.assert_allclose(table.x, twin, atol=1e-12, err_msg=text)
    assert name == "intercept" or np.ptp(table.x[:, 0]) > 0, "a column that never varies shows nothing"


def test_the_mean_of_the_known_values_is_put_where_it_is_asked_for() -> None:
    history, theta = _history(2), np.array([0.4, -0.3])
    events = dataclasses.replace(_events(history), attributes=history["attributes"])
    table = NamingModel("alter(z) + diff(z)", missing="mean").table(events)
    value, _ = rem.choice_loglik(history, _columns(parse_formula("alter(z) + diff(z)")), theta, lambda *_: True)
    assert likelihood(table, theta, is_timed=False)[0] == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("transform", ["sqrt", "log1p", "binary"])
def test_transforms_act_on_the_sum(transform: str) -> None:
    history = _history(5)
    formula = parse_formula(f"indeg(weighted=true, transform={transform})")
    table = DyadicModel(formula.names[0]).table(_events(history))
    seen = np.repeat(table.time, np.diff(table.start))
    twin = [
        rem.row(history, _columns(formula), t, p // N, p % N) for t, p in zip(seen, table.pair.tolist(), strict=True)
    ]
    np.testing.assert_allclose(table.x, twin, atol=1e-12)


CHOICE = "recip + commonSender + indeg(transform=sqrt) + alter(flag) + same(w) + trans(window=1.5)"
RATE = "1 + ego(w) + indeg(transform=sqrt) + outdeg(window=1.5) + ego(flag)"
DYAD = "1 + ego(z) + alter(flag) + inertia + recip(window=2) + cycle + tie(kin)"
SENDERS = [(i, i) for i in range(N)]
PAIRS = [(i, j) for i in range(N) for j in range(N) if i != j]


@pytest.mark.parametrize("seed", range(3))
def test_choice_likelihood_equals_the_twin(seed: int) -> None:
    history, theta = _history(seed), np.linspace(-0.5, 0.7, 6)
    table = NamingModel(CHOICE).table(_events(history))
    value, sizes = rem.choice_loglik(history, _columns(parse_formula(CHOICE)), theta, lambda *_: True)
    assert likelihood(table, theta, is_timed=False)[0] == pytest.approx(value, abs=1e-10)
    assert table.sizes.tolist() == sizes


def test_choice_honours_receivers_and_opportunities() -> None:
    history, theta = _history(1), np.linspace(-0.5, 0.7, 6)
    pairs = {(i, j) for i, j in zip(history["sender"], history["receiver"], strict=True) if i >= 0}
    history["networks"]["may"] = [(i, j, -np.inf, np.inf) for i, j in sorted(pairs | {(0, 1), (1, 4), (5, 2)})]
    history["attributes"]["open"] = np.isin(np.arange(N), history["receiver"]).astype(float)
    table = NamingModel(CHOICE, receivers="open", opportunities="may").table(_events(history))
    may = {(i, j) for i, j, *_ in history["networks"]["may"] if history["attributes"]["open"][j]}
    value, sizes = rem.choice_loglik(history, _columns(parse_formula(CHOICE)), theta, lambda _, i, j: (i, j) in may)
    assert likelihood(table, theta, is_timed=False)[0] == pytest.approx(value, abs=1e-10)
    assert table.sizes.tolist() == sizes
    unrestricted = NamingModel(CHOICE).table(_events(history))
    assert likelihood(unrestricted, theta, is_timed=False)[0] != pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_rate_likelihood_equals_the_twin(seed: int) -> None:
    history, theta = _history(seed), np.linspace(-0.9, 0.4, 5)
    table = RateModel(RATE).table(_events(history))
    value = rem.interval_loglik(history, _columns(parse_formula(RATE, "ego")), theta, lambda _: SENDERS)
    assert likelihood(table, theta, is_timed=True)[0] == pytest.approx(value, abs=1e-10)
    ordinal = RateModel(RATE[4:], timing="ordinal").table(_events(history))
    value = rem.ordinal_loglik(history, _columns(parse_formula(RATE[4:], "ego")), theta[1:], lambda _: SENDERS)
    assert likelihood(ordinal, theta[1:], is_timed=False)[0] == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_dyadic_likelihood_equals_the_twin(seed: int) -> None:
    history, theta = _history(seed), np.linspace(-0.9, 0.4, 7)
    table = DyadicModel(DYAD).table(_events(history))
    value = rem.interval_loglik(history, _columns(parse_formula(DYAD)), theta, lambda _: PAIRS)
    assert likelihood(table, theta, is_timed=True)[0] == pytest.approx(value, abs=1e-10)
    ordinal = DyadicModel(DYAD[4:], timing="ordinal").table(_events(history))
    value = rem.ordinal_loglik(history, _columns(parse_formula(DYAD[4:])), theta[1:], lambda _: PAIRS)
    assert likelihood(ordinal, theta[1:], is_timed=False)[0] == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("is_timed", [True, False])
def test_score_and_information_are_derivatives(is_timed: bool) -> None:
    formula = DYAD if is_timed else DYAD[4:]
    table = DyadicModel(formula, timing="interval" if is_timed else "ordinal").table(_events(_history(2)))
    theta, step = np.linspace(-0.6, 0.3, table.x.shape[1]), 1e-5
    _, score, information = likelihood(table, theta, is_timed=is_timed)
    for k, unit in enumerate(np.eye(theta.size) * step):
        above, below = (likelihood(table, theta + s * unit, is_timed=is_timed) for s in (1, -1))
        assert score[k] == pytest.approx((above[0] - below[0]) / (2 * step), abs=1e-5)
        np.testing.assert_allclose(information[k], -(above[1] - below[1]) / (2 * step), atol=1e-5)


def test_the_twin_sees_a_planted_difference() -> None:
    """A state that already knows the events of the same time gives another likelihood."""
    history, theta = _history(1), np.linspace(-0.5, 0.7, 6)
    table = NamingModel(CHOICE).table(_events(history))
    late = {**history, "time": history["time"] + np.arange(18) * 1e-6}
    value, _ = rem.choice_loglik(late, _columns(parse_formula(CHOICE)), theta, lambda *_: True)
    assert likelihood(table, theta, is_timed=False)[0] != pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "extra",
    [
        "",
        " + four + nodeTrans + tertius(z) + psABBA + psABXY",
        " + accused + accused(window=2) + reciprocity + doomed(flag)",
    ],
)
def test_spells_say_what_the_full_table_says(seed: int, extra: str) -> None:
    """Rows that only changes renew give the same likelihood, score, information, sizes and lengths."""
    history = _history(seed)
    history["attributes"]["open"] = np.ones(N)
    history["changes"]["open"] = [(1.2, 2, 0.0), (2.8, 2, 1.0), (3.1, 5, 0.0)]
    text = DYAD + extra + " + commonSender + trans(window=1.5) + mixedTrans(kin, kin) + recip:alter(w)"
    models: list[Any] = [
        DyadicModel(text, senders="open", receivers="open"),
        RateModel(RATE, senders="open", start=0.0),
    ]
    for model in models:
        full, spells = model.table(_events(history)), tabulate_spells(model.request(), _events(history))
        theta = np.linspace(-0.6, 0.4, full.x.shape[1])
        for a, b in zip(*(likelihood(t, theta, is_timed=True) for t in (full, spells)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-10)
        assert full.sizes.tolist() == spells.sizes.tolist()
        assert full.left_out == spells.left_out
        assert full.n_silent == spells.n_silent
        assert len(spells.x) < len(full.x)
