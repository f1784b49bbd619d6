"""Folders: partitions, grouping of schemas, levels of tables, exclusions."""

from tests.emulator.glue.crawling.layouts.layout import (
    EXCLUDE,
    GROUPING,
    LEVEL,
    NAMES,
    PARTITIONS,
    Layout,
    flat,
    lines,
)
from tests.emulator.glue.crawling.support import BUCKET

FOLDERS = [
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
        "names have letters of ASCII, digits and underscores",
        NAMES,
        {"My Data-Set (1)/f.json": '{"a": 1}'},
        {"my_prefix_my_data_set__1_": ({"a": "int"}, [], set())},
        path=f"s3://{BUCKET}/My Data-Set (1)/",
        settings={"prefix": "My-Prefix "},
    ),
    Layout(
        "and at most 128 of them",
        NAMES,
        {f"{'x' * 200}/f.json": '{"a": 1}'},
        {f"p_{'x' * 126}": ({"a": "int"}, [], set())},
        path=f"s3://{BUCKET}/{'x' * 200}/",
        settings={"prefix": "p_"},
    ),
]
