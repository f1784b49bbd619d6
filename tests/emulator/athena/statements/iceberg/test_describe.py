"""DESCRIBE and SHOW of Iceberg tables, as Athena lays them out.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-describe-table.html
"""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.executions.failures import athena_error
from localstack_lab.athena.sql.errors import QueryError

MADE = """CREATE TABLE sales (sales_id bigint, item string COMMENT 'it\\'s sold', day date, ts timestamp,
revenue decimal(10,2), tags map<string,array<struct<k:string,n:int>>>)
PARTITIONED BY (item, bucket(4, sales_id), year(day), hour(ts), truncate(3, item))
LOCATION 's3://lake/sales_data/' TBLPROPERTIES ('table_type'='ICEBERG', 'format'='PARQUET')"""
SCHEMA = [
    "# Table schema:\t\t",
    "# col_name\tdata_type\tcomment",
    "sales_id\tbigint\t",
    "item\tstring\tit's sold",
    "day\tdate\t",
    "ts\ttimestamp\t",
    "revenue\tdecimal(10, 2)\t",
    "tags\tmap<string, array<struct<k: string, n: int>>>\t",
    "\t\t",
    "# Partition spec:\t\t",
    "# field_name\tfield_transform\tcolumn_name",
    "item\tidentity\titem",
    "sales_id_bucket\tbucket[4]\tsales_id",
    "day_year\tyear\tday",
    "ts_hour\thour\tts",
    "item_trunc\ttruncate[3]\titem",
]


@pytest.fixture
def sales(lab: Any) -> Any:
    lab.outcome(MADE)
    return lab


def test_describe(sales: Any) -> None:
    outcome = sales.outcome("DESCRIBE sales")
    assert [column.name for column in outcome.columns] == ["col_name", "data_type", "comment"]
    assert sales.rows("DESCRIBE sales") == SCHEMA
    assert sales.rows("DESC shop.sales item") == ["item\tstring\tit's sold"]


def test_describe_formatted(sales: Any) -> None:
    assert sales.rows("DESCRIBE FORMATTED sales") == [
        *SCHEMA,
        "\t\t",
        "Name:\ticeberg.shop.sales\t",
        "Location:\ts3://lake/sales_data\t",
        "\t\t",
        "# Table properties:\t\t",
        "# key\tvalue\t",
        "format\tPARQUET\t",
        "write_compression\tzstd\t",
        "\t\t",
        "# Iceberg storage table properties:\t\t",
        "# key\tvalue\t",
        "write.format.default\tPARQUET\t",
        "write.object-storage.enabled\ttrue\t",
        "write.object-storage.path\ts3://lake/sales_data/data\t",
        "write.parquet.compression-codec\tzstd\t",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("DESCRIBE EXTENDED sales", "EXTENDED keyword is not supported for Iceberg tables."),
        ("DESCRIBE EXTENDED sales item", "EXTENDED keyword is not supported for Iceberg tables."),
        ("DESCRIBE FORMATTED sales item", "FORMATTED keyword is not supported for Iceberg table columns."),
        ("DESCRIBE sales PARTITION (item = 'x')", "PARTITION keyword is not supported for Iceberg tables."),
    ],
)
def test_what_is_not_described(sales: Any, text: str, reason: str) -> None:
    with pytest.raises(QueryFailed) as failed:
        sales.outcome(text)
    assert failed.value.text == reason
    told = athena_error(failed.value)
    assert (told["ErrorCategory"], told["ErrorType"]) == (2, 1100)


def test_a_column_that_is_not_there(sales: Any) -> None:
    with pytest.raises(QueryError, match="COLUMN_NOT_FOUND: Column 'missing' does not exist"):
        sales.outcome("DESCRIBE sales missing")


def test_show(sales: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-table-properties.html"""
    assert sales.rows("SHOW COLUMNS IN sales") == ["sales_id", "item", "day", "ts", "revenue", "tags"]
    assert sales.rows("SHOW TBLPROPERTIES sales") == ["format\tPARQUET", "write_compression\tzstd"]
    assert sales.rows("SHOW TBLPROPERTIES sales ('write_compression')") == ["zstd"]
    assert sales.rows("SHOW TABLES") == ["sales"]


def test_show_create_table_makes_the_same_table(sales: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-create-table.html"""
    rows = sales.rows("SHOW CREATE TABLE sales")
    assert rows == [
        "CREATE TABLE shop.sales (",
        "  sales_id bigint,",
        "  item string COMMENT 'it\\'s sold',",
        "  day date,",
        "  ts timestamp,",
        "  revenue decimal(10, 2),",
        "  tags map<string, array<struct<k: string, n: int>>>)",
        "PARTITIONED BY (`item`, bucket(4, `sales_id`), year(`day`), hour(`ts`), truncate(3, `item`))",
        "LOCATION 's3://lake/sales_data'",
        "TBLPROPERTIES (",
        "  'table_type'='iceberg',",
        "  'format'='PARQUET',",
        "  'write_compression'='zstd'",
        ");",
    ]
    described = sales.rows("DESCRIBE FORMATTED sales")
    sales.outcome("DROP TABLE sales")
    sales.outcome("\n".join(rows))
    assert sales.rows("DESCRIBE FORMATTED sales") == described


def test_names_that_the_grammar_reserves_are_quoted(lab: Any) -> None:
    lab.outcome(
        "CREATE TABLE `1st` (`date` date, `a``b` int) PARTITIONED BY (month(`date`)) LOCATION 's3://lake/t' "
        "TBLPROPERTIES ('table_type'='ICEBERG')"
    )
    rows = lab.rows("SHOW CREATE TABLE `1st`")
    assert rows[:4] == [
        "CREATE TABLE shop.`1st` (",
        "  `date` date,",
        "  `a``b` int)",
        "PARTITIONED BY (month(`date`))",
    ]
    lab.outcome("DROP TABLE `1st`")
    lab.outcome("\n".join(rows))


def test_a_table_that_create_table_cannot_make(sales: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-create-table.html"""
    from localstack_lab.athena.iceberg.tables import IcebergTables

    tables = IcebergTables(sales.asking, sales.objects, "/tmp")
    with tables.load(sales.table("sales")).transaction() as transaction:
        transaction.set_properties({"write.merge.mode": "merge-on-read"})
    with pytest.raises(
        QueryError, match=r"NOT_SUPPORTED: Table shop.sales has properties .*: write.merge.mode"
    ):
        sales.outcome("SHOW CREATE TABLE sales")
    assert "write.merge.mode\tmerge-on-read\t" in sales.rows("DESCRIBE FORMATTED sales")


@pytest.mark.parametrize(
    "text", ["DESCRIBE bare", "SHOW CREATE TABLE bare", "ALTER TABLE bare DROP COLUMN a"]
)
def test_a_table_without_metadata(lab: Any, text: str) -> None:
    told = {"Name": "bare", "Parameters": {"table_type": "ICEBERG"}}
    lab.catalog.create_table(DatabaseName="shop", TableInput=told)
    with pytest.raises(QueryError, match=r"ICEBERG_INVALID_METADATA: Table shop.bare: .*metadata_location"):
        lab.outcome(text)
