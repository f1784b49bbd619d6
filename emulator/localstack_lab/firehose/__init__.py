"""Data Firehose: what LocalStack's provider leaves out between PutRecord and an object in S3.

From the record inwards: `pipeline` (one for each stream) takes records from PutRecord or `source`, turns them
in `processing` (`deaggregation`, `transform`, `partitioning`), collects them in `buffers` and delivers them
through `outbox`. `plan` is what the definition of a stream says about all this; `prefixes` names the objects.
"""
