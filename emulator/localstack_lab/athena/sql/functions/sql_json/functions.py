"""The Python functions behind JSON_EXISTS, JSON_QUERY, JSON_VALUE, JSON_ARRAY and JSON_OBJECT.

Each is called with a text that says what the statement's text gives (path, types, clauses), the document, and
the values that vary as texts.

https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/scalar/json
"""

import functools
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import json_values, registry
from localstack_lab.athena.sql.functions.json_values import Broken
from localstack_lab.athena.sql.functions.sql_json import items, paths
from localstack_lab.athena.sql.functions.sql_json.evaluation import Items, evaluate
from localstack_lab.athena.sql.functions.sql_json.items import Failed, Typed, dump
from localstack_lab.athena.sql.type_text import parse_type

ENCODINGS = {"UTF8": "utf-8", "UTF16": "utf-16-le", "UTF32": "utf-32-le"}
# What `value` puts before a text for the type that it has
LETTERS = (
    *(("i", t.INTEGER), ("l", t.BIGINT), ("h", t.SMALLINT), ("t", t.TINYINT)),
    *(("d", t.DOUBLE), ("r", t.REAL), ("b", t.BOOLEAN), ("s", t.VARCHAR)),
)
_BLANK = re.compile(r"[ \t\n\r]*")


class _Problem(Exception):
    """What ON ERROR handles."""

    def __init__(self, error: QueryError) -> None:
        super().__init__(str(error))
        self.error = error


@functools.lru_cache(maxsize=256)
def _plan(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    found["types"] = [None if each is None else parse_type(each) for each in found.get("types", [])]
    return found


def read(text: str) -> Any:
    """The first JSON value of a text; what follows it is not read, as by Jackson.

    :raises QueryError: `JSON_INPUT_CONVERSION_ERROR` if it is none
    """
    blank = _BLANK.match(text)
    start = blank.end() if blank else 0
    if start == len(text):
        raise QueryError("NOT_SUPPORTED", "An empty text as JSON is not supported by this emulator")
    try:
        value, end = json_values.first(text, start)
    except Broken as fault:
        raise QueryError("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed: ") from fault
    after = text[end : end + 1]
    if isinstance(value, str | list | dict) or not after:
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if after not in " \t\n\r" if number else after.isalnum():
        raise QueryError("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed: ")
    return value


def _value(type_: t.Type, text: str) -> Any:
    """An SQL value of its text."""
    if type_ == t.BOOLEAN:
        return Typed(type_, text == "true")
    if t.is_integer(type_):
        return Typed(type_, int(text))
    if type_.base in ("double", "real"):
        return Typed(type_, items.real(float(text)) if type_ == t.REAL else float(text))
    return Typed(type_, Decimal(text)) if isinstance(type_, t.DecimalType) else Typed(type_, text)


def _variables(plan: dict[str, Any], given: list[str | None]) -> dict[str, Items]:
    """The items of each variable: null is JSON's, or no item at all where it has a FORMAT."""
    found: dict[str, Items] = {}
    for name, type_, text in zip(plan["names"], plan["types"], given, strict=True):
        if type_ is None:
            found[name] = [] if text is None else [read(text)]
        else:
            found[name] = [None if text is None else _value(type_, text)]
    return found


def _found(plan: dict[str, Any], document: str, given: list[str | None]) -> Items:
    try:
        return evaluate(paths.parse(plan["path"]), read(document), _variables(plan, given))
    except Failed as fault:
        raise _Problem(fault.error()) from fault
    except QueryError as fault:
        if fault.name != "JSON_INPUT_CONVERSION_ERROR":
            raise
        raise _Problem(fault) from fault


def exists(spec: str, document: str | None, given: list[str | None]) -> bool | None:
    """JSON_EXISTS."""
    if document is None:
        return None
    plan = _plan(spec)
    try:
        return bool(_found(plan, document, given))
    except _Problem as problem:
        if plan["error"] == "ERROR":
            raise problem.error from problem
        return {"TRUE": True, "FALSE": False}.get(plan["error"])


_SPECIAL = {"NULL": None, "EMPTY ARRAY": "[]", "EMPTY OBJECT": "{}"}


def query(spec: str, document: str | None, given: list[str | None]) -> str | None:
    """JSON_QUERY, as text."""
    if document is None:
        return None
    plan = _plan(spec)
    try:
        sequence = _found(plan, document, given)
        if not sequence:
            if plan["empty"] == "ERROR":
                raise _converting("JSON path found no items")
            return _SPECIAL[plan["empty"]]
        wrapper = plan["wrapper"]
        single = len(sequence) == 1 and isinstance(sequence[0], list | dict)
        if wrapper == "UNCONDITIONAL" or (wrapper == "CONDITIONAL" and not single):
            sequence = [sequence]
        if len(sequence) > 1:
            raise _Problem(_converting("JSON path found multiple items"))
    except _Problem as problem:
        if plan["error"] == "ERROR":
            raise problem.error from problem
        return _SPECIAL[plan["error"]]
    text = items.text_of(sequence[0])
    return _sound(text if plan["omit"] and text is not None else dump(sequence[0]))


def _sound(text: str) -> str:
    """A text with `?` for halves of surrogate pairs, as Java writes them in UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _converting(message: str) -> QueryError:
    return QueryError("JSON_OUTPUT_CONVERSION_ERROR", f"conversion from JSON failed: {message}")


def value(spec: str, document: str | None, given: list[str | None]) -> str | None:
    """JSON_VALUE, as a letter for what it is and its text.

    The letters are those of `LETTERS` and `m` for a decimal; `n` stands for JSON's null, `e` for no item, and
    an error's text comes behind `!`.
    """
    if document is None:
        return None
    try:
        sequence = _found(_plan(spec), document, given)
    except _Problem as problem:
        return f"!{problem.error}"
    if not sequence:
        return "e"
    if len(sequence) > 1:
        return f"!{unextracted('JSON path found multiple items')}"
    item = sequence[0]
    if item is None:
        return "n"
    try:
        found = items.scalar(item)
    except Failed:
        message = "JSON path found an item that cannot be converted to an SQL value"
        return f"!{unextracted(message)}"
    return _letter(found.type) + _sound(_plain(found))


def unextracted(message: str) -> QueryError:
    """The error of an item that is no SQL scalar of the wanted type."""
    return QueryError("JSON_VALUE_RESULT_ERROR", f"cannot extract SQL scalar from JSON: {message}")


def _letter(type_: t.Type) -> str:
    if t.is_string(type_):
        return "s"
    return next((letter for letter, each in LETTERS if each == type_), "m")


def _plain(found: Typed) -> str:
    if isinstance(found.value, bool):
        return str(found.value).lower()
    if isinstance(found.value, Decimal):
        return f"{found.value:f}"
    return repr(found.value) if isinstance(found.value, float) else str(found.value)


def _elements(plan: dict[str, Any], given: list[str | None]) -> Items:
    return [
        None if text is None else read(text) if type_ is None else _value(type_, text)
        for type_, text in zip(plan["types"], given, strict=True)
    ]


def array(spec: str, given: list[str | None]) -> str:
    """JSON_ARRAY."""
    plan = _plan(spec)
    elements = zip(_elements(plan, given), given, strict=True)
    return _sound(dump([element for element, text in elements if text is not None or plan["nulls"]]))


def made_object(spec: str, keys: list[str | None], given: list[str | None]) -> str:
    """JSON_OBJECT; Trino's is a Java HashMap, and its members come in the order of that."""
    plan = _plan(spec)
    members: dict[str, Any] = {}
    for key, element, text in zip(keys, _elements(plan, given), given, strict=True):
        if key is None:
            message = "null value passed for JSON object key to JSON_OBJECT function"
            raise QueryError("INVALID_FUNCTION_ARGUMENT", message)
        if text is None and not plan["nulls"]:
            continue
        if key in members:
            if plan["unique"]:
                message = "duplicate key passed to JSON_OBJECT function"
                raise QueryError("INVALID_FUNCTION_ARGUMENT", message)
            raise QueryError("NOT_SUPPORTED", "cannot construct a JSON object with duplicate key")
        members[key] = element
    return _sound(dump({key: members[key] for key in _hashed(list(members))}))


def _hashed(keys: list[str]) -> list[str]:
    """Keys in the order of a java.util.HashMap that they were put into."""
    size = 16
    while len(keys) > size * 3 // 4:
        size *= 2
    return sorted(keys, key=lambda key: _hash(key) & (size - 1))


def _hash(key: str) -> int:
    units = key.encode("utf-16-be", "surrogatepass")
    code = 0
    for at in range(0, len(units), 2):
        code = (31 * code + (units[at] << 8 | units[at + 1])) & 0xFFFFFFFF
    return code ^ (code >> 16)


def encode(text: str | None, encoding: str) -> bytes | None:
    """JSON text as bytes."""
    return None if text is None else text.encode(ENCODINGS[encoding], "replace")


def decode(data: bytes | None, encoding: str) -> str | None:
    """Bytes as JSON text; what is broken is replaced, as Java's readers do."""
    return None if data is None else data.decode(ENCODINGS[encoding], "replace")


def _shallow(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose JSON is deeper than Python's stack is refused by name."""

    @functools.wraps(function)
    def called(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except RecursionError as fault:
            raise QueryError("NOT_SUPPORTED", "JSON so deep is not supported by this emulator") from fault

    return called


_GIVEN = "VARCHAR[]"
registry.udf(
    "lab_sql_json_exists", _shallow(exists), ["VARCHAR", "VARCHAR", _GIVEN], "BOOLEAN", nulls="special"
)
registry.udf(
    "lab_sql_json_query", _shallow(query), ["VARCHAR", "VARCHAR", _GIVEN], "VARCHAR", nulls="special"
)
registry.udf(
    "lab_sql_json_value", _shallow(value), ["VARCHAR", "VARCHAR", _GIVEN], "VARCHAR", nulls="special"
)
registry.udf("lab_sql_json_array", _shallow(array), ["VARCHAR", _GIVEN], "VARCHAR", nulls="special")
registry.udf(
    "lab_sql_json_object", _shallow(made_object), ["VARCHAR", _GIVEN, _GIVEN], "VARCHAR", nulls="special"
)
registry.udf("lab_sql_json_encode", encode, ["VARCHAR", "VARCHAR"], "BLOB", nulls="special")
registry.udf("lab_sql_json_decode", decode, ["BLOB", "VARCHAR"], "VARCHAR", nulls="special")
