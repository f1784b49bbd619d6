"""What a table is: keys, indexes, throughput, stream, and how its definition is kept as JSON.

Definitions never change in place. An operation makes a changed copy with `dataclasses.replace` and hands it
to `Store.save_table`, so a rolled-back transaction cannot leave half a change in somebody's hands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

ACTIVE = "ACTIVE"


class KeyAttr(NamedTuple):
    """A key attribute; ``type`` is S, N or B."""

    name: str
    type: str


@dataclass(frozen=True)
class Throughput:
    """Provisioned capacity; both are 0 when the table is PAY_PER_REQUEST. Times are seconds since 1970."""

    read: int = 0
    write: int = 0
    decreases_today: int = 0
    last_increase: float | None = None
    last_decrease: float | None = None


@dataclass(frozen=True)
class StreamSpec:
    """An enabled stream. ``id`` is its number in the store; ``label`` is the time that ends its ARN."""

    id: int
    arn: str
    label: str
    view_type: str


@dataclass(frozen=True)
class Index:
    """A secondary index. ``projection_type``: ALL, KEYS_ONLY or INCLUDE (with ``non_key_attributes``)."""

    id: int
    name: str
    arn: str
    kind: Literal["GSI", "LSI"]
    hash_key: KeyAttr
    range_key: KeyAttr | None
    projection_type: str
    non_key_attributes: frozenset[str] = frozenset()
    status: str = ACTIVE
    throughput: Throughput = Throughput()
    # Further members of the description, in wire form: NonKeyAttributes in their order, OnDemandThroughput …
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table's definition. ``id`` is its number in the store, ``table_id`` the UUID that AWS shows."""

    id: int
    account_id: str
    region: str
    name: str
    arn: str
    table_id: str
    hash_key: KeyAttr
    range_key: KeyAttr | None
    attribute_definitions: Mapping[str, str]
    created_at: float
    status: str = ACTIVE
    indexes: Mapping[str, Index] = field(default_factory=dict)
    billing_mode: str = "PROVISIONED"
    throughput: Throughput = Throughput()
    stream: StreamSpec | None = None
    # Logs of the Kinesis destinations that are being fed.
    forwarding_logs: tuple[int, ...] = ()
    ttl_attribute: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    # Further control-plane state in wire form: table class, encryption, deletion protection, policies …
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key_attributes(self) -> tuple[KeyAttr, ...]:
        """The primary key: partition key first, then the sort key if there is one."""
        return (self.hash_key,) if self.range_key is None else (self.hash_key, self.range_key)

    @property
    def key_names(self) -> tuple[str, ...]:
        """Names of the primary key's attributes."""
        return tuple(attribute.name for attribute in self.key_attributes)

    def key_of(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The primary key of an item that has one: ``{"id": {"S": "1"}}``."""
        return {name: item[name] for name in self.key_names}

    def projected_names(self, index: Index) -> frozenset[str] | None:
        """Attributes that the index holds: its own keys, the table's keys, what it includes; None: all."""
        if index.projection_type == "ALL":
            return None
        own = {index.hash_key.name} | ({index.range_key.name} if index.range_key else set())
        return frozenset(own | set(self.key_names)) | index.non_key_attributes

    def indexes_of(self, kind: Literal["GSI", "LSI"]) -> Iterator[Index]:
        """The table's indexes of one kind, in the order in which they were declared."""
        return (index for index in self.indexes.values() if index.kind == kind)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"A table definition cannot hold a {type(value).__name__}")


def dump_table(table: Table) -> str:
    """The definition as JSON text; `load_table` reads it back."""
    return json.dumps(asdict(table), default=_plain, separators=(",", ":"))


def load_table(text: str) -> Table:
    """The definition that `dump_table` wrote."""
    data = json.loads(text)
    data["indexes"] = {name: _load_index(index) for name, index in data["indexes"].items()}
    data["forwarding_logs"] = tuple(data["forwarding_logs"])
    data["stream"] = StreamSpec(**data["stream"]) if data["stream"] else None
    return Table(**_load_common(data))


def _load_index(data: dict[str, Any]) -> Index:
    data["non_key_attributes"] = frozenset(data["non_key_attributes"])
    return Index(**_load_common(data))


def _load_common(data: dict[str, Any]) -> dict[str, Any]:
    data["hash_key"] = KeyAttr(*data["hash_key"])
    data["range_key"] = KeyAttr(*data["range_key"]) if data["range_key"] else None
    data["throughput"] = Throughput(**data["throughput"])
    return data
