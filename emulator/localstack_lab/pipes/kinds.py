"""Which ARNs can be a pipe's source, enrichment and target here, and what is missing for the others."""

from __future__ import annotations

from typing import NamedTuple

SOURCE_PARAMETERS = {
    "kinesis": "KinesisStreamParameters",
    "dynamodb": "DynamoDBStreamParameters",
    "sqs": "SqsQueueParameters",
}
TARGET_PARAMETERS = {
    "kinesis": "KinesisStreamParameters",
    "firehose": None,
    "sqs": "SqsQueueParameters",
    "sns": None,
    "lambda": "LambdaFunctionParameters",
    "states": "StepFunctionStateMachineParameters",
    "events": "EventBridgeEventBusParameters",
    "logs": "CloudWatchLogsParameters",
}
LARGEST_BATCH: dict[str, int | None] = {
    **{"kinesis": 500, "firehose": 500, "sqs": 10, "sns": 10, "events": 10, "logs": 10_000},
    **{"lambda": None, "states": None},
}
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""


class Arn(NamedTuple):
    """The parts of an ARN."""

    service: str
    region: str
    account: str
    resource: str


def parse_arn(text: str) -> Arn:
    """:raises ValueError: for what is not an ARN"""
    parts = text.split(":", 5)
    if len(parts) != 6:
        raise ValueError(f"{text} is not an ARN")
    return Arn(*parts[2:])


def source_kind(arn: str) -> str:
    """kinesis, dynamodb or sqs.

    :raises ValueError: with a sentence that says what is missing
    """
    if arn.startswith("smk://"):
        raise ValueError("Self-managed Apache Kafka is missing in this emulator: it has no Kafka client")
    service, _, _, resource = parse_arn(arn)
    if service == "kinesis" and "/consumer/" in resource:
        raise ValueError("Enhanced fan-out consumers are missing in this emulator: give the stream's ARN")
    if service == "kinesis" and resource.startswith("stream/"):
        return "kinesis"
    if service == "dynamodb" and "/stream/" in resource:
        return "dynamodb"
    if service == "sqs":
        return "sqs"
    known = {"mq": "Amazon MQ", "kafka": "Amazon MSK"}.get(service)
    if known:
        raise ValueError(f"{known} as a source is missing in this emulator: it has no such service")
    raise ValueError(
        f"{arn} is no source: a Kinesis stream, the stream of a DynamoDB table or an SQS queue is expected"
    )


def target_kind(arn: str) -> str:
    """The service of a target, such as ``states``.

    :raises ValueError: with a sentence that says what is missing
    """
    service, _, _, resource = parse_arn(arn)
    if service == "events" and not resource.startswith("event-bus/"):
        raise ValueError("API destinations as a target are missing in this emulator")
    if service == "sns" and resource.endswith(".fifo"):
        raise ValueError(f"{arn}: Pipes does not send to SNS FIFO topics")
    if service in TARGET_PARAMETERS:
        return service
    names = {
        **{"ecs": "ECS tasks", "batch": "Batch job queues", "redshift": "Redshift clusters"},
        **{"redshift-serverless": "Redshift workgroups", "sagemaker": "SageMaker pipelines"},
        **{"execute-api": "API Gateway APIs", "inspector": "Inspector templates"},
        **{"timestream": "Timestream tables"},
    }
    missing = names.get(service, f"Resources of {service}")
    raise ValueError(f"{missing} as a target are missing in this emulator")


def enrichment_kind(arn: str) -> str:
    """lambda or states.

    :raises ValueError: with a sentence that says what is missing
    """
    service = parse_arn(arn).service
    if service in ("lambda", "states"):
        return service
    names = {"events": "API destinations", "execute-api": "API Gateway APIs"}
    missing = names.get(service, f"Resources of {service}")
    raise ValueError(f"{missing} as an enrichment are missing in this emulator")
