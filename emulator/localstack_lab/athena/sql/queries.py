"""Queries: WITH, SELECT, set operations, VALUES, ORDER BY and LIMIT.

https://trino.io/docs/current/sql/select.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from itertools import chain

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import QueryError, at, unsupported
from localstack_lab.athena.sql.expressions import Context, Expressions, dotted
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.grouping import Groups, aggregates_in
from localstack_lab.athena.sql.plan import Scan
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.relations import Relation, Relations
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.statement import NamedQuery, Statement


@dataclass(slots=True, eq=False)
class Item:
    """An expression of a select list that has been analysed."""

    name: str | None
    value: Value
    touched: list[Field]
    node: tree.Node | None
    column: Field | None = None
    """The column that it is, if it is nothing but one."""


@dataclass(slots=True)
class Ending:
    """ORDER BY, OFFSET and LIMIT of a query."""

    order: list[tree.SortItem] = field(default_factory=list)
    offset: str = ""
    limit: str = ""
    ties: bool = False

    @property
    def cuts(self) -> bool:
        """Whether rows may be left out by their place."""
        return bool(self.offset or self.limit)

    def text(self) -> str:
        """OFFSET and LIMIT in DuckDB's order."""
        limit = f" LIMIT {self.limit}" if self.limit else ""
        return limit + (f" OFFSET {self.offset}" if self.offset else "")


class Queries:
    """The analysis of queries of one statement."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.expressions = Expressions(statement, self)
        self.ctes: list[dict[str, NamedQuery]] = []
        self.prunes: dict[int, list[str]] = {}
        self.relations = Relations(self)

    def named(self, name: str) -> NamedQuery | None:
        """The query of WITH that a name means."""
        for each in reversed(self.ctes):
            if name in each:
                return each[name]
        return None

    def subquery(self, query: tree.Query, context: Context) -> tuple[str, list[Field]]:
        """A query inside an expression; it sees the columns around it."""
        if context.lambdas:
            raise unsupported("A subquery in a lambda", query.position)
        return self.query(query, context.scope)

    def query(self, node: tree.Query, parent: Scope | None) -> tuple[str, list[Field]]:
        """A query's SQL and its columns, which are called c0, c1 … in it."""
        definitions: list[str] = []
        self.ctes.append({})
        try:
            recursive = False
            for each in node.with_:
                definition, loops = self._define(each, node, parent)
                definitions.append(definition)
                recursive = recursive or loops
            sql, fields = self._body(node.body, self._ending(node), parent)
        finally:
            self.ctes.pop()
        if definitions:
            sql = f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(definitions)} {sql}"
        return sql, fields

    def _ending(self, node: tree.Query) -> Ending:
        if node.ties and not node.order:
            raise at(node.position, "MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY")
        return Ending(
            node.order, self._count(node.offset, "OFFSET"), self._count(node.limit, "LIMIT"), node.ties
        )

    def _count(self, node: tree.Node | None, what: str) -> str:
        if node is None:
            return ""
        value = self.expressions.value(node, Context(Scope([]), f"{what} clause"))
        if not isinstance(value.constant, int) or isinstance(value.constant, bool):
            message = f"Non constant parameter value for {what}: {value.type}"
            raise at(node.position, "TYPE_MISMATCH", message)
        if value.constant < 0:
            raise at(node.position, "INVALID_LIMIT_CLAUSE", f"{what} row count must be non-negative")
        return str(value.constant)

    # WITH

    def _define(self, node: tree.Named, query: tree.Query, parent: Scope | None) -> tuple[str, bool]:
        name = node.name.lower()
        if name in self.ctes[-1]:
            message = f"WITH query name '{node.name}' specified more than once"
            raise at(node.position, "DUPLICATE_NAMED_QUERY", message)
        alias = self.statement.fresh("w")
        loops = query.recursive and _mentions(node.query, name) > 0
        if loops:
            sql, fields = self._recursive(node, alias, parent)
        else:
            sql, fields = self.query(node.query, parent)
        self._rename(node, fields)
        if loops or _mentions(query, name) > 1:
            # Several readers share one reading, so no filter of one of them may prune it.
            for each in fields:
                each.partition = None
        self.ctes[-1][name] = NamedQuery(name, alias, fields)
        columns = f"({', '.join(f.sql for f in fields)})" if loops else ""
        return f"{alias}{columns} AS ({sql})", loops

    def _rename(self, node: tree.Named, fields: list[Field]) -> None:
        if node.columns is None:
            return
        if len(node.columns) != len(fields):
            message = (
                f"WITH column alias list has {len(node.columns)} entries but '{node.name}' has "
                f"{len(fields)} columns available"
            )
            raise at(node.position, "MISMATCHED_COLUMN_ALIASES", message)
        for each, column in zip(fields, node.columns, strict=True):
            each.name = column

    def _recursive(self, node: tree.Named, alias: str, parent: Scope | None) -> tuple[str, list[Field]]:
        """WITH RECURSIVE: a base and a step, whose columns must fit the base's."""
        body = node.query.body
        if not isinstance(body, tree.SetOperation) or body.operator != "UNION":
            message = "Recursive query must be a UNION of a base and a recursive step"
            raise at(node.position, "INVALID_RECURSIVE_REFERENCE", message)
        if not body.all:
            message = "UNION DISTINCT in a recursive query is not supported by Trino: use UNION ALL"
            raise at(body.position, "NOT_SUPPORTED", message)
        if node.columns is None:
            message = "Missing column aliases in recursive WITH query"
            raise at(node.position, "MISSING_COLUMN_ALIASES", message)
        base_sql, base = self._body(body.left, Ending(), parent)
        self._rename(node, base)
        for each in base:
            each.mark()
        self.ctes[-1][node.name.lower()] = NamedQuery(
            node.name, alias, [Field(f.name, f.type, f.sql) for f in base]
        )
        step_sql, step = self._body(body.right, Ending(), parent)
        if len(step) != len(base):
            message = (
                f"base and step relations of recursion have different number of fields: {len(base)}, "
                f"{len(step)}"
            )
            raise at(body.position, "TYPE_MISMATCH", message)
        name = self.statement.fresh("r")
        columns = []
        for index, (wanted, given) in enumerate(zip(base, step, strict=True)):
            given.mark()
            if not t.can_coerce(given.type, wanted.type):
                message = (
                    f"recursion step relation output type ({given.type}) is not coercible to recursion base "
                    f"relation output type ({wanted.type}) at column {index + 1}"
                )
                raise at(body.position, "TYPE_MISMATCH", message)
            sql = coerce(Value(f"{name}.{given.sql}", given.type), wanted.type).sql
            columns.append(f"{sql} AS c{index}")
        step_sql = f"SELECT {', '.join(columns)} FROM ({step_sql}) AS {name}"
        fields = [Field(f.name, f.type, f.sql) for f in base]
        return f"({base_sql}) UNION ALL ({step_sql})", fields

    # Bodies

    def _body(self, body: tree.Node, ending: Ending, parent: Scope | None) -> tuple[str, list[Field]]:
        if isinstance(body, tree.Select):
            return self._select(body, ending, parent)
        if isinstance(body, tree.Query):
            sql, fields = self.query(body, parent)
            return self._ended(sql, fields, ending, parent, passing=True)
        if isinstance(body, tree.Values):
            sql, fields = self._values(body, parent)
        elif isinstance(body, tree.SetOperation):
            sql, fields = self._set_operation(body, parent)
        elif isinstance(body, tree.TableBody):
            everything = tree.Select(
                body.position,
                False,
                [tree.AllColumns(body.position, None)],
                body.table,
                None,
                None,
                False,
                None,
                [],
            )
            return self._select(everything, ending, parent)
        else:
            raise unsupported(type(body).__name__, body.position)
        return self._ended(sql, fields, ending, parent)

    def _ended(
        self, sql: str, fields: list[Field], ending: Ending, parent: Scope | None, *, passing: bool = False
    ) -> tuple[str, list[Field]]:
        """ORDER BY and LIMIT over a body that is no plain SELECT: only its columns can be sorted by."""
        if not ending.order and not ending.cuts:
            return sql, fields
        alias = self.statement.fresh("r")
        inner = [f.derived(f"{alias}.{f.sql}", None) for f in fields]
        items = [Item(f.name, Value(f.sql, f.type), [f], None, f) for f in inner]
        relation = Relation(f"({sql}) AS {alias}", inner)
        scope = Scope(inner, parent)
        context = Context(scope, "ORDER BY clause", windows=True)
        return self._finished(items, ending, context, f" FROM {relation.sql}", False, passing)

    def _values(self, node: tree.Values, parent: Scope | None) -> tuple[str, list[Field]]:
        context = Context(Scope([], parent), "VALUES")
        rows: list[list[Value]] = []
        for each in node.rows:
            parts = each.items if isinstance(each, tree.RowOf) else [each]
            rows.append([self.expressions.value(p, context) for p in parts])
            if len(rows[-1]) != len(rows[0]):
                message = f"Values rows have mismatched sizes: {len(rows[0])} vs {len(rows[-1])}"
                raise at(each.position, "TYPE_MISMATCH", message)
        columns = []
        for index in range(len(rows[0])):
            common: t.Type = t.UNKNOWN
            for each, row in zip(node.rows, rows, strict=True):
                wider = t.common_super_type(common, row[index].type)
                if wider is None:
                    message = f"Values rows have mismatched types: {common} vs {row[index].type}"
                    raise at(each.position, "TYPE_MISMATCH", message)
                common = wider
            columns.append(common)
        lines = (
            "(" + ", ".join(_settled(v, x) for v, x in zip(row, columns, strict=True)) + ")" for row in rows
        )
        alias = self.statement.fresh("r")
        names = ", ".join(f"c{i}" for i in range(len(columns)))
        sql = f"SELECT {names} FROM (VALUES {', '.join(lines)}) AS {alias}({names})"
        return sql, [Field(None, x, f"c{i}") for i, x in enumerate(columns)]

    def _set_operation(self, node: tree.SetOperation, parent: Scope | None) -> tuple[str, list[Field]]:
        sides: list[tuple[str, list[Field]]] = []
        for each in _operands(node):
            sides.append(self._body(each, Ending(), parent))
        columns: list[t.Type] = [f.type for f in sides[0][1]]
        for _, fields in sides[1:]:
            if len(fields) != len(columns):
                message = (
                    f"{node.operator} query has different number of fields: {len(columns)}, {len(fields)}"
                )
                raise at(node.position, "TYPE_MISMATCH", message)
            for index, given in enumerate(fields):
                common = t.common_super_type(columns[index], given.type)
                if common is None:
                    message = (
                        f"column {index + 1} in {node.operator} query has incompatible types: "
                        f"{columns[index]}, {given.type}"
                    )
                    raise at(node.position, "TYPE_MISMATCH", message)
                columns[index] = common
        distinct = not node.all
        for type_ in columns:
            if (distinct or node.operator != "UNION") and not t.comparable(type_):
                message = f"Type {type_} is not comparable and therefore cannot be used in {node.operator}"
                raise at(node.position, "TYPE_MISMATCH", message)
        texts = [self._as_side(sql, fields, columns) for sql, fields in sides]
        keyed = any(operators.needs_key(x) for x in columns)
        if keyed and node.operator != "UNION":
            raise unsupported(
                f"{node.operator} of values of the type {', '.join(map(str, columns))}", node.position
            )
        # Types whose sameness DuckDB sees otherwise are made distinct by their keys, afterwards.
        all_ = " ALL" if node.all or keyed else ""
        sql = f" {node.operator}{all_} ".join(f"({s})" for s in texts)
        first = sides[0][1]
        result = [Field(f.name, x, f"c{i}") for i, (f, x) in enumerate(zip(first, columns, strict=True))]
        if keyed and distinct:
            alias = self.statement.fresh("r")
            sql = _distinct_by_key(
                [(f"{alias}.c{i}", x) for i, x in enumerate(columns)], f" FROM ({sql}) AS {alias}"
            )
        return sql, result

    def _as_side(self, sql: str, fields: list[Field], columns: Sequence[t.Type]) -> str:
        for each in fields:
            self.statement.uses.touch(each)
        if all(f.type == x or (t.duckdb(f.type) == t.duckdb(x) and f.type.base == "varchar" == x.base)
               for f, x in zip(fields, columns, strict=True)):  # fmt: skip
            return sql
        alias = self.statement.fresh("r")
        parts = [
            f"{coerce(Value(f'{alias}.{f.sql}', f.type), x).sql} AS c{i}"
            for i, (f, x) in enumerate(zip(fields, columns, strict=True))
        ]
        return f"SELECT {', '.join(parts)} FROM ({sql}) AS {alias}"

    # SELECT

    def _select(self, node: tree.Select, ending: Ending, parent: Scope | None) -> tuple[str, list[Field]]:
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

        return self._finished(items, ending, context, from_, node.distinct, not _has_windows(node))

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

    # What comes after the select list

    def _finished(
        self,
        items: list[Item],
        ending: Ending,
        context: Context,
        source: str | Callable[[], str],
        distinct: bool,
        passing: bool,
    ) -> tuple[str, list[Field]]:
        """The whole query: select list, DISTINCT, ORDER BY, LIMIT. `passing`: filters may go further in."""
        fields = []
        for index, item in enumerate(items):
            result = Field(item.name, item.value.type, f"c{index}", sources=item.touched)
            if item.column is not None:
                result.origin = item.column.origin
                if passing and not ending.cuts:
                    result.partition = item.column.partition
            fields.append(result)
        keys = self._sort_keys(items, ending, context, distinct)
        if distinct:
            for each in fields:
                self.statement.uses.touch(each)
        from_ = source if isinstance(source, str) else source()
        if ending.ties:
            return self._with_ties(items, fields, ending, keys, from_, distinct), fields
        if distinct and any(operators.needs_key(i.value.type) for i in items):
            alias = self.statement.fresh("r")
            columns = [_settled(i.value, i.value.type) + f" AS c{n}" for n, i in enumerate(items)]
            inner = f"SELECT {', '.join(columns)}{from_}"
            made = [(f"{alias}.c{n}", i.value.type) for n, i in enumerate(items)]
            sql = _distinct_by_key(made, f" FROM ({inner}) AS {alias}")
            if keys or ending.cuts:
                outer = self.statement.fresh("r")
                sql = f"SELECT * FROM ({sql}) AS {outer}"
                keys = [(k.replace("\x01", f"{outer}."), d) for k, d in keys]
            order = _order_by(keys)
            return sql + order + ending.text(), fields
        columns = []
        for index, (item, result) in enumerate(zip(items, fields, strict=True)):
            settled = f"{_settled(item.value, item.value.type)} AS c{index}"
            columns.append(settled if distinct else self.statement.late(_unless(result, settled, index)))
        order = _order_by(keys)
        head = "SELECT DISTINCT" if distinct else "SELECT"
        return f"{head} {', '.join(columns)}{from_}{order}{ending.text()}", fields

    def _sort_keys(
        self, items: list[Item], ending: Ending, context: Context, distinct: bool
    ) -> list[tuple[str, str]]:
        """The terms of ORDER BY. Names are first those of the select list, then those of FROM."""
        outputs = tuple(
            (item.name.lower(), item.value, tuple(item.touched)) for item in items if item.name is not None
        )
        inner = Context(
            context.scope,
            "ORDER BY clause",
            groups=context.groups,
            windows=True,
            named_windows=context.named_windows,
            outputs=outputs,
        )
        keys: list[tuple[str, str]] = []
        by_sql = {item.value.sql: n for n, item in enumerate(items)}
        keyed = distinct and any(operators.needs_key(i.value.type) for i in items)
        for each in ending.order:
            place = self._ordinal(each, items)
            if place is None:
                value = self.expressions.value(each.expression, inner)
                place = by_sql.get(value.sql)
            else:
                value = items[place].value
                for touched in items[place].touched:
                    self.statement.uses.touch(touched)
            if not t.orderable(value.type):
                message = (
                    f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY: "
                    f"{shown(each.expression)}"
                )
                raise at(each.position, "TYPE_MISMATCH", message)
            if distinct and place is None:
                message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                raise at(each.position, "EXPRESSION_NOT_IN_DISTINCT", message)
            if (value.is_constant and value.type != t.UNKNOWN) or value.sql == "NULL":
                continue  # it orders nothing, and DuckDB would take a number for a place
            if keyed:
                sql = operators.key(f"\x01c{place}", value.type)
            elif place is not None and not t.is_zoned(value.type) and not ending.ties and distinct:
                sql = str(place + 1)
            else:
                sql = operators.key(value.sql, value.type)
            keys.append((sql, self.expressions.direction(each)))
        return keys

    def _ordinal(self, item: tree.SortItem, items: list[Item]) -> int | None:
        node = item.expression
        if not (isinstance(node, tree.Literal) and node.kind == "integer"):
            return None
        place = int(str(node.value))
        if not 1 <= place <= len(items):
            message = f"ORDER BY position {place} is not in select list"
            raise at(node.position, "INVALID_COLUMN_REFERENCE", message)
        return place - 1

    def _with_ties(
        self,
        items: list[Item],
        fields: list[Field],
        ending: Ending,
        keys: list[tuple[str, str]],
        from_: str,
        distinct: bool,
    ) -> str:
        """FETCH FIRST n ROWS WITH TIES: the rows whose rank is at most n, counted behind OFFSET."""
        if distinct:
            raise unsupported("FETCH FIRST WITH TIES of SELECT DISTINCT")
        for each in fields:
            self.statement.uses.touch(each)
        columns = [f"{_settled(i.value, i.value.type)} AS c{n}" for n, i in enumerate(items)]
        sorts = []
        for n, (term, direction) in enumerate(keys):
            columns.append(f"{term} AS s{n}")
            sorts.append(f"s{n} {direction}")
        order = f" ORDER BY {', '.join(sorts)}" if sorts else ""
        skipped = f" OFFSET {ending.offset}" if ending.offset else ""
        a, b = self.statement.fresh("r"), self.statement.fresh("r")
        inner = f"SELECT * FROM (SELECT {', '.join(columns)}{from_}) AS {a}{order}{skipped}"
        ranked = f"SELECT *, rank() OVER ({order.strip()}) AS place FROM ({inner}) AS {b}"
        c = self.statement.fresh("r")
        names = ", ".join(f"c{n}" for n in range(len(items)))
        return f"SELECT {names} FROM ({ranked}) AS {c} WHERE place <= {ending.limit}{order}"

    # Pruning

    def prune(self, condition: tree.Node, prunable: list[Field], fields: list[Field]) -> None:
        """Note the terms of a condition that speak of nothing but partition keys of one scan."""
        candidates = {id(f): f for f in prunable if f.partition is not None}
        if not candidates:
            return
        scope = Scope(fields)
        terms = (
            condition.terms
            if isinstance(condition, tree.Logical) and condition.operator == "AND"
            else [condition]
        )
        for term in terms:
            if isinstance(term, tree.Logical) and term.operator == "AND":
                self.prune(term, prunable, fields)
                continue
            if _has_query(term):
                continue
            with self.statement.uses.collected() as touched:
                try:
                    self.expressions.value(term, Context(scope, "WHERE clause"))
                except QueryError:
                    continue  # it refers to a query around this one
            scans = {id(f.partition[0]): f.partition[0] for f in touched if f.partition is not None}
            if len(scans) != 1 or any(id(f) not in candidates for f in touched):
                continue
            renamed = [_renamed(f) if f.partition is not None else f for f in fields]
            with self.statement.uses.collected():
                value = self.expressions.value(term, Context(Scope(renamed), "WHERE clause"))
            (scan,) = scans.values()
            self.prunes.setdefault(id(scan), []).append(coerce(value, t.BOOLEAN).sql)

    def filter_of(self, scan: Scan) -> str | None:
        """The partition filter of a scan."""
        terms = self.prunes.get(id(scan))
        return " AND ".join(terms) if terms else None


def _chosen(sets: list[list[int]], chosen: int) -> list[int]:
    """Those of CUBE's sets whose bit is set, the first being the highest."""
    last = len(sets) - 1
    return list(chain.from_iterable(s for i, s in enumerate(sets) if chosen >> (last - i) & 1))


def _renamed(each: Field) -> Field:
    assert each.partition is not None
    return Field(each.name, each.type, t.quote(each.partition[1]), each.relation, each.qualifier, each.hidden)


def _settled(value: Value, type_: t.Type) -> str:
    """A value as a column: an untyped NULL gets a type, and literals the type that Trino gives them."""
    if value.type != type_:
        return coerce(value, type_).sql
    if type_ == t.UNKNOWN:
        return "CAST(NULL AS INTEGER)"
    return value.sql


def _order_by(keys: Sequence[tuple[str, str]]) -> str:
    return " ORDER BY " + ", ".join(f"{sql} {direction}" for sql, direction in keys) if keys else ""


def _unless(result: Field, settled: str, index: int) -> Callable[[], str]:
    return lambda: settled if result.used else f"NULL AS c{index}"


def _distinct_by_key(columns: Sequence[tuple[str, t.Type]], source: str) -> str:
    """Distinct rows where the sameness of values is Trino's: one of each group of keys."""
    kept = ", ".join(f"first({sql}) AS c{i}" for i, (sql, _) in enumerate(columns))
    keys = ", ".join(operators.group_key(sql, x) for sql, x in columns)
    return f"SELECT {kept}{source} GROUP BY {keys}"


def _operands(node: tree.SetOperation) -> list[tree.Node]:
    """The sides of a set operation; a chain of the same UNION is one operation of many sides."""
    left = node.left
    if (
        node.operator == "UNION"
        and isinstance(left, tree.SetOperation)
        and (left.operator, left.all) == ("UNION", node.all)
    ):
        return [*_operands(left), node.right]
    return [left, node.right]


_PARTS: dict[type, tuple[str, ...]] = {}


def walk(node: object) -> list[tree.Node]:
    """A part of a statement and all parts of it."""
    found: list[tree.Node] = []
    waiting: list[object] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list | tuple):
            waiting.extend(each)
        elif isinstance(each, tree.Node):
            found.append(each)
            kind = type(each)
            if kind not in _PARTS:
                _PARTS[kind] = tuple(f.name for f in dataclass_fields(kind) if f.name != "position")
            waiting.extend(getattr(each, name) for name in _PARTS[kind])
    return found


def _mentions(node: tree.Node, name: str) -> int:
    """How often a query reads a table by this name alone."""
    return sum(
        1
        for n in walk(node)
        if isinstance(n, tree.Table) and len(n.parts) == 1 and n.parts[0].lower() == name
    )


def _has_query(node: tree.Node) -> bool:
    return any(isinstance(n, tree.Query) for n in walk(node))


def _has_windows(node: tree.Select) -> bool:
    return any(isinstance(n, tree.Call) and n.over is not None for n in walk(node.items))
