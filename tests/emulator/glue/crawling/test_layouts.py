"""Objects in a bucket → the tables that Glue's crawler makes of them.

Each layout names the page of AWS's, or the published output of a real crawler, that its tables come from.
"""

import bz2
import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.emulator.glue.crawling.support import BUCKET, Lab, columns, keys

PARTITIONS = "https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html"
GROUPING = "https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html"
LEVEL = "https://docs.aws.amazon.com/glue/latest/dg/crawler-table-level.html"
BUILT_IN = "https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html"
CSV_RULES = f"{BUILT_IN}#classifier-builtin-rules"
CUSTOM = "https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html"
EXCLUDE = "https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html"
DETECT = "https://repost.aws/knowledge-center/glue-crawler-detect-schema"
TUTORIAL = "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-samples-legislators.html"
SEED = "the tables that a real crawler made of the sales data"
OUTPUT = "published SHOW CREATE TABLE of a real crawler's table"

ORDER = {
    "orderid": "8a1c",
    "product_name": "Laptop",
    "quantity": 2,
    "price": 10.5,
    "cdc_event_type": "INSERT",
    "creation_datetime": "2024-05-01T10:00:00Z",
}
ORDER_COLUMNS = {
    "orderid": "string",
    "product_name": "string",
    "quantity": "int",
    "price": "double",
    "cdc_event_type": "string",
    "creation_datetime": "string",
}


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def zipped(name: str, body: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, body)
    return file.getvalue()


@dataclass
class Layout:
    """`tables`: name → (columns, partition keys, values of the partitions)."""

    name: str
    source: str
    objects: dict[str, bytes | str]
    tables: dict[str, tuple[dict[str, str], list[str], set[tuple[str, ...]]]]
    path: str = f"s3://{BUCKET}/"
    settings: dict[str, Any] = field(default_factory=dict)


def flat(**found: str) -> tuple[dict[str, str], list[str], set[tuple[str, ...]]]:
    return (found, [], set())


def json_path(path: str) -> dict[str, Any]:
    return {"classifiers": [{"JsonClassifier": {"Name": "c", "JsonPath": path}}]}


def csv_rules(**rules: Any) -> dict[str, Any]:
    return {"classifiers": [{"CsvClassifier": {"Name": "c", **rules}}]}


AREA = {"type": "constituency", "id": "ocd-division/country:us/state:ak", "name": "Alaska"}

LAYOUTS = [
    Layout(
        "Firehose's folders of hours",
        SEED,
        {f"2024/05/01/{hour:02}/orders-{hour}": lines(ORDER, ORDER) for hour in range(3)},
        {
            "sales_bucket": (
                ORDER_COLUMNS,
                ["partition_0", "partition_1", "partition_2", "partition_3"],
                {("2024", "05", "01", f"{hour:02}") for hour in range(3)},
            )
        },
    ),
    Layout(
        "the outlook's classifier and prefix",
        SEED,
        {
            "2024/05/01/00/a": lines(
                {"order_id": "1469", "product_name": "Microtek", "quantity": 5, "price": 10849.21, "x": 1}
            )
        },
        {
            "outlook_sales_bucket": (
                {"order_id": "string", "product_name": "string", "quantity": "int", "price": "double"},
                ["partition_0", "partition_1", "partition_2", "partition_3"],
                {("2024", "05", "01", "00")},
            )
        },
        settings={**json_path("$.order_id,$.product_name,$.quantity,$.price"), "prefix": "outlook_"},
    ),
    Layout(
        "Hive folders of a year, a month and a day",
        PARTITIONS,
        {
            f"transactions/year=2019/month={month}/day={day}/f.json": lines({"a": 1, "b": "x"})
            for month in ("Jan", "Feb")
            for day in (1, 2)
        },
        {
            "transactions": (
                {"a": "int", "b": "string"},
                ["year", "month", "day"],
                {("2019", month, day) for month in ("Jan", "Feb") for day in ("1", "2")},
            )
        },
        path=f"s3://{BUCKET}/transactions/",
    ),
    Layout(
        "similar tables below one include path are partitions",
        PARTITIONS,
        {
            **{f"folder1/table1/partition{n}/file.txt": "1,x\n2,y\n" for n in (1, 2, 3)},
            **{f"folder1/table2/partition{n}/file.txt": "1,x\n2,y\n" for n in (4, 5)},
        },
        {
            "folder1": (
                {"col0": "bigint", "col1": "string"},
                ["partition_0", "partition_1"],
                {("table1", f"partition{n}") for n in (1, 2, 3)}
                | {("table2", f"partition{n}") for n in (4, 5)},
            )
        },
        path=f"s3://{BUCKET}/folder1/",
    ),
    Layout(
        "include paths of their own make tables of their own",
        PARTITIONS,
        {
            "folder1/table1/partition1/file.txt": "1,x\n2,y\n",
            "folder1/table2/partition4/file.txt": "1,x\n2,y\n",
        },
        {
            "table1": ({"col0": "bigint", "col1": "string"}, ["partition_0"], {("partition1",)}),
            "table2": ({"col0": "bigint", "col1": "string"}, ["partition_0"], {("partition4",)}),
        },
        settings={
            "targets": {
                "S3Targets": [
                    {"Path": f"s3://{BUCKET}/folder1/table1/"},
                    {"Path": f"s3://{BUCKET}/folder1/table2"},
                ]
            }
        },
    ),
    Layout(
        "schemas that differ make a table for each folder",
        GROUPING,
        {
            "table1/year=2017/data1.json": '{"A": 1, "B": 2}',
            "table1/year=2018/data2.json": '{"C": 3, "D": 4}',
        },
        {"year_2017": flat(a="int", b="int"), "year_2018": flat(c="int", d="int")},
        path=f"s3://{BUCKET}/table1/",
    ),
    Layout(
        "unless one schema is wanted for the path",
        GROUPING,
        {
            "table1/year=2017/data1.json": '{"A": 1, "B": 2}',
            "table1/year=2018/data2.json": '{"C": 3, "D": 4}',
        },
        {"table1": ({"a": "int", "b": "int", "c": "int", "d": "int"}, ["year"], {("2017",), ("2018",)})},
        path=f"s3://{BUCKET}/table1/",
        settings={
            "config": '{"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}'
        },
    ),
    Layout(
        "files of one folder that differ make a table for each file",
        TUTORIAL,
        {
            "all/areas.json": lines(AREA),
            "all/persons.json": lines({"given_name": "Ann", "family_name": "B", "birth_date": "1950-01-01"}),
            "all/events.json": lines(
                {"classification": "term", "start_date": "2001", "organization_id": "x"}
            ),
        },
        {
            "areas_json": flat(type="string", id="string", name="string"),
            "persons_json": flat(given_name="string", family_name="string", birth_date="string"),
            "events_json": flat(classification="string", start_date="string", organization_id="string"),
        },
        path=f"s3://{BUCKET}/all/",
    ),
    Layout(
        "more than seven of ten folders alike are one table",
        DETECT,
        {
            **{f"t/d={n}/f.json": '{"a": 1, "b": 2}' for n in range(8)},
            **{f"t/d={n}/f.json": '{"z": "x", "y": 2}' for n in (8, 9)},
        },
        {
            "t": (
                {"a": "int", "b": "int", "z": "string", "y": "int"},
                ["d"],
                {(str(n),) for n in range(10)},
            )
        },
        path=f"s3://{BUCKET}/t/",
    ),
    Layout(
        "seven of ten are not",
        DETECT,
        {
            **{f"t/d={n}/f.json": '{"a": 1, "b": 2}' for n in range(7)},
            **{f"t/d={n}/f.json": '{"z": "x", "y": 2}' for n in (7, 8, 9)},
        },
        {f"d_{n}": flat(a="int", b="int") for n in range(7)}
        | {f"d_{n}": flat(z="string", y="int") for n in (7, 8, 9)},
        path=f"s3://{BUCKET}/t/",
    ),
    Layout(
        "folders of different formats are tables",
        DETECT,
        {"a/f.json": '{"a": 1}', "b/f.csv": "x,y\n1,2\n"},
        {"a": flat(a="int"), "b": flat(x="bigint", y="bigint")},
    ),
    Layout(
        "folders of different compression are tables",
        DETECT,
        {"a/f.json": '{"a": 1}', "b/f.json.gz": gzip.compress(b'{"a": 1}')},
        {"a": flat(a="int"), "b": flat(a="int")},
    ),
    Layout(
        "tables at a level of the folders",
        LEVEL,
        {
            "eu/de/orders/2024/f.json": '{"a": 1}',
            "eu/fr/orders/2024/f.json": '{"a": 1}',
        },
        {
            "de": ({"a": "int"}, ["partition_0", "partition_1"], {("orders", "2024")}),
            "fr": ({"a": "int"}, ["partition_0", "partition_1"], {("orders", "2024")}),
        },
        settings={"config": '{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 3}}'},
    ),
    Layout(
        "columns that came later",
        "https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html",
        {
            "t/2024/f": lines({"id": 1, "n": "x"}),
            "t/2025/f": lines({"id": 1, "n": "x", "tags": ["a"], "more": {"k": True}}),
        },
        {
            "t": (
                {"id": "int", "n": "string", "tags": "array<string>", "more": "struct<k:boolean>"},
                ["partition_0"],
                {("2024",), ("2025",)},
            )
        },
        path=f"s3://{BUCKET}/t/",
    ),
    Layout(
        "whole numbers, large ones and fractions",
        OUTPUT,
        {"t/a": lines({"i": 1, "b": 3_000_000_000, "m": 1}, {"i": 2, "b": 1, "m": 2.5, "s": 1}, {"s": "x"})},
        {"t": flat(i="int", b="bigint", m="double", s="string")},
        path=f"s3://{BUCKET}/t/",
    ),
    Layout(
        "sensor readings of JSON lines",
        OUTPUT,
        {
            "landing/step_trainer/f.json": lines(
                {"sensorReadingTime": 1655471583651, "serialNumber": "9e0d", "distanceFromObject": 240}
            )
        },
        {
            "step_trainer": flat(sensorreadingtime="bigint", serialnumber="string", distancefromobject="int"),
        },
        path=f"s3://{BUCKET}/landing/step_trainer/",
    ),
    Layout(
        "nested arrays and objects",
        OUTPUT,
        {
            "markers/f.json": json.dumps(
                {"markers": [{"name": "a", "position": [25.1, 15.2], "location": [25.1, 15.0]}]}, indent=2
            )
        },
        {"markers": flat(markers="array<struct<name:string,position:array<double>,location:array<double>>>")},
        path=f"s3://{BUCKET}/markers/",
    ),
    Layout(
        "one array is one column",
        OUTPUT,
        {"w/weather.json": '[{"date": "2020-01-01", "max": 3}, {"date": "2020-01-02", "max": 4.5}]'},
        {"w": flat(array="array<struct<date:string,max:double>>")},
        path=f"s3://{BUCKET}/w/",
    ),
    Layout(
        "its elements with a path",
        f"{CUSTOM}#custom-classifier-json",
        {"w/areas.json": json.dumps([AREA, AREA], indent=1)},
        {"w": flat(type="string", id="string", name="string")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$[*]"),
    ),
    Layout(
        "one member with a path",
        f"{CUSTOM}#custom-classifier-json",
        {"w/areas.json": lines(AREA, AREA)},
        {"w": flat(record="string")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$.id"),
    ),
    Layout(
        "a deeply nested member with a path",
        f"{CUSTOM}#custom-classifier-json",
        {"w/a.json": lines({"identifiers": [{"scheme": "dmoz", "identifier": "x"}, {"identifier": "y"}]})},
        {"w": flat(record="string")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$.identifiers[*].identifier"),
    ),
    Layout(
        "objects of an array with a path in brackets",
        f"{CUSTOM}#custom-classifier-json",
        {"w/a.json": json.dumps({"orders": [{"id": 1, "qty": "2"}, {"id": 2, "qty": "3", "gift": True}]})},
        {"w": flat(id="int", qty="string", gift="boolean")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$['orders'][*]"),
    ),
    Layout(
        "a file without what the list of paths names",
        f"{CUSTOM}#custom-classifier-json",
        {"w/a.json": lines({"order_id": 1, "other": 2})},
        {"w": flat(order_id="int", other="int")},
        path=f"s3://{BUCKET}/w/",
        settings=json_path("$.order_id,$.price"),
    ),
    Layout(
        "documents with no line between",
        BUILT_IN,
        {"w/a": '{"a": 1}{"a": 2}\n{"a": 3}'},
        {"w": flat(a="int")},
        path=f"s3://{BUCKET}/w/",
    ),
    Layout(
        "CSV with a header",
        CSV_RULES,
        {"c/f.csv": "id,name,price,active\n1,Ann,2.5,true\n2,Bob,3,false\n"},
        {"c": flat(id="bigint", name="string", price="double", active="boolean")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV whose columns are all text has no header",
        CSV_RULES,
        {"c/f.csv": "id,name\na,Ann\nb,Bob\n"},
        {"c": flat(col0="string", col1="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV with a number in its first row has no header",
        CSV_RULES,
        {"c/f.csv": "1,name\n2,Ann\n3,Bob\n"},
        {"c": flat(col0="bigint", col1="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV with a heading of 150 characters has no header",
        CSV_RULES,
        {"c/f.csv": f"{'h' * 150},n\nx,1\ny,2\n"},
        {"c": flat(col0="string", col1="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV whose rows end in a delimiter",
        CSV_RULES,
        {"c/f.csv": "id,n,\n1,2,\n3,4,\n"},
        {"c": flat(id="bigint", n="bigint", col2="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV headings keep blanks and accents",
        OUTPUT,
        {"c/f.csv": "Pertenencia étnica;Nombre del Grupo étnico\n1;x\n6;y\n"},
        {"c": {"pertenencia étnica": "bigint", "nombre del grupo étnico": "string"}},  # type: ignore[dict-item]
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "pipes, tabs and Ctrl-A",
        CSV_RULES,
        {"p/f": "a|b\n1|2\n", "t/f": "a\tb\tc\n1\t2\tx\n", "s/f": "a\x01b\x01c\x01d\n1\x012\x01x\x01y\n"},
        {
            "p": flat(a="bigint", b="bigint"),
            "t": flat(a="bigint", b="bigint", c="string"),
            "s": flat(a="bigint", b="bigint", c="string", d="string"),
        },
    ),
    Layout(
        "quoted values with delimiters and line ends",
        CSV_RULES,
        {"c/f.csv": 'id,text\r\n1,"a, b"\r\n2,"c\nd"\r\n'},
        {"c": flat(id="bigint", text="string")},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "CSV of one row is not recognised",
        CSV_RULES,
        {"c/f.csv": "1,2,3\n"},
        {"c": flat()},
        path=f"s3://{BUCKET}/c/",
    ),
    Layout(
        "a classifier that gives the header",
        f"{CUSTOM}#custom-classifier-csv",
        {"c/f.csv": "1;x\n2;y\n"},
        {"c": flat(id="bigint", label="string")},
        path=f"s3://{BUCKET}/c/",
        settings=csv_rules(Delimiter=";", ContainsHeader="ABSENT", Header=["id", "label"]),
    ),
    Layout(
        "a classifier that knows of a header of text",
        f"{CUSTOM}#custom-classifier-csv",
        {"c/f.csv": "id,name\na,Ann\n"},
        {"c": flat(id="string", name="string")},
        path=f"s3://{BUCKET}/c/",
        settings=csv_rules(ContainsHeader="PRESENT"),
    ),
    Layout(
        "a classifier for one column, and data types",
        f"{CUSTOM}#custom-classifier-csv",
        {"c/f.csv": "n\n1\n2\n"},
        {"c": flat(n="int")},
        path=f"s3://{BUCKET}/c/",
        settings=csv_rules(
            AllowSingleColumn=True,
            ContainsHeader="PRESENT",
            CustomDatatypeConfigured=True,
            CustomDatatypes=["INT"],
        ),
    ),
    Layout(
        "a grok classifier",
        f"{CUSTOM}#custom-classifier-grok",
        {"g/f.log": "2017-03-28 11:22:33 [a-b-c-d-e] BENCHMARK : Running Start Crawl\n"},
        {"g": flat(timestamp="string", message_prefix="string", loglevel="string", message="string")},
        path=f"s3://{BUCKET}/g/",
        settings={
            "classifiers": [
                {
                    "GrokClassifier": {
                        "Name": "c",
                        "Classification": "special-logs",
                        "GrokPattern": r"%{TIMESTAMP_ISO8601:timestamp} \[%{MESSAGEPREFIX:message_prefix}\] "
                        "%{CRAWLERLOGLEVEL:loglevel} : %{GREEDYDATA:message}",
                        "CustomPatterns": "CRAWLERLOGLEVEL (BENCHMARK|ERROR|WARN|INFO|TRACE)\n"
                        "MESSAGEPREFIX .*-.*-.*-.*-.*",
                    }
                }
            ]
        },
    ),
    Layout(
        "an Apache log",
        BUILT_IN,
        {"g/f.log": '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326\n' * 3},
        {
            "g": flat(
                clientip="string",
                ident="string",
                auth="string",
                timestamp="string",
                verb="string",
                request="string",
                httpversion="string",
                rawrequest="string",
                response="string",
                bytes="string",
            )
        },
        path=f"s3://{BUCKET}/g/",
    ),
    Layout(
        "XML rows of a tag",
        f"{CUSTOM}#custom-classifier-xml",
        {
            "x/f.xml": '<?xml version="1.0"?><catalog><book id="bk101"><AnyCompany><author>Rivera, M</author>'
            "<title>Guide</title></AnyCompany></book><book><AnyCompany><author>Stiles</author><title>Style"
            "</title></AnyCompany></book></catalog>"
        },
        {"x": flat(author="string", title="string")},
        path=f"s3://{BUCKET}/x/",
        settings={
            "classifiers": [{"XMLClassifier": {"Name": "c", "Classification": "xml", "RowTag": "AnyCompany"}}]
        },
    ),
    Layout(
        "compressed files",
        BUILT_IN,
        {
            "gz/f.gz": gzip.compress(b'{"a": 1}\n') + gzip.compress(b'{"b": 1}\n'),
            "bz/f.bz2": bz2.compress(b"a,b\n1,x\n"),
            "zip/f.zip": zipped("f.json", '{"c": "x"}'),
        },
        {
            "gz": flat(a="int", b="int"),
            "bz": flat(a="bigint", b="string"),
            "zip": flat(c="string"),
        },
    ),
    Layout(
        "exclude patterns",
        f"{EXCLUDE}#crawler-data-stores-exclude",
        {
            "myfolder/departments/finance.json": '{"a": 1}',
            "myfolder/departments/market-us.json": '{"z": "x"}',
            "myfolder/employees/hr.json": '{"a": 1}',
            "myfolder/employees/john.csv": "a,b\n1,2\n",
        },
        {"myfolder": ({"a": "int"}, ["partition_0"], {("departments",), ("employees",)})},
        path=f"s3://{BUCKET}/myfolder/",
        settings={"target": {"Exclusions": ["departments/market*", "**.csv"]}},
    ),
    Layout(
        "one file as the include path",
        TUTORIAL,
        {"all/areas.json": lines(AREA), "all/other.json": lines({"x": 1})},
        {"areas_json": flat(type="string", id="string", name="string")},
        path=f"s3://{BUCKET}/all/areas.json",
    ),
    Layout(
        "empty and hidden files are no data",
        "https://docs.aws.amazon.com/athena/latest/ug/creating-tables-how-to.html",
        {
            "t/_SUCCESS": "",
            "t/.part.crc": "junk",
            "t/_temporary/0/f": "junk",
            "t/part-0": '{"a": 1}',
            "t/x/": "",
        },
        {"t": flat(a="int")},
        path=f"s3://{BUCKET}/t/",
    ),
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_layout(layout: Layout) -> None:
    lab = Lab(layout.objects)
    lab.crawl(layout.path, **layout.settings)
    found = {
        name: (columns(table), keys(table), set(lab.partitions(name)) if table["PartitionKeys"] else set())
        for name, table in lab.tables().items()
    }
    wanted = {
        name: table if isinstance(table, tuple) else (table, [], set())
        for name, table in layout.tables.items()
    }
    assert found == wanted


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_a_second_crawl_changes_nothing(layout: Layout) -> None:
    lab = Lab(layout.objects)
    lab.crawl(layout.path, **layout.settings)
    before = lab.tables()
    again = lab.crawl(layout.path, **layout.settings)
    assert again.changes == {}
    assert lab.tables() == before
