"""Found tables as Glue writes them into the catalog.

Shapes and parameters are those of tables that AWS's crawlers have made;
https://docs.aws.amazon.com/glue/latest/dg/table-properties-crawler.html names the parameters. `recordCount`
is what AWS's is, an estimate: exact where every record was seen (files within the sample, Parquet, ORC), and
else the size over the average record.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from localstack_lab.glue.crawling import grouping
from localstack_lab.glue.crawling.grouping import File, Table
from localstack_lab.glue.crawling.schema import Schema
from localstack_lab.glue.crawling.types import hive

type Members = dict[str, Any]

INDEX = "crawler_partition_index"
_LONGEST_NAME = 128
_VERSIONS = {"CrawlerSchemaDeserializerVersion": "1.0", "CrawlerSchemaSerializerVersion": "1.0"}


@dataclass(frozen=True)
class Wanted:
    """A table and its partitions for the catalog.

    :param table: a TableInput
    :param partitions: PartitionInputs
    """

    location: str
    table: Members
    partitions: list[Members]
    schema: Schema


def table_name(prefix: str, bucket: str, found: Table) -> str:
    """From the last folder, the file or the bucket: lower case, other characters are underscores.

    https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html: what names consist of
    """
    last = found.root.rstrip("/").rsplit("/", 1)[-1] or bucket
    return re.sub(r"[^a-z0-9_]", "_", f"{prefix}{last}".lower())[:_LONGEST_NAME]


def with_suffix(name: str, location: str) -> str:
    """The name for a table whose own is taken by another location's."""
    suffix = hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: _LONGEST_NAME - len(suffix) - 1]}_{suffix}"


def wanted(
    found: Table, bucket: str, *, prefix: str, crawler: str, exclusions: list[str], index: bool, inherit: bool
) -> Wanted:
    """The catalog's entries for a found table.

    :param index: partitioned tables get an index over their keys (CreatePartitionIndex)
    :param inherit: partitions have the table's columns (InheritFromTable)
    """
    location = f"s3://{bucket}/{found.root}"
    parameters = _parameters(found.schema, found.files, crawler, exclusions)
    descriptor = _descriptor(found.schema, location, parameters)
    keys = grouping.keys_of(found.partitions) if found.partitions else []
    table_parameters = dict(parameters)
    if keys and index:
        table_parameters["partition_filtering.enabled"] = "true"
        descriptor["Parameters"]["partition_filtering.enabled"] = "true"
    table: Members = {
        "Name": table_name(prefix, bucket, found),
        "Owner": "owner",
        "Retention": 0,
        "StorageDescriptor": descriptor,
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": table_parameters,
    }
    partitions = [
        _partition(found, bucket, folders, files, keys, crawler, exclusions, inherit=inherit)
        for folders, files in found.partitions.items()
    ]
    return Wanted(location, table, partitions, found.schema)


def _partition(
    found: Table,
    bucket: str,
    folders: tuple[str, ...],
    files: list[File],
    keys: list[str],
    crawler: str,
    exclusions: list[str],
    *,
    inherit: bool,
) -> Members:
    schemas = [file.schema for file in files if file.schema is not None]
    merged = schemas[0] if schemas else found.schema
    for schema in schemas[1:]:
        merged = merged.merged(schema)
    parameters = _parameters(merged, files, crawler, exclusions)
    location = f"s3://{bucket}/{found.root}{'/'.join(folders)}/"
    shown = found.schema if inherit else merged
    return {
        "Values": grouping.values_of(folders, keys),
        "StorageDescriptor": _descriptor(shown, location, parameters),
        "Parameters": parameters,
    }


def columns_of(schema: Schema) -> list[Members]:
    """Column names in lower case, as Hive has them."""
    return [{"Name": name.lower(), "Type": hive(kind)} for name, kind in schema.columns]


def _descriptor(schema: Schema, location: str, parameters: dict[str, str]) -> Members:
    form = schema.format
    serde: Members = {}
    if form.serde:
        serde_parameters = dict(form.serde_parameters)
        if form.names_paths:
            serde_parameters["paths"] = ",".join(sorted(name for name, _ in schema.columns))
        if schema.literal:
            serde_parameters["avro.schema.literal"] = schema.literal
        serde = {"SerializationLibrary": form.serde, "Parameters": serde_parameters}
    return {
        "Columns": columns_of(schema),
        "Location": location,
        "InputFormat": form.input_format,
        "OutputFormat": form.output_format,
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": serde,
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }


def _parameters(schema: Schema, files: list[File], crawler: str, exclusions: list[str]) -> dict[str, str]:
    parameters = {
        **_VERSIONS,
        "UPDATED_BY_CRAWLER": crawler,
        "averageRecordSize": str(schema.average),
        "classification": schema.format.classification,
        "compressionType": schema.compression,
        "objectCount": str(len(files)),
        "recordCount": str(sum(_records(file, schema) for file in files)),
        "sizeKey": str(sum(file.size for file in files)),
        "typeOfData": "file",
        **dict(schema.format.parameters),
    }
    if schema.comments:
        parameters["commentCharacter"] = "#"
    if schema.literal:
        parameters["avro.schema.literal"] = schema.literal
    if exclusions:
        parameters["exclusions"] = json.dumps(exclusions, separators=(",", ":"))
    return parameters


def _records(file: File, schema: Schema) -> int:
    if file.schema is not None and file.schema.whole:
        return file.schema.records
    average = file.schema.average if file.schema is not None else schema.average
    return max(1, file.size // average)
