"""Queries: WITH, set operations, VALUES, and what their bodies share.

https://trino.io/docs/current/sql/select.html
"""

from collections.abc import Sequence

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.endings import Ending, Item, distinct_by_key, of_sides, settled
from localstack_lab.athena.sql.errors import Position, at, unsupported
from localstack_lab.athena.sql.expressions import Context, Expressions
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.recursion import Recursions, loops_itself
from localstack_lab.athena.sql.relations import Relation, Relations
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.selects import Selects
from localstack_lab.athena.sql.statement import NamedQuery, Statement
from localstack_lab.athena.sql.walking import is_volatile, mentions


class Queries(Selects, Recursions):
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
            sql, fields = self.body(node.body, self._ending(node), parent)
        finally:
            self.ctes.pop()
        if definitions:
            sql = f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(definitions)} {sql}"
        return sql, fields

    def _ending(self, node: tree.Query) -> Ending:
        place = node.clauses.get("LIMIT", node.position)
        if node.ties and not node.order:
            raise at(place, "MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY")
        what = "FETCH FIRST" if node.fetch else "LIMIT"
        limit = self._count(node.limit, what, place)
        if node.fetch and limit == "0":
            message = "FETCH FIRST row count must be positive (actual value: 0)"
            raise at(place, "NUMERIC_VALUE_OUT_OF_RANGE", message)
        offset = self._count(node.offset, "OFFSET", node.clauses.get("OFFSET", node.position))
        return Ending(node.order, offset, limit, node.ties)

    def _count(self, node: tree.Node | None, what: str, position: Position) -> str:
        """The number of rows that a clause says; it may be a parameter's."""
        if node is None:
            return ""
        value = self.expressions.value(node, Context(Scope([]), f"{what} clause"))
        given = self.statement.parameters[node.index] if isinstance(node, tree.Parameter) else node
        if value.type == t.UNKNOWN:
            message = f"Parameter value provided for {what} is NULL: {shown(given)}"
            raise at(node.position, "INVALID_ARGUMENTS", message)
        if not t.is_integer(value.type):
            raise at(given.position, "TYPE_MISMATCH", f"Cannot cast type {value.type} to bigint")
        if not isinstance(value.constant, int):
            what = f"The parameter {shown(given)} for {what}, which is no plain number,"
            raise unsupported(what, node.position)
        if value.constant < 0:
            wanted = "positive" if what == "FETCH FIRST" else "greater or equal to 0"
            message = f"{what} row count must be {wanted} (actual value: {value.constant})"
            raise at(position, "NUMERIC_VALUE_OUT_OF_RANGE", message)
        return str(value.constant)

    def _define(self, node: tree.Named, query: tree.Query, parent: Scope | None) -> tuple[str, bool]:
        name = node.name.lower()
        if name in self.ctes[-1]:
            message = f"WITH query name '{name}' specified more than once"
            raise at(node.position, "DUPLICATE_NAMED_QUERY", message)
        alias = self.statement.fresh("w")
        loops = query.recursive and loops_itself(node)
        if loops:
            sql, fields = self.recursion(node, alias, parent)
        else:
            sql, fields = self.query(node.query, parent)
            self.rename(node, fields)
        if loops or mentions(query, name) > 1:
            # Several readers share one reading, so no filter of one of them may prune it.
            for each in fields:
                each.partition = None
        self.ctes[-1][name] = NamedQuery(name, alias, fields)
        if loops:
            return sql, True
        # Trino reads a query of WITH anew for everyone who names it.
        anew = "NOT MATERIALIZED " if is_volatile(node.query) else ""
        return f"{alias} AS {anew}({sql})", False

    def rename(self, node: tree.Named, fields: list[Field]) -> None:
        """Give the columns of a query of WITH the names that are written for them."""
        if node.columns is None:
            return
        if len(node.columns) != len(fields):
            message = (
                f"Column alias list has {len(node.columns)} entries but relation has {len(fields)} columns"
            )
            raise at(node.column_positions[0], "MISMATCHED_COLUMN_ALIASES", message)
        for index, (each, column) in enumerate(zip(fields, node.columns, strict=True)):
            if column.lower() in (c.lower() for c in node.columns[:index]):
                message = f"Column name '{column}' specified more than once"
                raise at(node.column_positions[index], "DUPLICATE_COLUMN_NAME", message)
            each.name = column

    def body(self, body: tree.Node, ending: Ending, parent: Scope | None) -> tuple[str, list[Field]]:
        """What a query is without its WITH and its ending."""
        if isinstance(body, tree.Select):
            return self.select(body, ending, parent)
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
            return self.select(everything, ending, parent)
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
        return self.finished(items, ending, context, f" FROM {relation.sql}", False, passing)

    def _values(self, node: tree.Values, parent: Scope | None) -> tuple[str, list[Field]]:
        context = Context(Scope([], parent), "VALUES")
        rows: list[list[Value]] = []
        for each in node.rows:
            parts = each.items if isinstance(each, tree.RowOf) else [each]
            rows.append([self.expressions.value(p, context) for p in parts])
            if len(rows[-1]) != len(rows[0]):
                message = f"Values rows have mismatched sizes: {len(rows[0])} vs {len(rows[-1])}"
                raise at(node.position, "TYPE_MISMATCH", message)
        columns = []
        for index in range(len(rows[0])):
            common: t.Type = t.UNKNOWN
            for row in rows:
                wider = t.common_super_type(common, row[index].type)
                if wider is None:
                    first, other = (t.row(*((None, v.type) for v in r)) for r in (rows[0], row))
                    message = f"Values rows have mismatched types: {first} vs {other}"
                    raise at(node.position, "TYPE_MISMATCH", message)
                common = wider
            columns.append(common)
        lines = (
            "(" + ", ".join(settled(v, x) for v, x in zip(row, columns, strict=True)) + ")" for row in rows
        )
        alias = self.statement.fresh("r")
        names = ", ".join(f"c{i}" for i in range(len(columns)))
        sql = f"SELECT {names} FROM (VALUES {', '.join(lines)}) AS {alias}({names})"
        return sql, [Field(None, x, f"c{i}") for i, x in enumerate(columns)]

    def _set_operation(self, node: tree.SetOperation, parent: Scope | None) -> tuple[str, list[Field]]:
        sides: list[tuple[str, list[Field]]] = []
        for each in _operands(node):
            sides.append(self.body(each, Ending(), parent))
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
                what = "UNION DISTINCT" if node.operator == "UNION" else node.operator
                message = f"Type {type_} is not comparable and therefore cannot be used in {what}"
                raise at(node.position, "TYPE_MISMATCH", message)
        keyed = any(operators.needs_key(x) for x in columns)
        # Which rows UNION ALL has does not hang on their values: what is not asked for need not be read.
        lazy = node.operator == "UNION" and node.all
        texts = [self._as_side(sql, fields, columns, lazy) for sql, fields in sides]
        # Types whose sameness DuckDB sees otherwise are made distinct by their keys, afterwards.
        all_ = " ALL" if node.all or keyed else ""
        sql = f" {node.operator}{all_} ".join(f"({s})" for s in texts)
        first = sides[0][1]
        result = [Field(f.name, x, f"c{i}") for i, (f, x) in enumerate(zip(first, columns, strict=True))]
        if lazy:
            for i, column in enumerate(result):
                column.sources = [fields[i] for _, fields in sides]
        if keyed and not lazy:
            alias = self.statement.fresh("r")
            made = [(f"{alias}.c{i}", x) for i, x in enumerate(columns)]
            if node.operator == "UNION":
                sql = distinct_by_key(made, f" FROM ({sql}) AS {alias}")
            else:
                sql = of_sides(made, texts, alias, node.operator, node.all)
        return sql, result

    def _as_side(self, sql: str, fields: list[Field], columns: Sequence[t.Type], lazy: bool) -> str:
        for each in fields:
            if not lazy:
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
