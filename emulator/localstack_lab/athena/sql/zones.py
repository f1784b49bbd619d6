"""Time zones: moving between an instant with its zone and the local time there.

A zone is a name of the tz database, or an offset `+05:30`; UTC is called `UTC`.
https://trino.io/docs/current/language/types.html#timestamp-p-with-time-zone
"""

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions.registry import macro
from localstack_lab.athena.sql.functions.zones import canonical

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
# Of two instants with the same local time Trino takes the earlier, DuckDB the later.
macro(
    "lab_unshift",
    """CREATE OR REPLACE TEMP MACRO lab_unshift(local, zone) AS
    CASE WHEN zone = 'UTC' THEN local
         WHEN zone[1] IN ('+', '-') THEN local - to_minutes(lab_offset(zone))
         WHEN timezone(lab_zone_name(zone), timezone(lab_zone_name(zone), local) - to_hours(1)) = local
         THEN timezone('UTC', timezone(lab_zone_name(zone), local) - to_hours(1))
         ELSE timezone('UTC', timezone(lab_zone_name(zone), local)) END""",
)


def normal_zone(zone: str) -> str | None:
    """A zone as values carry it: an offset as `+05:30`, UTC as `UTC`, a name as it is; None if it is none."""
    try:
        return canonical(zone)
    except QueryError:
        return None


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
