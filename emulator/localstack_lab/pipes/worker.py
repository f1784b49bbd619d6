"""A running pipe: its source, its filters, its execution, put together from its definition."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.pipes import kinds, templates
from localstack_lab.pipes.clients import Clients, direct_put, dynamodb_source, kinesis_source
from localstack_lab.pipes.deadletter import DeadLetterQueue
from localstack_lab.pipes.delivery import Policy, StreamDelivery
from localstack_lab.pipes.execution import Enrichment, Execution
from localstack_lab.pipes.faults import CannotStart, SourceGone, SourceUnavailable
from localstack_lab.pipes.filters import compile_filters
from localstack_lab.pipes.logs import LogWriter
from localstack_lab.pipes.model import Checkpoint
from localstack_lab.pipes.sources.sqs import QueueReader
from localstack_lab.pipes.sources.stream import Settings, ShardSource, StreamReader
from localstack_lab.pipes.targets.base import Setting, Target
from localstack_lab.pipes.targets.compute import LambdaTarget, StateMachineTarget
from localstack_lab.pipes.targets.logs import LogsTarget
from localstack_lab.pipes.targets.messages import EventBusTarget, SnsTarget, SqsTarget
from localstack_lab.pipes.targets.streams import FirehoseTarget, KinesisTarget

_TARGETS: dict[str, Callable[[Setting], Target]] = {
    "kinesis": KinesisTarget,
    "firehose": FirehoseTarget,
    "sqs": SqsTarget,
    "sns": SnsTarget,
    "events": EventBusTarget,
    "logs": LogsTarget,
    "lambda": LambdaTarget,
    "states": StateMachineTarget,
}


class Worker:
    """Runs a pipe from `start` to `stop`.

    :param checkpoints: of a stream source, by shard id; kept up to date while it runs
    :param lost: called, from a thread of the worker, with a sentence when the source is gone
    """

    def __init__(
        self,
        name: str,
        arn: str,
        definition: dict[str, Any],
        checkpoints: dict[str, Checkpoint],
        lost: Callable[[str], None],
    ) -> None:
        self._name = name
        self._arn = arn
        self._definition = definition
        self._checkpoints = checkpoints
        self._lost = lost
        self._stopping = threading.Event()
        self._clients = Clients(definition["RoleArn"], arn)
        self._logs = LogWriter(name, arn, definition.get("LogConfiguration") or {}, self._clients)
        self._reader: StreamReader | QueueReader | None = None

    def start(self) -> None:
        """Check what can be checked, and begin.

        :raises CannotStart: with the sentence for StateReason
        """
        execution = self._execution()
        kind = kinds.source_kind(self._definition["Source"])
        try:
            self._reader = self._queue(execution) if kind == "sqs" else self._stream(kind, execution)
            self._reader.start()
        except (SourceGone, SourceUnavailable) as error:
            raise CannotStart(str(error)) from error
        except (ClientError, BotoCoreError) as error:
            raise CannotStart(f"Input parameter is invalid from the request due to : {error}") from error

    def stop(self) -> None:
        """Finish the batches under way; what was read and not delivered is read again by the next start."""
        self._stopping.set()
        if self._reader is not None:
            self._reader.stop()
        self._logs.stop()

    def _execution(self) -> Execution:
        definition = self._definition
        target_kind = kinds.target_kind(definition["Target"])
        parameters = definition.get("TargetParameters") or {}
        name = kinds.TARGET_PARAMETERS[target_kind]
        setting = self._setting(definition["Target"], (parameters.get(name) if name else None) or {})
        if target_kind == "kinesis":
            setting = replace(setting, direct=direct_put(definition["Target"]))
        target = _TARGETS[target_kind](setting)
        if isinstance(target, StateMachineTarget):
            target.check()
        enrichment_parameters = definition.get("EnrichmentParameters") or {}
        return Execution(
            target,
            target_template=_template(parameters.get("InputTemplate")),
            enrichment=self._enrichment(),
            enrichment_template=_template(enrichment_parameters.get("InputTemplate")),
            constants=self._constants(),
            most=kinds.LARGEST_BATCH[target_kind],
            trace=self._logs.trace,
        )

    def _enrichment(self) -> Enrichment | None:
        arn = self._definition.get("Enrichment")
        if not arn:
            return None
        setting = self._setting(arn, {})
        if kinds.enrichment_kind(arn) == "lambda":
            return LambdaTarget(setting)
        machine = StateMachineTarget(setting)
        machine.check()
        return machine

    def _setting(self, arn: str, parameters: dict[str, Any]) -> Setting:
        service = kinds.parse_arn(arn).service
        return Setting(
            arn=arn,
            service=service,
            parameters=parameters,
            client=lambda: self._clients(arn, service),
            pipe_name=self._name,
            source_kind=kinds.source_kind(self._definition["Source"]),
        )

    def _constants(self) -> dict[str, str]:
        definition = self._definition
        return {
            "aws.pipes.pipe-arn": self._arn,
            "aws.pipes.pipe-name": self._name,
            "aws.pipes.source-arn": definition["Source"],
            "aws.pipes.enrichment-arn": definition.get("Enrichment", ""),
            "aws.pipes.target-arn": definition["Target"],
        }

    def _queue(self, execution: Execution) -> QueueReader:
        arn, parameters = self._definition["Source"], self._definition["SourceParameters"]
        return QueueReader(
            arn,
            lambda: self._clients(arn, "sqs"),
            parameters["SqsQueueParameters"],
            compile_filters("sqs", parameters.get("FilterCriteria")),
            execution,
            self._stopping,
            self._lost,
        )

    def _stream(self, kind: str, execution: Execution) -> StreamReader:
        arn, parameters = self._definition["Source"], self._definition["SourceParameters"]
        specific = parameters[kinds.SOURCE_PARAMETERS[kind]]
        target = (specific.get("DeadLetterConfig") or {}).get("Arn")
        letters = DeadLetterQueue(self._arn, kind, arn, target, self._clients)
        delivery = StreamDelivery(execution, Policy.of(specific), letters, self._stopping)
        source: ShardSource
        if kind == "kinesis":
            source = kinesis_source(arn, self._definition["RoleArn"], self._clients)
        else:
            source = dynamodb_source(arn, self._clients)
        return StreamReader(
            source,
            settings_of(specific),
            compile_filters(kind, parameters.get("FilterCriteria")),
            self._checkpoints,
            delivery.deliver,
            self._stopping,
            self._lost,
        )


def settings_of(parameters: dict[str, Any]) -> Settings:
    """How a stream is read, from the source's parameters."""
    moment = parameters.get("StartingPositionTimestamp")
    return Settings(
        start=parameters["StartingPosition"],
        moment=moment.timestamp() if isinstance(moment, datetime) else moment,
        batch_size=parameters["BatchSize"],
        window=float(parameters["MaximumBatchingWindowInSeconds"]),
        lanes=parameters["ParallelizationFactor"],
    )


def _template(text: str | None) -> templates.Template | None:
    return templates.parse(text) if text else None
