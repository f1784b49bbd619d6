"""Function calls: Trino's special forms, the registry's functions, lambdas, aggregates and windows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import cast, coerce
from localstack_lab.athena.sql.errors import at, unsupported
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions import values as v
from localstack_lab.athena.sql.functions.binding import LambdaArgument
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.statement import Statement

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context

# Names that mean a form of the language and no function of the registry.
_FORMS = ("coalesce", "if", "nullif", "try")


class Calls:
    """The part of the analysis that handles function calls."""

    statement: Statement
    value: Callable[[tree.Node, "Context"], Value]
    boolean: Callable[[tree.Node, "Context", str], Value]
    together: Callable[[Sequence[tree.Node], Sequence[Value], str], tuple[list[Value], t.Type]]

    def call(self, node: tree.Call, context: "Context") -> Value:
        """What a call yields."""
        if node.name in _FORMS:
            return self._form(node, context)
        if node.name == "date" and len(node.arguments) == 1 and node.over is None:
            value = self.value(node.arguments[0], context)
            if t.is_string(value.type):
                # Trino's date(varchar) is an alias of the cast.
                return cast(value, t.DATE, node.position)
        kind = registry.kind_of(node.name)
        if kind == "aggregate" and node.over is None:
            return self._aggregate(node, context)
        if node.over is not None:
            return self._window(node, context, kind)
        if kind == "window":
            message = f"Window function {node.name} requires an OVER clause"
            raise at(node.position, "MISSING_OVER", message)
        for given, what in ((node.distinct, "DISTINCT"), (node.order, "ORDER BY"), (node.filter, "FILTER")):
            if given and kind is not None:
                # Trino names the clause that only aggregates take.
                message = f"{what} is not supported for non-aggregation functions"
                raise at(node.position, "FUNCTION_NOT_AGGREGATE", message)
        if node.nulls and kind is not None:
            raise at(
                node.position, "NULL_TREATMENT_NOT_ALLOWED", "Cannot specify null treatment clause for scalar"
            )
        return self._scalar(node, context)

    # Special forms

    def _form(self, node: tree.Call, context: "Context") -> Value:
        from localstack_lab.athena.sql.expressions import tried

        for given, what in (
            (node.distinct, "DISTINCT"),
            (node.over, "OVER"),
            (node.filter, "FILTER"),
            (node.order, "ORDER BY"),
        ):
            if given:
                raise at(node.position, "SYNTAX_ERROR", f"{what} not valid for '{node.name}' function")
        count = len(node.arguments)
        if node.name == "try":
            if count != 1:
                raise at(node.position, "SYNTAX_ERROR", "The 'try' function must have exactly one argument")
            value = self.value(node.arguments[0], context)
            if "SELECT " in value.sql and "(SELECT " in value.sql:
                raise unsupported("TRY over a subquery", node.position)
            return Value(tried(value.sql), value.type)
        if node.name == "coalesce":
            if count < 2:
                raise at(
                    node.position, "SYNTAX_ERROR", "The 'coalesce' function must have at least two arguments"
                )
            given_values = [self.value(n, context) for n in node.arguments]
            values, common = self.together(node.arguments, given_values, "All COALESCE operands")
            return Value(f"coalesce({', '.join(x.sql for x in values)})", common)
        if node.name == "nullif":
            if count != 2:
                raise at(node.position, "SYNTAX_ERROR", "Invalid number of arguments for 'nullif' function")
            first, second = (self.value(n, context) for n in node.arguments)
            if t.common_super_type(first.type, second.type) is None:
                message = f"Types are not comparable with NULLIF: {first.type} vs {second.type}"
                raise at(node.position, "TYPE_MISMATCH", message)
            same = operators.compare("=", first, second, node.position)
            return Value(f"CASE WHEN {same.sql} THEN NULL ELSE {first.sql} END", first.type)
        if count not in (2, 3):
            raise at(node.position, "SYNTAX_ERROR", "Invalid number of arguments for 'if' function")
        message = "IF condition must evaluate to a boolean (actual: {})"
        condition = self.boolean(node.arguments[0], context, message)
        rest = node.arguments[1:]
        values, common = self.together(rest, [self.value(n, context) for n in rest], "Result types for IF")
        other = values[1].sql if len(values) > 1 else "NULL"
        return Value(f"CASE WHEN {condition.sql} THEN {values[0].sql} ELSE {other} END", common)

    # The registry's functions

    def _scalar(self, node: tree.Call, context: "Context") -> Value:
        if node.star:
            raise at(node.position, "SYNTAX_ERROR", "mismatched input '*'")
        resolved, arguments = self._resolved(node, context)
        return self._emitted(node, resolved, arguments)

    def _emitted(
        self, node: tree.Call, resolved: registry.Resolved, arguments: list[Value], **clauses: object
    ) -> Value:
        session = self.statement.session
        call = v.Call(
            node.name,
            arguments,
            resolved.type,
            position=node.position,
            used=self.statement.used,
            session={
                "now": self.statement.now,
                "zone": session.zone,
                "user": session.user,
                "catalog": session.catalog,
                "schema": session.database,
            },
            **clauses,  # type: ignore[arg-type]
        )
        return Value(registry.emit(resolved, call), resolved.type)

    def _resolved(self, node: tree.Call, context: "Context") -> tuple[registry.Resolved, list[Value]]:
        """The signature that a call means, and its arguments coerced to it."""
        given: list[Value | tree.Lambda] = []
        for each in node.arguments:
            given.append(each if isinstance(each, tree.Lambda) else self.value(each, context))
        types: list[t.Type | LambdaArgument] = []
        for argument in given:
            if isinstance(argument, Value):
                types.append(argument.type)
            else:
                types.append(LambdaArgument(len(argument.parameters), self._typing(argument, context)))
        resolved = registry.resolve(node.name, types, node.position)
        arguments = []
        for argument, wanted in zip(given, resolved.types, strict=True):
            if isinstance(argument, Value):
                arguments.append(coerce(argument, wanted))
            else:
                assert isinstance(wanted, t.FunctionType)
                arguments.append(self._lambda(argument, wanted.arguments, wanted.result, context))
        return resolved, arguments

    def _typing(self, node: tree.Lambda, context: "Context") -> Callable[[Sequence[t.Type]], t.Type]:
        def typed(types: Sequence[t.Type]) -> t.Type:
            function = self._lambda(node, types, None, context).type
            assert isinstance(function, t.FunctionType)
            return function.result

        return typed

    def _lambda(
        self, node: tree.Lambda, types: Sequence[t.Type], result: t.Type | None, context: "Context"
    ) -> Value:
        depth = len(context.lambdas)
        names = [f"__lab_l{depth + i}" for i in range(len(types))]
        bound = tuple(
            (p.lower(), Value(name, type_))
            for p, name, type_ in zip(node.parameters, names, types, strict=True)
        )
        body = self.value(node.body, replace(context, lambdas=context.lambdas + bound))
        if "(SELECT " in body.sql:
            raise unsupported("A subquery in a lambda", node.position)
        if result is not None and t.can_coerce(body.type, result):
            body = coerce(body, result)
        type_ = t.function(*types, body.type)
        return Value(f"lambda {', '.join(names)}: {body.sql}", type_, parameters=tuple(names), body=body.sql)

    # Aggregates and windows

    def _clauses(self, node: tree.Call, context: "Context") -> dict[str, str]:
        clauses: dict[str, str] = {}
        if node.order:
            clauses["order"] = "ORDER BY " + ", ".join(self.sort_key(item, context) for item in node.order)
        if node.filter is not None:
            condition = self.boolean(
                node.filter, context, "FILTER expression must evaluate to a boolean (actual: {})"
            )
            clauses["filter"] = f"FILTER (WHERE {condition.sql})"
        return clauses

    def sort_key(self, item: tree.SortItem, context: "Context") -> str:
        """An element of ORDER BY; nulls come last unless it says otherwise, whichever the direction."""
        value = self.value(item.expression, context)
        if not t.orderable(value.type):
            message = (
                f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY: "
                f"{shown(item.expression)}"
            )
            raise at(item.position, "TYPE_MISMATCH", message)
        return f"{operators.key(value.sql, value.type)} {self.direction(item)}"

    def direction(self, item: tree.SortItem) -> str:
        """The direction of an element of ORDER BY, nulls included."""
        return f"{'DESC' if item.descending else 'ASC'} NULLS {'FIRST' if item.nulls_first else 'LAST'}"

    def _aggregate(self, node: tree.Call, context: "Context") -> Value:
        if context.groups is None or context.aggregating or context.lambdas:
            if context.aggregating:
                message = f"Cannot nest aggregations inside aggregation '{node.name}': [{shown(node)}]"
                raise at(node.position, "NESTED_AGGREGATION", message)
            message = (
                f"{context.clause} cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(node)}]"
            )
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        return context.groups.aggregate(node, context)

    def aggregate_call(self, node: tree.Call, context: "Context", over: str = "") -> Value:
        """An aggregate function over rows of `context`; `over` makes it a window function."""
        if node.nulls:
            message = f"Cannot specify null treatment clause for {node.name} function"
            if registry.kind_of(node.name) == "aggregate":
                raise at(node.position, "NULL_TREATMENT_NOT_ALLOWED", message)
        if node.star and node.name != "count":
            raise at(node.position, "FUNCTION_NOT_FOUND", f"'*' is not allowed for function {node.name}")
        resolved, arguments = self._resolved(node, context)
        if node.distinct:
            for argument in arguments:
                if not t.comparable(argument.type):
                    message = f"DISTINCT can only be applied to comparable types (actual: {argument.type})"
                    raise at(node.position, "TYPE_MISMATCH", message)
                if operators.needs_key(argument.type):
                    raise unsupported(f"DISTINCT in an aggregate over {argument.type}", node.position)
        if over and node.order:
            raise unsupported("ORDER BY inside a window function", node.position)
        nulls = "IGNORE NULLS" if node.nulls == "IGNORE" else ""
        return self._emitted(
            node,
            resolved,
            arguments,
            distinct=node.distinct,
            over=over,
            nulls=nulls,
            **self._clauses(node, context),
        )

    def _window(self, node: tree.Call, context: "Context", kind: registry.Kind | None) -> Value:
        if not context.windows or context.aggregating or context.lambdas:
            message = (
                f"{context.clause} cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(node)}]"
            )
            if context.aggregating:
                message = f"Cannot nest window functions inside aggregation: [{shown(node)}]"
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        if kind == "scalar":
            raise at(node.position, "FUNCTION_NOT_WINDOW", f"Not a window function: {node.name}")
        assert node.over is not None
        inner = replace(context, windows=False, clause="Window function")
        over = "OVER (" + self._over(node.over, inner, node) + ")"
        if kind == "window" and node.distinct:
            raise at(
                node.position, "NOT_SUPPORTED", "DISTINCT in window function parameters not yet supported"
            )
        return self.aggregate_call(node, inner, over)

    def _over(self, window: tree.Window, context: "Context", node: tree.Call) -> str:
        window = _extended(window, context)
        parts = []
        if window.partition:
            keys = []
            for each in window.partition:
                value = self.value(each, context)
                if not t.comparable(value.type):
                    message = (
                        f"{value.type} is not comparable, and therefore cannot be used in window function "
                        "PARTITION BY"
                    )
                    raise at(each.position, "TYPE_MISMATCH", message)
                keys.append(operators.group_key(value.sql, value.type))
            parts.append("PARTITION BY " + ", ".join(keys))
        if window.order:
            parts.append("ORDER BY " + ", ".join(self.sort_key(item, context) for item in window.order))
        if window.frame is not None:
            parts.append(self._frame(window.frame, window, context))
        return " ".join(parts)

    def _frame(self, frame: tree.Frame, window: tree.Window, context: "Context") -> str:
        order = {
            "UNBOUNDED PRECEDING": 0,
            "PRECEDING": 1,
            "CURRENT ROW": 2,
            "FOLLOWING": 3,
            "UNBOUNDED FOLLOWING": 4,
        }
        start, end = frame.start, frame.end
        name = "INVALID_WINDOW_FRAME"
        if start.kind == "UNBOUNDED FOLLOWING":
            raise at(frame.position, name, "Window frame start cannot be UNBOUNDED FOLLOWING")
        if end is None and start.kind == "FOLLOWING":
            raise at(frame.position, name, "Window frame starting from FOLLOWING cannot end with CURRENT ROW")
        if end is not None:
            if end.kind == "UNBOUNDED PRECEDING":
                raise at(frame.position, name, "Window frame end cannot be UNBOUNDED PRECEDING")
            if order[start.kind] > order[end.kind]:
                message = f"Window frame starting from {start.kind} cannot end with {end.kind}"
                raise at(frame.position, name, message)
        bounds = [self._bound(b, frame, window, context) for b in (start, end) if b is not None]
        if len(bounds) == 1:
            return f"{frame.unit} {bounds[0]}"
        return f"{frame.unit} BETWEEN {bounds[0]} AND {bounds[1]}"

    def _bound(self, bound: tree.Bound, frame: tree.Frame, window: tree.Window, context: "Context") -> str:
        if bound.value is None:
            return bound.kind
        value = self.value(bound.value, context)
        if frame.unit in ("ROWS", "GROUPS"):
            if not t.is_integer(value.type):
                message = (
                    f"Window frame {frame.unit} value type must be exact numeric type with scale 0 (actual "
                    f"{value.type})"
                )
                raise at(bound.position, "TYPE_MISMATCH", message)
            if isinstance(value.constant, int) and value.constant < 0:
                raise at(bound.position, "INVALID_WINDOW_FRAME", "Window frame offset must not be negative")
            return f"{value.sql} {bound.kind}"
        if len(window.order) != 1:
            message = (
                "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY"
            )
            raise at(frame.position, "MISSING_ORDER_BY" if not window.order else "INVALID_ORDER_BY", message)
        ordered = self.value(window.order[0].expression, context).type
        if t.is_numeric(ordered) and t.is_numeric(value.type):
            return f"{value.sql} {bound.kind}"
        if ordered.base in ("date", "timestamp") and value.type == t.INTERVAL_DAY:
            return f"to_milliseconds({value.sql}) {bound.kind}"
        if ordered.base in ("date", "timestamp") and value.type == t.INTERVAL_YEAR:
            return f"to_months({value.sql}) {bound.kind}"
        raise unsupported(f"A RANGE frame of {value.type} over {ordered}", frame.position)


def _extended(window: tree.Window, context: "Context") -> tree.Window:
    """A window with the named one that it refers to put in."""
    if window.name is None:
        return window
    named = dict(context.named_windows).get(window.name.lower())
    if named is None:
        raise at(window.position, "INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {window.name}")
    named = _extended(named, context)
    if window.bare:
        return named
    if window.partition:
        message = "WINDOW specification with named WINDOW reference cannot specify PARTITION BY"
        raise at(window.position, "INVALID_PARTITION_BY", message)
    if window.order and named.order:
        message = "Cannot specify ORDER BY if the referenced named WINDOW specifies ORDER BY"
        raise at(window.position, "INVALID_ORDER_BY", message)
    if named.frame is not None:
        message = "Cannot reference named WINDOW containing frame specification"
        raise at(window.position, "INVALID_WINDOW_REFERENCE", message)
    return tree.Window(window.position, None, named.partition, window.order or named.order, window.frame)
