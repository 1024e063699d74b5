"""Where an archive comes from: a JSON record with a schema, its form in W3C PROV, and what to cite.

The schema stands beside this file (provenance.schema.json) and is made from the classes here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greatfear.errors import Fault
from greatfear.sources import Source

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive

SCHEMA_FILE = Path(__file__).with_name("provenance.schema.json")
"""The JSON Schema of the provenance record, as shipped."""

_SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ScenarioRef(BaseModel):
    """The scenario that was run."""

    model_config = ConfigDict(extra="allow")
    id: str
    sha256: _SHA256


class SourceRef(BaseModel):
    """One work or data set that was used."""

    model_config = ConfigDict(extra="allow")
    key: str
    citation: str
    year: int | None = None
    doi: str = ""
    url: str = ""
    licence: str = ""
    note: str = ""


class Input(BaseModel):
    """One file that was read."""

    model_config = ConfigDict(extra="allow")
    file: str
    sha256: _SHA256


class Provenance(BaseModel):
    """The provenance record of a manifest; every part may be left out, further parts may be added.

    Parameters
    ----------
    command : str
        Command or call that repeats it.
    seed, replicate : int
        Address of the random numbers of a simulation.
    scenario : ScenarioRef
        What was run.
    alterations : list of str
        Changes made to the scenario before it was run.
    inputs : list of Input
        Files that were read.
    sources : list of SourceRef
        Works that the numbers or rows were taken from.
    software : dict of str to str
        Names and versions of the programs that matter for the numbers.
    """

    model_config = ConfigDict(extra="allow", title="Provenance of a greatfear archive")
    command: str = ""
    seed: int | None = None
    replicate: Annotated[int, Field(ge=0)] | None = None
    scenario: ScenarioRef | None = None
    alterations: list[Any] = []
    inputs: list[Input] = []
    sources: list[SourceRef] = []
    software: dict[str, str] = {}


def provenance_schema() -> dict[str, Any]:
    """Return the JSON Schema of the provenance record."""
    schema = Provenance.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def check_provenance(record: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a provenance record; empty where nothing is."""
    try:
        Provenance.model_validate(dict(record), strict=True)
    except ValidationError as error:
        return [
            Fault(f"provenance: {'.'.join(map(str, one['loc']))}", repr(one["input"]), one["msg"])
            for one in error.errors()
        ]
    return []


def to_prov(archive: StoredArchive) -> dict[str, Any]:
    """Return the provenance of an archive as W3C PROV-JSON.

    The archive and its tables are entities, so are the scenario, the inputs and the sources; the run or intake is the
    activity, greatfear the agent. The activity used the scenario, the inputs and the sources and generated the archive.

    Returns
    -------
    dict
        PROV-JSON (W3C Member Submission of 24 April 2013), ready for `json.dump`.

    References
    ----------
    https://www.w3.org/submissions/prov-json/
    """
    manifest = archive.manifest
    activity = "gf:simulation" if manifest.is_simulated else "gf:intake"
    used = _used(manifest.provenance)
    tables = {f"gf:table/{name}": _table(name, entry) for name, entry in manifest.tables.items()}
    whole = {"prov:type": "prov:Collection", "prov:label": manifest.title, "gf:format": manifest.format,
             "gf:epoch": manifest.epoch, "gf:kind": manifest.kind}  # fmt: skip
    agent = f"gf:greatfear-{manifest.greatfear}"
    return {
        "prefix": {"gf": "https://greatfear.invalid/prov#", "prov": "http://www.w3.org/ns/prov#"},
        "entity": {"gf:archive": whole, **tables, **used},
        "activity": {activity: _activity(manifest.provenance)},
        "agent": {agent: {"prov:type": "prov:SoftwareAgent", "prov:label": f"greatfear {manifest.greatfear}"}},
        "wasGeneratedBy": {"_:g0": {"prov:entity": "gf:archive", "prov:activity": activity}},
        "wasAssociatedWith": {"_:a0": {"prov:activity": activity, "prov:agent": agent}},
        "used": {f"_:u{n}": {"prov:activity": activity, "prov:entity": key} for n, key in enumerate(used)},
        "wasDerivedFrom": {
            f"_:d{n}": {"prov:generatedEntity": "gf:archive", "prov:usedEntity": key} for n, key in enumerate(used)
        },
        "hadMember": {f"_:m{n}": {"prov:collection": "gf:archive", "prov:entity": key} for n, key in enumerate(tables)},
    }


def cite(archive: StoredArchive) -> str:
    """Return what to cite as BibTeX: the archive itself, then the sources it names, each once."""
    manifest = archive.manifest
    scenario = manifest.provenance.get("scenario")
    note = manifest.provenance.get("command", "")
    key = scenario["id"] if isinstance(scenario, dict) and isinstance(scenario.get("id"), str) else "archive"
    own = Source(key, f"{manifest.title} ({manifest.kind} archive, greatfear {manifest.greatfear})", note=str(note))
    found: dict[str, Source] = {own.key: own}
    for row in archive.table("sources").to_pylist():
        doi, url, licence, note = (row[name] or "" for name in ("doi", "url", "licence", "note"))
        source = Source(row["id"], row["citation"], doi=doi, url=url, licence=licence, note=note)
        found.setdefault(source.key, source)
    for entry in _sources(manifest.provenance):
        found.setdefault(entry.key, Source(**entry.model_dump(include=set(SourceRef.model_fields))))
    return "\n\n".join(source.bibtex() for source in found.values())


def _sources(record: Mapping[str, Any]) -> list[SourceRef]:
    """Return the readable sources of a record."""
    listed = record.get("sources")
    found = []
    for entry in listed if isinstance(listed, list) else []:
        try:
            found.append(SourceRef.model_validate(entry))
        except ValidationError:
            continue
    return found


def _table(name: str, entry: Any) -> dict[str, Any]:
    return {"prov:type": "gf:Table", "prov:label": name, "gf:rows": entry.rows, "gf:sha256": entry.sha256}


def _activity(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of the run or intake: numbers and text as they are, the rest as JSON."""
    body: dict[str, Any] = {}
    for key, value in record.items():
        if key in ("scenario", "inputs", "sources") or value in (None, "", [], {}):
            continue
        body[f"gf:{key}"] = value if isinstance(value, str | int | float) else json.dumps(value, sort_keys=True)
    return body


def _used(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the entities that the activity used."""
    used: dict[str, dict[str, Any]] = {}
    scenario = record.get("scenario")
    if isinstance(scenario, dict):
        name = scenario.get("id", "scenario")
        used[f"gf:scenario/{name}"] = {"prov:type": "prov:Plan", "gf:sha256": str(scenario.get("sha256", ""))}
    inputs = record.get("inputs")
    for entry in inputs if isinstance(inputs, list) else []:
        if isinstance(entry, dict):
            used[f"gf:input/{entry.get('file', '')}"] = {"gf:sha256": str(entry.get("sha256", ""))}
    for source in _sources(record):
        texts = {"prov:label": source.citation, "gf:doi": source.doi, "gf:url": source.url}
        used[f"gf:source/{source.key}"] = {key: text for key, text in texts.items() if text}
    return used
