"""Kinesis data streams: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html"""

from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_map, verb
from bootstrap.session import Session

KIND = "Kinesis stream"
_POLL = {"Delay": 1, "MaxAttempts": 120}
_ON_DEMAND = {"StreamMode": "ON_DEMAND"}


def _describe(kinesis: Any, name: str) -> dict[str, Any] | None:
    try:
        return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    except kinesis.exceptions.ResourceNotFoundException:
        return None


@verb(KIND)
def stream(session: Session, name: str, *, owner: str) -> Change:
    """An on-demand stream: it begins with four shards and takes 4 MB a second."""
    kinesis = session.client("kinesis")
    existing = _describe(kinesis, name)
    if existing is None:
        kinesis.create_stream(StreamName=name, StreamModeDetails=_ON_DEMAND, Tags=tag_map(owner))
        kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig=_POLL)
        return Change("created", KIND, name)
    require_owner(kinesis.list_tags_for_stream(StreamName=name)["Tags"], owner, KIND, name)
    if existing.get("StreamModeDetails") != _ON_DEMAND:
        kinesis.update_stream_mode(StreamARN=existing["StreamARN"], StreamModeDetails=_ON_DEMAND)
        kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig=_POLL)
        return Change("updated", KIND, name, "StreamModeDetails")
    return Change("unchanged", KIND, name)


@verb(KIND)
def delete_stream(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the stream with its records, if `owner` made it; answers once it is gone."""
    kinesis = session.client("kinesis")
    if _describe(kinesis, name) is None:
        return None
    if owner_in(kinesis.list_tags_for_stream(StreamName=name)["Tags"]) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig=_POLL)
    return Change("deleted", KIND, name)
