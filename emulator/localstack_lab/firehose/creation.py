"""CreateDeliveryStream: what is refused, and the description that a new stream has.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
"""

from datetime import UTC, datetime
from typing import Any

from localstack.aws.api.firehose import InvalidArgumentException

from localstack_lab.firehose import checks, descriptions, encryption

_S3 = ("S3DestinationConfiguration", "ExtendedS3DestinationConfiguration")
_STOCK = (
    *("RedshiftDestinationConfiguration", "ElasticsearchDestinationConfiguration"),
    *("AmazonopensearchserviceDestinationConfiguration", "HttpEndpointDestinationConfiguration"),
)
_ABSENT = {
    "SplunkDestinationConfiguration": "Splunk",
    "AmazonOpenSearchServerlessDestinationConfiguration": "Amazon OpenSearch Serverless",
    "SnowflakeDestinationConfiguration": "Snowflake",
    "IcebergDestinationConfiguration": "Apache Iceberg tables",
}
_SOURCES = {
    "DirectPut": "DirectPutSourceConfiguration",
    "KinesisStreamAsSource": "KinesisStreamSourceConfiguration",
}


def without_stock(request: dict[str, Any]) -> dict[str, Any]:
    """A request without the destinations that LocalStack serves: it takes what AWS does not, such as http."""
    theirs = {member.removesuffix("DestinationConfiguration") for member in _STOCK}
    return {name: value for name, value in request.items() if name.partition("Destination")[0] not in theirs}


def check(request: dict[str, Any], account: str, region: str) -> bool:
    """Check everything but the S3 destination.

    :return: True when the destination is S3, False when LocalStack's provider delivers
    :raises InvalidArgumentException: for what AWS refuses, or what this emulator cannot do
    """
    for name, called in _ABSENT.items():
        if request.get(name):
            raise InvalidArgumentException(f"{called} is not available as a destination in this emulator.")
    given = [name for name in (*_S3, *_STOCK) if request.get(name)]
    if len(given) != 1:
        raise InvalidArgumentException("Exactly one destination configuration is supported for a Firehose")
    kind = request.get("DeliveryStreamType") or "DirectPut"
    if kind not in _SOURCES:
        raise InvalidArgumentException(f"The source {kind} is not available in this emulator.")
    for other, member in (
        *_SOURCES.items(),
        ("", "MSKSourceConfiguration"),
        ("", "DatabaseSourceConfiguration"),
    ):
        if other != kind and request.get(member):
            raise InvalidArgumentException(f"{member} does not go with the delivery stream type {kind}.")
    if kind == "KinesisStreamAsSource":
        _check_source(request, account, region, given[0])
    return given[0] in _S3


def _check_source(request: dict[str, Any], account: str, region: str, destination: str) -> None:
    source = request.get("KinesisStreamSourceConfiguration")
    if not source:
        raise InvalidArgumentException(
            "KinesisStreamSourceConfiguration is required for KinesisStreamAsSource."
        )
    if request.get("DeliveryStreamEncryptionConfigurationInput"):
        raise InvalidArgumentException(
            "Server-side encryption is for DirectPut only: with a data stream as source, encrypt that stream."
        )
    if source["KinesisStreamARN"].split(":")[3] != region:
        raise InvalidArgumentException(
            f"The source {source['KinesisStreamARN']} is not in the region {region}."
        )
    if destination not in _S3:
        raise InvalidArgumentException(
            f"A Kinesis data stream as source with {destination} needs the Kinesis Client Library in Java, "
            "which this emulator does not have; with an S3 destination it works."
        )


def description(request: dict[str, Any], account: str, region: str) -> dict[str, Any]:
    """The DeliveryStreamDescription of a new stream with an S3 destination.

    :raises InvalidArgumentException:
    """
    configuration = request.get("ExtendedS3DestinationConfiguration") or request["S3DestinationConfiguration"]
    extended = descriptions.of_extended_s3(configuration)
    checks.destination(extended)
    name, now = request["DeliveryStreamName"], datetime.now(UTC)
    described: dict[str, Any] = {
        "DeliveryStreamName": name,
        "DeliveryStreamARN": f"arn:aws:firehose:{region}:{account}:deliverystream/{name}",
        "DeliveryStreamStatus": "CREATING",
        "DeliveryStreamType": request.get("DeliveryStreamType") or "DirectPut",
        "VersionId": "1",
        "CreateTimestamp": now,
        "Destinations": [descriptions.destination(extended)],
        "HasMoreDestinations": False,
    }
    if wanted := request.get("DeliveryStreamEncryptionConfigurationInput"):
        described["DeliveryStreamEncryptionConfiguration"] = encryption.described(wanted, account, region)
    else:
        described["DeliveryStreamEncryptionConfiguration"] = {"Status": "DISABLED"}
    if source := request.get("KinesisStreamSourceConfiguration"):
        described["Source"] = {"KinesisStreamSourceDescription": {**source, "DeliveryStartTimestamp": now}}
    elif direct := request.get("DirectPutSourceConfiguration"):
        described["Source"] = {"DirectPutSourceDescription": dict(direct)}
    return described
