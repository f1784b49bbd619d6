"""Errors of a statement, named and worded as Trino's and printed as Athena prints them.

https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
"""

import re
from typing import NamedTuple


class Position(NamedTuple):
    """A place in the statement's text, both counted from 1."""

    line: int
    column: int


class QueryError(Exception):
    """A statement that fails through its own text or data.

    `name` is Trino's error code (`TYPE_MISMATCH`, `DIVISION_BY_ZERO`, …). Errors found while the statement is
    analysed carry a line and a column; those of running it do not.
    """

    def __init__(self, name: str, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(name, message, line, column)
        self.name = name
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.name}: {self.message}"
        return f"{self.name}: line {self.line}:{self.column}: {self.message}"


def at(position: Position | None, name: str, message: str) -> QueryError:
    """The error `name` at a place of the statement."""
    if position is None:
        return QueryError(name, message)
    return QueryError(name, message, position.line, position.column)


def unsupported(what: str, position: Position | None = None) -> QueryError:
    """Something that Athena does and this emulator does not."""
    return at(position, "NOT_SUPPORTED", f"{what} is not supported by this emulator")


OUT_OF_RANGE = "A date or time beyond the years that DuckDB holds (about 290,000 for timestamps)"
"""Trino reckons on without a check and answers such years, or numbers that have overflowed."""

# What an error text raised inside DuckDB, by `error('NAME: text')` or by a Python function, begins with.
_NAMED = re.compile(r"(?:^|[\s:])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): (.*)", re.DOTALL)

# What the macro lab_fail leaves: the text that it could not cast.
_FAILED = re.compile(r"Could not convert string '([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): (.*)' to BOOL", re.DOTALL)

# What the macro lab_refuse leaves: the time zone that it could not find.
_REFUSED = re.compile(r"Unknown TimeZone '([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): (.*)'", re.DOTALL)

_INTEGER_NAMES = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
_SMALLEST = {-(2**7): "tinyint", -(2**15): "smallint", -(2**31): "integer", -(2**63): "bigint"}
_OPERATIONS = {"addition": "+", "subtraction": "-", "multiplication": "*", "division": "/"}
_OVERFLOW = re.compile(
    r"Overflow in (addition|subtraction|multiplication) of (INT8|INT16|INT32|INT64) \((-?\d+) (.) (-?\d+)\)"
)
_DIVISION_OVERFLOW = re.compile(r"Overflow in division of (-?\d+) / (-?\d+)")
_DECIMAL_OVERFLOW = re.compile(r"Overflow in \w+ of DECIMAL|DECIMAL\(\d+,\s?\d+\)")
_DECIMAL_CAST = re.compile(r"Could not cast value (-?[\d.]+) to DECIMAL\((\d+),\s?(\d+)\)")
_ZONE = re.compile(r"Unknown TimeZone '([^']*)'")
_TIME_RANGE = re.compile(
    r"(?:Date|Timestamp|Interval value [-\d.e+]+ \w+) out of range|not in timestamp range"
    r"|Overflow in (?:date|timestamp|interval)",
    re.IGNORECASE,
)
_SCALAR_SUBQUERY = re.compile(r"More than one row returned by a subquery used as an expression")


def from_duckdb(message: str) -> QueryError | None:
    """The error of Trino's that a DuckDB error text stands for; None where it stands for none.

    Errors that emitted SQL raises by itself carry Trino's name already. The others are those that DuckDB
    raises for an operator whose emission leaves the check to it, such as an overflowing addition.
    """
    failed = _FAILED.search(message) or _REFUSED.search(message)
    if failed:
        return QueryError(failed[1], failed[2])
    named = _NAMED.search(message)
    if named:
        text = named[2].split("\n\nLINE ")[0].strip()
        return QueryError(named[1], text)
    if "Division by zero in expression" in message:
        return QueryError("DIVISION_BY_ZERO", "Division by zero")
    unknown = _ZONE.search(message)
    if unknown:
        return QueryError("INVALID_FUNCTION_ARGUMENT", f"'{unknown[1]}' is not a valid time zone")
    found = _OVERFLOW.search(message)
    if found:
        name = _INTEGER_NAMES[found[2]]
        if found[1] == "subtraction" and found[3] == "0" and int(found[5]) in _SMALLEST:
            # `operators.negate` takes the number from 0.
            return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"{name} negation overflow: {found[5]}")
        text = f"{name} {found[1]} overflow: {found[3]} {_OPERATIONS[found[1]]} {found[5]}"
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", text)
    found = _DIVISION_OVERFLOW.search(message)
    if found:
        kind = _SMALLEST.get(int(found[1]), "integer")
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"{kind} division overflow: {found[1]} / {found[2]}")
    found = _DECIMAL_CAST.search(message)
    if found:
        text = f"Cannot cast DECIMAL '{found[1]}' to DECIMAL({found[2]}, {found[3]})"
        return QueryError("INVALID_CAST_ARGUMENT", text)
    if "Map keys must be unique" in message:
        return QueryError("INVALID_CAST_ARGUMENT", "duplicate keys")
    if "Max expression depth limit" in message:
        return QueryError("STATEMENT_TOO_LARGE", "statement is too large (stack overflow during analysis)")
    if "of INT128" in message:
        return unsupported("Decimal arithmetic with more than 38 digits in between")
    if _TIME_RANGE.search(message):
        return unsupported(OUT_OF_RANGE)
    if _SCALAR_SUBQUERY.search(message):
        return QueryError("SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows")
    if "Invalid RANGE " in message:
        return unsupported("NaN as the distance of a RANGE frame")
    # DuckDB sums decimals as HUGEINT; what else might overflow is looked at before, by what is emitted.
    decimals = _DECIMAL_OVERFLOW.search(message) or "HUGEINT" in message
    if message.startswith("Out of Range Error") and decimals:
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow")
    return None
