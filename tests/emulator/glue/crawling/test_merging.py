"""A crawl that only adds to tables: MergeNewColumns, and what stays under LOG.

https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
"""

from typing import Any

import pytest
from localstack_lab.glue.crawling.merging import merged_columns

from tests.emulator.glue.crawling.support import BUCKET, DATABASE, columns, keys, lab_with, put

PATH = f"s3://{BUCKET}/t/"
MERGE = '{"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}'


@pytest.mark.parametrize("settings", [{"update": "LOG"}, {"config": MERGE}])
def test_partition_keys_that_were_given_names_keep_them(settings: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html: what is LOG"""
    lab = lab_with(**{"2024__01__f": {"a": 1}})
    lab.crawl(PATH)
    table = lab.tables()["t"]
    given = {name: table[name] for name in ("Name", "StorageDescriptor", "TableType", "Parameters")}
    named = [{"Name": name, "Type": "string"} for name in ("year", "month")]
    lab.catalog.update_table(DatabaseName=DATABASE, TableInput=given | {"PartitionKeys": named})
    put(lab, "t/2024/02/f", {"a": 1})
    lab.crawl(PATH, **settings)
    assert keys(lab.tables()["t"]) == ["year", "month"]
    assert set(lab.partitions("t")) == {("2024", "01"), ("2024", "02")}
    lab.bucket.objects = {"t/2025/f": b'{"a": 1}'}
    result = lab.crawl(PATH, delete="DELETE_FROM_DATABASE", **settings)
    assert "folders of 1 levels, and it has 2 partition keys" in result.warnings[0]
    assert set(lab.partitions("t")) == {("2024", "01"), ("2024", "02")}


def test_merge_new_columns_only_adds() -> None:
    lab = lab_with(f={"a": 1, "b": {"x": 1}, "gone": True})
    lab.crawl(PATH)
    put(lab, "t/f", {"a": "now text", "b": {"x": "text", "y": 2}, "c": 1})
    lab.crawl(PATH, config=MERGE)
    table = lab.tables()["t"]
    assert columns(table) == {"a": "int", "b": "struct<x:int,y:int>", "gone": "boolean", "c": "int"}
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["paths"] == "a,b,c"
    assert lab.crawl(PATH, config=MERGE).changes == {}


def test_merge_new_columns_keeps_the_keys_of_maps() -> None:
    known = [{"Name": "m", "Type": "map<int,struct<a:int>>"}, {"Name": "n", "Type": "map<int,string>"}]
    found = [{"Name": "m", "Type": "map<string,struct<a:string,b:double>>"}, {"Name": "n", "Type": "int"}]
    assert merged_columns(known, found) == [
        {"Name": "m", "Type": "map<int,struct<a:int,b:double>>"},
        {"Name": "n", "Type": "map<int,string>"},
    ]


@pytest.mark.parametrize(
    "kind", ["map<int>", "struct<a>", "struct<>", "struct<a:int", "array<", "struct<<:int,b:int>"]
)
def test_a_type_that_is_malformed_stays(kind: str) -> None:
    known, found = [{"Name": "m", "Type": kind}], [{"Name": "m", "Type": "string"}]
    assert merged_columns(known, found) == known


def test_merge_new_columns_marks_a_table_of_another_format() -> None:
    lab = lab_with(f={"a": 1})
    lab.crawl(PATH)
    lab.bucket.objects["t/f"] = b"x,y\n1,2\n"
    result = lab.crawl(PATH, config=MERGE)
    table = lab.tables()["t"]
    assert columns(table) == {"a": "int"}
    assert int(table["Parameters"]["DEPRECATED_BY_CRAWLER"]) > 1_700_000_000_000
    assert "classification" in result.warnings[0]
    again = lab.crawl(PATH, config=MERGE)
    assert (again.changes, again.warnings) == ({}, result.warnings)


def test_data_that_is_there_again_takes_the_mark_away() -> None:
    for config in ("", MERGE):
        lab = lab_with(f={"a": 1})
        lab.crawl(PATH)
        body = lab.bucket.objects.pop("t/f")
        lab.crawl(PATH)
        assert "DEPRECATED_BY_CRAWLER" in lab.tables()["t"]["Parameters"]
        lab.bucket.objects["t/f"] = body
        lab.crawl(PATH, config=config)
        table = lab.tables()["t"]
        assert "DEPRECATED_BY_CRAWLER" not in table["Parameters"] | table["StorageDescriptor"]["Parameters"]
