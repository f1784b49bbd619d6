"""Random records come out of files of every kind as they went in."""

import csv
import io
import json
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.emulator.athena.conformance.case import Row
from tests.emulator.athena.conformance.engine import Engine
from tests.emulator.athena.conformance.oracle import double_text

FEW = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    print_blob=False,
)
JSON = "org.openx.data.jsonserde.JsonSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
TEXT = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
COLUMNS = {
    "i": "int",
    "b": "bigint",
    "d": "double",
    "t": "boolean",
    "s": "string",
    "m": "decimal(8,2)",
    "day": "date",
    "at": "timestamp",
    "a": "array<int>",
    "r": "struct<x:int,y:string>",
}
STRINGS = {"s": "string", "s2": "string"}
FLAT = ("i", "b", "d", "t", "s", "m", "day", "at")
DOUBLES = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, width=64)
PLAIN = st.text("abc XYZ äé😀'.;:_-", max_size=8)
QUOTED = st.text('ab ,;"äé😀', max_size=6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "i": st.integers(-(2**31), 2**31 - 1),
    "b": st.integers(-(2**63), 2**63 - 1),
    "d": st.one_of(st.sampled_from([0.0, 0.1, 1e7, 1e-3, 123456.789]), DOUBLES.filter(lambda x: x != 0)),
    "t": st.booleans(),
    "s": st.text("ab ,\"\\\\{}[]=:äé😀'", max_size=8),
    "m": st.integers(-99999999, 99999999).map(lambda n: Decimal(n).scaleb(-2)),
    "day": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    "at": st.integers(0, 4_000_000_000_000).map(lambda ms: datetime(1970, 1, 1) + timedelta(milliseconds=ms)),
    "a": st.lists(st.integers(-9, 9), max_size=3),
    "r": st.fixed_dictionaries({"x": st.integers(-9, 9), "y": st.text("abc", min_size=1, max_size=3)}),
}


def records(
    names: tuple[str, ...], **other: st.SearchStrategy[Any]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of records with these columns in this order, any of them None."""
    fields = {name: st.one_of(st.none(), strategy, strategy) for name, strategy in (VALUES | other).items()}
    drawn = st.fixed_dictionaries({name: fields[name] for name in names})
    return st.lists(drawn.map(lambda record: {name: record[name] for name in names}), min_size=1, max_size=20)


def shown(value: Any) -> str | None:
    """As Athena prints it."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case float():
            return double_text(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}"
        case list():
            return f"[{', '.join(map(str, value))}]"
        case dict():
            return f"{{x={value['x']}, y={value['y']}}}"
    return str(value)


def read(engine: Engine, serde: str, names: tuple[str, ...], body: bytes, **settings: str) -> list[Row]:
    """What a new table over one object answers."""
    name = f"t_{uuid.uuid4().hex[:8]}"
    engine.bucket.bodies[f"s3://random/{name}/data"] = body
    engine.catalog.create_table(
        DatabaseName="shop",
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [],
            "StorageDescriptor": {
                "Columns": [{"Name": n, "Type": (COLUMNS | STRINGS)[n]} for n in names],
                "Location": f"s3://random/{name}/",
                "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {"SerializationLibrary": serde, "Parameters": settings},
            },
        },
    )
    answer = engine.run(f"SELECT {', '.join(names)} FROM {name}", "shop")
    assert not answer.error, f"{answer.error}\n{body!r}"
    return sorted(answer.rows, key=repr)


def rows(given: list[dict[str, Any]]) -> list[Row]:
    return sorted((tuple(shown(value) for value in record.values()) for record in given), key=repr)


def as_json(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return shown(value)
        case date():
            return str(value)
    return value


@FEW
@given(given=records(tuple(COLUMNS)), absent=st.booleans(), upper=st.booleans(), ascii_only=st.booleans())
def test_json_lines(
    engine: Engine, given: list[dict[str, Any]], absent: bool, upper: bool, ascii_only: bool
) -> None:
    text = ""
    for record in given:
        told = {
            name.upper() if upper else name: as_json(value)
            for name, value in record.items()
            if value is not None or not absent
        }
        text += json.dumps(told, ensure_ascii=ascii_only) + "\n"
    assert read(engine, JSON, tuple(COLUMNS), text.encode()) == rows(given)


@FEW
@given(given=records(FLAT))
def test_hives_json(engine: Engine, given: list[dict[str, Any]]) -> None:
    body = "".join(json.dumps({name: as_json(value) for name, value in r.items()}) + "\n" for r in given)
    assert read(engine, HIVE_JSON, FLAT, body.encode()) == rows(given)


@FEW
@given(given=records(FLAT, s=PLAIN.filter(lambda text: text != "")), short=st.booleans())
def test_delimited_text(engine: Engine, given: list[dict[str, Any]], short: bool) -> None:
    """Fields that a row lacks at its end are NULL, as those that say ``\\N`` are."""
    lines = []
    for record in given:
        fields = ["\\N" if value is None else str(shown(value)) for value in record.values()]
        while short and len(fields) > 1 and fields[-1] == "\\N":
            fields.pop()
        lines.append("|".join(fields))
    body = "".join(f"{line}\n" for line in lines).encode()
    assert read(engine, TEXT, FLAT, body, **{"field.delim": "|"}) == rows(given)


@FEW
@given(
    given=st.lists(
        st.tuples(st.text('ab ,"äé😀', max_size=6), st.text("xyz,;", max_size=6)), min_size=1, max_size=12
    )
)
def test_quoted_csv(engine: Engine, given: list[tuple[str, str]]) -> None:
    """Every value is a string; a quote inside is doubled."""
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(given)
    found = read(engine, CSV, ("s", "s2"), target.getvalue().encode())
    assert found == sorted(given, key=repr)


@FEW
@given(given=records(tuple(COLUMNS)))
def test_parquet(engine: Engine, given: list[dict[str, Any]]) -> None:
    schema = pa.schema(
        {
            "i": pa.int32(),
            "b": pa.int64(),
            "d": pa.float64(),
            "t": pa.bool_(),
            "s": pa.string(),
            "m": pa.decimal128(8, 2),
            "day": pa.date32(),
            "at": pa.timestamp("ms"),
            "a": pa.list_(pa.int32()),
            "r": pa.struct({"x": pa.int32(), "y": pa.string()}),
        }
    )
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(given, schema), target)
    assert read(engine, PARQUET, tuple(COLUMNS), target.getvalue()) == rows(given)
