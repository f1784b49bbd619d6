"""`"table$snapshots"` and its like: what an Iceberg table's metadata says, as rows.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
https://trino.io/docs/current/connector/iceberg.html#metadata-tables
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import DataFile, ManifestFile
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot, ancestors_of
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DoubleType, FloatType, IcebergType, NestedField, PrimitiveType

from localstack_lab.athena.iceberg import types
from localstack_lab.athena.sql import types as t

type Columns = list[tuple[str, t.Type]]
type Rows = Iterator[list[Any]]

_WHEN = t.timestamp_tz(3)
_COUNTS = t.map_of(t.INTEGER, t.BIGINT)
_BOUNDS = t.map_of(t.INTEGER, t.VARCHAR)
_SUMMARY = t.row(
    ("contains_null", t.BOOLEAN),
    ("contains_nan", t.BOOLEAN),
    ("lower_bound", t.VARCHAR),
    ("upper_bound", t.VARCHAR),
)
_COLUMNS: dict[str, Columns] = {
    "history": [
        ("made_current_at", _WHEN),
        ("snapshot_id", t.BIGINT),
        ("parent_id", t.BIGINT),
        ("is_current_ancestor", t.BOOLEAN),
    ],
    "snapshots": [
        ("committed_at", _WHEN),
        ("snapshot_id", t.BIGINT),
        ("parent_id", t.BIGINT),
        ("operation", t.VARCHAR),
        ("manifest_list", t.VARCHAR),
        ("summary", t.map_of(t.VARCHAR, t.VARCHAR)),
    ],
    "refs": [
        ("name", t.VARCHAR),
        ("type", t.VARCHAR),
        ("snapshot_id", t.BIGINT),
        ("max_reference_age_in_ms", t.BIGINT),
        ("min_snapshots_to_keep", t.INTEGER),
        ("max_snapshot_age_in_ms", t.BIGINT),
    ],
    "manifests": [
        ("path", t.VARCHAR),
        ("length", t.BIGINT),
        ("partition_spec_id", t.INTEGER),
        ("added_snapshot_id", t.BIGINT),
        ("added_data_files_count", t.INTEGER),
        ("added_rows_count", t.BIGINT),
        ("existing_data_files_count", t.INTEGER),
        ("existing_rows_count", t.BIGINT),
        ("deleted_data_files_count", t.INTEGER),
        ("deleted_rows_count", t.BIGINT),
        ("partition_summaries", t.array(_SUMMARY)),
    ],
    "files": [
        ("content", t.INTEGER),
        ("file_path", t.VARCHAR),
        ("file_format", t.VARCHAR),
        ("record_count", t.BIGINT),
        ("file_size_in_bytes", t.BIGINT),
        ("column_sizes", _COUNTS),
        ("value_counts", _COUNTS),
        ("null_value_counts", _COUNTS),
        ("nan_value_counts", _COUNTS),
        ("lower_bounds", _BOUNDS),
        ("upper_bounds", _BOUNDS),
        ("key_metadata", t.VARBINARY),
        ("split_offsets", t.array(t.BIGINT)),
        ("equality_ids", t.array(t.INTEGER)),
    ],
}


def columns(table: Table, kind: str) -> Columns | None:
    """The columns of a metadata table; None where Athena has none of this name."""
    if kind == "partitions":
        return _partition_columns(table)
    return _COLUMNS.get(kind)


def rows(table: Table, kind: str) -> Rows:
    """The rows of a metadata table, with a value for each of its columns (see `values.literal`)."""
    return _ROWS[kind](table)


def _when(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)


def _history(table: Table) -> Rows:
    current = table.current_snapshot()
    metadata = table.metadata
    ancestors = {each.snapshot_id for each in ancestors_of(current, metadata)} if current else set()
    for entry in metadata.snapshot_log:
        found = metadata.snapshot_by_id(entry.snapshot_id)
        parent = found.parent_snapshot_id if found else None
        yield [_when(entry.timestamp_ms), entry.snapshot_id, parent, entry.snapshot_id in ancestors]


def _snapshots(table: Table) -> Rows:
    for each in table.metadata.snapshots:
        summary = each.summary
        told = dict(summary.additional_properties) if summary else None
        yield [
            _when(each.timestamp_ms),
            each.snapshot_id,
            each.parent_snapshot_id,
            summary.operation.value if summary else None,
            each.manifest_list,
            told,
        ]


def _refs(table: Table) -> Rows:
    for name, ref in table.metadata.refs.items():
        yield [
            name,
            ref.snapshot_ref_type.value.upper(),
            ref.snapshot_id,
            ref.max_ref_age_ms,
            ref.min_snapshots_to_keep,
            ref.max_snapshot_age_ms,
        ]


def _manifests_of(table: Table) -> list[ManifestFile]:
    current: Snapshot | None = table.current_snapshot()
    return current.manifests(table.io) if current else []


def _manifests(table: Table) -> Rows:
    for each in _manifests_of(table):
        fields = table.specs()[each.partition_spec_id].partition_type(table.schema()).fields
        summaries = [
            [
                summary.contains_null,
                summary.contains_nan,
                _human(field.field_type, summary.lower_bound),
                _human(field.field_type, summary.upper_bound),
            ]
            for field, summary in zip(fields, each.partitions or [], strict=False)
        ]
        yield [
            each.manifest_path,
            each.manifest_length,
            each.partition_spec_id,
            each.added_snapshot_id,
            each.added_files_count,
            each.added_rows_count,
            each.existing_files_count,
            each.existing_rows_count,
            each.deleted_files_count,
            each.deleted_rows_count,
            summaries,
        ]


def _entries(table: Table) -> Iterator[DataFile]:
    for manifest in _manifests_of(table):
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
            yield entry.data_file


def _files(table: Table) -> Rows:
    schema = table.schema()
    kinds = {number: schema.find_type(number) for number in schema.field_ids}
    for file in _entries(table):
        bounds = [
            {i: _human(kinds[i], b) for i, b in (held or {}).items() if i in kinds}
            for held in (file.lower_bounds, file.upper_bounds)
        ]
        yield [
            file.content.value,
            file.file_path,
            file.file_format.value,
            file.record_count,
            file.file_size_in_bytes,
            file.column_sizes,
            file.value_counts,
            file.null_value_counts,
            file.nan_value_counts,
            *bounds,
            file.key_metadata,
            file.split_offsets,
            file.equality_ids,
        ]


def _human(kind: IcebergType, bound: bytes | None) -> str | None:
    if bound is None or not isinstance(kind, PrimitiveType):
        return None
    transform: IdentityTransform[Any] = IdentityTransform()
    return transform.to_human_string(kind, from_bytes(kind, bound))


# "table$partitions"


def _partition_columns(table: Table) -> Columns:
    answer: Columns = [("record_count", t.BIGINT), ("file_count", t.BIGINT), ("total_size", t.BIGINT)]
    fields = _partition_fields(table)
    if fields:
        kind = t.row(*((field.name.lower(), types.trino(field.field_type)) for field in fields))
        answer.insert(0, ("partition", kind))
    data = _data_fields(table)
    if data:
        answer.append(("data", t.row(*((f.name.lower(), _range(types.trino(f.field_type))) for f in data))))
    return answer


def _range(kind: t.Type) -> t.Type:
    return t.row(("min", kind), ("max", kind), ("null_count", t.BIGINT), ("nan_count", t.BIGINT))


def _partition_fields(table: Table) -> list[NestedField]:
    """Every field that some spec of the table parts by, by its id."""
    found: dict[int, NestedField] = {}
    for spec in table.specs().values():
        for field in spec.partition_type(table.schema()).fields:
            found.setdefault(field.field_id, field)
    return [found[number] for number in sorted(found)]


def _data_fields(table: Table) -> list[NestedField]:
    keys = {
        field.source_id
        for spec in table.specs().values()
        for field in spec.fields
        if isinstance(field.transform, IdentityTransform)
    }
    return [
        f for f in table.schema().fields if isinstance(f.field_type, PrimitiveType) and f.field_id not in keys
    ]


class _Sums:
    """Of one partition: rows, files, bytes, and each column's range and counts."""

    def __init__(self, fields: list[NestedField]) -> None:
        self.records = self.files = self.bytes = 0
        self._fields = fields
        self._low: dict[int, Any] = {}
        self._high: dict[int, Any] = {}
        self._nulls: dict[int, int | None] = {field.field_id: 0 for field in fields}
        self._nans: dict[int, int | None] = {field.field_id: 0 for field in fields}
        self._unknown: set[int] = set()

    def add(self, file: DataFile) -> None:
        """Take a data file in."""
        self.records += file.record_count
        self.files += 1
        self.bytes += file.file_size_in_bytes
        for field in self._fields:
            self._add(field, file)

    def _add(self, field: NestedField, file: DataFile) -> None:
        at, kind = field.field_id, field.field_type
        assert isinstance(kind, PrimitiveType)
        low, high = (file.lower_bounds or {}).get(at), (file.upper_bounds or {}).get(at)
        nulls, nans = (file.null_value_counts or {}).get(at), (file.nan_value_counts or {}).get(at)
        self._nulls[at] = _sum(self._nulls[at], nulls)
        self._nans[at] = _sum(self._nans[at], nans) if isinstance(kind, FloatType | DoubleType) else None
        if low is not None and high is not None:
            least, most = from_bytes(kind, low), from_bytes(kind, high)
            self._low[at] = min(self._low.get(at, least), least)
            self._high[at] = max(self._high.get(at, most), most)
        elif nulls is None or nulls < file.record_count:  # no bounds although there are values
            self._unknown.add(at)

    def ranges(self) -> list[list[Any]]:
        """[min, max, nulls, nans] of each column; None for what is not known."""
        return [
            [
                None if f.field_id in self._unknown else _python(f.field_type, self._low.get(f.field_id)),
                None if f.field_id in self._unknown else _python(f.field_type, self._high.get(f.field_id)),
                self._nulls[f.field_id],
                self._nans[f.field_id],
            ]
            for f in self._fields
        ]


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _partitions(table: Table) -> Rows:
    fields, data = _partition_fields(table), _data_fields(table)
    sums: dict[tuple[Any, ...], _Sums] = {}
    for file in _entries(table):
        if file.content.value:
            continue  # a file of deletes
        spec = table.specs()[file.spec_id]
        held = {field.field_id: file.partition[at] for at, field in enumerate(spec.fields)}
        key = tuple(held.get(field.field_id) for field in fields)
        sums.setdefault(key, _Sums(data)).add(file)
    for key, of in sums.items():
        row: list[Any] = [of.records, of.files, of.bytes]
        if fields:
            row.insert(0, [_python(f.field_type, value) for f, value in zip(fields, key, strict=True)])
        if data:
            row.append(of.ranges())
        yield row


def _python(kind: IcebergType, value: Any) -> Any:
    """A value as Iceberg keeps it (days, microseconds) as `values.literal` takes it."""
    from pyiceberg.utils import datetime as moments

    if value is None or not isinstance(value, int):
        return value
    match str(kind):
        case "date":
            return moments.days_to_date(value)
        case "timestamp":
            return moments.micros_to_timestamp(value)
        case "timestamptz":
            return moments.micros_to_timestamptz(value)
        case "time":
            return moments.micros_to_time(value)
        case _:
            return value


_ROWS: dict[str, Callable[[Table], Rows]] = {
    "history": _history,
    "snapshots": _snapshots,
    "refs": _refs,
    "manifests": _manifests,
    "files": _files,
    "partitions": _partitions,
}
