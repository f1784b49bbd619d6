"""DESCRIBE and the SHOW statements of one table, to the blank."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed


def _padded(*parts: str) -> str:
    return "\t".join(part.ljust(20) for part in parts)


_BLOCK = [
    "\t \t ",
    "# Partition Information\t \t ",
    "# " + _padded("col_name", "data_type", "comment"),
    "\t \t ",
]


@pytest.fixture(autouse=True)
def table(lab: Any) -> None:
    lab.outcome(
        "CREATE EXTERNAL TABLE t (n int, a_name_of_21_letters_ varchar(10) COMMENT 'abc', "
        "s struct<aa:int,bb:int> COMMENT 'a\tb') PARTITIONED BY (p string COMMENT 'pc') LOCATION 's3://b/t/' "
        "TBLPROPERTIES ('note' = 'x\ty\nz')"
    )


def test_describe_pads_to_twenty_and_shows_the_keys_twice(lab: Any) -> None:
    outcome = lab.outcome("DESCRIBE t")
    assert [column.name for column in outcome.columns] == ["col_name", "data_type", "comment"]
    key = _padded("p", "string", "pc")
    assert lab.rows("DESC shop.t") == [
        _padded("n", "int", ""),
        _padded("a_name_of_21_letters_", "varchar(10)", "abc"),
        f"{'s'.ljust(20)}\tstruct<aa:int,bb:int>\ta",
        key,
        *_BLOCK,
        key,
    ]


def test_describe_of_a_column(lab: Any) -> None:
    assert lab.rows("DESCRIBE t n") == [_padded("n", "int", "from deserializer")]
    with pytest.raises(QueryFailed, match=r"cannot find field z from \[0:n, 1:a_name_of_21_letters_, 2:s\]"):
        lab.outcome("DESCRIBE t z")
    with pytest.raises(QueryFailed, match=r"a part of a column \(s\.aa\) is not available"):
        lab.outcome("DESCRIBE t s.aa")


def test_describe_extended_ends_with_hives_structure(lab: Any) -> None:
    last = "\n".join(lab.rows("DESCRIBE EXTENDED t")[-2:])  # the note has a line feed
    assert last.startswith(
        "Detailed Table Information\tTable(tableName:t, dbName:shop, owner:hadoop, createTime:"
    )
    assert "location:s3://b/t/, inputFormat:org.apache.hadoop.mapred.TextInputFormat" in last
    assert "parameters:{serialization.format=1}), bucketCols:[], sortCols:[]" in last
    assert "partitionKeys:[FieldSchema(name:p, type:string, comment:pc)]" in last
    assert last.endswith("tableType:EXTERNAL_TABLE)\t")


def test_describe_formatted_has_its_sections(lab: Any) -> None:
    rows = lab.rows("DESCRIBE FORMATTED t")
    assert rows[:2] == ["# " + _padded("col_name", "data_type", "comment"), "\t \t "]
    for row in (
        "# Detailed Table Information\t \t ",
        _padded("Database:", "shop") + "\t ",
        _padded("Location:", "s3://b/t/") + "\t ",
        _padded("Table Type:", "EXTERNAL_TABLE") + "\t ",
        "# Storage Information\t \t ",
        _padded("Compressed:", "No") + "\t ",
        "\t" + _padded("serialization.format", "1"),
    ):
        assert row in rows


def test_describe_of_a_partition(lab: Any) -> None:
    lab.outcome("ALTER TABLE t ADD PARTITION (p = 'x')")
    last = lab.rows("DESCRIBE EXTENDED t PARTITION (p = 'x')")[-1]
    assert last.startswith("Detailed Partition Information\tPartition(values:[x], dbName:shop, tableName:t,")
    assert _padded("Partition Value:", "[x]") + "\t " in lab.rows("DESCRIBE FORMATTED t PARTITION (p = 'x')")
    with pytest.raises(QueryFailed, match=r"\[Error 10006\]: Partition not found"):
        lab.outcome("DESCRIBE t PARTITION (p = 'y')")


def test_show_columns_pads_the_names(lab: Any) -> None:
    assert [column.name for column in lab.outcome("SHOW COLUMNS IN t").columns] == ["field"]
    expected = ["n".ljust(20), "a_name_of_21_letters_", "s".ljust(20), "p".ljust(20)]
    for text in ("SHOW COLUMNS FROM shop.t", "SHOW COLUMNS IN t FROM shop"):
        assert lab.rows(text) == expected


def test_show_tblproperties_breaks_at_line_feeds(lab: Any) -> None:
    rows = lab.rows("SHOW TBLPROPERTIES t")
    assert rows[0] == "EXTERNAL\tTRUE"
    assert rows[1].startswith("transient_lastDdlTime\t")
    assert rows[2:] == ["note\tx\ty", "z"]
    assert lab.rows("SHOW TBLPROPERTIES t ('EXTERNAL')") == ["TRUE"]
    assert lab.rows("SHOW TBLPROPERTIES t('no')") == ["Table shop.t does not have property: no"]


def test_a_table_that_is_not_there_is_not_found(lab: Any) -> None:
    for text in ("DESCRIBE missing", "SHOW COLUMNS IN missing"):
        with pytest.raises(QueryFailed, match="Entity Not Found"):
            lab.outcome(text)
    for text in ("SHOW PARTITIONS missing", "SHOW TBLPROPERTIES missing", "SHOW CREATE TABLE missing"):
        with pytest.raises(QueryFailed, match=r"\[Error 10001\]: Table not found missing$"):
            lab.outcome(text)
    with pytest.raises(QueryFailed, match=r"\[Error 10001\]: Table not found missing$"):
        lab.outcome("DESCRIBE EXTENDED missing")
    with pytest.raises(QueryFailed, match=r"\[Error 10072\]: Database does not exist: no$"):
        lab.outcome("SHOW PARTITIONS no.t")


def test_describe_formatted_of_a_column_has_its_statistics_columns(lab: Any) -> None:
    outcome = lab.outcome("DESCRIBE FORMATTED t n")
    assert len(outcome.columns) == 11
    rows = lab.rows("DESCRIBE FORMATTED t n")
    assert rows[0].startswith("# " + _padded("col_name", "data_type", "min"))
    assert rows[1] == "\t" + "\t".join([" "] * 10)
    assert rows[2] == _padded("n", "int", *[""] * 8, "from deserializer")
