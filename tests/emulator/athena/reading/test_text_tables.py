"""Tables over text, read by the rules of each SerDe."""

import bz2
import gzip
import zlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from localstack_lab.athena.engine import faults
from localstack_lab.athena.sql.errors import QueryError

from tests.emulator.athena.reading.conftest import CSV, HIVE_JSON, LAZY, OPENX, Lake

type Rows = Callable[..., list[tuple[Any, ...]]]
COMMA = {"field.delim": ","}


def failure(read: Callable[[], object]) -> str:
    with pytest.raises(QueryError) as failed, faults.translated():
        read()
    return str(failed.value)


# https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
def test_json_values_by_their_declared_types(rows_of: Rows) -> None:
    columns = "a int; b string; c double; d date; t timestamp; x decimal(10,2); f boolean"
    line = '{"a":1,"b":"x","c":1.5,"d":"2020-01-02","t":"2020-01-02 03:04:05.678","x":"1.235","f":true}\n'
    moment = datetime(2020, 1, 2, 3, 4, 5, 678000)
    row = (1, "x", 1.5, date(2020, 1, 2), moment, Decimal("1.24"), True)
    assert rows_of(OPENX, columns, line) == [row]


@pytest.mark.parametrize(
    ("json", "read"),
    [
        ("5.5", "5.5"),
        ("true", "true"),
        ('{"k": [1, 2]}', '{"k":[1,2]}'),
        ('"é\\n"', "é\n"),
        ("null", None),
        ('""', ""),
    ],
)
def test_a_string_column_takes_any_json(rows_of: Rows, json: str, read: str | None) -> None:
    assert rows_of(OPENX, "a string", f'{{"a": {json}}}') == [(read,)]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ('"2020-01-02T03:04:05Z"', datetime(2020, 1, 2, 3, 4, 5)),
        ('"2020-01-02T03:04:05+0200"', datetime(2020, 1, 2, 1, 4, 5)),
        ("1577934245", datetime(2020, 1, 2, 3, 4, 5)),
        ("1577934245678", datetime(2020, 1, 2, 3, 4, 5, 678000)),
        ("1577934245.678", datetime(2020, 1, 2, 3, 4, 5, 678000)),
    ],
)
def test_json_timestamps(rows_of: Rows, written: str, moment: datetime) -> None:
    assert rows_of(OPENX, "t timestamp", f'{{"t": {written}}}') == [(moment,)]


def test_nested_json(rows_of: Rows) -> None:
    columns = "s struct<X:int,list:array<struct<n:string>>>; m map<string,array<double>>"
    line = '{"s":{"x":1,"list":[{"n":"p"},null,{"other":1}]},"m":{"K":[1,null],"l":null}}'
    assert rows_of(OPENX, columns, line) == [
        ({"x": 1, "list": [{"n": "p"}, None, {"n": None}]}, {"K": [1.0, None], "l": None})
    ]


@pytest.mark.parametrize("serde", [OPENX, HIVE_JSON])
def test_keys_are_found_in_any_case_at_any_depth(rows_of: Rows, serde: str) -> None:
    body = '{"OrderId":1,"Item":{"SKU":"a"}}\n'
    assert rows_of(serde, "orderid int; item struct<sku:string>", body) == [(1, {"sku": "a"})]


def test_keys_are_found_however_each_line_writes_them(rows_of: Rows) -> None:
    body = '{"A":1,"s":{"X":1}}\n{"a":2,"s":{"x":2}}\n{"a":3,"S":null}\n'
    assert sorted(rows_of(OPENX, "a int; s struct<x:int>", body)) == [(1, {"x": 1}), (2, {"x": 2}), (3, None)]


def test_json_keys_by_mapping_and_with_dots(lake: Lake) -> None:
    lake.declare(OPENX, "ts int", {"mapping.ts": "timestamp"})
    lake.put("t/f", '{"timestamp": 4}')
    assert lake.read() == [(4,)]
    lake.declare(OPENX, "a_b int", {"dots.in.keys": "true"})
    lake.put("t/f", '{"a.b": 5}')
    assert lake.read() == [(5,)]


@pytest.mark.parametrize("serde", [OPENX, HIVE_JSON])
def test_decimals_of_json_keep_every_digit(rows_of: Rows, serde: str) -> None:
    columns = "d decimal(38,4); s struct<d:decimal(38,20)>; m map<string,decimal(38,2)>; f double; t string"
    body = (
        '{"d":12345678901234567890.1234,"s":{"d":-0.12345678901234567891},"f":12345678901234567.5,'
        '"m":{"K":1234567890123456789.01},"t":"12345678901234567.5"}\n{"d":1.5,"t":{"n":1}}\n'
    )
    assert rows_of(serde, columns, body) == [
        (
            Decimal("12345678901234567890.1234"),
            {"d": Decimal("-0.12345678901234567891")},
            {"K": Decimal("1234567890123456789.01")},
            12345678901234567.5,
            "12345678901234567.5",
        ),
        (Decimal("1.5"), None, None, None, '{"n":1}'),
    ]


def test_keys_of_maps_keep_their_case_whatever_other_lines_hold(rows_of: Rows) -> None:
    columns = "m map<string,int>; s struct<x:int>"
    line = '{"m":{"A":1,"a":2},"s":{"X":1}}\n'
    first = ({"A": 1, "a": 2}, {"x": 1})
    assert rows_of(OPENX, columns, line) == [first]
    assert rows_of(OPENX, columns, line + '{"M":{"B":3},"S":{"x":2}}\n') == [first, ({"B": 3}, {"x": 2})]


@pytest.mark.parametrize(
    ("columns", "line", "row"),
    [
        ("m map<string,struct<x:int>>", '{"m":{"K":{"X":1}}}', ({"K": {"x": 1}},)),
        ("a array<map<string,array<struct<q:int>>>>", '{"a":[{"K":[{"Q":1}]}]}', ([{"K": [{"q": 1}]}],)),
        ("a array<struct<b:int>>; c int", '[[{"B":1}], 5]', ([{"b": 1}], 5)),
    ],
)
def test_keys_in_any_case_below_maps_and_in_lines_that_are_arrays(
    rows_of: Rows, columns: str, line: str, row: tuple[Any, ...]
) -> None:
    assert rows_of(OPENX, columns, line) == [row]


def test_control_characters_in_strings(rows_of: Rows) -> None:
    line = '{"a":"x\ty", "b":{"c":"\x01"}}'
    assert rows_of(OPENX, "a string; b string", line) == [("x\ty", '{"c":"\\u0001"}')]
    assert "HIVE_CURSOR_ERROR" in failure(lambda: rows_of(HIVE_JSON, "a string", line))


# https://repost.aws/knowledge-center/json-duplicate-key-error-athena-config
@pytest.mark.parametrize(
    "line", ['{"a":1,"b":0,"a":2}', '{"a":1,"A":2}', '{"a":1, "s":{"a":1, "a":2}, "A":3}']
)
def test_a_key_that_comes_twice(rows_of: Rows, line: str) -> None:
    begin = 'HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "a"'
    assert failure(lambda: rows_of(OPENX, "a int", line)) == begin
    forgiving = {"ignore.malformed.json": "true"}
    assert rows_of(OPENX, "a int", line + '\n{"a":7}', serde_parameters=forgiving) == [(None,), (7,)]
    assert rows_of(HIVE_JSON, "a int", line)[0][0] in (2, 3)  # Jackson's parser takes the last
    exact = {"case.insensitive": "false", "mapping.b": "A"}
    body = '{"a":1,"A":2}\n{"a":3}\n'
    assert rows_of(OPENX, "a int; b int", body, serde_parameters=exact) == [(1, 2), (3, None)]


def test_a_mapping_is_found_in_any_case_too(rows_of: Rows) -> None:
    how = {"mapping.ts": "TimeStamp"}
    for body in ('{"timestamp":1}', '{"TIMESTAMP":1}', '{"timestamp":1}\n{"TimeStamp":1}'):
        assert rows_of(OPENX, "ts int", body, serde_parameters=how)[-1] == (1,)


def test_lines_that_are_not_one_object(rows_of: Rows) -> None:
    body = '\n{"a":1}{"a":2}\n[3, "x"]\n  {"a": 4}  \nword\n{}\n'
    rows = rows_of(OPENX, "a int; b string", body)
    assert rows == [(None, None), (1, None), (3, "x"), (4, None), (None, None), (None, None)]


def test_malformed_json(rows_of: Rows) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html
    begin = "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: "
    assert failure(lambda: rows_of(OPENX, "a int", '{"a":1}\n{"a":')).startswith(begin)
    forgiving = {"ignore.malformed.json": "true"}
    assert rows_of(OPENX, "a int", '{"a":1}\n{"a":', serde_parameters=forgiving) == [(1,), (None,)]


@pytest.mark.parametrize(
    ("type_", "json", "shown"), [("int", '"abc"', "abc"), ("int", "1.5", "1.5"), ("date", '"x"', "x")]
)
def test_json_that_does_not_fit_its_type(rows_of: Rows, type_: str, json: str, shown: str) -> None:
    text = failure(lambda: rows_of(OPENX, f"z string; a {type_}", f'{{"a": {json}}}'))
    assert (
        text
        == f"HIVE_BAD_DATA: Error parsing field value '{shown}' for field 1: For input string: \"{shown}\""
    )


def test_an_object_where_another_kind_is_declared(rows_of: Rows) -> None:
    assert "HIVE_BAD_DATA" in failure(lambda: rows_of(OPENX, "a struct<x:int>", '{"a": [1]}'))
    assert rows_of(OPENX, "a array<int>", '{"a": 7}') == [([7],)]


# https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html
def test_delimited_lines_short_long_and_wrong(rows_of: Rows) -> None:
    body = "1,x,1.5\n2\nbad,y,z,more\n\n,\\N,\n+3, q ,1e3\n1.0,a,NaN\n"
    rows = rows_of(LAZY, "a int; b string; c double", body, serde_parameters=COMMA)
    assert rows[:6] == [
        (1, "x", 1.5),
        (2, None, None),
        (None, "y", None),
        (None, None, None),
        (None, None, None),
        (3, " q ", 1000.0),
    ]
    assert rows[6][:2] == (1, "a")


def test_delimited_nesting(rows_of: Rows) -> None:
    columns = "a array<int>; m map<string,int>; s struct<x:int,y:string>"
    delimiters = {"field.delim": ",", "collection.delim": "|", "mapkey.delim": ":"}
    assert rows_of(LAZY, columns, "1|2|z,k:1|l:x,4|q\n,,\n", serde_parameters=delimiters) == [
        ([1, 2, None], {"k": 1, "l": None}, {"x": 4, "y": "q"}),
        ([], {}, {"x": None, "y": None}),
    ]


# https://github.com/apache/hive/blob/master/serde/src/java/org/apache/hadoop/hive/serde2/lazy/LazyInteger.java
@pytest.mark.parametrize(
    ("written", "read"),
    [("1.9", 1), ("-2.5", -2), ("+.5", 0), ("7.", 7), (" 7", None), ("1.x", None), ("1e3", None)],
)
def test_the_fraction_of_a_delimited_whole_number_is_dropped(
    rows_of: Rows, written: str, read: int | None
) -> None:
    assert rows_of(LAZY, "a int", f"{written}\n", serde_parameters=COMMA) == [(read,)]
    assert rows_of(LAZY, "a tinyint", "300.5\n", serde_parameters=COMMA) == [(None,)]


# https://docs.aws.amazon.com/athena/latest/ug/data-types-timestamps.html,
# https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/HiveFormatUtils.java
@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2020-01-02 03:04:05.678", datetime(2020, 1, 2, 3, 4, 5, 678000)),
        (" 2020-1-2 3:4:5 ", datetime(2020, 1, 2, 3, 4, 5)),
        ("2020-01-02 03:04:05.6789", datetime(2020, 1, 2, 3, 4, 5, 679000)),
        ("2020-02-30 23:59:60", datetime(2020, 3, 2, 0, 0)),
        ("1960-01-01 00:00:00.123", datetime(1960, 1, 1, 0, 0, 0, 123000)),
        ("1969-12-31 23:59:59.9994", datetime(1969, 12, 31, 23, 59, 59, 999000)),
        ("2020-01-02", None),
        ("2020-01-02 03:04", None),
        ("2020-01-02 03:04:05Z", None),
    ],
)
def test_delimited_timestamps(rows_of: Rows, written: str, moment: datetime | None) -> None:
    assert rows_of(LAZY, "t timestamp", f"{written}\n") == [(moment,)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020-01-31", date(2020, 1, 31)),
        ("2020-01-31 10:00:00", date(2020, 1, 31)),
        (" 2020-1-3 ", date(2020, 1, 3)),
        ("2020-02-30", date(2020, 3, 1)),
        ("2020-01-31T10:00:00", None),
        ("20200131", None),
    ],
)
def test_delimited_dates(rows_of: Rows, written: str, day: date | None) -> None:
    assert rows_of(LAZY, "d date", f"{written}\n") == [(day,)]


# https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html (timestamp.formats)
def test_timestamps_by_the_formats_of_a_table(rows_of: Rows) -> None:
    formats = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z',dd.MM.yyyy\\\\, HH:mm,yyyy-MM-dd'T'HH:mm:ssZ,millis"
    how = {"field.delim": "|", "timestamp.formats": formats.replace("\\\\", "\\")}
    body = (
        "2020-01-02T03:04:05.678Z\n02.01.2020, 03:04\n2020-01-02T03:04:05+0200\n"
        "1577934245678\n2020-01-02 03:04:05\nnone\n"
    )
    read = [
        datetime(2020, 1, 2, 3, 4, 5, 678000),
        datetime(2020, 1, 2, 3, 4),
        datetime(2020, 1, 2, 1, 4, 5),
        datetime(2020, 1, 2, 3, 4, 5, 678000),
        datetime(2020, 1, 2, 3, 4, 5),
        None,
    ]
    assert [row[0] for row in rows_of(LAZY, "t timestamp", body, serde_parameters=how)] == read
    lines = "".join(f'{{"t": "{text}"}}\n' for text in body.split("\n")[:5])
    assert [row[0] for row in rows_of(HIVE_JSON, "t timestamp", lines, serde_parameters=how)] == read[:5]
    assert "without a year" in failure(
        lambda: rows_of(LAZY, "t timestamp", body, serde_parameters={"timestamp.formats": "HH:mm"})
    )


# https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/encodings/text/MapEncoding.java
def test_keys_of_delimited_maps(rows_of: Rows) -> None:
    how = {"field.delim": ",", "collection.delim": "|", "mapkey.delim": "="}
    body = "k=1|k=2|\\N=3|l=a=b|m|n=\n\\N\n"
    assert rows_of(LAZY, "m map<string,string>", body, serde_parameters=how) == [
        ({"k": "1", "l": "a=b", "m": None, "n": ""},),
        (None,),
    ]


def test_escapes_inside_delimited_collections(rows_of: Rows) -> None:
    how = {"field.delim": ",", "collection.delim": "|", "mapkey.delim": "=", "escape.delim": "\\"}
    columns = "a array<string>; m map<string,string>; s struct<x:string,y:int>; n int"
    body = "a\\|b|c\\,d|\\N,k\\=1=v\\\\|l=2,x\\|y|5,7\n\\N,\\N,\\N,\\N\n"
    assert rows_of(LAZY, columns, body, serde_parameters=how) == [
        (["a|b", "c,d", None], {"k=1": "v\\", "l": "2"}, {"x": "x|y", "y": 5}, 7),
        (None, None, None, None),
    ]


def test_binary_columns_are_base64(rows_of: Rows) -> None:
    assert rows_of(LAZY, "a binary", "aGk=\n\\N\n", serde_parameters=COMMA) == [(b"hi",), (None,)]
    text = failure(lambda: rows_of(LAZY, "a binary", "hello!\n", serde_parameters=COMMA))
    assert text.startswith("HIVE_BAD_DATA: Error parsing field value 'hello!' for field 0")


def test_delimited_null_and_escape(rows_of: Rows) -> None:
    how = {"field.delim": ",", "escape.delim": "\\", "serialization.null.format": "-"}
    assert rows_of(LAZY, "a string; b string", "x\\,y,-\n", serde_parameters=how) == [("x,y", None)]


def test_the_delimiter_is_control_a_unless_it_is_given(rows_of: Rows) -> None:
    assert rows_of(LAZY, "a string; b int", "x\x015\n") == [("x", 5)]


# https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
def test_quoted_fields(rows_of: Rows) -> None:
    body = '"1","x, y"\n2,plain\n"3","say ""hi"""\n"4","a\\"b"\n5\n\n'
    assert rows_of(CSV, "a int; b string", body) == [
        (1, "x, y"),
        (2, "plain"),
        (3, 'say "hi"'),
        (4, 'a"b'),
        (5, None),
        (None, None),
    ]


def test_csv_dates_are_numbers(rows_of: Rows) -> None:
    assert rows_of(CSV, "d date; t timestamp", '"1","1579059880000"') == [
        (date(1970, 1, 2), datetime(2020, 1, 15, 3, 44, 40))
    ]


def test_an_empty_csv_field_is_no_number(rows_of: Rows) -> None:
    text = failure(lambda: rows_of(CSV, "a string; b int", "x,\n"))
    assert text == "HIVE_BAD_DATA: Error parsing field value '' for field 1: For input string: \"\""


def test_csv_characters_of_its_own(rows_of: Rows) -> None:
    how = {"separatorChar": "|", "quoteChar": "'", "escapeChar": "\\"}
    assert rows_of(CSV, "a string; b string", "'x|y'|\"z\"\n", serde_parameters=how) == [("x|y", '"z"')]


def test_headers_are_skipped_in_each_file(lake: Lake) -> None:
    lake.declare(LAZY, "a int", COMMA, {"skip.header.line.count": "2"})
    for name in "xyz":
        lake.put(f"t/{name}.csv", "head\n9\n1\n")
    assert lake.read() == [(1,)] * 3


def test_files_compressed_or_not_and_hidden_ones(lake: Lake) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
    lake.declare(LAZY, "a int", COMMA)
    lake.put("t/1.csv.gz", "1\n2", zipped=True)
    lake.bucket.objects["t/2.csv.gz"] = lake.bucket.objects["t/1.csv.gz"] * 2  # two members
    lake.put("t/3.csv.bz2", bz2.compress(b"5\n"))
    lake.put("t/deep/4.csv", b"\xef\xbb\xbf6\r\n7")
    lake.put("t/_hidden", "8\n")
    lake.put("t/.hidden/x", "9\n")
    lake.put("t/empty", "")
    lake.put("t2/other", "10\n")
    assert sorted(lake.read()) == [(1,), (1,), (2,), (2,), (5,), (6,), (7,), (21,)]


def _hadoop(codec: str, body: bytes) -> bytes:
    packed = pa.Codec(codec).compress(body, asbytes=True)
    return len(body).to_bytes(4, "big") + len(packed).to_bytes(4, "big") + packed


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.zst", pa.Codec("zstd").compress(b"1\n2", asbytes=True)),
        ("a.lz4", pa.Codec("lz4").compress(b"1\n2", asbytes=True)),
        ("a.lz4", _hadoop("lz4_raw", b"1\n2")),
        ("a.snappy", _hadoop("snappy", b"1\n2")),
        ("a.deflate", zlib.compress(b"1\n2")),
        ("a.GZ", gzip.compress(b"1\n2")),
    ],
    ids=["zstd", "lz4", "hadoop lz4", "hadoop snappy", "deflate", "gzip"],  # bytes of gzip tell the time
)
def test_every_compression_of_text(lake: Lake, name: str, body: bytes, packed: bool) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
    lake.bucket.packed = packed
    lake.declare(LAZY, "a int", COMMA)
    lake.put(f"t/{name}", body)
    assert lake.read() == [(1,), (2,)]


# https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html,
# https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
def test_properties_of_the_table_are_the_serdes_too(lake: Lake) -> None:
    lake.declare(LAZY, "a string; b string", COMMA, {"serialization.null.format": ""})
    lake.put("t/1", ",x\n\\N,\n")
    assert lake.read() == [(None, "x"), ("\\N", None)]
    lake.declare(OPENX, "a int", {"ignore.malformed.json": "false"}, {"ignore.malformed.json": "TRUE"})
    lake.put("t/1", "{\n")
    assert lake.read() == [(None,)]


def test_a_file_that_is_not_what_its_name_says(lake: Lake) -> None:
    lake.declare(LAZY, "a int", COMMA)
    lake.put("t/1.csv.gz", "plain\n")
    assert failure(lake.read).startswith("HIVE_CURSOR_ERROR: incorrect header check")


def test_bytes_that_are_no_utf8_are_replaced(rows_of: Rows) -> None:
    assert rows_of(LAZY, "a string", b"x\xffy\n") == [("x\ufffdy",)]


@pytest.mark.parametrize("packed", [True, False])
def test_where_each_row_comes_from(lake: Lake, packed: bool) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/select.html ("$path")
    lake.bucket.packed = packed
    lake.declare(LAZY, "a int", COMMA)
    lake.put("t/x", "1\n2\n")
    lake.put("t/y", "3\n")
    found = {(a, path, size) for a, path, size in lake.read("a", hidden=("$path", "$file_size"))}
    assert found == {(1, "s3://b/t/x", 4), (2, "s3://b/t/x", 4), (3, "s3://b/t/y", 2)}


@pytest.mark.parametrize("serde", [LAZY, OPENX, CSV])
def test_rows_are_counted_without_any_column(lake: Lake, serde: str) -> None:
    lake.declare(serde, "a string", keys="p int")
    lake.partition("1")
    lake.put("t/p=1/f", '{"a":1}\n{"a":2}\n')
    assert lake.read("p") == [(1,), (1,)]
    assert lake.scanned == 16


def test_a_serde_that_is_not_here_says_so(rows_of: Rows) -> None:
    text = failure(lambda: rows_of("com.amazon.ionhiveserde.IonHiveSerDe", "a int", "x"))
    assert (
        "The SerDe com.amazon.ionhiveserde.IonHiveSerDe (table db.t) is not available in this emulator"
        in text
    )


@pytest.mark.parametrize(
    ("reads", "parameters", "named"),
    [
        ("org.apache.hadoop.mapred.SequenceFileInputFormat", {}, "The input format org.apache.hadoop.mapred"),
        ("com.amazon.emr.cloudtrail.CloudTrailInputFormat", {}, "The input format com.amazon.emr.cloudtrail"),
        (
            "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
            {},
            "The input format org.apache.hadoop.hive",
        ),
        ("", {"table_type": "delta"}, "Reading tables of DELTA"),
        ("", {"spark.sql.sources.provider": "hudi"}, "Reading tables of HUDI"),
    ],
)
def test_files_that_are_no_lines_are_not_read_as_lines(
    lake: Lake, reads: str, parameters: dict[str, str], named: str
) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
    lake.declare(LAZY, "a string", {}, parameters)
    lake.table["StorageDescriptor"]["InputFormat"] = reads
    lake.put("t/1", "SEQ\x06")
    assert failure(lake.read).startswith(f"NOT_SUPPORTED: {named}")


# https://docs.aws.amazon.com/athena/latest/ug/regex-serde.html
def test_groups_of_a_regular_expression(rows_of: Rows) -> None:
    serde = "org.apache.hadoop.hive.serde2.RegexSerDe"
    how = {"input.regex": r"^(\S+) (\d+)(?: (.*))?$"}
    body = "a 1 x y\nb 2\nno number\n"
    assert rows_of(serde, "a string; b int; c string", body, serde_parameters=how) == [
        ("a", 1, "x y"),
        ("b", 2, None),
        (None, None, None),
    ]
    assert "Number of matching groups" in failure(
        lambda: rows_of(serde, "a string", body, serde_parameters=how)
    )


# https://docs.aws.amazon.com/athena/latest/ug/grok-serde.html
def test_fields_of_a_grok_pattern(rows_of: Rows) -> None:
    how = {"input.format": "%{WORD:level} %{INT:code:int} %{GREEDYDATA:text}"}
    serde = "com.amazonaws.glue.serde.GrokSerDe"
    rows = rows_of(serde, "level string; code int; text string", "WARN 7 a b\n\n", serde_parameters=how)
    assert rows == [("WARN", 7, "a b"), (None, None, None)]


def test_a_location_that_is_not_in_s3(lake: Lake) -> None:
    lake.declare(LAZY, "a int")
    lake.table["StorageDescriptor"]["Location"] = "file:///etc/"
    assert failure(lake.read) == "HIVE_INVALID_METADATA: Not a location in S3: 'file:///etc/'"
