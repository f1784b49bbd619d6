"""Tables over files of this test, read as a worker reads them, without LocalStack."""

import gc
import gzip
import importlib
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from localstack_lab.athena.engine.source import info_of
from localstack_lab.athena.reading import functions
from localstack_lab.athena.reading.scans import Scans
from localstack_lab.athena.sql.plan import Scan
from localstack_lab.lake.objects import names

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack.utils.docker_utils")
    gc.collect()

OPENX = "org.openx.data.jsonserde.JsonSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
AVRO = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Bucket:
    """S3 as the reader asks it: one bucket in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.packed = True

    def lists(self, locations: list[str]) -> list[list[list[Any]]]:
        answer = []
        for location in locations:
            prefix = names.folder(names.split(location)[1])
            answer.append(
                [
                    [key, len(body), "etag", 1_700_000_000_000]
                    for key, body in sorted(self.objects.items())
                    if key.startswith(prefix) and body and not names.is_hidden(key, prefix)
                ]
            )
        return answer

    def fetch(self, urls: list[str], folder: str) -> list[list[Any]]:
        self.fetched += urls
        answer: list[list[Any]] = []
        pack = os.path.join(folder, f"pack-{len(os.listdir(folder))}")
        at = 0
        with open(pack, "wb") as file:
            for number, url in enumerate(urls):
                body = self.objects[names.split(url)[1]]
                if self.packed:
                    file.write(body)
                    answer.append([pack, at, len(body)])
                    at += len(body)
                else:
                    Path(f"{pack}-{number}").write_bytes(body)
                    answer.append([f"{pack}-{number}", None, len(body)])
        return answer


class Catalog:
    def __init__(self) -> None:
        self.partitions: list[dict[str, Any]] = []

    def get_partitions(self, DatabaseName: str, TableName: str) -> dict[str, Any]:
        return {"Partitions": self.partitions}


@dataclass
class Lake:
    """One table at ``s3://b/t/``; `read` gives its rows."""

    folder: Path
    bucket: Bucket = field(default_factory=Bucket)
    catalog: Catalog = field(default_factory=Catalog)
    table: dict[str, Any] = field(default_factory=dict)
    scanned: int = 0

    def declare(
        self,
        serde: str,
        columns: str,
        serde_parameters: dict[str, str] | None = None,
        parameters: dict[str, str] | None = None,
        keys: str = "",
    ) -> None:
        """:param columns: ``a int; b struct<x:string>``"""
        self.table = {
            "DatabaseName": "db",
            "Name": "t",
            "StorageDescriptor": {
                "Columns": _columns(columns),
                "Location": "s3://b/t/",
                "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters or {}},
            },
            "PartitionKeys": _columns(keys),
            "Parameters": parameters or {},
        }

    def put(self, key: str, body: bytes | str, zipped: bool = False) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.bucket.objects[key] = gzip.compress(data) if zipped else data

    def partition(self, *given: str, location: str | None = None, columns: str | None = None) -> None:
        storage = dict(self.table["StorageDescriptor"])
        keys = [key["Name"] for key in self.table["PartitionKeys"]]
        path = "/".join(f"{k}={v}" for k, v in zip(keys, given, strict=True))
        storage["Location"] = location or f"s3://b/t/{path}/"
        if columns is not None:
            storage["Columns"] = _columns(columns)
        self.catalog.partitions.append({"Values": list(given), "StorageDescriptor": storage})

    def read(
        self, *columns: str, hidden: tuple[str, ...] = (), where: str | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows, in no order of their own."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("SET TimeZone = 'UTC'")
        functions.register(connection)
        folder = self.folder / f"work-{len(os.listdir(self.folder))}"
        folder.mkdir()
        info = info_of(self.table, "db")
        every = [name for name, _ in [*info.columns, *info.partition_keys]]
        scan = Scan("scan_0", info, list(columns) or every, hidden=list(hidden), partition_filter=where)
        scans = Scans(connection, lambda *_: self.table, self.catalog, self.bucket, str(folder), NOW)
        scans.add(scan)
        self.scanned = scans.scanned_bytes
        rows = connection.execute("SELECT * FROM scan_0").fetchall()
        connection.close()
        return rows


def _columns(text: str) -> list[dict[str, str]]:
    pairs = (part.strip().split(None, 1) for part in text.split(";") if part.strip())
    return [{"Name": name, "Type": type_} for name, type_ in pairs]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


@pytest.fixture
def rows_of(lake: Lake) -> Callable[..., list[tuple[Any, ...]]]:
    """Declare a table over one text file and read it."""

    def read(serde: str, columns: str, body: bytes | str, **how: Any) -> list[tuple[Any, ...]]:
        lake.declare(serde, columns, **how)
        lake.put("t/file.txt", body)
        return lake.read()

    return read
