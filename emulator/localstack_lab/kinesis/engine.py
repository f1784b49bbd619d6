"""The engine: one entry for every operation, and the state, clock and memory behind it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from localstack_lab.kinesis import constraints, iterators
from localstack_lab.kinesis.errors import invalid_argument, stream_not_found
from localstack_lab.kinesis.region import Region
from localstack_lab.kinesis.segments import SegmentStore
from localstack_lab.kinesis.sequence import Counter
from localstack_lab.kinesis.settings import Settings
from localstack_lab.kinesis.stream import Stream
from localstack_lab.kinesis.subscriptions import Subscriptions
from localstack_lab.kinesis.throughput import Throughput

LONGEST_WAIT = 1.0  # seconds a reader sleeps at most before it looks at the clock again
FindRegion = Callable[[str, str], Region]
CheckKey = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Caller:
    """Who calls: the account and region of the request."""

    account: str
    region: str


class KinesisEngine:
    """Kinesis Data Streams for any number of accounts and regions; safe for many threads.

    :param find_region: gives the state of an account and region; by default the engine keeps it itself
    :param clock: seconds since the epoch; a test may hand in its own and call `wake` after moving it
    :param check_key: called with account, region and key id before a stream is encrypted; raises KinesisError
    """

    def __init__(
        self,
        settings: Settings | None = None,
        find_region: FindRegion | None = None,
        clock: Callable[[], float] = time.time,
        check_key: CheckKey | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.clock = clock
        self.check_key: CheckKey = check_key or (lambda _account, _region, _key: None)
        self.counter = Counter()
        self.store = SegmentStore(self.settings.memory_bytes, self.settings.spill_directory)
        self.subscriptions = Subscriptions()
        self.throughput = Throughput(self.settings.enforce_throughput)
        self._regions: dict[tuple[str, str], Region] = {}
        self.region: FindRegion = find_region or self._own_region
        self.stopping = False
        self._waiting = threading.Lock()
        self._waited_on: WeakSet[Stream] = WeakSet()

    def _own_region(self, account: str, region: str) -> Region:
        return self._regions.setdefault((account, region), Region())

    def invoke(self, operation: str, request: dict[str, Any], account: str, region: str) -> dict[str, Any]:
        """Run an operation of the API.

        :param request: members as in the API; blobs are bytes, timestamps datetimes or seconds
        :return: members as in the API; timestamps are datetimes. SubscribeToShard's ``EventStream`` is a
            generator
        :raises KinesisError: what AWS would refuse
        """
        from localstack_lab.kinesis.operations import OPERATIONS

        constraints.check(operation, request)
        return OPERATIONS[operation](self, Caller(account, region), request) or {}

    # streams --------------------------------------------------------------------------------------------

    @contextmanager
    def using(self, caller: Caller, request: dict[str, Any]) -> Iterator[Stream]:
        """The stream that a request names by StreamName or StreamARN, locked and brought up to date.

        :raises KinesisError: ResourceNotFoundException, or InvalidArgumentException when it names none or two
        """
        name, arn = request.get("StreamName"), request.get("StreamARN")
        if arn:
            account, region, named = parse_arn(arn)
            if name and name != named:
                raise invalid_argument(f"StreamName {name} and StreamARN {arn} name different streams.")
        elif name:
            account, region, named = caller.account, caller.region, name
        else:
            raise invalid_argument("Either StreamName or StreamARN must be given.")
        if region != caller.region:  # an endpoint serves one region
            raise stream_not_found(named, account)
        with self.locked(account, region, named) as stream:
            yield stream

    @contextmanager
    def locked(self, account: str, region: str, name: str) -> Iterator[Stream]:
        """The stream of that name, locked and brought up to date."""
        owner = self.region(account, region)
        stream = owner.streams.get(name)
        if stream is None:
            raise stream_not_found(name, account)
        with stream.condition:
            self._refresh(owner, stream)
            if stream.deleted:
                raise stream_not_found(name, account)
            yield stream

    def _refresh(self, owner: Region, stream: Stream) -> None:
        if not stream.adopted:
            stream.adopted = True
            for shard in stream.shards:
                shard.adopt(self.store)
                last = shard.segments[-1].last if shard.segments else shard.opening
                self.counter.beyond(max(last, shard.closing or 0))
        stream.settle(self.clock(), self.counter)
        if stream.deleted:
            owner.forget(stream)

    def all_streams(self, account: str, region: str) -> list[Stream]:
        """Every stream of an account and region, brought up to date, by name."""
        owner = self.region(account, region)
        with owner.lock:
            streams = [owner.streams[name] for name in sorted(owner.streams)]
        for stream in streams:
            with stream.condition:
                self._refresh(owner, stream)
        return [stream for stream in streams if not stream.deleted]

    # waiting --------------------------------------------------------------------------------------------

    def wait_for_records(
        self, stream_arn: str, shard_id: str, timeout: float, after: str | None = None
    ) -> bool:
        """Block until a shard has records to read: the long poll that the HTTP API lacks, for use in process.

        :param timeout: seconds
        :param after: an iterator or a sequence number of the shard; without it a record put from now on is
            meant
        :return: True when there are records behind `after`, or the shard is closed and none will come;
            False when the time is over or the engine stops
        :raises KinesisError: ResourceNotFoundException, also when the stream is deleted meanwhile
        """
        account, region, name = parse_arn(stream_arn)
        with self.locked(account, region, name) as stream:
            shard = stream.shard(shard_id)
            position = self.counter.last()
            if after is not None and after.isdigit():
                position = iterators.position(
                    stream,
                    shard,
                    "AFTER_SEQUENCE_NUMBER",
                    after,
                    None,
                    position,
                    self.clock(),
                    self.store,
                )
            elif after is not None:
                position = iterators.parse(after, self.clock()).position
            deadline = time.monotonic() + timeout
            while not shard.has_after(position):
                left = deadline - time.monotonic()
                if not shard.open:
                    return True
                if left <= 0 or self.stopping:
                    return False
                self.wait(stream, left)
                if stream.deleted:
                    raise stream_not_found(name, account)
            return True

    def wait(self, stream: Stream, seconds: float) -> None:
        """Sleep until something happens to a stream whose lock the caller holds, at most `seconds`."""
        with self._waiting:
            self._waited_on.add(stream)
        pending = stream.pending.due - self.clock() if stream.pending else seconds
        stream.condition.wait(max(0.0, min(seconds, pending, LONGEST_WAIT)))
        self._refresh(self.region(stream.account, stream.region), stream)

    def wake(self) -> None:
        """Let everybody who waits look at the clock again."""
        with self._waiting:
            streams = list(self._waited_on)
        for stream in streams:
            with stream.condition:
                stream.condition.notify_all()

    def abandon(self, owner: Region) -> None:
        """End all streams of an account and region at once, before its state is replaced."""
        for stream in list(owner.streams.values()):
            with stream.condition:
                stream.end(self.clock(), self.counter)
                stream.condition.notify_all()

    def stop(self) -> None:
        """End every subscription and long poll; operations still work."""
        self.stopping = True
        self.wake()


def parse_arn(arn: str) -> tuple[str, str, str]:
    """Account, region and stream name of the ARN of a stream or of one of its consumers.

    :raises KinesisError: InvalidArgumentException
    """
    parts = arn.split(":", 5)
    resource = parts[-1].split("/")
    if len(parts) != 6 or parts[2] != "kinesis" or resource[0] != "stream" or len(resource) < 2:
        raise invalid_argument(f"{arn} is not the ARN of a data stream.")
    return parts[4], parts[3], resource[1]
