"""One DuckDB for one query: limited, and shut off from everything but the query's own folder."""

import os
import sys

import duckdb

from localstack_lab.athena.engine import text
from localstack_lab.athena.reading import functions
from localstack_lab.athena.sql.functions import registry

THREADS = 2
_early: list[duckdb.DuckDBPyConnection] = []
_kept: list[duckdb.DuckDBPyConnection] = []  # a worker ends without closing it: that takes as long as a query


def open_early() -> None:
    """Have a connection that forks of this process inherit: to make one takes longer than a small query.

    It has no thread yet, as none would live on in a fork.
    """
    if not _early and sys.platform == "linux":
        made = _new()
        if len(os.listdir("/proc/self/task")) == 1:
            _early.append(made)
        else:
            made.close()


def take_over() -> None:
    """In a fork: give the connection numbers of its own for ``random()`` and ``uuid()``.

    It has no thread yet here either: what a worker is kept from, it is kept from thread by thread.
    """
    if not _early:
        _early.append(_new())
    _kept.append(_early[0])
    seed = int.from_bytes(os.urandom(6)) / 2**47 - 1
    _early[0].execute(f"SELECT setseed({seed!r})").fetchall()


def connect(folders: list[str], *, memory_mb: int, spill_mb: int) -> duckdb.DuckDBPyConnection:
    """A DuckDB that reads and writes below `folders` and nowhere else, whatever SQL it is given.

    No extension can be loaded, no other database attached, and none of this can be set back. What does not
    fit into memory goes below the first folder.
    """
    connection = _early.pop() if _early else _new()
    allowed = ", ".join(f"'{_quoted(folder.rstrip('/'))}/'" for folder in folders)
    settings = (
        f"threads = {THREADS}",
        f"memory_limit = '{int(memory_mb)}MiB'",
        f"temp_directory = '{_quoted(os.path.join(folders[0], 'spill'))}'",
        f"max_temp_directory_size = '{int(spill_mb)}MiB'",
        f"allowed_directories = [{allowed}]",
        "enable_external_access = false",
        "lock_configuration = true",
    )
    connection.execute("; ".join(f"SET {setting}" for setting in settings))
    return connection


def _new() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "async_threads": 0,  # for slow reads; ours are local files
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
