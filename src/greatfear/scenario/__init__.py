"""What is supposed: the scenario language, its human and resolved forms, validation and explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.facade import lazily

if TYPE_CHECKING:
    from greatfear.scenario.altering import alter as alter
    from greatfear.scenario.checks import theta_terms as theta_terms
    from greatfear.scenario.citing import cite as cite
    from greatfear.scenario.citing import require_grounds as require_grounds
    from greatfear.scenario.explaining import explain as explain
    from greatfear.scenario.model import Scenario as Scenario
    from greatfear.scenario.odd_text import odd as odd
    from greatfear.scenario.reading import from_dict as from_dict
    from greatfear.scenario.reading import load as load
    from greatfear.scenario.resolving import digest as digest
    from greatfear.scenario.resolving import resolve as resolve
    from greatfear.scenario.resolving import to_json as to_json
    from greatfear.scenario.resolving import to_yaml as to_yaml
    from greatfear.scenario.schema_json import json_schema as json_schema

_HOMES = {
    "Scenario": "model",
    "alter": "altering",
    "cite": "citing",
    "digest": "resolving",
    "explain": "explaining",
    "from_dict": "reading",
    "json_schema": "schema_json",
    "load": "reading",
    "odd": "odd_text",
    "require_grounds": "citing",
    "resolve": "resolving",
    "theta_terms": "checks",
    "to_json": "resolving",
    "to_yaml": "resolving",
}
__all__ = sorted(_HOMES)  # noqa: PLE0605  the names stand once, beside their homes
__getattr__, __dir__ = lazily(__name__, _HOMES)
