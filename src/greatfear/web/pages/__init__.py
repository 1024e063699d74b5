"""The pages: each a pure function from the lab and an address to a `greatfear.web.parts.Page`.

A page is imported when the first of its kind is asked for, so that the first screen is there soon.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.parts import Page

__all__ = ["MADE"]

Maker = Callable[[Lab, Any], Page]

_PLACES: dict[type[at.Address], str] = {
    at.Home: "home:home",
    at.Overview: "overview:overview",
    at.Cases: "cases:cases",
    at.Statements: "statements:statements",
    at.Persons: "persons:persons",
    at.Person: "person:person",
    at.Why: "why:why",
    at.Tree: "why:tree",
    at.Naming: "naming:naming",
    at.Time: "timeline:timeline",
    at.Map: "territory:territory",
    at.Sources: "sources:sources",
    at.Source: "sources:source",
    at.Intake: "intake:intake",
    at.Record: "record:record",
    at.Papers: "papers:papers",
    at.Sql: "sql:sql",
    at.Recover: "recover:recover",
    at.Model: "model:model",
    at.ScenarioPage: "scenarios:scenario_page",
    at.Compare: "compare:compare",
    at.Workbench: "scenarios:workbench",
    at.JobPage: "work:job",
    at.EnsemblePage: "ensembles:ensemble",
    at.WhatIf: "what_if:what_if",
    at.Lesson: "lessons:lesson",
    at.Manual: "manual:manual",
}
"""Module and function of each page."""


class _Made(dict[type[at.Address], Maker]):
    """The functions that were asked for."""

    def __missing__(self, kind: type[at.Address]) -> Maker:
        module, _, name = _PLACES[kind].partition(":")
        self[kind] = getattr(import_module(f"greatfear.web.pages.{module}"), name)
        return self[kind]

    def load(self) -> None:
        """Import all pages."""
        for kind in _PLACES:
            self[kind]


MADE = _Made()
"""The function that makes each page."""
