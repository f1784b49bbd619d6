"""The delivery streams that run: started with their definition, ended with it or with the lab."""

import logging
import threading
import time
from typing import Any

from localstack.utils.aws.arns import parse_arn

from localstack_lab.firehose import kinesis_log, plan
from localstack_lab.firehose.clients import Clients
from localstack_lab.firehose.monitoring import Monitor
from localstack_lab.firehose.pipeline import Pipeline
from localstack_lab.firehose.source import Gone, Source, Unavailable
from localstack_lab.firehose.transform import Stream

LOG = logging.getLogger(__name__)

STOP_SECONDS = 8.0  # for the last deliveries of all streams together


class Fleet:
    """Pipelines and their sources, by the ARN of the delivery stream."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._lock = threading.Lock()
        self._monitor = Monitor()
        self._pipelines: dict[str, Pipeline] = {}
        self._sources: dict[str, Source] = {}

    def start(self, description: Any, positions: dict[str, dict[str, Any]]) -> None:
        """Start a delivery stream with an S3 destination.

        :param positions: where to go on in its source, kept up to date from now on
        :raises Gone: when its source does not exist
        :raises Unavailable: when it cannot be read now
        """
        arn = description["DeliveryStreamARN"]
        place = parse_arn(arn)
        origin = (description.get("Source") or {}).get("KinesisStreamSourceDescription") or {}
        stream = Stream(
            description["DeliveryStreamName"],
            arn,
            place["account"],
            place["region"],
            origin.get("KinesisStreamARN"),
        )
        log = kinesis_log.open_log(stream.source_arn) if stream.source_arn else None
        if log is not None:
            log.open_shards()  # raises before anything runs
        pipeline = Pipeline(stream, self.plan(description), Clients(stream), self._monitor, self._scale)
        with self._lock:
            self._pipelines[arn] = pipeline
        if log is not None:
            source = Source(log, pipeline, positions)
            with self._lock:
                self._sources[arn] = source
            try:
                source.start()
            except (Gone, Unavailable):
                self.end(arn, timeout=0)
                raise

    @staticmethod
    def plan(description: Any) -> plan.Plan:
        """What a description says about delivery."""
        destination = description["Destinations"][0]["ExtendedS3DestinationDescription"]
        return plan.of(destination, description["VersionId"])

    def pipeline(self, arn: str) -> Pipeline | None:
        return self._pipelines.get(arn)

    def end(self, arn: str, timeout: float) -> bool:
        """End one stream after its last deliveries; True when nothing was left."""
        with self._lock:
            pipeline, source = self._pipelines.pop(arn, None), self._sources.pop(arn, None)
        if source is not None:
            source.stop()
        if pipeline is None:
            return True
        complete = pipeline.stop(timeout)
        if not complete and timeout:
            LOG.warning("Firehose %s ends with %d records undelivered.", pipeline.stream.name, pipeline.lost)
        return complete

    def flush(self, timeout: float) -> None:
        """Deliver what waits in all streams, without ending them."""
        for pipeline in list(self._pipelines.values()):
            if not pipeline.flush(timeout):
                LOG.warning("Firehose %s has not delivered everything yet.", pipeline.stream.name)

    def end_all(self, timeout: float = STOP_SECONDS) -> None:
        """End every stream; with a timeout of 0 nothing more is delivered."""
        for pipeline in list(self._pipelines.values()):
            pipeline.hurry()
        deadline = time.monotonic() + timeout
        enders = [
            threading.Thread(target=self.end, args=(arn, max(0.0, deadline - time.monotonic())), daemon=True)
            for arn in list(self._pipelines)
        ]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()

    def close(self) -> None:
        """End every stream after its last deliveries, and the monitoring."""
        running = list(self._pipelines.values())
        self.end_all()
        if running:
            lost = sum(pipeline.lost for pipeline in running)
            LOG.info("Firehose has ended %d delivery streams; %d records were lost.", len(running), lost)
        self._monitor.close()
