"""Which values a condition asks of a column, where it can only hold for these."""

import json
from collections.abc import Mapping
from typing import Any

import duckdb

type Node = Mapping[str, Any]


def equalities(connection: duckdb.DuckDBPyConnection, condition: str | None) -> dict[str, list[str]]:
    """Column → the texts of the values that it has wherever the condition holds.

    Only what `=`, IN, AND and OR say of a column and of constants counts; a column of which the condition
    says anything else is not in the answer.

    :param condition: DuckDB SQL over quoted columns
    """
    if condition is None:
        return {}
    parsed = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT 1 WHERE {condition}"]).fetchone()
    return _told(json.loads(parsed[0])["statements"][0]["node"]["where_clause"]) if parsed else {}


def _told(node: Node) -> dict[str, list[str]]:
    match node["type"]:
        case "CONJUNCTION_AND":
            answer: dict[str, list[str]] = {}
            for told in map(_told, node["children"]):
                for column, values in told.items():
                    kept = answer.get(column, values)
                    answer[column] = [value for value in kept if value in values]
            return answer
        case "CONJUNCTION_OR":
            first, *others = map(_told, node["children"])
            return {
                column: list(dict.fromkeys(sum((told[column] for told in others), values)))
                for column, values in first.items()
                if all(column in told for told in others)
            }
        case "COMPARE_EQUAL":
            sides = node["left"], node["right"]
            return _of(*sides) or _of(*reversed(sides))
        case "COMPARE_IN":
            return _of(*node["children"])
    return {}


def _of(column: Node, *values: Node) -> dict[str, list[str]]:
    texts = [_text(value) for value in values]
    if column["type"] != "COLUMN_REF" or None in texts:
        return {}
    return {column["column_names"][-1]: [text for text in texts if text is not None]}


def _text(node: Node) -> str | None:
    """A constant's text: of a string, a whole number, or a date."""
    if node["type"] == "OPERATOR_CAST" and node["type_expr"]["type_name"] == "DATE":
        node = node["child"]
    if node["type"] != "VALUE_CONSTANT":
        return None
    held = node["literal"]
    return str(held["text"]) if held["kind"] in ("STRING", "INTEGER") else None
