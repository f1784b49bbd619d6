"""The order in which Athena shows the entries of a map: that of a Java HashMap, as DuckDB SQL.

Trino hands a map out as one. AWS shows ``{last=Smith, first=Bob, age=35}`` for
``MAP(ARRAY['first', 'last', 'age'], ARRAY['Bob', 'Smith', '35'])``:
https://docs.aws.amazon.com/athena/latest/ug/arrays-create-maps.html. Measured were also ``{j=2, k=1}`` and
``{9=a, 10=b}``, of keys that were given the other way round (athena-local's measurements). The table of a
HashMap has a power of two of places, at least 16, of which at most three quarters are taken; entries of one
place stay in the order in which they came.
"""

from localstack_lab.athena.sql import types as t

MACROS = (
    # String.hashCode: of UTF-16 units, so that a character beyond U+FFFF counts as two.
    """CREATE OR REPLACE MACRO lab_java_units(s) AS
        flatten(list_transform(list_transform(string_split(s, ''), lambda c: CAST(unicode(c) AS BIGINT)),
            lambda u: CASE WHEN u > 65535 THEN [55296 + ((u - 65536) >> 10), 56320 + ((u - 65536) & 1023)]
                ELSE [u] END))""",
    """CREATE OR REPLACE MACRO lab_java_text(s) AS
        CASE WHEN s = '' THEN 0
            ELSE list_reduce(list_prepend(CAST(0 AS BIGINT), lab_java_units(s)),
                lambda a, u: (a * 31 + u) & 4294967295) END""",
    """CREATE OR REPLACE MACRO lab_java_long(n) AS
        CAST(xor(CAST(n AS BIGINT) & 4294967295, (CAST(n AS BIGINT) >> 32) & 4294967295) AS BIGINT)""",
    """CREATE OR REPLACE MACRO lab_java_places(c) AS
        CASE WHEN c <= 12 THEN 16 ELSE CAST(pow(2, ceil(log2(c / 0.75))) AS BIGINT) END""",
    """CREATE OR REPLACE MACRO lab_java_order(entries, c) AS
        list_transform(list_sort(list_transform(entries, lambda e:
            {'p': xor(e.h, e.h >> 16) & (lab_java_places(c) - 1), 'i': e.i, 't': e.t})), lambda e: e.t)""",
)
"""To be run once on a connection before the SQL of :func:`code`."""


def code(sql: str, kind: t.Type) -> str | None:
    """SQL of a key's hashCode, 32 bits without a sign; None for a type whose Java class is not known here."""
    if isinstance(kind, t.VarcharType):
        return f"lab_java_text({sql})"
    if kind.base == "bigint":
        return f"lab_java_long({sql})"
    if kind.base in ("tinyint", "smallint", "integer"):
        return f"(CAST({sql} AS BIGINT) & 4294967295)"
    if kind.base == "boolean":
        return f"CASE WHEN {sql} THEN 1231 ELSE 1237 END"
    return None
