"""Every operation of the API, by its name.

A function takes the engine, the caller and the request (already checked against the API model) and returns
the answer, or None for an empty one.
"""

from collections.abc import Callable
from typing import Any

from localstack_lab.kinesis.engine import Caller, KinesisEngine
from localstack_lab.kinesis.operations import (
    consumers,
    limits,
    protection,
    records,
    resharding,
    shards,
    streams,
    tags,
)

Operation = Callable[[KinesisEngine, Caller, dict[str, Any]], dict[str, Any] | None]

OPERATIONS: dict[str, Operation] = {
    "AddTagsToStream": tags.add_tags_to_stream,
    "CreateStream": streams.create_stream,
    "DecreaseStreamRetentionPeriod": streams.decrease_retention,
    "DeleteResourcePolicy": protection.delete_resource_policy,
    "DeleteStream": streams.delete_stream,
    "DeregisterStreamConsumer": consumers.deregister_stream_consumer,
    "DescribeAccountSettings": limits.describe_account_settings,
    "DescribeLimits": limits.describe_limits,
    "DescribeStream": streams.describe_stream,
    "DescribeStreamConsumer": consumers.describe_stream_consumer,
    "DescribeStreamSummary": streams.describe_stream_summary,
    "DisableEnhancedMonitoring": limits.disable_enhanced_monitoring,
    "EnableEnhancedMonitoring": limits.enable_enhanced_monitoring,
    "GetRecords": records.get_records,
    "GetResourcePolicy": protection.get_resource_policy,
    "GetShardIterator": records.get_shard_iterator,
    "IncreaseStreamRetentionPeriod": streams.increase_retention,
    "ListShards": shards.list_shards,
    "ListStreamConsumers": consumers.list_stream_consumers,
    "ListStreams": streams.list_streams,
    "ListTagsForResource": tags.list_tags_for_resource,
    "ListTagsForStream": tags.list_tags_for_stream,
    "MergeShards": resharding.merge_shards,
    "PutRecord": records.put_record,
    "PutRecords": records.put_records,
    "PutResourcePolicy": protection.put_resource_policy,
    "RegisterStreamConsumer": consumers.register_stream_consumer,
    "RemoveTagsFromStream": tags.remove_tags_from_stream,
    "SplitShard": resharding.split_shard,
    "StartStreamEncryption": protection.start_stream_encryption,
    "StopStreamEncryption": protection.stop_stream_encryption,
    "SubscribeToShard": consumers.subscribe_to_shard,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateAccountSettings": limits.update_account_settings,
    "UpdateMaxRecordSize": limits.update_max_record_size,
    "UpdateShardCount": resharding.update_shard_count,
    "UpdateStreamMode": resharding.update_stream_mode,
    "UpdateStreamWarmThroughput": resharding.update_stream_warm_throughput,
}
