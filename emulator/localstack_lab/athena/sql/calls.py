"""Function calls: Trino's special forms, the registry's functions, lambdas, aggregates and windows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import operators, tree, windows
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import cast, coerce
from localstack_lab.athena.sql.chars import joined
from localstack_lab.athena.sql.errors import QueryError, at, unsupported
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions import values as v
from localstack_lab.athena.sql.functions.binding import LambdaArgument
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.ordering import mirrored, nan_beside_nulls, term
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.statement import Statement

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context

# Names that mean a form of the language and no function of the registry.
_FORMS = ("coalesce", "if", "nullif", "try")
# The window functions that IGNORE NULLS is for: they answer a value of one row.
_OF_A_ROW = ("first_value", "last_value", "nth_value", "lag", "lead")
_END = {True: "FIRST", False: "LAST"}
_Given = list[Value | tree.Lambda]


class Calls(windows.Windows):
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
        if kind is None:
            self._missing(node, context)
        if kind == "aggregate" and node.over is None:
            return self._aggregate(node, context)
        if node.over is not None:
            return self._window(node, context, kind)
        if kind == "window":
            message = f"Window function {node.name} requires an OVER clause"
            raise at(node.position, "MISSING_OVER", message)
        for given, message in (
            (node.distinct, "DISTINCT is not supported for non-aggregation functions"),
            (node.order, "ORDER BY is only valid for aggregation functions"),
            (node.filter, "Filter is only valid for aggregation functions"),
        ):
            if given and kind is not None:
                raise at(node.position, "FUNCTION_NOT_AGGREGATE", message)
        if node.nulls and kind is not None:
            raise at(
                node.position, "NULL_TREATMENT_NOT_ALLOWED", "Cannot specify null treatment clause for scalar"
            )
        return self._scalar(node, context)

    def _missing(self, node: tree.Call, context: "Context") -> None:
        """Raise that there is no such function: as in Trino, after its arguments, before their grouping."""
        for argument in node.arguments if node.name not in registry.UNSUPPORTED else []:
            if not isinstance(argument, tree.Lambda):
                try:
                    self.value(argument, context)
                except QueryError as error:
                    if error.name != "EXPRESSION_NOT_AGGREGATE":
                        raise
        registry.resolve(node.name, [], node.position)

    # Special forms

    def _form(self, node: tree.Call, context: "Context") -> Value:
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
            return self._try(node.arguments[0], context)
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

            def unless(x: Value) -> str:
                same = operators.compare("=", x, second, node.position)
                return f"CASE WHEN {same.sql} THEN NULL ELSE {x.sql} END"

            return Value(emitting.once(first, unless), first.type)
        if count not in (2, 3):
            raise at(node.position, "SYNTAX_ERROR", "Invalid number of arguments for 'if' function")
        message = "IF condition must evaluate to a boolean (actual: {})"
        condition = self.boolean(node.arguments[0], context, message)
        rest = node.arguments[1:]
        yielded = [self.value(n, context) for n in rest]
        if len(rest) == 2 and t.common_super_type(yielded[0].type, yielded[1].type) is None:
            message = f"Result types for IF must be the same: {yielded[0].type} vs {yielded[1].type}"
            raise at(node.position, "TYPE_MISMATCH", message)
        values, common = self.together(rest, yielded, "Result types for IF")
        other = values[1].sql if len(values) > 1 else "NULL"
        return Value(f"CASE WHEN {condition.sql} THEN {values[0].sql} ELSE {other} END", common)

    def _try(self, node: tree.Node, context: "Context") -> Value:
        """TRY. Trino works subqueries out before, so that their failures are no failures of what is tried."""
        from localstack_lab.athena.sql.expressions import tried

        if context.lifted is not None:
            value = self.value(node, context)
            return Value(tried(value.sql), value.type)
        lifted: list[str] = []
        value = self.value(node, replace(context, lifted=lifted))
        if not lifted:
            return Value(tried(value.sql), value.type)
        if " OVER (" in value.sql:
            raise unsupported("TRY over a subquery and a window function", node.position)
        packed = ", ".join(f"s{n} := {sql}" for n, sql in enumerate(lifted))
        inside = f"lambda {v.LIFTED}: {tried(value.sql)}"
        return Value(f"list_transform([struct_pack({packed})], {inside})[1]", value.type)

    # The registry's functions

    def _scalar(self, node: tree.Call, context: "Context") -> Value:
        if node.star:
            raise at(node.position, "SYNTAX_ERROR", "mismatched input '*'")
        return self._answered(node, self._given(node, context), context)

    def _answered(self, node: tree.Call, given: _Given, context: "Context") -> Value:
        """What a scalar function makes of arguments that have been looked at."""
        if node.name == "concat" and len(given) == 2:
            left, right = given
            both = joined(left, right) if isinstance(left, Value) and isinstance(right, Value) else None
            if both is not None:
                return both
        resolved, arguments = self._fitted(node, given, context)
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
        return self._fitted(node, self._given(node, context), context)

    def _given(self, node: tree.Call, context: "Context") -> _Given:
        return [x if isinstance(x, tree.Lambda) else self.value(x, context) for x in node.arguments]

    def _fitted(
        self, node: tree.Call, given: _Given, context: "Context"
    ) -> tuple[registry.Resolved, list[Value]]:
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

    def _clauses(self, node: tree.Call, arguments: Sequence[Value], context: "Context") -> dict[str, str]:
        clauses: dict[str, str] = {}
        if node.order:
            terms = [self._sort_term(node, item, arguments, context) for item in node.order]
            clauses["order"] = "ORDER BY " + ", ".join(terms)
        if node.filter is not None:
            condition = self.boolean(
                node.filter, context, "Filter expression must evaluate to a boolean (actual: {})"
            )
            clauses["filter"] = f"FILTER (WHERE {condition.sql})"
        return clauses

    def _sort_term(
        self, node: tree.Call, item: tree.SortItem, arguments: Sequence[Value], context: "Context"
    ) -> str:
        """An element of ORDER BY in an aggregate; nulls come last unless it says otherwise."""
        value = self.value(item.expression, context)
        if not t.orderable(value.type):
            message = f"ORDER BY can only be applied to orderable types (actual: {value.type})"
            raise at(node.position, "TYPE_MISMATCH", message)
        descending, nulls_first = item.descending, bool(item.nulls_first)
        if node.distinct:
            found = next((a for a in arguments if a.sql == value.sql), None)
            if found is None:
                message = (
                    "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments"
                )
                raise at(item.expression.position, "EXPRESSION_NOT_IN_DISTINCT", message)
            if isinstance(value.type, t.ArrayType | t.RowType):
                raise unsupported(f"ORDER BY of {value.type} in an aggregate with DISTINCT", item.position)
            if mirrored(value.type, descending, nulls_first):
                # DuckDB sorts the distinct values of an argument by nothing but that argument.
                if node.name != "array_agg":
                    what = "ORDER BY of a floating-point number in this direction with DISTINCT"
                    raise unsupported(f"{what} in {node.name}", item.position)
                return f"{value.sql} {'DESC' if descending else 'ASC'} NULLS {_END[nulls_first]}"
        return term(value.sql, value.type, descending, nulls_first)

    def _aggregate(self, node: tree.Call, context: "Context") -> Value:
        if context.groups is None or context.aggregating or context.lambdas:
            if context.aggregating is not None:
                outer = context.aggregating
                message = f"Cannot nest aggregations inside aggregation '{outer.name}': [{shown(node)}]"
                raise at(outer.position, "NESTED_AGGREGATION", message)
            message = (
                f"{context.clause} cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(node)}]"
            )
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        return context.groups.aggregate(node, context)

    def aggregate_call(self, node: tree.Call, context: "Context", over: str = "") -> Value:
        """An aggregate function over rows of `context`; `over` makes it a window function."""
        if node.nulls and node.name not in _OF_A_ROW:
            message = f"Cannot specify null treatment clause for {node.name} function"
            raise at(node.position, "NULL_TREATMENT_NOT_ALLOWED", message)
        if node.star and node.name != "count":
            raise at(node.position, "FUNCTION_NOT_FOUND", f"'*' is not allowed for function {node.name}")
        if node.name == "listagg":
            given = self.value(node.arguments[0], context).type
            if not isinstance(given, t.VarcharType):
                what = f"'{shown(node.arguments[0])}' has {given} type"
                raise at(node.position, "TYPE_MISMATCH", f"Expected expression of varchar, but {what}")
        resolved, arguments = self._resolved(node, context)
        if node.distinct:
            for place, argument in enumerate(arguments):
                if not t.comparable(argument.type):
                    message = f"DISTINCT can only be applied to comparable types (actual: {argument.type})"
                    raise at(node.position, "TYPE_MISMATCH", message)
                if operators.needs_key(argument.type):
                    if node.name != "count":
                        raise unsupported(f"DISTINCT in {node.name} over {argument.type}", node.position)
                    by_key = operators.group_key(argument.sql, argument.type)
                    arguments[place] = replace(argument, sql=by_key)
        nulls = "IGNORE NULLS" if node.nulls == "IGNORE" else ""
        made = self._emitted(
            node,
            resolved,
            arguments,
            distinct=node.distinct,
            over=over,
            nulls=nulls,
            **self._clauses(node, arguments, context),
        )
        if node.distinct and node.order and node.name == "array_agg":
            item = node.order[0]
            if mirrored(arguments[0].type, item.descending, bool(item.nulls_first)):
                return Value(nan_beside_nulls(made.sql, bool(item.nulls_first)), made.type)
        return made

    def _window(self, node: tree.Call, context: "Context", kind: registry.Kind | None) -> Value:
        what = "window functions or row pattern measures"
        if context.aggregating is not None:
            outer = context.aggregating
            message = f"Cannot nest {what} inside aggregation '{outer.name}': [{shown(node)}]"
            raise at(outer.position, "NESTED_WINDOW", message)
        if context.inside_window:
            message = f"Cannot nest {what} inside window {context.inside_window}"
            raise at(node.position, "NESTED_WINDOW", message)
        if context.clause == "HAVING clause":
            raise at(node.position, "NESTED_WINDOW", f"HAVING clause cannot contain {what}")
        if not context.windows or context.lambdas:
            message = (
                f"{context.clause} cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(node)}]"
            )
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        if kind == "scalar":
            raise at(node.position, "FUNCTION_NOT_WINDOW", f"Not a window function: {node.name}")
        assert node.over is not None
        window = windows.extended(node.over, context.named_windows)
        windows.check(node, window)
        over = "OVER (" + self.over(window, replace(context, inside_window="specification"), node.over) + ")"
        inner = replace(context, inside_window="function arguments")
        return self.aggregate_call(node, inner, over)
