"""FROM: tables, views, joins, UNNEST, samples.

https://trino.io/docs/current/sql/select.html#from-clause
"""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import Position, QueryError, at, unsupported
from localstack_lab.athena.sql.expressions import Context
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.grouping import as_a_whole
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.tables import Tables

if TYPE_CHECKING:
    from localstack_lab.athena.sql.queries import Queries


@dataclass(slots=True)
class Relation:
    """What FROM reads: `sql` may stand after FROM as it is; empty for no relation at all."""

    sql: str
    fields: list[Field]
    joined: bool = False
    """Whether it needs parentheses on a join's right side."""


class Relations:
    """The analysis of relations of one statement."""

    def __init__(self, queries: "Queries") -> None:
        self.queries = queries
        self.statement = queries.statement
        self.tables = Tables(queries)

    def relation(self, node: tree.Node, parent: Scope | None, left: Relation | None = None) -> Relation:
        """A relation. `left` is what stands before it in the same FROM, which LATERAL and UNNEST can see."""
        if isinstance(node, tree.Table):
            sql, fields = self.tables.table(node)
            return Relation(sql, fields)
        if isinstance(node, tree.Derived):
            return self._derived(node, parent, left)
        if isinstance(node, tree.Aliased):
            return self._aliased(node, parent, left)
        if isinstance(node, tree.Join):
            return self._join(node, parent)
        if isinstance(node, tree.Sampled):
            return self._sampled(node, parent)
        if isinstance(node, tree.Unnest):
            return self._unnest(node, Relation("", []), parent, "", None, False)
        raise unsupported(type(node).__name__, node.position)

    def _derived(self, node: tree.Derived, parent: Scope | None, left: Relation | None) -> Relation:
        scope = parent
        if node.lateral and left is not None:
            scope = Scope(left.fields, parent)
        sql, fields = self.queries.query(node.query, scope)
        alias = self.statement.fresh("r")
        lateral = "LATERAL " if node.lateral else ""
        return Relation(f"{lateral}({sql}) AS {alias}", [f.derived(f"{alias}.{f.sql}", "") for f in fields])

    def _aliased(self, node: tree.Aliased, parent: Scope | None, left: Relation | None) -> Relation:
        if isinstance(node.relation, tree.Unnest):
            return self._unnest(node.relation, Relation("", []), parent, node.name, node.columns, False)
        inner = self.relation(node.relation, parent, left)
        visible = [f for f in inner.fields if not f.hidden]
        names: list[str | None] = [f.name for f in visible]
        if node.columns is not None:
            if len(node.columns) != len(visible):
                message = (
                    f"Column alias list has {len(node.columns)} entries but '{node.name}' has "
                    f"{len(visible)} columns available"
                )
                raise at(node.position, "MISMATCHED_COLUMN_ALIASES", message)
            names = list(node.columns)
        renamed = dict(zip((id(f) for f in visible), names, strict=True))
        fields = []
        for each in inner.fields if node.columns is None else visible:  # hidden ones have no alias
            copy = each.derived(each.sql, node.name.lower())
            copy.name = renamed.get(id(each), each.name)
            fields.append(copy)
        return Relation(inner.sql, fields, inner.joined)

    def _sampled(self, node: tree.Sampled, parent: Scope | None) -> Relation:
        inner = self.relation(node.relation, parent)
        path = next((f for f in inner.fields if f.hidden and f.name == "$path"), None)
        if node.method == "SYSTEM" and path is None:
            raise unsupported("TABLESAMPLE SYSTEM of what is no table", node.position)
        share = self.queries.expressions.value(node.percentage, Context(Scope([]), "TABLESAMPLE"))
        place, what = node.percentage.position, "Sample percentage"
        if share.type == t.UNKNOWN:
            raise at(place, "INVALID_ARGUMENTS", f"{what} cannot be NULL")
        if not t.is_numeric(share.type):
            raise at(place, "TYPE_MISMATCH", f"{what} should be a numeric expression")
        if share.is_constant and float(str(share.constant)) < 0:
            message = f"{what} must be greater than or equal to 0"
            raise at(place, "NUMERIC_VALUE_OUT_OF_RANGE", message)
        if share.is_constant and float(str(share.constant)) > 100:
            message = f"{what} must be less than or equal to 100"
            raise at(place, "NUMERIC_VALUE_OUT_OF_RANGE", message)
        if node.method == "SYSTEM":
            # Whole files: each is in or out for all of the statement, by what its name and a number hash to.
            assert path is not None
            self.statement.uses.touch(path)
            drawn = f"hash({path.sql}, {secrets.randbits(48)}) % 1000000"
            return self._over(inner, f" WHERE {drawn} < {share.sql} * 10000")
        return self._over(inner, f" WHERE random() * 100 < {share.sql}")

    def _over(self, inner: Relation, rest: str, more: list[str] | None = None, alias: str = "") -> Relation:
        """A relation of the used columns of another, of `more` columns, and with `rest` behind its FROM."""
        alias = alias or self.statement.fresh("r")
        fields, columns = [], []
        for index, each in enumerate(inner.fields):
            copy = each.derived(f"{alias}.p{index}", None)
            fields.append(copy)
            columns.append(self.statement.late(self._if_used(copy, f"{each.sql} AS p{index}, ")))
        last = ", ".join(more) if more else "1 AS one"
        source = f" FROM {inner.sql}" if inner.sql else ""
        return Relation(f"(SELECT {''.join(columns)}{last}{source}{rest}) AS {alias}", fields)

    @staticmethod
    def _if_used(field: Field, text: str):  # type: ignore[no-untyped-def]
        return lambda: text if field.used else ""

    # Joins

    def _join(self, node: tree.Join, parent: Scope | None) -> Relation:
        left = self.relation(node.left, parent)
        target, alias, columns = _unaliased(node.right)
        if isinstance(target, tree.Unnest):
            return self._join_unnest(node, left, target, alias, columns, parent)
        if node.kind in ("RIGHT", "FULL") and isinstance(target, tree.Derived) and target.lateral:
            right = self._unseeing(node, left, parent)
        else:
            right = self.relation(node.right, parent, left)
        right_sql = f"({right.sql})" if right.joined else right.sql
        if node.kind in ("CROSS", "IMPLICIT"):
            return Relation(f"{left.sql} CROSS JOIN {right_sql}", left.fields + right.fields, True)
        if node.using is not None:
            return self._using(node, left, right, right_sql)
        fields = left.fields + right.fields
        context = Context(Scope(fields, parent), "JOIN clause")
        assert node.on is not None
        message = "JOIN ON clause must evaluate to a boolean: actual type {}"
        with as_a_whole(node.on):
            condition = self.queries.expressions.boolean(node.on, context, message)
        prunable = {"INNER": fields, "LEFT": right.fields, "RIGHT": left.fields, "FULL": []}[node.kind]
        self.queries.prune(node.on, prunable, fields)
        outer = {"LEFT": (False, True), "RIGHT": (True, False), "FULL": (True, True), "INNER": (False, False)}
        lefts, rights = outer[node.kind]
        kept = _optional(left.fields, lefts) + _optional(right.fields, rights)
        return Relation(f"{left.sql} {node.kind} JOIN {right_sql} ON {condition.sql}", kept, True)

    def _unseeing(self, node: tree.Join, left: Relation, parent: Scope | None) -> Relation:
        """LATERAL right of a join that keeps rows of its own: it may not refer to the left side."""
        try:
            return self.relation(node.right, parent)
        except QueryError as error:
            if error.name != "COLUMN_NOT_FOUND" or error.line is None or error.column is None:
                raise
            self.relation(node.right, parent, left)  # fails as before, unless the left side has the column
            place = Position(error.line, error.column)
            message = f"LATERAL reference not allowed in {node.kind} JOIN"
            raise at(place, "INVALID_COLUMN_REFERENCE", message) from error

    def _using(self, node: tree.Join, left: Relation, right: Relation, right_sql: str) -> Relation:
        from localstack_lab.athena.sql import operators

        assert node.using is not None
        assert node.using_positions is not None
        left_scope, right_scope = Scope(left.fields), Scope(right.fields)
        shared: list[Field] = []
        conditions = []
        hidden: list[Field] = []
        for index, (name, position) in enumerate(zip(node.using, node.using_positions, strict=True)):
            if name.lower() in (n.lower() for n in node.using[:index]):
                message = f"Column '{name}' appears multiple times in USING clause"
                raise at(position, "DUPLICATE_COLUMN_NAME", message)
            pair = []
            for side, scope in (("left", left_scope), ("right", right_scope)):
                found = scope.find([name], position)
                if found is None:
                    message = f"Column '{name}' is missing from {side} side of join"
                    raise at(position, "COLUMN_NOT_FOUND", message)
                pair.append(found[0])
            a, b = pair
            common = t.common_super_type(a.type, b.type)
            if common is None:
                raise operators.refused(position, "=", a.type, b.type)
            for each in pair:
                self.statement.uses.touch(each)
            x, y = coerce(Value(a.sql, a.type), common), coerce(Value(b.sql, b.type), common)
            conditions.append(operators.compare("=", x, y, position).sql)
            merged = x.sql if node.kind in ("INNER", "LEFT") else f"coalesce({x.sql}, {y.sql})"
            if node.kind == "RIGHT" and not operators.needs_key(common):
                merged = y.sql  # the same where both are there
            kept = (
                {"RIGHT": b.partition, "FULL": None}.get(node.kind, a.partition) if a.type == b.type else None
            )
            shared.append(Field(name, common, merged, sources=[a, b], partition=kept))
            hidden.extend(pair)
        lefts = node.kind in ("RIGHT", "FULL")
        rights = node.kind in ("LEFT", "FULL")
        rest = _optional([f for f in left.fields if f not in hidden], lefts)
        rest += _optional([f for f in right.fields if f not in hidden], rights)
        sql = f"{left.sql} {node.kind} JOIN {right_sql} ON {' AND '.join(conditions)}"
        return Relation(sql, shared + rest, True)

    def _join_unnest(
        self,
        node: tree.Join,
        left: Relation,
        target: tree.Unnest,
        alias: str,
        columns: list[str] | None,
        parent: Scope | None,
    ) -> Relation:
        outer = False
        if node.kind not in ("CROSS", "IMPLICIT"):
            on = node.on
            true = isinstance(on, tree.Literal) and on.kind == "boolean" and on.value is True
            if node.kind not in ("LEFT", "INNER"):
                message = f"{node.kind} JOIN involving UNNEST is not supported"
                raise at(node.position, "NOT_SUPPORTED", message)
            if not true:
                place = on.position if on is not None else node.position
                message = f"{node.kind} JOIN involving UNNEST is only supported with condition ON TRUE"
                raise at(place, "NOT_SUPPORTED", message)
            outer = node.kind == "LEFT"
        return self._unnest(target, left, parent, alias, columns, outer)

    # UNNEST

    def _unnest(
        self,
        node: tree.Unnest,
        left: Relation,
        parent: Scope | None,
        name: str,
        columns: list[str] | None,
        outer: bool,
    ) -> Relation:
        """Each row of `left` with the elements of its arrays; those of several arrays stand side by side."""
        context = Context(Scope(left.fields, parent), "UNNEST")
        values = [self.queries.expressions.value(n, context) for n in node.items]
        lengths = []
        for value, each in zip(values, node.items, strict=True):
            if not isinstance(value.type, t.ArrayType | t.MapType):
                raise at(each.position, "INVALID_FUNCTION_ARGUMENT", f"Cannot unnest type: {value.type}")
            size = "len" if isinstance(value.type, t.ArrayType) else "cardinality"
            lengths.append(f"CAST(coalesce({size}({value.sql}), 0) AS BIGINT)")
        longest = f"greatest({', '.join(lengths)})" if len(lengths) > 1 else lengths[0]
        # A LEFT JOIN keeps a row without elements, so something has to be unnested there.
        kept = f"CASE WHEN {longest} > 0 THEN {{}} ELSE [NULL] END" if outer else "{}"
        more: list[str] = []
        made: list[tuple[str, t.Type]] = []
        alias = self.statement.fresh("r")
        spread = self._spread(values, node, columns)
        for value in values:
            column = f"u{len(more)}"
            if isinstance(value.type, t.MapType):
                for part, type_ in (("keys", value.type.key), ("values", value.type.value)):
                    column = f"u{len(more)}"
                    more.append(f"unnest({kept.format(f'map_{part}({value.sql})')}) AS {column}")
                    made.append((f"{alias}.{column}", type_))
                continue
            assert isinstance(value.type, t.ArrayType)
            more.append(f"unnest({kept.format(value.sql)}) AS {column}")
            element = value.type.element
            if spread and isinstance(element, t.RowType):
                names = zip(element.duckdb_names(), element.fields, strict=True)
                made.extend((f"({alias}.{column}).{t.quote(held)}", type_) for held, (_, type_) in names)
            else:
                made.append((f"{alias}.{column}", element))
        if node.ordinality:
            more.append(f"unnest({kept.format(f'range(1, {longest} + 1)')}) AS u{len(more)}")
            made.append((f"{alias}.u{len(more) - 1}", t.BIGINT))
        names_of: list[str | None] = (
            list(columns) if columns is not None else self._unnest_names(values, node)
        )
        if len(names_of) != len(made):
            message = (
                f"Column alias list has {len(names_of)} entries but '{name}' has {len(made)} columns "
                "available"
            )
            raise at(node.position, "MISMATCHED_COLUMN_ALIASES", message)
        relation = self._over(left, "", more, alias)
        relation.fields += [
            Field(n, type_, sql, relation=name.lower() or None)
            for n, (sql, type_) in zip(names_of, made, strict=True)
        ]
        return relation

    @staticmethod
    def _spread(values: list[Value], node: tree.Unnest, columns: list[str] | None) -> bool:
        """Whether rows in an array become a column for each of their fields, which the aliases tell.

        Athena's pages keep the row (https://docs.aws.amazon.com/athena/latest/ug/filtering-with-dot.html),
        Trino's make columns of it (https://trino.io/docs/current/sql/select.html#unnest).
        """
        kept = spread = int(node.ordinality)
        for value in values:
            kept += 2 if isinstance(value.type, t.MapType) else 1
            element = value.type.element if isinstance(value.type, t.ArrayType) else None
            fields = len(element.fields) if isinstance(element, t.RowType) else 1
            spread += 2 if isinstance(value.type, t.MapType) else fields
        return columns is not None and len(columns) == spread != kept

    @staticmethod
    def _unnest_names(values: list[Value], node: tree.Unnest) -> list[str | None]:
        names: list[str | None] = []
        for value in values:
            names += [None, None] if isinstance(value.type, t.MapType) else [None]
        return [*names, "ordinality"] if node.ordinality else names


def _unaliased(node: tree.Node) -> tuple[tree.Node, str, list[str] | None]:
    if isinstance(node, tree.Aliased):
        return node.relation, node.name, node.columns
    return node, "", None


def _optional(fields: list[Field], optional: bool) -> list[Field]:
    """Columns of a join's side; where its rows may be missing, a filter on them prunes nothing."""
    if not optional:
        return fields
    kept = []
    for each in fields:
        copy = each.derived(each.sql, None)
        copy.partition = None
        kept.append(copy)
    return kept
