"""JSON functions.

https://trino.io/docs/current/functions/json.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/JsonFunctions.java
"""

from typing import Any

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, json_values, registry
from localstack_lab.athena.sql.functions.emitting import constant_text, python
from localstack_lab.athena.sql.functions.json_values import Broken
from localstack_lab.athena.sql.functions.registry import lacking, scalar
from localstack_lab.athena.sql.functions.values import Call

BAD = "INVALID_FUNCTION_ARGUMENT"


def _size(text: str, path: str) -> int | None:
    found = json_values.find(text, json_values.path_steps(path))
    if found is None:
        return None
    value = json_values.load(text[found[0] : found[1]])
    return len(value) if isinstance(value, list | dict) else 0


def _array(text: str) -> list[Any] | None:
    """The elements of a JSON array; None for anything else."""
    try:
        value = json_values.load(text)
    except Broken:
        return None
    return value if isinstance(value, list) else None


def _length(text: str) -> int | None:
    elements = _array(text)
    return None if elements is None else len(elements)


def _get(text: str, index: int) -> str | None:
    """Trino's own documentation calls it broken: a string comes out without its quotes."""
    elements = _array(text)
    if elements is None or not -len(elements) <= index < len(elements):
        return None
    value = elements[index]
    if value is None:
        return None
    return value if isinstance(value, str) else json_values.dump(value)


def _contains(kinds: tuple[type, ...]) -> "Any":
    def contains(text: str, wanted: Any) -> bool | None:
        elements = _array(text)
        if elements is None:
            return None
        return any(type(each) in kinds and each == wanted for each in elements)

    return contains


def _is_scalar(text: str) -> bool:
    try:
        return not isinstance(json_values.load(text), list | dict)
    except Broken as fault:
        raise QueryError(BAD, f"Invalid JSON value: {text}") from fault


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


for _name, _function, _kind in (
    ("lab_json_extract", json_values.extract, "VARCHAR"),
    ("lab_json_extract_scalar", json_values.extract_scalar, "VARCHAR"),
    ("lab_json_size", _size, "BIGINT"),
):
    registry.udf(_name, emitting.strict(_function), ["VARCHAR", "VARCHAR"], _kind, nulls="special")
for _json in ("json", "varchar(x)"):
    scalar("json_extract", f"({_json}, varchar) -> json", _with_path("lab_json_extract"))
    scalar("json_size", f"({_json}, varchar) -> bigint", _with_path("lab_json_size"))
scalar("json_extract_scalar", "(json, varchar) -> varchar", _with_path("lab_json_extract_scalar"))
scalar("json_extract_scalar", "(varchar(x), varchar) -> varchar(x)", _with_path("lab_json_extract_scalar"))
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
lacking(
    "json_exists",
    "json_query",
    "json_value",
    "json_object",
    "json_array",
    "json_table",
    reason="SQL/JSON paths",
)
