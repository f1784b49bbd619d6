"""Query.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.evaluation import begins_with, compare
from localstack_lab.dynamodb.engine.expressions.key_conditions import KeyCondition
from localstack_lab.dynamodb.engine.keys import position_of
from localstack_lab.dynamodb.engine.reading import Bound as Limit
from localstack_lab.dynamodb.engine.schema import KeyAttr

from . import constraints, keys
from .constraints import Constraints
from .paging import (
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
Item = dict[str, dict[str, Any]]


def query(call: Call, request: Shape) -> Shape:
    """Answers Items (absent for Select COUNT), Count, ScannedCount, LastEvaluatedKey and ConsumedCapacity."""
    _check_model(request)
    check_parameters("Query", request)
    start = normal_start_key(request)
    check_select(request)
    if request.get("KeyConditions") is None and request.get("KeyConditionExpression") is None:
        raise validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    bound = bind("Query", request)
    conditions = bound.key_conditions or {}
    if not conditions:
        raise validation("Conditions can be of length 1 or 2 only")
    table = keys.find_table(call, request["TableName"])
    reading = Reading(call, request, bound, table, find_index(table, request))
    if start is not None:
        check_start_shape(reading, start)
    hash_key, *range_keys = reading.key_attributes
    partition, sort = _check_conditions(hash_key, range_keys[0] if range_keys else None, conditions)
    if start is not None:
        _check_start(start, hash_key, partition, range_keys, sort)
    keys.check_scalar_paths(table, nested_names(bound.projection or ()))
    _check_filter(reading)
    check_projection(reading)
    lower, upper = sort_range(sort)
    after = None if start is None else position_of(table, reading.index, start)
    forward = request.get("ScanIndexForward") is not False
    rows = call.store.query(table, reading.index, values.key_bytes(partition), lower, upper, forward, after)
    return page(reading, rows)


def _check_model(request: Shape) -> None:
    constraints.check_table_name(request.get("TableName"))
    if request.get("Limit") is not None and request["Limit"] < 1:
        raise validation(
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )
    constraints.check_conditional_operator(request)
    check = Constraints()
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.one_of(request, "Select", constraints.SELECT)
    constraints.check_index_name(check, request)
    check.raise_failures()


def _check_conditions(
    hash_key: KeyAttr, range_key: KeyAttr | None, conditions: dict[str, KeyCondition]
) -> tuple[dict[str, Any], KeyCondition | None]:
    """The partition's key value and the condition on the sort key, if there is one."""
    if len(conditions) > 2:
        raise validation(
            f"The number of query conditions ({len(conditions)}) exceeds the number of key attributes "
            f"defined in the schema ({1 if range_key is None else 2})"
        )
    if range_key is None and len(conditions) > 1:
        raise validation("Query key condition not supported")
    if hash_key.name not in conditions:
        raise validation(f"Query condition missed key schema element: {hash_key.name}")
    if range_key is not None and len(conditions) > 1 and range_key.name not in conditions:
        raise validation(f"Query condition missed key schema element: {range_key.name}")
    for attribute in (hash_key, range_key):
        condition = conditions.get(attribute.name) if attribute else None
        if attribute is None or condition is None:
            continue
        if any(attribute.type not in value for value in condition.values):
            raise validation(
                "One or more parameter values were invalid: "
                "Condition parameter type does not match schema type"
            )
        for value in condition.values:
            kind = keys.empty_kind(value)
            if kind:
                raise validation(
                    "One or more parameter values are not valid. The AttributeValue for a key attribute "
                    f"cannot contain an empty {kind} value. Key: {attribute.name}"
                )
        if attribute == hash_key and condition.operator != "=":
            raise validation("Query key condition not supported")
    sort = conditions.get(range_key.name) if range_key else None
    return conditions[hash_key.name].values[0], sort


def _check_start(
    start: Item,
    hash_key: KeyAttr,
    partition: dict[str, Any],
    range_keys: list[KeyAttr],
    sort: KeyCondition | None,
) -> None:
    """The starting key lies where the query could have stopped."""
    same_partition = values.equal(start[hash_key.name], partition)
    if sort is None:
        if not same_partition:
            raise validation(
                "The provided starting key is outside query boundaries based on provided conditions"
            )
        return
    if not _fulfils(start[range_keys[0].name], sort):
        raise validation("The provided starting key does not match the range key predicate")
    if not same_partition:
        raise validation("The query can return at most one row and cannot be restarted")


def _fulfils(value: dict[str, Any], condition: KeyCondition) -> bool:
    if condition.operator == "BETWEEN":
        low, high = condition.values
        return compare(">=", value, low) and compare("<=", value, high)
    if condition.operator == "begins_with":
        return begins_with(value, condition.values[0])
    return compare(condition.operator, value, condition.values[0])


def _check_filter(reading: Reading) -> None:
    if reading.bound.filter is None:
        return
    paths = list(paths_of(reading.bound.filter))
    name = "QueryFilter" if reading.request.get("QueryFilter") is not None else "Filter Expression"
    filtered = {path.elements[0] for path in paths}
    for attribute in reading.key_attributes:
        if attribute.name in filtered:
            raise validation(
                f"{name} can only contain non-primary key attributes: Primary key attribute: {attribute.name}"
            )
    keys.check_scalar_paths(reading.table, nested_names(tuple(paths)))


def sort_range(condition: KeyCondition | None) -> tuple[Limit | None, Limit | None]:
    """Lower and upper bound of the sort key's bytes, and whether each is inside."""
    if condition is None:
        return None, None
    first, *rest = (values.key_bytes(value) for value in condition.values)
    match condition.operator:
        case "=":
            return (first, True), (first, True)
        case "<":
            return None, (first, False)
        case "<=":
            return None, (first, True)
        case ">":
            return (first, False), None
        case ">=":
            return (first, True), None
        case "BETWEEN":
            return (first, True), (rest[0], True)
        case "begins_with":
            after = _after_prefix(first)
            return (first, True), None if after is None else (after, False)
    raise TypeError(f"{condition.operator} is no key condition")


def _after_prefix(prefix: bytes) -> bytes | None:
    """The first bytes behind all that begin with the prefix; None when nothing is behind them."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes((stem[-1] + 1,)) if stem else None
