"""Kinesis Data Streams in process: no Node, no JVM, no download.

The engine (every module but `provider`, `store` and `wire`) knows nothing of LocalStack. It is driven by
`engine.KinesisEngine.invoke(operation, request, account, region)` and answers in the shapes of the AWS API.

What it deliberately does not do, because it is no part of what a caller can see on one machine:
records are marked as encrypted but not encrypted at rest, an on-demand stream keeps its four shards instead
of following the load, enhanced monitoring and CloudWatch metrics are settings without measurements, IAM and
resource policies are kept but not enforced, and calls per second are not limited unless the throughput
limits are switched on.
"""
