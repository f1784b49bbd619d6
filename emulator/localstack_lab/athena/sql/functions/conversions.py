"""Conversion functions: format, numbers and sizes as text, typeof, array_join.

https://trino.io/docs/current/functions/conversion.html
"""

import decimal
import functools
import math
import re
from typing import Any

from localstack_lab.athena.sql import casts
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, java_format, registry
from localstack_lab.athena.sql.functions.emitting import constant_text, python
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, Value, text

BAD = "INVALID_FUNCTION_ARGUMENT"
_KINDS = {
    "boolean": "BOOLEAN",
    "tinyint": "BIGINT",
    "smallint": "BIGINT",
    "integer": "BIGINT",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
}
_parsed = functools.lru_cache(maxsize=256)(java_format.parse)


def _one(specifier: str, value: Any) -> str:
    (part,) = (p for p in _parsed(specifier) if not isinstance(p, str) or p)
    assert not isinstance(part, str)
    return java_format.render(part, value)


def _one_decimal(specifier: str, value: str | None) -> str:
    return _one(specifier, None if value is None else decimal.Decimal(value))


def _one_real(specifier: str, value: float | None) -> str:
    return _one(specifier, None if value is None else java_format.Real(value))


for _kind in ("BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIME", "TIMESTAMP", "VARCHAR"):
    registry.udf(f"lab_format_{_kind.lower()}", _one, ["VARCHAR", _kind], "VARCHAR", nulls="special")
registry.udf("lab_format_decimal", _one_decimal, ["VARCHAR", "VARCHAR"], "VARCHAR", nulls="special")
registry.udf("lab_format_float", _one_real, ["VARCHAR", "FLOAT"], "VARCHAR", nulls="special")


def _formatted(call: Call, specifier: str, value: Value) -> str:
    kind = value.type
    if isinstance(kind, t.DecimalType):
        return f"{call.udf('lab_format_decimal')}({specifier}, CAST({value.sql} AS VARCHAR))"
    found = _KINDS.get(kind.base)
    if t.is_zoned(kind):
        return emitting.bind(lambda x: _formatted_zoned(call, specifier, x), value.sql)
    if found is None:
        shown = (
            value.sql
            if kind in (t.UNKNOWN, t.JSON)
            else casts.convert(value.sql, kind, t.VARCHAR, call.position)
        )
        return f"{call.udf('lab_format_varchar')}({specifier}, CAST({shown} AS VARCHAR))"
    return f"{call.udf(f'lab_format_{found.lower()}')}({specifier}, CAST({value.sql} AS {found}))"


def _formatted_zoned(call: Call, specifier: str, moment: str) -> str:
    """As `ZonedDateTime.toString`, `2020-01-01T10:00-05:00[America/New_York]`, or its local fields."""
    local, zone = f"lab_local({moment})", f"struct_extract({moment}, 'zone')"
    if specifier[-2] not in "sS":
        return f"{call.udf('lab_format_timestamp')}({specifier}, {local})"
    minutes = f"datesub('minute', struct_extract({moment}, 'instant'), {local})"
    offset = f"printf('%02d:%02d', abs({minutes}) // 60, abs({minutes}) % 60)"
    shown = (
        f"{call.udf('lab_format_timestamp')}('%s', {local}) || CASE WHEN {minutes} = 0 THEN 'Z' "
        f"WHEN {minutes} < 0 THEN '-' || {offset} ELSE '+' || {offset} END "
        f"|| CASE WHEN {zone}[1] IN ('+', '-') THEN '' ELSE '[' || {zone} || ']' END"
    )
    return f"{call.udf('lab_format_varchar')}({specifier}, CASE WHEN {moment} IS NOT NULL THEN {shown} END)"


def _format(call: Call) -> str:
    """The format is taken apart before the statement runs, each argument printed by its own type."""
    form = constant_text(call.arguments[0])
    if form is None:
        raise call.invalid(
            "A format string that is not a constant is not supported by this emulator", "NOT_SUPPORTED"
        )
    try:
        parts = java_format.parse(form)
    except QueryError as fault:
        raise call.invalid(fault.message, fault.name) from fault
    pieces = ["''"]
    for part in parts:
        if isinstance(part, str):
            pieces.append(text(part))
            continue
        if part.place + 1 >= len(call.arguments):
            raise call.invalid(f"Invalid format string: {form} (Format specifier '{part.text}')")
        specifier = re.sub(r"^%(\d+\$|<)", "%", part.text)
        pieces.append(_formatted(call, text(specifier), call.arguments[part.place + 1]))
    return "(" + " || ".join(pieces) + ")"


_LETTERS = "ABCDEFGHIJKLMNOP"
for _count in range(1, len(_LETTERS) + 1):
    scalar("format", f"(varchar, {', '.join(_LETTERS[:_count])}) -> varchar", _format)


def _format_number(value: int) -> str:
    """With a letter for thousands, millions …, and as many digits after the point as make three in all.

    All numbers below ten have two of them, so the negative ones, too.
    """
    rest, unit = float(value), 0
    units = ("", "K", "M", "B", "T", "Q")
    while not -1000 < rest < 1000 and unit + 1 < len(units):
        rest /= 1000
        unit += 1
    places = 2 if rest < 10 else 1 if rest < 100 else 0
    shown = decimal.Decimal(rest).quantize(decimal.Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP)
    digits = f"{shown:f}"
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + units[unit]


def _format_double(value: float) -> str:
    """Java cuts the fraction off first; what is no number is 0, and what is too large the largest bigint."""
    if math.isnan(value):
        return _format_number(0)
    if abs(value) >= 2**63:
        return _format_number(2**63 - 1 if value > 0 else -(2**63))
    return _format_number(int(value))


for _number, _type, _function in (("bigint", "BIGINT", _format_number), ("double", "DOUBLE", _format_double)):
    scalar(
        "format_number",
        f"({_number}) -> varchar",
        python(f"lab_format_number_{_number}", _function, _type, "VARCHAR"),
    )

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kMGTPEZY]?B)")
_SIZES = {unit: 1024**i for i, unit in enumerate(("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"))}


def _data_size(value: str) -> str:
    found = _SIZE.fullmatch(value)
    if found is None:
        raise QueryError(BAD, f"Invalid data size: '{value}'")
    size = int(decimal.Decimal(found[1]) * _SIZES[found[2]])
    if size >= 10**38:
        raise QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"Value out of range: '{value}' ('{size}B')")
    return str(size)


registry.udf("lab_data_size", emitting.strict(_data_size), ["VARCHAR"], "VARCHAR", nulls="special")
scalar(
    ("parse_data_size", "parse_presto_data_size"),
    "(varchar(x)) -> decimal(38, 0)",
    lambda call: f"CAST({call.udf('lab_data_size')}({call.sql(0)}) AS DECIMAL(38,0))",
)


def _typeof(call: Call) -> str:
    return text(str(call.arguments[0].type))


scalar("typeof", "(T) -> varchar", _typeof)


def _array_join(call: Call) -> str:
    """The elements as CAST prints them; nulls are left out unless something stands in for them."""
    kind = call.arguments[0].type
    assert isinstance(kind, t.ArrayType)
    element = kind.element
    shown = "lab_e" if element == t.UNKNOWN else casts.convert("lab_e", element, t.VARCHAR, call.position)
    printed = f"list_transform({call.sql(0)}, lambda lab_e: CAST({shown} AS VARCHAR))"
    if len(call.arguments) == 2:
        return emitting.bind(
            emitting.joined, f"list_filter({printed}, lambda lab_e: lab_e IS NOT NULL)", call.sql(1)
        )
    return emitting.bind(
        lambda values, separator, instead: (
            f"(CASE WHEN {instead} IS NOT NULL THEN "
            + emitting.bind(
                lambda filled: emitting.joined(filled, separator),
                f"list_transform({values}, lambda lab_e: coalesce(lab_e, {instead}))",
            )
            + " END)"
        ),
        printed,
        call.sql(1),
        call.sql(2),
    )


scalar(
    "array_join", ("(array(T), varchar) -> varchar", "(array(T), varchar, varchar) -> varchar"), _array_join
)
