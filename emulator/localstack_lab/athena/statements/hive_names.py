"""Trino's types as Hive's, for tables and views that a query makes.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html,
https://docs.aws.amazon.com/athena/latest/ug/ctas-considerations-limitations.html
https://github.com/trinodb/trino/issues/17668 (how long a varchar may be)
"""

import re

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError

_PLAIN = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "integer": "int",
    "bigint": "bigint",
    "real": "float",
    "double": "double",
    "varbinary": "binary",
    "date": "date",
}
_LONGEST, _LONGEST_CHAR = 65535, 255


def hive_type(kind: t.Type, *, lenient: bool = False) -> str:
    """The text that the catalog keeps, such as ``array<decimal(10,2)>``.

    :param lenient: for views, whose columns only have to be shown: what Hive lacks is a string
    :raises QueryError: NOT_SUPPORTED for a type that Hive lacks
    """
    if isinstance(kind, t.DecimalType):
        return f"decimal({kind.precision},{kind.scale})"
    if isinstance(kind, t.VarcharType):
        if kind.length is None or (lenient and kind.length > _LONGEST):
            return "string"
        if kind.length > _LONGEST:
            raise QueryError(
                "NOT_SUPPORTED",
                f"Unsupported Hive type: {kind}. Supported VARCHAR types: VARCHAR(<={_LONGEST}), VARCHAR.",
            )
        return f"varchar({max(1, kind.length)})"  # Hive has no varchar(0), which is the type of ''
    if isinstance(kind, t.CharType) and kind.length <= _LONGEST_CHAR:
        return f"char({kind.length})"
    if isinstance(kind, t.TimestampType) and not kind.zoned:
        return "timestamp"
    if isinstance(kind, t.ArrayType):
        return f"array<{hive_type(kind.element, lenient=lenient)}>"
    if isinstance(kind, t.MapType):
        return f"map<{hive_type(kind.key, lenient=lenient)},{hive_type(kind.value, lenient=lenient)}>"
    if isinstance(kind, t.RowType):
        return f"struct<{','.join(_field(name, part, lenient) for name, part in kind.fields)}>"
    if type(kind) is t.Type and kind.base in _PLAIN:
        return _PLAIN[kind.base]
    if lenient:
        return "string"
    shorter = f". Supported CHAR types: CHAR(<={_LONGEST_CHAR})." if isinstance(kind, t.CharType) else ""
    raise QueryError("NOT_SUPPORTED", f"Unsupported Hive type: {kind}{shorter}")


def _field(name: str | None, kind: t.Type, lenient: bool) -> str:
    if name is None:
        if lenient:
            return f"field:{hive_type(kind, lenient=True)}"
        raise QueryError("NOT_SUPPORTED", f"Anonymous row type is not supported in Hive: {kind}")
    if not lenient and not re.fullmatch(r"[^`:<>,\s()]+", name):
        raise QueryError(
            "NOT_SUPPORTED", f"A field called '{name}' is not available in this emulator's tables"
        )
    return f"{name}:{hive_type(kind, lenient=lenient)}"
