"""CREATE TABLE and DROP TABLE of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

import json
from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.parsing import statement
from localstack_lab.athena.statements.parsing.cursor import DdlSyntaxError
from pyiceberg.table import StaticTable

MADE = """CREATE TABLE iceberg_table (id bigint, data string COMMENT 'what it is', category string,
ts timestamp) PARTITIONED BY (category, bucket(16, id), day(ts), truncate(3, data))
LOCATION 's3://lake/your-folder/' TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet')"""
PROPERTIES = "LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type'='ICEBERG'{more})"


def _metadata(lab: Any, name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(lab.objects.bodies[lab.table(name)["Parameters"]["metadata_location"]])
    return told


def test_the_metadata_are_icebergs(lab: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lab.outcome(MADE).changed == (("CREATE", "TABLE", "shop.iceberg_table"),)
    (location,) = lab.objects.bodies
    assert location.startswith("s3://lake/your-folder/metadata/00000-")
    read_by_itself = StaticTable.from_metadata
    monkeypatch.setattr(
        "pyiceberg.table.load_file_io", lambda *_, **__: LakeFiles(lab.objects, str(tmp_path))
    )
    table = read_by_itself(location)
    assert table.format_version == 2
    assert table.metadata.location == "s3://lake/your-folder"
    assert [(f.field_id, f.name, str(f.field_type), f.required, f.doc) for f in table.schema().fields] == [
        (1, "id", "long", False, None),
        (2, "data", "string", False, "what it is"),
        (3, "category", "string", False, None),
        (4, "ts", "timestamp", False, None),
    ]
    assert [(f.field_id, f.source_id, f.name, str(f.transform)) for f in table.spec().fields] == [
        (1000, 3, "category", "identity"),
        (1001, 1, "id_bucket", "bucket[16]"),
        (1002, 4, "ts_day", "day"),
        (1003, 2, "data_trunc", "truncate[3]"),
    ]
    assert table.metadata.snapshots == []
    # https://docs.aws.amazon.com/athena/latest/ug/compression-support-iceberg.html: ZSTD by default
    assert table.properties == {
        "write.format.default": "parquet",
        "write.object-storage.enabled": "true",
        "write.object-storage.path": "s3://lake/your-folder/data",
        "write.parquet.compression-codec": "zstd",
    }


def test_the_catalog_has_columns_and_where_the_metadata_lie(lab: Any) -> None:
    """https://iceberg.apache.org/docs/latest/aws/#glue-catalog"""
    lab.outcome(MADE)
    (location,) = lab.objects.bodies
    table = lab.table("iceberg_table")
    assert table["TableType"] == "EXTERNAL_TABLE"
    assert table["Parameters"] == {"table_type": "ICEBERG", "metadata_location": location}
    assert table["PartitionKeys"] == []
    storage = table["StorageDescriptor"]
    assert storage["Location"] == "s3://lake/your-folder"
    assert "SerdeInfo" not in storage
    assert storage["Columns"][1] == {
        "Name": "data",
        "Type": "string",
        "Comment": "what it is",
        "Parameters": {
            "iceberg.field.id": "2",
            "iceberg.field.optional": "true",
            "iceberg.field.current": "true",
        },
    }


def test_the_types_of_the_page(lab: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html"""
    columns = (
        "a boolean, b int, c bigint, d double, e float, f decimal(12,3), g string, h binary, i date, "
        "j timestamp, k array<int>, l map<string,array<date>>, m struct<X:int,y:struct<z:string>>"
    )
    lab.outcome(f"CREATE TABLE t ({columns}) " + PROPERTIES.format(more=""))
    fields = _metadata(lab, "t")["schemas"][0]["fields"]
    kinds = [
        "boolean",
        "int",
        "long",
        "double",
        "float",
        "decimal(12, 3)",
        "string",
        "binary",
        "date",
        "timestamp",
    ]
    assert [field["type"] for field in fields[:10]] == kinds
    assert fields[10]["type"] == {
        "type": "list",
        "element-id": 14,
        "element": "int",
        "element-required": False,
    }
    assert fields[11]["type"]["value"]["element"] == "date"
    assert [field["name"] for field in fields[12]["type"]["fields"]] == ["x", "y"]
    assert _metadata(lab, "t")["last-column-id"] == 20
    kept = [column["Type"] for column in lab.table("t")["StorageDescriptor"]["Columns"]]
    assert kept[-3:] == ["array<int>", "map<string,array<date>>", "struct<x:int,y:struct<z:string>>"]


@pytest.mark.parametrize("kind", ["tinyint", "smallint", "char(3)", "varchar(3)", "array<smallint>"])
def test_types_that_iceberg_tables_lack(lab: Any, kind: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html"""
    with pytest.raises(QueryError, match="NOT_SUPPORTED: Type not supported for Iceberg: "):
        lab.outcome(f"CREATE TABLE t (a {kind}) " + PROPERTIES.format(more=""))
    assert (lab.rows("SHOW TABLES"), lab.objects.bodies) == ([], {})


@pytest.mark.parametrize(
    ("more", "key", "value"),
    [
        ("'write_compression'='snappy'", "write.parquet.compression-codec", "snappy"),
        ("'write_compression'='ZSTD', 'compression_level'='7'", "write.parquet.compression-level", "7"),
        ("'vacuum_min_snapshots_to_keep'='10'", "history.expire.min-snapshots-to-keep", "10"),
        ("'vacuum_max_snapshot_age_seconds'='259200'", "history.expire.max-snapshot-age-ms", "259200000"),
        ("'vacuum_max_metadata_files_to_keep'='20'", "write.metadata.previous-versions-max", "20"),
        ("'write_target_data_file_size_bytes'='536870912'", "write.target-file-size-bytes", "536870912"),
        ("'optimize_rewrite_delete_file_threshold'='10'", "optimize_rewrite_delete_file_threshold", "10"),
        ("'Optimize_Rewrite_Data_File_Threshold'='49'", "optimize_rewrite_data_file_threshold", "49"),
        ("'write_data_path_enabled'='true'", "write.data.path", "s3://lake/t/data"),
        ("'write_data_path_enabled'='false'", "write.object-storage.path", "s3://lake/t/data"),
    ],
)
def test_properties_lie_in_the_metadata_under_icebergs_names(
    lab: Any, more: str, key: str, value: str
) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties"""
    lab.outcome("CREATE TABLE t (a int) " + PROPERTIES.format(more=", " + more))
    held = _metadata(lab, "t")["properties"]
    assert held[key] == value
    paths = [name for name in held if name in ("write.data.path", "write.object-storage.path")]
    assert len(paths) == 1
    assert set(lab.table("t")["Parameters"]) == {"table_type", "metadata_location"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "(a int) CLUSTERED BY (a) INTO 2 BUCKETS {p}",
            "Iceberg create table statement does not allow CLUSTERED BY",
        ),
        ("(a int) ROW FORMAT SERDE 'x' {p}", "Iceberg create table statement does not allow ROW FORMAT"),
        ("(a int) STORED AS PARQUET {p}", "Iceberg create table statement does not allow STORED AS/BY"),
        (
            "(a int) PARTITIONED BY (p int) {p}",
            "Invalid PARTITIONED BY clause in Iceberg create table statement",
        ),
        ("{p}", "At least one column is required for Iceberg create table statement"),
        ("(a int) {p,'classification'='x'}", "Unsupported table property key: classification"),
        (
            "(a int) {p,'write.object-storage.enabled'='false'}",
            "Unsupported table property key: write.object-",
        ),
        ("(a int) {p,'format'='csv'}", "Invalid value for table property format: 'csv'"),
        ("(a int) {p,'format'='ORC'}", "Iceberg tables of ORC files are not available in this emulator"),
        ("(a int) {p,'format'='avro'}", "Iceberg tables of AVRO files are not available in this emulator"),
        ("(a int) {p,'write_compression'='bzip2'}", "Invalid value for table property write_compression"),
        ("(a int) {p,'optimize_rewrite_data_file_threshold'='50'}", "a positive number below 50"),
        ("(a int) {p,'vacuum_min_snapshots_to_keep'='0'}", "it is a positive number"),
        ("(a int) {p,'write_data_path_enabled'='no'}", "it is true or false"),
        ("(a int) PARTITIONED BY (b) {p}", "Cannot find source column: b"),
        ("(a int) PARTITIONED BY (day(a)) {p}", "Invalid source type int for transform: day"),
        (
            "(a double) PARTITIONED BY (bucket(4, a)) {p}",
            r"Invalid source type double for transform: bucket\[4\]",
        ),
        ("(a date) PARTITIONED BY (hour(a)) {p}", "Invalid source type date for transform: hour"),
        ("(a int) PARTITIONED BY (bucket(a)) {p}", "bucket of a needs a number above 0"),
        ("(a int) PARTITIONED BY (bucket(0, a)) {p}", "bucket of a needs a number above 0"),
        ("(a int) PARTITIONED BY (zorder(a)) {p}", "Invalid partition field declaration: zorder of a"),
        ("(a int) PARTITIONED BY (a, a) {p}", "Cannot use partition name more than once: a"),
        (
            "(a date) PARTITIONED BY (year(a), month(a)) {p}",
            "Cannot add redundant partition: a_year and a_month",
        ),
        ("(a date, a_day int) PARTITIONED BY (day(a)) {p}", "Cannot create partition from name that exists"),
        ("(a array<int>) PARTITIONED BY (a) {p}", "Cannot partition with non-primitive source field: a"),
    ],
)
def test_a_table_that_cannot_be_leaves_nothing(lab: Any, text: str, reason: str) -> None:
    """The first six in the words of Athena's own answers; transforms in those of Iceberg's PartitionSpec."""
    head, _, rest = text.partition("{p")
    more = rest.removesuffix("}")
    with pytest.raises((QueryFailed, QueryError), match=reason):
        lab.outcome(f"CREATE TABLE t {head}" + PROPERTIES.format(more=more))
    assert (lab.rows("SHOW TABLES"), lab.objects.bodies) == ([], {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/' TBLPROPERTIES ('table_type'='iceberg')",
            "^External keyword not supported for table type ICEBERG$",
        ),
        (
            "CREATE TABLE t (a int) TBLPROPERTIES ('table_type'='ICEBERG')",
            "^No location was specified for table",
        ),
        ("CREATE TABLE t (a int) LOCATION 's3://b/'", "^External keyword required for table type HIVE$"),
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (b) LOCATION 's3://b/'",
            "^line 1:8: mismatched input 'EXTERNAL'",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (day(a)) LOCATION 's3://b/'",
            "^line 1:8: mismatched input 'EXTERNAL'",
        ),
        (
            "CREATE TABLE t (a int) PARTITIONED BY (a, b int) LOCATION 's3://b/' "
            "TBLPROPERTIES ('table_type'='ICEBERG')",
            "^line 1:24: mismatched input 'PARTITIONED'. Expecting: 'COMMENT', 'WITH', <EOF>$",
        ),
        (
            "CREATE TABLE t (a int) LOCATION 's3://b/' "
            "TBLPROPERTIES ('table_type'='ICEBERG', 'compression_level'='3')",
            "^Compression codec must be defined when compression_level property is specified.$",
        ),
        (
            "CREATE TABLE t (a timestamptz) LOCATION 's3://b/' TBLPROPERTIES ('table_type'='ICEBERG')",
            "timestamptz",
        ),
    ],
)
def test_what_is_refused_when_it_is_started(text: str, reason: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html (its warning)"""
    with pytest.raises(DdlSyntaxError, match=reason):
        statement.parse(text)


def test_the_type_of_a_table_in_any_case(lab: Any) -> None:
    lab.outcome("CREATE TABLE t (a int) LOCATION 's3://lake/t' TBLPROPERTIES ('Table_Type'='Iceberg')")
    assert lab.table("t")["Parameters"]["table_type"] == "ICEBERG"


def test_a_table_that_is_there_is_kept(lab: Any) -> None:
    lab.outcome(MADE)
    before = (lab.table("iceberg_table"), dict(lab.objects.bodies))
    with pytest.raises(
        QueryError, match=r"TABLE_ALREADY_EXISTS: .*'awsdatacatalog.shop.iceberg_table' already"
    ):
        lab.outcome(MADE)
    assert lab.outcome(MADE.replace("TABLE", "TABLE IF NOT EXISTS", 1)).changed == ()
    assert (lab.table("iceberg_table"), dict(lab.objects.bodies)) == before


@pytest.mark.parametrize("location", ["file:///tmp/t", "s3://absent/t", "", "s3://lake/*"])
def test_a_place_that_is_none(lab: Any, location: str) -> None:
    with pytest.raises(QueryFailed, match="MetaException"):
        lab.outcome(MADE.replace("s3://lake/your-folder/", location))
    assert (lab.rows("SHOW TABLES"), lab.objects.bodies) == ([], {})


def test_a_comment_is_the_catalogs_description(lab: Any) -> None:
    lab.outcome("CREATE TABLE t (a int) COMMENT 'all of it' " + PROPERTIES.format(more=""))
    lab.outcome("ALTER TABLE t ADD COLUMNS (b int)")
    assert lab.table("t")["Description"] == "all of it"
    assert "COMMENT 'all of it'" in lab.rows("SHOW CREATE TABLE t")


def test_drop_takes_the_files_of_the_table_and_no_others(engine: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html

    Athena answers two rows without columns: one newline in the result file.
    """
    engine.outcome(MADE)
    engine.outcome("ALTER TABLE iceberg_table ADD COLUMNS (note int)")
    engine.objects.bodies["s3://lake/your-folder/data/not-of-the-table.parquet"] = b"1"
    engine.objects.bodies["s3://lake/your-folder-too/x"] = b"1"
    before = set(engine.objects.bodies)
    outcome = engine.outcome("DROP TABLE iceberg_table")
    assert outcome.changed == (("DROP", "TABLE", "shop.iceberg_table"),)
    with open(outcome.result_file) as file:
        assert file.read() == "\n"
    assert engine.rows("SHOW TABLES") == []
    assert set(engine.objects.bodies) == {
        "s3://lake/your-folder/data/not-of-the-table.parquet",
        "s3://lake/your-folder-too/x",
    }
    assert len(before) == 4
    engine.outcome("DROP TABLE IF EXISTS iceberg_table")


def test_a_table_whose_metadata_are_gone_is_not_dropped(lab: Any) -> None:
    lab.outcome(MADE)
    lab.objects.bodies.clear()
    with pytest.raises(QueryError, match="ICEBERG_MISSING_METADATA: Metadata not found in metadata location"):
        lab.outcome("DROP TABLE iceberg_table")
    assert lab.rows("SHOW TABLES") == ["iceberg_table"]


def test_drop_database_cascade_takes_the_files_too(lab: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-additional-operations.html"""
    lab.outcome(MADE)
    lab.outcome("CREATE EXTERNAL TABLE hive (a int) LOCATION 's3://lake/hive/'")
    lab.objects.bodies["s3://lake/hive/x"] = b"1"
    lab.outcome("DROP DATABASE shop CASCADE")
    assert list(lab.objects.bodies) == ["s3://lake/hive/x"]


def test_rows_go_with_the_table(engine: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html"""
    engine.outcome(MADE)
    engine.outcome("INSERT INTO iceberg_table VALUES (1, 'abcd', 'x', TIMESTAMP '2024-01-01 10:00:00')")
    engine.outcome("INSERT INTO iceberg_table VALUES (2, 'efgh', 'y', TIMESTAMP '2024-01-02 10:00:00')")
    engine.outcome("DELETE FROM iceberg_table WHERE id = 1")
    assert engine.answer("SELECT id, data FROM iceberg_table") == [["2", "efgh"]]
    data = [url for url in engine.objects.bodies if url.startswith("s3://lake/your-folder/data/")]
    assert any("category=y/id_bucket=" in url and "/ts_day=2024-01-02/data_trunc=efg/" in url for url in data)
    engine.outcome("DROP TABLE iceberg_table")
    assert engine.objects.bodies == {}


def test_rows_written_before_a_change_of_columns_are_read_by_it(engine: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html"""
    engine.outcome("CREATE TABLE t (a int, b float, c string, p struct<x:int>) " + PROPERTIES.format(more=""))
    engine.outcome("INSERT INTO t VALUES (1, REAL '0.5', 'old', ROW(7))")
    for change in (
        "CHANGE a key bigint AFTER b",
        "CHANGE b b double",
        "DROP COLUMN c",
        "ADD COLUMNS (c string)",
    ):
        engine.outcome(f"ALTER TABLE t {change}")
    engine.outcome("ALTER TABLE t CHANGE p p struct<y:string,x:bigint>")
    engine.outcome("INSERT INTO t VALUES (1.5, 5000000000, ROW('z', 8), 'new')")
    rows = engine.answer("SELECT b, key, p.x, p.y, c FROM t ORDER BY key")
    assert rows == [["0.5", "1", "7", None, None], ["1.5", "5000000000", "8", "z", "new"]]


def test_comments_as_clients_quote_them(lab: Any) -> None:
    """https://github.com/apache/hive: its lexer takes strings that follow each other for one

    awswrangler doubles a quote, as standard SQL has it: in Athena's DDL it is lost.
    """
    lab.outcome(
        "CREATE TABLE t (a int COMMENT 'it''s', b int COMMENT 'it\\'s') " + PROPERTIES.format(more="")
    )
    assert [field["doc"] for field in _metadata(lab, "t")["schemas"][0]["fields"]] == ["its", "it's"]
    with pytest.raises(QueryFailed, match="mismatched input"):
        lab.outcome("CREATE TABLE u (a int COMMENT 'it' 's') " + PROPERTIES.format(more=""))
