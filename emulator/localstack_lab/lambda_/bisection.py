"""BisectBatchOnFunctionError, which LocalStack accepts and does not do.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html: a batch that fails is split in
two, without using up a retry, until the record that fails is alone.
"""

from collections.abc import Callable

from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.event_processor import BatchFailureError, EventProcessor
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller


class _Split(BaseException):
    """Leaves the poller's retry loop, which catches every Exception."""


class _Splitting(EventProcessor):
    """Hands on to the mapping's own processor, and asks for a split instead of a retry."""

    def __init__(self, processor: EventProcessor) -> None:
        self._processor = processor

    def process_events_batch(self, input_events: list[dict]) -> None:
        try:
            self._processor.process_events_batch(input_events)
        except BatchFailureError as error:
            if len(input_events) > 1:
                raise _Split from error
            raise

    def generate_event_failure_context(self, abort_condition: str, **kwargs: object) -> dict:
        return self._processor.generate_event_failure_context(abort_condition, **kwargs)


def tell_poller(original: Callable, self: EsmWorkerFactory) -> EsmWorker:
    """In place of ``EsmWorkerFactory.get_esm_worker``: the poller learns what LocalStack keeps from it."""
    worker = original(self)
    if isinstance(worker.poller, StreamPoller):
        for setting in ("BisectBatchOnFunctionError", "StartingPositionTimestamp"):
            if setting in self.esm_config:
                worker.poller.stream_parameters[setting] = self.esm_config[setting]
    return worker


def forward(original: Callable, self: StreamPoller, shard_id: str, records: list[dict]) -> None:
    """In place of ``StreamPoller.forward_events_to_target``: the same, with a split where it is asked for."""
    if not self.stream_parameters.get("BisectBatchOnFunctionError"):
        original(self, shard_id, records)
        return
    processor = self.processor
    waiting = [list(records)]
    while waiting and not self._is_shutdown.is_set():
        batch = waiting.pop(0)
        self.processor = _Splitting(processor)
        try:
            original(self, shard_id, batch)
        except _Split:
            middle = len(batch) // 2
            waiting[:0] = [batch[:middle], batch[middle:]]
        finally:
            self.processor = processor
