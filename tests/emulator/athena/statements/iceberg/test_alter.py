"""ALTER TABLE of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html
"""

import json
import time
from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.kinds import kind_of

MADE = """CREATE TABLE iceberg_table (id int, comment string, price decimal(9,2), point struct<x:float,y:int>)
PARTITIONED BY (bucket(4, id)) LOCATION 's3://lake/t' TBLPROPERTIES ('table_type'='ICEBERG')"""


@pytest.fixture
def table(lab: Any) -> Any:
    lab.outcome(MADE)
    return lab


def _metadata(lab: Any, name: str = "iceberg_table") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(lab.objects.bodies[lab.table(name)["Parameters"]["metadata_location"]])
    return told


def _fields(lab: Any) -> list[dict[str, Any]]:
    metadata = _metadata(lab)
    (current,) = [s for s in metadata["schemas"] if s["schema-id"] == metadata["current-schema-id"]]
    found: list[dict[str, Any]] = current["fields"]
    return found


def _ids(lab: Any) -> dict[str, int]:
    return {field["name"]: field["id"] for field in _fields(lab)}


def test_columns_are_added_at_the_end(table: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-add-columns.html"""
    outcome = table.outcome(
        "ALTER TABLE iceberg_table ADD COLUMNS "
        "(note string COMMENT 'why', points array<struct<x: double, y: double>>)"
    )
    assert outcome.changed == (("ALTER", "TABLE", "shop.iceberg_table"),)
    assert list(_ids(table).items())[-2:] == [("note", 7), ("points", 8)]
    assert _fields(table)[-2]["doc"] == "why"
    assert _metadata(table)["last-column-id"] == 11
    shown = table.table("iceberg_table")["StorageDescriptor"]["Columns"][-1]
    assert (shown["Name"], shown["Type"]) == ("points", "array<struct<x:double,y:double>>")


def test_a_dropped_column_stays_in_the_catalog_with_a_mark(table: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-drop-column.html"""
    table.outcome("ALTER TABLE iceberg_table DROP COLUMN comment")
    assert list(_ids(table)) == ["id", "price", "point"]
    columns = table.table("iceberg_table")["StorageDescriptor"]["Columns"]
    marks = {column["Name"]: column["Parameters"]["iceberg.field.current"] for column in columns}
    assert marks == {"id": "true", "price": "true", "point": "true", "comment": "false"}
    assert table.rows("SHOW COLUMNS IN iceberg_table") == ["id", "price", "point"]
    table.outcome("ALTER TABLE iceberg_table ADD COLUMNS (comment string)")
    assert _ids(table)["comment"] == 7


def test_a_column_gets_another_name_and_place(table: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-change-column.html"""
    table.outcome("ALTER TABLE iceberg_table CHANGE comment blog_comment string AFTER id")
    assert list(_ids(table).items())[:2] == [("id", 1), ("blog_comment", 2)]
    table.outcome("ALTER TABLE iceberg_table CHANGE COLUMN price price decimal(9,2) FIRST")
    assert list(_ids(table)) == ["price", "id", "blog_comment", "point"]
    table.outcome("ALTER TABLE iceberg_table CHANGE blog_comment blog_comment string COMMENT 'said'")
    assert _fields(table)[2]["doc"] == "said"
    table.outcome("ALTER TABLE iceberg_table CHANGE blog_comment said string")
    assert (_fields(table)[2]["name"], _fields(table)[2]["doc"]) == ("said", "said")


@pytest.mark.parametrize(
    ("text", "at", "wider"),
    [
        ("CHANGE id id bigint", 0, "long"),
        ("CHANGE id key bigint COMMENT 'k' AFTER price", 2, "long"),
        ("CHANGE price price decimal(12,2)", 2, "decimal(12, 2)"),
    ],
)
def test_types_that_become_wider(table: Any, text: str, at: int, wider: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html"""
    table.outcome(f"ALTER TABLE iceberg_table {text}")
    assert _fields(table)[at]["type"] == wider


def test_fields_of_a_row_are_widened_added_and_taken_away(table: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html"""
    table.outcome("ALTER TABLE iceberg_table CHANGE point point struct<x:double,z:string,y:bigint>")
    inside = [(f["id"], f["name"], f["type"]) for f in _fields(table)[3]["type"]["fields"]]
    assert inside == [(5, "x", "double"), (7, "z", "string"), (6, "y", "long")]
    table.outcome("ALTER TABLE iceberg_table CHANGE point point struct<y:bigint,x:double>")
    inside = [(f["id"], f["name"], f["type"]) for f in _fields(table)[3]["type"]["fields"]]
    assert inside == [(6, "y", "long"), (5, "x", "double")]


def test_elements_and_values_are_widened(table: Any) -> None:
    table.outcome("ALTER TABLE iceberg_table ADD COLUMNS (a array<int>, m map<int,struct<v:float>>)")
    table.outcome("ALTER TABLE iceberg_table CHANGE a a array<bigint>")
    table.outcome("ALTER TABLE iceberg_table CHANGE m m map<int,struct<v:double,w:date>>")
    rows = table.rows("DESCRIBE iceberg_table")
    assert rows[6:8] == ["a\tarray<bigint>\t", "m\tmap<int, struct<v: double, w: date>>\t"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ADD COLUMNS (Id int)", "COLUMN_ALREADY_EXISTS: Cannot add column, name already exists: id"),
        ("ADD COLUMNS (a smallint)", "NOT_SUPPORTED: Type not supported for Iceberg: smallint"),
        ("DROP COLUMN missing", "COLUMN_NOT_FOUND: Column 'missing' does not exist"),
        ("DROP COLUMN id", "NOT_SUPPORTED: Cannot drop partition field: id"),
        ("ADD COLUMNS (id_bucket int)", "NOT_SUPPORTED: .*id_bucket"),
        ("CHANGE comment id_bucket string", "NOT_SUPPORTED: .*id_bucket"),
        ("CHANGE missing a int", "COLUMN_NOT_FOUND: Column 'missing' does not exist"),
        (
            "CHANGE id comment int",
            "COLUMN_ALREADY_EXISTS: Cannot rename column, name already exists: comment",
        ),
        ("CHANGE id id string", "NOT_SUPPORTED: Cannot change column type: id: int -> string"),
        ("CHANGE comment comment binary", "Cannot change column type: comment: string -> binary"),
        (
            "CHANGE price price decimal(12,3)",
            r"Cannot change column type: price: decimal\(9, 2\) -> decimal\(12, 3\)",
        ),
        ("CHANGE price price decimal(8,2)", "Cannot change column type: price"),
        ("CHANGE point point string", "Cannot change column type: point"),
        ("CHANGE point point struct<x:float,y:string>", "Cannot change column type: point.y: int -> string"),
        (
            "CHANGE point point struct<x:float,z:int>",
            r"Taking fields of point away and adding others at once \(y → z\)",
        ),
        ("CHANGE id id int AFTER missing", "COLUMN_NOT_FOUND: Column 'missing' does not exist"),
        ("CHANGE id id int AFTER id", "Cannot move id after itself"),
        ("SET TBLPROPERTIES ('comment'='x')", "^Unsupported table property key: comment$"),
        ("SET TBLPROPERTIES ('format'='orc')", "Iceberg tables of ORC files are not available"),
        ("SET TBLPROPERTIES ('write.data.path'='/tmp')", "it is a place in Amazon S3"),
        (
            "UNSET TBLPROPERTIES ('write.object-storage.enabled')",
            "^Table property write.object-storage.enabled is not supported by Athena$",
        ),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(table: Any, text: str, reason: str) -> None:
    """What Athena says of properties is its own answer; the rest is in the words of Iceberg and Trino."""
    before = (table.table("iceberg_table"), dict(table.objects.bodies))
    with pytest.raises((QueryFailed, QueryError), match=reason):
        table.outcome(f"ALTER TABLE iceberg_table {text}")
    assert (table.table("iceberg_table"), dict(table.objects.bodies)) == before


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE iceberg_table REPLACE COLUMNS (a int)",
        "ALTER TABLE iceberg_table ADD PARTITION (id = 1)",
        "ALTER TABLE iceberg_table DROP PARTITION (id = 1)",
        "ALTER TABLE iceberg_table PARTITION (id = 1) RENAME TO PARTITION (id = 2)",
        "ALTER TABLE iceberg_table SET LOCATION 's3://lake/else/'",
        "MSCK REPAIR TABLE iceberg_table",
        "SHOW PARTITIONS iceberg_table",
    ],
)
def test_what_iceberg_tables_do_not_have(table: Any, text: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-additional-operations.html"""
    with pytest.raises(QueryFailed, match=r"^Query type not supported by Athena Iceberg at this time$"):
        table.outcome(text)


def test_properties_are_set_and_unset_in_the_metadata(table: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-set-properties.html"""
    table.outcome(
        "ALTER TABLE iceberg_table SET TBLPROPERTIES ('format'='parquet', 'write_compression'='snappy', "
        "'optimize_rewrite_delete_file_threshold'='10', 'write.data.path'='s3://lake/t/else')"
    )
    held = _metadata(table)["properties"]
    assert held["write.parquet.compression-codec"] == "snappy"
    assert held["write.data.path"] == "s3://lake/t/else"
    assert table.rows("SHOW TBLPROPERTIES iceberg_table") == [
        "format\tparquet",
        "optimize_rewrite_delete_file_threshold\t10",
        "write_compression\tsnappy",
    ]
    table.outcome(
        "ALTER TABLE iceberg_table UNSET TBLPROPERTIES ('write.data.path', "
        "'optimize_rewrite_delete_file_threshold', 'vacuum_min_snapshots_to_keep')"
    )
    assert not {"write.data.path", "optimize_rewrite_delete_file_threshold"} & set(
        _metadata(table)["properties"]
    )
    assert set(table.table("iceberg_table")["Parameters"]) == {
        "table_type",
        "metadata_location",
        "previous_metadata_location",
    }


def test_unset_is_for_iceberg_tables_only(lab: Any) -> None:
    lab.outcome("CREATE EXTERNAL TABLE hive (a int) LOCATION 's3://lake/hive/'")
    with pytest.raises(QueryFailed, match="UNSET TBLPROPERTIES is for Iceberg tables only"):
        lab.outcome("ALTER TABLE hive UNSET TBLPROPERTIES ('comment')")
    assert kind_of("ALTER TABLE t UNSET TBLPROPERTIES ('a')").statement_type == "DDL"


def test_a_table_gets_another_name_and_keeps_its_files(table: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-rename.html"""
    table.catalog.create_database(DatabaseInput={"Name": "other"})
    files = dict(table.objects.bodies)
    pointer = table.table("iceberg_table")["Parameters"]["metadata_location"]
    table.outcome("ALTER TABLE iceberg_table RENAME TO other.new_name")
    assert table.rows("SHOW TABLES") == []
    assert table.table("new_name", "other")["Parameters"]["metadata_location"] == pointer
    assert table.objects.bodies == files
    table.outcome("ALTER TABLE other.new_name ADD COLUMNS (z int)")
    table.outcome("ALTER TABLE other.new_name RENAME TO again")
    assert table.rows("SHOW TABLES IN other") == ["again"]


@pytest.mark.parametrize(
    ("new", "reason"),
    [("there", "TABLE_ALREADY_EXISTS"), ("missing.t", "SCHEMA_NOT_FOUND: Schema missing does not exist")],
)
def test_a_name_that_cannot_be_taken(table: Any, new: str, reason: str) -> None:
    table.outcome("CREATE EXTERNAL TABLE there (a int) LOCATION 's3://lake/hive/'")
    with pytest.raises(QueryError, match=reason):
        table.outcome(f"ALTER TABLE iceberg_table RENAME TO {new}")
    assert table.rows("SHOW TABLES") == ["iceberg_table", "there"]


def test_a_change_on_what_another_has_changed_meanwhile_fails(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://iceberg.apache.org/docs/latest/aws/#optimistic-locking"""
    from localstack_lab.athena.iceberg.catalog import LakeCatalog

    held = LakeCatalog.commit_table

    def after_another(self: LakeCatalog, *given: Any) -> Any:
        monkeypatch.setattr(LakeCatalog, "commit_table", held)
        table.outcome("ALTER TABLE iceberg_table ADD COLUMNS (first int)")
        return held(self, *given)

    monkeypatch.setattr(LakeCatalog, "commit_table", after_another)
    with pytest.raises(
        QueryError, match=r"ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: shop.ice"
    ):
        table.outcome("ALTER TABLE iceberg_table ADD COLUMNS (second int)")
    assert list(_ids(table)) == ["id", "comment", "price", "point", "first"]


def test_vacuum_goes_by_the_properties_that_were_set(engine: Any) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html"""
    engine.outcome("CREATE TABLE t (a int) LOCATION 's3://lake/v' TBLPROPERTIES ('table_type'='ICEBERG')")
    for value in (1, 2, 3):
        engine.outcome(f"INSERT INTO t VALUES ({value})")
    engine.outcome("VACUUM t")
    assert engine.answer('SELECT count(*) FROM "t$snapshots"') == [["3"]]
    engine.outcome(
        "ALTER TABLE t SET TBLPROPERTIES "
        "('vacuum_max_snapshot_age_seconds'='1', 'vacuum_min_snapshots_to_keep'='2')"
    )
    time.sleep(1.1)
    engine.outcome("VACUUM t")
    assert engine.answer('SELECT count(*) FROM "t$snapshots"') == [["2"]]
    assert engine.answer("SELECT sum(a) FROM t") == [["6"]]


@pytest.mark.parametrize("name", ["write.data.path", "write.object-storage.path"])
def test_files_go_where_the_properties_say(engine: Any, name: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-set-properties.html"""
    engine.outcome("CREATE TABLE t (a int) LOCATION 's3://lake/v' TBLPROPERTIES ('table_type'='ICEBERG')")
    engine.outcome(f"ALTER TABLE t SET TBLPROPERTIES ('{name}'='s3://other/place')")
    engine.outcome("INSERT INTO t VALUES (1), (2)")
    engine.outcome("DELETE FROM t WHERE a = 1")
    found = [url for url in engine.objects.bodies if url.endswith(".parquet")]
    assert len(found) == 2
    assert all(url.startswith("s3://other/place/") for url in found)
    engine.objects.bodies["s3://other/else"] = b"1"
    engine.outcome("DROP TABLE t")
    assert list(engine.objects.bodies) == ["s3://other/else"]
