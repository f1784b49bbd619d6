"""One DuckDB for one query: limited, and shut off from everything but the query's own folder."""

import os

import duckdb

from localstack_lab.athena.engine import text
from localstack_lab.athena.reading import functions
from localstack_lab.athena.sql.functions import registry

THREADS = 2
_early: list[duckdb.DuckDBPyConnection] = []


def open_early() -> None:
    """Have a connection ready for the one query of this process."""
    if not _early:
        _early.append(_new())


def connect(folders: list[str], *, memory_mb: int, spill_mb: int) -> duckdb.DuckDBPyConnection:
    """A DuckDB that reads and writes below `folders` and nowhere else, whatever SQL it is given.

    No extension can be loaded, no other database attached, and none of this can be set back. What does not
    fit into memory goes below the first folder.
    """
    connection = _early.pop() if _early else _new()
    allowed = ", ".join(f"'{_quoted(folder.rstrip('/'))}/'" for folder in folders)
    for setting in (
        f"memory_limit = '{int(memory_mb)}MiB'",
        f"temp_directory = '{_quoted(os.path.join(folders[0], 'spill'))}'",
        f"max_temp_directory_size = '{int(spill_mb)}MiB'",
        f"allowed_directories = [{allowed}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def _new() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
            "python_enable_replacements": False,
            "preserve_insertion_order": True,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    for macro in text.MACROS:
        connection.execute(macro)
    registry.prepare(connection, [])
    functions.register(connection)
    connection.execute("SELECT 1").fetchall()
    return connection


def _quoted(text: str) -> str:
    return text.replace("'", "''")
