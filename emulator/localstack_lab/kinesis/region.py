"""What one account holds in one region: its streams, and its settings."""

import threading
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.kinesis.errors import limit_exceeded
from localstack_lab.kinesis.stream import Stream


@dataclass
class Region:
    """State of one account and region; it can be pickled. Hold `lock` to look at `streams` as a whole.

    policies: resource ARN → policy text
    commitment: the account's minimum throughput billing commitment (``Status`` and times), None before the
    first
    """

    streams: dict[str, Stream] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    commitment: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()

    def open_shards(self) -> int:
        """Open shards of provisioned streams: on-demand shards do not count towards the shard limit."""
        return sum(s.open_count() for s in list(self.streams.values()) if s.mode == "PROVISIONED")

    def on_demand_streams(self) -> int:
        return sum(stream.mode == "ON_DEMAND" for stream in list(self.streams.values()))

    def require_room(self, more: int, limit: int, account: str, region: str) -> None:
        """:raises KinesisError: LimitExceededException when `more` open shards would be too many"""
        now = self.open_shards()
        if now + more > limit:
            raise limit_exceeded(
                f"This request would exceed the shard limit for the account {account} in {region}. "
                "Current shard "
                f"count for the account: {now}. Limit: {limit}. Number of additional shards that would have "
                f"resulted from this request: {more}. Refer to the AWS Service Limits page "
                "(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current "
                "limits and "
                "how to request higher limits."
            )

    def forget(self, stream: Stream) -> None:
        """Drop a deleted stream with the policies on it and on its consumers."""
        with self.lock:
            if self.streams.get(stream.name) is stream:
                del self.streams[stream.name]
                for arn in [a for a in self.policies if a == stream.arn or a.startswith(stream.arn + "/")]:
                    del self.policies[arn]
