"""ExecutionParameters: which of them are expressions, and which are plain text.

https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html says that values are
expressions; what AWS makes of others was observed: a value that is none, or that names a column, is the
string of its characters. So ``1 + 1``, ``'abc'`` and ``DATE '2026-01-01'`` are expressions, ``abc``,
``it's`` and ``x + 1`` are strings.
"""

from collections.abc import Iterator
from dataclasses import fields

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.parser import parse_expression


def expression_of(value: str) -> str:
    """The text of the expression that a value of ExecutionParameters stands for."""
    try:
        named = any(_free_names(parse_expression(value), frozenset()))
    except QueryError:
        named = True
    except RecursionError:
        named = False  # nested deeper than this process parses: the worker goes deeper
    return _quoted(value) if named else value


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _free_names(node: object, bound: frozenset[str]) -> Iterator[str]:
    """Names in an expression that no lambda binds. Those inside a subquery are its own."""
    if isinstance(node, tree.Identifier):
        if node.name.lower() not in bound:
            yield node.name
    elif isinstance(node, tree.Query):
        return
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _free_names(part, bound)
    elif isinstance(node, tree.Node):
        if isinstance(node, tree.Lambda):
            bound |= {name.lower() for name in node.parameters}
        for field in fields(node):
            yield from _free_names(getattr(node, field.name), bound)
