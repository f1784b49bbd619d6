"""Columns of the catalog that gain others (MergeNewColumns)."""

from typing import Any

from localstack_lab.glue.crawling.type_text import parsed
from localstack_lab.glue.crawling.types import Type, hive

type Members = dict[str, Any]


def merged_columns(known: list[Members], found: list[Members]) -> list[Members]:
    """The known columns as they are, fields of their structs that are new, and new columns behind them."""
    by_name = {column["Name"].lower(): column for column in found}
    merged = []
    for column in known:
        other = by_name.pop(column["Name"].lower(), None)
        if other is None or other.get("Type") == column.get("Type"):
            merged.append(column)
        else:
            before = parsed(column.get("Type") or "")
            kind = _wider(before, parsed(other["Type"]))
            merged.append(column if kind == before else column | {"Type": hive(kind)})
    return merged + [column for column in found if column["Name"].lower() in by_name]


def _wider(known: Type, found: Type) -> Type:
    """The known type, with the fields that are new."""
    if not isinstance(known, tuple) or not isinstance(found, tuple) or known[0] != found[0]:
        return known
    if known[0] == "map":
        return ("map", (known[1][0], _wider(known[1][1], found[1][1])))
    if known[0] == "array":
        return ("array", _wider(known[1], found[1]))
    fields = {name.lower(): (name, kind) for name, kind in known[1]}
    for name, kind in found[1]:
        before = fields.get(name.lower())
        fields[name.lower()] = (before[0], _wider(before[1], kind)) if before else (name, kind)
    return ("struct", tuple(fields.values()))
