"""EXPLAIN and EXPLAIN ANALYZE: what this engine does with a query, and it says that it is this engine.

https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html
The plans are DuckDB's; names of operators are not Trino's.
"""

import json
from typing import Any

from localstack_lab.athena.engine.contract import ResultColumn
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Lines
from localstack_lab.athena.statements.tree import Explain

_ENGINE = "LocalStack lab on DuckDB"
_UNBOUNDED = 2147483647  # the precision of a varchar without a length


def run(session: Any, statement: Explain, plan: Any, writes: str = "") -> Lines:
    """The plan as rows, one for each line; its text is the file.

    :param plan: of the query, or of the rows that a statement changes
    :param writes: the kind of statement that would write the plan's rows
    :raises QueryError: NOT_SUPPORTED for a format that is not there, and when running it fails
    """
    form, kind = statement.options.get("FORMAT", "TEXT"), statement.options.get("TYPE", "")
    if kind == "VALIDATE":
        return _lines(session, "true", valid=True)
    if kind == "IO":
        return _lines(session, json.dumps(_inputs(plan), indent=2))
    if form == "GRAPHVIZ":
        raise QueryError("NOT_SUPPORTED", "EXPLAIN (FORMAT GRAPHVIZ) is not available in this emulator")
    with session.relation(plan) as (connection, sql):
        if form == "JSON":
            found = connection.execute(
                f"EXPLAIN {'(ANALYZE, FORMAT json)' if statement.analyze else '(FORMAT json)'} {sql}"
            )
            text = json.dumps({"engine": _ENGINE, "plan": json.loads(found.fetchall()[0][1])}, indent=2)
        else:
            found = connection.execute(f"EXPLAIN {'ANALYZE' if statement.analyze else ''} {sql}")
            text = "\n".join(str(row[1]).rstrip() for row in found.fetchall())
            text = f"{_heading(plan, writes)}\n\n{text}\n"
    return _lines(session, text.replace(session.folder + "/", ""), unbounded=statement.analyze)


def _heading(plan: Any, writes: str) -> str:
    lines = [f"Query Engine: {_ENGINE}"]
    if writes:
        lines.append(f"Writes: {writes}")
    lines.append("Output: " + ", ".join(f"{column.name} {column.type}" for column in plan.columns))
    for scan in plan.scans:
        lines.append(f"{scan.name}: table {scan.database}.{scan.table}, columns [{', '.join(scan.columns)}]")
        if scan.partition_filter:
            lines.append(f"    partitions where {scan.partition_filter}")
    return "\n".join(lines)


def _inputs(plan: Any) -> dict[str, Any]:
    return {
        "inputTableColumnInfos": [
            {
                "table": {
                    "catalog": "awsdatacatalog",
                    "schemaTable": {"schema": scan.database, "table": scan.table},
                },
                "columns": list(scan.columns),
                "partitionFilter": scan.partition_filter,
            }
            for scan in plan.scans
        ]
    }


def _lines(session: Any, text: str, *, valid: bool = False, unbounded: bool = False) -> Lines:
    """:param unbounded: the plan is of the type varchar; else of varchar(n) with its own length, as on AWS"""
    name, kind = ("Valid", "boolean") if valid else ("Query Plan", "varchar")
    precision = 0 if valid else _UNBOUNDED if unbounded else len(text)
    column = ResultColumn(name, kind, kind, precision=precision, case_sensitive=not valid)
    rows = tuple((text + "\n").split("\n"))
    return Lines((column,), rows, statistics=session.statistics())
