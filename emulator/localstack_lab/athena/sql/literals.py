"""Literals: their Trino type and their DuckDB form.

https://trino.io/docs/current/language/types.html
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import Position, at, unsupported
from localstack_lab.athena.sql.functions.values import Value, text
from localstack_lab.athena.sql.zones import normal_zone

_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?$")
_DATE = r"(\d{4,6})-(\d{1,2})-(\d{1,2})"
_CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?"
_TIMESTAMP = re.compile(rf"\s*{_DATE}(?: {_CLOCK})?\s*(.*?)\s*$")
_TIME = re.compile(rf"\s*{_CLOCK}\s*(.*?)\s*$")
_EPOCH = datetime(1970, 1, 1)
NULL = Value("NULL", t.UNKNOWN, None)


def literal(node: tree.Literal) -> Value:
    """A literal without a type's name before it; raises `INVALID_LITERAL`."""
    value = node.value
    if node.kind == "boolean":
        return Value("TRUE" if value else "FALSE", t.BOOLEAN, bool(value))
    if node.kind == "string":
        return string(str(value), node.position)
    if isinstance(value, bytes):
        return Value(blob(value), t.VARBINARY, value)
    if node.kind == "integer":
        return integer(int(str(value)), node.position)
    # Athena takes 1.5 for a double, as 1.5E0: only DECIMAL '1.5' is a decimal there.
    # https://docs.aws.amazon.com/athena/latest/ug/data-types.html
    number = float(str(value))
    return Value(f"CAST('{number!r}' AS DOUBLE)", t.DOUBLE, number)


def blob(value: bytes) -> str:
    """Bytes as DuckDB's literal."""
    return f"unhex('{value.hex()}')" if value else "CAST('' AS BLOB)"


def string(value: str, position: Position | None = None) -> Value:
    """A varchar as long as its text."""
    if "\x00" in value:
        raise unsupported("The character U+0000 in a string", position)
    return Value(text(value), t.varchar(len(value)), value)


def integer(value: int, position: Position) -> Value:
    """An integer, or a bigint if it is larger."""
    if -(2**31) <= value < 2**31:
        return Value(str(value) if value >= 0 else f"({value})", t.INTEGER, value)
    if -(2**63) <= value < 2**63:
        return Value(str(value) if value >= 0 else f"({value})", t.BIGINT, value)
    raise at(position, "INVALID_LITERAL", f"Invalid numeric literal: {value}")


def decimal(written: str, position: Position) -> Value:
    """A decimal of as many digits as are written."""
    found = _NUMBER.match(written.strip())
    if not found or not (found[2] or found[3]):
        raise at(position, "INVALID_LITERAL", f"'{written}' is not a valid DECIMAL literal")
    # Leading zeros count, as trailing ones do.
    whole, fraction = found[2], found[3] or ""
    precision, scale = max(1, len(whole) + len(fraction)), len(fraction)
    if precision > t.MAX_DECIMAL:
        raise at(position, "INVALID_LITERAL", f"'{written}' is not a valid DECIMAL literal")
    type_ = t.decimal(precision, scale)
    number = Decimal(f"{found[1]}{whole or '0'}.{fraction or '0'}")
    shown = f"{found[1]}{whole or '0'}" + (f".{fraction}" if fraction else "")
    return Value(f"CAST('{shown}' AS {t.duckdb(type_)})", type_, number)


def typed(node: tree.TypedLiteral) -> Value | None:
    """A literal of date, time, timestamp, decimal or char; None for another type: then it is a CAST."""
    if node.type == "date":
        return _date(node)
    if node.type == "timestamp":
        return timestamp(node.value, node.position)
    if node.type == "time":
        return _time(node)
    if node.type == "decimal":
        return decimal(node.value, node.position)
    if node.type == "char":
        plain = str(string(node.value, node.position).constant)
        return Value(text(plain), t.char(max(1, len(plain))), plain)
    return None


def _invalid(kind: str, value: str, position: Position) -> Exception:
    return at(position, "INVALID_LITERAL", f"'{value}' is not a valid {kind} literal")


def _date(node: tree.TypedLiteral) -> Value:
    found = re.fullmatch(rf"\s*{_DATE}\s*", node.value)
    try:
        day = date(*(int(g) for g in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise _invalid("DATE", node.value, node.position)
    return Value(f"DATE '{day.isoformat()}'", t.DATE, day)


def _time(node: tree.TypedLiteral) -> Value:
    found = _TIME.match(node.value)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise _invalid("TIME", node.value, node.position)
    if found[5] and not re.fullmatch(r"[+-]\d{1,2}(:\d{2})?", found[5]):
        raise _invalid("TIME", node.value, node.position)
    if found[5]:
        raise unsupported("Type time with time zone", node.position)
    fraction = found[4] or ""
    if len(fraction) > 6:
        raise unsupported(
            f"A precision of more than 6 digits of a second, time({len(fraction)}),", node.position
        )
    shown = f"{int(found[1]):02d}:{int(found[2]):02d}:{int(found[3] or 0):02d}.{fraction.ljust(6, '0')}"
    return Value(f"TIME '{shown}'", t.time(len(fraction)), shown)


def timestamp(written: str, position: Position) -> Value:
    """`2024-01-01 10:00:00.000`, perhaps with a zone behind it; as precise as it is written."""
    found = _TIMESTAMP.match(written)
    if not found:
        raise _invalid("TIMESTAMP", written, position)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    fraction = fraction or ""
    if len(fraction) > 6:
        raise unsupported(
            f"A precision of more than 6 digits of a second, timestamp({len(fraction)}),", position
        )
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError as error:
        raise _invalid("TIMESTAMP", written, position) from error
    moment += timedelta(microseconds=int(fraction.ljust(6, "0")))
    local = timestamp_sql(moment)
    if not zone:
        return Value(local, t.timestamp(len(fraction)), moment)
    normal = normal_zone(zone)
    if normal is None:
        raise _invalid("TIMESTAMP", written, position)
    type_ = t.timestamp_tz(len(fraction))
    return Value(
        f"struct_pack(instant := lab_unshift({local}, {text(normal)}), zone := {text(normal)})", type_
    )


def timestamp_sql(moment: datetime) -> str:
    """A point of time as DuckDB's TIMESTAMP."""
    return f"TIMESTAMP '{moment.isoformat(sep=' ', timespec='microseconds')}'"


_DAY_UNITS = {"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000, "SECOND": 1000}
_YEAR_UNITS = {"YEAR": 12, "MONTH": 1}


def interval(node: tree.IntervalLiteral) -> Value:
    """`INTERVAL '2' DAY`, `INTERVAL '1-6' YEAR TO MONTH`, `INTERVAL '2 03:04:05.678' DAY TO SECOND`."""
    written = node.value.strip()
    sign = -1 if node.negative else 1
    if written[:1] in ("-", "+"):
        sign, written = (-sign if written[0] == "-" else sign), written[1:]
    if node.start in _YEAR_UNITS:
        months = _months(written, node)
        return Value(f"({sign * months})", t.INTERVAL_YEAR, sign * months)
    millis = _millis(written, node)
    return Value(f"CAST({sign * millis} AS BIGINT)", t.INTERVAL_DAY, sign * millis)


def _bad_interval(node: tree.IntervalLiteral) -> Exception:
    unit = node.start + (f" TO {node.end}" if node.end else "")
    return at(node.position, "INVALID_LITERAL", f"'{node.value}' is not a valid INTERVAL literal of {unit}")


def _months(written: str, node: tree.IntervalLiteral) -> int:
    if node.end is None or node.end == node.start:
        if not re.fullmatch(r"\d+", written):
            raise _bad_interval(node)
        return int(written) * _YEAR_UNITS[node.start]
    found = re.fullmatch(r"(\d+)-(\d+)", written)
    if not found or node.start != "YEAR" or node.end != "MONTH":
        raise _bad_interval(node)
    return int(found[1]) * 12 + int(found[2])


_DAY_FORMS = {
    ("DAY", "HOUR"): r"(?P<DAY>\d+) (?P<HOUR>\d+)",
    ("DAY", "MINUTE"): r"(?P<DAY>\d+) (?P<HOUR>\d+):(?P<MINUTE>\d+)",
    (
        "DAY",
        "SECOND",
    ): r"(?P<DAY>\d+) (?P<HOUR>\d+):(?P<MINUTE>\d+):(?P<SECOND>\d+)(?:\.(?P<MILLIS>\d{1,3}))?",
    ("HOUR", "MINUTE"): r"(?P<HOUR>\d+):(?P<MINUTE>\d+)",
    ("HOUR", "SECOND"): r"(?P<HOUR>\d+):(?P<MINUTE>\d+):(?P<SECOND>\d+)(?:\.(?P<MILLIS>\d{1,3}))?",
    ("MINUTE", "SECOND"): r"(?P<MINUTE>\d+):(?P<SECOND>\d+)(?:\.(?P<MILLIS>\d{1,3}))?",
}


def _millis(written: str, node: tree.IntervalLiteral) -> int:
    if node.end is None or node.end == node.start:
        form = rf"(?P<{node.start}>\d+)" + (r"(?:\.(?P<MILLIS>\d{1,3}))?" if node.start == "SECOND" else "")
    else:
        found_form = _DAY_FORMS.get((node.start, node.end))
        if found_form is None:
            raise _bad_interval(node)
        form = found_form
    found = re.fullmatch(form, written)
    if not found:
        raise _bad_interval(node)
    parts = found.groupdict()
    millis = int((parts.pop("MILLIS", None) or "").ljust(3, "0"))
    return millis + sum(int(v) * _DAY_UNITS[k] for k, v in parts.items() if v)
