"""Relational event models: who names whom, and when; from events or an archive to coefficients with their risk sets."""

from greatfear.estimate.coordination import CoordinationModel
from greatfear.estimate.effects import EFFECTS
from greatfear.estimate.events import Changes, Events, Exclusion, Ties
from greatfear.estimate.fit import Fit
from greatfear.estimate.formula import effect, parse_formula
from greatfear.estimate.from_archive import events_from_archive
from greatfear.estimate.models import DyadicModel, NamingModel, RateModel
from greatfear.estimate.newton import NotIdentifiedError
from greatfear.estimate.probabilities import event_probabilities, log_probabilities
from greatfear.estimate.risk import RiskSet
from greatfear.estimate.sampling import Controls
from greatfear.estimate.tabulating import Table

__all__ = [
    "EFFECTS", "Changes", "Controls", "CoordinationModel", "DyadicModel", "Events", "Exclusion", "Fit", "NamingModel",
    "NotIdentifiedError", "RateModel", "RiskSet", "Table", "Ties", "effect", "event_probabilities", "events_from_archive",
    "log_probabilities", "parse_formula",
]  # fmt: skip
