"""What Query and Scan share: checks, pages, projection, and the key from which to go on.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation
from localstack_lab.dynamodb.engine.expressions.evaluation import holds
from localstack_lab.dynamodb.engine.expressions.projection import project
from localstack_lab.dynamodb.engine.schema import ACTIVE, Index, KeyAttr, Table
from localstack_lab.dynamodb.engine.storage import Row

from . import keys
from .capacity import Capacity, read_units, wants_capacity
from .parameters import Bound

Shape = dict[str, Any]
Item = dict[str, dict[str, Any]]

MAX_PAGE_BYTES = 1024 * 1024
INVALID_START = "The provided starting key is invalid"


@dataclass(slots=True)
class Reading:
    """A Query or Scan whose request was checked."""

    call: Call
    request: Shape
    bound: Bound
    table: Table
    index: Index | None

    @property
    def key_attributes(self) -> tuple[KeyAttr, ...]:
        """Keys of what is read: of the index if there is one, else of the table."""
        if self.index is None:
            return self.table.key_attributes
        return tuple(a for a in (self.index.hash_key, self.index.range_key) if a is not None)

    @property
    def position_attributes(self) -> tuple[KeyAttr, ...]:
        """Attributes of LastEvaluatedKey: the table's key, and the index's if one is read."""
        return tuple(dict.fromkeys((*self.table.key_attributes, *self.key_attributes)))

    @property
    def is_global(self) -> bool:
        return self.index is not None and self.index.kind == "GSI"


def check_select(request: Shape) -> None:
    """Select against the other parameters; these need no table."""
    select = request.get("Select")
    for member in ("ProjectionExpression", "AttributesToGet"):
        if request.get(member) is not None and select not in (None, "SPECIFIC_ATTRIBUTES"):
            what = "the ProjectionExpression" if member == "ProjectionExpression" else "the AttributesToGet"
            choice = "only the Count" if select == "COUNT" else select
            raise validation(f"Cannot specify {what} when choosing to get {choice}")
    if select == "SPECIFIC_ATTRIBUTES" and all(
        request.get(member) is None for member in ("ProjectionExpression", "AttributesToGet")
    ):
        raise validation(
            "Must specify the AttributesToGet or ProjectionExpression "
            "when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if select == "ALL_PROJECTED_ATTRIBUTES" and request.get("IndexName") is None:
        raise validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")


def normal_start_key(request: Shape) -> Item | None:
    """ExclusiveStartKey with its values checked; None when there is none."""
    start = request.get("ExclusiveStartKey")
    if start is None:
        return None
    try:
        return values.normalise_item(start)
    except DynamoDBError as error:
        raise validation(error.message, f"{INVALID_START}: {error.older or error.message}") from error


def find_index(table: Table, request: Shape) -> Index | None:
    """The index that the request names, if it can be read as the request wants."""
    name = request.get("IndexName")
    if name is None:
        return None
    index = table.indexes.get(name)
    if index is None:
        raise validation(f"The table does not have the specified index: {name}")
    if index.kind == "GSI" and request.get("ConsistentRead"):
        raise validation("Consistent reads are not supported on global secondary indexes")
    if index.status != ACTIVE and index.status != "UPDATING":
        raise validation(f"Cannot read from backfilling global secondary index: {name}")
    return index


def check_start_shape(reading: Reading, start: Item) -> None:
    """An ExclusiveStartKey has the attributes of a LastEvaluatedKey, no more and no fewer."""
    attributes = reading.position_attributes
    if len(start) != len(attributes):
        tail = "" if reading.index is not None else f": {keys.schema_mismatch().message}"
        raise validation(INVALID_START + tail)
    for attribute in attributes:
        if attribute.name not in start:
            raise validation(INVALID_START)
        if attribute.type not in start[attribute.name] or keys.empty_kind(start[attribute.name]):
            raise validation(f"{INVALID_START}: {keys.schema_mismatch().message}")


def check_projection(reading: Reading) -> None:
    """A global index hands out only what it holds."""
    index, table = reading.index, reading.table
    if index is None or index.kind != "GSI":
        return
    held = table.projected_names(index)
    if held is None:
        return
    if reading.request.get("Select") == "ALL_ATTRIBUTES":
        raise validation(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
            f"global secondary index {index.name} because its projection type is not ALL"
        )
    missing = [p.elements[0] for p in reading.bound.projection or () if p.elements[0] not in held]
    if missing:
        raise validation(
            f"One or more parameter values were invalid: Global secondary index {index.name} "
            f"does not project [{', '.join(map(str, dict.fromkeys(missing)))}]"
        )


def page(reading: Reading, rows: Iterator[Row]) -> Shape:
    """One page of the rows as the answer of Query or Scan."""
    request, bound = reading.request, reading.bound
    limit = request.get("Limit")
    counting = request.get("Select") == "COUNT"
    fetch = _must_fetch(reading)
    consistent = bool(request.get("ConsistentRead"))
    items: list[Item] = []
    count = scanned = size = 0
    fetched_units: float = 0
    last: Item | None = None
    more = False
    for row in rows:
        item = row.item
        scanned += 1
        size += values.item_size(item)
        last = item
        if fetch:
            item = _fetch(reading, item)
            fetched_units += read_units(values.item_size(item), consistent=consistent)
        if bound.filter is None or holds(bound.filter, item):
            count += 1
            if not counting:
                items.append(item if bound.projection is None else project(item, bound.projection))
        if scanned == limit or size > MAX_PAGE_BYTES:
            more = True
            break
    answer: Shape = {"Count": count, "ScannedCount": scanned}
    if not counting:
        answer["Items"] = items
    if more and last is not None:
        answer["LastEvaluatedKey"] = {a.name: last[a.name] for a in reading.position_attributes}
    if wants_capacity(request):
        capacity = Capacity(reading.table, "Read")
        capacity.spend(read_units(size, consistent=consistent), reading.index)
        if fetched_units:
            capacity.spend(fetched_units)
        answer["ConsumedCapacity"] = capacity.answer(request["ReturnConsumedCapacity"])
    return answer


def _must_fetch(reading: Reading) -> bool:
    """A local index that lacks what is asked for has it fetched from the table, at a price."""
    if reading.index is None or reading.index.kind != "LSI":
        return False
    held = reading.table.projected_names(reading.index)
    if held is None:
        return False
    if reading.request.get("Select") == "ALL_ATTRIBUTES":
        return True
    return any(path.elements[0] not in held for path in reading.bound.projection or ())


def _fetch(reading: Reading, item: Item) -> Item:
    whole = reading.call.store.get(reading.table, *keys.key_position(reading.table, item))
    return item if whole is None else whole
