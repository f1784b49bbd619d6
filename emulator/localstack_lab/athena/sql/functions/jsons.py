"""JSON functions.

https://trino.io/docs/current/functions/json.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/JsonFunctions.java
"""

from collections.abc import Callable
from typing import Any

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, json_values, registry
from localstack_lab.athena.sql.functions.emitting import constant_text, python
from localstack_lab.athena.sql.functions.json_values import Broken
from localstack_lab.athena.sql.functions.registry import lacking, scalar
from localstack_lab.athena.sql.functions.values import Call, text

BAD = "INVALID_FUNCTION_ARGUMENT"


def _size(document: str, path: str) -> int | None:
    found = json_values.find(document, json_values.path_steps(path))
    if found is None:
        return None
    value = json_values.load(document[found[0] : found[1]])
    return len(value) if isinstance(value, list | dict) else 0


def _array(document: str) -> list[Any] | None:
    """The elements of a JSON array; None for anything else."""
    try:
        value = json_values.load(document)
    except Broken:
        return None
    return value if isinstance(value, list) else None


def _length(document: str) -> int | None:
    elements = _array(document)
    return None if elements is None else len(elements)


def _get(document: str, index: int) -> str | None:
    """Trino's own documentation calls it broken: a string comes out without its quotes."""
    elements = _array(document)
    if elements is None or not -len(elements) <= index < len(elements):
        return None
    value = elements[index]
    if value is None:
        return None
    return value if isinstance(value, str) else json_values.dump(value)


def _contains(kinds: tuple[type, ...]) -> "Any":
    def contains(document: str, wanted: Any) -> bool | None:
        elements = _array(document)
        if elements is None:
            return None
        return any(type(each) in kinds and each == wanted for each in elements)

    return contains


def _is_scalar(document: str) -> bool:
    try:
        return not isinstance(json_values.load(document), list | dict)
    except Broken as fault:
        raise QueryError(BAD, f"Invalid JSON value: {document}") from fault


def _with_path(name: str) -> "registry.Emit":
    """A constant path is checked before the statement runs."""

    def emit(call: Call) -> str:
        path = constant_text(call.arguments[1])
        if path is not None:
            try:
                json_values.path_steps(path)
            except QueryError as fault:
                raise call.invalid(fault.message) from fault
        return f"{call.udf(name)}({call.sql(0)}, {call.sql(1)})"

    return emit


def _duckdb_path(call: Call) -> tuple[str, bool] | None:
    """A constant path in DuckDB's form, and whether it has an index, maybe the name of a member."""
    path = constant_text(call.arguments[1])
    if path is None:
        return None
    steps = json_values.path_steps(path)
    if any(not step or '"' in step or "\\" in step or "*" in step for step in steps):
        return None
    index = any(step.isdigit() for step in steps)
    return "$" + "".join(f"[{s}]" if s.isdigit() else f'."{s}"' for s in steps), index


# DuckDB also takes commas before a closing bracket, and numbers that are none
_LAX = text(r",\s*[\]}]|[:\[,]\s*-?(?:[nN][aA][nN]|[iI]nf)")


def _sound(body: Callable[[str, str], str], document: str) -> str:
    """`body` over a document and over the same where it is sound JSON, else null.

    DuckDB works constant parts out even where they are not reached, so its functions never get other text.
    """

    def checked(j: str) -> str:
        sound = f"(CASE WHEN json_valid({j}) AND NOT regexp_matches({j}, {_LAX}) THEN {j} END)"
        return emitting.bind(lambda v: body(j, v), sound)

    return emitting.bind(checked, document)


def _emit_scalar(call: Call) -> str:
    """In DuckDB where its parser agrees with Jackson: sound text, and no number that it prints otherwise."""
    found = _duckdb_path(call)
    slow = f"{call.udf('lab_json_extract_scalar')}({{0}}, {call.sql(1)})"
    if found is None:
        return slow.format(call.sql(0))
    path, index = text(found[0]), found[1]

    def body(j: str, v: str) -> str:
        value = f"json_extract_string({v}, {path})"
        kind = f"json_type({v}, {path})"
        # An index may name a member of an object, which DuckDB does not look for
        absent = "" if index else f"WHEN {v} IS NOT NULL AND {kind} IS NULL THEN NULL "
        return (
            f"(CASE {kind} WHEN 'VARCHAR' THEN {value} WHEN 'UBIGINT' THEN {value} "
            f"WHEN 'BOOLEAN' THEN {value} "
            f"WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL "
            f"ELSE CASE {absent}WHEN true THEN {slow.format(j)} END END)"
        )

    return _sound(body, call.sql(0))


def _emit_extract(call: Call) -> str:
    """As `_emit_scalar`; DuckDB's text of a value without fractions and exponents is Jackson's."""
    found = _duckdb_path(call)
    slow = f"{call.udf('lab_json_extract')}({{0}}, {call.sql(1)})"
    if found is None:
        return slow.format(call.sql(0))
    path, index = text(found[0]), found[1]

    def body(j: str, v: str) -> str:
        def chosen(value: str) -> str:
            other = f"{v} IS NULL OR {value} IS NULL" if index else f"{v} IS NULL"
            other += f" OR regexp_matches({value}, '[0-9][.eE]')"
            return f"(CASE WHEN {other} THEN {slow.format(j)} ELSE {value} END)"

        return emitting.bind(chosen, f"CAST(json_extract({v}, {path}) AS VARCHAR)")

    return _sound(body, call.sql(0))


for _name, _function, _kind in (
    ("lab_json_extract", json_values.extract, "VARCHAR"),
    ("lab_json_extract_scalar", json_values.extract_scalar, "VARCHAR"),
    ("lab_json_size", _size, "BIGINT"),
):
    registry.udf(_name, emitting.strict(_function), ["VARCHAR", "VARCHAR"], _kind, nulls="special")
for _json in ("json", "varchar(x)"):
    scalar("json_extract", f"({_json}, varchar) -> json", _emit_extract)
    scalar("json_size", f"({_json}, varchar) -> bigint", _with_path("lab_json_size"))
scalar("json_extract_scalar", "(json, varchar) -> varchar", _emit_scalar)
scalar("json_extract_scalar", "(varchar(x), varchar) -> varchar(x)", _emit_scalar)
scalar(
    "json_parse",
    "(varchar(x)) -> json",
    python("lab_json_parse", json_values.canonical, "VARCHAR", "VARCHAR"),
)
scalar("json_format", "(json) -> varchar", "{0}")
for _name, _unary, _kind, _type in (
    ("json_array_length", _length, "BIGINT", "bigint"),
    ("is_json_scalar", _is_scalar, "BOOLEAN", "boolean"),
):
    scalar(
        _name,
        (f"(json) -> {_type}", f"(varchar(x)) -> {_type}"),
        python(f"lab_{_name}", _unary, "VARCHAR", _kind),
    )
scalar(
    "json_array_get",
    ("(json, bigint) -> json", "(varchar(x), bigint) -> json"),
    python("lab_json_array_get", _get, "VARCHAR; BIGINT", "VARCHAR"),
)
for _type, _kind, _classes in (
    ("boolean", "BOOLEAN", (bool,)),
    ("bigint", "BIGINT", (int,)),
    ("double", "DOUBLE", (float, int)),
    ("varchar(y)", "VARCHAR", (str,)),
):
    scalar(
        "json_array_contains",
        (f"(json, {_type}) -> boolean", f"(varchar(x), {_type}) -> boolean"),
        python(f"lab_json_contains_{_kind.lower()}", _contains(_classes), f"VARCHAR; {_kind}", "BOOLEAN"),
    )
lacking("json_table", reason="a table function")
