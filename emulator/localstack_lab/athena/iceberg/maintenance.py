"""OPTIMIZE and VACUUM.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html
https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import duckdb
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table

from localstack_lab.athena.iceberg import places, properties, types, writing
from localstack_lab.athena.iceberg.commits import committed, replace
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.iceberg.reading import IcebergScans, planned, relation
from localstack_lab.athena.iceberg.values import from_file
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.writing.values import name as quoted

_TARGET = 512 << 20
MOST_REMOVED = 1000
"""Files that one VACUUM removes; with more it fails with ICEBERG_VACUUM_MORE_RUNS_NEEDED, to be run again."""


def optimize(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    files: LakeFiles,
    named: Callable[[], str],
    chosen: Collection[str] | None,
) -> tuple[list[str], int]:
    """Write small data files of a partition together, and rows without those that deletes name.

    :param chosen: names of the data files that the statement's condition selects; None for all
    :return: (objects written, bytes read)
    :raises QueryError: ICEBERG_COMMIT_ERROR
    """
    tasks = [task for task in planned(table) if chosen is None or task.file.file_path in chosen]
    picked = _picked(tasks, table)
    if not picked:
        return [], 0
    schema = Schema(*table.schema().fields)
    local = IcebergScans(connection, files).local(table, schema, picked, "optimize")
    kinds = [(field.name, types.trino(field.field_type)) for field in schema.fields]
    parts = [f"{from_file(quoted(name), kind)} AS c{at}" for at, (name, kind) in enumerate(kinds)]
    added = writing.write(connection, relation(local, parts), table.metadata, files, named)
    replace(table, picked, added)
    return [file.file_path for file in added], sum(each.scanned for each in local)


def parted_by(table: Table) -> set[str]:
    """The columns that a table is partitioned by now, in lower case."""
    names = (table.schema().find_column_name(field.source_id) for field in table.spec().fields)
    return {name.lower() for name in names if name}


def _picked(tasks: list[FileScanTask], table: Table) -> list[FileScanTask]:
    """The files that are worth it, by the table's properties."""
    fewest = _number(table, "optimize_rewrite_data_file_threshold", 5)
    deletes = _number(table, "optimize_rewrite_delete_file_threshold", 2)
    target = _number(table, properties.TARGET_SIZE, _TARGET)
    least = _number(table, "optimize_rewrite_min_data_file_size_bytes", int(target * 0.75))
    most = _number(table, "optimize_rewrite_max_data_file_size_bytes", int(target * 1.8))
    by_part: dict[Any, list[FileScanTask]] = {}
    for task in tasks:
        by_part.setdefault((task.file.spec_id, repr(task.file.partition)), []).append(task)
    answer = []
    for group in by_part.values():
        odd = [t for t in group if not least <= t.file.file_size_in_bytes <= most]
        worth = odd if len(odd) >= fewest else []
        marked = [t for t in group if len(t.delete_files) >= deletes and t not in worth]
        answer += [*worth, *marked]
    return answer


def vacuum(table: Table, files: LakeFiles, now: datetime) -> int:
    """Forget old snapshots and delete what no snapshot that is left needs, and files that none ever knew.

    :return: the number of objects that were deleted
    :raises QueryError: ICEBERG_VACUUM_MORE_RUNS_NEEDED when there were more than one run deletes
    """
    if not table.location().rstrip("/").partition("://")[2].partition("/")[2]:
        message = f"Path missing in file system location: {table.location()}"
        raise QueryError("GENERIC_INTERNAL_ERROR", message)
    age = timedelta(milliseconds=_number(table, properties.MAX_SNAPSHOT_AGE_MS, 432_000_000))
    keep = _number(table, properties.MIN_SNAPSHOTS, 1)
    before = _reachable(table)
    expired = _expired(table, now - age, keep)
    if expired:
        with committed(table):
            table.maintenance.expire_snapshots().by_ids(expired).commit()
    needed = _reachable(table) | _metadata_files(table)
    gone = sorted((before - needed) | _orphans(table, files, needed, now - age))
    with files.lock:
        files.objects.delete(urls=gone[:MOST_REMOVED])
    if len(gone) > MOST_REMOVED:
        raise QueryError(
            "ICEBERG_VACUUM_MORE_RUNS_NEEDED",
            f"Removed {MOST_REMOVED} files in this round of vacuum, but there are more files remaining. "
            "Please run another VACUUM command to process the remaining files",
        )
    return len(gone)


def _expired(table: Table, before: datetime, keep: int) -> list[int]:
    """Snapshots older than a time that no branch or tag names, without the newest `keep`."""
    named = {ref.snapshot_id for ref in table.metadata.refs.values()}
    by_age = sorted(table.metadata.snapshots, key=lambda snapshot: snapshot.timestamp_ms, reverse=True)
    limit = before.timestamp() * 1000
    return [
        s.snapshot_id for s in by_age[max(keep, 1) :] if s.timestamp_ms < limit and s.snapshot_id not in named
    ]


def _reachable(table: Table) -> set[str]:
    """Manifest lists, manifests, data files and files of deletes of all snapshots."""
    answer: set[str] = set()
    seen: set[str] = set()
    for snapshot in table.metadata.snapshots:
        answer.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            if manifest.manifest_path in seen:
                continue
            seen.add(manifest.manifest_path)
            for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
                answer.add(entry.data_file.file_path)
    return answer | seen


def _metadata_files(table: Table) -> set[str]:
    """The metadata file of now, and those before it that are kept."""
    most = _number(table, properties.MAX_METADATA_FILES, 100)
    log = [entry.metadata_file for entry in table.metadata.metadata_log]
    return {table.metadata_location, *log[max(0, len(log) - most) :]}


def _orphans(table: Table, files: LakeFiles, needed: set[str], before: datetime) -> set[str]:
    """Objects in the table's own folders that nothing needs, older than a time."""
    provider = places.provider(table.metadata)
    answer = set()
    for folder in {provider.data_path, provider.metadata_path}:
        bucket = "/".join(folder.split("/")[:3])
        with files.lock:
            listed = files.objects.list_all(location=f"{folder}/")
        for key, _, _, written in listed:
            if written < before.timestamp() * 1000 and f"{bucket}/{key}" not in needed:
                answer.add(f"{bucket}/{key}")
    return answer


def _number(table: Table, name: str, default: int) -> int:
    given = table.properties.get(name, "")
    return int(given) if given.isdigit() else default
