"""Expressions as Trino prints them in its error messages.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/ExpressionFormatter.java
"""

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.type_text import TypeText


def shown(node: tree.Node) -> str:
    """An expression as text."""
    if isinstance(node, tree.Identifier):
        return f'"{node.name}"' if node.quoted else node.name
    if isinstance(node, tree.Dereference):
        return f"{shown(node.base)}.{node.field}"
    if isinstance(node, tree.Null):
        return "null"
    if isinstance(node, tree.Literal):
        if node.kind == "string":
            return "'" + str(node.value).replace("'", "''") + "'"
        if isinstance(node.value, bytes):
            return f"X'{node.value.hex().upper()}'"
        if node.kind in ("decimal", "double"):
            return repr(float(str(node.value))).upper()
        return str(node.value).lower() if node.kind == "boolean" else str(node.value)
    if isinstance(node, tree.TypedLiteral):
        return f"{node.type.upper()} '{node.value}'"
    if isinstance(node, tree.Call):
        return _call(node)
    if isinstance(node, tree.Binary):
        if node.operator == "||":
            return f"concat({shown(node.left)}, {shown(node.right)})"
        return f"({shown(node.left)} {node.operator} {shown(node.right)})"
    if isinstance(node, tree.Comparison):
        return f"({shown(node.left)} {node.operator} {shown(node.right)})"
    if isinstance(node, tree.Logical):
        return "(" + f" {node.operator} ".join(shown(n) for n in node.terms) + ")"
    if isinstance(node, tree.Unary):
        return f"{node.operator}{shown(node.value)}"
    if isinstance(node, tree.Not):
        return f"(NOT {shown(node.value)})"
    if isinstance(node, tree.IsNull):
        return f"({shown(node.value)} IS NULL)"
    if isinstance(node, tree.Subscript):
        return f"{shown(node.base)}[{shown(node.index)}]"
    if isinstance(node, tree.Cast):
        return f"{'TRY_' if node.safe else ''}CAST({shown(node.value)} AS {type_shown(node.type)})"
    if isinstance(node, tree.RowOf | tree.ArrayOf):
        inner = ", ".join(shown(n) for n in node.items)
        return f"ROW ({inner})" if isinstance(node, tree.RowOf) else f"ARRAY[{inner}]"
    if isinstance(node, tree.Case):
        return _case(node)
    if isinstance(node, tree.Between):
        return f"({shown(node.value)} BETWEEN {shown(node.low)} AND {shown(node.high)})"
    if isinstance(node, tree.InList):
        return f"({shown(node.value)} IN ({', '.join(shown(n) for n in node.options)}))"
    if isinstance(node, tree.Extract):
        return f"EXTRACT({node.field} FROM {shown(node.value)})"
    if isinstance(node, tree.Special):
        return node.name
    if isinstance(node, tree.Lambda):
        return f"({', '.join(node.parameters)}) -> {shown(node.body)}"
    if isinstance(node, tree.Parameter):
        return "?"
    if isinstance(node, tree.Grouping):
        return f"GROUPING ({', '.join(shown(n) for n in node.columns)})"
    return "…"


def type_shown(type_: TypeText) -> str:
    """A type as it was written."""
    if not type_.arguments:
        return type_.name
    inner = []
    for argument, name in zip(type_.arguments, type_.names or (None,) * len(type_.arguments), strict=True):
        written = str(argument) if isinstance(argument, int) else type_shown(argument)
        inner.append(f"{name} {written}" if name else written)
    return f"{type_.name}({', '.join(inner)})"


def _call(node: tree.Call) -> str:
    inner = "*" if node.star else ", ".join(shown(a) for a in node.arguments)
    text = f"{node.name}({'DISTINCT ' if node.distinct else ''}{inner})"
    if node.filter is not None:
        text += f" FILTER (WHERE {shown(node.filter)})"
    return text + (" OVER (…)" if node.over is not None else "")


def _case(node: tree.Case) -> str:
    parts = ["CASE"] if node.operand is None else [f"CASE {shown(node.operand)}"]
    parts.extend(f"WHEN {shown(c)} THEN {shown(r)}" for c, r in node.whens)
    if node.default is not None:
        parts.append(f"ELSE {shown(node.default)}")
    return "(" + " ".join([*parts, "END"]) + ")"
