"""Calls one function on DuckDB, as the analyzer would emit it."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, from_duckdb
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions.binding import LambdaArgument
from localstack_lab.athena.sql.functions.values import VARIES, Call, Value, text
from localstack_lab.athena.sql.type_text import parse_type

SESSION: dict[str, object] = {
    "now": datetime.datetime(2024, 3, 10, 12, 30, 15, 250000),
    "zone": "UTC",
    "user": "me",
}


@dataclass(frozen=True)
class Sql:
    """An argument as DuckDB SQL of a Trino type; not a constant unless `constant` says so."""

    sql: str
    type: str
    constant: Any = VARIES


@dataclass(frozen=True)
class Lambda:
    """A lambda: its parameters, its body in DuckDB's SQL, and the type that it yields."""

    parameters: str
    body: str
    type: str


@dataclass(frozen=True)
class Answer:
    value: Any
    type: str


def connection() -> duckdb.DuckDBPyConnection:
    """A DuckDB connection set up as a worker's, with every function of the registry."""
    made = duckdb.connect()
    made.execute("SET TimeZone = 'UTC'")
    registry.prepare(made)
    return made


def value(given: Any) -> Value | Lambda:
    """A Python value as an argument with the type that Trino gives the literal."""
    if isinstance(given, Lambda):
        return given
    if isinstance(given, Sql):
        kind = parse_type(given.type)
        sql = f"CAST(NULL AS {t.duckdb(kind)})" if given.sql == "NULL" else f"({given.sql})"
        return Value(sql, kind, given.constant)
    if given is None:
        return Value("NULL", t.UNKNOWN, None)
    if isinstance(given, bool):
        return Value(str(given).lower(), t.BOOLEAN, given)
    if isinstance(given, int):
        return Value(f"({given})", t.INTEGER if -(2**31) <= given < 2**31 else t.BIGINT, given)
    if isinstance(given, float):
        return Value(f"CAST('{given}' AS DOUBLE)", t.DOUBLE, given)
    if isinstance(given, Decimal):
        digits, exponent = len(given.as_tuple().digits), -int(given.as_tuple().exponent)
        kind = t.decimal(max(digits, exponent), exponent)
        return Value(f"CAST('{given}' AS {t.duckdb(kind)})", kind, given)
    if isinstance(given, bytes):
        return Value(f"from_hex('{given.hex()}')", t.VARBINARY, given)
    if isinstance(given, list):
        inner = [value(each) for each in given]
        element: t.Type = t.UNKNOWN
        for each in inner:
            assert isinstance(each, Value)
            common = t.common_super_type(element, each.type)
            assert common is not None
            element = common
        made = t.array(element)
        joined = ", ".join(each.sql for each in inner if isinstance(each, Value))
        constants = [each.constant for each in inner if isinstance(each, Value)]
        return Value(f"CAST([{joined}] AS {t.duckdb(made)})", made, constants)
    if isinstance(given, dict):
        keys, values = value(list(given)), value(list(given.values()))
        assert isinstance(keys, Value)
        assert isinstance(values, Value)
        assert isinstance(keys.type, t.ArrayType)
        assert isinstance(values.type, t.ArrayType)
        kind_of_map = t.map_of(keys.type.element, values.type.element)
        return Value(f"CAST(map({keys.sql}, {values.sql}) AS {t.duckdb(kind_of_map)})", kind_of_map)
    assert isinstance(given, str)
    return Value(text(given), t.varchar(len(given)), given)


def emitted(name: str, *given: Any, **clauses: Any) -> tuple[str, t.Type]:
    """The DuckDB SQL of a call and its Trino type."""
    arguments = [value(each) for each in given]
    shapes: list[t.Type | LambdaArgument] = []
    for each in arguments:
        if isinstance(each, Lambda):
            kind = parse_type(each.type)
            shapes.append(LambdaArgument(len(each.parameters.split(",")), lambda _, kind=kind: kind))
        else:
            shapes.append(each.type)
    resolved = registry.resolve(name, shapes)
    coerced: list[Value] = []
    for each, wanted in zip(arguments, resolved.types, strict=True):
        if isinstance(each, Lambda):
            names = tuple(p.strip() for p in each.parameters.split(","))
            assert isinstance(wanted, t.FunctionType)
            body = f"CAST({each.body} AS {t.duckdb(wanted.result)})"
            coerced.append(Value(f"lambda {each.parameters}: {body}", wanted, VARIES, names, body))
        elif each.type == wanted:
            coerced.append(each)
        else:
            coerced.append(Value(f"CAST({each.sql} AS {t.duckdb(wanted)})", wanted, each.constant))
    call = Call(name, coerced, resolved.type, session=dict(SESSION), **clauses)
    return registry.emit(resolved, call), resolved.type


def answer(made: duckdb.DuckDBPyConnection, name: str, *given: Any) -> Answer:
    """What a scalar function answers; a failure of DuckDB's is raised as Trino's."""
    sql, kind = emitted(name, *given)
    return Answer(run(made, f"SELECT CAST({sql} AS {t.duckdb(kind)})"), str(kind))


def run(made: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """The first value that a statement of DuckDB's yields."""
    try:
        row = made.execute(sql).fetchone()
    except duckdb.Error as fault:
        known = from_duckdb(str(fault))
        if known is None:
            raise AssertionError(f"{fault}\n{sql}") from fault
        raise known from fault
    assert row is not None
    return row[0]


def failure(made: duckdb.DuckDBPyConnection, name: str, *given: Any) -> str:
    """The error text of a call."""
    try:
        found = answer(made, name, *given)
    except QueryError as error:
        return str(error)
    raise AssertionError(f"{name}{given} answered {found}")
