"""Time zones: moving between an instant with its zone and the local time there.

A zone is a name of the tz database, or an offset `+05:30`; UTC is called `UTC`.
https://trino.io/docs/current/language/types.html#timestamp-p-with-time-zone
"""

import re

from localstack_lab.athena.sql.functions.registry import macro

# Minutes east of UTC that an offset such as +05:30 means; null for a name.
macro(
    "lab_offset",
    """CREATE OR REPLACE TEMP MACRO lab_offset(zone) AS
    CASE WHEN zone[1] = '+' THEN TRY_CAST(zone[2:3] AS BIGINT) * 60 + TRY_CAST(zone[5:6] AS BIGINT)
         WHEN zone[1] = '-' THEN -(TRY_CAST(zone[2:3] AS BIGINT) * 60 + TRY_CAST(zone[5:6] AS BIGINT)) END""",
)
# DuckDB works constant parts out even where they are not reached, so no offset may get to its functions.
macro(
    "lab_zone_name",
    """CREATE OR REPLACE TEMP MACRO lab_zone_name(zone) AS
    CASE WHEN zone[1] IN ('+', '-') THEN 'UTC' ELSE zone END""",
)
macro(
    "lab_shift",
    """CREATE OR REPLACE TEMP MACRO lab_shift(instant, zone) AS
    CASE WHEN zone = 'UTC' THEN instant
         WHEN zone[1] IN ('+', '-') THEN instant + to_minutes(lab_offset(zone))
         ELSE timezone(lab_zone_name(zone), timezone('UTC', instant)) END""",
)
macro(
    "lab_unshift",
    """CREATE OR REPLACE TEMP MACRO lab_unshift(local, zone) AS
    CASE WHEN zone = 'UTC' THEN local
         WHEN zone[1] IN ('+', '-') THEN local - to_minutes(lab_offset(zone))
         ELSE timezone('UTC', timezone(lab_zone_name(zone), local)) END""",
)

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$")
_UTC = frozenset(("utc", "z", "gmt", "ut", "uct", "zulu", "etc/utc", "etc/gmt", "etc/uct", "greenwich"))


def normal_zone(zone: str) -> str | None:
    """A zone as values carry it: an offset as `+05:30`, UTC as `UTC`, a name as it is; None if it is none."""
    if zone.lower() in ("utc", "z", "etc/utc"):
        return "UTC"
    found = _OFFSET.match(zone)
    if found:
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours * 60 + minutes > 14 * 60 or minutes > 59:
            return None
        if not hours and not minutes:
            return "UTC"
        return f"{found[1]}{hours:02d}:{minutes:02d}"
    return zone if zone in names() else None


_NAMES: list[frozenset[str]] = []


def names() -> frozenset[str]:
    """All names of zones that DuckDB's ICU knows."""
    if not _NAMES:
        import duckdb  # only a worker analyses names of zones, and only a worker may load it

        with duckdb.connect() as connection:
            rows = connection.execute("SELECT name FROM pg_timezone_names()").fetchall()
        _NAMES.append(frozenset(str(row[0]) for row in rows))
    return _NAMES[0]


def local(instant_and_zone: str) -> str:
    """SQL of the local TIMESTAMP of a timestamp with time zone."""
    return f"lab_shift(({instant_and_zone}).instant, ({instant_and_zone}).zone)"


def zoned(local_time: str, zone: str) -> str:
    """SQL of the timestamp with time zone that is `local_time` (TIMESTAMP) in `zone` (VARCHAR)."""
    return (
        f"CASE WHEN ({local_time}) IS NULL OR ({zone}) IS NULL THEN NULL "
        f"ELSE struct_pack(instant := lab_unshift({local_time}, {zone}), zone := {zone}) END"
    )


def instant_in(instant: str, zone: str) -> str:
    """SQL of the timestamp with time zone that is `instant` (TIMESTAMP in UTC) seen from `zone` (VARCHAR)."""
    return (
        f"CASE WHEN ({instant}) IS NULL OR ({zone}) IS NULL THEN NULL "
        f"ELSE struct_pack(instant := {instant}, zone := {zone}) END"
    )
