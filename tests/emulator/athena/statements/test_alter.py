"""ALTER TABLE, but for partitions."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed


@pytest.fixture(autouse=True)
def table(lab: Any) -> None:
    lab.outcome(
        "CREATE EXTERNAL TABLE t (a int COMMENT 'first', b string) PARTITIONED BY (p string) "
        "STORED AS PARQUET LOCATION 's3://b/t/' TBLPROPERTIES ('kept' = '1')"
    )


def _columns(lab: Any) -> list[tuple[str, ...]]:
    columns = lab.table("t")["StorageDescriptor"]["Columns"]
    return [tuple(column.get(key, "") for key in ("Name", "Type", "Comment")) for column in columns]


def test_columns_are_added_after_the_others(lab: Any) -> None:
    lab.outcome("ALTER TABLE t ADD COLUMNS (c array<int> COMMENT 'new', `d` date)")
    assert _columns(lab) == [
        ("a", "int", "first"),
        ("b", "string", ""),
        ("c", "array<int>", "new"),
        ("d", "date", ""),
    ]
    assert lab.table("t")["Parameters"]["kept"] == "1"


def test_columns_are_replaced(lab: Any) -> None:
    lab.outcome("ALTER TABLE shop.t REPLACE COLUMNS (x bigint)")
    assert _columns(lab) == [("x", "bigint", "")]


@pytest.mark.parametrize("name", ["a", "p"])
def test_a_column_cannot_be_there_twice(lab: Any, name: str) -> None:
    with pytest.raises(QueryFailed, match=f"Duplicate column name: {name}"):
        lab.outcome(f"ALTER TABLE t ADD COLUMNS ({name} int)")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("a x bigint", [("x", "bigint", "first"), ("b", "string", "")]),
        ("COLUMN a a int COMMENT 'other'", [("a", "int", "other"), ("b", "string", "")]),
        ("b b string FIRST", [("b", "string", ""), ("a", "int", "first")]),
        ("a a int AFTER b", [("b", "string", ""), ("a", "int", "first")]),
    ],
)
def test_a_column_is_changed(lab: Any, change: str, expected: list[tuple[str, ...]]) -> None:
    lab.outcome(f"ALTER TABLE t CHANGE {change}")
    assert _columns(lab) == expected


def test_a_column_of_one_partition_is_changed(lab: Any) -> None:
    lab.outcome("ALTER TABLE t ADD PARTITION (p = 'x')")
    lab.outcome("ALTER TABLE t PARTITION (p = 'x') REPLACE COLUMNS (z int)")
    found = lab.catalog.get_partitions(DatabaseName="shop", TableName="t")["Partitions"]
    assert found[0]["StorageDescriptor"]["Columns"] == [{"Name": "z", "Type": "int"}]
    assert _columns(lab)[0][0] == "a"


def test_properties_and_location_are_set(lab: Any) -> None:
    lab.outcome("ALTER TABLE t SET TBLPROPERTIES ('kept' = '2', 'new' = 'add column')")
    lab.outcome("ALTER TABLE t SET LOCATION 's3://b/elsewhere/'")
    table = lab.table("t")
    assert (table["Parameters"]["kept"], table["Parameters"]["new"]) == ("2", "add column")
    assert table["StorageDescriptor"]["Location"] == "s3://b/elsewhere/"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ALTER TABLE t CHANGE z y int", "Invalid column reference z"),
        ("ALTER TABLE t RENAME TO u", "Table cannot be renamed"),
        ("ALTER TABLE t DROP COLUMN a", "mismatched input 'COLUMN' expecting PARTITION near 'DROP'"),
        ("ALTER TABLE t SET LOCATION 'file:///etc/'", "is not in Amazon S3"),
        ("ALTER TABLE missing ADD COLUMNS (a int)", r"\[Error 10001\]: Table not found shop.missing"),
        ("ALTER TABLE t ADD COLUMN a int", "no viable alternative at input 'ALTER TABLE t ADD COLUMN'"),
    ],
)
def test_what_athena_cannot_alter_is_refused(lab: Any, text: str, reason: str) -> None:
    before = lab.table("t")
    with pytest.raises(QueryFailed, match=reason):
        lab.outcome(text)
    assert lab.table("t") == before
