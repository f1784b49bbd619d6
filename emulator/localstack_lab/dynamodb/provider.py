"""DynamoDB in LocalStack, answered by the lab's engine: ``PROVIDER_OVERRIDE_DYNAMODB=lab``.

The provider is LocalStack's v2 provider, whose place it takes wherever LocalStack asks for it; every
operation of the API goes to the engine. What the engine does not have is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from localstack.aws.api import (
    CommonServiceException,
    RequestContext,
    ServiceRequest,
    ServiceResponse,
    handler,
)
from localstack.aws.api.dynamodb import DynamodbApi
from localstack.aws.connect import connect_to
from localstack.http import Response
from localstack.services.dynamodb.v2.provider import DynamoDBProvider, SSEUtils
from localstack.services.edge import ROUTER
from localstack.state import AssetDirectory, StateVisitor

from localstack_lab.dynamodb import wire
from localstack_lab.dynamodb.bell import BELL
from localstack_lab.dynamodb.engine.engine import Engine
from localstack_lab.dynamodb.engine.tables.time_to_live import ALREADY_ENABLED
from localstack_lab.dynamodb.kinesis_destination import Forwarder
from localstack_lab.dynamodb.runtime import RUNTIME
from localstack_lab.dynamodb.ttl import DeveloperEndpoints, Sweeper

if TYPE_CHECKING:
    from botocore.model import OperationModel

_TABLE_OPERATIONS = frozenset({"CreateTable", "UpdateTable"})
_DESTINATION_OPERATIONS = frozenset(
    {"EnableKinesisStreamingDestination", "DisableKinesisStreamingDestination"}
)


class LabDynamoDBProvider(DynamoDBProvider):
    """LocalStack's hooks and rules around the engine; the operations are added below the class."""

    def __init__(self) -> None:
        # Not the parent's: it would prepare a Java server.
        self._router_rules: list[Any] = []
        self._sweeper = Sweeper(RUNTIME)
        self._forwarder = Forwarder(RUNTIME)
        RUNTIME.on_open(self._engine_opened)

    def on_after_init(self) -> None:
        """Nothing to prepare: the parent's routes and response handlers serve the Java server."""

    def on_before_start(self) -> None:
        """Open the engine and take up the work that its file asks for."""
        RUNTIME.start()
        self._router_rules = ROUTER.add(DeveloperEndpoints(self._sweeper))
        self._resume()

    def on_before_stop(self) -> None:
        """End the threads, close the file and remove it unless LocalStack keeps state."""
        self._pause()
        ROUTER.remove(self._router_rules)
        RUNTIME.stop()

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """All state is the engine's folder."""
        visitor.visit(AssetDirectory(self.service, str(RUNTIME.folder)))

    def on_before_state_reset(self) -> None:
        """Drop everything; the engine opens empty at its next use."""
        self._pause()
        RUNTIME.discard()

    def on_after_state_reset(self) -> None:
        """Go on with an empty engine."""
        self._resume()

    def on_before_state_save(self) -> None:
        """Close the file, so that all of it is on disk."""
        self._pause()
        RUNTIME.close()

    def on_after_state_save(self) -> None:
        """Go on with the same file."""
        self._resume()

    def on_before_state_load(self) -> None:
        """Drop everything; files are about to be put in its place."""
        self._pause()
        RUNTIME.discard()

    def on_after_state_load(self) -> None:
        """Go on with the files that were put there."""
        self._resume()

    def forward_request(
        self, context: RequestContext, service_request: ServiceRequest | None = None
    ) -> ServiceResponse | Response:
        """Answer an operation: LocalStack's name for what its other DynamoDB providers forward to a "
        "server."""
        operation = cast("OperationModel", context.operation).name
        given = service_request if service_request is not None else context.service_request
        request = cast("dict[str, Any]", given)
        self.check_provisioned_throughput(operation)
        if operation in _TABLE_OPERATIONS:
            request = self._with_managed_key(context, request)
        elif operation in _DESTINATION_OPERATIONS:
            self._demand_stream(request)
        try:
            answer = wire.execute(RUNTIME.engine(), context, operation, request)
        except CommonServiceException as error:
            # LocalStack's CloudFormation sets a table's TTL twice, which AWS refuses to users.
            if not (context.is_internal_call and error.message == ALREADY_ENABLED):
                raise
            answer = {"TimeToLiveSpecification": request["TimeToLiveSpecification"]}
        if operation == "UpdateTimeToLive":
            self._sweeper.ensure_running()
        elif operation in _DESTINATION_OPERATIONS:
            self._forwarder.ensure_running()
        elif operation == "DescribeEndpoints":
            return {"Endpoints": [{"Address": context.request.host, "CachePeriodInMinutes": 1440}]}
        return answer

    def _engine_opened(self, engine: Engine) -> None:
        engine.store.on_forwarding(self._forwarder.wake)
        engine.store.on_stream_records(BELL.ring)

    def _resume(self) -> None:
        self._sweeper.ensure_running()
        self._forwarder.ensure_running()

    def _pause(self) -> None:
        self._sweeper.stop()
        self._forwarder.stop()

    def _with_managed_key(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        """Name the account's own KMS key where encryption is asked for without a key."""
        specification = request.get("SSESpecification") or {}
        if not specification.get("Enabled") or specification.get("KMSMasterKeyId"):
            return request
        key = SSEUtils.get_sse_kms_managed_key(context.account_id, wire.region_of(context))
        return {**request, "SSESpecification": {**specification, "KMSMasterKeyId": key}}

    def _demand_stream(self, request: dict[str, Any]) -> None:
        """Refuse a destination that is not there, in the words of AWS for one that cannot be reached."""
        parts = (request.get("StreamArn") or "").split(":")
        if len(parts) != 6 or parts[2] != "kinesis":
            return  # the engine says what is wrong with it
        kinesis = connect_to(aws_access_key_id=parts[4], region_name=parts[3]).kinesis
        try:
            kinesis.describe_stream_summary(StreamARN=request["StreamArn"])
        except kinesis.exceptions.ResourceNotFoundException as error:
            message = "User does not have a permission to use kinesis stream"
            raise CommonServiceException("ValidationException", message, 400, sender_fault=True) from error


def _operation(name: str, function_name: str) -> Callable[..., ServiceResponse | Response]:
    def answer(
        self: LabDynamoDBProvider, context: RequestContext, request: ServiceRequest
    ) -> ServiceResponse | Response:
        return self.forward_request(context, request)

    answer.__name__ = function_name
    return handler(name, expand=False)(answer)


for _name, _function in list(vars(DynamodbApi).items()):
    if hasattr(_function, "operation"):
        setattr(LabDynamoDBProvider, _name, _operation(_function.operation, _name))
