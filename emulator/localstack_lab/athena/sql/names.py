"""Names in expressions: columns, fields of rows, elements of arrays and maps."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import Position, at, unsupported
from localstack_lab.athena.sql.functions.values import Value, fail, fail_with
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.scope import CANNOT_RESOLVE, Field
from localstack_lab.athena.sql.statement import Statement

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context


class Names:
    """The part of the analysis of expressions that handles names and subscripts."""

    statement: Statement
    value: Callable[[tree.Node, "Context"], Value]

    def identifier(self, node: tree.Identifier, context: "Context") -> Value:
        """A name: a parameter of a lambda, a name of the select list (in ORDER BY), a column."""
        for name, value in reversed(context.lambdas):
            if name == node.name.lower():
                return value
        found = self._output(node.name, context, node.position)
        if found is not None:
            return found
        return self._column([node.name], node, context)

    def _output(self, name: str, context: "Context", position: Position) -> Value | None:
        matching = [o for o in context.outputs if o[0] == name.lower()]
        if not matching:
            return None
        if len(matching) > 1:
            raise at(position, "AMBIGUOUS_NAME", f"Column '{name}' is ambiguous")
        for each in matching[0][2]:
            self.statement.uses.touch(each)
        return matching[0][1]

    def _column(self, parts: list[str], node: tree.Node, context: "Context") -> Value:
        found = context.scope.find(parts, node.position)
        if found is None:
            raise at(node.position, "COLUMN_NOT_FOUND", CANNOT_RESOLVE.format(".".join(parts)))
        return self._field_value(found[0], node, context)

    def _field_value(self, field: Field, node: tree.Node, context: "Context") -> Value:
        if field.ungrouped:
            message = f"'{shown(node)}' must be an aggregate expression or appear in GROUP BY clause"
            raise at(node.position, "EXPRESSION_NOT_AGGREGATE", message)
        self.statement.uses.touch(field)
        if context.anchor:
            return Value(f"(CASE WHEN {context.anchor} IS NOT NULL OR TRUE THEN {field.sql} END)", field.type)
        return Value(field.sql, field.type)

    def dereference(self, node: tree.Dereference, context: "Context") -> Value:
        """A qualified column, or a field of a row."""
        parts = dotted(node)
        if parts is not None and not any(name == parts[0].lower() for name, _ in context.lambdas):
            found = context.scope.find(parts, node.position)
            if found is not None:
                return self._field_value(found[0], node, context)
            if len(parts) == 2 and context.scope.find(parts[:1], node.position) is None:
                raise at(node.position, "COLUMN_NOT_FOUND", CANNOT_RESOLVE.format(".".join(parts)))
        base = self.value(node.base, context)
        return self.row_field(base, node.field, node)

    def row_field(self, base: Value, name: str, node: tree.Node) -> Value:
        """A field of a row by its name."""
        if not isinstance(base.type, t.RowType):
            raise at(node.position, "TYPE_MISMATCH", f"Expression {shown(_base(node))} is not of type ROW")
        matching = [
            i for i, (n, _) in enumerate(base.type.fields) if n is not None and n.lower() == name.lower()
        ]
        if not matching:
            raise at(node.position, "COLUMN_NOT_FOUND", CANNOT_RESOLVE.format(shown(node)))
        if len(matching) > 1:
            raise at(node.position, "AMBIGUOUS_NAME", f"Ambiguous row field reference: {name}")
        held = base.type.duckdb_names()[matching[0]]
        return Value(f"({base.sql}).{t.quote(held)}", base.type.fields[matching[0]][1])

    def subscript(self, node: tree.Subscript, context: "Context") -> Value:
        """An element of an array, a value of a map, a field of a row by its place."""
        base = self.value(node.base, context)
        if isinstance(base.type, t.RowType):
            return self._place(base, base.type, node.index)
        index = self.value(node.index, context)
        if isinstance(base.type, t.ArrayType) and (t.is_integer(index.type) or index.type == t.UNKNOWN):
            return self._element(base, coerce(index, t.BIGINT), base.type)
        if isinstance(base.type, t.MapType) and t.can_coerce(index.type, base.type.key):
            return self._entry(base, coerce(index, base.type.key), base.type)
        message = f"Cannot use {index.type} for subscript of {base.type}"
        raise at(_beginning(node), "TYPE_MISMATCH", message)

    def _place(self, base: Value, type_: t.RowType, node: tree.Node) -> Value:
        """A field of a row by its place, which has to be written as a number."""
        name = "INVALID_FUNCTION_ARGUMENT"
        place = ordinal(node)
        if place is None:
            message = "Subscript expression on ROW requires a constant index"
            raise at(node.position, "EXPRESSION_NOT_CONSTANT", message)
        if place <= 0:
            raise at(node.position, name, f"Invalid subscript index: {place}. ROW indices start at 1")
        if place > len(type_.fields):
            message = f"Subscript index out of bounds: {place}, max value is {len(type_.fields)}"
            raise at(node.position, name, message)
        held = type_.duckdb_names()[place - 1]
        return Value(f"({base.sql}).{t.quote(held)}", type_.fields[place - 1][1])

    def _element(self, base: Value, index: Value, type_: t.ArrayType) -> Value:
        name = "INVALID_FUNCTION_ARGUMENT"
        zero = fail(name, "SQL array indices start at 1")
        below = fail_with(name, "'Array subscript is negative: '", index.sql)
        above = fail_with(
            name,
            "'Array subscript must be less than or equal to array length: '",
            index.sql,
            "' > '",
            f"len({base.sql})",
        )
        if isinstance(index.constant, int) and index.constant > 0:
            checks = f"WHEN {index.constant} > len({base.sql}) THEN {above}"
        else:
            checks = (
                f"WHEN ({base.sql}) IS NULL THEN NULL WHEN {index.sql} = 0 THEN {zero} WHEN "
                f"{index.sql} < 0 THEN {below} "
                f"WHEN {index.sql} > len({base.sql}) THEN {above}"
            )
        return Value(f"CASE {checks} ELSE ({base.sql})[{index.sql}] END", type_.element)

    def _entry(self, base: Value, key: Value, type_: t.MapType) -> Value:
        name = "INVALID_FUNCTION_ARGUMENT"
        if t.is_numeric(key.type) or t.is_string(key.type) or key.type == t.BOOLEAN:
            missing = fail_with(name, "'Key not present in map: '", f"CAST({key.sql} AS VARCHAR)")
        else:
            missing = fail(name, "Key not present in map")
        if t.contains_zoned(key.type):
            raise unsupported(f"A subscript of {type_}")
        found = f"map_contains({base.sql}, {key.sql})"
        return Value(
            f"CASE WHEN {found} = FALSE THEN {missing} ELSE ({base.sql})[{key.sql}] END", type_.value
        )


def dotted(node: tree.Node) -> list[str] | None:
    """The parts of `a.b.c`; None for anything but names."""
    parts: list[str] = []
    while isinstance(node, tree.Dereference):
        parts.append(node.field)
        node = node.base
    if not isinstance(node, tree.Identifier):
        return None
    return [node.name, *reversed(parts)]


def ordinal(node: tree.Node) -> int | None:
    """The whole number that is written, if nothing else is: the minus before it belongs to it.

    https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
    (rule `number`)
    """
    sign = 1
    if isinstance(node, tree.Unary) and node.operator == "-":
        sign, node = -1, node.value
    if isinstance(node, tree.Literal) and node.kind == "integer":
        return sign * int(str(node.value))
    return None


def _beginning(node: tree.Node) -> Position:
    """Where an expression with subscripts begins."""
    while isinstance(node, tree.Subscript):
        node = node.base
    return node.position


def _base(node: tree.Node) -> tree.Node:
    return node.base if isinstance(node, tree.Dereference) else node
