"""Where events come from: streams, shard by shard, and queues."""
