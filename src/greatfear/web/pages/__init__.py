"""The pages: each a pure function from the lab and an address to a `greatfear.web.parts.Page`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.pages.cases import cases
from greatfear.web.pages.compare import compare
from greatfear.web.pages.ensembles import ensemble
from greatfear.web.pages.home import home
from greatfear.web.pages.intake import intake
from greatfear.web.pages.lessons import lesson
from greatfear.web.pages.manual import manual
from greatfear.web.pages.model import model
from greatfear.web.pages.naming import naming
from greatfear.web.pages.overview import overview
from greatfear.web.pages.papers import papers
from greatfear.web.pages.person import person
from greatfear.web.pages.persons import persons
from greatfear.web.pages.record import record
from greatfear.web.pages.recover import recover
from greatfear.web.pages.scenarios import scenario_page, workbench
from greatfear.web.pages.sources import source, sources
from greatfear.web.pages.sql import sql
from greatfear.web.pages.statements import statements
from greatfear.web.pages.territory import territory
from greatfear.web.pages.timeline import timeline
from greatfear.web.pages.what_if import what_if
from greatfear.web.pages.why import tree, why
from greatfear.web.pages.work import job
from greatfear.web.parts import Page

__all__ = ["MADE"]

MADE: dict[type[at.Address], Callable[[Lab, Any], Page]] = {
    at.Home: home,
    at.Overview: overview,
    at.Cases: cases,
    at.Statements: statements,
    at.Persons: persons,
    at.Person: person,
    at.Why: why,
    at.Tree: tree,
    at.Naming: naming,
    at.Time: timeline,
    at.Map: territory,
    at.Sources: sources,
    at.Source: source,
    at.Intake: intake,
    at.Record: record,
    at.Papers: papers,
    at.Sql: sql,
    at.Recover: recover,
    at.Model: model,
    at.ScenarioPage: scenario_page,
    at.Compare: compare,
    at.Workbench: workbench,
    at.JobPage: job,
    at.EnsemblePage: ensemble,
    at.WhatIf: what_if,
    at.Lesson: lesson,
    at.Manual: manual,
}
"""The function that makes each page."""
