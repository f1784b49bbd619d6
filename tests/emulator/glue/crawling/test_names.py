"""The names of tables, where several could have the same.

https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html
"""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from localstack_lab.glue.crawling.writing import Writer

from tests.emulator.glue.crawling.support import BUCKET, DATABASE, Lab, lab_with

PATH = f"s3://{BUCKET}/t/"


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
