"""Classifiers on one file: whatever is in it, and with the engines that write such files."""

import csv
import dataclasses
import datetime
import decimal
import gzip
import io
import json
import threading
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from localstack_lab.firehose import snappy
from localstack_lab.glue.crawling import looking
from localstack_lab.glue.crawling.classify import classify as classified
from localstack_lab.glue.crawling.dynamodb_target import of_attribute
from localstack_lab.glue.crawling.formats import grok as grok_lines
from localstack_lab.glue.crawling.job import CrawlFailed, CrawlStopped
from localstack_lab.glue.crawling.looking import Looker, unpacked
from localstack_lab.glue.crawling.schema import Schema
from localstack_lab.glue.crawling.types import Type, hive
from localstack_lab.lake import grok

from tests.emulator.glue.crawling.support import BUCKET, Bucket, Lab

law = settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def classify(body: bytes | str, *custom: dict[str, Any]) -> Schema:
    data = body.encode() if isinstance(body, str) else body
    return classified(lambda start, length: data[start : start + length], len(data), custom)


def shown(schema: Schema) -> dict[str, str]:
    return {name: hive(kind) for name, kind in schema.columns}


def fits(kind: Type, value: Any) -> bool:
    """Whether a value can be read as a column of the type."""
    if value is None or kind == "string":
        return True
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "int":
            return type(value) is int and abs(value) <= 2**31
        case "bigint":
            return type(value) is int and abs(value) <= 2**63
        case "double":
            return type(value) in (int, float)
        case ("array", element):
            return isinstance(value, list) and all(fits(element, one) for one in value)
        case ("struct", members):
            types = {name.lower(): member for name, member in members}
            return isinstance(value, dict) and all(
                fits(types[name.lower()], one) for name, one in value.items()
            )
    return False


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abAB_ é", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
rows = st.lists(st.dictionaries(st.text("abcABC_-", min_size=1, max_size=3), values, max_size=4), min_size=1)


@law
@given(rows, st.sampled_from(["\n", "", "\r\n", "\n\n"]), st.sampled_from([None, 2]))
def test_every_json_value_fits_its_column(some: list[Any], between: str, indent: int | None) -> None:
    text = between.join(json.dumps(row, indent=indent) for row in some)
    schema = classify(text)
    assert schema.format.classification == "json"
    assert schema.records == len(some)
    packed = classify(gzip.compress(text.encode()))
    assert (packed.columns, packed.records, packed.compression) == (schema.columns, len(some), "gzip")
    types = {name.lower(): kind for name, kind in schema.columns}
    for row in some:
        for name, value in row.items():
            assert fits(types[name.lower()], value), (name, value, types)


cells = st.one_of(
    st.integers(-(2**62), 2**62).map(str),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9).map(str),
    st.sampled_from(["true", "FALSE", "", "x", "a b", 'say "so"', "a,b", "l1\nl2", "ü"]),
)


def cell_type(texts: list[str]) -> str:
    """What Java's parsers make of a column, as a reference."""
    kinds = set()
    for text in (one.strip() for one in texts):
        if not text:
            continue
        if text.lower() in ("true", "false"):
            kinds.add("boolean")
            continue
        try:
            int(text)
            kinds.add("bigint")
            continue
        except ValueError:
            pass
        try:
            float(text)
            kinds.add("double")
        except ValueError:
            kinds.add("string")
    if kinds in ({"bigint"}, {"double"}, {"boolean"}):
        return kinds.pop()
    return "double" if kinds == {"bigint", "double"} else "string"


@law
@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=2, max_size=8)
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_columns_of_csv(body: list[list[str]], end: str) -> None:
    names = [f"name_{at}" for at in range(len(body[0]))]
    file = io.StringIO()
    csv.writer(file, lineterminator=end).writerows([names, *body])
    schema = classify(file.getvalue())
    assert schema.format.classification == "csv"
    types = [cell_type([row[at] for row in body]) for at in range(len(names))]
    kinds = [cell_type([row[at]]) for row in body for at in range(len(names)) if row[at].strip()]
    if any(kind != "string" for kind in kinds):
        assert shown(schema) == dict(zip(names, types, strict=True))
        assert schema.records == len(body)
    else:
        assert shown(schema) == {f"col{at}": "string" for at in range(len(names))}


@law
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_anything_at_all_is_classified(body: bytes) -> None:
    assert classify(body).format.classification


@law
@given(
    st.sampled_from([b"PAR1", b"ORC", b"Obj\x01", b"\x1f\x8b", b"BZh", b"PK\x03\x04", b"\x04\x22\x4d\x18"]),
    st.binary(max_size=80),
)
def test_damaged_files_are_unknown(magic: bytes, rest: bytes) -> None:
    schema = classify(magic + rest)
    assert schema.columns == () or schema.format.classification in ("csv", "avro")


@law
@given(st.text("{}[]:,\"'\\ ntrue01.-eE", max_size=60))
def test_half_json(text: str) -> None:
    assert classify(text, {"JsonClassifier": {"JsonPath": "$[*]"}}).format.classification


TABLE = pa.table(
    {
        "Id": pa.array([1, 2], pa.int32()),
        "big": pa.array([1, 2], pa.int64()),
        "small": pa.array([1, 2], pa.int16()),
        "tiny": pa.array([1, 2], pa.int8()),
        "text": ["a", None],
        "flag": [True, False],
        "real": pa.array([1, 2], pa.float32()),
        "number": [1.5, 2.5],
        "money": pa.array([decimal.Decimal("1.23")] * 2, pa.decimal128(10, 2)),
        "day": [datetime.date(2024, 1, 1)] * 2,
        "at": pa.array([datetime.datetime(2024, 1, 1)] * 2, pa.timestamp("ms")),
        "raw": [b"x", b"y"],
        "list": [[1], [2, 3]],
        "nested": [{"x": 1, "y": {"z": "q"}}] * 2,
        "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int32())),
        "deep": [[{"q": [1.5]}]] * 2,
        "numbered": pa.array([[(1, {"n": "x"})], []], pa.map_(pa.int32(), pa.struct({"n": pa.string()}))),
    }
)
TYPES = {
    "Id": "int",
    "big": "bigint",
    "small": "smallint",
    "tiny": "tinyint",
    "text": "string",
    "flag": "boolean",
    "real": "float",
    "number": "double",
    "money": "decimal(10,2)",
    "day": "date",
    "at": "timestamp",
    "raw": "binary",
    "list": "array<bigint>",
    "nested": "struct<x:bigint,y:struct<z:string>>",
    "map": "map<string,int>",
    "deep": "array<struct<q:array<double>>>",
    "numbered": "map<int,struct<n:string>>",
}


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd"])
@pytest.mark.parametrize("version", ["1.0", "2.6"])
def test_parquet(codec: str, version: str) -> None:
    """https://github.com/apache/parquet-format/blob/master/LogicalTypes.md"""
    file = io.BytesIO()
    pyarrow.parquet.write_table(TABLE, file, compression=codec, version=version)
    schema = classify(file.getvalue())
    assert shown(schema) == TYPES
    assert (schema.format.classification, schema.compression, schema.records) == ("parquet", "none", 2)


def test_parquet_as_hive_and_spark_write_it() -> None:
    """Lists of one level, and timestamps of 96 bits."""
    file = io.BytesIO()
    pyarrow.parquet.write_table(
        TABLE.select(["at", "list", "deep"]),
        file,
        use_deprecated_int96_timestamps=True,
        use_compliant_nested_type=False,
    )
    assert shown(classify(file.getvalue())) == {name: TYPES[name] for name in ("at", "list", "deep")}


@pytest.mark.parametrize("codec", ["uncompressed", "zlib", "snappy", "lz4"])
def test_orc(codec: str) -> None:
    file = io.BytesIO()
    pyarrow.orc.write_table(TABLE, file, compression=codec)
    schema = classify(file.getvalue())
    assert shown(schema) == TYPES
    assert (schema.format.classification, schema.records) == ("orc", 2)


def test_avro() -> None:
    """https://cwiki.apache.org/confluence/display/Hive/AvroSerDe: Avro's types in Hive"""
    inner = {"type": "record", "name": "inner", "fields": [{"name": "x", "type": "float"}]}
    fields = [
        {"name": "i", "type": ["null", "int"], "default": None},
        {"name": "l", "type": "long"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "e", "type": {"type": "enum", "name": "colour", "symbols": ["RED"]}},
        {"name": "m", "type": {"type": "map", "values": "double"}},
        {"name": "a", "type": {"type": "array", "items": "string"}},
        {"name": "r", "type": inner},
        {"name": "again", "type": "inner"},
        {"name": "d", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
    ]
    written = {"type": "record", "name": "order", "fields": fields}
    row = {
        "i": 1,
        "l": 2,
        "at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC),
        "e": "RED",
        "m": {"k": 1.0},
        "a": ["x"],
        "r": {"x": 1.0},
        "again": {"x": 1.0},
        "d": decimal.Decimal("1.25"),
    }
    for codec in ("null", "deflate"):
        file = io.BytesIO()
        fastavro.writer(file, written, [row] * 5, codec=codec)
        schema = classify(file.getvalue())
        assert shown(schema) == {
            "i": "int",
            "l": "bigint",
            "at": "timestamp",
            "e": "string",
            "m": "map<string,double>",
            "a": "array<string>",
            "r": "struct<x:float>",
            "again": "struct<x:float>",
            "d": "decimal(6,2)",
        }
        assert (schema.records, schema.whole) == (5, True)
        assert json.loads(schema.literal)["name"] == "order"


BODY = b"".join(json.dumps({"a": n, "b": "text " * 5}).encode() + b"\n" for n in range(3_000))


@pytest.mark.parametrize("form", ["java", "hadoop", "framed", "lz4"])
def test_snappy_and_lz4(form: str) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/create-transform.html: Firehose writes them"""
    packed = {
        "java": lambda: snappy.java(BODY),
        "hadoop": lambda: snappy.hadoop(BODY),
        "framed": lambda: framed(BODY),
        "lz4": lambda: pa.Codec("lz4").compress(BODY, asbytes=True),
    }[form]()
    schema = classify(packed)
    codec = "lz4" if form == "lz4" else "snappy"
    assert (schema.compression, schema.records, shown(schema)) == (codec, 3_000, {"a": "int", "b": "string"})


def framed(body: bytes) -> bytes:
    """https://github.com/google/snappy/blob/main/framing_format.txt"""
    out = [b"\xff\x06\x00\x00sNaPpY"]
    for start in range(0, len(body), 65_536):
        block = pa.Codec("snappy").compress(body[start : start + 65_536], asbytes=True)
        out += [b"\x00", (len(block) + 4).to_bytes(3, "little"), bytes(4), block]
    return b"".join(out)


def test_a_compression_that_is_lacking_says_so() -> None:
    schema = classify(pa.Codec("zstd").compress(BODY, asbytes=True))
    assert schema.format.classification == "UNKNOWN"
    assert schema.notes == ("Objects compressed with zstd cannot be read by this emulator.",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xe0\x01\x00\xea\xee", "Amazon Ion"),
        (b'$ion_1_0 {a: "x"}', "Amazon Ion"),
        (b"\x10\x00\x00\x00\x12a\x00" + bytes(9), "bson"),
        (
            b"#Software: Microsoft IIS 10.0\n2020-01-01 GET / a;b\n2020-01-02 GET / c;d\n",
            "Microsoft",
        ),
        (b'{"a": 1\n{"b": 2}\n', "begins like JSON"),
        (b"a,b,c\n1,2,3\n1,2\n4,5,6\n", "first row has 3 columns, and row 3 has 2"),
    ],
)
def test_what_is_not_known_is_named(body: bytes, said: str) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html: formats that AWS's classifiers know"""
    schema = classify(body)
    assert schema.format.classification == "UNKNOWN"
    assert said in " ".join(schema.notes)


def test_gzip_is_not_taken_for_bson() -> None:
    """Its header as BSON's: a size of 559,903 bytes, at the end of which is a zero, and a double first."""
    rows = b"".join(b'{"a": %d}\n' % number for number in range(120_000))
    packed = gzip.compress(rows, compresslevel=0, mtime=1)
    filler = b"\x1f\x8b\x08\x00" + packed[4:559_902] + b"\0" + packed[559_903:]
    assert "bson" not in " ".join(classify(filler).notes)
    assert classify(packed).compression == "gzip"


@pytest.mark.parametrize("body", ["hello\n", "1\n2\n", "[2024-01-01] started\n", "x y z\n"])
def test_a_text_that_is_nothing_has_no_notes(body: str) -> None:
    assert classify(body).notes == ()


def test_a_grok_pattern_cannot_run_for_ever() -> None:
    pattern = r"(%{WORD:a}\s*)+!"
    found = grok_lines.classify("a" * 40 + "\n", pattern, "", "log", whole=True)
    assert found is None


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("%{COMBINEDAPACHELOG}", '::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 - "-" "curl/7"'),
        ("%{SYSLOGBASE} %{GREEDYDATA:m}", "Feb  1 06:25:43 host cron[12]: started"),
        ("%{TIMESTAMP_ISO8601:t} %{LOGLEVEL:l}", "2024-05-01T10:11:12.123Z WARN"),
        ("%{IPV6:ip} %{MAC:mac} %{UUID:u}", "fe80::1 00:1A:2B:3C:4D:5E 123e4567-e89b-12d3-a456-426614174000"),
        ("%{URI:u} %{PATH:p} %{QS:q}", 'https://a.example/x?y=1 /var/log "quoted text"'),
        ("%{DATESTAMP_RFC2822:d} %{NUMBER:n:double}", "Mon, 01 May 2024 10:11:12 +0200 -1.5"),
    ],
)
def test_named_patterns(pattern: str, line: str) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#classifier-builtin-patterns"""
    found = grok_lines.classify(line + "\n", pattern, "", "log", whole=True)
    assert found is not None
    assert found.certainty == 1.0


def test_every_named_pattern_compiles() -> None:
    for name in grok.BUILT_IN:
        assert grok.compiled(f"%{{{name}:x}}").fields


def test_a_classifier_that_is_not_certain_gives_way() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html: certainty"""
    log = {"GrokClassifier": {"Classification": "log", "GrokPattern": "%{INT:n}", "Name": "g"}}
    assert classify("1\n2\nx\n", log).format.classification == "log"
    assert classify("1\n2\n{}\n", log).certainty == pytest.approx(0.6667)
    assert classify("1,x\n2,y\n", log).format.classification == "csv"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_sample_may_end_within_quotes(end: str) -> None:
    """Notes of many lines: the megabyte that is looked at ends in one of them."""
    note = end.join(["a line, of a note"] * 100)
    rows = end.join(f'{number},"{note}",1.5' for number in range(1_500))
    schema = classify(f"id,note,score{end}{rows}{end}")
    assert shown(schema) == {"id": "bigint", "note": "string", "score": "double"}
    assert not schema.whole


def test_a_long_value_of_csv() -> None:
    assert shown(classify(f"id,blob\n1,{'x' * 500_000}\n2,y\n")) == {"id": "bigint", "blob": "string"}


def test_what_dynamodb_holds() -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html"""
    kinds = {
        "string": {"S": "x"},
        "bigint": {"N": "-12"},
        "double": {"N": "1.5E3"},
        "binary": {"B": b"x"},
        "boolean": {"BOOL": True},
        "array<double>": {"NS": ["1", "2.5"]},
        "array<string>": {"SS": ["x"]},
        "array<bigint>": {"L": [{"N": "1"}, {"NULL": True}]},
        "struct<itemId:string,n:bigint>": {"M": {"itemId": {"S": "x"}, "n": {"N": "1"}}},
    }
    assert {hive(of_attribute(value)) for value in kinds.values()} == set(kinds)
    assert all(hive(of_attribute(value)) == kind for kind, value in kinds.items())


def test_structs_keep_the_case_of_their_members() -> None:
    assert shown(classify('{"Detail": {"instanceId": 1}}')) == {"Detail": "struct<instanceId:int>"}


def test_open_csv_serde() -> None:
    """Types are found as in other files, as tables show that AWS's crawlers have made of quoted ones:
    https://help.datarepublic.com/en/articles/6253828-how-does-data-vault-detect-schema-from-csv-files"""
    rules = {"CsvClassifier": {"Name": "c", "QuoteSymbol": "'", "Delimiter": ";"}}
    schema = classify("id;n\n'1';'a;b'\n'2';'c'\n", rules)
    assert schema.format.serde == "org.apache.hadoop.hive.serde2.OpenCSVSerde"
    assert dict(schema.format.serde_parameters) == {"separatorChar": ";", "quoteChar": "'"}
    assert shown(schema) == {"id": "bigint", "n": "string"}


def test_schemas_go_through_json_unchanged() -> None:
    """A worker process answers in JSON."""
    for body in (BODY, b"a,b\n1,x\n", b"<r><a>1</a></r>", b"nothing\n"):
        schema = classify(body)
        assert unpacked(json.loads(json.dumps(dataclasses.asdict(schema)))) == schema


def test_orc_with_zstandard_in_a_worker() -> None:
    file = io.BytesIO()
    pyarrow.orc.write_table(TABLE, file, compression="zstd")
    objects = Bucket({"t/f.orc": file.getvalue()})
    (schema,) = Looker(objects).schemas(objects.listed(f"s3://{objects.name}/t/"), [], lambda: None)
    assert shown(schema) == TYPES
    assert schema.records == 2


def test_a_large_crawl_is_looked_at_in_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "HERE", 100)
    objects = Bucket({f"t/f{n}": json.dumps({"a": n, "b": {"c": ["x"]}}) for n in range(20)})
    custom = [{"JsonClassifier": {"JsonPath": "$.b", "CreationTime": datetime.datetime.now(datetime.UTC)}}]
    found = objects.listed(f"s3://{objects.name}/t/")
    schemas = list(Looker(objects).schemas(found, custom, lambda: None))
    assert [shown(schema) for schema in schemas] == [{"c": "array<string>"}] * 20
    del objects.objects["t/f7"]
    with pytest.raises(CrawlFailed, match=r"The specified key does not exist.*t/f7"):
        list(Looker(objects).schemas(found, custom, lambda: None))


def test_a_worker_stops_with_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "HERE", 0)
    objects = Bucket({"t/f": "{}"})
    stop = threading.Event()
    stop.set()
    with pytest.raises(CrawlStopped):
        list(Looker(objects, stop).schemas(objects.listed(f"s3://{objects.name}/"), [], lambda: None))


def test_values_of_a_line() -> None:
    """What GrokSerDe reads: https://docs.aws.amazon.com/athena/latest/ug/grok-serde.html"""
    made = grok.compiled("%{WORD:verb} (?<rest>[a-z]+)?%{INT:n:int}(?:-%{INT:n})?")
    assert made.fields == (("verb", "string"), ("n", "int"), ("rest", "string"))
    assert made.values("GET abc12") == ("GET", "12", "abc")
    assert made.values("GET 12-13") == ("GET", "13", None)
    assert made.values("no") is None


@pytest.mark.parametrize("name", ["a\x01b", "a\nb", "x" * 256])
@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("kind", ["orc", "zstd orc", "parquet"])
def test_a_name_that_the_catalog_does_not_take_costs_one_file(kind: str, nested: bool, name: str) -> None:
    if nested and len(name) > 255:
        name += "\r"  # only a type's text is limited then
    good, bad = io.BytesIO(), io.BytesIO()
    values = pa.array([{name: 1}]) if nested else pa.array([1])
    for file, table in (
        (good, pa.table({"a": [1]})),
        (bad, pa.table({"s" if nested else name: values})),
    ):
        if kind == "parquet":
            pyarrow.parquet.write_table(table, file)
        else:
            pyarrow.orc.write_table(table, file, compression="zstd" if "zstd" in kind else "zlib")
    lab = Lab({"t/bad": bad.getvalue(), "t/good": good.getvalue()})
    lab.crawl()
    assert any("WARN" in line and f"s3://{BUCKET}/t/bad: " in line for line in lab.lines), lab.lines
    columns = [table["StorageDescriptor"]["Columns"] for table in lab.tables().values()]
    assert [{"Name": "a", "Type": "bigint"}] in columns


def nested(levels: int) -> Any:
    body: Any = 1
    for _ in range(levels):
        body = {"a": [body]}
    return body


@pytest.mark.parametrize("bad", [{"": 1}, {"a": {"x" * 200_000: 1}}, nested(60), nested(450)])
def test_columns_that_the_catalog_does_not_take_cost_one_file(bad: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html: lengths of names and types"""
    lab = Lab({"t/bad": json.dumps(bad), "t/good": '{"a": 1}'})
    lab.crawl()
    assert any("WARN" in line and f"s3://{BUCKET}/t/bad: " in line for line in lab.lines), lab.lines
    (table,) = lab.tables().values()
    assert table["StorageDescriptor"]["Columns"] == [{"Name": "a", "Type": "int"}]
