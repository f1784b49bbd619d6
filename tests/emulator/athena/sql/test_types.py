"""Trino's types: their text and what contains what."""

import pytest
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.hive import from_hive
from localstack_lab.athena.sql.type_text import parse_type


@pytest.mark.parametrize(
    "text",
    [
        "integer",
        "varchar",
        "varchar(3)",
        "char(5)",
        "decimal(10,2)",
        "timestamp(3)",
        "timestamp(6) with time zone",
        "array(map(varchar, row(a integer, b array(double))))",
        "interval day to second",
    ],
)
def test_a_type_is_printed_as_it_is_read(text: str) -> None:
    assert str(parse_type(text)) == text


@pytest.mark.parametrize(
    ("hive", "trino"),
    [
        ("struct<`a b`:int,`c:``d`:string>", "row(a b integer, c:`d varchar)"),
        ("string", "varchar"),
        ("float", "real"),
        ("decimal", "decimal(10,0)"),
        ("decimal(12, 3)", "decimal(12,3)"),
        ("timestamp", "timestamp(3)"),
        ("struct<A:int,b:array<map<string,bigint>>>", "row(a integer, b array(map(varchar, bigint)))"),
    ],
)
def test_hives_types(hive: str, trino: str) -> None:
    assert str(from_hive(hive)) == trino


@pytest.mark.parametrize("hive", ["", "array<", "struct<a>", "nonsense", "decimal(", "array<int>>"])
def test_what_is_no_hive_type(hive: str) -> None:
    with pytest.raises(QueryError, match="HIVE_INVALID_METADATA"):
        from_hive(hive)


@pytest.mark.parametrize(
    ("a", "b", "common"),
    [
        ("tinyint", "bigint", "bigint"),
        ("bigint", "real", "real"),
        ("decimal(10,2)", "integer", "decimal(12,2)"),
        ("decimal(38,10)", "bigint", "decimal(38,10)"),
        ("decimal(5,2)", "double", "double"),
        ("varchar(3)", "varchar", "varchar"),
        ("char(3)", "varchar(5)", "char(5)"),
        ("date", "timestamp(3)", "timestamp(3)"),
        ("timestamp(6)", "timestamp(3) with time zone", "timestamp(6) with time zone"),
        ("array(integer)", "array(bigint)", "array(bigint)"),
        ("unknown", "date", "date"),
        ("varchar", "integer", None),
        ("boolean", "integer", None),
        ("date", "varchar", None),
        ("json", "varchar", None),
    ],
)
def test_common_super_types(a: str, b: str, common: str | None) -> None:
    left, right = parse_type(a), parse_type(b)
    for pair in ((left, right), (right, left)):
        found = t.common_super_type(*pair)
        assert (None if found is None else str(found)) == common
