"""Store assignment: which values go into which columns without a CAST that someone wrote.

INSERT, UPDATE and MERGE are laxer than expressions are: any two types with a common super type fit, so that a
double goes into an integer column (rounded, or out of its range), and a timestamp into one of dates.
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
(`typesMatchForInsert`), and `noTruncationCast` of its LogicalPlanner
"""

from collections.abc import Iterable

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import convert
from localstack_lab.athena.sql.functions.values import fail


def fits(source: t.Type, target: t.Type) -> bool:
    """Whether a value of `source` may be stored in a column of `target`."""
    if any(_bounded_text(part) for part in _parts(target)):
        return t.can_coerce(source, target)
    return t.common_super_type(source, target) is not None


def stored(sql: str, source: t.Type, target: t.Type) -> str:
    """SQL of a value as INSERT stores it: what is cut off a text may be blanks only, else it fails."""
    if source == t.UNKNOWN:
        return f"CAST({sql} AS {t.duckdb(target)})"
    if not _bounded_text(target) or source == target:
        return convert(sql, source, target)
    assert isinstance(target, t.VarcharType | t.CharType)
    message = f"Cannot truncate non-space characters when casting from {source} to {target} on INSERT"
    failure = fail("INVALID_CAST_ARGUMENT", message)
    kept = convert(sql, source, target)
    return f"CASE WHEN length(rtrim({sql}, ' ')) > {target.length} THEN {failure} ELSE {kept} END"


def _bounded_text(type_: t.Type) -> bool:
    return isinstance(type_, t.CharType) or (isinstance(type_, t.VarcharType) and type_.length is not None)


def _parts(type_: t.Type) -> Iterable[t.Type]:
    """The types inside a type, at any depth."""
    inner: list[t.Type] = []
    if isinstance(type_, t.ArrayType):
        inner = [type_.element]
    elif isinstance(type_, t.MapType):
        inner = [type_.key, type_.value]
    elif isinstance(type_, t.RowType):
        inner = [part for _, part in type_.fields]
    for part in inner:
        yield part
        yield from _parts(part)
