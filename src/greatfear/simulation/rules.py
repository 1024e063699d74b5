"""From a resolved scenario to the arrays that the kernels read: rules, operations, boards and routes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.naming import Terms, compile_terms
from greatfear.naming.terms import OwnTerms, keeps, own_terms, reads
from greatfear.record.schema import CHANNELS
from greatfear.scenario.attributes import attribute_kinds
from greatfear.scenario.campaign import Operation, Order
from greatfear.scenario.model import Scenario
from greatfear.scenario.process import Step
from greatfear.simulation.boards import Boards, compile_boards
from greatfear.simulation.codes import COUNT_RULES, FILES, FOREVER
from greatfear.simulation.lists import given_lists
from greatfear.world.layout import World

SOURCE = np.dtype(
    [(name, "i8") for name in ("start", "end", "limited", "takes_leads", "takes_named", "span", "file")]
    + [(name, "f8") for name in ("pace", "surge", "surge_days", "pressed", "first_ahead", "from_custody")]
)
ROUTE = np.dtype([("board", "i8"), ("since", "i8"), ("until", "i8"), ("share", "f8"), ("confessed", "i8")])


@by_reference
class Campaigns(NamedTuple):
    """Operations and then orders: G sources of arrests, the first `operations` of them operations."""

    source: NDArray[np.void]
    """start, end (days), limited, takes_leads, takes_named, span (days of an order), file, pace, surge, pressed, terms."""
    operations: int
    starts: NDArray[np.int64]
    """First day by operation and region (G, R)."""
    covers: NDArray[np.int8]
    """Whether a stratum is covered (G, S)."""
    cut: NDArray[np.int64]
    """Cumulated persons on the list by stratum (G, R, S + 1)."""
    ask: NDArray[np.float64]
    """Requests (O, 7): threshold, probability, size, first share, granted, delay, first day without requests."""
    may_ask: NDArray[np.int8]
    """Whether a region asks for more places (O, R)."""
    total: NDArray[np.int64]
    """Persons an order asks for, by region (G, R); 0 for operations."""
    given: NDArray[np.int64]
    """Where the list that a scenario gives begins in `persons` (G, R); -1: the list is drawn."""
    persons: NDArray[np.int64]
    """Addresses on given lists, in their order."""


@by_reference
class Routes(NamedTuple):
    """Which board judges a case: the first route that fits."""

    table: NDArray[np.void]
    """board, since, until (days), share, confessed (only such cases)."""
    source: NDArray[np.int8]
    """Fits cases of source g (K, 1 + G); column 0 is for cases of none."""
    stratum: NDArray[np.int8]


@by_reference
class Rules(NamedTuple):
    """All that the kernels know of a scenario; rates are per day."""

    terms: Terms
    campaigns: Campaigns
    boards: Boards
    routes: Routes
    log_weight: NDArray[np.float64]
    """Log of the weight of a statement as a lead, by channel."""
    memory: float
    arrests: float
    """Cases a day that an office opens by itself, per 100,000 persons."""
    custody: float
    """Prison places per 100,000 persons."""
    wait: int
    """Days from arrest to sitting."""
    pressed: float
    confess_base: float
    confess_pressure: float
    confess_member: float
    denounce_rate: float
    denounce_fear: float
    conviction: float
    self_protection: float
    report_rate: float
    report_true: float
    report_false: float
    report_fear: float
    report_caution: float
    accident_rate: float
    suspicion: float
    suspicion_fear: float
    accident_subjects: int
    fear_keep: float
    """What is left of fear after a day."""
    count_rule: int
    at_rest: float
    under_pressure: float
    dispersion: float
    prompted: int
    notorious: int
    notorious_days: int
    doomed: int
    strangers: int
    needs_stratum: bool
    history_kept: int
    """1 if the history keeps pairs, 2 if lists as well."""
    review: float
    """Chance that a case from before the halt ends with a release."""
    counts: NDArray[np.int8]
    """Whether the centre files a name, by channel."""
    counts_staff: bool
    """Whether investigator-days limit what an office can do."""
    filing: float
    """Investigator-days to write up an arrest."""
    kept: float
    """Share of the staff that lists cannot take."""
    reckoned: NDArray[np.int64]
    """Persons by which arrests, prison places and investigators are reckoned, by region: those of the region, or 100,000 for
    each office."""
    own: NDArray[np.float64]
    """Attributes of the scenario's own: (attributes, persons by flat number); texts as codes, NaN is unknown."""
    own_same: NDArray[np.int64]
    """Attributes of which equal values count; see `greatfear.naming.terms.OwnTerms`."""
    own_alter: NDArray[np.int64]
    alter_theta: NDArray[np.float64]
    alter_slope: NDArray[np.float64]


@by_reference
class Today(NamedTuple):
    """What holds on one day, for the kernels of that day."""

    day: int
    halted: bool
    halted_on: float
    """Day of the halt; -1 as long as there is none, so that no case is from before it."""
    zeal: float
    pressure: float
    evidence: int
    """Speakers that a lead needs."""
    arrest_factor: float
    """Share of the office's own arrests that is left under a halt."""
    rerouted: bool
    """Whether a route begins or ends today."""
    targeted: NDArray[np.int8]
    """Whether a stratum is under a running operation (S)."""
    running: NDArray[np.int8]
    """Whether an operation is in one of its terms (O)."""
    hazard: NDArray[np.float64]
    """Hazard of each operation today (O)."""
    hands: float
    """Investigator-days per 100,000 persons."""
    case_days: float
    """Investigator-days that the questioning of a person takes."""
    favour: float = 1.0
    """Factor on the chance that a request is granted; the centre's mind may change in the course of the day."""


class Days(NamedTuple):
    """What changes by date: one cell per day."""

    pressure: NDArray[np.float64]
    evidence: NDArray[np.int64]
    zeal: NDArray[np.float64]
    drafts: NDArray[np.float64]
    """Factor on the investigators."""
    running: NDArray[np.int8]
    """Whether an operation is in one of its terms (D, O)."""
    hazard: NDArray[np.float64]
    """Hazard of each operation (D, O)."""


def day_of(date: dt.date | None, epoch: dt.date, absent: int) -> int:
    """Return the day number of a date, `absent` for none."""
    return absent if date is None else (date - epoch).days


def compile_rules(scenario: Scenario, world: World) -> tuple[Rules, Days]:
    """Return everything the kernels read besides the world, and what changes by date."""
    # In the order of the resolved form: a sum of many terms has other last bits in another order.
    theta = {term: quantity.value for term, quantity in sorted(scenario.naming.theta.items())}
    kinds, own = scenario.tie_kinds, attribute_kinds(scenario.population.attributes)
    return _rules(scenario, world, compile_terms(theta, kinds, own), own_terms(theta, list(own))), _days(scenario)


def _log_weights(scenario: Scenario) -> NDArray[np.float64]:
    """Return the log of the weight of each channel of the record; minus infinity for one that opens no leads."""
    weights = [getattr(scenario.leads.weights, channel, None) for channel in CHANNELS]
    points = np.array([weight.value if weight else 0.0 for weight in weights])
    logs: NDArray[np.float64] = np.log(points, out=np.full(points.size, -np.inf), where=points > 0)
    return logs


def _reckoned(scenario: Scenario, world: World) -> NDArray[np.int64]:
    """Return the persons by which limits are reckoned, by region."""
    size = world.region["size"][:-1].copy()
    return np.full_like(size, _PER_OFFICE) if scenario.offices.per == "office" else size


_PER_OFFICE = 100_000
"""With this many persons, what holds per 100,000 persons holds per office."""


def _attributes(scenario: Scenario) -> NDArray[np.float64]:
    """Return the attributes of the scenario's own as numbers: (attributes, persons); texts as codes, NaN is unknown."""
    given = scenario.population.attributes
    rows = np.zeros((len(given), max((len(values) for values in given.values()), default=0)))
    for row, (name, is_number) in zip(rows, attribute_kinds(given).items(), strict=True):
        codes = {text: code for code, text in enumerate(sorted({str(v) for v in given[name] if v is not None}))}
        row[:] = [
            np.nan if value is None else float(value) if is_number else codes[str(value)] for value in given[name]
        ]
    return rows


def _rules(scenario: Scenario, world: World, terms: Terms, own: OwnTerms) -> Rules:
    leads, offices, count, pools = scenario.leads, scenario.offices, scenario.naming.count, scenario.naming.pools
    den, inf, acc, campaigns = leads.denunciation, leads.informers, leads.accidents, _campaigns(scenario, world)
    return Rules(
        terms=terms, campaigns=campaigns, boards=compile_boards(scenario.boards, scenario.outcomes),
        routes=_routes(scenario, campaigns.source.size), log_weight=_log_weights(scenario), memory=leads.memory.value,
        arrests=offices.arrests.value, custody=offices.custody.value, wait=max(1, round(offices.wait.value)),
        pressed=offices.pressed.value, confess_base=offices.confession.base.value,
        confess_pressure=offices.confession.pressure.value, confess_member=offices.confession.member.value,
        denounce_rate=den.rate.value, denounce_fear=den.fear.value, conviction=den.motives.conviction.value,
        self_protection=den.motives.self_protection.value, report_rate=inf.rate.value, report_true=inf.true.value,
        report_false=inf.false.value, report_fear=inf.fear.value, report_caution=inf.caution.value,
        accident_rate=acc.rate.value, suspicion=acc.suspicion.value, suspicion_fear=acc.fear.value,
        accident_subjects=acc.subjects, fear_keep=float(np.exp(-1.0 / offices.fear_decay.value)),
        count_rule=COUNT_RULES.index(count.rule), at_rest=count.at_rest.value,
        under_pressure=count.under_pressure.value, dispersion=count.dispersion.value, prompted=pools.prompted,
        notorious=pools.notorious, notorious_days=pools.notorious_days, doomed=pools.doomed, strangers=pools.strangers,
        needs_stratum="stratum" in reads(scenario.naming.theta), history_kept=keeps(scenario.naming.theta),
        review=scenario.halt.review.value,
        counts=np.array([channel in scenario.centre.counts for channel in CHANNELS], np.int8),
        counts_staff=offices.staff.investigators.value > 0, filing=offices.staff.filing.value,
        kept=offices.staff.kept.value, reckoned=_reckoned(scenario, world), own=_attributes(scenario), own_same=own.same,
        own_alter=own.alter, alter_theta=own.alter_theta, alter_slope=own.alter_slope,
    )  # fmt: skip


def _campaigns(scenario: Scenario, world: World) -> Campaigns:
    epoch, regions = scenario.time.start, [region.id for region in scenario.population.regions]
    strata = [stratum.id for stratum in scenario.population.strata]
    operations = scenario.operations
    every: list[Operation | Order] = [*operations, *scenario.orders]
    n, shape = len(operations), (len(every), len(regions))
    covers = np.array([[name in each.strata for name in strata] for each in every], np.int8).reshape(-1, len(strata))
    inside = np.array([[not each.regions or name in each.regions for name in regions] for each in every], bool).reshape(
        shape
    )
    people = np.diff(world.cut, axis=1) * world.household
    cut = np.zeros((*shape, len(strata) + 1), np.int64)
    for g in range(len(every)):
        cut[g, :, 1:] = np.cumsum((world.listed if g < n else people) * covers[g] * inside[g][:, None], axis=1)
    given, persons = given_lists(scenario, world, cut)
    starts = np.zeros(shape, np.int64)
    for g, operation in enumerate(operations):
        starts[g] = [day_of(operation.starts.get(name), epoch, 0) for name in regions]
    asks = [operation.requests for operation in operations]
    fields = [[a.threshold, a.probability, a.size, a.first, a.granted, a.delay] for a in asks]
    until = [day_of(a.until, epoch, FOREVER) for a in asks]
    ask = np.array(
        [[*(q.value for q in row), last] for row, last in zip(fields, until, strict=True)], np.float64
    ).reshape(-1, 7)
    may_ask = np.array([[not a.regions or name in a.regions for name in regions] for a in asks], np.int8)
    return Campaigns(
        _sources(scenario),
        n,
        starts,
        covers,
        cut,
        ask,
        may_ask.reshape(n, len(regions)),
        _order_totals(scenario, cut, n),
        given,
        persons,
    )


def _sources(scenario: Scenario) -> NDArray[np.void]:
    """Return the records of operations and orders."""
    epoch, n = scenario.time.start, len(scenario.operations)
    source = np.zeros(n + len(scenario.orders), SOURCE)
    for row, each in zip(source[:n], scenario.operations, strict=True):
        row["start"], row["end"] = day_of(each.start, epoch, 0), day_of(each.end, epoch, 0)
        row["limited"], row["takes_leads"], row["file"] = bool(each.limits), each.takes_leads, FILES.index(each.file)
        row["takes_named"] = each.takes_named
        for name in ("pace", "surge", "surge_days", "pressed", "first_ahead", "from_custody"):
            row[name] = getattr(each, name).value
    for row, order in zip(source[n:], scenario.orders, strict=True):
        row["start"], row["span"] = day_of(order.start, epoch, 0), order.days
        row["end"], row["file"] = row["start"] + order.days, FILES.index(order.file)
    return source


def _order_totals(scenario: Scenario, cut: NDArray[np.int64], n_operations: int) -> NDArray[np.int64]:
    """Return persons asked for by order and region: in proportion to the strata's size, largest remainders rounded up."""
    total = np.zeros(cut.shape[:2], np.int64)
    for q, order in enumerate(scenario.orders):
        weight = cut[n_operations + q, :, -1].astype(float)
        asked = min(int(order.persons.value), int(weight.sum()))
        exact = asked * weight / max(weight.sum(), 1.0)
        whole = np.floor(exact).astype(np.int64)
        rest = asked - int(whole.sum())
        whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
        total[n_operations + q] = whole
    return total


def _routes(scenario: Scenario, n_sources: int) -> Routes:
    epoch = scenario.time.start
    boards = [board.id for board in scenario.boards]
    names = [*(each.id for each in scenario.operations), *(each.id for each in scenario.orders)]
    strata = [stratum.id for stratum in scenario.population.strata]
    table = np.zeros(len(scenario.routes), ROUTE)
    for row, route in zip(table, scenario.routes, strict=True):
        row["board"], row["share"] = boards.index(route.board), route.share.value
        row["confessed"] = route.confessed
        row["since"], row["until"] = day_of(route.since, epoch, -FOREVER), day_of(route.until, epoch, FOREVER)
    source = [
        [not r.operations, *(not r.operations or name in r.operations for name in names)] for r in scenario.routes
    ]
    stratum = [[not r.strata or name in r.strata for name in strata] for r in scenario.routes]
    return Routes(
        table, np.array(source, np.int8).reshape(-1, 1 + n_sources), np.array(stratum, np.int8).reshape(-1, len(strata))
    )


def _days(scenario: Scenario) -> Days:
    epoch, n = scenario.time.start, (scenario.time.end - scenario.time.start).days
    zeal = np.ones(n)
    for chief in scenario.chiefs:
        zeal[max(0, day_of(chief.since, epoch, 0)) :] = chief.zeal.value
    return Days(
        steps_by_day(scenario.offices.pressure, epoch, n, 0.0),
        steps_by_day(scenario.offices.evidence, epoch, n, 1.0).astype(np.int64),
        zeal,
        steps_by_day(scenario.offices.staff.drafts, epoch, n, 1.0),
        np.array([_terms(each, epoch, n) for each in scenario.operations], np.int8).reshape(-1, n).T.copy(),
        np.array([steps_by_day(each.hazards, epoch, n, each.hazard.value) for each in scenario.operations])
        .reshape(-1, n)
        .T.copy(),
    )


def _terms(operation: Operation, epoch: dt.date, n: int) -> NDArray[np.int8]:
    """Return on which days an operation is in its term, or in a term that was decided by then."""
    days, runs = np.arange(n), np.zeros(n, bool)
    terms = [(operation.start, operation.end), *((one.decided, one.until) for one in operation.prolongations)]
    for since, until in terms:
        runs |= (days >= day_of(since, epoch, 0)) & (days < day_of(until, epoch, 0))
    return (runs & (days >= day_of(operation.start, epoch, 0))).astype(np.int8)


def steps_by_day(steps: Sequence[Step], epoch: dt.date, n: int, before: float) -> NDArray[np.float64]:
    """Return the value of a list of steps on each of n days; `before` the first step."""
    values = np.full(n, before)
    for step in steps:
        values[max(0, day_of(step.since, epoch, 0)) :] = step.value.value
    return values
