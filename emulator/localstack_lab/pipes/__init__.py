"""EventBridge Pipes: a source, filters, an enrichment and a target, joined without a function.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html

`provider` answers the API, `lifecycle` moves a pipe through its states, `worker` runs one. A worker's source
hands batches to `execution`, which filters nothing (the source did), enriches, transforms and sends.
"""
