"""Tables of the catalog as what is crawled.

https://docs.aws.amazon.com/glue/latest/dg/crawler-source-type.html
"""

import pytest
from localstack_lab.glue.crawling.job import CrawlFailed

from tests.emulator.glue.crawling.support import BUCKET, DATABASE, Lab, columns, lab_with

PATH = f"s3://{BUCKET}/t/"


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


@pytest.mark.parametrize("location", ["", "s3://", "s3:///x", "jdbc:mysql://h/d"])
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
