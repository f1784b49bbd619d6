"""Carries out SELECT: a Query where the clause fixes partitions, a Scan where it does not.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.codec import decode_item, encode_item
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.evaluation import lookup
from localstack_lab.dynamodb.engine.expressions.nodes import Path
from localstack_lab.dynamodb.engine.keys import position_of
from localstack_lab.dynamodb.engine.operations import keys
from localstack_lab.dynamodb.engine.operations.paging import Reading, check_projection, page
from localstack_lab.dynamodb.engine.operations.parameters import Bound, paths_of
from localstack_lab.dynamodb.engine.operations.query import sort_range
from localstack_lab.dynamodb.engine.schema import Index, Table
from localstack_lab.dynamodb.engine.storage import Row

from .branches import refuse_overlaps
from .predicates import partitions, sort_condition
from .statements import Select

Shape = dict[str, Any]
Value = dict[str, Any]
Item = dict[str, Value]


@dataclass(slots=True)
class _Plan:
    """What a SELECT reads: these partitions of the table or index (None: all), in this direction."""

    table: Table
    index: Index | None
    partitions: list[Value] | None
    forward: bool


def select(call: Call, statement: Select, request: Shape) -> Shape:
    """Answers Items, NextToken, LastEvaluatedKey and ConsumedCapacity.

    :param request: members Limit, NextToken, ConsistentRead and ReturnConsumedCapacity of ExecuteStatement
    """
    plan = _plan(call, statement, request)
    reading = Reading(call, _as_reading(request), Bound(filter=statement.where), plan.table, plan.index)
    _check_projection(call, statement, plan)
    if plan.partitions is not None:
        _check_filter(statement, plan)
    if plan.index is not None and _reaches_back(statement, plan):
        reading.request["Select"] = "ALL_ATTRIBUTES"
    start = _start(request.get("NextToken"), statement, plan)
    answer = page(reading, _rows(call, statement, plan, start))
    answer["Items"] = [shown(item, statement.paths) for item in answer["Items"]]
    del answer["Count"], answer["ScannedCount"]
    last = answer.get("LastEvaluatedKey")
    if last is not None:
        answer["NextToken"] = _token(last, statement)
    return answer


def shown(item: Item, paths: tuple[Path, ...] | None) -> Item:
    """The item as the select list shows it: a path's value under the path's last name."""
    if paths is None:
        return item
    row: Item = {}
    for place, path in enumerate(paths, start=1):
        value = lookup(item, path)
        last = path.elements[-1]
        if value is not None:
            row[last if isinstance(last, str) else f"_{place}"] = value
    return row


def _as_reading(request: Shape) -> Shape:
    members = ("Limit", "ConsistentRead", "ReturnConsumedCapacity")
    return {name: request[name] for name in members if request.get(name) is not None}


def _plan(call: Call, statement: Select, request: Shape) -> _Plan:
    table = keys.find_table(call, statement.source.table)
    index = None
    if statement.source.index_name is not None:
        index = table.indexes.get(statement.source.index_name)
        if index is None:
            raise validation("The table does not have the specified index")
        if index.kind == "GSI" and request.get("ConsistentRead"):
            raise validation("Strongly consistent read is not supported on Global Secondary Indexes")
    source = index or table
    refuse_overlaps(statement.where, source)
    asked = partitions(statement.where, source.hash_key)
    return _Plan(table, index, asked, _is_forward(statement, source, asked))


def _is_forward(statement: Select, source: Table | Index, asked: list[Value] | None) -> bool:
    if not statement.order:
        return True
    if statement.where is None:
        raise validation("Must have WHERE clause in the statement when using ORDER BY clause.")
    if asked is None:
        raise validation(
            "Must have at least one non-optional hash key condition in WHERE clause "
            "when using ORDER BY clause."
        )
    own = {attribute.name for attribute in (source.hash_key, source.range_key) if attribute}
    for name, _ in statement.order:
        if name not in own:
            raise validation(f"Variable reference {name} in ORDER BY clause must be part of the primary key")
    if len(asked) > 1:
        raise validation("The lab's PartiQL cannot ORDER BY over several partitions")
    descending = {
        falls for name, falls in statement.order if source.range_key and name == source.range_key.name
    }
    return descending != {True}


def _check_projection(call: Call, statement: Select, plan: _Plan) -> None:
    if statement.paths is not None:
        check_projection(Reading(call, {}, Bound(projection=statement.paths), plan.table, plan.index))


def _check_filter(statement: Select, plan: _Plan) -> None:
    """A read by key of an index cannot filter by what the index does not hold."""
    held = None if plan.index is None else plan.table.projected_names(plan.index)
    if held is None or statement.where is None or plan.index is None:
        return
    named = dict.fromkeys(str(path.elements[0]) for path in paths_of(statement.where))
    missing = [name for name in named if name not in held]
    if missing:
        raise validation(
            f"One or more parameter values were invalid: Secondary index {plan.index.name} does not project "
            f"one or more filter attributes: [{', '.join(missing)}]"
        )


def _reaches_back(statement: Select, plan: _Plan) -> bool:
    """Whether a local index lacks what the select list names, so that it comes from the table."""
    held = None if plan.index is None else plan.table.projected_names(plan.index)
    return held is not None and any(path.elements[0] not in held for path in statement.paths or ())


def _rows(call: Call, statement: Select, plan: _Plan, start: Item | None) -> Iterator[Row]:
    source = plan.index or plan.table
    after = None if start is None else position_of(plan.table, plan.index, start)
    if plan.partitions is None:
        return call.store.scan(plan.table, plan.index, 0, 1, after)
    asked = plan.partitions
    if start is not None:
        reached = start[source.hash_key.name]
        places = [place for place, value in enumerate(asked) if values.equal(value, reached)]
        if not places:
            raise _bad_token()
        asked = asked[places[0] :]
    lower, upper = sort_range(sort_condition(statement.where, source.range_key))
    forward = plan.forward
    return chain.from_iterable(
        call.store.query(
            plan.table,
            plan.index,
            values.key_bytes(value),
            lower,
            upper,
            forward,
            after if place == 0 else None,
        )
        for place, value in enumerate(asked)
    )


def _fingerprint(statement: Select) -> str:
    return hashlib.sha256(repr(statement).encode()).hexdigest()[:16]


def _token(last: Item, statement: Select) -> str:
    body = encode_item(last)
    text = body if isinstance(body, str) else body.decode()
    content = [_fingerprint(statement), isinstance(body, bytes), text]
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _start(token: str | None, statement: Select, plan: _Plan) -> Item | None:
    """The key after which to go on; a token is good for the statement that it came from."""
    if token is None:
        return None
    try:
        fingerprint, binary, text = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error, TypeError) as error:
        raise _bad_token() from error
    if fingerprint != _fingerprint(statement):
        raise _bad_token()
    return decode_item(text.encode() if binary else text)


def _bad_token() -> Exception:
    return validation("NextToken does not match request")
