"""A plan's scans as views of a DuckDB connection: pruned first, then listed, then fetched, then read.

Each view has the scan's columns with the types that the table declares.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.reading import columnar, csv_fields, delimited, json_lines, lines, patterns, values
from localstack_lab.athena.reading.errors import literal, quoted
from localstack_lab.athena.reading.layout import FILE, Layout, Members, columns_of
from localstack_lab.athena.reading.partitions import NULL, Place, insert, places
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.plan import Scan
from localstack_lab.lake.hive_types import HiveType
from localstack_lab.lake.objects.names import BadLocation, split
from localstack_lab.lake.workers.errors import Refused

_HIDDEN = {
    "$path": "VARCHAR",
    "$file_size": "BIGINT",
    "$file_modified_time": "STRUCT(instant TIMESTAMP, zone VARCHAR)",
}


@dataclass(frozen=True)
class _File:
    """An object to read: its name, what the listing said, and the place it was found in."""

    url: str
    size: int
    modified_ms: int
    place: Place


@dataclass(frozen=True)
class _Group:
    """Files that are read in one go."""

    layout: Layout
    files: list[_File]


class Scans:
    """Makes the views of one query.

    :ivar scanned_bytes: of the files that the views read
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        glue_table: Callable[[str, str], Members | None],
        catalog: Any,
        objects: Any,
        folder: str,
        now: datetime,
    ) -> None:
        self.scanned_bytes = 0
        self._connection = connection
        self._glue_table = glue_table
        self._catalog = catalog
        self._objects = objects
        self._folder = folder
        self._now = now
        self._unpacked = lines.Unpacked()

    def later_bytes(self) -> int:
        """Bytes that are known only after the query has run: none, as files are fetched before."""
        return 0

    def add(self, scan: Scan) -> None:
        """Make the view of one scan.

        :raises QueryError: when the table cannot be read as it is declared
        """
        table = self._glue_table(scan.database, scan.table)
        if table is None:
            raise QueryError(
                "TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{scan.database}.{scan.table}' does not exist"
            )
        table = {"DatabaseName": scan.database, **table}
        what = f"{scan.database}.{scan.table}"
        keys = columns_of(table.get("PartitionKeys") or [], what)
        own = columns_of((table.get("StorageDescriptor") or {}).get("Columns") or [], what)
        found = places(self._connection, table, self._catalog, scan.partition_filter, self._now)
        reader = _Reader(self._connection, self._objects, self._folder, scan, dict(own), keys, self._unpacked)
        if scan.partitions:
            self._connection.execute(f"CREATE TEMP VIEW {quoted(scan.name)} AS {reader.listed(found)}")
            return
        selects = [reader.select(number, group) for number, group in enumerate(_groups(self._files(found)))]
        self.scanned_bytes += reader.scanned
        sql = " UNION ALL ".join(selects) if selects else reader.empty()
        self._connection.execute(f"CREATE TEMP VIEW {quoted(scan.name)} AS {sql}")

    def _files(self, found: Sequence[Place]) -> list[_File]:
        for place in found:
            try:
                split(place.location)
            except BadLocation as error:
                raise QueryError("HIVE_INVALID_METADATA", str(error)) from error
        try:
            listings = self._objects.lists(locations=[place.location for place in found])
        except Refused as refused:
            if refused.code != "NoSuchBucket":
                raise
            raise QueryFailed(
                "", f"{refused.message} (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket)"
            ) from refused
        files = []
        for place, listing in zip(found, listings, strict=True):
            bucket = place.location.split("://", 1)[1].split("/", 1)[0]
            files += [
                _File(f"s3://{bucket}/{key}", size, modified, place) for key, size, _, modified in listing
            ]
        return files


def _groups(files: Sequence[_File]) -> list[_Group]:
    by_mark: dict[Any, _Group] = {}
    for file in files:
        layout = file.place.layout
        by_mark.setdefault(layout.mark, _Group(layout, [])).files.append(file)
    return list(by_mark.values())


class _Reader:
    """The SQL of one scan's groups."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        objects: Any,
        folder: str,
        scan: Scan,
        own: dict[str, HiveType],
        keys: Sequence[tuple[str, HiveType]],
        unpacked: lines.Unpacked,
    ) -> None:
        self._unpacked = unpacked
        self._connection = connection
        self._objects = objects
        self._folder = folder
        self._scan = scan
        self._own = own
        self._keys = dict(keys)
        self._places = [name for name, _ in keys]
        self._data = [name for name in scan.columns if name not in self._keys]
        self._used_keys = [name for name in scan.columns if name in self._keys]
        unknown = [name for name in scan.hidden if name not in _HIDDEN]
        if unknown:
            raise QueryError(
                "NOT_SUPPORTED", f"The hidden column {unknown[0]} is not available in this emulator"
            )
        self.scanned = 0

    def empty(self) -> str:
        """The scan without any file."""
        types = {name: values.duckdb_type(type_) for name, type_ in (self._own | self._keys).items()}
        types |= _HIDDEN
        named = [*self._scan.columns, *self._scan.hidden]
        parts = [f"CAST(NULL AS {types[name]}) AS {quoted(name)}" for name in named]
        return f"SELECT {', '.join(parts) or '1 AS lab_nothing'} WHERE false"

    def listed(self, found: Sequence[Place]) -> str:
        """SQL of one row for each place, with its keys only."""
        rows = []
        for place in found:
            held = dict(zip(self._places, place.values, strict=True))
            told = [(c, None if held[c] == NULL else held[c]) for c in self._used_keys]
            parts = [f"{self._typed(c, _sql(v))} AS {quoted(c)}" for c, v in told]
            rows.append(f"SELECT {', '.join(parts) or '1 AS lab_nothing'}")
        return " UNION ALL ".join(rows) or self.empty()

    def select(self, number: int, group: _Group) -> str:
        """SQL that reads one group, with the scan's columns."""
        marks = self._marks(group)
        if group.layout.kind in ("parquet", "orc", "avro"):
            inner, by_path = self._columnar(group, marks)
        else:
            inner, by_path = self._text(group, marks)
        if inner is None:
            return self.empty()
        return self._with_marks(f"{self._scan.name}_{number}", inner, by_path, group, marks)

    def _marks(self, group: _Group) -> list[int]:
        """For each file the number of what must be told apart: its partition values, and itself if `$path`
        is used.
        """
        if self._scan.hidden:
            return list(range(len(group.files)))
        seen: dict[tuple[str, ...], int] = {}
        used = [self._places.index(name) for name in self._used_keys]
        return [seen.setdefault(tuple(file.place.values[i] for i in used), len(seen)) for file in group.files]

    def _with_marks(
        self, name: str, inner: str, by_path: list[tuple[str, int]], group: _Group, marks: list[int]
    ) -> str:
        extra = [*self._used_keys, *self._scan.hidden]
        data = [f"data.{quoted(column)}" for column in self._data]
        first = {mark: file for mark, file in reversed(list(zip(marks, group.files, strict=True)))}
        if not extra:
            listed = ", ".join(data) or "1 AS lab_nothing"
            return f"SELECT {listed} FROM ({inner}) AS data"
        in_order = {column: place for place, column in enumerate([*self._scan.columns, *self._scan.hidden])}
        if len(first) == 1:
            told = dict(zip(extra, self._told(next(iter(first.values()))), strict=True))
            parts = {c: f"{self._typed(c, _sql(v))} AS {quoted(c)}" for c, v in told.items()}
            source = f"({inner}) AS data"
        else:
            table = f"{name}_files"
            columns = ", ".join(f"m{i} VARCHAR" for i in range(len(extra)))
            self._connection.execute(f"CREATE TEMP TABLE {quoted(table)} ({quoted(FILE)} VARCHAR, {columns})")
            insert(
                self._connection, quoted(table), [[path, *self._told(first[mark])] for path, mark in by_path]
            )
            typed = ", ".join(f"{self._typed(c, f'm{i}')} AS {quoted(c)}" for i, c in enumerate(extra))
            marked = f"(SELECT {quoted(FILE)}, {typed} FROM {quoted(table)}) AS marks"
            source = f"({inner}) AS data JOIN {marked} USING ({quoted(FILE)})"
            parts = {c: f"marks.{quoted(c)}" for c in extra}
        parts |= dict(zip(self._data, data, strict=True))
        listed = ", ".join(parts[column] for column in sorted(parts, key=in_order.__getitem__))
        return f"SELECT {listed} FROM {source}"

    def _told(self, file: _File) -> list[str | None]:
        held = dict(zip(self._places, file.place.values, strict=True))
        answer: list[str | None] = [None if held[c] == NULL else held[c] for c in self._used_keys]
        hidden = {
            "$path": file.url,
            "$file_size": str(file.size),
            "$file_modified_time": str(file.modified_ms),
        }
        return answer + [hidden[c] for c in self._scan.hidden]

    def _typed(self, column: str, sql: str) -> str:
        if column == "$file_modified_time":
            return f"{{'instant': make_timestamp(CAST({sql} AS BIGINT) * 1000), 'zone': 'UTC'}}"
        if column in _HIDDEN:
            return f"CAST({sql} AS {_HIDDEN[column]})"
        type_ = self._keys[column]
        if type_.name in ("string", "varchar", "char"):
            return values.scalar(f"CAST({sql} AS VARCHAR)", type_, values.LAZY, 0)
        return f"CAST({sql} AS {values.duckdb_type(type_)})"

    def _fetch(self, group: _Group) -> list[list[Any]]:
        fetched: list[list[Any]] = self._objects.fetch(
            urls=[file.url for file in group.files], folder=self._folder
        )
        return fetched

    def _text(self, group: _Group, marks: list[int]) -> tuple[str | None, list[tuple[str, int]]]:
        layout = group.layout
        fetched = self._fetch(group)
        self.scanned += sum(file.size for file in group.files)
        pieces = [
            lines.Piece(path, offset, size, file.url, mark)
            for (path, offset, size), file, mark in zip(fetched, group.files, marks, strict=True)
        ]
        by_path = lines.prepare(pieces, self._folder, layout.header_lines, self._unpacked)
        if not by_path:
            return None, []
        source = lines.relation([path for path, _ in by_path])
        wanted = [name for name, _ in layout.columns if name in self._data]
        file = f"filename AS {quoted(FILE)}"
        if not wanted and layout.kind not in ("openx", "hive-json"):
            nulls = self._coerced(layout, {})
            return f"SELECT {', '.join([*nulls, file])} FROM {source}", by_path
        match layout.kind:
            case "openx" | "hive-json":
                fields, parts = json_lines.columns(self._connection, layout, wanted, source)
                if not wanted:  # what is malformed ends the query all the same
                    source = f"(SELECT * FROM {source} WHERE coalesce(strlen({fields}), 0) >= 0)"
                    fields = "NULL"
            case "csv":
                fields, parts = csv_fields.columns(layout, wanted)
            case "regex" | "grok":
                fields, parts = patterns.columns(layout, wanted)
            case _:
                fields, parts = delimited.columns(layout, wanted)
        listed = self._coerced(layout, parts)
        return (
            f"SELECT {', '.join([*listed, file])} FROM (SELECT {fields} AS fields, filename FROM {source})",
            by_path,
        )

    def _coerced(self, layout: Layout, parts: dict[str, str]) -> list[str]:
        """The columns of a group as the table's, whose names they have."""
        held = dict(layout.columns)
        answer = []
        for name in self._data:
            target = values.duckdb_type(self._own[name])
            if name not in parts:
                answer.append(f"CAST(NULL AS {target}) AS {quoted(name)}")
            elif held[name] == self._own[name]:
                answer.append(f"{parts[name]} AS {quoted(name)}")
            else:
                answer.append(f"TRY_CAST({parts[name]} AS {target}) AS {quoted(name)}")
        return answer

    def _columnar(self, group: _Group, marks: list[int]) -> tuple[str | None, list[tuple[str, int]]]:
        layout = group.layout
        wanted = [name for name in self._data if name in dict(layout.columns)]
        paths = []
        for (path, offset, size), file in zip(self._fetch(group), group.files, strict=True):
            own = path if offset is None else self._slice(path, offset, size)
            if layout.kind != "parquet":
                self.scanned += file.size
                own = self._converted(layout, own, wanted)
            paths.append(own)
        urls = {path: file.url for path, file in zip(paths, group.files, strict=True)}
        declared = Layout(
            layout.kind, tuple(self._own.items()), layout.serde if layout.kind == "parquet" else {}
        )
        found = columnar.relations(self._connection, declared, self._data, paths, urls)
        if layout.kind == "parquet":
            self.scanned += columnar.scanned(self._connection, wanted, paths)
        return " UNION ALL ".join(found), list(zip(paths, marks, strict=True))

    def _converted(self, layout: Layout, path: str, wanted: list[str]) -> str:
        from localstack_lab.athena.reading import conversion

        target = f"{path}.parquet"
        convert = conversion.orc_to_parquet if layout.kind == "orc" else conversion.avro_to_parquet
        convert(path, target, layout, wanted)
        return target

    def _slice(self, path: str, offset: int, size: int) -> str:
        target = os.path.join(self._folder, f"{os.path.basename(path)}-{offset}")
        with open(path, "rb") as pack, open(target, "xb") as file:
            pack.seek(offset)
            file.write(pack.read(size))
        return target


def _sql(value: str | None) -> str:
    return "NULL" if value is None else literal(value)
