"""Rows of a plan to files, and files to S3."""

import os
import random
import string
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from localstack_lab.athena.engine.contract import Outcome, ResultColumn
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Context
from localstack_lab.athena.statements.ddl.partition_names import NULL
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.writing import files
from localstack_lab.athena.writing.options import WriteOptions

ROWS = (ResultColumn("rows", "bigint", "bigint", precision=19),)
"""The one column of a statement that writes."""


@dataclass(frozen=True)
class Stored:
    """What was written.

    :ivar urls: of all objects
    :ivar partitions: values of the keys as the catalog holds them → the folder
    """

    urls: tuple[str, ...]
    rows: int
    partitions: dict[tuple[str, ...], str]


def store(
    session: Any,
    plan: Any,
    columns: Sequence[tuple[str, t.Type]],
    keys: int,
    options: WriteOptions,
    folder_of: Callable[[tuple[str, ...]], str],
    *,
    sql: Callable[[str], str] = lambda given: given,
    bucket: str | None = None,
) -> Stored:
    """Run a plan and write its rows.

    :param columns: in the order in which the files have them, the last `keys` partition keys
    :param folder_of: values of the keys → ``s3://…/``, with its slash
    :param sql: the plan's SQL → SQL whose columns are `columns`
    :param bucket: SQL over c0, c1, … of a row's bucket
    :raises QueryError: the query's, or HIVE_TOO_MANY_OPEN_PARTITIONS
    """
    local = os.path.join(session.folder, "written")
    os.makedirs(local, exist_ok=True)
    named = file_names(session.now)
    with session.relation(plan) as (connection, given):
        written = files.write(connection, sql(given), columns, keys, options, local, named, bucket)
    urls, folders = [], {}
    for one in written:
        values = tuple(NULL if value is None or value == "" else value for value in one.partition)
        folder = folder_of(values)
        if values:
            folders[values] = folder.rstrip("/")
        url = folder + os.path.basename(one.path)
        try:
            session.objects.put(path=one.path, url=url)
        except Refused as refused:
            raise QueryError(
                "HIVE_WRITER_CLOSE_ERROR", f"Error committing write to Hive: {refused.message}"
            ) from refused
        os.unlink(one.path)
        urls.append(url)
    return Stored(tuple(urls), sum(one.rows for one in written), folders)


def file_names(now: Any) -> Callable[[], str]:
    """Names as Athena gives them: ``20240131_120000_00042_k3v9x_`` and a UUID."""
    # not secrets: the name only has to differ from those of other statements
    number = f"{random.randrange(100_000):05d}"
    letters = "".join(random.choices(string.ascii_lowercase + string.digits, k=5))
    begin = f"{now:%Y%m%d_%H%M%S}_{number}_{letters}"
    return lambda: f"{begin}_{uuid.uuid4()}"


def refuse_if_used(context: Context, location: str, name: str = "") -> None:
    """:raises QueryError: HIVE_PATH_ALREADY_EXISTS when anything lies below a location"""
    try:
        found = context.objects.list_all(location=location.rstrip("/") + "/")
    except Refused as refused:
        raise QueryError("HIVE_FILESYSTEM_ERROR", f"{location}: {refused.message}") from refused
    if any(not (name.endswith("/") and size == 0) for name, size, *_ in found):
        what = f"table '{name}'" if name else "table"
        message = f"Target directory for {what} already exists: {location}"
        raise QueryError("HIVE_PATH_ALREADY_EXISTS", message)


def s3_folder(location: str, name: str) -> str:
    """A location with its slash.

    :raises QueryError: for one that is not in S3
    """
    scheme, separator, rest = location.partition("://")
    if scheme.lower() not in ("s3", "s3a", "s3n") or not separator or not rest.partition("/")[0]:
        raise QueryError("INVALID_TABLE_PROPERTY", f"{name} must be a place in Amazon S3: {location}")
    return f"s3://{rest.rstrip('/')}/"


def outcome(session: Any, stored: Stored, changed: tuple[tuple[str, str, str], ...] = ()) -> Outcome:
    """What CTAS, INSERT and UNLOAD answer."""
    return Outcome(
        kind="none",
        columns=ROWS,
        update_count=stored.rows,
        manifest=stored.urls,
        statistics=session.statistics(),
        changed=changed,
    )
