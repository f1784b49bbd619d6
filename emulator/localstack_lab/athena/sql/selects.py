"""SELECT: its list, WHERE, GROUP BY and HAVING.

https://trino.io/docs/current/sql/select.html
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.endings import Ending, Endings, Item
from localstack_lab.athena.sql.errors import QueryError, at
from localstack_lab.athena.sql.expressions import Context
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.grouping import Groups, aggregates_in, as_a_whole, check_count
from localstack_lab.athena.sql.names import dotted, ordinal
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.pruning import Pruning
from localstack_lab.athena.sql.relations import Relation, Relations
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.walking import has_windows
from localstack_lab.athena.sql.windows import extended


class Selects(Endings, Pruning):
    """The part of the analysis of queries that handles SELECT."""

    relations: Relations

    def select(self, node: tree.Select, ending: Ending, parent: Scope | None) -> tuple[str, list[Field]]:
        relation = Relation("", [])
        if node.source is not None:
            relation = self.relations.relation(node.source, parent)
        scope = Scope(relation.fields, parent)
        source = f" FROM {relation.sql}" if relation.sql else ""
        ending.position = node.position
        if node.where is not None:
            message = "WHERE clause must evaluate to a boolean: actual type {}"
            with as_a_whole(node.where):
                where = self.expressions.boolean(node.where, Context(scope, "WHERE clause"), message)
            self.prune(node.where, relation.fields, relation.fields)
            source += f" WHERE {where.sql}"
        groups = self._groups(node, ending, scope)
        context = Context(
            groups.scope if groups else scope,
            "SELECT clause",
            groups=groups,
            windows=True,
        )
        context = replace(context, named_windows=self._windows(node, context))
        items: list[Item] = []
        for each in node.items:
            items.extend(self._items(each, context, scope))
        having = ""
        if node.having is not None:
            assert groups is not None
            message = "HAVING clause must evaluate to a boolean: actual type {}"
            inner = Context(groups.scope, "HAVING clause", groups=groups)
            with as_a_whole(node.having):
                having = f" WHERE {self.expressions.boolean(node.having, inner, message).sql}"
        if node.distinct:
            for item in items:
                if not t.comparable(item.value.type):
                    message = f"DISTINCT can only be applied to comparable types (actual: {item.value.type})"
                    if item.node is not None:
                        message += f": {shown(item.node)}"
                    raise at(node.position, "TYPE_MISMATCH", message)

        def from_() -> str:
            if groups is None:
                return source
            return f" FROM ({groups.sql(source)}) AS {groups.alias}{having}"

        return self.finished(items, ending, context, from_, node.distinct, not has_windows(node))

    def _windows(self, node: tree.Select, context: Context) -> tuple[tuple[str, tree.Window], ...]:
        """The windows of WINDOW, each with the earlier one that it refers to put in."""
        known: list[tuple[str, tree.Window]] = []
        for name, window in node.windows:
            if name.lower() in dict(known):
                message = f"WINDOW name '{name}' specified more than once"
                raise at(window.position, "DUPLICATE_WINDOW_NAME", message)
            whole = extended(window, known)
            with self.statement.uses.collected():  # it is used where a function names it
                self.expressions.over(whole, replace(context, inside_window="specification"), window)
            known.append((name.lower(), whole))
        return tuple(known)

    def _groups(self, node: tree.Select, ending: Ending, scope: Scope) -> Groups | None:
        aggregated = aggregates_in(node.items) or aggregates_in([s.expression for s in ending.order])
        if node.group is None and node.having is None and not aggregated:
            return None
        groups = Groups(self.expressions, scope, Context(scope, "GROUP BY clause"), node.position)
        elements: list[list[list[int]]] = []
        for element in node.group or []:
            add = self._simple_key if element.kind == "SIMPLE" else self._set_key
            sets = [[add(n, node, scope, groups) for n in s] for s in element.sets]
            if element.kind == "ROLLUP":
                sets = [list(chain.from_iterable(sets[:i])) for i in range(len(sets), -1, -1)]
            elif element.kind == "CUBE":
                check_count(2 ** len(sets), node)
                chosen = range(2 ** len(sets) - 1, -1, -1)
                sets = [_chosen(sets, c) for c in chosen]
            elements.append(sets)
        groups.close(elements, node.group_distinct, node)
        if node.group is None:
            groups.sets = None
        return groups

    def _simple_key(self, node: tree.Node, select: tree.Select, scope: Scope, groups: Groups) -> int:
        """A key outside of grouping sets: an expression, or the place of one in the select list."""
        place = ordinal(node)
        if place is not None:
            outputs = [o for item in select.items for o in self._outputs(item, scope)]
            if not 1 <= place <= len(outputs):
                message = f"GROUP BY position {place} is not in select list"
                raise at(node.position, "INVALID_COLUMN_REFERENCE", message)
            found = outputs[place - 1]
            if isinstance(found, Field):
                return groups.add_column(found)
            node = found
        if aggregates_in(node):
            message = (
                "GROUP BY clause cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(node)}]"
            )
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        with as_a_whole(node):
            return groups.add_key(node)

    def _set_key(self, node: tree.Node, select: tree.Select, scope: Scope, groups: Groups) -> int:
        """A key in a grouping set, which may be nothing but a column."""
        parts = dotted(node)
        if parts is None or scope.find(parts, node.position) is None:
            with self.statement.uses.collected():
                self.expressions.value(node, Context(scope, "GROUP BY clause"))
            message = f"GROUP BY expression must be a column reference: {shown(node)}"
            raise at(node.position, "INVALID_COLUMN_REFERENCE", message)
        return groups.add_key(node)

    def _outputs(self, item: tree.Node, scope: Scope) -> Sequence[tree.Node | Field]:
        """What an item of the select list stands for: columns, or expressions."""
        if isinstance(item, tree.SelectItem):
            return [item.expression]
        assert isinstance(item, tree.AllColumns)
        visible = [f for f in scope.fields if not f.hidden]
        if item.target is None:
            return visible
        parts = dotted(item.target)
        if parts is not None and scope.has_relation(parts):
            return [f for f in visible if f.qualified_by([p.lower() for p in parts])]
        with self.statement.uses.collected():
            type_ = self.expressions.value(item.target, Context(scope, "GROUP BY clause")).type
        if not isinstance(type_, t.RowType):
            raise at(item.position, "TYPE_MISMATCH", "expected expression of type Row")
        places = range(1, len(type_.fields) + 1)
        literals = (tree.Literal(item.position, "integer", str(p)) for p in places)
        return [tree.Subscript(item.position, item.target, p) for p in literals]

    def _items(self, node: tree.Node, context: Context, scope: Scope) -> list[Item]:
        if isinstance(node, tree.AllColumns):
            return self._all_columns(node, context, scope)
        assert isinstance(node, tree.SelectItem)
        expression = node.expression
        with self.statement.uses.collected() as touched, as_a_whole(expression):
            value = self.expressions.value(expression, context)
        parts = dotted(expression)
        name = node.alias or (parts[-1] if parts else None)
        column = None
        if parts is not None and not context.lambdas:
            column = next((f for f in touched if f.sql == value.sql), None)
        return [Item(name, value, touched, expression, column)]

    def _all_columns(self, node: tree.AllColumns, context: Context, scope: Scope) -> list[Item]:
        fields = [f for f in context.scope.fields if not f.hidden]
        if node.target is None:
            if node.aliases is not None:
                raise at(node.position, "NOT_SUPPORTED", "Column aliases not supported")
            if not scope.fields:
                raise at(
                    node.position, "COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause"
                )
        else:
            parts = dotted(node.target)
            if parts is None or not context.scope.has_relation(parts):
                return self._row_columns(node, context)
            prefix = [p.lower() for p in parts]
            fields = [f for f in fields if f.qualified_by(prefix)]
        names: Sequence[str | None] = [f.name for f in fields]
        if node.aliases is not None:
            names = self._aliases(node, len(fields))
        items = []
        for each, name in zip(fields, names, strict=True):
            if each.ungrouped:
                label = "'" + (f"{each.relation}.{each.name}" if each.relation else str(each.name)) + "'"
                if each.name is None:
                    label = str(context.scope.fields.index(each) + 1)
                raise QueryError("EXPRESSION_NOT_AGGREGATE", f"Column {label} not in GROUP BY clause")
            items.append(Item(name, Value(each.sql, each.type), [each], None, each))
        return items

    def _aliases(self, node: tree.AllColumns, count: int) -> list[str]:
        aliases = node.aliases or []
        if len(aliases) != count:
            message = f"Column alias list has {len(aliases)} entries but relation has {count} columns"
            raise at(node.position, "MISMATCHED_COLUMN_ALIASES", message)
        return aliases

    def _row_columns(self, node: tree.AllColumns, context: Context) -> list[Item]:
        assert node.target is not None
        parts = dotted(node.target)
        if parts is not None and context.scope.find(parts, node.position) is None:
            raise at(node.position, "TABLE_NOT_FOUND", f"Unable to resolve reference {'.'.join(parts)}")
        with self.statement.uses.collected() as touched:
            value = self.expressions.value(node.target, context)
        if not isinstance(value.type, t.RowType):
            raise at(node.position, "TYPE_MISMATCH", "expected expression of type Row")
        names: Sequence[str | None] = [n for n, _ in value.type.fields]
        if node.aliases is not None:
            names = self._aliases(node, len(names))
        held = value.type.duckdb_names()
        return [
            Item(name, Value(f"({value.sql}).{t.quote(h)}", type_), touched, None)
            for name, h, (_, type_) in zip(names, held, value.type.fields, strict=True)
        ]


def _chosen(sets: list[list[int]], chosen: int) -> list[int]:
    """Those of CUBE's sets whose bit is set, the first being the highest."""
    last = len(sets) - 1
    return list(chain.from_iterable(s for i, s in enumerate(sets) if chosen >> (last - i) & 1))
