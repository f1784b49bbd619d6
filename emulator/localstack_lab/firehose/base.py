"""What all operations share: the definitions and the delivery streams that run."""

import threading
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.firehose import ResourceNotFoundException
from localstack.services.firehose.provider import FirehoseProvider

from localstack_lab.firehose.fleet import Fleet
from localstack_lab.firehose.pipeline import Pipeline
from localstack_lab.firehose.settings import time_scale

Request = dict[str, Any]


class FirehoseBase(FirehoseProvider):
    """LocalStack's provider and the `fleet`, in which every stream with an S3 destination runs."""

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(time_scale())
        self._lock = threading.RLock()  # around looking at a definition and changing it

    def described(self, context: RequestContext, name: str) -> Any:
        found = self.get_store(context.account_id, context.region).delivery_streams.get(name)
        if not found:
            raise not_found(name, context.account_id)
        return found

    @staticmethod
    def is_ours(description: Any) -> bool:
        return all("ExtendedS3DestinationDescription" in d for d in description["Destinations"])

    def pipeline(self, description: Any) -> Pipeline:
        pipeline = self.fleet.pipeline(description["DeliveryStreamARN"])
        if pipeline is None:
            account = description["DeliveryStreamARN"].split(":")[4]
            raise not_found(description["DeliveryStreamName"], account)
        return pipeline


def not_found(name: str, account: str) -> ResourceNotFoundException:
    """The refusal of a delivery stream that there is not."""
    return ResourceNotFoundException(f"Firehose {name} under account {account} not found.")
