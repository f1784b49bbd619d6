"""Entry points through which LocalStack finds the lab's providers.

LocalStack calls a function here only when its service is first used, so the imports of a provider stay inside
its function. A provider is chosen by ``PROVIDER_OVERRIDE_<SERVICE>=lab``.
"""

from localstack.aws.forwarder import ForwardingFallbackDispatcher
from localstack.services.plugins import Service, aws_provider


@aws_provider(api="dynamodb", name="lab")
def dynamodb() -> Service:
    """DynamoDB on the lab's own engine, under LocalStack's v2 provider."""
    from localstack_lab.dynamodb.provider import LabDynamoDBProvider

    provider = LabDynamoDBProvider()
    return Service.for_provider(
        provider,
        dispatch_table_factory=lambda _: ForwardingFallbackDispatcher(
            provider, lambda context, request: provider.forward_request(context, request)
        ),
    )


@aws_provider(api="dynamodbstreams", name="lab")
def dynamodbstreams() -> Service:
    """DynamoDB Streams, read from the log that the engine writes with each item."""
    from localstack_lab.dynamodb.streams_provider import LabDynamoDBStreamsProvider

    return Service.for_provider(LabDynamoDBStreamsProvider())


@aws_provider(api="kinesis", name="lab")
def kinesis() -> Service:
    """Kinesis Data Streams on the lab's own in-process log, under LocalStack's provider."""
    from localstack_lab.kinesis.provider import LabKinesisProvider

    provider = LabKinesisProvider()
    return Service.for_provider(
        provider,
        dispatch_table_factory=lambda _: ForwardingFallbackDispatcher(
            provider, lambda context, request: provider.forward_request(context, request)
        ),
    )


@aws_provider(api="pipes")
def pipes() -> Service:
    """EventBridge Pipes, which LocalStack lacks."""
    from localstack_lab.pipes.provider import LabPipesProvider

    return Service.for_provider(LabPipesProvider())


@aws_provider(api="firehose", name="lab")
def firehose() -> Service:
    """Data Firehose with AWS's delivery to S3, under LocalStack's provider."""
    from localstack_lab.firehose.provider import LabFirehoseProvider

    return Service.for_provider(LabFirehoseProvider())


@aws_provider(api="glue")
def glue() -> Service:
    """The Glue Data Catalog, classifiers and crawlers, which LocalStack lacks."""
    from localstack_lab.api.service import service_of
    from localstack_lab.glue.provider import LabGlueProvider

    return service_of(LabGlueProvider())


@aws_provider(api="athena")
def athena() -> Service:
    """Athena, which LocalStack lacks."""
    from localstack_lab.api.service import service_of
    from localstack_lab.athena.provider import LabAthenaProvider

    return service_of(LabAthenaProvider())
