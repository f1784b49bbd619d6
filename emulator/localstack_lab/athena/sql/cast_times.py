"""Dates, times and timestamps as one another, rounded to the digits of the target.

https://trino.io/docs/current/language/timestamp.html
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql import zones


def rounded(sql: str, precision: int, source_precision: int = 6) -> str:
    """A TIMESTAMP rounded half up to a number of digits of a second."""
    if precision >= source_precision:
        return sql
    unit = 10 ** (6 - precision)
    micros = f"epoch_us({sql})"
    # Floor division, so that times before 1970 round the same way.
    floored = f"(({micros} + {unit // 2}) - (((({micros} + {unit // 2}) % {unit}) + {unit}) % {unit}))"
    return f"make_timestamp({floored})"


def to_timestamp(sql: str, source: t.Type, target: t.TimestampType) -> str | None:
    """A date or timestamp as another timestamp, in UTC where a zone is lacking; None for other types."""
    if source == t.DATE:
        local = f"CAST({sql} AS TIMESTAMP)"
        return zones.zoned(local, "'UTC'") if target.zoned else local
    if not isinstance(source, t.TimestampType):
        return None
    if source.zoned:
        if not target.zoned:
            return rounded(zones.local(sql), target.precision, source.precision)
        if target.precision >= source.precision:
            return sql
        moment = rounded(f"({sql}).instant", target.precision, source.precision)
        return zones.instant_in(moment, f"({sql}).zone")
    moment = rounded(sql, target.precision, source.precision)
    return zones.zoned(moment, "'UTC'") if target.zoned else moment


def to_date(sql: str, source: t.Type) -> str | None:
    """The local date of a timestamp; None for other types."""
    if not isinstance(source, t.TimestampType):
        return None
    return f"CAST({zones.local(sql) if source.zoned else sql} AS DATE)"


def to_time(sql: str, source: t.Type, target: t.TimeType) -> str | None:
    """A time, or the local time of a timestamp, with the digits of `target`; None for other types."""
    if isinstance(source, t.TimeType):
        if target.precision >= source.precision:
            return sql
        return f"CAST({rounded(f'(DATE {chr(39)}1970-01-01{chr(39)} + {sql})', target.precision)} AS TIME)"
    if isinstance(source, t.TimestampType):
        local = zones.local(sql) if source.zoned else sql
        return f"CAST({rounded(local, target.precision, source.precision)} AS TIME)"
    return None
