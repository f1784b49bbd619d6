"""Time zones: their names, and the way between an instant and a zone's local time.

https://trino.io/docs/current/language/types.html#timestamp-p-with-time-zone
https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/TimeZoneKey.java
"""

import datetime
import functools
import re
import zoneinfo

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, registry

_OFFSET = re.compile(r"(?:(?:etc/)?(?:utc|gmt|ut))?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_UTC = {"utc", "z", "ut", "uct", "gmt", "gmt0", "greenwich", "universal", "zulu", "utc0"}
_MOST_MINUTES = 14 * 60


@functools.lru_cache(maxsize=1024)
def canonical(name: str) -> str:
    """The name that Trino gives a zone: an IANA name, `UTC`, or an offset such as `+05:30`.

    :raises QueryError: if there is no such zone
    """
    low = name.lower()
    if low in _UTC or low.removeprefix("etc/") in _UTC:
        return "UTC"
    found = _OFFSET.fullmatch(name)
    if found:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes > _MOST_MINUTES or int(found[3] or 0) > 59:
            raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{name}' is not a valid time zone")
        # In Etc/GMT+5 the sign says how far UTC is ahead
        positive = (found[1] == "+") != low.startswith("etc/")
        return offset_name(minutes * 60 if positive else -minutes * 60)
    known = _known().get(low)
    if known is None:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{name}' is not a valid time zone")
    return known


@functools.cache
def _known() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}


def offset_name(seconds: int) -> str:
    """The zone of a fixed offset: `+05:30`, and `UTC` for none."""
    if seconds == 0:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


@functools.lru_cache(maxsize=1024)
def tzinfo(name: str) -> datetime.tzinfo:
    """The rules of a zone under its canonical name."""
    if name[0] in "+-":
        sign = -1 if name[0] == "-" else 1
        return datetime.timezone(sign * datetime.timedelta(hours=int(name[1:3]), minutes=int(name[4:6])))
    return datetime.UTC if name == "UTC" else zoneinfo.ZoneInfo(name)


def local(instant: datetime.datetime, zone: str) -> datetime.datetime:
    """The aware local time of an instant given as naive UTC."""
    return instant.replace(tzinfo=datetime.UTC).astimezone(tzinfo(zone))


def instant(moment: datetime.datetime, zone: str) -> datetime.datetime:
    """The naive UTC instant of a local time; the earlier one of two, past a gap by as much as it is in it."""
    aware = moment.replace(tzinfo=tzinfo(zone), fold=0)
    return aware.astimezone(datetime.UTC).replace(tzinfo=None)


def zoned(instant_sql: str, zone_sql: str) -> str:
    """SQL of a timestamp with time zone; null where one of the two is."""
    return emitting.bind(
        lambda i, z: (
            f"(CASE WHEN {i} IS NOT NULL AND {z} IS NOT NULL THEN "
            f"struct_pack(instant := CAST({i} AS TIMESTAMP), zone := CAST({z} AS VARCHAR)) END)"
        ),
        instant_sql,
        zone_sql,
    )


registry.udf("lab_zone", emitting.strict(canonical), ["VARCHAR"], "VARCHAR", nulls="special")
_OFFSET_ZONE = "left(zone, 1) IN ('+', '-')"
# DuckDB works constant parts out even where they are not reached, and it knows no zone such as +05:30
_NAME = f"(CASE WHEN {_OFFSET_ZONE} THEN 'UTC' ELSE zone END)"


def _macro(signature: str, body: str) -> None:
    name = signature.partition("(")[0]
    registry.macro(name, f"CREATE OR REPLACE TEMP MACRO {signature} AS {body}")


_macro(
    "lab_zone_offset(zone)",
    "to_minutes((CASE WHEN left(zone, 1) = '-' THEN -1 ELSE 1 END) * "
    "(TRY_CAST(substr(zone, 2, 2) AS INTEGER) * 60 + TRY_CAST(substr(zone, 5, 2) AS INTEGER)))",
)
_macro(
    "lab_local_at(instant, zone)",
    f"CASE WHEN zone = 'UTC' THEN instant WHEN {_OFFSET_ZONE} THEN instant + lab_zone_offset(zone) "
    f"ELSE timezone({_NAME}, timezone('UTC', instant)) END",
)
_macro("lab_local(moment)", "lab_local_at(struct_extract(moment, 'instant'), struct_extract(moment, 'zone'))")
# DuckDB takes the later of two instants with the same local time, Joda the earlier
# As Joda's convertLocalToUTC: of two instants with the same local time the one whose offset is the moment's
_macro(
    "lab_near(there, moment)",
    "CASE WHEN lab_local_at(there - (lab_local(moment) - struct_extract(moment, 'instant')), "
    "struct_extract(moment, 'zone')) = there "
    "THEN there - (lab_local(moment) - struct_extract(moment, 'instant')) "
    "ELSE lab_instant(there, struct_extract(moment, 'zone')) END",
)
_macro(
    "lab_instant(moment, zone)",
    f"CASE WHEN zone = 'UTC' THEN moment WHEN {_OFFSET_ZONE} THEN moment - lab_zone_offset(zone) "
    f"WHEN timezone({_NAME}, timezone({_NAME}, moment) - to_hours(1)) = moment "
    f"THEN timezone('UTC', timezone({_NAME}, moment) - to_hours(1)) "
    f"ELSE timezone('UTC', timezone({_NAME}, moment)) END",
)
