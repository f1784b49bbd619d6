"""AWS clients that act as a pipe's role, and the lab's engines where they are in this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws.client_types import ServicePrincipal

from localstack_lab.dynamodb.bell import BELL
from localstack_lab.dynamodb.engine.changes import sequence_number
from localstack_lab.dynamodb.engine.errors import DynamoDBError
from localstack_lab.dynamodb.runtime import RUNTIME
from localstack_lab.dynamodb.streams_provider import LabDynamoDBStreamsProvider
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError
from localstack_lab.kinesis.provider import LabKinesisProvider
from localstack_lab.pipes.faults import SourceGone, SourceUnavailable
from localstack_lab.pipes.kinds import parse_arn
from localstack_lab.pipes.sources.dynamodb import DynamoDBSource
from localstack_lab.pipes.sources.kinesis import GONE, Call, KinesisSource
from localstack_lab.tuning.assumed_roles import Renewing

RENEW_AFTER = 900.0  # seconds; the role's session is good for 3,600
CLIENTS_KEPT = 16
_CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=320, inject_host_prefix=False)
_BOTO_NAMES = {"states": "stepfunctions", "dynamodb": "dynamodbstreams"}


class Clients:
    """Clients of one pipe; the same client is handed out again for a quarter of an hour."""

    def __init__(self, role_arn: str, pipe_arn: str) -> None:
        self._role_arn = role_arn
        self._pipe_arn = pipe_arn
        self._made = Renewing(self._make, RENEW_AFTER, CLIENTS_KEPT)

    def __call__(self, arn: str, service: str) -> Any:
        """A client of a service (as ARNs name it) in the region of a resource."""
        return self._made(_BOTO_NAMES.get(service, service), parse_arn(arn).region)

    def _make(self, service: str, region: str) -> Any:
        clients = connect_to.with_assumed_role(
            role_arn=self._role_arn,
            service_principal=ServicePrincipal("pipes"),
            region_name=region,
            config=_CONFIG,
        )
        client = clients.get_client(service)
        return client.request_metadata(source_arn=self._pipe_arn, service_principal="pipes")


def through_client(client: Callable[[], Any]) -> Call:
    """Calls operations over the API, as any program would: for the stock backends."""

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(client(), _METHODS[operation])(**request)
        return answer

    return call


_OPERATIONS = {"put_records": "PutRecords"}
_METHODS = {
    "ListShards": "list_shards",
    "DescribeStream": "describe_stream",
    "GetShardIterator": "get_shard_iterator",
    "GetRecords": "get_records",
}


def direct_put(arn: str) -> Call | None:
    """PutRecords of the lab's Kinesis engine, for a stream; None where another backend answers."""
    provider = SERVICE_PLUGINS.require("kinesis")._provider
    if not isinstance(provider, LabKinesisProvider):
        return None
    engine = provider.engine
    _, region, account, _ = parse_arn(arn)

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return engine.invoke(_OPERATIONS[operation], request, account, region)
        except KinesisError as error:
            raise _as_client_error(error.code, error.message, operation, error.status_code) from error

    return call


def kinesis_source(arn: str, role_arn: str, clients: Clients) -> KinesisSource:
    """Read from the lab's engine directly, which also wakes readers; else over the API."""
    provider = SERVICE_PLUGINS.require("kinesis")._provider
    if not isinstance(provider, LabKinesisProvider):
        return KinesisSource(arn, role_arn, through_client(lambda: clients(arn, "kinesis")))
    return kinesis_engine_source(arn, role_arn, provider.engine)


def kinesis_engine_source(arn: str, role_arn: str, engine: KinesisEngine) -> KinesisSource:
    """A source that reads from an engine in this process."""
    _, region, account, resource = parse_arn(arn)

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return engine.invoke(operation, request, account, region)
        except KinesisError as error:
            raise _as_client_error(error.code, error.message, operation) from error

    def wait(shard: str, iterator: str, seconds: float) -> None:
        try:
            woken = engine.wait_for_records(arn, shard, seconds, after=iterator)
        except KinesisError as error:
            if error.code == "ResourceNotFoundException":
                raise SourceGone(GONE) from error
            return  # the iterator has expired: the next reading renews it
        if not woken and engine.stopping:
            time.sleep(seconds)

    def latest(shard: str) -> str:
        try:
            with engine.locked(account, region, resource.removeprefix("stream/")) as stream:
                return stream.shard(shard).number(engine.counter.last(), int(engine.clock()))
        except KinesisError as error:
            raise SourceUnavailable(error.message) from error

    return KinesisSource(arn, role_arn, call, wait, latest)


def dynamodb_source(arn: str, clients: Clients) -> DynamoDBSource:
    """Read from the lab's engine directly, which also wakes readers; else over the API."""
    provider = SERVICE_PLUGINS.require("dynamodbstreams")._provider
    if not isinstance(provider, LabDynamoDBStreamsProvider):
        return DynamoDBSource(arn, through_client(lambda: clients(arn, "dynamodb")))
    SERVICE_PLUGINS.require("dynamodb")
    _, region, account, _ = parse_arn(arn)

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return RUNTIME.engine().execute(operation, request, account, region)
        except DynamoDBError as error:
            raise _as_client_error(error.code, error.message, operation) from error
        except RuntimeError as error:  # LocalStack is stopping
            raise SourceUnavailable(str(error)) from error

    def latest() -> str:
        return sequence_number(RUNTIME.engine().store.streams.newest_number())

    return DynamoDBSource(arn, call, lambda: BELL.waiter(arn), latest)


def _as_client_error(code: str, message: str, operation: str, status: int = 400) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)
