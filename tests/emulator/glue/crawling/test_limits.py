"""What ends a crawl, what it leaves out, and how much of a file it reads.

https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
"""

import json
from typing import Any

import pytest
from localstack_lab.glue.crawling.job import CrawlFailed, CrawlStopped

from tests.emulator.glue.crawling.support import BUCKET, Lab, columns, keys, lab_with, put

PATH = f"s3://{BUCKET}/t/"


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


def test_a_sample_at_a_level_of_the_folders() -> None:
    lab = lab_with(**{f"d={day}__f{n}": {"a": 1} for day in (1, 2) for n in range(10)})
    level = '{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 2}}'
    lab.crawl(PATH, target={"SampleSize": 3}, config=level)
    assert lab.bucket.reads == 6
    assert lab.tables()["t"]["Parameters"]["objectCount"] == "20"
    assert not any("in no table" in line for line in lab.lines)


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


def test_what_is_in_no_table_is_told() -> None:
    lab = Lab({"t/f": '{"a": 1}', "t/README": "Hello.\n"})
    lab.crawl(PATH)
    assert f"WARN : 1 objects are in no table, the first is {PATH}README" in lab.lines
    level = Lab({"t/f": '{"a": 1}', "t/x/y/f": '{"a": 1}'})
    level.crawl(PATH, config='{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 4}}')
    assert set(level.tables()) == {"y"}
    assert f"WARN : 1 objects are in no table, the first is {PATH}f" in level.lines
