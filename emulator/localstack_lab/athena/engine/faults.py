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
from localstack_lab.lake.workers.errors import DISK_FULL, Refused

_MARK = re.compile(r"\n\n(?:LINE \d+:|Candidate|Possible)")


_FULL = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)
# What DuckDB says of a Parquet file whose bytes are not what they should be, wherever it finds that.
_DAMAGED = re.compile(
    r"parquet|TProtocolException|TType|Out of buffer|don't know what type|ecompress|Could not read enough"
    r"|bytes outside file|Invalid unicode \(byte sequence",
    re.IGNORECASE,
)
# Arguments that no function of ours or DuckDB's takes, by what it says of them.
_OF_ARGUMENTS = (
    ("JSON path error", "INVALID_FUNCTION_ARGUMENT", "Invalid JSON path"),
    ("invalid repetition size", "NOT_SUPPORTED",
     "A regular expression that repeats more than 1,000 times is not supported by this emulator"),
    ("decimal.InvalidOperation", "NOT_SUPPORTED", "So many digits are not supported by this emulator"),
)  # fmt: skip
_NAME = re.compile(r"(?:file )?[\"'](?:/[^\"']*)[\"']")
_DIGITS = "set_int_max_str_digits"  # of Python's message about a number that is too long
_OF_THE_CATALOG = ("ValidationException", "InvalidInputException", "ResourceNumberLimitExceededException")
_FULL_TEXTS = tuple(os.strerror(number) for number in _FULL)


class EngineFault(Exception):
    """DuckDB failed on SQL of ours in a way that no statement should make it fail: the emulator's fault."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise QueryError or QueryFailed for DuckDB's errors inside."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise memory(_first(error).partition("\n")[0]) from error  # what follows is how to set DuckDB
    except duckdb.Error as error:
        if "MemoryError" in str(error):  # of one of our functions
            raise memory("no more can be had") from error
        if _DIGITS in str(error):
            raise too_many_digits() from error
        if isinstance(error, duckdb.IOException) and str(error).rstrip(". ").endswith(_FULL_TEXTS):
            raise disk_full() from error
        known = from_duckdb(str(error))
        if known is not None:
            raise known from error
        if _DAMAGED.search(str(error)) and not isinstance(error, duckdb.BinderException):
            reason = _NAME.sub("a file of the table", _first(error).partition("\n")[0])
            raise QueryError("HIVE_BAD_DATA", f"Malformed file: {reason}") from error
        for mark, name, message in _OF_ARGUMENTS:
            if mark in str(error):
                raise QueryError(name, message) from error
        if "RecursionError" in str(error) or "maximum recursion depth" in str(error):
            raise QueryError(
                "HIVE_BAD_DATA", "JSON is nested more deeply than this emulator reads"
            ) from error
        if "surrogate" in str(error):  # of one of our functions; Java writes a question mark
            raise half_a_character() from error
        raise EngineFault(f"{type(error).__name__}: {_first(error)}") from error


def of_python(error: Exception) -> QueryError | None:
    """What the statement or its data did wrong, when Python's part of the work ends with `error`; or None."""
    match error:
        case OSError() if error.errno in _FULL:
            return disk_full()
        case Refused(code=code) if code == DISK_FULL:
            return disk_full()
        case Refused(code=code) if code in _OF_THE_CATALOG:
            return QueryError(
                "HIVE_METASTORE_ERROR", f"{error.message} (Service: AWSGlue; Error Code: {code})"
            )
        case Refused(code="NoSuchKey"):  # deleted since it was listed
            return QueryError("HIVE_CANNOT_OPEN_SPLIT", f"Error opening Hive split: {error.message}")
        case MemoryError():
            return memory("no more can be had")
        case RuntimeError() if "std::bad_cast" in str(error):  # of DuckDB's client, at a text of ours
            return half_a_character()
        case RecursionError():
            return QueryError("STATEMENT_TOO_LARGE", "statement is too large (stack overflow)")
        case UnicodeEncodeError():
            return half_a_character()
        case ValueError() if _DIGITS in str(error):
            return too_many_digits()
    return None


def memory(why: str) -> QueryError:
    """More memory than there is."""
    return QueryError(
        "EXCEEDED_LOCAL_MEMORY_LIMIT", f"Query exceeded the memory that this emulator gives it: {why}"
    )


def half_a_character() -> QueryError:
    """A text that UTF-8 cannot hold."""
    return QueryError("INVALID_FUNCTION_ARGUMENT", "A text has a half of a surrogate pair")


def too_many_digits() -> QueryError:
    """A whole number that Python does not read: it takes time by the square of its length."""
    return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", "A number has more than 4300 digits")


def disk_full() -> QueryError:
    """A file would be larger than a worker may write, or the disk has no room."""
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
