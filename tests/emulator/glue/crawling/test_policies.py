"""A crawl over what an earlier one left: the policies of schema change, deletion and recrawling.

https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
"""

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from localstack_lab.glue.crawling.job import CrawlFailed, CrawlStopped
from localstack_lab.glue.crawling.merging import merged_columns
from localstack_lab.glue.crawling.writing import Writer

from tests.emulator.glue.crawling.support import BUCKET, DATABASE, Lab, columns, keys

PATH = f"s3://{BUCKET}/t/"
MERGE = '{"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}'
INHERIT = '{"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}'


def lab_with(**objects: Any) -> Lab:
    """Keys below t/, with ``__`` for a slash."""
    return Lab({f"t/{key.replace('__', '/')}": json.dumps(body) for key, body in objects.items()})


def put(lab: Lab, key: str, body: Any) -> None:
    lab.bucket.objects[key] = json.dumps(body).encode()


def test_a_changed_schema_replaces_the_table() -> None:
    lab = lab_with(f={"a": 1, "b": 2})
    lab.crawl(PATH)
    put(lab, "t/f", {"a": "x", "c": 1.5})
    result = lab.crawl(PATH)
    assert result.changes == {"TABLE": {"UPDATE": ["t"]}}
    assert columns(lab.tables()["t"]) == {"a": "string", "c": "double"}
    assert lab.tables()["t"]["VersionId"] == "1"


def test_with_log_the_table_stays_and_the_log_tells() -> None:
    lab = lab_with(d__f={"a": 1})
    lab.crawl(PATH)
    put(lab, "t/d/f", {"a": 1, "c": 1.5})
    put(lab, "t/e/f", {"a": 1, "c": 1.5})
    result = lab.crawl(PATH, update="LOG")
    assert result.changes == {"PARTITION": {"ADD": ["t['e']"]}}
    assert columns(lab.tables()["t"]) == {"a": "int"}
    assert any("Schema of table t has changed" in line for line in lab.lines)


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


def test_what_a_user_described_goes_with_an_update() -> None:
    lab = lab_with(f={"a": 1})
    lab.crawl(PATH)
    table = lab.tables()["t"]
    given = {
        name: table[name]
        for name in ("Name", "StorageDescriptor", "TableType", "Parameters", "PartitionKeys")
    }
    lab.catalog.update_table(
        DatabaseName=DATABASE,
        TableInput=given | {"Description": "orders", "Parameters": table["Parameters"] | {"owner": "me"}},
    )
    put(lab, "t/f", {"a": 1, "b": 1})
    lab.crawl(PATH)
    assert "owner" not in lab.tables()["t"]["Parameters"]


def test_partitions_have_their_own_schema() -> None:
    lab = lab_with(d__f={"a": 1}, e__f={"a": 1.5, "b": "x"})
    lab.crawl(PATH)
    parts = lab.partitions("t")
    assert columns(parts[("d",)]) == {"a": "int"}
    assert columns(parts[("e",)]) == {"a": "double", "b": "string"}
    assert columns(lab.tables()["t"]) == {"a": "double", "b": "string"}
    assert parts[("d",)]["StorageDescriptor"]["Location"] == f"{PATH}d/"
    assert parts[("d",)]["Parameters"]["recordCount"] == "1"


def test_or_the_tables_when_they_inherit() -> None:
    lab = lab_with(d__f={"a": 1}, e__f={"a": 1.5, "b": "x"})
    lab.crawl(PATH)
    result = lab.crawl(PATH, config=INHERIT)
    assert result.changes == {"PARTITION": {"UPDATE": ["t['d']"]}}
    assert columns(lab.partitions("t")[("d",)]) == columns(lab.tables()["t"])
    assert lab.crawl(PATH, config=INHERIT).changes == {}


def test_a_table_without_data_is_marked_once() -> None:
    lab = lab_with(x__f={"a": 1}, y__f={"q": "x"})
    lab.crawl(PATH)
    del lab.bucket.objects["t/y/f"]
    put(lab, "t/x/f", {"a": 1})
    result = lab.crawl(PATH)
    table = lab.tables()["y"]
    marked = table["Parameters"]["DEPRECATED_BY_CRAWLER"]
    assert table["StorageDescriptor"]["Parameters"]["DEPRECATED_BY_CRAWLER"] == marked
    assert table["LastAccessTime"] == table["UpdateTime"]
    assert "y" in result.changes["TABLE"]["UPDATE"]
    assert (
        "INFO : Table y is marked deprecated because a matching schema was not found at the table's location."
        in (lab.lines)
    )
    assert "y" not in str(lab.crawl(PATH).changes)


def test_a_table_without_data_is_deleted_or_left() -> None:
    for delete, left in (("DELETE_FROM_DATABASE", set[str]()), ("LOG", {"t"})):
        lab = lab_with(f={"a": 1})
        lab.crawl(PATH)
        lab.bucket.objects.clear()
        lab.crawl(PATH, delete=delete)
        assert set(lab.tables()) == left, delete


def test_partitions_without_data_go_only_when_they_are_to() -> None:
    lab = lab_with(d__f={"a": 1}, e__f={"a": 1})
    lab.crawl(PATH)
    del lab.bucket.objects["t/d/f"]
    lab.crawl(PATH)
    assert set(lab.partitions("t")) == {("d",), ("e",)}
    assert any("Found partition of table t with partition values [d]" in line for line in lab.lines)
    result = lab.crawl(PATH, delete="DELETE_FROM_DATABASE")
    assert result.changes["PARTITION"] == {"DELETE": ["t['d']"]}
    assert set(lab.partitions("t")) == {("e",)}


def test_tables_of_others_are_not_touched() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html: a name that is taken
    gets a hash behind it."""
    lab = lab_with(f={"a": 1})
    lab.catalog.create_database(DatabaseInput={"Name": DATABASE})
    lab.catalog.create_table(DatabaseName=DATABASE, TableInput={"Name": "t"})
    lab.crawl(PATH, delete="DELETE_FROM_DATABASE")
    (name,) = set(lab.tables()) - {"t"}
    assert re.fullmatch("t_[0-9a-f]{32}", name)
    assert lab.crawl(PATH).changes == {}
    lab.bucket.objects.clear()
    lab.crawl(PATH, delete="DELETE_FROM_DATABASE")
    assert set(lab.tables()) == {"t"}


def test_the_same_folder_name_in_two_places() -> None:
    lab = Lab({"a/logs/f": '{"x": 1}', "b/logs/f": '{"y": 1}'})
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/a/logs/"}, {"Path": f"s3://{BUCKET}/b/logs/"}]}
    lab.crawl(targets=targets)
    assert len(lab.tables()) == 2
    assert {table["StorageDescriptor"]["Location"] for table in lab.tables().values()} == {
        f"s3://{BUCKET}/a/logs/",
        f"s3://{BUCKET}/b/logs/",
    }


def test_many_crawlers_at_once_find_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab({f"{number}/logs/f": '{"x": 1}' for number in range(12)})
    place, gate = Writer._place, threading.Barrier(12, timeout=10)

    def slow(writer: Writer, wanted: Any) -> Any:
        found = place(writer, wanted)
        time.sleep(0.001)
        return found

    def crawl(number: int) -> None:
        gate.wait()
        lab.crawl(f"s3://{BUCKET}/{number}/logs/", crawler=f"crawler-{number}")

    monkeypatch.setattr(Writer, "_place", slow)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(crawl, range(12)))
    assert len(lab.tables()) == 12


def test_partition_keys_that_change_take_their_partitions_along() -> None:
    lab = lab_with(x__f={"a": 1})
    lab.crawl(PATH)
    lab.bucket.objects = {"t/2024/05/f": b'{"a": 1}'}
    lab.crawl(PATH)
    assert keys(lab.tables()["t"]) == ["partition_0", "partition_1"]
    assert set(lab.partitions("t")) == {("2024", "05")}


def test_only_new_folders() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html"""
    lab = lab_with(**{f"month=Jan__day={day}__f": {"a": 1} for day in (1, 2)})
    first = lab.crawl(PATH, update="LOG", delete="LOG")
    assert first.folders == {f"s3://{BUCKET}/t/month=Jan/day={day}/" for day in (1, 2)}
    put(lab, "t/month=Jan/day=1/g", {"a": 1, "b": 1})
    put(lab, "t/month=Mar/day=1/f", {"a": 1})
    put(lab, "t/month=Mar/day=2/f", {"other": 1})
    lab.bucket.reads = 0
    again = lab.crawl(PATH, update="LOG", delete="LOG", known_folders=frozenset(first.folders))
    assert again.changes == {"PARTITION": {"ADD": ["t['Mar', '1']"]}}
    assert lab.bucket.reads == 2
    assert any("t/month=Mar/day=2/f does not fit table t" in line for line in lab.lines)
    assert columns(lab.tables()["t"]) == {"a": "int"}


def test_new_folders_beside_a_table_make_another() -> None:
    lab = Lab({"t/x/f": '{"a": 1}', "t/y/f": "p,q\n1,2\n"})
    first = lab.crawl(PATH, update="LOG", delete="LOG")
    lab.bucket.objects["t/z/f"] = b'{"new": 1}'
    again = lab.crawl(PATH, update="LOG", delete="LOG", known_folders=frozenset(first.folders))
    assert again.changes == {"TABLE": {"ADD": ["z"]}}


def test_partitioned_tables_have_an_index() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-configure-partition-index.html"""
    lab = lab_with(d__f={"a": 1})
    lab.crawl(PATH)
    (index,) = lab.catalog.get_partition_indexes(DatabaseName=DATABASE, TableName="t")[
        "PartitionIndexDescriptorList"
    ]
    assert [key["Name"] for key in index["Keys"]] == ["partition_0"]
    assert lab.tables()["t"]["Parameters"]["partition_filtering.enabled"] == "true"


def test_unless_it_is_not_wanted() -> None:
    lab = lab_with(d__f={"a": 1})
    lab.crawl(PATH, config='{"Version": 1.0, "CreatePartitionIndex": false}')
    found = lab.catalog.get_partition_indexes(DatabaseName=DATABASE, TableName="t")
    assert found["PartitionIndexDescriptorList"] == []
    assert "partition_filtering.enabled" not in lab.tables()["t"]["Parameters"]


def test_more_tables_than_the_threshold() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-maximum-number-of-tables.html: nothing is written"""
    lab = lab_with(x__f={"a": 1}, y__f={"b": 1}, z__f={"c": 1})
    limit = '{"Version": 1.0, "CrawlerOutput": {"Tables": {"TableThreshold": 2}}}'
    with pytest.raises(CrawlFailed, match=r"tables detected by crawler: 3 is greater than .*: 2"):
        lab.crawl(PATH, config=limit)
    assert lab.catalog.get_databases()["DatabaseList"] == []
    assert "INFO : Table Threshold value = 2, Tables detected - 3" in lab.lines
    assert f"INFO : Table detected at {PATH}x/" in lab.lines
    lab.crawl(PATH, config=limit.replace("2}", "3}"))
    put(lab, "t/w/f", {"d": 1})
    with pytest.raises(CrawlFailed, match="tables detected by crawler: 4"):
        lab.crawl(PATH, config=limit.replace("2}", "3}"))
    assert set(lab.tables()) == {"x", "y", "z"}


def test_a_sample_of_each_folder() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html: the sample size"""
    lab = lab_with(**{f"d={day}__f{n}": {"a": 1} for day in (1, 2) for n in range(10)})
    lab.crawl(PATH, target={"SampleSize": 3})
    table = lab.tables()["t"]
    assert lab.bucket.reads == 6
    assert table["Parameters"]["objectCount"] == "20"
    assert table["Parameters"]["recordCount"] == "20"


def test_a_bucket_that_is_not_there() -> None:
    lab = Lab()
    with pytest.raises(CrawlFailed, match=r"The specified bucket does not exist .*NoSuchBucket"):
        lab.crawl("s3://elsewhere/x/")


def test_nothing_to_crawl() -> None:
    lab = Lab()
    assert lab.crawl(PATH).changes == {}
    assert lab.tables() == {}
    assert any(line.startswith("WARN : No objects to crawl") for line in lab.lines)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("JdbcTargets", {"ConnectionName": "c", "Path": "db/%"}),
        ("MongoDBTargets", {"ConnectionName": "c", "Path": "db/c"}),
        ("DeltaTargets", {"DeltaTables": ["s3://b/t/"]}),
        ("IcebergTargets", {"Paths": ["s3://b/t/"]}),
        ("HudiTargets", {"Paths": ["s3://b/t/"]}),
    ],
)
def test_targets_that_cannot_be_crawled_are_named(kind: str, target: dict[str, Any]) -> None:
    lab = Lab({"f": '{"a": 1}'})
    with pytest.raises(CrawlFailed, match=kind):
        lab.crawl(targets={"S3Targets": [{"Path": f"s3://{BUCKET}/"}], kind: [target]})
    assert "Databases" not in str(lab.catalog.get_databases()["DatabaseList"])


def test_a_crawl_stops_between_objects() -> None:
    lab = lab_with(**{f"f{n}": {"a": 1} for n in range(10)})
    left = iter(range(4))

    def check() -> None:
        if next(left, None) is None:
            raise CrawlStopped

    with pytest.raises(CrawlStopped):
        lab.crawl(PATH, check=check)
    assert lab.bucket.reads == 4


def test_a_large_file_is_not_read_whole() -> None:
    row = json.dumps({"id": 1, "text": "x" * 80}) + "\n"
    lab = Lab({"t/f.json": row * 100_000})
    lab.crawl(PATH)
    parameters = lab.tables()["t"]["Parameters"]
    assert lab.bucket.read_bytes <= 1 << 20
    assert abs(int(parameters["recordCount"]) - 100_000) < 2_000


def test_a_record_longer_than_a_megabyte() -> None:
    lab = Lab({"t/f.json": json.dumps({"id": 1, "text": "x" * 3_000_000})})
    lab.crawl(PATH)
    assert columns(lab.tables()["t"]) == {"id": "int", "text": "string"}


def test_catalog_targets_are_brought_up_to_date() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-source-type.html"""
    lab = lab_with(**{"y=1__f": {"a": 1, "b": 2}, "y=2__f": {"c": 1}})
    lab.catalog.create_database(DatabaseInput={"Name": DATABASE})
    lab.catalog.create_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": "mine",
            "StorageDescriptor": {"Location": PATH, "Columns": [{"Name": "a", "Type": "bigint"}]},
            "PartitionKeys": [{"Name": "y", "Type": "string"}],
            "Parameters": {"classification": "json", "compressionType": "none"},
        },
    )
    targets = {"CatalogTargets": [{"DatabaseName": DATABASE, "Tables": ["mine"]}]}
    result = lab.crawl(targets=targets, delete="LOG")
    assert set(lab.tables()) == {"mine"}
    assert columns(lab.tables()["mine"]) == {"a": "int", "b": "int", "c": "int"}
    assert set(lab.partitions("mine")) == {("1",), ("2",)}
    assert result.changes["TABLE"] == {"UPDATE": ["mine"]}


@pytest.mark.parametrize("location", ["", "s3://", "s3:///x", "arn:aws:dynamodb:us-east-1:1:table/t"])
def test_a_catalog_target_that_is_not_in_s3(location: str) -> None:
    lab = Lab()
    lab.catalog.create_database(DatabaseInput={"Name": DATABASE})
    described = {"Name": "mine", "StorageDescriptor": {"Location": location}}
    lab.catalog.create_table(DatabaseName=DATABASE, TableInput=described)
    with pytest.raises(CrawlFailed, match="only tables over S3"):
        lab.crawl(targets={"CatalogTargets": [{"DatabaseName": DATABASE, "Tables": ["mine"]}]})


def test_catalog_targets_keep_their_partition_keys() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-source-type.html: tables get new partitions"""
    lab = lab_with(**{"2024__f": {"a": 1}})
    lab.catalog.create_database(DatabaseInput={"Name": DATABASE})
    lab.catalog.create_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": "mine",
            "StorageDescriptor": {"Location": PATH.rstrip("/"), "Columns": []},
            "PartitionKeys": [{"Name": "year", "Type": "int"}],
        },
    )
    targets = {"CatalogTargets": [{"DatabaseName": DATABASE, "Tables": ["mine"]}]}
    lab.crawl(targets=targets, delete="LOG")
    assert lab.tables()["mine"]["PartitionKeys"] == [{"Name": "year", "Type": "int"}]
    assert set(lab.partitions("mine")) == {("2024",)}
    lab.bucket.objects = {"t/f": b'{"a": 1}'}
    result = lab.crawl(targets=targets, delete="LOG")
    assert "folders of 0 levels, and it has 1 partition keys" in result.warnings[0]


def test_a_catalog_target_that_is_not_there() -> None:
    lab = Lab()
    lab.catalog.create_database(DatabaseInput={"Name": DATABASE})
    with pytest.raises(CrawlFailed, match="Table gone of database sales: Entity Not Found"):
        lab.crawl(targets={"CatalogTargets": [{"DatabaseName": DATABASE, "Tables": ["gone"]}]})


def test_one_odd_file_does_not_divide_what_is_combined() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html: compatible data is combined"""
    lab = lab_with(**{f"d={n}__f": {f"c{n}": 1} for n in range(4)})
    lab.bucket.objects["t/d=9/f.csv"] = b"x,y\n1,2\n"
    lab.crawl(
        PATH, config='{"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}'
    )
    assert set(lab.tables()) == {"t", "d_9"}
    assert set(lab.partitions("t")) == {(str(n),) for n in range(4)}
    assert any('Configuration {"Version":1.0,"Grouping"' in line for line in lab.lines)


def test_a_heading_that_is_there_twice_stays_twice() -> None:
    """A column less would move the values behind it; Athena refuses the table, as it does on AWS."""
    lab = Lab({f"t/d={n}/f.csv": f"a,a,b\n1,2,{value}\n" for n, value in enumerate(("1", "x"))})
    lab.crawl(PATH)
    found = lab.tables()["t"]["StorageDescriptor"]["Columns"]
    assert [(column["Name"], column["Type"]) for column in found] == [
        ("a", "bigint"),
        ("a", "bigint"),
        ("b", "string"),
    ]


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


def test_a_folder_without_a_name_is_no_partition() -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_PartitionInput.html: values are not empty"""
    lab = Lab({"t/year=/f": '{"a": 1}', "t/year=2/f": '{"a": 1}'})
    result = lab.crawl(PATH)
    assert set(lab.partitions("t")) == {("2",)}
    assert result.warnings == [
        f"{PATH}year=/ is left out: a partition's value cannot be empty in the Data Catalog."
    ]
    beside = Lab({"t/1/f": '{"a": 1}', "t//f": "x,y\n1,2\n"})
    beside.crawl(PATH)
    places = {table["StorageDescriptor"]["Location"] for table in beside.tables().values()}
    assert places == {f"{PATH}1/", f"{PATH}/"}
    assert beside.crawl(PATH).changes == {}
    double = Lab({"t/x//f": '{"a": 1}'})
    double.crawl(PATH)
    assert (keys(double.tables()["t"]), double.partitions("t")) == (["partition_0", "partition_1"], {})


def test_names_that_are_cut_are_told_apart() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html: 128 characters with the hash"""
    long = "x" * 150
    lab = Lab({f"a/{long}/f": '{"x": 1}', f"b/{long}/f": '{"y": 1}'})
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/{folder}/{long}/"} for folder in "ab"]}
    lab.crawl(targets=targets)
    first, second = sorted(lab.tables(), key=lambda name: name != "x" * 128)
    assert first == "x" * 128
    assert re.fullmatch("x{95}_[0-9a-f]{32}", second)
    assert lab.crawl(targets=targets).changes == {}


def test_what_is_in_no_table_is_told() -> None:
    lab = Lab({"t/f": '{"a": 1}', "t/README": "Hello.\n"})
    lab.crawl(PATH)
    assert f"WARN : 1 objects are in no table, the first is {PATH}README" in lab.lines
    level = Lab({"t/f": '{"a": 1}', "t/x/y/f": '{"a": 1}'})
    level.crawl(PATH, config='{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 4}}')
    assert set(level.tables()) == {"y"}
    assert f"WARN : 1 objects are in no table, the first is {PATH}f" in level.lines


def test_comments_are_noted() -> None:
    """Tables that AWS's crawlers made of logs of CloudFront and of lines like ``#NAME?`` have it."""
    lab = Lab({"t/d=1/f": "#Version: 1.0\n1\tx\n2\ty\n", "t/d=2/f": "3\tx\n4\ty\n"})
    lab.crawl(PATH)
    table = lab.tables()["t"]
    assert table["Parameters"]["commentCharacter"] == "#"
    assert table["Parameters"]["recordCount"] == "4"
    assert "commentCharacter" not in lab.partitions("t")[("2",)]["Parameters"]
