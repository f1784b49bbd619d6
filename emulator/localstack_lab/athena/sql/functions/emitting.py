"""Pieces of SQL that several families of functions emit."""

import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions.values import Call, Value, fail

_ATOM = re.compile(r"""(?:"[^"]*"|\w+)(?:\.(?:"[^"]*"|\w+))*|'[^']{0,60}'|-?\d+(?:\.\d+)?""")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_DRAWN = re.compile(r"\b(?:random|uuid)\(\)")
_COLUMN = re.compile(r"\b(?!__lab)[a-z]\w*\.[a-z]")
INT_MAX, BIGINT_MAX = 2147483647, 9223372036854775807


def bind(body: Callable[..., str], *values: str) -> str:
    """SQL of `body` over values that it may mention more than once, each of them computed once.

    A name or a literal goes into the text as it is. Anything longer becomes the parameter of a lambda, so
    that text does not double with every nested call and a volatile operand keeps one value.
    """
    if all(_ATOM.fullmatch(value) for value in values):
        return body(*values)
    name = "b" + hashlib.md5("\0".join(values).encode(), usedforsecurity=False).hexdigest()[:10]
    packed = ", ".join(f"a{i} := {value}" for i, value in enumerate(values))
    names = [f"{name}.a{i}" for i in range(len(values))]
    return f"list_transform([struct_pack({packed})], lambda {name}: {body(*names)})[1]"


def once(value: Value, body: Callable[[Value], str]) -> str:
    """SQL of `body` over a value that it mentions more than once: what is drawn by lot is drawn once."""
    if not _DRAWN.search(value.sql):
        return body(value)
    return bind(lambda x: body(replace(value, sql=x)), value.sql)


def names_columns(sql: str) -> bool:
    """Whether a column stands in what is emitted for an argument, so that it has a value for each row."""
    return _COLUMN.search(_TEXT.sub("''", sql)) is not None


def over(call: Call, body: Callable[..., str]) -> str:
    """`bind` over the arguments of a call."""
    return bind(body, *(each.sql for each in call.arguments))


def bound(template: str) -> Callable[[Call], str]:
    """An emit whose template may mention an argument more than once."""

    def emit(call: Call) -> str:
        kind = t.duckdb(call.type)
        return over(call, lambda *values: "(" + template.format(*values, type=kind) + ")")

    return emit


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """A Python function that answers None where an argument is None."""

    @functools.wraps(function)
    def called(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return called


def numeral(function: Callable[..., float | None]) -> Callable[..., str | None]:
    """A Python function whose number comes as text."""

    @functools.wraps(function)
    def called(*arguments: Any) -> str | None:
        found = function(*arguments)
        return None if found is None else repr(float(found))

    return called


def python(name: str, function: Callable[..., Any], arguments: str, returns: str) -> Callable[[Call], str]:
    """Register a Python function and give the emit that calls it with all the arguments of the call.

    :param arguments: DuckDB's types, separated by `; `
    """
    given = [each.strip() for each in arguments.split(";")]
    # DuckDB takes a NaN of Python's for a null, so a number that may be one comes as text
    floating = returns in ("DOUBLE", "FLOAT")
    registry.udf(
        name,
        strict(numeral(function) if floating else function),
        given,
        "VARCHAR" if floating else returns,
        nulls="special",
    )

    def emit(call: Call) -> str:
        casted = (f"CAST({each.sql} AS {kind})" for each, kind in zip(call.arguments, given, strict=True))
        found = f"{call.udf(name)}({', '.join(casted)})"
        return f"CAST({found} AS {returns})" if floating else found

    return emit


def checked(condition: str, message: str, value: str, name: str = "INVALID_FUNCTION_ARGUMENT") -> str:
    """`value`, or Trino's error where `condition` is true."""
    return f"(CASE WHEN {condition} THEN {fail(name, message)} ELSE {value} END)"


def constant_int(value: Value) -> int | None:
    """The whole number that the statement's text gives, if it does."""
    return value.constant if isinstance(value.constant, int) else None


def constant_text(value: Value) -> str | None:
    """The string that the statement's text gives, if it does."""
    return value.constant if isinstance(value.constant, str) else None


def joined(values: str, separator: str) -> str:
    """SQL that joins a list of strings without nulls; DuckDB's own join wants a constant separator.

    Both operands are mentioned more than once.
    """
    folded = f"list_reduce({values}, lambda lab_j, lab_k: lab_j || {separator} || lab_k)"
    empty = f"WHEN len({values}) = 0 THEN ''"
    return f"(CASE WHEN {separator} IS NULL THEN NULL {empty} ELSE {folded} END)"


def over_first(call: Call, body: Callable[[str], str]) -> str:
    """`bind` over the first argument of a call, the others being lambdas."""
    return bind(body, call.sql(0))
