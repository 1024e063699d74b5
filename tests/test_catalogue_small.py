"""The firm for classes and the twin of a register: what their pages say of them."""

from __future__ import annotations

import greatfear as gf


def test_two_statements_stop_the_firm_and_the_list_feeds_it() -> None:
    firm = gf.catalogue.scenario("office-blacklist")
    many = gf.ensemble(firm, 3, alter=[{"offices.evidence": 2}, {"operations.blacklist.hazard": 0}], seed=1, workers=0)
    base, two, without = (many.column("arrests", variant).mean() for variant in range(3))
    assert two < 0.5 * base
    assert without < base
    assert many.column("arrests_from_register", 2).sum() == 0
    run = gf.simulate(firm, seed=1)
    told = str(run.archive.describe())
    assert "suspensions" in told
    assert "blacklist" in told
    assert "dismissed" in told
    assert set(run.archive.table("persons").column_names) >= {"department", "years"}


def test_the_twin_has_the_shape_of_its_register_and_not_its_concentration() -> None:
    """The page says that most of it fails: if a change of the model mends this, the page must be written again."""
    found = [gf.simulate("giaveno-1335-twin", seed=seed).archive.describe().totals for seed in range(3)]
    for total in found:
        thirds = [total[f"new_share_{part}_third"] for part in ("first", "second", "last")]
        assert thirds == sorted(thirds, reverse=True)
        assert 90 <= total["deponents"] <= 115
        assert total["top_ten_share"] < 0.15, "0.305 in the register"
        assert total["share_named_once"] < 0.4, "0.547 in the register"
