"""What the JSON pages of the lab take, as an OpenAPI document: made from the addresses, so that it cannot say otherwise."""

from __future__ import annotations

import re
from typing import Any

from greatfear.web import address as at
from greatfear.web.lab import Lab

_TYPES: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "float | None": {"type": "number"},
    "dt.date | None": {"type": "string", "format": "date"},
}
_ANSWERS = {
    "200": "The numbers of the page.",
    "202": "Something is still being worked out; ask again.",
    "400": "The address is not understood: what was found, what is allowed, how to fix it.",
    "404": "No such page, archive, person or row; the nearest names.",
    "409": "The archive is damaged or was changed since it was opened.",
}


def document(lab: Lab) -> dict[str, Any]:
    """Return the OpenAPI document of all pages, as JSON that is read by machines."""
    answers = {
        code: {
            "description": words,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
        }
        for code, words in _ANSWERS.items()
    }
    paths = {
        f"{page.PATH}.json": {
            "get": {
                "operationId": page.__name__, "summary": (page.__doc__ or "").strip().splitlines()[0],
                "parameters": [*_parts(lab, page), *_keys(page)], "responses": answers,
            }
        }
        for page in at.PAGES
    }  # fmt: skip
    page = {
        "type": "object",
        "required": ["title", "address", "blocks"],
        "properties": {
            "title": {"type": "string"}, "address": {"type": "string"},
            "blocks": {"type": "array", "items": {"type": "object"}},
        },
    }  # fmt: skip
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "The lab of greatfear: pages as JSON", "version": "1",
            "description": "Every page of the lab with `.json` behind its path. Nothing can be changed by these addresses.",
        },
        "paths": paths,
        "components": {"schemas": {"Page": page}},
    }  # fmt: skip


def _parts(lab: Lab, page: type[at.Address]) -> list[dict[str, Any]]:
    """Return the parts of the path; archives and jobs that are there stand as examples."""
    known = {"name": list(lab.entries), "id": list(lab.jobs.all)}
    found = []
    for part in re.findall(r"{(\w+)}", page.PATH):
        examples = {name: {"value": name} for name in known.get(part, [])[:5]}
        one: dict[str, Any] = {
            "name": part,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        }
        found.append(one | ({"examples": examples} if examples else {}))
    return found


def _keys(page: type[at.Address]) -> list[dict[str, Any]]:
    """Return the keys of the query; the facets of a filter are keys too, as many as the archive has."""
    found = []
    for one in page._keys():
        if one.name == "filter":
            schema: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
            found.append({"name": "filter", "in": "query", "style": "form", "explode": True, "schema": schema})
            continue
        is_many = str(one.type).startswith("tuple")
        schema = (
            {"type": "array", "items": {"type": "string"}} if is_many else _TYPES.get(str(one.type), {"type": "string"})
        )
        found.append({"name": one.name.rstrip("_"), "in": "query", "schema": schema})
    return found
