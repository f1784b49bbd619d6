"""GetQueryResults: a page of a result, read from its file in S3.

A token says at which byte of which version of the object the next page begins, so that every page costs the
same. https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.athena.executions.execution import Execution, Result
from localstack_lab.athena.paging import opened, token_of
from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.results.columns import column_info
from localstack_lab.athena.results.rows import Row, csv_rows, lines
from localstack_lab.lake.objects import names
from localstack_lab.lake.objects import store as s3

MOST = 1000
PIECE = 256 << 10  # bytes read at once; more, where a page takes more
MOST_PIECE = 40 << 20
"""A page ends with the last row that lies in so many bytes: all of it is in memory several times.

A row of Athena has at most 32 MB: https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html.
"""
_MALFORMED = "Malformed nextPageToken"
# One of these that failed without a text of Hive's was refused by Athena's own part for Iceberg tables, which
# leaves no file: measured on Athena, 2026-09-17 and 2026-09-24 (athena-local's measurements).
_OF_HIVES_GRAMMAR = {
    *("CREATE_TABLE", "DROP_TABLE", "MSCK_REPAIR", "DESCRIBE_TABLE", "SHOW_PARTITIONS", "SHOW_CREATE_TABLE"),
    *("ALTER_TABLE_ADD_COLUMN", "ALTER_TABLE_REPLACE_COLUMN", "ALTER_TABLE_CHANGE_COLUMN"),
    *("ALTER_TABLE_DROP_COLUMN", "ALTER_TABLE_PROPERTIES", "ALTER_TABLE_SET_LOCATION", "ALTER_TABLE_RENAME"),
    *("ALTER_TABLE_ADD_PARTITION", "ALTER_TABLE_DROP_PARTITION", "ALTER_TABLE_RENAME_PARTITION"),
    "ALTER_PARTITION_SET_LOCATION",
}


def results(execution: Execution, request: Members) -> Members:
    """The answer of GetQueryResults.

    Its checks come in AWS's order: the page's size, the state, the token.

    :raises ServiceException: InvalidRequestException
    """
    size = request.get("MaxResults") or MOST
    if size > MOST:
        raise invalid(f"MaxResults is more than maximum allowed length {MOST}")
    result = _finished(execution)
    if result is None:  # of a DDL statement that failed
        return {"ResultSet": {"Rows": []}}
    rows: list[Row] = []
    following: int | None = None
    if result.kind != "none" and result.size:
        rows, following = _page(execution.id, result, request.get("NextToken"), size)
    elif (token := request.get("NextToken")) and result.kind != "lines":  # Athena ignores it for no lines
        opened(token, _MALFORMED)
    answer: Members = {
        "ResultSet": {
            "Rows": [{"Data": [_datum(value) for value in row]} for row in rows],
            "ResultSetMetadata": {"ColumnInfo": [column_info(column) for column in result.columns]},
        }
    }
    if result.update_count is not None:
        answer["UpdateCount"] = result.update_count
    if following is not None:
        answer["NextToken"] = token_of([execution.id, following])
    return answer


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _finished(execution: Execution) -> Result | None:
    if execution.state == "CANCELLED":
        raise invalid("Could not find results", "RESULT_NOT_FOUND")
    if not execution.ended:
        message = f"Query has not yet finished. Current state: {execution.state}"
        raise invalid(message, "INVALID_QUERY_EXECUTION_STATE")
    if execution.state == "FAILED":
        if execution.reason and execution.reason.startswith("FAILED:"):
            return None
        if execution.substatement_type in _OF_HIVES_GRAMMAR:
            raise invalid("Could not find results", "RESULT_NOT_FOUND")
        message = "Query did not finish successfully. Final query state: FAILED"
        raise invalid(message, "INVALID_QUERY_EXECUTION_STATE")
    assert execution.result is not None
    return execution.result


def _page(query_id: str, result: Result, token: str | None, size: int) -> tuple[list[Row], int | None]:
    """The rows and, unless the result is at its end, the byte at which the next page begins.

    A page that is full has a next one, empty where nothing is left, as on AWS.
    """
    start = 0
    if token:
        told = opened(token, _MALFORMED)
        start = told[1] if isinstance(told, list) and len(told) == 2 and told[0] == query_id else -1
        if not isinstance(start, int) or not 0 <= start <= result.size + 1:
            raise invalid(f"{_MALFORMED} {token}")
    piece = PIECE
    while True:
        data, whole = _read(result, start, piece)
        last = start + len(data) >= whole
        if result.kind == "rows":
            rows, taken = csv_rows(data, size)
            if last and len(rows) < size and taken < len(data):
                raise invalid(f"{result.location} is not as Athena wrote it", "RESULT_NOT_FOUND")
        elif start > whole:
            rows, taken = [], 0
        else:
            rows, taken = lines(data, size, last=last)
        if last or len(rows) == size:
            return rows, start + taken if len(rows) == size else None
        if piece >= MOST_PIECE:
            if not rows:
                raise invalid(f"A row of {result.location} is larger than {MOST_PIECE >> 20} MB")
            return rows, start + taken
        piece = min(piece * 4, MOST_PIECE)


def _read(result: Result, start: int, length: int) -> tuple[bytes, int]:
    """`length` bytes from `start`, and the size of the whole object."""
    bucket, key = names.split(result.location)
    try:
        stored = s3.current(bucket, key)
        if stored is None or int(stored.size or 0) != result.size:
            raise invalid("Could not find results", "RESULT_NOT_FOUND")
        with s3.opened(bucket, stored) as stream:
            stream.seek(start)
            return bytes(stream.read(length)), result.size
    except ServiceException as error:
        if error.code == "NoSuchBucket":
            raise invalid("Could not find results", "RESULT_NOT_FOUND") from error
        raise


def exists(result: Result) -> bool:
    """Whether the result's file is still there, as it was written."""
    if result.kind == "none":
        return True
    try:
        bucket, key = names.split(result.location)
        stored: Any = s3.current(bucket, key)
    except ServiceException as error:
        if error.code == "NoSuchBucket":
            return False
        raise
    return stored is not None and int(stored.size or 0) == result.size
