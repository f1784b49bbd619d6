"""What can be set, in AWS's terms. The provider reads these from LocalStack's configuration and the
environment."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOUR = 3600.0
RECORD_OVERHEAD = (
    200  # bytes of Python objects that a record in memory needs beyond its data and partition key
)


@dataclass
class Settings:
    """Settings of an engine; the defaults are those of the lab.

    latency: seconds that CREATING, UPDATING and DELETING last (``KINESIS_LATENCY``, in milliseconds)
    shard_limit: open shards of provisioned streams in one account and region (``KINESIS_SHARD_LIMIT``)
    on_demand_limit: on-demand streams in one account and region (``KINESIS_ON_DEMAND_STREAM_COUNT_LIMIT``)
    error_probability: share of puts that fail (``KINESIS_ERROR_PROBABILITY``), asked for on every put
    enforce_throughput: the limits of a shard: 1 MiB/s and 1,000 records/s in, 2 MiB/s and 5 GetRecords/s out
        (``LAB_KINESIS_ENFORCE_THROUGHPUT=1``); off by default because users of LocalStack expect no
        throttling
    memory_bytes: records of all streams that stay in memory; older ones move to files, none is dropped
        (``LAB_KINESIS_MEMORY_MB``)
    spill_directory: where those files go; None keeps everything in memory
    subscription_seconds: how long a SubscribeToShard call lasts
    """

    latency: float = 0.0
    shard_limit: int = 100
    on_demand_limit: int = 10
    error_probability: Callable[[], float] = lambda: 0.0
    enforce_throughput: bool = False
    memory_bytes: int = 16 * 2**20
    spill_directory: Path | None = None
    subscription_seconds: Callable[[], float] = lambda: 300.0
