"""CTAS, INSERT and UNLOAD, run by the engine and read back by it."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.sql.errors import QueryError

_TWO = "SELECT 1 AS id, 'a' AS name, DECIMAL '1.50' AS price UNION ALL SELECT 2, NULL, NULL"
_LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_READ = [["1", "a", "1.50"], ["2", None, None]]


@pytest.mark.parametrize("form", ["PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE"])
def test_ctas_makes_a_table_that_reads_as_the_query(engine: Any, form: str) -> None:
    outcome = engine.outcome(f"CREATE TABLE t WITH (format = '{form}') AS {_TWO}")
    assert (outcome.kind, outcome.update_count, outcome.changed) == (
        "none",
        2,
        (("CREATE", "TABLE", "shop.t"),),
    )
    assert [(c.name, c.type) for c in outcome.columns] == [("rows", "bigint")]
    (url,) = outcome.manifest
    assert re.fullmatch(
        r"s3://results/tables/[0-9a-f-]{36}/20\d{6}_\d{6}_\d{5}_[a-z0-9]{5}_[0-9a-f-]{36}(\.gz)?", url
    )
    assert url.endswith(".gz") == (form in ("JSON", "TEXTFILE"))
    table = engine.table("t")
    assert [(c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"]] == [
        ("id", "int"),
        ("name", "varchar(1)"),
        ("price", "decimal(3,2)"),
    ]
    assert url.startswith(table["StorageDescriptor"]["Location"])
    assert engine.answer("SELECT * FROM t ORDER BY id") == _READ


def test_ctas_partitions_by_the_last_columns_and_registers_them(engine: Any) -> None:
    outcome = engine.outcome(
        "CREATE TABLE shop.p WITH (external_location = 's3://lake/p', partitioned_by = ARRAY['region', 'y'], "
        "write_compression = 'SNAPPY') AS SELECT * "
        "FROM (VALUES (1, 'eu', 2023), (2, 'u/s', 2024), (3, NULL, 2024)) AS v (id, region, y) WITH DATA"
    )
    assert sorted(url.rpartition("/")[0] for url in outcome.manifest) == [
        "s3://lake/p/region=__HIVE_DEFAULT_PARTITION__/y=2024",
        "s3://lake/p/region=eu/y=2023",
        "s3://lake/p/region=u%2Fs/y=2024",
    ]
    assert engine.values("p") == [["__HIVE_DEFAULT_PARTITION__", "2024"], ["eu", "2023"], ["u/s", "2024"]]
    assert engine.table("p")["Parameters"]["parquet.compression"] == "SNAPPY"
    assert engine.answer("SELECT id, region, y FROM p ORDER BY id") == [
        ["1", "eu", "2023"],
        ["2", "u/s", "2024"],
        ["3", None, "2024"],
    ]


# https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/encodings/text/DoubleEncoding.java
def test_numbers_of_text_files_and_of_partitions_are_written_as_java_writes_them(engine: Any) -> None:
    engine.outcome(
        "CREATE TABLE n WITH (format = 'TEXTFILE', field_delimiter = '|', partitioned_by = ARRAY['p']) AS "
        "SELECT 1e10 AS a, nan() AS b, REAL '-1e-5' AS c, DECIMAL '.50' AS d, ARRAY[infinity(), 0e0] AS e, "
        "12345678e0 AS p"
    )
    ((url, body),) = engine.objects.bodies.items()
    assert gzip.decompress(body) == b"1.0E10|NaN|-1.0E-5|0.50|Infinity\x020.0\n"
    assert "/p=1.2345678E7/" in url
    assert engine.answer("SELECT a, b, c, d, e[1], e[2], p FROM n") == [
        ["1.0E10", "NaN", "-1.0E-5", "0.50", "Infinity", "0.0", "1.2345678E7"]
    ]


def test_numbers_of_json_have_the_digits_of_their_type(engine: Any) -> None:
    engine.outcome(
        "CREATE TABLE n WITH (format = 'JSON') AS SELECT REAL '1.1' AS a, ARRAY[REAL '3.4e38'] AS b, "
        "CAST(0.1 AS double) AS c, DECIMAL '12345678901234567890.10' AS d"
    )
    ((_, body),) = engine.objects.bodies.items()
    assert gzip.decompress(body) == b'{"a":1.1,"b":[3.4e38],"c":0.1,"d":12345678901234567890.10}\n'
    assert engine.answer("SELECT a, b[1], c, d FROM n") == [
        ["1.1", "3.4E38", "0.1", "12345678901234567890.10"]
    ]


@pytest.mark.parametrize("form", ["PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE"])
def test_fields_in_capitals_and_empty_texts(engine: Any, form: str) -> None:
    engine.outcome(
        f"CREATE TABLE n WITH (format = '{form}') AS SELECT "
        'CAST(ROW(1, ROW(2)) AS ROW("X" integer, y ROW("Zz" integer))) AS r, '
        "'' AS e, ARRAY['', NULL] AS l"
    )
    assert engine.table("n")["StorageDescriptor"]["Columns"][1:] == [
        {"Name": "e", "Type": "varchar(1)"},
        {"Name": "l", "Type": "array<varchar(1)>"},
    ]
    assert engine.answer("SELECT r.x, r.y.zz, e, l[1], l[2] FROM n") == [["1", "2", "", "", None]]


@pytest.mark.parametrize("name", ["y z", "a:b", "a,b", "a>b"])
def test_a_table_that_could_not_be_read_is_not_made(engine: Any, name: str) -> None:
    with pytest.raises(QueryError, match=f"NOT_SUPPORTED: A field called '{name}'"):
        engine.outcome(f'CREATE TABLE n AS SELECT CAST(ROW(1) AS ROW("{name}" integer)) AS r')
    assert engine.objects.bodies == {}


# https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/HiveMetadata.java
@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("ARRAY[1]", "array(integer)"),
        ("X'00'", "varbinary"),
        ("MAP(ARRAY[1], ARRAY[2])", "map(integer, integer)"),
    ],
)
def test_nested_values_and_bytes_make_no_partitions(engine: Any, key: str, kind: str) -> None:
    text = re.escape(f"NOT_SUPPORTED: Unsupported type [{kind}] for partition: k")
    for begin, end in (("CREATE TABLE t WITH (", ") AS {}"), ("UNLOAD ({}) TO 's3://lake/u/' WITH (", ")")):
        query = f"SELECT 1 AS a, {key} AS k"
        with pytest.raises(QueryError, match=text):
            engine.outcome(f"{begin}format = 'PARQUET', partitioned_by = ARRAY['k']{end}".format(query))
    assert engine.objects.bodies == {}


def test_ctas_spreads_rows_over_buckets_by_hives_hash(engine: Any) -> None:
    outcome = engine.outcome(
        "CREATE TABLE b WITH (format = 'TEXTFILE', write_compression = 'NONE', bucketed_by = ARRAY['k'], "
        "bucket_count = 3) AS "
        "SELECT * FROM (VALUES ('a', 1), ('b', 2), ('c', 3), ('a', 4), ('é', 5)) AS v (k, n)"
    )
    held = {url.rpartition("/")[2][:9]: engine.objects.bodies[url].decode() for url in outcome.manifest}
    assert held == {  # Java: "a" is 97, "b" 98, "c" 99; the bytes of "é" are -61 and -87
        "000000_0_": "c\x013\n",
        "000001_0_": "a\x011\na\x014\né\x015\n",
        "000002_0_": "b\x012\n",
    }
    storage = engine.table("b")["StorageDescriptor"]
    assert (storage["BucketColumns"], storage["NumberOfBuckets"]) == (["k"], 3)
    assert engine.answer("SELECT sum(n) FROM b") == [["15"]]


def test_ctas_without_data_or_rows_writes_nothing(engine: Any) -> None:
    engine.outcome(f"CREATE TABLE a AS {_TWO} WITH NO DATA")
    engine.outcome("CREATE TABLE IF NOT EXISTS b AS SELECT 1 AS x WHERE false")
    assert engine.objects.bodies == {}
    assert engine.answer("SELECT * FROM a") == engine.answer("SELECT * FROM b") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "CREATE TABLE t AS SELECT 1",
            "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1",
        ),
        (
            "CREATE TABLE t AS SELECT 1 AS a, 2 AS A",
            "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'A' specified more",
        ),
        (
            "CREATE TABLE there AS SELECT 1 AS a",
            "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog",
        ),
        ("CREATE TABLE no.t AS SELECT 1 AS a", "Database no not found. Please check your query."),
        (
            "CREATE TABLE t AS SELECT x FROM there",
            "COLUMN_NOT_FOUND: line 1:26: Column 'x' cannot be resolved",
        ),
        ("CREATE TABLE t WITH (format = 'CSV') AS SELECT 1 AS a", "INVALID_TABLE_PROPERTY: .* CSV"),
        ("CREATE TABLE t WITH (colour = 'red') AS SELECT 1 AS a", "table property 'colour' does not exist"),
        (
            "CREATE TABLE t WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a, 2 AS b",
            "HIVE_COLUMN_ORDER_MISMATCH",
        ),
        (
            "CREATE TABLE t WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a",
            "Table contains only partition columns",
        ),
        (
            "CREATE TABLE t WITH (partitioned_by = ARRAY['z']) AS SELECT 1 AS a",
            r"columns \[z\] not present in schema",
        ),
        (
            "CREATE TABLE t WITH (external_location = 's3://lake/used/') AS SELECT 1 AS a",
            "HIVE_PATH_ALREADY_EXISTS",
        ),
        ("CREATE TABLE t AS SELECT TIME '01:02:03' AS j", r"NOT_SUPPORTED: Unsupported Hive type: time\(0\)"),
        (
            "CREATE TABLE t WITH (table_type = 'ICEBERG') AS SELECT 1 AS a",
            "Table property 'is_external' must be false for table type ICEBERG",
        ),
        (
            "CREATE TABLE t WITH (bucketed_by = ARRAY['a']) AS SELECT 1 AS a",
            "bucketed_by and bucket_count go together",
        ),
        (
            "CREATE TABLE t WITH (bucketed_by = ARRAY['z'], bucket_count = 2) AS SELECT 1 AS a",
            r"Bucketing columns \[z\]",
        ),
        (
            "CREATE TABLE t WITH (bucketed_by = ARRAY['a'], bucket_count = 2) AS SELECT 1e0 AS a",
            "Cannot bucket by a column of type double",
        ),
        ("CREATE TABLE t WITH (write_compression = 'LZO') AS SELECT 1 AS a", "Compression LZO of PARQUET"),
        (
            "CREATE TABLE t WITH (partitioned_by = ARRAY['k']) AS "
            "SELECT 1 AS a, k FROM UNNEST(sequence(1, 101)) AS s (k)",
            "HIVE_TOO_MANY_OPEN_PARTITIONS",
        ),
    ],
)
def test_a_ctas_that_cannot_be_writes_nothing(engine: Any, text: str, reason: str) -> None:
    engine.outcome("CREATE EXTERNAL TABLE there (a int) LOCATION 's3://b/t/'")
    engine.objects.bodies["s3://lake/used/x"] = b"1"
    with pytest.raises((QueryError, QueryFailed), match=reason):
        engine.outcome(text)
    assert list(engine.objects.bodies) == ["s3://lake/used/x"]
    assert engine.rows("SHOW TABLES") == ["there"]


@pytest.mark.parametrize(
    "storage",
    [
        "STORED AS PARQUET",
        "STORED AS ORC",
        "STORED AS AVRO",
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'",
        "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'",
        r"ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' COLLECTION ITEMS TERMINATED BY '|'",
        "",
    ],
)
def test_insert_adds_rows_in_the_tables_own_format(engine: Any, storage: str) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (id bigint, name string, at timestamp, tags array<string>) "
        f"{storage} LOCATION 's3://lake/t/'"
    )
    first = engine.outcome(
        "INSERT INTO t SELECT 1, 'a;b', TIMESTAMP '2024-01-31 12:00:00.500', ARRAY['x', 'y']"
    )
    assert (first.update_count, len(first.manifest)) == (1, 1)
    engine.outcome("INSERT INTO t (name, id) VALUES ('c', 2)")
    assert engine.answer("SELECT id, name, at, cardinality(tags) FROM t ORDER BY id") == [
        ["1", "a;b", "2024-01-31 12:00:00.500", "2"],
        ["2", "c", None, None],
    ]
    assert len(engine.objects.bodies) == 2


# https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html
@pytest.mark.parametrize(
    ("storage", "properties"),
    [
        ("ROW FORMAT DELIMITED FIELDS TERMINATED BY ','", "TBLPROPERTIES ('serialization.null.format' = '')"),
        (f"ROW FORMAT SERDE '{_LAZY}' WITH SERDEPROPERTIES ('serialization.format' = ';')", ""),
        (f"ROW FORMAT SERDE '{_LAZY}' WITH SERDEPROPERTIES ('field.delim' = '9', 'escape.delim' = '47')", ""),
    ],
)
def test_insert_writes_what_the_table_is_read_by(engine: Any, storage: str, properties: str) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (a string, b array<int>, c map<string,int>, d string) "
        f"{storage} LOCATION 's3://lake/t/' {properties}"
    )
    engine.outcome(
        "INSERT INTO t VALUES ('x', ARRAY[1, 2], MAP(ARRAY['k'], ARRAY[3]), NULL), (NULL, NULL, NULL, '/y')"
    )
    assert engine.answer("SELECT a, b[2], c['k'], d FROM t ORDER BY a") == [
        ["x", "2", "3", None],
        [None, None, None, "/y"],
    ]


# https://trino.io/docs/current/connector/hive.html (skip_header_line_count)
@pytest.mark.parametrize("compression", ["GZIP", "ZSTD", "BZIP2", "NONE"])
def test_insert_begins_a_file_with_the_header_that_is_skipped(engine: Any, compression: str) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (a int, b string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
        "LOCATION 's3://lake/t/' TBLPROPERTIES ('skip.header.line.count' = '1', "
        f"'write.compression' = '{compression}')"
    )
    assert engine.outcome("INSERT INTO t VALUES (1, 'x'), (2, 'y')").update_count == 2
    if compression == "NONE":
        assert list(engine.objects.bodies.values()) == [b"a,b\n1,x\n2,y\n"]
    assert engine.answer("SELECT * FROM t ORDER BY a") == [["1", "x"], ["2", "y"]]


# https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html (mapping)
def test_insert_writes_the_keys_that_columns_are_mapped_to(engine: Any) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (ts int, b string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' "
        "WITH SERDEPROPERTIES ('mapping.ts' = 'timeStamp') LOCATION 's3://lake/t/'"
    )
    engine.outcome("INSERT INTO t VALUES (1, 'x')")
    assert gzip.decompress(*engine.objects.bodies.values()) == b'{"timeStamp":1,"b":"x"}\n'
    assert engine.answer("SELECT * FROM t") == [["1", "x"]]
    engine.outcome("ALTER TABLE t SET TBLPROPERTIES ('skip.header.line.count' = '1')")
    with pytest.raises(QueryError, match=r"table of JSON with skip.header.line.count is not supported"):
        engine.outcome("INSERT INTO t VALUES (1, 'x')")


# https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html (digits)
@pytest.mark.parametrize("template", ["", ", 'storage.location.template' = 's3://lake/t/x/${d}/${n}'"])
def test_insert_writes_where_the_projection_reads(engine: Any, template: str) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (d string, n int) LOCATION 's3://lake/t/' "
        "TBLPROPERTIES ('projection.enabled' = 'true', 'projection.d.type' = 'date', "
        "'projection.d.format' = 'yyyy/MM/dd', "
        "'projection.d.range' = '2020/01/01,2020/01/10', 'projection.n.type' = 'integer', "
        f"'projection.n.range' = '1,20', 'projection.n.digits' = '2'{template})"
    )
    (url,) = engine.outcome("INSERT INTO t VALUES (1, '2020/01/02', 5)").manifest
    assert url.startswith(
        "s3://lake/t/x/2020/01/02/05/" if template else "s3://lake/t/d=2020%2F01%2F02/n=05/"
    )
    assert engine.answer("SELECT * FROM t") == [["1", "2020/01/02", "5"]]


def test_insert_registers_new_partitions_and_uses_the_place_of_old_ones(engine: Any) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (id int) PARTITIONED BY (y int) STORED AS PARQUET LOCATION 's3://lake/t'"
    )
    engine.outcome("ALTER TABLE t ADD PARTITION (y = 1) LOCATION 's3://other/one/'")
    outcome = engine.outcome("INSERT INTO t SELECT * FROM (VALUES (10, 1), (20, 2)) AS v (id, y)")
    assert sorted(url.rpartition("/")[0] for url in outcome.manifest) == ["s3://lake/t/y=2", "s3://other/one"]
    assert engine.values("t") == [["1"], ["2"]]
    assert engine.answer("SELECT id, y FROM t ORDER BY y") == [["10", "1"], ["20", "2"]]


def test_insert_of_no_rows_writes_nothing(engine: Any) -> None:
    engine.outcome("CREATE EXTERNAL TABLE t (id int) LOCATION 's3://lake/t/'")
    outcome = engine.outcome("INSERT INTO t SELECT 1 WHERE false")
    assert (outcome.update_count, outcome.manifest, engine.objects.bodies) == (0, (), {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "INSERT INTO t SELECT 'a', 1",
            r"TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: "
            r"Table: \[integer, varchar\(3\)\], Query: \[varchar\(1\), integer\]",
        ),
        ("INSERT INTO t SELECT 1", r"Table: \[integer, varchar\(3\)\], Query: \[integer\]"),
        ("INSERT INTO t (b) SELECT 1", r"Table: \[varchar\(3\)\], Query: \[integer\]"),
        ("INSERT INTO t (z) SELECT 1", "COLUMN_NOT_FOUND: .*target table: z"),
        ("INSERT INTO t (a, a) SELECT 1, 2", "DUPLICATE_COLUMN_NAME"),
        (
            "INSERT INTO t VALUES (1, 'four')",
            "Cannot truncate non-space characters when casting from varchar",
        ),
        (
            "INSERT INTO missing VALUES 1",
            "TABLE_NOT_FOUND: line 1:13: Table 'awsdatacatalog.shop.missing' does not",
        ),
        ("INSERT INTO no.t VALUES 1", "SCHEMA_NOT_FOUND: line 1:13: Schema 'no' does not exist"),
        ("INSERT INTO csv VALUES 'x'", "NOT_SUPPORTED: .*OpenCSVSerde is only read"),
        ("INSERT INTO bucketed VALUES 1", "Cannot write to bucketed table shop.bucketed"),
        ("INSERT INTO v VALUES 1", "Inserting into views is not supported"),
    ],
)
def test_an_insert_that_does_not_fit_writes_nothing(engine: Any, text: str, reason: str) -> None:
    engine.outcome("CREATE EXTERNAL TABLE t (a int, b varchar(3)) STORED AS ORC LOCATION 's3://lake/t/'")
    serde = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
    engine.outcome(f"CREATE EXTERNAL TABLE csv (a string) ROW FORMAT SERDE '{serde}' LOCATION 's3://lake/c/'")
    engine.outcome(
        "CREATE EXTERNAL TABLE bucketed (a int) CLUSTERED BY (a) INTO 2 BUCKETS LOCATION 's3://lake/b/'"
    )
    engine.outcome("CREATE VIEW v AS SELECT 1 AS a")
    with pytest.raises(QueryError, match=reason):
        engine.outcome(text)
    assert engine.objects.bodies == {}


def test_insert_widens_what_trino_widens(engine: Any) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (a bigint, b double, c decimal(12,3), d timestamp, e char(3), "
        "f array<bigint>) STORED AS PARQUET LOCATION 's3://lake/t/'"
    )
    engine.outcome("INSERT INTO t SELECT 1, 2, DECIMAL '1.5', DATE '2024-01-31', 'x', ARRAY[7]")
    assert engine.answer("SELECT a, b, c, d, length(e), f[1] FROM t") == [
        ["1", "2.0", "1.500", "2024-01-31 00:00:00.000", "3", "7"]
    ]


def test_insert_stores_what_has_a_common_type_with_the_column(engine: Any) -> None:
    """As trino: BaseConnectorTest.testInsertWithCoercion, testInsertArray; rows go by place, not by name."""
    engine.outcome(
        "CREATE EXTERNAL TABLE t (a tinyint, b int, c decimal(5,3), d float, e char(3), f varchar(3), "
        "g date, h array<bigint>, i struct<x:int,y:string>) STORED AS PARQUET LOCATION 's3://lake/t/'"
    )
    engine.outcome(
        "INSERT INTO t VALUES (1e0, 2.5e0, 3e0, 4e0, CAST('aa     ' AS varchar), CAST('aa     ' AS varchar), "
        "TIMESTAMP '2019-11-18 22:13:40', ARRAY[12.6e0], ROW(BIGINT '7', 'z'))"
    )
    assert engine.answer("SELECT a, b, c, d, length(e), length(f), g, h[1], i.x, i.y FROM t") == [
        ["1", "3", "3.000", "4.0", "3", "3", "2019-11-18", "13", "7", "z"]
    ]
    with pytest.raises(QueryError, match=r"Out of range for integer: 3\.0E9"):
        engine.outcome("INSERT INTO t (b) VALUES (3e9)")
    with pytest.raises(QueryError, match=r"from varchar\(4\) to char\(3\) on INSERT"):
        engine.outcome("INSERT INTO t (e) VALUES ('abcd')")
    with pytest.raises(QueryError, match="Insert query has mismatched column types"):
        engine.outcome("INSERT INTO t (b) VALUES (true)")


def test_unload_writes_to_an_empty_place(engine: Any) -> None:
    outcome = engine.outcome(
        f"UNLOAD (SELECT * FROM ({_TWO})) TO 's3://out/here' WITH (format = 'TEXTFILE', "
        "field_delimiter = '|', compression = 'NONE')"
    )
    (url,) = outcome.manifest
    assert (outcome.update_count, url.startswith("s3://out/here/")) == (2, True)
    assert engine.objects.bodies[url] == b"1|a|1.50\n2|\\N|\\N\n"
    with pytest.raises(QueryError, match=r"HIVE_PATH_ALREADY_EXISTS: .*s3://out/here/"):
        engine.outcome("UNLOAD (SELECT 1 AS a) TO 's3://out/here/' WITH (format = 'JSON')")
    assert engine.rows("SHOW TABLES") == []


def test_unload_takes_parameters_and_partitions(engine: Any) -> None:
    outcome = engine.outcome(
        "UNLOAD (SELECT id, k FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, k) WHERE id > ?) TO 's3://out/p/' "
        "WITH (format = 'PARQUET', partitioned_by = ARRAY['k'])",
        "1",
    )
    assert [url.rpartition("/")[0] for url in outcome.manifest] == ["s3://out/p/k=b"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("", "UNLOAD needs the property 'format'"),
        ("WITH (format = 'JSON', field_delimiter = ',')", "field_delimiter does not go with the format JSON"),
        ("WITH (format = 'TEXTFILE', field_delimiter = '||')", "field_delimiter must be one character"),
        ("WITH (format = 'ORC', compression = 'GZIPPED')", "Compression GZIPPED of ORC"),
    ],
)
def test_an_unload_that_cannot_be_is_refused(engine: Any, options: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        engine.outcome(f"UNLOAD (SELECT 1 AS a) TO 's3://out/' {options}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("DELETE FROM t WHERE a = 1", "NOT_SUPPORTED: Modifying Hive table rows is only supported"),
        ("UPDATE t SET a = 1", "NOT_SUPPORTED: Modifying Hive table rows is only supported"),
        ("OPTIMIZE t REWRITE DATA USING BIN_PACK", "only supported for Iceberg tables"),
        ("VACUUM t", "only supported for Iceberg tables"),
        (
            "MERGE INTO t USING t AS s ON t.a = s.a WHEN MATCHED THEN DELETE",
            "Modifying Hive table rows is only supported",
        ),
        ("DELETE FROM missing", r"TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog\.shop\.missing' does not"),
        ("\n UPDATE nowhere.t SET a = 1", "SCHEMA_NOT_FOUND: line 2:2: Schema 'nowhere' does not exist"),
        ("DELETE FROM v", "NOT_SUPPORTED: line 1:1: Deleting from views is not supported"),
        ("UPDATE v SET a = 1", "NOT_SUPPORTED: line 1:1: Updating views is not supported"),
        ("VACUUM v", "NOT_SUPPORTED: line 1:1: VACUUM on a view is not supported"),
    ],
)
def test_rows_of_hive_tables_and_views_cannot_be_changed(engine: Any, text: str, reason: str) -> None:
    engine.outcome("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'")
    engine.outcome("CREATE VIEW v AS SELECT 1 AS a")
    with pytest.raises(QueryError, match=reason):
        engine.outcome(text)


def test_a_query_goes_to_the_engine(engine: Any) -> None:
    outcome = engine.outcome("SELECT 1 AS a, 'x' AS b")
    assert outcome.kind == "rows"
    assert Path(outcome.result_file).read_text() == '"a","b"\n"1","x"\n'
