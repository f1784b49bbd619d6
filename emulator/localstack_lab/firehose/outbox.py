"""Delivers objects to S3, one after the other, and does not let go of one before S3 has it.

https://docs.aws.amazon.com/firehose/latest/dev/retry.html: Amazon Data Firehose tries for 24 hours.
"""

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from localstack_lab.firehose import compression
from localstack_lab.firehose.buffers import Buffer
from localstack_lab.firehose.errors import DeliveryFailed, Report
from localstack_lab.firehose.plan import Target

LOG = logging.getLogger(__name__)

WAITING_BYTES = 64 * 2**20  # of objects that wait for S3, above which whoever adds one waits
GIVE_UP_AFTER = 24 * 3600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_SHORTEST_PAUSE = 0.05  # whatever the time scale: a bucket that is missing must not keep a core busy
_LAST_ATTEMPTS = 3  # of each object, once the stream is to stop

Put = Callable[[Target, str, bytes], None]


@dataclass
class Shipment:
    """A buffer that is to become an object.

    what: "data", "backup" or "errors", which decides the metrics
    encode: makes the object's body of the records, instead of the target's compression
    """

    what: str
    target: Target
    version: int
    buffer: Buffer
    query_keys: dict[str, str] = field(default_factory=dict)
    lambda_keys: dict[str, str] = field(default_factory=dict)
    error_type: str = ""
    encode: Callable[[bytes], bytes] | None = None


def object_key(stream: str, shipment: Shipment) -> str:
    """``<prefix><stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid><extension>``

    All times are the arrival of the oldest record, in the time zone of the destination.
    https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
    """
    target = shipment.target
    moment = datetime.fromtimestamp(shipment.buffer.oldest / 1000, target.zone)
    prefix = target.prefix.evaluate(moment, shipment.query_keys, shipment.lambda_keys, shipment.error_type)
    name = f"{stream}-{shipment.version}-{moment:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
    return f"{prefix}{name}{target.extension}"


class Outbox:
    """One thread for one delivery stream; it sleeps while there is nothing to deliver.

    :param put: writes an object; raises DeliveryFailed
    :param done: called with each shipment that S3 has, and the bytes of its object
    """

    def __init__(
        self, stream: str, put: Put, report: Report, done: Callable[[Shipment, int], None], scale: float
    ) -> None:
        self._stream, self._put, self._report, self._done = stream, put, report, done
        self._scale = scale
        self._changed = threading.Condition()
        self._waiting: deque[Shipment] = deque()
        self._bytes = 0
        self._busy = False
        self._hurry = threading.Event()
        self._closed = False
        self.lost = 0
        self._thread = threading.Thread(target=self._run, name=f"firehose-s3-{stream}", daemon=True)
        self._thread.start()

    def add(self, shipment: Shipment) -> None:
        """Hand a shipment over; waits while too much is waiting."""
        with self._changed:
            while self._bytes > WAITING_BYTES and not self._closed:
                self._changed.wait()
            self._waiting.append(shipment)
            self._bytes += shipment.buffer.size
            self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Wait until S3 has everything; False when the time is over before that."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout)

    def hurry(self) -> None:
        """From now on an object that S3 refuses is tried a few times only, and then lost with a warning."""
        self._hurry.set()

    def close(self) -> None:
        """End the thread; what is still waiting is lost, see `lost`."""
        self._hurry.set()
        with self._changed:
            self._closed = True
            self.lost += sum(len(shipment.buffer.parts) for shipment in self._waiting)
            self._waiting.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                shipment = self._waiting.popleft()
                self._busy = True
            self._deliver(shipment)
            with self._changed:
                self._bytes -= shipment.buffer.size

    def _deliver(self, shipment: Shipment) -> None:
        key = object_key(self._stream, shipment)
        target = shipment.target
        inner = key.rsplit("/", 1)[-1].removesuffix(target.extension)
        records, body = b"".join(shipment.buffer.parts), b""
        pause, started, last = _FIRST_PAUSE, time.monotonic(), 0
        while True:
            try:
                if shipment.encode is None:
                    body = body or compression.compress(target.compression, records, inner)
                else:
                    body = body or shipment.encode(records)
                self._put(target, key, body)
            except DeliveryFailed as error:
                self._report(error.code, error.message, None)
                last += self._hurry.is_set()
                if last >= _LAST_ATTEMPTS or time.monotonic() - started > GIVE_UP_AFTER:
                    self.lost += len(shipment.buffer.parts)
                    LOG.warning(
                        "Firehose %s: %d records are lost, %s does not take them: %s",
                        self._stream,
                        len(shipment.buffer.parts),
                        target.bucket,
                        error,
                    )
                    return
                self._hurry.wait(max(pause * self._scale, _SHORTEST_PAUSE))
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            self._done(shipment, len(body))
            return
