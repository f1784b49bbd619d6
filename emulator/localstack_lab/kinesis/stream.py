"""A stream: its shards through time, its state, and the settings that belong to it.

Changes of AWS's that take a while (creating, resharding, deleting) are kept as a `Pending` change with the
moment at which it takes effect; whoever next looks at the stream under its lock settles what is due. No
timer thread is needed.
"""

import threading
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.kinesis import hashing
from localstack_lab.kinesis.errors import in_use, not_found
from localstack_lab.kinesis.sequence import Counter
from localstack_lab.kinesis.settings import HOUR
from localstack_lab.kinesis.shard import Shard, shard_id

DEFAULT_RETENTION_HOURS = 24
DEFAULT_MAX_RECORD_KIB = 1024
TRIM_EVERY = 1.0  # seconds; readers stop at the horizon in any case


@dataclass
class Pending:
    """A change that takes effect at `due`: a method of `Stream` by its name, and what it takes."""

    due: float
    change: str = ""
    arguments: tuple[Any, ...] = ()


@dataclass
class Consumer:
    """A registered enhanced fan-out consumer; times are seconds since the epoch."""

    name: str
    arn: str
    created: float
    active_at: float
    tags: dict[str, str] = field(default_factory=dict)
    gone_at: float | None = None

    def status(self, now: float) -> str:
        if self.gone_at is not None:
            return "DELETING"
        return "ACTIVE" if now >= self.active_at else "CREATING"


@dataclass(eq=False)
class Stream:
    """Every method expects the caller to hold `condition`, which also wakes readers that wait for records."""

    name: str
    account: str
    region: str
    mode: str
    created: float
    max_record_kib: int = DEFAULT_MAX_RECORD_KIB
    retention_hours: int = DEFAULT_RETENTION_HOURS
    status: str = "CREATING"
    pending: Pending | None = None
    shards: list[Shard] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    metrics: set[str] = field(default_factory=set)
    key_id: str | None = None
    encrypted_from: list[tuple[int, bool]] = field(default_factory=list)  # (counter, whether) in order
    warm_target: int | None = None
    scaled_at: list[float] = field(default_factory=list)
    trimmed: float = 0.0  # the horizon up to which segments were dropped
    mode_changed_at: list[float] = field(default_factory=list)
    horizon: float = 0.0  # seconds since the epoch; what arrived before it is gone for good

    def __post_init__(self) -> None:
        self.condition = threading.Condition()
        self.adopted = True  # False after a restore, until an engine takes the records into its memory budget
        self._routes: tuple[list[int], list[Shard]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        transient = ("condition", "adopted", "_routes")
        return {name: value for name, value in self.__dict__.items() if name not in transient}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()
        self.adopted = False

    @property
    def arn(self) -> str:
        partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(self.region.rsplit("-", 2)[0], "aws")
        return f"arn:{partition}:kinesis:{self.region}:{self.account}:stream/{self.name}"

    @property
    def deleted(self) -> bool:
        return self.status == "DELETED"

    @property
    def horizon_ms(self) -> int:
        return int(self.horizon * 1000)

    # state ----------------------------------------------------------------------------------------------

    def begin(
        self, status: str, now: float, latency: float, counter: Counter, change: str = "", *arguments: Any
    ) -> None:
        """Enter `status` and let `change` take effect after `latency` seconds (at once when that is 0)."""
        self.status = status
        self.pending = Pending(now + latency, change, arguments)
        self.settle(now, counter)

    def settle(self, now: float, counter: Counter) -> None:
        """Bring the stream up to `now`: finish what is due, trim, forget consumers that left."""
        if self.pending and now >= self.pending.due:
            pending, self.pending = self.pending, None
            self.status = "ACTIVE"
            if pending.change:
                apply: Callable[..., None] = getattr(self, pending.change)
                apply(pending.due, counter, *pending.arguments)
            self.condition.notify_all()
        horizon = now - self.retention_hours * HOUR
        self.horizon = max(self.horizon, horizon)
        if self.horizon - self.trimmed >= TRIM_EVERY:
            self.trimmed = self.horizon
            for shard in self.shards:
                shard.trim(self.horizon_ms)
        for name in [c.name for c in self.consumers.values() if c.gone_at is not None and now >= c.gone_at]:
            del self.consumers[name]

    def require_active(self) -> None:
        if self.status != "ACTIVE":
            raise in_use(
                f"Stream {self.name} under account {self.account} not ACTIVE, instead in state {self.status}"
            )

    def end(self, _now: float, _counter: Counter) -> None:
        """The pending change of DeleteStream. Whoever waits for records finds the stream gone."""
        self.status = "DELETED"
        self.shards.clear()

    # shards ---------------------------------------------------------------------------------------------

    def open_shards(self) -> list[Shard]:
        """In order of their hash keys."""
        return self._routing()[1]

    def open_count(self) -> int:
        """Open shards, counted without the routing table: safe without this stream's lock."""
        return sum(shard.open for shard in list(self.shards))

    def _routing(self) -> tuple[list[int], list[Shard]]:
        if self._routes is None:
            shards = sorted((shard for shard in self.shards if shard.open), key=lambda shard: shard.start)
            self._routes = ([shard.start for shard in shards], shards)
        return self._routes

    def route(self, key: int) -> Shard:
        """The open shard whose range holds a hash key."""
        starts, shards = self._routing()
        return shards[bisect_right(starts, key) - 1]

    def visible_shards(self) -> list[Shard]:
        """All but expired shards: closed ones whose last record left the retention period.

        https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
        """
        return [s for s in self.shards if s.closed_at is None or s.closed_at >= self.horizon]

    def shard(self, identifier: str) -> Shard:
        """The shard of a ShardId; AWS takes the bare number as well.

        :raises KinesisError: ResourceNotFoundException
        """
        number = identifier.rpartition("-")[2]
        if number.isascii() and number.isdigit() and int(number) < 2**31:
            for shard in self.shards[int(number) : int(number) + 1]:
                if shard.closed_at is None or shard.closed_at >= self.horizon:
                    return shard
        known = shard_id(int(number)) if number.isascii() and number.isdigit() else identifier
        raise not_found(f"Could not find shard {known} in stream {self.name} under account {self.account}.")

    def children_of(self, shard: Shard) -> list[dict[str, Any]]:
        return [self.shards[index].describe_as_child() for index in shard.children]

    def add_shard(
        self, start: int, end: int, now: float, counter: Counter, parents: tuple[Shard, ...] = ()
    ) -> None:
        index = len(self.shards)
        self.shards.append(
            Shard(
                index=index,
                start=start,
                end=end,
                created=int(self.created),
                opened_at=now,
                opening=counter.take(),
                parents=tuple(parent.index for parent in parents),
            )
        )
        for parent in parents:
            parent.children.append(index)
        self._routes = None

    def lay_out(self, _now: float, counter: Counter, count: int) -> None:
        """The pending change of CreateStream: `count` shards of equal range.

        They count as open from the stream's creation on: a consumer asks for the shards that were open at the
        trim horizon, and a young stream's trim horizon is its creation.
        """
        for start, end in hashing.ranges(hashing.uniform_starts(count)):
            self.add_shard(start, end, self.created, counter)

    # encryption -----------------------------------------------------------------------------------------

    @property
    def encryption_type(self) -> str:
        return "KMS" if self.key_id else "NONE"

    def encrypt(self, _now: float, counter: Counter, key_id: str | None) -> None:
        """The pending change of StartStreamEncryption (a key) and StopStreamEncryption (None)."""
        self.key_id = key_id
        self.encrypted_from.append((counter.take(), key_id is not None))

    def was_encrypted(self, counter: int) -> bool:
        """Whether the record of `counter` was written while the stream was encrypted."""
        at = bisect_right(self.encrypted_from, (counter, True)) - 1
        return at >= 0 and self.encrypted_from[at][1]

    # resharding -----------------------------------------------------------------------------------------

    def split(self, now: float, counter: Counter, index: int, key: int) -> None:
        """Close a shard and open two, the second starting at hash key `key`."""
        parent = self.shards[index]
        parent.close(counter.take(), now)
        self.add_shard(parent.start, key - 1, now, counter, (parent,))
        self.add_shard(key, parent.end, now, counter, (parent,))

    def merge(self, now: float, counter: Counter, index: int, adjacent: int) -> None:
        """Close two adjacent shards, the lower one named first, and open one."""
        lower, upper = self.shards[index], self.shards[adjacent]
        lower.close(counter.take(), now)
        upper.close(counter.take(), now)
        self.add_shard(lower.start, upper.end, now, counter, (lower, upper))

    def rescale(self, now: float, counter: Counter, target: int) -> None:
        """Uniform scaling: split at every aimed-for boundary, then merge what lies between two of them.

        As on AWS short-lived shards arise when the target is no multiple of the count. An intermediate shard
        that is split again at the same moment stays in the list, closed and empty.
        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
        """
        aims = hashing.boundaries_to_reach(target, [shard.start for shard in self.open_shards()])
        for aim in aims:
            inside = self.route(aim)
            if inside.start != aim:
                self.split(now, counter, inside.index, aim)
        wanted = set(aims)
        while surplus := next((s for s in self.open_shards() if s.start not in wanted), None):
            below = self.route(surplus.start - 1)
            self.merge(now, counter, below.index, surplus.index)
