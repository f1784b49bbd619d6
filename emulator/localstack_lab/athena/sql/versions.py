"""FOR TIMESTAMP AS OF and FOR VERSION AS OF: a table of Apache Iceberg as it was.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html,
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
"""

from localstack_lab.athena.sql import literals, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import cast, coerce
from localstack_lab.athena.sql.errors import QueryError, at
from localstack_lab.athena.sql.expressions import Context, Expressions
from localstack_lab.athena.sql.functions.values import Value, fail, fail_with
from localstack_lab.athena.sql.plan import TableInfo
from localstack_lab.athena.sql.scope import Scope
from localstack_lab.athena.sql.statement import Statement
from localstack_lab.athena.sql.walking import has_query

_NULL = "Pointer value cannot be NULL"


def as_of(expressions: Expressions, info: TableInfo | None, period: tree.Period) -> TableInfo:
    """The table at the period's end, with the columns that it had then.

    :param info: the table of this name as it is now; None for what is no table, such as a query of WITH
    :raises QueryError: NOT_SUPPORTED for all but Iceberg's tables; TYPE_MISMATCH and INVALID_ARGUMENTS for a
        pointer that is none
    """
    statement = expressions.statement
    before, statement.used = statement.used, set()
    try:
        pointer = _pointer(expressions, period)
        functions = sorted(statement.used)
    finally:
        statement.used = before
    if info is None or not info.iceberg or info.view_text is not None or "$" in info.name:
        raise QueryError("NOT_SUPPORTED", "This connector does not support versioned tables")
    sql = statement.settle(pointer.sql)
    return statement.source.table_as_of(info.database, info.name, period.kind, sql, functions)


def _pointer(expressions: Expressions, period: tree.Period) -> Value:
    if has_query(period.value):
        message = "Constant expression cannot contain a subquery"
        raise at(period.value.position, "EXPRESSION_NOT_CONSTANT", message)
    value = expressions.value(period.value, Context(Scope([]), "Table version"))
    if value.type == t.UNKNOWN:
        raise at(period.position, "INVALID_ARGUMENTS", _NULL)
    # The place stands in the text: the error is raised by the SQL, which knows no places.
    place = f"line {period.position.line}:{period.position.column}: "
    null = fail("INVALID_ARGUMENTS", place + _NULL)
    if period.kind == "VERSION":
        held = _version(value)
        return Value(f"CASE WHEN {held.sql} IS NULL THEN {null} ELSE {held.sql} END", held.type)
    if value.type != t.DATE and not isinstance(value.type, t.TimestampType):
        message = (
            f"Type {value.type} invalid. Temporal pointers must be of type Timestamp, Timestamp with Time "
            "Zone, or Date."
        )
        raise at(period.position, "TYPE_MISMATCH", message)
    return _moment(value, expressions.statement, null, place)


def _version(value: Value) -> Value:
    if t.is_integer(value.type):
        return coerce(value, t.BIGINT)
    if isinstance(value.type, t.VarcharType):
        return value
    raise QueryError("NOT_SUPPORTED", f"Unsupported type for table version: {value.type}")


def _moment(value: Value, statement: Statement, null: str, place: str) -> Value:
    """The pointer as a timestamp with time zone; times without a zone are UTC's."""
    digits = value.type.precision if isinstance(value.type, t.TimestampType) else 0
    moment = coerce(value, t.timestamp_tz(digits))
    now = literals.timestamp_sql(statement.now.replace(tzinfo=None))
    shown = cast(value, t.VARCHAR).sql
    future = fail_with("INVALID_ARGUMENTS", f"'{place}Pointer value '''", shown, "''' is not in the past'")
    checked = (
        f"CASE WHEN ({value.sql}) IS NULL THEN {null} WHEN ({moment.sql}).instant >= {now} THEN {future} "
        f"ELSE {moment.sql} END"
    )
    return Value(checked, moment.type)
