"""Iceberg tables that other engines wrote or changed, read by their metadata.

https://iceberg.apache.org/spec/#column-projection
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-data.html
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow
import pytest
from localstack_lab.athena.sql.errors import QueryError
from pyiceberg.manifest import DataFileContent
from pyiceberg.table import Table
from pyiceberg.types import (
    DecimalType,
    DoubleType,
    FixedType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestamptzType,
    TimeType,
    UUIDType,
)


def test_rows_that_pyiceberg_wrote(engine: Any, made: Callable[..., Table]) -> None:
    table = made("theirs", NestedField(1, "id", LongType()), NestedField(2, "at", TimeType()))
    table.append(pyarrow.table({"id": [1, 2], "at": pyarrow.array([0, 1], pyarrow.time64("us"))}))
    assert engine.answer("SELECT * FROM theirs ORDER BY id") == [
        ["1", "00:00:00.000000"],
        ["2", "00:00:00.000001"],
    ]


def test_types_as_pyiceberg_writes_them(
    engine: Any, made: Callable[..., Table], opened: Callable[[str], Table]
) -> None:
    table = made(
        "typed",
        NestedField(1, "u", UUIDType()),
        NestedField(2, "f", FixedType(3)),
        NestedField(3, "d", DecimalType(30, 2)),
        NestedField(4, "m", MapType(5, StringType(), 6, TimestamptzType(), value_required=False)),
    )
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    bytes_of = pyarrow.array([uuid.UUID(int=7).bytes], pyarrow.binary(16))
    columns = {
        "u": pyarrow.ExtensionArray.from_storage(pyarrow.uuid(), bytes_of),
        "f": pyarrow.array([b"abc"], pyarrow.binary(3)),
        "d": pyarrow.array([Decimal("1.25")], pyarrow.decimal128(30, 2)),
        "m": pyarrow.array(
            [[("k", moment)]], pyarrow.map_(pyarrow.string(), pyarrow.timestamp("us", tz="UTC"))
        ),
    }
    table.append(pyarrow.table(columns))
    shown = '"00000000-0000-0000-0000-000000000007","61 62 63","1.25","{k=2024-01-01 00:00:00.000000 UTC}"'
    assert engine.file("SELECT * FROM typed").splitlines()[1] == shown
    with opened("typed").update_schema() as change:  # now through pyiceberg, by the ids
        change.rename_column("u", "id")
    assert engine.file("SELECT * FROM typed").splitlines()[1] == shown
    with pytest.raises(QueryError, match=r"NOT_SUPPORTED: Writing to an Iceberg table with .* type fixed"):
        engine.outcome("INSERT INTO typed (d) VALUES DECIMAL '1.00'")


def test_columns_are_found_by_their_ids(orders: Any, opened: Callable[[str], Table]) -> None:
    """A renamed column keeps its values, and a new one under the old name has none of them."""
    with opened("orders").update_schema() as change:
        change.rename_column("item", "article")
    with opened("orders").update_schema() as change:
        change.add_column("item", DoubleType())
    orders.outcome("INSERT INTO orders VALUES (6, 'cap', 1.5)")
    assert orders.answer("SELECT article, item FROM orders WHERE id IN (1, 6) ORDER BY id") == [
        ["pen", None],
        ["cap", "1.5"],
    ]
    with opened("orders").update_schema(allow_incompatible_changes=True) as change:
        change.delete_column("article")
    assert orders.answer("SELECT * FROM orders WHERE id = 6") == [["6", "1.5"]]
    with pytest.raises(QueryError, match="COLUMN_NOT_FOUND"):
        orders.outcome("SELECT article FROM orders")


def test_a_wider_type_reads_older_files(
    engine: Any, made: Callable[..., Table], opened: Callable[[str], Table]
) -> None:
    made("grown", NestedField(1, "n", IntegerType()))
    engine.outcome("INSERT INTO grown VALUES 7")
    with opened("grown").update_schema() as change:
        change.update_column("n", LongType())
    engine.outcome("INSERT INTO grown VALUES 3000000000")
    assert engine.answer("SELECT n, typeof(n) FROM grown ORDER BY n") == [
        ["7", "bigint"],
        ["3000000000", "bigint"],
    ]


def test_fields_inside_of_rows_change_too(
    engine: Any, made: Callable[..., Table], opened: Callable[[str], Table]
) -> None:
    inner = StructType(NestedField(2, "sku", StringType()), NestedField(3, "n", IntegerType()))
    made("nested", NestedField(1, "lines", ListType(4, inner)))
    engine.outcome("INSERT INTO nested VALUES ARRAY[CAST(ROW('a', 1) AS ROW(sku varchar, n integer))]")
    with opened("nested").update_schema() as change:
        change.rename_column(("lines", "element", "sku"), "code")
        change.add_column(("lines", "element", "price"), DoubleType())
    shown = engine.file("SELECT lines FROM nested").splitlines()[1]
    assert shown == '"[{code=a, n=1, price=null}]"'


def test_deletes_and_changed_columns_together(orders: Any, opened: Callable[[str], Table]) -> None:
    orders.outcome("DELETE FROM orders WHERE id = 2")
    with opened("orders").update_schema() as change:
        change.add_column("price", DoubleType())
    orders.outcome("UPDATE orders SET price = 2.5 WHERE id = 3")
    orders.outcome("DELETE FROM orders WHERE id = 1")
    assert orders.answer("SELECT id, price FROM orders ORDER BY id") == [
        ["3", "2.5"],
        ["4", None],
        ["5", None],
    ]
    assert sorted(opened("orders").scan().to_arrow()["id"].to_pylist()) == [3, 4, 5]


def test_hidden_columns(orders: Any) -> None:
    """https://trino.io/docs/current/connector/iceberg.html#metadata-columns"""
    paths = orders.answer('SELECT "$path", count(*) FROM orders GROUP BY 1 ORDER BY 2')
    assert [count for _, count in paths] == ["2", "3"]
    assert all(path.startswith("s3://lake/orders/data/") for path, _ in paths)
    times = orders.answer('SELECT max("$file_modified_time") FROM orders')
    assert times == [["1970-01-01 00:00:00.000 UTC"]]  # the objects of this test have no time of their own
    with pytest.raises(QueryError, match="COLUMN_NOT_FOUND"):
        orders.outcome('SELECT "$row_place" FROM orders')


def test_a_count_reads_no_column(orders: Any) -> None:
    outcome = orders.outcome("SELECT count(*) FROM orders")
    assert outcome.statistics.scanned_bytes == 0
    assert orders.outcome("SELECT id FROM orders").statistics.scanned_bytes > 0


def test_the_same_table_twice_in_a_query(orders: Any) -> None:
    orders.outcome("DELETE FROM orders WHERE id = 1")
    sql = "SELECT count(*) FROM orders a JOIN orders b ON a.id = b.id"
    assert orders.answer(sql) == [["4"]]


def test_uuids(engine: Any, made: Callable[..., Table]) -> None:
    made("ids", NestedField(1, "u", UUIDType()))
    engine.outcome("INSERT INTO ids VALUES UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'")
    assert engine.answer("SELECT u FROM ids") == [["12151fd2-7586-11e9-8f9e-2a86e4085a59"]]


# What cannot be read is an error that says so


def test_a_file_that_is_gone(orders: Any) -> None:
    gone = next(url for url in orders.objects.bodies if "/data/" in url)
    del orders.objects.bodies[gone]
    with pytest.raises(QueryError, match="ICEBERG_CANNOT_OPEN_SPLIT: Error opening Iceberg split") as caught:
        orders.outcome("SELECT * FROM orders")
    assert gone in str(caught.value)


def test_a_file_that_is_no_parquet(orders: Any) -> None:
    broken = next(url for url in orders.objects.bodies if "/data/" in url)
    orders.objects.bodies[broken] = b"no parquet"
    with pytest.raises(QueryError, match=f"ICEBERG_BAD_DATA: Error reading Parquet file {broken}"):
        orders.outcome("SELECT * FROM orders")


def test_metadata_that_is_gone(orders: Any) -> None:
    for url in [url for url in orders.objects.bodies if url.endswith(".metadata.json")]:
        del orders.objects.bodies[url]
    with pytest.raises(QueryError, match=r"ICEBERG_MISSING_METADATA: .*shop\.orders"):
        orders.outcome("SELECT * FROM orders")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"format-version": 9}', b"\xff\xfe", b"[1]"])
def test_metadata_that_is_none(orders: Any, body: bytes) -> None:
    for url in [url for url in orders.objects.bodies if url.endswith(".metadata.json")]:
        orders.objects.bodies[url] = body
    with pytest.raises(QueryError, match=r"ICEBERG_INVALID_METADATA: .*shop\.orders"):
        orders.outcome("SELECT * FROM orders")


def test_a_table_without_a_metadata_location(engine: Any) -> None:
    told = {"Name": "lost", "Parameters": {"table_type": "ICEBERG"}, "StorageDescriptor": {"Columns": []}}
    engine.catalog.create_table(DatabaseName="shop", TableInput=told)
    with pytest.raises(QueryError, match=r"ICEBERG_INVALID_METADATA: .*metadata_location is missing"):
        engine.outcome("SELECT * FROM lost")


@pytest.mark.parametrize("name", ["py-io-impl", "write.py-location-provider.impl"])
def test_properties_that_name_code_are_refused(orders: Any, name: str) -> None:
    """pyiceberg would import a module by the name that whoever wrote the metadata chose, and call it."""
    for url, body in list(orders.objects.bodies.items()):
        if url.endswith(".metadata.json"):
            told = json.loads(body)
            told["properties"][name] = "subprocess.Popen"
            orders.objects.bodies[url] = json.dumps(told).encode()
    for sql in ("SELECT * FROM orders", "INSERT INTO orders VALUES (1, 'x')", "DELETE FROM orders"):
        with pytest.raises(QueryError, match=f"NOT_SUPPORTED: The property {name}"):
            orders.outcome(sql)


@pytest.mark.parametrize("place", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/x"])
def test_metadata_outside_of_s3_is_not_looked_for(orders: Any, place: str) -> None:
    told = orders.table("orders")
    changed = {k: told[k] for k in ("Name", "StorageDescriptor", "TableType")}
    changed["Parameters"] = {**told["Parameters"], "metadata_location": place}
    orders.catalog.update_table(DatabaseName="shop", TableInput=changed)
    with pytest.raises(QueryError, match=r"ICEBERG_INVALID_METADATA: .*Not a location in Amazon S3"):
        orders.outcome("SELECT * FROM orders")


def test_data_outside_of_s3_is_not_read(orders: Any, opened: Callable[[str], Table]) -> None:
    """A manifest of a stranger's may name any file: none but S3's objects can be had."""
    table = opened("orders")
    entry = next(iter(table.scan().plan_files())).file
    entry[1] = "file:///etc/passwd"
    assert entry.content == DataFileContent.DATA
    with table.transaction() as transaction:
        producer = transaction.update_snapshot().fast_append()
        producer.append_data_file(entry)
        producer.commit()
    with pytest.raises(
        QueryError, match=r"ICEBERG_BAD_DATA: .*Not a location in Amazon S3: file:///etc/passwd"
    ):
        orders.outcome("SELECT * FROM orders")
