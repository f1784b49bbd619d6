"""What Athena keeps for an account and region: executions, work groups, saved statements, data catalogs."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from localstack_lab.athena.executions.execution import Execution

MOST_EXECUTIONS = 10_000
"""AWS keeps the history of 45 days; here the newest so many of an account and region are kept."""

AUTO = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
type Key = tuple[str, str]
"""Work group and name."""

PRIMARY = "primary"
AWS_CATALOG = "AwsDataCatalog"


@dataclass
class WorkGroup:
    """`configuration` holds the members of https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html"""

    name: str
    configuration: dict[str, Any]
    description: str = ""
    state: str = "ENABLED"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class NamedQuery:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html"""

    id: str
    name: str
    database: str
    text: str
    work_group: str
    description: str | None = None


@dataclass
class PreparedStatement:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html"""

    name: str
    text: str
    work_group: str
    description: str | None = None
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class DataCatalog:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_DataCatalog.html"""

    name: str
    type: str
    description: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


def defaults(*, enforced: bool) -> dict[str, Any]:
    """The configuration of a work group for which none was given.

    `primary` enforces nothing; one that is created does, unless it says otherwise.
    """
    return {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": enforced,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
        "EngineVersion": dict(AUTO),
    }


def _primary() -> dict[str, WorkGroup]:
    return {PRIMARY: WorkGroup(PRIMARY, defaults(enforced=False))}


class AthenaStore(BaseStore):
    """Everything by its name or id; prepared statements by work group and name.

    `tokens`: ClientRequestToken → id of the execution or named query that it made.
    """

    executions: OrderedDict[str, Execution] = LocalAttribute(default=OrderedDict)  # type: ignore[assignment]
    tokens: dict[str, str] = LocalAttribute(default=dict)  # type: ignore[assignment]
    work_groups: dict[str, WorkGroup] = LocalAttribute(default=_primary)  # type: ignore[assignment]
    named_queries: dict[str, NamedQuery] = LocalAttribute(default=dict)  # type: ignore[assignment]
    prepared_statements: dict[Key, PreparedStatement] = LocalAttribute(default=dict)  # type: ignore[assignment]
    data_catalogs: dict[str, DataCatalog] = LocalAttribute(default=dict)  # type: ignore[assignment]


athena_stores = AccountRegionBundle("athena", AthenaStore, validate=False)


def store_of(account: str, region: str) -> AthenaStore:
    """The store of an account and region."""
    return athena_stores[account][region]
