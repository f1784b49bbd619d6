"""Scan.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.keys import partition_place, position_of, segment_bounds

from . import constraints, keys
from .constraints import Constraints
from .layers import older_words
from .paging import (
    INVALID_START,
    Reading,
    check_projection,
    check_select,
    check_start_shape,
    find_index,
    normal_start_key,
    page,
)
from .parameters import bind, check_parameters, nested_names, paths_of

Shape = dict[str, Any]

MAX_SEGMENTS = 1_000_000


def scan(call: Call, request: Shape) -> Shape:
    """Answers Items (absent for Select COUNT), Count, ScannedCount, LastEvaluatedKey and ConsumedCapacity."""
    _check_model(request)
    with older_words():
        check_parameters("Scan", request)
        start = normal_start_key(request)
        check_select(request)
        _check_segments(request)
        bound = bind("Scan", request)
    table = keys.find_table(call, request["TableName"])
    if start is not None and request.get("IndexName") not in (None, *table.indexes):
        raise validation(INVALID_START)
    reading = Reading(call, request, bound, table, find_index(table, request))
    if start is not None:
        check_start_shape(reading, start)
    check_projection(reading)
    segment, total = request.get("Segment") or 0, request.get("TotalSegments") or 1
    if start is not None:
        _check_segment_of(start, reading, segment, total)
    keys.check_scalar_paths(table, nested_names(bound.projection or ()))
    if bound.filter is not None:
        keys.check_scalar_paths(table, nested_names(paths_of(bound.filter)))
    after = None if start is None else position_of(table, reading.index, start)
    return page(reading, call.store.scan(table, reading.index, segment, total, after))


def _check_model(request: Shape) -> None:
    constraints.check_table_name(request.get("TableName"))
    check = Constraints()
    check.at_least(request, "Limit", 1)
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.at_least(request, "Segment", 0)
    check.one_of(request, "Select", constraints.SELECT)
    check.one_of(request, "ConditionalOperator", constraints.CONDITIONAL_OPERATOR)
    check.at_least(request, "TotalSegments", 1)
    total = request.get("TotalSegments")
    check.require(
        total is None or total <= MAX_SEGMENTS,
        str(total),
        "totalSegments",
        f"have value less than or equal to {MAX_SEGMENTS}",
    )
    constraints.check_index_name(check, request)
    check.raise_failures()


def _check_segments(request: Shape) -> None:
    segment, total = request.get("Segment"), request.get("TotalSegments")
    if segment is not None and total is None:
        raise validation(
            "The TotalSegments parameter is required but was not present in the request "
            "when Segment parameter is present"
        )
    if total is not None and segment is None:
        raise validation(
            "The Segment parameter is required but was not present in the request "
            "when parameter TotalSegments is present"
        )
    if total is not None and segment is not None and segment >= total:
        raise validation(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def _check_segment_of(start: dict[str, Any], reading: Reading, segment: int, total: int) -> None:
    """A segment is gone on with from a key of its own."""
    place = partition_place(values.key_bytes(start[reading.key_attributes[0].name]))
    first, end = segment_bounds(segment, total)
    if place < first or (end is not None and place >= end):
        raise validation(
            f"{INVALID_START}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
            f"TotalSegments: {total} Segment: {segment}"
        )
