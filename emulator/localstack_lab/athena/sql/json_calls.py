"""The functions of SQL/JSON: their types, errors and DuckDB SQL.

https://trino.io/docs/current/functions/json.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/ExpressionAnalyzer.java
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce, convert
from localstack_lab.athena.sql.errors import Position, QueryError, at, unsupported
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.sql_json import paths
from localstack_lab.athena.sql.functions.sql_json.functions import LETTERS, unextracted
from localstack_lab.athena.sql.functions.values import Value, fail, fail_with, text
from localstack_lab.athena.sql.json_tree import JsonInput, SqlJson
from localstack_lab.athena.sql.statement import Statement
from localstack_lab.athena.sql.walking import walk

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context

_RETURNING_JSON = ("json_query", "json_array", "json_object")
_DIGITS = t.decimal(38, 18)


class JsonCalls:
    """The part of the analysis that handles the functions of SQL/JSON."""

    statement: Statement
    value: Callable[[tree.Node, "Context"], Value]
    type_of: Callable[[tree.TypeText, Position], t.Type]

    def sql_json(self, node: SqlJson, context: "Context") -> Value:
        """What JSON_EXISTS, JSON_QUERY, JSON_VALUE, JSON_ARRAY or JSON_OBJECT yields."""
        if node.name in ("json_array", "json_object"):
            return self._json_made(node, context)
        document = self._json_document(node.inputs[0], context)
        spec, given = self._json_passed(node, context)
        if node.name == "json_exists":
            spec["error"] = node.error or "FALSE"
            return Value(self._json_called("exists", spec, document, given), t.BOOLEAN)
        if node.name == "json_query":
            return self._json_query(node, spec, document, given)
        return self._json_extracted(node, context, self._json_called("value", spec, document, given))

    def _json_called(self, name: str, spec: dict[str, object], *arguments: str) -> str:
        self.statement.used.add(f"lab_sql_json_{name}")
        given = ", ".join([text(json.dumps(spec, ensure_ascii=True)), *arguments])
        return f"lab_sql_json_{name}({given})"

    # Input

    def _json_document(self, item: JsonInput, context: "Context") -> str:
        """A JSON document as text, of the types that Trino reads JSON from."""
        value = self.value(item.value, context)
        implied = isinstance(item.value, SqlJson) and item.value.name in _RETURNING_JSON
        format_ = item.format or (item.value.output if implied and isinstance(item.value, SqlJson) else None)
        format_ = format_ or "JSON"
        if value.type == t.VARBINARY:
            self.statement.used.add("lab_sql_json_decode")
            encoding = "UTF8" if format_ == "JSON" else format_
            return f"lab_sql_json_decode({value.sql}, {text(encoding)})"
        if format_ != "JSON" or (value.type != t.UNKNOWN and not t.is_string(value.type)):
            message = f"Cannot read input of type {value.type} as JSON using formatting {format_}"
            raise at(item.position, "TYPE_MISMATCH", message)
        return f"CAST({value.sql} AS VARCHAR)"

    def _json_item(
        self, item: JsonInput, context: "Context", what: str, any_type: bool
    ) -> tuple[str, str | None]:
        """A passed value as text and the name of its type, None for JSON."""
        implied = isinstance(item.value, SqlJson) and item.value.name in _RETURNING_JSON
        if item.format or implied:
            return self._json_document(item, context), None
        value = self.value(item.value, context)
        type_ = value.type
        if type_ == t.UNKNOWN:
            return "CAST(NULL AS VARCHAR)", "boolean"
        if t.is_string(type_) or t.is_numeric(type_) or type_ == t.BOOLEAN:
            return f"CAST({value.sql} AS VARCHAR)", str(type_)
        if not any_type:
            if type_.base in ("date", "time", "timestamp", "timestamp with time zone"):
                raise unsupported(f"A JSON path parameter of type {type_}", item.position)
            raise at(item.position, "NOT_SUPPORTED", f"Unsupported type of {what}: {type_}")
        if type_ != t.VARBINARY:
            try:
                return convert(value.sql, type_, t.VARCHAR, item.position), "varchar"
            except QueryError as error:
                if error.name != "TYPE_MISMATCH":
                    raise
        raise at(item.position, "NOT_SUPPORTED", f"Unsupported type of {what}: {type_}")

    def _json_passed(self, node: SqlJson, context: "Context") -> tuple[dict[str, object], str]:
        """The path and its variables: what is constant, and the list of the others."""
        assert node.path is not None
        names: list[str] = []
        values: list[tuple[str, str | None]] = []
        for name, item in zip(node.names, node.inputs[1:], strict=True):
            if name in names:
                message = f"{name} JSON path parameter is specified more than once"
                raise at(item.position, "DUPLICATE_PARAMETER_NAME", message)
            names.append(name)
            values.append(self._json_item(item, context, "JSON path parameter", False))
        self._json_check(node.path, names)
        spec: dict[str, object] = {"path": node.path.value, "names": names, "types": [k for _, k in values]}
        return spec, _listed([sql for sql, _ in values])

    def _json_check(self, literal: tree.Literal, names: list[str]) -> None:
        """Raise what is wrong with a path before the statement runs."""
        written, place = str(literal.value), literal.position
        try:
            path = paths.parse(written)
        except paths.BadPath as bad:
            line, column = paths.position(written, bad.place, *place)
            raise at(Position(line, column), "SYNTAX_ERROR", bad.message) from bad
        except QueryError as error:
            raise at(place, error.name, error.message) from error
        for variable in path.variables:
            if variable in names:
                continue
            message = f"no value passed for parameter {variable}"
            if variable.upper() in [name.upper() for name in names]:
                message += f'. Try quoting "{variable}" in the PASSING clause to match case'
            raise at(place, "INVALID_PATH", message)

    # Output

    def _json_output(self, node: SqlJson, sql: str) -> Value:
        """JSON text as the type after RETURNING."""
        returned = self.type_of(node.returning, node.position) if node.returning else t.VARCHAR
        format_ = node.output or "JSON"
        if returned == t.VARBINARY:
            self.statement.used.add("lab_sql_json_encode")
            encoding = "UTF8" if format_ == "JSON" else format_
            return Value(f"lab_sql_json_encode({sql}, {text(encoding)})", returned)
        if format_ != "JSON" or not t.is_string(returned):
            message = f"Cannot output JSON value as {returned} using formatting {format_}"
            raise at(node.position, "TYPE_MISMATCH", message)
        return Value(f"({convert(sql, t.VARCHAR, returned, node.position)})", returned)

    def _json_made(self, node: SqlJson, context: "Context") -> Value:
        what = f"value passed to {node.name.upper()} function"
        values = [self._json_item(item, context, what, True) for item in node.inputs]
        nulls = node.nulls == "NULL" if node.nulls else node.name == "json_object"
        spec: dict[str, object] = {"types": [kind for _, kind in values], "nulls": nulls}
        given = _listed([sql for sql, _ in values])
        if node.name == "json_array":
            return self._json_output(node, self._json_called("array", spec, given))
        if node.unique and any(kind is None for _, kind in values):
            message = (
                "WITH UNIQUE KEYS behavior is not supported for JSON_OBJECT function when input expression "
                "has FORMAT"
            )
            raise at(node.position, "NOT_SUPPORTED", message)
        keys = []
        for key in node.keys:
            value = self.value(key, context)
            if not t.is_string(value.type) and value.type != t.UNKNOWN:
                message = f"Invalid type of JSON object key: {value.type}"
                raise at(key.position, "INVALID_FUNCTION_ARGUMENT", message)
            keys.append(f"CAST({value.sql} AS VARCHAR)")
        spec["unique"] = node.unique
        return self._json_output(node, self._json_called("object", spec, _listed(keys), given))

    def _json_query(self, node: SqlJson, spec: dict[str, object], document: str, given: str) -> Value:
        if node.wrapper and node.quotes:
            message = (
                f"{node.quotes} QUOTES behavior specified with WITH {node.wrapper} ARRAY WRAPPER behavior"
            )
            raise at(node.position, "INVALID_FUNCTION_ARGUMENT", message)
        spec |= {
            "wrapper": node.wrapper,
            "omit": node.quotes == "OMIT",
            "empty": node.empty or "NULL",
            "error": node.error or "NULL",
        }
        return self._json_output(node, self._json_called("query", spec, document, given))

    def _json_extracted(self, node: SqlJson, context: "Context", called: str) -> Value:
        """JSON_VALUE: the item cast to the type after RETURNING, and what stands for none and for errors."""
        returned = self.type_of(node.returning, node.position) if node.returning else t.VARCHAR
        times = ("date", "time", "timestamp", "timestamp with time zone")
        simple = t.is_string(returned) or t.is_numeric(returned) or returned == t.BOOLEAN
        if not simple and returned.base not in times:
            message = f"Invalid return type of function JSON_VALUE: {returned}"
            raise at(node.position, "TYPE_MISMATCH", message)
        empty = self._json_default(node.empty_default, returned, context, "EMPTY")
        error = self._json_default(node.error_default, returned, context, "ERROR")

        if empty is not None and not isinstance(node.empty_default, tree.Literal) and node.error != "ERROR":
            # A default that fails is an error as any other: ON ERROR says what becomes of it.
            instead = error or f"CAST(NULL AS {t.duckdb(returned)})"
            empty = emitting.bind(
                lambda tried: f"(CASE WHEN {tried} IS NULL THEN {instead} ELSE {tried}[1] END)",
                f"TRY([{empty}])",
            )

        def body(found: str) -> str:
            return _cased(node, returned, found, empty, error)

        return Value(emitting.bind(body, called), returned)

    def _json_default(
        self, node: tree.Node | None, returned: t.Type, context: "Context", clause: str
    ) -> str | None:
        if node is None:
            return None
        value = self.value(node, context)
        inside = walk(node)
        if any(isinstance(each, tree.Query) for each in inside) or "(SELECT " in value.sql:
            raise unsupported("A subquery in DEFAULT", node.position)
        if any(isinstance(each, tree.Call) and each.over is not None for each in inside):
            raise unsupported("A window function in DEFAULT", node.position)
        if not t.can_coerce(value.type, returned):
            message = (
                f"Function JSON_VALUE default ON {clause} result must evaluate to a {returned} "
                f"(actual: {value.type})"
            )
            raise at(node.position, "TYPE_MISMATCH", message)
        return coerce(value, returned).sql


def _listed(values: list[str]) -> str:
    return f"CAST([{', '.join(values)}] AS VARCHAR[])"


def _cased(node: SqlJson, returned: t.Type, found: str, empty: str | None, error: str | None) -> str:
    """SQL over an answer of lab_sql_json_value."""
    held = t.duckdb(returned)
    null = f"CAST(NULL AS {held})"
    letter, rest = f"{found}[1]", f"{found}[2:]"

    def failed(kind: str) -> str:
        if node.error == "ERROR":
            message = (
                f"Cannot cast value of type {kind} to declared return type of function JSON_VALUE: {returned}"
            )
            raised = unextracted(message)
            return fail(raised.name, raised.message)
        return error or null

    raised = unextracted("JSON path found no items")
    absent = {"ERROR": fail(raised.name, raised.message)}.get(node.empty, empty or null)
    broken = f"lab_fail({rest})" if node.error == "ERROR" else error or null
    cases = [
        f"WHEN {found} IS NULL OR {letter} = 'n' THEN {null}",
        f"WHEN {letter} = 'e' THEN {absent}",
        f"WHEN {letter} = '!' THEN {broken}",
    ]
    for mark, type_ in LETTERS:
        cases.append(f"WHEN {letter} = '{mark}' THEN {_converted(mark, type_, rest, returned, failed)}")
    cases.append(f"ELSE {_from_decimal(rest, returned, failed)}")
    return f"CAST((CASE {' '.join(cases)} END) AS {held})"


def _converted(mark: str, type_: t.Type, rest: str, returned: t.Type, failed: Callable[[str], str]) -> str:
    kind = str(type_)
    # Each branch only reads what its letter promises; DuckDB may work out all of them.
    value = rest if mark == "s" else f"TRY_CAST({rest} AS {t.duckdb(type_)})"
    try:
        cast = convert(value, type_, returned)
    except QueryError as fault:
        if fault.name != "TYPE_MISMATCH":
            raise
        return failed(kind)
    return f"coalesce(TRY({cast}), {failed(kind)})"


def _from_decimal(rest: str, returned: t.Type, failed: Callable[[str], str]) -> str:
    """A decimal's scale varies by row: its text serves for strings, decimal(38,18) for numbers."""
    kind = "decimal"
    if isinstance(returned, t.VarcharType | t.CharType):
        if returned.length is None:
            return rest
        padded = f"rpad({rest}, {returned.length}, ' ')" if isinstance(returned, t.CharType) else rest
        return f"CASE WHEN length({rest}) <= {returned.length} THEN {padded} ELSE {failed(kind)} END"
    held = f"TRY_CAST({rest} AS {t.duckdb(_DIGITS)})"
    try:
        cast = convert(held, _DIGITS, returned)
    except QueryError as fault:
        if fault.name != "TYPE_MISMATCH":
            raise
        return failed(kind)
    wide = fail_with(
        "NOT_SUPPORTED", "'A decimal of so many digits from JSON_VALUE is not supported: '", rest
    )
    small = f"({held} IS NOT NULL AND length(split_part({rest}, '.', 2)) <= 18)"
    return f"CASE WHEN {small} THEN coalesce(TRY({cast}), {failed(kind)}) ELSE {wide} END"
