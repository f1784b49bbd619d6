"""SELECT: its list, WHERE, GROUP BY and HAVING.

https://trino.io/docs/current/sql/select.html
"""

from collections.abc import Sequence
from itertools import chain

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.endings import Ending, Endings, Item
from localstack_lab.athena.sql.errors import at, unsupported
from localstack_lab.athena.sql.expressions import Context
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.grouping import Groups, aggregates_in
from localstack_lab.athena.sql.names import dotted
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.pruning import Pruning
from localstack_lab.athena.sql.relations import Relation, Relations
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.walking import has_windows


class Selects(Endings, Pruning):
    """The part of the analysis of queries that handles SELECT."""

    relations: Relations

    def select(self, node: tree.Select, ending: Ending, parent: Scope | None) -> tuple[str, list[Field]]:
        relation = Relation("", [])
        if node.source is not None:
            relation = self.relations.relation(node.source, parent)
        scope = Scope(relation.fields, parent)
        source = f" FROM {relation.sql}" if relation.sql else ""
        windows = tuple((name.lower(), window) for name, window in node.windows)
        if node.where is not None:
            message = "WHERE clause must evaluate to a boolean: actual type {}"
            where = self.expressions.boolean(node.where, Context(scope, "WHERE clause"), message)
            self.prune(node.where, relation.fields, relation.fields)
            source += f" WHERE {where.sql}"
        groups = self._groups(node, ending, scope)
        context = Context(
            groups.scope if groups else scope,
            "SELECT clause",
            groups=groups,
            windows=True,
            named_windows=windows,
        )
        items: list[Item] = []
        for each in node.items:
            items.extend(self._items(each, context, scope))
        having = ""
        if node.having is not None:
            assert groups is not None
            message = "HAVING clause must evaluate to a boolean: actual type {}"
            inner = Context(groups.scope, "HAVING clause", groups=groups)
            having = f" WHERE {self.expressions.boolean(node.having, inner, message).sql}"
        if node.distinct:
            for item in items:
                if not t.comparable(item.value.type):
                    message = f"DISTINCT can only be applied to comparable types (actual: {item.value.type})"
                    raise at(node.position, "TYPE_MISMATCH", message)

        def from_() -> str:
            if groups is None:
                return source
            return f" FROM ({groups.sql(source)}) AS {groups.alias}{having}"

        return self.finished(items, ending, context, from_, node.distinct, not has_windows(node))

    def _groups(self, node: tree.Select, ending: Ending, scope: Scope) -> Groups | None:
        aggregated = aggregates_in(node.items) or aggregates_in([s.expression for s in ending.order])
        if node.group is None and node.having is None and not aggregated:
            return None
        context = Context(scope, "GROUP BY clause")
        groups = Groups(self.expressions, scope, context)
        elements: list[list[list[int]]] = []
        for element in node.group or []:
            sets = [[groups.add_key(self._grouped(n, node)) for n in s] for s in element.sets]
            if element.kind == "ROLLUP":
                sets = [list(chain.from_iterable(sets[:i])) for i in range(len(sets), -1, -1)]
            elif element.kind == "CUBE":
                chosen = range(2 ** len(sets) - 1, -1, -1)
                sets = [_chosen(sets, c) for c in chosen]
            elements.append(sets)
        groups.close(elements, node.group_distinct, node)
        if node.group is None:
            groups.sets = None
        return groups

    def _grouped(self, node: tree.Node, select: tree.Select) -> tree.Node:
        """An element of GROUP BY: an ordinal means an expression of the select list."""
        if not (isinstance(node, tree.Literal) and node.kind == "integer"):
            return node
        place = int(str(node.value))
        if not 1 <= place <= len(select.items):
            message = f"GROUP BY position {place} is not in select list"
            raise at(node.position, "INVALID_COLUMN_REFERENCE", message)
        item = select.items[place - 1]
        if not isinstance(item, tree.SelectItem) or any(isinstance(i, tree.AllColumns) for i in select.items):
            raise unsupported("GROUP BY with a position in a select list with *", node.position)
        if aggregates_in(item.expression):
            message = (
                "GROUP BY clause cannot contain aggregations, window functions or grouping "
                f"operations: [{shown(item.expression)}]"
            )
            raise at(node.position, "EXPRESSION_NOT_SCALAR", message)
        return item.expression

    def _items(self, node: tree.Node, context: Context, scope: Scope) -> list[Item]:
        if isinstance(node, tree.AllColumns):
            return self._all_columns(node, context, scope)
        assert isinstance(node, tree.SelectItem)
        expression = node.expression
        with self.statement.uses.collected() as touched:
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
                label = f"{each.relation}.{each.name}" if each.relation else str(each.name)
                message = f"'{label}' must be an aggregate expression or appear in GROUP BY clause"
                raise at(node.position, "EXPRESSION_NOT_AGGREGATE", message)
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
