"""DuckDB's errors as Athena's, so far as they are the statement's or its data's; else they are ours and
say so.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.sql.errors import QueryError, from_duckdb

_MARK = re.compile(r"\n\n(?:LINE \d+:|Candidate|Possible)")


_FULL = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)
_FULL_TEXTS = tuple(os.strerror(number) for number in _FULL)


class EngineFault(Exception):
    """DuckDB failed on SQL of ours in a way that no statement should make it fail: the emulator's fault."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise QueryError or QueryFailed for DuckDB's errors inside."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise QueryError(
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
            f"Query exceeded the memory that this emulator gives it: {_first(error)}",
        ) from error
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) and str(error).rstrip(". ").endswith(_FULL_TEXTS):
            raise disk_full() from error
        known = from_duckdb(str(error))
        if known is not None:
            raise known from error
        raise EngineFault(f"{type(error).__name__}: {_first(error)}") from error


def is_disk_full(error: OSError) -> bool:
    """A file would be larger than a worker may write, or the disk has no room."""
    return error.errno in _FULL


def disk_full() -> QueryError:
    """The answer to :func:`is_disk_full`."""
    return QueryError(
        "GENERIC_INSUFFICIENT_RESOURCES",
        "Query exceeded the disk space that this emulator gives it: a file of its data or result would be "
        "larger than 4 GiB, or the disk is full",
    )


def over_cutoff(limit: int) -> QueryFailed:
    """The query would read more than its work group allows."""
    return QueryFailed("EXCEEDED_SCAN_LIMIT", f"Bytes scanned limit was exceeded ({limit} bytes)")


def _first(error: Exception) -> str:
    return _MARK.split(str(error))[0].strip()
