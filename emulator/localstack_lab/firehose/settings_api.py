"""What is told about delivery streams, their encryption and their tags."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.firehose import (
    InvalidArgumentException,
    LimitExceededException,
    ResourceInUseException,
)

from localstack_lab.firehose import constraints, descriptions, encryption
from localstack_lab.firehose.base import FirehoseBase, Request

MOST_TAGS = 50


class Settings(FirehoseBase):
    """Describing, listing, encrypting and tagging."""

    @handler("DescribeDeliveryStream", expand=False)
    def describe_delivery_stream(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html"""
        constraints.check("DescribeDeliveryStream", request)
        described = self.described(context, request["DeliveryStreamName"])
        if not self.is_ours(described):
            return super().describe_delivery_stream(
                context, delivery_stream_name=request["DeliveryStreamName"]
            )
        told = dict(described)
        if request.get("ExclusiveStartDestinationId") == descriptions.DESTINATION_ID:
            told["Destinations"] = []
        return {"DeliveryStreamDescription": told}

    @handler("ListDeliveryStreams", expand=False)
    def list_delivery_streams(self, context: RequestContext, request: Request) -> Any:
        """Names in alphabetical order, ten unless Limit says otherwise.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListDeliveryStreams.html
        """
        constraints.check("ListDeliveryStreams", request)
        kind, after = request.get("DeliveryStreamType"), request.get("ExclusiveStartDeliveryStreamName") or ""
        streams = self.get_store(context.account_id, context.region).delivery_streams
        names = [
            name
            for name, described in sorted(streams.items())
            if name > after and kind in (None, described["DeliveryStreamType"])
        ]
        limit = request.get("Limit") or 10
        return {"DeliveryStreamNames": names[:limit], "HasMoreDeliveryStreams": len(names) > limit}

    @handler("StartDeliveryStreamEncryption", expand=False)
    def start_delivery_stream_encryption(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_StartDeliveryStreamEncryption.html"""
        constraints.check("StartDeliveryStreamEncryption", request)
        described = self._encryptable(context, request["DeliveryStreamName"])
        described["DeliveryStreamEncryptionConfiguration"] = encryption.described(
            request.get("DeliveryStreamEncryptionConfigurationInput"), context.account_id, context.region
        )
        return {}

    @handler("StopDeliveryStreamEncryption", expand=False)
    def stop_delivery_stream_encryption(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_StopDeliveryStreamEncryption.html"""
        constraints.check("StopDeliveryStreamEncryption", request)
        described = self._encryptable(context, request["DeliveryStreamName"])
        described["DeliveryStreamEncryptionConfiguration"] = {"Status": "DISABLED"}
        return {}

    def _encryptable(self, context: RequestContext, name: str) -> Any:
        described = self.described(context, name)
        if described["DeliveryStreamType"] != "DirectPut":
            raise InvalidArgumentException(
                "Server-side encryption is for DirectPut only: with a data stream as source, encrypt that "
                "stream."
            )
        if described["DeliveryStreamStatus"] != "ACTIVE":
            raise ResourceInUseException(f"Firehose {name} is not ACTIVE.")
        return described

    @handler("TagDeliveryStream", expand=False)
    def tag_delivery_stream(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_TagDeliveryStream.html"""
        constraints.check("TagDeliveryStream", request)
        arn = self.described(context, request["DeliveryStreamName"])["DeliveryStreamARN"]
        store = self.get_store(context.account_id, context.region)
        names = {tag["Key"] for tag in (*request["Tags"], *store.TAGS.list_tags_for_resource(arn)["Tags"])}
        if len(names) > MOST_TAGS:
            raise LimitExceededException(f"A delivery stream can have at most {MOST_TAGS} tags.")
        store.TAGS.tag_resource(
            arn, [{"Key": t["Key"], "Value": t.get("Value", "")} for t in request["Tags"]]
        )
        return {}

    @handler("UntagDeliveryStream", expand=False)
    def untag_delivery_stream(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_UntagDeliveryStream.html"""
        constraints.check("UntagDeliveryStream", request)
        arn = self.described(context, request["DeliveryStreamName"])["DeliveryStreamARN"]
        self.get_store(context.account_id, context.region).TAGS.untag_resource(arn, request["TagKeys"])
        return {}

    @handler("ListTagsForDeliveryStream", expand=False)
    def list_tags_for_delivery_stream(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListTagsForDeliveryStream.html"""
        constraints.check("ListTagsForDeliveryStream", request)
        arn = self.described(context, request["DeliveryStreamName"])["DeliveryStreamARN"]
        tags = self.get_store(context.account_id, context.region).TAGS.list_tags_for_resource(arn)["Tags"]
        after = request.get("ExclusiveStartTagKey") or ""
        left = sorted((tag for tag in tags if tag["Key"] > after), key=lambda tag: tag["Key"])
        limit = request.get("Limit") or MOST_TAGS
        return {"Tags": left[:limit], "HasMoreTags": len(left) > limit}
