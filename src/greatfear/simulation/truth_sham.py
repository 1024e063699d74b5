"""Tables of the truth about real organisations and shams; a run has them where the scenario supposes such."""

from __future__ import annotations

from greatfear.record.table import Column, Table

SHAM_ROLES = ("agent", "member", "provoked", "invented", "abroad")
SHAM_EVENTS = (
    "begun", "found out", "visit", "lured", "lure failed", "arrest", "defection", "exposed", "doubted",
)  # fmt: skip

SHAM_TABLES: dict[str, Table] = {
    "organisations": Table(
        "organisations",
        "one real organisation with what became of it",
        (
            Column("organisation", "int32", "number, counted from 0"),
            Column("id", "string", "id in the scenario"),
            Column("members", "int32", "members before the first event", "persons"),
            Column("active", "int32", "members still free at the end", "persons"),
            Column("held_days", "float64", "sum over days of active members times the share held back", "person-days"),
            Column("held_attempts", "float64", "attempts that the hazard would have given but for that", "attempts"),
        ),
        optional=True,
    ),
    "attempts": Table(
        "attempts",
        "one attempt by a real organisation",
        (
            Column("attempt", "int32", "row number, counted from 0"),
            Column("organisation", "int32", "whose, counted from 0"),
            Column("time", "float64", "when", "days"),
            Column("region", "category", "where"),
            Column("active", "int32", "members who were free then", "persons"),
            Column("party", "int32", "members who took part", "persons"),
            Column("seen", "int32", "of these, seen by the office", "persons"),
            Column("held", "float64", "share of plans held back on that day, 0 to 1"),
            Column("chance", "float64", "probability of success, 0 to 1"),
            Column("succeeded", "int8", "1 if it succeeded"),
        ),
        optional=True,
    ),
    "sham_persons": Table(
        "sham_persons",
        "one person of a sham organisation with what the person really was in it",
        (
            Column("sham", "category", "id of the sham in the scenario"),
            Column("person", "int32", "row in the archive's persons", null="-1", refers="persons"),
            Column("address", "int64", "number of the person in the simulated population"),
            Column(
                "role",
                "category",
                "agent; real member drawn in; person provoked into joining; invented; person abroad who was lured",
                values=SHAM_ROLES,
            ),
            Column("since", "float64", "since when", "days"),
            Column("reported", "float64", "when reported upward", "days", "NaN"),
            Column("found_out", "float64", "when the other side found an agent out", "days", "NaN"),
            Column("by", "int64", "address of the person who approached", null="-1"),
        ),
        optional=True,
    ),
    "accidents": Table(
        "accidents",
        "one accident, with what it was",
        (
            Column("day", "int32", "when", "days"),
            Column("region", "category", "where"),
            Column("is_sabotage", "int8", "1 if somebody caused it"),
            Column("read", "int8", "1 if the office read it as sabotage"),
            Column("seen", "int8", "1 if the person who caused it was among the suspects because somebody saw"),
            Column("person", "int32", "who caused it", null="-1", refers="persons"),
            Column("address", "int64", "number of that person in the simulated population", null="-1"),
        ),
        optional=True,
    ),
    "named_persons": Table(
        "named_persons",
        "one person whom the scenario names",
        (
            Column("person", "int32", "row in the archive's persons", refers="persons"),
            Column("named", "category", "id in the scenario"),
            Column("name", "string", "name of the person"),
            Column("address", "int64", "number of the person in the simulated population"),
        ),
        optional=True,
    ),
    "sham_papers": Table(
        "sham_papers",
        "one paper about a person that reached a foreign service; all papers about a person go back to one report",
        (
            Column("statement", "int32", "row in the archive's statements", refers="statements"),
            Column("reader", "category", "sham/service that received it"),
            Column("told_by", "category", "sham/service that passed it on", null="absent"),
            Column("person", "int32", "about whom", refers="persons"),
            Column("believed", "int8", "1 if the service believes in the person from this paper on"),
        ),
        optional=True,
    ),
    "sham_events": Table(
        "sham_events",
        "one event in the course of a sham organisation",
        (
            Column("sham", "category", "id of the sham in the scenario"),
            Column("time", "float64", "when", "days"),
            Column("kind", "category", "what happened", values=SHAM_EVENTS),
            Column("person", "int32", "to whom", null="-1", refers="persons"),
            Column("trust", "float64", "mean trust of the leaders afterwards, 0 to 1"),
        ),
        optional=True,
    ),
}
