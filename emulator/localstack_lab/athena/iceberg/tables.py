"""The Iceberg tables of one statement, as the analyzer and the readers ask for them."""

from typing import Any

from pyiceberg.catalog.glue import _IcebergSchemaToGlueType
from pyiceberg.schema import Schema, visit
from pyiceberg.table import Table

from localstack_lab.athena.iceberg import metadata_tables, types
from localstack_lab.athena.iceberg.catalog import LakeCatalog
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.plan import TableInfo

type Members = dict[str, Any]


class IcebergTables:
    """Loads each table's metadata once, so that a statement sees one state of it.

    :param catalog: Glue, with boto3's methods and keywords
    :param objects: S3
    :param folder: of the worker, for copies of objects
    """

    def __init__(self, catalog: Any, objects: Any, folder: str) -> None:
        self.files = LakeFiles(objects, folder)
        self.catalog = LakeCatalog(catalog, self.files)
        self._loaded: dict[tuple[str, str], Table] = {}

    def load(self, glue_table: Members) -> Table:
        """The table that a Glue table points to.

        :raises QueryError: ICEBERG_INVALID_METADATA, ICEBERG_MISSING_METADATA
        """
        key = (glue_table["DatabaseName"], glue_table["Name"])
        if key not in self._loaded:
            self._loaded[key] = self.catalog.of(glue_table)
        return self._loaded[key]

    def info(self, glue_table: Members) -> TableInfo:
        """The table as the analyzer sees it."""
        return _info(glue_table, self.load(glue_table).schema())

    def metadata_info(self, glue_table: Members, kind: str) -> TableInfo | None:
        """`"table$kind"`, such as `snapshots`; None where there is no such kind."""
        columns = metadata_tables.columns(self.load(glue_table), kind)
        if columns is None:
            return None
        return TableInfo(
            database=glue_table["DatabaseName"],
            name=f"{glue_table['Name']}${kind}",
            columns=[(name, "string") for name, _ in columns],
            iceberg=True,
            types=dict(columns),
        )

    def as_of_timestamp(self, glue_table: Members, milliseconds: int) -> TableInfo:
        """The table as it was at a time.

        :param milliseconds: since 1970 in UTC
        :raises QueryError: INVALID_ARGUMENTS when it had no snapshot yet
        """
        table = self.load(glue_table)
        found = table.snapshot_as_of_timestamp(milliseconds)
        if found is None:
            name = f"{glue_table['DatabaseName']}.{glue_table['Name']}"
            message = f"No version history table {name} at or before {_shown(milliseconds)}"
            raise QueryError("INVALID_ARGUMENTS", message)
        return self._of_snapshot(glue_table, found.snapshot_id)

    def as_of_version(self, glue_table: Members, version: int | str) -> TableInfo:
        """The table at a snapshot.

        :param version: a snapshot's id, or the name of a tag or branch
        :raises QueryError: INVALID_ARGUMENTS when there is none
        """
        table = self.load(glue_table)
        if isinstance(version, str):
            named = table.snapshot_by_name(version)
            if named is None:
                raise QueryError("INVALID_ARGUMENTS", f"Cannot find snapshot with reference name: {version}")
            return self._of_snapshot(glue_table, named.snapshot_id)
        if table.snapshot_by_id(version) is None:
            raise QueryError("INVALID_ARGUMENTS", f"Iceberg snapshot ID does not exists: {version}")
        return self._of_snapshot(glue_table, version)

    def _of_snapshot(self, glue_table: Members, snapshot: int) -> TableInfo:
        return _info(glue_table, schema_at(self.load(glue_table), snapshot), snapshot)


def schema_at(table: Table, snapshot: int | None) -> Schema:
    """The columns that a table had at a snapshot; those of now for None."""
    found = table.snapshot_by_id(snapshot) if snapshot is not None else None
    if found is None or found.schema_id is None:
        return table.schema()
    return table.schemas()[found.schema_id]


def _info(glue_table: Members, schema: Schema, snapshot: int | None = None) -> TableInfo:
    kinds = {field.name.lower(): types.trino(field.field_type) for field in schema.fields}
    return TableInfo(
        database=glue_table["DatabaseName"],
        name=glue_table["Name"],
        columns=[
            (field.name.lower(), visit(field.field_type, _IcebergSchemaToGlueType()))
            for field in schema.fields
        ],
        parameters=glue_table.get("Parameters") or {},
        iceberg=True,
        types=kinds,
        snapshot=snapshot,
    )


def _shown(milliseconds: int) -> str:
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"
