"""Expressions: what each means under Trino's rules, as DuckDB SQL with its type.

https://trino.io/docs/current/language.html, https://trino.io/docs/current/functions.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localstack_lab.athena.sql import literals, operators, tree, zones
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.calls import Calls
from localstack_lab.athena.sql.casts import cast, coerce
from localstack_lab.athena.sql.errors import Position, QueryError, at, unsupported
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.values import Value, text
from localstack_lab.athena.sql.guarding import joined
from localstack_lab.athena.sql.json_calls import JsonCalls
from localstack_lab.athena.sql.json_tree import SqlJson
from localstack_lab.athena.sql.like import Likes
from localstack_lab.athena.sql.names import Names
from localstack_lab.athena.sql.ordering import key
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.statement import Statement
from localstack_lab.athena.sql.subqueries import Subqueries
from localstack_lab.athena.sql.type_text import build

if TYPE_CHECKING:
    from localstack_lab.athena.sql.grouping import Groups
    from localstack_lab.athena.sql.queries import Queries

# The fields of EXTRACT and the functions that they are short for.
_FIELDS = {
    "YEAR": "year",
    "QUARTER": "quarter",
    "MONTH": "month",
    "WEEK": "week",
    "DAY": "day",
    "DAY_OF_WEEK": "day_of_week",
    "DAY_OF_YEAR": "day_of_year",
    "YEAR_OF_WEEK": "year_of_week",
    "HOUR": "hour",
    "MINUTE": "minute",
    "SECOND": "second",
    "TIMEZONE_HOUR": "timezone_hour",
    "TIMEZONE_MINUTE": "timezone_minute",
} | {"DAY_OF_MONTH": "day", "DOW": "day_of_week", "DOY": "day_of_year", "YOW": "year_of_week"}


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands."""

    scope: Scope
    clause: str
    """The clause's name for errors, such as `WHERE clause`."""
    groups: "Groups | None" = None
    """The aggregation whose result the expression sees, if the query aggregates."""
    windows: bool = False
    """Whether window functions may stand here."""
    aggregating: tree.Call | None = None
    """The aggregate function whose arguments this is inside of."""
    anchor: str = ""
    """A column of the query itself, for an aggregate function that names none but those around it."""
    lifted: list[str] | None = None
    """Inside TRY: the subqueries in it, which are worked out before it."""
    inside_window: str = ""
    """What of a window function this is inside of: its `specification` or its `function arguments`."""
    lambdas: tuple[tuple[str, Value], ...] = ()
    named_windows: tuple[tuple[str, tree.Window], ...] = ()
    outputs: tuple[tuple[str, Value, tuple[Field, ...]], ...] = ()
    """For ORDER BY: the names of the select list, their values and what those touch."""


class Expressions(Calls, JsonCalls, Likes, Names, Subqueries):
    """The analysis of expressions of one statement."""

    def __init__(self, statement: Statement, queries: "Queries") -> None:
        self.statement = statement
        self.queries = queries
        self._methods: dict[type, Callable[[Any, Context], Value]] = {
            tree.Null: lambda node, context: literals.NULL,
            tree.Literal: lambda node, context: literals.literal(node),
            tree.TypedLiteral: self._typed_literal,
            tree.IntervalLiteral: lambda node, context: literals.interval(node),
            tree.Parameter: self._parameter,
            tree.Identifier: self.identifier,
            tree.Dereference: self.dereference,
            tree.Subscript: self.subscript,
            tree.Call: self.call,
            tree.Cast: self._cast,
            tree.Case: self._case,
            tree.Unary: self._unary,
            tree.Binary: self._binary,
            tree.Comparison: self._comparison,
            tree.Quantified: self.quantified,
            tree.Between: self._between,
            tree.InList: self._in_list,
            tree.InQuery: self.in_query,
            tree.Like: self.like,
            tree.IsNull: self._is_null,
            tree.Exists: self.exists,
            tree.Logical: self._logical,
            tree.Not: self._not,
            tree.AtTimeZone: self._at_time_zone,
            tree.Extract: self._extract,
            tree.RowOf: self._row,
            tree.ArrayOf: self._array,
            tree.Subquery: self.subquery,
            tree.Special: self._special,
            tree.Grouping: self._grouping,
            tree.Lambda: self._stray_lambda,
            SqlJson: self.sql_json,
        }

    def value(self, node: tree.Node, context: Context) -> Value:
        """What an expression yields; raises `QueryError` in Trino's words."""
        if context.groups is not None and not context.lambdas:
            found = context.groups.key_of(node, context)
            if found is not None:
                return found
        return self._methods[type(node)](node, context)

    def boolean(self, node: tree.Node, context: Context, message: str) -> Value:
        """A condition; `message` is Trino's with `{}` for the type that it has instead."""
        value = self.value(node, context)
        if value.type not in (t.BOOLEAN, t.UNKNOWN):
            raise at(node.position, "TYPE_MISMATCH", message.format(value.type))
        return coerce(value, t.BOOLEAN)

    def together(
        self, nodes: Sequence[tree.Node], values: Sequence[Value], what: str
    ) -> tuple[list[Value], t.Type]:
        """Values as their common super type; raises `TYPE_MISMATCH` naming `what` they are."""
        common: t.Type = t.UNKNOWN
        for node, value in zip(nodes, values, strict=True):
            if value.type == common:
                continue
            wider = t.common_super_type(common, value.type)
            if wider is None:
                every = ", ".join(dict.fromkeys(str(v.type) for v in values))
                raise at(
                    node.position,
                    "TYPE_MISMATCH",
                    f"{what} must be the same type or coercible to a common type. Cannot find common type "
                    f"between {common} and {value.type}, all types (without duplicates): [{every}]",
                )
            common = wider
        return [coerce(v, common) for v in values], common

    # Literals and parameters

    def _typed_literal(self, node: tree.TypedLiteral, context: Context) -> Value:
        found = literals.typed(node)
        if found is not None:
            return found
        if node.type == "json":
            return self.call(
                tree.Call(node.position, "json_parse", [tree.Literal(node.position, "string", node.value)]),
                context,
            )
        type_ = self.type_of(tree.TypeText(node.type), node.position)
        return cast(literals.string(node.value, node.position), type_, node.position)

    def type_of(self, written: tree.TypeText, position: Position) -> t.Type:
        """The type that is written; its errors get their place."""
        try:
            return build(written)
        except QueryError as error:
            raise at(position, error.name, error.message) from error

    def _parameter(self, node: tree.Parameter, context: Context) -> Value:
        self.statement.asked = max(self.statement.asked, node.index + 1)
        if node.index >= len(self.statement.parameters):
            given = len(self.statement.parameters)
            message = f"Incorrect number of parameters: expected {node.index + 1} but found {given}"
            raise at(node.position, "INVALID_PARAMETER_USAGE", message)
        empty = replace(context, scope=Scope([]), groups=None, lambdas=(), outputs=())
        return self.value(self.statement.parameters[node.index], empty)

    # Operators

    def _unary(self, node: tree.Unary, context: Context) -> Value:
        if node.operator == "-" and isinstance(node.value, tree.Literal) and node.value.kind == "integer":
            # The smallest bigint has no positive counterpart.
            return literals.integer(-int(str(node.value.value)), node.position)
        value = self.value(node.value, context)
        if node.operator == "+":
            if not t.is_numeric(value.type) or isinstance(value.type, t.DecimalType):
                message = f"Unary '+' operator cannot by applied to {value.type} type"
                raise at(node.position, "TYPE_MISMATCH", message)
            return value
        return operators.negate(value, node.position)

    def _binary(self, node: tree.Binary, context: Context) -> Value:
        left, right = self.value(node.left, context), self.value(node.right, context)
        if node.operator == "||":
            # Each side is looked at once: a long chain of || would take twice as long with each link.
            concat = tree.Call(node.position, "concat", [node.left, node.right])
            return self._answered(concat, [left, right], context)
        return operators.arithmetic(node.operator, left, right, node.position)

    def _comparison(self, node: tree.Comparison, context: Context) -> Value:
        left, right = self.value(node.left, context), self.value(node.right, context)
        return operators.compare(node.operator, left, right, node.position)

    def _between(self, node: tree.Between, context: Context) -> Value:
        value, low, high = (self.value(n, context) for n in (node.value, node.low, node.high))
        common = t.common_super_type(value.type, low.type)
        common = None if common is None else t.common_super_type(common, high.type)
        if common is None or not t.orderable(common):
            message = f"Cannot check if {value.type} is BETWEEN {low.type} and {high.type}"
            raise at(node.position, "TYPE_MISMATCH", message)
        value, low, high = (coerce(v, common) for v in (value, low, high))

        def between(x: Value) -> str:
            above = operators.compared(">=", x, low, common)
            return joined("AND", [above, operators.compared("<=", x, high, common)])

        return Value(emitting.once(value, between), t.BOOLEAN)

    def _in_list(self, node: tree.InList, context: Context) -> Value:
        nodes = [node.value, *node.options]
        values, common = self.together(
            nodes, [self.value(n, context) for n in nodes], "IN value and list items"
        )
        if not t.comparable(common):
            raise at(node.position, "TYPE_MISMATCH", f"Cannot apply operator: {common} = {common}")
        first, rest = values[0], values[1:]
        constants = all(v.is_constant for v in rest)
        nested = isinstance(common, t.ArrayType | t.MapType | t.RowType)
        if nested or (common.base in ("real", "double") and not constants):
            tests = [operators.compared("=", first, v, common) for v in rest]
            return Value("(" + " OR ".join(tests) + ")", t.BOOLEAN)
        subject = key(first.sql, common)
        return Value(f"({subject} IN ({', '.join(key(v.sql, common) for v in rest)}))", t.BOOLEAN)

    def _is_null(self, node: tree.IsNull, context: Context) -> Value:
        value = self.value(node.value, context)
        return Value(f"({value.sql} IS NULL)", t.BOOLEAN)

    def _logical(self, node: tree.Logical, context: Context) -> Value:
        message = "Logical expression term must evaluate to a boolean (actual: {})"
        terms = [self.boolean(n, context, message).sql for n in node.terms]
        return Value(joined(node.operator, terms), t.BOOLEAN)

    def _not(self, node: tree.Not, context: Context) -> Value:
        message = "Value of logical NOT expression must evaluate to a boolean (actual: {})"
        return Value(f"(NOT {self.boolean(node.value, context, message).sql})", t.BOOLEAN)

    # Conversions and conditions

    def _cast(self, node: tree.Cast, context: Context) -> Value:
        value, target = self.value(node.value, context), self.type_of(node.type, node.position)
        result = cast(value, target, node.position)
        if not node.safe or result.constant is None:
            return result

        def attempt(operand: str) -> str:
            return tried(cast(replace(value, sql=operand), target, node.position).sql)

        # TRY_CAST swallows the failures of the cast, not those of its operand, which is worked out before.
        return Value(emitting.bind(attempt, value.sql), result.type)

    def _case(self, node: tree.Case, context: Context) -> Value:
        results = [r for _, r in node.whens] + ([node.default] if node.default is not None else [])
        values, common = self.together(results, [self.value(r, context) for r in results], "All CASE results")
        default = f" ELSE {values[-1].sql}" if node.default is not None else ""
        if node.operand is not None:
            operand = self.value(node.operand, context)
            others = [self.value(condition, context) for condition, _ in node.whens]
            for (condition, _), other in zip(node.whens, others, strict=True):
                if t.common_super_type(operand.type, other.type) is None:
                    message = (
                        f"CASE operand type does not match WHEN clause operand type: {operand.type} vs "
                        f"{other.type}"
                    )
                    raise at(condition.position, "TYPE_MISMATCH", message)

            def chosen(x: Value) -> str:
                tests = [
                    operators.compare("=", x, other, condition.position).sql
                    for (condition, _), other in zip(node.whens, others, strict=True)
                ]
                return _case_of(tests, values, default)

            return Value(emitting.once(operand, chosen), common)
        message = "CASE WHEN clause must evaluate to a boolean (actual: {})"
        tests = [self.boolean(condition, context, message).sql for condition, _ in node.whens]
        return Value(_case_of(tests, values, default), common)

    def _row(self, node: tree.RowOf, context: Context) -> Value:
        values = [self.value(n, context) for n in node.items]
        type_ = t.row(*((None, v.type) for v in values))
        parts = ", ".join(
            f"{t.quote(n)} := {coerce(v, v.type).sql if v.type != t.UNKNOWN else 'CAST(NULL AS INTEGER)'}"
            for n, v in zip(type_.duckdb_names(), values, strict=True)
        )
        return Value(f"struct_pack({parts})", type_)

    def _array(self, node: tree.ArrayOf, context: Context) -> Value:
        values, common = self.together(
            node.items, [self.value(n, context) for n in node.items], "All ARRAY elements"
        )
        type_ = t.array(common)
        if not values:
            return Value(f"CAST([] AS {t.duckdb(type_)})", type_, [])
        constant: Any = [v.constant for v in values] if all(v.is_constant for v in values) else values[0]
        items = f"[{', '.join(v.sql for v in values)}]"
        if not isinstance(constant, list):
            return Value(items, type_)
        return Value(items, type_, constant)

    def _stray_lambda(self, node: tree.Lambda, context: Context) -> Value:
        raise at(node.position, "SYNTAX_ERROR", "Lambda expression must be used inside a function call")

    # Times

    def _at_time_zone(self, node: tree.AtTimeZone, context: Context) -> Value:
        value, zone = self.value(node.value, context), self.value(node.zone, context)
        if not isinstance(value.type, t.TimestampType):
            message = (
                f"Type of value must be a time or timestamp with or without time zone (actual {value.type})"
            )
            raise at(node.value.position, "TYPE_MISMATCH", message)
        precise = t.timestamp_tz(value.type.precision)
        moment = value if value.type.zoned else coerce(value, precise)
        return Value(zones.instant_in(f"({moment.sql}).instant", self._zone(zone, node)), precise)

    def _zone(self, zone: Value, node: tree.AtTimeZone) -> str:
        if zone.type == t.INTERVAL_DAY and isinstance(zone.constant, int):
            minutes = abs(zone.constant) // 60_000
            sign = "-" if zone.constant < 0 else "+"
            return text(f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" if minutes else "UTC")
        assert isinstance(zone.constant, str)  # the grammar has a string here
        normal = zones.normal_zone(zone.constant)
        if normal is None:
            raise at(
                node.position, "INVALID_FUNCTION_ARGUMENT", f"'{zone.constant}' is not a valid time zone"
            )
        return text(normal)

    def _extract(self, node: tree.Extract, context: Context) -> Value:
        if node.field not in _FIELDS:
            raise at(node.position, "SYNTAX_ERROR", f"Invalid EXTRACT field: {node.field}")
        return self.call(tree.Call(node.position, _FIELDS[node.field], [node.value]), context)

    def _special(self, node: tree.Special, context: Context) -> Value:
        session, now = self.statement.session, self.statement.now
        if node.name == "CURRENT_USER":
            return Value(text(session.user), t.VARCHAR, session.user)
        if node.name == "CURRENT_CATALOG":
            return Value(text(session.catalog), t.VARCHAR, session.catalog)
        if node.name == "CURRENT_SCHEMA":
            return Value(text(session.database), t.VARCHAR, session.database)
        if node.name in ("CURRENT_PATH", "CURRENT_TIME"):
            raise unsupported(node.name, node.position)
        precision = 3 if node.precision is None else node.precision
        if precision > 6:
            raise unsupported(f"{node.name} with more than 6 digits of a second", node.position)
        unit = 10 ** (6 - precision)
        instant = literals.timestamp_sql(now.replace(microsecond=now.microsecond // unit * unit, tzinfo=None))
        zone = text(session.zone)
        here = instant if session.zone == "UTC" else f"lab_shift({instant}, {zone})"
        if node.name == "CURRENT_TIMESTAMP":
            return Value(f"struct_pack(instant := {instant}, zone := {zone})", t.timestamp_tz(precision))
        if node.name == "CURRENT_DATE":
            return Value(f"CAST({here} AS DATE)", t.DATE)
        if node.name == "LOCALTIME":
            return Value(f"CAST({here} AS TIME)", t.time(precision))
        return Value(here, t.timestamp(precision))

    def _grouping(self, node: tree.Grouping, context: Context) -> Value:
        if context.groups is None:
            message = (
                f"{context.clause} cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(node)}]"
            )
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        return context.groups.grouping(node, context)


def tried(sql: str) -> str:
    """SQL that is null where evaluating `sql` fails."""
    return f"TRY({sql})"


def _case_of(tests: list[str], values: list[Value], default: str) -> str:
    whens = (f"WHEN {test} THEN {value.sql}" for test, value in zip(tests, values, strict=False))
    return f"CASE {' '.join(whens)}{default} END"
