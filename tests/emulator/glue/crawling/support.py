"""A crawl in process: objects in a dict, the real catalog, a log that is a list."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from localstack_lab.api.service import refusal
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.glue.crawlers import configuration
from localstack_lab.glue.crawling.job import Job, Result
from localstack_lab.glue.crawling.run import crawl
from localstack_lab.lake.objects.names import S3Object, split

REGION = "us-east-1"
BUCKET = "sales-bucket"
DATABASE = "sales"


class Bucket:
    """What a crawl asks of `lake.objects.service.Objects`, over a dict of keys."""

    def __init__(self, objects: dict[str, bytes | str], name: str = BUCKET) -> None:
        self.name = name
        self.objects = {
            key: body.encode() if isinstance(body, str) else body for key, body in objects.items()
        }
        self.read_bytes = 0
        self.reads = 0

    def listed(self, location: str) -> list[S3Object]:
        bucket, prefix = split(location)
        if bucket != self.name:
            raise refusal("NoSuchBucket", "The specified bucket does not exist", status=404)
        return [
            S3Object(bucket, key, len(body), "etag", 0)
            for key, body in sorted(self.objects.items())
            if key.startswith(prefix)
        ]

    def read(self, url: str, start: int = 0, length: int | None = None) -> bytes:
        _, key = split(url)
        if key not in self.objects:
            raise refusal("NoSuchKey", "The specified key does not exist.", status=404)
        body = self.objects[key]
        found = body[start:] if length is None else body[start : start + length]
        self.read_bytes += len(found)
        self.reads += 1
        return found


class Lab:
    """An account of its own with a bucket; `crawl` runs a crawler over it."""

    def __init__(self, objects: dict[str, bytes | str] | None = None) -> None:
        self.account = str(uuid.uuid4().int)[:12]
        self.bucket = Bucket(objects or {})
        self.catalog: Catalog = catalog(self.account, REGION)
        self.lines: list[str] = []

    def crawl(
        self,
        path: str = f"s3://{BUCKET}/",
        *,
        check: Callable[[], None] = lambda: None,
        **settings: Any,
    ) -> Result:
        """Run a crawl.

        :param settings: members of `Job`; `config` is the text of Configuration, `target` adds to the target
        """
        target = {"Path": path, **settings.pop("target", {})}
        job = Job(
            crawler=settings.pop("crawler", "crawler"),
            run_id=str(uuid.uuid4()),
            account=self.account,
            region=REGION,
            database=settings.pop("database", DATABASE),
            prefix=settings.pop("prefix", ""),
            targets=settings.pop("targets", {"S3Targets": [target]}),
            classifiers=settings.pop("classifiers", []),
            configuration=configuration.parse(settings.get("config")),
            settings=settings.pop("config", ""),
            update=settings.pop("update", "UPDATE_IN_DATABASE"),
            delete=settings.pop("delete", "DEPRECATE_IN_DATABASE"),
            known_folders=settings.pop("known_folders", None),
        )
        assert not settings, settings
        return crawl(
            job,
            lambda: self.catalog,
            self.bucket,
            lambda level, message: self.lines.append(f"{level} : {message}"),
            check,
        )

    def tables(self, database: str = DATABASE) -> dict[str, Any]:
        """The tables by name."""
        found = self.catalog.get_tables(DatabaseName=database)["TableList"]
        return {table["Name"]: table for table in found}

    def partitions(self, table: str) -> dict[tuple[str, ...], Any]:
        """The partitions by values."""
        found = self.catalog.get_partitions(DatabaseName=DATABASE, TableName=table)["Partitions"]
        return {tuple(partition["Values"]): partition for partition in found}


def lab_with(**objects: Any) -> Lab:
    """Keys below t/, with ``__`` for a slash."""
    return Lab({f"t/{key.replace('__', '/')}": json.dumps(body) for key, body in objects.items()})


def put(lab: Lab, key: str, body: Any) -> None:
    """Put an object with a JSON document."""
    lab.bucket.objects[key] = json.dumps(body).encode()


def columns(table: Any) -> dict[str, str]:
    """Name → type, in order, of a table or a partition."""
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def keys(table: Any) -> list[str]:
    """Names of the partition keys; each is a string."""
    assert all(key["Type"] == "string" for key in table["PartitionKeys"])
    return [key["Name"] for key in table["PartitionKeys"]]
