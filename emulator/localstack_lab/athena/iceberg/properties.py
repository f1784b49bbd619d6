"""Athena's names for the properties of Iceberg tables, and Iceberg's own. Standard library only.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties
https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
https://iceberg.apache.org/docs/latest/configuration/#write-properties
"""

from collections.abc import Callable, Mapping

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tree import Property

FORMAT = "write.format.default"
CODEC = "write.parquet.compression-codec"
LEVEL = "write.parquet.compression-level"
MAX_SNAPSHOT_AGE_MS = "history.expire.max-snapshot-age-ms"
MIN_SNAPSHOTS = "history.expire.min-snapshots-to-keep"
MAX_METADATA_FILES = "write.metadata.previous-versions-max"
TARGET_SIZE = "write.target-file-size-bytes"
OBJECT_STORAGE = "write.object-storage.enabled"
OBJECT_STORAGE_PATH = "write.object-storage.path"
DATA_PATH = "write.data.path"
COMMENT = "comment"

_NAMES = {
    "format": FORMAT,
    "write_compression": CODEC,
    "compression_level": LEVEL,
    "write_target_data_file_size_bytes": TARGET_SIZE,
    "optimize_rewrite_min_data_file_size_bytes": "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes": "optimize_rewrite_max_data_file_size_bytes",
    "optimize_rewrite_data_file_threshold": "optimize_rewrite_data_file_threshold",
    "optimize_rewrite_delete_file_threshold": "optimize_rewrite_delete_file_threshold",
    "vacuum_min_snapshots_to_keep": MIN_SNAPSHOTS,
    "vacuum_max_snapshot_age_seconds": MAX_SNAPSHOT_AGE_MS,
    "vacuum_max_metadata_files_to_keep": MAX_METADATA_FILES,
}
"""Athena's name → Iceberg's; those of OPTIMIZE are Athena's own, and kept under the same name."""

_PATHS = (DATA_PATH, OBJECT_STORAGE_PATH)
"""What ALTER TABLE sets and unsets by Iceberg's own names.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-set-properties.html
"""
_OURS = frozenset((OBJECT_STORAGE, COMMENT, "write.parquet.compression-level"))
_CODECS = {"zstd", "gzip", "snappy", "none", "uncompressed"}
_BELOW_50 = ("optimize_rewrite_data_file_threshold", "optimize_rewrite_delete_file_threshold")
_CTAS = frozenset((*_NAMES, "table_type", "is_external", "location", "partitioning", "format_version"))
_NOT_FOR_ICEBERG = ("external_location", "partitioned_by", "bucketed_by", "bucket_count", "field_delimiter")


def created(given: Mapping[str, str], location: str) -> dict[str, str]:
    """Iceberg's properties of a table that CREATE TABLE makes.

    :param given: TBLPROPERTIES, `table_type` among them
    :param location: of the table, without a slash at its end
    :raises QueryFailed: for a key that Athena does not know
    :raises QueryError: INVALID_TABLE_PROPERTY, NOT_SUPPORTED
    """
    told = {key.lower(): (key, value) for key, value in given.items() if key.lower() != "table_type"}
    _, by_data_path = told.pop("write_data_path_enabled", ("", "false"))
    if by_data_path.lower() not in ("true", "false"):
        raise _invalid("write_data_path_enabled", by_data_path, "true or false")
    answer = {CODEC: "zstd", OBJECT_STORAGE: "true"}
    answer[DATA_PATH if by_data_path.lower() == "true" else OBJECT_STORAGE_PATH] = f"{location}/data"
    for key, value in told.values():
        name, held = _stored(key, value)
        answer[name] = held
    return answer


def changed(given: Mapping[str, str]) -> dict[str, str]:
    """Iceberg's properties for ALTER TABLE SET TBLPROPERTIES.

    :raises QueryFailed: for a key that Athena does not know
    :raises QueryError: INVALID_TABLE_PROPERTY, NOT_SUPPORTED
    """
    answer: dict[str, str] = {}
    for key, value in given.items():
        if key in _PATHS:
            if not value.lower().startswith(("s3://", "s3a://", "s3n://")):
                raise _invalid(key, value, "a place in Amazon S3")
            answer[key] = value
        else:
            name, held = _stored(key, value)
            answer[name] = held
    return answer


def removed(keys: tuple[str, ...]) -> list[str]:
    """Iceberg's properties for ALTER TABLE UNSET TBLPROPERTIES.

    :raises QueryFailed: for a key that Athena does not know
    """
    answer = []
    for key in keys:
        if key in _PATHS:
            answer.append(key)
        elif key.lower() in _NAMES:
            answer.append(_NAMES[key.lower()])
        else:
            raise QueryFailed("", f"Table property {key} is not supported by Athena")
    return answer


def shown(held: Mapping[str, str]) -> dict[str, str]:
    """What Athena shows of a table's properties, by its own names in their order."""
    answer = {}
    for name, key in _NAMES.items():
        if key in held:
            answer[name] = _in_seconds(held[key]) if key == MAX_SNAPSHOT_AGE_MS else held[key]
    return dict(sorted(answer.items()))


def unknown(held: Mapping[str, str]) -> list[str]:
    """Iceberg's properties of a table that no CREATE TABLE of Athena's makes."""
    known = {*_NAMES.values(), *_PATHS, *_OURS}
    return sorted(key for key in held if key not in known)


def ctas(given: Mapping[str, Property]) -> tuple[str, dict[str, str], list[str]]:
    """What WITH (…) of an Iceberg CTAS asks for.

    :return: the location without a slash at its end, Iceberg's properties, the texts of its partitioning
    :raises QueryError: INVALID_TABLE_PROPERTY, NOT_SUPPORTED
    """
    for name in given:
        if name in _NOT_FOR_ICEBERG or name not in _CTAS:
            message = f"Catalog 'awsdatacatalog' table property '{name}' does not exist"
            if name in _NOT_FOR_ICEBERG:
                message = f"Table property '{name}' is not supported for table type ICEBERG"
            raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    if given.get("is_external", True) is not False:
        message = "Table property 'is_external' must be false for table type ICEBERG"
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    location = _text(given, "location")
    if location is None or not location.lower().startswith(("s3://", "s3a://", "s3n://")):
        message = "Table property 'location' must be a folder in Amazon S3 for table type ICEBERG"
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    if given.get("format_version", 2) != 2:
        raise QueryError(
            "NOT_SUPPORTED", f"Iceberg format version {given['format_version']}: Athena makes version 2"
        )
    if "compression_level" in given and "write_compression" not in given:
        message = "Compression codec must be defined when compression_level property is specified."
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    texts = given.get("partitioning", ())
    if not isinstance(texts, tuple):
        message = "Invalid value for property partitioning: it is an ARRAY of texts"
        raise QueryError("INVALID_TABLE_PROPERTY", message, 1, 1)
    answer = {FORMAT: "PARQUET", CODEC: "ZSTD", LEVEL: "3", OBJECT_STORAGE: "true"}
    for name in _NAMES:
        if name in given:
            key, held = _stored(name, _text(given, name) or "")
            answer[key] = held.upper() if name in ("format", "write_compression") else held
    if answer[CODEC] != "ZSTD" and "compression_level" not in given:
        del answer[LEVEL]
    return location.rstrip("/"), answer, list(texts)


def _text(given: Mapping[str, Property], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool | tuple):
        raise QueryError("INVALID_TABLE_PROPERTY", f"Invalid value for property {name}: {value}", 1, 1)
    return str(value)


def _stored(key: str, value: str) -> tuple[str, str]:
    """(Iceberg's name, value as it is kept)."""
    name = key.lower()
    if name not in _NAMES:
        raise QueryFailed("", f"Unsupported table property key: {key}")
    if name in _CHECKS:
        _CHECKS[name](name, value)
    else:
        _positive(name, value)
    if name == "vacuum_max_snapshot_age_seconds":
        return _NAMES[name], str(int(value) * 1000)
    return _NAMES[name], value


def _format(name: str, value: str) -> None:
    if value.lower() not in ("parquet", "orc", "avro"):
        raise _invalid(name, value, "parquet, orc or avro")
    if value.lower() != "parquet":
        raise QueryError(
            "NOT_SUPPORTED",
            f"Iceberg tables of {value.upper()} files are not available in this emulator (there is PARQUET)",
        )


def _codec(name: str, value: str) -> None:
    if value.lower() not in _CODECS:
        raise _invalid(name, value, "one of " + ", ".join(sorted(_CODECS)))


def _level(name: str, value: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/compression-support-zstd-levels.html"""
    if not value.isdecimal() or not 1 <= int(value) <= 22:
        raise _invalid(name, value, "a number from 1 to 22")


def _positive(name: str, value: str) -> None:
    if not value.isdecimal() or int(value) == 0:
        raise _invalid(name, value, "a positive number")
    if name in _BELOW_50 and int(value) >= 50:
        raise _invalid(name, value, "a positive number below 50")


def _any_number(name: str, value: str) -> None:
    if not value.isdecimal():
        raise _invalid(name, value, "a number that is not negative")


_CHECKS: dict[str, Callable[[str, str], None]] = {
    "format": _format,
    "write_compression": _codec,
    "compression_level": _level,
    "optimize_rewrite_min_data_file_size_bytes": _any_number,
}


def _in_seconds(milliseconds: str) -> str:
    return str(int(milliseconds) // 1000) if milliseconds.isdecimal() else milliseconds


def _invalid(name: str, value: str, wanted: str) -> QueryError:
    message = f"Invalid value for table property {name}: '{value}' (it is {wanted})"
    return QueryError("INVALID_TABLE_PROPERTY", message)
