"""Runs and reads the mechanism of accusation: purges, inquisitions, witch-hunts, blacklists.

What stands in ``dir(greatfear)`` is public; each name is loaded on first use. A name that is both a verb and a folder
(`simulate`) is the verb here; reach into the folder with ``from greatfear.simulate.run import Run``.

Examples
--------
>>> import greatfear as gf
>>> gf.catalogue.scenario("naming-cascade").title
'A naming cascade: the Reed-Frost chain'
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatfear import catalogue as catalogue
    from greatfear import datasets as datasets
    from greatfear.compare.against_record import against_record as against_record
    from greatfear.errors import Fault as Fault
    from greatfear.errors import FaultList as FaultList
    from greatfear.errors import GreatFearError as GreatFearError
    from greatfear.estimate.fit import Fit as Fit
    from greatfear.estimate.models import DyadicModel as DyadicModel
    from greatfear.estimate.models import NamingModel as NamingModel
    from greatfear.estimate.models import RateModel as RateModel
    from greatfear.plots.report import write_report as write_report
    from greatfear.record.archive import Archive as Archive
    from greatfear.record.export import export as export
    from greatfear.record.intake import intake as intake
    from greatfear.record.reading import read as read
    from greatfear.scenario.model import Scenario as Scenario
    from greatfear.scenario.reading import load as load
    from greatfear.simulate.cascade import cascade as cascade
    from greatfear.simulate.counterfactual import counterfactual as counterfactual
    from greatfear.simulate.ensemble import ensemble as ensemble
    from greatfear.simulate.papers.apply import papers as papers
    from greatfear.simulate.run import Run as Run
    from greatfear.simulate.run import simulate as simulate
    from greatfear.sources import Assumption as Assumption
    from greatfear.sources import Certainty as Certainty
    from greatfear.sources import Claim as Claim
    from greatfear.sources import Level as Level
    from greatfear.sources import Source as Source

__version__ = "0.1.0"

_HOMES = {
    "Archive": "greatfear.record.archive",
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
    "Run": "greatfear.simulate.run",
    "Scenario": "greatfear.scenario.model",
    "Source": "greatfear.sources",
    "against_record": "greatfear.compare.against_record",
    "cascade": "greatfear.simulate.cascade",
    "catalogue": "greatfear.catalogue",
    "counterfactual": "greatfear.simulate.counterfactual",
    "datasets": "greatfear.datasets",
    "ensemble": "greatfear.simulate.ensemble",
    "export": "greatfear.record.export",
    "intake": "greatfear.record.intake",
    "load": "greatfear.scenario.reading",
    "papers": "greatfear.simulate.papers.apply",
    "read": "greatfear.record.reading",
    "simulate": "greatfear.simulate.run",
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


class _Face(ModuleType):
    """The package as a module on which a folder never hides a public function of the same name.

    Importing ``greatfear.simulate.run`` makes Python bind the folder to ``greatfear.simulate``; here the verb stays.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        is_hidden = isinstance(value, ModuleType) and _HOMES.get(name, value.__name__) != value.__name__
        if not is_hidden:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
