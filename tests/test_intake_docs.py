"""The pages on intake: every key stands there with an example, and every example is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from greatfear.intake_tables.fields import DateRules, Field, When
from greatfear.intake_tables.mapping import ColumnMap, TableMap, read_map
from greatfear.intake_tables.rules import Acts, Aliases, Cohort, Groups, Persons, RuleBase, Statements, Ties

DOCS = Path(__file__).parents[1] / "docs"
INTAKE, DATES = ((DOCS / f"{name}.md").read_text("utf-8") for name in ("intake", "dates"))
SAID: dict[str, Any] = {"into": "statements", "speaker": "from", "subject": "to", "channel": {"constant": "report"}}
ARREST: dict[str, Any] = {"into": "acts", "person": "to", "kind": {"constant": "arrest"}}


def rows(page: str, heading: str) -> list[tuple[str, list[str]]]:
    """Return key and examples of each row of the table below a heading."""
    part = page.partition(f"{heading}\n")[2].partition("\n#")[0].replace("\\|", "\0")
    found = []
    for line in part.splitlines():
        cells = [cell.strip().replace("\0", "|") for cell in line.strip("|").split("|")]
        if (
            line.startswith("|")
            and len(cells) >= 2
            and not set(cells[0]) <= {"-"}
            and cells[-1] not in ("example", "read as")
        ):
            found.append((cells[0], re.findall(r"`([^`]+)`", cells[-1])))
    return found


def keys(listed: list[tuple[str, list[str]]]) -> set[str]:
    """Return the keys that a table explains."""
    return {key for cell, _ in listed for key in re.findall(r"`(\w+)`", cell)}


def whole(**more: Any) -> dict[str, Any]:
    """Return a map with one table."""
    return {"format": 1, "epoch": "1900-01-01", "tables": [{"table": "t", "makes": [SAID, ARREST]}]} | more


def test_every_key_of_a_map_has_an_example_that_is_read() -> None:
    listed = rows(INTAKE, "## Keys of the whole map")
    assert keys(listed) == set(ColumnMap.model_fields)
    for key, examples in listed:
        assert examples or key == "`tables`", key
        for example in examples:
            if "see below" not in example and key != "`tables`":
                read_map(whole(**yaml.safe_load(example)))


def test_every_key_of_a_table_has_an_example_that_is_read() -> None:
    listed = rows(INTAKE, "## Keys of a table: how it is read")
    assert keys(listed) == set(TableMap.model_fields)
    for key, examples in listed:
        for example in examples:
            if key != "`makes`":
                TableMap.model_validate({"table": "t", "makes": [SAID]} | yaml.safe_load(example))


def test_every_key_of_a_field_and_of_dates_has_an_example_that_is_read() -> None:
    fields = rows(INTAKE, "### Fields")
    assert keys(fields) == set(Field.model_fields)
    for _, examples in fields:
        assert examples
        for example in examples:
            Field.model_validate(yaml.safe_load(example))
    dates = rows(DATES, "## How dates are written: `dates`")
    assert keys(dates) == set(DateRules.model_fields)
    for _, examples in dates:
        for example in examples:
            read_map(whole(**yaml.safe_load(example)))
    times = rows(DATES, "## Where a date comes from")
    own = set(When.model_fields) - set(DateRules.model_fields)
    assert all(key in str(times) for key in own)
    for _, examples in times:
        for example in examples:
            Statements.model_validate(SAID | yaml.safe_load(example))


def test_every_field_of_a_rule_is_named() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", INTAKE.partition("## Rules")[2].partition("\n## ")[0], re.M))
    for rule in (Persons, Groups, Statements, Acts, Ties, Aliases, Cohort):
        (name,) = rule.model_fields["into"].annotation.__args__  # type: ignore[union-attr]
        missing = [
            key for key in set(rule.model_fields) - set(RuleBase.model_fields) - {"into"} if key not in listed[name]
        ]
        assert missing == [], name


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", INTAKE + DATES, re.S))
def test_every_block_is_read(block: str) -> None:
    for text in block.split("\nwhen:") if block.startswith("when:") else [block]:
        given = yaml.safe_load(
            text if text.startswith(("when:", "format", "makes", "dates", "time")) else f"when:{text}"
        )
        if "tables" in given:
            read_map(given)
        elif "makes" in given:
            read_map(whole(tables=[{"table": "t", **given}]))
        elif "dates" in given:
            read_map(whole(**given))
        else:
            Statements.model_validate(SAID | given)
