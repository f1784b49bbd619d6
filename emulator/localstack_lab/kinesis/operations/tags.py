"""Tags of streams and of consumers, through the old stream operations and the newer resource ones.

https://docs.aws.amazon.com/streams/latest/dev/tagging.html
"""

import unicodedata
from typing import Any

from localstack_lab.kinesis.engine import Caller, KinesisEngine, parse_arn
from localstack_lab.kinesis.errors import invalid_argument, stream_not_found
from localstack_lab.kinesis.operations.consumers import consumer_of
from localstack_lab.kinesis.stream import Stream

MAX_TAGS = 50
_SYMBOLS = set("_.:/=+-@")


def check_tags(new: dict[str, str], all_tags: dict[str, str], stream: str, account: str) -> None:
    """:param all_tags: what the resource has once `new` is added

    :raises KinesisError: InvalidArgumentException for characters that tags may not have, or too many tags
    """
    for text in [*new, *new.values()]:
        if any(not (unicodedata.category(c)[0] in "LNZM" or c in _SYMBOLS) for c in text):
            raise invalid_argument(
                "Some tags contain invalid characters. Valid characters: "
                "Unicode letters, digits, white space, _ . / = + - % @ :."
            )
    if len(all_tags) > MAX_TAGS:
        raise invalid_argument(
            f"Failed to add tags to stream {stream} under account {account} because a given stream cannot "
            "have "
            f"more than {MAX_TAGS} tags associated with it."
        )


def _add(tags: dict[str, str], new: dict[str, str], stream: Stream) -> None:
    check_tags(new, tags | new, stream.name, stream.account)
    tags.update(new)


def add_tags_to_stream(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html"""
    with engine.using(caller, request) as stream:
        _add(stream.tags, request["Tags"], stream)


def remove_tags_from_stream(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RemoveTagsFromStream.html"""
    with engine.using(caller, request) as stream:
        for key in request["TagKeys"]:
            stream.tags.pop(key, None)


def list_tags_for_stream(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForStream.html"""
    limit = request.get("Limit") or MAX_TAGS
    with engine.using(caller, request) as stream:
        after = request.get("ExclusiveStartTagKey")
        keys = [key for key in sorted(stream.tags) if after is None or key > after]
        return {"Tags": _listed(stream.tags, keys[:limit]), "HasMoreTags": len(keys) > limit}


def _listed(tags: dict[str, str], keys: list[str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": tags[key]} for key in keys]


def tag_resource(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html"""
    with _resource(engine, caller, request) as stream:
        _add(_tags(stream, request["ResourceARN"]), request["Tags"], stream)


def untag_resource(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UntagResource.html"""
    with _resource(engine, caller, request) as stream:
        tags = _tags(stream, request["ResourceARN"])
        for key in request["TagKeys"]:
            tags.pop(key, None)


def list_tags_for_resource(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForResource.html"""
    with _resource(engine, caller, request) as stream:
        tags = _tags(stream, request["ResourceARN"])
        return {"Tags": _listed(tags, sorted(tags))}


def _resource(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> Any:
    account, region, name = parse_arn(request["ResourceARN"])
    if region != caller.region:
        raise stream_not_found(name, account)
    return engine.locked(account, region, name)


def _tags(stream: Stream, arn: str) -> dict[str, str]:
    """The tags of the stream, or of its consumer when the ARN is a consumer's."""
    return stream.tags if arn == stream.arn else consumer_of(stream, arn, None).tags
