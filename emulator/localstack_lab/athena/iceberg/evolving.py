"""Other columns for an Iceberg table: only its metadata changes.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html
https://iceberg.apache.org/spec/#schema-evolution
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from pyiceberg import types as i
from pyiceberg.table import Table
from pyiceberg.table.update.schema import UpdateSchema

from localstack_lab.athena.iceberg.columns import iceberg_type, shown
from localstack_lab.athena.iceberg.commits import committed
from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.athena.statements.tree import Column

type Path = tuple[str, ...]


def add(table: Table, columns: Sequence[Column]) -> None:
    """Add columns at the end.

    :raises QueryError: COLUMN_ALREADY_EXISTS, NOT_SUPPORTED, ICEBERG_COMMIT_ERROR
    """
    taken = {field.name.lower() for field in table.schema().fields}
    for column in columns:
        if column.name in taken:
            raise QueryError(
                "COLUMN_ALREADY_EXISTS", f"Cannot add column, name already exists: {column.name}"
            )
    with _updated(table) as update:
        for column in columns:
            update.add_column((column.name,), _type(column.type), column.comment)


def drop(table: Table, name: str) -> None:
    """Take a column away.

    :raises QueryError: COLUMN_NOT_FOUND, NOT_SUPPORTED for one that the table is or was partitioned by,
        ICEBERG_COMMIT_ERROR
    """
    field = _field(table, name)
    if len(table.schema().fields) == 1:
        raise QueryError("NOT_SUPPORTED", "Cannot drop the only column in a table")
    inside = {field.field_id, *_ids(field.field_type)}
    for spec in table.specs().values():
        if any(part.source_id in inside for part in spec.fields):
            old = "" if spec.spec_id == table.spec().spec_id else "which is used by an old partition spec: "
            message = f"Cannot drop column {old}{name}" if old else f"Cannot drop partition field: {name}"
            raise QueryError("NOT_SUPPORTED", message)
    with _updated(table) as update:
        update.delete_column((field.name,))


def change(table: Table, old: str, new: Column, after: str | None) -> None:
    """Another name, type, comment or place for a column; a comment that is not given stays.

    :param after: the column to follow, '' to be the first, None to stay
    :raises QueryError: COLUMN_NOT_FOUND, COLUMN_ALREADY_EXISTS, NOT_SUPPORTED, ICEBERG_COMMIT_ERROR
    """
    field = _field(table, old)
    others = {other.name.lower() for other in table.schema().fields if other is not field}
    if new.name in others:
        raise QueryError("COLUMN_ALREADY_EXISTS", f"Cannot rename column, name already exists: {new.name}")
    ahead = _field(table, after) if after else None
    if ahead is field:
        raise QueryError("INVALID_ARGUMENTS", f"Cannot move {old} after itself")
    wanted = _type(new.type)
    with _updated(table) as update:
        _retype(update, (field.name,), field.field_type, wanted)
        if new.comment is not None and new.comment != field.doc:
            update.update_column((field.name,), doc=new.comment)
        if new.name != field.name.lower():
            update.rename_column((field.name,), new.name)
        if ahead is not None:
            update.move_after((field.name,), (ahead.name,))
        elif after is not None:
            update.move_first((field.name,))


@contextmanager
def _updated(table: Table) -> Iterator[UpdateSchema]:
    """The changes made inside, as one commit.

    :raises QueryError: NOT_SUPPORTED for a schema that Iceberg does not allow; ICEBERG_COMMIT_ERROR
    """
    try:
        with committed(table), table.update_schema() as update:
            yield update
    except ValueError as error:
        raise QueryError("NOT_SUPPORTED", str(error)) from error


def _type(text: str) -> i.IcebergType:
    numbers = count(1)
    return iceberg_type(text, numbers.__next__)


def _field(table: Table, name: str) -> i.NestedField:
    for field in table.schema().fields:
        if field.name.lower() == name:
            return field
    raise QueryError("COLUMN_NOT_FOUND", f"Column '{name}' does not exist")


def _ids(kind: i.IcebergType) -> list[int]:
    match kind:
        case i.StructType():
            return [at for field in kind.fields for at in (field.field_id, *_ids(field.field_type))]
        case i.ListType():
            return [kind.element_id, *_ids(kind.element_type)]
        case i.MapType():
            return [kind.key_id, *_ids(kind.key_type), kind.value_id, *_ids(kind.value_type)]
    return []


def _retype(update: UpdateSchema, path: Path, held: i.IcebergType, wanted: i.IcebergType) -> None:
    """Make a type into another, as far as Iceberg allows it."""
    match held, wanted:
        case i.StructType(), i.StructType():
            _fields(update, path, held, wanted)
        case i.ListType(), i.ListType():
            _retype(update, (*path, "element"), held.element_type, wanted.element_type)
        case i.MapType(), i.MapType():
            if not _same(held.key_type, wanted.key_type):
                raise _unfit(path, held, wanted)
            _retype(update, (*path, "value"), held.value_type, wanted.value_type)
        case _ if _same(held, wanted):
            return
        case _ if _widens(held, wanted):
            update.update_column(path, field_type=wanted)
        case _:
            raise _unfit(path, held, wanted)


def _fields(update: UpdateSchema, path: Path, held: i.StructType, wanted: i.StructType) -> None:
    """Fields of a row go by their names: some are added, or some are taken away."""
    there = {field.name.lower(): field for field in held.fields}
    asked = {field.name.lower(): field for field in wanted.fields}
    new, gone = [name for name in asked if name not in there], [name for name in there if name not in asked]
    if new and gone:
        names = f"{', '.join(gone)} → {', '.join(new)}"
        raise unsupported(f"Taking fields of {'.'.join(path)} away and adding others at once ({names})")
    for name, field in asked.items():
        if name in there:
            _retype(update, (*path, there[name].name), there[name].field_type, field.field_type)
    for name in gone:
        update.delete_column((*path, there[name].name))
    for name in new:
        update.add_column((*path, name), asked[name].field_type)
    kept = [name for name in there if name in asked] + new
    if kept == list(asked):
        return
    before: Path | None = None
    for name in asked:
        own = (*path, there[name].name if name in there else name)
        if before is None:
            update.move_first(own)
        else:
            update.move_after(own, before)
        before = own


def _same(one: i.IcebergType, other: i.IcebergType) -> bool:
    return shown(one).lower() == shown(other).lower()


def _widens(held: i.IcebergType, wanted: i.IcebergType) -> bool:
    match held, wanted:
        case (i.IntegerType(), i.LongType()) | (i.FloatType(), i.DoubleType()):
            return True
        case i.DecimalType(), i.DecimalType():
            return held.scale == wanted.scale and held.precision <= wanted.precision
    return False


def _unfit(path: Path, held: i.IcebergType, wanted: i.IcebergType) -> QueryError:
    message = f"Cannot change column type: {'.'.join(path)}: {shown(held)} -> {shown(wanted)}"
    return QueryError("NOT_SUPPORTED", message)
