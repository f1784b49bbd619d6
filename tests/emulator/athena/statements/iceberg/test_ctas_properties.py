"""WITH (…) of a CTAS that makes an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
"""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.iceberg import properties
from localstack_lab.athena.iceberg.specs import shown, spec
from localstack_lab.athena.sql.errors import QueryError
from pyiceberg.schema import Schema
from pyiceberg.types import DateType, LongType, NestedField, StringType

GIVEN: dict[str, Any] = {"table_type": "ICEBERG", "is_external": False, "location": "s3://lake/ctas/"}
SCHEMA = Schema(
    NestedField(1, "dt", DateType()),
    NestedField(2, "account_number", LongType()),
    NestedField(3, "Country", StringType()),
)


def test_the_examples_of_the_page() -> None:
    given = {
        **GIVEN,
        "format": "parquet",
        "partitioning": ("month(dt)", "bucket(account_number, 10)", "country"),
        "vacuum_min_snapshots_to_keep": 10,
        "vacuum_max_snapshot_age_seconds": 259200,
        "optimize_rewrite_delete_file_threshold": 2,
    }
    location, held, texts = properties.ctas(given)
    assert location == "s3://lake/ctas"
    assert held == {
        "write.format.default": "PARQUET",
        "write.parquet.compression-codec": "ZSTD",
        "write.parquet.compression-level": "3",
        "write.object-storage.enabled": "true",
        "history.expire.min-snapshots-to-keep": "10",
        "history.expire.max-snapshot-age-ms": "259200000",
        "optimize_rewrite_delete_file_threshold": "2",
    }
    made = spec(SCHEMA, texts)
    assert [field.name for field in made.fields] == ["dt_month", "account_number_bucket", "Country"]
    assert shown(made, SCHEMA) == ["month(`dt`)", "bucket(10, `account_number`)", "`Country`"]


def test_a_compression_and_its_level() -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/compression-support-zstd-levels.html"""
    _, held, _ = properties.ctas({**GIVEN, "write_compression": "zstd", "compression_level": 9})
    assert (held[properties.CODEC], held[properties.LEVEL]) == ("ZSTD", "9")
    _, held, _ = properties.ctas({**GIVEN, "write_compression": "snappy"})
    assert held[properties.CODEC] == "SNAPPY"
    assert properties.LEVEL not in held


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_external": True}, "'is_external' must be false"),
        ({"is_external": None}, "'is_external' must be false"),
        ({"location": None}, "'location' must be a folder in Amazon S3"),
        ({"location": "/tmp/x"}, "'location' must be a folder in Amazon S3"),
        ({"external_location": "s3://b/"}, "'external_location' is not supported for table type ICEBERG"),
        ({"partitioned_by": ("a",)}, "'partitioned_by' is not supported for table type ICEBERG"),
        ({"bucketed_by": ("a",), "bucket_count": 2}, "'bucketed_by' is not supported for table type ICEBERG"),
        ({"colour": "red"}, "table property 'colour' does not exist"),
        ({"format": "ORC"}, "NOT_SUPPORTED: Iceberg tables of ORC files"),
        ({"format": "JSON"}, "Invalid value for table property format"),
        ({"format_version": 1}, "NOT_SUPPORTED: Iceberg format version 1"),
        ({"partitioning": "dt"}, "it is an ARRAY of texts"),
        ({"compression_level": 3}, "Compression codec must be defined"),
        ({"vacuum_min_snapshots_to_keep": 0}, "it is a positive number"),
    ],
)
def test_what_a_ctas_cannot_have(change: dict[str, Any], reason: str) -> None:
    given = {name: value for name, value in {**GIVEN, **change}.items() if value is not None}
    with pytest.raises((QueryError, QueryFailed), match=reason):
        properties.ctas(given)


@pytest.mark.parametrize(
    "text", ["month(dt", "month()", "month(dt, account_number)", "bucket(10, account_number)", "a b", ""]
)
def test_texts_that_are_no_transforms(text: str) -> None:
    """https://trino.io/docs/current/connector/iceberg.html#partitioned-tables"""
    with pytest.raises(
        QueryError, match="INVALID_TABLE_PROPERTY: Unable to parse partitioning value: Invalid part"
    ):
        spec(SCHEMA, [text])
