"""SHOW FUNCTIONS: the functions that this engine has.

https://trino.io/docs/current/sql/show-functions.html
"""

import csv
import os
import re
from typing import Any

from localstack_lab.athena.engine.contract import Outcome, ResultColumn
from localstack_lab.athena.sql.functions import registry

_COLUMNS = ("Function", "Return Type", "Argument Types", "Function Type", "Deterministic", "Description")


def show(session: Any) -> Outcome:
    """A CSV with a row for each signature; descriptions are empty."""
    registry.load()
    path = os.path.join(session.request.spool, "result.csv")
    rows = sorted(_row(signature) for found in registry.FUNCTIONS.values() for signature in found)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
    columns = tuple(
        ResultColumn(
            name, "boolean" if name == "Deterministic" else "varchar", case_sensitive=name != "Deterministic"
        )
        for name in _COLUMNS
    )
    return Outcome(
        kind="rows", columns=columns, result_file=path, row_count=len(rows), statistics=session.statistics()
    )


def _row(signature: registry.Signature) -> tuple[str, ...]:
    arguments, _, returns = signature.text.rpartition("->")
    given = re.sub(r"^\(|\)$", "", arguments.strip())
    deterministic = "true" if signature.deterministic else "false"
    return signature.name, returns.strip(), given, signature.kind, deterministic, ""
