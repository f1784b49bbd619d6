"""Dates as ISO 8601 texts.

https://trino.io/docs/current/functions/datetime.html#to_iso8601
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.lengths import sized
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, Value


def _iso_digits(value: Value) -> str:
    """The fraction of a timestamp's precision, as a suffix over a TIMESTAMP."""
    assert isinstance(value.type, t.TimestampType)
    digits = value.type.precision
    return f" || left(strftime({{0}}, '.%f'), {digits + 1})" if digits else ""


def _to_iso(call: Call) -> str:
    template = "strftime({0}, '%Y-%m-%dT%H:%M:%S')" + _iso_digits(call.arguments[0])
    return emitting.over(call, lambda x: "(" + template.format(x) + ")")


def _to_iso_zoned(call: Call) -> str:
    template = "strftime({0}, '%Y-%m-%dT%H:%M:%S')" + _iso_digits(call.arguments[0])

    def body(x: str) -> str:
        minutes = f"datesub('minute', struct_extract({x}, 'instant'), lab_local({x}))"
        shown = (
            f"(CASE WHEN {minutes} = 0 THEN 'Z' ELSE (CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END) "
            f"|| printf('%02d:%02d', abs({minutes}) // 60, abs({minutes}) % 60) END)"
        )
        return f"({template.format(f'lab_local({x})')} || {shown})"

    return emitting.over(call, body)


scalar("to_iso8601", "(date) -> varchar(16)", "strftime({0}, '%Y-%m-%d')")
scalar("to_iso8601", "(timestamp(p)) -> varchar", _to_iso, result=sized(lambda p: 22 + min(p, 1) + p))
scalar(
    "to_iso8601",
    "(timestamp(p) with time zone) -> varchar",
    _to_iso_zoned,
    result=sized(lambda p: 28 + min(p, 1) + p),
)
