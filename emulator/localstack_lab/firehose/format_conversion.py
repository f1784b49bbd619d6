"""Record format conversion: JSON to Parquet or ORC by the schema of a table in the Glue Data Catalog.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
Records are deserialized one by one as they go into their buffer (`format_conversion_json`), so that one that
fails is told apart; a full buffer becomes one file in a worker process (`format_conversion_files`).
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.firehose import format_conversion_json as reading
from localstack_lab.firehose.errors import DeliveryFailed
from localstack_lab.lake import hive_types

LEAST_SIZE_MB, DEFAULT_SIZE_MB = 64, 128
FAILED = "format-conversion-failed"
_KEPT = 5.0  # seconds for which a schema is used before the catalog is asked again
_SERIALIZERS = {"ParquetSerDe": "PARQUET", "OrcSerDe": "ORC"}
_DESERIALIZERS = ("OpenXJsonSerDe", "HiveJsonSerDe")
_NAMES = {"UNCOMPRESSED": "NONE"}


class SchemaUnknown(Exception):
    """The catalog has no schema to convert by; `code` is AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Conversion:
    """A DataFormatConversionConfiguration that is on.

    :ivar table: the members of SchemaConfiguration
    :ivar options: how JSON is read
    :ivar format: PARQUET or ORC
    :ivar compression: as the lake's writers call it
    """

    table: dict[str, str]
    options: reading.Options = field(default_factory=reading.Options)
    format: str = "PARQUET"
    compression: str = "SNAPPY"

    @property
    def extension(self) -> str:
        """What names of objects end in."""
        return f".{self.format.lower()}"


@dataclass(frozen=True)
class Schema:
    """Names and Hive types of a table's columns."""

    columns: tuple[tuple[str, hive_types.HiveType], ...]


def refusal(destination: dict[str, Any]) -> str | None:
    """Why the DataFormatConversionConfiguration of a destination cannot be, or None."""
    configuration = destination.get("DataFormatConversionConfiguration")
    if not configuration or configuration.get("Enabled") is False:
        return None
    reading_with = (configuration.get("InputFormatConfiguration") or {}).get("Deserializer") or {}
    writing_with = (configuration.get("OutputFormatConfiguration") or {}).get("Serializer") or {}
    table = configuration.get("SchemaConfiguration") or {}
    for member in ("RoleARN", "DatabaseName", "TableName"):
        if not table.get(member):
            return f"SchemaConfiguration.{member} must be specified when data format conversion is enabled."
    if len([name for name in _DESERIALIZERS if name in reading_with]) != 1:
        return "Exactly one deserializer must be specified when data format conversion is enabled."
    if len([name for name in _SERIALIZERS if name in writing_with]) != 1:
        return "Exactly one serializer must be specified when data format conversion is enabled."
    if (destination.get("CompressionFormat") or "UNCOMPRESSED") != "UNCOMPRESSED":
        return "CompressionFormat must be UNCOMPRESSED when data format conversion is enabled."
    if (destination.get("BufferingHints") or {}).get("SizeInMBs", DEFAULT_SIZE_MB) < LEAST_SIZE_MB:
        return (
            f"BufferingHints.SizeInMBs must be at least {LEAST_SIZE_MB} "
            "when data format conversion is enabled."
        )
    try:
        of(destination)
    except reading.FormatError as error:
        return str(error)
    return None


def of(destination: dict[str, Any]) -> Conversion | None:
    """What the description of a destination asks for; None when it asks for nothing.

    :raises FormatError: for a timestamp format that is not known
    """
    configuration = destination.get("DataFormatConversionConfiguration")
    if not configuration or configuration.get("Enabled") is False:
        return None
    deserializer = configuration["InputFormatConfiguration"]["Deserializer"]
    serializers = configuration["OutputFormatConfiguration"]["Serializer"]
    name = next(name for name in _SERIALIZERS if name in serializers)
    compression = (serializers[name] or {}).get("Compression") or "SNAPPY"
    return Conversion(
        table=dict(configuration["SchemaConfiguration"]),
        options=reading.options(deserializer),
        format=_SERIALIZERS[name],
        compression=_NAMES.get(compression, compression),
    )


def in_catalog(account: str, region: str, table: dict[str, str]) -> Schema:
    """The schema that the catalog has now, or the version that the configuration names.

    :raises SchemaUnknown:
    """
    from localstack.aws.api import ServiceException

    from localstack_lab.glue.catalog import catalog

    glue = catalog(table.get("CatalogId") or account, table.get("Region") or region)
    names = {"DatabaseName": table["DatabaseName"]}
    version = table.get("VersionId") or "LATEST"
    try:
        if version == "LATEST":
            found = glue.get_table(Name=table["TableName"], **names)["Table"]
        else:
            told = glue.get_table_version(TableName=table["TableName"], VersionId=version, **names)
            found = told["TableVersion"]["Table"]
    except ServiceException as error:
        code = "EntityNotFound" if error.code == "EntityNotFoundException" else "InvalidSchema"
        raise SchemaUnknown(f"DataFormatConversion.{code}", error.message) from error
    columns = (found.get("StorageDescriptor") or {}).get("Columns") or []
    if not columns:
        raise SchemaUnknown("DataFormatConversion.InvalidSchema", "The table has no columns.")
    try:
        return Schema(
            tuple((c["Name"].lower(), hive_types.parse(c.get("Type") or "string")) for c in columns)
        )
    except hive_types.TypeTextError as error:
        raise SchemaUnknown("DataFormatConversion.InvalidSchema", str(error)) from error


class Converter:
    """Deserializes the records of one stream by one configuration, and encodes its buffers.

    :param schema: asks the catalog
    """

    def __init__(
        self,
        conversion: Conversion,
        schema: Callable[[dict[str, str]], Schema],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.conversion = conversion
        self._ask, self._clock = schema, clock
        self._schema: Schema | None = None
        self._asked = 0.0

    def changed(self) -> bool:
        """Look the schema up again when it is time to; whether it is another one than before.

        :raises SchemaUnknown:
        """
        now = self._clock()
        if self._schema is not None and now - self._asked < _KEPT:
            return False
        found = self._ask(self.conversion.table)
        self._asked = now
        changed = self._schema is not None and found != self._schema
        self._schema = found
        return changed

    def read(self, data: bytes) -> bytes:
        """The rows of a record as lines that the encoder reads.

        :raises Malformed: when any document of it is no JSON or does not fit the schema
        """
        if self._schema is None:
            raise ValueError("there is no schema yet")
        return reading.lines(data, self._schema.columns, self.conversion.options)

    def encoder(self) -> Callable[[bytes], bytes]:
        """Turns the lines of a buffer into a file, by the schema of this moment."""
        schema, conversion = self._schema, self.conversion
        columns = [[name, str(kind)] for name, kind in schema.columns] if schema is not None else []
        return lambda body: encode(body, columns, conversion.format, conversion.compression)


def encode(body: bytes, columns: list[list[str]], form: str, compression: str) -> bytes:
    """Lines of rows as a Parquet or ORC file, made by a worker process.

    :param columns: [name, Hive type]
    :raises DeliveryFailed: when the worker fails, so that it is tried again
    """
    from localstack import config

    from localstack_lab.lake.workers import pool

    folder = tempfile.mkdtemp(prefix="firehose-conversion-", dir=config.dirs.tmp)
    try:
        with open(os.path.join(folder, "rows.json"), "wb") as file:
            file.write(body)
        pool.call(
            "localstack_lab.firehose.format_conversion_files:convert",
            {"columns": columns, "form": form, "compression": compression},
            folder=folder,
        )
        with open(os.path.join(folder, "rows.out"), "rb") as file:
            return file.read()
    except (pool.WorkerRaised, pool.WorkerEnded) as error:
        raise DeliveryFailed("DataFormatConversion.InternalError", str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
