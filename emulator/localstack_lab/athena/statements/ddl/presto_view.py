"""Views as Athena keeps them in the catalog: a JSON document, in base64, in a comment.

https://docs.aws.amazon.com/athena/latest/ug/create-view.html,
https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/connector/ConnectorViewDefinition.java
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.statements.context import Members

_BEGIN, _END = "/* Presto View: ", " */"
EXPANDED = "/* Presto View */"


def encoded(sql: str, database: str, columns: Sequence[tuple[str, str]]) -> str:
    """The ViewOriginalText of a view.

    :param columns: (name, type as Trino writes it)
    """
    document = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": kind} for name, kind in columns],
    }
    packed = base64.b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()
    return f"{_BEGIN}{packed}{_END}"


def decoded(text: str) -> Members | None:
    """The document of a ViewOriginalText; None for a view that another engine made."""
    if not (text.startswith(_BEGIN) and text.rstrip().endswith(_END)):
        return None
    try:
        document: Any = json.loads(base64.b64decode(text.rstrip()[len(_BEGIN) : -len(_END)]))
    except (binascii.Error, ValueError):
        return None
    return document if isinstance(document, dict) and "originalSql" in document else None


def sql_of(table: Members) -> str:
    """The query of a view.

    :raises QueryFailed: for a view that is not Athena's
    """
    document = decoded(table.get("ViewOriginalText") or "")
    if document is None:
        name = f"{table['DatabaseName']}.{table['Name']}"
        raise QueryFailed("INVALID_VIEW", f"View '{name}' was not made by Athena and cannot be read")
    return str(document["originalSql"])


def columns_of(table: Members) -> list[tuple[str, str]]:
    """(name, type as Trino writes it) of a view's columns; the catalog's own where it has no document."""
    document = decoded(table.get("ViewOriginalText") or "")
    if document is None:
        storage = table.get("StorageDescriptor") or {}
        return [(column["Name"], column.get("Type", "")) for column in storage.get("Columns") or []]
    return [(column["name"], column["type"]) for column in document.get("columns", [])]
