"""What Firehose hands to a transform function, and what it wants back.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

import base64
import binascii
import json
import logging
from decimal import Decimal
from typing import Any

from .change_line import BadRecord, Layout, change_line

_log = logging.getLogger(__name__)


def transform(event: dict[str, Any], layout: Layout) -> dict[str, Any]:
    """Every record of `event` as a line of JSON, or as ProcessingFailed with its data as it came.

    Firehose keeps a failed record below its error prefix; the reason stands in the function's log.
    """
    return {"records": [_answer(record, layout) for record in event["records"]]}


def _answer(record: dict[str, Any], layout: Layout) -> dict[str, str]:
    try:
        line = f"{change_line(_change(record['data']), layout)}\n".encode()
    except BadRecord as error:
        _log.warning("Record %s is refused: %s.", record["recordId"], error)
        return {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    return {"recordId": record["recordId"], "result": "Ok", "data": base64.b64encode(line).decode()}


def _change(data: str) -> object:
    try:
        return json.loads(base64.b64decode(data, validate=True), parse_float=Decimal)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadRecord(f"it is no JSON: {error}") from error
