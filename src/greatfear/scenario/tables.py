"""Tables of the human form: columns, rows, and a ground for all or for some columns."""

from __future__ import annotations

from greatfear.errors import nearest
from greatfear.scenario.found import Found, Path
from greatfear.scenario.written import Written, plain, short

_KEYS = ("columns", "rows", "ground")


def is_table(node: Written) -> bool:
    """Return whether a mapping is a table: its keys are `table`, and perhaps `ground`."""
    return isinstance(node.value, dict) and "table" in node.value and node.value.keys() <= {"table", "ground"}


def read_table(node: Written, path: Path, found: list[Found]) -> tuple[list[Written], Written | None]:
    """Return the rows of a table as mappings, and the ground that holds for all of them.

    Parameters
    ----------
    node : Written
        The mapping at the key ``table``.
    path : tuple
        Where the table stands.
    found : list of Found
        Where faults are noted.

    Returns
    -------
    rows : list of Written
        One mapping per row, short cells and dotted columns already in place.
    ground : Written or None
        Name or keys of the ground of all quantities.
    """
    columns = _columns(node, path, found)
    rows = node.get("rows")
    if columns is None:
        return [], None
    if rows is None or not isinstance(rows.value, list):
        got = "nothing" if rows is None else short(plain(rows))
        found.append(Found((*path, "table", "rows"), got, "a list of rows, each a list of cells", "", node.line))
        return [], None
    ground = node.value.get("ground") if isinstance(node.value, dict) else None
    by_column = _by_column(ground, columns)
    read = [_row(row, columns, by_column, (path, found)) for row in rows.value]
    return [row for row in read if row is not None], None if by_column else ground


def _columns(node: Written, path: Path, found: list[Found]) -> list[str] | None:
    """Return the names of the columns, or None where they cannot be read."""
    if not isinstance(node.value, dict):
        found.append(Found((*path, "table"), short(plain(node)), "columns, rows and ground", "", node.line))
        return None
    for key, value in node.value.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            fix = f"did you mean {near[0]}?" if near else ""
            found.append(Found((*path, "table", key), f"the key {key!r}", ", ".join(_KEYS), fix, value.line))
    columns = node.get("columns")
    names = plain(columns) if columns is not None else None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        found.append(Found((*path, "table", "columns"), short(names), "a list of names of keys", "", node.line))
        return None
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        found.append(Found((*path, "table", "columns"), f"{twice!r} twice", "each column once", "", node.line))
        return None
    return names


def _by_column(ground: Written | None, columns: list[str]) -> dict[str, Written]:
    """Return the grounds of single columns; empty where the ground is for all."""
    if ground is None or not isinstance(ground.value, dict) or not ground.value:
        return {}
    return ground.value if ground.value.keys() <= set(columns) else {}


def _row(
    row: Written, columns: list[str], by_column: dict[str, Written], where: tuple[Path, list[Found]]
) -> Written | None:
    """Return one row as a mapping."""
    path, found = where
    if not isinstance(row.value, list) or len(row.value) != len(columns):
        got = f"a row of {len(row.value)} cells" if isinstance(row.value, list) else short(plain(row))
        found.append(Found((*path, "table", "rows"), got, f"a list of {len(columns)} cells", "", row.line))
        return None
    entries: dict[str, Written] = {}
    for column, cell in zip(columns, row.value, strict=True):
        if cell.value is not None:
            _put(entries, column.split("."), cell)
    for column, ground in by_column.items():
        _lay_ground(entries, column.split("."), ground)
    return Written(entries, row.line)


def _put(entries: dict[str, Written], keys: list[str], cell: Written) -> None:
    """Put a cell at a dotted column; a number that stands beside keys of its own becomes their `value`."""
    for key in keys[:-1]:
        inner = entries.get(key)
        if inner is None:
            inner = Written({}, cell.line)
        elif not isinstance(inner.value, dict):
            inner = Written({"ground" if key == "ground" else "value": inner}, inner.line)
        entries[key] = inner
        assert isinstance(inner.value, dict)
        entries = inner.value
    last, before = keys[-1], entries.get(keys[-1])
    if before is not None and isinstance(before.value, dict) and not isinstance(cell.value, dict):
        before.value["ground" if last == "ground" else "value"] = cell
    else:
        entries[last] = cell


def _lay_ground(entries: dict[str, Written], keys: list[str], ground: Written) -> None:
    """Give what stands at a dotted column the ground of the column, unless it has its own."""
    for key in keys[:-1]:
        inner = entries.get(key)
        if inner is None or not isinstance(inner.value, dict):
            return
        entries = inner.value
    cell = entries.get(keys[-1])
    if cell is None:
        return
    if not isinstance(cell.value, dict):
        entries[keys[-1]] = Written({"value": cell, "ground": ground}, cell.line)
    elif not cell.value.keys() & {"source", "assumption", "ground"}:
        entries[keys[-1]] = Written({**cell.value, "ground": ground}, cell.line)
