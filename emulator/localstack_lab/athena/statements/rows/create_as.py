"""CREATE TABLE AS.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from typing import Any

from localstack_lab.athena.engine.contract import Outcome, QueryFailed
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Context, Members
from localstack_lab.athena.statements.ddl.partition_names import name_of
from localstack_lab.athena.statements.ddl.partitions import register
from localstack_lab.athena.statements.hive_names import hive_type
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.rows import iceberg, properties, storing
from localstack_lab.athena.statements.rows.columns import checked_names
from localstack_lab.athena.statements.tree import CreateTableAs
from localstack_lab.athena.writing.buckets import bucket as hive_bucket
from localstack_lab.athena.writing.options import WriteOptions
from localstack_lab.lake.storage_formats import JSON_TABLE, STORED_AS


def run(context: Context, session: Any, statement: CreateTableAs, text: str) -> Outcome:
    """Write the rows of the query below the table's location, then the table to the catalog.

    :raises QueryError: for the query, its columns, the properties, or a location that is not empty
    """
    database, name = context.qualified(statement.name)
    of_iceberg = properties.is_iceberg(statement.properties)
    if not of_iceberg:
        properties.check_names(statement.properties)
    if not context.has_database(database):
        _answered(session, statement, text)  # Athena finds it out when it has run the query
        raise QueryFailed("", f"Database {database} not found. Please check your query.")
    if context.find_table(statement.name) is not None:
        if statement.if_not_exists:
            return storing.outcome(session, storing.Stored((), 0, {}))
        message = f"Destination table 'awsdatacatalog.{database}.{name}' already exists"
        raise QueryError("TABLE_ALREADY_EXISTS", message, 1, 1)
    if statement.aliases:
        checked_names([column.name for column in session.plan(statement.query.in_place(text)).columns])
        raise QueryError(
            "NOT_SUPPORTED", "Names of columns in front of AS are not supported: name them in the query", 1, 1
        )
    if of_iceberg:
        return iceberg.create_as(context, session, statement, text)
    options = properties.options(statement.properties)
    plan = session.plan(statement.query.in_place(text))
    names = checked_names([column.name for column in plan.columns])
    keys = properties.partitioned_by(statement.properties, names)
    columns = [(n, column.type) for n, column in zip(names, plan.columns, strict=True)]
    spread, buckets = properties.bucketed_by(statement.properties, names[: len(names) - len(keys)])
    bucket = None
    if spread:
        bucket = hive_bucket([(f"c{names.index(n)}", dict(columns)[n]) for n in spread], buckets)
    told = described(name, columns, len(keys), options, int(context.clock()))
    location = _location(context, statement, f"{database}.{name}")
    told["StorageDescriptor"] |= {
        "Location": location,
        "BucketColumns": spread,
        "NumberOfBuckets": buckets or -1,
    }
    stored = storing.Stored((), 0, {})
    if statement.with_data:
        stored = storing.store(
            session,
            plan,
            columns,
            len(keys),
            options,
            lambda values: _folder(location, keys, values),
            bucket=bucket,
        )
    try:
        context.catalog.create_table(DatabaseName=database, TableInput=told)
    except Refused as refused:
        raise QueryError("HIVE_METASTORE_ERROR", refused.message) from refused
    if stored.partitions:
        table = {**told, "DatabaseName": database}
        try:
            register(context, table, [(list(v), folder) for v, folder in stored.partitions.items()])
        except (QueryFailed, Refused):
            context.catalog.delete_table(DatabaseName=database, Name=name)  # a table without its rows
            raise
    return storing.outcome(session, stored, (("CREATE", "TABLE", f"{database}.{name}"),))


def _answered(session: Any, statement: CreateTableAs, text: str) -> None:
    """Run the query for its errors alone.

    :raises QueryError: the query's
    """
    plan = session.plan(statement.query.in_place(text))
    checked_names([column.name for column in plan.columns])
    if statement.with_data:
        with session.relation(plan) as (connection, sql):
            given = connection.execute(sql)
            while given.fetchmany(10_000):
                pass


def described(
    name: str, columns: list[tuple[str, t.Type]], keys: int, options: WriteOptions, now: int
) -> Members:
    """The TableInput, without its location.

    :raises QueryError: NOT_SUPPORTED for a type that Hive lacks
    """
    told = [{"Name": column, "Type": hive_type(kind)} for column, kind in columns]
    form = JSON_TABLE if options.format == "JSON" else STORED_AS[options.format]
    parameters = {"serialization.format": "1"}
    if options.format == "TEXTFILE" and options.separators[0] != "\x01":
        parameters = {"field.delim": options.separators[0], "serialization.format": options.separators[0]}
    kept = {"EXTERNAL": "TRUE", "has_encrypted_data": "false", "transient_lastDdlTime": str(now)}
    if options.format in ("PARQUET", "ORC"):
        kept["orc.compress" if options.format == "ORC" else "parquet.compression"] = options.compression
    else:
        kept["write.compression"] = options.compression
    return {
        "Name": name,
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": kept,
        "PartitionKeys": told[len(told) - keys :] if keys else [],
        "StorageDescriptor": {
            "Columns": told[: len(told) - keys],
            "InputFormat": form.reads,
            "OutputFormat": form.writes,
            "Compressed": False,
            "SerdeInfo": {"Name": name, "SerializationLibrary": form.serde, "Parameters": parameters},
            "SortColumns": [],
            "Parameters": {},
            "StoredAsSubDirectories": False,
        },
    }


def _location(context: Context, statement: CreateTableAs, what: str) -> str:
    given = properties.text(statement.properties, "external_location", "")
    if given:
        location = storing.s3_folder(given, "external_location")
    else:
        if not context.request.output_location:
            raise QueryError("INVALID_TABLE_PROPERTY", "CTAS needs external_location or an output location")
        base = context.request.output_location.rstrip("/")
        location = f"{base}/tables/{context.request.query_id}/"
    storing.refuse_if_used(context, location, what)
    return location


def _folder(location: str, keys: list[str], values: tuple[str, ...]) -> str:
    return f"{location}{name_of(keys, values)}/" if keys else location
