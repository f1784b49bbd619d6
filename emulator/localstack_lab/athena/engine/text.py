"""Values as the texts in Athena's result files, as DuckDB SQL: what Trino's JDBC driver would show.

Numbers print as Java prints them (``1.0E10``), structures as ``[a, b]``, ``{k=v}`` and ``{a=1, b=x}``,
without quotes round what is inside them. See https://docs.aws.amazon.com/athena/latest/ug/querying.html
(result files).
"""

from localstack_lab.athena.engine import java_hashes
from localstack_lab.athena.sql import types as t

MACROS = (
    *java_hashes.MACROS,
    # The digits of the shortest text that reads back as the number, and the power of ten of the first one.
    """CREATE OR REPLACE MACRO lab_text_digits(s) AS
        rtrim(ltrim(replace(regexp_replace(ltrim(s, '-'), 'e.*$', ''), '.', ''), '0'), '0')""",
    """CREATE OR REPLACE MACRO lab_text_power(s) AS
        CASE WHEN contains(s, 'e') THEN CAST(regexp_extract(s, 'e([+-]?\\d+)$', 1) AS INTEGER)
                + strlen(regexp_extract(s, '^-?(\\d+)', 1)) - 1
            WHEN starts_with(ltrim(s, '-'), '0.')
            THEN -1 - strlen(regexp_extract(s, '^-?0\\.(0*)', 1))
            ELSE strlen(regexp_extract(s, '^-?(\\d+)', 1)) - 1 END""",
    """CREATE OR REPLACE MACRO lab_text_science(s) AS
        CASE WHEN starts_with(s, '-') THEN '-' ELSE '' END || lab_text_digits(s)[1] || '.'
            || CASE WHEN strlen(lab_text_digits(s)) > 1 THEN lab_text_digits(s)[2:] ELSE '0' END
            || 'E' || CAST(lab_text_power(s) AS VARCHAR)""",
    """CREATE OR REPLACE MACRO lab_text_number(x) AS
        CASE WHEN isnan(x) THEN 'NaN'
            WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
            WHEN x = 0 OR (abs(x) >= 1e-3 AND abs(x) < 1e7) THEN CAST(x AS VARCHAR)
            ELSE lab_text_science(CAST(x AS VARCHAR)) END""",
    # DuckDB prints a large REAL with digits that it does not have.
    """CREATE OR REPLACE MACRO lab_text_real(x) AS
        CASE WHEN isnan(x) OR isinf(x) OR x = 0 OR (abs(x) >= 1e-3 AND abs(x) < 1e7) THEN lab_text_number(x)
            WHEN CAST(format('{:.5e}', x) AS FLOAT) = x THEN lab_text_science(format('{:.5e}', x))
            WHEN CAST(format('{:.6e}', x) AS FLOAT) = x THEN lab_text_science(format('{:.6e}', x))
            WHEN CAST(format('{:.7e}', x) AS FLOAT) = x THEN lab_text_science(format('{:.7e}', x))
            ELSE lab_text_science(format('{:.8e}', x)) END""",
    # DuckDB leaves the zero of a decimal(p,p) out.
    """CREATE OR REPLACE MACRO lab_text_fraction(s) AS
        CASE WHEN starts_with(s, '.') THEN '0' || s
            WHEN starts_with(s, '-.') THEN '-0' || s[2:] ELSE s END""",
    """CREATE OR REPLACE MACRO lab_text_bytes(b) AS
        array_to_string(regexp_extract_all(lower(hex(b)), '..'), ' ')""",
    # Inside of a structure Athena shows the Java object; its number is another each time, here it is a hash.
    """CREATE OR REPLACE MACRO lab_text_object(b) AS
        '[B@' || lower(to_hex(CAST(hash(b) % 2147483648 AS BIGINT)))""",
    """CREATE OR REPLACE MACRO lab_text_day_interval(m) AS
        CASE WHEN m < 0 THEN '-' ELSE '' END || CAST(abs(m) // 86400000 AS VARCHAR) || ' '
            || printf('%02d:%02d:%02d.%03d', (abs(m) // 3600000) % 24, (abs(m) // 60000) % 60,
                (abs(m) // 1000) % 60, abs(m) % 1000)""",
    """CREATE OR REPLACE MACRO lab_text_year_interval(m) AS
        CASE WHEN m < 0 THEN '-' ELSE '' END || CAST(abs(m) // 12 AS VARCHAR) || '-'
            || CAST(abs(m) % 12 AS VARCHAR)""",
)
"""To be run once on a connection before the SQL of :func:`text`."""


def text(sql: str, type_: t.Type, depth: int = 0) -> str:
    """SQL that yields the text of `sql`, a value of `type_` in the representation that ``types`` lists.

    Null stays null; inside a structure it is the word ``null``.
    """
    if isinstance(type_, t.ArrayType):
        item = f"v{depth}"
        inner = _inside(item, type_.element, depth)
        return f"('[' || array_to_string(list_transform({sql}, lambda {item}: {inner}), ', ') || ']')"
    if isinstance(type_, t.MapType):
        entry, number = f"v{depth}", f"i{depth}"
        key = _inside(f"{entry}.key", type_.key, depth)
        value = _inside(f"{entry}.value", type_.value, depth)
        shown = f"{key} || '=' || {value}"
        hashed = java_hashes.code(f"{entry}.key", type_.key)
        if hashed is None:
            listed = f"list_transform(map_entries({sql}), lambda {entry}: {shown})"
        else:
            numbered = f"{{'h': {hashed}, 'i': {number}, 't': {shown}}}"
            entries = f"list_transform(map_entries({sql}), lambda {entry}, {number}: {numbered})"
            listed = f"lab_java_order({entries}, cardinality({sql}))"
        return f"('{{' || array_to_string({listed}, ', ') || '}}')"
    if isinstance(type_, t.RowType):
        return _row(sql, type_, depth)
    if isinstance(type_, t.TimestampType):
        return _timestamp(sql, type_)
    if isinstance(type_, t.DecimalType) and type_.precision == type_.scale:
        return f"lab_text_fraction(CAST({sql} AS VARCHAR))"
    match type_.base:
        case "double":
            return f"lab_text_number({sql})"
        case "real":
            return f"lab_text_real({sql})"
        case "varchar" | "json":
            return sql
        case "varbinary":
            return f"lab_text_object({sql})" if depth else f"lab_text_bytes({sql})"
        case "interval day to second":
            return f"lab_text_day_interval({sql})"
        case "interval year to month":
            return f"lab_text_year_interval({sql})"
        case "time":
            precision = type_.precision if isinstance(type_, t.TimeType) else 3
            return _cut(f"strftime(DATE '2000-01-01' + {sql}, '%H:%M:%S.%f')", precision)
        case _:
            return f"CAST({sql} AS VARCHAR)"


def _inside(sql: str, type_: t.Type, depth: int) -> str:
    return f"coalesce({text(sql, type_, depth + 1)}, 'null')"


def _row(sql: str, type_: t.RowType, depth: int) -> str:
    if not type_.fields:
        return f"CASE WHEN {sql} IS NULL THEN NULL ELSE '{{}}' END"
    parts = []
    for index, ((name, part), held) in enumerate(zip(type_.fields, type_.duckdb_names(), strict=True)):
        label = (name if name is not None else f"field{index}").replace("'", "''")
        value = _inside(f"struct_extract({sql}, '{held.replace(chr(39), chr(39) * 2)}')", part, depth)
        parts.append(f"'{', ' if index else ''}{label}=' || {value}")
    return f"CASE WHEN {sql} IS NULL THEN NULL ELSE '{{' || {' || '.join(parts)} || '}}' END"


def _timestamp(sql: str, type_: t.TimestampType) -> str:
    if not type_.zoned:
        return _instant(sql, type_.precision)
    local = f"lab_local({sql})"
    return f"({_instant(local, type_.precision)} || ' ' || struct_extract({sql}, 'zone'))"


def _instant(sql: str, precision: int) -> str:
    if precision == 3:
        return f"strftime({sql}, '%Y-%m-%d %H:%M:%S.%g')"
    return _cut(f"strftime({sql}, '%Y-%m-%d %H:%M:%S.%f')", precision)


def _cut(sql: str, precision: int) -> str:
    """Of a text with six decimals, only `precision`."""
    if precision > 6:
        return f"({sql} || '{'0' * (precision - 6)}')"
    return (
        f"left({sql}, -{6 - precision or ''})"
        if 0 < precision < 6
        else (sql if precision == 6 else f"left({sql}, -7)")
    )
