"""Parquet by name, and ORC and Avro by way of Parquet; files of different schemas side by side.

See https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html: Parquet columns are
found by their name, ORC's by their place.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from localstack_lab.athena.reading import values
from localstack_lab.athena.reading.errors import bad_data, literal, quoted
from localstack_lab.athena.reading.layout import FILE, Layout
from localstack_lab.lake.hive_types import HiveType

_WHOLE = {
    "tinyint": 8,
    "utinyint": 8,
    "smallint": 16,
    "usmallint": 16,
    "integer": 32,
    "uinteger": 32,
    "bigint": 64,
}
_HIVE_WHOLE = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
_PATHS = re.compile(r"'(/[^']*)'")
_ORC = {"tinyint": "BYTE", "smallint": "SHORT", "integer": "INT", "bigint": "LONG", "varchar": "STRING",
        "blob": "BINARY"}  # fmt: skip
_PRIMITIVES = {"BYTE_ARRAY": "BINARY"}


@dataclass(frozen=True)
class Schema:
    """What one Parquet file holds.

    :param columns: (name, DuckDB's type, the file's own name of the primitive type)
    """

    columns: tuple[tuple[str, Any, str], ...]


def relations(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    wanted: Sequence[str],
    paths: Sequence[str],
    names: dict[str, str],
) -> list[str]:
    """One SELECT for each schema among the files: the wanted columns, and ``FILE``.

    :param names: path → the object's ``s3://`` name, for messages
    """
    answer = []
    for group in _by_schema(connection, paths, names):
        listed = ", ".join(literal(path) for path in group)
        source = f"read_parquet([{listed}], filename={literal(FILE)})"
        schema = _schema(connection, group[0], names)
        parts = [
            f"{_column(schema, layout, name, names.get(group[0], group[0]))} AS {quoted(name)}"
            for name in wanted
        ]
        answer.append(f"SELECT {', '.join([*parts, quoted(FILE)])} FROM {source}")
    return answer


def _by_schema(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[str], names: dict[str, str]
) -> list[list[str]]:
    if len(paths) == 1:
        return [list(paths)]
    listed = ", ".join(literal(path) for path in paths)
    found = _read(
        connection,
        "SELECT file_name, string_agg(concat_ws(':', name, type, converted_type, logical_type, num_children, "
        f"scale, precision, repetition_type), ',') FROM parquet_schema([{listed}]) GROUP BY file_name",
        names,
    )
    groups: dict[str, list[str]] = {}
    marks = dict(found)
    for path in paths:
        groups.setdefault(marks[path], []).append(path)
    return list(groups.values())


def _schema(connection: duckdb.DuckDBPyConnection, path: str, names: dict[str, str]) -> Schema:
    _read(connection, f"SELECT 1 FROM parquet_file_metadata({literal(path)})", names)
    described = connection.sql(f"SELECT * FROM read_parquet({literal(path)})")
    primitives = {
        name: primitive
        for name, primitive in _read(
            connection, f"SELECT name, type FROM parquet_schema({literal(path)})", names
        )
        if primitive
    }
    return Schema(
        tuple(
            (name, type_, _PRIMITIVES.get(primitives.get(name, ""), primitives.get(name, "group")))
            for name, type_ in zip(described.columns, described.types, strict=True)
        )
    )


def _read(connection: duckdb.DuckDBPyConnection, sql: str, names: dict[str, str]) -> list[Any]:
    try:
        return connection.execute(sql).fetchall()
    except duckdb.InvalidInputException as error:
        raise bad_data(
            "Not valid Parquet file: " + _PATHS.sub(_named(names), str(error).splitlines()[0])
        ) from error


def _named(names: dict[str, str]) -> Callable[[re.Match[str]], str]:
    """For a message: the object's name in place of the file's."""
    return lambda found: f"'{names.get(found[1], 'a file')}'"


def _column(schema: Schema, layout: Layout, name: str, url: str) -> str:
    declared = dict(layout.columns)[name]
    by_place = str(layout.serde.get("parquet.column.index.access", "")).lower() == "true"
    place = [n for n, _ in layout.columns].index(name)
    for number, (held, type_, primitive) in enumerate(schema.columns):
        if (number == place) if by_place else (held.lower() == name):
            try:
                return coerced(quoted(held), type_, declared)
            except _Misfit as error:
                if layout.kind == "orc":
                    raise bad_data(
                        f"Malformed ORC file. Cannot read SQL type '{_trino(declared)}' from ORC stream "
                        f"'.{held}' of type {_ORC.get(str(type_.id), str(type_.id).upper())} [{url}]"
                    ) from error
                raise bad_data(
                    f"Field {held}'s type {primitive} in parquet file {url} is incompatible with type "
                    f"{_trino(declared)} defined in table schema"
                ) from error
    return f"CAST(NULL AS {values.duckdb_type(declared)})"


def _trino(type_: HiveType) -> str:
    from localstack_lab.athena.sql import hive

    return str(hive.from_hive(str(type_)))


class _Misfit(Exception):
    """The file's type cannot be read as the declared one."""


def coerced(sql: str, held: Any, declared: HiveType) -> str:
    """SQL of a file's value as the declared type.

    :param held: DuckDB's type of it
    :raises _Misfit: when Athena does not read the one as the other
    """
    kind = str(held.id)
    name = declared.name
    target = values.duckdb_type(declared)
    if kind in _WHOLE and name in _HIVE_WHOLE:
        return sql if str(held).lower() == target.lower() else _checked(sql, target, declared)
    if kind in _WHOLE and name in ("double", "float"):
        return f"CAST({sql} AS {target})"
    if kind in _WHOLE and name == "decimal":
        return _checked(sql, target, declared)
    if kind in ("float", "double") and name in ("float", "double"):
        if kind == "double" and name == "float":
            raise _Misfit
        return sql if kind == name else f"CAST({sql} AS DOUBLE)"
    if kind == "decimal" and name in ("decimal", "double", "float"):
        return sql if str(held) == target else _checked(sql, target, declared)
    if kind == "varchar" and name in ("string", "varchar", "char"):
        return values.scalar(sql, declared, values.LAZY, 0)
    if kind in ("varchar", "blob") and name == "binary":
        return sql if kind == "blob" else f"encode({sql})"
    if kind == "blob" and name in ("string", "varchar", "char"):
        fault = "'NOT_SUPPORTED: Reading bytes that are no UTF-8 as text is not available in this emulator'"
        text = f"CASE WHEN {sql} IS NOT NULL THEN coalesce(TRY(decode({sql})), error({fault})) END"
        return values.scalar(text, declared, values.LAZY, 0)
    if kind == "boolean" and name == "boolean":
        return sql
    if kind == "date" and name in ("date", "timestamp"):
        return sql if name == "date" else f"CAST({sql} AS TIMESTAMP)"
    if kind.startswith("timestamp") and name == "timestamp":
        plain = f"({sql} AT TIME ZONE 'UTC')" if "with time zone" in kind or kind == "timestamp_tz" else sql
        plain = plain if kind == "timestamp" else f"CAST({plain} AS TIMESTAMP)"
        return values.milliseconds(plain)
    return _nested(sql, held, declared)


def _checked(sql: str, target: str, declared: HiveType) -> str:
    """SQL of a number as another type; one that is too large for it ends the query, as in Trino's reader."""
    message = (
        f"'HIVE_CURSOR_ERROR: Failed to read Parquet file: the value ' || {sql} || "
        f"' is out of range for {_trino(declared)}'"
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN coalesce(TRY_CAST({sql} AS {target}), error({message})) END"


def _nested(sql: str, held: Any, declared: HiveType) -> str:
    kind, name = str(held.id), declared.name
    item = f"v{abs(hash(sql)) % 100000}"
    if kind == "list" and name == "array":
        child = dict(held.children)["child"]
        inner = coerced(item, child, declared.parts[0])
        return sql if inner == item else f"list_transform({sql}, lambda {item}: {inner})"
    if kind == "map" and name == "map":
        children = dict(held.children)
        key = coerced(f"{item}.key", children["key"], declared.parts[0])
        value = coerced(f"{item}.value", children["value"], declared.parts[1])
        if (key, value) == (f"{item}.key", f"{item}.value"):
            return sql
        entry = f"{{'key': {key}, 'value': {value}}}"
        made = f"map_from_entries(list_transform(map_entries({sql}), lambda {item}: {entry}))"
        return f"CASE WHEN {sql} IS NULL THEN NULL ELSE {made} END"
    if kind == "struct" and name == "struct":
        children = {key.lower(): (key, child) for key, child in held.children}
        parts = []
        for field, part in zip(declared.fields, declared.parts, strict=True):
            if field.lower() in children:
                written, child = children[field.lower()]
                inner = coerced(f"struct_extract({sql}, {literal(written)})", child, part)
            else:
                inner = f"CAST(NULL AS {values.duckdb_type(part)})"
            parts.append(f"{literal(field.lower())}: {inner}")
        return f"CASE WHEN {sql} IS NULL THEN NULL ELSE {{{', '.join(parts)}}} END"
    raise _Misfit


def scanned(connection: duckdb.DuckDBPyConnection, wanted: Sequence[str], paths: Sequence[str]) -> int:
    """Compressed bytes of the wanted columns' chunks, as the files' footers tell."""
    if not wanted:
        return 0
    listed = ", ".join(literal(path) for path in paths)
    names = ", ".join(literal(name) for name in wanted)
    found = connection.execute(
        "SELECT coalesce(sum(total_compressed_size), 0) FROM "
        f"parquet_metadata([{listed}]) WHERE lower(string_split(path_in_schema, ', ')[1]) IN ({names})"
    ).fetchone()
    return int(found[0]) if found else 0
