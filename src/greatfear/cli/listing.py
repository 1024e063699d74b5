"""greatfear list: what the catalogue holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.show import answer
from greatfear.errors import UnknownNameError


def listing(
    what: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="scenarios, records, claims or data. Default: all four.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the scenarios, published records, claims and data sets of the catalogue.

    For example:

      greatfear list
      greatfear list claims --json
    """
    if what is not None and what not in _KINDS:
        raise UnknownNameError("kind of list", what, list(_KINDS))
    found = {kind: rows() for kind, rows in _KINDS.items() if what in (None, kind)}
    blocks = [
        "\n".join([f"{kind}:", *(f"  {row['id']:<24} {row['title']}" for row in rows)]) for kind, rows in found.items()
    ]
    answer("\n\n".join(blocks), found, as_json=json)


def _scenarios() -> list[dict[str, Any]]:
    from greatfear.catalogue import readme, scenarios

    heads = {name: readme(name).splitlines()[0].lstrip("# ") for name in scenarios()}
    return [{"id": name, "title": head.removeprefix(f"{name}: ")} for name, head in heads.items()]


def _records() -> list[dict[str, Any]]:
    from greatfear.catalogue import record, records

    return [{"id": name, "title": record(name).title} for name in records()]


def _claims() -> list[dict[str, Any]]:
    from greatfear.catalogue import claims

    return [{"id": row.id, "title": row.claim, "status": row.status} for row in claims()]


def _data() -> list[dict[str, Any]]:
    from greatfear.catalogue.datasets import dataset, dataset_names

    return [{"id": name, "title": dataset(name).title} for name in dataset_names()]


_KINDS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "scenarios": _scenarios,
    "records": _records,
    "claims": _claims,
    "data": _data,
}
