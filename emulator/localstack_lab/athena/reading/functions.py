"""Python functions for the lines that DuckDB's own cannot take apart."""

from collections.abc import Callable
from typing import Any

import duckdb

from localstack_lab.athena.reading import csv_fields, delimited, json_rewriting, patterns, timestamp_formats

_ALL: tuple[tuple[str, Callable[..., object], list[str], str], ...] = (
    ("lab_csv_fields", csv_fields.parse, ["VARCHAR"] * 4, "VARCHAR[]"),
    ("lab_split_escaped", delimited.split_escaped, ["VARCHAR"] * 3, "VARCHAR[]"),
    ("lab_unescape", delimited.unescape, ["VARCHAR"] * 2, "VARCHAR"),
    ("lab_timestamp", timestamp_formats.parse, ["VARCHAR"] * 2, "TIMESTAMP"),
    ("lab_regex_fields", patterns.regex_fields, ["VARCHAR"] * 2, "VARCHAR[]"),
    ("lab_grok_fields", patterns.grok_fields, ["VARCHAR"] * 3, "VARCHAR[]"),
    ("lab_json_line", json_rewriting.json_line, ["VARCHAR", "BOOLEAN", "BOOLEAN"], "VARCHAR"),
    (
        "lab_json_plain",
        json_rewriting.plain_line,
        ["VARCHAR", "BOOLEAN", "BOOLEAN", "VARCHAR", "BOOLEAN", "BOOLEAN"],
        "VARCHAR",
    ),
)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the functions that readers' SQL calls."""
    create: Any = connection.create_function
    for name, function, arguments, returns in _ALL:
        create(name, function, arguments, returns, null_handling="special")
