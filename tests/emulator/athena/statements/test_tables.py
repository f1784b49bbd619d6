"""CREATE EXTERNAL TABLE, SHOW CREATE TABLE, DROP TABLE."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed

# What Athena says of a CREATE EXTERNAL TABLE that neither of its grammars reads, in public reports.
EXTERNAL = (
    "line 1:8: mismatched input 'EXTERNAL'. Expecting: 'MATERIALIZED', 'MULTI', 'OR', 'PROTECTED', 'ROLE', "
    "'SCHEMA', 'TABLE', 'VIEW'"
)
_ORDERS = r"""
CREATE EXTERNAL TABLE IF NOT EXISTS `orders`(
  `OrderId` string COMMENT 'it\'s the key',
  quantity int,
  price decimal(10, 2),
  tags array<struct<Name:string, Values:map<string,double>>>,
  `date` date)
COMMENT 'sold'
PARTITIONED BY (year int COMMENT 'of the order', month string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true', 'mapping.orderid' = 'Order\\Id')
LOCATION 's3://lake/orders/'
TBLPROPERTIES ('classification' = 'json', 'has_encrypted_data' = 'false');
"""


def test_a_table_is_what_athena_writes_to_the_catalog(lab: Any) -> None:
    assert lab.outcome(_ORDERS).changed == (("CREATE", "TABLE", "shop.orders"),)
    table = lab.table("orders")
    storage = table["StorageDescriptor"]
    assert [(c["Name"], c["Type"]) for c in storage["Columns"]] == [
        ("orderid", "string"),
        ("quantity", "int"),
        ("price", "decimal(10,2)"),
        ("tags", "array<struct<name:string,values:map<string,double>>>"),
        ("date", "date"),
    ]
    assert storage["Columns"][0]["Comment"] == "it's the key"
    assert "Comment" not in storage["Columns"][1]
    assert [(c["Name"], c["Type"]) for c in table["PartitionKeys"]] == [("year", "int"), ("month", "string")]
    assert (table["TableType"], table["Owner"], table["Retention"]) == ("EXTERNAL_TABLE", "hadoop", 0)
    parameters = dict(table["Parameters"])
    assert parameters.pop("transient_lastDdlTime").isdecimal()
    assert parameters == {
        "EXTERNAL": "TRUE",
        "comment": "sold",
        "classification": "json",
        "has_encrypted_data": "false",
    }
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {
            "serialization.format": "1",
            "ignore.malformed.json": "true",
            "mapping.orderid": "Order\\Id",
        },
    }
    assert storage["InputFormat"] == "org.apache.hadoop.mapred.TextInputFormat"
    assert storage["OutputFormat"] == "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    assert (storage["Location"], storage["NumberOfBuckets"], storage["Compressed"]) == (
        "s3://lake/orders/",
        -1,
        False,
    )


@pytest.mark.parametrize(
    ("stored", "serde", "reads"),
    [
        ("PARQUET", "ParquetHiveSerDe", "MapredParquetInputFormat"),
        ("ORC", "OrcSerde", "OrcInputFormat"),
        ("avro", "AvroSerDe", "AvroContainerInputFormat"),
        ("TEXTFILE", "LazySimpleSerDe", "TextInputFormat"),
        ("SEQUENCEFILE", "LazySimpleSerDe", "SequenceFileInputFormat"),
        ("RCFILE", "LazyBinaryColumnarSerDe", "RCFileInputFormat"),
        ("ION", "IonHiveSerDe", "IonInputFormat"),
        ("INPUTFORMAT 'a.In' OUTPUTFORMAT 'b.Out'", "LazySimpleSerDe", "In"),
    ],
)
def test_stored_as_gives_the_classes(lab: Any, stored: str, serde: str, reads: str) -> None:
    lab.outcome(f"CREATE EXTERNAL TABLE t (a int) STORED AS {stored} LOCATION 's3://b/t'")
    storage = lab.table("t")["StorageDescriptor"]
    assert storage["SerdeInfo"]["SerializationLibrary"].rpartition(".")[2] == serde
    assert storage["InputFormat"].rpartition(".")[2] == reads
    assert storage["Location"] == "s3://b/t"


def test_delimited_rows_have_hives_parameters(lab: Any) -> None:
    lab.outcome(
        r"CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' ESCAPED BY '\\' "
        r"COLLECTION ITEMS TERMINATED BY '\002' MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\n' "
        "NULL DEFINED AS '' LOCATION 's3://b/t/' TBLPROPERTIES (\"skip.header.line.count\" = \"1\")"
    )
    assert lab.table("t")["StorageDescriptor"]["SerdeInfo"]["Parameters"] == {
        "field.delim": "\t",
        "serialization.format": "\t",
        "escape.delim": "\\",
        "colelction.delim": "\x02",
        "mapkey.delim": ":",
        "line.delim": "\n",
        "serialization.null.format": "",
    }
    assert lab.table("t")["Parameters"]["skip.header.line.count"] == "1"


@pytest.mark.parametrize(
    "text",
    [
        _ORDERS,
        "CREATE EXTERNAL TABLE t (a int, b string) STORED AS PARQUET LOCATION 's3://b/t/'",
        r"CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\' "
        r"LINES TERMINATED BY '\n' LOCATION 's3://b/t/' TBLPROPERTIES ('note' = 'a\tb\nc;\'d\'')",
        r"CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe' "
        r"WITH SERDEPROPERTIES ('input.regex' = '([^ ]*)\\s+\\[(.*?)\\]') LOCATION 's3://b/t/'",
        "CREATE EXTERNAL TABLE t (a int, b int) CLUSTERED BY (a) SORTED BY (b DESC) INTO 4 BUCKETS "
        "STORED AS ORC LOCATION 's3://b/t/'",
    ],
)
def test_show_create_table_makes_the_same_table_again(lab: Any, text: str) -> None:
    lab.outcome(text)
    name = "orders" if "orders" in text else "t"
    before = lab.table(name)
    shown = "\n".join(lab.rows(f"SHOW CREATE TABLE {name}"))
    lab.outcome(f"DROP TABLE {name}")
    lab.outcome(shown)
    after = lab.table(name)
    for changing in ("CreateTime", "UpdateTime", "VersionId"):
        before.pop(changing, None)
        after.pop(changing, None)
    assert after == before


def test_show_create_table_has_hives_layout(lab: Any) -> None:
    lab.outcome(
        "CREATE EXTERNAL TABLE t (n int COMMENT 'c', s string) PARTITIONED BY (p string) LOCATION 's3://b/t/'"
    )
    rows = lab.rows("SHOW CREATE TABLE shop.t")
    assert rows[:-2] == [
        "CREATE EXTERNAL TABLE `t`(",
        "  `n` int COMMENT 'c', ",
        "  `s` string)",
        "PARTITIONED BY ( ",
        "  `p` string)",
        "ROW FORMAT SERDE ",
        "  'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' ",
        "STORED AS INPUTFORMAT ",
        "  'org.apache.hadoop.mapred.TextInputFormat' ",
        "OUTPUTFORMAT ",
        "  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
        "LOCATION",
        "  's3://b/t/'",
    ]
    assert rows[-2] == "TBLPROPERTIES ("
    assert rows[-1].startswith("  'transient_lastDdlTime'='")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CREATE TABLE t (a int)", "No location was specified for table. An S3 location must be specified"),
        ("CREATE TABLE t (a int) LOCATION 's3://b/'", "External keyword required for table type HIVE"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION ''", "Can not create a Path from an empty string"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 'hdfs://b/t/'", "is not in Amazon S3"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/*.csv'", "has a wildcard"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://absent/t/'", "The specified bucket does not exist"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/file.csv'", "since it is a file"),
        ("CREATE EXTERNAL TABLE nowhere.t (a int) LOCATION 's3://b/t/'", "Database does not exist: nowhere"),
        ("CREATE EXTERNAL TABLE t (a int, A string) LOCATION 's3://b/t/'", "Duplicate column name: a"),
        ("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (a int) LOCATION 's3://b/t/'", "Column repeated"),
        (
            "CREATE EXTERNAL TABLE t (a int) STORED AS CSV LOCATION 's3://b/t/'",
            "Unrecognized file format .* 'CSV'",
        ),
        (
            "CREATE EXTERNAL TABLE t (a integral) LOCATION 's3://b/t/'",
            "type expected but 'integral' is found",
        ),
        (
            "CREATE EXTERNAL TABLE t (date date) LOCATION 's3://b/t/'",
            EXTERNAL,
        ),
        ("CREATE EXTERNAL TABLE my-table (a int) LOCATION 's3://b/t/'", EXTERNAL),
    ],
)
def test_a_table_that_cannot_be_is_refused(lab: Any, text: str, reason: str) -> None:
    lab.objects.bodies["s3://b/file.csv"] = b"1"
    with pytest.raises(QueryFailed, match=reason):
        lab.outcome(text)
    assert lab.rows("SHOW TABLES") == []


# https://docs.aws.amazon.com/athena/latest/ug/vpc-flow-logs-create-table-statement.html,
# https://docs.aws.amazon.com/athena/latest/ug/create-alb-access-logs-table.html
def test_names_that_awss_own_statements_write_without_backticks(lab: Any) -> None:
    lab.outcome(
        "CREATE EXTERNAL TABLE logs (type string, time string, start bigint, `end` bigint, action string) "
        "PARTITIONED BY (`date` date) ROW FORMAT DELIMITED FIELDS TERMINATED BY ' ' LOCATION 's3://lake/l/'"
    )
    names = [column["Name"] for column in lab.table("logs")["StorageDescriptor"]["Columns"]]
    assert names == ["type", "time", "start", "end", "action"]


# https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL: STRUCT<name : type [COMMENT 'text'], …>
def test_fields_may_have_comments_which_the_catalog_does_not_keep(lab: Any) -> None:
    lab.outcome(
        "CREATE EXTERNAL TABLE f (a struct<b:string COMMENT 'its, >', comment:map<string, int> comment \"c\">"
        " COMMENT 'all') LOCATION 's3://lake/f/'"
    )
    assert lab.table("f")["StorageDescriptor"]["Columns"] == [
        {"Name": "a", "Type": "struct<b:string,comment:map<string,int>>", "Comment": "all"}
    ]


def test_a_table_that_is_there_is_kept(lab: Any) -> None:
    lab.outcome("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/t/'")
    with pytest.raises(QueryFailed, match=r"AlreadyExistsException\(message:Table t already exist\)"):
        lab.outcome("CREATE EXTERNAL TABLE t (b int) LOCATION 's3://b/t/'")
    assert lab.outcome("CREATE EXTERNAL TABLE IF NOT EXISTS t (b int) LOCATION 's3://b/t/'").changed == ()
    assert lab.table("t")["StorageDescriptor"]["Columns"] == [{"Name": "a", "Type": "int"}]


def test_drop_table_forgets_the_definition_only(lab: Any) -> None:
    lab.outcome("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/t/'")
    lab.objects.bodies["s3://b/t/x"] = b"1"
    assert lab.outcome("DROP TABLE IF EXISTS `shop`.`t`").changed == (("DROP", "TABLE", "shop.t"),)
    assert list(lab.objects.bodies) == ["s3://b/t/x"]
    assert lab.outcome("DROP TABLE IF EXISTS t").changed == ()
    with pytest.raises(QueryFailed, match=r"\[Error 10001\]: Table not found shop.t"):
        lab.outcome("DROP TABLE t")


_PROJECTED = """CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (d string, n int) LOCATION 's3://b/t/'
TBLPROPERTIES ('projection.enabled'='true', {})"""
_RIGHT = (
    "'projection.d.type'='date', 'projection.d.range'='2020-01-01,NOW', 'projection.d.format'='yyyy-MM-dd', "
    "'projection.n.type'='integer', 'projection.n.range'='0,9', 'projection.n.digits'='2'"
)


def test_partition_projection_is_kept_as_it_is_given(lab: Any) -> None:
    lab.outcome(_PROJECTED.format(_RIGHT + ", 'storage.location.template'='s3://b/t/${d}/${n}/'"))
    assert lab.table("t")["Parameters"]["projection.n.range"] == "0,9"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (_RIGHT.replace("'projection.d.type'='date', ", ""), "projection.d.type is missing"),
        (_RIGHT.replace("'date'", "'daily'"), "projection.d.type is daily"),
        (_RIGHT.replace("'projection.d.format'='yyyy-MM-dd', ", ""), "projection.d.format is missing"),
        (_RIGHT.replace("'0,9'", "'0'"), "projection.n.range is two whole numbers"),
        (_RIGHT.replace("'2'", "'two'"), "projection.n.digits is a positive whole number"),
        (_RIGHT + ", 'storage.location.template'='s3://b/t/${d}/'", "no place for the partition column 'n'"),
    ],
)
def test_partition_projection_that_cannot_work_is_refused(lab: Any, given: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        lab.outcome(_PROJECTED.format(given))
