"""Relational event models: who names whom, and when; from events or an archive to coefficients with their risk sets."""

from greatfear.estimate.coordination import CoordinationModel
from greatfear.estimate.effects import EFFECTS
from greatfear.estimate.events import Changes, Events, Exclusion, Ties
from greatfear.estimate.fit import Fit
from greatfear.estimate.formula import effect, parse_formula
from greatfear.estimate.from_archive import events_from_archive
from greatfear.estimate.influence import Influence, influence
from greatfear.estimate.models import DyadicModel, NamingModel, RateModel
from greatfear.estimate.nested import NestedTest, likelihood_ratio, score_test
from greatfear.estimate.newton import NotIdentifiedError
from greatfear.estimate.probabilities import Probabilities, event_probabilities, log_probabilities
from greatfear.estimate.replaying import Replay, replay_fit
from greatfear.estimate.rescaling import Rescaled, time_rescaling
from greatfear.estimate.risk import RiskSet
from greatfear.estimate.sampling import Controls
from greatfear.estimate.tabulating import Table

__all__ = [
    "EFFECTS", "Changes", "Controls", "CoordinationModel", "DyadicModel", "Events", "Exclusion", "Fit", "Influence",
    "NamingModel", "NestedTest", "NotIdentifiedError", "Probabilities", "RateModel", "Replay", "Rescaled", "RiskSet", "Table",
    "Ties", "effect", "event_probabilities", "events_from_archive", "influence", "likelihood_ratio", "log_probabilities",
    "parse_formula", "replay_fit", "score_test", "time_rescaling",
]  # fmt: skip
