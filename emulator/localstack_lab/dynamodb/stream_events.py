"""What LocalStack's event-source poller makes of a stream record, completed: who made the change.

LocalStack copies three members of a record into the Lambda event and loses ``userIdentity``, by which a
function tells an expired item from a deleted one.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
"""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.event_source_mapping.pollers.dynamodb_poller import DynamoDBPoller
from localstack.utils.patch import Patch


def _with_identity(transform: Any, poller: DynamoDBPoller, records: list[dict], shard_id: str) -> list[dict]:
    events = transform(poller, records, shard_id)
    for record, event in zip(records, events, strict=True):
        identity = record.get("userIdentity")
        if identity is not None:
            event["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return events


USER_IDENTITY = Patch.function(DynamoDBPoller.transform_into_events, _with_identity)
