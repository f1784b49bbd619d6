"""What Glue remembers of one account and region: plain values, so that snapshots can hold them."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from localstack_lab.api.service import Members

type Values = tuple[str, ...]
"""The values of a partition, one for each partition key."""

LOCK = threading.RLock()
"""Held by every operation of the catalog: each is atomic."""


@dataclass
class Partition:
    """A partition and the statistics of its columns, by column name."""

    members: Members
    statistics: dict[str, Members] = field(default_factory=dict)


@dataclass
class Table:
    """A table: `members` as GetTable answers them; `versions` by VersionId, the current one among them."""

    members: Members
    versions: dict[str, Members] = field(default_factory=dict)
    next_version: int = 1
    partitions: dict[Values, Partition] = field(default_factory=dict)
    indexes: dict[str, Members] = field(default_factory=dict)
    statistics: dict[str, Members] = field(default_factory=dict)


@dataclass
class Database:
    """A database with its tables and functions, by name."""

    members: Members
    tables: dict[str, Table] = field(default_factory=dict)
    functions: dict[str, Members] = field(default_factory=dict)


class GlueStore(BaseStore):
    """The catalog, and the definitions that are kept under their names.

    `tags`: ARN → tags, of every kind of resource.
    """

    databases: dict[str, Database] = LocalAttribute(default=dict)  # type: ignore[assignment]
    connections: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    security_configurations: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    triggers: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    workflows: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    workflow_runs: dict[str, list[Members]] = LocalAttribute(default=dict)  # type: ignore[assignment]
    policies: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    settings: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    tags: dict[str, dict[str, str]] = LocalAttribute(default=dict)  # type: ignore[assignment]


glue_stores = AccountRegionBundle("glue", GlueStore, validate=False)


def all_stores() -> list[tuple[str, str, GlueStore]]:
    """Account, region and store of all that were used; others may come while the list is read."""
    return [
        (account, region, store)
        for account, regions in list(glue_stores.items())
        for region, store in list(regions.items())
    ]


def copied(value: Any) -> Any:
    """A copy of an API value that shares no list and no structure with it."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def now() -> datetime:
    """The time in whole seconds, as the catalog keeps times."""
    return datetime.now(UTC).replace(microsecond=0)
