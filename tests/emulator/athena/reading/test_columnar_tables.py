"""Tables over Parquet, ORC and Avro."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import fastavro
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
import pytest
from localstack_lab.athena.engine import faults
from localstack_lab.athena.sql.errors import QueryError

from tests.emulator.athena.reading.conftest import AVRO, ORC, PARQUET, Lake

MOMENT = datetime(2020, 1, 2, 3, 4, 5, 600000)


def parquet(**columns: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body)
    return body.getvalue()


# https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
def test_columns_are_found_by_name_in_any_case_and_order(lake: Lake) -> None:
    lake.declare(PARQUET, "a bigint; b string; later int")
    lake.put("t/1", parquet(b=["x"], A=[1]))
    lake.put("t/2", parquet(a=[2], b=["y"], later=pa.array([3], pa.int32())))
    assert sorted(lake.read()) == [(1, "x", None), (2, "y", 3)]


def test_values_come_as_the_declared_types(lake: Lake) -> None:
    lake.declare(
        PARQUET,
        "i bigint; d decimal(12,3); f double; ts timestamp; s struct<x:bigint,new:string>; "
        "m map<string,int>; l array<struct<n:double>>; z timestamp; c char(3)",
    )
    lake.put(
        "t/1",
        parquet(
            i=pa.array([1], pa.int32()),
            d=pa.array([Decimal("1.25")]),
            f=pa.array([1.5], pa.float32()),
            ts=pa.array([MOMENT], pa.timestamp("ns")),
            s=pa.array([{"X": 1}], pa.struct([("X", pa.int32())])),
            m=pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())),
            l=pa.array([[{"n": 2.5}, None]]),
            z=pa.array([MOMENT.replace(tzinfo=UTC)]),
            c=["x"],
        ),
    )
    nested = ({"x": 1, "new": None}, {"k": 1}, [{"n": 2.5}, None])
    assert lake.read() == [(1, Decimal("1.250"), 1.5, MOMENT, *nested, MOMENT, "x  ")]


def test_a_type_that_cannot_be_read_as_the_declared_one(lake: Lake) -> None:
    lake.declare(PARQUET, "a int; b string")
    lake.put("t/1", parquet(a=["x"], b=pa.array([1], pa.int32())))
    for column, text in (
        ("a", "Field a's type BINARY in parquet file s3://b/t/1 is incompatible with type integer"),
        ("b", "Field b's type INT32 in parquet file s3://b/t/1 is incompatible with type varchar"),
    ):
        with pytest.raises(QueryError) as failed:
            lake.read(column)
        assert str(failed.value) == f"HIVE_BAD_DATA: {text} defined in table schema"


@pytest.mark.parametrize(
    ("type_", "held", "shown"),
    [
        ("int", pa.array([1, 1 << 40]), "1099511627776 is out of range for integer"),
        ("tinyint", pa.array([300], pa.int32()), "300 is out of range for tinyint"),
        ("int", pa.array([4_000_000_000], pa.uint32()), "4000000000 is out of range for integer"),
        ("decimal(3,1)", pa.array([Decimal("123.45")]), "123.45 is out of range for decimal(3,1)"),
    ],
)
def test_a_number_that_the_declared_type_does_not_hold(lake: Lake, type_: str, held: Any, shown: str) -> None:
    lake.declare(PARQUET, f"a {type_}")
    lake.put("t/1", parquet(a=held))
    with pytest.raises(QueryError) as failed, faults.translated():
        lake.read()
    assert str(failed.value) == f"HIVE_CURSOR_ERROR: Failed to read Parquet file: the value {shown}"


def test_bytes_as_text(lake: Lake) -> None:
    lake.declare(PARQUET, "a string")
    lake.put("t/1", parquet(a=[b"abc", None]))
    assert lake.read() == [("abc",), (None,)]
    lake.put("t/1", parquet(a=[b"\xff"]))
    with pytest.raises(QueryError, match="Reading bytes that are no UTF-8 as text"), faults.translated():
        lake.read()


@pytest.mark.parametrize("serde", [PARQUET, ORC])
def test_timestamps_before_1970_are_rounded_as_the_others(lake: Lake, serde: str) -> None:
    written = [
        datetime(1700, 1, 1),
        datetime(1969, 12, 31, 23, 59, 59, 999499),
        datetime(1960, 1, 1, 0, 0, 0, 500),
    ]
    table = pa.table({"a": pa.array(written, pa.timestamp("us"))})
    body = io.BytesIO()
    pq.write_table(table, body) if serde == PARQUET else orc.write_table(table, body)
    lake.declare(serde, "a timestamp")
    lake.put("t/1", body.getvalue())
    assert [row[0] for row in lake.read()] == [
        datetime(1700, 1, 1),
        datetime(1969, 12, 31, 23, 59, 59, 999000),
        datetime(1960, 1, 1, 0, 0, 0, 1000),
    ]


def test_a_timestamp_of_orc_that_arrow_does_not_hold_is_not_called_damage(lake: Lake) -> None:
    body = io.BytesIO()
    orc.write_table(pa.table({"a": pa.array([datetime(1500, 1, 1)], pa.timestamp("us"))}), body)
    lake.declare(ORC, "a timestamp")
    lake.put("t/1", body.getvalue())
    with pytest.raises(QueryError, match="NOT_SUPPORTED: Reading ORC's timestamps before 1677 or after 2262"):
        lake.read()


def test_a_file_that_is_no_parquet_is_named_as_in_s3(lake: Lake) -> None:
    lake.declare(PARQUET, "a int")
    lake.put("t/1", b"no parquet at all, but long enough to be looked at")
    with pytest.raises(QueryError) as failed:
        lake.read()
    assert str(failed.value).startswith("HIVE_BAD_DATA: Not valid Parquet file: ")
    assert "s3://b/t/1" in str(failed.value)
    assert str(lake.folder) not in str(failed.value)


def test_only_the_columns_read_count_as_scanned(lake: Lake) -> None:
    lake.declare(PARQUET, "a bigint; b string")
    body = parquet(a=list(range(1000)), b=[f"text {n}" for n in range(1000)])
    lake.put("t/1", body)
    held = pq.ParquetFile(io.BytesIO(body)).metadata.row_group(0)
    for number, column in enumerate("ab"):
        lake.read(column)
        assert lake.scanned == held.column(number).total_compressed_size
    lake.read("a", "b")
    assert lake.scanned == sum(held.column(n).total_compressed_size for n in (0, 1))


def test_orc_by_place_or_by_name(lake: Lake) -> None:
    body = io.BytesIO()
    orc.write_table(pa.table({"_col0": [1, 2], "_col1": ["x", None]}), body)
    lake.put("t/1", body.getvalue())
    lake.declare(ORC, "a bigint; b string; later int")
    assert lake.read() == [(1, "x", None), (2, None, None)]
    assert lake.read("b") == [("x",), (None,)]
    lake.declare(ORC, "_col1 string", {"orc.column.index.access": "false"})
    assert lake.read() == [("x",), (None,)]


# https://github.com/trinodb/trino/blob/master/lib/trino-orc/src/main/java/io/trino/orc/reader/ReaderUtils.java
def test_orc_of_another_type(lake: Lake) -> None:
    lake.put("t/1", _orc(pa.table({"a": ["x"]})))
    lake.declare(ORC, "a bigint")
    with pytest.raises(QueryError) as failed:
        lake.read()
    assert str(failed.value) == (
        "HIVE_BAD_DATA: Malformed ORC file. Cannot read SQL type 'bigint' from ORC stream '.a' of type "
        "STRING [s3://b/t/1]"
    )


def _orc(table: pa.Table) -> bytes:
    body = io.BytesIO()
    orc.write_table(table, body)
    return body.getvalue()


def test_avro_by_name(lake: Lake) -> None:
    inner = {"type": "record", "name": "q", "fields": [{"name": "X", "type": "int"}]}
    schema = {
        "type": "record",
        "name": "r",
        "fields": [
            {"name": "A", "type": ["null", "long"]},
            {"name": "s", "type": inner},
            {"name": "m", "type": {"type": "map", "values": "string"}},
            {"name": "t", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        ],
    }
    body = io.BytesIO()
    records = [{"A": 1, "s": {"X": 2}, "m": {"k": "v"}, "t": MOMENT.replace(tzinfo=UTC)}]
    fastavro.writer(body, schema, records)
    lake.put("t/1", body.getvalue())
    lake.declare(AVRO, "a bigint; s struct<x:int>; m map<string,string>; t timestamp; later int")
    assert lake.read() == [(1, {"x": 2}, {"k": "v"}, MOMENT, None)]


def avro(kind: Any, value: Any) -> bytes:
    body = io.BytesIO()
    fields = [{"name": "a", "type": kind}]
    fastavro.writer(body, {"type": "record", "name": "r", "fields": fields}, [{"a": value}])
    return body.getvalue()


# https://avro.apache.org/docs/1.11.1/specification/#schema-resolution
@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("bytes", b"x", "x"),
        ({"type": "string", "logicalType": "uuid"}, UUID(int=5), str(UUID(int=5))),
        ({"type": "enum", "name": "e", "symbols": ["P", "Q"]}, "Q", "Q"),
        ("boolean", True, None),
        ("double", 1e10, None),
        (["null", "int", "string"], 5, None),
        ({"type": "int", "logicalType": "date"}, MOMENT.date(), None),
    ],
)
def test_what_avro_promotes_to_a_string(lake: Lake, kind: Any, value: Any, read: str | None) -> None:
    lake.declare(AVRO, "a string")
    lake.put("t/1", avro(kind, value))
    if read is not None:
        assert lake.read() == [(read,)]
        return
    with pytest.raises(QueryError, match=r"HIVE_BAD_DATA: .* cannot be read as string"):
        lake.read()


def test_a_field_that_a_file_lacks_has_the_default_of_the_tables_schema(lake: Lake) -> None:
    fields = [
        {"name": "a", "type": "int"},
        {"name": "W", "type": "string", "default": "none"},
        {"name": "x", "type": ["null", "int"], "default": None},
    ]
    schema = json.dumps({"type": "record", "name": "r", "fields": fields})
    lake.declare(AVRO, "a int; w string; x int; y int", {"avro.schema.literal": schema})
    lake.put("t/1", avro("int", 1))
    assert lake.read() == [(1, "none", None, None)]
    lake.declare(AVRO, "a int", {"avro.schema.literal": "{"})
    with pytest.raises(QueryError, match=r"HIVE_INVALID_METADATA: The table.s avro.schema.literal"):
        lake.read()


@pytest.mark.parametrize("serde", [PARQUET, ORC, AVRO])
def test_partition_keys_alone(lake: Lake, serde: str) -> None:
    lake.declare(serde, "a bigint", keys="p int")
    lake.partition("1")
    body = io.BytesIO()
    if serde == AVRO:
        fields = [{"name": "a", "type": "long"}]
        fastavro.writer(body, {"type": "record", "name": "r", "fields": fields}, [{"a": 1}, {"a": 2}])
    else:
        (pq if serde == PARQUET else orc).write_table(pa.table({"a": [1, 2]}), body)
    lake.put("t/p=1/1", body.getvalue())
    assert lake.read("p") == [(1,), (1,)]
