"""A pipe: what was asked for, the state it is in, and how far it has read."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

BETWEEN = ("CREATING", "UPDATING", "DELETING", "STARTING", "STOPPING")


@dataclass
class Checkpoint:
    """How far one shard has been delivered.

    :param after: sequence number up to which everything has been delivered; None: nothing yet
    :param start: where reading began or begins when nothing was delivered: TRIM_HORIZON, LATEST, AT_TIMESTAMP
    :param moment: seconds since the epoch, for AT_TIMESTAMP
    :param beyond: sequence numbers above `after` that were delivered, by lanes that were ahead of others
    """

    after: str | None = None
    start: str = "TRIM_HORIZON"
    moment: float | None = None
    beyond: frozenset[str] = frozenset()
    ended: bool = False


@dataclass
class Pipe:
    """``definition`` holds the members of CreatePipe; checkpoints are by shard id."""

    name: str
    account: str
    region: str
    definition: dict[str, Any]
    desired_state: str
    current_state: str = "CREATING"
    state_reason: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The pipe's ARN."""
        return f"arn:aws:pipes:{self.region}:{self.account}:pipe/{self.name}"

    def brief(self) -> dict[str, Any]:
        """What most operations answer."""
        return {
            "Arn": self.arn,
            "Name": self.name,
            "DesiredState": self.desired_state,
            "CurrentState": self.current_state,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }

    def listed(self) -> dict[str, Any]:
        """An entry of ListPipes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_Pipe.html"""
        entry = self.brief() | {name: self.definition[name] for name in ("Source", "Target")}
        if self.definition.get("Enrichment"):
            entry["Enrichment"] = self.definition["Enrichment"]
        return self._with_reason(entry)

    def described(self) -> dict[str, Any]:
        """The answer of DescribePipe:
        https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html
        """
        members = copy.deepcopy(self.definition)
        return self._with_reason(self.brief() | members | {"Tags": dict(self.tags)})

    def _with_reason(self, entry: dict[str, Any]) -> dict[str, Any]:
        if self.state_reason:
            entry["StateReason"] = self.state_reason[:512]
        return entry


class PipesStore(BaseStore):
    """Pipes of an account and region, by name."""

    pipes: dict[str, Pipe] = LocalAttribute(default=dict)  # type: ignore[assignment]  # a descriptor


pipes_stores = AccountRegionBundle("pipes", PipesStore, validate=False)
