"""Comparisons of a column with constants, which tell the files that no row is needed of.

Apache Iceberg keeps the least and greatest value of each column of a file, and the partition that it is of.
"""

from collections.abc import Sequence

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.expressions import Context, Expressions, tried
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.plan import Limit
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.walking import walk

_TURNED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
# What has one value for the whole statement: no function may be in it, since some give another each time.
_CONSTANT = (
    *(tree.Literal, tree.TypedLiteral, tree.IntervalLiteral, tree.Parameter, tree.Special),
    *(tree.Cast, tree.Unary, tree.Binary, tree.AtTimeZone),
)


def limits_of(term: tree.Node, column: Field, scope: Scope, expressions: Expressions) -> list[Limit]:
    """What a term of a condition, which speaks of one column alone, says of its values; maybe nothing.

    :param column: of an Iceberg table, and nothing but that
    """
    found: list[Limit | None] = []
    if isinstance(term, tree.Comparison) and term.operator in _TURNED:
        for one, other, operator in (
            (term.left, term.right, term.operator),
            (term.right, term.left, _TURNED[term.operator]),
        ):
            found.append(_limit(one, operator, [other], column, scope, expressions))
    elif isinstance(term, tree.Between):
        for operator, bound in ((">=", term.low), ("<=", term.high)):
            found.append(_limit(term.value, operator, [bound], column, scope, expressions))
    elif isinstance(term, tree.InList):
        found.append(_limit(term.value, "IN", term.options, column, scope, expressions))
    return [each for each in found if each is not None]


def _limit(
    subject: tree.Node,
    operator: str,
    others: Sequence[tree.Node],
    column: Field,
    scope: Scope,
    expressions: Expressions,
) -> Limit | None:
    context = Context(scope, "WHERE clause")
    if not isinstance(subject, tree.Identifier | tree.Dereference):
        return None
    if expressions.value(subject, context).sql != column.sql or not _comparable(column.type):
        return None
    assert column.partition is not None
    values: list[str] = []
    for other in others:
        value = _constant(other, context, expressions)
        if value is None or value.type == t.UNKNOWN:
            return None
        if t.common_super_type(column.type, value.type) != column.type:
            return None
        # What fails is left to the query, which fails by it if it gets there.
        values.append(tried(coerce(value, column.type).sql))
    return Limit(column.partition[1], operator, tuple(values))


def _comparable(type_: t.Type) -> bool:
    """Whether files keep the least and greatest values of a type in an order that is Trino's too."""
    return (
        t.is_numeric(type_) or type_ in (t.VARCHAR, t.DATE, t.BOOLEAN) or isinstance(type_, t.TimestampType)
    )


def _constant(node: tree.Node, context: Context, expressions: Expressions) -> Value | None:
    given = expressions.statement.parameters
    for part in walk(node):
        if not isinstance(part, _CONSTANT):
            return None
        if isinstance(part, tree.Parameter) and not all(
            isinstance(inner, _CONSTANT) for inner in walk(given[part.index])
        ):
            return None
    return expressions.value(node, context)
