"""What a layout of objects is, and the pages that layouts are taken from."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.glue.crawling.support import BUCKET

PARTITIONS = "https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html"
GROUPING = "https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html"
LEVEL = "https://docs.aws.amazon.com/glue/latest/dg/crawler-table-level.html"
NAMES = "https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html"
BUILT_IN = "https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html"
CSV_RULES = f"{BUILT_IN}#classifier-builtin-rules"
CUSTOM = "https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html"
XML = "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-format-xml-home.html"
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
