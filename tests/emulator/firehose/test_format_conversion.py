"""Record format conversion: what is refused, how JSON is read, failures, and the file."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from localstack.aws.api.firehose import InvalidArgumentException
from localstack_lab.firehose import checks, descriptions, format_conversion, format_conversion_files, plan
from localstack_lab.firehose.format_conversion import Schema, SchemaUnknown
from localstack_lab.firehose.format_conversion_json import Malformed, Options, lines, options
from localstack_lab.firehose.record import put
from localstack_lab.lake import hive_types
from pyarrow import orc

from tests.emulator.firehose.fakes import Lab, configuration

ARRIVED = 1_535_365_805_123
_TABLE = {"RoleARN": "arn:aws:iam::000000000000:role/r", "DatabaseName": "shop", "TableName": "orders"}


_HINTS = {"SizeInMBs": 64, "IntervalInSeconds": 60}


def _asked(reading: dict[str, Any] | None = None, writing: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "BufferingHints": _HINTS,
        "DataFormatConversionConfiguration": {
            "SchemaConfiguration": _TABLE,
            "InputFormatConfiguration": {"Deserializer": reading or {"OpenXJsonSerDe": {}}},
            "OutputFormatConfiguration": {"Serializer": writing or {"ParquetSerDe": {}}},
        },
    }


def _schema(**columns: str) -> Schema:
    return Schema(tuple((name, hive_types.parse(text)) for name, text in columns.items()))


def _read(document: str, how: Options | None = None, **columns: str) -> list[Any]:
    read = lines(document.encode(), _schema(**columns).columns, how or Options())
    return [json.loads(line) for line in read.splitlines()]


def test_a_destination_that_converts_has_aws_defaults() -> None:
    given = configuration(**_asked())
    del given["BufferingHints"]
    described = descriptions.of_extended_s3(given)
    checks.destination(described)
    assert described["BufferingHints"] == {"SizeInMBs": 128, "IntervalInSeconds": 300}
    made = plan.of(described, "1")
    assert made.conversion is not None
    assert (made.conversion.format, made.conversion.compression, made.data.extension) == (
        "PARQUET",
        "SNAPPY",
        ".parquet",
    )


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (_asked(reading={"OpenXJsonSerDe": {}, "HiveJsonSerDe": {}}), "Exactly one deserializer"),
        (_asked(writing={"OtherSerDe": {}}), "Exactly one serializer"),
        ({**_asked(), "CompressionFormat": "GZIP"}, "CompressionFormat must be UNCOMPRESSED"),
        ({**_asked(), "BufferingHints": {"SizeInMBs": 63, "IntervalInSeconds": 60}}, "must be at least 64"),
        (_asked(reading={"HiveJsonSerDe": {"TimestampFormats": ["yyyy-ww"]}}), "letter w"),
    ],
)
def test_conversions_that_are_refused(members: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidArgumentException, match=why):
        checks.destination(descriptions.of_extended_s3(configuration(**members)))


def test_openx_reads_by_the_schema_whatever_the_case() -> None:
    document = '{"OrderId": 7, "Price": "12.5", "ok": "TRUE", "Tags": "one", "more": {"A": {"b": 1}}, "x": 1}'
    assert _read(
        document,
        orderid="string",
        price="decimal(10,2)",
        ok="boolean",
        tags="array<string>",
        more="string",
        no="int",
    ) == [
        {"orderid": "7", "price": "12.50", "ok": True, "tags": ["one"], "more": '{"A":{"b":1}}', "no": None}
    ]


def test_openx_options_map_keys() -> None:
    how = options(
        {
            "OpenXJsonSerDe": {
                "ConvertDotsInJsonKeysToUnderscores": True,
                "ColumnToJsonKeyMappings": {"ts": "timestamp"},
            }
        }
    )
    assert _read('{"a.b": 1, "timestamp": 2}', how, a_b="int", ts="int") == [{"a_b": 1, "ts": 2}]
    exact = options({"OpenXJsonSerDe": {"CaseInsensitive": False}})
    assert _read('{"A": 1, "a": 2}', exact, a="int") == [{"a": 2}]


def test_a_record_may_hold_several_documents() -> None:
    assert _read('{"a": 1}\n{"a": 2}{"a": 3}', a="int") == [{"a": 1}, {"a": 2}, {"a": 3}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"2017-02-07T15:13:01.39256Z"', "2017-02-07 15:13:01.392560"),
        ('"2017-2-7 15:13:01.14"', "2017-02-07 15:13:01.140000"),
        ("1518033528", "2018-02-07 19:58:48.000000"),
        ("1518033528123", "2018-02-07 19:58:48.123000"),
        ("1518033528.123", "2018-02-07 19:58:48.123000"),
        ('"1518033528"', "2018-02-07 19:58:48.000000"),
    ],
)
def test_openx_reads_these_times(value: str, expected: str) -> None:
    assert _read(f'{{"t": {value}}}', t="timestamp") == [{"t": expected}]


def test_hive_reads_the_times_it_is_told() -> None:
    formats = ["dd/MMM/yyyy:HH:mm:ss Z", "yyyy-MM-dd'T'HH:mm:ss.SSS", "millis"]
    how = options({"HiveJsonSerDe": {"TimestampFormats": formats}})
    for value, expected in (
        ('"31/Jan/2024:12:00:00 +0100"', "2024-01-31 11:00:00.000000"),
        ('"2024-01-31T12:00:00.250"', "2024-01-31 12:00:00.250000"),
        ("1518033528123", "2018-02-07 19:58:48.123000"),
        ('"2024-01-31 12:00:00.5"', "2024-01-31 12:00:00.500000"),
    ):
        assert _read(f'{{"t": {value}}}', how, t="timestamp") == [{"t": expected}]


@pytest.mark.parametrize(
    ("document", "kind", "code"),
    [
        ('{"a": 1', "int", "ParseError"),
        ("[1]", "int", "ParseError"),
        ("", "int", "ParseError"),
        ('{"a": NaN}', "double", "ParseError"),
        ('{"a": "x"}', "int", "MalformedData"),
        ('{"a": 300}', "tinyint", "MalformedData"),
        ('{"a": [1]}', "struct<b:int>", "MalformedData"),
        ('{"a": {"b": [{"c": "x"}]}}', "struct<b:array<map<string,int>>>", "MalformedData"),
        ('{"a": "yesterday"}', "timestamp", "MalformedData"),
        ('{"a": 12345678.9}', "decimal(5,2)", "MalformedData"),
        ('{"a": 1}', "uniontype<int>", "InvalidSchema"),
    ],
)
def test_what_does_not_fit_is_told_apart(document: str, kind: str, code: str) -> None:
    with pytest.raises(Malformed) as failure:
        _read(document, a=kind)
    assert failure.value.code == f"DataFormatConversion.{code}"


def test_hive_takes_no_number_from_a_text() -> None:
    hive = options({"HiveJsonSerDe": {}})
    with pytest.raises(Malformed, match="Column a of type int"):
        _read('{"a": "123"}', hive, a="int")
    with pytest.raises(Malformed):
        _read('{"a": {"inner": 1}}', hive, a="string")


def test_a_record_that_fails_goes_under_its_own_prefix_and_the_others_on(lab: Lab) -> None:
    lab.schemas = lambda account, region, table: _schema(a="int")
    processing = lab.processing(**_asked())
    processing.take([put(b'{"a": 1}', ARRIVED), put(b'{"a": "x"}', ARRIVED), put(b'{"A": 2}', ARRIVED)])
    processing.tick(everything=True)
    assert lab.bodies() == [b'{"a":1}\n{"a":2}\n']
    failed = next(shipment for shipment in lab.shipped if shipment.what == "errors")
    assert failed.error_type == "format-conversion-failed"
    told = json.loads(b"".join(failed.buffer.parts))
    assert told["lastErrorCode"] == "DataFormatConversion.MalformedData"
    assert base64.b64decode(told["rawData"]) == b'{"a": "x"}'
    assert told["dataCatalogTable"]["tableName"] == "orders"
    assert (told["arrivalTimestamp"], told["sequenceNumber"]) == (ARRIVED, None)


def test_without_its_table_every_record_fails(lab: Lab) -> None:
    def absent(account: str, region: str, table: dict[str, str]) -> Schema:
        raise SchemaUnknown("DataFormatConversion.EntityNotFound", "Table orders not found.")

    lab.schemas = absent
    processing = lab.processing(**_asked())
    processing.take([put(b'{"a": 1}', ARRIVED)])
    processing.tick(everything=True)
    assert [shipment.what for shipment in lab.shipped] == ["errors"]
    assert lab.reports == ["DataFormatConversion.EntityNotFound"]


def test_another_schema_begins_another_object(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = iter([_schema(a="int"), _schema(a="string")])
    lab.schemas = lambda account, region, table: next(schemas)
    monkeypatch.setattr(format_conversion, "_KEPT", 0.0)
    processing = lab.processing(**_asked())
    processing.take([put(b'{"a": 1}', ARRIVED)])
    processing.take([put(b'{"a": 2}', ARRIVED)])
    processing.tick(everything=True)
    assert lab.bodies() == [b'{"a":1}\n', b'{"a":"2"}\n']


@pytest.mark.parametrize(
    ("form", "compression", "read"),
    [("PARQUET", "SNAPPY", pyarrow.parquet.read_table), ("ORC", "ZLIB", orc.read_table)],
)
def test_the_file_has_the_types_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, compression: str, read: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    schema = _schema(
        i="int",
        d="decimal(10,2)",
        t="timestamp",
        b="binary",
        m="map<string,bigint>",
        s="struct<x:array<double>>",
    )
    document = {"i": 1, "d": 2.5, "t": "2024-01-31 12:00:00.5", "b": "eHk=", "m": {"k": 7}, "s": {"X": [1]}}
    rows = lines(json.dumps(document).encode() + b'{"i": null}', schema.columns, Options())
    (tmp_path / "rows.json").write_bytes(rows)
    columns = [[name, str(kind)] for name, kind in schema.columns]
    assert format_conversion_files.convert(None, columns, form, compression) == 2
    table = read(io.BytesIO((tmp_path / "rows.out").read_bytes()))
    first, second = table.to_pylist()
    assert (first["i"], str(first["d"]), first["b"], dict(first["m"]), first["s"]) == (
        1,
        "2.50",
        b"xy",
        {"k": 7},
        {"x": [1.0]},
    )
    assert first["t"].isoformat() == "2024-01-31T12:00:00.500000"
    assert set(second.values()) == {None}
