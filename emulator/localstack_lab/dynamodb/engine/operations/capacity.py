"""What a request costs: ConsumedCapacity, and ItemCollectionMetrics.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.schema import Index, Table
from localstack_lab.dynamodb.engine.storage import same_item

Item = dict[str, dict[str, Any]]

READ_UNIT = 4096
WRITE_UNIT = 1024


def read_units(size: int, *, consistent: bool) -> float:
    """Units of reading that many bytes at once; reading nothing costs one unit too."""
    units = max(1, ceil(size / READ_UNIT))
    return units if consistent else units / 2


def write_units(size: int) -> int:
    """Units of writing an item of that many bytes."""
    return max(1, ceil(size / WRITE_UNIT))


@dataclass(slots=True)
class Capacity:
    """Units that one table and its indexes spent in a request. ``direction``: Read or Write."""

    table: Table
    direction: str
    own: float = 0
    indexes: dict[str, float] = field(default_factory=dict)

    def spend(self, units: float, index: Index | None = None) -> None:
        """Add units to the table, or to one of its indexes."""
        if index is None:
            self.own += units
        else:
            self.indexes[index.name] = self.indexes.get(index.name, 0) + units

    def spend_write(self, old: Item | None, new: Item | None, factor: int = 1) -> None:
        """Add what replacing ``old`` by ``new`` costs; an index pays only when what it stores changes."""
        size = max(values.item_size(item) if item else 0 for item in (old, new))
        self.spend(write_units(size) * factor)
        for index in self.table.indexes.values():
            units = _index_write_units(self.table, index, old, new)
            if units:
                self.spend(units * factor, index)

    def answer(self, wanted: str | None, *, split: bool = False) -> dict[str, Any]:
        """The ConsumedCapacity structure. ``split``: transactions say how much was read and written."""
        total = self._units(self.own + sum(self.indexes.values()), split)
        answer: dict[str, Any] = {"TableName": self.table.name, **total}
        if wanted == "INDEXES":
            answer["Table"] = self._units(self.own, split)
            for kind, member in (("LSI", "LocalSecondaryIndexes"), ("GSI", "GlobalSecondaryIndexes")):
                spent = {
                    name: self._units(units, split)
                    for name, units in self.indexes.items()
                    if self.table.indexes[name].kind == kind
                }
                if spent:
                    answer[member] = spent
        return answer

    def _units(self, units: float, split: bool) -> dict[str, float]:
        answer = {"CapacityUnits": float(units)}
        if split:
            answer[f"{self.direction}CapacityUnits"] = float(units)
        return answer


def _index_write_units(table: Table, index: Index, old: Item | None, new: Item | None) -> int:
    before, after = (_projected(table, index, item) for item in (old, new))
    if before is None or after is None:
        changed = before or after
        return 0 if changed is None else write_units(values.item_size(changed))
    keys = [attribute.name for attribute in (index.hash_key, index.range_key) if attribute]
    if any(not values.equal(before[name], after[name]) for name in keys):
        return write_units(values.item_size(before)) + write_units(values.item_size(after))
    if same_item(before, after):
        return 0
    return write_units(max(values.item_size(before), values.item_size(after)))


def _projected(table: Table, index: Index, item: Item | None) -> Item | None:
    """The item as the index stores it; None when it is not in the index."""
    if item is None:
        return None
    for attribute in (index.hash_key, index.range_key):
        if attribute and attribute.type not in item.get(attribute.name, {}):
            return None
    names = table.projected_names(index)
    return item if names is None else {name: value for name, value in item.items() if name in names}


def wants_capacity(request: dict[str, Any]) -> bool:
    """Whether the request asks for ConsumedCapacity."""
    return request.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES")


def collection_metrics(table: Table, key: Item) -> dict[str, Any] | None:
    """ItemCollectionMetrics; only tables with local secondary indexes have item collections.

    AWS estimates in whole gigabytes, and no item collection of a lab reaches one.
    """
    if not any(True for _ in table.indexes_of("LSI")):
        return None
    name = table.hash_key.name
    return {"ItemCollectionKey": {name: key[name]}, "SizeEstimateRangeGB": [0.0, 1.0]}
