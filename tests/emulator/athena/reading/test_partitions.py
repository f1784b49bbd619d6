"""Only registered or projected partitions are read, and only those that the conditions leave."""

import io
import json
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from localstack_lab.athena.reading.java_dates import Pattern
from localstack_lab.athena.sql.errors import QueryError
from pyarrow import orc

from tests.emulator.athena.reading.conftest import CSV, LAZY, OPENX, ORC, PARQUET, Lake

COMMA = {"field.delim": ","}


@pytest.fixture
def by_day(lake: Lake) -> Lake:
    lake.declare(LAZY, "a int", COMMA, keys="year int; day string")
    for year, day in ((2023, "x"), (2024, "x"), (2024, "y")):
        lake.put(f"t/year={year}/day={day}/f", f"{year}\n")
    lake.partition("2023", "x")
    lake.partition("2024", "y")
    return lake


# https://docs.aws.amazon.com/athena/latest/ug/partitions.html
def test_a_folder_that_is_no_partition_is_not_read(by_day: Lake) -> None:
    assert sorted(by_day.read()) == [(2023, 2023, "x"), (2024, 2024, "y")]


@pytest.mark.parametrize(
    ("condition", "keys"),
    [
        ('"year" = 2024', ["t/year=2024/day=y/f"]),
        ('"year" > 2000 AND "day" LIKE \'x%\'', ["t/year=2023/day=x/f"]),
        ('"year" + 1 < 2000', []),
    ],
)
def test_conditions_prune_before_anything_is_fetched(by_day: Lake, condition: str, keys: list[str]) -> None:
    rows = by_day.read(where=condition)
    assert by_day.bucket.fetched == [f"s3://b/{key}" for key in keys]
    assert len(rows) == len(keys)
    assert by_day.scanned == 5 * len(keys)


@pytest.mark.parametrize(
    "condition",
    [
        "CAST(\"p\" AS DATE) = DATE '2020-03-01'",
        "CASE WHEN \"p\" LIKE '%30' THEN error('X: y') ELSE \"p\" = '2020-03-01' END",
    ],
)
def test_a_condition_that_fails_for_a_partition_leaves_it_to_its_rows(lake: Lake, condition: str) -> None:
    lake.declare(LAZY, "a int", COMMA, keys="p string")
    for value in ("2020-02-30", "2020-03-01", "2020-03-02"):
        lake.partition(value)
        lake.put(f"t/p={value}/f", "1\n")
    assert sorted(lake.read(where=condition)) == [(1, "2020-02-30"), (1, "2020-03-01")]


def test_a_partition_may_lie_anywhere_and_be_null(lake: Lake) -> None:
    lake.declare(LAZY, "a int", COMMA, keys="p int")
    lake.partition("__HIVE_DEFAULT_PARTITION__", location="s3://b/elsewhere/")
    lake.put("elsewhere/f", "1\n")
    assert lake.read() == [(1, None)]


@pytest.mark.parametrize(
    ("declared", "shown"),
    [("int", "integer"), ("decimal(5,2)", "decimal(5,2)"), ("date", "date"), ("double", "double")],
)
def test_a_value_that_is_not_of_the_keys_type(lake: Lake, declared: str, shown: str) -> None:
    lake.declare(LAZY, "a int", COMMA, keys=f"p {declared}")
    lake.partition("abc")
    with pytest.raises(QueryError) as failed:
        lake.read()
    assert str(failed.value) == (
        f"HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'abc' for {shown} partition key: p"
    )


def test_a_partitions_own_types_are_read_as_the_tables(lake: Lake) -> None:
    lake.declare(OPENX, "a bigint; new string", keys="p int")
    lake.partition("1", columns="a int")
    lake.put("t/p=1/f", '{"a":1}')
    assert lake.read() == [(1, None, 1)]


# https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
@pytest.mark.parametrize("serde", [LAZY, CSV])
def test_columns_of_text_are_the_partitions_by_place(lake: Lake, serde: str) -> None:
    lake.declare(serde, "z bigint; a string; new int", {"field.delim": ","}, keys="p int")
    lake.partition("1", columns="a int; b string")
    lake.partition("2", columns="a int; b string; c int; d string")
    lake.put("t/p=1/f", "1,x\n")
    lake.put("t/p=2/f", "2,y,5,q\n")
    assert sorted(lake.read()) == [(1, "x", None, 1), (2, "y", 5, 2)]
    assert sorted(lake.read("a", "p")) == [("x", 1), ("y", 2)]


@pytest.mark.parametrize(
    ("by_place", "read"), [("true", (1, "x", None, 1)), ("false", (None, None, None, 1))]
)
def test_columns_of_orc_are_the_partitions_by_place(
    lake: Lake, by_place: str, read: tuple[object, ...]
) -> None:
    body = io.BytesIO()
    orc.write_table(pa.table({"a": [1], "b": ["x"]}), body)
    lake.declare(ORC, "z bigint; y string; new int", {"orc.column.index.access": by_place}, keys="p int")
    lake.partition("1", columns="a bigint; b string")
    lake.put("t/p=1/f", body.getvalue())
    assert lake.read() == [read]


@pytest.mark.parametrize("serde", [LAZY, CSV, OPENX, PARQUET, ORC])
def test_columns_may_have_the_names_that_the_reader_uses(lake: Lake, serde: str) -> None:
    names = ["filename", "line", "fields", "lab_file", "data", "marks"]
    lake.declare(serde, "; ".join(f"{name} string" for name in names), {"field.delim": ","}, keys="m0 int")
    body = io.BytesIO(",".join(names).encode())
    if serde == OPENX:
        body = io.BytesIO(json.dumps({name: name for name in names}).encode())
    if serde in (PARQUET, ORC):
        table = pa.table({name: [name] for name in names})
        pq.write_table(table, body) if serde == PARQUET else orc.write_table(table, body)
    for number in ("1", "2"):
        lake.partition(number)
        lake.put(f"t/m0={number}/f", body.getvalue())
    assert sorted(lake.read(), key=str) == [(*names, 1), (*names, 2)]
    assert sorted(lake.read("filename", "m0", hidden=("$path",))) == [
        ("filename", number, f"s3://b/t/m0={number}/f") for number in (1, 2)
    ]


def test_a_key_may_be_called_filename(lake: Lake) -> None:
    lake.declare(LAZY, "a int", COMMA, keys="filename string")
    for value in ("x", "y"):
        lake.partition(value)
        lake.put(f"t/filename={value}/f", "1\n")
    assert sorted(lake.read()) == [(1, "x"), (1, "y")]


def test_a_partitions_types_that_do_not_fit(lake: Lake) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html
    lake.declare(PARQUET, "a int", keys="p int")
    lake.partition("1", columns="a string; b int")
    lake.partition("2", columns="a double")
    with pytest.raises(QueryError) as failed:
        lake.read()
    assert str(failed.value) == (
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. "
        "The types are incompatible and cannot be coerced. The column 'a' in table 'db.t' is declared as "
        "type 'int', but partition 'p=2' declared column 'a' as type 'double'."
    )


# https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
def projected(lake: Lake, keys: str, template: str | None = None, **properties: str) -> None:
    parameters = {"projection.enabled": "true"}
    parameters |= {f"projection.{name.replace('__', '.')}": value for name, value in properties.items()}
    if template:
        parameters["storage.location.template"] = template
    lake.declare(LAZY, "a int", COMMA, parameters, keys=keys)


def test_projected_enum_integer_and_date(lake: Lake) -> None:
    projected(
        lake,
        "r string; h int; d string",
        "s3://b/t/${r}/${d}/${h}",
        r__type="enum",
        r__values="eu, us",
        h__type="integer",
        h__range="0,23",
        h__digits="2",
        d__type="date",
        d__format="yyyy/MM/dd",
        d__range="2026/11/01,NOW",
    )
    lake.put("t/eu/2026/11/02/05/f", "1\n")
    lake.put("t/us/2026/11/20/00/f", "2\n")
    lake.put("t/us/2026/11/21/00/f", "3\n")  # tomorrow
    assert sorted(lake.read()) == [(1, "eu", 5, "2026/11/02"), (2, "us", 0, "2026/11/20")]
    lake.bucket.fetched.clear()
    assert lake.read("a", where="\"d\" >= '2026/11/03'") == [(2,)]
    assert lake.bucket.fetched == ["s3://b/t/us/2026/11/20/00/f"]


def test_projected_hours_lie_in_hive_folders_without_a_template(lake: Lake) -> None:
    projected(
        lake,
        "h string",
        h__type="date",
        h__format="yyyy-MM-dd-HH",
        h__range="NOW-3HOURS,NOW",
        h__interval="1",
        h__interval__unit="HOURS",
    )
    lake.put("t/h=2026-11-20-09/f", "1\n")
    lake.put("t/h=2026-11-20-08/f", "0\n")
    lake.put("t/h=2026-11-20-12/f", "2\n")
    assert sorted(lake.read()) == [(1, "2026-11-20-09"), (2, "2026-11-20-12")]


def test_an_injected_column_needs_its_value(lake: Lake) -> None:
    projected(lake, "k string", "s3://b/t/${k}/", k__type="injected")
    lake.put("t/one/f", "1\n")
    with pytest.raises(QueryError) as failed:
        lake.read()
    assert str(failed.value) == (
        "CONSTRAINT_VIOLATION: For the injected projected partition column k, the WHERE clause must contain "
        "only static equality conditions, and at least one such condition must be present."
    )
    assert lake.read(where="\"k\" = 'one'") == [(1, "one")]
    assert lake.read(where="\"k\" IN ('one', 'two')") == [(1, "one")]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("NOT (\"k\" = 'a')", "b"),
        ("(\"k\" = 'a') IS NOT NULL", "ab"),
        ("((\"k\" = 'a') = false)", "b"),
        ("concat('', 'a') = \"k\"", "a"),
        ("CASE WHEN \"k\" = 'a' AND true THEN false ELSE true END", "b"),
        ("(\"k\" = 'a') OR (\"k\" IN ('b', 'c'))", "ab"),
        ('("k" = \'a\') OR ("n" = 1)', "ab"),
        ("(\"k\" = 'a') AND (\"k\" = 'b')", ""),
        ("'b' = \"k\"", "b"),
    ],
)
def test_only_what_a_condition_asks_for_is_projected(lake: Lake, condition: str, found: str) -> None:
    projected(lake, "k string; n int", k__type="enum", k__values="a,b", n__type="integer", n__range="1,1")
    lake.put("t/k=a/n=1/f", "1\n")
    lake.put("t/k=b/n=1/f", "2\n")
    assert sorted(row[0] for row in lake.read("k", "n", where=condition)) == list(found)


@pytest.mark.parametrize("condition", ["NOT (\"k\" = 'one')", "(\"k\" = 'one') OR (1 = 1)", "\"k\" > 'a'"])
def test_an_injected_column_is_not_guessed(lake: Lake, condition: str) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
    projected(lake, "k string", "s3://b/t/${k}/", k__type="injected")
    with pytest.raises(QueryError, match="only static equality conditions"):
        lake.read(where=condition)
    assert lake.read(where="(\"k\" = 'one') OR (\"k\" = 'two')") == []


# https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
def test_the_places_of_a_template_are_the_keys(lake: Lake) -> None:
    properties = {"year__type": "integer", "year__range": "2026,2026"}
    projected(lake, "year int", "s3://b/t/${Year}/", **properties)
    lake.put("t/2026/f", "1\n")
    assert lake.read() == [(1, 2026)]
    for template, text in (("s3://b/t/", "has no place"), ("s3://b/${year}/${day}/", "names no partition")):
        projected(lake, "year int", template, **properties)
        with pytest.raises(QueryError, match=text):
            lake.read()


def test_a_key_without_projection_is_an_error(lake: Lake) -> None:
    projected(lake, "a1 string; b1 string", a1__type="enum", a1__values="x")
    with pytest.raises(QueryError, match=r"missing projection configuration: \[b1\]"):
        lake.read()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyy/MM/dd/HH", "2026/01/02/03"),
        ("yyyyMM", "202601"),
        ("dd-MMM-yyyy", "02-Jan-2026"),
        ("'d'yyyy", "d2026"),
    ],
)
def test_date_patterns_both_ways(pattern: str, text: str) -> None:
    form = Pattern(pattern)
    assert form.format(form.parse(text)) == text
    assert form.parse(text).year == datetime(2026, 1, 2).year
