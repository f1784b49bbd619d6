"""Firehose streams: https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html"""

from dataclasses import dataclass
from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import differing, owner_in, require_owner, tag_list, verb
from bootstrap.ensure.waiting import until
from bootstrap.errors import ResourceError
from bootstrap.session import Session

KIND = "Firehose stream"
_GONE = "gone"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A stream that reads Kinesis, has a function transform each record, and writes to S3.

    :param function: the function's ARN
    :param function_seconds: how long records are gathered for one call, and `function_megabytes` how many
    :param seconds: how long records are gathered for one object, and `megabytes` how many
    :param prefix: of objects' names, with Firehose's expressions
    """

    stream_arn: str
    role_arn: str
    bucket: str
    prefix: str
    error_prefix: str
    function: str
    function_seconds: int
    function_megabytes: int
    seconds: int
    megabytes: int
    retries: int = 3

    def destination(self) -> dict[str, Any]:
        """ExtendedS3DestinationConfiguration."""
        parameters = {
            "LambdaArn": self.function,
            "NumberOfRetries": str(self.retries),
            "RoleArn": self.role_arn,
            "BufferSizeInMBs": str(self.function_megabytes),
            "BufferIntervalInSeconds": str(self.function_seconds),
        }
        return {
            "RoleARN": self.role_arn,
            "BucketARN": f"arn:aws:s3:::{self.bucket}",
            "Prefix": self.prefix,
            "ErrorOutputPrefix": self.error_prefix,
            "BufferingHints": {"SizeInMBs": self.megabytes, "IntervalInSeconds": self.seconds},
            "CompressionFormat": "UNCOMPRESSED",
            "ProcessingConfiguration": {
                "Enabled": True,
                "Processors": [
                    {
                        "Type": "Lambda",
                        "Parameters": [
                            {"ParameterName": name, "ParameterValue": value}
                            for name, value in parameters.items()
                        ],
                    }
                ],
            },
        }


def _describe(firehose: Any, name: str) -> dict[str, Any] | None:
    try:
        answer = firehose.describe_delivery_stream(DeliveryStreamName=name)
    except firehose.exceptions.ResourceNotFoundException:
        return None
    return answer["DeliveryStreamDescription"]


def _state(firehose: Any, name: str) -> str:
    existing = _describe(firehose, name)
    return _GONE if existing is None else existing["DeliveryStreamStatus"]


def _tags(firehose: Any, name: str) -> list[dict[str, str]]:
    return firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]


@verb(KIND)
def delivery_stream(session: Session, name: str, *, owner: str, wanted: Delivery) -> Change:
    """An active Firehose stream.

    :raises ResourceError: an existing one reads another stream, which Firehose cannot change
    """
    firehose = session.client("firehose")
    existing = _describe(firehose, name)
    source = {"KinesisStreamARN": wanted.stream_arn, "RoleARN": wanted.role_arn}
    if existing is None:
        firehose.create_delivery_stream(
            DeliveryStreamName=name,
            DeliveryStreamType="KinesisStreamAsSource",
            KinesisStreamSourceConfiguration=source,
            ExtendedS3DestinationConfiguration=wanted.destination(),
            Tags=tag_list(owner),
        )
        _active(firehose, name)
        return Change("created", KIND, name)
    require_owner(_tags(firehose, name), owner, KIND, name)
    actual_source = existing.get("Source", {}).get("KinesisStreamSourceDescription", {})
    if actual_source.get("KinesisStreamARN") != wanted.stream_arn:
        raise ResourceError(KIND, name, "reads another Kinesis stream, which cannot be changed; tear it down")
    _active(firehose, name)
    [destination] = existing["Destinations"]
    changed = _changed(wanted.destination(), destination["ExtendedS3DestinationDescription"])
    if not changed:
        return Change("unchanged", KIND, name)
    firehose.update_destination(
        DeliveryStreamName=name,
        CurrentDeliveryStreamVersionId=existing["VersionId"],
        DestinationId=destination["DestinationId"],
        ExtendedS3DestinationUpdate=wanted.destination(),
    )
    _active(firehose, name)
    return Change("updated", KIND, name, ", ".join(changed))


def _changed(wanted: dict[str, Any], actual: dict[str, Any]) -> list[str]:
    """The members that differ; the parameters of a processor have no order."""
    return differing(_comparable(wanted), _comparable(actual))


def _comparable(destination: dict[str, Any]) -> dict[str, Any]:
    processing = destination.get("ProcessingConfiguration", {})
    processors = [
        (one["Type"], {p["ParameterName"]: p["ParameterValue"] for p in one.get("Parameters", [])})
        for one in processing.get("Processors", [])
    ]
    return destination | {"ProcessingConfiguration": (processing.get("Enabled"), processors)}


def _active(firehose: Any, name: str) -> None:
    until(KIND, name, lambda: _state(firehose, name), good="ACTIVE", passing=("CREATING",))


@verb(KIND)
def delete_delivery_stream(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the stream, if `owner` made it; answers once it is gone. Records in its buffers are lost."""
    firehose = session.client("firehose")
    if _describe(firehose, name) is None:
        return None
    if owner_in(_tags(firehose, name)) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    firehose.delete_delivery_stream(DeliveryStreamName=name, AllowForceDelete=True)
    until(KIND, name, lambda: _state(firehose, name), good=_GONE, passing=("DELETING",))
    return Change("deleted", KIND, name)
