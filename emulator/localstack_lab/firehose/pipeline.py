"""A running delivery stream: takes records from any thread, processes them in order in its own."""

import threading
import time
from collections import deque
from typing import Protocol

from localstack_lab.firehose.metrics import StreamMetrics
from localstack_lab.firehose.monitoring import Monitor, Place
from localstack_lab.firehose.outbox import Outbox
from localstack_lab.firehose.plan import Function, Plan, Target
from localstack_lab.firehose.processing import Processing
from localstack_lab.firehose.record import Record
from localstack_lab.firehose.transform import Stream

WAITING_BYTES = 64 * 2**20  # of records that nobody has processed yet, above which more are refused


class Services(Protocol):
    """What a delivery stream needs of AWS, see `clients.Clients`."""

    def invoke(self, function: Function, role: str, payload: bytes) -> bytes: ...

    def put(self, target: Target, key: str, body: bytes) -> None: ...


class Overloaded(Exception):
    """More records wait than memory is meant for: the caller must slow down."""


class Stopped(Exception):
    """The stream takes no records any more."""


class Pipeline:
    """Two threads: one that processes records and waits for buffers, one that delivers objects.

    Both sleep on conditions; an idle stream costs nothing. Order is kept from `accept` to the objects.
    """

    def __init__(
        self, stream: Stream, plan: Plan, services: Services, monitor: Monitor, scale: float
    ) -> None:
        self.stream = stream
        self.metrics = StreamMetrics(monitor, stream)
        self._services, self._monitor, self._scale = services, monitor, scale
        self._changed = threading.Condition()
        self._intake: deque[Record] = deque()
        self._intake_bytes = 0
        self._flushes = self._flushed = 0
        self._next_plan: Plan | None = None
        self._plan = plan
        self._closed = self._stopped = False
        self._hurry = threading.Event()
        self._outbox = Outbox(stream.name, services.put, self._s3_failed, self.metrics.delivered, scale)
        self._processing = Processing(
            stream, plan, scale, self._outbox.add, self._invoke, self._pause, self._report, self.metrics
        )
        self._thread = threading.Thread(target=self._run, name=f"firehose-{stream.name}", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> int:
        """Records that could not be delivered before the stream stopped."""
        return self._outbox.lost + len(self._intake)

    def accept(self, records: list[Record], wait: bool = False) -> None:
        """Take records over; from here on they end in S3.

        :param wait: wait for room instead of refusing
        :raises Overloaded: when there is none
        :raises Stopped: when the stream has ended
        """
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._closed or self._intake_bytes <= WAITING_BYTES)
            if self._closed:
                raise Stopped(self.stream.name)
            if self._intake_bytes > WAITING_BYTES:
                raise Overloaded(self.stream.name)
            self._intake.extend(records)
            self._intake_bytes += sum(len(record.data) for record in records)
            self._changed.notify_all()

    def update(self, plan: Plan) -> None:
        """Deliver by another plan from now on; what has arrived already still goes by the old one."""
        with self._changed:
            self._next_plan = plan
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Deliver everything that has arrived, without waiting for buffers; False when time was too short."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._flushes += 1
            wanted = self._flushes
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: self._flushed >= wanted, timeout):
                return False
        return self._outbox.drain(max(0.0, deadline - time.monotonic()))

    def hurry(self) -> None:
        """No more pauses between attempts: the stream is about to stop."""
        self._hurry.set()
        self._outbox.hurry()

    def stop(self, timeout: float) -> bool:
        """Deliver everything and end; False when something was left, see `lost`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.hurry()
        complete = self.flush(timeout) if timeout > 0 else False
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._outbox.close()
        return complete and not self.lost

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._something_to_do():
                    if self._stopped:
                        return
                    due = self._processing.next_due()
                    self._changed.wait(None if due is None else max(0.0, due - time.monotonic()))
                if self._stopped:
                    return
                batch = list(self._intake)
                self._intake.clear()
                self._intake_bytes = 0
                wanted, plan = self._flushes, self._next_plan
                self._next_plan = None
                self._changed.notify_all()
            self._processing.take(batch)
            self._processing.tick(everything=wanted > self._flushed or plan is not None)
            if plan is not None:
                self._processing.plan = self._plan = plan
            if wanted > self._flushed:
                with self._changed:
                    self._flushed = wanted
                    self._changed.notify_all()

    def _something_to_do(self) -> bool:
        due = self._processing.next_due()
        return bool(
            self._intake
            or self._flushes > self._flushed
            or self._next_plan is not None
            or (due is not None and due <= time.monotonic())
        )

    def _invoke(self, function: Function, payload: bytes) -> bytes:
        return self._services.invoke(function, function.role or self._plan.data.role, payload)

    def _pause(self, seconds: float) -> None:
        self._hurry.wait(seconds * self._scale)

    def _s3_failed(self, code: str, message: str, function: str | None) -> None:
        self.metrics.not_delivered()
        self._report(code, message, function)

    def _report(self, code: str, message: str, function: str | None) -> None:
        """Write to the error log of the destination, if it has one.

        https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
        """
        target = self._plan.data
        if target.log is None:
            return
        told: dict[str, object] = {
            "deliveryStreamARN": self.stream.arn,
            "destination": f"arn:aws:s3:::{target.bucket}",
            "deliveryStreamVersionId": self._plan.version,
            "message": message,
            "errorCode": code,
        }
        if function:
            told["processor"] = function
        self._monitor.event(Place(self.stream.account, self.stream.region), *target.log, told)
