"""DynamoDB Streams in LocalStack, read from the log that the engine writes with each item.

Goes with the lab's DynamoDB provider only: set ``PROVIDER_OVERRIDE_DYNAMODBSTREAMS=lab`` and
``PROVIDER_OVERRIDE_DYNAMODB=lab`` together.
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext, ServiceResponse, handler
from localstack.aws.api.dynamodbstreams import DynamodbstreamsApi
from localstack.http import Response
from localstack.services.plugins import ServiceLifecycleHook
from localstack.state import StateVisitor

from localstack_lab.dynamodb import wire
from localstack_lab.dynamodb.runtime import RUNTIME
from localstack_lab.dynamodb.stream_events import USER_IDENTITY


class LabDynamoDBStreamsProvider(DynamodbstreamsApi, ServiceLifecycleHook):
    """The four operations of the API; they are named apart because each has its own handler in LocalStack."""

    def on_after_init(self) -> None:
        """Have Lambda's events say who made a change."""
        if not USER_IDENTITY.is_applied:
            USER_IDENTITY.apply()

    def on_before_stop(self) -> None:
        """Leave LocalStack's poller as it was."""
        if USER_IDENTITY.is_applied:
            USER_IDENTITY.undo()

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Streams lie in the file that the DynamoDB provider looks after."""

    @handler("ListStreams", expand=False)
    def list_streams(self, context: RequestContext, request: dict[str, Any]) -> ServiceResponse | Response:
        """Streams of the caller's account and region."""
        return wire.execute(RUNTIME.engine(), context, "ListStreams", request)

    @handler("DescribeStream", expand=False)
    def describe_stream(self, context: RequestContext, request: dict[str, Any]) -> ServiceResponse | Response:
        """A stream and its shard."""
        return wire.execute(RUNTIME.engine(), context, "DescribeStream", request)

    @handler("GetShardIterator", expand=False)
    def get_shard_iterator(
        self, context: RequestContext, request: dict[str, Any]
    ) -> ServiceResponse | Response:
        """A position in a shard."""
        return wire.execute(RUNTIME.engine(), context, "GetShardIterator", request)

    @handler("GetRecords", expand=False)
    def get_records(self, context: RequestContext, request: dict[str, Any]) -> ServiceResponse | Response:
        """Records from a position on."""
        return wire.execute(RUNTIME.engine(), context, "GetRecords", request)
