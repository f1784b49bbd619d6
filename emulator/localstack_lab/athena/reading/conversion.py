"""ORC and Avro files as Parquet files in the worker's folder, stripe by stripe and block by block."""

import json
import lzma
import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import fastavro
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
from fastavro.schema import SchemaParseException

from localstack_lab.athena.reading.errors import bad_data, lacking
from localstack_lab.athena.reading.layout import Layout
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake.hive_types import HiveType

_BATCH = 20_000  # records of Avro in memory at once
# What readers in Python raise at bytes that are not what they should be.
_DAMAGED = (
    ValueError, TypeError, LookupError, AttributeError, EOFError, OSError, RecursionError, StopIteration,
    AssertionError, NotImplementedError, struct.error, zlib.error, lzma.LZMAError,
)  # fmt: skip
_ROW = pa.field("lab row", pa.bool_())  # a Parquet file needs a column, also where none is wanted
_ARROW = {
    "boolean": pa.bool_(), "tinyint": pa.int8(), "smallint": pa.int16(), "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(), "double": pa.float64(), "string": pa.string(), "varchar": pa.string(),
    "char": pa.string(), "binary": pa.binary(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip


def orc_to_parquet(path: str, target: str, layout: Layout, wanted: Sequence[str]) -> None:
    """Write the wanted columns of an ORC file; by place, or by name where the table says so.

    :raises QueryError: HIVE_BAD_DATA for a file that is no ORC
    """
    try:
        file = orc.ORCFile(path)
        held = file.schema.names
        by_name = str(layout.serde.get("orc.column.index.access", "true")).lower() == "false"
        places = {name: place for place, (name, _) in enumerate(layout.columns)}
        chosen: dict[str, str] = {}
        for name in wanted:
            if by_name:
                written = next((h for h in held if h.lower() == name), None)
            else:
                written = held[places[name]] if places[name] < len(held) else None
            if written is not None:
                chosen[name] = written
        fields = [pa.field(n, file.schema.field(w).type) for n, w in chosen.items()]
        schema = pa.schema([*fields, _ROW])
        with pq.ParquetWriter(target, schema, compression="lz4") as writer:
            for number in range(file.nstripes):
                stripe = file.read_stripe(number, columns=list(chosen.values()) or held[:1])
                arrays = [stripe.column(stripe.schema.get_field_index(w)) for w in chosen.values()]
                arrays.append(pa.nulls(stripe.num_rows, pa.bool_()))
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    except (pa.ArrowException, ArithmeticError, *_DAMAGED) as error:
        if "out of range for nanosecond" in str(error):  # what Arrow's reader holds timestamps of ORC in
            raise lacking("Reading ORC's timestamps before 1677 or after 2262") from error
        raise bad_data(f"Malformed ORC file. {error}") from error


def avro_to_parquet(path: str, target: str, layout: Layout, wanted: Sequence[str]) -> None:
    """Write the wanted columns of an Avro file, found by name.

    :raises QueryError: HIVE_BAD_DATA for a file that is no Avro, or a value that is not of the declared type
    """
    types = {name: type_ for name, type_ in layout.columns if name in wanted}
    defaults = _defaults(layout)
    schema = pa.schema([*(pa.field(name, arrow_type(type_)) for name, type_ in types.items()), _ROW])
    try:
        with open(path, "rb") as file, pq.ParquetWriter(target, schema, compression="lz4") as writer:
            for records in _batches(fastavro.reader(file)):
                arrays = [
                    pa.array(
                        [_value(record.get(name, defaults.get(name)), type_) for record in records],
                        arrow_type(type_),
                    )
                    for name, type_ in types.items()
                ]
                arrays.append(pa.nulls(len(records), pa.bool_()))
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    except (pa.ArrowException, SchemaParseException, ArithmeticError, *_DAMAGED) as error:
        reason = f"{type(error).__name__}: {error}"
        raise bad_data(f"Not a valid Avro file, or not of the table's schema: {reason}") from error


def _defaults(layout: Layout) -> dict[str, Any]:
    """What the table's own schema says of fields that a file does not have.

    https://avro.apache.org/docs/1.11.1/specification/#schema-resolution
    """
    text = layout.serde.get("avro.schema.literal")
    if not text or text == "none":
        return {}
    try:
        fields = json.loads(text)["fields"]
        return {str(field["name"]).lower(): field.get("default") for field in fields}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QueryError(
            "HIVE_INVALID_METADATA", f"The table's avro.schema.literal is no schema of a record: {error}"
        ) from error


def _batches(reader: Any) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(reader, _BATCH)):
        yield [{key.lower(): value for key, value in record.items()} for record in batch]


def arrow_type(type_: HiveType) -> pa.DataType:
    """Arrow's type for values of a Hive type."""
    match type_.name:
        case "decimal":
            return pa.decimal128(*type_.sizes)
        case "array":
            return pa.list_(arrow_type(type_.parts[0]))
        case "map":
            return pa.map_(arrow_type(type_.parts[0]), arrow_type(type_.parts[1]))
        case "struct":
            pairs = zip(type_.fields, type_.parts, strict=True)
            return pa.struct([pa.field(name.lower(), arrow_type(part)) for name, part in pairs])
        case name:
            return _ARROW[name]


def _value(value: Any, type_: HiveType) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if type_.name == "array":
        return [_value(item, type_.parts[0]) for item in value]
    if type_.name == "map":
        return [(key, _value(item, type_.parts[1])) for key, item in value.items()]
    if type_.name == "struct":
        held = {key.lower(): item for key, item in value.items()}
        return {
            name.lower(): _value(held.get(name.lower()), part)
            for name, part in zip(type_.fields, type_.parts, strict=True)
        }
    if type_.name in ("string", "varchar", "char") and not isinstance(value, str):
        return _text(value, type_)
    return value


def _text(value: Any, type_: HiveType) -> str:
    """Avro's bytes and UUIDs are texts too; it promotes nothing else to one."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, UUID):
        return str(value)
    raise ValueError(f"{value!r} cannot be read as {type_}")
