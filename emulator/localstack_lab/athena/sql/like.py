"""LIKE.

https://trino.io/docs/current/functions/comparison.html#pattern-comparison-like
"""

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import QueryError, at
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.values import Value, text
from localstack_lab.athena.sql.statement import Statement

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context

_BAD = "INVALID_FUNCTION_ARGUMENT"


class Likes:
    """The part of the analysis of expressions that handles LIKE."""

    statement: Statement
    value: Callable[[tree.Node, "Context"], Value]

    def like(self, node: tree.Like, context: "Context") -> Value:
        """LIKE, with an escape character or without."""
        given = []
        for each, what in (
            (node.value, "Left side of LIKE expression"),
            (node.pattern, "Pattern for LIKE expression"),
            (node.escape, "Escape for LIKE expression"),
        ):
            if each is None:
                continue
            value = self.value(each, context)
            if not t.is_string(value.type) and value.type != t.UNKNOWN:
                message = f"{what} must evaluate to a varchar (actual: {value.type})"
                raise at(each.position, "TYPE_MISMATCH", message)
            given.append(coerce(value, t.VARCHAR) if value.type == t.UNKNOWN else value)
        value, pattern, *escapes = given
        if not escapes or escapes[0].constant == "":
            # DuckDB takes no character for an escape unless it is told one; so does Trino.
            return Value(f"({value.sql} LIKE {pattern.sql})", t.BOOLEAN)
        escape = escapes[0]
        if isinstance(escape.constant, str) and isinstance(pattern.constant, str):
            try:
                _expression(pattern.constant, escape.constant)
            except QueryError:
                pass  # it is told of where a row is compared
            else:
                return Value(f"({value.sql} LIKE {pattern.sql} ESCAPE {text(escape.constant)})", t.BOOLEAN)
        self.statement.used.add("lab_like")
        return Value(f"lab_like({value.sql}, {pattern.sql}, {escape.sql})", t.BOOLEAN)


@functools.lru_cache(maxsize=1000)
def _expression(pattern: str, escape: str) -> re.Pattern[str]:
    """A pattern as a regular expression; raises `INVALID_FUNCTION_ARGUMENT`."""
    if len(escape) > 1:
        raise QueryError(_BAD, "Escape string must be a single character")
    parts, escaped = [], False
    for each in pattern:
        if escaped and each not in ("%", "_", escape):
            break
        if escaped or each not in ("%", "_", escape):
            parts.append(re.escape(each))
            escaped = False
        elif each == escape:
            escaped = True
        else:
            parts.append(".*" if each == "%" else ".")
    if escaped:
        raise QueryError(_BAD, "Escape character must be followed by '%', '_' or the escape character itself")
    return re.compile("".join(parts), re.DOTALL)


def _like(value: str, pattern: str, escape: str) -> bool:
    return _expression(pattern, escape).fullmatch(value) is not None


registry.udf("lab_like", emitting.strict(_like), ["VARCHAR"] * 3, "BOOLEAN", nulls="special")
