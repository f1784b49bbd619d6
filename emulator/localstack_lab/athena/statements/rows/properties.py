"""The properties in WITH (…) of CTAS and UNLOAD.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties,
https://docs.aws.amazon.com/athena/latest/ug/unload.html#unload-parameters
"""

from collections.abc import Mapping
from dataclasses import replace

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tree import Property
from localstack_lab.athena.writing.options import COMPRESSIONS, DEFAULT_COMPRESSION, WriteOptions

_CTAS = {
    *("external_location", "format", "partitioned_by", "bucketed_by", "bucket_count", "field_delimiter"),
    *("write_compression", "orc_compression", "parquet_compression", "compression_level", "table_type"),
    *("is_external", "location", "partitioning", "format_version"),
}
_UNLOAD = {"format", "compression", "compression_level", "field_delimiter", "partitioned_by"}


def check_names(properties: Mapping[str, Property], *, unload: bool = False) -> None:
    """:raises QueryError: for a property that the statement does not have"""
    for name in properties:
        if name not in (_UNLOAD if unload else _CTAS):
            what = "unload" if unload else "table"
            message = f"Catalog 'awsdatacatalog' {what} property '{name}' does not exist"
            raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)


def is_iceberg(properties: Mapping[str, Property]) -> bool:
    """Whether a CTAS makes a table of Apache Iceberg.

    :raises QueryError: INVALID_TABLE_PROPERTY for a type of table that there is not
    """
    given = text(properties, "table_type", "HIVE").upper()
    if given not in ("HIVE", "ICEBERG"):
        message = f"Invalid value for property table_type: {given} (HIVE or ICEBERG)"
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    return given == "ICEBERG"


def options(properties: Mapping[str, Property], *, unload: bool = False) -> WriteOptions:
    """The format, its compression and its delimiter.

    :raises QueryError: for a format or a compression that there is not
    """
    given = text(properties, "format", "" if unload else "PARQUET").upper()
    if unload and not given:
        raise QueryError("INVALID_TABLE_PROPERTY", "UNLOAD needs the property 'format'", 1, 1)
    if given not in COMPRESSIONS:
        known = ", ".join(sorted(COMPRESSIONS))
        raise QueryError(
            "INVALID_TABLE_PROPERTY", f"Invalid value for property format: {given} (one of {known})"
        )
    names = ("compression",) if unload else ("write_compression", f"{given.lower()}_compression")
    asked = next((text(properties, name, "") for name in names if name in properties), "").upper()
    level = properties.get("compression_level")
    chosen = WriteOptions(
        format=given,
        compression=compression(given, asked or DEFAULT_COMPRESSION[given]),
        level=level if isinstance(level, int) else None,
    )
    delimiter = properties.get("field_delimiter")
    if delimiter is None:
        return chosen
    if given != "TEXTFILE":
        raise QueryError("INVALID_TABLE_PROPERTY", f"field_delimiter does not go with the format {given}")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise QueryError("INVALID_TABLE_PROPERTY", "field_delimiter must be one character")
    return replace(chosen, separators=(delimiter, *chosen.separators[1:]))


def compression(form: str, asked: str) -> str:
    """Athena's name of a compression that goes with a format.

    :raises QueryError: for one that does not, or that this emulator lacks
    """
    name = {"UNCOMPRESSED": "NONE", "": DEFAULT_COMPRESSION[form]}.get(asked, asked)
    if form in ("AVRO", "ORC") and name == "GZIP":
        name = DEFAULT_COMPRESSION[form]  # deflate under another name, as Athena takes it
    if name not in COMPRESSIONS[form]:
        known = ", ".join(COMPRESSIONS[form])
        raise QueryError(
            "NOT_SUPPORTED",
            f"Compression {name} of {form} is not available in this emulator (there are {known})",
        )
    return name


def text(properties: Mapping[str, Property], name: str, default: str) -> str:
    """A property that is a text.

    :raises QueryError: when it is something else
    """
    value = properties.get(name, default)
    if not isinstance(value, str):
        raise QueryError("INVALID_TABLE_PROPERTY", f"Invalid value for property {name}: it is a text", 1, 1)
    return value


def partitioned_by(properties: Mapping[str, Property], columns: list[str]) -> list[str]:
    """The partition keys, which are the last of the columns.

    :raises QueryError: when they are not
    """
    given = properties.get("partitioned_by", ())
    if not isinstance(given, tuple):
        message = "Invalid value for property partitioned_by: it is an ARRAY of names"
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    keys = [name.lower() for name in given]
    absent = [name for name in keys if name not in columns]
    if absent:
        message = f"Partition columns [{', '.join(absent)}] not present in schema"
        raise QueryError("INVALID_TABLE_PROPERTY", message)
    if keys and len(keys) == len(columns):
        raise QueryError("INVALID_TABLE_PROPERTY", "Table contains only partition columns")
    if keys and columns[-len(keys) :] != keys:
        raise QueryError(
            "HIVE_COLUMN_ORDER_MISMATCH",
            "Partition keys must be the last columns in the table and in the same order as the table "
            f"properties: [{', '.join(keys)}]",
        )
    return keys


def bucketed_by(properties: Mapping[str, Property], columns: list[str]) -> tuple[list[str], int]:
    """The columns whose hash spreads rows over files, and the number of these; ([], 0) without.

    :param columns: those that are no partition keys
    :raises QueryError: when one is given without the other, or a column is not there
    """
    given, count = properties.get("bucketed_by", ()), properties.get("bucket_count", 0)
    if not isinstance(given, tuple) or isinstance(count, bool) or not isinstance(count, int):
        message = "Invalid value for property bucketed_by (an ARRAY of names) or bucket_count (a number)"
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    names = [name.lower() for name in given]
    if bool(names) != bool(count):
        raise QueryError("INVALID_TABLE_PROPERTY", "bucketed_by and bucket_count go together")
    absent = [name for name in names if name not in columns]
    if absent:
        message = f"Bucketing columns [{', '.join(absent)}] not present in schema"
        raise QueryError("INVALID_TABLE_PROPERTY", message)
    return names, count
