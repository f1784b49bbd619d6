"""What real crawlers made: published tables, tutorials, answers, the sales data's own."""

import gzip
import json

from tests.emulator.glue.crawling.layouts.layout import (
    AREA,
    DETECT,
    ORDER,
    ORDER_COLUMNS,
    OUTPUT,
    SEED,
    TUTORIAL,
    Layout,
    flat,
    json_path,
    lines,
)
from tests.emulator.glue.crawling.support import BUCKET

REAL = [
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
        "CSV headings keep blanks and accents",
        OUTPUT,
        {"c/f.csv": "Pertenencia étnica;Nombre del Grupo étnico\n1;x\n6;y\n"},
        {"c": {"pertenencia étnica": "bigint", "nombre del grupo étnico": "string"}},  # type: ignore[dict-item]
        path=f"s3://{BUCKET}/c/",
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
