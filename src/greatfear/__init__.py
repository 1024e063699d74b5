"""Runs and reads the mechanism of accusation: purges, inquisitions, witch-hunts, blacklists.

What stands in ``dir(greatfear)`` is public; each name is loaded on first use. No folder has the name of a public function.

Examples
--------
>>> import greatfear as gf
>>> gf.catalogue.scenario("naming-cascade").title
'A naming cascade: the Reed-Frost chain'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatfear import catalogue as catalogue
    from greatfear import datasets as datasets
    from greatfear import plots as plots
    from greatfear import recover as recover
    from greatfear.archive import Archive as Archive
    from greatfear.archive import read as read
    from greatfear.comparison.against_record import against_record as against_record
    from greatfear.errors import Fault as Fault
    from greatfear.errors import FaultList as FaultList
    from greatfear.errors import GreatFearError as GreatFearError
    from greatfear.estimate.fit import Fit as Fit
    from greatfear.estimate.models import DyadicModel as DyadicModel
    from greatfear.estimate.models import NamingModel as NamingModel
    from greatfear.estimate.models import RateModel as RateModel
    from greatfear.estimate.side_by_side import fits_table as fits_table
    from greatfear.intake_tables import intake as intake
    from greatfear.plots.report import write_report as write_report
    from greatfear.record.export import export as export
    from greatfear.scenario.model import Scenario as Scenario
    from greatfear.scenario.reading import load as load
    from greatfear.simulation.cascade import cascade as cascade
    from greatfear.simulation.counterfactual import counterfactual as counterfactual
    from greatfear.simulation.ensemble import ensemble as ensemble
    from greatfear.simulation.papers.apply import papers as papers
    from greatfear.simulation.run import Run as Run
    from greatfear.simulation.run import simulate as simulate
    from greatfear.simulation.stepping import start as start
    from greatfear.sources import Assumption as Assumption
    from greatfear.sources import Certainty as Certainty
    from greatfear.sources import Claim as Claim
    from greatfear.sources import Level as Level
    from greatfear.sources import Source as Source

__version__ = "0.1.0"

_HOMES = {
    "Archive": "greatfear.archive",
    "Assumption": "greatfear.sources",
    "Certainty": "greatfear.sources",
    "Claim": "greatfear.sources",
    "DyadicModel": "greatfear.estimate.models",
    "Fault": "greatfear.errors",
    "FaultList": "greatfear.errors",
    "Fit": "greatfear.estimate.fit",
    "GreatFearError": "greatfear.errors",
    "Level": "greatfear.sources",
    "NamingModel": "greatfear.estimate.models",
    "RateModel": "greatfear.estimate.models",
    "Run": "greatfear.simulation.run",
    "Scenario": "greatfear.scenario.model",
    "Source": "greatfear.sources",
    "against_record": "greatfear.comparison.against_record",
    "cascade": "greatfear.simulation.cascade",
    "catalogue": "greatfear.catalogue",
    "counterfactual": "greatfear.simulation.counterfactual",
    "datasets": "greatfear.datasets",
    "ensemble": "greatfear.simulation.ensemble",
    "export": "greatfear.record.export",
    "fits_table": "greatfear.estimate.side_by_side",
    "intake": "greatfear.intake_tables",
    "load": "greatfear.scenario.reading",
    "papers": "greatfear.simulation.papers.apply",
    "plots": "greatfear.plots",
    "read": "greatfear.archive",
    "recover": "greatfear.recover",
    "simulate": "greatfear.simulation.run",
    "start": "greatfear.simulation.stepping",
    "write_report": "greatfear.plots.report",
}
"""The public names and the modules they come from. A name that is its module's own last part means the module."""

__all__ = sorted(_HOMES)  # noqa: PLE0605  the names stand once, beside their homes


def __getattr__(name: str) -> Any:
    """Return a public name, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    module = import_module(home)
    value = module if home == f"{__name__}.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
