"""Hive's type names, as the Glue catalog holds them, as Trino's types.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

import re
from functools import cache

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, unsupported

_SIMPLE = {
    "boolean": t.BOOLEAN,
    "tinyint": t.TINYINT,
    "byte": t.TINYINT,
    "smallint": t.SMALLINT,
    "short": t.SMALLINT,
    "int": t.INTEGER,
    "integer": t.INTEGER,
    "bigint": t.BIGINT,
    "long": t.BIGINT,
    "float": t.REAL,
    "double": t.DOUBLE,
    "string": t.VARCHAR,
    "varchar": t.VARCHAR,
    "binary": t.VARBINARY,
    "date": t.DATE,
    "timestamp": t.timestamp(3),
    "decimal": t.decimal(10, 0),
    "char": t.char(1),
}
_WORD = re.compile(r"\s*(`(?:[^`]|``)+`|[^\s<>(),:]+|[<>(),:])")


@cache
def from_hive(text: str) -> t.Type:
    """The Trino type of `array<struct<a:int>>`; raises `HIVE_INVALID_METADATA` for what is no Hive type."""
    words = _WORD.findall(text)
    type_, rest = _read(words, 0, text)
    if rest != len(words):
        raise _bad(text)
    return type_


def _bad(text: str) -> QueryError:
    return QueryError("HIVE_INVALID_METADATA", f"Glue table has an invalid column type: {text}")


def _read(words: list[str], at: int, text: str) -> tuple[t.Type, int]:
    if at >= len(words):
        raise _bad(text)
    name, at = words[at].lower(), at + 1
    if name in ("array", "map", "struct", "uniontype") and at < len(words) and words[at] == "<":
        names: list[str] = []
        inner: list[t.Type] = []
        while words[at] != ">":
            at += 1
            if name == "struct":
                if at + 1 >= len(words) or words[at + 1] != ":":
                    raise _bad(text)
                quoted = len(words[at]) > 2 and words[at][0] == words[at][-1] == "`"
                names.append(words[at][1:-1].replace("``", "`") if quoted else words[at])
                at += 2
            type_, at = _read(words, at, text)
            inner.append(type_)
            if at >= len(words) or words[at] not in (",", ">"):
                raise _bad(text)
        at += 1
        return _nested(name, names, inner, text), at
    if at < len(words) and words[at] == "(":
        end = words.index(")", at) if ")" in words[at:] else -1
        sizes = [int(w) for w in words[at + 1 : end] if w.isdigit()]
        if end < 0 or not sizes:
            raise _bad(text)
        return _sized(name, sizes, text), end + 1
    if name not in _SIMPLE:
        raise _bad(text)
    return _SIMPLE[name], at


def _nested(name: str, names: list[str], inner: list[t.Type], text: str) -> t.Type:
    if name == "array" and len(inner) == 1:
        return t.array(inner[0])
    if name == "map" and len(inner) == 2:
        return t.map_of(*inner)
    if name == "struct":
        return t.row(*((n.lower(), i) for n, i in zip(names, inner, strict=True)))
    if name == "uniontype":
        raise unsupported(f"Hive type {text}")
    raise _bad(text)


def _sized(name: str, sizes: list[int], text: str) -> t.Type:
    if name == "decimal":
        return t.decimal(sizes[0], sizes[1] if len(sizes) > 1 else 0)
    if name == "varchar":
        return t.varchar(sizes[0])
    if name == "char":
        return t.char(sizes[0])
    raise _bad(text)
