"""What a statement and its documented answer look like in the lists beside this."""

from collections.abc import Sequence
from dataclasses import dataclass

TRINO = "https://trino.io/docs/current"
ATHENA = "https://docs.aws.amazon.com/athena/latest/ug"

ANY = "(any reason)"
"""An error whose text the pages do not give: the statement has to fail, and how it says so is left open."""

Row = tuple[str | None, ...]
"""The values of a row as GetQueryResults shows them; None where it shows no VarCharValue."""


@dataclass(frozen=True)
class Case:
    """A statement, what Athena answers, and the page that says so.

    :param rows: the answer, unless `error` is what the statement ends with
    :param ordered: whether the statement itself puts its rows in order; else any order is right
    :param error: what the reason of the failure begins with
    :param columns: the names of the columns, where the case is about them
    :param parameters: the execution parameters
    :param expression: what the statement is about, where it is ``SELECT`` and an expression
    """

    sql: str
    source: str
    rows: tuple[Row, ...] = ()
    ordered: bool = False
    error: str = ""
    columns: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    expression: str = ""


@dataclass(frozen=True)
class Script:
    """Statements that run one after the other in a database and a prefix of their own.

    ``{at}`` in a statement, or in what it answers, is the prefix, ``s3://bucket/name/``; ``{db}`` is the
    database.
    """

    name: str
    cases: Sequence[Case]


def value(source: str, expression: str, text: str | None) -> Case:
    """An expression on its own."""
    return Case(f"SELECT {expression}", source, ((text,),), expression=expression)


def answers(
    source: str,
    sql: str,
    *rows: Sequence[str | None],
    columns: tuple[str, ...] = (),
    parameters: tuple[str, ...] = (),
) -> Case:
    """A query whose rows may come in any order."""
    return Case(sql, source, tuple(tuple(row) for row in rows), columns=columns, parameters=parameters)


def in_order(source: str, sql: str, *rows: Sequence[str | None], columns: tuple[str, ...] = ()) -> Case:
    """A query whose rows come in this order."""
    return Case(sql, source, tuple(tuple(row) for row in rows), ordered=True, columns=columns)


def fails(source: str, sql: str, error: str, parameters: tuple[str, ...] = ()) -> Case:
    """A statement that ends FAILED; its reason begins with `error`."""
    return Case(sql, source, error=error, parameters=parameters)


def lines(source: str, sql: str, *text: str) -> Case:
    """A utility statement, which answers lines of one column."""
    return Case(sql, source, tuple((line,) for line in text), ordered=True)


def done(source: str, sql: str) -> Case:
    """A statement that succeeds and answers no rows."""
    return Case(sql, source)
